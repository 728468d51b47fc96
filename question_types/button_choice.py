"""Options as tags to tap."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField

from question_types._choices import Choice, Single, chosen_of
from question_types._several import Several, SeveralSettings
from question_types.base import N_, Column, Example, Json, Part, Raw, Values

ONE, MANY = Single(), Several()


class ButtonChoice(Choice):
    """One option or several, as the author decides; stored like the plain choices."""

    key: ClassVar[str] = "button_choice"
    label: ClassVar[str] = N_("Tag choice")
    hint: ClassVar[str] = N_("Short options as tags, one or several of them")
    template: ClassVar[str] = "question_types/chips.html"
    operators: ClassVar[str] = "QM"
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

    class Settings(SeveralSettings):
        many = BooleanField(
            N_("Several can be chosen"),
            default=False,
            description=N_("“At least” and “At most” apply only then"),
        )

    def kind(self, settings: Values) -> Choice:
        """The plain choice it behaves like."""
        return MANY if settings["many"] else ONE

    def problems(self, settings: Values) -> list[str]:
        return self.kind(settings).problems(settings)

    def parse(self, settings: Values, raw: Raw) -> Json:
        return self.kind(settings).parse(settings, raw)

    def check(self, settings: Values, value: Json) -> None:
        self.kind(settings).check(settings, value)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return self.kind(settings).domain(settings)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        chosen = chosen_of(value)
        return {"": 1} | dict.fromkeys(chosen if isinstance(chosen, list) else [chosen], 1)

    def label_of(self, settings: Values, value: Json) -> str:
        return self.kind(settings).label_of(settings, value)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return self.kind(settings).columns(code, settings)

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return self.kind(settings).cells(settings, value)

    def say(self, settings: Values) -> str | None:
        return self.kind(settings).say(settings)

    def hear(self, settings: Values, message: str) -> Raw | None:
        return self.kind(settings).hear(settings, message)
