"""The path: against a slow reading of the law on random surveys, and each rule by example."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.engine import definition, flow
from survey_app.engine.flow import missing, walk, walk_on
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types
from tests.engine import surveys
from tests.engine.stubs import TYPES

DAY = date(2026, 3, 10)


def survey(*pages: dict[str, Any], **more: Any) -> Plan:
    """A plan of these pages; the document must be faultless."""
    document = {"title": "t", "pages": list(pages), "endings": [{"code": "end", "title": "e"}], **more}
    assert [each.sentence() for each in definition.check(document, TYPES) if each.level == "error"] == []
    return compile_plan(document, TYPES)


def ask(code: str, kind: str = "score", **more: Any) -> dict[str, Any]:
    """A question of a document."""
    return {"code": code, "type": kind, "title": code, **more}


def page(code: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": code, "questions": list(questions), **more}


def options(*ids: str, **shows: Any) -> dict[str, Any]:
    return {
        "options": [
            {"id": id, "label": id.upper(), **({"show": shows[id]} if id in shows else {})} for id in ids
        ]
    }


SEEDS = st.integers(0, 2**32)


@settings(max_examples=400, deadline=None)
@given(SEEDS)
def test_the_walk_agrees_with_a_slow_reading_of_the_law(seed: int) -> None:
    document, answers, full = surveys.survey(seed)
    assert [each for each in definition.check(document, TYPES) if each.level == "error"] == []
    path = walk(compile_plan(document, TYPES), answers, full=full, today=DAY)
    law = surveys.Oracle(document, answers, full)
    assert path.pages == law.path
    assert (path.position, path.ending, path.quota) == (law.position, law.ending, law.quota)
    assert path.states == {code: law.states.get(code, "not_reached") for code in path.states}
    assert path.answers == {code: answers[code] for code, state in law.states.items() if state == "answered"}


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_the_walk_depends_on_the_answers_on_the_path_alone(seed: int) -> None:
    document, answers, full = surveys.survey(seed)
    plan = compile_plan(document, TYPES)
    whole = walk(plan, answers, full=full, today=DAY)
    clean = walk(plan, dict(reversed(whole.answers.items())), full=full, today=DAY)
    assert (clean.pages, clean.states, clean.ending) == (whole.pages, whole.states, whole.ending)


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_going_back_and_forward_again_changes_nothing(seed: int) -> None:
    document, answers, full = surveys.survey(seed)
    plan = compile_plan(document, TYPES)
    whole = walk(plan, answers, full=full, today=DAY)
    for index, code in enumerate(whole.pages[:-1]):
        back = walk(plan, answers, full=full, today=DAY, upto=code)
        assert back.pages == whole.pages[: index + 2]
        assert back.position == whole.pages[index + 1]


@settings(max_examples=200, deadline=None)
@given(SEEDS, SEEDS)
def test_a_walk_taken_on_from_where_it_stands_is_the_walk_from_the_beginning(seed: int, other: int) -> None:
    document, answers, full = surveys.survey(seed)
    plan = compile_plan(document, TYPES)
    chance, passed = Random(other), ""
    given: dict[str, Any] = {}
    path = walk(plan, given, full=full, today=DAY, upto=passed)
    while path.position:
        standing = path.position
        for upto in (passed, passed, standing):
            for question in plan.pages[plan.index[standing]].questions:
                given.pop(question.code, None)
                if question.code in answers and chance.random() < 0.7:
                    given[question.code] = answers[question.code]
            passed = upto
            walk_on(path, given, passed)
            whole = walk(plan, given, full=full, today=DAY, upto=passed)
            assert vars(path) == {**vars(whole), "facts": path.facts}
            assert path.facts.answers.keys() == whole.facts.answers.keys()
            assert (path.states, path.answers) == (whole.states, whole.answers)
            if path.position != standing:
                break


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_something_is_missing_exactly_where_the_path_stops(seed: int) -> None:
    document, answers, full = surveys.survey(seed)
    plan = compile_plan(document, TYPES)
    path = walk(plan, answers, full=full, today=DAY)
    assert bool(missing(plan, path)) == (path.ending is None)
    assert (path.position == "") == (path.ending is not None)


def test_random_surveys_are_worth_walking() -> None:
    laws = [surveys.Oracle(*surveys.survey(seed)) for seed in range(300)]
    assert sum(law.quota is not None for law in laws) > 10
    assert sum(law.ending == "out" for law in laws) > 20
    assert sum(bool(law.position) for law in laws) > 30
    assert sum(len(law.path) > 2 for law in laws) > 30


def test_a_hidden_question_keeps_its_answer_out_of_everything() -> None:
    plan = survey(
        page("p1", ask("Q1"), ask("Q2", show={"question": "Q1", "at_least": 5})),
        page("p2", ask("Q3", show={"question": "Q2", "at_least": 0})),
    )
    path = walk(plan, {"Q1": 1, "Q2": 9, "Q3": 9})
    assert path.answers == {"Q1": 1}
    assert path.states == {"Q1": "answered", "Q2": "not_shown", "Q3": "not_shown"}
    assert path.pages == ["p1"]


def test_a_jump_passes_pages_over_and_lands_on_the_next_shown_one() -> None:
    plan = survey(
        page("p1", ask("Q1"), next=[{"when": {"question": "Q1", "is": 3}, "go": "p3"}]),
        page("p2", ask("Q2")),
        page("p3", ask("Q3"), show={"question": "Q1", "is": 4}),
        page("p4", ask("Q4")),
    )
    path = walk(plan, {"Q1": 3, "Q2": 5})
    assert path.pages == ["p1", "p4"]
    assert path.states["Q2"] == "not_reached"
    assert path.states["Q3"] == "not_shown"
    assert walk(plan, {"Q1": 4}).pages == ["p1", "p2", "p3", "p4"]


def test_the_first_matching_rule_wins_and_one_without_condition_always_matches() -> None:
    rules = [{"when": {"question": "Q1", "at_least": 8}, "go": "good"}, {"go": "bad"}]
    plan = survey(
        page("p1", ask("Q1"), next=rules),
        page("p2", ask("Q2")),
        endings=[{"code": "end"}, {"code": "good"}, {"code": "bad", "kind": "screened_out"}],
    )
    assert (walk(plan, {"Q1": 9}).ending, walk(plan, {"Q1": 9}).kind) == ("good", "completed")
    assert (walk(plan, {"Q1": 2}).ending, walk(plan, {"Q1": 2}).kind) == ("bad", "screened_out")


def test_a_changed_earlier_answer_derives_the_path_anew() -> None:
    plan = survey(
        page("p1", ask("Q1"), next=[{"when": {"question": "Q1", "at_most": 3}, "go": "p3"}]),
        page("p2", ask("Q2", required=True)),
        page("p3", ask("Q3")),
    )
    assert walk(plan, {"Q1": 2}, upto="p3").ending == "end"
    moved = walk(plan, {"Q1": 8}, upto="p1")
    assert (moved.position, missing(plan, moved).keys()) == ("p2", {"Q2"})


def test_a_page_that_is_no_longer_on_the_path_still_counts_as_passed() -> None:
    plan = survey(
        page("p1", ask("Q1")), page("p2", ask("Q2"), show={"question": "Q1", "is": 1}), page("p3", ask("Q3"))
    )
    assert walk(plan, {"Q1": 5}, upto="p2").position == "p3"


def test_nothing_passed_stands_on_the_first_page() -> None:
    plan = survey(page("p1", ask("Q1", required=True)), page("p2", ask("Q2")))
    assert walk(plan, {"Q1": 3}, upto="").position == "p1"
    assert walk(plan, {}).position == "p1"
    assert walk(plan, {}, upto="p1").position == "p2"


def test_required_can_be_a_condition() -> None:
    plan = survey(page("p1", ask("Q1"), ask("Q2", "text", required={"question": "Q1", "at_most": 3})))
    path = walk(plan, {"Q1": 2})
    assert {code: fault.sentence() for code, fault in missing(plan, path).items()} == {
        "Q2": "Please answer this question."
    }
    assert walk(plan, {"Q1": 9}).ending == "end"
    assert walk(plan, {"Q1": 2, "Q2": "slow"}).ending == "end"


def test_hard_rules_refuse_and_soft_ones_ask() -> None:
    rules = [
        {"when": {"question": "Q1", "more": {"question": "Q0"}}, "message": "More than 100 %?"},
        {"when": {"question": "Q1", "is": 0}, "message": "Really?", "soft": True},
    ]
    plan = survey(page("p1", ask("Q0"), ask("Q1", validate=rules)))
    wrong = walk(plan, {"Q0": 2, "Q1": 3})
    assert missing(plan, wrong)["Q1"].sentence() == "More than 100 %?"
    assert wrong.ending is None
    asked = walk(plan, {"Q0": 2, "Q1": 0})
    assert asked.ending == "end"
    assert flow.doubts(plan, asked)["Q1"].sentence() == "Really?"
    assert flow.doubts(plan, walk(plan, {"Q0": 2, "Q1": 1})) == {}


def test_a_hidden_option_cannot_be_chosen() -> None:
    shows = {"b": {"question": "Q1", "at_least": 5}}
    plan = survey(
        page(
            "p1",
            ask("Q1"),
            ask("Q2", "choice", settings=options("a", "b", **shows), required=True),
            ask("Q3", "several", settings=options("a", "b", **shows)),
        )
    )
    path = walk(plan, {"Q1": 1, "Q2": "b", "Q3": ["a", "b"]})
    assert path.hidden == {"Q2": {"b"}, "Q3": {"b"}}
    assert path.answers == {"Q1": 1, "Q3": ["a"]}
    assert missing(plan, path).keys() == {"Q2"}
    assert walk(plan, {"Q1": 5, "Q2": "b", "Q3": ["a", "b"]}).answers["Q3"] == ["a", "b"]


def test_a_question_with_all_its_options_hidden_is_not_shown() -> None:
    never = {"question": "Q1", "at_least": 5}
    plan = survey(page("p1", ask("Q1"), ask("Q2", "choice", settings=options("a", a=never), required=True)))
    assert walk(plan, {"Q1": 1}).states["Q2"] == "not_shown"
    assert walk(plan, {"Q1": 1}).ending == "end"
    assert walk(plan, {"Q1": 5}).position == "p1"
    spare = survey(
        page(
            "p1",
            ask("Q1"),
            ask("Q2", "choice", settings={**options("a", a=never), "other": True}, required=True),
        )
    )
    assert walk(spare, {"Q1": 1}).states["Q2"] == "skipped"


def test_a_hidden_row_need_not_be_answered_and_a_shown_one_must() -> None:
    grid = {
        "rows": [
            {"id": "r1", "label": "1"},
            {"id": "r2", "label": "2", "show": {"question": "Q1", "at_least": 5}},
        ],
        "columns": [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}],
    }
    plan = survey(page("p1", ask("Q1"), ask("Q2", "grid", settings=grid)))
    plan.questions["Q2"].check({"r1": "x"})
    assert walk(plan, {"Q1": 1, "Q2": {"r1": "x", "r2": "y"}}).answers["Q2"] == {"r1": "x"}
    assert walk(plan, {"Q1": 1, "Q2": {"r1": "x"}}).ending == "end"
    short = walk(plan, {"Q1": 5, "Q2": {"r1": "x"}})
    assert missing(plan, short)["Q2"].sentence() == "Choose one answer per row."


def test_a_disabled_question_takes_no_answer_but_may_have_a_default() -> None:
    enable = {"question": "Q1", "at_least": 5}
    plan = survey(
        page(
            "p1",
            ask("Q1"),
            ask("Q2", enable=enable, required=True),
            ask("Q3", enable=enable, default={"add": [{"question": "Q1"}, 1]}),
        )
    )
    path = walk(plan, {"Q1": 2, "Q2": 9, "Q3": 9})
    assert path.answers == {"Q1": 2, "Q3": 3}
    assert path.disabled == {"Q2", "Q3"}
    assert path.ending == "end"
    assert walk(plan, {"Q1": 5, "Q2": 9, "Q3": 9}).answers == {"Q1": 5, "Q2": 9, "Q3": 9}


def test_defaults_fill_in_what_is_empty() -> None:
    plan = survey(
        page("p1", ask("Q1")),
        page("p2", ask("Q2", default={"question": "Q1"}), ask("Q3", default=4), ask("Q4", default=5)),
    )
    path = walk(plan, {"Q1": 7, "Q4": 1}, upto="p1")
    assert flow.defaults(path, plan.pages[1]) == {"Q2": 7, "Q3": 4}
    assert flow.defaults(walk(plan, {}, upto="p1"), plan.pages[1]) == {"Q3": 4, "Q4": 5}


def test_a_calculated_default_that_is_no_allowed_answer_is_left_out() -> None:
    enable = {"question": "Q1", "is": 99}
    plan = survey(
        page("p1", ask("Q1")),
        page(
            "p2",
            ask("Q2", default={"multiply": [{"question": "Q1"}, 5]}, enable=enable),
            ask("Q3", default={"question": "Q1"}, settings={"top": 3}),
        ),
    )
    path = walk(plan, {"Q1": 9}, upto="p1")
    assert path.states["Q2"] == "skipped"
    assert flow.defaults(path, plan.pages[1]) == {}
    low = walk(plan, {"Q1": 2}, upto="p1")
    assert (low.answers["Q2"], flow.defaults(low, plan.pages[1])) == (10, {"Q3": 2})


def test_display_items_are_seen_and_never_asked() -> None:
    show = {"question": "Q1", "at_least": 5}
    plan = survey(
        page("p1", ask("Q1")),
        page("p2", ask("S1", "statement", show=show)),
        page("p3", ask("S2", "statement")),
    )
    assert walk(plan, {"Q1": 5}).pages == ["p1", "p2", "p3"]
    path = walk(plan, {"Q1": 1})
    assert path.pages == ["p1", "p3"]
    assert list(path.states) == ["Q1"]
    assert not path.shows(plan.pages[1].questions[0])
    assert path.shows(plan.pages[2].questions[0])


CHOSEN = {
    "over": {"question": "Q1", "pick": "chosen"},
}


def test_a_loop_page_comes_once_per_chosen_option_in_order() -> None:
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b", "c"))),
        page(
            "each",
            ask("Q2", required=True),
            ask("Q3", "text", show={"question": "Q2", "at_most": 3}),
            loop=CHOSEN,
        ),
        page("p3", ask("Q4", show={"question": "Q2", "iteration": "any", "is": 0})),
        page("p4", ask("Q5", show={"question": "Q2", "iteration": "every", "at_least": 5})),
        page("p5", ask("Q6", show={"question": "Q2", "iteration": "b", "answered": True})),
    )
    assert [p.code for p in plan.pages] == ["p1", "each@a", "each@b", "each@c", "p3", "p4", "p5"]
    path = walk(plan, {"Q1": ["c", "a"], "Q2@a": 5, "Q2@b": 0, "Q2@c": 1, "Q3@a": "x", "Q3@c": "y"})
    assert path.pages == ["p1", "each@a", "each@c"]
    assert path.answers == {"Q1": ["c", "a"], "Q2@a": 5, "Q2@c": 1, "Q3@c": "y"}
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 5, "Q2@b": 0}).pages == [
        "p1",
        "each@a",
        "each@b",
        "p3",
        "p5",
    ]
    assert walk(plan, {"Q1": ["a"], "Q2@a": 5}).pages == ["p1", "each@a", "p4"]
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 5}).position == "each@b"
    assert walk(plan, {}).pages == ["p1"]


def test_a_loop_stops_at_its_most_turns() -> None:
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b", "c", "d"))),
        page("each", ask("Q2"), loop={**CHOSEN, "max": 2}),
    )
    assert walk(plan, {"Q1": ["a", "b", "c", "d"]}).pages == ["p1", "each@a", "each@b"]
    assert walk(plan, {"Q1": ["b", "d"]}).pages == ["p1", "each@b", "each@d"]


def test_a_loop_over_a_number_runs_that_often() -> None:
    plan = survey(page("p1", ask("Q1")), page("each", ask("Q2"), loop={"over": {"question": "Q1"}, "max": 3}))
    assert walk(plan, {"Q1": 2}).pages == ["p1", "each@1", "each@2"]
    assert walk(plan, {"Q1": 10}).pages == ["p1", "each@1", "each@2", "each@3"]
    assert walk(plan, {"Q1": 0}).pages == ["p1"]
    assert plan.questions["Q2@3"].number == 2


def test_a_loop_over_what_was_not_chosen() -> None:
    loop = {"over": {"question": "Q1", "pick": "not_chosen"}}
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b"))), page("each", ask("Q2"), loop=loop)
    )
    assert walk(plan, {"Q1": ["a"]}).pages == ["p1", "each@b"]
    assert walk(plan, {}).pages == ["p1", "each@a", "each@b"]


def test_rules_of_a_loop_page_hold_for_each_turn_and_a_bare_one_after_the_last() -> None:
    rules = [{"when": {"question": "Q2", "is": 0}, "go": "end"}, {"go": "p4"}]
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b"))),
        page("each", ask("Q2"), loop=CHOSEN, next=rules),
        page("p3", ask("Q3")),
        page("p4", ask("Q4")),
    )
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 5, "Q2@b": 5}).pages == ["p1", "each@a", "each@b", "p4"]
    assert walk(plan, {"Q1": ["a"], "Q2@a": 5}).pages == ["p1", "each@a", "p4"]
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 0, "Q2@b": 5}).pages == ["p1", "each@a"]
    assert walk(plan, {"Q1": []}).pages == ["p1", "p3", "p4"]


def test_a_walk_taken_on_forgets_what_was_answered_there_before() -> None:
    double = {"code": "D", "type": "number", "value": {"multiply": [{"question": "Q1"}, 2]}}
    plan = survey(
        page(
            "p1",
            ask("Q1"),
            ask("Q2", "several", settings=options("a", "b", a={"question": "Q1", "at_least": 5})),
            ask("Q3", show={"variable": "D", "at_least": 10}),
        ),
        variables=[double],
    )
    path = walk(plan, {"Q1": 1}, upto="")
    assert path.hidden == {"Q2": {"a"}}
    assert path.off == {"Q3"}
    walk_on(path, {"Q1": 9}, "")
    assert path.hidden == {}
    assert path.off == set()


def test_a_bare_rule_of_a_loop_is_followed_even_where_the_last_turn_shows_nothing() -> None:
    low = {"question": "Q2", "at_most": 3}
    rules = [{"when": {"question": "Q3", "is": 0}, "go": "end"}, {"go": "p4"}]
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b", "c"))),
        page("each", ask("Q2"), loop=CHOSEN),
        page("why", ask("Q3", show=low), loop=CHOSEN, next=rules),
        page("p3", ask("Q4")),
        page("p4", ask("Q5")),
    )
    path = walk(plan, {"Q1": ["a", "b", "c"], "Q2@a": 1, "Q2@b": 2, "Q2@c": 9})
    assert path.pages == ["p1", "each@a", "each@b", "each@c", "why@a", "why@b", "p4"]
    assert path.jumps == {"why@b": 1}
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 1, "Q2@b": 9}).pages[-2:] == ["why@a", "p4"]
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 1, "Q2@b": 9, "Q3@a": 0}).pages[-1] == "why@a"
    assert walk(plan, {"Q1": ["a", "b"], "Q2@a": 1, "Q2@b": 9}, upto="each@b").position == "why@a"


def test_a_loop_that_shows_nothing_at_all_has_no_jump() -> None:
    plan = survey(
        page("p1", ask("Q0"), ask("Q1", "several", settings=options("a", "b"))),
        page("each", ask("Q2", show={"question": "Q0", "is": 1}), loop=CHOSEN, next=[{"go": "p4"}]),
        page("p3", ask("Q3")),
        page("p4", ask("Q4")),
    )
    assert walk(plan, {"Q0": 1, "Q1": ["a", "b"]}).pages == ["p1", "each@a", "each@b", "p4"]
    assert walk(plan, {"Q0": 0, "Q1": ["a", "b"]}).pages == ["p1", "p3", "p4"]


def test_a_jump_to_a_loop_goes_to_its_first_turn() -> None:
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b")), next=[{"go": "each"}]),
        page("p2", ask("Q9")),
        page("each", ask("Q2"), loop=CHOSEN),
    )
    assert walk(plan, {"Q1": ["b"]}).pages == ["p1", "each@b"]


@pytest.mark.parametrize(("pick", "ids"), [("chosen", {"a"}), ("not_chosen", {"c"}), ("shown", {"a", "c"})])
def test_options_are_carried_forward(pick: str, ids: set[str]) -> None:
    shows = {"b": {"question": "Q0", "at_least": 5}}
    plan = survey(
        page("p1", ask("Q0"), ask("Q1", "several", settings=options("a", "b", "c", **shows))),
        page("p2", ask("Q2", "choice", settings=options("z"), carry={"from": "Q1", "pick": pick})),
    )
    path = walk(plan, {"Q0": 1, "Q1": ["a"], "Q2": "b"})
    assert [entry["id"] for entry in plan.questions["Q2"].settings["options"]] == ["a", "b", "c", "z"]
    assert {"a", "b", "c", "z"} - path.hidden["Q2"] == {*ids, "z"}
    assert path.states["Q2"] == "skipped"


def test_carried_rows_and_a_question_with_nothing_carried() -> None:
    columns = [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}]
    plan = survey(
        page("p1", ask("Q1", "several", settings=options("a", "b"))),
        page(
            "p2",
            ask(
                "Q2",
                "grid",
                settings={"columns": columns},
                carry={"from": "Q1", "pick": "chosen"},
                required=True,
            ),
        ),
    )
    assert walk(plan, {}).pages == ["p1"]
    assert walk(plan, {"Q1": ["b"], "Q2": {"b": "x"}}).ending == "end"
    assert walk(plan, {"Q1": ["a", "b"], "Q2": {"b": "x"}}).position == "p2"


QUOTAS = [
    {"code": "low", "when": {"question": "Q1", "at_most": 3}, "limit": 10, "then": {"go": "sorry"}},
    {"code": "others", "when": {"not": {"question": "Q2", "is": 5}}, "limit": 10, "then": {"go": "end"}},
    {"code": "east", "when": {"field": "city", "is": "上海"}, "limit": 10, "then": {"go": "sorry"}},
]
QUOTED = survey(
    page("p1", ask("Q1")),
    page("p2", ask("Q2")),
    page("p3", ask("Q3")),
    endings=[{"code": "end"}, {"code": "sorry", "kind": "screened_out"}],
    fields=[{"code": "city"}],
    quotas=QUOTAS,
)


def test_a_full_quota_ends_the_path_as_soon_as_it_is_decided() -> None:
    path = walk(QUOTED, {"Q1": 3, "Q2": 5}, full=frozenset({"low"}))
    assert (path.pages, path.ending, path.kind, path.quota) == (["p1"], "sorry", "screened_out", "low")
    assert walk(QUOTED, {"Q1": 4, "Q2": 5}, full=frozenset({"low"})).kind == "completed"
    late = walk(QUOTED, {"Q1": 4, "Q2": 1}, full=frozenset({"others"}))
    assert (late.pages, late.kind) == (["p1", "p2"], "over_quota")


def test_a_full_quota_on_fields_ends_before_the_first_page() -> None:
    path = walk(QUOTED, {}, {"city": "上海"}, full=frozenset({"east"}))
    assert (path.pages, path.kind, path.position) == ([], "screened_out", "")


def test_the_first_full_quota_wins() -> None:
    assert walk(QUOTED, {"Q1": 1}, {"city": "上海"}, full=frozenset({"low", "east"})).quota == "east"
    assert walk(QUOTED, {"Q1": 1, "Q2": 1}, full=frozenset({"low", "others"})).quota == "low"


def test_the_walk_names_the_quotas_a_response_counts_towards() -> None:
    assert walk(QUOTED, {"Q1": 1, "Q2": 5}, {"city": "上海"}).quotas == ("low", "east")
    assert walk(QUOTED, {"Q1": 1}, upto="p1").quotas == ("low",)
    assert walk(QUOTED, {"Q1": 1}, upto="").quotas == ()
    assert walk(QUOTED, {"Q1": 9, "Q2": 1}).quotas == ("others",)


def test_a_quota_that_was_jumped_over_is_decided_at_the_end() -> None:
    plan = survey(
        page("p1", ask("Q1"), next=[{"go": "end"}]),
        page("p2", ask("Q2")),
        endings=[{"code": "end"}],
        quotas=[
            {"code": "q", "when": {"question": "Q2", "answered": False}, "limit": 1, "then": {"go": "end"}}
        ],
    )
    path = walk(plan, {"Q1": 1}, full=frozenset({"q"}))
    assert (path.quota, path.kind) == ("q", "over_quota")
    assert walk(plan, {"Q1": 1}).quotas == ("q",)


def test_variables_follow_the_answers_on_the_path() -> None:
    plan = survey(
        page("p1", ask("Q1"), ask("Q2", show={"question": "Q1", "at_least": 5})),
        page("p2", ask("Q3", show={"variable": "both", "at_least": 10})),
        variables=[
            {"code": "both", "value": {"add": [{"variable": "one"}, {"question": "Q2"}]}},
            {"code": "one", "value": {"question": "Q1"}},
        ],
    )
    assert walk(plan, {"Q1": 5, "Q2": 5}).pages == ["p1", "p2"]
    assert walk(plan, {"Q1": 5, "Q2": 4}).pages == ["p1"]
    hidden = walk(plan, {"Q1": 4, "Q2": 9})
    assert hidden.facts.variables["both"] is None
    assert hidden.facts.variables["one"] == 4


def test_fields_take_their_declared_type() -> None:
    plan = survey(
        page("p1", ask("Q1")),
        page("p2", ask("Q2", show={"field": "visits", "more": 2})),
        fields=[{"code": "visits", "type": "number"}],
    )
    assert walk(plan, {}, {"visits": "3"}).pages == ["p1", "p2"]
    for bad in ("three", "", None, "inf", "nan", "1e999", True):
        assert walk(plan, {}, {"visits": bad}).pages == ["p1"]


def test_every_respondent_has_an_order_of_their_own_and_keeps_it() -> None:
    many = options(*"abcdef")
    plan = survey(
        page(
            "p1",
            ask("R", "choice", settings={**many, "order": "random"}),
            ask("L", "choice", settings={**many, "order": "random_keep_last"}),
            ask("H", "choice", settings={**many, "order": "reverse_half"}),
            ask("F", "choice", settings=many),
            order="random",
        )
    )
    orders = {code: [flow.order(plan, plan.questions[code], seed) for seed in range(200)] for code in "RLHF"}
    assert all(sorted(each) == list("abcdef") for orders_of in orders.values() for each in orders_of)
    assert {each[-1] for each in orders["L"]} == {"f"}
    assert {each[0] for each in orders["R"]} == set("abcdef")
    assert {"".join(each) for each in orders["H"]} == {"abcdef", "fedcba"}
    assert {"".join(each) for each in orders["F"]} == {"abcdef"}
    assert flow.order(plan, plan.questions["R"], 7) == flow.order(plan, plan.questions["R"], 7)
    assert len({tuple(flow.order(plan, plan.pages[0], seed)) for seed in range(50)}) > 10


def test_piping_says_answers_variables_and_fields_in_words() -> None:
    plan = survey(
        page("p1", ask("Q1"), ask("Q2", "several", settings=options("a", "b")), ask("Q3")),
        fields=[{"code": "city"}],
        variables=[{"code": "half", "value": {"divide": [{"question": "Q1"}, 2]}}],
    )
    words = flow.wording(walk(plan, {"Q1": 9, "Q2": ["a", "b"]}, {"city": "北京"}))
    assert [words(code) for code in ("Q1", "Q2", "Q3", "half", "city", "channel")] == [
        "9",
        "A、B",
        None,
        "4.5",
        "北京",
        None,
    ]


def test_piping_says_our_own_words_in_the_respondents_language() -> None:
    document = definition.blank("t")
    document["pages"][0]["questions"] = [ask("Q1", "consent", settings={"text": "x"}), ask("Q2", "nps")]
    path = walk(compile_plan(document, types()), {"Q1": True, "Q2": 9})
    assert flow.wording(path)("Q1") == "Agreed"
    assert type(flow.wording(path, {"Agreed": "已同意"}.__getitem__)("Q1")) is str
    assert flow.wording(path, {"Agreed": "已同意"}.__getitem__)("Q1") == "已同意"


def test_a_plan_for_the_page_of_a_survey_nobody_can_answer_is_still_a_path() -> None:
    plan = survey(
        page(
            "p1",
            ask(
                "Q1", required=True, validate=[{"when": {"question": "Q1", "at_least": 0}, "message": "No."}]
            ),
        )
    )
    assert walk(plan, {"Q1": 5}).position == "p1"
