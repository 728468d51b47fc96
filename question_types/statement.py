"""A text to read; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from question_types._display import Display
from question_types.base import N_, Example


class Statement(Display):
    """An introduction, a thank-you between sections, an instruction."""

    key: ClassVar[str] = "statement"
    label: ClassVar[str] = N_("Statement")
    hint: ClassVar[str] = N_("A text to read, without an answer")
    template: ClassVar[str] = "question_types/statement.html"
    files: ClassVar[tuple[str, ...]] = ()
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:X",
        "surveyjs:html",
        "surveyking:Remark",
        "heyform:statement",
        "tduck:DESC_TEXT",
        "opnform:nf-text",
        "xlsform:note",
        "qsf:DB",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"text": "以下问题大约需要一分钟。\n您的回答会直接送到门店负责人手中。"},
            {},
            None,
            "感谢您抽空作答",
        ),
        Example(
            {"text": "Please think of your most recent visit only.", "look": "notice"},
            {},
            None,
            "Before you go on",
        ),
    )

    class Settings(Form):
        text = TextAreaField(N_("Text to read"), [Length(max=5000)], default="")
        look = SelectField(
            N_("Look"),
            choices=[
                SelectChoice("plain", N_("Plain text")),
                SelectChoice("notice", N_("Framed notice")),
            ],
            default="plain",
        )
