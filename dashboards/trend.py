"""A question's main figure over time, with its interval and the number of answers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, SelectChoice, SelectField
from wtforms.validators import Optional

from dashboards._figures import ACCENT, FAINT, MIDDLE, Figure, Points, Say, band, digits, layout, rounded
from dashboards.base import N_, Metrics, QuestionField, Step, Widget

STEPS: tuple[Step, ...] = ("day", "week", "month")


class Trend(Widget):
    """One point per day, week or month; points of small samples are drawn hollow and stand alone."""

    key = "trend"
    label = N_("Trend")
    hint = N_("How the main figure moves, with its interval and the number of answers.")
    size = (8, 2)
    template = "dashboards/trend.html"
    examples = ({}, {"step": "day"}, {"step": "month", "question": "Q1"})

    class Settings(Form):
        question = QuestionField(N_("Question"), validators=[Optional()])
        step = SelectField(
            N_("One point per"),
            choices=[
                SelectChoice("auto", N_("as fits")),
                SelectChoice("day", N_("day")),
                SelectChoice("week", N_("week")),
                SelectChoice("month", N_("month")),
            ],
            default="auto",
        )

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """Names the figure, because boards may carry several trends."""
        code = _code(settings, metrics)
        figure = metrics.headline(code, metrics.totals(code))
        if figure is None:
            return metrics.gettext(self.label)
        return metrics.gettext("Trend: %(figure)s", figure=figure["label"])

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """``points``: date, value, low, high, n, enough; oldest first."""
        code = _code(settings, metrics)
        step = _step(settings["step"], metrics, code)
        points = [
            _point(day.isoformat(), metrics.headline(code, totals), totals.n())
            for day, totals in metrics.series(code, step)
        ]
        firm = [point for point in points if point["enough"]]
        return {
            "question": code,
            "step": step,
            "points": points,
            "n": sum(point["n"] for point in points),
            "unit": firm[0]["unit"] if firm else "",
            "digits": digits(firm),
            "any": bool(firm),
        }

    def figure(self, data: Mapping[str, Any], gettext: Say) -> Figure | None:
        """Line with band above, bars of the number of answers below."""
        if not data["n"]:
            return None
        firm = [point if point["enough"] else {} for point in data["points"]]
        small = [point if point["n"] and not point["enough"] else {} for point in data["points"]]
        days = _column(data["points"], "date")
        traces = [
            band(days, _column(firm, "low"), _column(firm, "high")),
            _line(days, firm, data, gettext),
            _dots(days, small, gettext),
            _bars(days, data["points"], gettext),
        ]
        axes = {
            "xaxis": {"type": "date", "showgrid": False, "anchor": "y2"},
            "yaxis": {"domain": [0.27, 1], "nticks": 5, **_suffix(data["unit"])},
            "yaxis2": {"domain": [0, 0.17], "fixedrange": True, "showticklabels": False, "showgrid": False},
        }
        return {"data": traces, "layout": layout(**axes)}


def _code(settings: Mapping[str, Any], metrics: Metrics) -> str:
    return settings["question"] or metrics.main()


def _step(wanted: str, metrics: Metrics, code: str) -> Step:
    """The finest step that still gives most points a sample worth showing."""
    if wanted in STEPS:
        return wanted
    days, n = (metrics.end - metrics.start).days + 1, metrics.totals(code).n()
    if days <= 14 or (days <= 62 and n >= 15 * days):
        return "day"
    return "week" if days <= 400 else "month"


def _point(day: str, figure: Mapping[str, Any] | None, n: int) -> dict[str, Any]:
    figure = figure or {}
    kept = {key: figure.get(key) for key in ("value", "low", "high", "unit")}
    return {"date": day, "n": n, "enough": bool(figure.get("enough")), **kept}


def _column(points: Points, name: str) -> list[Any]:
    return [point.get(name) for point in points]


def _suffix(unit: str) -> dict[str, str]:
    return {"ticksuffix": "%"} if unit == "%" else {}


def _line(days: list[Any], points: Points, data: Mapping[str, Any], gettext: Say) -> Figure:
    shown = [
        [
            *(rounded(point.get(name), data["digits"], data["unit"]) for name in ("value", "low", "high")),
            point.get("n"),
        ]
        for point in points
    ]
    interval = gettext("95%% interval %(low)s to %(high)s", low="%{customdata[1]}", high="%{customdata[2]}")
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": days,
        "y": _column(points, "value"),
        "line": {"color": ACCENT, "width": 2.5},
        "marker": {"color": ACCENT, "size": 6},
        "customdata": shown,
        "hovertemplate": f"<b>%{{customdata[0]}}</b><br>{interval}<br>n=%{{customdata[3]}}<extra></extra>",
    }


def _dots(days: list[Any], points: Points, gettext: Say) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": days,
        "y": _column(points, "value"),
        "marker": {"color": MIDDLE, "size": 7, "symbol": "circle-open"},
        "customdata": _column(points, "n"),
        "hovertemplate": gettext("Sample too small") + " · n=%{customdata}<extra></extra>",
    }


def _bars(days: list[Any], points: Points, gettext: Say) -> Figure:
    return {
        "type": "bar",
        "x": days,
        "y": _column(points, "n"),
        "yaxis": "y2",
        "marker": {"color": FAINT},
        "hovertemplate": gettext("%(n)s answers", n="%{y}") + "<extra></extra>",
    }
