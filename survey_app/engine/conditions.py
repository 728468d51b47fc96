"""Truth of a condition on facts. A tree of JSON is compiled once into closures; nothing is ever evaluated.

The law: an absent answer makes every comparison false, negative ones too; ``not`` around a group is the
ordinary negation of the group's truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .dependencies import references
from .facts import Answer, Facts, Json, plain, row_of, words
from .operators import OPERATORS, STATES, Subject, Want
from .schema import LETTERS, Schema

__all__ = ["Answer", "Condition", "Facts", "compile_condition", "compile_operand", "references"]

Condition = Callable[[Facts], bool]

SUBJECTS = ("question", "field", "variable")
ADDRESS = frozenset({"question", "field", "variable", "row", "iteration", "exact"})


def compile_condition(tree: Mapping[str, Json], schema: Schema) -> Condition:
    """The closure of a condition that :func:`survey_app.engine.rules.check_condition` finds nothing wrong
    with. Cost of a call grows with the nodes touched, and nothing in it raises."""
    if "all" in tree:
        return _all([compile_condition(each, schema) for each in tree["all"]])
    if "any" in tree:
        return _any([compile_condition(each, schema) for each in tree["any"]])
    if "not" in tree:
        return _not(compile_condition(tree["not"], schema))
    if "turn" in tree:
        return _turn([compile_condition(each, schema) for each in tree["turn"]], tree["at_most"])
    if "quota" in tree:
        return _quota(tree["quota"], tree.get("full", True))
    if "question" in tree:
        return _question(tree, schema)
    return _value(tree, schema)


def operator_of(tree: Mapping[str, Json]) -> str:
    """Name of the one operator in a comparison; ``""`` if there is none (a plain reference)."""
    return next((key for key in tree if key not in ADDRESS), "")


def _all(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]

    def condition(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - twice as fast as all(...)
            if not part(facts):
                return False
        return True

    return condition


def _any(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]

    def condition(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - twice as fast as any(...)
            if part(facts):
                return True
        return False

    return condition


def _not(part: Condition) -> Condition:
    return lambda facts: not part(facts)


def _turn(parts: list[Condition], most: int) -> Condition:
    """The last part holds, and no more than ``most`` of all parts do: the n-th turn of a limited loop."""

    def condition(facts: Facts) -> bool:
        return parts[-1](facts) and sum(part(facts) for part in parts) <= most

    return condition


def _quota(code: str, full: bool) -> Condition:
    return lambda facts: (code in facts.full) is full


def _state(code: str, name: str, wanted: bool) -> Condition:
    counted = {
        "answered": ("answered",),
        "shown": ("answered", "skipped"),
        "reached": ("answered", "skipped", "not_shown"),
    }[name]

    def condition(facts: Facts) -> bool:
        answer = facts.answers.get(code)
        return (answer is not None and answer.state in counted) is wanted

    return condition


def _question(tree: Mapping[str, Json], schema: Schema) -> Condition:
    code, name = tree["question"], operator_of(tree)
    row = tree.get("row")
    if name in STATES and row is None:
        return _state(code, name, tree[name])
    if row is not None:
        return _rows(tree, schema, code, name, row)
    test = OPERATORS[name](tree[name], _subject(tree, schema, schema.questions[code].letters))

    def condition(facts: Facts) -> bool:
        answer = facts.answers.get(code)
        return answer is not None and answer.state == "answered" and test(answer, facts)

    return condition


def _rows(tree: Mapping[str, Json], schema: Schema, code: str, name: str, row: str) -> Condition:
    """A test on one row, on any row, or on every row the respondent sees."""
    if name == "answered":
        holds: Callable[[Answer | None, Facts], bool] = lambda part, facts: (part is not None) is tree[name]  # noqa: E731
    else:
        letters = schema.questions[code].letters_of(row)
        test = OPERATORS[name](tree[name], _subject(tree, schema, letters))
        holds = lambda part, facts: part is not None and test(part, facts)  # noqa: E731
    rows = schema.questions[code].rows if row in ("any", "every") else (row,)

    def condition(facts: Facts) -> bool:
        answer = facts.answers.get(code)
        if answer is None or answer.state != "answered":
            return False
        seen = rows if row in rows else seen_of(rows, answer.hidden)
        truths = [holds(row_of(answer, each), facts) for each in seen]
        return all(truths) and bool(truths) if row == "every" else any(truths)

    return condition


def seen_of(rows: Iterable[str], hidden: frozenset[str]) -> list[str]:
    """The rows, or cells of rows, that somebody sees who does not see ``hidden``."""
    return [each for each in rows if hidden.isdisjoint(each.split("."))]


def _value(tree: Mapping[str, Json], schema: Schema) -> Condition:
    """A comparison of a field or a variable."""
    name = operator_of(tree)
    get = _reference(tree, schema)
    if name == "answered":
        return lambda facts: (get(facts) is not None) is tree[name]
    kind = schema.field_type(tree["field"]) if "field" in tree else schema.variables[tree["variable"]]
    test = OPERATORS[name](tree[name], _subject(tree, schema, LETTERS[kind or "text"]))

    def condition(facts: Facts) -> bool:
        value = get(facts)
        return value is not None and test(Answer("answered", value, {}, ""), facts)

    return condition


def _subject(tree: Mapping[str, Json], schema: Schema, letters: str) -> Subject:
    return Subject(
        letters, bool(tree.get("exact", False)), schema.zone, lambda operand: compile_operand(operand, schema)
    )


def compile_operand(operand: Json, schema: Schema) -> Want:
    """An operand's value on facts: a literal, or what a reference stands for (None when absent)."""
    if isinstance(operand, Mapping):
        return _reference(operand, schema)
    return lambda facts: operand


def _reference(tree: Mapping[str, Json], schema: Schema) -> Want:
    if "field" in tree:
        code = tree["field"]
        return lambda facts: facts.fields.get(code)
    if "variable" in tree:
        code = tree["variable"]
        return lambda facts: facts.variables.get(code)
    return _answer_value(tree["question"], tree.get("row"), schema)


def _answer_value(code: str, row: str | None, schema: Schema) -> Want:
    """What was answered, of a text its words."""
    asked = schema.questions[code]
    says = "T" in (asked.letters if row is None else asked.letters_of(row))

    def value(facts: Facts) -> Json:
        answer = facts.answers.get(code)
        if answer is None or answer.state != "answered":
            return None
        part = answer if row is None else row_of(answer, row)
        if part is None:
            return None
        return words(part) if says and type(part.value) is str else plain(part.value)

    return value
