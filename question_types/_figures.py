"""Plotly figure dictionaries that only single question types draw; like :mod:`question_types._charts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def balance(rows: Rows, best: str, worst: str) -> Figure:
    """How often options were named ``best`` (to the right) and ``worst`` (to the left) of the times they were
    shown, the highest ``value`` on top and written at the end."""
    kept = sorted(rows, key=lambda row: -row["value"])
    plain = _charts.bars(kept, sort=False)
    labels = plain["data"][0]["hovertext"]
    far = max(max(row["best"], row["worst"]) / row["shown"] for row in kept) or 1
    sums = {
        "type": "scatter",
        "mode": "text",
        "x": [1.28 * far] * len(kept),
        "y": list(range(len(kept))),
        "text": [f"<b>{row['value']:+.2f}</b>".replace("-", "−") for row in kept],
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return _charts.figure(
        [
            _named(kept, labels, "worst", worst, -1, _charts.BAD),
            _named(kept, labels, "best", best, 1, _charts.GOOD),
            sums,
        ],
        plain["layout"]["height"] + 40,
        barmode="relative",
        bargap=0.35,
        uniformtext=_charts.FITTING,
        showlegend=True,
        legend={"orientation": "h", "traceorder": "normal", "x": 0, "y": -0.02, "yanchor": "top"},
        xaxis=_charts.hidden_axis(range=[-1.04 * far, 1.55 * far]),
        yaxis=plain["layout"]["yaxis"],
    )


def _named(rows: Rows, labels: Sequence[str], part: str, name: str, side: int, colour: str) -> Figure:
    """The bars of one end: the share of times an option was named so, its number as customdata."""
    shares = [row[part] / row["shown"] for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "name": _charts.wrap(str(name), 22, 2),
        "x": [side * share for share in shares],
        "y": list(range(len(rows))),
        "text": [_charts.percent(share) if share else "" for share in shares],
        "customdata": [row[part] for row in rows],
        "hovertext": list(labels),
        "hovertemplate": "%{hovertext}<br>%{fullData.name}: %{text} · %{customdata}<extra></extra>",
        "marker": {"color": colour},
        "insidetextfont": {"color": _charts.ink(colour)},
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
    }


Side = tuple[float, float, float, float]
"""Left, top, width and height of an area, in per cent of its picture."""


def spots(rows: Rows, areas: Mapping[str, Side], picture: str, ratio: float) -> Figure:
    """A heat map over the picture, above bars of all rows. ``areas``: bucket → its place; numbers lead from
    one to the other. ``ratio`` is the picture's height to its width."""
    numbers = {bucket: number for number, bucket in enumerate(areas, 1)}
    named = [{**row, "label": _numbered(numbers.get(row["bucket"]), str(row["label"]))} for row in rows]
    below = _charts.bars(named)
    low, high = below["layout"]["height"], min(round(344 * ratio), 460)
    part = low / (low + high)
    hottest = max((row["share"] or 0 for row in rows if row["bucket"] in areas), default=0) or 1
    placed = [(row, areas[row["bucket"]]) for row in rows if row["bucket"] in areas]
    empty = {"type": "scatter", "x": [None], "y": [None], "xaxis": "x2", "yaxis": "y2", "hoverinfo": "skip"}
    return _charts.figure(
        [*below["data"], empty],
        low + high,
        xaxis=below["layout"]["xaxis"],
        yaxis=below["layout"]["yaxis"] | {"domain": [0, part - 0.03]},
        bargap=0.35,
        xaxis2=_charts.hidden_axis(range=[0, 100], anchor="y2", constrain="domain"),
        yaxis2=_charts.hidden_axis(
            range=[100, 0],
            domain=[part, 1],
            anchor="x2",
            scaleanchor="x2",
            scaleratio=ratio,
            constrain="domain",
        ),
        images=[_ground(picture)],
        shapes=[_area(side, (row["share"] or 0) / hottest) for row, side in placed],
        annotations=[_told(numbers[row["bucket"]], row["share"], side) for row, side in placed],
    )


def _numbered(number: int | None, label: str) -> str:
    return f"{number}. {label}" if number else label


def _ground(picture: str) -> Figure:
    whole = {"x": 0, "y": 0, "sizex": 100, "sizey": 100, "xanchor": "left", "yanchor": "top"}
    return {"source": picture, "xref": "x2", "yref": "y2", "sizing": "fill", "layer": "below"} | whole


def _area(side: Side, heat: float) -> Figure:
    """A rectangle over the picture, the fuller in colour the more people chose it."""
    x, y, width, height = side
    return {
        "type": "rect",
        "xref": "x2",
        "yref": "y2",
        "x0": x,
        "x1": x + width,
        "y0": y,
        "y1": y + height,
        "fillcolor": f"rgba(217,119,42,{0.1 + 0.65 * heat:.2f})",
        "line": {"color": "#ffffff", "width": 2},
    }


def _told(number: int, share: float | None, side: Side) -> Figure:
    """The number of an area and its share, on a ground of its own: pictures have any colour."""
    x, y, width, height = side
    return {
        "xref": "x2",
        "yref": "y2",
        "x": x + width / 2,
        "y": y + height / 2,
        "text": f"{number} · <b>{_charts.percent(share)}</b>",
        "showarrow": False,
        "bgcolor": "rgba(0,0,0,0.75)",
        "borderpad": 3,
        "font": {"color": "#ffffff", "size": 12},
    }
