"""Thumb up or thumb down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import Form, StringField
from wtforms.validators import Length

from question_types import _charts
from question_types._fixed import Answer, Fixed
from question_types._scores import estimate
from question_types.base import N_, Example, Totals, Values, Words


class Thumbs(Fixed):
    """``1`` or ``-1``; the figure is the share of thumbs up minus that of thumbs down."""

    key: ClassVar[str] = "thumbs"
    label: ClassVar[str] = N_("Thumbs up or down")
    family: ClassVar[str] = N_("Rating questions")
    hint: ClassVar[str] = N_("Good or bad, with one tap")
    replies: ClassVar[Mapping[str, frozenset[str]]] = {
        "up": frozenset({"👍", "赞", "点赞", "好", "good", "up", "+1", "👍👍"}),
        "down": frozenset({"👎", "踩", "点踩", "差", "bad", "down", "-1", "👎👎"}),
    }
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["1"]}, 1, "客服的这次回复有帮助吗？"),
        Example(
            {"up_label": "Helpful", "down_label": "Not helpful"},
            {"": ["-1"]},
            -1,
            "Was this article helpful?",
        ),
    )

    class Settings(Form):
        up_label = StringField(
            N_("Label of thumb up"), [Length(max=40)], default="", description=N_("Left empty: “Thumb up”")
        )
        down_label = StringField(
            N_("Label of thumb down"),
            [Length(max=40)],
            default="",
            description=N_("Left empty: “Thumb down”"),
        )

    def answers(self, settings: Values) -> Sequence[Answer]:
        return (
            Answer("up", 1, "1", settings["up_label"] or Words(N_("Thumb up")), "up"),
            Answer("down", -1, "-1", settings["down_label"] or Words(N_("Thumb down")), "down"),
        )

    def measure(self, settings: Values, value: Any) -> dict[str, float]:
        return {"": value, ("up" if value > 0 else "down"): 1}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        net = totals.statistics.nps(totals.n("up"), totals.n("down"), totals.n())
        figures = [found["headline"]] if found["headline"] else []
        return found | {"headline": estimate(Words(N_("Net approval")), net), "figures": figures}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.split(summary["rows"], [_charts.GOOD, _charts.BAD]) if summary["n"] else None
