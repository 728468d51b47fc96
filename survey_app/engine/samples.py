"""Answers worth trying: what a type's domain names, and what lies on both sides of every operand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, islice, pairwise, permutations, product
from typing import Any

from question_types.base import Part, nested

Json = Any

MOST = 1_500
"""Answers tried for one question."""
FEW = 6
"""Options, texts or rows whose combinations are all tried."""
STEPS = (1, 0.5, 0.1, 0.01, 0.001)
"""Distances from an operand at which numbers are tried."""
FAR = (-1_000_000, -1_000, -1, 0, 1, 1_000, 1_000_000)


def samples(
    parts: Sequence[Part],
    literals: Mapping[str, Sequence[Json]],
    ranked: bool,
    every: bool,
    most: int = MOST,
) -> tuple[list[Json], bool]:
    """At most ``most`` answers made of ``parts``, and whether they are one of every kind there is.
    ``literals``: row (``""``: the whole answer) → what it is compared with. ``ranked``: the order of chosen
    options counts. ``every``: each single answer is a kind of its own."""
    if len(parts) == 1 and not parts[0].name:
        found, complete = _whole(parts[0], literals.get("", ()), ranked, every)
    else:
        found, complete = _composed(parts, literals)
    some = list(islice(found, most + 1))
    return some[:most], complete and len(some) <= most and bool(parts)


def _whole(part: Part, literals: Sequence[Json], ranked: bool, every: bool) -> tuple[Iterator[Json], bool]:
    if not part.many:
        return iter([*part.values, *(near(part, literals) if part.open else ())]), not part.open
    alone = [[each] for each in part.alone]
    if ranked:
        lists, complete = _orders(part, literals)
    else:
        lists, complete = _subsets(part, literals, every)
    return iter([*alone, *islice(lists, MOST + 1)]), complete and not part.open


def _subsets(part: Part, literals: Sequence[Json], every: bool) -> tuple[Iterator[Json], bool]:
    """Sets of options: all combinations of those that are named, with any number of the others."""
    named = [each for each in part.values if every or each in literals]
    rest = [each for each in part.values if each not in named]
    high = min(part.high or len(part.values), len(part.values))
    found = (
        _in_order(part.values, (*some, *rest[:more]))
        for size in range(len(named) + 1)
        for some in combinations(named, size)
        for more in range(len(rest) + 1)
        if max(part.low, 1) <= size + more <= high
    )
    return found, True


def _in_order(values: Sequence[Json], some: Sequence[Json]) -> list[Json]:
    """Some of the values, in the order of all."""
    if all(isinstance(each, str) for each in some):
        chosen = frozenset(some)
        return [each for each in values if each in chosen]
    return [each for each in values if each in some]


def _orders(part: Part, literals: Sequence[Json]) -> tuple[Iterator[Json], bool]:
    """Rankings: every place for each option that is named, the others behind one another."""
    high = min(part.high or len(part.values), len(part.values))
    named = [each for each in part.values if each in literals]
    if len(part.values) <= FEW - 1 or len(named) > 3:
        every = range(max(part.low, 1), high + 1)
        return (list(order) for size in every for order in permutations(part.values, size)), True
    rest = [each for each in part.values if each not in named]
    sizes = sorted({max(part.low, 1), high})
    return (
        _placed(named, places, rest, size)
        for size in sizes
        for places in product([None, *range(size)], repeat=len(named))
        if _fits(places, size, len(rest))
    ), max(part.low, 1) == high


def _fits(places: Sequence[int | None], size: int, spare: int) -> bool:
    taken = [place for place in places if place is not None]
    return len(set(taken)) == len(taken) and size - len(taken) <= spare


def _placed(
    named: Sequence[Json], places: Sequence[int | None], rest: Sequence[Json], size: int
) -> list[Json]:
    at = {place: one for one, place in zip(named, places, strict=True) if place is not None}
    others = iter(rest)
    return [at[place] if place in at else next(others) for place in range(size)]


def _composed(parts: Sequence[Part], literals: Mapping[str, Sequence[Json]]) -> tuple[Iterator[Json], bool]:
    """Answers of several rows: all combinations of the rows that rules name, the others alike."""
    loose = any(part.open for part in parts)
    every = [literals[row] for row in ("any", "every", "") if row in literals]
    named = {row for row in literals if row not in ("any", "every", "")}
    cells = [
        _cells(part, [*literals.get(part.name, ()), *(each for one in every for each in one)])
        for part in parts
    ]
    free = [part.name in named or bool(every) for part in parts]
    loose = loose or any(part.many for part, counts in zip(parts, free, strict=True) if counts)
    filled = [one[:1] if not counts else one for one, counts in zip(cells, free, strict=True)]
    names = [part.name for part in parts]
    if _size(filled) > MOST:
        return _few(names, cells), False
    return (nested(dict(zip(names, row, strict=True))) for row in product(*filled)), not loose


def _size(lists: Iterable[Sequence[Json]]) -> int:
    size = 1
    for each in lists:
        size *= max(1, len(each))
    return size


def _few(names: Sequence[str], cells: Sequence[Sequence[Json]]) -> Iterator[Json]:
    """All rows alike, then one row different from the others."""
    firsts = [each[0] if each else None for each in cells]
    for turn in range(max(map(len, cells))):
        yield nested({name: each[turn % len(each)] for name, each in zip(names, cells, strict=True) if each})
    for place, each in enumerate(cells):
        for value in each[1:]:
            yield nested(dict(zip(names, [*firsts[:place], value, *firsts[place + 1 :]], strict=True)))


def _cells(part: Part, literals: Sequence[Json]) -> list[Json]:
    """What one row can hold; None: it is left out."""
    if part.many:
        found: list[Json] = [
            *islice(_subsets(part, literals, False)[0], 40),
            *([each] for each in part.alone),
        ]
    else:
        found = [*part.values, *(near(part, literals) if part.open else ())]
    return [*_unlike(found), *([None] if part.optional else [])]


def _unlike(values: Iterable[Json]) -> list[Json]:
    found: dict[str, Json] = {}
    for each in values:
        found.setdefault(repr(each), each)
    return list(found.values())


def near(part: Part, literals: Sequence[Json]) -> list[Json]:
    """Values at and around what an open part is compared with."""
    numbers = [each for each in literals if isinstance(each, int | float) and not isinstance(each, bool)]
    texts = [each for each in literals if isinstance(each, str)]
    shown = next(iter(part.values), "")
    if isinstance(shown, int | float) and not isinstance(shown, bool):
        return line(numbers)
    days = [day for each in texts if (day := _day(each))]
    if isinstance(shown, str) and _day(shown[:10]):
        return [f"{day}{shown[10:]}" for day in calendar(days)]
    if isinstance(shown, list):
        return _pairs(numbers, days)
    return words(texts, numbers, [each for each in part.values if isinstance(each, str)])


def _pairs(numbers: Sequence[float], days: Sequence[date]) -> list[Json]:
    ends: list[Json] = [*line(numbers), *calendar(days)]
    return [[each, each] for each in ends]


def line(numbers: Sequence[float]) -> list[Json]:
    """Numbers at, between and beyond the given ones."""
    marks = sorted({*numbers})
    found: set[float] = {*marks, *FAR}
    for mark in marks:
        found.update(round(mark + sign * step, 6) for step in STEPS for sign in (1, -1))
    found.update((low + high) / 2 for low, high in pairwise(marks))
    found.update((low + high) // 2 for low, high in pairwise(marks))
    return [int(each) if float(each).is_integer() else each for each in sorted(found)]


def calendar(days: Sequence[date]) -> list[str]:
    """Days at, beside, between and beyond the given ones."""
    marks = sorted({*days})
    found = {date(1900, 1, 1), date(1990, 6, 15), date(2100, 12, 31), *marks}
    for mark in marks:
        found.update(shift for days in (1, -1) if (shift := later(mark, days)))
    found.update(low + (high - low) // 2 for low, high in pairwise(marks))
    return [each.isoformat() for each in sorted(found)]


def later(day: date, days: int) -> date | None:
    """The day ``days`` later; None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def words(needles: Sequence[str], lengths: Sequence[float], known: Sequence[str]) -> list[str]:
    """Texts with every combination of a few needles in them, of the lengths that rules ask about."""
    found = list(known)
    few = list(dict.fromkeys(needles))[:FEW]
    for size in range(1, len(few) + 1):
        for some in combinations(few, size):
            found += ["".join(some), " ".join(some), " ".join(reversed(some))]
    found += [f"{sign}{each}{sign}" for each in needles[:100] for sign in ("", "。")]
    found += [each.upper() for each in needles[:20]] + [each.lower() for each in needles[:20]]
    sizes = sorted({int(size) + more for size in lengths for more in (-1, 0, 1) if 0 < size + more <= 5_000})
    found += [(text * size)[:size] for size in sizes for text in ("好", "a", "1", *few)]
    found += [text + "好" * (size - len(text)) for size in sizes for text in few if len(text) < size]
    return list(dict.fromkeys([*found, "好", "a", "1"]))
