"""A table that people add rows to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types import _cells, _charts, _panels
from question_types._cells import Head, KindColumn, Record, faults, head
from question_types._choices import listing
from question_types._numbers import exact
from question_types._rows import joined
from question_types._scores import estimate
from question_types.base import (
    N_,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

MOST = 20
"""Rows; scripts off, all of them stand on the page."""
UNALIKE = ("text", "number", "choice")
"""Kinds of columns that may have to differ from row to row."""


class TableColumn(KindColumn):
    """A column that may be the rows' key."""

    unique = BooleanField(
        N_("Different in every row"),
        default=False,
        description=N_("For texts, numbers and one choice, such as an order number"),
    )


class TableDynamic(QuestionType):
    """A list of rows, each column id → cell. The answer's number is how many rows it has, which is a bucket
    too. ``column`` sums up the rows with something in it (numbers: their amounts), ``column:bucket`` the rows
    in a bucket; ``column:#`` the rows of columns that have numbers."""

    key: ClassVar[str] = "table_dynamic"
    label: ClassVar[str] = N_("Table with rows to add")
    family: ClassVar[str] = N_("Matrix questions")
    hint: ClassVar[str] = N_("As many rows as there are things to tell of")
    template: ClassVar[str] = "question_types/records.html"
    files: ClassVar[tuple[str, ...]] = ("records.js", "table.css")
    operators: ClassVar[str] = "M"
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:matrixdynamic",
        "surveyking:MatrixAuto",
        "heyform:input_table",
        "tduck:DYNAMIC_TABLE",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "columns": [
                    {"id": "name", "label": "姓名", "max_length": 20, "unique": True},
                    {
                        "id": "relation",
                        "label": "关系",
                        "kind": "choice",
                        "options": [
                            {"id": "partner", "label": "配偶"},
                            {"id": "child", "label": "子女"},
                            {"id": "parent", "label": "父母"},
                        ],
                    },
                    {
                        "id": "age",
                        "label": "年龄",
                        "kind": "number",
                        "max": 120,
                        "unit": "岁",
                        "optional": True,
                    },
                ],
                "row_label": "家人",
                "max_rows": 6,
            },
            {
                "1.name": ["王小明"],
                "1.relation": ["child"],
                "1.age": ["８岁"],
                "3.name": ["李芳"],
                "3.relation": ["partner"],
            },
            [{"name": "王小明", "relation": "child", "age": 8}, {"name": "李芳", "relation": "partner"}],
            "哪些家人一起入住？",
        ),
        Example(
            {
                "columns": [
                    {"id": "product", "label": "Product"},
                    {"id": "score", "label": "Score", "kind": "score"},
                    {
                        "id": "faults",
                        "label": "What was wrong",
                        "kind": "several",
                        "optional": True,
                        "options": [{"id": "late", "label": "Late"}, {"id": "broken", "label": "Broken"}],
                    },
                ],
                "min_rows": 2,
                "max_rows": 4,
            },
            {
                "1.product": ["Kettle"],
                "1.score": ["4"],
                "2.product": ["Toaster"],
                "2.score": ["2"],
                "2.faults": ["broken", "late"],
            },
            [
                {"product": "Kettle", "score": 4},
                {"product": "Toaster", "score": 2, "faults": ["late", "broken"]},
            ],
            "Which products of ours do you own?",
        ),
    )

    class Settings(Form):
        columns = FieldList(FormField(TableColumn), N_("Columns"), max_entries=10)
        row_label = StringField(
            N_("What a row is called"), [Length(max=30)], default="", description=N_("Such as “Item”")
        )
        min_rows = IntegerField(N_("At least so many rows"), [NumberRange(1, MOST)], default=1)
        max_rows = IntegerField(N_("At most so many rows"), [NumberRange(1, MOST)], default=5)

    def problems(self, settings: Values) -> list[str]:
        columns = settings["columns"]
        found = listing(columns, N_("Give at least one column."), 1) + faults(columns)
        if settings["min_rows"] > settings["max_rows"]:
            found.append(N_("“At least” is greater than “At most”."))
        return found + list(_doubtful(settings))

    def fields(self, settings: Values) -> tuple[Head, ...]:
        """The columns."""
        return tuple(head(each) for each in settings["columns"])

    def called(self, settings: Values, place: int) -> str:
        """What the row at a place (from 1) is called."""
        return f"{settings['row_label']} {place}".strip()

    def parse(self, settings: Values, raw: Raw) -> Json:
        heads = self.fields(settings)
        found = [_cells.read(heads, raw, f"{place}.") for place in range(1, settings["max_rows"] + 1)]
        return [record for record in found if record] or None

    def refill(self, settings: Values, value: Json) -> Raw:
        heads = self.fields(settings)
        found: dict[str, list[str]] = {}
        for place, record in enumerate(value, 1):
            found |= _cells.refilled(heads, record, f"{place}.")
        return found

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, list) or not value:
            raise Invalid("Please fill in the fields shown.")
        low, high = settings["min_rows"], settings["max_rows"]
        if len(value) > high:
            raise Invalid("Please fill in at most %(n)s rows.", n=high)
        for place, record in enumerate(value, 1):
            _cells.check(self.fields(settings), record, self.called(settings, place))
        if len(value) < low:
            raise Invalid("Please fill in at least %(n)s rows.", n=low)
        for column in filter(_unique, settings["columns"]):
            _differ(column, [record[column["id"]] for record in value if column["id"] in record])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = settings["min_rows"], settings["max_rows"]
        sizes = sorted({low, min(low + 1, high), (low + high) // 2, high})
        values = [self._table(settings, size, start) for size in sizes for start in range(3)]
        return (Part("", tuple(value for value in values if len(value) >= low), open=True),)

    def _table(self, settings: Values, size: int, start: int) -> list[dict[str, Json]]:
        """Up to ``size`` different rows, beginning with the ``start``-th."""
        pairs = list(zip(self.fields(settings), settings["columns"], strict=True))
        found: list[dict[str, Json]] = []
        for place in range(start, start + size):
            record = {each.id: _sample(each, place, _unique(column)) for each, column in pairs}
            if any(record[c["id"]] in [r[c["id"]] for r in found] for _, c in pairs if _unique(c)):
                break
            found.append(record)
        return found

    def buckets(self, settings: Values) -> dict[str, str]:
        sizes = range(1, settings["max_rows"] + 1)
        heads = self.fields(settings)
        known = {str(n): Words(N_("%(n)s rows"), n=n) for n in sizes} | _cells.buckets(heads)
        return known | {
            f"{each.id}:#": Words(N_("%(column)s filled in"), column=each.label)
            for each in heads
            if each.counted
        }

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        n, heads = len(value), self.fields(settings)
        found: dict[str, float] = {"": n, "square": n * n, str(n): 1}
        for record in value:
            inside = _cells.measure(heads, record)
            inside |= {f"{each.id}:#": 1 for each in heads if each.counted and each.id in record}
            for bucket, amount in inside.items():
                found[bucket] = found.get(bucket, 0) + amount
        return found

    def text(self, settings: Values, value: Json) -> str:
        heads = self.fields(settings)
        return "\n".join(line for record in value for line in _cells.texts(heads, record))

    def label_of(self, settings: Values, value: Json) -> str:
        heads = self.fields(settings)
        named = ((self.called(settings, place), record) for place, record in enumerate(value, 1))
        return joined([pair for row, record in named for pair in _cells.said(heads, record, row)])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        """``parts``: what stands in the columns of all rows together, shares of the rows filled in."""
        n = totals.n()
        mean = totals.statistics.mean(n, totals.amount(), totals.amount("square"))
        sizes = [(str(size), totals.n(str(size))) for size in range(1, settings["max_rows"] + 1)]
        return {
            "n": n,
            "title": Words(N_("Rows in an answer")),
            "headline": estimate(Words(N_("Mean number of rows")), mean),
            "rows": [
                {"bucket": size, "label": size, "n": count, "share": count / n if n else None}
                for size, count in sizes
            ],
            "parts": [_column(each, totals) for each in self.fields(settings)],
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """How many rows there are, and what stands in each column."""
        if not summary["n"]:
            return None
        panels = [(summary["title"], _charts.histogram(summary["rows"]))]
        for each, column in zip(self.fields(settings), summary["parts"], strict=True):
            if column["n"] and column["cells"]:
                drawn = _charts.histogram if each.counted else _charts.bars
                panels.append((column["label"], drawn(column["cells"])))
        return _panels.panels(panels)

    def columns(self, code: str, settings: Values) -> list[Column]:
        heads = self.fields(settings)
        places = range(1, settings["max_rows"] + 1)
        return [
            column
            for place in places
            for column in _cells.columns(heads, f"{code}.{place}", self.called(settings, place))
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        heads = self.fields(settings)
        records: list[Record] = [*(value or []), *({} for _ in range(settings["max_rows"]))]
        return [cell for record in records[: settings["max_rows"]] for cell in _cells.cells(heads, record)]


def _unique(column: Mapping[str, Any]) -> bool:
    return bool(column["unique"]) and column["kind"] in UNALIKE


def _doubtful(settings: Values) -> Iterator[str]:
    """Columns that cannot differ in every row."""
    for column in settings["columns"]:
        if column["unique"] and column["kind"] not in UNALIKE:
            yield Words(N_("“%(name)s” cannot be different in every row."), name=column["label"])
        elif _unique(column) and column["kind"] == "choice" and len(column["options"]) < settings["min_rows"]:
            yield Words(N_("“%(name)s” has fewer options than there must be rows."), name=column["label"])


def _differ(column: Mapping[str, Any], given: Sequence[Json]) -> None:
    if len(set(given)) < len(given):
        raise Invalid("“%(label)s” must be different in every row.", label=column["label"])


def _sample(head: Head, place: int, unique: bool) -> Json:
    """A cell for the row at ``place``, in a unique column one no other row has."""
    part = head.part("", False)
    if unique and head.control == "line":
        return f"好{place + 1}"[-head.longest :]
    if unique and head.control == "number":
        step = 10.0 ** -head.settings["decimals"]
        return exact((head.settings["min"] or 0) + place * step, head.settings["decimals"])
    value = part.values[place % len(part.values)]
    return [value] if part.many else value


def _column(head: Head, totals: Totals) -> dict[str, Any]:
    """One column over all rows of all answers; ``n`` rows are filled in."""
    filled = int(totals.amount(f"{head.id}:#" if head.counted else head.id))
    mean = totals.amount(head.id) / filled if filled and head.counted else None
    cells = []
    for bucket, label in head.kind.buckets(head.settings).items():
        count = int(totals.amount(f"{head.id}:{bucket}"))
        cells.append(
            {"bucket": bucket, "label": label, "n": count, "share": count / filled if filled else None}
        )
    figure = {"value": mean, "unit": head.unit}
    return {"bucket": head.id, "label": head.label, "n": filled, "figure": figure, "cells": cells}
