"""What conditions and expressions look at: the answers on the current path, fields, variables, quotas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Literal, Protocol

Json = Any
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a day begins; a phone reads no other form."""
State = Literal["answered", "skipped", "not_shown", "not_reached"]

NOTHING: frozenset[str] = frozenset()


class Meaning(Protocol):
    """Whatever knows what a value counts as; a question of a plan."""

    def measure(self, value: Json) -> dict[str, float]: ...
    def text(self, value: Json) -> str: ...


class Answer:
    """One question of one response: its state and, when answered, value, measure and words.

    Measure and words are worked out when first asked for. ``hidden`` are ids of options, rows and columns
    this respondent does not see.
    """

    __slots__ = ("_meaning", "_measure", "_text", "hidden", "state", "value")

    def __init__(
        self,
        state: State,
        value: Json = None,
        measure: dict[str, float] | None = None,
        text: str | None = None,
        meaning: Meaning | None = None,
        hidden: frozenset[str] = NOTHING,
    ) -> None:
        self.state = state
        self.value = value
        self.hidden = hidden
        self._measure = measure
        self._text = text
        self._meaning = meaning

    @property
    def measure(self) -> dict[str, float]:
        """Bucket → amount; empty unless answered."""
        if self._measure is None:
            self._measure = (
                self._meaning.measure(self.value) if self._meaning and self.value is not None else {}
            )
        return self._measure

    @property
    def text(self) -> str:
        """The customer's words in the answer."""
        if self._text is None:
            self._text = self._meaning.text(self.value) if self._meaning and self.value is not None else ""
        return self._text

    def __repr__(self) -> str:
        return f"Answer({self.state!r}, {self.value!r})"


@dataclass
class Facts:
    """All that is known at one moment. Questions without an entry have not been reached."""

    answers: dict[str, Answer] = field(default_factory=dict)
    fields: Mapping[str, Json] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    full: frozenset[str] = NOTHING
    today: date = date.min


class Row:
    """The meaning of one row, or one cell ``row.column``, of a matrix answer: its buckets without that
    name."""

    __slots__ = ("answer", "row")

    def __init__(self, answer: Answer, row: str) -> None:
        self.answer = answer
        self.row = row

    def measure(self, value: Json) -> dict[str, float]:
        """Buckets ``row:bucket`` as ``bucket`` and ``row`` as ``""``."""
        start = f"{self.row}:"
        found = {key[len(start) :]: n for key, n in self.answer.measure.items() if key.startswith(start)}
        if self.row in self.answer.measure:
            found[""] = self.answer.measure[self.row]
        return found

    def text(self, value: Json) -> str:
        """The row's value where it is text."""
        return value if isinstance(value, str) else ""


def row_of(answer: Answer, row: str) -> Answer | None:
    """One row, or one cell ``row.column``, of a matrix answer as an answer of its own; None where it is
    empty. What is no object has its measured amounts for parts, as the two ends of a range."""
    value = answer.value
    if isinstance(value, list):
        value = answer.measure.get(row)
    else:
        for step in row.split("."):
            value = value.get(step) if isinstance(value, dict) else None
    return None if value in (None, "", []) else Answer("answered", value, meaning=Row(answer, row))


def plain(value: Json) -> Json:
    """The value without the text of an “other” option."""
    return value["v"] if isinstance(value, dict) and "v" in value else value


def chosen(value: Json) -> list[Json]:
    """The value as a list: the members of a set, the rows of a matrix, or the one value."""
    bare = plain(value)
    if isinstance(bare, list):
        return bare
    return list(bare) if isinstance(bare, dict) else [bare]


def number(answer: Answer) -> int | float | None:
    """The answer's number; None if it is none."""
    value = answer.value
    return value if type(value) is int or type(value) is float else None


def words(answer: Answer) -> str:
    """The customer's words in the answer, else its value where that is text; ``""`` if it has none."""
    value = answer.value
    return answer.text or (value if isinstance(value, str) else "")


def day(value: Json, zone: tzinfo) -> date | None:
    """The calendar day of an ISO date or time in ``zone``; of a range, its first day."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not ISO.match(value):
        return None
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
