"""The few made-up respondents who between them come to every place of a survey."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from .aims import Aims, Sights
from .explore import Witness, explore
from .facts import NOTHING, Json
from .fired import fired, places, refused
from .flow import Walk, asked, missing, walk, walk_on
from .goals import goals
from .guesses import Guesser
from .pages import QuestionPlan
from .plan import Plan
from .simulate import SKIPPING, Respondent

AT_RANDOM = 24
"""Respondents without a goal that are looked at first."""
TRIES = (16, 4)
"""Respondents that may try to come to one place, first and once all places had their turn."""
ROUNDS = 12
"""Times a refused page is answered anew."""
EXPLORED = 300_000
"""Steps of the exploration."""
WORK = 2_000_000
"""Questions looked at in all; what is missing then is left uncovered."""


@dataclass(frozen=True)
class Coverage:
    """``respondents``: between them they come to all places that anybody was seen to come to, each brings
    something new. ``of``: place → the index of the first who comes there. ``uncovered``: the others."""

    respondents: tuple[Respondent, ...]
    of: Mapping[str, int]
    uncovered: tuple[str, ...]

    def first(self, index: int) -> list[str]:
        """Places that no respondent before this one comes to."""
        return [place for place, at in self.of.items() if at == index]


def covering(plan: Plan, today: date | None = None, seed: int = 0, most: int = EXPLORED) -> Coverage:
    """As few respondents as a greedy choice needs to come to every place (:func:`.fired.places`): what can
    be shown, every rule that holds, every refused attempt, every ending. The same ones for the same plan, day
    and seed. A refused attempt ends on its page, without an ending. ``most``: steps of the exploration."""
    day = today or datetime.now(plan.timezone).date()
    search = _Search(plan, day, seed, most)
    search.run()
    return _chosen(places(plan), search.found)


def again(plan: Plan, respondent: Respondent, today: date) -> Walk:
    """The walk of a covering respondent."""
    return walk(plan, respondent.answers, respondent.fields, 0, frozenset(respondent.full), today)


@dataclass
class _Search:
    """Looks for respondents until every place has one or the work is done."""

    plan: Plan
    day: date
    seed: int
    most: int
    found: dict[frozenset[str], Respondent] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    hopeless: set[str] = field(default_factory=set)
    """Places that the exploration knows nobody comes to."""
    work: int = 0

    def run(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - make-believe, not secrecy
        self.sights = Sights(self.plan, self.chance, self.day)
        for _ in range(AT_RANDOM):
            if self.work < WORK / 4:
                self.walk(Aims())
        missing = [place for place in places(self.plan) if place not in self.seen]
        if missing:
            self.explored(missing)
        for tries in TRIES:
            for place in missing:
                self.look_for(place, 1 if place in self.hopeless else tries)

    def explored(self, missing: Sequence[str]) -> None:
        """Sends whoever the exploration knows to come to a place."""
        exploration = explore(self.plan, self.day, self.most)
        for place in missing:
            witness = None if place in self.seen else exploration.witness(place)
            if witness is not None:
                self.follow(witness)
            elif place not in self.seen and place not in exploration.undecided:
                self.hopeless.add(place)

    def follow(self, witness: Witness) -> None:
        """Sends a witness through; one who does not come to an ending is helped on."""
        full = frozenset(witness.full)
        path = walk(self.plan, witness.answers, witness.fields, 0, full, today=self.day)
        self.work += 5 + len(self.plan.questions)
        if path.ending:
            self.note(path)
        else:
            self.walk(self.like(witness), full)

    def like(self, witness: Witness) -> Aims:
        """Aims of somebody who answers as a witness does, and as anybody where the witness does not come."""
        visited = {
            question.code
            for page in self.plan.pages
            if page.code in witness.path
            for question in page.questions
        }
        empty = visited - witness.answers.keys()
        return Aims(empty=empty, fields=dict(witness.fields), given=dict(witness.answers))

    def look_for(self, place: str, tries: int) -> None:
        """Sends respondents to a place until one arrives."""
        ways = list(goals(self.plan, place))
        for turn in range(tries if ways else 0):
            if place in self.seen:
                return
            goal = ways[turn % len(ways)]
            self.walk(self.sights.aims(goal.where, goal.trees), goal.full)

    def walk(self, aims: Aims, full: frozenset[str] = NOTHING) -> None:
        """One respondent with these aims, from the first page to an ending, refused attempts noted."""
        if self.work <= WORK:
            trip = _Trip(self.plan, self.day, aims, full | aims.full, self.chance, self.sights.hints)
            for path in trip.stations():
                self.note(path)
            self.work += trip.work

    def note(self, path: Walk) -> None:
        """Remembers who comes to an ending, or is refused by a rule, on another way than all before."""
        if not path.ending and not any(refused(path, path.position)):
            return
        shown = fired(path)
        if shown not in self.found:
            self.found[shown] = Respondent(
                path.answers,
                dict(path.facts.fields),
                path.ending or "",
                list(path.pages),
                tuple(sorted(path.facts.full)),
            )
            self.seen |= shown


class _Trip:
    """One respondent on the way."""

    def __init__(
        self,
        plan: Plan,
        day: date,
        aims: Aims,
        full: frozenset[str],
        chance: random.Random,
        near: Mapping[str, list[Json]],
    ) -> None:
        self.plan, self.day, self.aims, self.full, self.chance = plan, day, aims, full, chance
        self.guesser = Guesser(plan, near, aims.tests, chance)
        self.answers: dict[str, Json] = {}
        self.passed = ""
        self.work = 0
        self.way = walk(plan, {}, aims.fields, 0, full, today=day, upto="")

    def path(self) -> Walk:
        """The walk as far as pages were passed, the same object each time."""
        self.work += 5 + len(self.plan.questions)
        if self.way.position:
            walk_on(self.way, self.answers, self.passed)
        return self.way

    def stations(self) -> Iterator[Walk]:
        """The walks that end somewhere: at refused pages, and at an ending unless a page cannot be passed."""
        while not (path := self.path()).ending:
            yield from self.page(path)
            if path.position != self.passed:
                return
        yield path

    def page(self, path: Walk) -> Iterator[Walk]:
        """Answers one page until it can be passed; gives the walks of what was refused."""
        code, tried = path.position, set[str]()
        refusals: Mapping[str, object] = {}
        for turn in range(ROUNDS):
            path = self.fill(path, code, tried, refusals)
            refusals = missing(self.plan, path, code)
            if refusals:
                yield path
            elif all(question.code in tried for question in self.asked(path, code)):
                self.passed = code
                return
            if turn > 2:  # what is wished for is refused
                self.aims.tests.clear()

    def asked(self, path: Walk, code: str) -> Iterator[QuestionPlan]:
        return asked(path, self.plan.pages[self.plan.index[code]])

    def fill(self, path: Walk, code: str, tried: set[str], refusals: Mapping[str, object]) -> Walk:
        """Answers what is new on a page and what was refused."""
        for question in self.asked(path, code):
            if question.code not in tried or question.code in refusals:
                tried.add(question.code)
                self.answer(path, question, question.code in refusals)
                if self.aims.tests:  # what is wished of the next may speak of this one
                    path = self.path()
        return self.path()

    def answer(self, path: Walk, question: QuestionPlan, refused: bool) -> None:
        code, aims = question.code, self.aims
        self.answers.pop(code, None)
        value = aims.given.pop(code, None)
        if value is None and not (refused or question.needs_answer(path.facts)) and self.skips(code):
            return
        if value is None:
            value = self.guesser.value(question, path.facts, path.hidden.get(code, NOTHING))
        if value is not None:
            self.answers[code] = value

    def skips(self, code: str) -> bool:
        """Whether a question that may be left empty is."""
        return code in self.aims.empty or (code not in self.aims.tests and self.chance.random() < SKIPPING)


def _chosen(wanted: Sequence[str], found: Mapping[frozenset[str], Respondent]) -> Coverage:
    """A greedy set cover of what was found, without those the rest makes needless."""
    known = frozenset(wanted)
    pool = [(shown & known, each) for shown, each in found.items()]
    open_ = set().union(*(shown for shown, _ in pool)) if pool else set()
    taken: list[tuple[frozenset[str], Respondent]] = []
    while open_:
        best = max(pool, key=lambda each: (len(each[0] & open_), bool(each[1].ending), -len(each[1].path)))
        taken.append(best)
        open_ -= best[0]
    kept = _needed(taken)
    of = {place: index for index, (shown, _) in reversed([*enumerate(kept)]) for place in shown}
    return Coverage(
        respondents=tuple(each for _, each in kept),
        of={place: of[place] for place in wanted if place in of},
        uncovered=tuple(place for place in wanted if place not in of),
    )


def _needed(taken: Sequence[tuple[frozenset[str], Respondent]]) -> list[tuple[frozenset[str], Respondent]]:
    """Those without whom a place would be missing, looked at from the least useful on."""
    kept = list(taken)
    for each in reversed(taken):
        rest = [shown for shown, other in kept if other is not each[1]]
        if each[0] <= frozenset().union(*rest):
            kept = [other for other in kept if other[1] is not each[1]]
    return kept
