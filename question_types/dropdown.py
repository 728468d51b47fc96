"""One option out of a long list."""

from __future__ import annotations

from typing import ClassVar

from wtforms import StringField
from wtforms.validators import Length

from question_types._choices import ChoiceSettings, Single
from question_types.base import N_, Example


class Dropdown(Single):
    """A native select box."""

    key: ClassVar[str] = "dropdown"
    label: ClassVar[str] = N_("Dropdown")
    hint: ClassVar[str] = N_("One of many options, in a list that opens")
    template: ClassVar[str] = "question_types/select.html"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:!",
        "surveyjs:dropdown",
        "surveyking:Select",
        "tduck:SELECT",
        "opnform:select",
        "qsf:MC/DL",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "xuhui", "label": "徐汇店"},
                    {"id": "jingan", "label": "静安店"},
                    {"id": "pudong", "label": "浦东陆家嘴店"},
                    {"id": "minhang", "label": "闵行莘庄店"},
                    {"id": "hongkou", "label": "虹口足球场店"},
                ],
                "placeholder": "请选择门店",
            },
            {"": ["pudong"]},
            "pudong",
            "您去的是哪家门店？",
        ),
        Example(
            {
                "options": [
                    {"id": "y2023", "label": "2023 or earlier"},
                    {"id": "y2024", "label": "2024"},
                    {"id": "y2025", "label": "2025"},
                    {"id": "unsure", "label": "I don't remember"},
                ],
                "other": True,
            },
            {"": ["other"], "other": [" "]},
            "other",
            "When did you become a customer?",
        ),
    )

    class Settings(ChoiceSettings):
        placeholder = StringField(
            N_("Text of the closed list"),
            [Length(max=60)],
            default="",
            description=N_("Left empty: “Please choose”"),
        )
