"""Plotly figure dictionaries that only single question types draw; like :mod:`question_types._charts`."""

from __future__ import annotations

from collections.abc import Mapping

from question_types import _charts
from question_types._charts import Figure, Rows


def pictured(rows: Rows, pictures: Mapping[str, str]) -> Figure:
    """Lying bars, the biggest on top, each with its bucket's picture between label and bar. ``pictures``:
    bucket → address; buckets without one have an empty place."""
    kept = sorted(rows, key=lambda row: -row["n"])[:20]
    found = _charts.bars(kept, sort=False)
    layout = found["layout"]
    end = layout["xaxis"]["range"][1]
    layout["height"] = 24 + 56 * len(kept)
    layout["xaxis"] = layout["xaxis"] | {"range": [-0.29 * end, end]}
    layout["images"] = [
        _thumbnail(pictures[row["bucket"]], place, 0.25 * end)
        for place, row in enumerate(kept)
        if row["bucket"] in pictures
    ]
    return found


def _thumbnail(source: str, place: int, width: float) -> Figure:
    return {
        "source": source,
        "xref": "x",
        "yref": "y",
        "x": -0.12 * width,
        "y": place,
        "sizex": width,
        "sizey": 0.86,
        "xanchor": "right",
        "yanchor": "middle",
        "sizing": "contain",
        "layer": "above",
    }
