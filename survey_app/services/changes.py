"""What publishing, or having published, changes: for respondents, figures, quotas and those under way."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from question_types.base import N_, Words, shown
from survey_app import plugins
from survey_app.engine import changes, definition, plan
from survey_app.engine.differences import CONSEQUENCES, Change, Side
from survey_app.engine.paths import Comparison, compare, way
from survey_app.engine.plan import Plan
from survey_app.engine.statements import Statement, statements
from survey_app.engine.trials import allowed
from survey_app.extensions import db
from survey_app.models import Response, Stamp, Survey, User, Version
from survey_app.services import accounts, effects, surveys
from survey_app.services.effects import Note
from survey_app.services.errors import Conflict
from survey_app.services.paths import ROWS, fields_of, today

Json = Any
Found = TypeVar("Found")

MOST_RESPONSES = 1000
"""Completed responses that walk through the new version, the latest first."""
WORK = 60_000
"""Questions walked through at most for that, in each version."""
KEPT = 64
"""Comparisons kept in memory."""

_lock = threading.Lock()
_memory: WeakKeyDictionary[Engine, OrderedDict[Any, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Walked:
    """Of so many completed responses, how many would have gone another way."""

    compared: int
    different: int


@dataclass(frozen=True)
class Report:
    """What differs between two states of a survey. ``before``: number of the old version, 0 where there was
    none; ``after``: of the new one, 0 for the draft. ``turns`` are the differences of paths, None where they
    cannot be told yet; ``tried`` made-up respondents walked, ``whole`` if they are of every kind there is."""

    before: int
    after: int
    same: bool
    changes: tuple[Change, ...]
    turns: tuple[Statement, ...] | None = None
    tried: int = 0
    whole: bool = False
    walked: Walked | None = None
    notes: tuple[Note, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many parts changed by what it does, the heaviest first; those with no such change left out."""
        found = {name: sum(each.consequence == name for each in self.changes) for name in CONSEQUENCES}
        return {name: n for name, n in reversed(found.items()) if n}

    @property
    def harmless(self) -> bool:
        """Whether nothing but words and looks changes."""
        return not self.turns and all(each.consequence == "harmless" for each in self.changes)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """For JSON, in the language of ``translate``."""
        return {
            "from": self.before or None,
            "to": self.after or None,
            "same": self.same,
            "changes": [each.as_dict(translate) for each in self.changes],
            "paths": self._paths(translate),
            "responses": self.walked
            and {"compared": self.walked.compared, "different": self.walked.different},
            "notes": [each.as_dict(translate) for each in self.notes],
        }

    def _paths(self, translate: Callable[[str], str]) -> dict[str, Any]:
        if self.turns is None:
            return {"compared": False, "reason": shown(UNTOLD, translate)}
        return {
            "compared": True,
            "respondents": self.tried,
            "every_kind": self.whole,
            "differences": [each.as_dict(translate) for each in self.turns],
        }


UNTOLD = Words(N_("Paths are compared once the errors are mended."))


@dataclass(frozen=True)
class State:
    """One state of a survey: a version, or with number 0 the draft, or nothing at all."""

    number: int
    document: Mapping[str, Json]
    digest: str
    version_id: int = 0


NOTHING = State(0, {"pages": []}, "")


def report(actor: User, code: str, before: int | None = None, after: int | None = None) -> Report:
    """What differs from version ``before`` (None: the live one) to version ``after`` (None: the draft).

    Raises NotFound for a version there is not, Conflict where the live one is asked for and there is none.
    """
    survey = accounts.survey(actor, code)
    if before is None and survey.live_version is None:
        raise Conflict(N_("This survey was never published: there is nothing to compare with."))
    old = _live(survey) if before is None else _version(actor, code, before)
    return _report(actor, survey, old, _draft(survey) if after is None else _version(actor, code, after))


def unpublished(actor: User, code: str) -> Report:
    """What publishing now would change; everything, before the first version."""
    survey = accounts.survey(actor, code)
    if survey.live_version is not None:
        return _report(actor, survey, _live(survey), _draft(survey))
    return Report(0, 0, False, tuple(_between(NOTHING, _draft(survey))))


def history(versions: Sequence[Version]) -> dict[int, Report]:
    """What each version changed against the one before, without the paths; ``versions`` in a row, the latest
    first. The last of them is only compared with."""
    found = {}
    for after, before in pairwise(map(_published, versions)):
        same = after.digest == before.digest
        found[after.number] = Report(before.number, after.number, same, tuple(_between(before, after)))
    return found


def _live(survey: Survey) -> State:
    assert survey.live_version is not None
    return _published(survey.live_version)


def _version(actor: User, code: str, number: int) -> State:
    return _published(surveys.version(actor, code, number))


def _published(version: Version) -> State:
    return State(version.number, version.document, definition.digest(version.document), version.id)


def _draft(survey: Survey) -> State:
    return State(0, survey.draft, definition.digest(survey.draft))


def _remembered(key: Any, make: Callable[[], Found]) -> Found:
    """What was worked out before; documents are known by their digests, so nothing here grows old."""
    kept = _memory.setdefault(db.engine, OrderedDict())
    found: Found | None = kept.get(key)
    if found is None:
        found = make()
        with _lock:
            kept[key] = found
            while len(kept) > KEPT:
                kept.popitem(last=False)
    return found


def _between(old: State, new: State) -> list[Change]:
    def made() -> list[Change]:
        return changes.between(old.document, new.document, plugins.types())

    return list(_remembered(("changes", old.digest, new.digest), made))


def _report(actor: User, survey: Survey, old: State, new: State) -> Report:
    found = tuple(_between(old, new))
    notes = tuple(effects.notes(actor, survey, old.document, new.document, ahead=new.number == 0))
    plans = None if old.digest == new.digest else _plans(old, new)
    bare = Report(old.number, new.number, old.digest == new.digest, found, notes=notes)
    if bare.same or plans is None:
        return bare
    compared = _compared(old, new, plans)
    sides = (Side(each.document, plugins.types()) for each in (old, new))
    turns = tuple(statements(compared, *sides))
    walked = _walked(actor, survey, old, new, plans)
    return Report(old.number, new.number, False, found, turns, compared.tried, compared.whole, walked, notes)


def _plans(old: State, new: State) -> tuple[Plan, Plan] | None:
    """Both documents compiled; None where one has errors."""
    types = plugins.types()
    for each in (old, new):
        if any(finding.level == "error" for finding in definition.check(each.document, types)):
            return None
    return plan.compile_plan(old.document, types), plan.compile_plan(new.document, types)


def _compared(old: State, new: State, plans: tuple[Plan, Plan]) -> Comparison:
    day = today(plans[1])
    key = ("paths", old.digest, new.digest, day)
    return _remembered(key, lambda: compare(*plans, day))


# Real responses


def _walked(actor: User, survey: Survey, old: State, new: State, plans: tuple[Plan, Plan]) -> Walked | None:
    """The latest completed responses of the actor's units, walked through both versions."""
    mine = (
        Response.survey_id == survey.id,
        Response.state == "completed",
        accounts.within(actor, Response),
        Response.test.is_(False),
    )
    last = db.session.scalar(select(func.max(Response.id)).where(*mine))
    if last is None:
        return None
    stamp = db.session.scalar(select(Stamp.stamp).where(Stamp.survey_id == survey.id))
    key = ("responses", survey.id, actor.unit.path, old.digest, new.digest, last, stamp)
    return _remembered(key, lambda: _count(mine, plans))


def _count(mine: tuple[Any, ...], plans: tuple[Plan, Plan]) -> Walked:
    longest = max(len(each.questions) for each in plans)
    most = max(50, min(MOST_RESPONSES, WORK // max(1, longest)))
    rows = db.session.execute(ROWS.where(*mine).order_by(Response.id.desc()).limit(most))
    changed = _unlike(*plans)
    told = [each for row in rows if (each := _differs(row, plans, changed)) is not None]
    return Walked(len(told), sum(told))


def _unlike(old: Plan, new: Plan) -> frozenset[str]:
    """Questions whose stored answers may not fit any more."""
    both = old.questions.keys() & new.questions.keys()
    return frozenset(
        code
        for code in both
        if (old.questions[code].type.key, old.questions[code].settings)
        != (new.questions[code].type.key, new.questions[code].settings)
        and not new.questions[code].type.sealed
    )


def _differs(row: Any, plans: tuple[Plan, Plan], changed: frozenset[str]) -> bool | None:
    """Whether a response would have gone another way; None where it does not finish the old version, as one
    given under another may."""
    full = frozenset(row.flags.get("full", ()))
    day = today(plans[0], row.completed_at)
    wrong = [list(_strange(row.answers, each, changed)) for each in plans]
    known = [code for code in row.answers if code in plans[0].questions]
    answers = {code: row.answers[code] for code in known}
    ways = [
        way(each, answers, fields_of(row), full, day, strange, row.seed)
        for each, strange in zip(plans, wrong, strict=True)
    ]
    before, after = ways
    if before.ending is None or before.lost:
        return None
    return (before.seen, before.ending) != (after.seen, after.ending) or bool(after.lost)


def _strange(answers: Mapping[str, Json], each: Plan, changed: frozenset[str]) -> Iterator[str]:
    for code in changed & answers.keys():
        if not allowed(each.questions[code], answers[code]):
            yield code
