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
FADED, FULL = "rgba(59,130,196,0.06)", "rgba(59,130,196,0.7)"
DARK_GOOD, LIGHT_GOOD = "#2a6cab", "#72a9d8"
DARK_BAD, LIGHT_BAD = "#a8530f", "#df9a5c"

FITTING = {"mode": "hide", "minsize": 10}
"""Texts inside bars disappear where they do not fit."""

CLOSING = "，。、；：？！）》】”’…"
"""Signs that begin no line."""

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
        if row and piece not in CLOSING and wide(row + piece.rstrip()) > width:
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
    return "&lt;1%" if share and share < 0.005 else f"{share or 0:.0%}"


def brightness(colour: str) -> float:
    """Relative luminance 0…1 of ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink(colour: str) -> str:
    """Black or white, whichever reads better on ``colour``."""
    return "#000000" if brightness(colour) > 0.179 else "#ffffff"


def _text(row: Mapping[str, Any]) -> str:
    return percent(row["share"]) if row["n"] else ""


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


def _bar(rows: Rows, colours: Sequence[str], **more: Any) -> Figure:
    """One bar trace; the number of answers travels as customdata, the share as text."""
    return {
        "type": "bar",
        "text": [_text(row) for row in rows],
        "customdata": [row["n"] for row in rows],
        "marker": {"color": list(colours)},
        "insidetextfont": {"color": [ink(colour) for colour in colours]},
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
    """Labels at 0, 1, 2 …: unlike categories they may be equal. Invisible marks keep them off the bars."""
    return {
        "tickmode": "array",
        "tickvals": [i for i, label in enumerate(labels) if label],
        "ticktext": [label for label in labels if label],
        "fixedrange": True,
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": "rgba(0,0,0,0)",
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


def label_axis(rows: Rows, most: int = 11, **more: Any) -> Figure:
    """The axis below :func:`upright`; of many labels only some are shown, evenly spaced."""
    every = -(-len(rows) // most)
    width = max(4, 50 // min(len(rows) or 1, most))
    labels = [
        wrap(str(row["label"]), width, 3) if i % every == every // 2 else "" for i, row in enumerate(rows)
    ]
    return _ticks(labels, tickangle=0, range=[-0.6, len(rows) - 0.4], **more)


def histogram(rows: Rows) -> Figure:
    """Bars side by side, from the first to the last with answers."""
    kept = _used(rows)
    return figure(
        [upright(kept, gap=0.04)],
        260,
        xaxis=label_axis(kept, 12 if all(wide(str(row["label"])) <= 3 for row in kept) else 6),
        yaxis=hidden_axis(range=[0, _top(kept)]),
    )


def _used(rows: Rows) -> Rows:
    """The rows from the first to the last with answers."""
    used = [i for i, row in enumerate(rows) if row["n"]]
    return rows[used[0] : used[-1] + 1] if used else rows


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
            text=[_inside(str(group["label"]), _share(group))],
            hovertext=[wrap(str(group["label"]))],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate=f"%{{hovertext}}<br>{percent(group['share'])} · %{{customdata}}<extra></extra>",
            xaxis=f"x{axes}",
            yaxis=f"y{axes}",
        )
        for group, colour in zip(groups, colours, strict=True)
        if group["n"]
    ]


def split(rows: Rows, colours: Sequence[str]) -> Figure:
    """All answers as one bar, a piece for each row."""
    return figure(
        stack(rows, colours),
        90,
        barmode="stack",
        uniformtext=FITTING,
        xaxis=hidden_axis(range=[0, 1]),
        yaxis=hidden_axis(),
    )


def _inside(label: str, share: float) -> str:
    """What fits in a bar of this share of a phone's width: label and percentage, the percentage, nothing."""
    room = share * 40
    if wide(label) <= room:
        return f"{escape(label, quote=False)}<br>{percent(share)}"
    return percent(share) if room >= 3 else ""


def graded(rows: Rows, groups: Rows, colours: Sequence[str], shades: Sequence[str]) -> Figure:
    """The groups as one bar above the distribution of the single scores: upright where the scores are
    numbers, lying, the highest on top, where they have labels."""
    if all(wide(str(row["label"])) <= 4 for row in rows):
        return figure(
            [*stack(groups, colours, "2"), upright(rows, shades)],
            300,
            barmode="stack",
            uniformtext=FITTING,
            xaxis=label_axis(rows),
            yaxis=hidden_axis(range=[0, _top(rows)], domain=[0, 0.66]),
            xaxis2=hidden_axis(range=[0, 1], anchor="y2"),
            yaxis2=hidden_axis(domain=[0.76, 1], anchor="x2"),
        )
    lying = bars(rows[::-1], shades[::-1], sort=False)
    height = lying["layout"]["height"] + 70
    part = 1 - 70 / height
    layout = lying["layout"] | {
        "height": height,
        "barmode": "stack",
        "uniformtext": FITTING,
        "xaxis2": hidden_axis(range=[0, 1], anchor="y2"),
        "yaxis2": hidden_axis(domain=[part + 0.02, 1], anchor="x2"),
    }
    layout["yaxis"] = layout["yaxis"] | {"domain": [0, part - 0.04]}
    return {"data": [*lying["data"], *stack(groups, colours, "2")], "layout": layout}


def ramp(count: int) -> list[str]:
    """Colours of ``count`` ordered steps from bad to good, the middle one of an odd number grey."""
    half = count // 2
    low = [_blend(DARK_BAD, LIGHT_BAD, i, half) for i in range(half)]
    high = [_blend(LIGHT_GOOD, DARK_GOOD, i, half) for i in range(half)]
    return [*low, *([MIDDLE] if count % 2 else []), *high]


def _blend(one: str, other: str, step: int, steps: int) -> str:
    share = step / (steps - 1) if steps > 1 else 0.5
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def diverging(rows: Rows) -> Figure:
    """One bar around a centre line: the lower half of the scale to the left, the upper half to the right,
    the middle step on both sides. Labels are in the legend, lowest first."""
    count, traces = len(rows), []
    start = sum(_share(row) for row in rows[: count // 2]) + (
        _share(rows[count // 2]) / 2 if count % 2 else 0
    )
    at = -start
    for row, colour in zip(rows, ramp(count), strict=True):
        traces.append(_piece(row, colour, at))
        at += _share(row)
    return figure(
        traces,
        130 + 16 * -(-count // 2),
        barmode="overlay",
        uniformtext=FITTING,
        showlegend=True,
        legend={"orientation": "h", "traceorder": "normal", "x": 0, "y": -0.05, "yanchor": "top"},
        xaxis=hidden_axis(range=[-max(start, 0.1) - 0.02, max(at, 0.1) + 0.02]),
        yaxis=hidden_axis(),
        shapes=[_centre()],
    )


def _piece(row: Mapping[str, Any], colour: str, at: float) -> Figure:
    return _bar(
        [row],
        [colour],
        orientation="h",
        name=wrap(str(row["label"]), 22, 2),
        base=[at],
        x=[_share(row)],
        y=[0],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        hovertemplate="%{fullData.name}<br>%{text} · %{customdata}<extra></extra>",
    )


def _centre() -> Figure:
    line = {"width": 1, "dash": "dot", "color": MIDDLE}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def scored(rows: Rows) -> Figure:
    """Upright bars of the scores in the colours of a scale."""
    yaxis = hidden_axis(range=[0, _top(rows)])
    return figure([upright(rows, ramp(len(rows)))], 240, xaxis=label_axis(rows), yaxis=yaxis)


def heat(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Rows]) -> Figure:
    """Rows × columns, each cell the share of its row's answers."""
    labels = [wrap(label, 14) for label in rows]
    return figure(
        [_tiles(cells), _written(cells)],
        80 + sum(max(40, 18 * (label.count("<br>") + 1)) for label in labels),
        xaxis=_ticks([wrap(label, 8) for label in columns], side="top", tickangle=0),
        yaxis=_ticks(labels, autorange="reversed"),
    )


def table(summary: Mapping[str, Any]) -> Figure:
    """The heat map of a summary whose rows have cells."""
    rows = summary["rows"]
    heads = [head["label"] for head in summary["columns"]]
    return heat([row["label"] for row in rows], heads, [row["cells"] for row in rows])


def reasons(scores: Rows, tags: Rows, colours: Sequence[str] | None = None) -> Figure:
    """The distribution of a score above the tags given with it."""
    used = sorted((row for row in tags if row["n"]), key=lambda row: -row["n"])[:20]
    above = upright(scores, colours or ramp(len(scores)))
    if not used:
        return figure([above], 240, xaxis=label_axis(scores), yaxis=hidden_axis(range=[0, _top(scores)]))
    below = bars(used)
    height = below["layout"]["height"] + 220
    part = below["layout"]["height"] / height
    trace = below["data"][0] | {"xaxis": "x2", "yaxis": "y2"}
    return figure(
        [above, trace],
        height,
        xaxis=label_axis(scores),
        yaxis=hidden_axis(range=[0, _top(scores)], domain=[part + 0.1, 1]),
        xaxis2=below["layout"]["xaxis"] | {"anchor": "y2"},
        yaxis2=below["layout"]["yaxis"] | {"anchor": "x2", "domain": [0, part - 0.02]},
    )


def _tiles(cells: Sequence[Rows]) -> Figure:
    return {
        "type": "heatmap",
        "z": [[_share(cell) for cell in row] for row in cells],
        "text": [[cell.get("text", percent(cell["share"])) for cell in row] for row in cells],
        "customdata": [[cell["n"] for cell in row] for row in cells],
        "hovertemplate": "%{text} · %{customdata}<extra></extra>",
        "colorscale": [[0, FADED], [1, FULL]],
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }


def _written(cells: Sequence[Rows]) -> Figure:
    """The shares in the page's own colour of text: plotly would choose black or white for a white ground."""
    places = [(x, y, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _, _ in places],
        "y": [y for _, y, _ in places],
        "text": [cell.get("text", _text(cell)) for _, _, cell in places],
        "hoverinfo": "skip",
    }


def lengths(rows: Rows, low: float, high: float, colours: Sequence[str] = ()) -> Figure:
    """Lying bars of the rows' ``value``, which ``text`` says, from ``low`` (or 0 inside the range) on, in the
    order given."""
    start = 0 if low < 0 < high else low
    labels = [wrap(str(row["label"])) for row in rows]
    trace = _bar(
        rows,
        colours or [PLAIN] * len(rows),
        orientation="h",
        base=[start] * len(rows),
        x=[row["value"] - start for row in rows],
        y=list(range(len(rows))),
        text=[row["text"] for row in rows],
        hovertext=labels,
        hovertemplate="%{hovertext}<br>%{text} · %{customdata}<extra></extra>",
        textposition="outside",
    )
    lines = sum(max(2, label.count("<br>") + 1) for label in labels)
    room = (high - low) * 0.15
    return figure(
        [trace],
        40 + 18 * lines,
        xaxis=hidden_axis(range=[low - (room if low < start else 0), high + room]),
        yaxis=_ticks(labels, autorange="reversed"),
        bargap=0.35,
    )


def profile(rows: Rows, low: float, high: float) -> Figure:
    """One line through the rows' ``value``, between the poles ``label`` and ``opposite``."""
    places = list(range(len(rows)))
    line = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [row["value"] for row in rows],
        "y": places,
        "text": [row["text"] for row in rows],
        "textposition": "middle right",
        "customdata": [row["n"] for row in rows],
        "hovertemplate": "%{text} · %{customdata}<extra></extra>",
        "line": {"color": PLAIN, "width": 3},
        "marker": {"size": 10},
        "cliponaxis": False,
    }
    other = {"type": "scatter", "x": [None], "y": [0], "yaxis": "y2", "hoverinfo": "skip"}
    reach = [len(rows) - 0.5, -0.7]
    return figure(
        [line, other],
        60 + 56 * len(rows),
        xaxis=hidden_axis(range=[low, high]),
        yaxis=_ticks([wrap(str(row["label"]), 12) for row in rows], range=reach),
        yaxis2=_ticks(
            [wrap(str(row["opposite"]), 12) for row in rows], range=reach, overlaying="y", side="right"
        ),
        shapes=[_middle((low + high) / 2)],
    )


def _middle(at: float) -> Figure:
    return _centre() | {"x0": at, "x1": at}


def calendar(periods: Rows, weekdays: Rows) -> Figure:
    """The time line above the days of the week."""
    kept = _used(periods)
    return figure(
        [upright(kept), upright(weekdays, [MIDDLE] * len(weekdays), axes="2")],
        380,
        xaxis=label_axis(kept, 6),
        yaxis=hidden_axis(range=[0, _top(kept)], domain=[0.55, 1]),
        xaxis2=label_axis(weekdays, anchor="y2"),
        yaxis2=hidden_axis(range=[0, _top(weekdays)], domain=[0, 0.36], anchor="x2"),
    )
