"""A matrix: how likely customers are to recommend each of several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import StringField
from wtforms.validators import Length

from question_types import _charts
from question_types._grades import Graded, told
from question_types._rows import RowSettings
from question_types._scores import GROUPS, Group, estimate
from question_types.base import N_, Example, Totals, Values, Words


class MatrixNps(Graded):
    """Row id → 0 to 10; every row has its net promoter score."""

    key: ClassVar[str] = "matrix_nps"
    label: ClassVar[str] = N_("Matrix of NPS")
    hint: ClassVar[str] = N_("A net promoter score for each of several things")
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:MatrixNps",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "app", "label": "手机银行"},
                    {"id": "branch", "label": "网点服务"},
                    {"id": "card", "label": "信用卡"},
                ]
            },
            {"app": ["9"], "branch": ["7"], "card": ["3"]},
            {"app": 9, "branch": 7, "card": 3},
            "您有多大可能向亲友推荐我们的以下服务？",
        ),
        Example(
            {
                "rows": [{"id": "north", "label": "North Street"}, {"id": "harbour", "label": "Harbour"}],
                "min_rows": 1,
                "low_label": "Never",
                "high_label": "Certainly",
            },
            {"harbour": ["10"]},
            {"harbour": 10},
            "How likely are you to recommend these stores to a friend?",
        ),
    )

    class Settings(RowSettings):
        low_label = StringField(
            N_("Label of 0"),
            [Length(max=40)],
            default="",
            description=N_("Left empty: “Not at all likely”"),
        )
        high_label = StringField(
            N_("Label of 10"), [Length(max=40)], default="", description=N_("Left empty: “Extremely likely”")
        )

    def span(self, settings: Values) -> range:
        return range(0, 11)

    def ends(self, settings: Values, row: Mapping[str, Any]) -> tuple[str, str]:
        low, high = super().ends(settings, row)
        return low or Words(N_("Not at all likely")), high or Words(N_("Extremely likely"))

    def groups(self, settings: Values) -> Sequence[Group]:
        return GROUPS

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        found = super().row(settings, totals, id_, label)
        promoters, detractors = totals.n(f"{id_}:promoter"), totals.n(f"{id_}:detractor")
        score = totals.statistics.nps(promoters, detractors, found["n"])
        return found | {"figure": estimate(Words(N_("NPS")), score)}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = sorted(told(summary["rows"], "+.0f"), key=lambda row: -row["value"])
        colours = [_charts.GOOD if row["value"] >= 0 else _charts.BAD for row in rows]
        return _charts.lengths(rows, -100, 100, colours) if rows else None
