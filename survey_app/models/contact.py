"""Known people. Identifiers are encrypted; a keyed hash finds them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Document, Moment, now, plain_code


class Contact(Base):
    """A person of one organisation (root unit)."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("root_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    root_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120), default="")
    #: ciphertext; ``*_hash`` is the keyed hash of the normalised value
    phone: Mapped[str] = mapped_column(Text, default="")
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str] = mapped_column(Text, default="")
    email_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
