"""A calendar day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from question_types import _charts, _days
from question_types._reading import one
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


class Date(QuestionType):
    """An ISO date. Buckets are the weekday, the month of the year and, unless the allowed days move with
    today, the period (see :func:`question_types._days.periods`)."""

    key: ClassVar[str] = "date"
    legible: ClassVar[str] = DAY
    label: ClassVar[str] = N_("Date picker")
    family: ClassVar[str] = N_("Date and time")
    hint: ClassVar[str] = N_("A day, picked from a calendar")
    template: ClassVar[str] = "question_types/date.html"
    operators: ClassVar[str] = "D"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:D",
        "surveyjs:text/date",
        "formbricks:date",
        "heyform:date",
        "tduck:DATE",
        "opnform:date",
        "xlsform:date",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"min": "2024-01-01", "max": "2025-12-31"},
            {"": ["2025年3月8日"]},
            "2025-03-08",
            "您是哪一天到店的？",
        ),
        Example({"max_days": 0}, {"": ["1992-07-15"]}, "1992-07-15", "您的生日是？"),
        Example({"min": "2023-01-01"}, {"": ["2026-01-31"]}, "2026-01-31", "When did your contract begin?"),
    )

    class Settings(_days.DaySettings):
        pass

    def problems(self, settings: Values) -> list[str]:
        low, high = _days.bounds(settings)
        return [N_("The earliest day is after the latest.")] if low > high else []

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = one(raw)
        if not text:
            return None
        found = _days.day(text[:40])
        if found is None:
            raise Invalid("Please give the date as year, month and day, such as 2025-03-08.")
        return found.isoformat()

    def check(self, settings: Values, value: Json) -> None:
        found = _days.iso(value) if isinstance(value, str) else None
        if found is None:
            raise Invalid("Please give the date as year, month and day, such as 2025-03-08.")
        _days.within(settings, found)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = _days.bounds(settings)
        wanted = {low, low + (high - low) // 2, min(max(today(), low), high), high}
        return (Part("", tuple(day.isoformat() for day in sorted(wanted)), open=True),)

    def periods(self, settings: Values) -> Mapping[str, str]:
        """The bins of a timeline; none where they would move with today."""
        if settings["min_days"] is not None and settings["max_days"] is not None:
            return {}
        return _days.periods(_days.fixed(settings["min"]), _days.fixed(settings["max"]))

    def buckets(self, settings: Values) -> dict[str, str]:
        named = {key: Words(label) for key, label in (*_days.WEEKDAYS, *_days.MONTHS)}
        return {**self.periods(settings), **named}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found = date.fromisoformat(value)
        keys = [_days.WEEKDAYS[found.weekday()][0], _days.MONTHS[found.month - 1][0]]
        period = _days.period(found, self.periods(settings))
        return dict.fromkeys(["", *keys, *([period] if period else [])], 1.0)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        rows, days = found["rows"], dict(_days.WEEKDAYS)
        months = dict(_days.MONTHS)
        timeline = [row for row in rows if row["bucket"] not in days and row["bucket"] not in months]
        return found | {
            "rows": timeline or [row for row in rows if row["bucket"] in months],
            "groups": [row for row in rows if row["bucket"] in days],
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.calendar(summary["rows"], summary["groups"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "date")]

    def say(self, settings: Values) -> str | None:
        return Words(N_("Reply with a date, such as %(example)s."), example=today().isoformat())

    def hear(self, settings: Values, message: str) -> Raw | None:
        found = _days.near(message[:40].rstrip("。. !！"))
        return {"": [found.isoformat()]} if found else None
