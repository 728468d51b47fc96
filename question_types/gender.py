"""A person's gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, Form

from question_types import _charts
from question_types._fixed import Answer, Fixed
from question_types.base import N_, Example, Totals, Values, Words

MALE = Answer("male", "male", "male", Words(N_("Male")))
FEMALE = Answer("female", "female", "female", Words(N_("Female")))
ANOTHER = Answer("another", "another", "another", Words(N_("Another gender")))
PRIVATE = Answer("private", "private", "private", Words(N_("Prefer not to say")))


class Gender(Fixed):
    """``male``, ``female``, ``another`` or ``private``."""

    key: ClassVar[str] = "gender"
    label: ClassVar[str] = N_("Gender question")
    family: ClassVar[str] = N_("Personal data")
    hint: ClassVar[str] = N_("Gender, with the choice not to say")
    aliases: ClassVar[tuple[str, ...]] = ("lss:G",)
    replies: ClassVar[Mapping[str, frozenset[str]]] = {
        "male": frozenset({"男", "男性", "先生", "m", "man", "male"}),
        "female": frozenset({"女", "女性", "女士", "小姐", "f", "woman", "female"}),
        "another": frozenset({"其他", "other", "non-binary"}),
        "private": frozenset({"保密", "不说", "不愿透露", "不便透露"}),
    }
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["female"]}, "female", "您的性别是？"),
        Example({"another": True}, {"": ["private"]}, "private", "What is your gender?"),
    )

    class Settings(Form):
        another = BooleanField(N_("Offer “Another gender”"), default=False)
        private = BooleanField(
            N_("Offer “Prefer not to say”"), default=True, description=N_("Advised: nobody has to answer")
        )

    def answers(self, settings: Values) -> Sequence[Answer]:
        further = ((ANOTHER, settings["another"]), (PRIVATE, settings["private"]))
        return MALE, FEMALE, *(answer for answer, offered in further if offered)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        return super().summary(settings, totals) | {"headline": None}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"], sort=False) if summary["n"] else None
