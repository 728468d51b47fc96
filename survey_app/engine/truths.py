"""What a condition may be and what it is, and the trees of conditions that are judged so."""

from __future__ import annotations

from typing import Any

from .expressions import Formula
from .subjects import Subject

Json = Any

TRUE, FALSE = 1, 2
"""What a condition may be; both together: either, as far as is known."""
HOLDS, FAILS = 4, 8
"""What a condition is for the answers at hand, where that is known."""


class Node:
    """One node of a condition's tree; ``answers`` works out what rests on several things. ``cache``: what a
    group that is part of several others came to, by the bits it looks at."""

    __slots__ = ("answers", "bit", "cache", "kind", "most", "parts", "size")

    def __init__(self, kind: str, parts: tuple[Node, ...] = (), bit: int = 0, most: int = 0) -> None:
        self.kind = kind
        self.parts = parts
        self.bit = bit
        self.most = most
        self.size: int = 1 + sum(each.size for each in parts)
        self.answers: Formula | None = None
        self.cache: dict[tuple[int, int], int] | None = None


class Rule:
    """A compiled condition. ``mask``: bits it looks at; ``needs``: bits that must be settled."""

    __slots__ = ("cache", "mask", "needs", "root", "settles", "tree")

    def __init__(self, tree: Json, root: Node) -> None:
        self.tree = tree
        self.root = root
        self.mask = 0
        self.needs = 0
        self.settles: tuple[Subject, ...] = ()
        self.cache: dict[tuple[int, int], int] = {}


def turned(truth: int) -> int:
    """The negation."""
    return (truth & 5) << 1 | (truth & 10) >> 1


def every(truths: list[int]) -> int:
    """All of them hold."""
    found = 0
    if all(each & TRUE for each in truths):
        found |= TRUE
    if any(each & FALSE for each in truths):
        found |= FALSE
    if all(each & HOLDS for each in truths):
        return found | HOLDS
    return found | FAILS if any(each & FAILS for each in truths) else found


def limited(truths: list[int], most: int) -> int:
    """The last holds, and no more than ``most`` of all do."""
    last = truths[-1]
    may = sum(bool(each & TRUE) for each in truths)
    found = 0
    if last & TRUE and sum(not each & FALSE for each in truths[:-1]) < most:
        found |= TRUE
    if last & FALSE or may > most:
        found |= FALSE
    if all(each & (HOLDS | FAILS) for each in truths):
        holds = sum(bool(each & HOLDS) for each in truths)
        return found | (HOLDS if last & HOLDS and holds <= most else FAILS)
    return found
