"""One question the way its own type shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form
from wtforms.validators import Optional

from dashboards._figures import Figure, Points, Say, digits
from dashboards.base import N_, Metrics, QuestionField, QuestionInfo, VerbatimInfo, Widget

LONG = 8
"""Rows of a scale that are all shown, answered or not."""


class Question(Widget):
    """Any question: figures and chart come from the question type; texts show the latest answers."""

    key = "question"
    label = N_("Question")
    hint = N_("The answers to one question, counted the way its type does it.")
    size = (6, 2)
    template = "dashboards/question.html"
    examples = ({"question": "Q1"}, {"question": "Q2"}, {"question": "Q3"})

    class Settings(Form):
        question = QuestionField(N_("Question"), validators=[Optional()])

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """The question itself."""
        about = _about(settings, metrics)
        return about.title if about else metrics.gettext(self.label)

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """The type's summary and figure; ``texts`` where there is nothing to count."""
        about = _about(settings, metrics)
        if about is None:
            return {"question": "", "n": 0, "rows": [], "headline": None, "chart": None, "texts": []}
        summary = metrics.summary(about.code)
        rows, headline = _used(summary.get("rows") or []), summary.get("headline")
        return {
            "question": about.code,
            "type": about.type_label,
            "retired": about.retired,
            "n": summary["n"],
            "headline": headline,
            "digits": digits([headline] if headline else []),
            "figures": [{**each, "digits": digits([each])} for each in summary.get("figures") or []],
            "columns": summary.get("columns") or [],
            "rows": rows,
            "chart": metrics.chart(about.code) if summary["n"] else None,
            "texts": [] if rows else [_text(each) for each in metrics.verbatims(5, question=about.code)],
        }

    def figure(self, data: Mapping[str, Any], gettext: Say) -> Figure | None:
        """The type's own."""
        chart: dict[str, Any] | None = data["chart"]
        return chart


def _about(settings: Mapping[str, Any], metrics: Metrics) -> QuestionInfo | None:
    code = settings["question"] or metrics.main()
    return next((each for each in metrics.questions() if each.code == code), None)


def _used(rows: Points) -> Points:
    """The rows; of a long scale only those from the first to the last with answers."""
    used = [index for index, row in enumerate(rows) if row["n"]]
    return rows[used[0] : used[-1] + 1] if used and len(rows) > LONG else rows


def _text(verbatim: VerbatimInfo) -> dict[str, Any]:
    return {"text": verbatim.text, "sentiment": verbatim.sentiment, "said_at": verbatim.said_at.isoformat()}
