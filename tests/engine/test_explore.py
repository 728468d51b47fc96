"""The exploration: nothing reachable is missed, nothing else is claimed, and every witness is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey_app.engine.explore import Witness, explore
from survey_app.engine.flow import Walk, walk
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types
from tests.engine import surveys
from tests.engine.stubs import TYPES
from tests.engine.test_flow import ask, options, page, survey

DAY = date(2026, 3, 10)
SEEDS = st.integers(0, 2**32)


def everybody(plan: Plan) -> Iterator[Walk]:
    """Every respondent of a small random survey."""
    domains = [surveys.VALUES[question.type.key] for question in plan.questions.values()]
    quotas = [quota.code for quota in plan.quotas]
    fulls = [frozenset(some) for size in range(len(quotas) + 1) for some in combinations(quotas, size)]
    for values in product(*domains):
        answers = {code: each for code, each in zip(plan.questions, values, strict=True) if each is not None}
        for full in fulls:
            yield walk(plan, answers, full=full, today=DAY)


def seen(path: Walk) -> set[str]:
    """Pages, questions and the ending that somebody sees, and the quota that stops them."""
    pages = [path.plan.pages[path.plan.index[code]] for code in path.pages]
    found = {each.code for one in pages for each in one.questions if path.shows(each)}
    return found | set(path.pages) | {code for code in (path.ending, path.quota) if code}


def walked(plan: Plan, witness: Witness) -> Walk:
    """The witness on the real path."""
    return walk(plan, witness.answers, witness.fields, full=frozenset(witness.full), today=DAY)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_exactly_what_somebody_reaches_is_found_and_its_witness_reaches_it(seed: int) -> None:
    plan = compile_plan(surveys.survey(seed)[0], TYPES)
    assume(len(plan.questions) <= 5)
    found = explore(plan, DAY)
    reached = set().union(*map(seen, everybody(plan)))
    places = [each for each in found.known_places() if "." not in each]
    assert {each: found.standing(each) for each in places} == {each: each in reached for each in places}
    for place in reached:
        witness = found.witness(place)
        assert witness is not None
        assert place in seen(walked(plan, witness))
        assert (witness.path, witness.ending) == (walked(plan, witness).pages, walked(plan, witness).ending)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_the_witness_of_a_jump_takes_it(seed: int) -> None:
    plan = compile_plan(surveys.survey(seed)[0], TYPES)
    found = explore(plan, DAY)
    for one in plan.pages:
        for number, rule in enumerate(one.next):
            witness = found.witness(f"{one.code}.next.{number}")
            if witness is not None:
                path = walked(plan, witness)
                assert one.code in path.pages
                assert rule.when is None or rule.when(path.facts)
                assert not any(other.when and other.when(path.facts) for other in one.next[:number])


def test_what_no_rule_asks_about_makes_no_difference() -> None:
    questions = [ask(f"Q{n}", "several", settings=options("a", "b", "c")) for n in range(200)]
    found = explore(survey(page("p", *questions)), DAY)
    assert found.work < 1_000
    assert found.witness("end") is not None


def test_beyond_the_bound_places_that_were_not_found_are_undecided() -> None:
    first = [ask(f"Q{n}") for n in range(8)]
    last = [
        ask(
            f"R{n}",
            show={"all": [{"question": f"Q{n}", "equals": n}, {"question": f"Q{n}", "equals": n + 1}]},
        )
        for n in range(8)
    ]
    found = explore(survey(page("p", *first), page("q", *last)), DAY, most=10)
    assert "R0" in found.undecided
    assert "Q7" not in found.undecided


def plan_of(*questions: dict[str, Any], **more: Any) -> Plan:
    """A survey of the product's own types, one question to a page."""
    pages = [page(f"p{number}", one) for number, one in enumerate(questions)]
    document = {"title": "t", "pages": pages, "endings": [{"code": "end", "title": "e"}], **more}
    return compile_plan(document, types())


def test_a_number_out_of_range_is_never_reached_and_one_in_range_is() -> None:
    amount = ask("Q1", "number", settings={"min": 0, "max": 10, "decimals": 1})
    beyond = ask("Q2", "short_text", show={"question": "Q1", "more": 10})
    inside = ask("Q3", "short_text", show={"question": "Q1", "between": [9.85, 9.95]})
    found = explore(plan_of(amount, beyond, inside), DAY)
    assert (found.standing("Q2"), found.standing("Q3")) == (False, True)


def test_a_pattern_nobody_found_a_text_for_is_undecided() -> None:
    words = ask("Q1", "short_text")
    plan = plan_of(words, ask("Q2", "short_text", show={"question": "Q1", "matches": "^[a-f]{17}$"}))
    found = explore(plan, DAY)
    assert found.standing("Q2") is None
    assert found.witness("Q2") is None


def test_texts_that_hold_several_needles_are_found() -> None:
    words = ask("Q1", "long_text")
    both = {"all": [{"question": "Q1", "contains": "投诉"}, {"question": "Q1", "contains": ["退款", "赔"]}]}
    neither = {
        "all": [{"question": "Q1", "contains": "要投诉"}, {"not": {"question": "Q1", "contains": "投诉"}}]
    }
    found = explore(plan_of(words, ask("Q2", "nps", show=both), ask("Q3", "nps", show=neither)), DAY)
    assert (found.standing("Q2"), found.standing("Q3")) == (True, False)


def test_variables_are_worked_out_from_the_answers() -> None:
    scores = [ask(f"Q{n}", "nps", required=True) for n in (1, 2)]
    total = {"code": "total", "value": {"sum": [{"question": "Q1"}, {"question": "Q2"}]}}
    plan = plan_of(
        *scores,
        ask("Q3", "nps", show={"variable": "total", "equals": 20}),
        ask("Q4", "nps", show={"variable": "total", "more": 20}),
        variables=[total],
    )
    found = explore(plan, DAY)
    assert (found.standing("Q3"), found.standing("Q4")) == (True, False)
    witness = found.witness("Q3")
    assert witness is not None
    assert (witness.answers["Q1"], witness.answers["Q2"]) == (10, 10)


def test_fields_may_be_absent_or_anything() -> None:
    absent = {"not": {"field": "city", "answered": True}}
    plan = plan_of(
        ask("Q1", "nps", show={"field": "city", "is": "上海"}),
        ask("Q2", "nps", show={"all": [{"field": "city", "is": "上海"}, {"field": "city", "is": "北京"}]}),
        ask("Q3", "nps", show=absent),
        fields=[{"code": "city", "type": "text", "from": "url"}],
    )
    found = explore(plan, DAY)
    assert [found.standing(code) for code in ("Q1", "Q2", "Q3")] == [True, False, True]
    assert found.witness("Q1").fields == {"city": "上海"}  # type: ignore[union-attr]


def test_days_that_move_with_the_calendar_leave_open_what_they_cannot_settle() -> None:
    day = ask("Q1", "date")
    soon = {"question": "Q1", "after": {"today": 0}}
    plan = plan_of(
        day,
        ask("Q2", "nps", show=soon),
        ask("Q3", "nps", show={"all": [soon, {"question": "Q1", "before": "2020-01-01"}]}),
        ask("Q4", "nps", show={"all": [soon, {"question": "Q1", "before": {"today": 0}}]}),
    )
    found = explore(plan, DAY)
    assert [found.standing(code) for code in ("Q2", "Q3", "Q4")] == [True, None, False]


def test_a_full_quota_stops_those_it_counts_and_a_rule_may_ask_for_it() -> None:
    pages = (
        page("p1", ask("Q1", "choice", settings=options("a", "b"))),
        page("p2", ask("Q2", show={"quota": "k", "full": True})),
        page("p3", ask("Q3")),
    )
    quotas = [{"code": "k", "when": {"question": "Q1", "is": "a"}, "limit": 1, "then": {"go": "out"}}]
    endings = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
    found = explore(survey(*pages, quotas=quotas, endings=endings), DAY)
    out, shown = found.witness("out"), found.witness("Q2")
    assert out is not None
    assert (out.answers, out.full, out.path) == ({"Q1": "a"}, ["k"], ["p1"])
    assert shown is not None
    assert (shown.answers.get("Q1"), shown.full) != ("a", [])


def test_loops_are_one_place_for_all_their_turns() -> None:
    loop = page(
        "p2",
        ask("Q2"),
        ask("Q3", show={"question": "Q2", "equals": 1}),
        loop={"over": {"question": "Q1", "pick": "chosen"}},
    )
    found = explore(survey(page("p1", ask("Q1", "several", settings=options("a", "b"))), loop), DAY)
    witness = found.witness("Q3.show")
    assert witness is not None
    assert 1 in (witness.answers.get("Q2@a"), witness.answers.get("Q2@b"))


def test_the_witness_of_a_refusal_gives_the_answer_that_is_refused() -> None:
    more = {"question": "Q2", "more": {"question": "Q1"}}
    plan = survey(page("p1", ask("Q1", required=True), ask("Q2", validate=[{"when": more, "message": "m"}])))
    witness = explore(plan, DAY).witness("Q2.validate.0.when")
    assert witness is not None
    assert witness.answers["Q2"] > witness.answers["Q1"]
    assert (witness.path, witness.ending) == (["p1"], None)


def test_a_calculation_may_look_at_a_quota_and_at_a_field_in_a_comparison() -> None:
    variables = [
        {"code": "V1", "value": {"if": [{"quota": "k", "full": True}, 2, 0]}},
        {"code": "V2", "value": {"if": [{"field": "city", "is": "上海"}, 1, 0]}},
    ]
    plan = plan_of(
        ask("Q1", "nps", show={"variable": "V1", "equals": 2}),
        ask("Q2", "nps", show={"variable": "V2", "equals": 1}),
        ask("Q3", "nps", show={"variable": "V2", "equals": 2}),
        variables=variables,
        fields=[{"code": "city", "type": "text", "from": "url"}],
        quotas=[{"code": "k", "when": {"question": "Q2", "is": 9}, "limit": 1, "then": {"go": "end"}}],
    )
    found = explore(plan, DAY)
    assert [found.standing(code) for code in ("Q1", "Q2", "Q3")] == [True, True, False]
    first, second = found.witness("Q1"), found.witness("Q2")
    assert first is not None
    assert first.full == ["k"]
    assert second is not None
    assert second.fields == {"city": "上海"}
