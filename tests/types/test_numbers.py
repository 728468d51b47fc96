"""Numbers and their bins."""

from __future__ import annotations

import math
import random
from statistics import fmean, stdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_types._bins import MOST, bins
from question_types.base import Invalid, Json
from tests.types.cases import made, totals

BOUND = st.none() | st.integers(-(10**9), 10**9) | st.integers(-(10**6), 10**6).map(lambda x: x / 1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25", 25),
        ("２５", 25),
        ("二十五", 25),
        ("25 分钟", 25),
        ("25分钟", 25),
        ("-3", -3),
        ("−3", -3),
        ("+3", 3),
        ("1,288.50", 1288.5),
        ("1，288", 1288),
        ("12.0", 12),
        (".5", 0.5),
        ("5.", 5),
        ("1 000", 1000),
        ("007", 7),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    kind, values = made("number", decimals=2, unit="分钟")
    found = kind.parse(values, {"": [text]})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", ["abc", "1e5", "1.2.3", "12,34", "0x1F", "NaN", "inf", "--1", "1-2", "½", "٣", "9" * 30]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    kind, values = made("number", decimals=2)
    with pytest.raises(Invalid, match="enter a number"):
        kind.parse(values, {"": [text]})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (True, "enter a number"),
        ("5", "enter a number"),
        (float("nan"), "enter a number"),
        (float("inf"), "too large"),
        (10**400, "too large"),
        (5.5, "whole number"),
        (5.0, "whole number"),
        (-1, "from 0 to 100"),
        (101, "from 0 to 100"),
    ],
)
def test_a_whole_number_in_a_range_is_checked(value: Json, sentence: str) -> None:
    kind, values = made("number", min=0, max=100)
    with pytest.raises(Invalid, match=sentence):
        kind.check(values, value)


def test_decimal_places_are_limited() -> None:
    kind, values = made("number", decimals=1, min=0.5)
    kind.check(values, 0.5)
    kind.check(values, 36.6)
    kind.check(values, 37)
    with pytest.raises(Invalid, match="at most 1 decimal"):
        kind.check(values, 36.65)
    with pytest.raises(Invalid, match=r"0\.5 or more"):
        kind.check(values, 0.4)


@pytest.mark.parametrize(
    ("given_", "problem"),
    [
        ({"min": 5, "max": 1}, "The smallest number allowed is greater than the largest."),
        ({"usual_min": 5, "usual_max": 1}, "The usual range is empty."),
        ({"min": 1.2, "max": 1.8}, "No number with so few decimal places lies in the range."),
    ],
)
def test_impossible_ranges_are_problems(given_: dict[str, Any], problem: str) -> None:
    kind, values = made("number", **given_)
    assert kind.problems(values) == [problem]


def test_unusual_answers_are_allowed_and_counted() -> None:
    kind, values = made("number", min=0, max=180, usual_max=60)
    kind.check(values, 150)
    assert kind.measure(values, 150)["unusual"] == 1
    assert "unusual" not in kind.measure(values, 60)
    summary = kind.summary(values, totals(kind, values, [10, 20, 150]))
    assert [(row["bucket"], row["n"]) for row in summary["groups"]] == [("unusual", 1)]
    assert "unusual" not in [row["bucket"] for row in summary["rows"]]


def test_the_mean_and_the_deviation_are_those_of_the_answers() -> None:
    kind, values = made("number", decimals=1, unit="元")
    dice = random.Random(5)
    answers = [round(dice.uniform(-50, 900), 1) for _ in range(120)]
    summary = kind.summary(values, totals(kind, values, answers))
    assert summary["headline"]["value"] == pytest.approx(fmean(answers))
    assert summary["headline"]["unit"] == "元"
    assert summary["figures"][0]["value"] == pytest.approx(stdev(answers))


def test_few_whole_numbers_get_a_bin_each() -> None:
    assert list(bins(1, 12, 0).labels) == [str(number) for number in range(1, 13)]
    assert bins(1, 12, 0).key(12) == "12"


def test_a_known_range_is_cut_into_round_pieces() -> None:
    found = bins(0, 180, 0)
    assert list(found.labels)[:2] == ["0..10", "10..20"]
    assert found.labels["10..20"] == "10–19"
    assert found.key(10) == "10..20"
    assert found.key(180) == "170..180"
    assert next(iter(bins(18, 99, 0).labels)) == "18..20"


def test_an_open_range_has_a_bin_for_everything() -> None:
    found = bins(0, None, 2)
    assert found.key(0) == "0..1"
    assert found.key(1288.5) == "1000..2000"
    assert found.key(10**15) == "1000000.."
    assert found.labels["1000000.."] == "≥ 1000000"
    assert bins(None, None, 0).key(-(10**15)) == "..-1000000"


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(BOUND, BOUND, st.integers(0, 3), st.data())
def test_every_allowed_number_falls_in_exactly_one_bin(
    low: Any, high: Any, decimals: int, data: st.DataObject
) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    found = bins(low, high, decimals)
    assert len(found.keys) == len(set(found.keys)) == len(found.cuts) + 1 == len(found.labels)
    assert list(found.cuts) == sorted(set(found.cuts))
    assert len(found.keys) <= (2 * MOST + 2 if low is not None and high is not None else 42)
    value = data.draw(st.floats(-1e9 if low is None else low, 1e9 if high is None else high))
    key = found.key(value)
    if ".." in key:
        start, _, end = key.partition("..")
        assert not start or float(start) <= value or math.isclose(float(start), value)
        assert not end or value <= float(end) or math.isclose(float(end), value)


@pytest.mark.parametrize(
    ("message", "value"),
    [("大概25分钟", 25), ("25分钟左右", 25), ("二十五", 25), ("约 25", 25), ("25。", 25)],
)
def test_a_reply_is_heard_as_a_number(message: str, value: int) -> None:
    kind, values = made("number", unit="分钟")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize("message", ["", "很久", "20到30", "25分钟以上", "不知道"])
def test_a_reply_that_is_no_number_is_not_guessed_at(message: str) -> None:
    kind, values = made("number", unit="分钟")
    assert kind.hear(values, message) is None


def test_phones_show_the_keyboard_that_fits() -> None:
    for given_, keyboard in (({"min": 0}, "numeric"), ({"min": 0, "decimals": 1}, "decimal"), ({}, "text")):
        kind, values = made("number", **given_)
        assert kind.keyboard(values) == keyboard  # type: ignore[attr-defined]


def test_labels_show_the_unit_and_no_trailing_zeros() -> None:
    kind, values = made("number", decimals=2, unit="元")
    assert kind.label_of(values, 1288.5) == "1288.5元"
    kind, values = made("number", unit="km")
    assert kind.label_of(values, 10**15) == "1000000000000000 km"


def test_a_mean_of_percentages_stays_a_percentage() -> None:
    kind, values = made("number", unit="%")
    headline = kind.summary(values, totals(kind, values, [40, 60]))["headline"]
    assert (headline["value"], headline["unit"]) == (50, "%")
