"""The numbers beside the numbers: intervals, change tests, trend flags, sample sizes.

The functions ``nps``, ``share`` and ``mean`` are what question types and widgets are given as
``Statistics``. All intervals are 95 %. Counts may be weighted, hence floats.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import atan, cos, erfc, pi, sin, sqrt

from question_types.base import Estimate

Z = 1.959963984540054
"""The normal quantile of 97.5 %."""

POWER = 0.8416212335729143
"""The normal quantile of 80 %."""

ENOUGH = 10
"""Below this many answers a figure is not shown: its interval covers too seldom."""

NOTHING = Estimate(point=None, low=None, high=None, n=0, enough=False)


def spread(promoters: float, detractors: float) -> float:
    """Variance of one answer scored −1, 0 or +1, from the two shares (0…1)."""
    return max(0.0, promoters + detractors - (promoters - detractors) ** 2)


def nps(promoters: float, detractors: float, n: float) -> Estimate:
    """Net promoter score in points (−100…100) from counts.

    The point is the raw score. The interval is the adjusted Wald one: three answers are added, ¾ each
    to both ends (Rocks, The American Statistician 2016), because the plain interval covers far too
    seldom below a hundred answers.
    """
    if n <= 0:
        return NOTHING
    m = n + 3
    p, d = (promoters + 0.75) / m, (detractors + 0.75) / m
    half = Z * sqrt(spread(p, d) / m)
    return Estimate(
        point=100 * (promoters - detractors) / n,
        low=100 * max(-1.0, p - d - half),
        high=100 * min(1.0, p - d + half),
        n=round(n),
        enough=n >= ENOUGH,
    )


def share(k: float, n: float) -> Estimate:
    """Share ``k`` of ``n`` (0…1) with Wilson's interval."""
    if n <= 0:
        return NOTHING
    p, z2 = k / n, Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(max(0.0, p * (1 - p)) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Estimate(p, max(0.0, centre - half), min(1.0, centre + half), round(n), n >= ENOUGH)


def mean(n: float, total: float, squares: float) -> Estimate:
    """Mean of ``n`` values from their sum and the sum of their squares, with Student's t interval.

    One value has a mean and no interval.
    """
    if n <= 0:
        return NOTHING
    point = total / n
    if n < 2:
        return Estimate(point, None, None, round(n), False)
    variance = max(0.0, squares - total * point) / (n - 1)
    half = t_quantile(int(n) - 1) * sqrt(variance / n)
    return Estimate(point, point - half, point + half, round(n), n >= ENOUGH)


def t_within(t: float, df: int) -> float:
    """Probability that Student's t with ``df`` degrees of freedom lies within ±t.

    The finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4.
    """
    angle = atan(t / sqrt(df))
    square = cos(angle) ** 2
    odd = df % 2
    factors = (square * (k - 1) / k for k in range(2 + odd, df - 1, 2))
    terms = sum(accumulate(factors, lambda a, b: a * b, initial=1.0)) if df > 1 else 0.0
    if odd:
        return 2 / pi * (angle + sin(angle) * cos(angle) * terms)
    return sin(angle) * terms


@lru_cache(maxsize=512)
def t_quantile(df: int) -> float:
    """The value that Student's t exceeds in 2.5 % of cases, ``df`` ≥ 1. Right to nine digits."""
    if df > 200:
        return _cornish_fisher(df)
    low, high = Z, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_within(middle, df) < 0.95 else (low, middle)
    return (low + high) / 2


def _cornish_fisher(df: int) -> float:
    """Abramowitz and Stegun, 26.7.5."""
    z = Z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / df + second / df**2 + third / df**3 + fourth / df**4


@dataclass(frozen=True)
class Change:
    """From one group of answers to another: ``difference`` in the figure's unit, the two-sided
    ``p_value`` of seeing as much by chance, and whether both groups are large ``enough`` to say."""

    difference: float
    p_value: float
    enough: bool

    @property
    def real(self) -> bool:
        """Whether the change may be shown as one."""
        return self.enough and self.p_value < 0.05


def nps_change(before: tuple[float, float, float], after: tuple[float, float, float]) -> Change | None:
    """Pooled z test between two (promoters, detractors, n); the difference is in points."""
    (p1, d1, n1), (p2, d2, n2) = before, after
    if n1 <= 0 or n2 <= 0:
        return None
    n = n1 + n2
    variance = spread((p1 + p2) / n, (d1 + d2) / n)
    return _change((p1 - d1) / n1, (p2 - d2) / n2, variance, n1, n2, scale=100)


def share_change(before: tuple[float, float], after: tuple[float, float]) -> Change | None:
    """Pooled z test between two (k, n); the difference is a share."""
    (k1, n1), (k2, n2) = before, after
    if n1 <= 0 or n2 <= 0:
        return None
    pooled = (k1 + k2) / (n1 + n2)
    return _change(k1 / n1, k2 / n2, pooled * (1 - pooled), n1, n2, scale=1)


def _change(old: float, new: float, variance: float, n1: float, n2: float, scale: float) -> Change:
    error = sqrt(variance * (1 / n1 + 1 / n2))
    p_value = erfc(abs(new - old) / error / sqrt(2)) if error > 0 else 1.0
    return Change(scale * (new - old), p_value, min(n1, n2) >= ENOUGH)


@dataclass(frozen=True)
class Flag:
    """One period of a watched series: the smoothed deviation from the baseline in standard errors, the
    limit it may reach, and the direction (−1, 0, +1) in which it left."""

    deviation: float
    limit: float
    direction: int


def ewma(
    points: Sequence[tuple[float, float]],
    restarts: Collection[int] = (),
    weight: float = 0.2,
    width: float = 2.86,
    baseline: int = 12,
    settled: int = 26,
) -> list[Flag]:
    """Flags of an exponentially weighted moving average chart, one per period, oldest first.

    ``points`` are (value, standard error), the error being of the period's own number of answers.
    Nothing is flagged in the first ``baseline`` periods, nor in those after an index in ``restarts``
    (an acknowledged change). The baseline keeps growing up to ``settled`` periods.
    """
    flags: list[Flag] = []
    known: list[tuple[float, float]] = []
    smooth, watched = 0.0, 0
    for index, (value, error) in enumerate(points):
        if index in restarts:
            known, smooth, watched = [], 0.0, 0
        if len(known) < baseline or error <= 0:
            flags.append(Flag(0.0, 0.0, 0))
        else:
            watched += 1
            smooth = weight * (value - _centre(known)) / error + (1 - weight) * smooth
            flags.append(_flag(smooth, width * _swing(weight, watched)))
        if error > 0 and len(known) < settled:
            known.append((value, error))
    return flags


def _flag(smooth: float, limit: float) -> Flag:
    return Flag(smooth, limit, (smooth > limit) - (smooth < -limit))


def _centre(known: Sequence[tuple[float, float]]) -> float:
    """Mean weighted by precision."""
    weights = [1 / error**2 for _, error in known]
    return sum(w * value for w, (value, _) in zip(weights, known, strict=True)) / sum(weights)


def _swing(weight: float, periods: int) -> float:
    """Standard deviation of the moving average after so many periods."""
    return sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * periods)))


def nps_error(promoters: float, detractors: float, n: float) -> float:
    """Standard error of a score in points, as :func:`ewma` takes it; 0 without answers."""
    if n <= 0:
        return 0.0
    m = n + 3
    return 100 * sqrt(spread((promoters + 0.75) / m, (detractors + 0.75) / m) / m)


def sample_size(margin: float, promoters: float = 0.5, detractors: float = 0.2) -> int:
    """Answers for an interval of ± ``margin`` points at the given shares."""
    return round(Z**2 * spread(promoters, detractors) / (margin / 100) ** 2 - 3)


def sample_size_change(points: float, promoters: float = 0.5, detractors: float = 0.2) -> int:
    """Answers per group to see a rise of ``points`` in four cases of five."""
    step = points / 200
    variance = spread(promoters, detractors) + spread(promoters + step, detractors - step)
    return round((Z + POWER) ** 2 * variance / (points / 100) ** 2 - 3)


def benjamini_hochberg(p_values: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Which of many tests hold when at most ``rate`` of those said to hold may be false."""
    ranked = sorted(p_values)
    limits = [p for rank, p in enumerate(ranked, 1) if p <= rate * rank / len(ranked)]
    return [bool(limits) and p <= limits[-1] for p in p_values]
