"""A first and a last day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _bins, _charts, _days
from question_types._reading import folded, one
from question_types._scores import estimate
from question_types.base import (
    DAY,
    N_,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
    today,
)

_BETWEEN = re.compile(r"\s*(?:至|到|~|～|—|–|\bto\b|\s-\s)+\s*")


class DateRange(QuestionType):
    """``[first, last]``, two ISO days. Its number is the length in days, both ends counted, which falls in
    bins."""

    key: ClassVar[str] = "date_range"
    legible: ClassVar[str] = DAY
    label: ClassVar[str] = N_("Date range")
    family: ClassVar[str] = N_("Date and time")
    hint: ClassVar[str] = N_("From one day to another")
    template: ClassVar[str] = "question_types/span.html"
    operators: ClassVar[str] = "D"
    aliases: ClassVar[tuple[str, ...]] = ("heyform:date_range", "tduck:DATE_RANGE", "opnform:date/range")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"min": "2024-01-01", "max": "2026-12-31", "max_length": 30},
            {"from": ["2025年10月1日"], "to": ["2025-10-07"]},
            ["2025-10-01", "2025-10-07"],
            "您是哪天入住、哪天离店的？",
        ),
        Example(
            {"min": "2020-01-01"},
            {"from": ["2025-03-01"], "to": ["2025-03-01"]},
            ["2025-03-01", "2025-03-01"],
            "When were you away?",
        ),
    )

    class Settings(_days.DaySettings):
        max_length = IntegerField(
            N_("Longest, in days"),
            [Empty(), NumberRange(1, 3660)],
            description=N_("First and last day counted; empty: no limit"),
        )

    def problems(self, settings: Values) -> list[str]:
        low, high = _days.bounds(settings)
        return [N_("The earliest day is after the latest.")] if low > high else []

    def held(self, raw: Raw, end: str) -> str:
        """What a control of the page holds, from its own text or from a stored answer."""
        both = list(raw.get("", ()))
        if len(both) == 2:
            return str(both[end == "to"])
        return next(iter(raw.get(end, ())), "")

    def parse(self, settings: Values, raw: Raw) -> Json:
        ends = [one({"": [self.held(raw, end)]}) for end in ("from", "to")]
        if not any(ends):
            return None
        days = [_days.day(text[:40]) for text in ends]
        if None in days:
            raise Invalid("Please give both the first and the last day.")
        return [day.isoformat() for day in days if day]

    def refill(self, settings: Values, value: Json) -> Raw:
        return {"from": [value[0]], "to": [value[1]]}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, list) or len(value) != 2:
            raise Invalid("Please give both the first and the last day.")
        days = [_days.iso(each) if isinstance(each, str) else None for each in value]
        first, last = days
        if first is None or last is None:
            raise Invalid("Please give both the first and the last day.")
        for day in (first, last):
            _days.within(settings, day)
        if first > last:
            raise Invalid("The last day is before the first. Please check both.")
        most = settings["max_length"]
        if most and (last - first).days >= most:
            raise Invalid("Please choose at most %(most)s days.", most=most)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = _days.bounds(settings)
        start = min(max(today(), low), high)
        longest = timedelta(days=(settings["max_length"] or 30) - 1)
        spans = {(low, low), (start, start), (start, min(start + longest, high)), (high, high)}
        values = tuple([first.isoformat(), last.isoformat()] for first, last in sorted(spans))
        return (Part("", values, open=True),)

    def bins(self, settings: Values) -> _bins.Bins:
        """The bins of the length."""
        return _bins.bins(1, settings["max_length"], 0)

    def buckets(self, settings: Values) -> dict[str, str]:
        days = N_("%(n)s days")
        return {key: Words(days, n=label) for key, label in self.bins(settings).labels.items()}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        days = length(value)
        return {"": days, "square": days * days, self.bins(settings).key(days): 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return Words(N_("%(first)s to %(last)s"), first=value[0], last=value[1])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        mean = totals.statistics.mean(totals.n(), totals.amount(), totals.amount("square"))
        found = super().summary(settings, totals)
        return found | {"headline": estimate(Words(N_("Mean length in days")), mean)}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.histogram(summary["rows"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        first, last = Words(N_("First day")), Words(N_("Last day"))
        return [Column(f"{code}.from", first, "date"), Column(f"{code}.to", last, "date")]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return list(value) if value else [None, None]

    def say(self, settings: Values) -> str | None:
        now = today()
        example = Words(
            N_("%(first)s to %(last)s"), first=now.isoformat(), last=(now + timedelta(2)).isoformat()
        )
        return Words(N_("Reply with the first and the last day, such as %(example)s."), example=example)

    def hear(self, settings: Values, message: str) -> Raw | None:
        ends = _BETWEEN.split(folded(message[:80]).rstrip("。. !！"))
        days = [_days.near(end) for end in ends]
        if len(days) != 2 or None in days:
            return None
        return {end: [day.isoformat()] for end, day in zip(("from", "to"), days, strict=True) if day}


def length(value: Json) -> int:
    """Days from the first to the last, both counted."""
    return (date.fromisoformat(value[1]) - date.fromisoformat(value[0])).days + 1
