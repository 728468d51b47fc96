"""A matrix: any number of choices per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._choices import listing
from question_types._rows import Rowed, TableSettings, beside, labels, listed
from question_types.base import N_, PLAIN, Column, Example, Invalid, Json, Part, Values, Words


class MatrixMulti(Rowed):
    """Row id → list of column ids in the author's order."""

    key: ClassVar[str] = "matrix_multi"
    legible: ClassVar[str] = PLAIN
    control: ClassVar[str] = "checkbox"
    label: ClassVar[str] = N_("Matrix, several choices per row")
    hint: ClassVar[str] = N_("Several things, each with all options that apply")
    template: ClassVar[str] = "question_types/matrix.html"
    operators: ClassVar[str] = "RM"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:M/array",
        "surveyjs:matrixdropdown/checkbox",
        "surveyking:MatrixCheckbox",
        "qsf:Matrix/Likert/MultipleAnswer",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "ours", "label": "本店"},
                    {"id": "mall", "label": "商场里的其他店"},
                ],
                "columns": [
                    {"id": "fresh", "label": "新鲜"},
                    {"id": "cheap", "label": "实惠"},
                    {"id": "near", "label": "方便"},
                    {"id": "brand", "label": "品牌可靠"},
                ],
            },
            {"ours": ["near", "fresh"], "mall": ["brand"]},
            {"ours": ["fresh", "near"], "mall": ["brand"]},
            "以下说法适合哪些店？可多选",
        ),
        Example(
            {
                "rows": [{"id": "web", "label": "Website"}, {"id": "app", "label": "App"}],
                "columns": [
                    {"id": "buy", "label": "Buying"},
                    {"id": "look", "label": "Looking up prices"},
                    {"id": "help", "label": "Getting help"},
                ],
                "min_rows": 1,
                "max": 2,
            },
            {"app": ["buy", "help"]},
            {"app": ["buy", "help"]},
            "What do you use each of these for?",
        ),
    )

    class Settings(TableSettings):
        max = IntegerField(
            N_("At most"),
            [Empty(), NumberRange(min=1, max=50)],
            description=N_("Options to choose in a row; empty: all"),
        )

    def problems(self, settings: Values) -> list[str]:
        return super().problems(settings) + listing(settings["columns"], N_("Give at least two columns."), 2)

    def heads(self, settings: Values) -> dict[str, str]:
        return labels(settings["columns"])

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        ids = {id_.strip() for id_ in given if id_.strip()}
        known = [id_ for id_ in labels(settings["columns"]) if id_ in ids]
        if len(known) < len(ids):
            raise Invalid("Please choose from the options shown.")
        return known or None

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        known = labels(settings["columns"])
        if not isinstance(cell, list) or not cell or not all(isinstance(id_, str) for id_ in cell):
            raise Invalid("Please choose from the options shown.")
        if len(set(cell)) < len(cell) or not set(cell) <= set(known):
            raise Invalid("Please choose from the options shown.")
        if settings["max"] and len(cell) > settings["max"]:
            raise Invalid("Please choose at most %(n)s options in each row.", n=settings["max"])

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        ids = tuple(labels(settings["columns"]))
        high = min(settings["max"] or len(ids), len(ids))
        return Part(row, ids, many=True, low=1, high=high, optional=optional)

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        return {"": 1} | dict.fromkeys(cell, 1)

    def worded(self, settings: Values, cell: Json) -> str:
        known = labels(settings["columns"])
        return listed([known[id_] for id_ in cell])

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.table(summary) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        marks = {"0": Words(N_("Not chosen")), "1": Words(N_("Chosen"))}
        return [
            Column(f"{code}.{row}.{id_}", beside(label, head), "choice", marks)
            for row, label in labels(settings["rows"]).items()
            for id_, head in labels(settings["columns"]).items()
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        rows, ids = labels(settings["rows"]), labels(settings["columns"])
        given = value or {}
        return [int(id_ in given[row]) if row in given else None for row in rows for id_ in ids]
