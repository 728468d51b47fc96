"""One entry of a long list, found by typing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from wtforms import BooleanField, Form, StringField
from wtforms.validators import Length

from question_types import _charts
from question_types._reading import folded, one
from question_types._scores import estimate
from question_types._trees import Coded
from question_types.base import (
    N_,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

ENTRIES = 5000
LABEL = 120
MOST_PROBLEMS = 10
"""So many wrong lines are named; the rest follows once they are mended."""
MOST_NAMED = 3
"""Entries named where a text fits several."""

_LINE = re.compile(r"(?P<code>[A-Za-z0-9][A-Za-z0-9_.\-]{0,39})\s*[,，;\t \u3000]\s*(?P<label>\S.*)")


@dataclass
class Listed:
    """``labels``: code → label in the order written; ``codes``: folded label, code or both → code;
    ``version``: of the list, changes with its entries; ``problems``: sentences for the author."""

    labels: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    version: str = ""
    problems: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """A text as entries are compared: one width, one case, no spaces."""
    return re.sub(r"\s+", "", folded(text).casefold())


@lru_cache(maxsize=128)
def listed(text: str) -> Listed:
    """The list that lines of text mean: code and label each, with a space, a comma or a tab between."""
    made = Listed()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and len(made.labels) <= ENTRIES:
            _read(made, number, line.strip())
    if len(made.labels) > ENTRIES:
        made.problems.append(Words(N_("A list may have %(most)s entries."), most=ENTRIES))
    if len(made.labels) < 2:
        made.problems.insert(0, N_("Write at least two lines, each with a code and a label."))
    made.problems = made.problems[:MOST_PROBLEMS]
    for code, label in made.labels.items():
        made.codes.setdefault(plain(f"{code} {label}"), code)
        made.codes.setdefault(plain(code), code)
    whole = "\n".join(f"{code}\t{label}" for code, label in made.labels.items())
    made.version = hashlib.sha256(whole.encode()).hexdigest()[:12]
    return made


def _read(made: Listed, number: int, line: str) -> None:
    match = _LINE.fullmatch(line)
    if not match or len(match["label"]) > LABEL:
        wrong = N_("Line %(line)s: write a code, a space and a label, such as “A01 Xuhui” (label up to 120).")
        made.problems.append(Words(wrong, line=number))
        return
    code, label = match["code"], match["label"].strip().strip('"')
    if code in made.labels:
        made.problems.append(
            Words(N_("Line %(line)s: the code “%(id)s” is used twice."), line=number, id=code)
        )
    elif plain(label) in made.codes:
        wrong = N_("Line %(line)s: the label “%(label)s” stands in the list already.")
        made.problems.append(Words(wrong, line=number, label=label))
    else:
        made.labels[code] = label
        made.codes[plain(label)] = code


class LookupChoice(QuestionType):
    """The code of an entry. With scripts off the native list of suggestions helps, or nothing but one's
    memory: codes and labels are both understood."""

    key: ClassVar[str] = "lookup_choice"
    label: ClassVar[str] = N_("Look-up choice")
    family: ClassVar[str] = N_("Choice questions")
    hint: ClassVar[str] = N_("One of up to 5,000 entries, found by typing a few characters")
    template: ClassVar[str] = "question_types/lookup.html"
    files: ClassVar[tuple[str, ...]] = ("lookup.js", "lookup.css")
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:Dict", "surveyjs:dropdown/autocomplete")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "entries": "021001 上海徐汇店\n021002 上海静安店\n010001 北京朝阳店\n010002 北京海淀店\n"
                "0755001 深圳南山店\n020001 广州天河店",
                "placeholder": "输入门店名称或编号",
                "version": "2025-06",
            },
            {"": [" 上海静安店 "]},
            "021002",
            "您去的是哪家门店？",
        ),
        Example(
            {
                "entries": "SKU-100, Kettle 1.7 l\nSKU-101, Kettle 1.0 l\nSKU-200, Toaster\n"
                "SKU-300, Coffee maker",
                "codes": True,
            },
            {"": ["SKU-200 toaster"]},
            "SKU-200",
            "Which product is it about?",
        ),
    )

    class Settings(Form):
        entries = Coded(
            N_("List"),
            [Length(max=200_000)],
            default="",
            description=N_(
                "One entry a line: a code, a space or comma, a label; a line without a code gets one. Tables"
                " can be pasted."
            ),
        )
        codes = BooleanField(
            N_("Show the codes, too"), default=False, description=N_("For lists people know by their numbers")
        )
        version = StringField(
            N_("Name of this list's state"),
            [Length(max=40)],
            default="",
            description=N_("Exported beside each answer, such as 2025-06; left empty: a checksum"),
        )
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )

    def listed(self, settings: Values) -> Listed:
        """The author's list."""
        return listed(settings["entries"])

    def offered(self, settings: Values) -> list[str]:
        """The entries as they are shown and typed."""
        return [self._shown(settings, code) for code in self.listed(settings).labels]

    def _shown(self, settings: Values, code: str) -> str:
        label = self.listed(settings).labels[code]
        return f"{code} {label}" if settings["codes"] else label

    def problems(self, settings: Values) -> list[str]:
        return list(self.listed(settings).problems)

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = one(raw)[:400]
        return self._meant(settings, text) if text else None

    def _meant(self, settings: Values, text: str) -> str:
        """The code of the entry that a text means. Raises Invalid where it is none or several."""
        known, asked = self.listed(settings), plain(text)
        if asked in known.codes:
            return known.codes[asked]
        found = [code for code, label in known.labels.items() if asked and asked in plain(label)]
        if not found:
            raise Invalid("This is not in the list. Please choose one of the suggestions.")
        if len(found) > 1:
            some = ", ".join(known.labels[code] for code in found[:MOST_NAMED])
            raise Invalid("Several entries fit, such as %(some)s. Please write more.", some=some)
        return found[0]

    def refill(self, settings: Values, value: Json) -> Raw:
        return {"": [self._shown(settings, value)]}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or value not in self.listed(settings).labels:
            raise Invalid("This is not in the list. Please choose one of the suggestions.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        """Open, although it could be listed: what is typed only the server can tell."""
        return (Part("", tuple(self.listed(settings).labels), open=True),)

    def buckets(self, settings: Values) -> dict[str, str]:
        return dict(self.listed(settings).labels)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, value: 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return self.listed(settings).labels[value]

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        best = max(found["rows"], key=lambda row: row["n"], default=None)
        if best and best["n"]:
            found["headline"] = estimate(best["label"], totals.statistics.share(best["n"], found["n"]), "%")
        return found

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        used = [row for row in summary["rows"] if row["n"]]
        return _charts.bars(used) if used else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        labels = self.listed(settings).labels
        return [Column(code, code, "choice", labels), Column(f"{code}.list", Words(N_("State of the list")))]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        if value is None:
            return [None, None]
        return [value, settings["version"] or self.listed(settings).version]

    def say(self, settings: Values) -> str | None:
        example = next(iter(self.listed(settings).labels.values()), "")
        return Words(N_("Reply with the name or the code, such as: %(example)s"), example=example)

    def hear(self, settings: Values, message: str) -> Raw | None:
        try:
            return self.refill(settings, self._meant(settings, message[:200])) if plain(message) else None
        except Invalid:
            return None
