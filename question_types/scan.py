"""A barcode or QR code, scanned with the camera or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange

from question_types import _charts
from question_types._reading import clean, dirty, folded, one
from question_types.base import (
    N_,
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

FORMATS: dict[str, tuple[str, str, str]] = {
    "digits": (r"[0-9]+", N_("This code may only have digits."), "6901234567892"),
    "letters": (r"[A-Za-z0-9._/-]+", N_("This code may only have letters and digits."), "SN-2025-0816"),
    "ean": (r"[0-9]{8}|[0-9]{12,14}", N_("This is not the number of a product."), "6901234567892"),
    "url": (r"https?://[^\s<>\"]+", N_("This code holds no web address."), "https://example.com/t/1024"),
}
"""Format → pattern (linear on any text), refusal, specimen."""

OTHER = "others"


class Known(Form):
    """A code that is known, and what it stands for."""

    code = StringField(N_("Content of the code"), [DataRequired(), Length(max=200)])
    label = StringField(N_("Meaning"), [DataRequired(), Length(max=100)])


class Scan(QuestionType):
    """The text of a code. It counts under the known code it equals, or under ``others``."""

    key: ClassVar[str] = "scan"
    label: ClassVar[str] = N_("Barcode or QR code")
    family: ClassVar[str] = N_("Capture")
    hint: ClassVar[str] = N_("Scanned with the camera or typed")
    template: ClassVar[str] = "question_types/scan.html"
    files: ClassVar[tuple[str, ...]] = ("scan.js", "capture.css")
    devices: ClassVar[tuple[str, ...]] = ("camera",)
    operators: ClassVar[str] = "TQ"
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:Barcode", "opnform:barcode", "xlsform:barcode")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"format": "ean", "known": [{"code": "6901234567892", "label": "经典款"}]},
            {"": ["６９０１２３４５６７８９２"]},
            "6901234567892",
            "请扫描商品包装上的条形码",
        ),
        Example({"format": "letters"}, {"": ["SN-2025-0816"]}, "SN-2025-0816", "Scan the serial number"),
    )

    class Settings(Form):
        format = SelectField(
            N_("What the code holds"),
            choices=[
                SelectChoice("any", N_("Anything")),
                SelectChoice("digits", N_("Digits")),
                SelectChoice("letters", N_("Letters and digits")),
                SelectChoice("ean", N_("Number of a product (EAN, UPC, GTIN)")),
                SelectChoice("url", N_("Web address")),
            ],
            default="any",
        )
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=1000)], default=200, description=N_("Characters")
        )
        known = FieldList(
            FormField(Known),
            N_("Known codes"),
            max_entries=200,
            description=N_("Counted one by one; all else is counted together"),
        )
        only_known = BooleanField(N_("Refuse all other codes"), default=False)

    def problems(self, settings: Values) -> list[str]:
        codes = [each["code"] for each in settings["known"]]
        if len(set(codes)) < len(codes):
            return [N_("A code stands in the list twice.")]
        if settings["only_known"] and not codes:
            return [N_("List the known codes before refusing all others.")]
        return []

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = " ".join(clean(one(raw)[:4000]).split())
        return (folded(text) if settings["format"] in FORMATS else text) or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or not value.strip() or dirty(value) or "\n" in value:
            raise Invalid("Please scan the code again, or type what stands below it.")
        if len(value) > settings["max_length"]:
            raise Invalid("This code is longer than %(most)s characters.", most=settings["max_length"])
        pattern, refusal, _ = FORMATS.get(settings["format"], (".+", "", ""))
        if not re.fullmatch(pattern, value):
            raise Invalid(refusal)
        if settings["format"] == "ean" and not sound(value):
            raise Invalid("The last digit of this number does not fit. Please check it.")
        if settings["only_known"] and value not in {each["code"] for each in settings["known"]}:
            raise Invalid("This code is not on our list. Please check that it is the right one.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        known = [each["code"] for each in settings["known"]]
        specimens = (
            [FORMATS[settings["format"]][2]] if settings["format"] in FORMATS else ["SN-2025-0816", "订单 12"]
        )
        texts = (
            known
            if settings["only_known"]
            else [*known, *(each[: settings["max_length"]] for each in specimens)]
        )
        return (Part("", tuple(dict.fromkeys(texts or specimens)), open=True),)

    def _places(self, settings: Values) -> dict[str, str]:
        """Code → bucket of the known codes."""
        return {each["code"]: f"k{place}" for place, each in enumerate(settings["known"], 1)}

    def buckets(self, settings: Values) -> dict[str, str]:
        if not settings["known"]:
            return {}
        known = {f"k{place}": each["label"] for place, each in enumerate(settings["known"], 1)}
        return known if settings["only_known"] else known | {OTHER: Words(N_("Other codes"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        if not settings["known"]:
            return {"": 1}
        bucket = self._places(settings).get(value, OTHER)
        return {"": 1, bucket: 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return str(value)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = [row for row in summary["rows"] if row["n"]]
        return _charts.bars(rows) if rows else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code), Column(f"{code}.meaning", Words(N_("Meaning of the code")))]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        labels = {each["code"]: each["label"] for each in settings["known"]}
        return [value, labels.get(value) if value else None]

    def say(self, settings: Values) -> str | None:
        return Words(N_("Reply with the number or letters below the code."))

    def hear(self, settings: Values, message: str) -> Raw | None:
        text = self.parse(settings, {"": [message[:1000]]})
        return {"": [text]} if text else None


def sound(number: str) -> bool:
    """Whether the check digit of a GTIN (8, 12, 13 or 14 digits) fits; GS1 General Specifications 7.9."""
    digits = [int(sign) for sign in reversed(number)]
    return len(digits) in (8, 12, 13, 14) and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
