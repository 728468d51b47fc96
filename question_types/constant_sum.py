"""Points shared out between several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FieldList, FormField, IntegerField
from wtforms.validators import NumberRange

from question_types import _charts, _quantity
from question_types._choices import Option, listing
from question_types._numbers import Numeric, with_unit
from question_types._reading import one
from question_types._rows import Rowed, RowOrder, labels
from question_types.base import N_, Column, Example, Invalid, Json, Part, Totals, Values

NUMBER = Numeric()


class ConstantSum(Rowed):
    """Row id → whole number; together they make ``sum``. A row left empty has got nothing."""

    key: ClassVar[str] = "constant_sum"
    label: ClassVar[str] = N_("Constant sum")
    family: ClassVar[str] = N_("Text and numbers")
    hint: ClassVar[str] = N_("Points shared out, by importance or by share")
    template: ClassVar[str] = "question_types/numbers.html"
    files: ClassVar[tuple[str, ...]] = ("sums.js",)
    operators: ClassVar[str] = "RN"
    aliases: ClassVar[tuple[str, ...]] = ("qsf:CS", "lss:K/equals_sum")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "price", "label": "价格"},
                    {"id": "quality", "label": "质量"},
                    {"id": "service", "label": "服务"},
                ],
                "unit": "分",
            },
            {"price": ["30"], "quality": ["５０"], "service": ["20"]},
            {"price": 30, "quality": 50, "service": 20},
            "请按重要程度，把 100 分分给以下几项",
        ),
        Example(
            {
                "rows": [{"id": "home", "label": "At home"}, {"id": "office", "label": "In the office"}],
                "sum": 5,
                "unit": "days",
            },
            {"home": ["5"], "office": [""]},
            {"home": 5},
            "Where do you spend your five working days?",
        ),
    )

    class Settings(RowOrder):
        rows = FieldList(FormField(Option), N_("Rows"), max_entries=30)
        sum = IntegerField(N_("Sum of all rows"), [NumberRange(min=1, max=10**9)], default=100)
        unit = _quantity.unit()

    def problems(self, settings: Values) -> list[str]:
        return listing(settings["rows"], N_("Give at least two rows."), 2)

    def keyboard(self, settings: Values) -> str:
        """The ``inputmode`` for phones."""
        return "numeric"

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        return NUMBER.parse(settings, {"": [one({"": given})]})

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        NUMBER.check({"min": 0, "max": settings["sum"], "decimals": 0}, cell)

    def complete(self, settings: Values, value: Mapping[str, Json]) -> None:
        found, wanted = sum(value.values()), settings["sum"]
        if found != wanted:
            raise Invalid(
                "The numbers add up to %(sum)s; please make it %(wanted)s.", sum=found, wanted=wanted
            )

    def domain(self, settings: Values) -> tuple[Part, ...]:
        """Nothing stands there often, so that rows drawn by chance make the sum now and then."""
        rows = labels(settings["rows"])
        share = settings["sum"] // max(1, len(rows))
        rest = settings["sum"] - share * (len(rows) - 1)
        nothing = (0,) * len(rows)
        return tuple(
            Part(row, (share if place else rest, settings["sum"], *nothing), open=True, optional=True)
            for place, row in enumerate(rows)
        )

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        return {"": cell}

    def worded(self, settings: Values, cell: Json) -> str:
        return with_unit(NUMBER.plain(cell), settings["unit"])

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        """A row's figure is its mean over all answers, those included that gave it nothing."""
        n = totals.n()
        mean = totals.amount(id_) / n if n else None
        return super().row(settings, totals, id_, label) | {
            "figure": {"value": mean, "unit": settings["unit"]}
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        ordered = sorted(summary["rows"], key=lambda row: -row["figure"]["value"])
        rows = [
            {**row, "value": row["figure"]["value"], "text": f"{row['figure']['value']:.1f}"}
            for row in ordered
        ]
        return _charts.lengths(rows, 0, max(row["value"] for row in rows))

    def columns(self, code: str, settings: Values) -> list[Column]:
        rows = labels(settings["rows"]).items()
        return [Column(f"{code}.{row}", label, "number") for row, label in rows]
