"""Every operator on everything that can carry it, in every state of it, from ``tests/vectors``: one survey,
many respondents, and what each must see. Both interpreters of the rules are held to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from survey_app.engine.operators import LEGAL

Json = Any

FOLDER = Path(__file__).parent / "vectors"
OPERATORS = json.loads((FOLDER / "operators.json").read_text("utf-8"))
EXPRESSIONS = json.loads((FOLDER / "expressions.json").read_text("utf-8"))
TODAY = date.fromisoformat(OPERATORS["today"])

STATES = ("answered", "skipped", "not_shown", "not_reached", "back")
OPTIONS = [{"id": id, "label": id.upper()} for id in "abcd"]
ROWS = [{"id": id, "label": id} for id in ("r1", "r2")]
PLAIN = {
    "Q": "single_choice",
    "M": "multi_choice",
    "N": "number",
    "T": "short_text",
    "D": "date",
    "K": "ranking",
}
ROWED = {"Q": "matrix_single", "M": "matrix_multi", "N": "multi_number", "T": "multi_text"}
CELLS = {"Q": "choice", "M": "several", "N": "number", "T": "text"}
FIELDS = {"T": "text", "N": "number", "D": "date"}
VARIABLES = {"T": "text", "N": "number", "D": "date", "M": "set"}
SETTINGS: Mapping[str, Json] = {
    "Q": {"options": OPTIONS},
    "M": {"options": OPTIONS},
    "K": {"options": OPTIONS, "top": 3},
    "N": {"decimals": 2},
}
COLUMNS = [{"id": id, "label": id.upper()} for id in "abc"]
ASKED = {"question": "Z", "is": True}


@dataclass(frozen=True)
class Subject:
    """Something a comparison is about. ``codes``: the questions whose answers it is made of, empty for a
    field; ``place``: where in an answer the value stands."""

    kind: str
    letter: str
    address: Mapping[str, str]
    codes: tuple[str, ...] = ()
    place: str = ""

    def given(self, truth: Json, other: Json) -> dict[str, Json]:
        """Answers in which the comparison holds if it holds of ``truth``. ``other`` stands where it must not
        matter."""
        if self.kind in ("turn", "any_turn", "every_turn"):
            rest = truth if self.kind == "every_turn" else other
            return {"I": ["a", "b"], self.codes[0]: truth, self.codes[1]: rest}
        if not self.place:
            return dict.fromkeys(self.codes, truth)
        rest = truth if self.kind.startswith("every") else other
        cells = {"r1": truth, "r2": rest}
        return {
            self.codes[0]: {row: {"c": each} for row, each in cells.items()}
            if self.place == "cell"
            else cells
        }


def subjects() -> Iterator[Subject]:
    """Everything of every letter."""
    for letter in PLAIN:
        yield Subject("question", letter, {"question": f"P{letter}"}, (f"P{letter}",))
        turns = (f"L{letter}@a", f"L{letter}@b")
        for kind, which in (("turn", "a"), ("any_turn", "any"), ("every_turn", "every")):
            yield Subject(kind, letter, {"question": f"L{letter}", "iteration": which}, turns)
    yield Subject("question", "R", {"question": "RQ"}, ("RQ",))
    for letter in ROWED:
        for name, place, row in (("R", "row", "r1"), ("X", "cell", "r1.c")):
            for kind, which in ((place, row), (f"any_{place}", "any"), (f"every_{place}", "every")):
                code = f"{name}{letter}"
                yield Subject(kind, letter, {"question": code, "row": which}, (code,), place)
    for letter in FIELDS:
        yield Subject("field", letter, {"field": f"f{letter}"})
    for letter in VARIABLES:
        yield Subject("variable", letter, {"variable": f"v{letter}"}, (f"P{letter}",))


@dataclass(frozen=True)
class Case:
    """One respondent, and whether the statement of one comparison is seen."""

    code: str
    what: tuple[str, str, str]
    """Kind of subject, operator, state."""
    answers: Mapping[str, Json]
    fields: Mapping[str, Json]
    truth: bool


class Vectors:
    """The survey and its respondents."""

    def __init__(self) -> None:
        self.statements: list[dict[str, Json]] = []
        self.cases: list[Case] = []
        for subject in subjects():
            self._comparisons(subject)
            self._states(subject)
        self._references()

    def statement(self, when: Json) -> str:
        """A new statement that is seen while ``when`` holds."""
        code = f"S{len(self.statements)}"
        self.statements.append({"code": code, "type": "statement", "title": code, "show": when})
        return code

    def _comparisons(self, subject: Subject) -> None:
        for name, (operand, true, false) in OPERATORS["truths"][subject.letter].items():
            code = self.statement({**subject.address, name: operand})
            rest = true if false is None else false
            self._in_every_state(subject, code, name, subject.given(true, rest), true)
            if false is not None:
                answers = subject.given(false, false)
                self._case(subject, code, (subject.kind, name, "answered"), answers, false, False)

    def _in_every_state(self, subject: Subject, code: str, name: str, answers: Json, field: Json) -> None:
        """The comparison answered, and false in all the other states."""
        for state in STATES if subject.codes else ("answered", "not_reached"):
            self._case(subject, code, (subject.kind, name, state), answers, field, state == "answered")

    def _case(
        self, subject: Subject, code: str, what: tuple[str, str, str], answers: Json, field: Json, truth: bool
    ) -> None:
        fields = {} if subject.codes or what[2] != "answered" else {subject.address["field"]: field}
        self.cases.append(Case(code, what, in_state(what[2], subject.codes, answers), fields, truth))

    def _states(self, subject: Subject) -> None:
        """Answered, shown and reached."""
        _, true, false = next(iter(OPERATORS["truths"][subject.letter].values()))
        for name, truths in OPERATORS["states"].get(subject.kind, {}).items():
            for wanted, digits in zip((True, False), truths, strict=True):
                code = self.statement({**subject.address, name: wanted})
                for state, digit in zip(STATES, digits, strict=True):
                    if subject.codes or state in ("answered", "not_reached"):
                        given = subject.given(true, false)
                        self._case(subject, code, (subject.kind, name, state), given, true, digit == "1")

    def _references(self) -> None:
        """Two things compared: the other one in every state too."""
        for letter, known in OPERATORS["references"].items():
            for name, (operand, other, true, false) in known.items():
                for kind in (
                    "question",
                    *(["field"] if letter in FIELDS else []),
                    *(["variable"] if letter in VARIABLES else []),
                ):
                    thing = {
                        "question": {"question": f"O{letter}"},
                        "field": {"field": f"f{letter}"},
                        "variable": {"variable": f"w{letter}"},
                    }[kind]
                    filled = json.loads(json.dumps(operand).replace('"$"', json.dumps(thing)))
                    code = self.statement({"question": f"P{letter}", name: filled})
                    for mine, holds in ((true, True), (false, False)):
                        self._against(code, kind, name, letter, (mine, other), holds)

    def _against(
        self, code: str, kind: str, name: str, letter: str, values: tuple[Json, Json], holds: bool
    ) -> None:
        mine, other = {f"P{letter}": values[0]}, {f"O{letter}": values[1]}
        for state in STATES if kind != "field" else ("answered", "not_reached"):
            given = kind == "field" and state == "answered"
            fields = {f"f{letter}": values[1]} if given else {}
            answers = mine if kind == "field" else in_state(state, tuple(other), {**mine, **other}, "Y")
            truth = holds and state == "answered"
            self.cases.append(
                Case(code, (f"against_{kind}", name, state), {"Z": True, "Y": True} | answers, fields, truth)
                if kind == "field"
                else Case(code, (f"against_{kind}", name, state), answers, fields, truth)
            )

    def document(self, start: int = 0, end: int | None = None) -> dict[str, Json]:
        """The survey: a question that opens or closes all others, those, their loop, and statements (some of
        them; all are more than anybody may publish)."""
        asked = [{**each, "show": ASKED} for each in self._questions()]
        others = [
            {
                "code": f"O{letter}",
                "type": PLAIN[letter],
                "title": "o",
                "settings": settings_of(letter),
                "show": {"question": "Y", "is": True},
            }
            for letter in OPERATORS["references"]
        ]
        looped = [
            {"code": f"L{letter}", "type": kind, "title": "l", "settings": settings_of(letter), "show": ASKED}
            for letter, kind in PLAIN.items()
        ]
        opening = [{"code": code, "type": "yes_no", "title": code} for code in ("Z", "Y")]
        item = {"code": "I", "type": "multi_choice", "title": "i", "settings": {"options": OPTIONS}}
        always = {"code": "always", "type": "statement", "title": "-"}
        variables = [
            {"code": f"{mark}{letter}", "type": kind, "value": {"question": f"{source}{letter}"}}
            for letter, kind in VARIABLES.items()
            for mark, source in (("v", "P"), ("w", "O"))
            if source == "P" or letter in OPERATORS["references"]
        ]
        return {
            "format": 1,
            "title": "Vectors",
            "locale": "zh_CN",
            "settings": {"timezone": "Asia/Shanghai", "one_per_screen": False},
            "fields": [
                {"code": f"f{letter}", "type": kind, "from": "url"} for letter, kind in FIELDS.items()
            ],
            "variables": variables,
            "pages": [
                {
                    "code": "p0",
                    "questions": opening,
                    "next": [{"when": {"question": "Z", "answered": False}, "go": "last"}],
                },
                {
                    "code": "p1",
                    "questions": [item, *asked],
                    "next": [{"when": {"question": "Y", "answered": False}, "go": "p3"}],
                },
                {"code": "p2", "questions": [{**always, "code": "always2"}, *others]},
                {"code": "p3", "loop": {"over": {"question": "I", "pick": "chosen"}}, "questions": looped},
                {"code": "last", "questions": [always, *self.statements[start:end]]},
            ],
            "endings": [{"code": "end", "title": "e"}],
        }

    def _questions(self) -> Iterator[dict[str, Json]]:
        for letter, kind in PLAIN.items():
            yield {"code": f"P{letter}", "type": kind, "title": "p", "settings": settings_of(letter)}
        for letter, kind in ROWED.items():
            settings = {"rows": ROWS, "min_rows": 1}
            settings |= {"columns": COLUMNS} if letter in "QM" else {}
            settings |= {"decimals": 2, "min": -10} if letter == "N" else {}
            yield {"code": f"R{letter}", "type": kind, "title": "r", "settings": settings}
            column = {"id": "c", "label": "C", "kind": CELLS[letter], "optional": True}
            column |= (
                {"options": OPTIONS[:3]}
                if letter in "QM"
                else {"decimals": 2, "min": -10}
                if letter == "N"
                else {}
            )
            settings = {"rows": ROWS, "columns": [column], "min_rows": 1}
            yield {"code": f"X{letter}", "type": "matrix_mixed", "title": "x", "settings": settings}


def settings_of(letter: str) -> dict[str, Json]:
    return dict(SETTINGS.get(letter, {}))


def in_state(
    state: str, codes: tuple[str, ...], answers: Mapping[str, Json], opening: str = "Z"
) -> dict[str, Json]:
    """Answers that bring the questions ``codes`` into a state: ``opening`` shows them, unanswered it leads
    past them; hidden again they still hold what was answered."""
    given = {"Z": True, "Y": True, **answers}
    if state in ("skipped", "not_shown"):
        given = {code: value for code, value in given.items() if code not in codes}
    if state in ("not_shown", "back"):
        given[opening] = False
    if state == "not_reached":
        del given[opening]
    return given


def carried() -> set[tuple[str, str]]:
    """(kind of subject, operator) for all that the catalogue's operators can be asked of."""
    found = {
        (each.kind, name)
        for each in subjects()
        for name in LEGAL[each.letter]
        if each.letter != "R" or name == "count"
    }
    found |= {(kind, name) for kind, names in OPERATORS["states"].items() for name in names}
    for letter, names in OPERATORS["references"].items():
        kinds = [
            "question",
            *(["field"] if letter in FIELDS else []),
            *(["variable"] if letter in VARIABLES else []),
        ]
        found |= {(f"against_{kind}", name) for kind in kinds for name in names}
    return found


KINDS: Mapping[str, dict[str, Json]] = {
    "absent": {},
    "zero": {"NA": 0, "NB": 0},
    "negative": {"NA": -7, "NB": 2},
    "fractional": {"NA": 2.5, "NB": 0.3},
    "text": {"TA": "Ａｂ", "TB": "ß"},
}
"""Answers that give the operands of expressions their kinds."""


@dataclass(frozen=True)
class Result:
    """What a variable comes to under some answers, in words."""

    code: str
    answers: Mapping[str, Json]
    words: str | None


class Calculations:
    """A survey whose variables are the functions of the vectors, and what they come to."""

    def __init__(self) -> None:
        self.variables: list[dict[str, Json]] = []
        self.results: list[Result] = []
        for tree, words in EXPRESSIONS["functions"].values():
            for kind, said in zip(EXPRESSIONS["kinds"], words, strict=True):
                letter = "T" if kind == "text" else "N"
                self.result(filled(tree, letter), KINDS[kind], said)
        for number, places, said in EXPRESSIONS["rounded"]:
            self.result({"round": [number, places]}, {}, said)
        for start, end, said in EXPRESSIONS["days"]:
            given = {code: day for code, day in (("DA", start), ("DB", end)) if day}
            self.result(filled({"days_between": ["$a", "$b"]}, "D"), given, said)
        for born, said in EXPRESSIONS["ages"]:
            self.result(filled({"age": ["$a"]}, "D"), {"DA": born} if born else {}, said)

    def result(self, tree: Json, answers: Mapping[str, Json], said: str | None) -> None:
        """A new variable and what is expected of it."""
        code = f"v{len(self.variables)}"
        self.variables.append({"code": code, "type": "text", "value": tree})
        self.results.append(Result(code, answers, said))

    def document(self) -> dict[str, Json]:
        """The survey."""
        kinds = {"N": "number", "T": "short_text", "D": "date"}
        questions = [
            {"code": f"{letter}{name}", "type": kind, "title": "q", "settings": settings_of(letter)}
            for letter, kind in kinds.items()
            for name in "AB"
        ]
        return {
            "format": 1,
            "title": "Calculations",
            "locale": "zh_CN",
            "settings": {"timezone": "Asia/Shanghai", "one_per_screen": False},
            "variables": self.variables,
            "pages": [{"code": "p1", "questions": questions}],
            "endings": [{"code": "end", "title": "e"}],
        }


def filled(tree: Json, letter: str) -> Json:
    """A tree with its operands named."""
    text = json.dumps(tree)
    for mark, name in (("$a", "A"), ("$b", "B")):
        text = text.replace(f'"{mark}"', json.dumps({"question": f"{letter}{name}"}))
    return json.loads(text)
