"""The vectors of operators and functions, in the phone's interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser

from survey_app import plugins
from survey_app.engine.plan import Plan, compile_plan
from tests import conformance
from tests.browser.fuzz import Bench, Survey, heard, known, opened, walked

Json = Any


@pytest.fixture
def bench(chromium: Browser) -> Iterator[Bench]:
    with opened(chromium) as found:
        yield found


def outcomes(
    bench: Bench, plan: Plan, given: list[tuple[Mapping[str, Json], Mapping[str, Json]]]
) -> list[Json]:
    """What the page makes of answers and fields."""
    survey = Survey(0, plan, frozenset(), {}, [])
    bench.open(survey)
    told = []
    for answers, fields in given:
        raw = {code: plan.questions[code].refill(value) for code, value in answers.items()}
        told.append([known(walked(survey, fields, answers)), raw, [], {}])
    return heard(bench, survey, told)


def test_every_comparison_has_its_truth_in_every_state_on_the_phone(bench: Bench) -> None:
    vectors = conformance.Vectors()
    plan = compile_plan(vectors.document(), plugins.types())
    found = outcomes(bench, plan, [(case.answers, case.fields) for case in vectors.cases])
    shows = {each["code"]: each["show"] for each in vectors.statements}
    wrong = [
        (shows[case.code], case)
        for case, phone in zip(vectors.cases, found, strict=True)
        if (case.code in phone["seen"]) is not case.truth
    ]
    assert wrong == []


def test_every_function_comes_to_what_the_vectors_say_on_the_phone(bench: Bench) -> None:
    sums = conformance.Calculations()
    plan = compile_plan(sums.document(), plugins.types())
    found = outcomes(bench, plan, [(result.answers, {}) for result in sums.results])
    wrong = [
        (result, phone["values"][result.code])
        for result, phone in zip(sums.results, found, strict=True)
        if phone["values"][result.code] != result.words
    ]
    assert wrong == []
