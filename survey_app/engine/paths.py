"""Who meets other questions, or another ending, in one version of a survey than in another.

The same respondent, with the same answers, walks through both. Whoever is asked something in one version only
answers it there with an allowed answer. A respondent who can finish neither version is left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from . import cover, trials
from .clauses import MOST, Case, Clause, Mask, Table, fits, mask_of
from .facts import NOTHING, Json
from .flow import missing, walk
from .plan import Plan
from .trials import Axis, Ground, Trial

MOST_WALKS = 2000
"""Respondents tried at most."""
FEWEST_WALKS = 200
WORK = 50_000
"""Questions walked through at most, in each version."""
ROUNDS = 2
"""How often what is said of some is tried on others."""
AGAIN = 20
"""Respondents it is tried on each time."""
SAID = 3
"""Clauses of one difference where not everybody is tried."""
MOST_TURNS = 25
"""Differences that are told where not everybody is tried."""
LONGEST_COVERED = 40
"""Questions of a survey for which covering respondents are looked for."""
EXPLORED = 20_000
"""Steps of the exploration for that, in each version."""
SEED = 20

Effect = tuple[str, tuple[str, ...]]
"""What is different: ``gone``, ``come`` (a question), ``ending`` (the old and the new one), ``order`` (no
code), ``held``, ``freed`` (questions that only one version insists on), ``refused``, ``taken`` (questions of
which only one version refuses the answer), ``lost`` (a question that does not offer the answer any more)."""

STOPS = ("held", "freed", "refused", "taken", "lost")


@dataclass(frozen=True)
class Way:
    """How one respondent goes: the pages, the questions seen in order, and the ending; None where the
    questions ``held`` keep the respondent from going on, those ``refused`` among them by their answer.
    ``lost``: seen questions that do not offer the answer."""

    pages: tuple[str, ...]
    seen: tuple[str, ...]
    ending: str | None
    held: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Respondent:
    """One who was tried: answers, fields and full quotas, and the way in both versions."""

    answers: Mapping[str, Json]
    fields: Mapping[str, Json]
    full: tuple[str, ...]
    before: Way
    after: Way

    def as_dict(self) -> dict[str, Json]:
        """The respondent as findings show one, on the way of the new version."""
        return {
            "answers": dict(self.answers),
            "fields": dict(self.fields),
            "full": list(self.full),
            "path": list(self.after.pages),
            "ending": self.after.ending,
        }


@dataclass(frozen=True)
class Turn:
    """Differences that meet the same respondents. ``who``: what sets them apart, any one clause of it;
    ``rest`` of them are not in any clause. ``n``: how many of those tried they are; ``witness``: the first
    of them."""

    effects: tuple[Effect, ...]
    who: tuple[Clause, ...]
    rest: int
    n: int
    witness: Respondent


@dataclass(frozen=True)
class Comparison:
    """All differences of paths, those that meet most first. ``tried``: respondents compared; ``whole``:
    whether they are of every kind that the rules can tell apart; ``axes``: what clauses speak of."""

    turns: tuple[Turn, ...]
    tried: int
    whole: bool
    axes: tuple[Axis, ...] = ()


def compare(old: Plan, new: Plan, today: date | None = None) -> Comparison:
    """How the paths of two versions differ. Deterministic for the same plans and day."""
    found = trials.ground(old, new, today or datetime.now(new.timezone).date())
    pool, whole = _pool(found)
    tried = _Tried(found, MOST if whole else SAID)
    tried.take(pool)
    turns = tried.turns() if whole else _found(tried, len(pool) // 2)
    return Comparison(tuple(turns), len(tried.cases), whole, tuple(found.axes))


def _found(tried: _Tried, most: int) -> list[Turn]:
    """The differences that meet most of those tried; what is said of some is tried on others, and not said
    where it does not hold for them."""
    chance = random.Random(SEED)  # noqa: S311 - make-believe, not secrecy
    for _ in range(ROUNDS):
        more = (each for turn in tried.turns(MOST_TURNS) for each in _like(tried.found, turn, chance))
        tried.take(islice(more, most))
    return [_held(tried, turn, chance) for turn in tried.turns(MOST_TURNS)]


def _held(tried: _Tried, turn: Turn, chance: random.Random) -> Turn:
    """A difference said only of those of whom it holds on a last trial."""
    kept = tuple(clause for clause in turn.who if _holds(tried, turn, clause, chance))
    return replace(turn, who=kept, rest=turn.rest + len(turn.who) - len(kept))


def _holds(tried: _Tried, turn: Turn, clause: Clause, chance: random.Random) -> bool:
    for trial in _like(tried.found, replace(turn, who=(clause,)), chance):
        effects = tried.effects(trial)
        stopped = effects is None or _stops(effects)
        if not stopped and not set(turn.effects) <= (effects or set()):
            return False
    return True


def _pool(found: Ground) -> tuple[list[Trial], bool]:
    """Respondents to try, and whether they are all kinds there are; else those who come to every place of
    either version, and as many others as there is time for."""
    longest = max(sum(len(page.questions) for page in plan.pages) for plan in found.plans)
    most = max(FEWEST_WALKS, min(MOST_WALKS, WORK // max(1, longest)))
    if trials.size(found.axes) <= most:
        return list(trials.every(found.axes)), all(axis.whole for axis in found.axes)
    chance = random.Random(SEED)  # noqa: S311 - make-believe, not secrecy
    plans = found.plans if longest <= LONGEST_COVERED else ()
    covering = [
        trials.like(found, each, chance)
        for plan in plans
        for each in cover.covering(plan, found.today, most=EXPLORED).respondents
    ]
    return [*covering, *(trials.drawn(found.axes, chance) for _ in range(most))], False


def _like(found: Ground, turn: Turn, chance: random.Random) -> Iterator[Trial]:
    """More respondents of whom a turn speaks."""
    for clause in turn.who:
        fitting = [[n for n in range(len(axis.values)) if fits_axis(axis, n, clause)] for axis in found.axes]
        if all(fitting):
            for _ in range(AGAIN):
                yield tuple(chance.choice(each) for each in fitting)


# Traits


def traits(axis: Axis, number: int) -> Case:
    """What sets those with one value of an axis apart. Trait: (kind, code, what), where ``what`` is ``""``
    for the value's own number, a number for a comparison, ``answered``, or ``valid``."""
    value, own = axis.values[number], (axis.kind, axis.code)
    if axis.plain:
        return {(*own, ""): number}
    known: dict[Any, Any] = {} if not axis.valid else {(*own, "valid"): axis.valid[number]}
    known |= {(*own, n): truth for n, truth in enumerate(axis.truths[number])}
    return known | {(*own, "answered"): value is not None}


def fits_axis(axis: Axis, number: int, clause: Clause) -> bool:
    """Whether a clause lets an axis have a value."""
    case = traits(axis, number)
    return fits(case, {trait: values for trait, values in clause.items() if trait in case})


# Walks


class _Tried:
    """All respondents tried so far."""

    def __init__(self, found: Ground, clauses: int) -> None:
        self.found = found
        self.clauses = clauses
        self.known: set[Trial] = set()
        self.cases: list[tuple[Case, Respondent, frozenset[Effect]]] = []

    @cached_property
    def traits(self) -> list[list[Case]]:
        """For each axis, the traits of its values."""
        return [[traits(axis, n) for n in range(len(axis.values))] for axis in self.found.axes]

    def take(self, more: Iterable[Trial]) -> None:
        """Lets some more respondents walk."""
        for trial in more:
            if trial not in self.known:
                self.known.add(trial)
                respondent = _respondent(self.found, trial)
                effects = effects_of(respondent.before, respondent.after)
                if effects is not None:
                    self.cases.append((self._case(trial), respondent, effects))

    def effects(self, trial: Trial) -> frozenset[Effect] | None:
        """What is different for one more respondent."""
        respondent = _respondent(self.found, trial)
        return effects_of(respondent.before, respondent.after)

    def _case(self, trial: Trial) -> Case:
        """What sets a respondent apart."""
        whole: dict[Any, Any] = {}
        for number, of in zip(trial, self.traits, strict=True):
            whole.update(of[number])
        return whole

    def turns(self, most: int | None = None) -> list[Turn]:
        """The differences, those of the same respondents together; those that meet most, these first."""
        members: dict[Effect, list[int]] = {}
        for number, (_, _, effects) in enumerate(self.cases):
            for effect in sorted(effects):
                members.setdefault(effect, []).append(number)
        groups: dict[tuple[int, ...], list[Effect]] = {}
        for effect, numbers in members.items():
            groups.setdefault(tuple(numbers), []).append(effect)
        table = Table([case for case, _, _ in self.cases])
        stopped = mask_of([n for n, (_, _, effects) in enumerate(self.cases) if _stops(effects)])
        largest = sorted(groups.items(), key=lambda group: -len(group[0]))
        return [self._turn(table, stopped, mine, together) for mine, together in largest[:most]]

    def _turn(self, table: Table, stopped: Mask, mine: Sequence[int], effects: list[Effect]) -> Turn:
        """``stopped``: those of whom nobody can tell whether they would differ further on."""
        meant = mask_of(mine)
        compared = (1 << len(self.cases)) - 1 & (-1 if _stops(effects) else ~stopped)
        who, rest = table.described(meant, compared & ~meant, self.clauses)
        return Turn(tuple(effects), tuple(who), rest, len(mine), self.cases[mine[0]][1])


def _stops(effects: Iterable[Effect]) -> bool:
    """Whether a respondent is stopped in one of the versions."""
    return any(kind in STOPS for kind, _ in effects)


def _respondent(found: Ground, trial: Trial) -> Respondent:
    chosen = list(zip(found.axes, trial, strict=True))
    given = {axis.code: axis.values[n] for axis, n in chosen if axis.kind == "question"}
    answers = {code: value for code, value in (found.steady | given).items() if value is not None}
    fields = {
        axis.code: axis.values[n] for axis, n in chosen if axis.kind == "field" and axis.values[n] is not None
    }
    full = tuple(axis.code for axis, n in chosen if axis.kind == "quota" and axis.values[n])
    ways = []
    for side, plan in enumerate(found.plans):
        wrong = {axis.code for axis, n in chosen if axis.valid and not axis.valid[n][side]}
        ways.append(way(plan, answers, fields, frozenset(full), found.today, wrong))
    met = {*ways[0].seen, *ways[1].seen}
    return Respondent({code: value for code, value in answers.items() if code in met}, fields, full, *ways)


def way(
    plan: Plan,
    answers: Mapping[str, Json],
    fields: Mapping[str, Json],
    full: frozenset[str] = NOTHING,
    today: date | None = None,
    wrong: Iterable[str] = (),
    seed: int = 0,
) -> Way:
    """The way of these answers through a plan; ``wrong``: questions that do not take theirs."""
    strange = set(wrong)
    kept = {code: value for code, value in answers.items() if code in plan.questions and code not in strange}
    path = walk(plan, kept, fields, seed, full, today)
    shown = [
        question.code
        for code in path.pages
        for question in plan.pages[plan.index[code]].questions
        if path.shows(question) and not question.type.unseen
    ]
    held = tuple(missing(plan, path, path.position)) if path.position else ()
    refused = tuple(code for code in held if code in path.answers)
    lost = tuple(code for code in shown if code in strange)
    return Way(tuple(path.pages), tuple(shown), path.ending, held, refused, lost)


def effects_of(before: Way, after: Way) -> frozenset[Effect] | None:
    """What is different for one respondent; None where the two ways cannot be compared."""
    if before.lost or (before.ending is None and after.ending is None):
        return None
    if after.lost:
        return frozenset({("lost", (code,)) for code in after.lost}) if before.ending else None
    if before.ending is None:
        return _stop(before, after, "freed", "taken")
    if after.ending is None:
        return _stop(after, before, "held", "refused")
    return frozenset(_different(before, after))


def _stop(stopped: Way, other: Way, empty: str, refused: str) -> frozenset[Effect] | None:
    """What stops a respondent in one version; None where the other does not ask that at all."""
    if not set(stopped.held) <= set(other.seen):
        return None
    kinds = ((code, refused if code in stopped.refused else empty) for code in stopped.held)
    return frozenset((kind, (code,)) for code, kind in kinds)


def _different(before: Way, after: Way) -> Iterator[Effect]:
    yield from (("gone", (code,)) for code in before.seen if code not in after.seen)
    yield from (("come", (code,)) for code in after.seen if code not in before.seen)
    common = [
        [code for code in one if code in other]
        for one, other in ((before.seen, after.seen), (after.seen, before.seen))
    ]
    if common[0] != common[1]:
        yield "order", ()
    if before.ending != after.ending:
        yield "ending", (before.ending or "", after.ending or "")
