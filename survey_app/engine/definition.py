"""The survey document: reading, walking, wording in other languages, identity."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from question_types.base import N_

from . import strict
from .finding import Finding
from .schema import ENTRY_LISTS
from .structure import check, too_deep

__all__ = [
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
DEFAULT_LOCALE = "zh_CN"


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


def _dicts(parent: Json, name: str) -> list[dict[str, Json]]:
    """The objects in a list of the document; whatever else stands there is left out."""
    found = parent.get(name) if isinstance(parent, Mapping) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def questions(document: Mapping[str, Json]) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    """(page, question) in order, display items included."""
    for page in _dicts(document, "pages"):
        for question in _dicts(page, "questions"):
            yield page, question


def locales(document: Mapping[str, Json]) -> list[str]:
    """The document's own language first, then those it has translations for."""
    own = str(document.get("locale") or DEFAULT_LOCALE)
    others = document.get("translations")
    return [own, *(each for each in others if each != own)] if isinstance(others, Mapping) else [own]


def localised(document: Mapping[str, Json], locale: str) -> Document:
    """A copy in another language; what is not translated keeps the document's own wording."""
    result = copy.deepcopy(dict(document))
    words = (document.get("translations") or {}).get(locale)
    if locale == document.get("locale") or not isinstance(words, Mapping):
        return result
    places = translatable(result)
    for key, text in words.items():
        if isinstance(text, str) and text and key in places:
            parent, name = places[key]
            parent[name] = text
    result["locale"] = locale
    return result


_PAGE_WORDS = ("title", "section")
_QUESTION_WORDS = ("title", "help")
_ENDING_WORDS = ("title", "text", "button")


def translatable(document: Mapping[str, Json]) -> dict[str, tuple[Any, Any]]:
    """Translation key → (container, key in it) for every text of the document.

    Keys: ``title``, ``Q1.title``, ``Q3.options.open.label``, ``Q1.low_label``, ``Q2.validate.0.message``,
    ``p1.section``, ``thanks.text``.
    """
    places: dict[str, tuple[Any, Any]] = {"title": (document, "title")}
    for part in (*_dicts(document, "pages"), *_dicts(document, "endings")):
        known = _PAGE_WORDS if "questions" in part else _ENDING_WORDS
        places.update({f"{part.get('code')}.{name}": (part, name) for name in known})
    for _, question in questions(document):
        places.update(_question_places(question, str(question.get("code"))))
    return places


def _question_places(question: dict[str, Json], code: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in _QUESTION_WORDS:
        yield f"{code}.{name}", (question, name)
    for index, rule in enumerate(_dicts(question, "validate")):
        yield f"{code}.validate.{index}.message", (rule, "message")
    settings = question.get("settings")
    if not isinstance(settings, dict):
        return
    for name, value in settings.items():
        if isinstance(value, str):
            yield f"{code}.{name}", (settings, name)
        elif name in ENTRY_LISTS or isinstance(value, list):
            yield from _entry_places(settings, f"{code}.{name}", name)


def _entry_places(settings: dict[str, Json], start: str, name: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for entry in _dicts(settings, name):
        for key, value in entry.items():
            if isinstance(value, str) and key != "id":
                yield f"{start}.{entry.get('id')}.{key}", (entry, key)


def canonical(document: Mapping[str, Json]) -> bytes:
    """The document as bytes that are equal exactly for equal documents."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(document: Mapping[str, Json]) -> str:
    """SHA-256 of the canonical document, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
