"""A range between two ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FloatField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._numbers import above, exact, read, with_unit
from question_types._reading import folded, one
from question_types._scores import estimate
from question_types.base import N_, Column, Example, Invalid, Json, Part, Raw, Totals, Values, Words
from question_types.slider import LARGEST, Slider

ENDS = ("low", "high")
_BETWEEN = re.compile(r"\s*(?:至|到|~|~|–|—|\bto\b|(?<=[0-9%])\s*-)\s*")


class RangeSlider(Slider):
    """``[low, high]``, two positions of the track. The answer's number is the width; ``low`` and ``high`` sum
    up the ends; a bin's bucket counts the ranges that touch it."""

    key: ClassVar[str] = "range_slider"
    label: ClassVar[str] = N_("Range slider")
    hint: ClassVar[str] = N_("From where to where on a track")
    template: ClassVar[str] = "question_types/range.html"
    files: ClassVar[tuple[str, ...]] = ("range.js", "range.css")
    operators: ClassVar[str] = "RN"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:slider/range",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"min": 0, "max": 500, "step": 10, "unit": "元", "min_gap": 20},
            {"low": ["５０"], "high": ["120元"]},
            [50, 120],
            "两个人吃一顿晚饭，您愿意花多少钱？",
        ),
        Example(
            {"min": 6, "max": 22, "step": 0.5, "low_label": "Morning", "high_label": "Night"},
            {"low": ["9.5"], "high": ["17"]},
            [9.5, 17],
            "Between which hours would you like us to be open?",
        ),
    )

    class Settings(Slider.Settings):
        min_gap = FloatField(
            N_("Smallest distance of the ends"),
            [Empty(), NumberRange(0, LARGEST)],
            default=0,
            description=N_("0: both may be the same"),
        )

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        if not found and above(settings["min_gap"], settings["max"] - settings["min"]):
            found.append(N_("The ends cannot be that far apart."))
        return found

    def ends(self, settings: Values) -> dict[str, str]:
        """The two ends by name → label."""
        return {"low": Words(N_("Lowest")), "high": Words(N_("Highest"))}

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = [self._end(settings, one(raw, end)) for end in ENDS]
        if given == [None, None]:
            return None
        if None in given:
            raise Invalid("Please give both ends.")
        return given

    def _end(self, settings: Values, text: str) -> Json:
        plain, unit = folded(text[:200]).casefold(), folded(settings["unit"]).casefold()
        plain = plain.removesuffix(unit).strip() if unit else plain
        return read(plain) if plain else None

    def refill(self, settings: Values, value: Json) -> Raw:
        return {end: [self.plain(number)] for end, number in zip(ENDS, value, strict=True)}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, list) or len(value) != 2:
            raise Invalid("Please give both ends.")
        for number in value:
            super().check(settings, number)
        low, high = value
        if low > high:
            raise Invalid("The highest is below the lowest. Please check both.")
        gap = settings["min_gap"] or 0
        if round(high - low, 6) < gap:
            raise Invalid("The two must be at least %(gap)s apart.", gap=self.plain(gap))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        positions, gap = self.positions(settings), settings["min_gap"] or 0
        few = sorted({positions[round(share * (len(positions) - 1) / 6)] for share in range(7)})
        pairs = [[low, high] for low in few for high in few if round(high - low, 6) >= gap and low <= high]
        return (Part("", tuple(pairs), open=True),)

    def rows(self, settings: Values) -> dict[str, str]:
        return self.ends(settings)

    def buckets(self, settings: Values) -> dict[str, str]:
        return {**self.ends(settings), **self.bins(settings).labels}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        low, high = value
        bins, width = self.bins(settings), exact(high - low, 6)
        first, last = (bisect_right(bins.cuts, number) for number in value)
        touched = dict.fromkeys(bins.keys[first : last + 1], 1)
        return {"": width, "square": width * width, "low": low, "high": high, **touched}

    def label_of(self, settings: Values, value: Json) -> str:
        return with_unit("–".join(self.plain(number) for number in value), settings["unit"])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        """``rows``: for each bin, how many ranges touch it; ``figures``: the mean ends."""
        n = totals.n()
        width = totals.statistics.mean(n, totals.amount(), totals.amount("square"))
        rows = [
            {"bucket": key, "label": label, "n": totals.n(key), "share": totals.n(key) / n if n else None}
            for key, label in self.bins(settings).labels.items()
        ]
        headline = {**estimate(Words(N_("Mean width")), width), "unit": settings["unit"]}
        return {"n": n, "headline": headline, "figures": self._means(settings, totals), "rows": rows}

    def _means(self, settings: Values, totals: Totals) -> list[dict[str, Any]]:
        n = totals.n()
        names = {"low": Words(N_("Mean of the lowest")), "high": Words(N_("Mean of the highest"))}
        about = {"low": None, "high": None, "unit": settings["unit"], "n": n, "enough": n >= 10}
        return [
            {**about, "label": label, "value": totals.amount(end) / n} for end, label in names.items() if n
        ]

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """How many ranges touch each bin; those between the mean ends stand out."""
        if not summary["n"]:
            return None
        key = self.bins(settings).key
        keys = [row["bucket"] for row in summary["rows"]]
        first, last = (keys.index(key(figure["value"])) for figure in summary["figures"])
        inside = [_charts.GOOD if first <= at <= last else _charts.MIDDLE for at in range(len(keys))]
        return _band(summary["rows"], inside)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(f"{code}.{end}", label, "number") for end, label in self.ends(settings).items()]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return list(value) if value else [None, None]

    def say(self, settings: Values) -> str | None:
        low, high = (self.plain(settings[name]) for name in ("min", "max"))
        return Words(N_("Reply with a range from %(low)s to %(high)s, such as 2-5."), low=low, high=high)

    def hear(self, settings: Values, message: str) -> Raw | None:
        ends = _BETWEEN.split(folded(message[:100]).rstrip("。. !"))
        raw = {end: [text] for end, text in zip(ENDS, ends, strict=False)}
        try:
            return raw if len(ends) == 2 and self.parse(settings, raw) else None
        except Invalid:
            return None


def _band(rows: _charts.Rows, colours: Sequence[str]) -> dict[str, Any]:
    """Bars without gaps."""
    return _charts.figure(
        [_charts.upright(rows, colours, gap=0)],
        240,
        xaxis=_charts.label_axis(rows, 6),
        yaxis=_charts.hidden_axis(range=[0, 1.2 * (max(row["share"] for row in rows) or 1)]),
    )
