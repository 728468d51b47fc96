"""Calendar days: reading what people type, and bins for counting them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from wtforms import DateField, Form, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types._reading import folded, numeral
from question_types.base import N_, Invalid, Values, today

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)

WEEKDAYS = (
    ("mon", N_("Mon")),
    ("tue", N_("Tue")),
    ("wed", N_("Wed")),
    ("thu", N_("Thu")),
    ("fri", N_("Fri")),
    ("sat", N_("Sat")),
    ("sun", N_("Sun")),
)
MONTHS = (
    ("jan", N_("Jan")),
    ("feb", N_("Feb")),
    ("mar", N_("Mar")),
    ("apr", N_("Apr")),
    ("may", N_("May")),
    ("jun", N_("Jun")),
    ("jul", N_("Jul")),
    ("aug", N_("Aug")),
    ("sep", N_("Sep")),
    ("oct", N_("Oct")),
    ("nov", N_("Nov")),
    ("dec", N_("Dec")),
)
RELATIVE = {
    "今天": 0,
    "今日": 0,
    "today": 0,
    "昨天": -1,
    "昨日": -1,
    "yesterday": -1,
    "前天": -2,
    "明天": 1,
    "tomorrow": 1,
    "后天": 2,
}

_FULL = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SHORT = re.compile(
    r"([0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[日号]?"
)


class DaySettings(Form):
    """Which days are allowed: fixed ones, or ones that move with today."""

    min = DateField(N_("Earliest day"), [Empty()], description=N_("Empty: no limit"))
    max = DateField(N_("Latest day"), [Empty()], description=N_("Empty: no limit"))
    min_days = IntegerField(
        N_("Earliest, in days from today"),
        [Empty(), NumberRange(-36500, 36500)],
        description=N_("-30: not earlier than thirty days ago"),
    )
    max_days = IntegerField(
        N_("Latest, in days from today"),
        [Empty(), NumberRange(-36500, 36500)],
        description=N_("0: not later than today"),
    )


def day(text: str) -> date | None:
    """The day that ``text`` names with its year; None if it names none."""
    match = _FULL.fullmatch(folded(text)) or _COMPACT.fullmatch(folded(text))
    return made(*map(int, match.groups())) if match else None


def made(year: int, month: int, number: int) -> date | None:
    """The day, or None if the calendar has none such."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def near(text: str) -> date | None:
    """The day a reply means: “昨天”, “3月5日” (the nearest one to today), or any full form."""
    plain = folded(text).casefold()
    if plain in RELATIVE:
        return today() + timedelta(days=RELATIVE[plain])
    match = _SHORT.fullmatch(plain)
    if not match:
        return day(plain)
    month, number = numeral(match[1]) or 0, numeral(match[2]) or 0
    years = [made(today().year + shift, month, number) for shift in (-1, 0, 1)]
    return min((found for found in years if found), key=lambda found: abs(found - today()), default=None)


def iso(text: str) -> date | None:
    """The day of a stored ISO date, strictly ``YYYY-MM-DD``."""
    return day(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None


@lru_cache(maxsize=1024)
def periods(low: date | None, high: date | None) -> Mapping[str, str]:
    """Bins for the days from ``low`` to ``high``: months for up to three years, else years for up to forty,
    else decades. Open at the end: the first three years in months, twelve more in years, and the rest."""
    if low and not high:
        last = low.year + 14
        return (
            _months(low, date(low.year + 2, 12, 31))
            | _years(low.year + 3, last)
            | {f"{last + 1}..": f"≥ {last + 1}"}
        )
    first, last_day = low or FIRST, high or LAST
    if _month(last_day) - _month(first) <= 36:
        return _months(first, last_day)
    if last_day.year - first.year <= 40:
        return _years(first.year, last_day.year)
    decades = range(first.year // 10 * 10, last_day.year + 1, 10)
    return {f"{decade}s": f"{decade}–{decade + 9}" for decade in decades}


def _month(value: date) -> int:
    return value.year * 12 + value.month - 1


def _months(low: date, high: date) -> dict[str, str]:
    keys = [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(_month(low), _month(high) + 1)]
    return {key: key for key in keys}


def _years(first: int, last: int) -> dict[str, str]:
    return {str(year): str(year) for year in range(first, last + 1)}


def period(value: date, known: Mapping[str, str]) -> str | None:
    """The bin of :func:`periods` that holds ``value``; None where there is none."""
    keys = (f"{value:%Y-%m}", str(value.year), f"{value.year // 10 * 10}s")
    rest = (key for key in known if key.endswith("..") and value.year >= int(key[:4]))
    return next((key for key in keys if key in known), next(rest, None))


def fixed(value: Any) -> date | None:
    """A bound of the settings, which may be a date or its ISO text."""
    return iso(value) if isinstance(value, str) else value


def bounds(settings: Values) -> tuple[date, date]:
    """First and last allowed day, as of today."""
    lows = [FIRST, fixed(settings["min"]), _shifted(settings["min_days"])]
    highs = [LAST, fixed(settings["max"]), _shifted(settings["max_days"])]
    return max(day for day in lows if day), min(day for day in highs if day)


def within(settings: Values, found: date) -> None:
    """Raises Invalid unless a day is one of the allowed ones."""
    if not FIRST <= found <= LAST:
        raise Invalid("Please check the year of the date.")
    low, high = bounds(settings)
    if found < low:
        raise Invalid("Please choose %(low)s or a later day.", low=low.isoformat())
    if found > high:
        raise Invalid("Please choose %(high)s or an earlier day.", high=high.isoformat())


def _shifted(days: int | None) -> date | None:
    return None if days is None else today() + timedelta(days=days)
