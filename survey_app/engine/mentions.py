"""What a condition or an expression mentions, as a proof must know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .conditions import operator_of

Json = Any


def mentions(tree: Json) -> Iterator[tuple[Mapping[str, Json], bool]]:
    """Every question and field in a tree; a comparison with something fixed with True."""
    if isinstance(tree, Mapping):
        if "quota" in tree:
            yield tree, True
            return
        if "question" in tree or "field" in tree:
            name = operator_of(tree)
            refers = bool(name) and referring(tree[name])
            yield tree, bool(name) and not refers
            if refers:
                yield from mentions(tree[name])
            return
        for each in tree.values():
            yield from mentions(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from mentions(each)


def referring(operand: Json) -> bool:
    """Whether an operand refers to something else."""
    if isinstance(operand, list):
        return any(referring(each) for each in operand)
    return isinstance(operand, Mapping) and any(key in operand for key in ("question", "field", "variable"))


def moves(tree: Json) -> bool:
    """Whether a tree looks at the calendar."""
    if isinstance(tree, Mapping):
        return any(key in ("today", "age", "within") or moves(each) for key, each in tree.items())
    return isinstance(tree, list) and any(moves(each) for each in tree)
