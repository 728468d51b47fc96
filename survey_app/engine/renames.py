"""New codes for the parts of a document, followed by everything that refers to them; what uses a part; and
parts taken out with everything that refers to them. All pure: the document given is never changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from question_types.base import N_

from . import piping
from .schema import BUILT_IN_FIELDS
from .shapes import CODE
from .spots import TARGET, Spot, spots
from .structure import RESERVED
from .wording import dicts, questions

Json = Any
Document = dict[str, Any]

KINDS = {"page": "pages", "ending": "endings", "field": "fields", "variable": "variables", "quota": "quotas"}


class Taken(ValueError):  # noqa: N818 - what is wrong with the code
    """A code or id cannot be given. ``message`` is an English message id, ``params`` fill its places."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message, self.params = message, params


def parts(document: Mapping[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """(kind, part) for everything that has a code."""
    for kind, name in KINDS.items():
        for part in dicts(document, name):
            yield kind, part
    for _, question in questions(document):
        yield "question", question


def kind_of(document: Mapping[str, Json], code: str) -> str:
    """What a code names: question, page, ending, field, variable or quota; ``""`` if nothing."""
    return next((kind for kind, part in parts(document) if part.get("code") == code), "")


def uses(document: Mapping[str, Json]) -> dict[str, list[dict[str, str]]]:
    """Code → where it is used, each place once: ``where`` and ``how`` (see :class:`Spot`)."""
    found: dict[str, dict[str, str]] = {}
    for spot in spots(document):
        for code in spot.codes():
            found.setdefault(code, {}).setdefault(spot.where, spot.how)
    return {
        code: [{"where": where, "how": how} for where, how in places.items()]
        for code, places in found.items()
    }


def renamed(
    document: Mapping[str, Json], old: str, new: str, published: Mapping[str, str] | None = None
) -> Document:
    """A copy in which the part ``old`` has the code ``new`` everywhere. ``published``: codes of all published
    versions → what they named. Raises Taken."""
    kind = kind_of(document, old)
    _free(document, kind, old, new, published or {})
    result = copy.deepcopy(dict(document))
    found = list(spots(result))
    for each, part in parts(result):
        if each == kind and part.get("code") == old:
            part["code"] = new
    wanted = TARGET if kind in ("page", "ending") else kind
    for spot in found:
        _follow(spot, wanted, old, new)
    if kind in ("question", "page", "ending"):
        moved_keys(result, f"{old}.", f"{new}.")
    return result


def _free(document: Mapping[str, Json], kind: str, old: str, new: str, published: Mapping[str, str]) -> None:
    """Raises Taken unless the code may be given."""
    if not kind:
        raise Taken(N_("There is no part with the code “%(code)s”."), code=old)
    if not CODE.match(new):
        raise Taken(
            N_("A code begins with a letter and has letters, digits and underscores only, at most 32.")
        )
    if new in RESERVED or new in BUILT_IN_FIELDS:
        raise Taken(N_("The code “%(code)s” is reserved. Choose another one."), code=new)
    if kind_of(document, new):
        raise Taken(N_("The code “%(code)s” is used already. Choose another one."), code=new)
    if published.get(old) == kind and kind in ("question", "field", "quota"):
        raise Taken(
            N_("“%(code)s” was published: answers are stored under this code, so it stays."), code=old
        )
    if new in published:
        raise Taken(
            N_("“%(code)s” was published for something else, so it never comes back. Choose another one."),
            code=new,
        )


def _follow(spot: Spot, kind: str, old: str, new: str) -> None:
    """Gives a reference, or the places of a text, the new code."""
    if spot.kind:
        if spot.kind == kind and spot.holder[spot.key] == old:
            spot.holder[spot.key] = new
    elif kind in ("question", "field", "variable") and old in spot.codes():
        spot.holder[spot.key] = piping.renamed(spot.holder[spot.key], _names(old, new, spot.blanks))


def _names(old: str, new: str, blanks: frozenset[str]) -> Callable[[str], str]:
    def name(code: str) -> str:
        bare, at, item = code.partition("@")
        return f"{new}{at}{item}" if bare == old and code not in blanks else code

    return name


def moved_keys(document: Document, old: str, new: str) -> None:
    """Translations of texts whose place has another name now."""
    tables = document.get("translations") or {}
    for locale, words in tables.items():
        if isinstance(words, dict):
            tables[locale] = {_moved(key, old, new): text for key, text in words.items()}


def _moved(key: str, old: str, new: str) -> str:
    return new + key[len(old) :] if key.startswith(old) else key


def removed(document: Mapping[str, Json], code: str) -> Document:
    """A copy without a part and without every rule that refers to it; what refers to a rule that went (a
    variable, a quota) goes with it. In texts, what was to be said in its absence takes its place."""
    result = copy.deepcopy(dict(document))
    waiting = [(kind_of(result, code), code)]
    while waiting:
        waiting += _without(result, *waiting.pop())
    return result


def _without(document: Document, kind: str, code: str) -> list[tuple[str, str]]:
    """Takes out one part and the rules that refer to it; what else went with them, or must."""
    inside = [
        ("question", str(question.get("code")))
        for page, question in questions(document)
        if kind == "page" and page.get("code") == code
    ]
    wanted = TARGET if kind in ("page", "ending") else kind
    hit = [spot for spot in spots(document) if code in spot.codes()]
    for spot in hit:
        if not spot.kind and kind in ("question", "field", "variable"):
            spot.holder[spot.key] = piping.silenced(spot.holder[spot.key], _gone(code, spot.blanks))
    more = [_dropped(spot) for spot in hit if spot.kind and spot.kind == wanted]
    _cut(document, kind, code)
    return [*inside, *(each for each in more if each[1])]


def _gone(code: str, blanks: frozenset[str]) -> Callable[[str], bool]:
    return lambda name: name.partition("@")[0] == code and name not in blanks


def _dropped(spot: Spot) -> tuple[str, str]:
    """Takes out the rule that a reference stands in; its kind and code if it has one."""
    if isinstance(spot.home, list):
        spot.home[:] = [each for each in spot.home if each is not spot.at]
        return spot.how, str(spot.at.get("code", ""))
    spot.home.pop(spot.at, None)
    return "", ""


def _cut(document: Document, kind: str, code: str) -> None:
    """Takes a part out of its list, and its translations."""
    holders = dicts(document, "pages") if kind == "question" else [document]
    for holder in holders:
        name = "questions" if kind == "question" else KINDS.get(kind, "")
        if isinstance(holder.get(name), list):
            holder[name] = [each for each in holder[name] if not _is(each, code)]
    for words in (document.get("translations") or {}).values():
        for key in [key for key in words if key.startswith(f"{code}.")] if isinstance(words, dict) else ():
            del words[key]


def _is(part: Json, code: str) -> bool:
    return isinstance(part, dict) and part.get("code") == code
