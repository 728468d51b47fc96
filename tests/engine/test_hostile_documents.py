"""Documents made to break or stall: refused with a sentence at a place, or checked like any other."""

from __future__ import annotations

import pytest

from survey_app.engine import definition, flow
from survey_app.engine.plan import browser_plan, compile_plan
from survey_app.plugins import types
from tests.engine import hostile

MOST_FINDINGS = 201


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_hostile_document_is_refused_with_a_sentence_at_its_place(name: str) -> None:
    make, place = hostile.REFUSED[name]
    found = definition.check(make(), types())
    errors = [each for each in found if each.level == "error"]
    assert place in {each.where for each in errors}
    assert all(each.sentence() and "%(" not in each.sentence() for each in found)
    assert len(found) <= MOST_FINDINGS


@pytest.mark.parametrize("name", hostile.HEAVY)
def test_a_document_within_all_bounds_is_checked_compiled_and_walked(name: str) -> None:
    document = hostile.HEAVY[name]()
    assert [each.where for each in definition.check(document, types()) if each.level == "error"] == []
    plan = compile_plan(document, types())
    assert browser_plan(plan)
    assert flow.walk(plan, {}).pages
