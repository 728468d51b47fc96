"""Surveys answered by messages: where each conversation stands, and what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base
from survey_app.models.base import Document, Moment, now, secret_code
from survey_app.models.contact import Contact
from survey_app.models.distribution import Distribution, Invitation


class Conversation(Base):
    """One respondent, one response, one message at a time."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_open", "state", "last_at"),
        Index("ix_conversations_address", "distribution_id", "address_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=secret_code)
    distribution_id: Mapped[int] = mapped_column(ForeignKey("distributions.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    #: keyed hash of the address of somebody we have no contact of
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    #: public id of the response
    response: Mapped[str] = mapped_column(String(22), index=True, default=secret_code)
    locale: Mapped[str] = mapped_column(String(10), default="")
    #: code of the question that waits for a reply
    question: Mapped[str] = mapped_column(String(80), default="")
    asked_again: Mapped[bool] = mapped_column(default=False)
    #: the answer is stored and waits to be confirmed
    doubted: Mapped[bool] = mapped_column(default=False)
    #: codes of what was asked or told before, in order
    passed: Mapped[list[str]] = mapped_column(Document, default=list)
    #: ``open``; ``ended``, ``stopped`` (by the respondent), ``expired``
    state: Mapped[str] = mapped_column(String(10), default="open")
    #: rises with every message; two at once cannot both count from the same
    revision: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(Moment, default=now)
    last_at: Mapped[datetime] = mapped_column(Moment, default=now)

    distribution: Mapped[Distribution] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    contact: Mapped[Contact | None] = relationship()


class Turn(Base):
    """One message of a respondent and what was said to it; the first is our own, without a message."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    #: the provider's id of the message: the same message is never heard twice
    key: Mapped[str] = mapped_column(String(120))
    heard: Mapped[str] = mapped_column(Text, default="")
    said: Mapped[list[Any]] = mapped_column(Document, default=list)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
