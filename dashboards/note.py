"""A few sentences for the readers of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from dashboards.base import N_, Metrics, Widget


class Note(Widget):
    """Plain text: definitions, goals, what is being done."""

    key = "note"
    label = N_("Note")
    hint = N_("A few sentences: definitions, goals, what is being done.")
    size = (4, 1)
    template = "dashboards/note.html"
    examples = ({"heading": "目标", "text": "本季度净推荐值达到 45。\n样本不足 10 份时不作比较。"},)

    class Settings(Form):
        heading = StringField(N_("Heading"), default="", validators=[Length(max=80)])
        text = TextAreaField(N_("Text"), validators=[InputRequired(), Length(max=2000)])

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """The note's own heading."""
        return settings["heading"] or metrics.gettext(self.label)

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """The text, line by line."""
        return {"lines": (settings["text"] or "").splitlines()}
