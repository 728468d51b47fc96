"""The family of choices with comments: what customers write beside the options they choose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_types._choices import picked, several
from question_types._reading import clean, dirty
from question_types.base import Invalid, Json, Raw, Values

LONGEST = 500

_BEHIND = re.compile(r"\s*([^:：(（]{1,200}?)\s*(?:[:：]\s*(.+)|[(（]\s*([^()（）]+)[)）]?\s*)", re.S)
_NUMBER = re.compile(r"\s*([0-9０-９]{1,3})\s*[\s.．、,，]\s*(.+)", re.S)
_LINES = re.compile(r"[;；\n]+")
_ENTRIES = re.compile(r"[^,，、(（)）]+(?:[(（][^()（）]*[)）])?")


def check_comment(text: Json) -> None:
    """Raises Invalid unless ``text`` may be stored as a comment."""
    if not isinstance(text, str) or not text.strip():
        raise Invalid("Please write your comment as text.")
    if len(text) > LONGEST:
        raise Invalid("Please keep this under %(most)s characters.", most=LONGEST)
    if dirty(text):
        raise Invalid("This text contains characters that cannot be stored. Please type it again.")


def wanting(label: str) -> Invalid:
    """The refusal of an option that stands without the comment it needs."""
    return Invalid("Please add a comment to “%(label)s”.", label=label)


def noted(settings: Values, message: str) -> tuple[str, str] | None:
    """Option id and comment of a reply such as “2”, “2 太慢”, “一般：太慢” or “一般（太慢）”; None if the
    option is unclear."""
    whole = picked(settings, message)
    if whole:
        return whole, ""
    for pattern in (_BEHIND, _NUMBER):
        match = pattern.fullmatch(message)
        found = picked(settings, match[1]) if match else None
        if match and found:
            return found, clean(next(part for part in match.groups()[1:] if part))[:LONGEST]
    return None


def all_noted(settings: Values, message: str) -> Raw | None:
    """Several options, each perhaps with a comment, as raw input: “1：太慢；3” or “慢（太慢）、贵”."""
    bare = several(settings, message)
    if bare:
        return bare
    lines = _each(settings, [part for part in _LINES.split(message) if part.strip()])
    found = lines or _each(settings, [part for part in _ENTRIES.findall(message) if part.strip()])
    return {"": [id_ for id_, _ in found], **{id_: [text] for id_, text in found if text}} if found else None


def _each(settings: Values, parts: Sequence[str]) -> list[tuple[str, str]] | None:
    """Every part's option and comment; None if one is unclear."""
    found = [noted(settings, part) for part in parts]
    return [each for each in found if each] if all(found) else None
