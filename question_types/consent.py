"""Informed consent: the customer agrees, or does not go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length, Regexp
from wtforms.validators import Optional as Empty

from question_types._reading import folded, one
from question_types.base import (
    N_,
    PLAIN,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Values,
    Words,
)

YES = frozenset(
    {
        "yes",
        "y",
        "true",
        "on",
        "1",
        "agree",
        "agreed",
        "i agree",
        "ok",
        "同意",
        "已同意",
        "我同意",
        "是",
        "是的",
    }
)


class Consent(QuestionType):
    """``true`` or nothing; the text agreed to is in the survey's version, the time in the response."""

    key: ClassVar[str] = "consent"
    legible: ClassVar[str] = PLAIN
    label: ClassVar[str] = N_("Informed consent")
    family: ClassVar[str] = N_("Business questions")
    hint: ClassVar[str] = N_("Agreement to a text, such as a privacy notice")
    template: ClassVar[str] = "question_types/consent.html"
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:consent", "heyform:legal_terms", "xlsform:acknowledge")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "text": "我们仅将您的回答用于改进服务，保存一年后删除。",
                "url": "https://example.com/privacy",
                "url_label": "查看隐私政策",
            },
            {"": ["yes"]},
            True,
            "个人信息使用说明",
        ),
        Example(
            {
                "text": "We use your answers to improve our service and delete them after one year.",
                "label": "I agree",
            },
            {"": ["yes"]},
            True,
            "How we use your answers",
        ),
    )

    class Settings(Form):
        text = TextAreaField(
            N_("Consent text"), [Length(max=5000)], default="", description=N_("What customers agree to")
        )
        url = StringField(
            N_("Link to the full text"),
            [
                Empty(),
                Length(max=500),
                Regexp(
                    r"https?://[^\s\"'<>]+\Z", message=N_("The link must begin with http:// or https://.")
                ),
            ],
            default="",
        )
        url_label = StringField(
            N_("Text of the link"),
            [Length(max=60)],
            default="",
            description=N_("Left empty: “Read the full text”"),
        )
        label = StringField(
            N_("Text beside the box"),
            [Length(max=100)],
            default="",
            description=N_("Left empty: “I have read this and agree”"),
        )

    def problems(self, settings: Values) -> list[str]:
        if settings["text"].strip() or settings["url"]:
            return []
        return [N_("Give the text customers agree to, or a link to it.")]

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = folded(one(raw)).casefold()
        if text and text not in YES:
            raise Invalid("Please tick the box if you agree.")
        return True if text else None

    def check(self, settings: Values, value: Json) -> None:
        if value is not True:
            raise Invalid("Please tick the box if you agree.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return (Part("", (True,)),)

    def buckets(self, settings: Values) -> dict[str, str]:
        return {"agreed": Words(N_("Agreed"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, "agreed": 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return Words(N_("Agreed"))

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "choice", {"1": Words(N_("Agreed"))})]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [1 if value else None]

    def say(self, settings: Values) -> str | None:
        parts: Mapping[str, Any] = {"text": settings["text"].strip(), "url": settings["url"]}
        body = "\n".join(part for part in parts.values() if part)
        return Words(N_("%(text)s\nReply “agree” if you agree."), text=body)

    def hear(self, settings: Values, message: str) -> Raw | None:
        return {"": ["yes"]} if folded(message[:100]).casefold().rstrip(".!。 ") in YES else None
