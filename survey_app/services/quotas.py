"""How many completed responses each quota of a survey holds; counted in the completing transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from survey_app.engine.plan import Plan
from survey_app.models import Quota
from survey_app.models.base import inserting
from survey_app.services import paths
from survey_app.services.stamps import raised

_COUNTS = select(Quota.code, Quota.n).where(Quota.survey_id == bindparam("survey"))


def full(connection: Connection, survey_id: int, plan: Plan) -> frozenset[str]:
    """Codes of the quotas that accept nobody else. Nobody can complete a response of this survey between
    this and the end of the transaction, so a limit is never passed."""
    raised(connection, survey_id)
    return filled(connection, survey_id, plan)


def filled(connection: Connection, survey_id: int, plan: Plan) -> frozenset[str]:
    """Codes of the quotas that are full at this moment; in the next they may be more."""
    held = {row.code: row.n for row in connection.execute(_COUNTS, {"survey": survey_id})}
    return frozenset(quota.code for quota in plan.quotas if held.get(quota.code, 0) >= quota.limit)


def count(connection: Connection, survey_id: int, codes: Iterable[str], by: int = 1) -> None:
    """Adds ``by`` responses to quotas."""
    rows = [{"survey_id": survey_id, "code": code, "n": by} for code in sorted(codes)]
    if rows:
        connection.execute(_add(connection.dialect.name), rows)


def of_response(row: Any, plan: Plan) -> tuple[str, ...]:
    """Codes of the quotas a stored response is counted in."""
    if row.state != "completed" or not plan.quotas:
        return ()
    return paths.again(row, plan).quotas


def replace(connection: Connection, survey_id: int, held: Mapping[str, int]) -> None:
    """Sets the counts of a survey."""
    connection.execute(delete(Quota).where(Quota.survey_id == survey_id))
    for code, n in held.items():
        count(connection, survey_id, [code], n)


@cache
def _add(dialect: str) -> Any:
    statement = inserting(dialect, Quota)
    return statement.on_conflict_do_update(
        index_elements=["survey_id", "code"], set_={"n": Quota.__table__.c.n + statement.excluded.n}
    )
