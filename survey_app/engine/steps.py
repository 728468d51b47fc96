"""A plan as the verifier walks it: pages of steps whose rules are judged on the bits of a state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .classes import Kind, field_kinds, kind_of, kinds, unanswered
from .facts import NOTHING, Answer
from .flow import pruned
from .leaves import FREE, Reading
from .pages import PagePlan, QuestionPlan
from .plan import Plan
from .quality import handling, traits
from .samples import MOST
from .subjects import Subject
from .truths import Node, Rule

Json = Any

ROOM = 6_000
"""Answers tried in one survey, about: what an answer costs to find is more than what it costs to go on."""
LOOK = 10
MOST_RIVALS = 20
LEAST = 0.5
"""Seconds that every question takes."""
SEEN, REFUSED, TURNED = 1, 2, 4
"""Bits of the walk itself: something of the page is shown; an answer nobody sees is refused; an earlier turn
of the loop has been seen."""


@dataclass(frozen=True)
class Choice:
    """One way to go on from a question or a field: the bits it sets, whether somebody can take it, and
    what to enter (None: nothing)."""

    truth: int
    unknown: int
    sure: bool
    value: Json
    skipped: bool = False
    seconds: float = 0.0
    event: Any = None
    """What is noted on the way."""


@dataclass(eq=False)
class Ask:
    """One question or display item. ``live``: bits still needed once it is passed; ``own``: bits of what is
    known about its answer."""

    question: QuestionPlan
    subject: Subject
    show: Rule | None = None
    entries: tuple[tuple[str, str, Rule], ...] = ()
    enable: Rule | None = None
    needs: Rule | None = None
    checks: tuple[tuple[Rule, bool], ...] = ()
    default: Node | None = None
    own: int = 0
    live: int = 0
    while_asked: int = 0
    watched: bool = False
    """Whether something later on the page looks at the answer, even at one that is refused."""
    entry_mask: int = 0
    not_shown: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    found: dict[frozenset[str], list[Choice]] = field(default_factory=dict)
    kept: dict[Any, list[Choice]] = field(default_factory=dict)
    hiding: dict[tuple[int, int], Any] = field(default_factory=dict)


@dataclass(eq=False)
class Turn:
    """One page. ``jumps``: (condition or None, where to); ``late``: number of the one that is followed from
    the last turn of a loop even where nothing of it is shown."""

    page: PagePlan
    index: int
    show: Rule | None
    asks: tuple[Ask, ...]
    jumps: tuple[tuple[Rule | None, str], ...]
    late: int | None = None
    live: int = 0
    """Bits needed on the page or later."""
    inside: int = 0
    """Bits needed from the page's own steps on, once it is shown."""
    leaving: int = 0
    """Bits needed once its questions are passed."""
    after: int = 0
    """Bits needed by later pages."""

    @property
    def origin(self) -> str:
        """The page's code in the document, whichever turn of a loop it is."""
        return self.page.code.partition("@")[0]

    def rules(self) -> Iterator[Rule]:
        """All conditions that are looked at on the page, jumps aside."""
        if self.show is not None:
            yield self.show
        for ask in self.asks:
            one = (ask.show, ask.enable, ask.needs)
            yield from (rule for rule in one if rule is not None)
            yield from (rule for _, _, rule in ask.entries)
            yield from (rule for rule, _ in ask.checks)


@dataclass(eq=False)
class Limit:
    """One quota: its condition, the bit that says it has been decided, and what keeps it decidable.
    ``rivals``: quotas that may hold whenever it does and are full no later."""

    code: str
    rule: Rule
    after: int
    go: str
    decided: int
    held: int
    subject: Subject | None
    size: int = 0
    mask: int = 0
    rivals: tuple[Limit, ...] = ()


Reshape = Callable[[str, Json], Json]
"""Place and condition (None: a jump without one) → the condition that takes its place."""


class Course:
    """All steps of a plan, bits given out."""

    def __init__(self, plan: Plan, reading: Reading, reshape: Reshape | None = None) -> None:
        self.plan = plan
        self.reading = reading
        self.reshape = reshape
        self.free = reading.rule(FREE)
        self.room = ROOM
        self.places: dict[str, list[tuple[Rule, Node]]] = {}
        self.sources = dict(_sources(plan.document))
        self.turns = tuple(self._turn(index, page) for index, page in enumerate(plan.pages))
        self.limits = tuple(self._limits())
        reading.settle()
        self.deciding = sum(each.decided for each in self.limits)
        self.holding = sum(each.held for each in self.limits)
        self._subjects()
        self._lives()
        read = traits(plan)
        for turn in self.turns:
            for ask in turn.asks:
                ask.seconds = max(read[ask.question.code].reading, LEAST)
        self.undecided: dict[int, int] = {}
        self.outer: dict[Subject, list[Choice]] = {}

    def _rule(self, tree: Json, place: str, part: int | None = None) -> Rule | None:
        if self.reshape is not None and place:
            tree = self._reshaped(self.reshape, tree, place, part)
        if tree is None:
            return None
        rule = self.free if tree is FREE else self.reading.rule(tree)
        node = rule.root if part is None else rule.root.parts[part]
        if place and tree is not FREE:
            self.places.setdefault(place, []).append((rule, node))
        return rule

    def _reshaped(self, reshape: Reshape, tree: Json, place: str, part: int | None) -> Json:
        if part is None:
            return reshape(place, tree) if tree is not None or ".next." in place else None
        turn, own = tree["all"]
        return {"all": [reshape(f"{place.partition('.')[0]}.loop", turn), reshape(place, own)]}

    def _turn(self, index: int, page: PagePlan) -> Turn:
        origin = page.code.partition("@")[0]
        source = self.sources.get(origin, {})
        own, looped = source.get("show") is not None, "@" in page.code
        place = f"{origin}.show" if own else f"{origin}.loop" if looped else ""
        show = self._rule(page.source.get("show"), place, 1 if own and looped else None)
        asks = tuple(self._ask(each) for each in page.questions)
        jumps = tuple(
            (self._rule(each.get("when"), f"{origin}.next.{n}.when"), each["go"])
            for n, each in enumerate(page.source.get("next") or ())
        )
        bare = (n for n, each in enumerate(page.source.get("next") or ()) if each.get("when") is None)
        return Turn(page, index, show, asks, jumps, next(bare, None) if looped else None)

    def _ask(self, question: QuestionPlan) -> Ask:
        source, at = question.source, question.origin
        subject = self.reading.subject("question", question.code)
        ask = Ask(question, subject, self._rule(source.get("show"), f"{at}.show"))
        entries = {
            (name, entry["id"]): entry["show"]
            for name, id in question.options_show
            for entry in question.settings[name]
            if entry["id"] == id
        }
        ask.entries = tuple(
            (name, id, rule)
            for (name, id), tree in entries.items()
            if (rule := self._rule(tree, self._entry(at, name, id))) is not None
        )
        if not question.collects:
            return ask
        ask.enable = self._rule(source.get("enable"), f"{at}.enable")
        if not isinstance(question.required, bool):
            ask.needs = self._rule(source["required"], f"{at}.required")
        checks = enumerate(source.get("validate") or ())
        rules = [
            (self._rule(each["when"], f"{at}.validate.{n}.when"), each.get("soft")) for n, each in checks
        ]
        ask.checks = tuple((rule, bool(soft)) for rule, soft in rules if rule is not None)
        shut = question.enable is not None or question.formula is not None
        tree = question.formula if question.formula is not None else source.get("default")
        if shut and tree is not None:
            ask.default = self.reading.formula(tree)
        return ask

    def _entry(self, code: str, name: str, id: str) -> str:
        """Place of the condition of an option, row or column."""
        source = self.sources.get(code, {})
        listed = (source.get("settings") or {}).get(name) or ()
        for index, each in enumerate(listed):
            if isinstance(each, Mapping) and each.get("id") == id and each.get("show") is not None:
                return f"{code}.settings.{name}.{index}.show"
        return f"{code}.carry"

    def _limits(self) -> Iterator[Limit]:
        trees = {each["code"]: each["when"] for each in self.plan.unrolled.get("quotas") or ()}
        for quota in self.plan.quotas:
            rule = self._rule(trees[quota.code], f"{quota.code}.when")
            if rule is not None:
                subject = self.reading.subjects.get(("quota", quota.code))
                decided, held = self.reading.bit(), self.reading.bit()
                yield Limit(quota.code, rule, quota.after, quota.go, decided, held, subject, quota.limit)

    def _subjects(self) -> None:
        """What is asked about each question; its bits while there is no answer."""
        for turn in self.turns:
            for ask in turn.asks:
                ask.own = ask.subject.mask
                if ask.question.collects and ask.own:
                    ask.not_shown = self._without(ask, "not_shown")
                ask.entry_mask = _or(rule.mask for _, _, rule in ask.entries)

    def _without(self, ask: Ask, state: Any) -> tuple[int, int]:
        kind = unanswered(state, ask.subject.looks, self.reading.today)
        return ask.subject.state(kind, None if state == "not_reached" else Answer(state))

    def start(self) -> tuple[int, int]:
        """The state in which nothing has been reached."""
        truth = unknown = 0
        for turn in self.turns:
            for ask in turn.asks:
                if ask.question.collects and ask.own:
                    more, less = self._without(ask, "not_reached")
                    truth, unknown = truth | more, unknown | less
        return truth, unknown

    def _lives(self) -> None:
        """Works out backwards which bits are still needed where."""
        live = 0
        for turn in reversed(self.turns):
            turn.after = live
            live |= _or(_needed(rule) for rule, _ in turn.jumps) | (0 if turn.late is None else TURNED)
            turn.leaving = live
            looked = 0
            for ask in reversed(turn.asks):
                ask.live = live
                ask.watched = bool(ask.own & looked)
                live |= _or(_needed(rule) for rule, _ in ask.checks) | _needed(ask.needs)
                ask.while_asked = live
                live |= self._worked_out(ask) | _needed(ask.enable) | _needed(ask.show)
                live |= _or(_needed(rule) for _, _, rule in ask.entries)
                looked |= (
                    _needed(ask.enable) | _needed(ask.show) | _or(_needed(rule) for _, _, rule in ask.entries)
                )
                looked |= (
                    _needed(ask.needs) | _or(_needed(rule) for rule, _ in ask.checks) | self._worked_out(ask)
                )
            turn.inside = live
            live |= _needed(turn.show)
            if turn.index and self.turns[turn.index - 1].origin != turn.origin:
                live &= ~TURNED
            turn.live = live
        self._rivals()
        for limit in self.limits:
            limit.mask = _needed(limit.rule) | _or(_needed(each.rule) for each in limit.rivals)
            if limit.subject is not None:
                limit.mask |= limit.subject.mask | limit.subject.bits[0] | limit.subject.known

    def _rivals(self) -> None:
        """Notes which quotas may forestall which."""
        for place, limit in enumerate(self.limits):
            limit.rivals = tuple(
                rival
                for other, rival in enumerate(self.limits)
                if other != place and rival.after <= limit.after and (rival.size, other) < (limit.size, place)
            )

    def _worked_out(self, ask: Ask) -> int:
        """Bits that a default rests on."""
        if ask.default is None:
            return 0
        settled: set[Any] = set()
        found = self.reading.mask(ask.default, settled)
        return found | sum(self.reading.subjects[key].known for key in settled if key[0] != "question")

    def kept(self, truth: int) -> int:
        """Bits that quotas not decided yet need, beside the ones that say which."""
        if not self.limits:
            return 0
        key = truth & self.deciding
        found = self.undecided.get(key)
        if found is None:
            found = self.deciding | self.holding
            found |= _or(each.mask for each in self.limits if not key & each.decided)
            self.undecided[key] = found
        return found

    def choices(self, ask: Ask, hidden: frozenset[str]) -> list[Choice]:
        """All ways to answer, and to leave the question empty."""
        found = ask.found.get(hidden)
        if found is None:
            most, weight = self._most(ask)
            listed, tried = kinds(ask.question, ask.subject.looks, self.reading.today, hidden, most)
            self.room -= LOOK + tried * weight
            found = [self._choice(ask, each, hidden) for each in listed]
            truth, unknown = self._without(ask, "skipped")
            event = ("skip", ask.question.code, None)
            found.append(Choice(truth, unknown, True, None, True, ask.seconds, event))
            ask.found[hidden] = found
        return found

    def _most(self, ask: Ask) -> tuple[int, int]:
        """How many answers may be tried, and what one costs."""
        asked = ask.subject.looks
        if not asked.every and asked.plain:
            return MOST, 0
        size = sum(len(ids) for ids in ask.question.entries.values()) + len(asked.every)
        return min(MOST, self.room // (1 + size // 15)), 1 + size // 15

    def _choice(self, ask: Ask, kind: Kind, hidden: frozenset[str]) -> Choice:
        answer = (
            None if kind.value is None else Answer("answered", kind.value, None, None, ask.question, hidden)
        )
        truth, unknown = ask.subject.state(kind, answer)
        seconds = ask.seconds + (0.0 if kind.value is None else handling(ask.question, kind.value))
        event = ("question", ask.question.code, kind.value)
        return Choice(truth, unknown, kind.sure, kind.value, False, seconds, event)

    def worked_out(self, ask: Ask, value: Json, hidden: frozenset[str]) -> tuple[int, int]:
        """Bits of an answer that nobody gives: a default."""
        columns = ask.question.entries.get("columns", NOTHING)
        value = pruned(value, hidden, columns) if hidden and value is not None else value
        if value is None:
            return self._without(ask, "skipped")
        kind = kind_of(value, ask.question, ask.subject.looks, self.reading.today, hidden)
        return ask.subject.state(kind, Answer("answered", value, None, None, ask.question, hidden))

    def outside(self, subject: Subject) -> list[Choice]:
        """All values of a field, or both states of a quota."""
        found = self.outer.get(subject)
        if found is None:
            kind, code = subject.key
            if kind == "quota":
                found = [Choice(0, 0, True, False), Choice(subject.bits[0], 0, True, True)]
            else:
                name = self.plan.schema.field_type(code) or "text"
                listed = field_kinds(subject.looks, name, self.reading.today)
                found = [Choice(*subject.state(each, each.value), each.sure, each.value) for each in listed]
            self.outer[subject] = found
        return found


def _needed(rule: Rule | None) -> int:
    return 0 if rule is None else rule.mask | rule.needs


def _or(masks: Any) -> int:
    found = 0
    for each in masks:
        found |= each
    return found


def _sources(document: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for page in document["pages"]:
        yield page["code"], page
        for question in page.get("questions") or ():
            yield question["code"], question
