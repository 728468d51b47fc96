"""A document taken apart for its check: only well-shaped parts, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from question_types.base import QuestionType

from .schema import Schema

Json = Any


class Unknown(QuestionType):
    """Stands in for a type that is not installed, so that one fault is not reported many times."""

    key = ""
    label = ""
    operators = "QMNTDK"


UNKNOWN = Unknown()


@dataclass
class Part:
    """A page, question, ending, field, variable or quota. ``rules`` are a page's jumps or a question's
    validation, each with its place; ``first`` is the number of questions before a page; ``carried`` how often
    a question's options have been taken over."""

    code: str
    where: str
    body: dict[str, Json]
    rules: list[tuple[str, dict[str, Json]]] = field(default_factory=list)
    questions: list[Part] = field(default_factory=list)
    kind: QuestionType = UNKNOWN
    values: dict[str, Json] = field(default_factory=dict)
    position: int = 0
    first: int = 0
    loop: tuple[str, ...] = ()
    looped: bool = False
    carried: int = 0


@dataclass
class Draft:
    """All parts of one document and what conditions may refer to."""

    whole: dict[str, Json] = field(default_factory=dict)
    settings: dict[str, Json] = field(default_factory=dict)
    pages: list[Part] = field(default_factory=list)
    endings: list[Part] = field(default_factory=list)
    fields: list[Part] = field(default_factory=list)
    variables: list[Part] = field(default_factory=list)
    quotas: list[Part] = field(default_factory=list)
    schema: Schema = field(default_factory=Schema)
    known: dict[str, Part] = field(default_factory=dict)

    def everything(self) -> Iterator[Part]:
        """All parts with a code, in the order of the document."""
        yield from self.fields
        yield from self.variables
        for page in self.pages:
            yield page
            yield from page.questions
        yield from self.endings
        yield from self.quotas

    def question(self, code: str) -> Part | None:
        """The question with this code, of those looked at so far."""
        return self.known.get(code)
