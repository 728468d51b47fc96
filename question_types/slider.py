"""A number on a track."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from wtforms import FloatField, Form, StringField
from wtforms.validators import Length, NumberRange

from question_types import _quantity
from question_types._bins import Bins
from question_types._numbers import Numeric, exact
from question_types.base import N_, Example, Invalid, Json, Part, Values, Words

MOST = 101
SINGLE = 21
"""Up to so many positions are counted one by one."""

LARGEST = 10**9


class Slider(Numeric):
    """A number on the grid from ``min`` to ``max`` by ``step``. Nothing is chosen beforehand: what was not
    moved is not an answer. Every position is a control of its own and works without a script."""

    key: ClassVar[str] = "slider"
    label: ClassVar[str] = N_("Slider question")
    family: ClassVar[str] = N_("Rating questions")
    hint: ClassVar[str] = N_("A place on a track between two ends")
    template: ClassVar[str] = "question_types/slider.html"
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:slider",
        "opnform:slider",
        "xlsform:range",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"unit": "%"}, {"": ["70"]}, 70, "您每月的餐饮支出中，外卖大约占多少？"),
        Example(
            {"min": -2, "max": 2, "step": 0.5, "low_label": "太淡", "high_label": "太咸"},
            {"": ["0.5"]},
            0.5,
            "今天的菜，咸淡如何？",
        ),
        Example(
            {"min": 0, "max": 100, "step": 1, "low_label": "Not at all", "high_label": "Completely"},
            {"": ["83"]},
            83,
            "How far did the training meet your expectations?",
        ),
    )

    class Settings(Form):
        min = FloatField(N_("Lowest position"), [NumberRange(-LARGEST, LARGEST)], default=0)
        max = FloatField(N_("Highest position"), [NumberRange(-LARGEST, LARGEST)], default=100)
        step = FloatField(
            N_("Distance of two positions"),
            [NumberRange(0.0001, LARGEST)],
            default=10,
            description=N_("At most 101 positions; up to 21 are easy to hit on a phone"),
        )
        unit = _quantity.unit(N_("Shown behind the number"))
        low_label = StringField(N_("Label of the lowest position"), [Length(max=40)], default="")
        high_label = StringField(N_("Label of the highest position"), [Length(max=40)], default="")

    def problems(self, settings: Values) -> list[str]:
        low, high, step = (Decimal(str(settings[name])) for name in ("min", "max", "step"))
        if low >= high:
            return [N_("The lowest position must be below the highest.")]
        if (high - low) % step:
            return [N_("The positions do not end at the highest one. Change the distance or an end.")]
        if (high - low) / step >= MOST:
            return [Words(N_("At most %(most)s positions fit. Choose a greater distance."), most=MOST)]
        return []

    def places(self, settings: Values) -> int:
        parts = (Decimal(str(settings[name])).normalize().as_tuple() for name in ("min", "step"))
        return max(0, *(-int(part.exponent) for part in parts))

    def positions(self, settings: Values) -> list[int | float]:
        """The numbers that can be chosen, lowest first."""
        low, high, step = (Decimal(str(settings[name])) for name in ("min", "max", "step"))
        count = min(MOST, int((high - low) / step) + 1)
        return [exact(float(low + step * place), 6) for place in range(count)]

    def steps(self, settings: Values) -> list[dict[str, Any]]:
        """The positions as the template draws them."""
        key = self.bins(settings).key
        return [
            {"value": self.plain(number), "label": self.label_of(settings, number), "bucket": key(number)}
            for number in self.positions(settings)
        ]

    def bins(self, settings: Values) -> Bins:
        positions = self.positions(settings)
        if len(positions) > SINGLE:
            return super().bins(settings)
        names = tuple(self.plain(number) for number in positions)
        return Bins(tuple(map(float, positions[1:])), {name: name for name in names}, names)

    def check(self, settings: Values, value: Json) -> None:
        super().check(settings, value)
        if value not in self.positions(settings):
            raise Invalid("Please choose one of the positions shown.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return (Part("", tuple(self.positions(settings))),)
