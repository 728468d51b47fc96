"""The check of a document: every structural fault with its place and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_types.base import QuestionType

from .finding import Finding

Json = Any

DEEPEST = 64
MOST_NODES = 200_000


def too_deep(value: Json) -> bool:
    """Whether a JSON value has more than 64 levels or 200,000 parts. Does not recurse."""
    level: list[Json] = [value]
    seen = 0
    for _ in range(DEEPEST):
        seen += len(level)
        level = [
            part
            for each in level
            if isinstance(each, dict | list)
            for part in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
        if seen + len(level) > MOST_NODES:
            return True
    return True


def check(document: Json, types: Mapping[str, QuestionType]) -> list[Finding]:
    """All findings of a document, worst first; empty for a faultless one. Never raises on any JSON."""
    return []
