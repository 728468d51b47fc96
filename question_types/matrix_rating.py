"""A matrix: one rating per row."""

from __future__ import annotations

from typing import ClassVar

from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types._grades import Graded
from question_types._rows import RowSettings
from question_types.base import N_, Example, Values


class MatrixRating(Graded):
    """Row id → 1 to the number of steps."""

    key: ClassVar[str] = "matrix_rating"
    label: ClassVar[str] = N_("Matrix of ratings")
    hint: ClassVar[str] = N_("Several things rated on one scale")
    aliases: ClassVar[tuple[str, ...]] = ("lss:A", "lss:B", "surveyking:MatrixScore", "tduck:MATRIX_SCALE")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "taste", "label": "菜品口味"},
                    {"id": "speed", "label": "上菜速度"},
                    {"id": "staff", "label": "服务态度"},
                    {"id": "clean", "label": "环境卫生"},
                ],
                "low_label": "很不满意",
                "high_label": "很满意",
            },
            {"taste": ["5"], "speed": ["3"], "staff": ["4"], "clean": ["4"]},
            {"taste": 5, "speed": 3, "staff": 4, "clean": 4},
            "请为以下几个方面打分",
        ),
        Example(
            {
                "rows": [
                    {"id": "search", "label": "Finding what you wanted"},
                    {"id": "pay", "label": "Paying"},
                ],
                "points": 7,
                "low_label": "Very hard",
                "high_label": "Very easy",
                "min_rows": 1,
            },
            {"pay": ["6"]},
            {"pay": 6},
            "How easy was each step on our website?",
        ),
    )

    class Settings(RowSettings):
        points = IntegerField(
            N_("Number of steps"), [NumberRange(min=2, max=11)], default=5, description=N_("Two to eleven")
        )
        low_label = StringField(N_("Label of the lowest number"), [Length(max=40)], default="")
        high_label = StringField(N_("Label of the highest number"), [Length(max=40)], default="")

    def span(self, settings: Values) -> range:
        return range(1, settings["points"] + 1)
