"""The net promoter score of one question, with its interval and its change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form
from wtforms.validators import Optional

from dashboards._figures import BAD, GOOD, MIDDLE, Figure, Say, layout
from dashboards.base import N_, Metrics, QuestionField, Totals, Widget

CLASSES = (
    ("promoter", N_("Promoters"), "9–10"),
    ("passive", N_("Passives"), "7–8"),
    ("detractor", N_("Detractors"), "0–6"),
)


class Nps(Widget):
    """Promoters minus detractors in points; nothing is claimed from fewer than ten answers."""

    key = "nps"
    label = N_("Net promoter score")
    hint = N_("The score with its interval, the three groups and the change against the period before.")
    size = (4, 3)
    template = "dashboards/nps.html"
    examples = ({}, {"question": "Q1"})

    class Settings(Form):
        question = QuestionField(
            N_("Question"), ("promoter", "passive", "detractor"), validators=[Optional()]
        )

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """``score`` in points, ``parts`` by group, ``scale`` answers at 0…10, ``change`` or None."""
        code = settings["question"] or metrics.main()
        totals = metrics.totals(code)
        score = metrics.statistics.nps(*_counts(totals))
        return {
            "question": code,
            "about": next((each.title for each in metrics.questions() if each.code == code), ""),
            "n": totals.n(),
            "enough": score.enough,
            "score": score.point,
            "low": score.low,
            "high": score.high,
            "parts": [_part(key, label, hint, totals, metrics) for key, label, hint in CLASSES],
            "scale": [totals.n(str(step)) for step in range(11)],
            "digits": 0 if totals.n() < 100_000 else 1,
            "change": _change(metrics, code, totals),
        }

    def figure(self, data: Mapping[str, Any], gettext: Say) -> Figure | None:
        """Answers at each step of the scale, coloured by group."""
        if not data["n"]:
            return None
        steps = [str(step) for step in range(11)]
        colours = [BAD] * 7 + [MIDDLE] * 2 + [GOOD] * 2
        bars = {"type": "bar", "x": steps, "y": data["scale"], "marker": {"color": colours}}
        said = [str(n or "") for n in data["scale"]]
        counts = {"text": said, "textposition": "outside", "cliponaxis": False}
        hover = gettext("Score %(score)s: %(n)s answers", score="%{x}", n="%{y}") + "<extra></extra>"
        axes = {"xaxis": {"type": "category"}, "yaxis": {"visible": False, "rangemode": "tozero"}}
        return {"data": [{**bars, **counts, "hovertemplate": hover}], "layout": layout(**axes)}


def _counts(totals: Totals) -> tuple[float, float, float]:
    return totals.n("promoter"), totals.n("detractor"), totals.n()


def _part(key: str, label: str, hint: str, totals: Totals, metrics: Metrics) -> dict[str, Any]:
    n, of = totals.n(key), totals.n()
    return {"key": key, "label": metrics.gettext(label), "hint": hint, "n": n, "share": n / of if of else 0}


def _change(metrics: Metrics, code: str, totals: Totals) -> dict[str, Any] | None:
    """Against the period before; None where either period says too little."""
    before = metrics.previous().totals(code)
    change = metrics.statistics.nps_change(_counts(before), _counts(totals))
    if change is None or not change.enough:
        return None
    return {"points": change.difference, "real": change.real, "n": before.n()}
