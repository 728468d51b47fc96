"""Times to book, votes, and options with a limited number of places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine

from question_types import _charts
from question_types.base import Invalid, Json, QuestionType, Values, zone
from tests.types.cases import entries, made, refused, totals

NOON = datetime(2026, 12, 5, 4, 0, tzinfo=UTC)
"""Noon in China."""

SLOTS = [
    {"id": "gone", "date": "2026-12-05", "start": "11:00", "end": "12:00", "capacity": 4},
    {"id": "now", "date": "2026-12-05", "start": "12:00", "end": "13:00", "capacity": 4},
    {"id": "soon", "date": "2026-12-05", "start": "12:01", "end": "13:00", "capacity": 4},
    {"id": "today", "date": "2026-12-05", "label": "全天", "capacity": 10},
    {"id": "before", "date": "2026-12-04", "capacity": 1},
    {"id": "later", "date": "2026-12-06", "start": "09:30", "label": "张医生"},
    {"id": "open", "label": "候补", "capacity": 99},
]


@pytest.fixture
def slots() -> Iterator[tuple[QuestionType, Values]]:
    with time_machine.travel(NOON, tick=False):
        yield made("booking", options=SLOTS)


def test_a_time_is_over_once_it_begins_by_the_survey_s_clock(slots: tuple[QuestionType, Values]) -> None:
    kind, values = slots
    assert kind.over(values) == {"gone", "now", "before"}
    for slot in ("gone", "now", "before"):
        with pytest.raises(Invalid, match="has passed"):
            kind.check(values, slot)
    for slot in ("soon", "today", "later", "open"):
        kind.check(values, slot)
    kept = zone.set(timezone(timedelta(hours=-5)))
    assert kind.over(values) == set()
    zone.reset(kept)


def test_times_carry_their_day_and_are_grouped_by_it(slots: tuple[QuestionType, Values]) -> None:
    kind, values = slots
    labels = {id_: str(label) for id_, label in kind.buckets(values).items()}
    assert labels["gone"] == "Dec 5 (Sat) 11:00–12:00"
    assert (labels["today"], labels["open"]) == ("Dec 5 (Sat) 全天", "候补")
    assert kind.label_of(values, "later") == "Dec 6 (Sun) 09:30 张医生"
    days = kind.days(values, values["options"])  # type: ignore[attr-defined]
    grouped = [(each["day"] and each["day"]["number"], [s["id"] for s in each["slots"]]) for each in days]
    assert grouped == [
        (4, ["before"]),
        (5, ["gone", "now", "soon", "today"]),
        (6, ["later"]),
        (None, ["open"]),
    ]
    assert days[2]["slots"][0] == {"id": "later", "time": "09:30", "label": "张医生"}


def test_the_year_is_said_where_there_are_two() -> None:
    kind, values = made(
        "booking", options=[{"id": "a", "date": "2026-12-31"}, {"id": "b", "date": "2027-01-01"}]
    )
    assert [str(label) for label in kind.buckets(values).values()] == [
        "Dec 31, 2026 (Thu)",
        "Jan 1, 2027 (Fri)",
    ]


def test_a_time_has_one_place_unless_more_are_given(slots: tuple[QuestionType, Values]) -> None:
    kind, values = slots
    assert kind.capacity(values) == {
        "gone": 4, "now": 4, "soon": 4, "today": 10, "before": 1, "later": 1, "open": 99,
    }  # fmt: skip


def test_only_times_that_are_still_to_come_are_read_out(slots: tuple[QuestionType, Values]) -> None:
    kind, values = slots
    said = str(kind.say(values)).split("\n")
    assert said[1:] == [
        "3 Dec 5 (Sat) 12:01–13:00", "4 Dec 5 (Sat) 全天", "6 Dec 6 (Sun) 09:30 张医生", "7 候补",
    ]  # fmt: skip
    for message, slot in (
        ("6", "later"),
        ("６", "later"),
        ("选7", "open"),
        ("六", "later"),
        ("候补", "open"),
    ):
        raw = kind.hear(values, message)
        assert raw is not None
        assert kind.parse(values, raw) == slot
    assert kind.hear(values, "8") is None


@pytest.mark.parametrize(
    "value", ["nowhere", "", 1, ["open"], {"v": "open"}, {"v": "open", "other": {"other": "x"}}]
)
def test_only_times_of_the_list_are_taken(slots: tuple[QuestionType, Values], value: Json) -> None:
    kind, values = slots
    with pytest.raises(Invalid, match="options shown"):
        kind.check(values, value)


@pytest.mark.parametrize(
    ("slot", "problem"),
    [
        ({}, "needs a day or a text"),
        ({"label": "x", "end": "10:00"}, "ends but does not begin"),
        ({"label": "x", "start": "10:00", "end": "10:00"}, "ends before it begins"),
    ],
)
def test_times_that_make_no_sense_are_named(slot: dict[str, Any], problem: str) -> None:
    kind, values = made("booking", options=[{"id": "a", **slot}])
    assert [str(each) for each in kind.problems(values) if problem in str(each)]


def test_one_time_cannot_be_offered_twice() -> None:
    kind, values = made(
        "booking", options=[{"id": "a", "date": "2026-12-05"}, {"id": "b", "date": "2026-12-05"}]
    )
    assert len(kind.problems(values)) == 1
    kind, values = made("booking")
    assert kind.problems(values) == ["Give at least one time."]


def test_settings_of_a_time_are_checked() -> None:
    for wrong in ({"start": "25:00"}, {"end": "9:00"}, {"capacity": -1}, {"date": "5.12."}):
        assert refused("booking", options=[{"id": "a", "label": "x", **wrong}])


def test_occupancy_is_places_taken_of_places_given(slots: tuple[QuestionType, Values]) -> None:
    kind, values = slots
    answers = ["soon"] * 3 + ["today"] * 5 + ["later"]
    found = kind.summary(values, totals(kind, values, answers))
    assert {row["bucket"]: (row["n"], row["limit"]) for row in found["rows"]}["soon"] == (3, 4)
    assert found["headline"]["value"] == pytest.approx(100 * 9 / 123)
    figure = kind.chart(values, found)
    assert figure is not None
    ground, taken = figure["data"]
    assert ground["x"] == [4, 4, 4, 10, 1, 1, 99]
    assert taken["x"] == [0, 0, 3, 5, 0, 1, 0]
    assert ground["text"][2] == "3/4"


def test_more_taken_than_there_are_places_now_is_drawn_in_full() -> None:
    kind, values = made("booking", options=[{"id": "a", "label": "x", "capacity": 1}])
    figure = kind.chart(values, kind.summary(values, totals(kind, values, ["a", "a"])))
    assert figure is not None
    assert [trace["x"] for trace in figure["data"]] == [[2], [2]]
    assert figure["layout"]["paper_bgcolor"] == _charts.figure([], 1)["layout"]["paper_bgcolor"]


@pytest.mark.parametrize(
    "key", ["single_choice", "multi_choice", "dropdown", "multi_dropdown", "button_choice", "vote"]
)
def test_an_option_may_have_a_limited_number_of_places(key: str) -> None:
    options = entries("杯子", "袋子", "都不要")
    options[0]["limit"], options[1]["limit"] = 3, 0
    kind, values = made(key, options=options)
    assert kind.capacity(values) == {"a": 3, "b": 0}
    options[0]["limit"] = -1
    assert refused(key, options=options) == {"options.0.limit": ["Number must be between 0 and 1000000."]}


@pytest.mark.parametrize(
    ("key", "name"), [("matrix_single", "rows"), ("matrix_single", "columns"), ("ranking", "options")]
)
def test_rows_columns_and_ranks_have_no_places(key: str, name: str) -> None:
    listed = [{**each, "limit": 3} for each in entries("甲", "乙")]
    assert f"{name}.0.limit" in refused(key, **{name: listed})


@pytest.mark.parametrize(("many", "raw", "value"), [(False, ["b"], "b"), (True, ["c", "a"], ["a", "c"])])
def test_a_vote_is_one_option_or_several(many: bool, raw: list[str], value: Json) -> None:
    kind, values = made("vote", options=entries("甲", "乙", "丙"), many=many)
    assert kind.parse(values, {"": raw}) == value
    kind.check(values, value)
    assert kind.measure(values, value) == dict.fromkeys(["", *raw], 1)


def test_a_vote_tells_its_standing_unless_it_shall_not() -> None:
    kind, values = made("vote", options=entries("甲", "乙"))
    assert (kind.standing(values), kind.once(values)) == ("ending", False)
    kind, values = made("vote", options=entries("甲", "乙"), results="", once=True)
    assert (kind.standing(values), kind.once(values)) == ("", True)
    assert refused("vote", results="always")
