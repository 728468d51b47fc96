"""The family of free texts."""

from __future__ import annotations

from typing import ClassVar

from question_types._reading import clean, dirty, one
from question_types.base import N_, PLAIN, Invalid, Json, Part, QuestionType, Raw, Values, Words

PHRASES = (
    "好",
    "服务很好，下次还来。",
    "等了快一个小时，打电话也没人接，要求退款。",
    "工作人员很热情，就是排队的时间太长了，希望高峰时段能多开几个窗口，也提前告诉大家大概要等多久，免得白跑一趟。",
)

FORMATS: dict[str, tuple[str, str, str]] = {
    "chinese": (
        r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇·•]+",
        N_("Please use Chinese characters only."),
        "北京市海淀区",
    ),
    "letters": (r"[A-Za-z][A-Za-z .'\-]*", N_("Please use letters only."), "Alex Morgan"),
    "digits": (r"[0-9]+", N_("Please use digits only."), "20250731"),
}
"""Format → pattern (one character class after another, linear on any text), refusal, specimen."""


class Text(QuestionType):
    """A string; all of it is the customer's words."""

    family: ClassVar[str] = N_("Text and numbers")
    legible: ClassVar[str] = PLAIN
    template: ClassVar[str] = "question_types/text.html"
    operators: ClassVar[str] = "T"
    multiline: ClassVar[bool] = False

    def problems(self, settings: Values) -> list[str]:
        if (settings["min_length"] or 0) > settings["max_length"]:
            return [N_("The shortest length is greater than the longest.")]
        return []

    def parse(self, settings: Values, raw: Raw) -> Json:
        return clean(one(raw)) or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("Please write your answer as text.")
        low, high = settings["min_length"] or 0, settings["max_length"]
        if len(value) > high:
            raise Invalid(
                "Please shorten your answer to %(most)s characters; it has %(n)s.", most=high, n=len(value)
            )
        if len(value) < low:
            raise Invalid("Please write at least %(least)s characters.", least=low)
        if dirty(value):
            raise Invalid("This text contains characters that cannot be stored. Please type it again.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = settings["min_length"] or 0, settings["max_length"]
        texts = [
            (phrase * (low // len(phrase) + 1) if len(phrase) < low else phrase)[:high] for phrase in PHRASES
        ]
        longest = (PHRASES[2] * (high // len(PHRASES[2]) + 1))[:high]
        return (Part("", tuple(dict.fromkeys([*texts, longest])), open=True),)

    def text(self, settings: Values, value: Json) -> str:
        return str(value)

    def say(self, settings: Values) -> str | None:
        return Words(N_("Reply in your own words."))

    def hear(self, settings: Values, message: str) -> Raw | None:
        return {"": [clean(message)]} if clean(message) else None
