"""Surveys answered by messages: who is heard, what is stored, what is said back.

An answer goes the way of every answer, through ``services.intake``, under the id of the conversation's
response; then the conversation moves on. Whoever brings a message brings its key: heard again, it is
answered as the first time, also when the process died between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import Connection, insert, select, update

from channels.base import Event
from question_types.base import N_, Invalid
from survey_app import security
from survey_app.engine import definition, talk
from survey_app.engine.plan import Plan, localised_plan
from survey_app.engine.talk import State, Talk
from survey_app.extensions import db
from survey_app.models import Contact, Conversation, Distribution, Invitation, Turn, User
from survey_app.models.base import now, secret_code
from survey_app.services import (
    accounts,
    contacts,
    doors,
    identifiers,
    intake,
    links,
    paths,
    privacy,
    quotas,
    saves,
    seals,
    seats,
)
from survey_app.services.doors import Door
from survey_app.services.errors import Conflict, Gone, NotFound, Refused
from survey_app.services.intake import Post, Stored
from survey_app.services.storage import Busy, write

TIMEOUT = timedelta(hours=24)
"""How long a conversation waits for a reply; after it the next message begins with a welcome again."""

TRIES = 5
"""Messages of one conversation that may come in at the same moment."""

HEARD = 2000
"""Signs of one message that are read."""

CROWDED = N_("Too many messages at once. Please try again.")


@dataclass(frozen=True)
class Said:
    """What a conversation answers: its code, the messages to send, its state from then on."""

    code: str
    messages: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class _Scene:
    """A conversation with everything that decides what is said next."""

    row: Any
    door: Door
    found: Stored | None
    talk: Talk

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.found.answers) if self.found else {}

    @property
    def state(self) -> State:
        row = self.row
        return State(row.question, row.asked_again, row.doubted, tuple(row.passed))


Meaning = Callable[[_Scene, str], talk.Turn]

# Beginning


def begin(
    distribution: Distribution,
    invitation: Invitation | None = None,
    sender: str = "",
    text: str = "",
    key: str = "",
) -> Said:
    """A new conversation and its first messages. ``text`` is what the respondent began with, under the
    message's ``key``; both are empty where we begin. Raises Gone where the survey is closed, NotFound."""
    door = _door(distribution.code, invitation.token_hash if invitation else "")
    values = {
        "code": secret_code(),
        "distribution_id": distribution.id,
        "invitation_id": invitation.id if invitation else None,
        "contact_id": invitation.contact_id if invitation else None,
        "address_hash": _address_hash(distribution.id, sender) if sender and not invitation else "",
        "response": secret_code(),
        "locale": _locale(door, invitation, text),
        "passed": [],
    }
    found = intake.stored(door, "") if invitation else None
    values["response"] = found.id if found else values["response"]
    write(lambda connection: connection.execute(insert(Conversation).values(values)))
    return _turned(str(values["code"]), text, key, _welcomed)


def _door(code: str, token_hash: str, closed: bool = False) -> Door:
    return doors.door_of_hash(token_hash, closed) if token_hash else doors.door(code, closed)


def _address_hash(distribution_id: int, sender: str) -> str:
    return security.keyed_hash(links.config().secret_key, f"talk:{distribution_id}", sender)


def _locale(door: Door, invitation: Invitation | None, text: str) -> str:
    attributes = (invitation.contact.attributes if invitation else None) or {}
    preferred = attributes.get("locale") or attributes.get("language") or ""
    return talk.tongue(definition.locales(door.plan.document), text, str(preferred))


def _welcomed(scene: _Scene, text: str = "") -> talk.Turn:
    return talk.begin(scene.talk, scene.answers, State(passed=scene.state.passed))


# Hearing


def hear(code: str, text: str, key: str) -> Said:
    """What a conversation says to a message. The same ``key`` is always answered the same and counts once.

    Raises NotFound, and Busy when too many messages come in at once.
    """
    return _turned(code, text, key, _heard)


def replied(distribution: Distribution, sender: str, text: str, key: str) -> Said:
    """A message of the address ``sender`` that came in over a distribution's channel: the contact's
    conversation goes on, or a new one begins. Raises like :func:`begin` and :func:`hear`."""
    invitation = _invitation(distribution, sender)
    known = _latest(distribution, invitation, sender)
    if known is not None:
        return hear(known, text, key)
    if _is_reply(distribution, invitation, text):
        return hear(begin(distribution, invitation, sender, text).code, text, key)
    return begin(distribution, invitation, sender, text, key)


def take(distribution: Distribution, event: Event) -> Said | None:
    """What comes of something a provider told: a reply is heard, anything else is not ours. The messages of
    what is said go back over the same channel."""
    if event.kind != "replied":
        return None
    return replied(distribution, event.sender, event.text, event.provider_id)


def of_contact(invitation: Invitation) -> str:
    """The code of an invited contact's conversation, begun where there is none yet. Raises like
    :func:`begin`."""
    known = _latest(invitation.distribution, invitation, "")
    return known or begin(invitation.distribution, invitation).code


def _invitation(distribution: Distribution, sender: str) -> Invitation | None:
    try:
        number = identifiers.phone(sender)
    except ValueError:
        return None
    hashed = contacts.hashed(accounts.root_id(distribution.unit), "phone", number)
    query = select(Invitation).join(Contact).where(Invitation.distribution_id == distribution.id)
    return db.session.scalar(
        query.where(Contact.phone_hash == hashed).order_by(Invitation.id.desc()).limit(1)
    )


def _latest(distribution: Distribution, invitation: Invitation | None, sender: str) -> str | None:
    query = select(Conversation.code).where(Conversation.distribution_id == distribution.id)
    if invitation is not None:
        query = query.where(Conversation.invitation_id == invitation.id)
    else:
        query = query.where(Conversation.address_hash == _address_hash(distribution.id, sender))
    with db.engine.connect() as source:  # what was stored a moment ago counts too
        return source.execute(query.order_by(Conversation.id.desc()).limit(1)).scalar()


def _is_reply(distribution: Distribution, invitation: Invitation | None, text: str) -> bool:
    """Whether a first message already answers the first question, or wants no others. A text question takes
    anything for an answer, “hello” too: it is asked first."""
    if talk.plain(text) in talk.STOP:
        return True
    door = _door(distribution.code, invitation.token_hash if invitation else "")
    return talk.answers_first(Talk(door.plan), text)


def _heard(scene: _Scene, text: str) -> talk.Turn:
    said, state = talk.plain(text), scene.row.state
    if state == "stopped" and said not in talk.START:
        return talk.Turn((), scene.state, end="stopped")  # no word after that, by law
    if scene.found is not None and scene.found.state != "started":
        return _done(scene, scene.found.position)
    if state != "open" and said not in talk.STOP:
        return _welcomed(scene)
    return talk.hear(scene.talk, scene.answers, scene.state, text)


def _done(scene: _Scene, ending: str) -> talk.Turn:
    last = talk.farewell(scene.talk, scene.answers, ending)
    return talk.Turn((last,), State(passed=scene.state.passed), end="ending", ending=ending)


def _turned(code: str, text: str, key: str, mean: Meaning) -> Said:
    """One message taken in: meant, stored, and the conversation moved on, once per key."""
    text, key = legible(text), key[:120]
    for _ in range(TRIES):
        with db.engine.connect() as source:
            row = _found(source, code)
            before = source.execute(
                select(Turn.said).where(Turn.conversation_id == row.id, Turn.key == key)
            ).scalar()
        if before is not None:
            return Said(code, tuple(_shown(row, each) for each in before), row.state)
        said = _said(row, text, key, mean)
        if said is not None:
            return said
    raise Busy(CROWDED)


def legible(text: str) -> str:
    """What is read of a message: no more than we read, and nothing that no database takes."""
    return text[:HEARD].encode("utf-8", "ignore").decode().replace("\x00", "")


def _said(row: Any, text: str, key: str, mean: Meaning) -> Said | None:
    """None where something else came in meanwhile and everything must be looked at again."""
    scene = _scene(row)
    with force_locale("zh_CN" if row.locale.startswith("zh") else "en"):
        try:
            turn = _stored(scene, mean(scene, text))
        except Conflict:
            return None
        except Gone as gone:
            turn = talk.Turn((gettext(gone.message),), scene.state, end="handed")
    state = "stopped" if turn.end == "stopped" else "ended" if turn.end else "open"
    if not write(partial(_keep, row, _kept(scene, text, key, turn), turn, state)):
        return None
    return Said(row.code, turn.messages, state)


def _stored(scene: _Scene, turn: talk.Turn) -> talk.Turn:
    """The turn with its answers stored, and with the ending that the storing found. Raises Conflict, Gone."""
    finished = scene.found is not None and scene.found.state != "started"
    if finished or turn.end == "stopped" or not (turn.changes or turn.end == "ending"):
        return turn
    complete = turn.end == "ending"
    post = Post(
        id=scene.found.id if scene.found else scene.row.response,
        revision=(scene.found.revision if scene.found else 0) + 1,
        page=None if complete else turn.page,
        answers=turn.changes,
        complete=complete,
        locale=scene.row.locale,
    )
    try:
        reply = intake.submit(scene.door, post)
    except Refused as refused:
        return _unstored(scene, turn, refused)
    ending = reply.get("ending", "")
    if not ending or (complete and ending == turn.ending):
        return turn
    answers = talk.merged(scene.answers, turn.changes)
    return replace(turn, messages=(talk.farewell(scene.talk, answers, ending),), end="ending", ending=ending)


def _unstored(scene: _Scene, turn: talk.Turn, refused: Refused) -> talk.Turn:
    """An answer that came too late for its place is asked for again; anything else the page must sort out."""
    code = scene.row.question
    fault = refused.errors.get(code)
    if fault is None:
        return talk.hand(scene.talk, turn.state)
    sentence = fault.sentence(gettext) if isinstance(fault, Invalid) else gettext(str(fault))
    again = talk.once_more(scene.talk, scene.answers, scene.state, code, sentence)
    return again or talk.hand(scene.talk, turn.state)


def _gone(source: Connection, door: Door, plan: Plan) -> dict[str, frozenset[str]]:
    """Question → options of which no place is left, or whose time has passed."""
    if not plan.limits:
        return {}
    taken = seats.taken(source, door.survey_id, plan)
    return {code: plan.questions[code].over() | frozenset(taken.get(code, ())) for code in plan.limits}


def _kept(scene: _Scene, text: str, key: str, turn: talk.Turn) -> dict[str, Any]:
    """The turn as it is stored: links without their secrets, nothing of what is sealed."""
    link = _link(scene.row)
    said = [each.replace(link, links.masked(link)) for each in turn.messages]
    heard = _without_sealed(scene, text)
    return {"conversation_id": scene.row.id, "key": key, "heard": heard, "said": said, "at": now()}


def _without_sealed(scene: _Scene, text: str) -> str:
    """A message as it may lie open: none that replies to a sealed question, and no long number where the
    survey asks for one at all."""
    sealed = seals.codes(scene.talk.plan)
    if scene.row.question in sealed:
        return seals.LOST
    return privacy.masked(text) if sealed else text


def _keep(row: Any, kept: Mapping[str, Any], turn: talk.Turn, state: str, connection: Connection) -> bool:
    """Moves the conversation on; False where another message has."""
    mine = (Conversation.id == row.id) & (Conversation.revision == row.revision)
    values = {
        "question": turn.state.question if state == "open" else "",
        "asked_again": turn.state.again,
        "doubted": turn.state.doubt,
        "passed": list(turn.state.passed),
        "state": state,
        "revision": row.revision + 1,
        "last_at": kept["at"],
    }
    if not connection.execute(update(Conversation).where(mine).values(values)).rowcount:
        return False
    connection.execute(insert(Turn).values(kept))
    return True


# Scenes

_ROWS = (
    select(
        *Conversation.__table__.c,
        Distribution.code.label("distribution"),
        Invitation.token_hash,
        Invitation.token,
    )
    .select_from(Conversation)
    .join(Distribution, Distribution.id == Conversation.distribution_id)
    .outerjoin(Invitation, Invitation.id == Conversation.invitation_id)
)


def _found(source: Connection, code: str) -> Any:
    row = source.execute(_ROWS.where(Conversation.code == code)).first()
    if row is None:
        raise NotFound(N_("There is no such conversation."))
    return row


def _scene(row: Any) -> _Scene:
    door = _door(row.distribution, row.token_hash or "", closed=True)
    found = intake.stored(door, row.response)
    plan = localised_plan(found.plan if found else door.plan, row.locale)
    id = found.id if found else row.response
    own = paths.builtin(door.channel, row.locale, door.unit_code, door.place_code)
    fields = found.fields if found else saves.fields(door, plan, Post(id=id, revision=1))
    with db.engine.connect() as source:
        full = quotas.filled(source, door.survey_id, plan, id) if plan.quotas else frozenset()
        gone = _gone(source, door, plan)
    about = Talk(
        plan=plan,
        fields={**fields, **own},
        seed=intake.seed_of(id),
        today=paths.today(plan),
        full=full,
        gone=gone,
        link=_link(row),
        translate=gettext,
    )
    return _Scene(row, door, found, about)


def _link(row: Any) -> str:
    """Where the respondent goes on without messages: the same response."""
    if row.token:
        return links.address(row.token)
    return f"{links.config().base_url}/s/{row.distribution}?id={row.response}"


def _shown(row: Any, message: str) -> str:
    link = _link(row)
    return message.replace(links.masked(link), link)


# For the console and the worker


def listing(distribution: Distribution, limit: int = 20) -> list[Conversation]:
    """The latest conversations of a distribution."""
    query = select(Conversation).where(Conversation.distribution_id == distribution.id)
    return list(db.session.scalars(query.order_by(Conversation.id.desc()).limit(limit)))


def get(distribution: Distribution, code: str) -> Conversation:
    """One conversation of a distribution. Raises NotFound."""
    mine = Conversation.distribution_id == distribution.id
    found = db.session.scalar(select(Conversation).where(Conversation.code == code, mine))
    if found is None:
        raise NotFound(N_("There is no such conversation."))
    return found


@dataclass(frozen=True)
class Line:
    """One turn as it is shown."""

    heard: str
    said: tuple[str, ...]


def transcript(conversation: Conversation, reader: User) -> list[Line]:
    """Everything said in a conversation, in order; links without their secrets, numbers as the reader may see
    them."""
    query = select(Turn).where(Turn.conversation_id == conversation.id).order_by(Turn.id)
    turns = db.session.scalars(query)
    return [Line(privacy.shown_to(reader, turn.heard), tuple(turn.said)) for turn in turns]


def obstacles(distribution: Distribution) -> list[str]:
    """Titles of the questions that keep a distribution's survey from being answered by messages. Raises
    NotFound where nothing is published yet."""
    plan = doors.door(distribution.code, closed=True).plan
    return [plan.questions[code].title for code in talk.obstacles(plan)]


def expire(at: datetime | None = None) -> int:
    """Ends the conversations that have waited for a reply too long; how many. The answers stay, and the next
    message goes on with them."""
    waiting = (Conversation.state == "open") & (Conversation.last_at < (at or now()) - TIMEOUT)
    ended = update(Conversation).where(waiting).values(state="expired", question="", asked_again=False)
    return write(lambda connection: connection.execute(ended).rowcount)
