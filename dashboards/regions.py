"""A question's main figure, unit by unit."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from wtforms import Form
from wtforms.validators import Optional

from dashboards._figures import ACCENT, Figure, Points, Say, digits, layout, rounded
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

    def figure(self, data: Mapping[str, Any], gettext: Say) -> Figure | None:
        """A dot with whiskers per unit, best at the top; only those with samples worth comparing."""
        rows = [row for row in data["rows"] if row["enough"]][:MOST]
        if len(rows) < 2:
            return None
        rows.reverse()
        return {"data": [_dots(rows, data)], "layout": layout(xaxis={"showgrid": True}, yaxis=_names(rows))}


def _dots(rows: Points, data: Mapping[str, Any]) -> Figure:
    said = [rounded(row["value"], data["digits"], data["unit"]) for row in rows]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row["value"] for row in rows],
        "y": list(range(len(rows))),
        "text": said,
        "textposition": "top center",
        "error_x": _whiskers(rows),
        "marker": {"color": ACCENT, "size": 9},
        "customdata": [[escape(row["name"]), row["n"]] for row in rows],
        "hovertemplate": "%{customdata[0]}<br><b>%{text}</b> · n=%{customdata[1]}<extra></extra>",
    }


def _whiskers(rows: Points) -> Figure:
    ends = [(row["high"] - row["value"], row["value"] - row["low"]) for row in rows if row["low"] is not None]
    if len(ends) < len(rows):
        return {"visible": False}
    look = {"type": "data", "symmetric": False, "color": ACCENT, "thickness": 1.5, "width": 4}
    return {**look, "array": [above for above, _ in ends], "arrayminus": [below for _, below in ends]}


def _names(rows: Points) -> Figure:
    """Units at 0, 1, 2 …: unlike categories they may have equal names."""
    names = [f"{escape(row['name'])}  n={row['n']}" for row in rows]
    places = list(range(len(rows)))
    return {"tickvals": places, "ticktext": names, "range": [-0.7, len(rows) - 0.2], "showgrid": False}


def _figures(headline: Mapping[str, Any] | None) -> dict[str, Any]:
    headline = headline or {}
    kept = {key: headline.get(key) for key in ("label", "unit", "value", "low", "high")}
    return {**kept, "enough": bool(headline.get("enough"))}
