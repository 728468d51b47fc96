"""Customers' words and what was read in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Document, Moment


class Verbatim(Base):
    """One text. ``read_at`` is empty while an engine still has to read it."""

    __tablename__ = "verbatims"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index(
            "ix_verbatims_unread",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_verbatims_said", "survey_id", "said_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``answer``; later call, chat, ticket, review
    source: Mapped[str] = mapped_column(String(10), default="answer")
    #: of an answer: ``<public id of the response>:<question code>``
    key: Mapped[str] = mapped_column(String(120))
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), index=True)
    question: Mapped[str] = mapped_column(String(80), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    channel: Mapped[str] = mapped_column(String(40))
    #: the day of the cell its buckets are counted in (survey's zone, ISO)
    day: Mapped[str] = mapped_column(String(10))
    #: as its response is, on whose side of the counts it therefore stands
    flagged: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(Moment)
    #: positive, neutral, negative, none (no opinion); empty: unread
    sentiment: Mapped[str] = mapped_column(String(10), default="")
    #: probability that the text is positive, 0…1
    score: Mapped[float | None]
    #: [[n-gram, signed contribution], …], strongest first
    reasons: Mapped[list[Any]] = mapped_column(Document, default=list)
    #: name and version of the engine that read it
    model: Mapped[str] = mapped_column(String(60), default="")
    read_at: Mapped[datetime | None] = mapped_column(Moment)
