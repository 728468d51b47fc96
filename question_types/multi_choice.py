"""Any number of options out of several."""

from __future__ import annotations

from typing import ClassVar

from wtforms import IntegerField
from wtforms.validators import NumberRange

from question_types._several import Several, SeveralSettings
from question_types.base import N_, Example


class MultiChoice(Several):
    """Tick boxes."""

    key: ClassVar[str] = "multi_choice"
    label: ClassVar[str] = N_("Multiple choice")
    hint: ClassVar[str] = N_("Several options at once")
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:M",
        "surveyjs:checkbox",
        "formbricks:multipleChoiceMulti",
        "surveyking:Checkbox",
        "xiaoju:checkbox",
        "tduck:CHECKBOX",
        "opnform:multi_select",
        "xlsform:select_multiple",
        "indico:multiselect",
        "qsf:MC/MAVR",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "wait", "label": "排队时间长"},
                    {"id": "staff", "label": "员工态度"},
                    {"id": "stock", "label": "想买的缺货"},
                    {"id": "price", "label": "价格与标签不一致"},
                    {"id": "none", "label": "都没有", "exclusive": True},
                ],
                "other": True,
                "max": 3,
            },
            {"": ["stock", "wait", "other"], "other": ["停车场太小"]},
            {"v": ["wait", "stock", "other"], "other": {"other": "停车场太小"}},
            "这次购物中，您遇到过哪些问题？",
        ),
        Example(
            {
                "options": [
                    {"id": "price", "label": "Price"},
                    {"id": "battery", "label": "Battery life"},
                    {"id": "camera", "label": "Camera"},
                    {"id": "brand", "label": "Brand"},
                ],
                "min": 2,
                "max": 2,
                "order": "random",
            },
            {"": ["camera", "battery"]},
            ["battery", "camera"],
            "Which two things mattered most when you chose this phone?",
        ),
    )

    class Settings(SeveralSettings):
        across = IntegerField(
            N_("Options side by side"),
            [NumberRange(min=1, max=4)],
            default=1,
            description=N_("On wide screens; phones show one per line"),
        )
