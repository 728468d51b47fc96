"""What can make a respondent's path differ between two versions, and what cannot.

Whatever stands the same in both and is asked by nothing that changed leads everybody the same way in both: it
need not be tried with different answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .dependencies import closure, references, used_variables
from .differences import moved
from .facts import Json
from .pages import PagePlan, QuestionPlan
from .plan import Plan

WORDS = frozenset({"title", "help"})
"""Keys of a question that lead nobody anywhere."""


def deciding(old: Plan, new: Plan) -> tuple[set[str], tuple[list[Json], list[Json]]]:
    """Codes of the questions whose answers may make a difference, and the rules of either version that do, as
    trees: of what changed, of jumps and checks, and of everything these rest on."""
    changed, quotas = _changed(old, new), deciding_quotas(old, new)
    trees = ([*_gates(old, changed, quotas)], [*_gates(new, changed, quotas)])
    codes: set[str] = set()
    waiting = _asked(old, trees[0]) | _asked(new, trees[1])
    while waiting:
        codes |= waiting
        more = tuple([tree for code in waiting for tree in _behind(plan, code)] for plan in (old, new))
        trees[0].extend(more[0])
        trees[1].extend(more[1])
        waiting = (_asked(old, more[0]) | _asked(new, more[1])) - codes
    return codes, (_with_variables(old, trees[0]), _with_variables(new, trees[1]))


def deciding_quotas(old: Plan, new: Plan) -> list[str]:
    """Quotas a rule asks about, and those that are other ones now: whether they are full decides a path."""
    asked = {code for plan in (old, new) for code in _quotas_in(plan.unrolled["pages"])}
    before, after = (
        {each["code"]: {**each, "limit": 0} for each in plan.unrolled.get("quotas") or ()}
        for plan in (old, new)
    )
    return [code for code in {**after, **before} if code in asked or before.get(code) != after.get(code)]


def _quotas_in(tree: Json) -> Iterator[str]:
    if isinstance(tree, Mapping):
        if isinstance(tree.get("quota"), str):
            yield tree["quota"]
        yield from (code for each in tree.values() for code in _quotas_in(each))
    elif isinstance(tree, list):
        yield from (code for each in tree for code in _quotas_in(each))


def _changed(old: Plan, new: Plan) -> set[str]:
    """Codes of questions, display items and pages that are other ones, or stand elsewhere."""
    before, after = (_signs(plan) for plan in (old, new))
    differ = {code for code in {*before, *after} if before.get(code) != after.get(code)}
    return differ | moved(list(before), list(after))


def _signs(plan: Plan) -> dict[str, Json]:
    """What of each page and question, in order, leads somewhere."""
    found: dict[str, Json] = {}
    for page in plan.pages:
        found[page.code] = (page.source.get("show"), page.source.get("next"))
        for question in page.questions:
            rules = {key: value for key, value in question.source.items() if key not in WORDS}
            found[question.code] = (page.code, rules)
    return found


def _gates(plan: Plan, changed: set[str], quotas: Sequence[str]) -> Iterator[Json]:
    """The rules that decide who comes where at all, and those of what changed."""
    for page in plan.pages:
        jumps = page.source.get("next") or ()
        if jumps or page.code in changed:
            yield from (rule.get("when") for rule in jumps)
            yield from _shows(page)
        for question in page.questions:
            yield from (rule.get("when") for rule in question.source.get("validate") or ())
            yield question.source.get("required")
            if question.code in changed or question.options_show:
                yield from _rules(page, question)
    yield from (each["when"] for each in plan.unrolled.get("quotas") or () if each["code"] in quotas)


def _shows(page: PagePlan) -> Iterator[Json]:
    yield page.source.get("show")
    for question in page.questions:
        yield question.source.get("show")
        yield from _entries(question)


def _rules(page: PagePlan, question: QuestionPlan) -> Iterator[Json]:
    """What decides whether a question is seen and which answer it has."""
    yield page.source.get("show")
    yield from (question.source.get(key) for key in ("show", "enable", "default"))
    yield question.formula
    yield from _entries(question)


def _entries(question: QuestionPlan) -> Iterator[Json]:
    for name, _ in question.options_show:
        yield from (entry.get("show") for entry in question.settings.get(name) or ())


def _behind(plan: Plan, code: str) -> Iterator[Json]:
    question = plan.questions.get(code)
    if question is not None:
        yield from _rules(plan.pages[plan.index[question.page]], question)


def _asked(plan: Plan, trees: list[Json]) -> set[str]:
    return references(_with_variables(plan, trees))


def _with_variables(plan: Plan, trees: list[Json]) -> list[Json]:
    """Trees together with the calculations they rest on."""
    values: Mapping[str, Any] = {each["code"]: each["value"] for each in plan.unrolled.get("variables") or ()}
    return [*trees, *(values[code] for code in closure(used_variables(trees), values))]
