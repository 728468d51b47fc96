"""The texts of a document and their translations."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Json = Any
Document = dict[str, Any]

PAGE_WORDS = ("title", "section")
QUESTION_WORDS = ("title", "help")
ENDING_WORDS = ("title", "text", "button")
DEFAULT_LOCALE = "zh_CN"


def dicts(parent: Json, name: str) -> list[dict[str, Json]]:
    """The objects in a list of the document; whatever else stands there is left out."""
    found = parent.get(name) if isinstance(parent, Mapping) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def questions(document: Mapping[str, Json]) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    """(page, question) in order, display items included."""
    for page in dicts(document, "pages"):
        for question in dicts(page, "questions"):
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
    settings = {str(each.get("code")): each.setdefault("settings", {}) for _, each in questions(result)}
    for key, text in words.items():
        if isinstance(text, str) and text:
            _put(places, settings, key, text)
    result["locale"] = locale
    return result


def _put(places: Mapping[str, tuple[Any, Any]], settings: Mapping[str, Json], key: str, text: str) -> None:
    """A translated text in its place; a setting left at its default gets one."""
    code, _, name = key.partition(".")
    if key in places:
        parent, place = places[key]
        parent[place] = text
    elif isinstance(settings.get(code), dict) and name and "." not in name:
        settings[code][name] = text


def translatable(document: Mapping[str, Json]) -> dict[str, tuple[Any, Any]]:
    """Translation key → (container, key in it) for every text of the document.

    Keys: ``title``, ``Q1.title``, ``Q3.options.open.label``, ``Q1.low_label``, ``Q2.validate.0.message``,
    ``p1.section``, ``thanks.text``.
    """
    places: dict[str, tuple[Any, Any]] = {"title": (document, "title")}
    for page in dicts(document, "pages"):
        places.update({f"{page.get('code')}.{name}": (page, name) for name in PAGE_WORDS})
    for ending in dicts(document, "endings"):
        places.update({f"{ending.get('code')}.{name}": (ending, name) for name in ENDING_WORDS})
    for _, question in questions(document):
        places.update(_question_places(question, str(question.get("code"))))
    return places


def _question_places(question: dict[str, Json], code: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    settings = question.get("settings")
    for name, value in settings.items() if isinstance(settings, dict) else ():
        if isinstance(value, str):
            yield f"{code}.{name}", (settings, name)
        elif isinstance(value, list):
            yield from _entry_places(settings, f"{code}.{name}", name)
    for name in QUESTION_WORDS:
        yield f"{code}.{name}", (question, name)
    for index, rule in enumerate(dicts(question, "validate")):
        yield f"{code}.validate.{index}.message", (rule, "message")


def _entry_places(settings: Json, start: str, name: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for entry in dicts(settings, name):
        for key, value in entry.items():
            place = f"{start}.{entry.get('id')}.{key}"
            if isinstance(value, str) and key != "id":
                yield place, (entry, key)
            elif isinstance(value, list):
                yield from _entry_places(entry, place, key)
