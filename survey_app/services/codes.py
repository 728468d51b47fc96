"""Codes that show a phone number to be the respondent's own.

Anybody can ask for a code to any number, and every one costs money: so each is counted before it goes out,
by number, by response, by network address and by survey, in one transaction. The channel is called outside
of any transaction; what it says is written down after.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from cryptography.fernet import InvalidToken
from flask_babel import gettext
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from channels.base import Channel, Message, Outcome
from question_types.base import N_, Invalid, Proof, QuestionType
from survey_app import plugins, security
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.extensions import db
from survey_app.models import ChannelAccount, Code, Distribution, Unit
from survey_app.models.base import now, plain_code
from survey_app.services import identifiers, links
from survey_app.services.doors import Door
from survey_app.services.errors import Gone, Problem, Refused
from survey_app.services.posts import Post
from survey_app.services.storage import write

LIFE = timedelta(minutes=5)
"""How long a code is good for."""

TRIES = 5
"""Digits that may be tried on one code."""

PAUSE = timedelta(minutes=1)
"""Between two codes to one number, and two of one response."""

DAY = timedelta(days=1)

MOST = {"phone_hash": 10, "response": 20, "address_hash": 100, "survey_id": 2000}
"""Codes of any 24 hours by number, response, network address (a whole shop's network) and survey."""

KEPT = timedelta(days=30)
"""How long codes that verified nothing are kept."""

TURN = 0x636F6465
"""PostgreSQL's name for the lock under which codes are counted."""

TEXT = N_("“%(title)s”: your code is %(digits)s, valid for %(minutes)s minutes. Please tell it to nobody.")
BAD_REQUEST = N_("The code could not be asked for.")
TOO_SOON = N_("A code was just sent. Please wait %(seconds)s seconds before the next one.")
TOO_MANY = N_("Too many codes were asked for today. Please try again tomorrow.")
UNSENT = N_("The code could not be sent. Please try again in a moment.")
WRONG = N_("This code is not right. Please check it.")
EXPIRED = N_("This code is no longer valid. Please ask for a new one.")
UNASKED = N_("Please ask for a code first.")
UNPROVED = N_("Please verify the number first.")
ACCEPTING = ("sending", "sent")

log = logging.getLogger(__name__)


class TooMany(Problem):
    """No further code now."""

    status = 429


class Unsent(Problem):
    """The channel did not take the message; asking again may work."""

    status = 503


@dataclass(frozen=True)
class _Asked:
    """What a request for a code is about."""

    door: Door
    id: str
    question: QuestionPlan
    proof: Proof
    address: str = ""

    @property
    def phone_hash(self) -> str:
        return _phone_hash(self.proof.phone)

    def key(self) -> ColumnElement[bool]:
        """Codes for this number of this question of this response."""
        mine = (Code.response == self.id) & (Code.question == self.question.code)
        return mine & (Code.phone_hash == self.phone_hash)


def send(door: Door, plan: Plan, id: str, code: str, phone: str, address: str = "") -> int:
    """Sends a code to the number ``phone`` of question ``code`` of response ``id``; the seconds until the
    next may be asked for. ``plan``: of the response's version; ``address``: the network address that asks,
    ``""`` where it says nothing.

    Raises Refused for a number that is none, TooMany, Unsent, Gone where the door is closed.
    """
    asked = _asked(door, plan, id, code, phone, address)
    if door.closed:
        raise Gone(door.closed)
    if door.test:  # its answers are taken without a code
        raise Unsent(UNSENT)
    plugin, account = _sender(door, asked.proof.sender)
    digits, key = f"{secrets.randbelow(10**6):06d}", plain_code(16)
    text = gettext(TEXT, digits=digits, minutes=LIFE.seconds // 60, title=door.title[:40])
    composed = plugin.compose_code(account, asked.proof.phone, digits, LIFE.seconds // 60, text)
    message = replace(composed, key=key)
    row = _row(asked, key, digits, message if plugin.capabilities.rehearsal else None)
    write(partial(_admit, row))
    outcome = _delivered(plugin, account, message)
    write(partial(_note, key, outcome))
    if outcome.kind not in ("accepted", "unknown"):
        raise Unsent(UNSENT)
    return int(PAUSE.total_seconds())


def check(door: Door, plan: Plan, id: str, code: str, phone: str, digits: str) -> None:
    """Verifies a number by the digits that came back. Raises Refused with a sentence."""
    _check(_asked(door, plan, id, code, phone), digits)


def _check(asked: _Asked, digits: str) -> None:
    fault = write(partial(_tried, asked.key(), asked.phone_hash, _plain(digits), _secret()))
    if fault:
        raise Refused(fault, {asked.question.code: fault})


def asks(plan: Plan, post: Post) -> bool:
    """Whether a save may bring a number that must be verified; of a question that only an older version has,
    nothing is known."""
    known = (plan.questions.get(code) for code in (*post.answers, *post.raw))
    return any(each is None or type(each.type).proof is not QuestionType.proof for each in known)


def settle(door: Door, plan: Plan, post: Post, id: str, known: Mapping[str, Any]) -> None:
    """Sees to it that a save brings no number that must be verified and is not. Digits beside a number are
    looked at now. ``id`` and ``known``: of the stored response. Raises Refused with a sentence per
    question."""
    errors = {}
    for code in (*post.answers, *post.raw):
        question = plan.questions.get(code)
        fault = "" if question is None else _unproved(door, question, post, id, known.get(code))
        if fault:
            errors[code] = fault
    if errors:
        raise Refused(N_("Some answers are missing or not right yet."), errors)


def _unproved(door: Door, question: QuestionPlan, post: Post, id: str, known: Any) -> str:
    """What a respondent is told whose number is not verified; ``""`` where it is, or need not be."""
    raw = post.raw.get(question.code)
    try:
        value = question.parse(raw) if raw is not None else post.answers[question.code]
        if value is None or value == known:
            return ""
        question.check(value)
    except Invalid:
        return ""  # refused with its own sentence
    proof = question.type.proof(question.settings, value)
    if proof is None:
        return ""
    asked = [_Asked(door, each, question, proof) for each in dict.fromkeys((id, post.id))]
    if any(map(_proved, asked)):
        return ""
    digits = next(iter((raw or {}).get("code") or ()), "")
    return _verdict(asked[-1], digits) if digits else UNPROVED


def _verdict(asked: _Asked, digits: str) -> str:
    try:
        _check(asked, digits)
    except Refused as refused:
        return refused.message
    return ""


def _proved(asked: _Asked) -> bool:
    query = select(Code.id).where(asked.key(), Code.verified_at.is_not(None)).limit(1)
    with db.engine.connect() as source:
        return source.execute(query).scalar() is not None


# Asking


def _asked(door: Door, plan: Plan, id: str, code: str, phone: str, address: str = "") -> _Asked:
    question = plan.questions.get(code)
    if question is None:
        raise Refused(BAD_REQUEST, {"question": N_("There is no such question.")})
    try:
        value = question.parse({"": [phone]})
        if value is None:
            raise Invalid(N_("Please enter your number first."))
        question.check(value)
    except Invalid as fault:
        raise Refused(BAD_REQUEST, {code: fault}) from fault
    proof = question.type.proof(question.settings, value)
    if proof is None:
        raise Refused(BAD_REQUEST, {"question": N_("This question asks for no code.")})
    return _Asked(door, id, question, proof, address)


def _sender(door: Door, code: str) -> tuple[Channel, Mapping[str, Any]]:
    """The channel that sends, with its account's settings. Raises Unsent where there is none."""
    adapters = plugins.adapters()
    if not code:
        plugin = next((each for each in adapters.values() if each.capabilities.rehearsal), None)
        if plugin is None:
            raise Unsent(UNSENT)
        return plugin, {}
    with db.engine.connect() as source:
        path = source.execute(select(Unit.path).where(Unit.id == door.unit_id)).scalar() or "/0/"
        mine = (ChannelAccount.code == code) & (ChannelAccount.root_id == int(path.split("/")[1]))
        row = source.execute(select(ChannelAccount.channel, ChannelAccount.settings).where(mine)).first()
    plugin = adapters.get(row.channel) if row else None
    if row is None or plugin is None or not plugin.capabilities.sends:
        log.error("There is no channel account %s to send codes with", code)
        raise Unsent(UNSENT)
    try:
        return plugin, security.decrypt(_secret(), row.settings) or {}
    except InvalidToken:
        log.error("The channel account %s cannot be read: the secret key is another than then", code)
        raise Unsent(UNSENT) from None


def _row(asked: _Asked, key: str, digits: str, shown: Message | None) -> dict[str, Any]:
    at = now()
    kept = shown and {"to": identifiers.masked_phone(shown.to), "body": shown.body}
    return {
        "code": key,
        "survey_id": asked.door.survey_id,
        "distribution_id": asked.door.distribution_id,
        "response": asked.id,
        "question": asked.question.code,
        "phone_hash": asked.phone_hash,
        "address_hash": _address_hash(asked.address),
        "digits_hash": _digits_hash(_secret(), key, digits),
        "state": "sending",
        "shown": security.encrypt(_secret(), kept) if kept else "",
        "created_at": at,
        "expires_at": at + LIFE,
    }


def _admit(row: Mapping[str, Any], connection: Connection) -> None:
    """Counts one code where no limit stands against it; nobody counts beside us. Raises TooMany."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(TURN)))
    at = row["created_at"]
    for name in ("phone_hash", "response"):
        recent = (getattr(Code, name) == row[name]) & Code.state.in_(ACCEPTING)
        last = connection.execute(select(func.max(Code.created_at)).where(recent)).scalar()
        if last is not None and at - last < PAUSE:
            seconds = max(1, round((PAUSE - (at - last)).total_seconds()))
            raise TooMany(TOO_SOON, extra={"wait": seconds}, seconds=seconds)
    for name, most in MOST.items():
        mine = (getattr(Code, name) == row[name]) & (Code.created_at > at - DAY)
        if row[name] and connection.execute(select(func.count()).where(mine)).scalar_one() >= most:
            log.warning("No more codes today by %s of survey %s", name, row["survey_id"])
            raise TooMany(TOO_MANY)
    connection.execute(insert(Code).values(dict(row)))


def _delivered(plugin: Channel, account: Mapping[str, Any], message: Message) -> Outcome:
    try:
        outcomes = plugin.deliver(account, [message])
        return outcomes[0] if len(outcomes) == 1 else Outcome("unknown", code="channel_failed")
    except Exception:
        log.exception("Channel %s failed while sending a code", plugin.key)
        return Outcome("channel_down", code="channel_failed")


def _note(key: str, outcome: Outcome, connection: Connection) -> None:
    state = "sent" if outcome.kind in ("accepted", "unknown") else "failed"
    told = {"provider_id": outcome.provider_id[:120], "provider_code": outcome.code[:60]}
    connection.execute(update(Code).where(Code.code == key).values(state=state, **told))


# Checking


def _tried(
    mine: ColumnElement[bool], phone_hash: str, digits: str, secret: str, connection: Connection
) -> str:
    """One try on the latest code; the fault as a sentence, ``""`` where the number is verified."""
    latest = select(Code).where(mine, Code.state.in_(ACCEPTING)).order_by(Code.id.desc()).limit(1)
    row = connection.execute(latest.with_for_update()).first()
    if row is None:
        return UNASKED
    if row.verified_at is not None:
        return ""
    if row.expires_at <= now() or row.tries >= TRIES:
        return EXPIRED
    right = hmac.compare_digest(row.digits_hash, _digits_hash(secret, row.code, digits))
    tried: dict[str, Any] = {"tries": row.tries + 1}
    if right:
        tried |= {"verified_at": now(), "shown": ""}
    connection.execute(update(Code).where(Code.id == row.id).values(tried))
    return "" if right else WRONG


def _plain(digits: str) -> str:
    """The digits as typed by people: full-width ones and spaces included."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", digits[:40]) if sign in "0123456789")


def _secret() -> str:
    return links.config().secret_key


def _phone_hash(phone: str) -> str:
    return security.keyed_hash(_secret(), "code phone", phone)


def _digits_hash(secret: str, key: str, digits: str) -> str:
    return security.keyed_hash(secret, "code digits", f"{key}:{digits}")


def _address_hash(address: str) -> str:
    """Hash of a network address; of the newer kind whole homes have 2⁶⁴ each, which count as one."""
    if not address:
        return ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return security.keyed_hash(_secret(), "code address", address)
    network = ipaddress.ip_network((found, 64 if found.version == 6 else 32), strict=False)
    return security.keyed_hash(_secret(), "code address", str(network))


# For the console and the worker


@dataclass(frozen=True)
class Shown:
    """A code's message that reached nobody."""

    to: str
    body: str
    at: datetime


def shown(distribution: Distribution, limit: int = 20) -> list[Shown]:
    """The latest messages with codes that the test channel would have sent, until they are used or old."""
    mine = (Code.distribution_id == distribution.id) & (Code.shown != "") & (Code.expires_at > now() - DAY)
    rows = db.session.execute(
        select(Code.shown, Code.created_at).where(mine).order_by(Code.id.desc()).limit(limit)
    )
    found = []
    for sealed, at in rows:
        try:
            found.append(Shown(**security.decrypt(_secret(), sealed), at=at))
        except InvalidToken:
            continue
    return found


def verified(id: str) -> frozenset[str]:
    """Codes of the questions of a response whose number was verified."""
    query = select(Code.question).where(Code.response == id, Code.verified_at.is_not(None))
    return frozenset(db.session.scalars(query))


def forget(at: datetime | None = None) -> int:
    """Deletes old codes that verified nothing; how many. What is only needed to count a day goes with it."""
    at = at or now()
    counted = (Code.created_at < at - DAY) & ((Code.address_hash != "") | (Code.shown != ""))
    old = (Code.created_at < at - KEPT) & Code.verified_at.is_(None)

    def work(connection: Connection) -> int:
        connection.execute(update(Code).where(counted).values(address_hash="", shown=""))
        return connection.execute(delete(Code).where(old)).rowcount

    return write(work)
