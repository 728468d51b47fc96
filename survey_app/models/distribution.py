"""How surveys reach people: distributions, places, invitations and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base
from survey_app.models.account import Unit
from survey_app.models.base import Document, Moment, now, plain_code
from survey_app.models.contact import Contact
from survey_app.models.survey import Survey


class ChannelAccount(Base):
    """Credentials of one channel; ``settings`` is the encrypted JSON of its Account form."""

    __tablename__ = "channel_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    root_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    settings: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Distribution(Base):
    """One delivery of one survey by one channel. ``code`` is the public link."""

    __tablename__ = "distributions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("channel_accounts.id"))
    name: Mapped[str] = mapped_column(String(120), default="")
    settings: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    audience: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    #: ``open`` or ``closed``
    status: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    survey: Mapped[Survey] = relationship()
    unit: Mapped[Unit] = relationship()


class Place(Base):
    """One printed code; re-targetable because paper cannot be changed."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    distribution_id: Mapped[int] = mapped_column(ForeignKey("distributions.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    #: field code → value, frozen into every response of the place
    context: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    scans: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    distribution: Mapped[Distribution] = relationship()
    unit: Mapped[Unit] = relationship()


class Invitation(Base):
    """One contact in one distribution; the first time of every state is kept."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("distribution_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    distribution_id: Mapped[int] = mapped_column(ForeignKey("distributions.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: SHA-256 of the token in the personal link
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: the token itself, encrypted, so that the message can be composed
    token: Mapped[str] = mapped_column(Text)
    #: eligible, sampled, queued, sent, delivered, opened, started, completed; suppressed, failed, expired …
    state: Mapped[str] = mapped_column(String(20), default="queued")
    reason: Mapped[str] = mapped_column(String(120), default="")
    #: field code → value, frozen when sent
    context: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    queued_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)

    distribution: Mapped[Distribution] = relationship()
    contact: Mapped[Contact] = relationship()


class Delivery(Base):
    """The outbox: one message to hand over. Claimed with a lease; once per (thing, purpose)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("invitation_id", "purpose"),
        Index("ix_deliveries_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"))
    #: ``invitation``, later ``reminder`` …
    purpose: Mapped[str] = mapped_column(String(20), default="invitation")
    #: what was handed over: to (masked), body, link with the token masked, cost
    payload: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    #: ``due``, ``sending`` (leased), ``sent``, ``failed``, ``unknown``
    state: Mapped[str] = mapped_column(String(10), default="due")
    due_at: Mapped[datetime] = mapped_column(Moment, default=now)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str] = mapped_column(String(120), default="")
    provider_code: Mapped[str] = mapped_column(String(60), default="")

    invitation: Mapped[Invitation] = relationship()
