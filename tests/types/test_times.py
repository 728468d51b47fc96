"""Times of day, moments and ranges of days."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from question_types.base import Invalid, zone
from tests.types.cases import made, refused, totals


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("14:30", "14:30"),
        ("9:05", "09:05"),
        ("１４：３０", "14:30"),
        ("14:30:59", "14:30"),
        ("2:30 pm", "14:30"),
        ("12 am", "00:00"),
        ("12:15 PM", "12:15"),
        ("下午两点半", "14:30"),
        ("晚上8点", "20:00"),
        ("中午12点一刻", "12:15"),
        ("中午1点", "13:00"),
        ("早上七点钟", "07:00"),
        ("凌晨12点", "00:00"),
        ("十点二十分", "10:20"),
    ],
)
def test_a_time_is_read_as_people_say_it(text: str, stored: str) -> None:
    kind, values = made("time")
    assert kind.parse(values, {"": [text]}) == stored
    assert kind.hear(values, text + "。") == {"": [stored]}


@pytest.mark.parametrize("text", ["25:00", "12:60", "1430", "下午", "半点", "13 pm x", "9-5", "二十五点"])
def test_what_no_clock_shows_is_no_time(text: str) -> None:
    kind, values = made("time")
    with pytest.raises(Invalid, match="hours and minutes"):
        kind.parse(values, {"": [text]})
    assert kind.hear(values, text) is None


@pytest.mark.parametrize("value", ["9:05", "24:00", "14:30:00", "14：30", 870, None, ["14:30"]])
def test_only_stored_times_are_taken(value: Any) -> None:
    kind, values = made("time")
    with pytest.raises(Invalid, match="hours and minutes"):
        kind.check(values, value)


def test_a_time_lies_between_its_ends() -> None:
    kind, values = made("time", min="09:00", max="21:30")
    for value in ("09:00", "21:30"):
        kind.check(values, value)
    for value in ("08:59", "21:31"):
        with pytest.raises(Invalid, match="from 09:00 to 21:30"):
            kind.check(values, value)
    assert "min" in refused("time", min="9 o'clock")
    kind, values = made("time", min="22:00", max="08:00")
    assert kind.problems(values) == ["The earliest time is after the latest."]


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("00:00", "night"),
        ("05:59", "night"),
        ("06:00", "morning"),
        ("12:00", "afternoon"),
        ("18:00", "evening"),
    ],
)
def test_a_time_counts_for_its_hour_and_part_of_the_day(value: str, part: str) -> None:
    kind, values = made("time")
    minutes = int(value[:2]) * 60 + int(value[3:])
    assert kind.measure(values, value) == {"": minutes, f"h{value[:2]}": 1, part: 1}


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-08T14:30",
        "2025-03-08 14:30",
        "2025年3月8日下午2点半",
        "2025/3/8 2:30pm",
        "2025-03-08T14:30+08:00",
    ],
)
def test_a_moment_is_stored_with_the_offset_of_the_survey(text: str) -> None:
    kind, values = made("datetime")
    value = kind.parse(values, {"": [text]})
    assert value == "2025-03-08T14:30+08:00"
    kind.check(values, value)
    assert kind.local({"": [value]}) == "2025-03-08T14:30"  # type: ignore[attr-defined]
    assert kind.label_of(values, value) == "2025-03-08 14:30"


def test_the_clock_of_a_moment_is_the_surveys() -> None:
    kind, values = made("datetime")
    before = zone.set(ZoneInfo("Europe/Berlin"))
    try:
        assert kind.parse(values, {"": ["2025-07-01T09:00"]}) == "2025-07-01T09:00+02:00"
        assert kind.parse(values, {"": ["2025-01-01T09:00"]}) == "2025-01-01T09:00+01:00"
        assert kind.parse(values, {"": ["2025-03-08T01:00+08:00"]}) == "2025-03-07T18:00+01:00"
    finally:
        zone.reset(before)


def test_a_moment_counts_for_the_day_and_hour_on_its_clock() -> None:
    kind, values = made("datetime", min="2025-03-08")
    kind.check(values, "2025-03-08T00:00+08:00")
    with pytest.raises(Invalid, match="2025-03-08 or a later day"):
        kind.check(values, "2025-03-07T23:59+08:00")
    assert kind.measure(values, "2025-03-08T01:00+08:00") == {"": 1, "sat": 1, "night": 1, "sat:night": 1}


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-08",
        "2025-03-08T14:30",
        "2025-03-08T14:30Z",
        "2025-02-30T14:30+08:00",
        "2025-03-08T14:30+99:00",
        5,
        None,
    ],
)
def test_only_stored_moments_are_taken(value: Any) -> None:
    kind, values = made("datetime")
    with pytest.raises(Invalid, match="the day and the time"):
        kind.check(values, value)


def test_days_and_parts_of_the_day_are_crossed() -> None:
    kind, values = made("datetime")
    start = datetime(2025, 3, 3, 1, 0, tzinfo=timezone(timedelta(hours=8)))
    answers = [(start + timedelta(hours=7 * i)).isoformat(timespec="minutes") for i in range(50)]
    summary = kind.summary(values, totals(kind, values, answers))
    moments = [datetime.fromisoformat(answer) for answer in answers]
    for place, row in enumerate(summary["rows"]):
        assert row["n"] == sum(moment.weekday() == place for moment in moments)
        for part, cell in enumerate(row["cells"]):
            assert cell["n"] == sum(m.weekday() == place and m.hour // 6 == part for m in moments)


def test_a_range_is_two_days_in_order() -> None:
    kind, values = made("date_range", max_length=7)
    value = kind.parse(values, {"from": ["2025年10月1日"], "to": ["2025-10-07"]})
    assert value == ["2025-10-01", "2025-10-07"]
    kind.check(values, value)
    assert kind.parse(values, {"": value}) == value
    with pytest.raises(Invalid, match="at most 7 days"):
        kind.check(values, ["2025-10-01", "2025-10-08"])
    with pytest.raises(Invalid, match="before the first"):
        kind.check(values, ["2025-10-02", "2025-10-01"])
    with pytest.raises(Invalid, match="both the first and the last"):
        kind.parse(values, {"from": ["2025-10-01"], "to": [""]})


@pytest.mark.parametrize(
    "value", [[], ["2025-10-01"], ["2025-10-01", None], "2025-10-01", ["a", "b"], {"from": "x"}]
)
def test_only_two_stored_days_are_a_range(value: Any) -> None:
    kind, values = made("date_range")
    with pytest.raises(Invalid, match="both the first and the last"):
        kind.check(values, value)


def test_the_length_of_a_range_counts_both_ends() -> None:
    kind, values = made("date_range", max_length=14)
    answers = [["2025-10-01", (date(2025, 10, 1) + timedelta(days=i)).isoformat()] for i in range(12)]
    summary = kind.summary(values, totals(kind, values, answers))
    assert summary["headline"]["value"] == pytest.approx(fmean(range(1, 13)))
    assert kind.measure(values, answers[0]) == {"": 1, "square": 1, "1": 1}


@pytest.mark.parametrize(
    "message", ["2025-10-01至2025-10-07", "2025年10月1日到2025年10月7日", "2025-10-01 to 2025-10-07。"]
)
def test_a_range_is_heard(message: str) -> None:
    kind, values = made("date_range")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == ["2025-10-01", "2025-10-07"]
