"""Codes sent to phone numbers, and the numbers they have verified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Moment, now, plain_code


class Code(Base):
    """One code for one number of one question of one response. Neither digits nor number are kept."""

    __tablename__ = "codes"
    __table_args__ = (
        Index("ix_codes_response", "response", "question"),
        Index("ix_codes_phone", "phone_hash", "created_at"),
        Index("ix_codes_address", "address_hash", "created_at"),
        Index("ix_codes_survey", "survey_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: our key for the provider, and the salt of the digits
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    distribution_id: Mapped[int] = mapped_column(ForeignKey("distributions.id"), index=True)
    #: public id of the response
    response: Mapped[str] = mapped_column(String(22))
    question: Mapped[str] = mapped_column(String(80))
    #: keyed hashes of the number, of the network address that asked, of the digits
    phone_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    digits_hash: Mapped[str] = mapped_column(String(64))
    #: ``sending``, ``sent`` (or perhaps sent), ``failed``
    state: Mapped[str] = mapped_column(String(10), default="sending")
    provider_id: Mapped[str] = mapped_column(String(120), default="")
    provider_code: Mapped[str] = mapped_column(String(60), default="")
    #: the message, encrypted, where it reached nobody and the console shows it
    shown: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
