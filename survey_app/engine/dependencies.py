"""What conditions and expressions rest on: codes and fixed values in them, variables behind variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Any


def _named(tree: Json, kind: str) -> Iterator[str]:
    """Every code under the key ``kind`` in a tree; does not recurse."""
    waiting: list[Json] = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if isinstance(code := each.get(kind), str):
                yield code
            waiting.extend(each.values())
        elif isinstance(each, list | tuple):
            waiting.extend(each)


def references(tree: Json) -> set[str]:
    """Codes of all questions a condition or an expression names itself."""
    return set(_named(tree, "question"))


def used_variables(tree: Json) -> set[str]:
    """Codes of all variables a condition or an expression names itself."""
    return set(_named(tree, "variable"))


def used_fields(tree: Json) -> set[str]:
    """Codes of all fields a condition or an expression names itself."""
    return set(_named(tree, "field"))


def closure(start: set[str], values: Mapping[str, Json]) -> list[str]:
    """Variables that ``start`` rests on, itself included, each after those it needs; cycles are cut."""
    order: list[str] = []
    state: dict[str, bool] = {}
    waiting = [(code, False) for code in sorted(start, reverse=True) if code in values]
    while waiting:
        code, done = waiting.pop()
        if done:
            order.append(code)
        elif code not in state:
            state[code] = True
            waiting.append((code, True))
            waiting += [(each, False) for each in sorted(used_variables(values[code])) if each in values]
    return order


def literals(operand: Json) -> Iterator[Json]:
    """Every fixed value in an operand."""
    if isinstance(operand, Mapping):
        for each in operand.values():
            yield from literals(each)
    elif isinstance(operand, list):
        for each in operand:
            yield from literals(each)
    elif not isinstance(operand, bool):
        yield operand


def numerals(tree: Json) -> Iterator[float]:
    """Every number in a tree."""
    return (each for each in literals(tree) if isinstance(each, int | float))
