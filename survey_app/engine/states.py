"""States side by side while rules are judged on them, and what was found on the way."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from .frontier import Entry, Frontier, Key, add, doubtful, grown
from .plan import Plan
from .steps import Choice, Course
from .subjects import Subject
from .truths import FAILS, FALSE, HOLDS, TRUE, Rule

Json = Any

WIDEST = 20_000
"""States kept side by side."""
NARROW = 12
"""The same once the bound on the work is reached, and where one way is enough."""


class States:
    """What was found. ``places``: page, question, ending, jump or quota → how somebody came there; rules keep
    the states they were met in (``met``). ``stuck``: pages some answers could not pass."""

    def __init__(self, plan: Plan, course: Course, today: date, most: int) -> None:
        self.plan = plan
        self.course = course
        self.today = today
        self.most = most
        self.work = 0
        self.width = WIDEST
        self.cut: int | None = None
        self.places: dict[str, Entry] = {}
        self.met: dict[Rule, dict[Key, Entry]] = {}
        self.pending: list[Frontier] = []
        self.stuck: dict[int, list[str]] = {}
        self.asked: set[str] = set()
        self.passed: set[str] = set()
        self.apart: set[tuple[str, str]] = set()
        self.together: set[tuple[str, str]] = set()
        self.chance: random.Random | None = None
        self.aim = ""
        self.here = 0
        self.tracking = False
        self.counted: set[str] = set()
        self.ends: dict[str, Entry] = {}
        self.fixed: Mapping[tuple[str, str], Json] | None = None
        self.marking = True

    def _narrowed(self, frontier: Frontier) -> None:
        """Drops states beyond the bound, sure ones last; with ``chance`` all but one."""
        if self.chance is not None and frontier:
            key = self.chance.choice(list(frontier))
            entry = frontier[key]
            frontier.clear()
            frontier[key] = entry
        self.work += len(frontier)
        if self.work + self.course.reading.looked > self.most:
            self.width = min(self.width, NARROW)
        if len(frontier) <= self.width:
            return
        if self.marking and self.cut is None:
            self.cut = self.here
        keys = sorted(frontier, key=lambda each: not frontier[each][0])
        sure = sum(entry[0] for entry in frontier.values())
        spread = keys[:sure] if sure > self.width else keys
        step = max(1, len(spread) // self.width)
        kept = set(spread[::step][: self.width])
        for key in keys:
            if key not in kept:
                del frontier[key]

    def _settled(self, frontier: Frontier, rule: Rule | None) -> Frontier:
        """The states with everything from outside that a rule looks at."""
        if rule is None or not rule.needs:
            return frontier
        return self._known(frontier, rule.settles)

    def _known(self, frontier: Frontier, subjects: tuple[Subject, ...]) -> Frontier:
        for subject in subjects:
            if not all(truth & subject.known for truth, _ in frontier):
                frontier = self.known(frontier, subject)
                self._narrowed(frontier)
        return frontier

    def known(self, frontier: Frontier, subject: Subject) -> Frontier:
        """The states with a field or a quota settled."""
        out: Frontier = {}
        for key, entry in frontier.items():
            if key[0] & subject.known:
                add(out, key, entry)
                continue
            self.work += 2
            for choice in self._outside(subject):
                truth = key[0] | choice.truth | subject.known
                event = (*subject.key, choice.value)
                add(out, (truth, key[1] | choice.unknown), grown(entry, 0.0, event, choice.sure))
        return out

    def _outside(self, subject: Subject) -> list[Choice]:
        found = self.course.outside(subject)
        if self.fixed is None or subject.key not in self.fixed:
            return found
        wanted = self.fixed[subject.key]
        return [each for each in found if each.sure and each.value == wanted]

    def _judged(self, rule: Rule, key: Key, entry: Entry) -> int:
        """What a rule is in a state; remembers that it was met."""
        found = self.course.reading.judged(rule, *key)
        self.work += 1
        if self.marking:
            met = self.met.setdefault(rule, {})
            at = (key[0] & rule.mask, key[1] & rule.mask)
            old = met.get(at)
            if old is None or (entry[0] and not old[0]):
                met[at] = entry
        return found

    def _split(self, frontier: Frontier, rule: Rule | None) -> tuple[Frontier, Frontier]:
        """States in which a rule fails, and those in which it holds or there is none."""
        if rule is None:
            return {}, frontier
        fails: Frontier = {}
        holds: Frontier = {}
        for key, entry in self._settled(frontier, rule).items():
            found = self._judged(rule, key, entry)
            if found & TRUE:
                add(holds, key, entry if found & HOLDS else doubtful(entry))
            if found & FALSE:
                add(fails, key, entry if found & FAILS else doubtful(entry))
        return fails, holds

    def _mark(self, place: str, entry: Entry) -> None:
        if self.marking:
            old = self.places.get(place)
            if old is None or (entry[0] and not old[0]):
                self.places[place] = entry
