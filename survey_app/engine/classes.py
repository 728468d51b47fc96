"""The finitely many kinds of answers that a survey's rules can tell apart, one answer for each."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from question_types.base import Invalid, Part

from . import assumed, samples
from .conditions import operator_of
from .facts import NOTHING, Answer, Facts, State
from .flow import pruned
from .pages import QuestionPlan
from .schema import LETTERS
from .simulate import value_for

Json = Any
Test = Callable[[Facts], Any]

MOST_KINDS = 300
"""Kinds of answers to one question that are kept apart when every value counts."""
MOST_NUMBERS = 200
FIRST = 50
OPEN_WORDS = frozenset({"contains", "starts", "ends", "matches", "length"})


@dataclass(frozen=True)
class Kind:
    """Answers that no rule tells apart. ``truths``: of each comparison, None where it is not known. ``seen``:
    what calculations see of it, None where that is not known. ``value``: one of these answers; None where
    nobody found one and it is only assumed that there are any."""

    truths: tuple[bool | None, ...]
    seen: tuple[Json, ...] | None
    value: Json
    sure: bool = True


@dataclass(frozen=True)
class Looks:
    """What a survey's rules ask about one question or field: comparisons with something fixed (``trees`` and
    their closures ``tests``) and what calculations read (``reads``; ``asked``: the comparison, where it is
    one with something fixed). ``literals``: row → operands."""

    code: str
    trees: tuple[Mapping[str, Json], ...]
    tests: tuple[Test, ...]
    reads: tuple[Test, ...]
    literals: Mapping[str, Sequence[Json]]
    asked: tuple[Mapping[str, Json] | None, ...] = ()

    @property
    def every(self) -> tuple[Mapping[str, Json], ...]:
        """All comparisons, those in calculations last."""
        return (*self.trees, *(each for each in self.asked if each is not None))

    @property
    def plain(self) -> bool:
        """Whether calculations see no more than the truths of comparisons."""
        return None not in self.asked

    def all_tests(self) -> tuple[Test, ...]:
        """The closures of ``every``."""
        inside = (read for read, tree in zip(self.reads, self.asked, strict=True) if tree is not None)
        return (*self.tests, *inside)

    def truths(self, facts: Facts) -> tuple[bool, ...]:
        """What the comparisons find."""
        return tuple(test(facts) for test in self.tests)

    def seen(self, facts: Facts) -> tuple[Json, ...]:
        """What calculations find."""
        return tuple(read(facts) for read in self.reads)


def kinds(
    question: QuestionPlan,
    looks: Looks,
    today: date,
    hidden: frozenset[str] = NOTHING,
    most: int = samples.MOST,
) -> tuple[list[Kind], int]:
    """The kinds of answers of somebody who does not see ``hidden``, and how many answers were tried. Those
    only assumed come last; there are none where surely no answer is allowed. ``most``: answers that may be
    tried; nothing is known of them where it is 0."""
    if most <= 0:
        return [Kind((None,) * len(looks.trees), None, None, False)], 0
    parts = _parts(question, hidden)
    asked = frozenset(operator_of(tree) for tree in looks.every)
    if not looks.trees and not looks.reads:
        return _any(question, parts, hidden), 1
    tried, complete = samples.samples(parts, looks.literals, "K" in question.type.operators, not looks.plain)
    if not parts:
        tried = [each.value for each in question.type.examples]
    fit = list(_allowed(question, tried, hidden))
    if not complete and (whole := _whole_numbers(question, parts, fit, hidden)):
        fit, complete = whole, True
    complete = complete and not asked & OPEN_WORDS and (not _rowed(parts) or len(fit) == len(tried))
    found = _grouped(fit, question, looks, today, hidden)
    if not found and (value := _made_up(question, hidden)) is not None:
        found = _grouped([value], question, looks, today, hidden)
    if len(found) > MOST_KINDS:
        found, complete = _thinned(found), False
    more = [] if complete else _assumed(question, parts, looks, found, today)
    return [*found, *more], len(tried)


def _made_up(question: QuestionPlan, hidden: frozenset[str]) -> Json:
    """The same answer each time; None where none could be made up."""
    return value_for(question, random.Random(0), hidden)  # noqa: S311 - make-believe, not secrecy


def _parts(question: QuestionPlan, hidden: frozenset[str]) -> tuple[Part, ...]:
    try:
        return tuple(question.type.domain(question.visible(hidden)))
    except Exception:  # somebody else's question type
        return ()


def _whole_numbers(
    question: QuestionPlan, parts: Sequence[Part], fit: Sequence[Json], hidden: frozenset[str]
) -> list[Json]:
    """All answers of a question that takes a few whole numbers and nothing else; empty for any other."""
    if len(parts) != 1 or parts[0].name or not fit or not all(type(each) is int for each in fit):
        return []
    low, high = min(fit), max(fit)
    near = [low - 1, high + 1, low + 0.5, high - 0.5, low + 0.1, low + 0.01]
    if high - low > MOST_NUMBERS or any(allowed(question, each, hidden) for each in near):
        return []
    return [each for each in range(low, high + 1) if allowed(question, each, hidden)]


def _rowed(parts: Sequence[Part]) -> bool:
    """Whether answers have rows, which may have a common rule."""
    return any(part.name for part in parts)


def _any(question: QuestionPlan, parts: Sequence[Part], hidden: frozenset[str]) -> list[Kind]:
    """One kind where nobody asks what the answer is."""
    tried = samples.samples(parts, {}, False, False, FIRST)[0] or [
        each.value for each in question.type.examples
    ]
    value = next(iter(_allowed(question, tried[:FIRST], hidden)), None)
    if value is None:
        value = _made_up(question, hidden)
    if value is not None:
        return [Kind((), (), value)]
    closed = len(parts) == 1 and not parts[0].open and not parts[0].many and not parts[0].name
    return [] if closed else [Kind((), (), None, False)]


def _allowed(question: QuestionPlan, tried: Sequence[Json], hidden: frozenset[str]) -> Iterator[Json]:
    for value in tried:
        if value is not None and allowed(question, value, hidden):
            yield value


def allowed(question: QuestionPlan, value: Json, hidden: frozenset[str] = NOTHING) -> bool:
    """Whether somebody who does not see ``hidden`` may give an answer."""
    try:
        question.check(value)
        if hidden and pruned(value, hidden, question.entries.get("columns", NOTHING)) != value:
            return False
        if question.options_show:
            question.check(value, hidden)
    except Invalid:
        return False
    except Exception:  # somebody else's question type
        return False
    return True


def _grouped(
    values: Iterator[Json] | list[Json],
    question: QuestionPlan,
    looks: Looks,
    today: date,
    hidden: frozenset[str],
) -> list[Kind]:
    found: dict[Any, Kind] = {}
    for value in values:
        kind = kind_of(value, question, looks, today, hidden)
        found.setdefault((kind.truths, _written(kind.seen)), kind)
    return list(found.values())


def kind_of(
    value: Json, question: QuestionPlan, looks: Looks, today: date, hidden: frozenset[str] = NOTHING
) -> Kind:
    """What the rules find in one answer."""
    answer = Answer("answered", value, None, None, question, hidden)
    facts = Facts({looks.code: answer}, today=today)
    return Kind(looks.truths(facts), looks.seen(facts), value)


def unanswered(state: State, looks: Looks, today: date) -> Kind:
    """What the rules find where there is no answer: ``skipped``, ``not_shown`` or ``not_reached``."""
    known = {} if state == "not_reached" else {looks.code: Answer(state)}
    facts = Facts(known, today=today)
    return Kind(looks.truths(facts), looks.seen(facts), None)


def _written(seen: tuple[Json, ...] | None) -> str:
    return json.dumps(seen, sort_keys=True, default=str)


def _thinned(found: Sequence[Kind]) -> list[Kind]:
    """One of each combination of truths, and as many others as there is room for."""
    firsts: dict[tuple[bool | None, ...], Kind] = {}
    for kind in found:
        firsts.setdefault(kind.truths, kind)
    chosen = list(firsts.values())[:MOST_KINDS]
    known = set(map(id, chosen))
    return [*chosen, *[kind for kind in found if id(kind) not in known][: MOST_KINDS - len(chosen)]]


def _assumed(
    question: QuestionPlan, parts: Sequence[Part], looks: Looks, found: Sequence[Kind], today: date
) -> list[Kind]:
    """Kinds nobody found an answer of and nothing excludes."""
    buckets = question.type.buckets(question.settings)
    letters = question.type.operators

    def answer(value: Json) -> Answer:
        return Answer("answered", value, None, None, question)

    def listed(seen: Sequence[tuple[bool, ...]]) -> list[tuple[bool, ...]] | None:
        tests = looks.all_tests()
        return assumed.possible(looks.code, looks.every, tests, parts, buckets, today, letters, answer, seen)

    return _unfound(looks, found, listed)


def _unfound(
    looks: Looks,
    found: Sequence[Kind],
    listed: Callable[[Sequence[tuple[bool, ...]]], list[tuple[bool, ...]] | None],
) -> list[Kind]:
    """Kinds for the combinations that ``listed`` gives and that were not found."""
    seen = [_vector(looks, kind) for kind in found]
    ways = _listed(looks, seen, lambda: listed(seen))
    count = len(looks.trees)
    if looks.plain:
        return [Kind(each[:count], _inside(each[count:]), None, False) for each in ways]
    return [Kind(each, None, None, False) for each in dict.fromkeys(each[:count] for each in [*seen, *ways])]


def _vector(looks: Looks, kind: Kind) -> tuple[bool, ...]:
    """All truths of a kind that was found, those in calculations last."""
    inside = (each for each, tree in zip(kind.seen or (), looks.asked, strict=True) if tree is not None)
    return (*(bool(each) for each in kind.truths), *(bool(each) for each in inside))


def _inside(truths: tuple[bool | None, ...]) -> tuple[Json, ...] | None:
    return None if None in truths else truths


def _listed(
    looks: Looks, seen: Sequence[tuple[bool, ...]], ways: Callable[[], list[tuple[bool, ...]] | None]
) -> list[tuple[bool | None, ...]]:
    known = set(seen)
    try:
        listed = ways()
    except Exception:  # a type's own faults, met with answers it does not allow
        listed = None
    if listed is None:
        return [(None,) * len(looks.every)]
    return [each for each in listed if each not in known]


def field_kinds(looks: Looks, kind: str, today: date) -> list[Kind]:
    """The kinds of values of a field of type ``kind``; the first is a field that is absent."""
    values = _field_values(kind, looks.literals.get("", ()))
    found: dict[Any, Kind] = {}
    for value in [None, *values]:
        facts = Facts(fields={} if value is None else {looks.code: value}, today=today)
        one = Kind(looks.truths(facts), looks.seen(facts), value)
        found.setdefault((one.truths, _written(one.seen)), one)
    if kind == "boolean" or (not looks.trees and not looks.reads):
        return list(found.values())
    parts = [Part("", tuple(values[:1]), many=kind == "set", open=True)]

    def answer(value: Json) -> Answer:
        return Answer("answered", value, {}, "")

    def listed(seen: Sequence[tuple[bool, ...]]) -> list[tuple[bool, ...]] | None:
        tests = looks.all_tests()
        return assumed.possible(looks.code, looks.every, tests, parts, (), today, LETTERS[kind], answer, seen)

    return [
        *found.values(),
        *_unfound(looks, [each for each in found.values() if each.value is not None], listed),
    ]


def _field_values(kind: str, literals: Sequence[Json]) -> list[Json]:
    first: Json = {"number": 1, "date": "2026-01-01", "boolean": True}.get(kind, "a")
    if kind == "boolean":
        return [True, False]
    if kind == "set":
        named = [each for each in literals if isinstance(each, str)][: samples.FEW]
        sizes = range(len(named) + 1)
        return [list(some) for size in sizes for some in combinations([*named], size)] + [["-"]]
    return [*samples.near(Part("", (first,)), literals), first]
