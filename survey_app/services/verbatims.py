"""Customers' words: shown, handed to whoever reads them, and what was read counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from survey_app.extensions import db
from survey_app.models import Response, Unit, Verbatim
from survey_app.models.base import now
from survey_app.services import cells
from survey_app.services.cube import Days
from survey_app.services.storage import write
from survey_app.words.base import Reading


@dataclass(frozen=True)
class Said:
    """One text to show. ``response``: public id, ``""`` where it is not an answer. ``sentiment``: ``""``
    until it was read. ``answers``: the whole response's, for the score beside the words."""

    id: int
    response: str
    question: str
    text: str
    sentiment: str
    score: float | None
    reasons: list[Any]
    said_at: datetime
    day: str
    unit: str
    unit_name: str
    channel: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Unread:
    """One text an engine still has to read."""

    id: int
    text: str


_SHOWN = (
    select(
        Verbatim.id,
        Response.public_id,
        Verbatim.question,
        Verbatim.text,
        Verbatim.sentiment,
        Verbatim.score,
        Verbatim.reasons,
        Verbatim.said_at,
        Verbatim.day,
        Unit.code,
        Unit.name,
        Verbatim.channel,
        Response.answers,
    )
    .select_from(Verbatim)
    .join(Unit, Unit.id == Verbatim.unit_id)
    .outerjoin(Response, Response.id == Verbatim.response_id)
)


def latest(
    survey_id: int,
    limit: int,
    days: Days | None = None,
    units: Collection[int] | None = None,
    channels: Collection[str] | None = None,
    sentiment: str = "",
    question: str = "",
    before: int | None = None,
    clean: bool = False,
) -> list[Said]:
    """The latest texts first. ``sentiment`` may be ``unread``; ``before``: id of the last one shown;
    ``clean``: none of responses that are flagged for their quality.

    The caller says which ``units`` its reader may see.
    """
    query = _SHOWN.where(Verbatim.survey_id == survey_id).order_by(
        Verbatim.said_at.desc(), Verbatim.id.desc()
    )
    if days is not None:
        query = query.where(Verbatim.day.between(days[0].isoformat(), days[1].isoformat()))
        # in no time zone more than a day apart; the index knows moments, not days
        query = query.where(Verbatim.said_at.between(_midnight(days[0], -1), _midnight(days[1], 2)))
    if units is not None:
        query = query.where(Verbatim.unit_id.in_(units))
    if channels is not None:
        query = query.where(Verbatim.channel.in_(channels))
    if clean:
        query = query.where(Verbatim.flagged.is_(False))
    if sentiment:
        query = query.where(Verbatim.sentiment == ("" if sentiment == "unread" else sentiment))
    if question:
        query = query.where(Verbatim.question == question)
    if before is not None:
        at = select(Verbatim.said_at).where(Verbatim.id == before).scalar_subquery()
        query = query.where((Verbatim.said_at < at) | ((Verbatim.said_at == at) & (Verbatim.id < before)))
    return [_said(row) for row in db.session.execute(query.limit(limit))]


def _midnight(day: date, after: int) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(days=after)


def _said(row: Any) -> Said:
    id, response, question, text, sentiment, score, reasons, said_at, day, unit, name, channel, answers = row
    return Said(
        id=id,
        response=response or "",
        question=question,
        text=text,
        sentiment=sentiment,
        score=score,
        reasons=reasons,
        said_at=said_at,
        day=day,
        unit=unit,
        unit_name=name,
        channel=channel,
        answers=answers or {},
    )


def unread(limit: int = 200) -> list[Unread]:
    """The texts that wait longest to be read, of all surveys."""
    query = select(Verbatim.id, Verbatim.text).where(Verbatim.read_at.is_(None)).order_by(Verbatim.id)
    return [Unread(id, text) for id, text in db.session.execute(query.limit(limit))]


def record(readings: Mapping[int, Reading]) -> int:
    """Stores what was read in verbatims (id → reading) and moves their counts, in one transaction; reading
    again what was read before is fine. Returns how many were still there.

    Raises StorageFull and Busy.
    """
    return write(lambda connection: _record(connection, readings))


_COUNTED = select(Verbatim.id, Verbatim.survey_id, *cells.SIDE, Verbatim.sentiment).where(
    Verbatim.id.in_(bindparam("ids", expanding=True))
)
_READ = (
    update(Verbatim)
    .where(Verbatim.id == bindparam("which"))
    .values({name: bindparam(name) for name in ("sentiment", "score", "reasons", "model", "read_at")})
)


def _record(connection: Connection, readings: Mapping[int, Reading]) -> int:
    found = connection.execute(
        _COUNTED.order_by(Verbatim.id).with_for_update(), {"ids": list(readings)}
    ).all()
    deltas: dict[cells.Key, cells.Counts] = {}
    for id, survey_id, day, unit_id, channel, flagged, before in found:
        total = deltas.setdefault((survey_id, day, unit_id, channel, flagged), {})
        cells.add(total, cells.words(before, -1))
        cells.add(total, cells.words(readings[id].label))
    if found:
        connection.execute(_READ, [_stored(row.id, readings[row.id]) for row in found])
        cells.fold(connection, deltas)
    return len(found)


def _stored(id: int, reading: Reading) -> dict[str, Any]:
    return {
        "which": id,
        "sentiment": reading.label,
        "score": reading.probability,
        "reasons": [list(each) for each in reading.reasons],
        "model": reading.model,
        "read_at": now(),
    }
