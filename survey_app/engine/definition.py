"""The survey document: reading, walking, wording in other languages, identity."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from question_types.base import N_

from . import strict
from .finding import Finding
from .structure import check, too_deep
from .wording import DEFAULT_LOCALE, locales, localised, questions, translatable

__all__ = [
    "DEFAULT_LOCALE",
    "FORMAT",
    "Finding",
    "Unreadable",
    "blank",
    "canonical",
    "check",
    "digest",
    "load",
    "locales",
    "localised",
    "questions",
    "translatable",
]

Json = Any
Document = dict[str, Any]

FORMAT = 1


class Unreadable(ValueError):  # noqa: N818 - what the file is, not what went wrong
    """Not a survey document at all. ``message`` is an English message id, ``params`` fill its places."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate`` (message id → text)."""
        text = translate(self.message)
        return text % self.params if self.params else text


def load(raw: bytes | str | Mapping[str, Json]) -> Document:
    """A document of its own in the current format, from JSON text or a dictionary.

    Only says whether this is a survey document at all; :func:`check` finds what is wrong inside.
    Raises Unreadable.
    """
    document = _parsed(raw) if isinstance(raw, bytes | str) else raw
    if not isinstance(document, Mapping) or not isinstance(document.get("pages"), list):
        raise Unreadable(N_("This is not a survey document: it has no list of pages."))
    if too_deep(document):
        raise Unreadable(N_("The document is nested too deeply or has too many parts."))
    return _upgraded(copy.deepcopy(dict(document)))


def _parsed(raw: bytes | str) -> Json:
    try:
        return strict.loads(raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw)
    except strict.BadJson as problem:
        raise Unreadable(problem.message, **problem.params) from None


def _upgraded(document: Document) -> Document:
    """The document in the current format; older formats are upgraded here, one step per format."""
    number = document.get("format", FORMAT)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise Unreadable(N_("The document's format number is missing or wrong."))
    if number > FORMAT:
        raise Unreadable(
            N_("The document was made by a newer version (format %(number)s); update first."), number=number
        )
    document["format"] = FORMAT
    return document


def blank(title: str, locale: str = DEFAULT_LOCALE) -> Document:
    """A new document: one empty page and one ending."""
    thanks = "Thank you for your feedback" if locale.startswith("en") else "感谢您的反馈"
    return {
        "format": FORMAT,
        "title": title,
        "locale": locale,
        "settings": {"one_per_screen": True, "back": True, "progress": True, "timezone": "Asia/Shanghai"},
        "fields": [],
        "variables": [],
        "pages": [{"code": "p1", "questions": []}],
        "endings": [{"code": "thanks", "title": thanks}],
        "quotas": [],
        "scores": {},
        "translations": {},
    }


def canonical(document: Mapping[str, Json]) -> bytes:
    """The document as bytes that are equal exactly for equal documents."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(document: Mapping[str, Json]) -> str:
    """SHA-256 of the canonical document, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
