"""What conditions may refer to: the document's questions, fields, variables and quotas by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from question_types.base import QuestionType

Json = Any

BUILT_IN_FIELDS = {"channel": "text", "locale": "text", "device": "text", "unit": "text", "place": "text"}
"""Fields every response has, without being declared."""
LETTERS = {"text": "TQ", "number": "N", "boolean": "Q", "set": "M", "date": "D"}
"""Operator letters of fields and variables by their type."""
ENTRY_LISTS = ("options", "rows", "columns")
"""Settings that hold entries with an id, a label and perhaps a condition."""


@dataclass(frozen=True)
class Item:
    """One question that holds an answer. ``position`` counts all questions from 0, ``page`` all pages;
    ``loop`` are the ids of the items its page runs over, empty outside loops."""

    code: str
    type: QuestionType
    settings: Json
    position: int = 0
    page: int = 0
    loop: tuple[str, ...] = ()

    @property
    def letters(self) -> str:
        """Operator letters of the type."""
        return self.type.operators

    def single(self, row: Json = None) -> bool:
        """Whether an answer, or a row of it, is one value that another thing can be compared with."""
        try:
            parts = [part for part in self.type.domain(self.settings) if part.name == (row or "")]
        except Exception:  # a question type met with settings that were refused
            return True
        if row is not None and not parts:
            return "R" in self.letters
        return len(parts) == 1 and not parts[0].many and all(map(_scalar, parts[0].values))

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the parts that ``row`` may name: ids of rows, or ``row.column``."""
        try:
            rows = tuple(self.type.rows(self.settings))
        except Exception:  # a question type met with settings that were refused
            rows = ()
        return rows or entry_ids(self.settings, "rows")

    def letters_of(self, row: str) -> str:
        """Operator letters of one row; of ``any`` and ``every``, those that fit all rows."""
        try:
            return self.type.operators_of(self.settings, row)
        except Exception:  # a question type met with settings that were refused
            return self.letters.replace("R", "")


@dataclass
class Patterns:
    """Patterns of one document, and whether they are exact; each costs milliseconds to compile. ``refused``:
    how many of them could not be used."""

    known: set[tuple[str, bool]] = field(default_factory=set)
    refused: int = 0


@dataclass
class Schema:
    """All codes of one document."""

    questions: dict[str, Item] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    quotas: frozenset[str] = frozenset()
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    classes: dict[tuple[str, Json], set[Json] | None] = field(default_factory=dict)
    """What answers to a question, or a row of it, can be; filled as the check asks for it."""
    patterns: Patterns | None = None
    """Patterns met in the check of a whole document; None where single conditions are checked."""

    def field_type(self, code: str) -> str | None:
        """Type of a declared or built-in field."""
        return self.fields.get(code) or BUILT_IN_FIELDS.get(code)


def _scalar(value: Json) -> bool:
    return isinstance(value, str | int | float)


def entry_ids(settings: Mapping[str, Json], name: str) -> tuple[str, ...]:
    """Ids of the options, rows or columns in settings."""
    entries = settings.get(name)
    if not isinstance(entries, list | tuple):
        return ()
    return tuple(
        entry["id"] for entry in entries if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)
    )
