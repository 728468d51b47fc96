"""What differs between two survey documents, part by part, in words a manager understands.

Documents may be drafts with errors: nothing here raises for what :func:`definition.load` has let in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal

from question_types.base import N_, QuestionType, Words, shown

from .calculations import Calculations
from .definition import canonical
from .expressions import written
from .names import Names, brief, quoted, several

Json = Any
Doc = Mapping[str, Any]
Types = Mapping[str, QuestionType]
Kind = Literal["added", "removed", "changed", "moved"]
Consequence = Literal["harmless", "comparability", "people", "paths"]
"""What a change does. ``harmless``: words and looks; ``comparability``: figures from before and after are not
the same thing; ``people``: who may answer, and those who are under way; ``paths``: who sees what."""

CONSEQUENCES: tuple[Consequence, ...] = ("harmless", "comparability", "people", "paths")
"""The lightest first."""
LONGEST = 120
"""Characters of an author's text in a sentence."""
EMPTY = N_("(empty)")
NAMED = N_("%(name)s: %(value)s")
TURNED = N_("%(name)s: %(old)s → %(new)s")
PARTS = N_("%(part)s %(label)s")

Say = Callable[[Json], Any]
"""A value in words."""


@dataclass(frozen=True)
class Detail:
    """One thing that differs in a part. ``place`` in the document's codes (``Q3.settings.options.loan``: the
    option with this id); ``words`` are a sentence to be translated late."""

    kind: Kind
    place: str
    words: str
    consequence: Consequence = "harmless"

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """For JSON, in the language of ``translate``."""
        return {
            "kind": self.kind,
            "place": self.place,
            "sentence": shown(self.words, translate),
            "consequence": self.consequence,
        }


@dataclass(frozen=True)
class Change:
    """A part that differs. ``what``: question, page, ending, field, variable, quota, survey or translations;
    ``code`` is its code (the locale of translations, ``""`` of the survey), ``name`` what people call it."""

    kind: Kind
    what: str
    code: str
    name: str
    details: tuple[Detail, ...] = field(default=())

    @property
    def consequence(self) -> Consequence:
        """The heaviest of what it does."""
        return heaviest(each.consequence for each in self.details)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """For JSON, in the language of ``translate``."""
        return {
            "kind": self.kind,
            "what": self.what,
            "code": self.code,
            "name": shown(self.name, translate),
            "consequence": self.consequence,
            "details": [each.as_dict(translate) for each in self.details],
        }


class Side:
    """One of the two documents, to speak of its parts in its own words."""

    def __init__(self, document: Doc, types: Types) -> None:
        self.document = document
        self.types = types
        self.names = Names(document, types)
        self.words = Calculations(self.names)

    def rule(self, tree: Json) -> Any:
        """A condition in words."""
        return self.words.said(tree)

    def formula(self, tree: Json) -> Any:
        """An expression in words."""
        return self.words.worked_out(tree) if isinstance(tree, Mapping) else plain(tree)

    def target(self, code: Json) -> Any:
        """A page or an ending in words."""
        return self.names.target(code)


def heaviest(found: Iterable[Consequence]) -> Consequence:
    """The heaviest of several consequences."""
    return max(found, key=CONSEQUENCES.index, default="harmless")


def quote(value: Json) -> Any:
    """An author's text in quotation marks; a word of ours where there is none."""
    return quoted(brief(value, LONGEST)) if value not in (None, "", [], {}) else Words(EMPTY)


def plain(value: Json) -> Any:
    """A value of a setting in words."""
    if isinstance(value, Words):
        return value
    if isinstance(value, bool):
        return Words(N_("yes")) if value else Words(N_("no"))
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return several([brief(each, LONGEST) for each in value])
    if isinstance(value, int | float):
        return written(value)
    return quote(value if isinstance(value, str | None) else canonical({"": value}).decode()[4:-1])


def named(name: str) -> Words:
    """Words of ours, from their message id or as they are."""
    return name if isinstance(name, Words) else Words(name)


def both(before: Doc, after: Doc, key: str) -> tuple[Json, Json]:
    """What stands under a key before and after."""
    return before.get(key), after.get(key)


def turned(
    place: str, name: str, values: Sequence[Json], consequence: Consequence = "harmless", say: Say = plain
) -> Iterator[Detail]:
    """The detail of a value, before and after, that is another one now; none where both are equal or both
    nothing."""
    yield from compared(place, name, values, (say, say), consequence)


def compared(
    place: str, name: str, values: Sequence[Json], says: tuple[Say, Say], consequence: Consequence
) -> Iterator[Detail]:
    """The same, each value in the words of its own document."""
    name, (old, new) = named(name), values
    if old == new or (_nothing(old) and _nothing(new)):
        return
    if _nothing(old):
        yield Detail("added", place, Words(NAMED, name=name, value=says[1](new)), consequence)
    elif _nothing(new):
        yield Detail("removed", place, Words(NAMED, name=name, value=says[0](old)), consequence)
    else:
        told = Words(TURNED, name=name, old=says[0](old), new=says[1](new))
        yield Detail("changed", place, told, consequence)


def _nothing(value: Json) -> bool:
    return value is None or value == "" or value == [] or value == {}


def moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Codes in both lists that do not stand in the same order any more; as few as explain it."""
    kept = [code for code in before if code in set(after)]
    now = [code for code in after if code in set(before)]
    steady = {
        code
        for block in SequenceMatcher(None, kept, now, autojunk=False).get_matching_blocks()
        for code in now[block.b : block.b + block.size]
    }
    return set(now) - steady


def paired(before: Sequence[Json], after: Sequence[Json]) -> Iterator[tuple[int, Json, Json]]:
    """Rules of two lists that belong together: (number in the new list, old or None, new or None); equal ones
    are left out."""
    old, new = ([canonical({"": each}) for each in listed] for listed in (before, after))
    for name, i, k, j, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if name != "equal":
            for step, (was, now) in enumerate(zip_longest(before[i:k], after[j:m])):
                yield min(j + step, max(m - 1, j)), was, now


def lists(document: Doc, name: str) -> dict[str, dict[str, Any]]:
    """The coded parts of a list of the document by code."""
    found = document.get(name)
    listed = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each.get("code")): each for each in listed}
