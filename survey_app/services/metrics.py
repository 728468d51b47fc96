"""The numbers of one survey in one window, as widgets and the programming interface ask for them.

Everything countable comes from the cells in memory; texts come from the verbatims. Whoever asks sees the
figures of the units in their own subtree only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

import numpy as np
from flask_babel import gettext
from sqlalchemy import func, select

import question_types.base
from dashboards.base import Counts, QuestionInfo, Statistics, Step, VerbatimInfo
from question_types.base import N_, shown, translated
from survey_app.engine import statistics
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Survey, Unit, User, Verbatim
from survey_app.models.base import now
from survey_app.services import accounts, cube, privacy, selected
from survey_app.services.asked import Asked, asked_of, live_plan, main_of, zone_of
from survey_app.services.cells import SENTIMENTS
from survey_app.services.errors import Refused
from survey_app.services.verbatims import Said, latest
from survey_app.services.window import Window, parse

FEW = 30
"""Up to so many units side by side, those without answers are listed too."""


class Totals:
    """The counts of one question, as question types and widgets read them."""

    statistics: question_types.base.Statistics = statistics

    def __init__(self, sums: cube.Totals, question: str) -> None:
        self._sums = sums
        self._question = question

    def n(self, bucket: str = "") -> int:
        """How many answers fell in a bucket; how many there were at all."""
        return self._sums.n(self._question, bucket)

    def amount(self, bucket: str = "") -> float:
        """Sum of what they measured there."""
        return self._sums.amount(self._question, bucket)


@dataclass(frozen=True)
class Scope:
    """What stays the same when the period moves: the survey, its cells, and who may see which units."""

    survey: Survey
    every: cube.Cube
    """All cells, those of flagged responses included."""
    clean: bool
    """Whether the figures leave the flagged ones out."""
    asked: Mapping[str, Asked]
    units: Mapping[int, Unit]
    main: str
    zone: tzinfo
    identity: bool
    """Whether the reader may see phone numbers and mail addresses."""

    @property
    def cells(self) -> cube.Cube:
        """The cells the figures are read from."""
        return self.every.clean if self.clean else self.every

    @cached_property
    def held(self) -> frozenset[int]:
        """Ids of the units that have cells at all."""
        return frozenset(np.unique(self.every.units).tolist())

    def within(self, units: frozenset[int]) -> frozenset[int] | None:
        """What to ask the cells for: None, which is quicker, where they hold no other units anyway."""
        return None if self.held <= units else units


class SurveyMetrics:
    """See :class:`dashboards.base.Metrics`."""

    statistics: Statistics = statistics

    def __init__(self, scope: Scope, window: Window) -> None:
        self.scope = scope
        self.window = window
        self.start, self.end = window.start, window.end

    def gettext(self, message: str, **params: Any) -> str:
        """A message in the reader's language."""
        return str(gettext(message, **params))

    def questions(self) -> list[QuestionInfo]:
        """All questions the survey ever published, in order; retired ones last."""
        return [each.info for each in self.scope.asked.values()]

    def main(self) -> str:
        """The main score's question code, or ``""``."""
        return self.scope.main

    def counts(self) -> Counts:
        """Responses begun and ended in the window."""
        return _counts(self._sums)

    def totals(self, question: str) -> Totals:
        """Counts of one question, or of the pseudo question ``words``."""
        return Totals(self._sums, question)

    def series(self, question: str, step: Step) -> list[tuple[date, Totals]]:
        """Totals per period, oldest first, gaps included."""
        return [(first, Totals(sums, question)) for first, sums in self._periods(question, step)]

    def volume(self, step: Step) -> list[tuple[date, Counts]]:
        """Responses per period, oldest first, gaps included."""
        return [(first, _counts(sums)) for first, sums in self._periods("", step)]

    def buckets(self, question: str) -> dict[str, int]:
        """Answers by bucket, those without any left out."""
        found = {bucket: self._sums.n(question, bucket) for bucket in self._sums.buckets(question)}
        return {bucket: n for bucket, n in found.items() if bucket and n}

    def summary(self, question: str) -> dict[str, Any]:
        """The question type's own figures, in words of the reader's language."""
        asked = self.scope.asked.get(question)
        if asked is None:
            return {"n": 0, "headline": None, "rows": []}
        found: dict[str, Any] = translated(asked.type.summary(asked.settings, self.totals(question)), gettext)
        return found

    def headline(self, question: str, totals: Any) -> Mapping[str, Any] | None:
        """The question type's main figure over any totals of the question."""
        asked = self.scope.asked.get(question)
        if asked is None:
            return None
        found = asked.type.summary(asked.settings, totals)["headline"]
        return found and {**found, "label": shown(found["label"], gettext)}

    def chart(self, question: str) -> dict[str, Any] | None:
        """The question type's own figure."""
        asked = self.scope.asked.get(question)
        return asked.type.chart(asked.settings, self.summary(question)) if asked else None

    def begun(self) -> bool:
        """Whether anybody ever began to answer in these units."""
        return self._ever.n("", "started") > 0

    def last_day(self) -> date | None:
        """The last day these units have counts of, whatever the period."""
        return max(self.scope.every.by_day("", units=self._asked), default=None)

    def flagged(self) -> int:
        """Completed responses of the window that are flagged for their quality, whether or not they count."""
        doubtful = self.scope.every.doubtful.totals(self._days, self._asked, self._channels)
        return doubtful.n("", "completed")

    def sentiment(self) -> dict[str, int]:
        """Texts of the window by sentiment."""
        words = self.totals("words")
        return {kind: words.n(kind) for kind in SENTIMENTS}

    def oldest_unread(self) -> datetime | None:
        """When the oldest unread text of these units was said, whatever the period."""
        if not self._ever.n("words", "unread"):
            return None
        oldest = (
            select(func.min(Verbatim.said_at))
            .where(Verbatim.survey_id == self.scope.survey.id, Verbatim.unit_id.in_(self._units))
            .where(Verbatim.read_at.is_(None), Verbatim.sentiment == "")
            .with_hint(Verbatim, "INDEXED BY ix_verbatims_unread", "sqlite")
        )
        found = db.session.scalar(oldest)
        return found and found.astimezone(self.scope.zone)

    def verbatims(self, limit: int, sentiment: str = "", question: str = "") -> list[VerbatimInfo]:
        """The latest texts of the window first, each with the main score beside it where that is an NPS."""
        found = latest(
            self.scope.survey.id,
            limit,
            self._days,
            self._units,
            self._channels,
            sentiment,
            question,
            clean=self.scope.clean,
        )
        return [self._said(each) for each in found]

    def _said(self, said: Said) -> VerbatimInfo:
        main = self.scope.asked.get(self.scope.main)
        scored = main is not None and "promoter" in main.info.buckets
        value = said.answers.get(self.scope.main) if scored else None
        return VerbatimInfo(
            response=said.response,
            question=said.question,
            text=said.text if self.scope.identity else privacy.masked(said.text),
            sentiment=said.sentiment,
            score=said.score,
            said_at=said.said_at.astimezone(self.scope.zone),
            unit=said.unit_name,
            channel=said.channel,
            nps=value if isinstance(value, int) else None,
        )

    def by_unit(self, question: str) -> list[tuple[str, str, Totals]]:
        """(code, name, totals) of the units below the window's, and of that one if it has answers itself."""
        sums = self.scope.cells.by_unit(question, self._days, self._asked, self._channels)
        top = self._top(sums)
        found = [
            (each.code, each.name, Totals(_added(sums, self._below(each)), question))
            for each in self._children(top)
        ]
        if len(found) > FEW:
            found = [row for row in found if row[2].n()]
        if found and top.id in sums:
            name = gettext("%(unit)s itself", unit=top.name)
            found.append((top.code, name, Totals(sums[top.id], question)))
        return found

    def previous(self) -> SurveyMetrics:
        """The same window moved back by its own length."""
        return self._previous

    @cached_property
    def _previous(self) -> SurveyMetrics:
        return SurveyMetrics(self.scope, self.window.previous())

    @cached_property
    def _units(self) -> frozenset[int]:
        """Ids of the units whose figures are meant."""
        if not self.window.unit:
            return frozenset(self.scope.units)
        return frozenset(self._below(self._chosen))

    @property
    def _asked(self) -> frozenset[int] | None:
        return self.scope.within(self._units)

    @property
    def _chosen(self) -> Unit:
        """The window's unit, else the highest the reader may see."""
        units = list(self.scope.units.values())
        return next((each for each in units if each.code == self.window.unit), units[0])

    @property
    def _days(self) -> cube.Days:
        return self.start, self.end

    @property
    def _channels(self) -> Collection[str] | None:
        return self.window.channels or None

    @cached_property
    def _sums(self) -> cube.Totals:
        """All buckets of the window at once: every figure of a board reads from here."""
        return self.scope.cells.totals(self._days, self._asked, self._channels)

    @cached_property
    def _ever(self) -> cube.Totals:
        """All buckets of the units, whatever the period, the channel and the quality."""
        return self.scope.every.totals(units=self._asked)

    def _children(self, unit: Unit) -> list[Unit]:
        return [each for each in self.scope.units.values() if each.parent_id == unit.id]

    def _below(self, unit: Unit) -> set[int]:
        return {each.id for each in self.scope.units.values() if each.path.startswith(unit.path)}

    def _top(self, sums: Mapping[int, cube.Totals]) -> Unit:
        """The window's unit; a line of units with answers in one branch only is walked down to its fork."""
        top = self._chosen
        while top.id not in sums:
            branches = [each for each in self._children(top) if self._below(each) & sums.keys()]
            if len(branches) != 1 or len(self._below(branches[0])) == 1:
                break
            top = branches[0]
        return top

    def _periods(self, question: str, step: Step) -> list[tuple[date, cube.Totals]]:
        days = self.scope.cells.by_day(question, self._days, self._asked, self._channels)
        firsts = dict.fromkeys(
            first_day(self.start + timedelta(days=n), step) for n in range(self.window.days)
        )
        groups: dict[date, list[date]] = {first: [] for first in firsts}
        for day in days:
            groups[first_day(day, step)].append(day)
        return [(first, _added(days, group)) for first, group in groups.items()]


def first_day(day: date, step: Step) -> date:
    """The first day of the day's period; weeks begin on Monday."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


_NONE = cube.Totals({}, np.zeros((0, 2)))


def _added(sums: Mapping[Any, cube.Totals], keys: Iterable[Any]) -> cube.Totals:
    found = [sums[key] for key in keys if key in sums]
    if not found:
        return _NONE
    return cube.Totals(found[0].places, np.sum([each.vector for each in found], axis=0))


def _counts(sums: cube.Totals) -> Counts:
    timed = sums.n("", "seconds")
    return Counts(
        started=sums.n("", "started"),
        completed=sums.n("", "completed"),
        screened_out=sums.n("", "screened_out"),
        over_quota=sums.n("", "over_quota"),
        seconds=sums.amount("", "seconds") / timed if timed else None,
    )


def for_survey(actor: User, survey: Survey, query: Mapping[str, str]) -> tuple[SurveyMetrics, list[str]]:
    """The metrics an address asks for, and notes (English message ids) on what in it could not be used.

    ``where``: a condition as JSON; only responses that fulfil it count. Raises NotFound where ``unit`` lies
    outside the actor's subtree, Refused for a condition that cannot be used.
    """
    zone = zone_of(survey)
    window, notes = parse(query, now().astimezone(zone).date())
    if window.unit:
        accounts.unit(actor, window.unit)
    asked = asked_of(survey)
    scope = Scope(
        survey=survey,
        every=_cells(survey, window, query.get("where", "")),
        clean=leaves_out(survey, window),
        asked=asked,
        units={unit.id: unit for unit in accounts.units(actor)},
        main=main_of(live_plan(survey), asked),
        zone=zone,
        identity=privacy.sees_identity(actor),
    )
    return SurveyMetrics(scope, window), notes


def leaves_out(survey: Survey, window: Window) -> bool:
    """Whether figures leave flagged responses out: as the window says, else as the survey is set."""
    plan = live_plan(survey)
    usual = plan is not None and leaves_flagged_out(plan)
    return window.quality == "clean" or (usual and window.quality != "all")


def leaves_flagged_out(plan: Plan) -> bool:
    """Whether figures of the survey leave flagged responses out unless somebody asks for them."""
    return bool((plan.settings.get("quality") or {}).get("exclude"))


def _cells(survey: Survey, window: Window, where: str) -> cube.Cube:
    plan = live_plan(survey)
    if not where or plan is None:
        return cube.load(survey.id)
    return selected.cube(survey.id, plan, selected.read(where, plan), window.start, window.end)


def summary_of_survey(actor: User, code: str, query: Mapping[str, str]) -> dict[str, Any]:
    """All figures of a survey as plain JSON: the window, the responses, the sentiment of the words and per
    question ``n``, ``counts`` by bucket, ``rows``, ``headline`` and further ``figures`` with intervals.

    ``query``: ``from``, ``to``, ``period``, ``channel``, ``unit``, ``quality``, ``where``. Raises NotFound,
    Refused.
    """
    metrics, notes = for_survey(actor, accounts.survey(actor, code), query)
    return {
        "survey": metrics.scope.survey.code,
        "window": _window(metrics.window),
        "notes": [metrics.gettext(note) for note in notes],
        "main": metrics.main(),
        "responses": asdict(metrics.counts()),
        "quality": {"clean": metrics.scope.clean, "flagged": metrics.flagged()},
        "sentiment": metrics.sentiment(),
        "questions": [_figures(metrics, info) for info in metrics.questions()],
    }


def _narrowed(metrics: SurveyMetrics, where: str) -> SurveyMetrics:
    """The same figures over the responses that fulfil a condition."""
    survey, window = metrics.scope.survey, metrics.window
    plan = live_plan(survey)
    if plan is None:
        raise Refused(N_("This survey was never published."))
    tree = selected.read(where, plan)
    cells = selected.cube(survey.id, plan, tree, window.start, window.end)
    return SurveyMetrics(replace(metrics.scope, every=cells), window)


def _window(window: Window) -> dict[str, Any]:
    days = {"from": window.start.isoformat(), "to": window.end.isoformat()}
    return {**days, "channels": list(window.channels), "unit": window.unit or None}


def _figures(metrics: SurveyMetrics, info: QuestionInfo) -> dict[str, Any]:
    about = {"code": info.code, "type": info.type, "title": info.title, "retired": info.retired}
    return {**about, **metrics.summary(info.code), "counts": metrics.buckets(info.code)}
