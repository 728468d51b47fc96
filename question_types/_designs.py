"""Which items meet in which set of a best–worst question: a pure function of three numbers, for ever the
same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from math import comb, gcd

Sets = list[list[int]]
Pairs = list[list[int]]

STARTS = 3
"""Arrangements tried before the most even one found is taken."""


def shows(items: int, size: int, times: int) -> int:
    """How often each item is shown: at least ``times``, and so that the sets come out full."""
    step = size // gcd(items, size)
    return -(-times // step) * step


def count(items: int, size: int, times: int) -> int:
    """How many sets there are."""
    return items * shows(items, size, times) // size


def ceiling(items: int, size: int, times: int) -> int:
    """How often two items meet at most where meetings are spread as evenly as numbers allow."""
    return -(-count(items, size, times) * comb(size, 2) // comb(items, 2))


@lru_cache(maxsize=512)
def design(items: int, size: int, times: int) -> tuple[tuple[int, ...], ...]:
    """Sets of ``size`` of the numbers 0 … ``items`` − 1, each number in equally many sets (:func:`shows`) and
    once in a set, pairs meeting as evenly as the search finds. Needs ``2 ≤ size ≤ items``."""
    best: Sets = []
    least = -1
    floor = _floor(items, size, times)
    for start in range(STARTS):
        sets = _dealt(items, size, times, start)
        found = _evened(items, sets)
        if least < 0 or found < least:
            best, least = sets, found
        if least == floor:
            break
    return tuple(tuple(_turned(each, place)) for place, each in enumerate(best))


def _floor(items: int, size: int, times: int) -> int:
    """The least sum of squared meetings there can be."""
    meetings, pairs = count(items, size, times) * comb(size, 2), comb(items, 2)
    each, rest = divmod(meetings, pairs)
    return (pairs - rest) * each**2 + rest * (each + 1) ** 2


def _dealt(items: int, size: int, times: int, start: int) -> Sets:
    """Items dealt out one by one, those that are behind and strangers first; never one twice in a set.
    ``start`` settles ties differently."""
    sets: Sets = [[] for _ in range(count(items, size, times))]
    left = [shows(items, size, times)] * items
    seen = [[0] * items for _ in range(items)]
    for place, each in enumerate(sets):
        while len(each) < size:
            each.append(_next(items, each, left, seen, len(sets) - place, start + place))
            _met(seen, each, 1)
            left[each[-1]] -= 1
    return sets


def _next(items: int, each: list[int], left: list[int], seen: Pairs, rest: int, turn: int) -> int:
    """The item most in need of being shown that has met those of a set least."""
    free = [item for item in range(items) if item not in each and left[item]]
    urgent = [item for item in free if left[item] >= rest]
    return min(
        urgent or free,
        key=lambda item: (-left[item], sum(seen[item][other] for other in each), (item * 7 + turn) % items),
    )


def _met(seen: Pairs, each: list[int], by: int) -> None:
    """Counts the meetings of the last item of a set."""
    for other in each[:-1]:
        seen[each[-1]][other] += by
        seen[other][each[-1]] += by


def _evened(items: int, sets: Sets) -> int:
    """Exchanges items between sets while that makes meetings more even; the sum of squared meetings left."""
    seen = [[0] * items for _ in range(items)]
    for each in sets:
        for a, b in combinations(each, 2):
            seen[a][b] += 1
            seen[b][a] += 1
    while any(_exchanged(seen, one, other) for one, other in combinations(sets, 2)):
        pass
    return sum(seen[a][b] ** 2 for a, b in combinations(range(items), 2))


def _exchanged(seen: Pairs, one: list[int], other: list[int]) -> bool:
    """Whether an exchange between two sets was worth while; it is made then."""
    for i, j in _places(one, other):
        a, b = one[i], other[j]
        gain = _gain(seen, a, b, one, other)
        if gain < 0:
            _move(seen, a, b, one, other)
            one[i], other[j] = b, a
            return True
    return False


def _places(one: list[int], other: list[int]) -> Iterator[tuple[int, int]]:
    for i, a in enumerate(one):
        if a not in other:
            yield from ((i, j) for j, b in enumerate(other) if b not in one)


def _gain(seen: Pairs, a: int, b: int, one: list[int], other: list[int]) -> int:
    """By how much the sum of squares changes when ``a`` of one set and ``b`` of the other change places."""
    total = 0
    for x in one:
        if x != a:
            total += 2 * (seen[b][x] - seen[a][x]) + 2 if x not in other else 0
    for x in other:
        if x != b:
            total += 2 * (seen[a][x] - seen[b][x]) + 2 if x not in one else 0
    return total


def _move(seen: Pairs, a: int, b: int, one: list[int], other: list[int]) -> None:
    for mine, theirs, group in ((a, b, one), (b, a, other)):
        for x in group:
            if x not in (a, b):
                for item, by in ((mine, -1), (theirs, 1)):
                    seen[item][x] += by
                    seen[x][item] += by


def _turned(each: list[int], place: int) -> list[int]:
    """A set begun at another item every time, so that none always comes first."""
    ordered = sorted(each)
    turn = place % len(ordered)
    return ordered[turn:] + ordered[:turn]
