"""Differences of paths in sentences: who is meant, what was and what is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from question_types.base import N_, Joined, Words, shown

from .clauses import Clause
from .differences import Side
from .facts import Json, plain
from .names import brief, quoted, several
from .paths import Comparison, Effect, Respondent, Turn, Way
from .trials import Axis

MOST_CLAUSES = 3
"""Kinds of respondents one statement names."""
MOST_TRAITS = 5
"""Things that may set them apart; more are no longer understood."""
MOST_VALUES = 8
"""Answers of one question it names."""
MOST_STEPS = 9
"""Stations of a way that is shown whole."""
MOST_ALIKE = 3
"""Marked stations in a row that are shown, at the ends of longer ways."""
MOST_NAMED = 5
"""Questions one statement names."""
LONGEST = 30
"""Signs of an ending's title."""

EFFECTS = {
    "gone": N_("no longer see %(questions)s"),
    "come": N_("now see %(questions)s"),
    "held": N_("must answer %(questions)s now"),
    "freed": N_("may leave %(questions)s empty now"),
    "refused": N_("have their answer to %(questions)s refused now"),
    "taken": N_("no longer have their answer to %(questions)s refused"),
    "lost": N_("no longer find their answer to %(questions)s"),
}
OR = N_("; or ")


@dataclass(frozen=True)
class Step:
    """One station of a way: a question or the ending; ``mark``: ``gone``, ``come`` or ``""``."""

    code: str
    name: Any
    mark: str = ""
    ending: bool = False


@dataclass(frozen=True)
class Statement:
    """One difference. ``who`` and ``what`` are words to be translated late; ``before`` and ``after`` the way
    of the witness; ``n`` respondents of those tried are meant."""

    who: Any
    what: tuple[Any, ...]
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    n: int
    witness: Respondent
    example: Any = ""

    @property
    def short_before(self) -> list[Step | int]:
        """The old way in few stations, a number for so many left out."""
        return shortened(self.before)

    @property
    def short_after(self) -> list[Step | int]:
        """The new way, likewise."""
        return shortened(self.after)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """For JSON, in the language of ``translate``."""
        return {
            "who": shown(self.who, translate),
            "what": [shown(each, translate) for each in self.what],
            "before": [each.code for each in self.before],
            "after": [each.code for each in self.after],
            "respondents": self.n,
            "witness": self.witness.as_dict(),
        }


def statements(found: Comparison, old: Side, new: Side) -> list[Statement]:
    """A comparison in words, one statement for each of its turns."""
    speaker = _Speaker(found.axes, old, new)
    return [speaker.statement(turn) for turn in found.turns]


class _Speaker:
    def __init__(self, axes: Sequence[Axis], old: Side, new: Side) -> None:
        self.axes = {(axis.kind, axis.code): axis for axis in axes}
        self.old = old
        self.new = new
        self.place = {code: n for n, code in enumerate({**new.names.asked, **old.names.asked})}

    def side(self, code: str) -> Side:
        """The document that has a question, the new one first."""
        return self.new if code.partition("@")[0] in self.new.names.asked else self.old

    def statement(self, turn: Turn) -> Statement:
        """One turn in words."""
        before, after = turn.witness.before, turn.witness.after
        return Statement(
            self.who(turn.who, turn.rest),
            tuple(self.effects(turn.effects)),
            tuple(self.steps(before, after, "gone", self.old)),
            tuple(self.steps(after, before, "come", self.new)),
            turn.n,
            turn.witness,
            self.example(turn),
        )

    def example(self, turn: Turn) -> Any:
        """What the witness answers to the questions and fields that count; ``""`` where none does."""
        given = {**turn.witness.answers, **turn.witness.fields}
        asked = dict.fromkeys(code for clause in turn.who for _, code, _ in clause)
        told = [self.given(code, given[code]) for code in asked if code in given]
        return several(told) if told else ""

    def given(self, code: str, value: Json) -> Any:
        """One answer or field of the witness."""
        axis = self.axes.get(("question", code))
        name = self.question(code) if "@" in code else code
        return Words(N_("%(code)s = %(value)s"), code=name, value=self.told(axis, value) if axis else value)

    def told(self, axis: Axis, value: Json) -> Any:
        """One answer in words."""
        listed = value if isinstance(value, list) else [plain(value)]
        if all(isinstance(each, str | int | float) for each in listed):
            labels = (self.label(axis, each) for each in listed)
            return several([each if isinstance(each, Words) else brief(each, LONGEST) for each in labels])
        return "…"

    # What

    def effects(self, effects: Sequence[Effect]) -> Iterator[Any]:
        """What is different, questions of one kind together."""
        for kind, said in EFFECTS.items():
            codes = [code for name, named in effects if name == kind for code in named]
            if codes:
                yield Words(said, questions=self.questions(codes))
        if ("order", ()) in effects:
            yield Words(N_("meet the questions in another order"))
        for old, new in (ends for kind, ends in effects if kind == "ending"):
            told = {"old": self.ending(self.old, old), "new": self.ending(self.new, new)}
            yield Words(N_("come to another end: %(old)s → %(new)s"), **told)

    def ending(self, side: Side, code: str) -> Any:
        """An ending by its title."""
        endings = {str(each.get("code")): each for each in side.document.get("endings") or ()}
        return quoted(brief(endings.get(code, {}).get("title") or code, LONGEST))

    def questions(self, codes: Sequence[str]) -> Any:
        """Questions by their names, in the order of the survey; of many, the first."""
        ranked = sorted(codes, key=lambda code: self.place.get(code.partition("@")[0], 0))
        told = [self.question(code) for code in ranked[:MOST_NAMED]]
        if len(codes) > MOST_NAMED:
            told.append(Words(N_("%(n)s more questions"), n=len(codes) - MOST_NAMED))
        return several(told)

    def question(self, code: str) -> Any:
        """A question by its name."""
        return self.side(code).names.question(code)

    def steps(self, way: Way, other: Way, mark: str, side: Side) -> Iterator[Step]:
        """The stations of a way, those marked that the other way has not."""
        whole = way.ending is not None and other.ending is not None
        for code in way.seen:
            yield Step(code, self.question(code), "" if code in other.seen or not whole else mark)
        if way.ending is not None:
            same = way.ending == other.ending or other.ending is None
            yield Step(way.ending, side.target(way.ending), "" if same else mark, True)

    # Who

    def who(self, clauses: Sequence[Clause], rest: int) -> Any:
        """Those whom a difference meets."""
        if clauses and not clauses[0]:
            return Words(N_("Everybody"))
        short = [each for each in clauses if len(each) <= MOST_TRAITS][:MOST_CLAUSES]
        if not short:
            return Words(N_("Some"))
        told = [self.clause(each) for each in short]
        if rest or len(clauses) > len(short):
            told.append(Words(N_("some with other answers")))
        return several(told, OR)

    def clause(self, clause: Clause) -> Any:
        """One kind of respondents."""
        found: dict[tuple[str, str], dict[Any, Any]] = {}
        for (kind, code, what), values in clause.items():
            found.setdefault((kind, code), {})[what] = values
        told = [each for key, traits in found.items() for each in self.axis(self.axes[key], traits)]
        if len(told) > 1:  # alternatives in brackets
            told = [
                Words(N_("(%(inner)s)"), inner=each) if isinstance(each, Joined) else each for each in told
            ]
        return several(told, N_(" and "))

    def axis(self, axis: Axis, traits: Mapping[Any, Any]) -> Iterator[Any]:
        """What a clause asks of one question, field or quota."""
        if "" in traits and axis.kind == "quota":
            yield from (self.new.rule({"quota": axis.code, "full": bool(n)}) for n in traits[""])
        elif "" in traits:
            yield self.values(axis, traits[""])
        for what, values in traits.items():
            yield from self.trait(axis, what, next(iter(values)) if len(values) == 1 else None)

    def trait(self, axis: Axis, what: Any, value: Any) -> Iterator[Any]:
        """One trait other than the value itself."""
        if value is None or what == "":
            return
        if what == "answered":
            yield self.new.rule({axis.kind: axis.code, "answered": value})
        elif what == "valid":
            yield self.valid(axis.code, value)
        else:
            said = self.side(axis.code).rule(axis.atoms[what].tree)
            yield said if value else Words(N_("not (%(inner)s)"), inner=said)

    def valid(self, code: str, value: tuple[bool, bool]) -> Any:
        """An answer by the versions that take it."""
        said = {
            (True, False): N_("%(question)s has an answer that is no longer offered"),
            (False, True): N_("%(question)s has an answer that was not offered before"),
        }.get(value, N_("%(question)s has an answer that both versions offer"))
        return Words(said, question=self.question(code))

    def values(self, axis: Axis, numbers: frozenset[Any]) -> Any:
        """A question with one of some answers."""
        values = [plain(value) for n in sorted(numbers) for value in axis.alike[n] if value is not None]
        told = [self.answered(axis, values)] if values else []
        if any(axis.values[n] is None for n in numbers):
            told.append(self.side(axis.code).rule({"question": axis.code, "answered": False}))
        return several(told, N_(" or "))

    def answered(self, axis: Axis, values: Sequence[Json]) -> Any:
        """A question with one of some answers, said by those it has not where they are fewer."""
        every = [plain(value) for alike in axis.alike for value in alike if value is not None]
        rest = [value for value in every if value not in values]
        if not rest:
            return self.side(axis.code).rule({"question": axis.code, "answered": True})
        subject = self.question(axis.code)
        if all(type(value) is int for value in every):
            return Words(N_("%(subject)s = %(values)s"), subject=subject, values=runs(values))
        if len(rest) < len(values) and len(rest) <= 2:
            return Words(N_("%(subject)s is not %(value)s"), subject=subject, value=self.listed(axis, rest))
        return Words(N_("%(subject)s is %(value)s"), subject=subject, value=self.listed(axis, values))

    def listed(self, axis: Axis, values: Sequence[Json]) -> Any:
        """Answers by their labels."""
        told = [quoted(self.label(axis, value)) for value in values[:MOST_VALUES]]
        return several([*told, *(["…"] if len(values) > MOST_VALUES else [])], N_(" or "))

    def label(self, axis: Axis, value: Json) -> Any:
        """The label of one answer; an option that is gone has the one it had."""
        tree = {"question": axis.code}
        name = self.new.names.value(tree, value)
        return name if name != str(value) else self.old.names.value(tree, value)


def shortened(steps: Sequence[Step]) -> list[Step | int]:
    """A long way in few stations, a number for so many left out: of each run of stations alike the first and
    the last stay, of those marked a few."""
    if len(steps) <= MOST_STEPS:
        return list(steps)
    found: list[Step | int] = []
    for mark, group in groupby(steps, key=lambda step: (step.mark, step.ending)):
        run, most = list(group), MOST_ALIKE if mark[0] else 1
        left = len(run) - most - 1
        found += run if left < 2 else [*run[:most], left, run[-1]]
    return found


def runs(values: Sequence[int]) -> str:
    """Whole numbers, neighbours as ranges: ``0–6, 9``."""
    found: list[list[int]] = []
    for value in sorted(values):
        if found and value == found[-1][-1] + 1:
            found[-1].append(value)
        else:
            found.append([value])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)
