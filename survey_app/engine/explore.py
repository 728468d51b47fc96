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

from .facts import NOTHING
from .flow import _default, walk
from .leaves import FAILS, FALSE, HOLDS, TRUE, Node, Reading, Rule, Subject
from .plan import Plan
from .quality import traits
from .steps import REFUSED, SEEN, Ask, Choice, Course, Limit, Turn

Json = Any
Key = tuple[int, int]
Entry = tuple[bool, float, Any, float, Any]
"""Whether it is sure, seconds and events of the shortest way there, of the longest way there."""
Frontier = dict[Key, Entry]

MOST = 3_000_000
"""Steps from one state to another until an exploration only looks on in places."""
WIDEST = 20_000
"""States kept side by side."""
NARROW = 12


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
    found = Exploration(plan, Course(plan, Reading(plan, day)), day, most)
    found.run()
    return found


class Exploration:
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
        self.stuck: set[int] = set()
        self.ends: dict[str, Entry] = {}
        self.fixed: Mapping[tuple[str, str], Json] | None = None
        self.marking = True
        seconds = {code: each.reading for code, each in traits(plan).items()}
        for turn in course.turns:
            for ask in turn.asks:
                ask.seconds = max(seconds.get(ask.question.code, 0.0), 0.5)

    def run(self, first: int = 0, frontier: Frontier | None = None, last: int | None = None) -> None:
        """Walks all states forward, from page ``first`` to ``last``."""
        turns = self.course.turns
        self.pending = [{} for _ in range(len(turns) + 1)]
        self.ends = {}
        if frontier is None:
            frontier = {self.course.start(): (True, 0.0, None, 0.0, None)}
            frontier = self._stopping(frontier, -1, False)
        self.pending[first] = frontier
        for turn in turns[first:last]:
            if self.pending[turn.index]:
                self._turn(turn)
        if last is None:
            self._end(self.pending[len(turns)], next(iter(self.plan.endings)))

    def _turn(self, turn: Turn) -> None:
        frontier = self._kept(self.pending[turn.index], turn.live)
        hidden, shown = self._split(frontier, turn.show)
        if hidden:
            self._passed_by(turn, hidden)
        shown = self._kept(shown, turn.inside)
        for ask in turn.asks:
            if not shown:
                break
            self._narrowed(shown, turn.index)
            shown = self._ask(ask, shown, turn)
        self._leave(turn, shown)

    def _passed_by(self, turn: Turn, frontier: Frontier) -> None:
        """A page that is not shown leaves its questions not shown."""
        out: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            for ask in turn.asks:
                if ask.question.collects:
                    truth, unknown = (
                        truth & ~ask.own | ask.not_shown[0],
                        unknown & ~ask.own | ask.not_shown[1],
                    )
            _add(out, (truth, unknown), entry)
        self._go(out, turn.index + 1)

    def _go(self, frontier: Frontier, index: int) -> None:
        """States arrive at a page."""
        live = self.course.turns[index].live if index < len(self.course.turns) else 0
        target = self.pending[index]
        for (truth, unknown), entry in frontier.items():
            mask = live | self.course.kept(truth)
            _add(target, (truth & mask, unknown & mask), entry)

    def _kept(self, frontier: Frontier, live: int) -> Frontier:
        """The states without what nobody asks about any more."""
        out: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            mask = live | SEEN | REFUSED | self.course.kept(truth)
            _add(out, (truth & mask, unknown & mask), entry)
        return out

    def _narrowed(self, frontier: Frontier, index: int) -> None:
        """Drops states beyond the bound, sure ones last."""
        self.work += len(frontier)
        if self.work > self.most:
            self.width = min(self.width, NARROW)
        if len(frontier) <= self.width:
            return
        if self.marking and self.cut is None:
            self.cut = index
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
            if all(truth & subject.known for truth, _ in frontier):
                continue
            out: Frontier = {}
            for key, entry in frontier.items():
                if key[0] & subject.known:
                    _add(out, key, entry)
                    continue
                for choice in self._outside(subject):
                    truth = key[0] | choice.truth | subject.known
                    event = (*subject.key, choice.value)
                    _add(out, (truth, key[1] | choice.unknown), _grown(entry, 0.0, event, choice.sure))
            frontier = out
        return frontier

    def _outside(self, subject: Subject) -> list[Choice]:
        found = self.course.outside(subject)
        if self.fixed is None or subject.key not in self.fixed:
            return found
        wanted = self.fixed[subject.key]
        return [each for each in found if each.sure and each.value == wanted]

    def _judged(self, rule: Rule, key: Key, entry: Entry) -> int:
        """What a rule is in a state; remembers that it was met."""
        found = self.course.reading.judged(rule, *key)
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
                _add(holds, key, entry if found & HOLDS else _doubtful(entry))
            if found & FALSE:
                _add(fails, key, entry if found & FAILS else _doubtful(entry))
        return fails, holds

    def _mark(self, place: str, entry: Entry) -> None:
        if self.marking:
            old = self.places.get(place)
            if old is None or (entry[0] and not old[0]):
                self.places[place] = entry

    def _ask(self, ask: Ask, frontier: Frontier, turn: Turn) -> Frontier:
        """Takes all states past one question."""
        off, shown = self._split(frontier, ask.show)
        out: Frontier = {}
        self._not_shown(ask, off, out)
        for rule in (
            ask.enable,
            ask.needs,
            *(rule for _, _, rule in ask.entries),
            *(rule for rule, _ in ask.checks),
        ):
            shown = self._settled(shown, rule)
        if ask.default is not None:
            shown = self._known(
                shown, tuple(each for each in self.course.reading.support[ask.default] if each.known)
            )
        for key, entry in shown.items():
            if ask.entries:
                self._entries(ask, key, entry, out, turn)
            else:
                self._take(ask, key, entry, NOTHING, out, turn)
        return out

    def _not_shown(self, ask: Ask, frontier: Frontier, out: Frontier) -> None:
        truth_off, unknown_off = ask.not_shown
        for (truth, unknown), entry in frontier.items():
            mask = ask.live | SEEN | REFUSED | self.course.kept(truth)
            key = ((truth & ~ask.own | truth_off) & mask, (unknown & ~ask.own | unknown_off) & mask)
            _add(out, key, entry)

    def _entries(self, ask: Ask, key: Key, entry: Entry, out: Frontier, turn: Turn) -> None:
        """Options that are shown only sometimes."""
        hidden, sure = self._hidden(ask, key, entry)
        if hidden is not None:
            left = _left(ask, hidden)
            if not left:
                self._mark(f"{ask.question.origin}.emptied", entry if sure else _doubtful(entry))
                self._not_shown(ask, {key: entry if sure else _doubtful(entry)}, out)
            else:
                self._take(ask, key, entry, hidden, out, turn)
        if not sure:
            self._not_shown(ask, {key: _doubtful(entry)}, out)
            self._anything(ask, key, _doubtful(entry), out, turn)

    def _hidden(self, ask: Ask, key: Key, entry: Entry) -> tuple[frozenset[str] | None, bool]:
        """Ids that are not shown, None where that is not known; and whether it could be no other."""
        at = (key[0] & ask.entry_mask, key[1] & ask.entry_mask)
        known = ask.hiding.get(at)
        if known is not None and known[1] >= entry[0]:
            found: tuple[frozenset[str] | None, bool] = known[0]
            return found
        hidden: set[str] | None = set()
        sure = True
        for _, id, rule in ask.entries:
            judged = self._judged(rule, key, entry)
            sure = sure and judged & 3 != 3
            if hidden is not None and not judged & (HOLDS | FAILS):
                hidden = None
            elif hidden is not None and judged & FAILS:
                hidden.add(id)
        result = (None if hidden is None else frozenset(hidden), sure)
        if self.marking:
            ask.hiding[at] = (result, entry[0])
        return result

    def _anything(self, ask: Ask, key: Key, entry: Entry, out: Frontier, turn: Turn) -> None:
        """An answer of which nothing is known."""
        subject = ask.subject
        unknown, slot = sum(subject.bits), subject.number(None, None)
        self._mark(ask.question.origin, entry)
        seen = 0 if ask.question.type.unseen else SEEN
        for choice in [
            Choice(slot, unknown, False, None),
            *(each for each in self.course.choices(ask, NOTHING) if each.skipped),
        ]:
            truth = key[0] & ~ask.own | choice.truth | seen
            self._pass(ask, (truth, key[1] & ~ask.own | choice.unknown), entry, out)

    def _pass(self, ask: Ask, key: Key, entry: Entry, out: Frontier) -> None:
        mask = ask.live | SEEN | REFUSED | self.course.kept(key[0])
        _add(out, (key[0] & mask, key[1] & mask), entry)

    def _take(
        self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier, turn: Turn
    ) -> None:
        """A question that is shown."""
        question = ask.question
        self._mark(question.origin, entry)
        if not question.type.unseen:
            key = (key[0] | SEEN, key[1])
            self._mark(question.page.partition("@")[0], entry)
        if not question.collects:
            self._pass(ask, key, _grown(entry, ask.seconds, None), out)
            return
        shut = self._shut(ask, key, entry)
        if shut & TRUE:
            self._worked_out(ask, key, entry if shut & HOLDS else _doubtful(entry), hidden, out)
        if shut & FALSE:
            self._answers(ask, key, entry if shut & FAILS else _doubtful(entry), hidden, out, turn)

    def _shut(self, ask: Ask, key: Key, entry: Entry) -> int:
        """Whether the question takes no answer."""
        if ask.question.formula is not None:
            return TRUE | HOLDS
        if ask.enable is None:
            return FALSE | FAILS
        judged = self._judged(ask.enable, key, entry)
        return (judged & 5) << 1 | (judged & 10) >> 1

    def _worked_out(self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier) -> None:
        """A question whose answer is worked out, or fixed while it is shut."""
        reading = self.course.reading
        value: Json = None
        if ask.default is not None:
            facts = reading.facts(ask.default, key[0])
            if facts is None or ask.default in reading.moving:
                unknown, slot = sum(ask.subject.bits), ask.subject.number(None, None)
                truth = key[0] & ~ask.own | slot
                self._pass(ask, (truth, key[1] & ~ask.own | unknown), _doubtful(entry), out)
            if facts is None:
                return
            value = _default(ask.question, facts)
        truth, less = self.course.worked_out(ask, value, hidden)
        grown = _grown(entry, ask.seconds, None)
        self._pass(ask, (key[0] & ~ask.own | truth, key[1] & ~ask.own | less), grown, out)

    def _answers(
        self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier, turn: Turn
    ) -> None:
        """All answers that are not refused, and none where that is allowed."""
        needed = self._needed(ask, key, entry)
        base, dark = key[0] & ~ask.own, key[1] & ~ask.own
        live = ask.live | SEEN | REFUSED | self.course.kept(key[0])
        code, passed = ask.question.code, False
        for choice in self._choices(ask, hidden, live, base, bool(ask.checks)):
            self.work += 1
            way = entry if choice.sure else _doubtful(entry)
            refused = needed if choice.skipped else FALSE | FAILS
            after = (base | choice.truth, dark | choice.unknown)
            if ask.checks:
                refused = self._refused(ask, after, way, refused)
            event = ("skip", code, None) if choice.skipped else ("question", code, choice.value)
            grown = _grown(way, ask.seconds, event)
            if refused & FALSE:
                passed = True
                _add(out, (after[0] & live, after[1] & live), grown if refused & FAILS else _doubtful(grown))
            if refused & TRUE and (ask.question.type.unseen or (ask.watched and self.marking)):
                _add(
                    out,
                    ((after[0] | REFUSED) & live, after[1] & live),
                    grown if refused & HOLDS else _doubtful(grown),
                )
        if not passed:
            if entry[0] and not base & REFUSED:
                self.stuck.add(turn.index)
            self._stuck(ask, (base | REFUSED, dark), live, entry, out)

    def _stuck(self, ask: Ask, key: Key, live: int, entry: Entry, out: Frontier) -> None:
        """Every answer is refused: the rest of the page is seen, and no more."""
        truth, unknown = (
            self.course.choices(ask, NOTHING)[-1].truth,
            self.course.choices(ask, NOTHING)[-1].unknown,
        )
        grown = _grown(entry, ask.seconds, ("skip", ask.question.code, None))
        _add(out, ((key[0] | truth) & live, (key[1] | unknown) & live), grown)

    def _needed(self, ask: Ask, key: Key, entry: Entry) -> int:
        """Whether leaving the question empty is refused."""
        if ask.needs is None:
            return TRUE | HOLDS if ask.question.required else FALSE | FAILS
        return self._judged(ask.needs, key, entry)

    def _refused(self, ask: Ask, key: Key, entry: Entry, refused: int) -> int:
        """Whether an answer is refused by a rule."""
        for rule, soft in ask.checks:
            judged = self._judged(rule, key, entry)
            if not soft:
                refused = _either(refused, judged)
        return refused

    def _choices(self, ask: Ask, hidden: frozenset[str], live: int, base: int, checked: bool) -> list[Choice]:
        """The ways to answer that lead to different states, the first of each kind."""
        found = self.course.choices(ask, hidden)
        at = ("question", ask.question.code)
        if self.fixed is not None and at in self.fixed:
            wanted = self.fixed[at]
            return [
                each
                for each in found
                if each.sure and each.value == wanted and each.skipped is (wanted is None)
            ]
        mask = live | (ask.while_asked if checked else 0)
        key = (hidden, mask)
        kept = ask.kept.get(key)
        if kept is None:
            firsts: dict[Any, Choice] = {}
            for each in found:
                at_state = (
                    each.truth & mask,
                    each.unknown & mask,
                    each.skipped and ask.needs is not None,
                    each.skipped and bool(ask.question.required),
                )
                old = firsts.get(at_state)
                if old is None or (each.sure and not old.sure):
                    firsts[at_state] = each
            kept = ask.kept[key] = list(firsts.values())
        return kept

    def _leave(self, turn: Turn, frontier: Frontier) -> None:
        """The end of a page: quotas, jumps, the next page."""
        unseen: Frontier = {}
        seen: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            bare = (truth & ~(SEEN | REFUSED), unknown)
            if not truth & SEEN:
                _add(unseen, bare, entry)
            elif not truth & REFUSED:
                _add(seen, bare, entry)
        self._go(unseen, turn.index + 1)
        seen = self._stopping(self._kept(seen, turn.leaving), turn.index, False)
        for number, (rule, go) in enumerate(turn.jumps):
            if not seen:
                return
            place = f"{turn.page.code.partition('@')[0]}.next.{number}"
            self._holding(turn, number, rule, seen)
            seen, jumping = self._split(seen, rule)
            for entry in jumping.values():
                self._mark(place, entry)
            self._jump(jumping, go)
        self._go(seen, turn.index + 1)

    def _holding(self, turn: Turn, number: int, rule: Rule | None, frontier: Frontier) -> None:
        """Notes for the rules below whether they would hold as well."""
        if not self.marking or rule is None:
            return
        for number_below in range(number + 1, len(turn.jumps)):
            below = turn.jumps[number_below][0]
            if below is not None and not below.needs and below is not rule:
                for key, entry in frontier.items():
                    self._judged(below, key, entry)

    def _jump(self, frontier: Frontier, go: str) -> None:
        if go in self.plan.endings:
            self._end(frontier, go)
        else:
            self._go(frontier, self.plan.index[go])

    def _end(self, frontier: Frontier, ending: str) -> None:
        if self.plan.endings[ending]["kind"] == "completed":
            frontier = self._stopping(frontier, len(self.course.turns), True)
        for entry in frontier.values():
            self._arrive(ending, entry)

    def _arrive(self, ending: str, entry: Entry) -> None:
        self._mark(ending, entry)
        old = self.ends.get(ending)
        self.ends[ending] = entry if old is None else _merged(old, entry)

    def _stopping(self, frontier: Frontier, index: int, ended: bool) -> Frontier:
        """Takes out those whom a full quota stops once page ``index`` is left."""
        for limit in self.course.limits:
            if limit.after <= index and frontier:
                frontier = self._limited(limit, frontier)
        return frontier

    def _limited(self, limit: Limit, frontier: Frontier) -> Frontier:
        todo = {key: entry for key, entry in frontier.items() if not key[0] & limit.decided}
        out = {key: entry for key, entry in frontier.items() if key[0] & limit.decided}
        fails, holds = self._split(todo, limit.rule)
        if limit.subject is not None:
            holds = self._known(holds, (limit.subject,))
        for (truth, unknown), entry in fails.items():
            _add(out, (truth | limit.decided, unknown), entry)
        for (truth, unknown), entry in holds.items():
            full, free = self._fullness(limit, truth, entry)
            if full is not None:
                self._mark(limit.code, full)
                self._arrive(limit.go, full)
            if free is not None:
                _add(out, (truth | limit.decided, unknown), free)
        return out

    def _fullness(self, limit: Limit, truth: int, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """The way on when a quota is full, and when it is not."""
        if limit.subject is not None:
            full = bool(truth & limit.subject.bits[0])
            return (entry, None) if full else (None, entry)
        key = ("quota", limit.code)
        wanted = self.fixed.get(key) if self.fixed is not None else None
        if wanted is not None:
            return (_grown(entry, 0.0, (*key, True)), None) if wanted else (None, entry)
        return _grown(entry, 0.0, (*key, True)), _grown(entry, 0.0, (*key, False))

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
                    best = _doubtful(entry)
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


def _add(frontier: Frontier, key: Key, entry: Entry) -> None:
    old = frontier.get(key)
    frontier[key] = entry if old is None or old is entry else _merged(old, entry)


def _merged(old: Entry, new: Entry) -> Entry:
    if old[0] is not new[0]:
        return old if old[0] else new
    if old[1] <= new[1] and old[3] >= new[3]:
        return old
    low = old if old[1] <= new[1] else new
    high = old if old[3] >= new[3] else new
    return (old[0], low[1], low[2], high[3], high[4])


def _grown(entry: Entry, seconds: float, event: Any, sure: bool = True) -> Entry:
    """One step further on the way."""
    is_sure, short, first, long, last = entry
    if event is None:
        return (is_sure and sure, short + seconds, first, long + seconds, last)
    way = (first, event)
    return (is_sure and sure, short + seconds, way, long + seconds, way if last is first else (last, event))


def _doubtful(entry: Entry) -> Entry:
    return entry if not entry[0] else (False, *entry[1:])


def _either(one: int, other: int) -> int:
    """What a rule or another is."""
    found = (one | other) & (TRUE | HOLDS)
    if one & FALSE and other & FALSE:
        found |= FALSE
    if one & FAILS and other & FAILS:
        found |= FAILS
    return found


def _left(ask: Ask, hidden: frozenset[str]) -> bool:
    """Whether every list of a question still has something to show."""
    question = ask.question
    spare = question.settings.get("other") is True
    return not any(
        ids <= hidden for name, ids in question.entries.items() if not (spare and name == "options")
    )
