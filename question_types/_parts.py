"""The family of blocks: several personal data asked for together; an answer is part → value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from question_types import _charts
from question_types._reading import clean, dirty
from question_types._rows import joined
from question_types.base import N_, Column, Invalid, Json, Part, QuestionType, Totals, Values

OFF, OPTIONAL, REQUIRED = "off", "optional", "required"


def use(label: str, default: str) -> SelectField:
    """The setting whether a part is asked for."""
    choices = [
        SelectChoice(OFF, N_("Not asked")),
        SelectChoice(OPTIONAL, N_("May stay empty")),
        SelectChoice(REQUIRED, N_("Must be answered")),
    ]
    return SelectField(label, choices=choices, default=default)


class Block(QuestionType):
    """A part's bucket counts how often it was answered. Subclasses say which parts there are, how each is
    read and checked, and what it counts as beside that."""

    family: ClassVar[str] = N_("Personal data")
    operators: ClassVar[str] = "RT"
    parts: ClassVar[Mapping[str, str]] = {}
    """Part → label, in the order they stand on the page."""
    missing: ClassVar[Mapping[str, str]] = {}
    """Part → what is said where it is demanded and empty."""

    def asked(self, settings: Values) -> dict[str, str]:
        """The parts in use and their labels."""
        return {part: label for part, label in self.parts.items() if settings[part] != OFF}

    def specimens(self, settings: Values, part: str) -> tuple[Json, ...]:
        """Allowed values of a part."""
        raise NotImplementedError

    def check_part(self, settings: Values, part: str, value: Json) -> None:
        """Raises Invalid unless the part may be ``value``."""
        raise NotImplementedError

    def counted(self, part: str, value: Json) -> list[str]:
        """Further buckets, within the part's, that its value falls in."""
        return []

    def worded(self, settings: Values, part: str, value: Json) -> str:
        """One part in words."""
        return str(value)

    def problems(self, settings: Values) -> list[str]:
        return [] if self.asked(settings) else [N_("Ask for at least one part.")]

    def check(self, settings: Values, value: Json) -> None:
        asked = self.asked(settings)
        if not isinstance(value, dict) or not value or not set(value) <= set(asked):
            raise Invalid("Please fill in the fields shown.")
        for part, each in value.items():
            self.check_part(settings, part, each)
        for part in asked:
            if settings[part] == REQUIRED and part not in value:
                raise Invalid(self.missing[part])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        """One part alone is not left out: the answer would be none."""
        asked = self.asked(settings)
        return tuple(
            Part(
                part,
                self.specimens(settings, part),
                open=True,
                optional=settings[part] != REQUIRED and len(asked) > 1,
            )
            for part in asked
        )

    def buckets(self, settings: Values) -> dict[str, str]:
        return dict(self.asked(settings))

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        inside = [f"{part}:{key}" for part, each in value.items() for key in self.counted(part, each)]
        return {"": 1} | dict.fromkeys([*value, *inside], 1)

    def label_of(self, settings: Values, value: Json) -> str:
        asked = self.asked(settings)
        pairs = [(asked[part], self.worded(settings, part, value[part])) for part in asked if part in value]
        return joined(pairs)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        asked = self.asked(settings)
        return found | {"rows": [row for row in found["rows"] if row["bucket"] in asked]}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"], sort=False) if summary["n"] and summary["rows"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(f"{code}.{part}", label) for part, label in self.asked(settings).items()]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [(value or {}).get(part) for part in self.asked(settings)]


def line(text: str) -> str:
    """A text as one line."""
    return " ".join(clean(text).split())


def check_line(value: Json, most: int) -> None:
    """Raises Invalid unless ``value`` is one line of at most so many characters."""
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise Invalid("Please write your answer on one line.")
    if len(value) > most:
        raise Invalid(
            "Please shorten your answer to %(most)s characters; it has %(n)s.", most=most, n=len(value)
        )
    if dirty(value):
        raise Invalid("This text contains characters that cannot be stored. Please type it again.")
