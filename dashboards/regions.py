"""A question's main figure, unit by unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import Form
from wtforms.validators import Optional

from dashboards._figures import ACCENT, digits, layout, rounded
from dashboards.base import N_, Metrics, QuestionField, Widget

MOST = 40
"""Units drawn; the table has them all."""


class Regions(Widget):
    """A league of the units below the chosen one; units with small samples are listed without a rank."""

    key = "regions"
    label = N_("By unit")
    hint = N_("Regions or stores side by side, each with its interval.")
    size = (6, 2)
    template = "dashboards/regions.html"
    examples = ({}, {"question": "Q1"})

    class Settings(Form):
        question = QuestionField(N_("Question"), validators=[Optional()])

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """``rows``: code, name, n, value, low, high, enough; ranked, small samples last."""
        code = settings["question"] or metrics.main()
        rows = [
            {"code": unit, "name": name, "n": totals.n(), **_figures(metrics.headline(code, totals))}
            for unit, name, totals in metrics.by_unit(code)
        ]
        rows.sort(key=lambda row: (not row["enough"], -(row["value"] or 0), -row["n"]))
        named = next((row for row in rows if row["label"]), None)
        return {
            "question": code,
            "rows": rows,
            "n": sum(row["n"] for row in rows),
            "label": named["label"] if named else "",
            "unit": named["unit"] if named else "",
            "digits": digits([row for row in rows if row["enough"]]),
        }

    def figure(self, data: Mapping[str, Any], gettext: Callable[..., str]) -> dict[str, Any] | None:
        """A dot with whiskers per unit, best at the top; only those with samples worth comparing."""
        rows = [row for row in data["rows"] if row["enough"]][:MOST]
        if len(rows) < 2:
            return None
        rows.reverse()
        names, values = [row["name"] for row in rows], [row["value"] for row in rows]
        error = {
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["value"] for row in rows],
            "arrayminus": [row["value"] - row["low"] for row in rows],
            "color": ACCENT,
            "thickness": 1.5,
            "width": 4,
        }
        dots = {
            "type": "scatter",
            "mode": "markers",
            "x": values,
            "y": names,
            "error_x": error,
            "marker": {"color": ACCENT, "size": 9},
            "customdata": [[rounded(row["value"], data["digits"], data["unit"]), row["n"]] for row in rows],
            "hovertemplate": "%{y}<br><b>%{customdata[0]}</b> · n=%{customdata[1]}<extra></extra>",
        }
        axes = {"xaxis": {"showgrid": True}, "yaxis": {"type": "category", "showgrid": False}}
        return {"data": [dots], "layout": layout(**axes)}


def _figures(headline: Mapping[str, Any] | None) -> dict[str, Any]:
    headline = headline or {}
    kept = {key: headline.get(key) for key in ("label", "unit", "value", "low", "high")}
    return {**kept, "enough": bool(headline.get("enough"))}
