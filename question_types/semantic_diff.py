"""A semantic differential: where between two opposites something lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from question_types import _charts
from question_types._choices import Option
from question_types._grades import Graded, told
from question_types._rows import RowSettings
from question_types.base import N_, Example, Totals, Values

_FIVE: Any = 5
_SEVEN: Any = 7


class Opposites(Option):
    """Two poles: the label stands at the low end, its opposite at the high one."""

    opposite = StringField(
        N_("Opposite"), [DataRequired(N_("Give every row an opposite.")), Length(max=200)], default=""
    )


class SemanticDiff(Graded):
    """Row id → 1 (the label) to the number of steps (its opposite)."""

    key: ClassVar[str] = "semantic_diff"
    label: ClassVar[str] = N_("Semantic differential")
    hint: ClassVar[str] = N_("Where between two opposites something lies")
    aliases: ClassVar[tuple[str, ...]] = ("qsf:Matrix/Bipolar",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "cold", "label": "冷淡", "opposite": "热情"},
                    {"id": "slow", "label": "缓慢", "opposite": "迅速"},
                    {"id": "old", "label": "老旧", "opposite": "现代"},
                ]
            },
            {"cold": ["4"], "slow": ["2"], "old": ["5"]},
            {"cold": 4, "slow": 2, "old": 5},
            "我们的门店给您什么印象？",
        ),
        Example(
            {
                "rows": [
                    {"id": "dear", "label": "Expensive", "opposite": "Good value"},
                    {"id": "plain", "label": "Ordinary", "opposite": "Special"},
                ],
                "points": 7,
                "min_rows": 1,
            },
            {"dear": ["6"]},
            {"dear": 6},
            "How does our brand strike you?",
        ),
    )

    class Settings(RowSettings):
        rows = FieldList(FormField(Opposites), N_("Rows"), max_entries=50)
        points = SelectField(
            N_("Number of steps"),
            choices=[SelectChoice(_FIVE, N_("5 steps")), SelectChoice(_SEVEN, N_("7 steps"))],
            coerce=int,
            default=5,
        )

    def span(self, settings: Values) -> range:
        return range(1, settings["points"] + 1)

    def ends(self, settings: Values, row: Mapping[str, Any]) -> tuple[str, str]:
        return row["label"], row["opposite"]

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        opposite = next(row["opposite"] for row in settings["rows"] if row["id"] == id_)
        return super().row(settings, totals, id_, label) | {"opposite": opposite}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows, span = told(summary["rows"], ".1f"), self.span(settings)
        return _charts.profile(rows, span[0], span[-1]) if rows else None
