"""Times of day: reading what people type, and the parts of the day."""

from __future__ import annotations

import re
from datetime import time

from question_types._reading import folded, numeral
from question_types.base import N_

PARTS = (
    ("night", N_("Night (0–6)"), range(0, 6)),
    ("morning", N_("Morning (6–12)"), range(6, 12)),
    ("afternoon", N_("Afternoon (12–18)"), range(12, 18)),
    ("evening", N_("Evening (18–24)"), range(18, 24)),
)
"""Bucket, label and hours."""

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*(am|pm)?")
_BARE = re.compile(r"([0-9]{1,2})\s*(am|pm)")
_SPOKEN = re.compile(
    r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?\s*([0-9]{1,2}|[零〇一二两三四五六七八九十]{1,3})\s*[点时:]\s*"
    r"(半|一刻|三刻|整|钟|[0-9]{1,2}|[零〇一二三四五六七八九十]{1,3})?\s*分?"
)
_MINUTES = {None: 0, "整": 0, "钟": 0, "半": 30, "一刻": 15, "三刻": 45}
_LATE = ("下午", "傍晚", "晚上", "pm")


def clock(text: str) -> time | None:
    """The time that ``text`` names: “14:30”, “2:30 pm”, “下午两点半”; None if it names none."""
    plain = folded(text).casefold()
    found = _CLOCK.fullmatch(plain)
    if found:
        return _made(int(found[1]), int(found[2]), found[3])
    found = _BARE.fullmatch(plain)
    if found:
        return _made(int(found[1]), 0, found[2])
    found = _SPOKEN.fullmatch(plain)
    if not found:
        return None
    minute = _MINUTES[found[3]] if found[3] in _MINUTES else numeral(found[3])
    return _made(numeral(found[2]) or 0, minute or 0, found[1])


def _made(hour: int, minute: int, half: str | None) -> time | None:
    """A time of the twelve-hour or the twenty-four-hour clock, or None if no clock shows it."""
    if half in _LATE and hour < 12:
        hour += 12
    elif (half in ("am", "凌晨") and hour == 12) or (half == "晚上" and hour == 24):
        hour = 0
    elif half == "中午" and hour < 3:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def iso(text: str) -> time | None:
    """The time of a stored ``HH:MM``, strictly."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", text)
    return time(int(found[1]), int(found[2])) if found else None


def part(hour: int) -> str:
    """Bucket of the part of the day that an hour is in."""
    return next(bucket for bucket, _, hours in PARTS if hour in hours)
