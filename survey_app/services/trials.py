"""Trying a live survey out: links in test mode, the covering respondents stored as test responses, and all of
them thrown away again. What is stored so counts nowhere."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, select

from question_types.base import N_
from survey_app.engine import cover
from survey_app.engine.flow import walk
from survey_app.engine.plan import Plan
from survey_app.engine.simulate import Respondent
from survey_app.extensions import db
from survey_app.models import Distribution, Response, Survey, User
from survey_app.models.base import now, secret_code
from survey_app.security import keyed_hash
from survey_app.services import accounts, doors, ledger, paths, responses, uploads
from survey_app.services.doors import Door
from survey_app.services.errors import Conflict, Gone, NotFound
from survey_app.services.links import config
from survey_app.services.posts import seed_of
from survey_app.services.storage import write
from survey_app.services.surveys import begin

DAYS = 7
"""How long a test link works."""
TOKEN = re.compile(r"([ds])\.([0-9]{1,11})\.([A-Z0-9_-]{1,32})\.([0-9a-f]{32})")
EXPIRED = N_("This test link has expired. Please make a new one in the console.")
UNPUBLISHED = N_("Publish the survey first; then it can be tried out.")


def token(actor: User, survey_code: str, distribution: str = "") -> str:
    """What opens a survey's live version, or one distribution of it, in test mode for a week. Raises
    NotFound, and Conflict where nothing is published."""
    survey = _live(accounts.survey(actor, survey_code))
    if distribution:
        _known(survey, distribution)
    until = int((now() + timedelta(days=DAYS)).timestamp())
    head = f"{'d' if distribution else 's'}.{until}.{distribution or survey.code}"
    return f"{head}.{_signature(head)}"


def _signature(head: str) -> str:
    return keyed_hash(config().secret_key, "trial", head)[:32]


def _live(survey: Survey) -> Survey:
    if survey.live_version_id is None:
        raise Conflict(UNPUBLISHED)
    return survey


def _known(survey: Survey, code: str) -> None:
    mine = select(Distribution.id).where(Distribution.survey_id == survey.id, Distribution.code == code)
    if db.session.scalar(mine) is None:
        raise NotFound(N_("There is no such distribution."))


def door(token: str) -> Door:
    """The door behind ``/t/<token>``. Raises NotFound for what we did not sign, Gone once it has expired."""
    found = TOKEN.fullmatch(token)
    if found is None:
        raise NotFound(doors.UNKNOWN)
    head, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature, _signature(head)):
        raise NotFound(doors.UNKNOWN)
    if int(found[2]) < now().timestamp():
        raise Gone(EXPIRED)
    return doors.trial(found[3], distribution=found[1] == "d")


def number(actor: User, survey: Survey) -> int:
    """How many test responses the actor may see and clear."""
    mine = (Response.survey_id == survey.id, Response.test.is_(True), accounts.within(actor, Response))
    return int(db.session.scalar(select(func.count()).where(*mine)) or 0)


def run(actor: User, survey_code: str) -> tuple[int, int]:
    """Stores the covering respondents of the live version as test responses; how many, and how many of them
    are refused somewhere and stay on that page. Raises NotFound, and Conflict where nothing is published."""
    survey = _live(accounts.survey(actor, survey_code, write=True))
    stored, stuck = _store(survey)
    begin()
    accounts.audit(actor, "trials.run", f"survey:{survey.code}", responses=stored)
    db.session.commit()
    return stored, stuck


def store(survey: Survey) -> int:
    """The same for whoever sits at the machine itself."""
    return _store(_live(survey))[0]


def _store(survey: Survey) -> tuple[int, int]:
    opened = doors.trial(survey.code, distribution=False)
    respondents = _covering(opened.plan, paths.today(opened.plan).isoformat())

    secret = config().secret_key

    def work(connection: Connection) -> tuple[int, int]:
        ended = [_add(connection, opened, each, secret) for each in respondents]
        return len(ended), ended.count(False)

    return write(work)


@lru_cache(maxsize=16)
def _covering(plan: Plan, day: str) -> tuple[Respondent, ...]:
    return cover.covering(plan, datetime.fromisoformat(day).date()).respondents


def _add(connection: Connection, opened: Door, respondent: Respondent, secret: str) -> bool:
    """Stores one respondent, as the path goes for somebody of this unit without files; whether to an end."""
    plan, fields = opened.plan, respondent.fields
    channel = str(fields.get("channel") or opened.channel)[:40]
    known = {**fields, **paths.builtin(channel, plan.locale, opened.unit_code, None)}
    strange = uploads.strange(connection, plan, respondent.answers, ())
    answers = {code: value for code, value in respondent.answers.items() if code not in strange}
    full, at = frozenset(respondent.full), now()
    path = walk(plan, answers, known, 0, full=full, today=paths.today(plan, at))
    stopped = {"quota": path.quota} if path.quota else {}
    row = _row(opened, channel, fields) | {
        "state": path.kind or "started",
        "answers": path.answers,
        "position": path.ending or path.position,
        "flags": {"full": sorted(full), **stopped} if full else {},
        "started_at": at,
        "completed_at": at if path.ending else None,
    }
    ledger.begin(connection, plan, row, secret)
    return bool(path.ending)


def _row(opened: Door, channel: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is the same whatever was answered."""
    id = secret_code()
    return {
        "public_id": id,
        "survey_id": opened.survey_id,
        "version_id": opened.version_id,
        "distribution_id": None,
        "place_id": None,
        "invitation_id": None,
        "contact_id": None,
        "unit_id": opened.unit_id,
        "channel": channel,
        "revision": 1,
        "seed": seed_of(id),
        "locale": opened.plan.locale,
        "fields": dict(fields),
        "seconds": None,
        "device": None,
        "flagged": False,
        "test": True,
    }


def clear(actor: User, survey_code: str) -> int:
    """Deletes all test responses of the actor's units, their files with them; how many. Raises NotFound."""
    survey = accounts.survey(actor, survey_code)
    begin()
    try:
        rows = db.session.execute(
            _TESTS.where(Response.survey_id == survey.id, accounts.within(actor, Response))
        ).all()
        _erase(db.session.connection(), rows)
        if rows:
            accounts.audit(actor, "trials.clear", f"survey:{survey.code}", responses=len(rows))
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    uploads.clear()
    return len(rows)


def discard(survey: Survey) -> int:
    """Deletes all test responses of a survey, for whoever sits at the machine itself."""

    def work(connection: Connection) -> int:
        rows = connection.execute(_TESTS.where(Response.survey_id == survey.id)).all()
        _erase(connection, rows)
        return len(rows)

    gone = write(work)
    uploads.clear()
    return gone


_TESTS = paths.ROWS.where(Response.test.is_(True)).order_by(Response.id).with_for_update(of=Response)


def _erase(connection: Connection, rows: Any) -> None:
    for row in rows:
        responses.erase(connection, row)
