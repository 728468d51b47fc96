"""Boards of widgets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base
from survey_app.models.base import Document, Moment, now, plain_code


class Dashboard(Base):
    """A layout of widgets over one survey. A survey without a row shows the default layout."""

    __tablename__ = "dashboards"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True, default=plain_code)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    #: [{"widget": key, "settings": {…}, "size": [columns, rows]}, …]
    layout: Mapped[list[Any]] = mapped_column(Document, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
