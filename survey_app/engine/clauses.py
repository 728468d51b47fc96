"""Few words for many cases: who of all is meant, by what sets them apart from the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate
from operator import and_
from typing import Any

Case = Mapping[Any, Hashable]
"""One respondent by traits: trait → which of its values."""
Clause = dict[Any, frozenset[Any]]
"""Who is meant: each trait named has one of these values. Empty: everybody."""
Mask = int
"""A set of cases: the bit of each case that is in it."""

MOST = 40
"""Clauses of one description."""


def fits(case: Case, clause: Clause) -> bool:
    """Whether a case is meant by a clause."""
    return all(case[trait] in values for trait, values in clause.items())


class Table:
    """Many cases of the same traits."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        listed: dict[Any, dict[Any, list[int]]] = {}
        for number, case in enumerate(cases):
            for trait, value in case.items():
                listed.setdefault(trait, {}).setdefault(value, []).append(number)
        self.having = {
            trait: {value: mask_of(numbers) for value, numbers in values.items()}
            for trait, values in listed.items()
        }
        alike: dict[Any, list[int]] = {}
        for number, case in enumerate(cases):
            alike.setdefault(tuple(case.items()), []).append(number)
        self.alike = [mask_of(numbers) for numbers in alike.values() if len(numbers) > 1]

    def described(self, meant: Mask, others: Mask, most: int = MOST) -> tuple[list[Clause], int]:
        """Clauses of which no other case fulfils any, as few and short as a greedy search finds, and how many
        of those meant fulfil none: where a case is on both sides, or too many words would be needed."""
        left = meant
        for same in self.alike:
            if same & others:
                left &= ~same
        rest = (meant & ~left).bit_count()
        clauses: list[Clause] = []
        while left and len(clauses) < most:
            first = (left & -left).bit_length() - 1
            clause = self._widened(self._shortened(first, others), meant, others)
            clauses.append(clause)
            left &= ~self._fitting(clause)
        return clauses, rest + left.bit_count()

    def _fitting(self, clause: Clause, within: Mask = -1) -> Mask:
        """The cases that fulfil a clause."""
        for trait, values in clause.items():
            having = self.having[trait]
            some = 0
            for value in values:
                some |= having.get(value, 0)
            within &= some
            if not within:
                break
        return within

    def _shortened(self, number: int, others: Mask) -> Clause:
        """A case without the traits that are not needed to tell it from the others, the last ones first."""
        case = self.cases[number]
        masks = [self.having[trait][value] for trait, value in case.items()]
        before = list(accumulate(masks, and_, initial=others))
        needed: list[int] = []
        after = others
        for place in reversed(range(len(masks))):
            if before[place] & after:
                needed.append(place)
                after &= masks[place]
        traits = list(case)
        return {traits[place]: frozenset({case[traits[place]]}) for place in reversed(needed)}

    def _widened(self, clause: Clause, meant: Mask, others: Mask) -> Clause:
        """The clause with every further value that takes in some more of those meant and nobody else."""
        for trait in list(clause):
            fitting = self._fitting({name: values for name, values in clause.items() if name != trait})
            more = {
                value
                for value, having in self.having[trait].items()
                if having & fitting & meant and not having & fitting & others
            }
            clause[trait] = clause[trait] | more
        return clause


def mask_of(numbers: Sequence[int]) -> Mask:
    """The set of these cases."""
    if not numbers:
        return 0
    bits = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
