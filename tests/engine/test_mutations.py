"""Every defect that is put into our own templates is found; rules that do no harm are accepted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from survey_app.engine import definition
from survey_app.engine.finding import Finding
from survey_app.engine.plan import compile_plan
from survey_app.engine.verify import verify
from survey_app.plugins import types
from survey_app.services import demo, starters
from tests.engine.mutants import DAY, Breeder, Mutant

DEMO = Path(demo.__file__).parent
TEMPLATES: dict[str, dict[str, Any]] = {
    **{each.key: starters.document(each.key) for each in starters.STARTERS},
    **{path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEMO.glob("*.json"))},
}


def findings(document: dict[str, Any]) -> list[Finding]:
    """Everything that is said of a document."""
    found = definition.check(document, types())
    if any(each.level == "error" for each in found):
        return found
    return [*found, *verify(compile_plan(document, types()), DAY)]


def is_told(mutant: Mutant) -> bool:
    """Whether a defect is among what is said."""
    return any(
        each.code == code and (each.where == place or each.where.startswith(f"{place}.") or place == "")
        for each in findings(mutant.document)
        for code, place in mutant.told
    )


def standing(document: dict[str, Any]) -> set[tuple[str, str]]:
    """What is said of a template as it is."""
    return {(each.code, each.where) for each in findings(document) if each.level != "info"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_errors(name: str) -> None:
    assert [each.as_dict() for each in findings(TEMPLATES[name]) if each.level == "error"] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_defect_put_into_a_template_is_found(name: str) -> None:
    missed = [
        f"{mutant.what} at {mutant.where}"
        for mutant in Breeder(TEMPLATES[name]).mutants()
        if not is_told(mutant)
    ]
    assert missed == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_rules_on_earlier_answers_are_accepted(name: str) -> None:
    known = standing(TEMPLATES[name])
    for mutant in Breeder(TEMPLATES[name]).harmless():
        new = [
            each
            for each in findings(mutant.document)
            if (each.code, each.where) not in known and each.level == "error"
        ]
        assert [each.as_dict() for each in new] == [], mutant.where
        assert not [each for each in findings(mutant.document) if each.where.startswith(mutant.where)]


def test_each_kind_of_defect_is_tried_often_enough() -> None:
    tried = Counter(mutant.what for document in TEMPLATES.values() for mutant in Breeder(document).mutants())
    assert len(tried) >= 20, tried
    assert sum(tried.values()) >= 300, tried
