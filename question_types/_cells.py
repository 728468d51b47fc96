"""What the columns of tables and the blanks of sentences hold: one small question in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from question_types import _quantity
from question_types._choices import Option, Single, listing
from question_types._numbers import Numeric, above
from question_types._rows import beside
from question_types._scores import Score
from question_types._several import Several
from question_types._texts import Text
from question_types.base import N_, Column, Invalid, Json, Part, QuestionType, Raw, Totals, Values, Words

HIGHEST = 10
"""Of the scores in a cell."""
NO_OTHER = {"other": False, "other_label": ""}

Record = Mapping[str, Json]


class Line(Text):
    """One line of text."""

    def parse(self, settings: Values, raw: Raw) -> Json:
        return " ".join((super().parse(settings, raw) or "").split()) or None

    def check(self, settings: Values, value: Json) -> None:
        super().check({"min_length": 0, **settings}, value)
        if "\n" in value:
            raise Invalid("Please write your answer on one line.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return super().domain({"min_length": 0, **settings})


class Amount(Numeric):
    """A number that is summed up, and not counted in bins."""

    def buckets(self, settings: Values) -> dict[str, str]:
        return {}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": value}


class Points(Score):
    """A score from 1 to ``top``."""

    def span(self, settings: Values) -> range:
        return range(1, settings["top"] + 1)


KINDS: Mapping[str, QuestionType] = {
    "text": Line(),
    "number": Numeric(),
    "choice": Single(),
    "several": Several(),
    "score": Points(),
}


class PlainColumn(Option):
    """A column of a table whose cells are all alike."""

    optional = BooleanField(N_("May be left empty"), default=False)


class KindColumn(PlainColumn):
    """A column, or a blank, that says itself what it holds."""

    kind = SelectField(
        N_("Holds"),
        choices=[
            SelectChoice("text", N_("A text")),
            SelectChoice("number", N_("A number")),
            SelectChoice("choice", N_("One choice")),
            SelectChoice("several", N_("Several choices")),
            SelectChoice("score", N_("A score")),
        ],
        default="text",
    )
    options = FieldList(
        FormField(Option), N_("Options"), max_entries=50, description=N_("For one or several choices")
    )
    min = _quantity.smallest(0, N_("For numbers; empty: no limit"))
    max = _quantity.largest(N_("For numbers; empty: no limit"))
    decimals = _quantity.decimals(N_("For numbers"))
    unit = _quantity.unit(N_("For numbers"))
    max_length = IntegerField(
        N_("Longest length"), [NumberRange(min=1, max=500)], default=100, description=N_("For texts")
    )
    top = IntegerField(
        N_("Highest score"),
        [NumberRange(min=2, max=HIGHEST)],
        default=5,
        description=N_("For scores; from 1"),
    )


@dataclass(frozen=True)
class Head:
    """One column or blank: ``kind`` answers for its cells, as a question with ``settings``."""

    id: str
    label: str
    kind: QuestionType
    settings: Values
    optional: bool = False

    @property
    def control(self) -> str:
        """What the template draws: line, number, select or checks."""
        letters = self.kind.operators
        return {"T": "line", "N": "number", "M": "checks"}.get(letters, "select")

    @property
    def choices(self) -> dict[str, str]:
        """What can be picked: what is sent → label."""
        return self.kind.buckets(self.settings) if self.control in ("select", "checks") else {}

    @property
    def keyboard(self) -> str:
        """The ``inputmode`` for phones."""
        return self.kind.keyboard(self.settings) if isinstance(self.kind, Numeric) else "text"

    @property
    def unit(self) -> str:
        """What stands behind the number."""
        return str(self.settings.get("unit", ""))

    @property
    def longest(self) -> int:
        """Characters of a text or a number."""
        return int(self.settings.get("max_length", 40))

    @property
    def counted(self) -> bool:
        """Whether the cell's amount is a number of the customer's."""
        return isinstance(self.kind, Numeric | Score)

    def part(self, name: str, optional: bool) -> Part:
        """The classes a cell can fall in."""
        return replace(self.kind.domain(self.settings)[0], name=name, optional=optional or self.optional)

    def measure(self, value: Json) -> dict[str, float]:
        """Bucket within the cell → amount; ``""`` is the cell's own."""
        found = self.kind.measure(self.settings, value)
        found.pop("square", None)
        return found

    def columns(self, name: str, label: str) -> list[Column]:
        """The export columns of one cell."""
        return [
            replace(each, label=label if each.name == name else beside(label, each.label))
            for each in self.kind.columns(name, self.settings)
        ]

    def tally(self, totals: Totals, place: str) -> list[dict[str, Any]]:
        """The buckets of the cells at ``place``: how many, and which share of those filled in."""
        n = totals.n(place)
        found = []
        for bucket, label in self.kind.buckets(self.settings).items():
            count = totals.n(f"{place}:{bucket}")
            found.append({"bucket": bucket, "label": label, "n": count, "share": count / n if n else None})
        return found

    def figures(self, totals: Totals, place: str) -> dict[str, Any]:
        """The cells at ``place`` in a summary; the mean of numbers and scores is their ``figure``."""
        n, everyone = totals.n(place), totals.n()
        mean = totals.amount(place) / n if n and self.counted else None
        return {
            "bucket": place,
            "label": self.label,
            "n": n,
            "share": n / everyone if everyone else None,
            "figure": {"value": mean, "unit": self.unit},
            "cells": self.tally(totals, place),
        }


def head(column: Mapping[str, Any], kinds: Mapping[str, QuestionType] = KINDS) -> Head:
    """The head of a column that says its kind."""
    limits = {"min": None, "max": None} if column["kind"] != "number" else {}
    settings = {**column, **NO_OTHER, **limits}
    return Head(column["id"], column["label"], kinds[column["kind"]], settings, column["optional"])


def faults(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Problems of columns that say their kind; each named with its column."""
    return [
        Words(N_("%(place)s: %(fault)s"), place=column["label"], fault=fault)
        for column in columns
        for fault in _faults(column)
    ]


def _faults(column: Mapping[str, Any]) -> Iterator[str]:
    if column["kind"] in ("choice", "several"):
        yield from listing(column["options"], Words(N_("Give at least two options.")), 2)
    if column["kind"] == "number" and above(column["min"], column["max"]):
        yield Words(N_("The smallest number allowed is greater than the largest."))


# A record: one row of a table, or the blanks of a sentence; column id → cell


def read(heads: Sequence[Head], raw: Raw, start: str = "") -> dict[str, Json] | None:
    """The record that the controls below ``start`` hold; None when all are empty. Raises Invalid."""
    found: dict[str, Json] = {}
    for each in heads:
        cell = _at(each, start, lambda at: at.kind.parse(at.settings, {"": raw.get(f"{start}{at.id}", ())}))
        found |= {each.id: cell} if cell is not None else {}
    return found or None


def check(heads: Sequence[Head], record: Json, row: str = "") -> None:
    """Raises Invalid unless ``record`` is complete and allowed; ``row`` says where, for the customer."""
    known = {each.id: each for each in heads}
    if not isinstance(record, dict) or not record or not set(record) <= set(known):
        raise Invalid("Please fill in the fields shown.")
    for each in heads:
        if each.id in record:
            _at(each, row, lambda at: at.kind.check(at.settings, record[at.id]))
        elif not each.optional:
            raise Invalid("Please fill in every field. Still open: %(place)s", place=placed(row, each.label))


def _at(head: Head, row: str, work: Any) -> Json:
    """What ``work`` gives for a column; a refusal says where."""
    try:
        return work(head)
    except Invalid as wrong:
        raise Invalid(
            "%(place)s: %(fault)s",
            place=placed("" if row.endswith(".") else row, head.label),
            fault=Words(wrong.message, **wrong.params),
        ) from wrong


def placed(row: str, column: str) -> str:
    """What a cell is called."""
    return f"{row} · {column}" if row else column


def parts(heads: Sequence[Head], start: str = "", optional: bool = False) -> tuple[Part, ...]:
    """The classes of each cell of a record."""
    return tuple(each.part(f"{start}{each.id}", optional) for each in heads)


def buckets(heads: Sequence[Head], start: str = "", row: str = "") -> dict[str, str]:
    """Bucket → label of each cell of a record and of what can be in it."""
    found: dict[str, str] = {}
    for each in heads:
        place, label = f"{start}{each.id}", placed(row, each.label)
        inside = each.kind.buckets(each.settings).items()
        found |= {place: label} | {f"{place}:{bucket}": beside(label, name) for bucket, name in inside}
    return found


def measure(heads: Sequence[Head], record: Record, start: str = "") -> dict[str, float]:
    """Bucket → amount of each cell of a record."""
    return {
        f"{start}{each.id}:{bucket}" if bucket else f"{start}{each.id}": amount
        for each in heads
        if each.id in record
        for bucket, amount in each.measure(record[each.id]).items()
    }


def texts(heads: Sequence[Head], record: Record) -> list[str]:
    """The customer's own words in a record."""
    return [str(record[each.id]) for each in heads if each.control == "line" and each.id in record]


def said(heads: Sequence[Head], record: Record, row: str = "") -> list[tuple[str, str]]:
    """What each cell of a record is called, and its answer in words."""
    return [
        (placed(row, each.label), each.kind.label_of(each.settings, record[each.id]))
        for each in heads
        if each.id in record
    ]


def columns(heads: Sequence[Head], code: str, row: str = "") -> list[Column]:
    """The export columns of a record."""
    return [column for each in heads for column in each.columns(f"{code}.{each.id}", placed(row, each.label))]


def cells(heads: Sequence[Head], record: Record) -> list[str | int | float | None]:
    """One export cell per column of a record."""
    return [cell for each in heads for cell in each.kind.cells(each.settings, record.get(each.id))]


def refilled(heads: Sequence[Head], record: Record, start: str = "") -> dict[str, list[str]]:
    """What the controls of a record hold."""
    return {
        f"{start}{each.id}": list(each.kind.refill(each.settings, record[each.id]).get("", ()))
        for each in heads
        if each.id in record
    }


def letters(heads: Sequence[Head], row: str) -> str:
    """Operator letters of a cell, by the column in its name; of ``any`` and ``every``, what fits all."""
    name = row.rpartition(".")[2]
    fitting = [each.kind.operators for each in heads if row in ("any", "every") or each.id == name]
    return "".join(each for each in fitting[0] if all(each in other for other in fitting)) if fitting else ""
