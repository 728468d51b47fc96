"""Kinds of answers: all that rules can tell apart, real ones first, assumed ones only where it must be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from survey_app.engine import assumed, classes
from survey_app.engine.classes import Kind, allowed
from survey_app.engine.leaves import Reading
from survey_app.engine.plan import Plan, compile_plan
from survey_app.engine.steps import Course
from survey_app.plugins import types

DAY = date(2026, 3, 10)
OPTIONS = {"options": [{"id": id, "label": id.upper()} for id in "abcd"]}


def plan_of(kind: str, settings: dict[str, Any], *shows: Any) -> Plan:
    """A survey with one question, and one after it for each condition on it."""
    first = {"code": "Q1", "type": kind, "title": "?", "settings": settings}
    rest = [
        {"code": f"Q{number}", "type": "nps", "title": "?", "show": show}
        for number, show in enumerate(shows, 2)
    ]
    pages = [{"code": "p1", "questions": [first]}, {"code": "p2", "questions": rest}]
    document = {"title": "t", "pages": pages, "endings": [{"code": "end", "title": "e"}]}
    return compile_plan(document, types())


def kinds(kind: str, settings: dict[str, Any], *comparisons: dict[str, Any]) -> list[Kind]:
    """The kinds of answers to a question of which these comparisons are made; every found one is allowed."""
    plan = plan_of(kind, settings, *({"question": "Q1", **each} for each in comparisons))
    course = Course(plan, Reading(plan, DAY))
    ask = course.turns[0].asks[0]

    listed = classes.kinds(ask.question, ask.subject.looks, DAY)[0]
    assert all(allowed(ask.question, each.value) for each in listed if each.sure)
    return listed


def test_a_question_nobody_asks_about_has_one_kind() -> None:
    assert [each.sure for each in kinds("nps", {})] == [True]
    assert [each.sure for each in kinds("long_text", {})] == [True]


def test_scores_fall_into_as_many_kinds_as_comparisons_tell_apart() -> None:
    found = kinds("nps", {}, {"is": "promoter"}, {"at_most": 3})
    assert {each.truths for each in found} == {(True, False), (False, True), (False, False)}


def test_sets_are_told_apart_by_the_options_that_are_named() -> None:
    found = kinds("multi_choice", OPTIONS, {"any_of": ["a", "b"]}, {"all_of": ["a", "b"]}, {"count": 4})
    assert {each.truths for each in found} == {
        (True, True, True),
        (True, True, False),
        (True, False, False),
        (False, False, False),
    }
    assert all(each.sure for each in found)


def test_rankings_are_told_apart_by_the_places_of_what_is_named() -> None:
    first = {"ranks": {"option": "a", "at_most": 1}}
    before = {"ranks": {"option": "a", "before": "b"}}
    found = kinds("ranking", OPTIONS, first, before)
    assert {each.truths for each in found} == {(True, True), (False, True), (False, False)}


def test_numbers_lie_at_between_and_beyond_the_operands() -> None:
    settings = {"min": 0, "max": 100, "decimals": 2}
    found = kinds("number", settings, {"more": 10}, {"less": 10.5}, {"equals": 10})
    assert {each.truths for each in found} == {
        (True, True, False),
        (True, False, False),
        (False, True, True),
        (False, True, False),
    }
    assert all(each.sure for each in found)


def test_what_a_text_may_hold_beside_the_tried_ones_is_only_assumed() -> None:
    found = kinds("short_text", {}, {"matches": "^[a-f]{9}$"})
    assert [(each.truths, each.sure) for each in found] == [((False,), True), ((True,), False)]
    assert found[1].value is None


def test_both_truths_found_leave_nothing_to_assume() -> None:
    assert all(each.sure for each in kinds("short_text", {}, {"contains": "退款"}))


def test_days_are_looked_at_from_other_days_as_well() -> None:
    found = kinds("date", {}, {"after": {"today": 0}}, {"after": "2026-06-01"})
    assert {each.truths for each in found} == {(a, b) for a in (True, False) for b in (True, False)}
    (late,) = [each for each in found if each.truths == (False, True)]
    assert not late.sure


TREES = {
    "whole": {"is": "投诉退款"},
    "part": {"contains": "退款"},
    "start": {"starts": "投诉"},
    "other": {"starts": "表扬"},
    "end": {"ends": ["退款", "赔"]},
}


@pytest.mark.parametrize(
    ("names", "impossible"),
    [
        (("whole", "part"), {(True, False)}),
        (("whole", "other"), {(True, True)}),
        (("start", "other"), {(True, True)}),
        (("part", "start"), set()),
        (("whole", "end"), {(True, False)}),
    ],
)
def test_texts_that_hold_a_needle_hold_every_part_of_it(
    names: tuple[str, ...], impossible: set[tuple[bool, ...]]
) -> None:
    every = {(a, b) for a in (True, False) for b in (True, False)}
    found = assumed.worded([{"question": "Q1", **TREES[name]} for name in names])
    assert every - set(found or ()) == impossible


def test_too_many_needles_leave_everything_open() -> None:
    assert assumed.worded([{"question": "Q1", "contains": f"n{n}"} for n in range(30)]) is None
