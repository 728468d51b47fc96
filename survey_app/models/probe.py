"""The row that proves a database can be written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Moment


class Probe(Base):
    """One row, rewritten whenever somebody asks whether the service is ready."""

    __tablename__ = "probes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
