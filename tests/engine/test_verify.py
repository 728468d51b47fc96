"""Proofs before publishing: each finding with a survey that has it and a twin that has not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_app.engine.finding import Finding
from survey_app.engine.flow import walk
from survey_app.engine.plan import Plan, compile_plan
from survey_app.engine.verify import verify
from survey_app.plugins import types
from tests import gallery
from tests.engine import surveys
from tests.engine.stubs import TYPES
from tests.engine.test_flow import ask, options, page, survey

DAY = date(2026, 3, 10)
SEEDS = st.integers(0, 2**32)
OUT = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
TEN = {"question": "Q1", "equals": 10}
ONE = {"question": "Q1", "equals": 1}
ANSWERED = {"question": "Q1", "answered": True}


def findings(*pages: dict[str, Any], **more: Any) -> list[Finding]:
    """What is said of a survey of these pages, its lengths aside."""
    return [each for each in verify(survey(*pages, **more), DAY) if each.code != "paths"]


def said(*pages: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    """(level, code, where) of the same."""
    return [(each.level, each.code, each.where) for each in findings(*pages, **more)]


def choice(code: str, *ids: str, **more: Any) -> dict[str, Any]:
    return ask(code, "choice", settings=options(*ids), **more)


def test_a_faultless_survey_has_only_its_lengths() -> None:
    plan = survey(page("p1", ask("Q1")), page("p2", ask("Q2", show=TEN)))
    (found,) = verify(plan, DAY)
    assert (found.level, found.code, found.params["few"], found.params["many"]) == ("info", "paths", 1, 2)
    assert found.witness["shortest"]["path"] == ["p1"]
    assert found.witness["longest"]["path"] == ["p1", "p2"]


def test_conditions_that_exclude_each_other_are_named_and_no_others() -> None:
    pages = (
        page("p1", ask("Q1"), ask("Q2")),
        page("p2", ask("Q3", show={"all": [{"question": "Q2", "less": 5}, ONE, TEN]})),
    )
    (found,) = findings(*pages)
    assert (found.level, found.code, found.where) == ("error", "never_shown", "Q3")
    assert found.witness == {
        "conflict": [{"where": "Q3.show.all.1", "when": ONE}, {"where": "Q3.show.all.2", "when": TEN}]
    }
    assert "exclude each other" in found.sentence()


def test_a_conflict_reaches_over_pages() -> None:
    pages = (
        page("p1", ask("Q1")),
        page("p2", ask("Q2", show=ONE)),
        page("p3", ask("Q3"), ask("Q4", show={"all": [TEN, {"question": "Q2", "answered": True}]})),
    )
    (found,) = findings(*pages)
    assert (found.code, found.where) == ("never_shown", "Q4")
    assert {each["where"] for each in found.witness["conflict"]} == {
        "Q2.show",
        "Q4.show.all.0",
        "Q4.show.all.1",
    }
    pages[2]["questions"][1]["show"] = {"any": [TEN, {"question": "Q2", "answered": True}]}
    assert said(*pages) == []


def test_a_page_that_everybody_jumps_over_is_found_with_the_jump() -> None:
    pages = (page("p1", ask("Q1"), next=[{"go": "p3"}]), page("p2", ask("Q2")), page("p3", ask("Q3")))
    (found,) = findings(*pages)
    assert (found.level, found.code, found.where) == ("error", "never_shown", "p2")
    assert found.sentence().startswith("Page 2 can never be shown")
    assert found.witness == {"conflict": [{"where": "p1.next.0", "when": None}]}
    pages[0]["next"] = [{"when": ONE, "go": "p3"}]
    assert said(*pages) == []


def test_a_survey_without_a_way_to_an_ending_says_where_all_ways_stop() -> None:
    never = [{"when": {"question": "Q2", "answered": False}, "message": "m"}]
    never.append({"when": {"question": "Q2", "answered": True}, "message": "m"})
    pages = (page("p1", ask("Q1")), page("p2", ask("Q2", validate=never)))
    (found, *rest) = findings(*pages)
    assert (found.level, found.code, found.where) == ("error", "no_ending", "Q2")
    assert found.witness["path"] == ["p1", "p2"]
    assert [each.level for each in rest] == ["warning"] * len(rest)
    del never[1]
    assert [each for each in said(*pages) if each[0] == "error"] == []


def test_a_dead_end_for_some_is_an_error_with_their_answers() -> None:
    refuse = [{"when": ONE, "message": "m"}]
    pages = (page("p1", ask("Q1")), page("p2", ask("Q2", validate=refuse)))
    (found,) = findings(*pages)
    assert (found.level, found.code, found.where) == ("error", "dead_end", "Q2")
    assert (found.witness["answers"], found.witness["ending"]) == ({"Q1": 1}, None)
    refuse[0]["when"] = {"all": [ONE, {"question": "Q2", "equals": 3}]}
    assert said(*pages) == []


def test_a_question_with_only_some_refused_answers_is_no_dead_end() -> None:
    refuse = [{"when": ONE, "message": "m"}]
    assert said(page("p1", ask("Q1", required=True, validate=refuse))) == []


def test_an_ending_nobody_reaches_is_a_warning() -> None:
    assert said(page("p1", ask("Q1")), endings=OUT) == [("warning", "ending_unreached", "out")]
    assert said(page("p1", ask("Q1"), next=[{"when": ONE, "go": "out"}]), endings=OUT) == []


def test_a_comparison_with_what_nobody_has_answered_by_then_is_an_error() -> None:
    pages = (
        page("p1", ask("Q1"), next=[{"when": ONE, "go": "p3"}, {"go": "p2"}]),
        page("p2", ask("Q2"), next=[{"go": "end"}]),
        page("p3", ask("Q3"), ask("Q4", show={"any": [TEN, {"question": "Q2", "equals": 1}, ONE]})),
    )
    found = [each for each in findings(*pages) if each.code == "never_answered"]
    assert [(each.level, each.where, each.params["code"]) for each in found] == [
        ("error", "Q4.show.any.1", "Q2")
    ]
    assert found[0].witness["answers"]["Q1"] == 1
    pages[1]["next"] = []
    assert [each for each in said(*pages) if each[1] == "never_answered"] == []


def test_a_condition_that_never_holds_is_a_warning() -> None:
    needed = {"all": [ONE, {"not": ANSWERED}]}
    (found,) = findings(page("p1", ask("Q1"), ask("Q2", required=needed)))
    assert (found.level, found.code, found.where) == ("warning", "contradiction", "Q2.required")
    assert said(page("p1", ask("Q1"), ask("Q2", required={"any": needed["all"]}))) == []


def test_an_alternative_that_never_holds_is_a_warning() -> None:
    show = {"any": [ONE, {"all": [ONE, TEN]}]}
    assert said(page("p1", ask("Q1"), ask("Q2", show=show))) == [
        ("warning", "contradiction", "Q2.show.any.1")
    ]


def test_a_condition_that_always_holds_is_a_warning() -> None:
    show = {"any": [ANSWERED, {"not": ANSWERED}]}
    assert said(page("p1", ask("Q1"), ask("Q2", show=show))) == [("warning", "always", "Q2.show")]
    assert said(page("p1", ask("Q1"), ask("Q2", show=ANSWERED))) == []
    must = ask("Q1", required=True)
    assert said(page("p1", must, ask("Q2", show=ANSWERED))) == []
    assert said(page("p1", must), page("p2", ask("Q2", show=ANSWERED))) == [("warning", "always", "Q2.show")]


def test_a_jump_below_one_that_always_wins_is_shadowed_by_it() -> None:
    wide, narrow = {"question": "Q1", "at_most": 6}, {"question": "Q1", "at_most": 3}
    pages = [page("p1", ask("Q1"), next=[{"when": wide, "go": "p3"}, {"when": narrow, "go": "out"}])]
    pages += [page("p2", ask("Q2")), page("p3", ask("Q3"))]
    found = findings(*pages, endings=OUT)
    assert [(each.level, each.code, each.where) for each in found] == [
        ("warning", "ending_unreached", "out"),
        ("warning", "shadowed", "p1.next.1"),
    ]
    assert found[1].witness["answers"]["Q1"] <= 3
    pages[0]["next"].reverse()
    assert said(*pages, endings=OUT) == []


def test_options_that_are_all_hidden_are_a_warning_with_answers() -> None:
    few = ask("Q2", "choice", required=True, settings=options("a", "b", a=ONE, b=TEN))
    (found,) = findings(page("p1", ask("Q1"), few))
    assert (found.level, found.code, found.where) == ("warning", "emptied", "Q2.settings")
    assert found.witness["answers"].get("Q1") not in (1, 10)
    few["settings"] = options("a", "b", a=ONE)
    assert said(page("p1", ask("Q1"), few)) == []


def test_nothing_to_take_over_is_a_warning() -> None:
    source = ask("Q1", "several", settings=options("a", "b"))
    taking = ask("Q2", "choice", carry={"from": "Q1", "pick": "chosen"})
    assert said(page("p1", source), page("p2", taking)) == [("warning", "emptied", "Q2.carry")]
    taking["show"] = ANSWERED
    assert said(page("p1", source), page("p2", taking)) == []


def quota(code: str, when: Any, limit: int = 5) -> dict[str, Any]:
    return {"code": code, "when": when, "limit": limit, "then": {"go": "out"}}


def test_a_quota_for_nobody_is_a_warning() -> None:
    pages = (page("p1", ask("Q1")), page("p2", ask("Q2")))
    assert said(*pages, endings=OUT, quotas=[quota("k", {"all": [ONE, TEN]}), quota("l", ONE)]) == [
        ("warning", "quota_impossible", "k.when")
    ]


def test_a_quota_inside_a_smaller_one_is_a_warning() -> None:
    low, lower = {"question": "Q1", "at_most": 6}, {"question": "Q1", "at_most": 3}
    pages = (page("p1", ask("Q1")), page("p2", ask("Q2")))
    inside = [quota("k", low, 5), quota("l", lower, 9)]
    assert said(*pages, endings=OUT, quotas=inside) == [("warning", "quota_decided", "l")]
    assert said(*pages, endings=OUT, quotas=[quota("k", low, 9), quota("l", lower, 5)]) == []
    assert said(*pages, endings=OUT, quotas=[quota("k", ONE, 5), quota("l", TEN, 5)]) == []


def test_a_question_that_takes_no_answer_is_a_warning() -> None:
    refuse = [{"when": ANSWERED, "message": "m"}]
    assert said(page("p1", ask("Q1", validate=refuse))) == [
        ("warning", "unsatisfiable", "Q1.validate.0.when")
    ]


def test_what_rests_on_texts_nobody_found_is_open_and_no_error() -> None:
    odd = {"question": "Q1", "matches": "^[a-f]{17}$"}
    found = findings(page("p1", ask("Q1", "several", settings=options("a"))))
    assert found == []
    document = {
        "title": "t",
        "pages": [{"code": "p1", "questions": [ask("Q1", "short_text"), ask("Q2", "nps", show=odd)]}],
        "endings": [{"code": "end", "title": "e"}],
    }
    said = [each for each in verify(compile_plan(document, types()), DAY) if each.code != "paths"]
    assert [(each.level, each.code) for each in said] == [("info", "undecided")]
    assert said[0].witness == ["Q2"]


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_whoever_is_named_as_a_witness_is_real(seed: int) -> None:
    plan = compile_plan(surveys.survey(seed)[0], TYPES)
    for each in verify(plan, DAY):
        for one in _respondents(each.witness):
            path = walk(plan, one["answers"], one["fields"], full=frozenset(one["full"]), today=DAY)
            assert (path.pages, path.ending) == (one["path"], one["ending"])


def _respondents(witness: Any) -> list[dict[str, Any]]:
    if not isinstance(witness, dict):
        return []
    return (
        [witness]
        if "answers" in witness
        else [each for one in witness.values() for each in _respondents(one)]
    )


@pytest.mark.parametrize("required", [True, False])
def test_no_question_type_is_found_fault_with(required: bool) -> None:
    plan: Plan = compile_plan(gallery.document(required), types())
    assert [each.code for each in verify(plan, DAY)] == ["paths"]


@settings(max_examples=60, deadline=None)
@example(2558, 300)
@given(SEEDS, st.sampled_from([10, 60, 300]))
def test_a_small_bound_claims_nothing_that_a_large_one_does_not(seed: int, most: int) -> None:
    plan = compile_plan(surveys.survey(seed)[0], TYPES)
    every = {(each.code, each.where) for each in verify(plan, DAY)}
    quick = {(each.code, each.where) for each in verify(plan, DAY, most) if each.level != "info"}
    spoken_of = {where for _, where in every}  # a longer look may say something more telling of the same rule
    assert all(
        (code, where) in every or (code == "always" and any(each.startswith(where) for each in spoken_of))
        for code, where in quick
    )
