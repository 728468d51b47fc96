"""A button that leads to another site; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from question_types._display import HTTPS, UNSAFE, Display
from question_types.base import N_, Example, Values


class CallToAction(Display):
    """Opens beside the survey, which stays where it was; whether it was tapped is not stored."""

    key: ClassVar[str] = "call_to_action"
    label: ClassVar[str] = N_("Call to action")
    hint: ClassVar[str] = N_("A button that opens another page")
    template: ClassVar[str] = "question_types/call_to_action.html"
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:cta",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "text": "加入会员，下次到店可用一张八折券。",
                "label": "去领取",
                "url": "https://example.com/member",
            },
            {},
            None,
            "送您一份小礼物",
        ),
        Example(
            {
                "text": "Your answers so far are kept while you read.",
                "label": "Read the warranty terms",
                "url": "https://example.com/warranty",
                "look": "plain",
            },
            {},
            None,
            "Before you decide",
        ),
    )

    class Settings(Form):
        text = TextAreaField(N_("Text to read"), [Length(max=2000)], default="")
        label = StringField(N_("Text of the button"), [Length(max=60)], default="")
        url = StringField(
            N_("Where it leads"), [Optional(), Length(max=500), Regexp(HTTPS, message=UNSAFE)], default=""
        )
        look = SelectField(
            N_("Look"),
            choices=[
                SelectChoice("primary", N_("Filled button")),
                SelectChoice("plain", N_("Outlined button")),
            ],
            default="primary",
        )

    def problems(self, settings: Values) -> list[str]:
        found = []
        if not settings["label"].strip():
            found.append(N_("The button needs a text."))
        if not settings["url"]:
            found.append(N_("Say where the button leads."))
        return found
