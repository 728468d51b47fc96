"""What could be true of answers that nobody found: the combinations of truths that nothing excludes.

Where answers cannot be listed, no error may rest on those that were tried. So every combination of truths is
taken for possible unless one truth says what another is: equal texts, needles within needles, one number or
one day on both sides of an operand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

from question_types.base import Part, nested

from .conditions import operator_of
from .dependencies import numerals
from .facts import Answer, Facts
from .operators import STATES, fold
from .samples import calendar, later, line

Json = Any
Truths = tuple[bool, ...]
Test = Callable[[Facts], bool]

MOST = 256
"""Combinations listed for one question; above it nothing is known of its comparisons."""
MOST_WORDS = 7
NUMERIC = frozenset({"equals", "less", "at_most", "more", "at_least", "between"})
WORDY = frozenset({"contains", "starts", "ends"})
EQUAL = {"is": True, "in": True, "is_not": False, "not_in": False}
DAILY = frozenset({"before", "after", "on", "between", "within"})


def possible(
    code: str,
    trees: Sequence[Mapping[str, Json]],
    tests: Sequence[Test],
    parts: Sequence[Part],
    buckets: Iterable[str],
    today: date,
    letters: str,
    answer: Callable[[Json], Answer],
    seen: Sequence[Truths] = (),
) -> list[Truths] | None:
    """Combinations of truths that an answer to ``code`` might have; None where they are too many to list.
    ``answer`` makes one of a value. ``seen``: those of answers found; numbers beyond them are taken to be out
    of range."""
    theory = _Theory(code, answer, {part.name: part for part in parts}, today, letters)
    groups: dict[tuple[str, str], list[int]] = {}
    for index, tree in enumerate(trees):
        groups.setdefault(theory.group(tree, index, frozenset(buckets)), []).append(index)
    ways: list[tuple[list[int], list[Truths]]] = []
    size = 1
    for (kind, row), members in groups.items():
        found = theory.ways(kind, row, [trees[each] for each in members], [tests[each] for each in members])
        if kind == "number" and not row and len(groups.keys() - {("state", "")}) == 1:
            found = list({tuple(each[index] for index in members) for each in seen})
        if found is None or (size := size * max(1, len(found))) > MOST:
            return None
        ways.append((members, found))
    return list(_joined(len(trees), ways))


def _joined(length: int, ways: Sequence[tuple[list[int], list[Truths]]]) -> Iterator[Truths]:
    for some in product(*(found for _, found in ways)):
        truths = [False] * length
        for (members, _), each in zip(ways, some, strict=True):
            for index, truth in zip(members, each, strict=True):
                truths[index] = truth
        yield tuple(truths)


class _Theory:
    """What is known of the comparisons of one question."""

    def __init__(
        self,
        code: str,
        answer: Callable[[Json], Answer],
        parts: Mapping[str, Part],
        today: date,
        letters: str,
    ) -> None:
        self.code = code
        self.answer = answer
        self.parts = parts
        self.today = today
        self.letters = letters

    def group(self, tree: Mapping[str, Json], index: int, buckets: frozenset[str]) -> tuple[str, str]:
        """Comparisons of one group say something about each other."""
        name, row = operator_of(tree), tree.get("row") or ""
        operand, part = tree[name], self.parts.get(row)
        listed = operand if isinstance(operand, list) else [operand]
        if name in STATES and not row:
            return "state", ""
        if row in ("any", "every") or tree.get("exact") or (part is None and self.parts):
            return "free", str(index)
        if part is not None and not part.open and not part.many and name not in (*WORDY, "matches", "length"):
            return "listed", row
        if name in NUMERIC and all(isinstance(each, int | float) for each in listed):
            return "number", row
        if name in EQUAL and all(isinstance(each, int | float) for each in listed):
            return "number", row
        if name in DAILY and "D" in self.letters:
            return "day", row
        if name == "length":
            return "length", row
        fixed = all(isinstance(each, str) and each not in buckets for each in listed)
        if fixed and (name in WORDY or (name in EQUAL and "T" in self.letters)):
            return "words", row
        return "free", str(index)

    def ways(
        self, kind: str, row: str, trees: Sequence[Mapping[str, Json]], tests: Sequence[Test]
    ) -> list[Truths] | None:
        """The combinations within one group."""
        if kind == "free":
            return [(False,), (True,)]
        if kind == "state":
            return [tuple(bool(tree[operator_of(tree)]) for tree in trees)]
        if kind == "words":
            return worded(trees)
        days, values = [self.today], list[Json]()
        if kind == "day":
            values, days = _dated(trees, self.today)
        elif kind == "number":
            values = line([each for tree in trees for each in numerals(tree[operator_of(tree)])])
        elif kind == "length":
            sizes = line([each for tree in trees for each in numerals(tree["length"])])
            values = ["x" * size for size in sizes if isinstance(size, int) and 0 <= size <= 10_000]
        else:
            values = [*self.parts[row].values, *self.parts[row].alone, *([None] if row else [])]
        answers = [self.answer((nested({row: value}) or {row: None}) if row else value) for value in values]
        found = {
            tuple(
                test(Facts({self.code: answer}, {self.code: answer.value}, {}, today=day)) for test in tests
            )
            for answer in answers
            for day in days
        }
        return sorted(found)


def _dated(trees: Sequence[Mapping[str, Json]], today: date) -> tuple[list[str], list[date]]:
    """Days of answers and days on which they are given, on both sides of everything that is named."""
    fixed: list[date] = []
    shifts: list[int] = [0]
    for tree in trees:
        for each in _leaves(tree[operator_of(tree)]):
            if isinstance(each, str):
                fixed.append(date.fromisoformat(each))
            elif isinstance(each, int):
                shifts += [each, -each]
    days = sorted({today, *fixed})
    answers = [
        day for each in days for shift in shifts for more in (-1, 0, 1) if (day := later(each, shift + more))
    ]
    if len(shifts) == 1:
        return calendar(fixed), [today]
    return calendar(answers[:60]), [date.fromisoformat(each) for each in calendar(days[:8])]


def _leaves(operand: Json) -> Iterator[Json]:
    if isinstance(operand, Mapping):
        for each in operand.values():
            yield from _leaves(each)
    elif isinstance(operand, list):
        for each in operand:
            yield from _leaves(each)
    else:
        yield operand


def worded(trees: Sequence[Mapping[str, Json]]) -> list[Truths] | None:
    """Combinations of text comparisons: a text that holds a needle holds every part of it."""
    if len(trees) > MOST_WORDS:
        return None
    atoms = [_atom(tree) for tree in trees]
    return [
        tuple(truth is sign for truth, (_, _, sign) in zip(truths, atoms, strict=True))
        for truths in product((False, True), repeat=len(atoms))
        if not _excluded(atoms, truths)
    ]


def _atom(tree: Mapping[str, Json]) -> tuple[str, tuple[str, ...], bool]:
    """What is looked for where: ``is``, ``contains``, ``starts`` or ``ends``; False for a negation."""
    name = operator_of(tree)
    listed = tree[name] if isinstance(tree[name], list) else [tree[name]]
    needles = tuple(fold(each) for each in listed)
    return ("is" if name in EQUAL else name), needles, EQUAL.get(name, True)


def _excluded(atoms: Sequence[tuple[str, tuple[str, ...], bool]], truths: Sequence[bool]) -> bool:
    for (kind, needles, _), truth in zip(atoms, truths, strict=True):
        if truth and not any(_open(kind, needle, atoms, truths) for needle in needles):
            return True
    return False


def _open(
    kind: str, needle: str, atoms: Sequence[tuple[str, tuple[str, ...], bool]], truths: Sequence[bool]
) -> bool:
    """Whether a text found by ``needle`` can have all the other truths too, as far as two at a time tell."""
    for (other, needles, _), truth in zip(atoms, truths, strict=True):
        if truth and not any(_together(kind, needle, other, each) for each in needles):
            return False
        if not truth and any(_follows(kind, needle, other, each) for each in needles):
            return False
    return True


def _follows(kind: str, needle: str, other: str, part: str) -> bool:
    """Whether a text with ``needle`` surely passes the other test as well."""
    if not part and other != "is":
        return False
    if other == "is":
        return kind == "is" and needle == part
    if other == "contains":
        return part in needle
    if other == "starts":
        return kind in ("is", "starts") and needle.startswith(part)
    return kind in ("is", "ends") and needle.endswith(part)


def _together(kind: str, needle: str, other: str, part: str) -> bool:
    """Whether one text can pass both tests."""
    if kind == "is":
        return _follows("is", needle, other, part)
    if other == "is":
        return _follows("is", part, kind, needle)
    if kind == other == "starts":
        return needle.startswith(part) or part.startswith(needle)
    if kind == other == "ends":
        return needle.endswith(part) or part.endswith(needle)
    return True
