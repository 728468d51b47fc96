"""Published versions as compiled plans, kept in memory: a version never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, select

from question_types.base import N_
from survey_app import plugins
from survey_app.engine import plan as engine
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Version
from survey_app.services.errors import NotFound

KEPT = 256
"""Plans in memory per database; a plan of twenty questions takes about 100 kB."""

_DOCUMENT = select(Version.document).where(Version.id == bindparam("id"))
_NUMBERED = select(Version.id).where(
    Version.survey_id == bindparam("survey"), Version.number == bindparam("number")
)

_lock = threading.Lock()
_plans: WeakKeyDictionary[Engine, OrderedDict[Any, Any]] = WeakKeyDictionary()


def plan_of(version_id: int, connection: Connection | None = None) -> Plan:
    """The plan of a version. ``connection``: where to read it from outside of an application context.

    Raises NotFound when there is no such version.
    """
    return _kept(connection, version_id, lambda source: _compiled(source, version_id))  # type: ignore[no-any-return]


def numbered(survey_id: int, number: int, connection: Connection | None = None) -> int:
    """The id of a survey's version ``number``. Raises NotFound."""
    return _kept(connection, (survey_id, number), lambda source: _found(source, survey_id, number))  # type: ignore[no-any-return]


def version(survey_id: int, number: int) -> tuple[int, Plan]:
    """Id and plan of a survey's version ``number``, for callers about to write: what is not remembered is
    read on a connection given back at once. Raises NotFound."""
    known = _plans.get(db.engine) or OrderedDict()
    version_id: int = known.get((survey_id, number), 0)
    if version_id in known:
        return version_id, plan_of(version_id)
    with db.engine.connect() as source:
        version_id = numbered(survey_id, number, source)
        return version_id, plan_of(version_id, source)


def number_of(version_id: int, connection: Connection | None = None) -> int:
    """A version's number in its survey. Raises NotFound."""
    return _kept(connection, ("number", version_id), lambda source: _number(source, version_id))  # type: ignore[no-any-return]


def localised(version_id: int, locale: str, connection: Connection | None = None) -> Plan:
    """The plan of a version in one of its languages; in its own where it does not speak ``locale``."""
    return engine.localised_plan(plan_of(version_id, connection), locale)


def _kept(connection: Connection | None, key: Any, make: Any) -> Any:
    owner = connection.engine if connection is not None else db.engine
    plans = _plans.get(owner)
    if plans is None:
        plans = _plans.setdefault(owner, OrderedDict())
    found = plans.get(key)
    if found is None:
        found = make(connection if connection is not None else db.session.connection())
        with _lock:
            plans[key] = found
            while len(plans) > KEPT:
                plans.popitem(last=False)
    else:
        with suppress(KeyError):  # another thread may just have forgotten it
            plans.move_to_end(key)
    return found


def _compiled(connection: Connection, version_id: int) -> Plan:
    document = connection.execute(_DOCUMENT, {"id": version_id}).scalar()
    if document is None:
        raise NotFound(N_("There is no such version."))
    return engine.compile_plan(document, plugins.types())


def _number(connection: Connection, version_id: int) -> int:
    found = connection.execute(select(Version.number).where(Version.id == version_id)).scalar()
    if found is None:
        raise NotFound(N_("There is no such version."))
    return int(found)


def _found(connection: Connection, survey_id: int, number: int) -> int:
    found = connection.execute(_NUMBERED, {"survey": survey_id, "number": number}).scalar()
    if found is None:
        raise NotFound(N_("There is no such version."))
    return int(found)
