"""Counts: one vector per (survey, day, unit, channel, flagged or not)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Moment


class Bucket(Base):
    """The append-only registry that numbers a survey's buckets.

    ``question`` is a question code, or ``""`` for the survey itself (bucket ``started``, ``completed``,
    ``screened_out``, ``over_quota``, ``seconds``) and ``"words"`` for sentiment.
    """

    __tablename__ = "buckets"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int]


class Cell(Base):
    """``vector``: little-endian float64 pairs (count, amount), indexed by bucket number."""

    __tablename__ = "cells"
    __table_args__ = (Index("ix_cells_stamp", "survey_id", "stamp"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    #: ISO day in the survey's time zone
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: whether it counts the responses that look as if nobody had read the questions, or all others
    flagged: Mapped[bool] = mapped_column(primary_key=True, default=False)
    #: the survey's stamp when the cell last changed: readers fetch only what is newer than theirs
    stamp: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Seat(Base):
    """How many completed responses hold a place in a bucket that the survey limits."""

    __tablename__ = "seats"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    n: Mapped[int]


class Quota(Base):
    """How many completed responses a quota of a survey holds."""

    __tablename__ = "quota_counts"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int]


class Reservation(Base):
    """A place in a quota, kept for a response that is still being given."""

    __tablename__ = "reservations"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: public id of the response
    response: Mapped[str] = mapped_column(String(22), primary_key=True)
    #: the moment from which anybody else may take it
    until: Mapped[datetime] = mapped_column(Moment)
