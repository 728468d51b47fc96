"""A matrix: one choice per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField

from question_types import _charts
from question_types._choices import listing
from question_types._reading import one
from question_types._rows import Rowed, TableSettings, labels, least
from question_types.base import N_, PLAIN, Column, Example, Invalid, Json, Part, Values


class MatrixSingle(Rowed):
    """Row id → column id; ``row:column`` counts the answers with that column."""

    key: ClassVar[str] = "matrix_single"
    legible: ClassVar[str] = PLAIN
    control: ClassVar[str] = "radio"
    label: ClassVar[str] = N_("Matrix, one choice per row")
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

    class Settings(TableSettings):
        different = BooleanField(
            N_("No two rows alike"), default=False, description=N_("Each column can be chosen only once")
        )

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        found += listing(settings["columns"], N_("Give at least two columns."), 2)
        if settings.get("different") and least(settings) > len(settings["columns"]):
            found.append(N_("There are too few columns for a different one in every row."))
        return found

    def heads(self, settings: Values) -> dict[str, str]:
        return labels(settings["columns"])

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        return one({"": given}) or None

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        if not isinstance(cell, str) or cell not in labels(settings["columns"]):
            raise Invalid("Please choose from the options shown.")

    def check(self, settings: Values, value: Json) -> None:
        super().check(settings, value)
        if settings.get("different") and len(set(value.values())) < len(value):
            raise Invalid("Please choose a different answer in every row.")

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        return Part(row, tuple(labels(settings["columns"])), optional=optional)

    def measured(self, settings: Values, cell: Json) -> dict[str, float]:
        return {"": 1, str(cell): 1}

    def worded(self, settings: Values, cell: Json) -> str:
        return labels(settings["columns"])[cell]

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.table(summary) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        values, rows = labels(settings["columns"]), labels(settings["rows"])
        return [Column(f"{code}.{row}", label, "choice", values) for row, label in rows.items()]
