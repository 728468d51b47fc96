"""The family of graded rows: every row is given a whole number out of one small range."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from question_types import _charts
from question_types._reading import folded, one
from question_types._rows import Rowed, labels
from question_types._scores import Group, estimate
from question_types.base import N_, PLAIN, Column, Invalid, Json, Part, Totals, Values, Words

ALIKE = ":alike"
"""Bucket of the answers that give every row the same grade; row ids never begin like this."""


class Graded(Rowed):
    """A row's amount is its grade, so that its mean can be told."""

    template: ClassVar[str] = "question_types/grades.html"
    legible: ClassVar[str] = PLAIN
    operators: ClassVar[str] = "RN"

    def span(self, settings: Values) -> range:
        """The allowed grades, lowest first."""
        raise NotImplementedError

    def ends(self, settings: Values, row: Mapping[str, Any]) -> tuple[str, str]:
        """What the lowest and the highest grade of a row mean; ``""`` where that is not said."""
        return settings["low_label"], settings["high_label"]

    def groups(self, settings: Values) -> Sequence[Group]:
        """Groups of grades that are counted together, worst first."""
        return ()

    def steps(self, settings: Values, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The scale of a row as the template draws it; ``ours`` says that the label is a message id."""
        span = self.span(settings)
        named = dict(zip((span[0], span[-1]), self.ends(settings, row), strict=True))
        return [
            {"value": grade, "label": named.get(grade, ""), "ours": isinstance(named.get(grade), Words)}
            for grade in span
        ]

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        text = folded(one({"": given}))
        if text and not re.fullmatch(r"[0-9]{1,4}", text):
            raise self._outside(settings)
        return int(text) if text else None

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        if type(cell) is not int or cell not in self.span(settings):
            raise self._outside(settings)

    def _outside(self, settings: Values) -> Invalid:
        span = self.span(settings)
        return Invalid("Please choose a number from %(low)s to %(high)s.", low=span[0], high=span[-1])

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        return Part(row, tuple(self.span(settings)), optional=optional)

    def heads(self, settings: Values) -> dict[str, str]:
        groups = {bucket: label for bucket, label, _, _ in self.groups(settings)}
        return {str(grade): str(grade) for grade in self.span(settings)} | groups

    def buckets(self, settings: Values) -> dict[str, str]:
        return super().buckets(settings) | {ALIKE: Words(N_("The same in every row"))}

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        inside = {bucket: 1 for bucket, _, grades, _ in self.groups(settings) if cell in grades}
        return {"": cell, str(cell): 1, **inside}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        alike = len(value) > 2 and len(set(value.values())) == 1
        return super().measure(settings, value) | ({ALIKE: 1} if alike else {})

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        found = super().row(settings, totals, id_, label)
        counts = {grade: totals.n(f"{id_}:{grade}") for grade in self.span(settings)}
        n, total = sum(counts.values()), sum(grade * count for grade, count in counts.items())
        squares = sum(grade * grade * count for grade, count in counts.items())
        mean = estimate(Words(N_("Mean")), totals.statistics.mean(n, total, squares))
        return found | {"figure": mean}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found, n = super().summary(settings, totals), totals.n()
        alike = totals.n(ALIKE)
        label = self.buckets(settings)[ALIKE]
        groups = [{"bucket": ALIKE, "label": label, "n": alike, "share": alike / n if n else None}]
        return found | {"groups": groups if len(settings["rows"]) > 2 else []}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows, span = told(summary["rows"], ".2f"), self.span(settings)
        return _charts.lengths(rows, span[0], span[-1]) if rows else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        rows = labels(settings["rows"]).items()
        return [Column(f"{code}.{row}", label, "number") for row, label in rows]


def told(rows: Sequence[Mapping[str, Any]], form: str) -> list[dict[str, Any]]:
    """The rows that have a figure, with its value and its text for a chart."""
    found = [row for row in rows if row["figure"]["value"] is not None]
    return [
        {
            **row,
            "value": row["figure"]["value"],
            "text": format(row["figure"]["value"], form).replace("-", "−"),
        }
        for row in found
    ]
