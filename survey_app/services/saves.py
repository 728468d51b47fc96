"""One save on its way through the writer: what it makes of a response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from question_types.base import N_, Invalid
from survey_app.engine.flow import Walk, missing, walk
from survey_app.engine.plan import Plan
from survey_app.engine.quality import last_answered
from survey_app.models.base import now
from survey_app.services import ledger, paths, plans, quality, quotas, uploads
from survey_app.services.doors import Door
from survey_app.services.errors import Conflict, Gone, Refused
from survey_app.services.posts import Post, receipt_of, seed_of
from survey_app.services.quotas import NOBODY, Room

Json = Any
Reply = dict[str, Json]
Answers = dict[str, Json]

NOTHING: Mapping[str, Json] = MappingProxyType({})
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

    def claims(self, room: Room) -> frozenset[str]:
        """Codes of the quotas in which a place is kept for this response from now on: those whose condition
        holds, and those it has one in as long as going back leaves them open."""
        if self.ended or not self.walk.plan.quotas:
            return frozenset()
        open_still = room.own - {quota.code for quota in self.walk.decided}
        return open_still | set(self.walk.quotas) - room.full

    def flags(self) -> dict[str, Json]:
        """What else the end depended on: the quotas that were full then, and the one that stopped it."""
        full, stopped = self.walk.facts.full, self.walk.quota
        if not self.ended or not full:
            return {}
        return {"full": sorted(full)} | ({"quota": stopped} if stopped else {})


def delta(plan: Plan, post: Post, ended: Mapping[str, Json] | None = None) -> Answers:
    """The post's answers as values; None where one is cleared. ``ended``: those of a finished response, which
    were allowed then whatever the clock says now. Raises Refused with an error per question."""
    values: Answers = {}
    errors: dict[str, Any] = {}
    for code, given in (*post.answers.items(), *post.raw.items()):
        question = plan.questions.get(code)
        if question is None:
            errors[code] = N_("There is no such question.")
            continue
        if question.formula is not None:  # worked out here, whatever is sent
            continue
        try:
            value = question.parse(given) if code in post.raw else given
            if value is not None and value != (ended or {}).get(code):
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
    if post.page and plan.page(post.page) is None:
        raise Refused(INCOMPLETE, {"page": N_("There is no such page.")})
    path = walk(plan, answers, given.fields, given.seed, full=given.full, today=given.today, upto=post.page)
    if path.quota and path.kind and path.ending:  # the phone cannot know that a quota is full: it ends here
        return Outcome(path.kind, path.ending, path.answers, path)
    return Outcome("started", path.position or post.page or "", answers, path)


def _finished(plan: Plan, answers: Answers, given: Given) -> Outcome:
    path = walk(plan, answers, given.fields, given.seed, full=given.full, today=given.today)
    errors = missing(plan, path)
    if errors:
        raise Refused(INCOMPLETE, dict(errors), told(plan, given.full))
    if path.ending is None or path.kind is None:
        unfinished = {"page": N_("The questionnaire is not finished yet.")}
        raise Refused(INCOMPLETE, unfinished, told(plan, given.full))
    return Outcome(path.kind, path.ending, path.answers, path)


def told(plan: Plan, full: frozenset[str]) -> Reply:
    """What the phone cannot know by itself: its rules may ask which quotas are full."""
    return {"full": sorted(full)} if plan.quotas else {}


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
        return self._first(NOBODY)

    def run(self, connection: Connection) -> Reply:
        """The work itself: a new response, or a change of the stored one."""
        likely_new = self.fresh is not None and self.post.revision == 1 and not self.door.closed
        row = None if likely_new else ledger.find(connection, self.door, self.post.id, self.secret, lock=True)
        if row is None:
            begun = self._begin(connection)
            if begun is not None:
                return begun
            row = ledger.find(connection, self.door, self.post.id, self.secret, lock=True)
        return self._go_on(connection, row)

    def _first(self, room: Room) -> Outcome:
        plan = self.version[1]
        own = paths.builtin(self.door.channel, self.locale(plan), self.door.unit_code, self.door.place_code)
        known = fields(self.door, plan, self.post) | own
        given = Given(known, seed_of(self.post.id), paths.today(plan, self.clock()), room.full)
        return outcome(plan, self.post, merged({}, delta(plan, self.post)), given)

    def locale(self, plan: Plan) -> str:
        return self.post.locale or plan.locale

    def _begin(self, connection: Connection) -> Reply | None:
        """Stores a new response; None where one with this id or for this invitation exists."""
        if self.door.closed:
            raise Gone(self.door.closed)
        version_id, plan = self.version
        room = self._room(connection, self.door.survey_id, plan, self.post.id)
        made = self.fresh or self._first(room)
        own_files(connection, plan, made.answers, self.post.id)
        row = self._row(version_id, plan, made, self.clock())
        row |= self._judged(connection, made, row)
        id = ledger.begin(connection, plan, row, self.secret)
        if id is None:
            return None
        if not self.door.test:
            quotas.keep(connection, room, made.claims(room), self.clock())
        if made.ended:
            ledger.end(connection, plan, {**row, "id": id}, made.walk.quotas, self.door.plan)
        return self._reply(self.post.id, self.post.revision, made.state, made.position, told(plan, room.full))

    def _room(self, connection: Connection, survey_id: int, plan: Plan, id: str) -> Room:
        """What the response ``id`` finds in the quotas, and nobody can change before the commit."""
        return quotas.room(connection, survey_id, plan, id, self.clock()) if plan.quotas else NOBODY

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
            "started_at": at,
            "completed_at": at if made.ended else None,
            "seconds": None,
            "device": None if self.door.test else self.post.device,
            "test": self.door.test,
        }

    def _judged(self, connection: Connection, made: Outcome, row: Mapping[str, Json]) -> dict[str, Json]:
        """``flags`` and ``flagged`` of a response, as it will be stored otherwise."""
        begun = row["flags"].get("begun", "") if row.get("flags") is not None else last_answered(made.walk)
        flags = made.flags()
        if made.state == "completed" and not row["test"]:
            flags |= quality.observed(connection, made.walk, row, row["seconds"], row["completed_at"], begun)
        elif begun and not made.ended:
            flags["begun"] = begun
        return {"flags": flags, "flagged": quality.verdict(flags)}

    def _go_on(self, connection: Connection, row: Any) -> Reply:
        """Changes the stored response, or says why not."""
        if row is None or not ledger.through(row, self.door):
            raise Conflict(N_("This id belongs to another response."))
        plan = plans.plan_of(row.version_id, connection)
        values = delta(plan, self.post, None if row.state == "started" else row.answers)
        if row.state != "started":
            return self._after_the_end(row, plan, values)
        if self.post.revision < row.revision:
            return self._as_stored(connection, row, plan)
        answers = merged(row.answers, values)
        if self.post.revision == row.revision:
            if answers != row.answers or self.post.complete:
                message = N_("Another answer was saved in the meantime.")
                raise Conflict(message, extra=self._as_stored(connection, row, plan))
            return self._as_stored(connection, row, plan)
        if self.door.closed:
            raise Gone(self.door.closed)
        return self._change(connection, row, plan, answers)

    def _as_stored(self, connection: Connection, row: Any, plan: Plan) -> Reply:
        """What is told of a response that is still being given and that this save does not change."""
        full = quotas.filled(connection, row.survey_id, plan, row.public_id) if plan.quotas else frozenset()
        return self._reply(row.public_id, row.revision, row.state, row.position, told(plan, full))

    def _after_the_end(self, row: Any, plan: Plan, values: Answers) -> Reply:
        """A retry is answered like the first time, a latecomer too; anything else finds the door shut."""
        as_stored = self._reply(row.public_id, row.revision, row.state, row.position)
        latecomer = self.post.revision < row.revision and not self.post.complete
        if latecomer or same_end(plan, row, values):
            return as_stored
        raise Conflict(N_("This response is finished already."), extra=as_stored)

    def _change(self, connection: Connection, row: Any, plan: Plan, answers: Answers) -> Reply:
        room = self._room(connection, row.survey_id, plan, row.public_id)
        locale = self.post.locale or row.locale
        given = Given(paths.fields_of(row, locale), row.seed, paths.today(plan, self.clock()), room.full)
        made = outcome(plan, self.post, answers, given)
        own_files(connection, plan, made.answers, row.public_id, self.post.id)
        at = self.clock()
        seconds = round((at - row.started_at).total_seconds())
        changed = {
            "state": made.state,
            "answers": made.answers,
            "revision": self.post.revision,
            "position": made.position,
            "locale": locale,
            "completed_at": at if made.ended else None,
            "seconds": seconds if made.ended else None,
        }
        changed |= self._judged(connection, made, {**row._mapping, **changed})
        ledger.change(connection, plan, row.id, changed, self.secret)
        if not row.test:
            quotas.keep(connection, room, made.claims(room), at)
        if made.ended:
            ended = {**row._mapping, **changed, "device": row.device or self.post.device}
            ledger.end(connection, plan, ended, made.walk.quotas, self.door.plan)
        if changed["flagged"]:
            ledger.aside(connection, plan, {**row._mapping, **changed})
        return self._reply(
            row.public_id, self.post.revision, made.state, made.position, told(plan, room.full)
        )

    def _reply(
        self, id: str, revision: int, state: str, position: str, more: Mapping[str, Json] = NOTHING
    ) -> Reply:
        """``more`` is told of a response that goes on."""
        reply = {"id": id, "revision": revision, "state": state, "receipt": receipt_of(id, self.secret)}
        return reply | ({"page": position, **more} if state == "started" else {"ending": position})


def own_files(connection: Connection, plan: Plan, answers: Answers, *responses: str) -> None:
    """Raises Refused where an answer names files of another response or question, or such that never came."""
    errors = uploads.strange(connection, plan, answers, responses)
    if errors:
        raise Refused(INCOMPLETE, dict(errors))


def same_end(plan: Plan, row: Any, values: Answers) -> bool:
    """Whether a save would have ended a response just as it did end. Answers off the path do not count: they
    were dropped then and would be dropped again."""
    answers = merged(row.answers, values)
    if answers == row.answers:
        return True
    path = paths.again(row, plan, answers)
    return bool(path.ending == row.position and path.answers == row.answers)
