"""The contract of an engine that reads customers' words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["positive", "neutral", "negative", "none"]
"""``none`` is "no opinion" and leaves the denominator."""

NEGATIVE_UP_TO = 0.25
POSITIVE_FROM = 0.75
"""The band in between is neutral: outside it engines are right clearly more often."""


@dataclass(frozen=True)
class Reading:
    """What was read in one text.

    ``probability`` that the text is positive, 0…1; None where there is no opinion. ``reasons``: (part of
    the text, signed weight), strongest first; may be empty. ``model``: name and version of what read it.
    """

    label: Label
    probability: float | None
    reasons: tuple[tuple[str, float], ...]
    model: str


class Engine(Protocol):
    """Reads texts in batches. Must not keep state between calls nor need a database, so that it may run
    in the worker or, when quick enough, inside the transaction that stores the answer."""

    name: str
    version: str

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One reading per text, in order; every string is readable, the empty one too."""
        ...


def label_of(probability: float) -> Label:
    """The class of a probability."""
    if probability <= NEGATIVE_UP_TO:
        return "negative"
    return "positive" if probability >= POSITIVE_FROM else "neutral"
