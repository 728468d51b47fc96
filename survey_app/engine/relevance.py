"""What can make a respondent's path differ between two versions, and what cannot.

Whatever stands the same in both and rests on nothing that changed leads everybody the same way in both: it
need not be tried with different answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .dependencies import closure, references, used_fields, used_variables
from .differences import moved
from .facts import Json
from .pages import PagePlan, QuestionPlan
from .plan import Plan

WORDS = frozenset({"title", "help"})
"""Keys of a question that lead nobody anywhere."""
RULES = ("show", "enable", "default", "required")


@dataclass(frozen=True)
class Deciding:
    """``codes``: questions whose answers may make a difference; ``affected``: questions and pages that may be
    met otherwise; ``quotas``: those whose state may; ``rules``: of either version, as trees."""

    codes: frozenset[str]
    affected: frozenset[str]
    quotas: tuple[str, ...]
    rules: tuple[list[Json], list[Json]]


def deciding(old: Plan, new: Plan) -> Deciding:
    """What decides whether a path differs: the rules of what is affected, jumps and checks on the way there,
    and everything these rest on."""
    affected, quotas = _affected(old, new), _deciding_quotas(old, new)
    found: tuple[list[Json], list[Json]] = ([], [])
    everywhere = bool(quotas) or any(_jumps_otherwise(plan, affected) for plan in (old, new))
    for plan, rules in zip((old, new), found, strict=True):
        rules.extend(_gates(plan, affected, everywhere))
        listed = plan.unrolled.get("quotas") or ()
        rules.extend(each["when"] for each in listed if each["code"] in quotas)
    codes: set[str] = set()
    waiting = _asked(old, found[0]) | _asked(new, found[1])
    while waiting:
        codes |= waiting
        more = tuple([tree for code in waiting for tree in _behind(plan, code)] for plan in (old, new))
        found[0].extend(more[0])
        found[1].extend(more[1])
        waiting = (_asked(old, more[0]) | _asked(new, more[1])) - codes
    whole = _with_variables(old, found[0]), _with_variables(new, found[1])
    return Deciding(frozenset(codes), frozenset(affected), tuple(quotas), whole)


def _deciding_quotas(old: Plan, new: Plan) -> list[str]:
    """Quotas a rule asks about, and those that are other ones now: whether they are full decides a path."""
    trees = [[each.unrolled["pages"], each.unrolled.get("variables")] for each in (old, new)]
    asked = set(_quotas_in(trees))
    before, after = (
        {
            each["code"]: (each["when"], each["then"], _meaning(plan, each["when"]))
            for each in _quotas_of(plan)
        }
        for plan in (old, new)
    )
    return [code for code in {**after, **before} if code in asked or before.get(code) != after.get(code)]


def _quotas_of(plan: Plan) -> list[Mapping[str, Json]]:
    return plan.unrolled.get("quotas") or []


def _quotas_in(tree: Json) -> Iterator[str]:
    if isinstance(tree, Mapping):
        if isinstance(tree.get("quota"), str):
            yield tree["quota"]
        yield from (code for each in tree.values() for code in _quotas_in(each))
    elif isinstance(tree, list):
        yield from (code for each in tree for code in _quotas_in(each))


# What is met otherwise


def _affected(old: Plan, new: Plan) -> set[str]:
    """Codes of questions, display items and pages that are other ones, stand elsewhere, or rest on one that
    does."""
    before, after = (_signs(plan) for plan in (old, new))
    found = {code for code in {*before, *after} if before.get(code) != after.get(code)}
    found |= moved(list(before), list(after))
    resting = [(code, asked) for plan in (old, new) for code, asked in _resting(plan)]
    size = -1
    while size != len(found):
        size = len(found)
        found |= {code for code, asked in resting if asked & found}
    return found


def _signs(plan: Plan) -> dict[str, Json]:
    """What of each page and question, in order, leads somewhere."""
    found: dict[str, Json] = {}
    for page in plan.pages:
        own = [page.source.get("show"), page.source.get("next") or None]
        found[page.code] = (own, _meaning(plan, own))
        for question in page.questions:
            rules = {key: value for key, value in question.source.items() if value and key not in WORDS}
            found[question.code] = (page.code, rules, _meaning(plan, [rules, question.formula]))
    return found


def _meaning(plan: Plan, tree: Json) -> Json:
    """What a rule's words stand for besides questions: its calculations and the types of its fields."""
    whole = _with_variables(plan, [tree])
    fields = {code: plan.schema.field_type(code) for code in used_fields(whole)}
    return (whole[1:], fields, {code: plan.schema.variables.get(code) for code in used_variables(whole)})


def _resting(plan: Plan) -> Iterator[tuple[str, set[str]]]:
    """Each page and question with the questions its rules rest on."""
    for page in plan.pages:
        yield page.code, _asked(plan, [page.source.get("show"), page.source.get("next")])
        for question in page.questions:
            rules = [*_rules(page, question), question.source.get("validate")]
            yield question.code, _asked(plan, rules)


def _jumps_otherwise(plan: Plan, affected: set[str]) -> bool:
    """Whether a page may be left otherwise than before; then all that lies behind it counts."""
    return any(page.code in affected for page in plan.pages)


# The rules


def _gates(plan: Plan, affected: set[str], everywhere: bool) -> Iterator[Json]:
    """The rules that decide who comes where at all, and those of what is affected."""
    for page in plan.pages:
        jumps = page.source.get("next") or ()
        yield from (rule.get("when") for rule in jumps)
        if jumps or everywhere:
            yield page.source.get("show")
        for question in page.questions:
            yield from (rule.get("when") for rule in question.source.get("validate") or ())
            if question.code in affected or question.options_show:
                yield from _rules(page, question)
            elif jumps or everywhere:
                yield question.source.get("show")


def _rules(page: PagePlan, question: QuestionPlan) -> Iterator[Json]:
    """What decides whether a question is seen, must be answered and which answer it has."""
    yield page.source.get("show")
    yield from (question.source.get(key) for key in RULES)
    yield question.formula
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
