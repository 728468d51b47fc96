"""How many began, how many finished, how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.base import N_, Metrics, Widget
from dashboards.base import Counts as Tally


class Counts(Widget):
    """Four figures in a row and the finished responses day by day."""

    key = "counts"
    label = N_("Responses")
    hint = N_("Started, completed, completion rate and the mean time to complete.")
    size = (8, 1)
    template = "dashboards/counts.html"

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """Counts of this period and the one before; ``days`` are completed responses per day."""
        now, before = metrics.counts(), metrics.previous().counts()
        rate = metrics.statistics.share(now.completed, now.started)
        return {
            "started": now.started,
            "completed": now.completed,
            "stopped": now.screened_out + now.over_quota,
            "rate": rate.point,
            "low": rate.low,
            "high": rate.high,
            "enough": rate.enough,
            "seconds": now.seconds,
            "before": before.completed,
            "growth": _growth(now, before),
            "days": [counts.completed for _, counts in metrics.volume("day")],
        }


def _growth(now: Tally, before: Tally) -> float | None:
    """Relative change of the completed responses; None where the period before says too little."""
    return now.completed / before.completed - 1 if before.completed >= 10 else None
