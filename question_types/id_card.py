"""The number of a Chinese identity card."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from question_types._personal import Personal
from question_types._provinces import PROVINCES
from question_types._reading import folded
from question_types.base import N_, Column, Example, Invalid, Json, Values, Words, today

_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SPACING = re.compile(r"[\s.\-‐‑–—·_]+")

PLACES = frozenset(code[:2] for code in PROVINCES) | {"83"}
"""First two digits: the province, or 83 for residents from Taiwan."""

EARLIEST = 1850
"""A year of birth before it is a slip in typing."""


class IdCard(Personal):
    """Eighteen signs, the last computed from the others. Stored encrypted, shown with its middle hidden."""

    key: ClassVar[str] = "id_card"
    label: ClassVar[str] = N_("ID card number")
    hint: ClassVar[str] = N_("An 18-digit identity number: checked, stored encrypted, never charted")
    operators: ClassVar[str] = ""
    sealed: ClassVar[bool] = True
    longest: ClassVar[int] = 30
    specimens: ClassVar[tuple[str, ...]] = ("11010519491231002X", "110101199003070011", "440305198501011231")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "18 位，末位可能是 X"},
            {"": ["１１０１０５ 19491231 002x"]},
            "11010519491231002X",
            "请填写身份证号，仅用于办理理赔",
        ),
        Example(
            {},
            {"": ["110101-19900307-0011"]},
            "110101199003070011",
            "What is the number of your Chinese identity card?",
        ),
    )

    def canonical(self, settings: Values, text: str) -> str:
        return _SPACING.sub("", folded(text)).upper()

    def known(self, settings: Values, text: str) -> bool:
        if not _FORM.fullmatch(text) or text[:2] not in PLACES or not _born(text[6:14]):
            return False
        return bool(text[-1] == _ric().calc_check_digit(text))

    def refused(self, settings: Values) -> Invalid:
        return Invalid("Please check the identity number; it has 18 signs and the last may be an X.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with your 18-digit identity number.")

    def label_of(self, settings: Values, value: Json) -> str:
        return hidden(value)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "choice", {"1": Words(N_("Answered"))})]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [None if value is None else 1]


def hidden(number: Json) -> str:
    """A number without its birthday and place: ``110***********1234``; of what is still sealed, nothing."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if isinstance(number, str) else "•" * 18


def _born(digits: str) -> bool:
    """Whether eight digits are a day somebody can have been born on."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return day.year >= EARLIEST and day <= today()


@cache
def _ric() -> Any:
    """Who knows the check digit; loaded with the first number, because it drags half a library along."""
    return import_module("stdnum.cn.ric")
