"""A heading between tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from dashboards.base import N_, Metrics, Widget


class Heading(Widget):
    """A line that opens a section of the dashboard."""

    key = "heading"
    label = N_("Heading")
    hint = N_("A line that opens a section.")
    size = (12, 0)
    template = "dashboards/heading.html"
    examples = ({"text": "门店体验"},)

    class Settings(Form):
        text = StringField(N_("Text"), validators=[InputRequired(), Length(max=80)])

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """The heading itself."""
        return settings["text"] or metrics.gettext(self.label)

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """Nothing but the text."""
        return {"text": settings["text"] or ""}
