"""Questions and pages of a plan: settings complete, rules compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property

from question_types import base
from question_types.base import Part, QuestionType, Raw

from .conditions import Condition
from .expressions import Formula
from .facts import NOTHING, Facts, Json
from .schema import ENTRY_LISTS


@dataclass(frozen=True)
class Check:
    """One ``validate`` rule: the answer is refused (``soft``: questioned once) while ``when`` holds."""

    when: Condition
    message: str
    soft: bool


@dataclass(eq=False)
class QuestionPlan:
    """One question or display item, its settings complete and its rules compiled.

    ``options_show`` maps (list name, entry id) to the condition of that option, row or column; ``item`` is
    the label of the loop item, ``origin`` the question's code in the document.
    """

    code: str
    origin: str
    number: int
    page: str
    type: QuestionType
    settings: Json
    title: str
    help: str
    required: bool | Condition
    show: Condition | None
    enable: Condition | None
    options_show: dict[tuple[str, str], Condition]
    validate: tuple[Check, ...]
    default: Formula | None
    order: str
    item: str
    source: Mapping[str, Json]
    zone: tzinfo
    collects: bool = True
    formula: Json = None
    """What the answer is worked out from; None where the respondent answers."""
    bare: bool = False
    """With all its options and open to answers wherever it is shown."""
    strict: bool = False
    """May be refused for what it says or for saying nothing."""
    entries: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def exhaustible(self) -> tuple[frozenset[str], ...]:
        """Ids of each list of options, rows or columns of which nothing may be left to show."""
        shown = {id for _, id in self.options_show}
        spare = self.settings.get("other") is True
        return tuple(
            ids for name, ids in self.entries.items() if ids <= shown and not (spare and name == "options")
        )

    def parse(self, raw: Raw) -> Json:
        """Raw strings → value, or None when left empty. Raises Invalid."""
        before = base.zone.set(self.zone)
        try:
            return self.type.parse(self.settings, raw)
        finally:
            base.zone.reset(before)

    def refill(self, value: Json) -> Raw:
        """What the page's controls hold when they give ``value``."""
        return self.type.refill(self.settings, value)

    def check(self, value: Json, hidden: frozenset[str] | None = None) -> None:
        """Raises Invalid unless ``value`` is an allowed answer for someone who does not see ``hidden``.

        Without ``hidden``, rows and options with conditions may be missing; the walk checks them again when
        it knows what was shown.
        """
        settings = self.visible(self._unasked(value) if hidden is None else hidden)
        before = base.zone.set(self.zone)
        try:
            self.type.check(settings, value)
        finally:
            base.zone.reset(before)

    def _unasked(self, value: Json) -> frozenset[str]:
        """Conditional rows a matrix answer leaves out, and conditional columns that none of its rows has."""
        if not self.options_show or not isinstance(value, dict | list):
            return NOTHING
        rows = [
            each for each in (value.values() if isinstance(value, dict) else value) if isinstance(each, dict)
        ]
        return frozenset(
            id
            for name, id in self.options_show
            if (name == "rows" and id not in value)
            or (name == "columns" and rows and not any(id in row for row in rows))
        )

    def visible(self, hidden: frozenset[str]) -> Json:
        """The settings without hidden options, rows and columns."""
        if not hidden:
            return self.settings
        cut = {
            name: [entry for entry in self.settings[name] if entry["id"] not in hidden]
            for name in ENTRY_LISTS
            if self.settings.get(name)
        }
        return {**self.settings, **cut}

    def over(self) -> frozenset[str]:
        """Buckets whose time has passed by the survey's clock."""
        before = base.zone.set(self.zone)
        try:
            return self.type.over(self.settings)
        finally:
            base.zone.reset(before)

    def measure(self, value: Json) -> dict[str, float]:
        """Bucket → amount; ``""`` is the answer itself."""
        return self.type.measure(self.settings, value)

    def text(self, value: Json) -> str:
        """The customer's own words in the answer."""
        return self.type.text(self.settings, value)

    def label(self, value: Json) -> str:
        """The answer in words."""
        return self.type.label_of(self.settings, value)

    def domain(self) -> tuple[Part, ...]:
        """The finite classes an answer can fall in."""
        return self.type.domain(self.settings)

    def say(self, settings: Json) -> str | None:
        """The answering instructions as one plain-text message under ``settings`` (see :meth:`visible`); None
        where text cannot carry the type."""
        before = base.zone.set(self.zone)
        try:
            return self.type.say(settings)
        finally:
            base.zone.reset(before)

    def hear(self, settings: Json, message: str) -> Json:
        """The value of a plain-text reply, not checked yet; None where it cannot be understood. Raises
        Invalid."""
        before = base.zone.set(self.zone)
        try:
            raw = self.type.hear(settings, message)
            return None if raw is None else self.type.parse(settings, raw)
        finally:
            base.zone.reset(before)

    def needs_answer(self, facts: Facts) -> bool:
        """Whether this respondent must answer."""
        return self.required if isinstance(self.required, bool) else self.required(facts)


@dataclass(frozen=True)
class Rule:
    """What comes after a page: ``go`` names a page or an ending, when ``when`` holds or is None."""

    when: Condition | None
    go: str


@dataclass(eq=False)
class PagePlan:
    """One page of the path; ``item`` is the label of the loop item it is for."""

    code: str
    title: str
    section: str
    item: str
    questions: tuple[QuestionPlan, ...]
    show: Condition | None
    next: tuple[Rule, ...]
    order: str
    source: Mapping[str, Json]


@dataclass(frozen=True)
class Quota:
    """A limit on completed responses; decided once the page at ``after`` has been left."""

    code: str
    when: Condition
    limit: int
    go: str
    after: int
