"""A person's name."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from question_types._personal import Personal
from question_types.base import N_, Example, Invalid, Values

BESIDE = frozenset(" ·•・.'’-")
"""What stands between the letters of names: 阿卜杜拉·买买提, O'Neil, Mary-Jane W."""


class Name(Personal):
    """The whole name in one field, as Chinese forms ask for it; letters of any script."""

    key: ClassVar[str] = "name"
    label: ClassVar[str] = N_("Person's name")
    hint: ClassVar[str] = N_("How the customer is called")
    autofill: ClassVar[str] = "name"
    longest: ClassVar[int] = 60
    specimens: ClassVar[tuple[str, ...]] = ("李雷", "阿卜杜拉·买买提", "Grace O'Neil")
    aliases: ClassVar[tuple[str, ...]] = ("heyform:full_name", "surveyjs:text/name")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"placeholder": "请填写真实姓名"}, {"": [" 欧阳 娜娜 "]}, "欧阳娜娜", "怎么称呼您？"),
        Example({}, {"": ["Grace  O'Neil"]}, "Grace O'Neil", "What is your name?"),
    )

    def canonical(self, settings: Values, text: str) -> str:
        """Spaces between Chinese characters are a habit of typing, not part of a name."""
        whole = text.replace(" ", "")
        return whole if whole and all(_chinese(character) for character in whole) else text

    def known(self, settings: Values, text: str) -> bool:
        letters = [character for character in text if character not in BESIDE]
        return bool(letters) and text == text.strip() and all(_letter(character) for character in letters)

    def refused(self, settings: Values) -> Invalid:
        return Invalid("Please write your name, without digits or other signs.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with your name.")


def _chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")


def _letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character == "〇"
