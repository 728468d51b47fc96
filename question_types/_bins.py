"""Finitely many bins for numbers.

A range with both ends known is cut into at most twenty equal bins of a round width (1, 2 or 5 times a power
of ten); up to 21 whole numbers get a bin each. A range open at an end is cut at 0, ±1, ±2, ±5, ±10 …
±1,000,000 and has one bin for all beyond. A bin holds its lower end and not its upper one, except the last.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

MOST = 20
LADDER = [0, *(step * 10**power for power in range(6) for step in (1, 2, 5)), 10**6]


def plain(number: float | Decimal) -> str:
    """A number without trailing zeros or exponent."""
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    text = format(exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True)
class Bins:
    """``cuts`` between the bins, and key → label of each, in order: one more than cuts."""

    cuts: tuple[float, ...]
    labels: Mapping[str, str]
    keys: tuple[str, ...]

    def key(self, value: float) -> str:
        """Key of the bin that holds ``value``."""
        return self.keys[bisect_right(self.cuts, value)]


@lru_cache(maxsize=1024)
def bins(low: float | None, high: float | None, decimals: int) -> Bins:
    """The bins of the numbers from ``low`` to ``high`` (None: open) with so many decimals."""
    if low is not None and high is not None:
        if not decimals and high - low <= MOST:
            return _singles(math.ceil(low), math.floor(high))
        return _between([low, *_round_cuts(low, high, decimals), high], decimals)
    ladder = sorted({sign * step for step in LADDER for sign in (1, -1)})
    cuts = [cut for cut in ladder if (low is None or cut > low) and (high is None or cut < high)]
    return _between([low, *cuts, high], decimals)


def _singles(low: int, high: int) -> Bins:
    names = [str(number) for number in range(low, max(high, low) + 1)]
    return Bins(tuple(map(float, range(low + 1, high + 1))), {name: name for name in names}, tuple(names))


def _round_cuts(low: float, high: float, decimals: int) -> list[float]:
    """Round numbers strictly between the ends."""
    width = _width((high - low) / MOST, decimals)
    first, last = math.floor(low / width), math.ceil(high / width)
    cuts = (float(plain(round(i * width, 10))) for i in range(first, last + 1))
    return [cut for cut in cuts if low < cut < high]


def _width(least: float, decimals: int) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that is at least ``least`` and not finer than the numbers."""
    least = max(least, 10.0**-decimals)
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def _between(edges: list[float | None], decimals: int) -> Bins:
    """Bins between successive edges; None at an end means open."""
    pairs = list(pairwise(edges))
    keys = tuple(f"{_end(a)}..{_end(b)}" for a, b in pairs)
    labels = [_label(a, b, decimals, last=i == len(pairs) - 1) for i, (a, b) in enumerate(pairs)]
    cuts = tuple(float(edge) for edge in edges[1:-1] if edge is not None)
    return Bins(cuts, dict(zip(keys, labels, strict=True)), keys)


def _end(edge: float | None) -> str:
    return "" if edge is None else plain(edge)


def _label(low: float | None, high: float | None, decimals: int, last: bool) -> str:
    if low is None and high is None:
        return "…"
    if low is None:
        return f"{'≤' if last else '<'} {_end(high)}"
    if high is None:
        return f"≥ {_end(low)}"
    if decimals or last:
        return f"{_end(low)}–{_end(high)}"
    top = math.ceil(high) - 1
    bottom = math.ceil(low)
    return str(bottom) if top == bottom else f"{bottom}–{top}"
