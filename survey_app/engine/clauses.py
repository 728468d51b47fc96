"""Few words for many cases: who of all is meant, by what sets them apart from the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

Case = Mapping[Any, Hashable]
"""One respondent by traits: trait → which of its values."""
Clause = dict[Any, frozenset[Any]]
"""Who is meant: each trait named has one of these values. Empty: everybody."""


def described(meant: Sequence[Case], others: Sequence[Case]) -> list[Clause]:
    """Clauses of which each one meant fulfils at least one, and nobody else any. As few and short as a greedy
    search finds; none where a case is on both sides."""
    if _both(meant, others):
        return []
    clauses: list[Clause] = []
    left = list(meant)
    while left:
        clause = _widened(_shortened(left[0], others), meant, others)
        clauses.append(clause)
        left = [case for case in left if not fits(case, clause)]
    return clauses


def fits(case: Case, clause: Clause) -> bool:
    """Whether a case is meant by a clause."""
    return all(case[trait] in values for trait, values in clause.items())


def _both(meant: Sequence[Case], others: Sequence[Case]) -> bool:
    known = {tuple(case.items()) for case in others}
    return any(tuple(case.items()) in known for case in meant)


def _shortened(case: Case, others: Sequence[Case]) -> Clause:
    """The case itself without the traits that are not needed to tell it from the others."""
    clause: Clause = {trait: frozenset({value}) for trait, value in case.items()}
    for trait in reversed(list(case)):
        shorter = {name: values for name, values in clause.items() if name != trait}
        if not any(fits(other, shorter) for other in others):
            clause = shorter
    return clause


def _widened(clause: Clause, meant: Sequence[Case], others: Sequence[Case]) -> Clause:
    """The clause with every further value that takes in some more of those meant and nobody else."""
    for trait in list(clause):
        rest = {name: values for name, values in clause.items() if name != trait}
        strange = {other[trait] for other in others if fits(other, rest)}
        mine = dict.fromkeys(case[trait] for case in meant if fits(case, rest))
        clause[trait] = clause[trait] | {value for value in mine if value not in strange}
    return clause
