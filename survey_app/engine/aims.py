"""What a made-up respondent has to answer so that a rule holds: wishes read off the conditions themselves.

Nothing is proved here. A wish is one way to make a condition true or false, drawn by chance among several;
whoever walks with it sees whether it came true.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .conditions import Condition, compile_condition, operator_of
from .dependencies import closure, references, used_variables
from .facts import NOTHING, Facts, Json
from .guesses import Wish, hints
from .loops import entries_with_conditions
from .operators import STATES
from .plan import Plan

DEEPEST = 12
"""How far back the questions behind a condition are followed."""

Tree = Mapping[str, Json]


@dataclass
class Aims:
    """Wishes of one respondent: tests by the question they are about, questions to leave empty, fields to
    come with, quotas to find full, and answers that are given."""

    tests: dict[str, list[Wish]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    fields: dict[str, Json] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    given: dict[str, Json] = field(default_factory=dict)


class Sights:
    """Draws aims for the places of one plan."""

    def __init__(self, plan: Plan, chance: random.Random, day: date) -> None:
        self.plan = plan
        self.chance = chance
        self.day = day
        self.hints = hints(plan, day)
        self.pages = {page["code"]: page for page in plan.unrolled["pages"]}
        self.sources = {q["code"]: q for page in plan.unrolled["pages"] for q in page.get("questions") or ()}
        self.page_of = {q.code: page.code for page in plan.pages for q in page.questions}
        self.variables = {each["code"]: each["value"] for each in plan.document.get("variables") or ()}

    def aims(self, where: str, trees: Sequence[tuple[Tree, bool]] = ()) -> Aims:
        """Aims that lead to a question or page (``""``: anywhere) where ``trees`` hold or do not."""
        found = Aims()
        seen: set[str] = set()
        if where:
            self._reach(found, where, seen, 0)
        for tree, truth in trees:
            self._want(found, tree, truth, seen, 0)
        return found

    def _reach(self, aims: Aims, where: str, seen: set[str], depth: int) -> None:
        """Wishes that a question or page is shown and not jumped over."""
        if where in seen or depth > DEEPEST:
            return
        seen.add(where)
        code = self.page_of.get(where, where)
        for source in (self.sources.get(where), self.pages[code]):
            if source and source.get("show") is not None:
                self._want(aims, source["show"], True, seen, depth + 1)
        if code == where or code not in seen:
            seen.add(code)
            self._stay(aims, self.plan.index[code], seen, depth)

    def _stay(self, aims: Aims, index: int, seen: set[str], depth: int) -> None:
        """Wishes that no earlier page is left past the one at ``index``."""
        for page in self.plan.pages[:index]:
            rules = self.pages[page.code].get("next") or ()
            if any(self._passes(rule["go"], index) for rule in rules):
                self._turn_off(aims, rules, index, seen, depth)

    def _turn_off(self, aims: Aims, rules: Sequence[Tree], index: int, seen: set[str], depth: int) -> None:
        """Wishes that, of the rules of one page, none that leads past the page at ``index`` is followed."""
        for rule in rules:
            when = rule.get("when")
            if self._passes(rule["go"], index):
                if when is not None:
                    self._want(aims, when, False, seen, depth + 1)
            elif when is None or self.chance.random() < 0.5:
                if when is not None:
                    self._want(aims, when, True, seen, depth + 1)
                return

    def _passes(self, go: str, index: int) -> bool:
        return self.plan.index.get(go, len(self.plan.pages)) > index

    def _want(self, aims: Aims, tree: Tree, truth: bool, seen: set[str], depth: int) -> None:
        if "not" in tree:
            self._want(aims, tree["not"], not truth, seen, depth)
        elif "turn" in tree:
            self._want(aims, tree["turn"][-1], truth, seen, depth)
            for other in tree["turn"][:-1] if truth else ():
                self._want(aims, other, False, seen, depth)
        elif "all" in tree or "any" in tree:
            parts = tree.get("all") or tree["any"]
            every = ("all" in tree) is truth
            for part in parts if every else [self.chance.choice(parts)]:
                self._want(aims, part, truth, seen, depth)
        elif "quota" in tree:
            if tree.get("full", True) is truth:
                aims.full.add(tree["quota"])
        elif depth <= DEEPEST:
            self._compare(aims, tree, truth, seen, depth)

    def _compare(self, aims: Aims, tree: Tree, truth: bool, seen: set[str], depth: int) -> None:
        test = compile_condition(tree, self.plan.schema)
        if "field" in tree:
            value = self._field(tree, test, truth)
            if value is not None:
                aims.fields[tree["field"]] = value
            return
        name = operator_of(tree)
        if "question" in tree and name in STATES and "row" not in tree:
            self._state(aims, tree["question"], name, tree[name] is truth, seen, depth)
            return
        behind = self._behind(tree)
        for code in behind:
            aims.tests.setdefault(code, []).append((test, truth))
            if truth:
                self._reach(aims, code, seen, depth + 1)
                for show in self._entries(code, tree):
                    self._want(aims, show, True, seen, depth + 1)

    def _entries(self, code: str, tree: Tree) -> Iterator[Tree]:
        """Conditions of the options and rows a comparison names."""
        named = repr(tree)
        for _, id, show in entries_with_conditions(self.sources[code].get("settings") or {}):
            if repr(id) in named:
                yield show

    def _state(self, aims: Aims, code: str, name: str, truth: bool, seen: set[str], depth: int) -> None:
        if truth:
            self._reach(aims, code, seen, depth + 1)
            if name == "answered":
                aims.tests.setdefault(code, [])
            return
        hidings = [each["show"] for each in self._gates(code) if each.get("show") is not None]
        if name == "answered" and (not hidings or self.chance.random() < 0.5):
            aims.empty.add(code)
        elif hidings:
            self._want(aims, self.chance.choice(hidings), False, seen, depth + 1)

    def _gates(self, code: str) -> Iterator[Tree]:
        if code in self.sources:
            yield self.sources[code]
            yield self.pages[self.page_of[code]]

    def _behind(self, tree: Tree) -> list[str]:
        """Questions a comparison rests on, variables followed."""
        found = references(tree)
        for code in closure(used_variables(tree), self.variables):
            found |= references(self.variables[code])
        known = self.plan.questions
        return [code for code in known if code in found or known[code].origin in found]

    def _field(self, tree: Tree, test: Condition, truth: bool) -> Json:
        """A value of a field for which a comparison is true or false; None if none was found."""
        kind = self.plan.schema.field_type(tree["field"]) or "text"
        values = [
            each for each in (*self.hints.get(tree["field"], ()), *_PLAIN.get(kind, ())) if _is(each, kind)
        ]
        self.chance.shuffle(values)
        facts = [(each, Facts({}, {tree["field"]: each}, {}, NOTHING, self.day)) for each in values]
        return next((each for each, known in facts if test(known) is truth), None)


_PLAIN: dict[str, tuple[Json, ...]] = {
    "text": ("abc", "上海"),
    "number": (0, 1, 100),
    "boolean": (True, False),
    "date": ("2026-01-15",),
    "set": (),
}


def _is(value: Json, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, list if kind == "set" else str)
