"""The family of choices that are single or multiple as the author decides."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField

from question_types._choices import Choice, Single, chosen_of
from question_types._several import Several, SeveralSettings
from question_types.base import N_, Column, Json, Part, Raw, Values

ONE, MANY = Single(), Several()


class EitherSettings(SeveralSettings):
    """A plain choice's settings and whether it takes several options."""

    many = BooleanField(
        N_("Several can be chosen"),
        default=False,
        description=N_("“At least” and “At most” apply only then"),
    )


class Either(Choice):
    """One option or several; stored like the plain choices."""

    operators: ClassVar[str] = "QM"

    class Settings(EitherSettings):
        pass

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
