"""A map of China of equal tiles, one for each province: small ones are seen as well as large ones."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from question_types import _charts
from question_types._provinces import PROVINCES

Figure = dict[str, Any]

COLUMNS = 1 + max(each.column for each in PROVINCES.values())
ROWS = 1 + max(each.row for each in PROVINCES.values())
TILE = 46
"""Height of a tile in pixels; its width follows the page's, about 40 on a phone."""


def tiles(rows: _charts.Rows) -> Figure:
    """The rows of a summary whose buckets end in codes of provinces; each row says what is ``short`` for its
    label. The darker a tile, the larger its share; the darkest is the largest of all."""
    placed = {str(row["bucket"]).rpartition(":")[2]: row for row in rows}
    most = max((float(row["share"] or 0) for row in rows), default=0) or 1
    return _charts.figure(
        [_ground(placed, most), _writing(placed)],
        ROWS * TILE + 16,
        xaxis=_charts.hidden_axis(range=[-0.5, COLUMNS - 0.5]),
        yaxis=_charts.hidden_axis(range=[ROWS - 0.5, -0.5]),
    )


def _grid(of: Mapping[str, Any]) -> list[list[Any]]:
    """What ``of`` says of each province's code, in the places of the grid; None where there is sea."""
    grid: list[list[Any]] = [[None] * COLUMNS for _ in range(ROWS)]
    for code, province in PROVINCES.items():
        grid[province.row][province.column] = of.get(code)
    return grid


def _ground(placed: Mapping[str, Any], most: float) -> Figure:
    said = {code: _hover(row) for code, row in placed.items()}
    return {
        "type": "heatmap",
        "z": _grid({code: float(row["share"] or 0) for code, row in placed.items()}),
        "text": [[each or "" for each in line] for line in _grid(said)],
        "hovertemplate": "%{text}<extra></extra>",
        "hoverongaps": False,
        "colorscale": [[0, _charts.FADED], [1, _charts.FULL]],
        "zmin": 0,
        "zmax": most,
        "xgap": 3,
        "ygap": 3,
        "showscale": False,
    }


def _hover(row: Mapping[str, Any]) -> str:
    label = escape(str(row["label"]), quote=False)
    return f"{label}<br>{_charts.percent(row['share'])} · {row['n']}"


def _writing(placed: Mapping[str, Any]) -> Figure:
    """Names and shares in the page's own colour of text; a province without answers only says its name."""
    there = [(PROVINCES[code], row) for code, row in placed.items() if code in PROVINCES]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [province.column for province, _ in there],
        "y": [province.row for province, _ in there],
        "text": [_inside(row) for _, row in there],
        "textfont": {"size": 11},
        "hoverinfo": "skip",
    }


def _inside(row: Mapping[str, Any]) -> str:
    short = escape(str(row["short"]), quote=False)
    return f"{short}<br><b>{_charts.percent(row['share'])}</b>" if row["n"] else short
