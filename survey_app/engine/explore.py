"""Every situation a respondent can come into, page by page, as far as any rule can tell them apart.

States are the truths of the comparisons that rules still to come look at; what no later rule asks about is
forgotten, so that states merge. Of each state one shortest and one longest way there is kept, made of answers
that somebody can give. A state that rests on answers which are only assumed to exist is not *sure*: it may
spare a rule from being called impossible, and is never shown as an example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .flow import walk
from .frontier import Entry, doubtful
from .leaves import Reading
from .plan import Plan
from .states import NARROW
from .steps import Course
from .travel import Travel
from .truths import TRUE, Node, Rule

Json = Any

MOST = 250_000
"""Steps from one state to another until an exploration only looks on in places."""


@dataclass(frozen=True)
class Witness:
    """A respondent: answers and fields by code, full quotas, the pages seen, and the ending; None where the
    respondent cannot come to one."""

    answers: dict[str, Json]
    fields: dict[str, Json]
    full: list[str]
    path: list[str]
    ending: str | None

    def as_dict(self) -> dict[str, Json]:
        """JSON."""
        return {
            "answers": self.answers,
            "fields": self.fields,
            "full": self.full,
            "path": self.path,
            "ending": self.ending,
        }


def explore(plan: Plan, today: date | None = None, most: int = MOST) -> Exploration:
    """All situations of a plan. ``today``: the day in the survey's time zone. ``most``: a bound on the work,
    in steps; beyond it places are undecided."""
    day = today or datetime.now(plan.timezone).date()
    course = Course(plan, Reading(plan, day))
    course.room = max(course.room, most // 8)
    found = Exploration(plan, course, day, most)
    found.run()
    return found


class Exploration(Travel):
    """What was found on all ways."""

    @property
    def undecided(self) -> frozenset[str]:
        """Places of which it is not known whether anybody comes there, or whether the rule ever holds."""
        return frozenset(place for place in self.known_places() if self.standing(place) is None)

    def known_places(self) -> Iterator[str]:
        """All places there are: pages, questions, endings, jumps, quotas and conditions."""
        for turn in self.course.turns:
            origin = turn.page.code.partition("@")[0]
            yield origin
            for ask in turn.asks:
                yield ask.question.origin
            for number in range(len(turn.jumps)):
                yield f"{origin}.next.{number}"
        yield from self.plan.endings
        yield from self.course.places

    def standing(self, place: str) -> bool | None:
        """Whether somebody comes to a place, or a rule holds for somebody: True with an example, False for
        certain, None where that is open."""
        found = self.entry(place)
        if found is not None:
            return True if found[0] else None
        return None if self.cut is not None else False

    def entry(self, place: str) -> Entry | None:
        """How somebody came to a place, or met a rule that held; the sure way if there is one."""
        if place not in self.course.places:
            return self.places.get(place)
        return self.holding(self.course.places[place])

    def holding(self, conditions: list[tuple[Rule, Node]], what: int = TRUE) -> Entry | None:
        """How somebody met one of some conditions that was ``what`` (TRUE or FALSE) for them."""
        sure = what << 2
        best: Entry | None = None
        for rule, node in conditions:
            for key, entry in self.met.get(rule, {}).items():
                found = self.course.reading.look(node, *key)
                if found & sure and entry[0]:
                    return entry
                if found & what and best is None:
                    best = doubtful(entry)
        return best

    def witness(self, place: str) -> Witness | None:
        """Somebody who comes to a place, or whose answers make a rule hold; None where nobody is known."""
        entry = self.entry(place)
        return None if entry is None or not entry[0] else self.respondent(entry[2])

    def respondent(self, events: Any, on: bool = True) -> Witness:
        """A respondent who does what ``events`` say, and goes on to an ending if there is a way."""
        told = dict(_told(events))
        if on and (longer := self._onward(told)) is not None:
            told = longer
        answers = {
            code: value for (kind, code), value in told.items() if kind == "question" and value is not None
        }
        fields = {
            code: value for (kind, code), value in told.items() if kind == "field" and value is not None
        }
        full = frozenset(code for (kind, code), value in told.items() if kind == "quota" and value)
        path = walk(self.plan, answers, fields, full=full, today=self.today)
        return Witness(path.answers, fields, sorted(full), path.pages, path.ending)

    def _onward(self, told: Mapping[tuple[str, str], Json]) -> dict[tuple[str, str], Json] | None:
        """What a respondent does who begins with ``told`` and comes to an ending."""
        search = Exploration(self.plan, self.course, self.today, self.most)
        search.fixed, search.marking, search.width = told, False, NARROW
        search.run()
        ways = [entry for entry in search.ends.values() if entry[0]]
        if not ways:
            return None
        return dict(_told(min(ways, key=lambda entry: entry[1])[2]))


def _told(events: Any) -> Iterator[tuple[tuple[str, str], Json]]:
    """What was entered on a way, the last first."""
    while events is not None:
        events, (kind, code, value) = events
        yield ("question" if kind == "skip" else kind, code), value
