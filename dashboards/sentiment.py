"""What customers' words sound like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards._figures import BAD, GOOD, MIDDLE, Figure, Say, layout
from dashboards.base import N_, Metrics, Step, Widget

KINDS = (
    ("positive", N_("Positive"), GOOD),
    ("neutral", N_("Neutral"), MIDDLE),
    ("negative", N_("Negative"), BAD),
)


class Sentiment(Widget):
    """Shares among the texts that hold an opinion, and how far behind the reading is."""

    key = "sentiment"
    label = N_("Sentiment")
    hint = N_("Positive, neutral and negative texts, and whether texts are waiting to be read.")
    size = (4, 2)
    template = "dashboards/sentiment.html"

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """``parts`` by kind with share of the texts with an opinion; ``negative`` with its interval."""
        counts = metrics.sentiment()
        n = sum(counts.get(key, 0) for key, _, _ in KINDS)
        oldest = metrics.oldest_unread()
        negative = metrics.statistics.share(counts.get("negative", 0), n)
        return {
            "n": n,
            "enough": negative.enough,
            "low": negative.low,
            "high": negative.high,
            "parts": [
                {
                    "key": key,
                    "label": metrics.gettext(label),
                    "n": counts.get(key, 0),
                    "share": counts.get(key, 0) / n if n else 0,
                }
                for key, label, _ in KINDS
            ],
            "none": counts.get("none", 0),
            "unread": counts.get("unread", 0),
            "oldest_unread": oldest.isoformat() if oldest else None,
            "series": _series(metrics) if n else [],
        }

    def figure(self, data: Mapping[str, Any], gettext: Say) -> Figure | None:
        """Texts per period, one colour per kind."""
        if len(data["series"]) < 2:
            return None
        days = [point["date"] for point in data["series"]]
        traces = [
            {
                "type": "bar",
                "name": gettext(label),
                "x": days,
                "y": [point[key] for point in data["series"]],
                "marker": {"color": colour},
                "hovertemplate": gettext(label) + " %{y}<extra></extra>",
            }
            for key, label, colour in KINDS
        ]
        return {
            "data": traces,
            "layout": layout(barmode="stack", xaxis={"type": "date"}, yaxis={"nticks": 4}),
        }


def _series(metrics: Metrics) -> list[dict[str, Any]]:
    days = (metrics.end - metrics.start).days + 1
    step: Step = "day" if days <= 14 else "week" if days <= 400 else "month"
    return [
        {"date": day.isoformat(), **{key: totals.n(key) for key, _, _ in KINDS}}
        for day, totals in metrics.series("words", step)
    ]
