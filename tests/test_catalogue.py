"""The product speaks Chinese everywhere."""

from __future__ import annotations

import re

from tests import catalogue

PLACE = re.compile(r"%\((\w+)\)[sd]|%%")


def test_every_message_is_translated() -> None:
    """``make messages`` says which are not."""
    assert catalogue.missing(catalogue.merged()) == []


def test_translations_name_the_same_things() -> None:
    """A forgotten place would leave out a number, an invented one would fail where it is shown."""
    wrong = {}
    for message in catalogue.known():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings if message.id else ():
            if _places(string) - _places(ids[-1]) or _places(ids[-1]) - _places(string) - {"%%"}:
                wrong[message.id] = string
    assert wrong == {}


def _places(text: str) -> set[str]:
    return {match.group(1) or "%%" for match in PLACE.finditer(text)}


def test_chinese_sentences_have_chinese_punctuation() -> None:
    """Tables to paste have commas of their own; sentences do not."""
    narrow = re.compile(r"[\u4e00-\u9fff](, |[;!?]|\.( |$)|\([\u4e00-\u9fff])")
    strings = [
        string
        for message in catalogue.known()
        for string in (message.string if isinstance(message.string, tuple) else (message.string,))
        if message.id and narrow.search(string)
    ]
    assert strings == []
