"""Answers of made-up respondents who wish for something: values that conditions tell apart, the best kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from question_types.base import Invalid, Part, nested

from . import simulate
from .conditions import Condition, operator_of
from .dependencies import references
from .expressions import Variables
from .facts import Answer, Facts, Json
from .operators import shifted
from .pages import QuestionPlan
from .plan import Plan

MOST_CELLS = 40
"""Values tried for one part of an answer."""
RESTARTS = 4

Tree = Mapping[str, Json]
Wish = tuple[Condition, bool]
"""A test, and whether it should hold."""


def hints(plan: Plan, day: date) -> dict[str, list[Json]]:
    """Code of a question, field or variable → values that its conditions speak of and values beside them."""
    found: dict[str, list[Json]] = {}
    for tree in _comparisons([plan.unrolled["pages"], plan.unrolled.get("quotas")]):
        name = operator_of(tree)
        near = list(_near(name, tree.get(name), day))
        behind = references(tree) | {
            tree[key] for key in ("field", "variable") if isinstance(tree.get(key), str)
        }
        for code in behind:
            found.setdefault(code, []).extend(near)
    return {code: _distinct(values) for code, values in found.items()}


def _comparisons(tree: Json) -> Iterator[Tree]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if any(isinstance(each.get(key), str) for key in ("question", "field", "variable")):
                yield each
            waiting.extend(each.values())
        elif isinstance(each, list | tuple):
            waiting.extend(each)


def _near(name: str, operand: Json, day: date) -> Iterator[Json]:
    """Values a comparison with this operand is likely to tell apart."""
    if isinstance(operand, bool) or operand is None:
        return
    if isinstance(operand, int | float):
        if name == "length":
            yield from ("好" * int(size) for size in (operand, operand + 1, operand - 1) if 0 < size <= 2000)
        yield from (operand, operand + 1, operand - 1)
    elif isinstance(operand, str):
        yield operand
        yield from _days_around(operand)
    elif isinstance(operand, list):
        yield operand
        for each in operand:
            yield from _near(name, each, day)
    elif "today" in operand or "last" in operand or "next" in operand:
        shift = operand.get("today", -operand.get("last", 0) or operand.get("next", 0))
        days = (shifted(day, shift + by) for by in (0, -1, 1))
        yield from (each.isoformat() for each in days if each)
    else:
        for limit in operand.values():
            yield from _near(name, limit, day)


def _days_around(text: str) -> Iterator[str]:
    try:
        first = date.fromisoformat(text)
    except ValueError:
        return
    yield from (each.isoformat() for by in (-1, 1) if (each := shifted(first, by)))


def _distinct(values: Sequence[Json]) -> list[Json]:
    return list({repr(each): each for each in values}.values())


class Guesser:
    """Answers questions so that as many wishes as possible come true."""

    def __init__(
        self,
        plan: Plan,
        near: Mapping[str, list[Json]],
        tests: Mapping[str, list[Wish]],
        chance: random.Random,
    ) -> None:
        self.plan = plan
        self.near = near
        self.tests = tests
        self.chance = chance
        self.mood = chance.choice(("any", "any", "low", "high"))
        """Which end of a list is tried first: sums and scores rise and fall with it."""

    def value(self, question: QuestionPlan, facts: Facts, hidden: frozenset[str]) -> Json:
        """An allowed answer; None if none was found."""
        wishes = self.tests.get(question.code)
        if not wishes:
            return simulate.value_for(question, self.chance, hidden)
        found, best = None, -1
        for _ in range(RESTARTS):
            value = self._climbed(question, facts, hidden, wishes)
            if value is None or not _allowed(question, value, hidden):
                value = simulate.value_for(question, self.chance, hidden)
            score = -1 if value is None else self._score(question, facts, value, wishes)
            if score > best:
                found, best = value, score
            if best == len(wishes):
                break
        return found

    def _climbed(
        self, question: QuestionPlan, facts: Facts, hidden: frozenset[str], wishes: Sequence[Wish]
    ) -> Json:
        """A value made better part by part."""
        parts = list(question.type.domain(question.visible(hidden)))
        near = self.near.get(question.code, ())
        cells: dict[str, Json] = {}
        self.chance.shuffle(parts)
        for part in parts:
            choices = self._choices(part, near, "K" in question.type.operators)
            best = -1
            for cell in choices:
                value = _composed({**cells, part.name: cell})
                score = -1 if value is None else self._score(question, facts, value, wishes)
                if score > best:
                    best, kept = score, cell
            if best >= 0:
                cells[part.name] = kept
        return _composed(cells)

    def _choices(self, part: Part, near: Sequence[Json], ranked: bool) -> list[Json]:
        """What one part may be, in random order; nothing first where it may be left out."""
        plain = [each for each in near if not isinstance(each, list | dict)]
        if not part.many:
            found = [*part.values, *(plain if part.open else ())]
        else:
            found = self._lists(part, near, ranked)
        if self.mood == "high":
            found = found[::-1]
        elif self.mood == "any":
            found = self._shuffled(found)
        found = found[:MOST_CELLS]
        return [*([None] if part.optional and self.chance.random() < 0.5 else ()), *found]

    def _lists(self, part: Part, near: Sequence[Json], ranked: bool) -> list[Json]:
        values = list(part.values)
        high = min(part.high or len(values), len(values))
        sizes = range(max(part.low, 1), high + 1)
        wanted = [[each for each in values if each in list_] for list_ in near if isinstance(list_, list)]
        singles = [[each] for each in values] if 1 in sizes else []
        found = [[each] for each in part.alone] + singles + [each for each in wanted if len(each) in sizes]
        for size in (sizes[0], sizes[-1], *self.chance.choices(sizes, k=8)) if sizes else ():
            picked = set(self.chance.sample(range(len(values)), size))
            found.append([value for index, value in enumerate(values) if index in picked])
        if ranked:
            found = [self._shuffled(each) for each in found for _ in range(3)]
        return found

    def _shuffled(self, values: list[Json]) -> list[Json]:
        return self.chance.sample(values, len(values))

    def _score(self, question: QuestionPlan, facts: Facts, value: Json, wishes: Sequence[Wish]) -> int:
        """How many wishes come true with a value."""
        answer = Answer("answered", value, None, None, question)
        known = replace(facts, answers={**facts.answers, question.code: answer})
        known.variables = Variables(self.plan.variables, self.plan.needs, known)
        return sum(_true(test, known) is truth for test, truth in wishes)


def _true(test: Callable[[Facts], bool], facts: Facts) -> bool | None:
    try:
        return test(facts)
    except (TypeError, ValueError, KeyError, AttributeError):  # a value no question would take
        return None


def _composed(cells: Mapping[str, Json]) -> Json:
    if set(cells) == {""}:
        return cells[""]
    return nested(cells) or None


def _allowed(question: QuestionPlan, value: Json, hidden: frozenset[str]) -> bool:
    try:
        question.check(value, hidden)
    except Invalid:
        return False
    return True
