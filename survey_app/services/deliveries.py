"""The outbox: hands queued messages to their channels, each at most once.

A message is claimed with a lease, by one statement, so that any number of workers may drain at once. A
worker that dies in between leaves its lease to run out; such a message may have gone out, so it is never
sent again by itself: its channel is asked, and where the channel cannot tell, a person decides.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, Select, case, func, select, update

from channels.base import Channel, Message, Outcome, Recipient
from question_types.base import N_
from survey_app import plugins, security
from survey_app.extensions import db
from survey_app.models import ChannelAccount, Contact, Delivery, Distribution, Invitation
from survey_app.models.base import now
from survey_app.models.writer import write
from survey_app.services import identifiers, links

LEASE = timedelta(minutes=3)
"""How long a claimed message is one worker's; renewed before every hand-over."""

CLAIM = 100
"""Messages claimed at once."""

ATTEMPTS = 6
"""Hand-overs of one message before giving up."""

QUESTIONS = 12
"""Attempts and look-ups of one message before only a person can decide."""

PAUSE = {"channel_down": timedelta(minutes=5), "config_error": timedelta(hours=1)}
"""How long a distribution rests after such an outcome: what fails for one message fails for the next."""

REASONS = {
    "reject_contact": N_("The address was refused."),
    "suppress_contact": N_("The contact wants no messages."),
    "config_error": N_("The provider refused the settings."),
    "channel_down": N_("The channel could not be reached."),
    "retry": N_("The provider was busy for too long."),
    "unknown": N_("Whether the message went out is not known."),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One claimed message with everything its channel needs."""

    id: int
    code: str
    attempts: int
    lease: datetime
    invitation_id: int
    distribution_id: int
    channel: str
    settings: dict[str, Any]
    account: dict[str, Any]
    recipient: Recipient
    link: str
    readable: bool = True

    def message(self, plugin: Channel) -> Message:
        """Composed anew: pure, so it is the same as before a crash."""
        return replace(plugin.compose(self.settings, self.recipient, self.link), key=self.code)


def drain(limit: int = 10_000) -> Counter[str]:
    """Hands over what is due, at most about ``limit`` messages; how many had which outcome. Safe to run in
    several workers at once, and again at any time."""
    _let_lapse()
    done = _ask_again()
    while done.total() < limit and (jobs := _claim()):
        for _, group in groupby(jobs, key=lambda job: job.distribution_id):
            done += _hand_over(list(group))
    return done


def _claim() -> list[Job]:
    """Due messages of open distributions, now ours."""
    at = now()
    due = _waiting("due", at).where(Distribution.status == "open").order_by(Delivery.due_at, Delivery.id)
    claim = (
        update(Delivery)
        .where(Delivery.id.in_(_locked(due.limit(CLAIM))))
        .values(state="sending", leased_until=at + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
    )
    return _jobs(write(lambda connection: list(connection.execute(claim).scalars())))


def _waiting(state: str, at: datetime) -> Select[int]:
    joined = select(Delivery.id).join(Invitation).join(Distribution)
    return joined.where(Delivery.state == state, Delivery.due_at <= at)


def _locked(query: Select[int]) -> Select[int]:
    """The rows of a query nobody else is claiming; chosen once even where a planner would repeat it."""
    rows = query.with_for_update(skip_locked=True, of=Delivery).cte("waiting")
    return select(rows.c.id)


COLUMNS = (
    Delivery.id,
    Delivery.code,
    Delivery.attempts,
    Delivery.leased_until.label("lease"),
    Invitation.id.label("invitation_id"),
    Invitation.token,
    Distribution.id.label("distribution_id"),
    Distribution.channel,
    Distribution.settings,
    ChannelAccount.settings.label("account"),
    Contact.name,
    Contact.phone,
    Contact.email,
    Contact.attributes,
)


def _jobs(ids: Sequence[int]) -> list[Job]:
    query = (
        select(*COLUMNS)
        .select_from(Delivery)
        .join(Invitation)
        .join(Contact)
        .join(Distribution, Invitation.distribution_id == Distribution.id)
        .outerjoin(ChannelAccount, Distribution.account_id == ChannelAccount.id)
        .where(Delivery.id.in_(ids))
        .order_by(Distribution.id, Delivery.id)
    )
    with db.engine.connect() as connection:
        return [_job(dict(row)) for row in connection.execute(query).mappings()]


SEALED = ("token", "phone", "email", "account")


def _job(row: dict[str, Any]) -> Job:
    secret = links.config().secret_key
    same = {key: row[key] for key in row.keys() - {*SEALED, "name", "attributes"}}
    try:
        clear: dict[str, Any] = {
            key: security.decrypt(secret, row[key]) if row[key] else "" for key in SEALED
        }
    except InvalidToken:  # the key of the installation is another than then
        return Job(recipient=Recipient(), link="", account={}, readable=False, **same)
    recipient = Recipient(row["name"], clear["phone"], clear["email"], attributes=row["attributes"] or {})
    link = links.of_token(clear["token"])
    return Job(recipient=recipient, link=link, account=clear["account"] or {}, **same)


def _hand_over(jobs: list[Job]) -> Counter[str]:
    """The messages of one distribution, in the channel's own batches."""
    plugin = plugins.adapters().get(jobs[0].channel)
    if plugin is None or not all(job.readable for job in jobs):
        code = "unreadable" if plugin else "channel_missing"
        return _record([(job, Outcome("config_error", code=code)) for job in jobs])
    done: Counter[str] = Counter()
    size = max(1, plugin.capabilities.batch)
    for start in range(0, len(jobs), size):
        batch = jobs[start : start + size]
        done += _record(_attempt(plugin, batch))
        if done.keys() & PAUSE.keys():
            _give_back(jobs[start + size :])
            break
        if plugin.capabilities.rate:
            time.sleep(len(batch) / plugin.capabilities.rate)
    return done


def _attempt(plugin: Channel, batch: list[Job]) -> list[tuple[Job, Outcome]]:
    composed: list[tuple[Job, Message]] = []
    refused = []
    for job in batch:
        try:
            composed.append((job, job.message(plugin)))
        except Exception:
            log.exception("The message of delivery %s could not be composed", job.code)
            refused.append((job, Outcome("reject_contact", code="compose_failed")))
    held = _renew(composed)
    return refused + list(zip([job for job, _ in held], _delivered(plugin, held), strict=True))


def _renew(composed: list[tuple[Job, Message]]) -> list[tuple[Job, Message]]:
    """Prolongs the leases and keeps what is about to go out; a message whose lease was lost is left alone."""
    until = now() + LEASE

    def prolong(connection: Connection, job: Job, message: Message) -> bool:
        ours = (Delivery.id == job.id) & (Delivery.state == "sending") & (Delivery.leased_until == job.lease)
        kept = update(Delivery).where(ours).values(leased_until=until, payload=payload(message))
        return bool(connection.execute(kept).rowcount)

    def work(connection: Connection) -> list[tuple[Job, Message]]:
        return [each for each in composed if prolong(connection, *each)]

    return write(work)


def payload(message: Message) -> dict[str, Any]:
    """A message as it is kept: the address and the secret of the link masked."""
    shown = links.masked(message.link)
    body = message.body.replace(message.link, shown)
    kept = {"subject": message.subject, "body": body, "link": shown, "cost": message.cost}
    return {"to": _masked(message.to), **kept}


def _masked(to: str) -> str:
    if "@" in to:
        return identifiers.masked_email(to)
    return identifiers.masked_phone(to) if to.startswith("+") else to


def _delivered(plugin: Channel, held: list[tuple[Job, Message]]) -> list[Outcome]:
    """The channel's outcomes; whatever goes wrong in it may have gone wrong after sending."""
    if not held:
        return []
    try:
        outcomes = plugin.deliver(held[0][0].account, [message for _, message in held])
    except Exception:
        log.exception("Channel %s failed while sending", plugin.key)
        outcomes = []
    if len(outcomes) != len(held):
        return [Outcome("unknown", code="channel_failed") for _ in held]
    return list(outcomes)


def _record(results: list[tuple[Job, Outcome]]) -> Counter[str]:
    """Writes outcomes down, with what they mean for the invitation and for the rest of the distribution."""
    at = now()

    def work(connection: Connection) -> None:
        for job, outcome in results:
            _store(connection, job, outcome, at)

    write(work)
    return Counter(outcome.kind for _, outcome in results)


def _store(connection: Connection, job: Job, outcome: Outcome, at: datetime) -> None:
    delivery, invitation = verdict(job.attempts, outcome, at)
    open_ = (Delivery.id == job.id) & Delivery.state.in_(("sending", "unknown"))
    connection.execute(update(Delivery).where(open_).values(**delivery))
    if invitation:
        theirs = Invitation.id == job.invitation_id
        connection.execute(update(Invitation).where(theirs).values(**invitation))
    if outcome.kind in PAUSE:
        _rest(connection, job.distribution_id, delivery["due_at"])


def verdict(attempts: int, outcome: Outcome, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an outcome of the ``attempts``-th hand-over makes of a delivery and of its invitation."""
    kind = outcome.kind
    known: dict[str, Any] = {"provider_id": outcome.provider_id[:120], "provider_code": outcome.code[:60]}
    known["leased_until"] = None
    if kind == "accepted":
        return {**known, "state": "sent", "due_at": at}, {**_advance("sent", at), "reason": ""}
    if kind in ("reject_contact", "suppress_contact"):
        exit_ = "failed" if kind == "reject_contact" else "suppressed"
        return {**known, "state": "failed", "due_at": at}, {**_leave(exit_), "reason": REASONS[kind]}
    if kind == "unknown":
        return {**known, "state": "unknown", "due_at": at + _backoff(attempts)}, {"reason": REASONS[kind]}
    if kind in ("retry", "config_error") and attempts >= ATTEMPTS:
        return {**known, "state": "failed", "due_at": at}, {**_leave("failed"), "reason": REASONS[kind]}
    later = _aware(outcome.at) or at + PAUSE.get(kind, _backoff(attempts))
    free = kind in ("defer", "channel_down")  # not the message's fault: does not count
    due = {**known, "state": "due", "due_at": later, "attempts": attempts - free}
    return due, {"reason": REASONS[kind]} if kind in PAUSE else {}


def _advance(state: str, at: datetime) -> dict[str, Any]:
    """Forward only: who answered while we were sending stays where they are."""
    behind = Invitation.state.in_(("eligible", "sampled", "queued"))
    stamp = getattr(Invitation, f"{state}_at")
    return {"state": case((behind, state), else_=Invitation.state), f"{state}_at": func.coalesce(stamp, at)}


def _leave(exit_: str) -> dict[str, Any]:
    waiting = Invitation.state.in_(("eligible", "sampled", "queued", "sent"))
    return {"state": case((waiting, exit_), else_=Invitation.state)}


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=30) * (1 << max(0, attempts - 1)), timedelta(hours=1))


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def _rest(connection: Connection, distribution_id: int, until: datetime) -> None:
    """Lets the other messages of a distribution wait as well."""
    theirs = select(Invitation.id).where(Invitation.distribution_id == distribution_id)
    connection.execute(
        update(Delivery)
        .where(Delivery.state == "due", Delivery.due_at < until, Delivery.invitation_id.in_(theirs))
        .values(due_at=until)
    )


def _give_back(jobs: list[Job]) -> None:
    """Messages claimed but not tried, because the channel just failed: due again later, not counted."""
    _record([(job, Outcome("channel_down", code="not_tried")) for job in jobs])


def _let_lapse() -> None:
    """Messages of workers that died: nobody knows whether they went out. Their channel is asked next."""
    at = now()
    lapsed = (
        update(Delivery)
        .where(Delivery.state == "sending", Delivery.leased_until < at)
        .values(state="unknown", leased_until=None, due_at=at)
        .returning(Delivery.invitation_id)
    )

    def work(connection: Connection) -> None:
        theirs = Invitation.id.in_(list(connection.execute(lapsed).scalars()))
        connection.execute(update(Invitation).where(theirs).values(reason=REASONS["unknown"]))

    write(work)


def _ask_again() -> Counter[str]:
    """Asks channels that can tell what became of messages whose fate is unknown."""
    able = [key for key, plugin in plugins.adapters().items() if type(plugin).lookup is not Channel.lookup]
    done: Counter[str] = Counter()
    while jobs := _claim_questions(able):
        results = [(job, _asked(plugins.adapters()[job.channel], job)) for job in jobs]
        done += _record(results)
    return done


def _claim_questions(able: list[str]) -> list[Job]:
    at = now()
    open_ = _waiting("unknown", at).where(Distribution.channel.in_(able), Delivery.attempts < QUESTIONS)
    claim = (
        update(Delivery)
        .where(Delivery.id.in_(_locked(open_.order_by(Delivery.id).limit(CLAIM))))
        .values(due_at=at + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
    )
    return _jobs(write(lambda connection: list(connection.execute(claim).scalars())))


def _asked(plugin: Channel, job: Job) -> Outcome:
    """The channel's answer. ``retry`` says that it never got the message, so it may be sent."""
    if not job.readable:
        return Outcome("unknown", code="unreadable")
    try:
        outcome = plugin.lookup(job.account, job.message(plugin))
        return replace(outcome, at=outcome.at or now()) if outcome.kind == "retry" else outcome
    except Exception:
        log.exception("Channel %s failed while looking up", plugin.key)
        return Outcome("unknown", code="lookup_failed")
