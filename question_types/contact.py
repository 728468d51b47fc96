"""Name, mobile phone, e-mail and company in one block."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import Form

from question_types._parts import REQUIRED, Block, check_line, line, use
from question_types._personal import Personal
from question_types._reading import one
from question_types.base import N_, Example, Json, Raw, Values, Words
from question_types.email import Email
from question_types.mobile import Mobile
from question_types.name import Name

KINDS: dict[str, Personal] = {"name": Name(), "mobile": Mobile(), "email": Email()}
"""Parts that other question types know how to read and check."""

COMPANY = 100
"""Longest name of a company."""

OWN: dict[str, Any] = {"region": "any", "placeholder": ""}
"""The settings with which those types are asked."""


class Contact(Block):
    """Each part as its own question type stores it; company is one line of text."""

    key: ClassVar[str] = "contact"
    label: ClassVar[str] = N_("Contact details")
    hint: ClassVar[str] = N_("Name, mobile phone, e-mail and company together")
    template: ClassVar[str] = "question_types/contact.html"
    files: ClassVar[tuple[str, ...]] = ("parts.css",)
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:contactInfo",)
    parts = {
        "name": Words(N_("Full name")),
        "mobile": Words(N_("Mobile phone")),
        "email": Words(N_("E-mail")),
        "company": Words(N_("Company")),
    }
    missing = {
        "name": N_("Please write your name."),
        "mobile": N_("Please give your mobile phone number."),
        "email": N_("Please give your e-mail address."),
        "company": N_("Please give your company."),
    }
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"email": "off"},
            {"name": ["王芳"], "mobile": ["１３８ 0013 8000"], "company": [" 云杉科技有限公司 "]},
            {"name": "王芳", "mobile": "+8613800138000", "company": "云杉科技有限公司"},
            "请留下联系方式，我们会在两个工作日内与您联系",
        ),
        Example(
            {"mobile": "optional", "email": "required", "company": "off"},
            {"name": ["Grace O'Neil"], "mobile": [""], "email": ["Grace@Example.org"]},
            {"name": "Grace O'Neil", "email": "Grace@example.org"},
            "How can we reach you?",
        ),
    )

    class Settings(Form):
        name = use(N_("Full name"), REQUIRED)
        mobile = use(N_("Mobile phone"), REQUIRED)
        email = use(N_("E-mail"), "optional")
        company = use(N_("Company"), "optional")

    def kind(self, part: str) -> Personal | None:
        """The question type that knows a part."""
        return KINDS.get(part)

    def longest(self, part: str) -> int:
        """Characters a part takes at most."""
        return KINDS[part].longest if part in KINDS else COMPANY

    def parse(self, settings: Values, raw: Raw) -> Json:
        found = {part: self._read(part, one(raw, part)) for part in self.asked(settings)}
        return {part: value for part, value in found.items() if value} or None

    def _read(self, part: str, text: str) -> Json:
        return KINDS[part].parse(OWN, {"": [text]}) if part in KINDS else line(text[: 2 * COMPANY])

    def specimens(self, settings: Values, part: str) -> tuple[Json, ...]:
        own = KINDS[part].specimens if part in KINDS else ("云杉科技有限公司", "Northwind Ltd.")
        return own if part != "mobile" else tuple(each for each in own if each.startswith("+86"))

    def check_part(self, settings: Values, part: str, value: Json) -> None:
        if part in KINDS:
            KINDS[part].check(OWN, value)
        else:
            check_line(value, COMPANY)

    def worded(self, settings: Values, part: str, value: Json) -> str:
        return KINDS[part].label_of(OWN, value) if part in KINDS else str(value)
