"""The condition operators. Each factory takes its operand and gives a test on an answered answer.

An operand that is absent (a reference to something unanswered) makes every comparison false.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

import re2

from .facts import Answer, Facts, Json, chosen, day, number, plain, words

Test = Callable[[Answer, Facts], bool]
Want = Callable[[Facts], Json]

PATTERN_LENGTH = 500
BLANKS = re.compile(r"[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
"""What JavaScript counts as space, for the phone folds as well."""


@dataclass(frozen=True)
class Subject:
    """What a test needs to know about the thing it looks at: operator letters, exact or folded text, the
    survey's time zone, and how to resolve an operand."""

    letters: str
    exact: bool
    zone: tzinfo
    want: Callable[[Json], Want]

    @property
    def says(self) -> bool:
        """Whether it is somebody's words."""
        return "T" in self.letters

    @property
    def folds(self) -> bool:
        """Whether texts are compared case-, width- and space-folded."""
        return self.says and not self.exact


def fold(text: str) -> str:
    """A text as comparisons see it: one width, one case, single spaces, none at the ends. Case goes down and
    up again, which every language of ours does alike: ß is SS, ς is Σ, ı is I."""
    plain = unicodedata.normalize("NFKC", text).lower().upper()
    if plain.isprintable():
        return " ".join(plain.split())
    return BLANKS.sub(" ", plain).strip(" ")


def same(a: Json, b: Json, folds: bool = False) -> bool:
    """Equality without guessing types: 1 and 1.0 are equal, 1 and True and "1" are not."""
    if isinstance(a, str) and isinstance(b, str):
        return a == b or (folds and fold(a) == fold(b))
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def _equals(answer: Answer, other: Json, says: bool, folds: bool) -> bool:
    """Whether the answer is a value (of a text: its words)."""
    value = answer.value
    if type(value) is dict:
        value = plain(value)
    elif says and type(value) is str:
        value = words(answer)
    return same(value, other, folds)


def _falls(answer: Answer, name: Json) -> bool:
    """Whether the answer falls in the bucket a rule names."""
    return isinstance(name, str) and name != "" and name in answer.measure


def _is(operand: Json, subject: Subject) -> Test:
    says, folds = subject.says, subject.folds
    if not isinstance(operand, dict):
        return lambda answer, facts: _equals(answer, operand, says, folds) or _falls(answer, operand)
    want = subject.want(operand)

    def test(answer: Answer, facts: Facts) -> bool:
        other = want(facts)
        return other is not None and _equals(answer, other, says, folds)

    return test


def _is_not(operand: Json, subject: Subject) -> Test:
    says, folds = subject.says, subject.folds
    if not isinstance(operand, dict):
        return lambda answer, facts: not (_equals(answer, operand, says, folds) or _falls(answer, operand))
    want = subject.want(operand)

    def test(answer: Answer, facts: Facts) -> bool:
        other = want(facts)
        return other is not None and not _equals(answer, other, says, folds)

    return test


def _in(operand: Json, subject: Subject) -> Test:
    tests = [_is(each, subject) for each in operand]
    if subject.says or not all(isinstance(each, str) for each in operand):
        return lambda answer, facts: any(test(answer, facts) for test in tests)
    words = frozenset(operand) - {""}

    def quick(answer: Answer, facts: Facts) -> bool:
        value = answer.value
        if type(value) is str and value in words:
            return True
        return not words.isdisjoint(answer.measure) or plain(value) in operand

    return quick


def _not_in(operand: Json, subject: Subject) -> Test:
    tests = [_is_not(each, subject) for each in operand]
    return lambda answer, facts: all(test(answer, facts) for test in tests)


def _found(answer: Answer, operand: list[Json]) -> Iterator[bool]:
    """For each wanted member whether it is chosen, or names a bucket the answer falls in."""
    members = chosen(answer.value)
    for each in operand:
        yield each in members or (each != "" and each in answer.measure)


def _any_of(operand: Json, subject: Subject) -> Test:
    wanted = tuple(operand)

    def test(answer: Answer, facts: Facts) -> bool:
        members = chosen(answer.value)
        for each in wanted:
            if each in members:
                return True
        return any(_found(answer, operand))

    return test


def _all_of(operand: Json, subject: Subject) -> Test:
    return lambda answer, facts: all(_found(answer, operand))


def _none_of(operand: Json, subject: Subject) -> Test:
    return lambda answer, facts: not any(_found(answer, operand))


def _exactly(operand: Json, subject: Subject) -> Test:
    size = len(set(operand))

    def test(answer: Answer, facts: Facts) -> bool:
        members = chosen(answer.value)  # of a table these are records, which no set can hold
        return len(members) == size and all(each in operand for each in members)

    return test


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equals": operator.eq,
    "less": operator.lt,
    "at_most": operator.le,
    "more": operator.gt,
    "at_least": operator.ge,
}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sized(limits: Json, size: int) -> bool:
    """Whether a count keeps all the limits: ``{"at_least": 2, "at_most": 4}``, or one number."""
    if not isinstance(limits, dict):
        return bool(size == limits)
    return all(_sized_by(name, limit, size) for name, limit in limits.items())


def _sized_by(name: str, limit: Json, size: int) -> bool:
    if name == "between":
        return bool(limit[0] <= size <= limit[1])
    return COMPARE[name](size, limit)


def _count(operand: Json, subject: Subject) -> Test:
    return lambda answer, facts: _sized(operand, len(chosen(answer.value)))


def _compared(name: str) -> Callable[[Json, Subject], Test]:
    compare = COMPARE[name]

    def make(operand: Json, subject: Subject) -> Test:
        if _is_number(operand):
            return _against(compare, operand)
        want = subject.want(operand)

        def test(answer: Answer, facts: Facts) -> bool:
            mine, other = number(answer), want(facts)
            return mine is not None and _is_number(other) and compare(mine, other)

        return test

    return make


def _against(compare: Callable[[Any, Any], bool], limit: float) -> Test:
    """A comparison with a number that never changes."""

    def test(answer: Answer, facts: Facts) -> bool:
        mine = answer.value
        if type(mine) is not int and type(mine) is not float:
            return False
        return compare(mine, limit)

    return test


def _between(operand: Json, subject: Subject) -> Test:
    if "D" in subject.letters:
        return _between_days(operand, subject)
    low, high = _compared("at_least")(operand[0], subject), _compared("at_most")(operand[1], subject)
    return lambda answer, facts: low(answer, facts) and high(answer, facts)


def _texts(operand: Json, subject: Subject) -> Callable[[Facts], list[str]]:
    """The operand as texts to look for, folded like the answer; empty ones find nothing."""
    fit = fold if subject.folds else str
    listed = operand if isinstance(operand, list) else [operand]
    if not any(isinstance(each, dict) for each in listed):
        fixed = [text for each in listed if (text := fit(each))]
        return lambda facts: fixed
    wants = [subject.want(each) for each in listed]

    def texts(facts: Facts) -> list[str]:
        found = [want(facts) for want in wants]
        return [text for each in found if isinstance(each, str) and (text := fit(each))]

    return texts


def _textual(holds: Callable[[str, str], bool]) -> Callable[[Json, Subject], Test]:
    def make(operand: Json, subject: Subject) -> Test:
        fit = fold if subject.folds else str
        texts = _texts(operand, subject)

        def test(answer: Answer, facts: Facts) -> bool:
            mine = fit(words(answer))
            return any(holds(mine, text) for text in texts(facts))

        return test

    return make


def pattern(text: str, exact: bool = False) -> Any:
    """A compiled RE2 pattern, case-insensitive unless ``exact``. Raises ValueError with RE2's reason."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = exact
    options.max_mem = 1 << 20
    try:
        return re2.compile(text, options)
    except re2.error as refusal:
        reason = refusal.args[0] if refusal.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def _matches(operand: Json, subject: Subject) -> Test:
    compiled = pattern(operand, subject.exact)

    def test(answer: Answer, facts: Facts) -> bool:
        mine = words(answer)
        return compiled.search(mine if subject.exact else unicodedata.normalize("NFKC", mine)) is not None

    return test


def _length(operand: Json, subject: Subject) -> Test:
    return lambda answer, facts: _sized(operand, len(words(answer).strip()))


def _days(operand: Json, subject: Subject) -> Callable[[Facts], date | None]:
    """A day of the calendar: an ISO date, ``{"today": -7}`` or a reference."""
    if isinstance(operand, dict) and "today" in operand:
        shift = operand["today"]
        return lambda facts: shifted(facts.today, shift)
    want = subject.want(operand)
    return lambda facts: day(want(facts), subject.zone)


def shifted(start: date, days: int) -> date | None:
    """The day ``days`` later, or None beyond the calendar."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def _dated(holds: Callable[[date, date], bool]) -> Callable[[Json, Subject], Test]:
    def make(operand: Json, subject: Subject) -> Test:
        days = _days(operand, subject)

        def test(answer: Answer, facts: Facts) -> bool:
            mine, other = day(answer.value, subject.zone), days(facts)
            return mine is not None and other is not None and holds(mine, other)

        return test

    return make


def _between_days(operand: Json, subject: Subject) -> Test:
    low = _dated(lambda mine, other: mine >= other)(operand[0], subject)
    high = _dated(lambda mine, other: mine <= other)(operand[1], subject)
    return lambda answer, facts: low(answer, facts) and high(answer, facts)


def _within(operand: Json, subject: Subject) -> Test:
    """``{"last": 7}``: today and the seven days before; ``{"next": 7}``: today and the seven after."""
    back, ahead = operand.get("last", 0), operand.get("next", 0)

    def test(answer: Answer, facts: Facts) -> bool:
        mine = day(answer.value, subject.zone)
        return mine is not None and -back <= (mine - facts.today).days <= ahead

    return test


def _ranks(operand: Json, subject: Subject) -> Test:
    option, rival = operand["option"], operand.get("before")
    limits = {name: limit for name, limit in operand.items() if name in COMPARE}

    def test(answer: Answer, facts: Facts) -> bool:
        order = chosen(answer.value)
        if option not in order:
            return False
        rank = order.index(option)
        ahead = rival is None or rival not in order or rank < order.index(rival)
        return ahead and _sized(limits, rank + 1)

    return test


OPERATORS: dict[str, Callable[[Json, Subject], Test]] = {
    "is": _is,
    "is_not": _is_not,
    "in": _in,
    "not_in": _not_in,
    "any_of": _any_of,
    "all_of": _all_of,
    "none_of": _none_of,
    "exactly": _exactly,
    "count": _count,
    **{name: _compared(name) for name in COMPARE},
    "between": _between,
    "contains": _textual(lambda mine, text: text in mine),
    "starts": _textual(str.startswith),
    "ends": _textual(str.endswith),
    "matches": _matches,
    "length": _length,
    "before": _dated(lambda mine, other: mine < other),
    "after": _dated(lambda mine, other: mine > other),
    "on": _dated(lambda mine, other: mine == other),
    "within": _within,
    "ranks": _ranks,
}
STATES = ("answered", "shown", "reached")
NEUTRAL_ZONE = UTC

LEGAL: dict[str, frozenset[str]] = {
    "Q": frozenset({"is", "is_not", "in", "not_in"}),
    "M": frozenset({"any_of", "all_of", "none_of", "exactly", "count"}),
    "N": frozenset({"is", "is_not", "in", "not_in", *COMPARE, "between"}),
    "T": frozenset({"is", "is_not", "in", "not_in", "contains", "starts", "ends", "matches", "length"}),
    "D": frozenset({"is", "is_not", "before", "after", "on", "between", "within"}),
    "R": frozenset({"count"}),
    "K": frozenset({"ranks", "any_of", "all_of", "none_of", "count"}),
}
"""Operators by letter of a question type; those of the state fit everything."""


def legal(letters: str) -> frozenset[str]:
    """All operators a question type with these letters can be asked, beside its state."""
    return frozenset().union(*(LEGAL.get(letter, frozenset()) for letter in letters))
