"""A mobile phone number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Regexp

from question_types import _charts
from question_types._personal import Personal, PersonalSettings
from question_types._reading import folded
from question_types.base import N_, Example, Invalid, Json, Proof, Values, Words

REGIONS = {
    "cn": ("+86", Words(N_("Mainland China"))),
    "hk": ("+852", Words(N_("Hong Kong, China"))),
    "mo": ("+853", Words(N_("Macao, China"))),
    "tw": ("+886", Words(N_("Taiwan, China"))),
}

_CHINESE = re.compile(r"\+861[3-9][0-9]{9}")
_FOREIGN = re.compile(r"\+(?!86)[1-9][0-9]{6,14}")
_SPACING = re.compile(r"[\s().\-‐‑–—·]+")


class Mobile(Personal):
    """The number in E.164 (``+8613800138000``). A number without a country is taken as Chinese. With
    ``verify`` it is only taken once a code sent to it has come back."""

    key: ClassVar[str] = "mobile"
    label: ClassVar[str] = N_("Mobile phone number")
    hint: ClassVar[str] = N_("A mobile phone number, checked for its form")
    template: ClassVar[str] = "question_types/mobile.html"
    files: ClassVar[tuple[str, ...]] = ("mobile.js", "mobile.css")
    control: ClassVar[str] = "tel"
    keyboard: ClassVar[str] = "tel"
    autofill: ClassVar[str] = "tel"
    longest: ClassVar[int] = 30
    specimens: ClassVar[tuple[str, ...]] = (
        "+8613800138000",
        "+8619912345678",
        "+85291234567",
        "+4915112345678",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:text/tel",
        "formbricks:openText/phone",
        "heyform:phone_number",
        "opnform:phone_number",
        "tduck:PHONE_VERIFICATION",
        "indico:phone",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["１３８ 0013 8000"]}, "+8613800138000", "请留下手机号，我们会尽快与您联系"),
        Example(
            {"region": "any"}, {"": ["+44 7700 900123"]}, "+447700900123", "Which number may we call you on?"
        ),
    )

    class Settings(PersonalSettings):
        region = SelectField(
            N_("Allowed numbers"),
            choices=[
                SelectChoice("cn", N_("Mainland China only")),
                SelectChoice("any", N_("All countries and regions")),
            ],
            default="cn",
        )
        verify = BooleanField(
            N_("Verify by a code"),
            default=False,
            description=N_("A code is sent to the number by text message and must be entered."),
        )
        sender = StringField(
            N_("Channel account that sends the codes"),
            [Length(max=32), Regexp(r"[A-Z0-9]*$", message=N_("Give the account's code."))],
            default="",
            description=N_("Code of the account. Empty: the test channel, which only shows the codes here."),
        )

    def proof(self, settings: Values, value: Json) -> Proof | None:
        return Proof(value, settings["sender"]) if settings["verify"] else None

    def say(self, settings: Values) -> str | None:
        return None if settings["verify"] else super().say(settings)

    def canonical(self, settings: Values, text: str) -> str:
        plain = _SPACING.sub("", folded(text))
        if re.fullmatch(r"1[3-9][0-9]{9}", plain):
            return f"+86{plain}"
        if re.fullmatch(r"861[3-9][0-9]{9}", plain):
            return f"+{plain}"
        return f"+{plain[2:]}" if re.fullmatch(r"00[1-9][0-9]+", plain) else plain

    def known(self, settings: Values, text: str) -> bool:
        if _CHINESE.fullmatch(text):
            return True
        return settings["region"] == "any" and bool(_FOREIGN.fullmatch(text))

    def refused(self, settings: Values) -> Invalid:
        if settings["region"] == "any":
            return Invalid("Please check the number; outside mainland China it begins with + and its code.")
        return Invalid("Please enter a mobile phone number of 11 digits.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with your mobile phone number.")

    def buckets(self, settings: Values) -> dict[str, str]:
        if settings["region"] == "cn":
            return {}
        return {**{key: label for key, (_, label) in REGIONS.items()}, "other": Words(N_("Elsewhere"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        if settings["region"] == "cn":
            return {"": 1}
        found = (key for key, (prefix, _) in REGIONS.items() if value.startswith(prefix))
        return {"": 1, next(found, "other"): 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return f"+86 {value[3:6]} {value[6:10]} {value[10:]}" if value.startswith("+86") else str(value)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"]) if summary["n"] and summary["rows"] else None
