"""Every respondent of a small survey, one after the other, by a second and separate reading of the law.

Nothing here imports the engine: what ``flow`` and ``conditions`` do is read anew from the words of the law,
so that the two can be held against each other, and the verifier against both. Finite types only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, product
from typing import Any

Json = Any

ANSWERED, SKIPPED, HIDDEN, AHEAD = "answered", "skipped", "not_shown", "not_reached"
LISTS = ("options", "rows", "columns")
MOST_RUNS = 60_000


class TooMany(RuntimeError):
    """The survey is not small."""


@dataclass(frozen=True)
class Entry:
    """An option, row or column: its place in the document, and when it is there."""

    id: str
    place: str
    show: Json = None
    carried: tuple[str, str] | None = None
    """The question it is taken over from, and which of its entries: chosen, not_chosen or shown."""
    exclusive: bool = False


@dataclass(frozen=True)
class Question:
    """One question or display item, in one turn of a loop (``item``) or outside loops."""

    code: str
    origin: str
    kind: str
    body: Mapping[str, Json]
    item: str
    entries: Mapping[str, tuple[Entry, ...]]

    @property
    def settings(self) -> Mapping[str, Json]:
        """The settings as the document has them."""
        return self.body.get("settings") or {}


@dataclass(frozen=True)
class Turn:
    """One page, or one turn of a loop page. ``when`` says whether a respondent has this turn."""

    code: str
    origin: str
    body: Mapping[str, Json]
    item: str
    questions: tuple[Question, ...]
    loop: Mapping[str, Json] | None = None


@dataclass
class Moment:
    """What is known of one respondent so far; copied where the ways part."""

    fields: Mapping[str, Json]
    full: frozenset[str]
    states: dict[str, str] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    path: tuple[str, ...] = ()

    def fork(self) -> Moment:
        """The same moment, to be changed apart."""
        return replace(self, states=dict(self.states), values=dict(self.values), hidden=dict(self.hidden))


@dataclass(frozen=True)
class Branch:
    """A condition or a part of one; ``how`` its own parts are combined: all, any, not, or "" for a
    comparison."""

    place: str
    tree: Json
    how: str = ""
    parts: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Run:
    """One respondent who came to an end, or (``ending`` None) stands on a page that refuses to be left."""

    moment: Moment
    ending: str | None
    quota: str | None = None


def plain(value: Json) -> Json:
    """A choice without the text beside “other”."""
    return value["v"] if isinstance(value, dict) and "v" in value else value


def members(value: Json) -> list[Json]:
    """What is chosen, as a list."""
    bare = plain(value)
    return list(bare) if isinstance(bare, list | dict) else [bare]


def buckets(kind: str, value: Json) -> set[str]:
    """Names a comparison may call the answer by, beside its value."""
    if kind == "nps":
        return {str(value), "promoter" if value >= 9 else "passive" if value >= 7 else "detractor"}
    if kind == "csat":
        return {str(value), "satisfied" if value >= 4 else "neutral" if value == 3 else "dissatisfied"}
    if kind == "yes_no":
        return {"yes" if value else "no"}
    return {str(each) for each in members(value)} if kind.endswith("choice") else set()


def is_number(value: Json) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(a: Json, b: Json) -> bool:
    """Equality that never guesses types."""
    return (type(a) is type(b) and a == b) or (is_number(a) and is_number(b) and a == b)


def sized(operand: Json, size: int) -> bool:
    """Whether a count is the number wanted, or keeps all limits."""
    if not isinstance(operand, Mapping):
        return bool(size == operand)
    return all(COMPARE[name](size, limit) for name, limit in operand.items())


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: a == b,
    "less": lambda a, b: a < b,
    "at_most": lambda a, b: a <= b,
    "more": lambda a, b: a > b,
    "at_least": lambda a, b: a >= b,
    "between": lambda a, b: b[0] <= a <= b[1],
}


def compared(name: str, value: Json, names: set[str], operand: Json) -> bool:
    """Truth of one comparison of a present value; ``operand`` is present too."""
    hit = lambda other: equal(plain(value), other) or (isinstance(other, str) and other in names)  # noqa: E731
    some = lambda other: other in members(value) or other in names  # noqa: E731
    if name in COMPARE:
        return is_number(value) and all(map(is_number, members(operand))) and COMPARE[name](value, operand)
    return {
        "is": lambda: hit(operand),
        "is_not": lambda: not hit(operand),
        "in": lambda: any(map(hit, operand)),
        "not_in": lambda: not any(map(hit, operand)),
        "any_of": lambda: any(map(some, operand)),
        "all_of": lambda: all(map(some, operand)),
        "none_of": lambda: not any(map(some, operand)),
        "exactly": lambda: set(members(value)) == set(operand),
        "count": lambda: sized(operand, len(members(value))),
    }[name]()


def combined(name: str, values: list[Json]) -> Json:
    """A calculation on present values; None where it has no result."""
    if name == "divide":
        return None if values[1] == 0 else values[0] / values[1]
    if name == "mean":
        return sum(values) / len(values) if values else None
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](values) if values else None
    if name in ("add", "sum"):
        return sum(values)
    first, second = values
    return first - second if name == "subtract" else first * second


def choices(question: Question, hidden: frozenset[str]) -> list[Json]:
    """Every allowed answer of somebody who does not see ``hidden``."""
    settings, kind = question.settings, question.kind
    shown = {
        name: [each for each in listed if each.id not in hidden] for name, listed in question.entries.items()
    }
    if kind == "single_choice":
        return [each.id for each in shown["options"]] + (["other"] if settings.get("other") else [])
    if kind == "multi_choice":
        return _sets(shown["options"], settings)
    if kind == "matrix_single":
        rows, columns = [each.id for each in shown["rows"]], [each.id for each in shown["columns"]]
        return [dict(zip(rows, cells, strict=True)) for cells in product(columns, repeat=len(rows))]
    if kind == "nps":
        return list(range(11))
    if kind == "csat":
        return list(range(1, 6))
    if kind == "yes_no":
        return [True, False]
    return list(range(settings["min"], settings["max"] + 1))


def _sets(options: list[Entry], settings: Mapping[str, Json]) -> list[Json]:
    ids = [each.id for each in options if not each.exclusive] + (["other"] if settings.get("other") else [])
    low = min(settings.get("min") or 1, max(1, len(ids)))
    high = settings.get("max") or len(ids)
    several = chain.from_iterable(combinations(ids, n) for n in range(low, high + 1))
    return [list(each) for each in several] + [[each.id] for each in options if each.exclusive]


class Survey:
    """A document read by the law: its pages in order, loops as one page per turn."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.entries: dict[str, dict[str, tuple[Entry, ...]]] = {}
        self.looped: dict[str, tuple[str, ...]] = {}
        self.turns = [turn for page in document["pages"] for turn in self._turns(page)]
        self.questions = {each.code: each for turn in self.turns for each in turn.questions}
        self.number = {turn.code: index for index, turn in enumerate(self.turns)}
        self.endings = {each["code"]: each.get("kind", "completed") for each in document["endings"]}
        self.variables = {each["code"]: each["value"] for each in document.get("variables") or ()}
        self.quotas = [(each, self._decided(each["when"])) for each in document.get("quotas") or ()]

    def _turns(self, page: Mapping[str, Json]) -> list[Turn]:
        loop = page.get("loop")
        items = self._items(loop) if loop else ("",)
        for body in page["questions"]:
            self.entries[body["code"]] = self._entries(body)
            if loop:
                self.looped[body["code"]] = items
        return [self._turn(page, item) for item in items]

    def _turn(self, page: Mapping[str, Json], item: str) -> Turn:
        questions = tuple(
            Question(
                f"{body['code']}@{item}" if item else body["code"],
                body["code"],
                body["type"],
                body,
                item,
                self.entries[body["code"]],
            )
            for body in page["questions"]
        )
        code = f"{page['code']}@{item}" if item else page["code"]
        return Turn(code, page["code"], page, item, questions, page.get("loop"))

    def _items(self, loop: Mapping[str, Json]) -> tuple[str, ...]:
        if "pick" not in loop["over"]:
            return tuple(str(n) for n in range(1, loop.get("max", 50) + 1))
        return tuple(each.id for each in self._listed(loop["over"]["question"]))

    def _listed(self, code: str) -> tuple[Entry, ...]:
        entries = self.entries[code]
        return entries.get("options") or entries.get("rows") or ()

    def _entries(self, body: Mapping[str, Json]) -> dict[str, tuple[Entry, ...]]:
        code, settings = body["code"], body.get("settings") or {}
        own = {
            name: tuple(
                Entry(
                    each["id"],
                    f"{code}.settings.{name}.{index}.show",
                    each.get("show"),
                    None,
                    each.get("exclusive", False),
                )
                for index, each in enumerate(settings.get(name) or ())
            )
            for name in LISTS
        }
        carry = body.get("carry")
        if carry:
            name = "rows" if body["type"].startswith("matrix") else "options"
            taken = [
                Entry(each.id, f"{code}.carry", None, (carry["from"], carry["pick"]))
                for each in self._listed(carry["from"])
            ]
            ids = {each.id for each in taken}
            own[name] = (*taken, *(each for each in own[name] if each.id not in ids))
        return {name: listed for name, listed in own.items() if listed}

    def _decided(self, tree: Json) -> int:
        """Number of the page after which a quota's condition is decided; -1: from the beginning."""
        asked, seen, waiting = set(), set(), [tree]
        while waiting:
            each = waiting.pop()
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            if isinstance(each, dict) and "question" in each:
                asked |= self._meant(each["question"], each.get("iteration", "any"))
            if isinstance(each, dict) and each.get("variable") in self.variables.keys() - seen:
                seen.add(each["variable"])
                waiting.append(self.variables[each["variable"]])
        found = [n for n, turn in enumerate(self.turns) if asked & {each.code for each in turn.questions}]
        return max(found, default=-1)

    def _meant(self, code: str, which: str) -> set[str]:
        """The questions that are meant: in a loop, one turn or all of them."""
        items = self.looped.get(code)
        if items is None:
            return {code}
        return {f"{code}@{item}" for item in items if which in ("any", "every", item)}

    # Truth

    def true(self, tree: Json, now: Moment, item: str = "") -> bool:
        """Truth of a condition, seen from a turn of a loop (``item``)."""
        if "all" in tree:
            return all(self.true(each, now, item) for each in tree["all"])
        if "any" in tree:
            return any(self.true(each, now, item) for each in tree["any"])
        if "not" in tree:
            return not self.true(tree["not"], now, item)
        if "quota" in tree:
            return (tree["quota"] in now.full) == tree.get("full", True)
        if "question" not in tree:
            return self._of_value(tree, now, item)
        which = tree.get("iteration") or self._here(tree["question"], item)
        if which in ("any", "every"):
            return self._of_turns(tree, which, now, item)
        code = f"{tree['question']}@{which}" if which else tree["question"]
        return self._of_question(tree, code, now, item)

    def _here(self, code: str, item: str) -> str:
        """Which turn a plain reference means: this one where there is one, else any."""
        turns = self.looped.get(code)
        return "" if turns is None else item if item in turns else "any"

    def _of_turns(self, tree: Json, which: str, now: Moment, item: str) -> bool:
        """Among the turns in which the question was shown."""
        codes = [f"{tree['question']}@{each}" for each in self.looped[tree["question"]]]
        shown = [code for code in codes if now.states.get(code) in (ANSWERED, SKIPPED)]
        truths = [self._of_question(tree, code, now, item) for code in shown]
        return any(truths) if which == "any" else bool(truths) and all(truths)

    def _of_question(self, tree: Json, code: str, now: Moment, item: str) -> bool:
        name = next(key for key in tree if key not in ("question", "row", "iteration"))
        state = now.states.get(code, AHEAD)
        if "row" in tree:
            return state == ANSWERED and self._of_rows(tree, name, code, now, item)
        if name in ("answered", "shown", "reached"):
            counted = {"answered": (ANSWERED,), "shown": (ANSWERED, SKIPPED)}
            return (state in counted.get(name, (ANSWERED, SKIPPED, HIDDEN))) == tree[name]
        if state != ANSWERED:
            return False
        value = now.values[code]
        return self._holds(name, tree[name], value, buckets(self.questions[code].kind, value), now, item)

    def _of_rows(self, tree: Json, name: str, code: str, now: Moment, item: str) -> bool:
        """One row, any row, or every row that is shown."""
        hidden = now.hidden.get(code, frozenset())
        rows = [each.id for each in self.questions[code].entries["rows"] if each.id not in hidden]
        wanted = rows if tree["row"] in ("any", "every") else [row for row in rows if row == tree["row"]]
        cells = [now.values[code].get(row) for row in wanted]
        truths = [
            (cell is not None) == tree[name]
            if name == "answered"
            else cell is not None and self._holds(name, tree[name], cell, {str(cell)}, now, item)
            for cell in cells
        ]
        return bool(truths) and all(truths) if tree["row"] == "every" else any(truths)

    def _of_value(self, tree: Json, now: Moment, item: str) -> bool:
        name = next(key for key in tree if key not in ("field", "variable"))
        value = self.value({key: tree[key] for key in ("field", "variable") if key in tree}, now, item)
        if name == "answered":
            return (value is not None) == tree[name]
        return value is not None and self._holds(name, tree[name], value, set(), now, item)

    def _holds(self, name: str, operand: Json, value: Json, names: set[str], now: Moment, item: str) -> bool:
        if isinstance(operand, Mapping) and operand.keys() & {"question", "field", "variable"}:
            operand, names = self.value(operand, now, item), set()  # buckets are for those who name them
            if operand is None:
                return False
        return compared(name, value, names, operand)

    def value(self, tree: Json, now: Moment, item: str = "") -> Json:
        """What an expression comes to; None where it is absent."""
        if not isinstance(tree, Mapping):
            return tree
        if "field" in tree:
            return now.fields.get(tree["field"])
        if "variable" in tree:
            value = self.value(self.variables[tree["variable"]], now, item)
            return value if is_number(value) else None
        if "question" in tree:
            which = tree.get("iteration") or self._here(tree["question"], item)
            code = f"{tree['question']}@{which}" if which else tree["question"]
            return plain(now.values.get(code)) if now.states.get(code) == ANSWERED else None
        name, operands = next(iter(tree.items()))
        if name == "if":
            return self.value(operands[1 if self.true(operands[0], now, item) else 2], now, item)
        values = list(chain.from_iterable(self._operands(each, now, item) for each in operands))
        if name == "count":
            return sum(value is not None for value in values)
        return combined(name, values) if all(map(is_number, values)) else None

    def _operands(self, tree: Json, now: Moment, item: str) -> list[Json]:
        """An operand; of a question asked in several turns, every answer there is."""
        if not isinstance(tree, Mapping) or self._here(tree.get("question", ""), item) != "any":
            return [self.value(tree, now, item)]
        if tree.get("iteration", "any") not in ("any", "every"):
            return [self.value(tree, now, item)]
        codes = [f"{tree['question']}@{each}" for each in self.looped[tree["question"]]]
        return [plain(now.values[code]) for code in codes if now.states.get(code) == ANSWERED]

    # What a respondent meets

    def turns_up(self, turn: Turn, now: Moment) -> bool:
        """Whether a respondent has this turn of its loop; a page outside loops is everybody's."""
        if turn.loop is None:
            return True
        return turn.item in self._has(turn.loop, now)

    def _has(self, loop: Mapping[str, Json], now: Moment) -> list[str]:
        """The turns a respondent has, in order, at most as many as the loop allows."""
        code, pick = loop["over"]["question"], loop["over"].get("pick")
        if pick is None:
            value = now.values.get(code) if now.states.get(code) == ANSWERED else None
            turns = self._items(loop)
            return list(turns[: int(value)]) if is_number(value) and value >= 1 else []
        having = [each.id for each in self._listed(code) if self._picked(code, pick, each.id, now)]
        return having[: loop.get("max", 50)]

    def _picked(self, code: str, pick: str, id: str, now: Moment) -> bool:
        state = now.states.get(code)
        chosen = state == ANSWERED and id in members(now.values[code])
        if pick == "chosen":
            return chosen
        seen = state in (ANSWERED, SKIPPED) and id not in now.hidden.get(code, frozenset())
        return seen and not (pick == "not_chosen" and chosen)

    def entry_shown(self, entry: Entry, now: Moment, item: str) -> bool:
        """Whether an option, row or column is there for this respondent."""
        if entry.carried is not None:
            return self._picked(*entry.carried, entry.id, now)
        return entry.show is None or self.true(entry.show, now, item)

    def jump(self, turn: Turn, rule: Mapping[str, Json], now: Moment) -> bool:
        """Whether a rule behind a page holds; one without condition waits for the last turn of a loop."""
        if rule.get("when") is not None:
            return self.true(rule["when"], now, turn.item)
        return turn.loop is None or self._has(turn.loop, now)[-1:] == [turn.item]

    def target(self, go: str) -> int:
        """Number of the page a jump leads to, the first turn of a loop; -1 for an ending."""
        if go in self.endings:
            return -1
        return next(index for index, turn in enumerate(self.turns) if turn.origin == go)

    def faulty(self, question: Question, now: Moment) -> bool:
        """Whether the page cannot be left because of this question."""
        code = question.code
        if question.kind == "statement" or code in now.disabled or now.states[code] == HIDDEN:
            return False
        required = question.body.get("required", False)
        if now.states[code] == SKIPPED and (
            required if isinstance(required, bool) else self.true(required, now, question.item)
        ):
            return True
        if now.states[code] == ANSWERED and now.values[code] not in choices(
            question, now.hidden.get(code, frozenset())
        ):
            return True
        hard = (rule for rule in question.body.get("validate") or () if not rule.get("soft"))
        return any(self.true(rule["when"], now, question.item) for rule in hard)

    def default(self, question: Question, now: Moment) -> Json:
        """What a question holds that nobody may answer; None where that is no allowed answer."""
        value = self.value(question.body.get("default"), now, question.item)
        return value if value in choices(question, frozenset()) and value is not None else None


def without(value: Json, hidden: frozenset[str]) -> Json:
    """An answer without what the respondent does not see; None where nothing is left."""
    if isinstance(value, dict):
        return {row: cell for row, cell in value.items() if not {row, cell} & hidden} or None
    if isinstance(value, list):
        return [each for each in value if each not in hidden] or None
    return None if value in hidden else value


Offer = Callable[[Question, frozenset[str]], list[Json]]


@dataclass
class Census:
    """What happens to somebody, by place of the document: ``seen`` on any way, ``done`` on a way that comes
    to an end. Each is a set of pairs ``(place, what)``:

    of pages visited, of endings ended; of questions shown, emptied (no option is left), asked (open to
    answers), accepted (an answer that was not refused); of conditions and all their parts true and false
    where they are looked at, and ``knows Q``: Q has been answered by then; of jumps taken, of their
    conditions would and would not, also where a rule above wins; of quotas counted by a completion, and
    ``without k``: where it can stop somebody the quota k does not hold.
    """

    seen: set[tuple[str, str]] = field(default_factory=set)
    done: set[tuple[str, str]] = field(default_factory=set)
    stuck: dict[str, Moment] = field(default_factory=dict)
    """Page → somebody who stands on it and cannot leave it whatever the answers."""
    runs: list[Run] = field(default_factory=list)


class Enumerator:
    """All ways through a survey. ``offer``: the raw answers to try of a question, None for skipping; by
    default all of them. ``keep``: remember the runs themselves."""

    def __init__(
        self, survey: Survey, offer: Offer | None = None, keep: bool = False, most: int = MOST_RUNS
    ) -> None:
        self.survey = survey
        self.offer: Offer = offer or (lambda question, hidden: [None, *choices(question, hidden)])
        self.keep = keep
        self.most = most
        self.count = 0
        self.census = Census()
        self.branches: dict[str, Branch] = {}
        self.asked: dict[str, list[str]] = {}

    def walk(self, fields: Mapping[str, Json], full: frozenset[str]) -> bool:
        """All ways of somebody who comes with these fields; whether one of them comes to an end."""
        start = Moment(fields, full)
        stop = self._stopped(start, -1)
        return self._end(start, stop["then"]["go"], stop["code"]) if stop else self._page(0, start)

    def _note(self, *events: tuple[str, str]) -> None:
        self.census.seen.update(events)

    def _done(self, done: bool, *events: tuple[str, str]) -> bool:
        if done:
            self.census.done.update(events)
        return done

    def _end(self, now: Moment, ending: str, quota: str | None = None) -> bool:
        completed = self.survey.endings[ending] == "completed" and quota is None
        if completed and (stop := self._stopped(now, len(self.survey.turns))):
            return self._end(now, stop["then"]["go"], stop["code"])
        self.count += 1
        if self.count > self.most:
            raise TooMany
        events = [(ending, "ended"), *self._quotas(now, completed)]
        self._note(*events)
        self.census.done.update(events)
        if self.keep:
            self.census.runs.append(Run(now, ending, quota))
        return True

    def _quotas(self, now: Moment, completed: bool) -> Iterator[tuple[str, str]]:
        held = {}
        passed = self.survey.number[now.path[-1]] if now.path else -1
        for quota, after in self.survey.quotas:
            if completed or after <= passed:
                yield from self._judged(f"{quota['code']}.when", quota["when"], now, "")
            held[quota["code"]] = self.survey.true(quota["when"], now)
        for code in held if completed else ():
            if held[code]:
                yield code, "counted"

    def _stopped(self, now: Moment, index: int) -> Mapping[str, Json] | None:
        """The first full quota that is decided after a page and that the respondent falls in. Notes which of
        those up to it hold where others, decided too, do not."""
        decided = [quota for quota, after in self.survey.quotas if after <= index]
        held = {quota["code"]: self.survey.true(quota["when"], now) for quota in decided}
        for quota in decided:
            code = quota["code"]
            if held[code]:
                self._note(*((code, f"without {other}") for other in held if not held[other]))
                if code in now.full:
                    return quota
        return None

    def _judged(
        self, place: str, tree: Json, now: Moment, item: str, names: tuple[str, str] = ("false", "true")
    ) -> list[tuple[str, str]]:
        """What a condition and its parts are, and which of its questions have been answered."""
        branch = self.branches.get(place)
        if branch is None:
            branch = self.branches[place] = branched(place, tree)
            self.asked[place] = sorted(set(asked(branch)))
        events: list[tuple[str, str]] = []
        self._branch(branch, now, item, names, events)
        for code in self.asked[place]:
            codes = [f"{code}@{each}" for each in self.survey.looped.get(code, ())] or [code]
            if any(now.states.get(each) == ANSWERED for each in codes):
                events.append((place, f"knows {code}"))
        return events

    def _branch(
        self,
        branch: Branch,
        now: Moment,
        item: str,
        names: tuple[str, str],
        events: list[tuple[str, str]],
    ) -> bool:
        """Truth of a part of a condition, noted as one of ``names``; its own parts are all looked at."""
        parts = [self._branch(each, now, item, names, events) for each in branch.parts]
        if branch.how == "not":
            held = not parts[0]
        elif branch.how:
            held = all(parts) if branch.how == "all" else any(parts)
        else:
            held = self.survey.true(branch.tree, now, item)
        events.append((branch.place, names[held]))
        return held

    def _page(self, index: int, now: Moment) -> bool:
        survey = self.survey
        if index == len(survey.turns):
            return self._end(now, next(iter(survey.endings)))
        turn = survey.turns[index]
        events: list[tuple[str, str]] = []
        shown = survey.turns_up(turn, now)
        if shown and turn.body.get("show") is not None:
            shown = survey.true(turn.body["show"], now, turn.item)
            events += self._judged(f"{turn.origin}.show", turn.body["show"], now, turn.item)
        self._note(*events)
        if not shown:
            now.states.update({each.code: HIDDEN for each in turn.questions})
            return self._done(self._on(index, now), *events)
        visit = Visit(index, turn)
        done = self._done(self._question(visit, 0, False, now), *events)
        if visit.entered and not visit.passed:
            self.census.stuck.setdefault(turn.origin, visit.entered)
        return done

    def _question(self, visit: Visit, number: int, seen: bool, now: Moment) -> bool:
        """The ways from one question of a page on."""
        if number == len(visit.turn.questions):
            return self._leave(visit, now) if seen else self._on(visit.index, now)
        question = visit.turn.questions[number]
        shown, events = self._met(question, now)
        self._note(*events)
        if not shown:
            now.states[question.code] = HIDDEN
            done = self._question(visit, number + 1, seen, now)
        elif question.kind == "statement":
            done = self._question(visit, number + 1, True, now)
        else:
            done = self._answers(visit, number, now)
        return self._done(done, *events)

    def _met(self, question: Question, now: Moment) -> tuple[bool, list[tuple[str, str]]]:
        """Whether a question is shown, and what that rested on; notes what of it is hidden."""
        survey, origin = self.survey, question.origin
        events: list[tuple[str, str]] = []
        if question.body.get("show") is not None:
            held = survey.true(question.body["show"], now, question.item)
            events += self._judged(f"{origin}.show", question.body["show"], now, question.item)
            if not held:
                return False, events
        hidden = set()
        for entry in chain.from_iterable(question.entries.values()):
            held = survey.entry_shown(entry, now, question.item)
            if entry.show is not None:
                events += self._judged(entry.place, entry.show, now, question.item)
            if not held:
                hidden.add(entry.id)
        if hidden:
            now.hidden[question.code] = frozenset(hidden)
        spare = question.settings.get("other") is True
        empty = [
            name
            for name, listed in question.entries.items()
            if {each.id for each in listed} <= hidden and not (spare and name == "options")
        ]
        events.append((origin, "emptied" if empty else "shown"))
        return not empty, events

    def _answers(self, visit: Visit, number: int, now: Moment) -> bool:
        survey, question = self.survey, visit.turn.questions[number]
        code, hidden = question.code, now.hidden.get(question.code, frozenset())
        events, given = [], self.offer(question, hidden)
        if question.body.get("enable") is not None:
            held = survey.true(question.body["enable"], now, question.item)
            events += self._judged(f"{question.origin}.enable", question.body["enable"], now, question.item)
            if not held:
                now.disabled |= {code}
                given = [survey.default(question, now)]
        if code not in now.disabled:
            events.append((question.origin, "asked"))
        self._note(*events)
        done = False
        for raw in given:
            later = now.fork()
            value = None if raw is None else without(raw, hidden)
            later.states[code] = SKIPPED if value is None else ANSWERED
            if value is not None:
                later.values[code] = value
            done = self._question(visit, number + 1, True, later) or done
        return self._done(done, *events)

    def _leave(self, visit: Visit, now: Moment) -> bool:
        survey, turn = self.survey, visit.turn
        now.path = (*now.path, turn.code)
        visit.entered = visit.entered or now.fork()
        events = [(turn.origin, "visited"), *self._rules(turn, now)]
        self._note(*events)
        if any(survey.faulty(each, now) for each in turn.questions):
            if self.keep:
                self.census.runs.append(Run(now, None))
            return False
        visit.passed = True
        stop = self._stopped(now, visit.index)
        if stop:
            return self._done(self._end(now, stop["then"]["go"], stop["code"]), *events)
        go, jumps = self._jumps(turn, now)
        self._note(*jumps)
        done = self._on(visit.index, now) if go is None else self._go(go, now)
        return self._done(done, *events, *jumps)

    def _go(self, go: str, now: Moment) -> bool:
        """The ways from where a jump leads."""
        index = self.survey.target(go)
        return self._end(now, go) if index < 0 else self._page(index, now)

    def _on(self, index: int, now: Moment) -> bool:
        """The ways from a page on that no jump leads away from. A loop that is over leads where its rule
        without condition says, if anything of the loop was shown."""
        turn = self.survey.turns[index]
        over = all(each.origin != turn.origin for each in self.survey.turns[index + 1 :])
        if turn.loop is not None and over and any(self._of(code) == turn.origin for code in now.path):
            for number, rule in enumerate(turn.body.get("next") or ()):
                if rule.get("when") is None:
                    event = (f"{turn.origin}.next.{number}", "taken")
                    self._note(event)
                    return self._done(self._go(rule["go"], now), event)
        return self._page(index + 1, now)

    def _of(self, code: str) -> str:
        """The page of the document that a page on the path is a turn of."""
        return self.survey.turns[self.survey.number[code]].origin

    def _rules(self, turn: Turn, now: Moment) -> Iterator[tuple[str, str]]:
        """What makes the answers of a page required or refused."""
        for question in turn.questions:
            code = question.code
            if question.kind == "statement" or now.states[code] == HIDDEN or code in now.disabled:
                continue
            if now.states[code] == ANSWERED and not self.survey.faulty(question, now):
                yield question.origin, "accepted"
            required = question.body.get("required", False)
            rules = [] if isinstance(required, bool) else [("required", required)]
            for index, rule in enumerate(question.body.get("validate") or ()):
                rules.append((f"validate.{index}.when", rule["when"]))
            for name, when in rules:
                yield from self._judged(f"{question.origin}.{name}", when, now, question.item)

    def _jumps(self, turn: Turn, now: Moment) -> tuple[str | None, list[tuple[str, str]]]:
        """Where a page leads (None: to the next one), and what became of its rules. The rules below the one
        that wins are not asked, yet what they would say is noted."""
        go: str | None = None
        events: list[tuple[str, str]] = []
        for index, rule in enumerate(turn.body.get("next") or ()):
            place, held = f"{turn.origin}.next.{index}", self.survey.jump(turn, rule, now)
            if rule.get("when") is not None:
                if go is None:
                    events += self._judged(f"{place}.when", rule["when"], now, turn.item)
                names = ("would not", "would")
                events += self._judged(f"{place}.when", rule["when"], now, turn.item, names)
            if held and go is None:
                go = rule["go"]
                events.append((place, "taken"))
        return go, events


def branched(place: str, tree: Json) -> Branch:
    """A condition and everything below it, with places."""
    for how in ("all", "any"):
        if how in tree:
            parts = [branched(f"{place}.{how}.{index}", each) for index, each in enumerate(tree[how])]
            return Branch(place, tree, how, tuple(parts))
    if "not" in tree:
        return Branch(place, tree, "not", (branched(f"{place}.not", tree["not"]),))
    return Branch(place, tree)


def asked(branch: Branch) -> Iterator[str]:
    """The questions that a condition looks at itself."""
    if "question" in branch.tree:
        yield branch.tree["question"]
    for each in branch.parts:
        yield from asked(each)


@dataclass
class Visit:
    """One page with all the answers to it: ``entered`` by somebody, ``passed`` by somebody."""

    index: int
    turn: Turn
    entered: Moment | None = None
    passed: bool = False


def census(
    document: Mapping[str, Json],
    fields: Mapping[str, list[Json]] | None = None,
    keep: bool = False,
    most: int = MOST_RUNS,
) -> Census:
    """All that can happen in a survey. ``fields``: what each may hold, None for nothing. Raises TooMany where
    there are more than ``most`` runs."""
    survey = Survey(document)
    everyone = Enumerator(survey, keep=keep, most=most)
    given = fields or {}
    codes = [quota["code"] for quota, _ in survey.quotas]
    for combination in product(*given.values()):
        known = {code: value for code, value in zip(given, combination, strict=True) if value is not None}
        for full in chain.from_iterable(combinations(codes, n) for n in range(len(codes) + 1)):
            everyone.walk(known, frozenset(full))
    return everyone.census


def one(
    document: Mapping[str, Json],
    answers: Mapping[str, Json],
    fields: Mapping[str, Json] | None = None,
    full: frozenset[str] = frozenset(),
) -> Run:
    """The way of one respondent with these raw answers, read by the law."""
    offer: Offer = lambda question, hidden: [answers.get(question.code)]  # noqa: E731
    single = Enumerator(Survey(document), offer, keep=True)
    single.walk(fields or {}, full)
    (run,) = single.census.runs
    return run
