"""The vectors of operators and functions, in the server's interpreter."""

from __future__ import annotations

import pytest

from survey_app import plugins
from survey_app.engine import definition, flow
from survey_app.engine.expressions import FUNCTIONS, GROUPS
from survey_app.engine.operators import LEGAL, STATES
from survey_app.engine.plan import compile_plan
from tests import conformance
from tests.conformance import OPERATORS, TODAY

VECTORS = conformance.Vectors()
PLAN = compile_plan(VECTORS.document(), plugins.types())
CALCULATIONS = conformance.Calculations()
SUMS = compile_plan(CALCULATIONS.document(), plugins.types())


@pytest.mark.parametrize("start", range(0, len(VECTORS.statements), 150))
def test_every_comparison_of_the_vectors_is_legal(start: int) -> None:
    found = definition.check(VECTORS.document(start, start + 150), plugins.types())
    assert [each.sentence() for each in found if each.level == "error"] == []


def test_every_answer_of_the_vectors_is_an_allowed_one() -> None:
    for case in VECTORS.cases:
        for code, value in case.answers.items():
            PLAN.questions[code].check(value)


def test_every_comparison_has_its_truth_in_every_state() -> None:
    statements = {each.code: each for each in PLAN.pages[-1].questions}
    for case in VECTORS.cases:
        path = flow.walk(PLAN, case.answers, case.fields, today=TODAY, upto="last")
        assert path.shows(statements[case.code]) is case.truth, (statements[case.code].source["show"], case)


def test_the_states_are_what_they_are_called() -> None:
    names = {"back": "not_shown"}
    for case in VECTORS.cases:
        kind, _, state = case.what
        if kind in ("question", "row", "cell"):
            path = flow.walk(PLAN, case.answers, case.fields, today=TODAY, upto="last")
            code = PLAN.pages[-1].questions[int(case.code[1:]) + 1].source["show"]["question"]
            assert path.states[code] == names.get(state, state)


@pytest.mark.parametrize("letter", sorted(LEGAL))
def test_no_operator_is_missing(letter: str) -> None:
    assert set(OPERATORS["truths"][letter]) == LEGAL[letter]


def test_no_combination_of_subject_operator_and_state_is_missing() -> None:
    seen = {case.what for case in VECTORS.cases}
    for kind, name in conformance.carried():
        states = ("answered", "not_reached") if "field" in kind else conformance.STATES
        assert {(kind, name, state) for state in states} <= seen
    assert {name for kind, name in conformance.carried()} >= {*STATES, *set().union(*LEGAL.values())}


def test_every_function_comes_to_what_the_vectors_say() -> None:
    found = definition.check(CALCULATIONS.document(), plugins.types())
    assert [each.sentence() for each in found if each.level == "error"] == []
    for result in CALCULATIONS.results:
        path = flow.walk(SUMS, result.answers, today=TODAY)
        assert path.facts.variables[result.code] == result.words, (result, SUMS.unrolled["variables"])


def test_no_function_is_missing() -> None:
    assert set(conformance.EXPRESSIONS["functions"]) == {*FUNCTIONS, *GROUPS, "if", "lookup", "today"}
