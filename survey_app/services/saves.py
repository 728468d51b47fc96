"""One save on its way through the writer: what it makes of a response, and the rows that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, update

from question_types.base import N_, Invalid
from survey_app.engine.flow import Walk, missing, walk
from survey_app.engine.plan import Plan
from survey_app.models import Invitation, Response, Verbatim
from survey_app.models.base import now
from survey_app.models.prepared import Insert
from survey_app.services import cells, paths, plans, quotas
from survey_app.services.doors import Door
from survey_app.services.errors import Conflict, Gone, Refused
from survey_app.services.paths import ROWS
from survey_app.services.posts import Post, receipt_of, seed_of

Json = Any
Reply = dict[str, Json]
Answers = dict[str, Json]

INCOMPLETE = N_("Some answers are missing or not right yet.")


@dataclass(frozen=True)
class Given:
    """What the path of a response depends on besides its answers."""

    fields: Mapping[str, Json]
    seed: int
    today: date
    full: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What a save makes of a response, and the path that led there."""

    state: str
    position: str
    answers: Answers
    walk: Walk

    @property
    def ended(self) -> bool:
        return self.state != "started"

    def flags(self) -> dict[str, Json]:
        """What else the end depended on: the quotas that were full then, and the one that stopped it."""
        full, stopped = self.walk.facts.full, self.walk.quota
        if not self.ended or not full:
            return {}
        return {"full": sorted(full)} | ({"quota": stopped} if stopped else {})


def delta(plan: Plan, post: Post) -> Answers:
    """The post's answers as values; None where one is cleared. Raises Refused with an error per question."""
    values: Answers = {}
    errors: dict[str, Any] = {}
    for code, given in (*post.answers.items(), *post.raw.items()):
        question = plan.questions.get(code)
        if question is None:
            errors[code] = N_("There is no such question.")
            continue
        try:
            value = question.parse(given) if code in post.raw else given
            if value is not None:
                question.check(value)
            values[code] = value
        except Invalid as error:
            errors[code] = error
    if errors:
        raise Refused(INCOMPLETE, errors)
    return values


def merged(stored: Mapping[str, Json], values: Mapping[str, Json]) -> Answers:
    """Stored answers with the changes of one save."""
    return {code: value for code, value in {**stored, **values}.items() if value is not None}


def outcome(plan: Plan, post: Post, answers: Answers, given: Given) -> Outcome:
    """The state a response has with these answers. Raises Refused where it shall be complete and is not."""
    if post.complete:
        return _finished(plan, answers, given)
    if post.page is not None and plan.page(post.page) is None:
        raise Refused(INCOMPLETE, {"page": N_("There is no such page.")})
    path = walk(plan, answers, given.fields, given.seed, full=given.full, today=given.today, upto=post.page)
    if path.kind == "over_quota":  # the phone cannot know that a quota is full: it ends here
        return Outcome("over_quota", path.ending or "", path.answers, path)
    return Outcome("started", path.position or post.page or "", answers, path)


def _finished(plan: Plan, answers: Answers, given: Given) -> Outcome:
    path = walk(plan, answers, given.fields, given.seed, full=given.full, today=given.today)
    errors = missing(plan, path)
    if errors:
        raise Refused(INCOMPLETE, dict(errors))
    if path.ending is None or path.kind is None:
        raise Refused(INCOMPLETE, {"page": N_("The questionnaire is not finished yet.")})
    return Outcome(path.kind, path.ending, path.answers, path)


def fields(door: Door, plan: Plan, post: Post) -> dict[str, Json]:
    """The fields of a new response: those declared as coming from the address, under what the door says."""
    given = {
        code: value
        for code, value in post.fields.items()
        if value not in (None, "") and plan.fields.get(code, {}).get("from") == "url"
    }
    return {**given, **door.context}


@dataclass(frozen=True)
class Save:
    """One save. ``version``: id and plan a new response begins under; ``fresh``: what the save makes of a new
    response, worked out before the writer is asked where nothing in the database can change it."""

    door: Door
    post: Post
    secret: str
    version: tuple[int, Plan]
    fresh: Outcome | None = None
    clock: Callable[[], datetime] = now
    """What time it is; answers given earlier bring their own."""

    def foreseen(self) -> Outcome | None:
        """The outcome for a new response; None where quotas decide. Raises Refused."""
        if self.version[1].quotas:
            return None
        return self._first(frozenset())

    def run(self, connection: Connection) -> Reply:
        """The work itself: a new response, or a change of the stored one."""
        likely_new = self.fresh is not None and self.post.revision == 1 and not self.door.closed
        row = None if likely_new else find(connection, self.door, self.post.id, lock=True)
        if row is None:
            begun = self._begin(connection)
            if begun is not None:
                return begun
            row = find(connection, self.door, self.post.id, lock=True)
        return self._go_on(connection, row)

    def _first(self, full: frozenset[str]) -> Outcome:
        plan = self.version[1]
        own = paths.builtin(self.door.channel, self.locale(plan), self.door.unit_code, self.door.place_code)
        given = Given(
            fields(self.door, plan, self.post) | own, seed_of(self.post.id), paths.today(plan), full
        )
        return outcome(plan, self.post, merged({}, delta(plan, self.post)), given)

    def locale(self, plan: Plan) -> str:
        return self.post.locale or plan.locale

    def _begin(self, connection: Connection) -> Reply | None:
        """Stores a new response; None where one with this id or for this invitation exists."""
        if self.door.closed:
            raise Gone(self.door.closed)
        version_id, plan = self.version
        full = quotas.full(connection, self.door.survey_id, plan) if plan.quotas else frozenset()
        made = self.fresh or self._first(full)
        at = self.clock()
        row = self._row(version_id, plan, made, at)
        row_id = _INSERT.run(connection, row)
        if row_id is None:
            return None
        key = (self.door.survey_id, cells.day(plan, at), self.door.unit_id, self.door.channel)
        cells.fold(connection, {key: cells.began()})
        _invitation(connection, self.door.invitation_id, "started", at)
        if made.ended:
            _end(connection, plan, made, {**row, "id": row_id})
        return self._reply(self.post.id, self.post.revision, made.state, made.position)

    def _row(self, version_id: int, plan: Plan, made: Outcome, at: datetime) -> dict[str, Json]:
        return {
            "public_id": self.post.id,
            "survey_id": self.door.survey_id,
            "version_id": version_id,
            "distribution_id": self.door.distribution_id,
            "place_id": self.door.place_id,
            "invitation_id": self.door.invitation_id,
            "contact_id": self.door.contact_id,
            "unit_id": self.door.unit_id,
            "channel": self.door.channel,
            "state": made.state,
            "answers": made.answers,
            "revision": self.post.revision,
            "position": made.position,
            "seed": seed_of(self.post.id),
            "locale": self.locale(plan),
            "fields": fields(self.door, plan, self.post),
            "flags": made.flags(),
            "started_at": at,
            "completed_at": at if made.ended else None,
            "seconds": None,
        }

    def _go_on(self, connection: Connection, row: Any) -> Reply:
        """Changes the stored response, or says why not."""
        if row is None or row.distribution_id != self.door.distribution_id:
            raise Conflict(N_("This id belongs to another response."))
        plan = plans.plan_of(row.version_id, connection)
        as_stored = self._reply(row.public_id, row.revision, row.state, row.position)
        values = delta(plan, self.post)
        if row.state != "started":
            return self._after_the_end(row, plan, values, as_stored)
        if self.post.revision < row.revision:
            return as_stored
        answers = merged(row.answers, values)
        if self.post.revision == row.revision:
            if answers != row.answers or self.post.complete:
                raise Conflict(N_("Another answer was saved in the meantime."), extra=as_stored)
            return as_stored
        if self.door.closed:
            raise Gone(self.door.closed)
        return self._change(connection, row, plan, answers)

    def _after_the_end(self, row: Any, plan: Plan, values: Answers, as_stored: Reply) -> Reply:
        """A retry is answered like the first time, a latecomer too; anything else finds the door shut."""
        latecomer = self.post.revision < row.revision and not self.post.complete
        if latecomer or same_end(plan, row, values):
            return as_stored
        raise Conflict(N_("This response is finished already."), extra=as_stored)

    def _change(self, connection: Connection, row: Any, plan: Plan, answers: Answers) -> Reply:
        full = quotas.full(connection, row.survey_id, plan) if plan.quotas else frozenset()
        locale = self.post.locale or row.locale
        given = Given(paths.fields_of(row, locale), row.seed, paths.today(plan), full)
        made = outcome(plan, self.post, answers, given)
        at = self.clock()
        seconds = round((at - row.started_at).total_seconds())
        changed = {
            "key": row.id,
            "state": made.state,
            "answers": made.answers,
            "revision": self.post.revision,
            "position": made.position,
            "locale": locale,
            "flags": made.flags(),
            "completed_at": at if made.ended else None,
            "seconds": seconds if made.ended else None,
        }
        connection.execute(_UPDATE, changed)
        if made.ended:
            _end(connection, plan, made, {**row._mapping, **changed})
        return self._reply(row.public_id, self.post.revision, made.state, made.position)

    def _reply(self, id: str, revision: int, state: str, position: str) -> Reply:
        where = "page" if state == "started" else "ending"
        receipt = receipt_of(id, self.secret)
        return {"id": id, "revision": revision, "state": state, where: position, "receipt": receipt}


def same_end(plan: Plan, row: Any, values: Answers) -> bool:
    """Whether a save would have ended a response just as it did end. Answers off the path do not count: they
    were dropped then and would be dropped again."""
    answers = merged(row.answers, values)
    if answers == row.answers:
        return True
    path = paths.again(row, plan, answers)
    return bool(path.ending == row.position and path.answers == row.answers)


@cache
def _by_id(lock: bool) -> Any:
    query = ROWS.where(Response.public_id == bindparam("id"))
    return query.with_for_update(of=Response) if lock else query


@cache
def _by_invitation(lock: bool) -> Any:
    query = ROWS.where(Response.invitation_id == bindparam("id"))
    return query.with_for_update(of=Response) if lock else query


_UPDATE = (
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
                "completed_at",
                "seconds",
            )
        }
    )
)


def find(connection: Connection, door: Door, id: str, lock: bool = False) -> Any:
    """The stored response (with ``unit_code`` and ``place_code``) that a save through this door is about, or
    None. A personal link has one response, whatever id another phone made for it. ``lock``: no other
    transaction may change it before this one ends."""
    row = connection.execute(_by_id(lock), {"id": id}).first()
    if row is None and door.invitation_id is not None:
        row = connection.execute(_by_invitation(lock), {"id": door.invitation_id}).first()
    return row


_INSERT = Insert(
    Response,
    [column.key for column in Response.__table__.c if column.key != "id"],
    lambda insert: insert.on_conflict_do_nothing().returning(Response.id),
)
_SAY = Insert(
    Verbatim,
    [column.key for column in Verbatim.__table__.c if column.key != "id"],
)


def _end(connection: Connection, plan: Plan, made: Outcome, row: Mapping[str, Any]) -> None:
    """What an end brings with it: counts, verbatims, quotas, the invitation's last state."""
    day = cells.day(plan, row["completed_at"])
    counts = cells.ended(plan, made.state, made.answers, row["seconds"])
    if made.state == "completed":
        said = list(_verbatims(plan, made.answers, row, day))
        if said:
            _SAY.run(connection, *said)
            counts["words", "unread"] = (len(said), len(said))
        if plan.quotas:
            quotas.count(connection, row["survey_id"], made.walk.quotas)
    cells.fold(connection, {(row["survey_id"], day, row["unit_id"], row["channel"]): counts})
    _invitation(connection, row["invitation_id"], made.state, row["completed_at"])


def _verbatims(plan: Plan, answers: Answers, row: Mapping[str, Any], day: str) -> Iterator[dict[str, Any]]:
    for code, value in answers.items():
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


def _invitation(connection: Connection, invitation_id: int | None, state: str, at: datetime) -> None:
    """Moves the invitation on; one that ended without completing says so in its reason."""
    if invitation_id is None:
        return
    if state == "started":
        connection.execute(_STARTED, {"key": invitation_id, "at": at})
    else:
        why = "" if state == "completed" else state
        connection.execute(_ENDED, {"key": invitation_id, "at": at, "why": why})
