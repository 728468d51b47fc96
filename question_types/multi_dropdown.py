"""Several options out of a long list."""

from __future__ import annotations

from typing import ClassVar

from wtforms import StringField
from wtforms.validators import Length

from question_types._several import Several, SeveralSettings
from question_types.base import N_, Example


class MultiDropdown(Several):
    """Tick boxes in a list that opens; phones' own lists for several choices hide what was chosen."""

    key: ClassVar[str] = "multi_dropdown"
    label: ClassVar[str] = N_("Multiple-choice dropdown")
    hint: ClassVar[str] = N_("Several of many options, in a list that opens")
    template: ClassVar[str] = "question_types/fold.html"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:tagbox", "opnform:multi_select/dropdown", "qsf:MC/MSB")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "xuhui", "label": "徐汇店"},
                    {"id": "jingan", "label": "静安店"},
                    {"id": "pudong", "label": "浦东陆家嘴店"},
                    {"id": "minhang", "label": "闵行莘庄店"},
                    {"id": "hongkou", "label": "虹口足球场店"},
                    {"id": "none", "label": "都没有去过", "exclusive": True},
                ],
                "placeholder": "请选择门店，可多选",
            },
            {"": ["pudong", "xuhui"]},
            ["xuhui", "pudong"],
            "过去三个月，您去过哪些门店？",
        ),
        Example(
            {
                "options": [
                    {"id": "bread", "label": "Bread and pastries"},
                    {"id": "dairy", "label": "Dairy"},
                    {"id": "fruit", "label": "Fruit and vegetables"},
                    {"id": "frozen", "label": "Frozen food"},
                ],
                "other": True,
                "max": 3,
            },
            {"": ["fruit", "other"], "other": ["Flowers"]},
            {"v": ["fruit", "other"], "other": {"other": "Flowers"}},
            "Which departments did you visit today?",
        ),
    )

    class Settings(SeveralSettings):
        placeholder = StringField(
            N_("Text of the closed list"),
            [Length(max=60)],
            default="",
            description=N_("Left empty: “Please choose”"),
        )
