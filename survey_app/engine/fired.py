"""The places of a survey that a respondent can come to, and those one respondent has come to.

A place is named by the document's own codes, as findings name it: a question, page or ending by its code, a
rule by where it stands (``Q2.show``, ``Q2.validate.0.when``, ``Q3.settings.options.1.show``, ``p1.next.0``,
``quota.when``). What is asked in any turn of a loop is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from question_types.base import Invalid

from . import loops
from .facts import NOTHING, Json
from .flow import Walk, asked, missing
from .pages import QuestionPlan
from .plan import Plan
from .schema import ENTRY_LISTS


def places(plan: Plan) -> tuple[str, ...]:
    """Every place of the document a respondent can come to, in the document's order."""
    return tuple(dict.fromkeys(_places(plan)))


def _places(plan: Plan) -> Iterator[str]:
    document = plan.document
    for page in document["pages"]:
        yield page["code"]
        if page.get("show") is not None:
            yield f"{page['code']}.show"
        for question in page.get("questions") or ():
            yield from _of_question(question)
        yield from (f"{page['code']}.next.{index}" for index, _ in enumerate(page.get("next") or ()))
    yield from (each["code"] for each in document["endings"])
    yield from (f"{each['code']}.when" for each in document.get("quotas") or ())


def _of_question(question: Mapping[str, Json]) -> Iterator[str]:
    code = question["code"]
    yield code
    for name in ("show", "enable", "required"):
        if question.get(name) is not None and not isinstance(question[name], bool):
            yield f"{code}.{name}"
    yield from (f"{code}.validate.{index}.when" for index, _ in enumerate(question.get("validate") or ()))
    if question.get("carry"):
        yield f"{code}.carry"
    yield from (place for place, _ in own_entries(question))


def own_entries(question: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Place and id of the options, rows and columns of a document's question that have a condition."""
    for name in ENTRY_LISTS:
        for index, entry in enumerate((question.get("settings") or {}).get(name) or ()):
            if isinstance(entry, Mapping) and entry.get("show") is not None:
                yield f"{question['code']}.settings.{name}.{index}.show", entry["id"]


def base(code: str) -> str:
    """The document's code of a question or page, whichever turn of a loop it is of."""
    return code.partition("@")[0]


def fired(walk: Walk) -> frozenset[str]:
    """The places one walk has come to: what was shown, the rules that held where they stand, the jumps taken,
    the refusals met on the last page, the quotas it counts towards and the ending."""
    return frozenset(_fired(walk))


def _fired(walk: Walk) -> Iterator[str]:
    plan = walk.plan
    for code in walk.pages:
        page = plan.pages[plan.index[code]]
        yield base(code)
        if _sources(plan)[base(code)].get("show") is not None:
            yield f"{base(code)}.show"
        for question in page.questions:
            if walk.shows(question):
                yield from _of_shown(walk, question)
        rule = jumped(walk, code)
        if rule is not None:
            yield f"{base(code)}.next.{rule}"
    yield from refused(walk, walk.position)
    if walk.ending:
        yield walk.ending
        counted = {*walk.quotas, walk.quota} if walk.kind == "completed" else {walk.quota}
        yield from (f"{each}.when" for each in counted if each)


@lru_cache(maxsize=32)
def _sources(plan: Plan) -> dict[str, Mapping[str, Json]]:
    """The document's pages and questions by code."""
    pages = plan.document["pages"]
    questions = {each["code"]: each for page in pages for each in page.get("questions") or ()}
    return questions | {page["code"]: page for page in pages}


def _of_shown(walk: Walk, question: QuestionPlan) -> Iterator[str]:
    code, facts = question.origin, walk.facts
    yield code
    if question.show is not None:
        yield f"{code}.show"
    if question.enable is not None and question.enable(facts):
        yield f"{code}.enable"
    if callable(question.required) and question.code not in walk.disabled and question.required(facts):
        yield f"{code}.required"
    for index, rule in enumerate(question.validate):
        if rule.soft and question.code not in walk.disabled and rule.when(facts):
            yield f"{code}.validate.{index}.when"
    if question.options_show or question.source.get("carry"):
        yield from _entries(walk, question)


def _entries(walk: Walk, question: QuestionPlan) -> Iterator[str]:
    hidden = walk.hidden.get(question.code, NOTHING)
    source = _sources(walk.plan)[question.origin]
    yield from (place for place, id in own_entries(source) if id not in hidden)
    carry = source.get("carry")
    if carry and not _carried(walk.plan, carry["from"]) <= hidden:
        yield f"{question.origin}.carry"


def _carried(plan: Plan, code: str) -> frozenset[str]:
    """Ids of the entries another question takes over from this one."""
    source = next(each for each in plan.questions.values() if each.origin == code)
    return frozenset(entry["id"] for entry in loops.entries(source.settings))


def jumped(walk: Walk, page: str) -> int | None:
    """Which rule is followed after a page that was passed; None where none is, or where a full quota ended
    the path there."""
    return None if walk.quota and page == walk.pages[-1] else walk.jumps.get(page)


def refused(walk: Walk, page: str) -> Iterator[str]:
    """The hard ``validate`` rules that refuse this page as it stands."""
    plan = walk.plan
    if plan.page(page) is None:
        return
    refusals = missing(plan, walk, page)
    for question in asked(walk, plan.pages[plan.index[page]]) if refusals else ():
        index = _refusing(walk, question, refusals.get(question.code))
        if index is not None:
            yield f"{question.origin}.validate.{index}.when"


def _refusing(walk: Walk, question: QuestionPlan, refusal: Invalid | None) -> int | None:
    """Which rule a refusal comes from."""
    for index, rule in enumerate(question.validate):
        if refusal is not None and not rule.soft and rule.when(walk.facts):
            return index if refusal.message == rule.message else None
    return None
