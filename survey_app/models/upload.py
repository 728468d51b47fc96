"""Files that respondents gave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Moment, now, secret_code


class Upload(Base):
    """One file, which lies in the store under ``store_key``. It names its response by the public id, because
    a file may arrive before the first save does."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_state", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=secret_code)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    #: public id of the response
    response: Mapped[str] = mapped_column(String(22), index=True)
    question: Mapped[str] = mapped_column(String(80))
    #: the phone's name for it, cleaned; shown, never a path
    name: Mapped[str] = mapped_column(String(120))
    #: bytes: announced while it is received, those in the store once it is whole
    size: Mapped[int]
    #: the kinds of files that were agreed on, separated by spaces
    kinds: Mapped[str] = mapped_column(String(80))
    #: what its content is; empty while it is received
    mime: Mapped[str] = mapped_column(String(80), default="")
    store_key: Mapped[str] = mapped_column(String(32), unique=True)
    #: ``receiving``, ``whole``, ``gone`` (the file is still to be removed)
    state: Mapped[str] = mapped_column(String(10), default="receiving")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
