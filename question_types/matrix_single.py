"""A matrix: one choice per row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._choices import Option, listing
from question_types._reading import one
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
)


class MatrixSingle(QuestionType):
    """Row id → column id. A row's bucket counts its answers, ``row:column`` those with that column."""

    key: ClassVar[str] = "matrix_single"
    label: ClassVar[str] = N_("Matrix, one choice per row")
    family: ClassVar[str] = N_("Matrix questions")
    hint: ClassVar[str] = N_("Several things judged by the same options")
    template: ClassVar[str] = "question_types/matrix.html"
    operators: ClassVar[str] = "RQ"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:F",
        "surveyjs:matrix",
        "formbricks:matrix",
        "surveyking:MatrixRadio",
        "tduck:MATRIX_SELECT",
        "opnform:matrix",
        "xlsform:kobomatrix",
        "qsf:Matrix/Likert",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "staff", "label": "服务态度"},
                    {"id": "speed", "label": "办理速度"},
                    {"id": "place", "label": "网点环境"},
                ],
                "columns": [
                    {"id": "bad", "label": "不满意"},
                    {"id": "fair", "label": "一般"},
                    {"id": "good", "label": "满意"},
                ],
            },
            {"staff": ["good"], "speed": ["fair"], "place": ["good"]},
            {"staff": "good", "speed": "fair", "place": "good"},
            "请评价这次办理业务的各个环节",
        ),
        Example(
            {
                "rows": [
                    {"id": "first", "label": "First choice"},
                    {"id": "second", "label": "Second choice"},
                ],
                "columns": [
                    {"id": "price", "label": "Lower prices"},
                    {"id": "range", "label": "Wider range"},
                    {"id": "hours", "label": "Longer opening hours"},
                ],
                "min_rows": 1,
                "different": True,
            },
            {"first": ["range"], "second": []},
            {"first": "range"},
            "Which improvements matter most to you?",
        ),
    )

    class Settings(Form):
        rows = FieldList(FormField(Option), N_("Rows"), max_entries=100)
        columns = FieldList(FormField(Option), N_("Columns"), max_entries=50)
        min_rows = IntegerField(
            N_("Rows to answer"),
            [Empty(), NumberRange(min=1, max=100)],
            description=N_("At least so many; empty: all"),
        )
        different = BooleanField(
            N_("No two rows alike"), default=False, description=N_("Each column can be chosen only once")
        )
        order = SelectField(
            N_("Order of the rows"),
            choices=[SelectChoice("fixed", N_("As written")), SelectChoice("random", N_("Random"))],
            default="fixed",
        )

    def problems(self, settings: Values) -> list[str]:
        found = listing(settings["rows"], N_("Give at least one row."), 1)
        found += listing(settings["columns"], N_("Give at least two columns."), 2)
        if (settings["min_rows"] or 0) > len(settings["rows"]):
            found.append(N_("More rows are demanded than there are."))
        if settings["different"] and least(settings) > len(settings["columns"]):
            found.append(N_("There are too few columns for a different one in every row."))
        return found

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = {row: one(raw, row) for row in labels(settings["rows"])}
        return {row: column for row, column in given.items() if column} or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, dict) or not value or not set(value) <= set(labels(settings["rows"])):
            raise Invalid("Please choose from the options shown.")
        known = labels(settings["columns"])
        if not all(isinstance(column, str) and column in known for column in value.values()):
            raise Invalid("Please choose from the options shown.")
        self._shape(settings, value)

    def _shape(self, settings: Values, value: Mapping[str, str]) -> None:
        missing = [label for row, label in labels(settings["rows"]).items() if row not in value]
        if missing and not settings["min_rows"]:
            raise Invalid("Please answer every row. Still open: %(row)s", row=missing[0])
        if len(value) < least(settings):
            raise Invalid("Please answer at least %(n)s rows.", n=least(settings))
        if settings["different"] and len(set(value.values())) < len(value):
            raise Invalid("Please choose a different answer in every row.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        columns, rows = tuple(labels(settings["columns"])), labels(settings["rows"])
        optional = least(settings) < len(rows)
        return tuple(Part(row, columns, optional=optional) for row in rows)

    def buckets(self, settings: Values) -> dict[str, str]:
        rows, columns = labels(settings["rows"]), labels(settings["columns"])
        cells = {f"{r}:{c}": f"{row}: {column}" for r, row in rows.items() for c, column in columns.items()}
        return rows | cells

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        keys = [key for row, column in value.items() for key in (row, f"{row}:{column}")]
        return {"": 1} | dict.fromkeys(keys, 1)

    def label_of(self, settings: Values, value: Json) -> str:
        rows, columns = labels(settings["rows"]), labels(settings["columns"])
        return "; ".join(f"{rows[row]}: {columns[column]}" for row, column in value.items())

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        rows, columns = labels(settings["rows"]), labels(settings["columns"])
        found = [_row(totals, id_, label, columns) for id_, label in rows.items()]
        heads = [{"bucket": id_, "label": label} for id_, label in columns.items()]
        return {"n": totals.n(), "headline": None, "columns": heads, "rows": found}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        rows = summary["rows"]
        return _charts.heat(
            [row["label"] for row in rows],
            [head["label"] for head in summary["columns"]],
            [row["cells"] for row in rows],
        )

    def columns(self, code: str, settings: Values) -> list[Column]:
        values = labels(settings["columns"])
        return [
            Column(f"{code}.{row}", label, "choice", values)
            for row, label in labels(settings["rows"]).items()
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [(value or {}).get(row) for row in labels(settings["rows"])]


def labels(items: Any) -> dict[str, str]:
    """Id → label of rows or columns, in the author's order."""
    return {item["id"]: item["label"] for item in items}


def least(settings: Values) -> int:
    """How many rows must be answered."""
    every = len(settings["rows"])
    return min(settings["min_rows"] or every, every)


def _row(totals: Totals, id_: str, label: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """One row of the summary; ``share`` is of all answers, each cell's of the row's."""
    n, everyone = totals.n(id_), totals.n()
    cells = [_cell(totals.n(f"{id_}:{column}"), column, name, n) for column, name in columns.items()]
    return {
        "bucket": id_,
        "label": label,
        "n": n,
        "share": n / everyone if everyone else None,
        "cells": cells,
    }


def _cell(count: int, column: str, label: str, n: int) -> dict[str, Any]:
    return {"bucket": column, "label": label, "n": count, "share": count / n if n else None}
