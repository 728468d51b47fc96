"""Several lines of free text."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types._texts import Text
from question_types.base import N_, Example


class LongText(Text):
    """Opinions, reasons, complaints: what the analysis of customers' words reads."""

    key: ClassVar[str] = "long_text"
    label: ClassVar[str] = N_("Long text")
    hint: ClassVar[str] = N_("Opinions and reasons in the customer's own words")
    multiline: ClassVar[bool] = True
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:T",
        "lss:U",
        "surveyjs:comment",
        "formbricks:openText/long",
        "surveyking:Textarea",
        "xiaoju:textarea",
        "heyform:long_text",
        "tduck:TEXTAREA",
        "qsf:TE/ML",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "比如排队、态度、环境……"},
            {"": ["排队等了四十分钟，\r\n希望多开一个窗口。"]},
            "排队等了四十分钟，\n希望多开一个窗口。",
            "您最希望我们改进什么？",
        ),
        Example(
            {"min_length": 10, "max_length": 300},
            {"": ["  The courier called ahead and waited for me. "]},
            "The courier called ahead and waited for me.",
            "What did we do well?",
        ),
    )

    class Settings(Form):
        min_length = IntegerField(
            N_("Shortest length"),
            [NumberRange(min=0, max=500)],
            default=0,
            description=N_("Characters; 0 for no limit"),
        )
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=5000)], default=1000, description=N_("Characters")
        )
        lines = IntegerField(N_("Height in lines"), [NumberRange(min=2, max=12)], default=4)
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )
