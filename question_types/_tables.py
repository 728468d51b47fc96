"""The family of tables: rows whose columns are small questions; an answer is row id → column id → cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from question_types import _cells, _charts, _panels
from question_types._cells import Head
from question_types._choices import listing
from question_types._grades import told
from question_types._rows import Rowed, joined, labels
from question_types.base import N_, Column, Invalid, Json, Part, Raw, Totals, Values

WIDEST = 5
"""Columns that stand side by side on a wide screen; more make a card of each row there too."""


class Table(Rowed):
    """A row's bucket counts its answers, ``row.column`` the cells filled in, with their numbers as amounts,
    ``row.column:bucket`` those in a bucket of the cell."""

    template: ClassVar[str] = "question_types/table.html"
    files: ClassVar[tuple[str, ...]] = ("table.css",)
    most: ClassVar[int] = WIDEST

    def fields(self, settings: Values) -> tuple[Head, ...]:
        """The columns."""
        raise NotImplementedError

    def problems(self, settings: Values) -> list[str]:
        return super().problems(settings) + listing(settings["columns"], N_("Give at least one column."), 1)

    def parse(self, settings: Values, raw: Raw) -> Json:
        heads = self.fields(settings)
        found = {row: _cells.read(heads, raw, f"{row}.") for row in labels(settings["rows"])}
        return {row: record for row, record in found.items() if record} or None

    def check(self, settings: Values, value: Json) -> None:
        rows = labels(settings["rows"])
        if not isinstance(value, dict) or not value or not set(value) <= set(rows):
            raise Invalid("Please fill in the fields shown.")
        for row, record in value.items():
            _cells.check(self.fields(settings), record, rows[row])
        self.complete(settings, value)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        heads, rows = self.fields(settings), labels(settings["rows"])
        fewer = bool(settings["min_rows"]) and settings["min_rows"] < len(rows)
        return tuple(part for row in rows for part in _cells.parts(heads, f"{row}.", fewer))

    def rows(self, settings: Values) -> dict[str, str]:
        heads, rows = self.fields(settings), labels(settings["rows"])
        return {f"{row}.{h.id}": _cells.placed(label, h.label) for row, label in rows.items() for h in heads}

    def operators_of(self, settings: Values, row: str) -> str:
        return _cells.letters(self.fields(settings), row)

    def buckets(self, settings: Values) -> dict[str, str]:
        heads, rows = self.fields(settings), labels(settings["rows"])
        found = dict(rows)
        for row, label in rows.items():
            found |= _cells.buckets(heads, f"{row}.", label)
        return found

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        heads = self.fields(settings)
        found: dict[str, float] = {"": 1} | dict.fromkeys(value, 1)
        for row, record in value.items():
            found |= _cells.measure(heads, record, f"{row}.")
        return found

    def text(self, settings: Values, value: Json) -> str:
        heads = self.fields(settings)
        return "\n".join(line for record in value.values() for line in _cells.texts(heads, record))

    def label_of(self, settings: Values, value: Json) -> str:
        heads, rows = self.fields(settings), labels(settings["rows"])
        return joined([pair for row, cell in value.items() for pair in _cells.said(heads, cell, rows[row])])

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        n, everyone = totals.n(id_), totals.n()
        cells = [head.figures(totals, f"{id_}.{head.id}") for head in self.fields(settings)]
        share = n / everyone if everyone else None
        return {"bucket": id_, "label": label, "n": n, "share": share, "cells": cells}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        heads = [{"bucket": head.id, "label": head.label} for head in self.fields(settings)]
        return super().summary(settings, totals) | {"columns": heads}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """One table or one set of bars for each column."""
        if not summary["n"]:
            return None
        panels = [_panel(head, place, summary["rows"]) for place, head in enumerate(self.fields(settings))]
        return _panels.panels([(h["label"], p) for h, p in zip(summary["columns"], panels, strict=True) if p])

    def columns(self, code: str, settings: Values) -> list[Column]:
        heads, rows = self.fields(settings), labels(settings["rows"])
        return [each for row, label in rows.items() for each in _cells.columns(heads, f"{code}.{row}", label)]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        heads, given = self.fields(settings), value or {}
        rows = labels(settings["rows"])
        return [cell for row in rows for cell in _cells.cells(heads, given.get(row, {}))]


def _panel(head: Head, place: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The chart of one column: shares of what was chosen, means of numbers, how often there is a text."""
    found = [{**row["cells"][place], "label": row["label"]} for row in rows]
    if head.counted:
        means = told(found, ",.2f")
        values = [row["value"] for row in means]
        return _charts.lengths(means, min(0, *values), max(0.001, *values)) if means else None
    if head.choices:
        names = [cell["label"] for cell in found[0]["cells"]]
        return _charts.heat([row["label"] for row in found], names, [row["cells"] for row in found])
    return _charts.bars(found, sort=False)
