"""A day and a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar

from question_types import _charts, _days, _times
from question_types._reading import folded, one
from question_types.base import (
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
    zone,
)

_PARTS = re.compile(
    r"(.+?[0-9]|.+?[日号天])[\sT,]*((?:[0-9]{1,2}:|[凌早上中下傍晚]|[0-9零〇一二两三四五六七八九十]+\s*[点时]).*)"
)
_STORED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")


class DateTime(QuestionType):
    """ISO minutes with the offset of the survey's zone (``2025-03-08T14:30+08:00``). Buckets are the weekday,
    the part of the day, and both together (``mon:morning``)."""

    key: ClassVar[str] = "datetime"
    label: ClassVar[str] = N_("Date with time")
    family: ClassVar[str] = N_("Date and time")
    hint: ClassVar[str] = N_("A day and a time of day")
    template: ClassVar[str] = "question_types/moment.html"
    operators: ClassVar[str] = "D"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:text/datetime-local", "xlsform:dateTime", "lss:D/time")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"min": "2024-01-01", "max": "2025-12-31"},
            {"": ["2025年3月8日 下午2点半"]},
            "2025-03-08T14:30+08:00",
            "您是什么时候到店的？",
        ),
        Example(
            {"min": "2025-01-01"},
            {"": ["2025-06-30T09:05"]},
            "2025-06-30T09:05+08:00",
            "When did the fault occur?",
        ),
    )

    class Settings(_days.DaySettings):
        pass

    def problems(self, settings: Values) -> list[str]:
        low, high = _days.bounds(settings)
        return [N_("The earliest day is after the latest.")] if low > high else []

    def local(self, raw: Raw) -> str:
        """What the browser's control holds: the stored moment on the survey's clock."""
        text = next(iter(raw.get("", ())), "")
        found = _stored(text)
        return f"{found:%Y-%m-%dT%H:%M}" if found else text

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = one(raw)
        if not text:
            return None
        found = _here(_stored(text)) or _read(text[:60])
        if found is None:
            raise Invalid("Please give the day and the time, such as 2025-03-08 14:30.")
        return found.isoformat(timespec="minutes")

    def refill(self, settings: Values, value: Json) -> Raw:
        return {"": [self.local({"": [value]})]}

    def check(self, settings: Values, value: Json) -> None:
        found = _stored(value) if isinstance(value, str) else None
        if found is None or found.isoformat(timespec="minutes") != value:
            raise Invalid("Please give the day and the time, such as 2025-03-08 14:30.")
        _days.within(settings, found.date())

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = _days.bounds(settings)
        days = sorted({low, low + (high - low) // 2, min(max(today(), low), high), high})
        hours = (time(0), time(9, 30), time(14), time(23, 59))
        moments = [_made(day, hours[place % 4]) for place, day in enumerate(days)]
        return (Part("", tuple(each.isoformat(timespec="minutes") for each in moments), open=True),)

    def buckets(self, settings: Values) -> dict[str, str]:
        days = {key: Words(label) for key, label in _days.WEEKDAYS}
        parts = {key: Words(label) for key, label, _ in _times.PARTS}
        both = {
            f"{day}:{part}": Words(N_("%(day)s, %(part)s"), day=name, part=hours)
            for day, name in days.items()
            for part, hours in parts.items()
        }
        return {**days, **parts, **both}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found = datetime.fromisoformat(value)
        day, part = _days.WEEKDAYS[found.weekday()][0], _times.part(found.hour)
        return dict.fromkeys(["", day, part, f"{day}:{part}"], 1.0)

    def label_of(self, settings: Values, value: Json) -> str:
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        rows, groups = found["rows"][:7], found["rows"][7:11]
        cells = found["rows"][11:]
        for place, row in enumerate(rows):
            row["cells"] = cells[place * 4 : place * 4 + 4]
        heads = [{"bucket": group["bucket"], "label": group["label"]} for group in groups]
        return found | {"rows": rows, "groups": groups, "columns": heads}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.table(summary) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "date")]

    def say(self, settings: Values) -> str | None:
        return Words(
            N_("Reply with a day and a time, such as %(example)s 14:30."), example=today().isoformat()
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        found = _read(message[:60].rstrip("。. !！"))
        return {"": [found.isoformat(timespec="minutes")]} if found else None


def _stored(text: str) -> datetime | None:
    """The moment of a stored value, strictly."""
    try:
        return datetime.fromisoformat(text) if _STORED.fullmatch(text) else None
    except ValueError:
        return None


def _here(moment: datetime | None) -> datetime | None:
    """A moment on the survey's clock, where it stays within the calendar."""
    try:
        return moment.astimezone(zone.get()) if moment else None
    except OverflowError:
        return None


def _read(text: str) -> datetime | None:
    """The moment that a day and a time name on the survey's clock."""
    match = _PARTS.fullmatch(folded(text))
    day = _days.near(match[1].rstrip(" T,")) if match else None
    hour = _times.clock(match[2]) if match else None
    return _made(day, hour) if day and hour else None


def _made(day: date, hour: time) -> datetime:
    """The first of two moments where the clocks are put back."""
    return datetime.combine(day, hour, zone.get())
