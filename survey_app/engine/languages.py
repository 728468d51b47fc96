"""How far a document speaks its other languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from question_types.base import QuestionType

from .settings import describe
from .wording import ENDING_WORDS, PAGE_WORDS, QUESTION_WORDS, dicts, questions

Json = Any
Types = Mapping[str, QuestionType]
Said = tuple[str, Json]
"""A translation key and the text that stands there."""

TEXTS = ("text", "longtext")


def sentences(document: Mapping[str, Json], types: Types) -> dict[str, str]:
    """Translation key → text of everything a respondent may read in the document's own language; what is
    empty is left out."""
    found = [("title", document.get("title")), *_of_pages(document, types)]
    for ending in dicts(document, "endings"):
        found += [(f"{ending.get('code')}.{name}", ending.get(name)) for name in ENDING_WORDS]
    return {key: text for key, text in found if isinstance(text, str) and text}


def _of_pages(document: Mapping[str, Json], types: Types) -> Iterator[Said]:
    for page in dicts(document, "pages"):
        yield from ((f"{page.get('code')}.{name}", page.get(name)) for name in PAGE_WORDS)
    for _, question in questions(document):
        yield from _of_question(question, types)


def _of_question(question: Mapping[str, Json], types: Types) -> Iterator[Said]:
    code, kind = str(question.get("code")), types.get(str(question.get("type")))
    yield from ((f"{code}.{name}", question.get(name)) for name in QUESTION_WORDS)
    settings = question.get("settings")
    if kind is not None and isinstance(settings, Mapping):
        yield from _of_settings(describe(kind.Settings), settings, code)
    for index, rule in enumerate(dicts(question, "validate")):
        yield f"{code}.validate.{index}.message", rule.get("message")


def _of_settings(fields: Sequence[Json], values: Mapping[str, Json], start: str) -> Iterator[Said]:
    for field in fields:
        name = field["name"]
        if field["kind"] in TEXTS and name != "id":
            yield f"{start}.{name}", values.get(name)
        elif of_entries(field):
            for entry in dicts(values, name):
                yield from _of_settings(field["fields"], entry, f"{start}.{name}.{entry.get('id')}")


def of_entries(field: Mapping[str, Json]) -> bool:
    """Whether a described field (see :func:`settings.describe`) holds options, rows, columns or the like."""
    names = {part["name"] for part in field.get("fields") or ()}
    return field["kind"] == "list" and {"id", "label"} <= names


def missing(document: Mapping[str, Json], locale: str, types: Types) -> list[str]:
    """Translation keys of the texts that have no wording in ``locale``."""
    words = translations(document).get(locale) or {}
    return [key for key in sentences(document, types) if not words.get(key)]


def translations(document: Mapping[str, Json]) -> dict[str, dict[str, str]]:
    """Locale → translation key → text; what is not a text is left out."""
    found = document.get("translations")
    return {
        str(locale): {key: text for key, text in words.items() if isinstance(text, str)}
        for locale, words in (found.items() if isinstance(found, Mapping) else ())
        if isinstance(words, Mapping)
    }
