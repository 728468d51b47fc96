"""What a check of a document has to say: one place, one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from question_types.base import shown, translated

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing to know about a document.

    ``where`` is the place in the document's own codes (``Q3.settings.options.0.id``, ``p1.next.0.when``);
    ``message`` is an English message id that says what to do; ``witness`` is the shortest proof, if any.
    """

    level: Level
    code: str
    where: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    witness: Any = None

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The message in the language of ``translate`` (message id → text)."""
        text = translate(self.message)
        return (
            text % {name: shown(value, translate) for name, value in self.params.items()}
            if self.params
            else text
        )

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """JSON for people and scripts: level, code, where, message, witness; words of ours in a witness are
        translated (the ``words`` of colliding conditions)."""
        return {
            "level": self.level,
            "code": self.code,
            "where": self.where,
            "message": self.sentence(translate),
            "witness": translated(self.witness, translate),
        }


def error(code: str, where: str, message: str, /, **params: Any) -> Finding:
    """A finding that stops publishing."""
    return Finding("error", code, where, message, params)


def warning(code: str, where: str, message: str, /, **params: Any) -> Finding:
    """A finding the author should look at."""
    return Finding("warning", code, where, message, params)
