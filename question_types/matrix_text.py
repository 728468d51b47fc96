"""A matrix of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, FormField, IntegerField
from wtforms.validators import NumberRange

from question_types import _charts
from question_types._cells import KINDS, Head, PlainColumn
from question_types._rows import RowSettings
from question_types._tables import Table
from question_types.base import N_, Example, Values


class MatrixText(Table):
    """Row id → column id → one line of text."""

    key: ClassVar[str] = "matrix_text"
    label: ClassVar[str] = N_("Matrix of texts")
    hint: ClassVar[str] = N_("A table to write in")
    operators: ClassVar[str] = "RT"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:;",
        "surveyking:MatrixFillBlank",
        "tduck:MATRIX_INPUT",
        "surveyjs:matrixdropdown/text",
        "qsf:Matrix/TE",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [{"id": "app", "label": "手机银行"}, {"id": "branch", "label": "营业网点"}],
                "columns": [
                    {"id": "good", "label": "做得好的", "optional": True},
                    {"id": "better", "label": "要改进的"},
                ],
                "min_rows": 1,
            },
            {"app.good": [" 转账很快 "], "app.better": ["字太小"], "branch.better": [""]},
            {"app": {"good": "转账很快", "better": "字太小"}},
            "请说说您对各渠道的看法",
        ),
        Example(
            {
                "rows": [{"id": "one", "label": "First visitor"}, {"id": "two", "label": "Second visitor"}],
                "columns": [{"id": "name", "label": "Name"}, {"id": "company", "label": "Company"}],
            },
            {
                "one.name": ["Ana Silva"],
                "one.company": ["Northwind"],
                "two.name": ["Li Wei"],
                "two.company": ["Kettle & Co"],
            },
            {
                "one": {"name": "Ana Silva", "company": "Northwind"},
                "two": {"name": "Li Wei", "company": "Kettle & Co"},
            },
            "Who will come to the meeting?",
        ),
    )

    class Settings(RowSettings):
        columns = FieldList(FormField(PlainColumn), N_("Columns"), max_entries=10)
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=500)], default=100, description=N_("Characters")
        )

    def fields(self, settings: Values) -> tuple[Head, ...]:
        limit = {"max_length": settings["max_length"]}
        return tuple(
            Head(each["id"], each["label"], KINDS["text"], limit, each["optional"])
            for each in settings["columns"]
        )

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.table(summary) if summary["n"] else None
