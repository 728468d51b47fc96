"""The plan as compact JSON: the phone runs the same rules for instant feedback, the server decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .dependencies import used_fields
from .loops import entries_with_conditions
from .patterns import spoken
from .piping import codes

if TYPE_CHECKING:
    from .pages import PagePlan, QuestionPlan
    from .plan import Plan

Json = Any


def browser_plan(plan: Plan) -> dict[str, Json]:
    """What the page script needs of a plan. Condition trees are the document's own, loops and carried
    options written out; keys that would say nothing are left out. ``version`` is left to the caller."""
    questions = {each.code: said(_question(each)) for page in plan.pages for each in page.questions}
    pages = [said(_page(page)) for page in plan.pages]
    variables = {
        each["code"]: {"as": [each.get("type", "number"), said(each["value"])]}
        for each in plan.unrolled.get("variables") or ()
    }
    asked = used_fields([pages, list(questions.values()), variables])
    piped = {code for each in questions.values() for code in each.get("pipes", ()) if code in plan.fields}
    return {
        "version": None,
        "locale": plan.locale,
        "start": plan.pages[0].code if plan.pages else "",
        "pages": pages,
        "questions": questions,
        "endings": {code: {"kind": each["kind"]} for code, each in plan.endings.items()},
        "fields": sorted(asked | piped),
        "variables": variables,
        "today": datetime.now(plan.timezone).date().isoformat(),
    }


def said(tree: Json) -> Json:
    """A part of the plan with its patterns in the browser's words."""
    if isinstance(tree, list):
        return [said(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    told = {key: said(each) for key, each in tree.items()}
    if isinstance(tree.get("matches"), str):
        told["matches"] = _spoken(tree["matches"], bool(tree.get("exact")))
    return told


def _spoken(pattern: str, exact: bool) -> str:
    try:
        return spoken(pattern, exact)
    except ValueError:  # of a version from before such patterns were refused
        return pattern


def _page(page: PagePlan) -> dict[str, Json]:
    about: dict[str, Json] = {"code": page.code, "questions": [each.code for each in page.questions]}
    if page.source.get("show") is not None:
        about["show"] = page.source["show"]
    about["next"] = [dict(rule) for rule in page.source.get("next") or ()]
    return about


def _question(question: QuestionPlan) -> dict[str, Json]:
    return {"type": question.type.key, **dict(_rules(question))}


def _worked_out(question: QuestionPlan) -> Iterator[tuple[str, Json]]:
    """A question that is never open to answers and has a value of its own."""
    yield "enable", {"any": []}
    yield "default", question.formula
    yield "own", True
    if question.type.unseen:
        yield "unseen", True


def _enabled(source: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    if source.get("enable") is not None:
        yield "enable", source["enable"]


def _rules(question: QuestionPlan) -> Iterator[tuple[str, Json]]:
    source = question.source
    if question.collects:
        yield "ops", _reading(question)
    if "R" in question.type.operators and (letters := _letters(question)):
        yield "rows", letters
    if source.get("required"):
        yield "required", source["required"]
    if source.get("show") is not None:
        yield "show", source["show"]
    yield from _worked_out(question) if question.formula is not None else _enabled(source)
    if pipes := codes(f"{question.title} {question.help}"):
        yield "pipes", list(dict.fromkeys(pipes))
    if options := {id: tree for _, id, tree in entries_with_conditions(question.settings)}:
        yield "options", options
    if lists := [sorted(ids) for ids in question.exhaustible]:
        yield "lists", lists
    if source.get("validate"):
        yield "validate", [dict(rule) for rule in source["validate"]]


def _reading(question: QuestionPlan) -> str:
    """Operator letters, and how the controls' strings are read: N as numbers, B as yes and no. M where there
    may be several."""
    letters = question.type.operators
    if "Q" in letters and not any(part.many for part in question.domain()):
        letters = letters.replace("M", "")
    values = [value for part in question.domain() if not part.name for value in part.values]
    if values and all(isinstance(value, bool) for value in values):
        return letters + "B"
    numbers = values and all(isinstance(value, int | float) for value in values)
    return letters + "N" if numbers and "N" not in letters else letters


def _letters(question: QuestionPlan) -> dict[str, str]:
    """Operator letters of the rows that have others than their type."""
    kind, settings = question.type, question.settings
    rows = {row: kind.operators_of(settings, row) for row in kind.rows(settings)}
    return {row: letters for row, letters in rows.items() if letters != kind.operators.replace("R", "")}
