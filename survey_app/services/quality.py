"""What was seen of the quality of responses: found as they end, compared later, weighed by people.

A flagged response stays what it is and is counted on a side of its own (``cells``), so that figures can be
read with it or without it. Whatever changes the verdict moves its counts in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from survey_app.engine import quality
from survey_app.engine.flow import Walk
from survey_app.engine.quality import Flag
from survey_app.extensions import db
from survey_app.models import Response, Stamp, Survey, Verbatim
from survey_app.services import cells, plans
from survey_app.services.paths import ROWS
from survey_app.services.stamps import raised
from survey_app.services.storage import write

Json = Any
Row = Mapping[str, Any]
"""Columns of a response by name."""

ENOUGH = 30
"""Completed responses whose pace says what is usual in a survey."""

RECENT = 1000
"""The latest completed responses, which are compared with each other."""


def observed(
    connection: Connection, path: Walk, row: Row, seconds: int | None, at: datetime, begun: str = ""
) -> dict[str, Json]:
    """What to keep among the flags of a response that completes at this moment.

    ``row``: its ``survey_id``, ``public_id``, ``device`` and ``contact_id``. ``begun``: the last question its
    first save had answered.
    """
    found = quality.judged(path, seconds, begun)
    found += _duplicate(connection, row, at, quality.rules(path.plan)["repeat_hours"])
    usual = round(quality.usual(path, begun)) if seconds is not None else 0
    return ({"usual": usual} if usual else {}) | ({"quality": found} if found else {})


def verdict(flags: Mapping[str, Json]) -> bool:
    """Whether a response with these flags is left out of clean figures: as decided, else as observed."""
    decided = flags.get("decided")
    return bool(flags.get("quality")) if decided is None else bool(decided)


def told(flags: Mapping[str, Json]) -> dict[str, Json]:
    """What programs are told of the quality of a response: what was observed, and what somebody decided."""
    return {"observed": flags.get("quality", []), "decided": flags.get("decided")}


def _other(column: Any) -> Any:
    """The query for another completed response with the same mark. The time stands in an expression, for
    else SQLite walks the index of all responses of the day."""
    ended = func.coalesce(Response.completed_at, Response.started_at)
    return (
        select(Response.public_id)
        .where(Response.survey_id == bindparam("survey"), column == bindparam("mark"))
        .where(Response.state == "completed", ended > bindparam("since"))
        .where(Response.public_id != bindparam("own"), Response.test.is_(False))
        .limit(1)
    )


_OTHERS = (
    ("device", _other(Response.device)),
    ("contact", _other(Response.contact_id)),
)


def _duplicate(connection: Connection, row: Row, at: datetime, hours: int) -> Iterator[Flag]:
    """The flag of a response that follows another one of the same phone or the same contact.

    On PostgreSQL two of them may end at the same moment: whoever raises the stamp first ends first, and the
    other one sees it. On SQLite there is one writer.
    """
    marks = {"device": row["device"], "contact": row["contact_id"]}
    if not hours or not any(marks.values()):
        return
    if connection.dialect.name == "postgresql":
        raised(connection, row["survey_id"])
    given = {"survey": row["survey_id"], "own": row["public_id"], "since": at - timedelta(hours=hours)}
    for by, query in _OTHERS:
        earlier = marks[by] and connection.execute(query, {**given, "mark": marks[by]}).scalar()
        if earlier:
            yield {"flag": "duplicate", "by": by, "of": earlier}
            return


_SETTLE = (
    update(Response)
    .where(Response.id == bindparam("key"))
    .values(flags=bindparam("flags"), flagged=bindparam("flagged"))
)
_SAID = (
    update(Verbatim).where(Verbatim.response_id == bindparam("response")).values(flagged=bindparam("flagged"))
)


def settle(connection: Connection, row: Any, flags: Mapping[str, Json]) -> None:
    """Stores the flags of an ended response (a row of ``paths.ROWS``) and moves all its counts to the side it
    is on now."""
    flagged = verdict(flags)
    connection.execute(_SETTLE, {"key": row.id, "flags": dict(flags), "flagged": flagged})
    if flagged == row.flagged:
        return
    whole = cells.whole(connection, row, plans.plan_of(row.version_id, connection))
    connection.execute(_SAID, {"response": row.id, "flagged": flagged})
    there = {(*key[:4], flagged): counts for key, counts in whole.items()}
    cells.fold(connection, {key: cells.negative(counts) for key, counts in whole.items()} | there)


_seen: WeakKeyDictionary[Engine, dict[int, int]] = WeakKeyDictionary()
"""Survey → the stamp it had when it was last looked at; forgetting it costs one look more."""


def sweep() -> int:
    """Compares the pace of the latest completed responses of every survey that changed, and flags those that
    took less than a third (``settings.quality.pace``) of what the others took; how many.

    Only the worker does this: a median moves with every response and is not known to a single save. Who was
    flagged once stays so, and a second run finds nothing more.
    """
    looked = _seen.setdefault(db.engine, {})
    stamps = {row.survey_id: row.stamp for row in db.session.execute(select(Stamp.survey_id, Stamp.stamp))}
    changed = [survey for survey, stamp in stamps.items() if looked.get(survey) != stamp]
    count = sum(map(_look, changed))
    looked.update({survey: stamps[survey] for survey in changed})
    return count


_RECENT = (
    select(Response.id, Response.seconds, Response.flags)
    .where(Response.survey_id == bindparam("survey"), Response.state == "completed")
    .where(Response.completed_at.is_not(None), Response.test.is_(False))
    .order_by(Response.completed_at.desc())
    .limit(RECENT)
)


def _look(survey_id: int) -> int:
    """Flags the hurried ones of one survey; how many."""
    survey = db.session.get(Survey, survey_id)
    if survey is None or survey.live_version_id is None:
        return 0
    percent = quality.rules(plans.plan_of(survey.live_version_id))["pace"]
    recent = db.session.execute(_RECENT, {"survey": survey_id}).all()
    db.session.rollback()  # nothing is held while others may write
    found = hurried(recent, percent) if percent else {}
    return write(lambda connection: _flag(connection, found)) if found else 0


def hurried(recent: Sequence[Any], percent: int) -> dict[int, Flag]:
    """Response id → flag, of those that are too fast beside the others. Paces are compared, seconds by usual
    seconds of the own path, so that nobody is blamed for a short path."""
    timed = [
        (each.id, each.seconds, each.flags)
        for each in recent
        if each.seconds is not None and each.flags.get("usual")
    ]
    if len(timed) < ENOUGH:
        return {}
    pace = median(seconds / flags["usual"] for _, seconds, flags in timed)
    found = {}
    for id, seconds, flags in timed:
        typical = pace * flags["usual"]
        if not _is_speeder(flags) and not quality.slow_enough(seconds, typical, percent):
            found[id] = {
                "flag": "speeder",
                "by": "others",
                "seconds": seconds,
                "least": ceil(typical * percent / 100),
            }
    return found


def _is_speeder(flags: Mapping[str, Json]) -> bool:
    return any(each["flag"] == "speeder" for each in flags.get("quality", ()))


_CHOSEN = ROWS.where(Response.id.in_(bindparam("ids", expanding=True))).order_by(Response.id)


def _flag(connection: Connection, found: Mapping[int, Flag]) -> int:
    """Adds a flag to each response that has no such one yet."""
    rows = connection.execute(_CHOSEN.with_for_update(of=Response), {"ids": list(found)}).all()
    fresh = [row for row in rows if not _is_speeder(row.flags)]
    for row in fresh:
        settle(connection, row, {**row.flags, "quality": [*row.flags.get("quality", ()), found[row.id]]})
    return len(fresh)
