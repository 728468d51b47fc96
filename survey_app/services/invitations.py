"""Invitations: one contact in one distribution, from being chosen to having answered."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from channels.base import Channel
from question_types.base import N_
from survey_app import security
from survey_app.extensions import db
from survey_app.models import Contact, Delivery, Distribution, Invitation, User, Version
from survey_app.models.base import now, secret_code
from survey_app.services import accounts, bell, sheets
from survey_app.services.errors import Conflict, NotFound, Refused
from survey_app.services.links import adapter, config, personal
from survey_app.services.surveys import begin

STATES = ("queued", "sent", "delivered", "opened", "started", "completed")
"""The way of an invitation; the first time of each is kept in ``<state>_at``."""

EXITS = ("suppressed", "failed", "expired")

CHUNK = 500

UNREACHABLE = {
    "phone": N_("The contact has no phone number."),
    "email": N_("The contact has no e-mail address."),
    "openid": N_("The contact does not follow the account."),
}


@dataclass(frozen=True)
class Invited:
    """How many were invited now, were invited before, and cannot be reached by this channel."""

    new: int
    already: int
    unreachable: int


def read_audience(audience: Mapping[str, Any]) -> dict[str, Any]:
    """``{}``, ``{"contacts": [codes]}`` or ``{"all": true}``. Raises Refused."""
    codes = audience.get("contacts", [])
    listed = isinstance(codes, list) and all(isinstance(code, str) for code in codes)
    if set(audience) - {"contacts", "all"} or not listed or audience.get("all", True) is not True:
        raise Refused(
            N_("The audience cannot be read."),
            {"audience": N_('Give {}, {"contacts": ["CODE"]} or {"all": true}.')},
        )
    return dict(audience)


def chosen(actor: User, audience: Mapping[str, Any]) -> list[int]:
    """Ids of the contacts of an audience, in the actor's subtree. Raises Refused for codes that are not."""
    query = select(Contact.id).where(accounts.within(actor, Contact)).order_by(Contact.id)
    if audience.get("all"):
        return list(db.session.scalars(query))
    codes = list(dict.fromkeys(audience.get("contacts", [])))
    found: list[int] = []
    for start in range(0, len(codes), CHUNK):
        found += db.session.scalars(query.where(Contact.code.in_(codes[start : start + CHUNK])))
    if len(found) < len(codes):
        errors = {"audience": N_("Choose contacts from the list.")}
        raise Refused(N_("Some of the chosen contacts do not exist."), errors)
    return found


def invite(actor: User, distribution: Distribution, codes: Sequence[str] | None) -> Invited:
    """Invites contacts (all of the actor's for ``None``); who was invited before is left alone. Raises
    Refused, Conflict."""
    audience = {"all": True} if codes is None else {"contacts": list(codes)}
    return queue(actor, distribution, chosen(actor, audience))


def queue(actor: User, distribution: Distribution, ids: Sequence[int]) -> Invited:
    """Makes the invitations and, where the channel sends, queues their messages with them. Many are made in
    several transactions, so that answers need not wait; asking again goes on where it ended."""
    plugin = adapter(distribution.channel)
    if "personal" not in plugin.capabilities.links:
        raise Refused(N_("This channel has no personal links."))
    if distribution.status != "open":
        raise Refused(N_("This distribution is closed. Open it again first."))
    made = []
    for start in range(0, len(ids), CHUNK):
        made += _queued(distribution, plugin, ids[start : start + CHUNK])
    begin()
    accounts.audit(actor, "invitation.create", f"distribution:{distribution.code}", count=len(made))
    db.session.commit()
    bell.ring(bell.DELIVERIES)
    suppressed = made.count("suppressed")
    return Invited(len(made) - suppressed, len(ids) - len(made), suppressed)


def _queued(distribution: Distribution, plugin: Channel, ids: Sequence[int]) -> list[str]:
    """One transaction's worth; the states of the new invitations."""
    begin()
    mine = Invitation.distribution_id == distribution.id
    known = set(db.session.scalars(select(Invitation.contact_id).where(mine, Invitation.contact_id.in_(ids))))
    fresh = db.session.scalars(select(Contact).where(Contact.id.in_(set(ids) - known)).order_by(Contact.id))
    declared = _fields(distribution)
    made = [_invitation(distribution, plugin, contact, declared) for contact in fresh]
    db.session.add_all(made)
    db.session.flush()
    if plugin.capabilities.sends:
        db.session.add_all(Delivery(invitation_id=each.id) for each in made if each.state == "queued")
    states = [each.state for each in made]
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(
            N_("Somebody else is inviting the same contacts right now. Please try again.")
        ) from error
    return states


def _fields(distribution: Distribution) -> list[str]:
    version = db.session.get(Version, distribution.survey.live_version_id)
    return [each["code"] for each in version.document.get("fields", [])] if version else []


def _invitation(
    distribution: Distribution, plugin: Channel, contact: Contact, declared: list[str]
) -> Invitation:
    """The row of one contact; what is known about the contact is frozen in it."""
    token = secret_code()
    known = {"name": contact.name, **(contact.attributes or {})}
    reachable = plugin.needs in ("", "openid") or bool(getattr(contact, plugin.needs))
    state = ("queued" if plugin.capabilities.sends else "sampled") if reachable else "suppressed"
    return Invitation(
        distribution_id=distribution.id,
        contact_id=contact.id,
        token_hash=security.token_hash(token),
        token=security.encrypt(config().secret_key, token),
        state=state,
        reason="" if reachable else UNREACHABLE[plugin.needs],
        context={code: known[code] for code in declared if known.get(code)},
        queued_at=now() if state == "queued" else None,
    )


def page(distribution: Distribution, after: str = "", limit: int = 50) -> tuple[list[Invitation], str]:
    """Invitations, newest first, and the code to go on after (``""`` at the end)."""
    mine = Invitation.distribution_id == distribution.id
    query = select(Invitation).where(mine).order_by(Invitation.id.desc()).limit(limit + 1)
    last = db.session.scalar(select(Invitation.id).where(mine, Invitation.code == after)) if after else None
    if last:
        query = query.where(Invitation.id < last)
    found = list(db.session.scalars(query))
    return found[:limit], found[limit - 1].code if len(found) > limit else ""


def among(distribution: Distribution, contacts: Sequence[Contact]) -> set[int]:
    """Ids of those contacts that are invited already."""
    mine = Invitation.distribution_id == distribution.id
    ids = [contact.id for contact in contacts]
    return set(db.session.scalars(select(Invitation.contact_id).where(mine, Invitation.contact_id.in_(ids))))


def get(distribution: Distribution, code: str) -> Invitation:
    """One invitation of a distribution. Raises NotFound."""
    mine = Invitation.distribution_id == distribution.id
    found = db.session.scalar(select(Invitation).where(Invitation.code == code, mine))
    if found is None:
        raise NotFound(N_("There is no such invitation."))
    return found


def table(actor: User, distribution: Distribution) -> str:
    """Personal links as CSV: customer number, name, link, state. Audited: who has a link can answer."""
    begin()
    query = (
        select(Invitation, Contact).join(Contact).where(Invitation.distribution_id == distribution.id)
    ).order_by(Invitation.id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["external_id", "name", "link", "state"])
    for invitation, contact in db.session.execute(query):
        cells = [sheets.literal(contact.external_id or ""), sheets.literal(contact.name)]
        writer.writerow([*cells, personal(invitation), invitation.state])
    accounts.audit(actor, "invitation.links", f"distribution:{distribution.code}")
    db.session.commit()
    return out.getvalue()


def timeline(invitation: Invitation) -> list[tuple[str, datetime]]:
    """The states it has been in with the first time of each, earliest first."""
    known = [(state, getattr(invitation, f"{state}_at")) for state in STATES]
    return [(state, at) for state, at in known if at is not None]


def funnel(distribution: Distribution) -> dict[str, int]:
    """How many invitations reached each state, how many left by each exit, and ``invited`` in all. Who
    started has opened, whether or not the opening was noticed."""
    mine = Invitation.distribution_id == distribution.id
    reached = {state: getattr(Invitation, f"{state}_at") for state in STATES}
    reached["opened"] = func.coalesce(Invitation.opened_at, Invitation.started_at)
    columns = [func.count(moment).label(state) for state, moment in reached.items()]
    row = db.session.execute(select(func.count().label("invited"), *columns).where(mine)).one()
    exits: Counter[str] = Counter()
    left = Invitation.state.in_(EXITS)
    for state, number in db.session.execute(
        select(Invitation.state, func.count()).where(mine, left).group_by(Invitation.state)
    ):
        exits[state] = number
    return {**dict(row._mapping), **{state: exits[state] for state in EXITS}}
