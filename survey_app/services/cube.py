"""All cells of one survey in memory, for sums in milliseconds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, select

from survey_app.extensions import db
from survey_app.models import Bucket, Cell, Stamp

Days = tuple[date, date]
"""First and last day, both included, in the survey's time zone."""

KEPT = 64
"""Surveys whose cubes stay in memory per database."""


@dataclass(frozen=True)
class Totals:
    """Sums over some cells. ``n``: how many answers fell in a bucket; ``amount``: the sum of what they
    measured there. Unknown buckets count nothing."""

    places: Mapping[tuple[str, str], int]
    vector: NDArray[np.float64]

    def n(self, question: str, bucket: str = "") -> int:
        return round(self._at(question, bucket, 0))

    def amount(self, question: str, bucket: str = "") -> float:
        return self._at(question, bucket, 1)

    def buckets(self, question: str) -> list[str]:
        """Buckets of the question that have a number, known beforehand or met since."""
        return [bucket for (code, bucket) in self.places if code == question]

    def _at(self, question: str, bucket: str, side: int) -> float:
        place = self.places.get((question, bucket))
        return float(self.vector[place, side]) if place is not None and place < len(self.vector) else 0.0


class Cube:
    """The cells of a survey as of one stamp; immutable.

    ``days`` (ordinals), ``units`` (ids), ``channels`` (keys) and ``flagged`` describe the rows of ``matrix``,
    whose columns are pairs (n, amount) by bucket number: shape (cells, 2 × buckets).
    """

    def __init__(
        self,
        stamp: int,
        numbers: Mapping[tuple[str, str], int],
        keys: tuple[tuple[str, int, str, bool], ...],
        matrix: NDArray[np.float64],
    ) -> None:
        self.stamp = stamp
        self.numbers = numbers
        self.keys = keys
        self.matrix = matrix
        days, units, channels, flagged = zip(*keys, strict=True) if keys else ((), (), (), ())
        ordinals = {day: date.fromisoformat(day).toordinal() for day in set(days)}
        self.days = np.array([ordinals[day] for day in days], dtype=np.int64)
        self.units = np.array(units, dtype=np.int64)
        self.channels = np.array(channels, dtype=object)
        self.flagged = np.array(flagged, dtype=np.bool_)
        self._everything = matrix.sum(axis=0)

    @cached_property
    def clean(self) -> Cube:
        """The same without responses that are flagged for their quality."""
        return self if not self.flagged.any() else self._only(~self.flagged)

    @cached_property
    def doubtful(self) -> Cube:
        """The flagged ones alone."""
        return self._only(self.flagged)

    def _only(self, rows: NDArray[np.bool_]) -> Cube:
        keys = tuple(key for key, kept in zip(self.keys, rows, strict=True) if kept)
        return Cube(self.stamp, self.numbers, keys, self.matrix[rows])

    def totals(
        self,
        days: Days | None = None,
        units: Collection[int] | None = None,
        channels: Collection[str] | None = None,
    ) -> Totals:
        """Sums of all buckets over the cells of these days, units and channels; None means all of them."""
        rows = self._rows(days, units, channels)
        vector = self._everything if rows is None else rows.astype(np.float64) @ self.matrix
        return Totals(self.numbers, vector.reshape(-1, 2))

    def by_day(
        self,
        question: str,
        days: Days | None = None,
        units: Collection[int] | None = None,
        channels: Collection[str] | None = None,
    ) -> dict[date, Totals]:
        """One question's sums per day that has cells, oldest first. Question ``""``: the survey's own."""
        groups = self._grouped(self.days, question, self._rows(days, units, channels))
        return {date.fromordinal(int(day)): totals for day, totals in groups}

    def by_unit(
        self,
        question: str,
        days: Days | None = None,
        units: Collection[int] | None = None,
        channels: Collection[str] | None = None,
    ) -> dict[int, Totals]:
        """One question's sums per unit that has cells."""
        groups = self._grouped(self.units, question, self._rows(days, units, channels))
        return {int(unit): totals for unit, totals in groups}

    def _rows(
        self, days: Days | None, units: Collection[int] | None, channels: Collection[str] | None
    ) -> NDArray[np.bool_] | None:
        """Which rows are meant; None for all."""
        masks: list[NDArray[np.bool_]] = []
        if days is not None:
            masks.append((self.days >= days[0].toordinal()) & (self.days <= days[1].toordinal()))
        if units is not None:
            masks.append(np.isin(self.units, list(units)))
        if channels is not None:
            wanted = set(channels)
            masks.append(np.fromiter((each in wanted for each in self.channels), bool, len(self.channels)))
        return np.logical_and.reduce(masks) if masks else None

    def _grouped(
        self, by: NDArray[np.int64], question: str, rows: NDArray[np.bool_] | None
    ) -> list[tuple[np.int64, Totals]]:
        places = {key: place for place, key in enumerate(key for key in self.numbers if key[0] == question)}
        columns = np.array([self.numbers[key] for key in places], dtype=np.intp)
        chosen = np.arange(len(by)) if rows is None else np.flatnonzero(rows)
        if not len(chosen):
            return []
        chosen = chosen[np.argsort(by[chosen], kind="stable")]
        groups, starts = np.unique(by[chosen], return_index=True)
        pairs = self.matrix.reshape(len(by), -1, 2)[chosen[:, None], columns[None, :]]
        sums = np.add.reduceat(pairs, starts, axis=0)
        return [(group, Totals(places, vector)) for group, vector in zip(groups, sums, strict=True)]


_REGISTRY = select(Bucket.question, Bucket.bucket, Bucket.number).where(
    Bucket.survey_id == bindparam("survey")
)
_NEWER = select(Cell.day, Cell.unit_id, Cell.channel, Cell.flagged, Cell.vector).where(
    Cell.survey_id == bindparam("survey"), Cell.stamp > bindparam("stamp")
)
_STAMP = select(Stamp.stamp).where(Stamp.survey_id == bindparam("survey"))

_cubes: WeakKeyDictionary[Engine, OrderedDict[int, Cube]] = WeakKeyDictionary()
_lock = threading.Lock()


def load(survey_id: int, connection: Connection | None = None) -> Cube:
    """The survey's counts as the database has them now; only cells changed since the last call are read."""
    source = connection if connection is not None else db.session.connection()
    cubes = _cubes.get(source.engine)
    if cubes is None:
        cubes = _cubes.setdefault(source.engine, OrderedDict())
    kept = cubes.get(survey_id)
    stamp = source.execute(_STAMP, {"survey": survey_id}).scalar() or 0
    if kept is not None and kept.stamp == stamp:
        return kept
    cube = _refreshed(source, survey_id, stamp, kept if kept is not None and kept.stamp < stamp else None)
    with _lock:
        if kept is None or kept.stamp < stamp:
            cubes[survey_id] = cube
            cubes.move_to_end(survey_id)
        while len(cubes) > KEPT:
            cubes.popitem(last=False)
    return cube


def read(connection: Connection, survey_id: int) -> Cube:
    """The survey's counts as this transaction sees them; nothing is remembered of it."""
    return _refreshed(connection, survey_id, 0, None)


def _refreshed(source: Connection, survey_id: int, stamp: int, kept: Cube | None) -> Cube:
    since = kept.stamp if kept is not None else -1
    changed = {
        (day, unit, channel, flagged): np.frombuffer(vector, dtype="<f8")
        for day, unit, channel, flagged, vector in source.execute(
            _NEWER, {"survey": survey_id, "stamp": since}
        )
    }
    found = source.execute(_REGISTRY, {"survey": survey_id})  # after the cells, so that none exceeds it
    numbers = {(question, bucket): number for question, bucket, number in found}
    keys = dict.fromkeys(kept.keys if kept is not None else ())
    keys.update(dict.fromkeys(changed))
    matrix = np.zeros((len(keys), 2 * len(numbers)))
    if kept is not None:
        matrix[: len(kept.keys), : kept.matrix.shape[1]] = kept.matrix
    rows = {key: row for row, key in enumerate(keys)}
    for key, vector in changed.items():
        matrix[rows[key]] = 0
        matrix[rows[key], : len(vector)] = vector
    return Cube(stamp, numbers, tuple(keys), matrix)
