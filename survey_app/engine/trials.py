"""Respondents made up to tell two versions of a survey apart: what they answer to everything that decides a
path in either, and one allowed answer to everything that does not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, combinations, product
from typing import Any

from question_types.base import Part

from .conditions import Condition, compile_condition, operator_of
from .dependencies import references
from .facts import NOTHING, Answer, Facts, Json
from .operators import OPERATORS, STATES
from .pages import QuestionPlan
from .plan import Plan
from .relevance import deciding
from .simulate import Respondent, value_for

Tree = Mapping[str, Any]
Trial = tuple[int, ...]
"""One respondent: for each axis, the number of the value."""

SUBJECTS = frozenset({"question", "field", "variable"})
MOST_VALUES = 60
"""Answers to one question that are tried."""
MOST_SETS = 6
"""Options of which every selection is tried."""
DRAWN = 60
"""Answers drawn to a question whose answers cannot be listed."""
OTHER = "…"
"""A text that no rule speaks of."""


@dataclass(frozen=True)
class Atom:
    """One comparison of a rule: its tree, and its truth where everything is answered as given."""

    tree: Tree
    test: Condition


@dataclass(frozen=True)
class Axis:
    """One thing that decides a path. ``values``: one answer of every kind the rules can tell apart, None for
    none; ``alike``: for each of them, all that were tried; ``plain``: the kinds are told by the answers, else
    by the comparisons ``atoms``; ``whole``: nothing else can be answered."""

    kind: str
    code: str
    values: tuple[Json, ...]
    alike: tuple[tuple[Json, ...], ...]
    atoms: tuple[Atom, ...] = ()
    plain: bool = True
    whole: bool = True
    valid: tuple[tuple[bool, bool], ...] = ()
    """For each value, whether the old and the new version take it; empty where both take all."""
    truths: tuple[tuple[bool, ...], ...] = ()
    """For each value, the truth of each comparison."""


@dataclass
class Ground:
    """What two plans give to try. ``steady``: question → an answer, for those that decide nothing."""

    old: Plan
    new: Plan
    today: date
    axes: list[Axis] = field(default_factory=list)
    steady: dict[str, Json] = field(default_factory=dict)

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """Both, the old one first."""
        return self.old, self.new


def ground(old: Plan, new: Plan, today: date) -> Ground:
    """The axes of two plans: questions their rules speak of or that are asked differently, fields, quotas."""
    found = Ground(old, new, today)
    counting = deciding(old, new)
    trees = [list(leaves(each)) for each in counting.rules]
    for code in {**new.questions, **old.questions}:
        unsure = code in counting.affected and _sometimes(found, code)
        decides = unsure or code in counting.codes or _unlike(found, code, trees)
        if axis := _question(found, code, trees) if decides else None:
            found.axes.append(axis)
        else:
            found.steady[code] = _steady(found, code)
    found.axes += [_field(found, code, trees) for code in sorted(_used(trees, "field"))]
    found.axes += [Axis("quota", code, (False, True), ((False,), (True,))) for code in counting.quotas]
    return found


def leaves(tree: Json) -> Iterator[Tree]:
    """Every comparison in rules, and every plain reference in calculations."""
    waiting: list[Json] = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if _compares(each):
                yield each
            waiting.extend(each.values())
        elif isinstance(each, list | tuple):
            waiting.extend(each)


def _compares(tree: Tree) -> bool:
    if isinstance(tree.get("quota"), str):
        return True
    named = any(isinstance(tree.get(kind), str) for kind in SUBJECTS)
    return named and (operator_of(tree) in OPERATORS or operator_of(tree) in (*STATES, ""))


def _used(trees: Sequence[Sequence[Tree]], kind: str) -> set[str]:
    """Codes that comparisons name as ``kind``, themselves or in what they compare with."""
    found = {str(tree[kind]) for tree in chain(*trees) if kind in tree}
    operands = [tree[operator_of(tree)] for tree in chain(*trees) if operator_of(tree) in tree]
    return found | {str(each[kind]) for each in operands if isinstance(each, Mapping) and kind in each}


def _sometimes(found: Ground, code: str) -> bool:
    """Whether it depends who must answer a question."""
    known = [plan.questions[code] for plan in found.plans if code in plan.questions]
    return any(not isinstance(each.required, bool) for each in known)


def _unlike(found: Ground, code: str, trees: Sequence[Sequence[Tree]]) -> bool:
    """Whether the same answer may lead elsewhere, be refused or be missed."""
    known = [plan.questions[code] for plan in found.plans if code in plan.questions]
    if any(each.options_show for each in known):
        return True
    if len(known) < 2:
        return False
    old, new = known
    if (old.source.get("required") or False) != (new.source.get("required") or False):
        return True
    if old.type.key == new.type.key and old.settings == new.settings:
        return False
    return any(allowed(old, value) != allowed(new, value) for value in _answers(known, trees, code)[0])


# Answers


def _question(found: Ground, code: str, trees: Sequence[Sequence[Tree]]) -> Axis | None:
    """The axis of a question; None where it is only ever left empty."""
    known = [plan.questions[code] for plan in found.plans if code in plan.questions]
    if any(each.formula is not None for each in known):
        return None
    values, whole, plain = _answers(known, trees, code)
    atoms = tuple(_atoms(found, trees, "question", code))
    loose = _entangled(trees, code) or any(each.options_show for each in known)
    groups: dict[Any, list[Json]] = {}
    for value in values:
        takes = tuple(allowed_in(plan, code, value) for plan in found.plans)
        held = tuple(holds(found, atom, code, value) for atom in atoms)
        groups.setdefault((takes, held, repr(value) if loose else ""), []).append(value)
    if not all(each.required is True for each in known):
        groups[None] = [None]
    kinds = list(groups.values())[:MOST_VALUES]
    asked = [n for n, atom in enumerate(atoms) if "answered" not in atom.tree]
    told = not loose and len({tuple(each[1][n] for n in asked) for each in groups if each}) == 2 ** len(asked)
    whole = (whole or told) and len(kinds) == len(groups)
    firsts = tuple(each[0] for each in kinds)
    valid = tuple((allowed_in(found.old, code, each), allowed_in(found.new, code, each)) for each in firsts)
    valid = () if all(map(all, valid)) else valid
    truths = tuple(tuple(holds(found, atom, code, each) for atom in atoms) for each in firsts)
    return Axis("question", code, firsts, tuple(map(tuple, kinds)), atoms, plain, whole, valid, truths)


def _answers(
    known: Sequence[QuestionPlan], trees: Sequence[Sequence[Tree]], code: str
) -> tuple[list[Json], bool, bool]:
    """Answers to try, whether they are all there are, and whether each is one simple value."""
    values: dict[str, Json] = {}
    whole = plain = True
    for question in known:
        listed, complete, simple = _of(question, trees, code)
        values.update((repr(each), each) for each in listed)
        whole, plain = whole and complete, plain and simple
    return list(values.values()), whole, plain


def _of(question: QuestionPlan, trees: Sequence[Sequence[Tree]], code: str) -> tuple[list[Json], bool, bool]:
    parts = _parts(question)
    single = len(parts) == 1 and not parts[0].name
    if single and not parts[0].many and not parts[0].open and len(parts[0].values) <= MOST_VALUES:
        return list(parts[0].values), True, True
    if single and parts[0].many and "K" not in question.type.operators and len(parts[0].values) <= MOST_SETS:
        return [*_subsets(parts[0].values), *([each] for each in parts[0].alone)], True, False
    chance = random.Random(code)  # noqa: S311 - make-believe, not secrecy
    drawn = (_drawn(question, chance) for _ in range(DRAWN if parts else 0))
    literal = [each for tree in chain(*trees) if tree.get("question") == code for each in _literals(tree)]
    return [each for each in (*literal, *drawn) if each is not None], False, False


def _parts(question: QuestionPlan) -> tuple[Part, ...]:
    try:
        return tuple(question.domain())
    except Exception:  # a third party's type on settings it did not foresee
        return ()


def _drawn(question: QuestionPlan, chance: random.Random) -> Json:
    try:
        return value_for(question, chance)
    except Exception:  # the same
        return None


def _subsets(values: Sequence[Json]) -> Iterator[list[Json]]:
    return (list(some) for n in range(1, len(values) + 1) for some in combinations(values, n))


def _literals(tree: Tree) -> list[Json]:
    """What a comparison names, and what lies just beside it where that is a number."""
    operand = tree.get(operator_of(tree))
    listed = operand if isinstance(operand, list) else [operand]
    plain = [each for each in listed if isinstance(each, str | int | float) and not isinstance(each, bool)]
    beside = [each + step for each in plain if not isinstance(each, str) for step in (-1, 1)]
    return [*plain, *beside]


def allowed_in(plan: Plan, code: str, value: Json) -> bool:
    """Whether a plan's question takes an answer; one that is not there takes any."""
    question = plan.questions.get(code)
    return question is None or value is None or allowed(question, value)


def allowed(question: QuestionPlan, value: Json) -> bool:
    """Whether a question takes an answer."""
    try:
        question.check(value)
    except Exception:  # Invalid, or a third party's type on an answer it did not foresee
        return False
    return True


def _steady(found: Ground, code: str) -> Json:
    """An answer to a question that decides nothing, the same in both plans."""
    question = found.new.questions.get(code) or found.old.questions[code]
    return _drawn(question, random.Random(code))  # noqa: S311 - make-believe, not secrecy


def _entangled(trees: Sequence[Sequence[Tree]], code: str) -> bool:
    """Whether something is worked out from a question or compared with it: every value may count then."""
    for tree in chain(*trees):
        name = operator_of(tree)
        if tree.get("question") == code and not name:
            return True
        if _refers(tree.get(name)) and code in references(tree[name]):
            return True
    return False


def _refers(operand: Json) -> bool:
    """Whether something is compared with another answer, a field or a variable."""
    listed = operand if isinstance(operand, list) else [operand]
    return any(isinstance(each, Mapping) and not SUBJECTS.isdisjoint(each) for each in listed)


def _field(found: Ground, code: str, trees: Sequence[Sequence[Tree]]) -> Axis:
    """A field: what rules name, something else, nothing."""
    asked = [each for tree in chain(*trees) if tree.get("field") == code for each in _literals(tree)]
    values = list({repr(each): each for each in [*asked, OTHER, None]}.values())
    atoms = tuple(_atoms(found, trees, "field", code))
    groups: dict[Any, list[Json]] = {}
    for value in values[:MOST_VALUES]:
        held = tuple(_held(found, atom, {}, {code: value}) for atom in atoms)
        groups.setdefault((held, value is None), []).append(value)
    kinds = list(groups.values())
    return Axis(
        "field",
        code,
        tuple(each[0] for each in kinds),
        tuple(map(tuple, kinds)),
        atoms,
        plain=False,
        truths=tuple(truths for truths, _ in groups),
    )


# Comparisons


def _atoms(found: Ground, trees: Sequence[Sequence[Tree]], kind: str, code: str) -> Iterator[Atom]:
    """The comparisons about one question or field that nothing but its own answer decides."""
    seen: set[str] = set()
    for plan, listed in zip(found.plans, trees, strict=True):
        for tree in listed:
            name = operator_of(tree)
            fixed = name == "answered" or (name in OPERATORS and not _refers(tree[name]))
            if tree.get(kind) == code and fixed and repr(tree) not in seen:
                seen.add(repr(tree))
                yield Atom(tree, compile_condition(tree, plan.schema))


def holds(found: Ground, atom: Atom, code: str, value: Json) -> bool:
    """Whether a comparison holds for one answer."""
    return _held(found, atom, {} if value is None else {code: value}, {})


def _held(found: Ground, atom: Atom, answers: Mapping[str, Json], fields: Mapping[str, Json]) -> bool:
    known = {
        code: Answer(
            "answered", value, None, None, found.new.questions.get(code) or found.old.questions[code]
        )
        for code, value in answers.items()
    }
    given = {code: value for code, value in fields.items() if value is not None}
    try:
        return atom.test(Facts(known, given, {}, NOTHING, found.today))
    except Exception:  # an answer to one type, read by a rule about another
        return False


# Trials


def size(axes: Sequence[Axis]) -> int:
    """How many respondents differ in something that decides a path."""
    total = 1
    for axis in axes:
        total *= len(axis.values)
    return total


def every(axes: Sequence[Axis]) -> Iterator[Trial]:
    """All of them."""
    return product(*(range(len(axis.values)) for axis in axes))


def drawn(axes: Sequence[Axis], chance: random.Random) -> Trial:
    """One of them."""
    return tuple(chance.randrange(len(axis.values)) for axis in axes)


def like(found: Ground, respondent: Respondent, chance: random.Random) -> Trial:
    """One who answers as a respondent of one of the versions does, and anything where that was not asked."""
    given = {"question": respondent.answers, "field": respondent.fields}
    full = dict.fromkeys(respondent.full, True)
    return tuple(_number(found, axis, given.get(axis.kind, full), chance) for axis in found.axes)


def _number(found: Ground, axis: Axis, given: Mapping[str, Json], chance: random.Random) -> int:
    if axis.code not in given:
        return chance.randrange(len(axis.values))
    value = given[axis.code]
    same = [n for n, alike in enumerate(axis.alike) if value in alike]
    if not same and axis.kind == "question":
        held = tuple(holds(found, atom, axis.code, value) for atom in axis.atoms)
        same = [n for n, truths in enumerate(axis.truths) if truths == held]
    return same[0] if same else chance.randrange(len(axis.values))
