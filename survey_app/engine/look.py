"""One look through what was explored: how findings are told, and what they ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import proofs
from .explore import Exploration
from .finding import Finding, error, warning
from .frontier import Entry
from .names import Names
from .phrases import phrase
from .pieces import trees
from .plan import Plan
from .steps import Turn
from .truths import FALSE, TRUE, Node, Rule

Json = Any


class Look:
    """What was found so far. ``open``: places of which it could not be decided; ``told``: places of which
    something was said."""

    def __init__(self, plan: Plan, seen: Exploration) -> None:
        self.plan = plan
        self.seen = seen
        self.course = seen.course
        self.found: list[Finding] = []
        self.open: list[str] = []
        self.told: set[str] = set()
        self.room = seen.most // 2
        self.trees = trees(plan.document)

    def error(self, code: str, where: str, message: str, witness: Json, /, **params: Any) -> None:
        """Tells of what stops publishing."""
        self.told.add(where)
        found = error(code, where, message, **params)
        self.found.append(Finding(found.level, code, where, message, found.params, witness))

    def warn(self, code: str, where: str, message: str, witness: Json, /, **params: Any) -> None:
        """Tells of what is doubtful."""
        self.told.add(where)
        found = warning(code, where, message, **params)
        self.found.append(Finding(found.level, code, where, message, found.params, witness))

    def words(self, tree: Json) -> str:
        """A condition in words."""
        return phrase(tree, self.plan.document, self.plan.types)

    def called(self, place: str) -> Any:
        """A page in words, a question by its code."""
        return Names(self.plan.document, self.plan.types).target(place)

    def respondent(self, entry: Entry | None, on: bool = True) -> Json:
        """The respondent of a way as JSON; None where nobody is known."""
        return None if entry is None or not entry[0] else self.seen.respondent(entry[2], on).as_dict()

    def never(self, place: str) -> bool:
        """Whether nobody comes to a place for certain; notes what is open."""
        standing = self.seen.standing(place)
        if standing is None and self.seen.entry(place) is None and self.room > 0:
            found, work = proofs.excluded(self.plan, place, self.seen, self.room)
            self.room -= work
            if found:
                return True
        if standing is None and place not in self.open:
            self.open.append(place)
        return standing is False

    def _origins(self) -> Iterator[Turn]:
        """Pages of the document, a loop's first turn for all."""
        known: set[str] = set()
        for turn in self.course.turns:
            origin = turn.page.code.partition("@")[0]
            if origin not in known:
                known.add(origin)
                yield turn

    def _met(self, place: str, what: int = TRUE | FALSE) -> bool:
        """Whether a condition was looked at, and came out as ``what``."""
        return any(
            self.course.reading.look(node, *key) & what
            for rule, node in self.course.places.get(place, ())
            for key in self.seen.met.get(rule, ())
        )

    def _ever(self, nodes: list[tuple[Rule, Node]], what: int) -> bool:
        """Whether a part of a condition may be ``what`` where it is looked at."""
        return any(
            self.course.reading.look(node, *key) & what
            for rule, node in nodes
            for key in self.seen.met.get(rule, ())
        )
