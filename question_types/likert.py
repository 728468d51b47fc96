"""A Likert scale: one statement, a step between two poles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Form, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from question_types import _charts
from question_types._scores import AGREEMENT, SATISFACTION, Labelled, miscounted, own_lines
from question_types.base import N_, Example, Values, Words

WORDINGS: dict[str, dict[int, tuple[str, ...]]] = {
    "agreement": AGREEMENT,
    "satisfaction": SATISFACTION,
    "frequency": {5: (N_("Never"), N_("Rarely"), N_("Sometimes"), N_("Often"), N_("Always"))},
    "importance": {
        5: (
            N_("Not important at all"),
            N_("Not very important"),
            N_("Moderately important"),
            N_("Important"),
            N_("Very important"),
        )
    },
    "quality": {5: (N_("Very poor"), N_("Poor"), N_("Fair"), N_("Good"), N_("Excellent"))},
}


class Likert(Labelled):
    """The steps are numbered from 1; ``wording`` names them, or the author does, one line each."""

    key: ClassVar[str] = "likert"
    label: ClassVar[str] = N_("Likert scale")
    hint: ClassVar[str] = N_("Agreement, frequency, importance … in steps")
    aliases: ClassVar[tuple[str, ...]] = ("heyform:opinion_scale", "opnform:scale")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["4"]}, 4, "“店员能听懂我的需求”，您同意吗？"),
        Example(
            {"wording": "own", "labels": "太贵了\n有点贵\n刚好\n挺便宜\n太便宜，担心质量"},
            {"": ["3"]},
            3,
            "您觉得这款产品的价格怎么样？",
        ),
        Example(
            {
                "wording": "numbers",
                "points": 10,
                "low_label": "Not at all",
                "high_label": "Completely",
                "layout": "row",
            },
            {"": ["10"]},
            10,
            "How well did the app meet your needs?",
        ),
    )

    class Settings(Form):
        wording = SelectField(
            N_("Wording"),
            choices=[
                SelectChoice("agreement", N_("Agreement (strongly disagree … strongly agree)")),
                SelectChoice("satisfaction", N_("Satisfaction (very dissatisfied … very satisfied)")),
                SelectChoice("frequency", N_("Frequency (never … always)")),
                SelectChoice("importance", N_("Importance (not important at all … very important)")),
                SelectChoice("quality", N_("Quality (very poor … excellent)")),
                SelectChoice("own", N_("Own labels")),
                SelectChoice("numbers", N_("Numbers only")),
            ],
            default="agreement",
        )
        points = IntegerField(
            N_("Number of steps"),
            [NumberRange(min=2, max=11)],
            default=5,
            description=N_("Two to eleven; own labels need a line for each"),
        )
        labels = TextAreaField(
            N_("Own labels"), [Length(max=800)], default="", description=N_("One per line, the lowest first")
        )
        low_label = StringField(
            N_("Label of the lowest number"), [Length(max=40)], default="", description=N_("For numbers only")
        )
        high_label = StringField(
            N_("Label of the highest number"),
            [Length(max=40)],
            default="",
            description=N_("For numbers only"),
        )
        layout = SelectField(
            N_("Arrangement"),
            choices=[SelectChoice("list", N_("List of labels")), SelectChoice("row", N_("Numbers in a row"))],
            default="list",
        )

    def problems(self, settings: Values) -> list[str]:
        wording, points = settings["wording"], settings["points"]
        if wording == "own":
            return miscounted(settings["labels"], points) or _unwritten(settings["labels"])
        if wording in WORDINGS and points not in WORDINGS[wording]:
            fitting = "/".join(map(str, WORDINGS[wording]))
            wrong = N_(
                "This wording has %(fitting)s steps. Change the number of steps or write your own labels."
            )
            return [Words(wrong, fitting=fitting)]
        return []

    def span(self, settings: Values) -> range:
        return range(1, settings["points"] + 1)

    def names(self, settings: Values) -> Mapping[int, str]:
        wording, span = settings["wording"], self.span(settings)
        if wording == "own":
            return dict(zip(span, own_lines(settings["labels"]), strict=False))
        if wording == "numbers":
            ends = {span[0]: settings["low_label"], span[-1]: settings["high_label"]}
            return {score: label for score, label in ends.items() if label}
        ours = WORDINGS[wording].get(settings["points"], ())
        return dict(zip(span, map(Words, ours), strict=False))

    def label_of(self, settings: Values, value: Any) -> str:
        return str(value) if settings["wording"] == "numbers" else super().label_of(settings, value)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        draw = _charts.scored if settings["wording"] == "numbers" else _charts.diverging
        return draw(summary["rows"])


def _unwritten(labels: str) -> list[str]:
    return [] if own_lines(labels) else [N_("Write your own labels, one line per step.")]
