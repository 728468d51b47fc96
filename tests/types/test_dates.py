"""Dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine

from question_types.base import Invalid, zone
from tests.types.cases import made, totals

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
"""Noon in China."""


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-08",
        "2025/3/8",
        "2025.03.08",
        "2025年3月8日",
        "2025 年 3 月 8 日",
        "20250308",
        "２０２５－０３－０８",
    ],
)
def test_dates_are_read_as_people_write_them(text: str) -> None:
    kind, values = made("date")
    assert kind.parse(values, {"": [text]}) == "2025-03-08"


@pytest.mark.parametrize(
    "text", ["2025-02-30", "08/03/2025", "3月8日", "昨天", "2025-13-01", "abc", "2025-3"]
)
def test_what_is_no_full_date_is_refused(text: str) -> None:
    kind, values = made("date")
    with pytest.raises(Invalid, match="year, month and day"):
        kind.parse(values, {"": [text]})


@pytest.mark.parametrize(
    "value",
    ["2025-3-8", "20250308", "2025-02-30", "1899-12-31", "2101-01-01", 20250308, True, ["2025-03-08"]],
)
def test_only_iso_dates_of_our_time_are_stored(value: Any) -> None:
    kind, values = made("date")
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_fixed_bounds_are_kept() -> None:
    kind, values = made("date", min="2024-01-01", max="2025-12-31")
    kind.check(values, "2024-01-01")
    kind.check(values, "2025-12-31")
    with pytest.raises(Invalid, match="2024-01-01 or a later"):
        kind.check(values, "2023-12-31")
    with pytest.raises(Invalid, match="2025-12-31 or an earlier"):
        kind.check(values, "2026-01-01")


@time_machine.travel(NOON, tick=False)
def test_bounds_can_move_with_today() -> None:
    kind, values = made("date", min_days=-30, max_days=0)
    kind.check(values, "2026-03-10")
    kind.check(values, "2026-02-08")
    for outside in ("2026-03-11", "2026-02-07"):
        with pytest.raises(Invalid):
            kind.check(values, outside)


@time_machine.travel(datetime(2026, 3, 10, 17, 0, tzinfo=UTC), tick=False)
def test_today_is_the_respondent_s_day() -> None:
    kind, values = made("date", max_days=0)
    kind.check(values, "2026-03-11")
    token = zone.set(timezone(timedelta(hours=-5)))
    try:
        with pytest.raises(Invalid):
            kind.check(values, "2026-03-11")
    finally:
        zone.reset(token)


def test_bounds_that_leave_no_day_are_a_problem() -> None:
    kind, values = made("date", min="2025-01-02", max="2025-01-01")
    assert kind.problems(values) == ["The earliest day is after the latest."]


def test_a_day_counts_by_weekday_month_and_period() -> None:
    kind, values = made("date", min="2024-01-01", max="2025-12-31")
    assert set(kind.measure(values, "2025-03-08")) == {"", "sat", "mar", "2025-03"}
    kind, values = made("date", min="2000-01-01", max="2025-12-31")
    assert "2025" in kind.measure(values, "2025-03-08")
    kind, values = made("date")
    assert "1990s" in kind.measure(values, "1992-07-15")
    kind, values = made("date", min_days=-30, max_days=0)
    assert set(kind.measure(values, "2025-03-08")) == {"", "sat", "mar"}


def test_a_range_open_at_the_end_counts_its_first_years_by_month() -> None:
    kind, values = made("date", min="2024-05-01", max_days=0)
    for day, period in (
        ("2024-05-01", "2024-05"),
        ("2026-12-31", "2026-12"),
        ("2027-01-01", "2027"),
        ("2099-01-01", "2039.."),
    ):
        assert period in kind.measure(values, day)
        assert period in kind.buckets(values)


def test_the_timeline_and_the_weekdays_are_counted() -> None:
    kind, values = made("date", min="2025-01-01", max="2025-03-31")
    summary = kind.summary(values, totals(kind, values, ["2025-01-06", "2025-01-13", "2025-03-08"]))
    assert [(row["bucket"], row["n"]) for row in summary["rows"]] == [
        ("2025-01", 2),
        ("2025-02", 0),
        ("2025-03", 1),
    ]
    assert [row["n"] for row in summary["groups"]] == [2, 0, 0, 0, 0, 1, 0]
    assert kind.chart(values, summary) is not None


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("今天", "2026-03-10"),
        ("昨天。", "2026-03-09"),
        ("前天", "2026-03-08"),
        ("3月5日", "2026-03-05"),
        ("三月五号", "2026-03-05"),
        ("12月30日", "2025-12-30"),
        ("2025年1月2日", "2025-01-02"),
        ("yesterday", "2026-03-09"),
    ],
)
def test_a_reply_is_heard_as_a_day(message: str, value: str) -> None:
    kind, values = made("date")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize("message", ["", "上周", "2月30日", "13月1日", "不记得"])
def test_a_reply_that_names_no_day_is_not_guessed_at(message: str) -> None:
    kind, values = made("date")
    assert kind.hear(values, message) is None
