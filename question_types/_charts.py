"""Plotly figure dictionaries of the question types.

Colours tell groups apart for every kind of colour sight (blue, grey, orange; never red against green) and on
light and dark grounds alike. Backgrounds are transparent, texts have no colour and no font: the page's
template decides. Margins are small and labels wrap, for phones of 360 px.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

GOOD = "#3b82c4"
MIDDLE = "#8b929c"
BAD = "#d9772b"
PLAIN = GOOD
FADED = "rgba(59,130,196,0.08)"
DARK_GOOD = "#1f5f99"
DARK_BAD = "#a8530f"

Rows = Sequence[Mapping[str, Any]]
Figure = dict[str, Any]


def wide(text: str) -> int:
    """Width of ``text`` in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int = 20, lines: int = 3) -> str:
    """``text`` over at most ``lines`` lines of ``width`` half-width characters, cut with an ellipsis, safe as
    plotly's pseudo-HTML."""
    rows = _rows(" ".join(text.split()), width)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], rows[lines - 1].rstrip() + "…"]
    return "<br>".join(escape(row.strip(), quote=False) for row in rows)


def _rows(text: str, width: int) -> list[str]:
    rows, row = [], ""
    for piece in _pieces(text):
        if row and wide(row + piece.rstrip()) > width:
            rows.append(row)
            row = ""
        row += piece
    return [*rows, row]


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space, and around every wide character."""
    pieces: list[str] = []
    for character in text:
        joined = pieces and not pieces[-1].endswith(" ") and wide(character) == wide(pieces[-1][-1]) == 1
        if joined and len(pieces[-1]) < 16:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def percent(share: float | None) -> str:
    """A share 0…1 as people read it."""
    return f"{share or 0:.0%}"


def _share(row: Mapping[str, Any]) -> float:
    return float(row["share"] or 0)


def figure(data: list[Figure], height: int, **layout: Any) -> Figure:
    """A figure with the house's layout."""
    base: Figure = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {"align": "left"},
    }
    return {"data": data, "layout": base | layout}


def hidden_axis(**more: Any) -> Figure:
    """An axis that only carries positions."""
    return {"visible": False, "fixedrange": True} | more


def category_axis(**more: Any) -> Figure:
    """An axis of labels in the order given."""
    return {"type": "category", "fixedrange": True, "automargin": True, "showgrid": False, "ticks": ""} | more


def _bar(rows: Rows, colours: Sequence[str], **more: Any) -> Figure:
    """One bar trace; the number of answers travels as customdata, the share as text."""
    return {
        "type": "bar",
        "text": [percent(row["share"]) for row in rows],
        "customdata": [row["n"] for row in rows],
        "marker": {"color": list(colours)},
        "cliponaxis": False,
    } | more


def bars(rows: Rows, colours: Sequence[str] = (), sort: bool = True, most: int = 20) -> Figure:
    """Horizontal bars, the biggest on top (``sort``) or in the order given; at most ``most`` of them."""
    kept = sorted(rows, key=lambda row: -row["n"])[:most] if sort else list(rows)
    labels = [wrap(str(row["label"])) for row in kept]
    trace = _bar(
        kept,
        colours or [PLAIN] * len(kept),
        orientation="h",
        x=[_share(row) for row in kept],
        y=list(range(len(kept))),
        hovertext=labels,
        hovertemplate="%{hovertext}<br>%{text} · %{customdata}<extra></extra>",
        textposition="outside",
    )
    top = max((_share(row) for row in kept), default=0) or 1
    lines = sum(max(2, label.count("<br>") + 1) for label in labels)
    return figure(
        [trace],
        40 + 18 * lines,
        xaxis=hidden_axis(range=[0, top * 1.18]),
        yaxis=_ticks(labels, autorange="reversed"),
        bargap=0.35,
    )


def _ticks(labels: Sequence[str], **more: Any) -> Figure:
    """Labels at 0, 1, 2 …: unlike categories they may be equal."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "fixedrange": True,
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    } | more


def upright(rows: Rows, colours: Sequence[str] = (), gap: float = 0.25, axes: str = "") -> Figure:
    """Trace of upright bars over the rows' labels, in order; ``axes`` is the number of its axes, ``""`` or
    ``"2"`` …"""
    return _bar(
        rows,
        colours or [PLAIN] * len(rows),
        x=list(range(len(rows))),
        y=[_share(row) for row in rows],
        hovertext=[wrap(str(row["label"])) for row in rows],
        hovertemplate="%{hovertext}<br>%{text} · %{customdata}<extra></extra>",
        textposition="outside" if len(rows) <= 12 else "none",
        xaxis=f"x{axes}",
        yaxis=f"y{axes}",
        width=1 - gap,
    )


def label_axis(rows: Rows, width: int = 6, **more: Any) -> Figure:
    """The axis below :func:`upright`."""
    return _ticks([wrap(str(row["label"]), width, 3) for row in rows], **more)


def histogram(rows: Rows) -> Figure:
    """Bars side by side, from the first to the last with answers."""
    used = [i for i, row in enumerate(rows) if row["n"]]
    kept = rows[used[0] : used[-1] + 1] if used else rows
    return figure(
        [upright(kept, gap=0.04)],
        260,
        xaxis=label_axis(kept, 12, tickangle=0 if len(kept) <= 8 else -45),
        yaxis=hidden_axis(range=[0, _top(kept)]),
    )


def _top(rows: Rows) -> float:
    return (max((_share(row) for row in rows), default=0) or 1) * 1.2


def stack(groups: Rows, colours: Sequence[str], axes: str = "") -> list[Figure]:
    """One horizontal bar of the groups' shares, labelled inside."""
    return [
        _bar(
            [group],
            [colour],
            orientation="h",
            name=escape(str(group["label"]), quote=False),
            x=[_share(group)],
            y=[0],
            text=[f"{wrap(str(group['label']), 12, 2)}<br>{percent(group['share'])}"],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate="%{text} · %{customdata}<extra></extra>",
            xaxis=f"x{axes}",
            yaxis=f"y{axes}",
        )
        for group, colour in zip(groups, colours, strict=True)
        if group["n"]
    ]


def graded(rows: Rows, groups: Rows, colours: Sequence[str], shades: Sequence[str]) -> Figure:
    """The groups as one bar above the distribution of the single scores."""
    return figure(
        [*stack(groups, colours, "2"), upright(rows, shades)],
        300,
        barmode="stack",
        xaxis=label_axis(rows, 8),
        yaxis=hidden_axis(range=[0, _top(rows)], domain=[0, 0.66]),
        xaxis2=hidden_axis(range=[0, 1], anchor="y2"),
        yaxis2=hidden_axis(domain=[0.76, 1], anchor="x2"),
    )


def ramp(count: int) -> list[str]:
    """Colours of ``count`` ordered steps from bad to good, the middle one grey."""
    half = count // 2
    low = [DARK_BAD, BAD, "#e6a36f"] if half > 2 else [DARK_BAD, BAD][-half or 2 :]
    high = ["#7fb2dd", GOOD, DARK_GOOD] if half > 2 else [GOOD, DARK_GOOD][:half]
    if half > 3:
        low, high = [DARK_BAD, *[BAD] * (half - 2), "#e6a36f"], ["#7fb2dd", *[GOOD] * (half - 2), DARK_GOOD]
    return [*low, *([MIDDLE] if count % 2 else []), *high]


def diverging(rows: Rows) -> Figure:
    """One bar around a centre line: the lower half of the scale to the left, the upper half to the right,
    the middle step on both sides. Labels are in the legend, lowest first."""
    count = len(rows)
    colours = ramp(count)
    left = sum(_share(row) for row in rows[: count // 2]) + (_share(rows[count // 2]) / 2 if count % 2 else 0)
    traces, at = [], -left
    for row, colour in zip(rows, colours, strict=True):
        traces.append(_piece(row, colour, at))
        at += _share(row)
    reach = max(left, at, 0.01) * 1.02
    return figure(
        traces,
        150 + 12 * count,
        barmode="overlay",
        showlegend=True,
        legend={"orientation": "h", "traceorder": "normal", "x": 0, "y": -0.05, "yanchor": "top"},
        xaxis=hidden_axis(range=[-reach, reach]),
        yaxis=hidden_axis(),
        shapes=[_centre()],
    )


def _piece(row: Mapping[str, Any], colour: str, at: float) -> Figure:
    return _bar(
        [row],
        [colour],
        orientation="h",
        name=wrap(str(row["label"]), 24, 1),
        base=[at],
        x=[_share(row)],
        y=[0],
        textposition="inside" if _share(row) >= 0.06 else "none",
        insidetextanchor="middle",
        textangle=0,
        hovertemplate="%{fullData.name}<br>%{text} · %{customdata}<extra></extra>",
    )


def _centre() -> Figure:
    line = {"width": 1, "dash": "dot", "color": MIDDLE}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def heat(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Rows]) -> Figure:
    """Rows × columns, each cell the share of its row's answers."""
    trace = {
        "type": "heatmap",
        "z": [[_share(cell) for cell in row] for row in cells],
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "text": [[percent(cell["share"]) for cell in row] for row in cells],
        "customdata": [[cell["n"] for cell in row] for row in cells],
        "texttemplate": "%{text}",
        "hovertemplate": "%{text} · %{customdata}<extra></extra>",
        "colorscale": [[0, FADED], [1, GOOD]],
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    return figure(
        [trace],
        80 + 40 * len(rows),
        xaxis=_ticks([wrap(label, 8) for label in columns], side="top", tickangle=0),
        yaxis=_ticks([wrap(label, 14) for label in rows], autorange="reversed"),
    )


def calendar(periods: Rows, weekdays: Rows) -> Figure:
    """The time line above the days of the week."""
    used = [i for i, row in enumerate(periods) if row["n"]]
    kept = periods[used[0] : used[-1] + 1] if used else periods
    return figure(
        [upright(kept), upright(weekdays, [MIDDLE] * len(weekdays), axes="2")],
        380,
        xaxis=label_axis(kept, 9, tickangle=0 if len(kept) <= 8 else -45),
        yaxis=hidden_axis(range=[0, _top(kept)], domain=[0.55, 1]),
        xaxis2=label_axis(weekdays, 8, anchor="y2"),
        yaxis2=hidden_axis(range=[0, _top(weekdays)], domain=[0, 0.33], anchor="x2"),
    )
