"""Responses: the truth that everything shown is derived from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Document, Moment


class Response(Base):
    """One filling of one survey. ``public_id`` is made by the phone and makes retries harmless."""

    __tablename__ = "responses"
    __table_args__ = (
        Index("ix_responses_completed", "survey_id", "completed_at"),
        Index("ix_responses_started", "survey_id", "started_at"),
        Index("ix_responses_device", "survey_id", "device"),
        Index(
            "ix_responses_contact",
            "survey_id",
            "contact_id",
            sqlite_where=text("contact_id IS NOT NULL"),
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
        Index("ix_responses_test", "survey_id", sqlite_where=text("test"), postgresql_where=text("test")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    distribution_id: Mapped[int | None] = mapped_column(ForeignKey("distributions.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    channel: Mapped[str] = mapped_column(String(40))
    #: ``started``, ``completed``, ``screened_out``, ``over_quota``
    state: Mapped[str] = mapped_column(String(12))
    #: question code → value; while started it may hold answers off the path, once ended only the path's
    answers: Mapped[dict[str, Any]] = mapped_column(Document)
    #: rises with every save of the phone
    revision: Mapped[int]
    #: where the respondent stands (page code) or ended (ending code)
    position: Mapped[str] = mapped_column(String(80), default="")
    #: drives every random order of this response
    seed: Mapped[int]
    locale: Mapped[str] = mapped_column(String(10), default="")
    #: field code → value
    fields: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    #: what else the end depended on: ``full`` quotas, the ``quota`` that stopped it; what was seen of its
    #: ``quality``, the ``usual`` seconds of its path, the last question the first save had answered
    #: (``begun``), and what a manager ``decided``
    flags: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    started_at: Mapped[datetime] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    seconds: Mapped[int | None]
    #: left out of the figures of those who want clean ones: ``quality`` says why, unless it was ``decided``
    flagged: Mapped[bool] = mapped_column(default=False)
    #: only tries the survey out: counts nowhere, is kept apart and can be thrown away
    test: Mapped[bool] = mapped_column(default=False)
    #: what the phone drew for this survey alone; empty without scripts
    device: Mapped[str | None] = mapped_column(String(22))
