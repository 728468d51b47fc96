"""The family of numbers: quantities that are counted in bins and have a mean."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from question_types import _bins, _charts
from question_types._reading import folded, numeral, one
from question_types._scores import estimate
from question_types.base import (
    FIGURE,
    N_,
    Column,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

LARGEST = 10**15

_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,16}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{0,10})?")
_ABOUT = re.compile(r"^(?:大概|大约|约|差不多|about|around)?\s*(.*?)\s*(?:左右|吧)?[。.!]?$", re.S)


class Numeric(QuestionType):
    """An int where the value is whole, else a float. Buckets are bins of the allowed range (see
    :mod:`question_types._bins`) and ``unusual`` for answers outside the usual range, which rules can ask
    about. Settings have at least ``min``, ``max`` and ``unit``."""

    family: ClassVar[str] = N_("Text and numbers")
    legible: ClassVar[str] = FIGURE
    template: ClassVar[str] = "question_types/number.html"
    operators: ClassVar[str] = "N"

    def places(self, settings: Values) -> int:
        """How many decimals an answer may have."""
        return int(settings["decimals"])

    def keyboard(self, settings: Values) -> str:
        """The ``inputmode`` for phones; their numeric keyboards lack the minus sign."""
        if settings["min"] is None or settings["min"] < 0:
            return "text"
        return "decimal" if self.places(settings) else "numeric"

    def plain(self, number: float | Decimal) -> str:
        """A number without trailing zeros or exponent."""
        return _bins.plain(number)

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = folded(one(raw)[:200]).casefold()
        unit = folded(settings["unit"]).casefold()
        text = text.removesuffix(unit).strip() if unit else text
        return read(text) if text else None

    def check(self, settings: Values, value: Json) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise Invalid("Please enter a number.")
        if abs(value) > LARGEST:
            raise Invalid("This number is too large. Please check it.")
        places = self.places(settings)
        if not places and not isinstance(value, int):
            raise Invalid("Please enter a whole number.")
        if round(value, places) != value:
            raise Invalid("Please give at most %(places)s decimal places.", places=places)
        self._within(settings, value)

    def _within(self, settings: Values, value: float) -> None:
        low, high = settings["min"], settings["max"]
        if low is not None and high is not None and not low <= value <= high:
            raise Invalid(
                "Please enter a number from %(low)s to %(high)s.", low=self.plain(low), high=self.plain(high)
            )
        if low is not None and value < low:
            raise Invalid("Please enter %(low)s or more.", low=self.plain(low))
        if high is not None and value > high:
            raise Invalid("Please enter %(high)s or less.", high=self.plain(high))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        places = self.places(settings)
        low, high = first(settings["min"], places), last(settings["max"], places)
        step = 10**-places
        usual = [
            v + s
            for v in (settings.get("usual_min"), settings.get("usual_max"))
            if v is not None
            for s in (-step, 0, step)
        ]
        middle = (max(low, -1000) + min(high, 1000)) / 2
        wanted = [low, middle, *usual, high]
        values = sorted({exact(v, places) for v in wanted if low <= round(v, places) <= high})
        return (Part("", tuple(values), open=True),)

    def bins(self, settings: Values) -> _bins.Bins:
        """The bins of the allowed range."""
        return _bins.bins(settings["min"], settings["max"], self.places(settings))

    def buckets(self, settings: Values) -> dict[str, str]:
        found = dict(self.bins(settings).labels)
        if settings.get("usual_min") is not None or settings.get("usual_max") is not None:
            found["unusual"] = Words(N_("Unusual"))
        return found

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found = {"": value, "square": value * value, self.bins(settings).key(value): 1}
        low, high = settings.get("usual_min"), settings.get("usual_max")
        return found | ({"unusual": 1} if above(low, value) or above(value, high) else {})

    def label_of(self, settings: Values, value: Json) -> str:
        return with_unit(self.plain(value), settings["unit"])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        n, squares = totals.n(), totals.amount("square")
        found = super().summary(settings, totals)
        mean = estimate(Words(N_("Mean")), totals.statistics.mean(n, totals.amount(), squares))
        mean["unit"] = settings["unit"]
        found["groups"] = [row for row in found["rows"] if row["bucket"] == "unusual"]
        found["rows"] = [row for row in found["rows"] if row["bucket"] != "unusual"]
        return found | {"headline": mean, "figures": _spread(n, totals.amount(), squares, settings["unit"])}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.histogram(summary["rows"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "number")]

    def say(self, settings: Values) -> str | None:
        low, high = settings["min"], settings["max"]
        if low is None or high is None:
            return Words(N_("Reply with a number."))
        return Words(
            N_("Reply with a number from %(low)s to %(high)s."), low=self.plain(low), high=self.plain(high)
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        match = _ABOUT.fullmatch(folded(message[:200]))
        raw = {"": [match[1] if match else ""]}
        try:
            value = self.parse(settings, raw)
        except Invalid:
            return None
        return raw if value is not None else None


def with_unit(number: str, unit: str) -> str:
    """A number and its unit; words stand off, signs and Chinese units do not."""
    return f"{number} {unit}" if unit.isascii() and unit.isalpha() else number + unit


def read(text: str) -> int | float:
    """A number as people type it; an int where it is whole. Raises Invalid."""
    whole = numeral(text)
    if whole is not None:
        return whole
    plain = text.replace(" ", "")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise Invalid("Please enter a number.")
    number = Decimal(plain)
    return int(number) if number == int(number) else float(number)


def above(one: float | None, other: float | None) -> bool:
    """Whether both numbers are given and the first is greater."""
    return one is not None and other is not None and one > other


def first(low: float | None, places: int) -> float:
    """The smallest number allowed with so many decimals."""
    return -LARGEST if low is None else _grid(low, places, math.ceil)


def last(high: float | None, places: int) -> float:
    """The largest number allowed with so many decimals."""
    return LARGEST if high is None else _grid(high, places, math.floor)


def _grid(number: float, places: int, rounding: Any) -> float:
    """The next number with ``places`` decimals, up or down."""
    return float(Decimal(rounding(Decimal(str(number)).scaleb(places))).scaleb(-places))


def exact(number: float, places: int) -> int | float:
    """``number`` with so many decimals; an int where it is whole."""
    value = round(number, places)
    return int(value) if value == int(value) else value


def _spread(n: int, total: float, squares: float, unit: str) -> list[dict[str, Any]]:
    """The standard deviation; it has no interval here."""
    if n < 2:
        return []
    deviation = math.sqrt(max(0.0, squares - total * total / n) / (n - 1))
    label = Words(N_("Standard deviation"))
    return [
        {
            "label": label,
            "value": deviation,
            "low": None,
            "high": None,
            "unit": unit,
            "n": n,
            "enough": n >= 10,
        }
    ]
