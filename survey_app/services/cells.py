"""Counts kept beside the answers: one vector per (survey, day, unit, channel, flagged or not).

A vector holds a pair of float64 (how many, sum of amounts) per bucket; which bucket has which number is an
append-only registry per survey. Counts are folded into their cells in the transaction of the answers they
count, so they can never disagree with them. Reading goes through a cube held in memory (``services.cube``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, func, insert, select, tuple_, update

from survey_app.engine.plan import Plan
from survey_app.models import Bucket, Cell, Response, Verbatim
from survey_app.models.base import inserting
from survey_app.models.writer import gather
from survey_app.services import quotas, seats
from survey_app.services.cube import Cube, Totals, load
from survey_app.services.paths import ROWS
from survey_app.services.plans import plan_of
from survey_app.services.stamps import raised
from survey_app.services.storage import write

__all__ = ["Cube", "Totals", "began", "ended", "fold", "load", "rebuild", "register"]

Key = tuple[int, str, int, str, bool]
"""Survey id, ISO day, unit id, channel, and whether it is of responses flagged for their quality."""

Place = tuple[str, int, str, bool]
"""A key within one survey."""

Counts = dict[tuple[str, str], tuple[float, float]]
"""(question, bucket) → (how many, sum of amounts). Question ``""`` is the survey itself, ``"words"`` the
sentiment of its verbatims."""

Deltas = Mapping[Key, Mapping[tuple[str, str], tuple[float, float]]]
Vector = NDArray[np.float64]

SURVEY = tuple(("", bucket) for bucket in ("started", "completed", "screened_out", "over_quota", "seconds"))
SENTIMENTS = ("positive", "neutral", "negative", "none", "unread")
SIDE = (Verbatim.day, Verbatim.unit_id, Verbatim.channel, Verbatim.flagged)
"""Where a verbatim is counted within its survey."""
WORDS = tuple(("words", bucket) for bucket in SENTIMENTS)
BUCKET_LENGTH = 120


def register(connection: Connection, survey_id: int, buckets: Iterable[tuple[str, str]]) -> None:
    """Gives numbers to the buckets of a version about to be published, so that answers find them there."""
    raised(connection, survey_id)
    _numbers(connection, survey_id, {*SURVEY, *WORDS, *map(_fitting, buckets)})


def fold(connection: Connection, deltas: Deltas) -> None:
    """Adds counts to their cells and raises the stamps of the surveys, once for all works of a commit."""
    gather(connection, _fold, deltas)


def began() -> Counts:
    """What the first save of a response counts as, on the day it began."""
    return {("", "started"): (1, 1)}


def ended(plan: Plan, state: str, answers: Mapping[str, Any], seconds: int | None) -> Counts:
    """What the end of a response counts as, on the day it ended. Only a completed one counts its answers."""
    counts: Counts = {("", state): (1, 1)}
    if state == "completed":
        if seconds is not None:
            counts["", "seconds"] = (1, seconds)
        for code, value in answers.items():
            for bucket, amount in plan.questions[code].measure(value).items():
                counts[code, bucket] = (1, amount)
    return counts


def of_response(row: Any, plan: Plan) -> dict[Key, Counts]:
    """All that a stored response (a row of ``responses``) counts as, its verbatims aside."""
    side = (row.unit_id, row.channel, row.flagged)
    total: dict[Key, Counts] = {(row.survey_id, day(plan, row.started_at), *side): began()}
    if row.completed_at is not None:
        key = (row.survey_id, day(plan, row.completed_at), *side)
        add(total.setdefault(key, {}), ended(plan, row.state, row.answers, row.seconds))
    return total


def whole(connection: Connection, row: Any, plan: Plan) -> dict[Key, Counts]:
    """All that a stored response and its verbatims count as; nobody can read these until the commit."""
    total = of_response(row, plan)
    for *place, sentiment in connection.execute(_SAID, {"response": row.id}).all():
        add(total.setdefault((row.survey_id, *place), {}), words(sentiment))
    return total


def day(plan: Plan, moment: datetime) -> str:
    """The ISO day of a moment where the survey lives."""
    return moment.astimezone(plan.timezone).date().isoformat()


def add(total: Counts, counts: Mapping[tuple[str, str], tuple[float, float]]) -> None:
    """Adds counts to a running total."""
    for key, pair in counts.items():
        have = total.get(key)
        total[key] = pair if have is None else (have[0] + pair[0], have[1] + pair[1])


def words(sentiment: str, n: int = 1) -> Counts:
    """What ``n`` verbatims of a sentiment count as; ``""``: not yet read."""
    return {("words", sentiment or "unread"): (n, n)}


_SAID = (
    select(*SIDE, Verbatim.sentiment)
    .where(Verbatim.response_id == bindparam("response"))
    .order_by(Verbatim.id)
    .with_for_update()
)


def negative(counts: Mapping[tuple[str, str], tuple[float, float]]) -> Counts:
    """The counts that undo the given ones."""
    return {key: (-n, -amount) for key, (n, amount) in counts.items()}


def rebuild(survey_id: int) -> None:
    """Counts everything again from responses and verbatims. The vectors come out as they were."""
    write(lambda connection: _rebuild(connection, survey_id))


@cache
def _store(dialect: str) -> Any:
    statement = inserting(dialect, Cell)
    return statement.on_conflict_do_update(
        index_elements=["survey_id", "day", "unit_id", "channel", "flagged"],
        set_={"vector": statement.excluded.vector, "stamp": statement.excluded.stamp},
    )


_STORED = select(Cell.day, Cell.unit_id, Cell.channel, Cell.flagged, Cell.vector).where(
    Cell.survey_id == bindparam("survey_id"),
    tuple_(Cell.day, Cell.unit_id, Cell.channel, Cell.flagged).in_(bindparam("keys", expanding=True)),
)
_REGISTRY = select(Bucket.question, Bucket.bucket, Bucket.number).where(
    Bucket.survey_id == bindparam("survey_id")
)


def _fold(connection: Connection, items: list[Deltas]) -> None:
    for survey_id, cells in sorted(_merged(items).items()):
        _fold_survey(connection, survey_id, cells)


def _merged(items: list[Deltas]) -> dict[int, dict[Place, Counts]]:
    """Survey → cell → counts, several deltas of one cell added up."""
    surveys: dict[int, dict[Place, Counts]] = {}
    for deltas in items:
        for (survey_id, *cell), counts in deltas.items():
            total = surveys.setdefault(survey_id, {}).setdefault(tuple(cell), {})  # type: ignore[arg-type]
            add(total, counts)
    return surveys


def _fold_survey(connection: Connection, survey_id: int, cells: dict[Place, Counts]) -> None:
    stamp = raised(connection, survey_id)
    numbers = _numbers(connection, survey_id, {key for counts in cells.values() for key in counts})
    keys = sorted(cells)
    rows = connection.execute(_STORED, {"survey_id": survey_id, "keys": keys})
    stored = {tuple(key): vector for *key, vector in rows}
    changed = [
        {
            "survey_id": survey_id,
            "day": key[0],
            "unit_id": key[1],
            "channel": key[2],
            "flagged": key[3],
            "stamp": stamp,
            "vector": added(stored.get(key, b""), numbers, cells[key]).tobytes(),
        }
        for key in keys
    ]
    connection.execute(_store(connection.dialect.name), changed)


def added(stored: bytes, numbers: Mapping[tuple[str, str], int], counts: Counts) -> Vector:
    """A stored vector plus counts; grown where a number lies beyond its end."""
    places = np.fromiter((numbers[_fitting(key)] for key in counts), dtype=np.intp, count=len(counts))
    old = np.frombuffer(stored, dtype="<f8").reshape(-1, 2)
    vector = np.zeros((max(len(old), int(places.max(initial=-1)) + 1), 2))
    vector[: len(old)] = old
    np.add.at(vector, places, np.array(list(counts.values()), dtype=np.float64).reshape(-1, 2))
    return vector


def _fitting(key: tuple[str, str]) -> tuple[str, str]:
    return key if len(key[1]) <= BUCKET_LENGTH else (key[0], key[1][:BUCKET_LENGTH])


_known: WeakKeyDictionary[Engine, dict[int, dict[tuple[str, str], int]]] = WeakKeyDictionary()


def _numbers(
    connection: Connection, survey_id: int, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The survey's registry, in which all ``wanted`` buckets have numbers.

    What is kept between calls was read before anything was added in the same transaction, so a rollback
    cannot leave numbers here that the database does not know.
    """
    kept = _known.setdefault(connection.engine, {})
    numbers = kept.get(survey_id, {})
    if wanted <= numbers.keys():
        return numbers
    found = connection.execute(_REGISTRY, {"survey_id": survey_id})
    numbers = {(question, bucket): number for question, bucket, number in found}
    missing = sorted({_fitting(key) for key in wanted} - numbers.keys())
    if not missing:
        kept[survey_id] = numbers
        return numbers
    fresh = dict(zip(missing, range(len(numbers), len(numbers) + len(missing)), strict=True))
    connection.execute(
        insert(Bucket),
        [
            {"survey_id": survey_id, "question": question, "bucket": bucket, "number": number}
            for (question, bucket), number in fresh.items()
        ],
    )
    return numbers | fresh


_RESPONSES = ROWS.where(
    Response.survey_id == bindparam("survey"), Response.test.is_(False)
).execution_options(yield_per=1000)
_VERBATIMS = (
    select(*SIDE, Verbatim.sentiment, func.count())
    .where(Verbatim.survey_id == bindparam("survey"))
    .group_by(*SIDE, Verbatim.sentiment)
)


def _rebuild(connection: Connection, survey_id: int) -> None:
    stamp = raised(connection, survey_id)
    total: dict[Key, Counts] = {}
    held: dict[str, int] = {}
    for row in connection.execute(_RESPONSES, {"survey": survey_id}):
        plan = plan_of(row.version_id, connection)
        for key, counts in of_response(row, plan).items():
            add(total.setdefault(key, {}), counts)
        for code in quotas.of_response(row, plan):
            held[code] = held.get(code, 0) + 1
    for iso, unit, channel, flagged, sentiment, n in connection.execute(
        _VERBATIMS, {"survey": survey_id}
    ).all():
        add(total.setdefault((survey_id, iso, unit, channel, flagged), {}), words(sentiment, n))
    connection.execute(update(Cell).where(Cell.survey_id == survey_id).values(vector=b"", stamp=stamp))
    _fold(connection, [total])
    quotas.replace(connection, survey_id, held)
    everything: Counts = {}
    for counts in total.values():
        add(everything, counts)
    seats.recount(connection, survey_id, lambda *place: everything.get(place, (0, 0))[0])
