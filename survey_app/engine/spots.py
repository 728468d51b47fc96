"""Every place of a document that refers to another part by its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import piping
from .schema import ENTRY_LISTS, entry_ids
from .wording import dicts, questions, translatable

Json = Any
Document = Mapping[str, Json]

REFERENCES = ("question", "field", "variable", "quota")
"""Keys of conditions and expressions behind which a code stands."""
TARGET = "target"
"""The kind of a code that names a page or an ending."""


@dataclass(frozen=True)
class Spot:
    """A code, or a text with codes in its places, at ``holder[key]``. ``where`` is the place of the rule or
    the text it belongs to, ``how`` its kind: show, required, enable, validate, default, entry, jump, loop,
    carry, quota, variable, score, setting, text or translation. ``kind`` is what the code names, ``""`` for
    texts; ``blanks`` are places of a text that its question fills itself; ``home`` and ``at`` hold the rule
    as a whole."""

    where: str
    how: str
    holder: Any
    key: Any
    kind: str = ""
    blanks: frozenset[str] = frozenset()
    home: Any = None
    at: Any = None

    def codes(self) -> list[str]:
        """The codes that stand here; of a question inside a loop, without its turn."""
        if self.kind:
            return [str(self.holder[self.key])]
        found = piping.codes(self.holder[self.key])
        return [code.partition("@")[0] for code in found if code not in self.blanks]


def spots(document: Document) -> Iterator[Spot]:
    """All of them, rules first; whatever has not the right shape is passed over."""
    for page in dicts(document, "pages"):
        yield from _of_page(page)
    for _, question in questions(document):
        yield from _of_question(question)
    yield from _of_quotas(document)
    for variable in dicts(document, "variables"):
        home = document["variables"]
        yield from trees(variable, "value", f"{variable.get('code')}.value", "variable", home, variable)
    scores = document.get("scores")
    if isinstance(scores, dict) and isinstance(scores.get("main"), str):
        yield Spot("scores.main", "score", scores, "main", "question", home=scores, at="main")
    yield from _texts(document)


def trees(holder: Any, key: Any, where: str, how: str, home: Any = None, at: Any = None) -> Iterator[Spot]:
    """The codes in a condition or an expression at ``holder[key]``."""
    home, at = (holder, key) if home is None else (home, at)
    waiting = [holder.get(key)] if isinstance(holder, Mapping) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            for kind in REFERENCES:
                if isinstance(node.get(kind), str):
                    yield Spot(where, how, node, kind, kind, home=home, at=at)
            waiting += [value for name, value in node.items() if name != "lookup"]
            waiting += _looked_up(node)


def _looked_up(node: Mapping[str, Json]) -> list[Json]:
    """The operands of a look-up without its table, whose keys are answers."""
    operands = node.get("lookup")
    return [each for index, each in enumerate(operands) if index != 1] if isinstance(operands, list) else []


def _of_page(page: dict[str, Json]) -> Iterator[Spot]:
    code = str(page.get("code"))
    yield from trees(page, "show", f"{code}.show", "show")
    yield from trees(page, "loop", f"{code}.loop", "loop")
    for index, rule in enumerate(dicts(page, "next")):
        where = f"{code}.next.{index}"
        yield from trees(rule, "when", where, "jump", page["next"], rule)
        if isinstance(rule.get("go"), str):
            yield Spot(where, "jump", rule, "go", TARGET, home=page["next"], at=rule)


def _of_question(question: dict[str, Json]) -> Iterator[Spot]:
    code = str(question.get("code"))
    for name in ("show", "required", "enable", "default"):
        yield from trees(question, name, f"{code}.{name}", name)
    for index, rule in enumerate(dicts(question, "validate")):
        where = f"{code}.validate.{index}"
        yield from trees(rule, "when", where, "validate", question["validate"], rule)
    carry = question.get("carry")
    if isinstance(carry, dict) and isinstance(carry.get("from"), str):
        yield Spot(f"{code}.carry", "carry", carry, "from", "question", home=question, at="carry")
    yield from _of_settings(code, question.get("settings"))


def _of_settings(code: str, settings: Json) -> Iterator[Spot]:
    if not isinstance(settings, dict):
        return
    for name in ("field", "variable"):
        if isinstance(settings.get(name), str) and settings[name]:
            yield Spot(f"{code}.settings.{name}", "setting", settings, name, name, home=settings, at=name)
    for name in ENTRY_LISTS:
        listed = settings.get(name)
        for index, entry in enumerate(listed if isinstance(listed, list) else ()):
            yield from trees(entry, "show", f"{code}.settings.{name}.{index}.show", "entry")


def _of_quotas(document: Document) -> Iterator[Spot]:
    for quota in dicts(document, "quotas"):
        where, home = f"{quota.get('code')}.when", document["quotas"]
        yield from trees(quota, "when", where, "quota", home, quota)
        then = quota.get("then")
        if isinstance(then, dict) and isinstance(then.get("go"), str):
            yield Spot(where, "quota", then, "go", TARGET, home=home, at=quota)


def _texts(document: Document) -> Iterator[Spot]:
    """Texts with places, and their translations."""
    blanks = {
        str(each.get("code")): frozenset(entry_ids(each.get("settings") or {}, "rows"))
        for _, each in questions(document)
        if isinstance(each.get("settings"), dict | None)
    }
    places = translatable(document)
    for ending in dicts(document, "endings"):
        places[f"{ending.get('code')}.url"] = (ending, "url")
    for where, (holder, key) in places.items():
        own = blanks.get(where.partition(".")[0], frozenset())
        if key in holder and isinstance(holder[key], str):
            yield Spot(where, "text", holder, key, blanks=own)
    tables = document.get("translations")
    for locale, words in tables.items() if isinstance(tables, dict) else ():
        for key in words if isinstance(words, dict) else ():
            if isinstance(words[key], str):
                own = blanks.get(key.partition(".")[0], frozenset())
                yield Spot(f"translations.{locale}.{key}", "translation", words, key, blanks=own)
