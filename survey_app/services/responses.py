"""Stored responses: listed, read, weighed, removed. Nobody sees those of units outside their own subtree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select, tuple_

from question_types.base import N_
from survey_app.extensions import db
from survey_app.models import Code, Conversation, Response, Survey, Turn, User, Verbatim, Version
from survey_app.services import accounts, cells, plans, quality, quotas, seals, seats, uploads
from survey_app.services.errors import NotFound, Refused
from survey_app.services.links import config
from survey_app.services.paths import ROWS
from survey_app.services.surveys import begin

PAGE = 50
LARGEST_PAGE = 1000
STATES = ("started", "completed", "screened_out", "over_quota")


@dataclass(frozen=True)
class Filter:
    """Which responses are meant. ``since`` and ``until``: moments between which they began, the first
    included. Empty parts mean all."""

    states: Collection[str] = ()
    channels: Collection[str] = ()
    units: Collection[int] = ()
    flagged: bool | None = None
    test: bool | None = None
    version: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One response as lists and the API show it. ``version`` is a number, ``unit`` and ``place`` codes."""

    id: str
    version: int
    version_id: int
    state: str
    channel: str
    unit: str
    unit_name: str
    place: str | None
    locale: str
    started_at: datetime
    completed_at: datetime | None
    seconds: int | None
    position: str
    revision: int
    seed: int
    answers: Mapping[str, Any]
    fields: Mapping[str, Any]
    flags: Mapping[str, Any]
    flagged: bool
    test: bool

    @property
    def quota(self) -> str | None:
        """Code of the quota that stopped it."""
        return self.flags.get("quota")

    def as_dict(self) -> dict[str, Any]:
        """What the API says of it; times in ISO 8601, UTC."""
        return {
            "id": self.id,
            "version": self.version,
            "state": self.state,
            "quota": self.quota,
            "channel": self.channel,
            "unit": self.unit,
            "started_at": self.started_at.isoformat(),
            "completed_at": self.completed_at.isoformat() if self.completed_at else None,
            "seconds": self.seconds,
            "answers": self.answers,
            "fields": self.fields,
            "flagged": self.flagged,
            "quality": quality.told(self.flags),
        } | ({"test": True} if self.test else {})


def listing(
    actor: User, survey_code: str, chosen: Filter = Filter(), after: str = "", limit: int = PAGE
) -> tuple[list[Row], str]:
    """Responses of the actor's units, the latest begun first, and the id to go on after (``""`` at the end).

    Raises NotFound for an unknown survey or ``after``.
    """
    survey = accounts.survey(actor, survey_code)
    limit = max(1, min(limit, LARGEST_PAGE))
    query = _chosen(actor, survey, chosen).order_by(Response.started_at.desc(), Response.id.desc())
    if after:
        last = _mine(actor, survey, after)
        query = query.where(tuple_(Response.started_at, Response.id) < (last.started_at, last.id))
    found = [_row(each) for each in db.session.execute(query.limit(limit + 1))]
    return found[:limit], found[limit - 1].id if len(found) > limit else ""


def get(actor: User, survey_code: str, id: str) -> Row:
    """One response. Raises NotFound, also where it belongs to a unit outside the actor's subtree."""
    return _row(_mine(actor, accounts.survey(actor, survey_code), id))


def reveal(actor: User, survey_code: str, id: str) -> Row:
    """One response with its sealed answers open; the journal says who looked. Raises NotFound."""
    survey = accounts.survey(actor, survey_code)
    found = _mine(actor, survey, id)
    begin()
    accounts.audit(actor, "response.reveal", f"response:{id}", survey=survey.code)
    db.session.commit()
    return replace(_row(found), answers=seals.opened(found.answers, config().secret_key))


def remove(actor: User, survey_code: str, id: str) -> None:
    """Deletes a response with its verbatims and takes it out of all counts. Raises NotFound."""
    survey = accounts.survey(actor, survey_code)
    _mine(actor, survey, id)
    begin()
    try:
        row = _mine(actor, survey, id, lock=True)
        erase(db.session.connection(), row)
        accounts.audit(actor, "response.delete", f"response:{id}", survey=survey.code)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    uploads.clear()


def decide(actor: User, survey_code: str, id: str, flagged: bool | None) -> Row:
    """Says whether a completed response counts as doubtful, whatever was observed; None: as observed.

    Its counts move with it. Raises NotFound, and Refused for one that is not completed.
    """
    survey = accounts.survey(actor, survey_code)
    _mine(actor, survey, id)
    begin()
    try:
        row = _mine(actor, survey, id, lock=True)
        if row.state != "completed" or row.test:
            raise Refused(N_("Only completed responses can be marked."))
        _settle(actor, survey, row, flagged)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    return _row(_mine(actor, survey, id))


def _settle(actor: User, survey: Survey, row: Any, flagged: bool | None) -> None:
    if row.flags.get("decided") is flagged:
        return
    decided = {} if flagged is None else {"decided": flagged}
    flags = {key: value for key, value in row.flags.items() if key != "decided"} | decided
    quality.settle(db.session.connection(), row, flags)
    detail = {"survey": survey.code, "flagged": flagged, "before": row.flagged}
    accounts.audit(actor, "response.quality", f"response:{row.public_id}", **detail)


def erase(connection: Connection, row: Any) -> None:
    """Deletes one response (a row of ``paths.ROWS``) and everything derived from it, counts included."""
    if not row.test:
        _uncount(connection, row)
    uploads.forget(connection, row.public_id)
    connection.execute(delete(Verbatim).where(Verbatim.response_id == row.id))
    connection.execute(delete(Code).where(Code.response == row.public_id))
    spoken = select(Conversation.id).where(Conversation.response == row.public_id)
    connection.execute(delete(Turn).where(Turn.conversation_id.in_(spoken)))
    connection.execute(delete(Conversation).where(Conversation.response == row.public_id))
    connection.execute(delete(Response).where(Response.id == row.id))


def _uncount(connection: Connection, row: Any) -> None:
    """Takes a response out of everything it is counted in."""
    plan = plans.plan_of(row.version_id, connection)
    whole = cells.whole(connection, row, plan)  # locks the verbatims first, as whoever reads them does
    deltas = {key: cells.negative(counts) for key, counts in whole.items()}
    seats.give_back(connection, row, plan)
    quotas.take_out(connection, row, plan)
    cells.fold(connection, deltas)


_ROWS = ROWS.join(Version, Version.id == Response.version_id).add_columns(Version.number)


def _mine(actor: User, survey: Survey, id: str, lock: bool = False) -> Any:
    query = _ROWS.where(
        Response.survey_id == survey.id, Response.public_id == id, accounts.within(actor, Response)
    )
    row = db.session.execute(query.with_for_update(of=Response) if lock else query).first()
    if row is None:
        raise NotFound(N_("There is no such response."))
    return row


def _chosen(actor: User, survey: Survey, chosen: Filter) -> Select[Any]:
    query = _ROWS.where(Response.survey_id == survey.id, accounts.within(actor, Response))
    for column, wanted in (
        (Response.state, chosen.states),
        (Response.channel, chosen.channels),
        (Response.unit_id, chosen.units),
    ):
        if wanted:
            query = query.where(column.in_(wanted))
    if chosen.flagged is not None:
        query = query.where(Response.flagged.is_(chosen.flagged))
    if chosen.test is not None:
        query = query.where(Response.test.is_(chosen.test))
    if chosen.version is not None:
        query = query.where(Version.number == chosen.version)
    if chosen.since is not None:
        query = query.where(Response.started_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(Response.started_at < chosen.until)
    return query


def _row(found: Any) -> Row:
    return Row(
        id=found.public_id,
        version=found.number,
        version_id=found.version_id,
        state=found.state,
        channel=found.channel,
        unit=found.unit_code,
        unit_name=found.unit_name,
        place=found.place_code,
        locale=found.locale,
        started_at=found.started_at,
        completed_at=found.completed_at,
        seconds=found.seconds,
        position=found.position,
        revision=found.revision,
        seed=found.seed,
        answers=seals.hidden(found.answers, config().secret_key),
        fields=found.fields,
        flags=found.flags,
        flagged=found.flagged,
        test=found.test,
    )
