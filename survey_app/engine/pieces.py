"""The conditions of a document piece by piece, each with what it came to wherever it was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import proofs
from .explore import Exploration
from .leaves import Reading
from .plan import Plan
from .steps import Course
from .truths import Node, Rule

Json = Any


def trees(document: Mapping[str, Json]) -> dict[str, Json]:
    """Every condition of a document by its place."""
    found = {
        where: tree for where, tree in proofs.written(document) if not where.endswith((".carry", ".loop"))
    }
    for page in document["pages"]:
        for index, rule in enumerate(page.get("next") or ()):
            if rule.get("when") is not None:
                found[f"{page['code']}.next.{index}.when"] = rule["when"]
    return found | {f"{each['code']}.when": each["when"] for each in document.get("quotas") or ()}


Pieces = Iterator[tuple[str, Mapping[str, Json], list[tuple[Rule, Node]]]]


def pieces(where: str, tree: Mapping[str, Json], nodes: list[tuple[Rule, Node]]) -> Pieces:
    """The comparisons of a condition as the document has them, each with what became of it in every turn."""
    name = next((each for each in ("all", "any", "not") if each in tree), "")
    if not name:
        yield where, tree, nodes
        return
    parts = [tree["not"]] if name == "not" else tree[name]
    for index, part in enumerate(parts):
        place = f"{where}.not" if name == "not" else f"{where}.{name}.{index}"
        below = [(rule, node.parts[index]) for rule, node in nodes if len(node.parts) == len(parts)]
        yield from pieces(place, part, below)


def alternatives(where: str, tree: Mapping[str, Json], nodes: list[tuple[Rule, Node]]) -> Pieces:
    """Parts of which one must hold."""
    name = next((each for each in ("all", "any") if each in tree), "")
    for index, part in enumerate(tree[name] if name else ()):
        below = [(rule, node.parts[index]) for rule, node in nodes if len(node.parts) == len(tree[name])]
        place = f"{where}.{name}.{index}"
        if name == "any" and len(tree[name]) > 1:
            yield place, part, below
        yield from alternatives(place, part, below)


def answered(plan: Plan, seen: Exploration, pairs: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (condition, question) where somebody, or perhaps somebody, has answered the question when the
    condition is looked at."""
    wanted: dict[str, list[str]] = {}
    for place, code in pairs:
        wanted.setdefault(place, []).append(code)
    turns = {
        origin: [code for code in plan.questions if code.partition("@")[0] == origin]
        for origin in {code for _, code in pairs}
    }

    def probed(where: str, tree: Json) -> Json:
        codes = [each for code in wanted.get(where, ()) for each in turns[code]]
        probes = [{"question": code, "answered": True} for code in codes]
        return {"any": [tree, *({"all": [one, {"not": one}]} for one in probes)]} if probes else tree

    course = Course(plan, Reading(plan, seen.today), probed)
    trial = Exploration(plan, course, seen.today, seen.most // 2)
    trial.run()
    if trial.cut is not None:
        return set(pairs)
    found = set()
    for place, code in pairs:
        bits = [course.reading.node({"question": each, "answered": True}).bit for each in turns[code]]
        met = [key for rule, _ in course.places[place] for key in trial.met.get(rule, ())]
        if any((truth | unknown) & bit for truth, unknown in met for bit in bits):
            found.add((place, code))
    return found
