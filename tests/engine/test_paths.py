"""Who walks another way: every difference is stated, and no statement is false."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

import pytest

from survey_app.engine import definition, paths
from survey_app.engine.clauses import fits
from survey_app.engine.paths import Comparison, Turn, Way, compare, effects_of
from survey_app.engine.plan import compile_plan
from tests.engine import surveys
from tests.engine.edits import edited
from tests.engine.stubs import TYPES
from tests.engine.surveys import Oracle

Json = Any
TODAY = date(2026, 11, 26)
MOST = 3000


def faultless(document: dict[str, Any]) -> bool:
    return not any(each.level == "error" for each in definition.check(document, TYPES))


def pairs(count: int, edits: int = 1) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Small surveys with an edited copy, few enough answers each to try them all."""
    found = 0
    for seed in itertools.count():
        chance = Random(seed)
        old = surveys.survey(seed)[0]
        new = old
        for _ in range(edits):
            new = edited(new, chance)[0]
        if old != new and ways_to_answer(old, new) <= MOST and faultless(old) and faultless(new):
            found += 1
            yield seed, old, new
        if found == count:
            return


def kinds_of(*documents: dict[str, Any]) -> dict[str, str]:
    return {
        question["code"]: question["type"]
        for document in documents
        for page in document["pages"]
        for question in page["questions"]
    }


def ways_to_answer(*documents: dict[str, Any]) -> int:
    total = 1
    for kind in kinds_of(*documents).values():
        total *= len(surveys.VALUES[kind])
    return total * 2 ** max(len(document["quotas"]) for document in documents)


def everybody(*documents: dict[str, Any]) -> Iterator[tuple[dict[str, Json], frozenset[str]]]:
    """All answers to all questions, with all quotas full or not."""
    kinds = kinds_of(*documents)
    quotas = list({quota["code"]: 0 for document in documents for quota in document["quotas"]})
    for values in itertools.product(*(surveys.VALUES[kind] for kind in kinds.values())):
        answers = {code: value for code, value in zip(kinds, values, strict=True) if value is not None}
        for full in itertools.product((False, True), repeat=len(quotas)):
            yield answers, frozenset(code for code, each in zip(quotas, full, strict=True) if each)


def way(document: dict[str, Any], answers: Mapping[str, Json], full: frozenset[str]) -> Way:
    """The way by the slow reading of the law."""
    known = {question["code"]: question for page in document["pages"] for question in page["questions"]}
    strange = {code for code, value in answers.items() if code in known and not offered(known[code], value)}
    kept = {code: value for code, value in answers.items() if code in known and code not in strange}
    oracle = Oracle(document, kept, full)
    pages = {page["code"]: page for page in document["pages"]}
    seen = [
        question["code"]
        for code in oracle.path
        for question in pages[code]["questions"]
        if oracle.states[question["code"]] != "not_shown"
    ]
    here = pages[oracle.position]["questions"] if oracle.position else []
    held = tuple(
        question["code"]
        for question in here
        if oracle.states[question["code"]] != "not_shown" and oracle._faulty(question)
    )
    refused = tuple(code for code in held if code in kept)
    lost = tuple(code for code in seen if code in strange)
    return Way(tuple(oracle.path), tuple(seen), oracle.ending, held, refused, lost)


def offered(question: dict[str, Any], value: Json) -> bool:
    options = question["settings"].get("options")
    ids = {option["id"] for option in options} if options else None
    return ids is None or set(value if isinstance(value, list) else [value]) <= ids


def nowhere(code: str, value: Json, *documents: dict[str, Any]) -> bool:
    """Whether no version offers an answer."""
    asked = [each for made in documents for page in made["pages"] for each in page["questions"]]
    return not any(offered(each, value) for each in asked if each["code"] == code)


def meant(found: Comparison, turn: Turn, answers: Mapping[str, Json], full: frozenset[str]) -> bool:
    """Whether a statement speaks of these answers."""
    case: dict[Any, Any] = {}
    for axis in found.axes:
        value = axis.code in full if axis.kind == "quota" else answers.get(axis.code)
        tried = (n for n, alike in enumerate(axis.alike) if value in alike)
        case.update(paths.traits(axis, next(tried, 0)))  # never asked where it had to be answered
    return any(fits(case, clause) for clause in turn.who)


def differing(old: dict[str, Any], new: dict[str, Any], found: Comparison) -> Iterator[Any]:
    """Everybody who can finish at least one version, and what is different for them by the slow reading."""
    free = {axis.code for axis in found.axes if axis.kind == "quota"}
    for answers, full in everybody(old, new):
        if full <= free and not any(nowhere(code, value, old, new) for code, value in answers.items()):
            effects = effects_of(way(old, answers, full), way(new, answers, full))
            if effects is not None:
                yield answers, full, effects


def quarrels(old: dict[str, Any], new: dict[str, Any], found: Comparison) -> Iterator[str]:
    """What the slow reading has against a comparison: ``unsaid`` differences and ``false`` statements."""
    for answers, full, effects in differing(old, new, found):
        about = [turn for turn in found.turns if meant(found, turn, answers, full)]
        if not effects <= {each for turn in about for each in turn.effects}:
            yield f"unsaid {answers} {set(full)}"
        stopped = any(kind in paths.STOPS for kind, _ in effects)
        for turn in about:
            wholly = not stopped or any(kind in paths.STOPS for kind, _ in turn.effects)
            if wholly and not set(turn.effects) <= effects:
                yield f"false {answers} {set(full)} {turn.effects}"


@pytest.mark.parametrize("edits", [1, 3])
def test_every_difference_is_stated_and_no_statement_is_false(edits: int) -> None:
    stated = 0
    for seed, old, new in pairs(60, edits):
        found = compare(compile_plan(old, TYPES), compile_plan(new, TYPES), TODAY)
        assert found.whole, seed
        assert all(turn.rest == 0 for turn in found.turns)
        assert list(quarrels(old, new, found)) == [], seed
        stated += len(found.turns)
    assert stated > 20


def test_where_not_everybody_can_be_tried_nothing_false_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_WALKS", 0)
    monkeypatch.setattr(paths, "FEWEST_WALKS", 40)
    partly = 0
    for seed, old, new in pairs(60, 3):
        found = compare(compile_plan(old, TYPES), compile_plan(new, TYPES), TODAY)
        if not found.whole:
            partly += 1
            assert [each for each in quarrels(old, new, found) if each.startswith("false")] == [], seed
    assert partly > 5
