"""The family of rows: several things asked about in the same way; an answer is row id → cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FieldList, Form, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types._choices import Option, listing
from question_types.base import (
    N_,
    Column,
    Invalid,
    Joined,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)


class _Rows(Form):
    rows = FieldList(FormField(Option), N_("Rows"), max_entries=100)


class _Columns(Form):
    columns = FieldList(FormField(Option), N_("Columns"), max_entries=50)


class RowOrder(Form):
    """In which order the rows stand."""

    order = SelectField(
        N_("Order of the rows"),
        choices=[SelectChoice("fixed", N_("As written")), SelectChoice("random", N_("Random"))],
        default="fixed",
    )


class _Fewer(RowOrder):
    min_rows = IntegerField(
        N_("Rows to answer"),
        [Empty(), NumberRange(min=1, max=100)],
        description=N_("At least so many; empty: all"),
    )


class RowSettings(_Rows, _Fewer):
    """What all questions with rows have in common."""


class TableSettings(_Rows, _Columns, _Fewer):
    """Rows and columns."""


def labels(items: Any) -> dict[str, str]:
    """Id → label of rows or columns, in the author's order."""
    return {item["id"]: item["label"] for item in items}


def least(settings: Values) -> int:
    """How many rows must be answered."""
    every = len(settings["rows"])
    return min(settings.get("min_rows") or every, every)


def tally(totals: Totals, row: str, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cells of a row in a summary: bucket, label and how many of the row's answers are in it."""
    n = totals.n(row)
    counts = {column: totals.n(f"{row}:{column}") for column in columns}
    return [
        {"bucket": column, "label": label, "n": counts[column], "share": counts[column] / n if n else None}
        for column, label in columns.items()
    ]


class Rowed(QuestionType):
    """A row's bucket counts its answers, with its number as amount; ``row:bucket`` those in a cell's
    bucket. Subclasses say what one cell is."""

    family: ClassVar[str] = N_("Matrix questions")

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        """What was sent for one row, read; None when left empty. Raises Invalid."""
        raise NotImplementedError

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        """Raises Invalid unless the row may hold ``cell``."""
        raise NotImplementedError

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        """The classes one row's cell can fall in."""
        raise NotImplementedError

    def heads(self, settings: Values) -> dict[str, str]:
        """Bucket → label within a row; what :func:`tally` counts."""
        return {}

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        """Bucket within the row → amount; ``""`` is the row itself."""
        return {"": 1}

    def worded(self, settings: Values, cell: Json) -> str:
        """One cell in words."""
        return str(cell)

    def problems(self, settings: Values) -> list[str]:
        found = listing(settings["rows"], N_("Give at least one row."), 1)
        if (settings.get("min_rows") or 0) > len(settings["rows"]):
            found.append(N_("More rows are demanded than there are."))
        return found

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = {row: self.cell(settings, row, raw.get(row, ())) for row in labels(settings["rows"])}
        return {row: cell for row, cell in given.items() if cell is not None} or None

    def check(self, settings: Values, value: Json) -> None:
        rows = labels(settings["rows"])
        if not isinstance(value, dict) or not value or not set(value) <= set(rows):
            raise Invalid("Please choose from the options shown.")
        for row, cell in value.items():
            self.check_cell(settings, row, cell)
        self.complete(settings, value)

    def complete(self, settings: Values, value: Mapping[str, Json]) -> None:
        """Raises Invalid unless enough rows are answered."""
        missing = [label for row, label in labels(settings["rows"]).items() if row not in value]
        if missing and not settings["min_rows"]:
            raise Invalid("Please answer every row. Still open: %(row)s", row=missing[0])
        if len(value) < least(settings):
            raise Invalid("Please answer at least %(n)s rows.", n=least(settings))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        optional = least(settings) < len(settings["rows"])
        return tuple(self.part(settings, row, optional) for row in labels(settings["rows"]))

    def buckets(self, settings: Values) -> dict[str, str]:
        rows, heads = labels(settings["rows"]), self.heads(settings)
        cells = {f"{r}:{c}": beside(row, head) for r, row in rows.items() for c, head in heads.items()}
        return {**rows, **cells}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found: dict[str, float] = {"": 1}
        for row, cell in value.items():
            inside = self.measured(settings, cell)
            found |= {f"{row}:{bucket}" if bucket else row: amount for bucket, amount in inside.items()}
        return found

    def label_of(self, settings: Values, value: Json) -> str:
        rows = labels(settings["rows"])
        return joined([(rows[row], self.worded(settings, cell)) for row, cell in value.items()])

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        """One row of the summary; ``share`` is of all answers, each cell's of the row's."""
        n, everyone = totals.n(id_), totals.n()
        share = n / everyone if everyone else None
        cells = tally(totals, id_, self.heads(settings))
        return {"bucket": id_, "label": label, "n": n, "share": share, "cells": cells}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        rows = labels(settings["rows"]).items()
        heads = [{"bucket": id_, "label": label} for id_, label in self.heads(settings).items()]
        found = [self.row(settings, totals, id_, label) for id_, label in rows]
        return {"n": totals.n(), "headline": None, "columns": heads, "rows": found}

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(f"{code}.{row}", label) for row, label in labels(settings["rows"]).items()]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [(value or {}).get(row) for row in labels(settings["rows"])]


def beside(row: str, cell: str) -> str:
    """A row and what it holds, in words."""
    return Words(N_("%(row)s: %(cell)s"), row=row, cell=cell)


def joined(pairs: Sequence[tuple[str, str]]) -> str:
    """Rows and what they hold as one sentence."""
    return Joined(N_("; "), [beside(row, cell) for row, cell in pairs])


def listed(words: Iterable[str]) -> str:
    """Several words, ours or not, one after another."""
    return Joined(N_(", "), words)
