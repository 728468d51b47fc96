"""A sentence with blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, Form, FormField, TextAreaField
from wtforms.validators import Length

from question_types import _cells, _charts, _panels
from question_types._cells import Head, KindColumn, faults, head
from question_types._choices import listing, repeated
from question_types._rows import joined
from question_types.base import (
    N_,
    Column,
    Example,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

_PLACE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,31})\}")


class InlineBlank(QuestionType):
    """Blank id → what the blank holds. A blank's bucket counts the answers with something in it."""

    key: ClassVar[str] = "inline_blank"
    label: ClassVar[str] = N_("Sentence with blanks")
    family: ClassVar[str] = N_("Text and numbers")
    hint: ClassVar[str] = N_("Texts, numbers and choices within a sentence")
    template: ClassVar[str] = "question_types/sentence.html"
    files: ClassVar[tuple[str, ...]] = ("sentence.css",)
    operators: ClassVar[str] = "RQNT"
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:HorzBlank", "tduck:HORIZONTAL_INPUT")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "sentence": "我在 {city} 住了 {years} 年，平时最常用的是 {bank}。",
                "rows": [
                    {"id": "city", "label": "城市", "max_length": 20},
                    {"id": "years", "label": "年数", "kind": "number", "max": 120},
                    {
                        "id": "bank",
                        "label": "渠道",
                        "kind": "choice",
                        "options": [{"id": "app", "label": "手机银行"}, {"id": "branch", "label": "网点"}],
                    },
                ],
            },
            {"city": [" 成都 "], "years": ["１２"], "bank": ["app"]},
            {"city": "成都", "years": 12, "bank": "app"},
            "请把这句话补充完整",
        ),
        Example(
            {
                "sentence": "I waited about {minutes} minutes and would give the service {score} of 5.\n"
                "The person who helped me was {name}.",
                "rows": [
                    {"id": "minutes", "label": "Minutes", "kind": "number", "max": 300},
                    {"id": "score", "label": "Score", "kind": "score"},
                    {"id": "name", "label": "Name", "optional": True},
                ],
            },
            {"minutes": ["15"], "score": ["4"], "name": [""]},
            {"minutes": 15, "score": 4},
            "How was your visit?",
        ),
    )

    class Settings(Form):
        sentence = TextAreaField(
            N_("Sentence"),
            [Length(max=2000)],
            default="",
            description=N_("The codes of the blanks in braces: I live in {city}"),
        )
        rows = FieldList(FormField(KindColumn), N_("Blanks"), max_entries=20)

    def problems(self, settings: Values) -> list[str]:
        blanks, places = settings["rows"], _PLACE.findall(settings["sentence"])
        found = listing(blanks, N_("Give at least one blank."), 1) + faults(blanks)
        for each in blanks:
            if each["kind"] == "several":
                found.append(Words(N_("“%(name)s”: a blank takes one choice only."), name=each["label"]))
            if each["id"] not in places:
                found.append(Words(N_("Put {%(name)s} into the sentence."), name=each["id"]))
        twice = dict.fromkeys(place for place in repeated(places) if place in {b["id"] for b in blanks})
        return found + [Words(N_("{%(name)s} stands in the sentence twice."), name=name) for name in twice]

    def fields(self, settings: Values) -> tuple[Head, ...]:
        """The blanks."""
        return tuple(head(each) for each in settings["rows"])

    def pieces(self, settings: Values) -> list[str | Head]:
        """The sentence as texts and blanks, in order."""
        heads = {each.id: each for each in self.fields(settings)}
        found: list[str | Head] = []
        for place, piece in enumerate(_PLACE.split(settings["sentence"])):
            blank = heads.pop(piece, None) if place % 2 else None
            found.append(blank or (f"{{{piece}}}" if place % 2 else piece))
        return [*found, *heads.values()]

    def parse(self, settings: Values, raw: Raw) -> Json:
        return _cells.read(self.fields(settings), raw)

    def refill(self, settings: Values, value: Json) -> Raw:
        return _cells.refilled(self.fields(settings), value)

    def check(self, settings: Values, value: Json) -> None:
        _cells.check(self.fields(settings), value)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return _cells.parts(self.fields(settings))

    def operators_of(self, settings: Values, row: str) -> str:
        return _cells.letters(self.fields(settings), row)

    def buckets(self, settings: Values) -> dict[str, str]:
        return _cells.buckets(self.fields(settings))

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1} | _cells.measure(self.fields(settings), value)

    def text(self, settings: Values, value: Json) -> str:
        return "\n".join(_cells.texts(self.fields(settings), value))

    def label_of(self, settings: Values, value: Json) -> str:
        return joined(_cells.said(self.fields(settings), value))

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        rows = [each.figures(totals, each.id) for each in self.fields(settings)]
        title = Words(N_("Filled in"))
        return {"n": totals.n(), "headline": None, "title": title, "rows": rows}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """A chart for each blank that is no text; and how often each blank was filled in."""
        if not summary["n"]:
            return None
        panels = [(summary["title"], _charts.bars(summary["rows"], sort=False))]
        for each, row in zip(self.fields(settings), summary["rows"], strict=True):
            if row["n"] and row["cells"]:
                drawn = _charts.histogram if each.counted else _charts.bars
                panels.append((row["label"], drawn(row["cells"])))
        return _panels.panels(panels)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return _cells.columns(self.fields(settings), code)

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return _cells.cells(self.fields(settings), value or {})
