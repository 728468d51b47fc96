"""The rows a response leaves behind: itself, and what follows from its beginning and its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, bindparam, update

from survey_app.engine.plan import Plan
from survey_app.models import Invitation, Response, Verbatim
from survey_app.models.prepared import Insert
from survey_app.services import cells, quotas, seals, seats
from survey_app.services.doors import Door
from survey_app.services.paths import ROWS

Row = Mapping[str, Any]
"""Columns of a response by name."""


@cache
def _by_id(lock: bool) -> Any:
    query = ROWS.where(Response.public_id == bindparam("id"))
    return query.with_for_update(of=Response) if lock else query


@cache
def _by_invitation(lock: bool) -> Any:
    query = ROWS.where(Response.invitation_id == bindparam("id"))
    return query.with_for_update(of=Response) if lock else query


_CHANGE = (
    update(Response)
    .where(Response.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "answers",
                "revision",
                "position",
                "locale",
                "flags",
                "flagged",
                "completed_at",
                "seconds",
            )
        }
    )
)


def find(connection: Connection, door: Door, id: str, secret: str, lock: bool = False) -> Any:
    """The stored response (with ``unit_code`` and ``place_code``) that a save through this door is about, its
    answers open, or None. A personal link has one response, whatever id another phone made for it. ``lock``:
    no other transaction may change it before this one ends."""
    row = connection.execute(_by_id(lock), {"id": id}).first()
    if row is None and door.invitation_id is not None:
        row = connection.execute(_by_invitation(lock), {"id": door.invitation_id}).first()
    return row if row is None else _opened(row, secret)


def through(row: Any, door: Door) -> bool:
    """Whether a stored response came in through this door."""
    mine = (door.survey_id, door.distribution_id, door.test)
    return (row.survey_id, row.distribution_id, row.test) == mine


def _opened(row: Any, secret: str) -> Any:
    answers = seals.opened(row.answers, secret)
    if answers is row.answers:
        return row
    columns = {**row._mapping, "answers": answers}
    return SimpleNamespace(**columns, _mapping=columns)


_INSERT = Insert(
    Response,
    [column.key for column in Response.__table__.c if column.key != "id"],
    lambda insert: insert.on_conflict_do_nothing().returning(Response.id),
)
_SAY = Insert(
    Verbatim,
    [column.key for column in Verbatim.__table__.c if column.key != "id"],
)


def begin(connection: Connection, plan: Plan, row: Row, secret: str) -> int | None:
    """Stores a new response, its sealed answers encrypted, and counts its beginning; its row id, or None
    where one with this public id or for this invitation exists."""
    id: int | None = _INSERT.run(connection, {**row, "answers": seals.closed(plan, row["answers"], secret)})
    if id is not None and not row["test"]:
        cells.fold(connection, {_place(plan, row, "started_at"): cells.began()})
        _move(connection, row["invitation_id"], "started", row["started_at"])
    return id


def change(connection: Connection, plan: Plan, id: int, changed: Row, secret: str) -> None:
    """Stores what a save changed of a response, sealed answers encrypted."""
    answers = seals.closed(plan, changed["answers"], secret)
    connection.execute(_CHANGE, {"key": id, **changed, "answers": answers})


def end(connection: Connection, plan: Plan, row: Row, counted: Iterable[str], live: Plan) -> None:
    """What the end of a response brings with it: places taken, counts, verbatims, the quotas it is
    ``counted`` in, the invitation's last state. ``live``: the plan of the survey's present version.

    Raises Refused where a completed response finds no place; nothing of the transaction may stay then. What
    only tries a survey out leaves nothing behind but itself.
    """
    if row["test"]:
        return
    state, at = row["state"], row["completed_at"]
    if state == "completed":
        seats.take(connection, plan, row, live)
    place = _place(plan, row, "completed_at")
    counts = cells.ended(plan, state, row["answers"], row["seconds"])
    if state == "completed":
        said = list(_verbatims(plan, row, place[1]))
        if said:
            _SAY.run(connection, *said)
            cells.add(counts, cells.words("", len(said)))
        quotas.count(connection, row["survey_id"], counted)
    cells.fold(connection, {place: counts})
    _move(connection, row["invitation_id"], state, at)


def aside(connection: Connection, plan: Plan, row: Row) -> None:
    """Counts the beginning of a response among the flagged ones, now that it turned out to be one."""
    began = _place(plan, row, "started_at")
    cells.fold(connection, {(*began[:4], False): cells.negative(cells.began()), began: cells.began()})


def _place(plan: Plan, row: Row, moment: str) -> cells.Key:
    day = cells.day(plan, row[moment])
    return row["survey_id"], day, row["unit_id"], row["channel"], row["flagged"]


def _verbatims(plan: Plan, row: Row, day: str) -> Iterator[dict[str, Any]]:
    for code, value in row["answers"].items():
        text = plan.questions[code].text(value).strip()
        if text:
            yield {
                "source": "answer",
                "key": f"{row['public_id']}:{code}",
                "survey_id": row["survey_id"],
                "response_id": row["id"],
                "question": code,
                "unit_id": row["unit_id"],
                "channel": row["channel"],
                "day": day,
                "flagged": row["flagged"],
                "text": text,
                "said_at": row["completed_at"],
                "sentiment": "",
                "score": None,
                "reasons": [],
                "model": "",
                "read_at": None,
            }


_STARTED = (
    update(Invitation)
    .where(Invitation.id == bindparam("key"), Invitation.started_at.is_(None))
    .values(state="started", started_at=bindparam("at"))
)
_ENDED = (
    update(Invitation)
    .where(Invitation.id == bindparam("key"))
    .values(state="completed", reason=bindparam("why"), completed_at=bindparam("at"))
)


def _move(connection: Connection, invitation_id: int | None, state: str, at: datetime) -> None:
    """Moves the invitation on; one that ended without completing says so in its reason."""
    if invitation_id is None:
        return
    if state == "started":
        connection.execute(_STARTED, {"key": invitation_id, "at": at})
    else:
        why = "" if state == "completed" else state
        connection.execute(_ENDED, {"key": invitation_id, "at": at, "why": why})
