"""Scores with reasons, rankings and several blanks."""

from __future__ import annotations

import random
from itertools import permutations
from statistics import fmean
from typing import Any

import pytest

from question_types.base import Invalid, QuestionType, Values
from survey_app.engine import statistics
from tests.types.cases import entries, made, totals

TAGS = [{"id": "wait", "label": "等候"}, {"id": "staff", "label": "态度"}]


def scored(**more: Any) -> tuple[QuestionType, Values]:
    return made("score_reason", options=TAGS, **more)


def ranked(**more: Any) -> tuple[QuestionType, Values]:
    return made("ranking", options=entries("甲", "乙", "丙"), **more)


def test_a_score_its_tags_and_its_reason_are_stored_together() -> None:
    kind, values = scored()
    raw = {"score": ["２"], "tags": ["staff", "wait"], "text": [" 太久了 "]}
    value = kind.parse(values, raw)
    assert value == {"score": 2, "tags": ["wait", "staff"], "text": "太久了"}
    kind.check(values, value)
    assert kind.measure(values, value) == {"": 2, "2": 1, "tags:wait": 1, "tags:staff": 1}
    assert kind.text(values, value) == "太久了"
    assert kind.cells(values, value) == [2, 1, 1, "太久了"]


def test_what_is_left_empty_is_left_out() -> None:
    kind, values = scored()
    assert kind.parse(values, {"score": ["5"], "tags": [""], "text": [" "]}) == {"score": 5}
    assert kind.parse(values, {"score": [""], "tags": [], "text": [""]}) is None
    assert kind.cells(values, {"score": 5}) == [5, 0, 0, None]


@pytest.mark.parametrize("score", range(1, 6))
def test_low_scores_need_a_reason_where_that_is_asked(score: int) -> None:
    kind, values = scored(reason_up_to=3)
    kind.check(values, {"score": score, "text": "因为"})
    if score <= 3:
        with pytest.raises(Invalid, match="the reason for your score"):
            kind.check(values, {"score": score, "tags": ["wait"]})
    else:
        kind.check(values, {"score": score})


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"tags": ["wait"]},
        {"score": 6},
        {"score": True},
        {"score": 3, "tags": []},
        {"score": 3, "tags": ["wait", "wait"]},
        {"score": 3, "tags": ["ghost"]},
        {"score": 3, "tags": "wait"},
        {"score": 3, "text": ""},
        {"score": 3, "text": 7},
        {"score": 3, "text": "a" * 1001},
        {"score": 3, "text": "a\x00"},
        {"score": 3, "more": 1},
        3,
    ],
)
def test_only_whole_scores_with_reasons_are_taken(value: Any) -> None:
    kind, values = scored()
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_the_ten_scale_has_a_net_promoter_score() -> None:
    kind, values = scored(scale="ten")
    dice = random.Random(2)
    scores = [dice.randrange(11) for _ in range(60)]
    summary = kind.summary(values, totals(kind, values, [{"score": score} for score in scores]))
    expected = statistics.nps(sum(s >= 9 for s in scores), sum(s <= 6 for s in scores), 60)
    assert summary["headline"]["value"] == pytest.approx(expected.point)
    assert summary["figures"][0]["value"] == pytest.approx(fmean(scores))


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("3", {"score": 3}),
        ("2分，排队太久", {"score": 2, "text": "排队太久"}),
        ("我给5分！", {"score": 5}),
        ("１；等候、态度；没人理", {"score": 1, "tags": ["wait", "staff"], "text": "没人理"}),
        ("四分 等候", {"score": 4, "tags": ["wait"]}),
    ],
)
def test_a_reply_is_heard_as_score_tags_and_reason(message: str, value: dict[str, Any]) -> None:
    kind, values = scored()
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize("message", ["", "很好", "9", "3/4", "3小时才到", "2天", "3-5"])
def test_an_unclear_reply_is_no_score(message: str) -> None:
    kind, values = scored()
    assert kind.hear(values, message) is None


def test_places_become_an_order_and_an_order_is_read_as_one() -> None:
    kind, values = ranked()
    for order in permutations("abc"):
        places = {id_: [str(order.index(id_) + 1)] for id_ in "abc"}
        assert kind.parse(values, places) == list(order)
        assert kind.parse(values, {"": list(order)}) == list(order)
        assert [kind.picked({"": list(order)}, id_) for id_ in order] == ["1", "2", "3"]  # type: ignore[attr-defined]
        kind.check(values, list(order))


def test_a_place_is_given_once_and_lies_on_the_list() -> None:
    kind, values = ranked(top=2)
    with pytest.raises(Invalid, match="only once"):
        kind.parse(values, {"a": ["1"], "b": ["1"]})
    with pytest.raises(Invalid, match="from 1 to 2"):
        kind.parse(values, {"a": ["3"]})
    kind.check(values, ["c", "a"])
    for wrong in (["c"], ["a", "b", "c"], ["a", "a"], ["z", "a"], "ab", [1, 2]):
        with pytest.raises(Invalid):
            kind.check(values, wrong)


def test_borda_points_and_first_choices_are_counted() -> None:
    kind, values = ranked()
    dice = random.Random(4)
    answers = [dice.sample("abc", 3) for _ in range(40)]
    summary = kind.summary(values, totals(kind, values, answers))
    for row in summary["rows"]:
        places = [answer.index(row["bucket"]) + 1 for answer in answers]
        assert row["points"] == pytest.approx(fmean(4 - place for place in places))
        assert row["first"] == pytest.approx(places.count(1) / 40)
        assert row["rank"] == pytest.approx(fmean(places))
    best = max(summary["rows"], key=lambda row: row["points"])
    assert summary["headline"]["value"] == pytest.approx(100 * best["first"])


def test_options_without_a_place_earn_no_points() -> None:
    kind, values = ranked(top=1)
    rows = kind.summary(values, totals(kind, values, [["a"], ["a"], ["b"]]))["rows"]
    assert [row["points"] for row in rows] == pytest.approx([2, 1, 0])
    assert [row["rank"] for row in rows] == [1, 1, None]
    assert kind.cells(values, ["b"]) == [None, 1, None]


@pytest.mark.parametrize(("message", "order"), [("2,1,3", "bac"), ("312", "cab"), ("丙、甲、乙", "cab")])
def test_a_reply_is_heard_as_an_order(message: str, order: str) -> None:
    kind, values = ranked()
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == list(order)


def test_every_blank_has_its_own_kind_of_text() -> None:
    rows = [{"id": "name", "label": "店名"}, {"id": "number", "label": "单号", "format": "digits"}]
    kind, values = made("multi_text", rows=rows, min_rows=1)
    value = kind.parse(values, {"name": [" 一\n二 "], "number": ["００１２"]})
    assert value == {"name": "一 二", "number": "0012"}
    kind.check(values, value)
    assert kind.text(values, value) == "一 二"
    with pytest.raises(Invalid, match="digits only"):
        kind.check(values, {"number": "A12"})
    for wrong in ({"name": ""}, {"name": "a\nb"}, {"name": 3}, {"name": "长" * 101}, {"name": "a\x07"}):
        with pytest.raises(Invalid):
            kind.check(values, wrong)
