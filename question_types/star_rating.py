"""Stars, three to ten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types import _charts
from question_types._scores import Score
from question_types.base import N_, Example, Values


class StarRating(Score):
    """The number of stars given."""

    key: ClassVar[str] = "star_rating"
    label: ClassVar[str] = N_("Star rating")
    hint: ClassVar[str] = N_("A rating in stars")
    template: ClassVar[str] = "question_types/stars.html"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:5",
        "surveyjs:rating",
        "formbricks:rating",
        "surveyking:Score",
        "xiaoju:radio-star",
        "heyform:rating",
        "tduck:RATE",
        "opnform:rating",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["5"]}, 5, "请给为您服务的骑手打分"),
        Example(
            {"stars": 10, "low_label": "Poor", "high_label": "Excellent"},
            {"": ["7"]},
            7,
            "How would you rate the cleanliness of your room?",
        ),
    )

    class Settings(Form):
        stars = IntegerField(N_("Number of stars"), [NumberRange(min=3, max=10)], default=5)
        low_label = StringField(N_("Label of the first star"), [Length(max=40)], default="")
        high_label = StringField(N_("Label of the last star"), [Length(max=40)], default="")

    def span(self, settings: Values) -> range:
        return range(1, settings["stars"] + 1)

    def names(self, settings: Values) -> Mapping[int, str]:
        ends = {1: settings["low_label"], settings["stars"]: settings["high_label"]}
        return {score: label for score, label in ends.items() if label}

    def buckets(self, settings: Values) -> dict[str, str]:
        return {str(score): f"{score}★" for score in self.span(settings)}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"][::-1], sort=False) if summary["n"] else None
