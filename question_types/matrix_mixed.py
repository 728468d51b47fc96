"""A matrix whose columns hold different things."""

from __future__ import annotations

from typing import ClassVar

from wtforms import FieldList, FormField

from question_types._cells import KINDS, Amount, Head, KindColumn, faults, head
from question_types._rows import RowSettings
from question_types._tables import Table
from question_types.base import N_, Example, Values

MEANT = {**KINDS, "number": Amount()}
"""Of numbers in a matrix the mean is told, cell by cell."""


class MatrixMixed(Table):
    """Row id → column id → whatever the column holds: an option's id, a list of ids, a number, a text."""

    key: ClassVar[str] = "matrix_mixed"
    label: ClassVar[str] = N_("Matrix with different columns")
    hint: ClassVar[str] = N_("Each column with its own choices, scores, numbers or texts")
    operators: ClassVar[str] = "RQMNT"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:1",
        "surveyjs:matrixdropdown",
        "surveyking:MatrixAuto/fixed",
        "qsf:SBS",
        "xlsform:kobomatrix/mixed",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "counter", "label": "柜台"},
                    {"id": "app", "label": "手机银行"},
                    {"id": "phone", "label": "客服电话"},
                ],
                "columns": [
                    {
                        "id": "often",
                        "label": "使用频率",
                        "kind": "choice",
                        "options": [
                            {"id": "weekly", "label": "每周"},
                            {"id": "monthly", "label": "每月"},
                            {"id": "rarely", "label": "很少"},
                        ],
                    },
                    {"id": "score", "label": "满意度", "kind": "score"},
                    {"id": "why", "label": "原因", "optional": True},
                ],
                "min_rows": 1,
            },
            {"app.often": ["weekly"], "app.score": ["5"], "app.why": ["  很快 "], "phone.score": [""]},
            {"app": {"often": "weekly", "score": 5, "why": "很快"}},
            "请评价您用过的服务渠道",
        ),
        Example(
            {
                "rows": [{"id": "van", "label": "Van"}, {"id": "car", "label": "Car"}],
                "columns": [
                    {"id": "days", "label": "Days", "kind": "number", "max": 60, "unit": "d"},
                    {
                        "id": "extras",
                        "label": "Extras",
                        "kind": "several",
                        "optional": True,
                        "options": [
                            {"id": "seat", "label": "Child seat"},
                            {"id": "nav", "label": "Navigation"},
                        ],
                    },
                ],
            },
            {"van.days": ["3"], "van.extras": ["nav", "seat"], "car.days": ["0"]},
            {"van": {"days": 3, "extras": ["seat", "nav"]}, "car": {"days": 0}},
            "What did you hire?",
        ),
    )

    class Settings(RowSettings):
        columns = FieldList(FormField(KindColumn), N_("Columns"), max_entries=10)

    def problems(self, settings: Values) -> list[str]:
        return super().problems(settings) + faults(settings["columns"])

    def fields(self, settings: Values) -> tuple[Head, ...]:
        return tuple(head(each, MEANT) for each in settings["columns"])
