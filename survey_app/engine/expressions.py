"""Calculated values: a tree of JSON compiled into closures.

Absent operands give absent (None), division by zero gives absent, results beyond what JSON can carry give
absent; nothing raises. ``round`` goes half up (away from zero), as people round.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from math import isfinite
from typing import Any

from .conditions import compile_condition, compile_operand
from .facts import Facts, Json, day
from .operators import shifted
from .schema import Schema

Formula = Callable[[Facts], Json]

LONGEST_TEXT = 10_000
LARGEST = 2**53


def compile_expression(tree: Json, schema: Schema) -> Formula:
    """The closure of an expression that the check of the document finds nothing wrong with."""
    if not isinstance(tree, Mapping):
        return lambda facts: tree
    if "question" in tree or "field" in tree or "variable" in tree:
        return compile_operand(tree, schema)
    name, operands = next(iter(tree.items()))
    if name == "if":
        return _if(operands, schema)
    if name == "lookup":
        return _lookup(operands, schema)
    if name == "today":
        return lambda facts: _iso(shifted(facts.today, operands))
    listed = operands if isinstance(operands, list) else [operands]
    if name in GROUPS:
        return _group(GROUPS[name], listed, schema)
    return _plain(FUNCTIONS[name], [compile_expression(each, schema) for each in listed], schema)


def _plain(work: Callable[..., Json], parts: list[Formula], schema: Schema) -> Formula:
    """Absent in, absent out; otherwise the function of the parts' values."""

    def formula(facts: Facts) -> Json:
        values = [part(facts) for part in parts]
        if any(value is None for value in values):
            return None
        return kept(work(Context(facts, schema), *values))

    return formula


class Context:
    """The day and the zone a function may need."""

    __slots__ = ("facts", "schema")

    def __init__(self, facts: Facts, schema: Schema) -> None:
        self.facts = facts
        self.schema = schema

    def day(self, value: Json) -> date | None:
        """The calendar day of a value in the survey's zone."""
        return day(value, self.schema.zone)


def kept(value: Json) -> Json:
    """A result as JSON can carry it: no infinity, no endless integers or texts."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= LARGEST else kept(_floated(value))
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _floated(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _number(value: Json) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def written(value: Json) -> str | None:
    """A value in words: numbers without a needless ``.0``, lists with commas."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, list):
        return ", ".join(written(each) or "" for each in value)
    return str(value)


def figure(value: float) -> str:
    """A number as JavaScript writes it, for the phone writes it too: plain from 0.000001 to 21 digits."""
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        plain = format(Decimal(repr(value)), "f")
        return plain.rstrip("0").removesuffix(".") if "." in plain else plain
    digits, _, power = repr(value).partition("e")
    return f"{digits.removesuffix('.0')}e{int(power):+d}"


def _arithmetic(work: Callable[[Any, Any], Any]) -> Callable[..., Json]:
    def function(context: Context, *values: Json) -> Json:
        total = _number(values[0])
        for value in values[1:]:
            other = _number(value)
            if total is None or other is None:
                return None
            try:
                total = kept(work(total, other))
            except (ZeroDivisionError, OverflowError):
                return None
        return total

    return function


def _divide(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b
    return a / b


def _round(context: Context, value: Json, digits: Json = 0) -> Json:
    number, places = _number(value), _number(digits)
    if number is None or places is None:
        return None
    places = min(max(int(places), 0), 10)
    rounded = (
        Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if abs(number) < 1e15
        else number
    )
    return float(rounded) if places and isinstance(number, float) else int(rounded)


def _days_between(context: Context, start: Json, end: Json) -> Json:
    first, last = context.day(start), context.day(end)
    return None if first is None or last is None else (last - first).days


def _age(context: Context, born: Json) -> Json:
    birthday, today = context.day(born), context.facts.today
    if birthday is None or birthday > today:
        return None
    return today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))


def _concat(context: Context, *values: Json) -> Json:
    return "".join(written(value) or "" for value in values)


def _lower(context: Context, value: Json) -> Json:
    return value.lower() if isinstance(value, str) else None


def _length(context: Context, value: Json) -> Json:
    return len(value) if isinstance(value, str | list | dict) else None


FUNCTIONS: dict[str, Callable[..., Json]] = {
    "add": _arithmetic(lambda a, b: a + b),
    "subtract": _arithmetic(lambda a, b: a - b),
    "multiply": _arithmetic(lambda a, b: a * b),
    "divide": _arithmetic(_divide),
    "modulo": _arithmetic(lambda a, b: a % b),
    "round": _round,
    "concat": _concat,
    "lower": _lower,
    "length": _length,
    "days_between": _days_between,
    "age": _age,
}
ARITY: dict[str, tuple[int, int]] = {
    "add": (2, 50),
    "subtract": (2, 2),
    "multiply": (2, 50),
    "divide": (2, 2),
    "modulo": (2, 2),
    "round": (1, 2),
    "concat": (1, 50),
    "lower": (1, 1),
    "length": (1, 1),
    "days_between": (2, 2),
    "age": (1, 1),
    "if": (3, 3),
    "lookup": (2, 3),
}
"""Least and most operands of each function."""


def _total(values: list[Json]) -> Json:
    """One after the other, as the phone does; newer Pythons' own sum is cleverer."""
    return reduce(operator.add, values, 0)


GROUPS: dict[str, Callable[[list[Json]], Json]] = {
    "sum": lambda values: _total(values),
    "mean": lambda values: _total(values) / len(values) if values else None,
    "min": lambda values: min(values) if values else None,
    "max": lambda values: max(values) if values else None,
    "count": lambda values: len(values),
}
"""Functions over any number of operands. The iterations of a loop (``each``) that have no answer are left
out; any other absent operand makes the result absent, except that ``count`` counts what is there."""


def _group(work: Callable[[list[Json]], Json], operands: list[Json], schema: Schema) -> Formula:
    counts = work is GROUPS["count"]
    parts = [(isinstance(each, Mapping) and "each" in each, _members(each, schema)) for each in operands]

    def formula(facts: Facts) -> Json:
        values: list[Json] = []
        for looped, members in parts:
            found = [member(facts) for member in members]
            if not looped and not counts and None in found:
                return None
            values += [value for value in found if value is not None]
        if not counts and any(_number(value) is None for value in values):
            return None
        return kept(work(values))

    return formula


def _members(operand: Json, schema: Schema) -> list[Formula]:
    each = operand["each"] if isinstance(operand, Mapping) and "each" in operand else [operand]
    return [compile_expression(one, schema) for one in each]


def _if(operands: list[Json], schema: Schema) -> Formula:
    when = compile_condition(operands[0], schema)
    then, otherwise = (compile_expression(each, schema) for each in operands[1:])
    return lambda facts: then(facts) if when(facts) else otherwise(facts)


def _lookup(operands: list[Json], schema: Schema) -> Formula:
    """The table's entry for a value; for a set, the sum of its members' numbers."""
    value, table = compile_expression(operands[0], schema), operands[1]
    default = compile_expression(operands[2] if len(operands) > 2 else None, schema)

    def formula(facts: Facts) -> Json:
        found = value(facts)
        if isinstance(found, list):
            weights = [_number(table.get(written(each) or "")) for each in found]
            return kept(sum(weight for weight in weights if weight is not None))
        key = None if found is None else written(found) or ""
        return None if key is None else table[key] if key in table else default(facts)

    return formula


def typed(value: Json, kind: str, schema: Schema) -> Json:
    """A result as a variable of ``kind`` holds it; absent if it does not fit."""
    if value is None:
        return None
    if kind == "number":
        return _number(value)
    if kind == "date":
        return _iso(day(value, schema.zone))
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "set":
        return value if isinstance(value, list) else None
    return written(value)


class Variables(Mapping[str, Json]):
    """The variables of one response, each worked out when first asked for. Whoever may ask comes after all
    the questions a variable rests on (the check of the document sees to that), so what is known stays true.

    ``formulas`` are in an order in which each needs only earlier ones; ``needs`` names, for each variable,
    those it rests on and itself, in that order, so that long chains do not recurse.
    """

    def __init__(
        self, formulas: Mapping[str, Formula], needs: Mapping[str, tuple[str, ...]], facts: Facts
    ) -> None:
        self.formulas = formulas
        self.needs = needs
        self.facts = facts
        self.known: dict[str, Json] = {}

    def __getitem__(self, code: str) -> Json:
        if code not in self.known:
            for each in self.needs[code]:
                if each not in self.known:
                    self.known[each] = self.formulas[each](self.facts)
        return self.known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.formulas)

    def __len__(self) -> int:
        return len(self.formulas)
