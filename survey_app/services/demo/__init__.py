"""A bank to look around in: units, users, surveys and six weeks of customers' answers.

The answers take the way every answer takes; only the clock is theirs. Run again, the demo goes on where it
ended, so that the last days are never empty.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select, update

from survey_app import security
from survey_app.extensions import db
from survey_app.models import Invitation, Place, Response, Survey
from survey_app.models.base import now as present
from survey_app.models.base import plain_code
from survey_app.models.writer import write
from survey_app.services import intake, links
from survey_app.services.demo import bank, crowd
from survey_app.services.demo.crowd import DAYS, ZONE, Visit
from survey_app.services.posts import Post
from survey_app.services.saves import Save
from survey_app.services.surveys import begin

CHUNK = 100
"""Responses stored in one transaction."""

FRESH = 8
"""Responses of the last hours there are at least, at whatever time of the day the demo begins."""

Doors = Callable[[str], intake.Door]


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in to the demo."""

    login: str
    password: str
    role: str
    name: str


@dataclass(frozen=True)
class Demo:
    """What there is to see. ``added``: responses stored by this call."""

    organisation: str
    survey: str
    logins: tuple[Login, ...]
    kept: Path
    added: int


def seed(now: datetime | None = None, password: str | None = None) -> Demo:
    """Fills the database, or brings an earlier demo up to ``now``.

    Passwords are random, one per user, unless ``password`` is given for all; they are kept in
    ``demo-logins.txt`` beside the data, for its owner alone to read.
    """
    moment = now or present()
    logins = _logins(password)
    made = bank.found(moment)
    added = _fill(made, moment)
    return Demo(bank.NAME, made.branch.code, logins, _file(), added)


def _file() -> Path:
    return links.config().data / "demo-logins.txt"


def _logins(password: str | None) -> tuple[Login, ...]:
    """The users; made, and the passwords set anew, where the file that tells them is missing."""
    known = _read(_file()) if bank.hired() and password is None else {}
    if not known:
        known = {login: password or plain_code(10).lower() for login, *_ in bank.PEOPLE}
        bank.hire(known)
        _write(_file(), known)
    return tuple(Login(login, known[login], role, name) for login, role, name, _ in bank.PEOPLE)


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    known = dict(line.split("\t", 1) for line in lines if "\t" in line)
    return known if known.keys() == {login for login, *_ in bank.PEOPLE} else {}


def _write(path: Path, passwords: dict[str, str]) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{login}\t{password}\n" for login, password in passwords.items())


def _fill(made: bank.Bank, moment: datetime) -> int:
    """Stores everybody who answered between the last stored response and ``moment``."""
    anchor = _anchor(made.branch)
    stored = _store(_branch_saves(made, anchor, moment))
    stored += _store(_mobile_saves(made, moment))
    stored += _store(_guest_saves(made, moment))
    _count_scans()
    return stored


def _anchor(survey: Survey) -> date:
    """The day the demo began; its history is dated from there for good."""
    assert survey.live_version is not None
    return survey.live_version.published_at.astimezone(ZONE).date() + timedelta(days=DAYS)


def _days(moment: datetime) -> list[date]:
    today = moment.astimezone(ZONE).date()
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _stored(survey: Survey, moment: datetime) -> dict[str, datetime]:
    """When the responses of these weeks began, by their ids."""
    recent = Response.started_at >= _midnight(_days(moment)[0])
    query = select(Response.public_id, Response.started_at).where(Response.survey_id == survey.id, recent)
    found = dict(db.session.execute(query).all())
    db.session.rollback()
    return found


def _branch_saves(made: bank.Bank, anchor: date, moment: datetime) -> Iterator[list[Save]]:
    stored, days = _stored(made.branch, moment), _days(moment)
    for day in days:
        missing = [each for each in crowd.visits(day, anchor) if each.id not in stored]
        current = [each for each in missing if _over(each, moment)]
        if day == days[-1]:
            enough = len(current) + sum(begun >= _midnight(day) for begun in stored.values())
            current += _latecomers([each for each in missing if not _over(each, moment)], enough, moment)
        for visit in sorted(current, key=lambda each: each.begun):
            key = (visit.region, visit.branch.code, visit.spot) if visit.branch else (visit.region, "", 0)
            yield _saves(intake.door(made.links[key]), visit)


def _over(visit: Visit, moment: datetime) -> bool:
    return visit.begun + timedelta(seconds=visit.seconds) <= moment


def _latecomers(later: list[Visit], enough: int, moment: datetime) -> list[Visit]:
    """Today is never empty: a few who would come later today come in the last hours instead."""
    start = max(_midnight(moment.astimezone(ZONE).date()), moment - timedelta(hours=5))
    early = later[: max(0, FRESH - enough)]
    longest = max((each.seconds for each in early), default=0)
    step = (moment - start - timedelta(seconds=longest)) / (len(early) + 1)
    if step <= timedelta():
        return []
    return [_at(each, start + step * (n + 1)) for n, each in enumerate(early)]


def _at(visit: Visit, begun: datetime) -> Visit:
    return Visit(**{**vars(visit), "begun": begun})


def _mobile_saves(made: bank.Bank, moment: datetime) -> Iterator[list[Save]]:
    stored = _stored(made.mobile, moment)
    for day in _days(moment):
        for visit in crowd.callers(day):
            if visit.id not in stored and _over(visit, moment):
                yield _saves(intake.door(made.app.code), visit)


def _guest_saves(made: bank.Bank, moment: datetime) -> Iterator[list[Save]]:
    """The guests who follow their personal link, a good half of them, between yesterday and now."""
    invited = bank.invite(made, moment)
    random = Random(f"{crowd.SEED}:guests")  # noqa: S311 - a play, no secret
    day = crowd.Day(moment.astimezone(ZONE).date(), 0)
    coming: dict[str, Visit] = {}
    for invitation in invited:
        branch, opened = random.choice(crowd.BRANCHES), _opened(invitation, moment, random)
        first, rest, locale = crowd.answers(day, branch)
        if random.random() < 0.55:
            finished = None if random.random() < 0.15 else rest
            token = links.personal(invitation).rpartition("/")[2]
            coming[token] = Visit(crowd.public_id(random), "", None, 0, opened, 75, locale, first, finished)
    _open({security.token_hash(token): visit.begun for token, visit in coming.items()})
    return (_saves(intake.door_of_token(token), visit) for token, visit in coming.items())


def _opened(invitation: Invitation, moment: datetime, random: Random) -> datetime:
    """Some time between the message and now, preferably not at night."""
    sent = invitation.sent_at or moment
    tries = [sent + (moment - sent) * random.uniform(0.02, 0.9) for _ in range(8)]
    return next((each for each in tries if each.astimezone(ZONE).hour >= 7), tries[0])


def _open(moments: dict[str, datetime]) -> None:
    """Notes when links were opened; ``moments`` by hash of the token."""
    begin()
    for hashed, opened in moments.items():
        theirs = Invitation.token_hash == hashed
        db.session.execute(update(Invitation).where(theirs).values(state="opened", opened_at=opened))
    db.session.commit()


def _saves(door: intake.Door, visit: Visit) -> list[Save]:
    """What the visitor's phone sends: the first page, and all the rest at the end."""
    page = door.plan.pages[0].code
    first = _save(door, Post(visit.id, 1, page, visit.first, locale=visit.locale), visit.begun)
    saves = [replace(first, fresh=first.foreseen())]
    if visit.rest is not None:
        last = Post(visit.id, 2, None, visit.rest, complete=True, locale=visit.locale)
        saves.append(_save(door, last, visit.begun + timedelta(seconds=visit.seconds)))
    return saves


def _save(door: intake.Door, post: Post, at: datetime) -> Save:
    secret = links.config().secret_key
    return Save(door, post, secret, (door.version_id, door.plan), clock=lambda: at)


def _store(visits: Iterator[list[Save]]) -> int:
    """Stores responses in order of time, many in one transaction; how many."""
    count = 0
    while chunk := list(islice(visits, CHUNK)):
        write(lambda connection, chunk=chunk: _run(connection, chunk))  # type: ignore[misc]
        count += len(chunk)
    return count


def _run(connection: Connection, chunk: list[list[Save]]) -> None:
    for saves in chunk:
        for save in saves:
            save.run(connection)


def _count_scans() -> None:
    """More people scan a code than answer."""
    begin()
    answered = select(Response.place_id, func.count()).where(Response.place_id.is_not(None))
    for place_id, number in db.session.execute(answered.group_by(Response.place_id)).all():
        if place_id:
            scans = number * 8 // 5 + place_id % 7
            db.session.execute(
                update(Place).where(Place.id == place_id, Place.scans < scans).values(scans=scans)
            )
    db.session.commit()
