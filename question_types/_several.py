"""The family of multiple choices: any number of options out of several."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, FormField, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types._choices import (
    OTHER,
    Choice,
    ChoiceSettings,
    LimitedOption,
    check_other,
    chosen_of,
    numbered,
    option_text,
    options,
    other_text,
    several,
    with_text,
    written,
)
from question_types.base import N_, Column, Invalid, Joined, Json, Part, Raw, Values, Words


class MarkedOption(LimitedOption):
    """An option that may exclude all others."""

    exclusive = BooleanField(
        N_("Excludes all others"), default=False, description=N_("For options such as “None of these”")
    )


class SeveralSettings(ChoiceSettings):
    """What all multiple choices have in common."""

    options = FieldList(FormField(MarkedOption), N_("Options"), max_entries=500)
    min = IntegerField(
        N_("At least"),
        [Empty(), NumberRange(min=1, max=500)],
        description=N_("Options to choose; empty: one"),
    )
    max = IntegerField(
        N_("At most"),
        [Empty(), NumberRange(min=1, max=500)],
        description=N_("Options to choose; empty: all"),
    )


class Several(Choice):
    """A list of option ids in the author's order, or ``{"v": ids, "other": {"other": text}}``."""

    operators: ClassVar[str] = "M"
    many: ClassVar[bool] = True
    control: ClassVar[str] = "checkbox"
    few: ClassVar[int] = 1

    class Settings(SeveralSettings):
        pass

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        low, high = settings["min"] or 1, settings["max"]
        free = self._free(settings)
        if high and low > high:
            found.append(N_("“At least” is greater than “At most”."))
        if low > free:
            found.append(Words(N_("At most %(free)s of the options can be chosen together."), free=free))
        return found

    def _free(self, settings: Values) -> int:
        """How many options can be chosen together."""
        return max(1, len(options(settings)) - len(exclusive(settings)))

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = {id_.strip() for id_ in raw.get("", ()) if id_.strip()}
        text = other_text(settings, raw)
        if text and not given & exclusive(settings):
            given.add(OTHER)
        known = [id_ for id_ in options(settings) if id_ in given]
        if len(known) < len(given):
            raise Invalid("Please choose from the options shown.")
        return {"v": known, "other": {OTHER: text}} if text and OTHER in given else known or None

    def check(self, settings: Values, value: Json) -> None:
        chosen = chosen_of(value)
        if not isinstance(chosen, list) or not chosen or not all(isinstance(id_, str) for id_ in chosen):
            raise Invalid("Please choose from the options shown.")
        if isinstance(value, dict):
            check_other(settings, value, chosen)
        if len(set(chosen)) < len(chosen) or not set(chosen) <= set(options(settings)):
            raise Invalid("Please choose from the options shown.")
        self._count(settings, chosen)

    def _count(self, settings: Values, chosen: list[str]) -> None:
        excluding = exclusive(settings)
        alone = [id_ for id_ in chosen if id_ in excluding]
        if alone and len(chosen) > 1:
            label = options(settings)[alone[0]]
            raise Invalid("“%(label)s” cannot be chosen together with other options.", label=label)
        low, high = min(settings["min"] or 1, self._free(settings)), settings["max"]
        if high and len(chosen) > high:
            raise Invalid("Please choose at most %(n)s options.", n=high)
        if len(chosen) < low and not alone:
            raise Invalid("Please choose at least %(n)s options.", n=low)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        alone = exclusive(settings)
        free = tuple(id_ for id_ in options(settings) if id_ not in alone)
        high = min(settings["max"] or len(free), len(free))
        single = tuple(id_ for id_ in options(settings) if id_ in alone)
        return (Part("", free, many=True, low=settings["min"] or 1, high=high, alone=single),)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1} | dict.fromkeys(chosen_of(value), 1)

    def label_of(self, settings: Values, value: Json) -> str:
        found = options(settings)
        labels = [with_text(found[id_], written(value) if id_ == OTHER else "") for id_ in chosen_of(value)]
        return Joined(N_(", "), labels)

    def columns(self, code: str, settings: Values) -> list[Column]:
        marks = {"0": Words(N_("Not chosen")), "1": Words(N_("Chosen"))}
        found = options(settings).items()
        return [Column(f"{code}.{id_}", label, "choice", marks) for id_, label in found] + option_text(
            code, settings
        )

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        found = options(settings)
        if value is None:
            return [None] * (len(found) + bool(settings["other"]))
        marks: list[Any] = [int(id_ in chosen_of(value)) for id_ in found]
        return [*marks, written(value) or None] if settings["other"] else marks

    def say(self, settings: Values) -> str | None:
        return Words(
            N_("Reply with the numbers of your choices, such as 1,3:\n%(options)s"),
            options=numbered(settings),
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        return several(settings, message[:500])


def exclusive(settings: Values) -> set[str]:
    """Ids of the options that exclude all others."""
    return {option["id"] for option in settings["options"] if option.get("exclusive")}
