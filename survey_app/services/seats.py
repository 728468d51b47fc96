"""Places that run out: how many completed responses hold one in each bucket that a survey limits.

A place is taken in the completing transaction and given back when the response is deleted. The limit is the
version's, the count the survey's: it holds every completed response in the bucket, whichever version it was
given under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from question_types.base import N_, Invalid
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.models import Response, Seat
from survey_app.models.base import inserting
from survey_app.services.errors import Refused
from survey_app.services.stamps import raised

Json = Any
Place = tuple[str, str]
"""Question and bucket."""
Counter = Callable[[str, str], float]
"""How many completed responses fell in a bucket of a question."""

BUCKET_LENGTH = 120
GONE = N_("Something you chose is no longer available.")
AGAIN = N_("This device has voted already. Thank you for taking part.")

_HELD = select(Seat.question, Seat.bucket, Seat.n).where(Seat.survey_id == bindparam("survey"))
_DEVICE = (
    select(Response.id)
    .where(
        Response.survey_id == bindparam("survey"),
        Response.device == bindparam("device"),
        Response.state == "completed",
        Response.id != bindparam("own"),
        Response.test.is_(False),
    )
    .limit(1)
)
_BACK = (
    update(Seat)
    .where(
        Seat.survey_id == bindparam("survey"),
        Seat.question == bindparam("code"),
        Seat.bucket == bindparam("name"),
    )
    .values(n=Seat.n - 1)
)


def take(connection: Connection, plan: Plan, row: Mapping[str, Json], live: Plan) -> None:
    """Takes the places of a response that completes now. ``live``: the survey's present version, whose limits
    are counted for late responses to an older one too.

    Nobody else can complete a response of this survey between this and the end of the transaction, so a limit
    is never passed. Raises Refused with an error per question, and in ``extra`` what is ``taken``.
    """
    if not (plan.limits or live.limits or plan.once):
        return
    survey_id, answers = row["survey_id"], row["answers"]
    raised(connection, survey_id)
    voted = [code for code in plan.once if code in answers]
    if voted and row["device"] and _known(connection, row):
        raise Refused(AGAIN, dict.fromkeys(voted, AGAIN))
    held = _held(connection, survey_id)
    errors = dict(_faults(plan, answers, held))
    if errors:
        raise Refused(GONE, errors, {"taken": _full(plan, held)})
    known = _limited(plan) | _limited(live)
    _add(connection, survey_id, dict.fromkeys(known & set(places(plan, answers)), 1))


def taken(connection: Connection, survey_id: int, plan: Plan) -> dict[str, list[str]]:
    """Question → buckets without a place left at this moment; in the next they may be more."""
    return _full(plan, _held(connection, survey_id))


def give_back(connection: Connection, row: Any, plan: Plan) -> None:
    """Gives the places of a stored response back, as it is deleted."""
    if row.state != "completed":
        return
    raised(connection, row.survey_id)  # first of all locks, as in take
    held = _held(connection, row.survey_id)
    mine = sorted(held.keys() & set(places(plan, row.answers)))
    if mine:
        connection.execute(
            _BACK, [{"survey": row.survey_id, "code": code, "name": bucket} for code, bucket in mine]
        )


def recount(connection: Connection, survey_id: int, n: Counter, plan: Plan | None = None) -> None:
    """Sets all counts of a survey to ``n(question, bucket)``; ``plan`` may bring limits not counted yet."""
    known = set(_held(connection, survey_id)) | (_limited(plan) if plan else set())
    connection.execute(delete(Seat).where(Seat.survey_id == survey_id))
    _add(connection, survey_id, {place: round(n(*place)) for place in known})


def places(plan: Plan, answers: Mapping[str, Json]) -> Iterator[Place]:
    """All buckets that answers fall in, by question."""
    for code, value in answers.items():
        for bucket in plan.questions[code].measure(value):
            yield code, _fitting(bucket)


def _fitting(bucket: str) -> str:
    return bucket[:BUCKET_LENGTH]


def _limited(plan: Plan) -> set[Place]:
    return {(code, _fitting(bucket)) for code, limits in plan.limits.items() for bucket in limits}


def _held(connection: Connection, survey_id: int) -> dict[Place, int]:
    return {(code, bucket): n for code, bucket, n in connection.execute(_HELD, {"survey": survey_id})}


def _full(plan: Plan, held: Mapping[Place, int]) -> dict[str, list[str]]:
    found = {code: _without(code, limits, held) for code, limits in plan.limits.items()}
    return {code: buckets for code, buckets in found.items() if buckets}


def _without(code: str, limits: Mapping[str, int], held: Mapping[Place, int]) -> list[str]:
    return [bucket for bucket, limit in limits.items() if held.get((code, _fitting(bucket)), 0) >= limit]


def _faults(
    plan: Plan, answers: Mapping[str, Json], held: Mapping[Place, int]
) -> Iterator[tuple[str, Invalid]]:
    full = _full(plan, held)
    for code in plan.limits.keys() & answers.keys():
        fault = _fault(plan.questions[code], answers[code], full.get(code, ()))
        if fault is not None:
            yield code, fault


def _fault(question: QuestionPlan, value: Json, full: Iterable[str]) -> Invalid | None:
    """Why an answer comes too late: its time passed since it was chosen, or others were quicker."""
    try:
        question.check(value)
    except Invalid as fault:
        return fault
    late = set(full) & question.measure(value).keys()
    return Invalid(question.type.full[1]) if late else None


def _known(connection: Connection, row: Mapping[str, Json]) -> bool:
    """Whether the device of a response has completed another one."""
    given = {"survey": row["survey_id"], "device": row["device"], "own": row["id"]}
    return connection.execute(_DEVICE, given).first() is not None


def _add(connection: Connection, survey_id: int, counts: Mapping[Place, int]) -> None:
    rows = [
        {"survey_id": survey_id, "question": code, "bucket": bucket, "n": n}
        for (code, bucket), n in sorted(counts.items())
    ]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> Any:
    statement = inserting(dialect, Seat)
    return statement.on_conflict_do_update(
        index_elements=["survey_id", "question", "bucket"],
        set_={"n": Seat.__table__.c.n + statement.excluded.n},
    )
