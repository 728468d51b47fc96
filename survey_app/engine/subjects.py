"""What is known of one question, field or quota, in the bits of a state.

A comparison with something fixed has one bit. What a calculation, or a comparison of two things, rests on has
a slot of several bits: the number of what it sees there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .classes import Kind, Looks
from .facts import Facts

Json = Any
Key = tuple[str, str]
"""``question``, ``field`` or ``quota``, and its code."""

WIDTH = 12
UNKNOWN = (1 << WIDTH) - 1
NO_LOOKS = Looks("", (), (), (), {})


@dataclass(eq=False)
class Subject:
    """A question, field or quota that rules look at. ``bits``: tree as text → bit of its comparison;
    ``slot``: where the number of what calculations see is kept; ``known``: the bit that says that a field or
    a quota has been settled."""

    key: Key
    trees: list[Mapping[str, Json]] = field(default_factory=list)
    tests: list[Callable[[Facts], Any]] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)
    reads: dict[str, Callable[[Facts], Any]] = field(default_factory=dict)
    asked: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    literals: dict[str, list[Json]] = field(default_factory=dict)
    slot: int = 0
    known: int = 0
    mask: int = 0
    rest: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    answers: dict[int, Any] = field(default_factory=dict)
    looks: Looks = NO_LOOKS

    def settled(self) -> Looks:
        """What is asked about it, once all rules are known."""
        asked = tuple(self.asked.get(text) for text in self.reads)
        tests, reads = tuple(self.tests), tuple(self.reads.values())
        return Looks(self.key[1], tuple(self.trees), tests, reads, self.literals, asked)

    def content(self, truth: int) -> int:
        """What a state says of it to calculations: the number of what they see, of a quota whether it is
        full."""
        if self.key[0] == "quota":
            return 1 if truth & self.bits[0] else 0
        return truth >> self.slot & UNKNOWN

    def _found(self, seen: tuple[Json, ...] | None) -> bool:
        """Whether there is a real answer of which calculations see the same."""
        return json.dumps(seen, sort_keys=True, default=str) in self.numbers

    def number(self, seen: tuple[Json, ...] | None, answer: Any) -> int:
        """The slot's content for what calculations see, shifted to its place."""
        if not self.reads:
            return 0
        if seen is None:
            return UNKNOWN << self.slot
        text = json.dumps(seen, sort_keys=True, default=str)
        found = self.numbers.setdefault(text, len(self.numbers) + 1)
        if found >= UNKNOWN:
            return UNKNOWN << self.slot
        self.answers.setdefault(found, answer)
        return found << self.slot

    def state(self, kind: Kind, answer: Any) -> tuple[int, int]:
        """(truths, unknown) bits of a kind of answer."""
        truth = self.number(kind.seen if kind.sure or self._found(kind.seen) else None, answer)
        unknown = 0
        for bit, each in zip(self.bits, kind.truths, strict=True):
            if each is None:
                unknown |= bit
            elif each:
                truth |= bit
        return truth, unknown
