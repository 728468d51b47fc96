"""Surveys, their published versions and the index of their questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base
from survey_app.models.account import Unit
from survey_app.models.base import Document, Moment, now, plain_code


class Survey(Base):
    """A questionnaire: a draft being edited and the versions published from it."""

    __tablename__ = "surveys"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    #: ``draft`` (never published), ``live``, ``closed``
    status: Mapped[str] = mapped_column(String(10), default="draft")
    live_version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    #: the document under edit
    draft: Mapped[dict[str, Any]] = mapped_column(Document)
    #: raised by every change of the draft; a writer must name the one it saw
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship()
    live_version: Mapped[Version | None] = relationship(foreign_keys=[live_version_id])


class Version(Base):
    """A published state of a survey; never updated."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    #: SHA-256 of the canonical document
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment, default=now)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Question(Base):
    """Index of a survey's questions over all its versions, for analysis."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("survey_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    code: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    #: of the latest version that had the question
    settings: Mapped[dict[str, Any]] = mapped_column(Document)
    position: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class Stamp(Base):
    """A number per survey that rises with every change of its figures; live streams watch it."""

    __tablename__ = "stamps"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    stamp: Mapped[int] = mapped_column(default=0)
