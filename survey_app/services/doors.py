"""Where an answer comes in: a public link, a printed code, a personal link."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, literal, select

from question_types.base import N_
from survey_app import security
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Distribution, Invitation, Place, Survey, Unit
from survey_app.models.base import now
from survey_app.services import plans
from survey_app.services.errors import Gone, NotFound

AGE = 1.0
"""Seconds a door may be remembered; what closing a link may take to be felt."""

KEPT = 4096

TRIAL = "link"
"""The channel of what is tried out without a distribution."""

UNKNOWN = N_("There is no survey at this address.")
UNOPENED = N_("This survey is not open yet.")
CLOSED = N_("This survey is closed. Thank you for your interest.")
WITHDRAWN = N_("This code is no longer in use.")
EXPIRED = N_("This invitation is no longer valid.")

DEAD = ("expired", "suppressed", "failed")
"""States of an invitation whose link opens nothing."""


@dataclass(frozen=True)
class Door:
    """One address for respondents, and what follows from it for every answer that comes in there.

    ``version_id`` and ``plan``: the live version. ``context``: field code → value, stronger than anything a
    respondent sends. ``closed``: why nothing is accepted (English message id), ``""`` while open.
    """

    code: str
    survey_id: int
    survey_code: str
    title: str
    version_id: int
    plan: Plan
    distribution_id: int
    place_id: int | None
    invitation_id: int | None
    contact_id: int | None
    unit_id: int
    channel: str
    unit_code: str
    place_code: str | None
    context: Mapping[str, Any] = field(default_factory=dict)
    closed: str = ""
    day: str = ""
    """When a closed door opens or was shut by its survey, on the survey's clock; ``""`` where nobody said."""
    test: bool = False
    """Answers that come in here only try the survey out."""


def door(code: str, closed: bool = False) -> Door:
    """The door behind ``/s/<code>``, a distribution's or a place's code in any letter case.

    Raises NotFound, and Gone where nothing is accepted; with ``closed`` such a door is returned instead, so
    that an answer that was stored before can still be acknowledged.
    """
    code = code.strip().upper()
    if not re.fullmatch(r"[A-Z0-9_-]{1,32}", code):
        raise NotFound(UNKNOWN)
    return _opened(code, (_DISTRIBUTION, _PLACE), closed)


def door_of_token(token: str, closed: bool = False) -> Door:
    """The door behind the personal link ``/i/<token>``; raises like :func:`door`."""
    return door_of_hash(security.token_hash(token), closed)


def door_of_hash(token_hash: str, closed: bool = False) -> Door:
    """The door behind the personal link whose token has this hash; raises like :func:`door`."""
    return _opened(token_hash, (_INVITATION,), closed)


_FACTS = (
    Survey.id.label("survey_id"),
    Survey.code.label("survey_code"),
    Survey.title,
    Survey.status.label("survey_status"),
    Survey.live_version_id.label("version_id"),
    Distribution.id.label("distribution_id"),
    Distribution.channel,
    Distribution.status,
    Unit.id.label("unit_id"),
    Unit.code.label("unit_code"),
)


def _leading(thing: Any, owner: Any, *columns: Any) -> Any:
    """What ``thing`` (a distribution, place or invitation) opens, for whoever knows ``key``; the answers
    belong to the unit of ``owner``."""
    query = select(*_FACTS, thing.code, *columns).select_from(thing)
    if thing is not Distribution:
        query = query.join(Distribution, Distribution.id == thing.distribution_id)
    query = query.join(Survey, Survey.id == Distribution.survey_id).join(Unit, Unit.id == owner.unit_id)
    secret = thing.token_hash if thing is Invitation else thing.code
    return query.where(Survey.deleted_at.is_(None), secret == bindparam("key"))


_DISTRIBUTION = _leading(Distribution, Distribution)
_PLACE = _leading(
    Place, Place, Place.id.label("place_id"), Place.code.label("place_code"), Place.revoked_at, Place.context
)
_INVITATION = _leading(
    Invitation,
    Distribution,
    Invitation.id.label("invitation_id"),
    Invitation.contact_id,
    Invitation.state,
    Invitation.context,
)


_LIVE = (
    select(
        *_FACTS[:5],
        literal(None).label("distribution_id"),
        literal(TRIAL).label("channel"),
        literal("open").label("status"),
        *_FACTS[8:],
        Survey.code,
    )
    .select_from(Survey)
    .join(Unit, Unit.id == Survey.unit_id)
    .where(Survey.deleted_at.is_(None), Survey.code == bindparam("key"))
)


def trial(code: str, distribution: bool) -> Door:
    """The door of a distribution, or of a survey's live version, for those who try it out: open whatever the
    survey's clock and state say. Raises NotFound."""
    found = _read(code, (_DISTRIBUTION if distribution else _LIVE,))
    if found is None:
        raise NotFound(UNKNOWN)
    return replace(found, closed="", day="", test=True)


_lock = threading.Lock()
_doors: WeakKeyDictionary[Engine, dict[str, tuple[float, Door | None]]] = WeakKeyDictionary()


def _opened(key: str, queries: Sequence[Any], closed: bool) -> Door:
    doors = _doors.get(db.engine)
    if doors is None:
        doors = _doors.setdefault(db.engine, {})
    until, found = doors.get(key, (0.0, None))
    if until < time.monotonic():
        found = _read(key, queries)
        with _lock:
            if len(doors) >= KEPT:
                doors.clear()
            doors[key] = (time.monotonic() + AGE, found)
    if found is None:
        raise NotFound(UNKNOWN)
    if found.closed and not closed:
        raise Gone(found.closed, day=found.day)
    return found


def _read(key: str, queries: Sequence[Any]) -> Door | None:
    """Looks a door up on a connection of its own, given back at once: what follows may need to write."""
    with db.engine.connect() as source:
        found = (source.execute(query, {"key": key}).first() for query in queries)
        row = next((row for row in found if row is not None), None)
        if row is None or row.version_id is None:
            return None
        return _made(dict(row._mapping), plans.plan_of(row.version_id, source))


def _made(facts: Mapping[str, Any], plan: Plan) -> Door:
    closed, day = _why_closed(facts, plan)
    return Door(
        code=facts["code"],
        survey_id=facts["survey_id"],
        survey_code=facts["survey_code"],
        title=facts["title"],
        version_id=facts["version_id"],
        plan=plan,
        distribution_id=facts["distribution_id"],
        place_id=facts.get("place_id"),
        invitation_id=facts.get("invitation_id"),
        contact_id=facts.get("contact_id"),
        unit_id=facts["unit_id"],
        channel=facts["channel"],
        unit_code=facts["unit_code"],
        place_code=facts.get("place_code"),
        context=facts.get("context") or {},
        closed=closed,
        day=day,
    )


def _why_closed(facts: Mapping[str, Any], plan: Plan) -> tuple[str, str]:
    if facts.get("state") in DEAD:
        return EXPIRED, ""
    if facts.get("revoked_at"):
        return WITHDRAWN, ""
    if facts["status"] != "open" or facts["survey_status"] != "live":
        return CLOSED, ""
    opens = _moment(plan.settings.get("opens"), plan.timezone, last=False)
    closes = _moment(plan.settings.get("closes"), plan.timezone, last=True)
    if opens is not None and now() < opens:
        return UNOPENED, _day(plan.settings["opens"])
    shut = closes is not None and now() >= closes
    return (CLOSED, _day(plan.settings["closes"])) if shut else ("", "")


def _day(text: str) -> str:
    """A moment of the settings as people write it."""
    return text.replace("T", " ")[:16]


def _moment(text: Any, zone: tzinfo, last: bool) -> datetime | None:
    """The moment a setting means: a time in the survey's zone, or a whole day, of which ``last`` says
    whether its end is meant."""
    if not text:
        return None
    if len(text) == 10:
        day = date.fromisoformat(text) + timedelta(days=last)
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
