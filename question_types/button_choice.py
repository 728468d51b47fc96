"""Options as tags to tap."""

from __future__ import annotations

from typing import ClassVar

from question_types._either import Either
from question_types.base import N_, Example


class ButtonChoice(Either):
    """One option or several, as the author decides."""

    key: ClassVar[str] = "button_choice"
    label: ClassVar[str] = N_("Tag choice")
    hint: ClassVar[str] = N_("Short options as tags, one or several of them")
    template: ClassVar[str] = "question_types/chips.html"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:buttongroup", "lss:L/bootstrap_buttons")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "taste", "label": "口味好"},
                    {"id": "fast", "label": "上菜快"},
                    {"id": "cheap", "label": "价格实惠"},
                    {"id": "clean", "label": "环境干净"},
                    {"id": "kind", "label": "服务热情"},
                ],
                "many": True,
                "max": 3,
            },
            {"": ["clean", "taste"]},
            ["taste", "clean"],
            "这家餐厅最打动您的是什么？",
        ),
        Example(
            {
                "options": [
                    {"id": "first", "label": "First visit"},
                    {"id": "monthly", "label": "About once a month"},
                    {"id": "weekly", "label": "Every week"},
                ],
                "other": True,
            },
            {"": ["weekly"]},
            "weekly",
            "How often do you visit us?",
        ),
    )
