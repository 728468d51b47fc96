"""Which responses a figure is about: period, channels, unit, quality. The page's address holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from question_types.base import N_

DEFAULT = "30d"
PRESETS = ("7d", "30d", "90d", "365d")
LONGEST = 3660
"""Days a window may span."""

QUALITIES = ("clean", "all")
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Window:
    """Both days included, in the survey's time zone. Empty ``channels`` and ``unit`` mean all the viewer may
    see; ``period`` (``30d``) is empty where the days were chosen one by one. ``quality``: ``clean`` leaves
    flagged responses out, ``all`` does not, ``""`` does what the survey says."""

    start: date
    end: date
    channels: tuple[str, ...] = ()
    unit: str = ""
    period: str = ""
    quality: str = ""

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1

    def previous(self) -> Window:
        """The window just before, of the same length."""
        back = timedelta(days=self.days)
        return replace(self, start=self.start - back, end=self.end - back, period="")

    def query(self) -> dict[str, str]:
        """The address that gives this window again; defaults are left out."""
        found = {"channel": ",".join(self.channels), "unit": self.unit, "quality": self.quality}
        if not self.period:
            found |= {"from": self.start.isoformat(), "to": self.end.isoformat()}
        elif self.period != DEFAULT:
            found["period"] = self.period
        return {name: value for name, value in found.items() if value}


def parse(query: Mapping[str, Any], today: date) -> tuple[Window, list[str]]:
    """The window an address asks for, and notes (English message ids) on what could not be used.

    ``from`` and ``to`` are ISO days and win over ``period``; either may be left out.
    """
    notes: list[str] = []
    channels = tuple(sorted(set(_words(query.get("channel") or ""))))
    start, end, period = _chosen(query, today, notes) or _recent(query.get("period") or "", today, notes)
    quality = query["quality"] if query.get("quality") in QUALITIES else ""
    return Window(start, end, channels, query.get("unit") or "", period, quality), notes


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", word)]


def _chosen(query: Mapping[str, Any], today: date, notes: list[str]) -> tuple[date, date, str] | None:
    if not (query.get("from") or query.get("to")):
        return None
    end = _day(query.get("to") or "", today)
    start = _day(query.get("from") or "", end and end - timedelta(days=29))
    if start is None or end is None:
        notes.append(N_("The dates were not understood; the last 30 days are shown."))
        return None
    if start > end or (end - start).days >= LONGEST:
        notes.append(N_("The period must end after it begins; the last 30 days are shown."))
        return None
    return start, end, ""


def _day(text: str, default: date | None) -> date | None:
    """The day, the default for no text, None for text that is no day we could have figures of."""
    if not text:
        return default
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= date(2999, 12, 31) else None


def _recent(period: str, today: date, notes: list[str]) -> tuple[date, date, str]:
    match = re.fullmatch(r"([1-9]\d{0,3})d", period or DEFAULT)
    days = int(match[1]) if match else 0
    if not 1 <= days <= LONGEST:
        notes.append(N_("The period was not understood; the last 30 days are shown."))
        days = 30
    return today - timedelta(days=days - 1), today, f"{days}d"
