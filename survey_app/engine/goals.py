"""The ways to a place of a survey: where it is, and what has to hold there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .facts import NOTHING, Json
from .fired import base
from .loops import entries_with_conditions
from .plan import Plan

Tree = Mapping[str, Json]


@dataclass(frozen=True)
class Goal:
    """One way to a place: at ``where`` (a question or page of the plan, ``""``: anywhere) each of ``trees``
    holds or does not, with these quotas full."""

    where: str = ""
    trees: tuple[tuple[Tree, bool], ...] = ()
    full: frozenset[str] = NOTHING


def goals(plan: Plan, place: str) -> Iterator[Goal]:
    """The ways to a place of the document (see :func:`.fired.places`); none for what is no place."""
    code, _, rest = place.partition(".")
    if code in plan.endings:
        yield from _to_ending(plan, code)
    for quota in plan.unrolled.get("quotas") or ():
        if place == f"{quota['code']}.when":
            yield Goal(trees=((quota["when"], True), *_not_out(plan)))
            yield Goal(trees=((quota["when"], True),), full=frozenset({quota["code"]}))
    for page in plan.unrolled["pages"]:
        if base(page["code"]) == code:
            yield from _to_page(page, rest)
        for question in page.get("questions") or ():
            if base(question["code"]) == code:
                yield from _to_question(plan, question, rest)


def _to_page(page: Tree, rest: str) -> Iterator[Goal]:
    if not rest.startswith("next."):
        yield Goal(page["code"])
        return
    rules, index = page["next"], int(rest.split(".")[1])
    earlier = ((each["when"], False) for each in rules[:index] if each.get("when") is not None)
    own = rules[index].get("when")
    yield Goal(page["code"], (*earlier, *(((own, True),) if own is not None else ())))


def _to_question(plan: Plan, question: Tree, rest: str) -> Iterator[Goal]:
    code, [name, *path] = question["code"], rest.split(".")
    if name in ("enable", "required"):
        yield Goal(code, ((question[name], True),))
    elif name == "validate":
        yield Goal(code, ((question["validate"][int(path[0])]["when"], True),))
    elif name == "settings":
        source = next(each for each in _asked(plan.document) if each["code"] == base(code))
        id = source["settings"][path[0]][int(path[1])]["id"]
        shows = [each["show"] for each in question["settings"][path[0]] if each["id"] == id]
        yield Goal(code, tuple((each, True) for each in shows))
    elif name == "carry":
        yield Goal(
            code, (({"any": [tree for _, _, tree in entries_with_conditions(question["settings"])]}, True),)
        )
    else:
        yield Goal(code)


def _asked(document: Tree) -> Iterator[Tree]:
    return (question for page in document["pages"] for question in page.get("questions") or ())


def _not_out(plan: Plan) -> Iterator[tuple[Tree, bool]]:
    """Wishes that nobody is screened out."""
    for page in plan.unrolled["pages"]:
        for rule in page.get("next") or ():
            out = plan.endings.get(rule["go"], {}).get("kind", "completed") != "completed"
            if out and rule.get("when") is not None:
                yield rule["when"], False


def _to_ending(plan: Plan, code: str) -> Iterator[Goal]:
    rules = []
    for page in plan.unrolled["pages"]:
        for index, rule in enumerate(page.get("next") or ()):
            if rule["go"] == code:
                yield from _to_page(page, f"next.{index}")
            elif rule["go"] in plan.endings and rule.get("when") is not None:
                rules.append(rule["when"])
    if code == next(iter(plan.endings)):
        yield Goal(trees=tuple((each, False) for each in rules))
    for quota in plan.unrolled.get("quotas") or ():
        if quota["then"]["go"] == code:
            yield Goal(trees=((quota["when"], True),), full=frozenset({quota["code"]}))
