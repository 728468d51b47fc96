"""What our widgets' figures share: colours that survive colour-blindness, and small layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

GOOD = "#3b82c4"
"""Promoters, positive. Blue, grey and orange stay apart in every kind of colour sight and on both grounds."""
MIDDLE = "#8b929c"
BAD = "#d9772b"
ACCENT = GOOD
FAINT = "rgba(139, 146, 156, 0.45)"

Figure = dict[str, Any]
Points = Sequence[Mapping[str, Any]]
Say = Callable[..., str]

AXIS: Mapping[str, Any] = {"fixedrange": True, "automargin": True, "zeroline": False}


def layout(**more: Any) -> dict[str, Any]:
    """A layout that leaves fonts, grid and background to the page's theme."""
    base: dict[str, Any] = {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "bargap": 0.25,
        "xaxis": dict(AXIS, showgrid=False),
        "yaxis": dict(AXIS),
    }
    for key, value in more.items():
        base[key] = {**base[key], **value} if isinstance(base.get(key), dict) else value
    return base


def band(x: Sequence[Any], low: Sequence[float | None], high: Sequence[float | None]) -> Figure:
    """One trace that fills the space between the ends of an interval: a closed shape for each run of points
    without a gap. (Two lines with the space between them filled go astray at gaps.)"""
    across: list[Any] = []
    up: list[float | None] = []
    for known, run in groupby(zip(x, low, high, strict=True), key=lambda each: each[1] is not None):
        if known:
            places, bottoms, tops = zip(*run, strict=True)
            across += [*places, *reversed(places), None]
            up += [*tops, *reversed(bottoms), None]
    fill = {"fill": "toself", "fillcolor": "rgba(59, 130, 196, 0.18)"}
    line = {"mode": "lines", "type": "scatter", "line": {"width": 0, "color": ACCENT}, "hoverinfo": "skip"}
    return {**line, **fill, "x": across[:-1], "y": up[:-1]}


def digits(figures: Points) -> int:
    """Decimals that the widest interval of some figures supports: NPS of some hundred answers 0, a mean of
    as many 2."""
    widths = [each["high"] - each["low"] for each in figures if each.get("low") is not None]
    width = max(widths, default=1)
    if any(each.get("unit") == "%" for each in figures):
        return 0 if width >= 1 else 1
    return 0 if width >= 10 else 1 if width >= 0.5 else 2


def rounded(value: float | None, places: int, unit: str = "") -> str:
    """A figure as a chart says it."""
    if value is None:
        return ""
    return f"{value:.{places}f}{unit if unit == '%' else ''}".replace("-", "−")
