"""Several charts below one another in one figure."""

from __future__ import annotations

from collections.abc import Sequence

from question_types._charts import Figure, figure, wrap

TITLE = 30
"""Height of a panel's title."""


def panels(parts: Sequence[tuple[str, Figure]]) -> Figure:
    """Figures with one pair of axes each, below one another, each under its title. ``meta.tall`` keeps a page
    from squeezing them."""
    heights = [part["layout"]["height"] + TITLE + _room(part) for _, part in parts]
    whole, top = sum(heights), 1.0
    found = figure([], whole, annotations=[], meta={"tall": True})
    for number, ((title, part), height) in enumerate(zip(parts, heights, strict=True), 1):
        low = top - height / whole
        head = TITLE + (_room(part) if _over(part) else 0)
        foot = 0 if _over(part) else _room(part)
        _place(found, part, str(number) if number > 1 else "", [low + foot / whole, top - head / whole])
        found["layout"]["annotations"].append(_titled(title, top))
        top = low
    return found


def _over(part: Figure) -> bool:
    return bool(part["layout"]["xaxis"].get("side") == "top")


def _room(part: Figure) -> int:
    """Height of the labels along the horizontal axis."""
    texts = part["layout"]["xaxis"].get("ticktext", ())
    return 12 + 16 * max(text.count("<br>") + 1 for text in texts) if texts else 8


def _place(found: Figure, part: Figure, number: str, domain: list[float]) -> None:
    """Adds a figure's traces and axes under a number of their own."""
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    found["data"] += [trace | axes for trace in part["data"]]
    layout = part["layout"]
    span = [round(max(0.0, min(1.0, end)), 5) for end in domain]
    found["layout"][f"xaxis{number}"] = layout["xaxis"] | {"anchor": f"y{number}"}
    found["layout"][f"yaxis{number}"] = layout["yaxis"] | {"anchor": f"x{number}", "domain": span}


def _titled(title: str, top: float) -> Figure:
    text = f"<b>{wrap(title, 40, 1)}</b>"
    place = {"x": 0, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return {"text": text, "showarrow": False, "align": "left", **place}
