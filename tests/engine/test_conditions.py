"""Truth of conditions, against the vectors and the law of absence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey_app.engine import definition, flow
from survey_app.engine.conditions import Answer, Facts, compile_condition, references
from survey_app.engine.operators import OPERATORS, STATES
from survey_app.engine.plan import compile_plan
from survey_app.engine.rules import check_condition
from tests.engine.stubs import TYPES

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "conditions.json").read_text("utf-8"))
PLAN = compile_plan(VECTORS["document"], TYPES)
TODAY = date.fromisoformat(VECTORS["today"])


def named(case: dict[str, Any]) -> str:
    return json.dumps([case["when"], case.get("value", case.get("answers"))], ensure_ascii=False)


def test_the_vectors_are_a_faultless_document() -> None:
    assert [each for each in definition.check(VECTORS["document"], TYPES) if each.level == "error"] == []


@pytest.mark.parametrize("case", VECTORS["cases"], ids=named)
@pytest.mark.parametrize("state", ["answered", "skipped", "not_shown", "not_reached"])
def test_a_comparison_has_its_truth_in_every_state(case: dict[str, Any], state: Any) -> None:
    code = case["when"]["question"]
    answer = Answer(state)
    if state == "answered":
        answer = Answer(state, case["value"], meaning=PLAN.questions[code])
    facts = Facts({code: answer} if state != "not_reached" else {}, today=TODAY)
    assert compile_condition(case["when"], PLAN.schema)(facts) is case["truth"][state]


@pytest.mark.parametrize("case", VECTORS["groups"], ids=named)
def test_a_combination_has_its_truth_on_the_path(case: dict[str, Any]) -> None:
    path = flow.walk(PLAN, case["answers"], case["fields"], today=TODAY)
    path.facts.full = frozenset(case["full"])
    assert compile_condition(case["when"], PLAN.schema)(path.facts) is case["truth"]


@pytest.mark.parametrize("case", VECTORS["cases"] + VECTORS["groups"], ids=named)
def test_every_vector_is_a_legal_condition(case: dict[str, Any]) -> None:
    assert [f for f in check_condition(case["when"], PLAN.schema, "here") if f.level == "error"] == []


def test_every_operator_is_seen_true_and_false() -> None:
    seen = {(key, case["truth"]["answered"]) for case in VECTORS["cases"] for key in case["when"]}
    assert {(name, truth) for name in (*OPERATORS, *STATES) for truth in (True, False)} <= seen


def test_no_comparison_but_those_of_state_is_true_of_an_absent_answer() -> None:
    for case in VECTORS["cases"]:
        if not set(STATES) & case["when"].keys():
            assert not any(case["truth"][state] for state in ("skipped", "not_shown", "not_reached"))


def test_a_hidden_row_is_not_asked_of_every_row() -> None:
    condition = compile_condition({"question": "R", "row": "every", "is": "good"}, PLAN.schema)
    seen = Answer("answered", {"r1": "good"}, meaning=PLAN.questions["R"], hidden=frozenset({"r2"}))
    assert condition(Facts({"R": seen}))
    unseen = Answer("answered", {"r1": "good"}, meaning=PLAN.questions["R"], hidden=frozenset({"r1", "r2"}))
    assert not condition(Facts({"R": unseen}))


def test_references_name_all_questions_of_a_tree() -> None:
    tree = {
        "any": [
            {"not": {"question": "A", "is": {"question": "B"}}},
            {"field": "x", "in": [{"question": "C"}]},
        ]
    }
    assert references(tree) == {"A", "B", "C"}
