"""Quotas: how many completed responses each holds, and the places kept for those still being given.

A response counts in the transaction that completes it. As soon as a quota's condition is decided and holds,
a place is kept for it, so that nobody who has qualified is turned away at the end. Every saved page keeps it
for another while (``settings.reserve_minutes``); then anybody else may take it. The limit is the version's,
the count the survey's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, literal, or_, select, union_all

from survey_app.engine.plan import Plan
from survey_app.models import Quota, Reservation
from survey_app.models.base import Moment, inserting, now
from survey_app.services import paths
from survey_app.services.stamps import raised
from survey_app.services.storage import write

MINUTES = 30
"""How long a place is kept after the last saved page, where the survey says nothing else."""

_SURVEY: Any = bindparam("survey")
_OWN: Any = bindparam("own")
_AT: Any = bindparam("at", type_=Moment)
_MINE = Reservation.response == _OWN
_STANDS = Reservation.until > _AT
_COUNTS = union_all(
    select(Quota.code, Quota.n, literal(0), literal(0)).where(Quota.survey_id == _SURVEY),
    select(
        Reservation.code,
        literal(0),
        func.count().filter(_STANDS, ~_MINE),
        func.max(case((~_MINE, 0), (_STANDS, 2), else_=1)),
    )
    .where(Reservation.survey_id == _SURVEY, or_(_STANDS, _MINE))
    .group_by(Reservation.code),
)
"""Code, completed ones, places kept for others, 2 where one is kept for this response, 1 where one was."""

_FREE = delete(Reservation).where(
    Reservation.survey_id == _SURVEY,
    _MINE,
    Reservation.code.in_(bindparam("codes", expanding=True)),
)


@dataclass(frozen=True)
class Room:
    """What one response finds in its survey's quotas: codes of those that are ``full`` for it and of those in
    which a place is its ``own``; ``lapsed`` are places it had and whose time has passed."""

    survey_id: int = 0
    response: str = ""
    full: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()
    time: timedelta = field(default=timedelta(minutes=MINUTES))


NOBODY = Room()
"""Of a survey without quotas."""


def room(connection: Connection, survey_id: int, plan: Plan, response: str, at: datetime) -> Room:
    """What a response finds at a moment. Nobody can complete another one of this survey, nor take a place,
    between this and the end of the transaction, so a limit is never passed."""
    raised(connection, survey_id)
    return _found(connection, survey_id, plan, response, at)


def filled(connection: Connection, survey_id: int, plan: Plan, response: str) -> frozenset[str]:
    """Codes of the quotas that are full for a response at this moment; in the next they may be more."""
    return _found(connection, survey_id, plan, response, now()).full


@dataclass(frozen=True)
class Level:
    """How far a quota has filled up: places ``kept`` are those of responses still being given."""

    code: str
    limit: int
    completed: int
    kept: int

    @property
    def full(self) -> bool:
        return self.completed + self.kept >= self.limit


def levels(connection: Connection, survey_id: int, plan: Plan) -> list[Level]:
    """How far each quota of a version has filled up, in its order."""
    completed, kept, _ = _counted(connection, survey_id, "", now())
    return [Level(each.code, each.limit, completed[each.code], kept[each.code]) for each in plan.quotas]


def _counted(
    connection: Connection, survey_id: int, response: str, at: datetime
) -> tuple[Counter[str], Counter[str], dict[str, int]]:
    """By code: completed responses, places kept for others, and what the response has itself."""
    completed: Counter[str] = Counter()
    others: Counter[str] = Counter()
    own: dict[str, int] = {}
    for code, n, kept, mine in connection.execute(_COUNTS, {"survey": survey_id, "own": response, "at": at}):
        completed[code] += n
        others[code] += kept
        own[code] = max(own.get(code, 0), mine)
    return completed, others, own


def _found(connection: Connection, survey_id: int, plan: Plan, response: str, at: datetime) -> Room:
    completed, others, own = _counted(connection, survey_id, response, at)

    def taken(code: str) -> int:
        """A place of one's own was counted when it was taken: only completed responses come before it."""
        return completed[code] + (0 if own.get(code) == 2 else others[code])

    return Room(
        survey_id,
        response,
        frozenset(quota.code for quota in plan.quotas if taken(quota.code) >= quota.limit),
        frozenset(code for code, state in own.items() if state == 2),
        frozenset(code for code, state in own.items() if state == 1),
        _time(plan),
    )


def _time(plan: Plan) -> timedelta:
    """How long a version keeps a place."""
    minutes = plan.settings.get("reserve_minutes")
    return timedelta(minutes=MINUTES if minutes is None else minutes)


def keep(connection: Connection, room: Room, codes: Collection[str], at: datetime) -> None:
    """Keeps places in these quotas for the response of a room, from now on, and gives its others back."""
    codes = codes if room.time else ()
    lost = (room.own | room.lapsed) - set(codes)
    mine = {"survey_id": room.survey_id, "response": room.response, "until": at + room.time}
    if lost:
        free(connection, room.survey_id, room.response, lost)
    if codes:
        connection.execute(
            _reserve(connection.dialect.name), [{**mine, "code": each} for each in sorted(codes)]
        )


def free(connection: Connection, survey_id: int, response: str, codes: Iterable[str]) -> None:
    """Gives places of a response back."""
    connection.execute(_FREE, {"survey": survey_id, "own": response, "codes": sorted(codes)})


def sweep(at: datetime | None = None) -> int:
    """Forgets the places whose time has passed; how many."""
    over = delete(Reservation).where(Reservation.until <= (at or now()))
    return write(lambda connection: connection.execute(over).rowcount)


def count(connection: Connection, survey_id: int, codes: Iterable[str], by: int = 1) -> None:
    """Adds ``by`` responses to quotas."""
    rows = [{"survey_id": survey_id, "code": code, "n": by} for code in sorted(codes)]
    if rows:
        connection.execute(_add(connection.dialect.name), rows)


def of_response(row: Any, plan: Plan) -> tuple[str, ...]:
    """Codes of the quotas a stored response is counted in."""
    if row.state != "completed" or not plan.quotas:
        return ()
    return paths.again(row, plan).quotas


def take_out(connection: Connection, row: Any, plan: Plan) -> None:
    """Takes a stored response out of the quotas, as it is deleted, with the places kept for it."""
    count(connection, row.survey_id, of_response(row, plan), by=-1)
    if plan.quotas and row.state == "started":
        free(connection, row.survey_id, row.public_id, [quota.code for quota in plan.quotas])


def replace(connection: Connection, survey_id: int, held: Mapping[str, int]) -> None:
    """Sets the counts of a survey."""
    connection.execute(delete(Quota).where(Quota.survey_id == survey_id))
    for code, n in held.items():
        count(connection, survey_id, [code], n)


@cache
def _add(dialect: str) -> Any:
    statement = inserting(dialect, Quota)
    return statement.on_conflict_do_update(
        index_elements=["survey_id", "code"], set_={"n": Quota.__table__.c.n + statement.excluded.n}
    )


@cache
def _reserve(dialect: str) -> Any:
    statement = inserting(dialect, Reservation)
    return statement.on_conflict_do_update(
        index_elements=["survey_id", "code", "response"], set_={"until": statement.excluded.until}
    )
