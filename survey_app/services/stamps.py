"""The number of a survey that rises with every change of its figures."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam

from survey_app.models import Stamp
from survey_app.models.base import inserting


@cache
def _raise(dialect: str) -> Any:
    statement = inserting(dialect, Stamp).values(survey_id=bindparam("survey_id"), stamp=1)
    return statement.on_conflict_do_update(
        index_elements=["survey_id"], set_={"stamp": Stamp.__table__.c.stamp + 1}
    ).returning(Stamp.stamp)


def raised(connection: Connection, survey_id: int) -> int:
    """Raises the survey's stamp and returns it. Until the commit everybody else who raises it waits: on
    PostgreSQL this row's lock is what serialises bucket numbers, cells and quotas of one survey."""
    return int(connection.execute(_raise(connection.dialect.name), {"survey_id": survey_id}).scalar_one())
