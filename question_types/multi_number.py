"""Several numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from question_types import _charts, _quantity
from question_types._grades import told
from question_types._numbers import Numeric, above, with_unit
from question_types._reading import one
from question_types._rows import Rowed, RowSettings, labels
from question_types._scores import estimate
from question_types.base import N_, Column, Example, Invalid, Json, Part, Totals, Values, Words

NUMBER = Numeric()


class MultiNumber(Rowed):
    """Row id → number. The answer's own number is the sum of its rows."""

    key: ClassVar[str] = "multi_number"
    label: ClassVar[str] = N_("Several numbers")
    family: ClassVar[str] = N_("Text and numbers")
    hint: ClassVar[str] = N_("Several quantities, and their sum")
    template: ClassVar[str] = "question_types/numbers.html"
    files: ClassVar[tuple[str, ...]] = ("sums.js",)
    operators: ClassVar[str] = "RN"
    aliases: ClassVar[tuple[str, ...]] = ("lss:K", "surveyjs:multipletext/number")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "adult", "label": "成人"},
                    {"id": "child", "label": "儿童"},
                ],
                "unit": "人",
                "max_sum": 20,
                "min_rows": 1,
            },
            {"adult": ["２"], "child": ["１"]},
            {"adult": 2, "child": 1},
            "这次一共几位用餐？",
        ),
        Example(
            {
                "rows": [{"id": "food", "label": "Food"}, {"id": "travel", "label": "Travel"}],
                "decimals": 2,
                "unit": "€",
            },
            {"food": ["12.50"], "travel": ["8"]},
            {"food": 12.5, "travel": 8},
            "How much did you spend on your visit?",
        ),
    )

    class Settings(RowSettings):
        min = _quantity.smallest(0)
        max = _quantity.largest()
        decimals = _quantity.decimals()
        unit = _quantity.unit()
        max_sum = _quantity.bound(N_("Largest sum"), N_("Empty: no limit"))

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        if above(settings["min"], settings["max"]):
            found.append(N_("The smallest number allowed is greater than the largest."))
        return found

    def keyboard(self, settings: Values) -> str:
        """The ``inputmode`` for phones."""
        return NUMBER.keyboard(settings)

    def plain(self, number: float) -> str:
        """A number without trailing zeros or exponent."""
        return NUMBER.plain(number)

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        return NUMBER.parse(settings, {"": [one({"": given})]})

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        NUMBER.check(settings, cell)

    def complete(self, settings: Values, value: Mapping[str, Json]) -> None:
        super().complete(settings, value)
        most, found = settings["max_sum"], total(value)
        if above(found, most):
            raise Invalid(
                "The numbers add up to %(sum)s; they may be at most %(most)s.",
                sum=NUMBER.plain(found),
                most=NUMBER.plain(most),
            )

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        limits = [limit for limit in (settings["max"], settings["max_sum"]) if limit is not None]
        reached = {**settings, "max": min(limits, default=None)}
        return Part(row, NUMBER.domain(reached)[0].values, open=True, optional=optional)

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        return {"": cell}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found = total(value)
        return super().measure(settings, value) | {"": found, "square": found * found}

    def worded(self, settings: Values, cell: Json) -> str:
        return with_unit(NUMBER.plain(cell), settings["unit"])

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        found = super().row(settings, totals, id_, label)
        n = found["n"]
        mean = totals.amount(id_) / n if n else None
        return found | {"figure": {"value": mean, "unit": settings["unit"]}}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        mean = totals.statistics.mean(found["n"], totals.amount(), totals.amount("square"))
        headline = estimate(Words(N_("Mean sum")), mean)
        return found | {"headline": {**headline, "unit": settings["unit"]}}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = told(summary["rows"], ",.2f")
        values = [row["value"] for row in rows]
        return _charts.lengths(rows, min(0, *values), max(0.001, *values)) if rows else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        rows = labels(settings["rows"]).items()
        return [Column(f"{code}.{row}", label, "number") for row, label in rows]


def total(value: Mapping[str, Json]) -> int | float:
    """The sum of the rows; decimals do not gather noise."""
    found = round(sum(value.values()), 6)
    return int(found) if found == int(found) else found
