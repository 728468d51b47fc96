"""Counts of the responses that fulfil a condition, made from the responses themselves.

The cells know period, channel and unit; any other question has to be put to every response. The result is a
cube like the stored one, so that everything that reads figures reads these the same way. The cost is linear
in the responses of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import bindparam, func, select

from question_types.base import N_
from survey_app.engine import strict
from survey_app.engine.conditions import Condition, compile_condition
from survey_app.engine.plan import Plan
from survey_app.engine.rules import check_condition
from survey_app.extensions import db
from survey_app.models import Response, Verbatim
from survey_app.services import cells
from survey_app.services.cells import Counts, Place
from survey_app.services.cube import Cube
from survey_app.services.errors import Refused
from survey_app.services.paths import ROWS, again
from survey_app.services.plans import plan_of

CHUNK = 500
"""Responses whose sentiments are asked for at once."""

_ENDED = (
    ROWS.where(
        Response.survey_id == bindparam("survey"),
        Response.completed_at >= bindparam("since"),
        Response.completed_at < bindparam("until"),
        Response.test.is_(False),
    )
    .order_by(Response.completed_at)
    .execution_options(yield_per=1000)
)
_SENTIMENTS = (
    select(*cells.SIDE, Verbatim.sentiment, func.count())
    .where(Verbatim.response_id.in_(bindparam("ids", expanding=True)))
    .group_by(*cells.SIDE, Verbatim.sentiment)
)


def read(text: str, plan: Plan) -> Any:
    """The condition written as JSON in an address. Raises Refused with what is wrong, by place."""
    try:
        tree = strict.loads(text.encode("utf-8", "surrogatepass"))
    except strict.BadJson as error:
        raise Refused(N_("The condition is not JSON."), {"where": error.message % error.params}) from error
    wrong = [each for each in check_condition(tree, plan.schema, "where") if each.level == "error"]
    if wrong:
        raise Refused(N_("The condition cannot be used."), {each.where: each.sentence() for each in wrong})
    return tree


def cube(survey_id: int, plan: Plan, tree: Any, start: date, end: date) -> Cube:
    """The counts of responses that ended between two days (both included, in the survey's zone) and fulfil
    the condition. Responses still under way have no answers that count and are left out."""
    found: dict[Place, Counts] = {}
    chosen: list[int] = []
    for row, own in _fulfilling(survey_id, plan, tree, start, end):
        for (_, *cell), counts in cells.of_response(row, own).items():
            cells.add(found.setdefault(tuple(cell), {}), counts)  # type: ignore[arg-type]
        chosen.append(row.id)
    for first in range(0, len(chosen), CHUNK):
        _add_words(found, chosen[first : first + CHUNK])
    return _cube(found)


def _fulfilling(survey_id: int, plan: Plan, tree: Any, start: date, end: date) -> Iterator[tuple[Any, Plan]]:
    conditions: dict[int, Condition] = {}
    days = {"since": _midnight(plan, start), "until": _midnight(plan, end + timedelta(days=1))}
    for row in db.session.execute(_ENDED, {"survey": survey_id, **days}):
        own = plan_of(row.version_id)
        if row.version_id not in conditions:
            conditions[row.version_id] = _fitting(tree, own)
        if conditions[row.version_id](again(row, own).facts):
            yield row, own


def _fitting(tree: Any, plan: Plan) -> Condition:
    """The condition for one version; a version that never asked what it is about has no such responses."""
    if any(each.level == "error" for each in check_condition(tree, plan.schema, "where")):
        return lambda facts: False
    return compile_condition(tree, plan.schema)


def _midnight(plan: Plan, day: date) -> datetime:
    return datetime.combine(day, time(), plan.timezone).astimezone(UTC)


def _add_words(found: dict[Place, Counts], ids: list[int]) -> None:
    for day, unit, channel, flagged, sentiment, n in db.session.execute(_SENTIMENTS, {"ids": ids}):
        cells.add(found.setdefault((day, unit, channel, flagged), {}), cells.words(sentiment, n))


def _cube(found: dict[Place, Counts]) -> Cube:
    numbers = {
        key: n for n, key in enumerate(dict.fromkeys(key for counts in found.values() for key in counts))
    }
    matrix = np.zeros((len(found), 2 * len(numbers)))
    for line, counts in zip(matrix, found.values(), strict=True):
        for key, pair in counts.items():
            line[2 * numbers[key] : 2 * numbers[key] + 2] = pair
    return Cube(0, numbers, tuple(found), matrix)
