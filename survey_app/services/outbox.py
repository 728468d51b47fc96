"""The outbox as people see it: what was said to whom, what it cost, what a person must decide."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update

from question_types.base import N_
from survey_app.extensions import db
from survey_app.models import Contact, Delivery, Distribution, Invitation, User
from survey_app.models.base import now
from survey_app.services import accounts, bell, links
from survey_app.services.errors import NotFound, Refused
from survey_app.services.surveys import begin


@dataclass(frozen=True)
class Entry:
    """One message of the outbox, as shown."""

    delivery: Delivery
    invitation: Invitation
    contact: Contact
    body: str


def page(distribution: Distribution, reveal: bool, limit: int = 50) -> list[Entry]:
    """The latest messages. ``body`` is the exact text with ``reveal``, else the link's secret is masked."""
    query = (
        select(Delivery, Invitation, Contact)
        .select_from(Delivery)
        .join(Invitation)
        .join(Contact)
        .where(Invitation.distribution_id == distribution.id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    return [Entry(*row, body=_body(row[0], row[1], reveal)) for row in db.session.execute(query)]


def _body(delivery: Delivery, invitation: Invitation, reveal: bool) -> str:
    body, shown = str(delivery.payload.get("body", "")), str(delivery.payload.get("link", ""))
    return body.replace(shown, links.personal(invitation)) if reveal and shown else body


def counts(distribution: Distribution) -> dict[str, int]:
    """How many messages are ``due``, ``sending``, ``sent``, ``failed``, ``unknown``; ``cost``: billed units
    of what was sent or may have been."""
    mine = Invitation.distribution_id == distribution.id
    query = select(Delivery.state, func.count()).join(Invitation).where(mine).group_by(Delivery.state)
    found = dict.fromkeys(("due", "sending", "sent", "failed", "unknown"), 0)
    found.update(db.session.execute(query).all())
    spent = Delivery.payload["cost"].as_integer()
    billed = select(func.sum(spent)).join(Invitation).where(mine, Delivery.state.in_(("sent", "unknown")))
    return {**found, "cost": db.session.scalar(billed) or 0}


def settle(actor: User, distribution: Distribution, code: str, sent: bool) -> None:
    """A person decides about a message whose fate is unknown: it was ``sent``, or it is sent again."""
    begin()
    mine = Invitation.distribution_id == distribution.id
    found = db.session.scalar(select(Delivery).join(Invitation).where(Delivery.code == code, mine))
    if found is None:
        raise NotFound(N_("There is no such message."))
    if found.state != "unknown":
        raise Refused(N_("This message is settled already."))
    at = now()
    found.state, found.due_at = ("sent", at) if sent else ("due", at)
    found.invitation.reason = ""
    if sent and found.invitation.sent_at is None:
        found.invitation.sent_at = at
        found.invitation.state = "sent" if found.invitation.state == "queued" else found.invitation.state
    accounts.audit(actor, "delivery.settle", f"delivery:{code}", sent=sent)
    db.session.commit()
    bell.ring(bell.DELIVERIES)


def hurry(actor: User, distribution: Distribution) -> int:
    """Makes messages due now that rest after an error of the channel or its settings; how many."""
    begin()
    theirs = select(Invitation.id).where(Invitation.distribution_id == distribution.id)
    resting = (Delivery.state == "due") & (Delivery.due_at > now()) & Delivery.invitation_id.in_(theirs)
    hurried = len(
        db.session.execute(update(Delivery).where(resting).values(due_at=now()).returning(Delivery.id)).all()
    )
    accounts.audit(actor, "delivery.hurry", f"distribution:{distribution.code}", count=hurried)
    db.session.commit()
    bell.ring(bell.DELIVERIES)
    return hurried
