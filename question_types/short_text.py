"""One line of free text."""

from __future__ import annotations

import re
from typing import ClassVar

from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from question_types._reading import folded
from question_types._texts import FORMATS, Text
from question_types.base import LINE, N_, Example, Invalid, Json, Part, Raw, Values


class ShortText(Text):
    """A name, a number plate, a keyword. Anything beyond the formats is a matter for rules."""

    key: ClassVar[str] = "short_text"
    legible: ClassVar[str] = LINE
    label: ClassVar[str] = N_("Short text")
    hint: ClassVar[str] = N_("A word or a line")
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:S",
        "surveyjs:text",
        "formbricks:openText",
        "surveyking:FillBlank",
        "xiaoju:text",
        "heyform:short_text",
        "tduck:INPUT",
        "opnform:text",
        "xlsform:text",
        "indico:text",
        "qsf:TE/SL",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"max_length": 20, "placeholder": "例如：王店长"},
            {"": ["小林"]},
            "小林",
            "哪位员工让您印象深刻？",
        ),
        Example(
            {"format": "digits", "min_length": 6, "max_length": 12},
            {"": ["２０２５０８１６"]},
            "20250816",
            "请填写小票上的订单号",
        ),
        Example({"format": "letters"}, {"": ["Grace O'Neil"]}, "Grace O'Neil", "What should we call you?"),
    )

    class Settings(Form):
        format = SelectField(
            N_("Allowed characters"),
            choices=[
                SelectChoice("any", N_("Any")),
                SelectChoice("chinese", N_("Chinese characters only")),
                SelectChoice("letters", N_("Latin letters only")),
                SelectChoice("digits", N_("Digits only")),
            ],
            default="any",
        )
        min_length = IntegerField(
            N_("Shortest length"),
            [NumberRange(min=0, max=200)],
            default=0,
            description=N_("Characters; 0 for no limit"),
        )
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=500)], default=100, description=N_("Characters")
        )
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = super().parse(settings, raw)
        if text is None:
            return None
        line = " ".join(text.split())
        return folded(line) or None if settings["format"] in ("letters", "digits") else line

    def check(self, settings: Values, value: Json) -> None:
        super().check(settings, value)
        if "\n" in value:
            raise Invalid("Please write your answer on one line.")
        if settings["format"] in FORMATS:
            pattern, refusal, _ = FORMATS[settings["format"]]
            if not re.fullmatch(pattern, value):
                raise Invalid(refusal)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        if settings["format"] not in FORMATS:
            return super().domain(settings)
        specimen = FORMATS[settings["format"]][2].replace(" ", "")
        low, high = max(settings["min_length"] or 0, 1), settings["max_length"]
        texts = [(specimen * (length // len(specimen) + 1))[:length] for length in sorted({low, high})]
        return (Part("", tuple(texts), open=True),)
