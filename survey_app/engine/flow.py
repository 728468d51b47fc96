"""One respondent's path: what is shown, what comes next, where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from question_types.base import N_, Invalid, shown

from .expressions import Variables, typed, written
from .facts import NOTHING, Answer, Facts, Json
from .pages import PagePlan, QuestionPlan, Quota
from .plan import Plan

Kind = Literal["completed", "screened_out", "over_quota"]

REQUIRED = N_("Please answer this question.")
STOPPED = ("screened_out", "over_quota")

_SKIPPED = Answer("skipped")
_NOT_SHOWN = Answer("not_shown")


@dataclass(eq=False)
class Walk:
    """How far a response has come.

    ``pages``: shown pages in order, the one the respondent stands on included. ``states``: every question's
    state. ``answers``: answered questions on the path. ``position``: code of the page the respondent stands
    on, ``""`` after an ending. ``hidden``: question → ids of options, rows and columns not shown. ``quota``:
    the quota that stopped the response; ``quotas``: those it counts towards as far as is decided.
    """

    plan: Plan
    facts: Facts
    seed: int
    pages: list[str] = field(default_factory=list)
    position: str = ""
    ending: str | None = None
    kind: Kind | None = None
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)
    quota: str | None = None
    clean: set[str] = field(default_factory=set)
    """Pages already seen to have nothing missing."""
    jumps: dict[str, int] = field(default_factory=dict)
    """Page → number of the rule that led on from it."""

    @property
    def states(self) -> dict[str, str]:
        """Question → answered, skipped, not_shown or not_reached."""
        known = self.facts.answers
        return {code: known[code].state if code in known else "not_reached" for code in self.plan.questions}

    @property
    def answers(self) -> dict[str, Json]:
        """Question → value, of those answered on the path."""
        return {code: each.value for code, each in self.facts.answers.items() if each.state == "answered"}

    @property
    def decided(self) -> tuple[Quota, ...]:
        """The quotas whose condition can no longer change."""
        passed = (
            len(self.plan.pages)
            if self.ending
            else self.plan.index[self.position] - 1
            if self.position
            else -1
        )
        return tuple(quota for quota in self.plan.quotas if quota.after <= passed)

    @property
    def quotas(self) -> tuple[str, ...]:
        """Codes of the quotas whose condition holds and can no longer change."""
        return tuple(quota.code for quota in self.decided if quota.when(self.facts))

    def shows(self, question: QuestionPlan) -> bool:
        """Whether a question or display item of a visited page is seen."""
        return question.code not in self.off


def walk(
    plan: Plan,
    answers: Mapping[str, Json],
    fields: Mapping[str, Json] | None = None,
    seed: int = 0,
    full: frozenset[str] = NOTHING,
    today: date | None = None,
    upto: str | None = None,
) -> Walk:
    """The path of one response; a function of its final answers alone.

    ``answers``: code → value, checked when they came in; those off the path count as absent. ``upto``: code
    of the page passed last, the path goes on to the page after it (``""``: none passed yet); None: as far as
    the required answers allow, up to the ending. ``full``: codes of full quotas. ``today``: the day in the
    survey's time zone.
    """
    facts = Facts({}, _fields(plan, fields or {}), {}, full, today or datetime.now(plan.timezone).date())
    facts.variables = Variables(plan.variables, plan.needs, facts)
    result = Walk(plan, facts, seed)
    passed = None if upto is None else plan.index.get(upto, -1)
    if not _stopped(result, -1):
        _proceed(result, answers, passed, 0)
    _judge(result)
    return result


def walk_on(result: Walk, answers: Mapping[str, Json], upto: str) -> None:
    """Takes a walk on from the page the respondent stands on. ``answers``: the same as before to all pages in
    front of that one; ``upto``: code of the page passed last, ``""`` for none."""
    plan, facts = result.plan, result.facts
    index = plan.index[result.pages.pop()]
    for question in plan.pages[index].questions:
        result.off.discard(question.code)
        result.disabled.discard(question.code)
        result.hidden.pop(question.code, None)
        facts.answers.pop(question.code, None)
    facts.variables = Variables(plan.variables, plan.needs, facts)
    result.position = ""
    _proceed(result, answers, plan.index.get(upto, -1), index)
    _judge(result)


def _judge(result: Walk) -> None:
    """Gives a path that has come to an end its kind."""
    if result.ending:
        result.kind = result.plan.endings[result.ending]["kind"]
        if result.quota and result.kind not in STOPPED:
            result.kind = "over_quota"


def _proceed(result: Walk, answers: Mapping[str, Json], passed: int | None, index: int) -> None:
    plan = result.plan
    while index < len(plan.pages):
        page = plan.pages[index]
        seen = _visit(result, page, answers)
        if seen:
            result.pages.append(page.code)
            if index > passed if passed is not None else any(_faults(result, page)):
                result.position = page.code
                return
            if passed is None:
                result.clean.add(page.code)
            if _stopped(result, index):
                return
        target = _target(result, page) if seen else _late(result, page)
        if target in plan.endings:
            _end(result, target or "")
            return
        index = index + 1 if target is None else plan.index[target]
    _end(result, next(iter(plan.endings)))


def _end(result: Walk, ending: str) -> None:
    """An ending is reached; a full quota that could not be decided before still turns a completion away."""
    if result.plan.endings[ending]["kind"] == "completed" and _stopped(result, len(result.plan.pages)):
        return
    result.ending = ending


def _stopped(result: Walk, index: int) -> bool:
    """Whether the first full quota that is decided after page ``index`` and holds ends the path."""
    if not result.facts.full:
        return False
    for quota in result.plan.quotas:
        if quota.code in result.facts.full and quota.after <= index and quota.when(result.facts):
            result.quota, result.ending = quota.code, quota.go
            return True
    return False


def _target(result: Walk, page: PagePlan) -> str | None:
    for number, rule in enumerate(page.next):
        if rule.when is None or rule.when(result.facts):
            result.jumps[page.code] = number
            return rule.go
    return None


def _late(result: Walk, page: PagePlan) -> str | None:
    """Where a loop leads whose last turn shows nothing, earlier ones having waited for it."""
    before = result.pages[-1] if page.next and result.pages else ""
    if before.partition("@")[0] != page.code.partition("@")[0]:
        return None
    for number, rule in enumerate(page.next):
        if rule.when is None:
            result.jumps[before] = number
            return rule.go
    return None


def _visit(result: Walk, page: PagePlan, answers: Mapping[str, Json]) -> bool:
    """Takes in one page's answers; False when nothing on it is shown."""
    facts = result.facts
    known = facts.answers
    if page.show is not None and not page.show(facts):
        known.update((question.code, _NOT_SHOWN) for question in page.questions if question.collects)
        return False
    seen = False
    for question in page.questions:
        code, show = question.code, question.show
        if (show is not None and not show(facts)) or not (question.bare or _listed(result, question)):
            result.off.add(code)
            if question.collects:
                known[code] = _NOT_SHOWN
            continue
        if question.bare:
            if question.collects:
                value = answers.get(code)
                known[code] = _SKIPPED if value is None else Answer("answered", value, None, None, question)
        elif question.collects:
            known[code] = _answer(result, question, answers.get(code))
            seen = seen or not question.type.unseen
            continue
        seen = True
    return seen


def _listed(result: Walk, question: QuestionPlan) -> bool:
    return not question.options_show or _choose_entries(result, question)


def _choose_entries(result: Walk, question: QuestionPlan) -> bool:
    """Notes hidden options, rows and columns; False when one of these lists has nothing left to show."""
    facts = result.facts
    hidden = frozenset(id for (_, id), show in question.options_show.items() if not show(facts))
    if hidden:
        result.hidden[question.code] = hidden
    return not any(ids <= hidden for ids in question.exhaustible)


def _answer(result: Walk, question: QuestionPlan, value: Json) -> Answer:
    shut = question.enable is not None and not question.enable(result.facts)
    if shut or question.formula is not None:
        result.disabled.add(question.code)
        value = default_of(question, result.facts)
    hidden = result.hidden.get(question.code, NOTHING)
    if hidden:
        value = pruned(value, hidden, question.entries.get("columns", NOTHING))
    if value is None:
        return _SKIPPED
    return Answer("answered", value, None, None, question, hidden)


def default_of(question: QuestionPlan, facts: Facts) -> Json:
    """The value a question begins with; a calculated one that is no allowed answer is none."""
    value = None if question.default is None else question.default(facts)
    if value is None:
        return None
    try:
        question.check(value)
    except Invalid:
        return None
    return value


def pruned(value: Json, hidden: frozenset[str], columns: frozenset[str] = NOTHING) -> Json:
    """A value without the hidden ids in it; None when nothing is left. The texts of rows are ids only where
    they name ``columns``: a comment may read like one."""
    if isinstance(value, str):
        return None if value in hidden else value
    if isinstance(value, list):
        members = [pruned(each, hidden, columns) if isinstance(each, str | dict) else each for each in value]
        return [each for each in members if each is not None] or None
    if not isinstance(value, dict):
        return value
    if "v" in value:
        kept = pruned(value["v"], hidden, columns)
        return None if kept is None else {**value, "v": kept}
    held = hidden & columns
    cells = {
        row: pruned(cell, held if isinstance(cell, str) else hidden, columns)
        for row, cell in value.items()
        if row not in hidden
    }
    return {row: cell for row, cell in cells.items() if cell is not None} or None


def _fields(plan: Plan, fields: Mapping[str, Json]) -> dict[str, Json]:
    """Fields as their declared types; what is empty or does not fit is absent."""
    found: dict[str, Json] = {}
    for code, value in fields.items():
        kind = plan.fields.get(code, {}).get("type", "text")
        value = value if kind == "text" else _fitted(value, kind, plan)
        if value is not None and value != "":
            found[code] = value
    return found


def _fitted(value: Json, kind: str, plan: Plan) -> Json:
    """A field as a number, a boolean or a day; links carry everything as text."""
    if kind == "date":
        return typed(value, kind, plan.schema)
    if kind == "boolean":
        return (
            value
            if isinstance(value, bool)
            else {"true": True, "1": True, "false": False, "0": False}.get(str(value))
        )
    if kind != "number" or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    try:
        number = float(str(value))
    except ValueError:
        return None
    return (
        int(number)
        if number.is_integer() and abs(number) < 2**53
        else number
        if abs(number) < 1e300
        else None
    )


def missing(plan: Plan, walk: Walk, page: str | None = None) -> dict[str, Invalid]:
    """What keeps the path, or one page of it, from being passed: required questions without an answer,
    hard ``validate`` rules, answers that do not fit what was shown. Question → refusal."""
    codes = [each for each in walk.pages if each not in walk.clean and page in (None, each)]
    return {code: fault for each in codes for code, fault in _faults(walk, plan.pages[plan.index[each]])}


def doubts(plan: Plan, walk: Walk, page: str | None = None) -> dict[str, Invalid]:
    """Soft ``validate`` rules that hold: ask once, then accept. Question → what to ask."""
    codes = [each for each in walk.pages if page in (None, each)]
    return {
        question.code: Invalid(rule.message)
        for each in codes
        for question in asked(walk, plan.pages[plan.index[each]])
        for rule in question.validate
        if rule.soft and rule.when(walk.facts)
    }


def asked(walk: Walk, page: PagePlan) -> Iterator[QuestionPlan]:
    """The questions of a visited page that this respondent sees and can answer."""
    known, disabled = walk.facts.answers, walk.disabled
    for question in page.questions:
        if question.collects and question.code not in disabled and known[question.code] is not _NOT_SHOWN:
            yield question


def _faults(walk: Walk, page: PagePlan) -> Iterator[tuple[str, Invalid]]:
    facts = walk.facts
    for question in page.questions:
        answer = facts.answers[question.code] if question.strict else _NOT_SHOWN
        if answer is _NOT_SHOWN or question.code in walk.disabled:
            continue
        if answer is _SKIPPED and question.required and question.needs_answer(facts):
            yield question.code, Invalid(REQUIRED)
        elif question.validate or question.options_show:
            fault = _refusal(question, answer, facts)
            if fault is not None:
                yield question.code, fault


def _refusal(question: QuestionPlan, answer: Answer, facts: Facts) -> Invalid | None:
    if answer.value is not None and question.options_show:
        try:
            question.check(answer.value, answer.hidden)
        except Invalid as fault:
            return fault
    broken = next((rule for rule in question.validate if not rule.soft and rule.when(facts)), None)
    return None if broken is None else Invalid(broken.message)


def order(plan: Plan, thing: QuestionPlan | PagePlan, seed: int) -> list[str]:
    """Ids of a question's options (or rows), or codes of a page's questions, in this respondent's order."""
    if isinstance(thing, PagePlan):
        return _shuffled([question.code for question in thing.questions], thing.order, seed, thing.code)
    name = "options" if "options" in thing.settings else "rows"
    ids = [entry["id"] for entry in thing.settings.get(name) or ()]
    return _shuffled(ids, thing.order, seed, thing.origin)


def _shuffled(ids: list[str], how: str, seed: int, salt: str) -> list[str]:
    if how == "fixed":
        return ids
    if how == "reverse_half":
        return ids[::-1] if chance(seed, salt) & 1 else ids
    last = ids[-1:] if how == "random_keep_last" else []
    free = ids[: len(ids) - len(last)]
    return sorted(free, key=lambda id: chance(seed, salt, id)) + last


def chance(seed: int, *parts: str) -> int:
    """32 bits that look random and are the same for the same seed and parts: FNV-1a, then MurmurHash3's
    last step. Simple on purpose: the phone orders its page by the same numbers."""
    bits = 2166136261
    for byte in ":".join((str(seed), *parts)).encode():
        bits = ((bits ^ byte) * 16777619) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        bits = ((bits ^ (bits >> shift)) * factor) & 0xFFFFFFFF
    return bits ^ (bits >> 16)


def defaults(walk: Walk, page: PagePlan) -> dict[str, Json]:
    """Values to fill in beforehand on a page: question → value."""
    known = walk.facts.answers
    empty = [question for question in asked(walk, page) if known[question.code] is _SKIPPED]
    found = {question.code: default_of(question, walk.facts) for question in empty}
    return {code: value for code, value in found.items() if value is not None}


def wording(walk: Walk, translate: Callable[[str], str] = str) -> Callable[[str], str | None]:
    """What piping puts in for a code: the answer in words, a variable, a field; None when absent.
    ``translate`` gives our own words in the respondent's language."""

    def lookup(code: str) -> str | None:
        question = walk.plan.questions.get(code)
        if question is not None:
            answer = walk.facts.answers.get(code)
            if answer is None or answer.value is None:
                return None
            return str(shown(question.label(answer.value), translate))
        if code in walk.plan.variables:
            return written(walk.facts.variables.get(code))
        return written(walk.facts.fields.get(code))

    return lookup
