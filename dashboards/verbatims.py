"""The customers' latest words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, IntegerField, SelectChoice, SelectField
from wtforms.validators import NumberRange, Optional

from dashboards.base import N_, Metrics, QuestionField, VerbatimInfo, Widget

SENTIMENTS = {
    "": N_("All"),
    "positive": N_("Positive"),
    "neutral": N_("Neutral"),
    "negative": N_("Negative"),
    "none": N_("No opinion"),
}
CHOICES = [SelectChoice(key, label) for key, label in SENTIMENTS.items()]


class Verbatims(Widget):
    """Texts, newest first, each with its sentiment, score, unit and time."""

    key = "verbatims"
    label = N_("Customers' words")
    hint = N_("The latest texts with sentiment, score, unit and time.")
    size = (8, 2)
    template = "dashboards/verbatims.html"
    examples = ({}, {"sentiment": "negative", "limit": 5}, {"question": "Q2"})

    class Settings(Form):
        sentiment = SelectField(
            N_("Sentiment"), choices=[SelectChoice(*each) for each in SENTIMENTS.items()], default=""
        )
        question = QuestionField(N_("Question"), validators=[Optional()])
        limit = IntegerField(N_("How many"), default=20, validators=[NumberRange(min=1, max=50)])

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """Says which texts are chosen."""
        kind = SENTIMENTS.get(settings["sentiment"])
        if not settings["sentiment"] or not kind:
            return metrics.gettext(self.label)
        return metrics.gettext("Customers' words: %(kind)s", kind=metrics.gettext(kind))

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """``items``: the texts, newest first."""
        found = metrics.verbatims(settings["limit"], settings["sentiment"] or "", settings["question"] or "")
        titles = {question.code: question.title for question in metrics.questions()}
        return {"sentiment": settings["sentiment"], "items": [_item(each, titles) for each in found]}


def _item(verbatim: VerbatimInfo, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "response": verbatim.response,
        "about": titles.get(verbatim.question, ""),
        "text": verbatim.text,
        "sentiment": verbatim.sentiment,
        "said_at": verbatim.said_at.isoformat(),
        "unit": verbatim.unit,
        "channel": verbatim.channel,
        "nps": verbatim.nps,
    }
