"""Several blanks to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from question_types import _charts
from question_types._choices import Option
from question_types._reading import clean, dirty, folded, one
from question_types._rows import Rowed, RowSettings
from question_types._texts import FORMATS, PHRASES
from question_types.base import N_, Example, Invalid, Json, Part, Values


class Blank(Option):
    """One blank and what may be written in it."""

    format = SelectField(
        N_("Allowed characters"),
        choices=[
            SelectChoice("any", N_("Any")),
            SelectChoice("chinese", N_("Chinese characters only")),
            SelectChoice("letters", N_("Latin letters only")),
            SelectChoice("digits", N_("Digits only")),
        ],
        default="any",
    )


class MultiText(Rowed):
    """Row id → one line of text."""

    key: ClassVar[str] = "multi_text"
    label: ClassVar[str] = N_("Several blanks")
    family: ClassVar[str] = N_("Text and numbers")
    hint: ClassVar[str] = N_("Several short texts, each with its own label")
    template: ClassVar[str] = "question_types/blanks.html"
    operators: ClassVar[str] = "RT"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:Q",
        "surveyjs:multipletext",
        "surveyking:MultipleBlank",
        "qsf:TE/FORM",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "good", "label": "做得好的地方"},
                    {"id": "better", "label": "可以改进的地方"},
                    {"id": "order", "label": "订单号", "format": "digits"},
                ],
                "min_rows": 1,
            },
            {"good": [" 送货很快 "], "better": [""], "order": ["２０２５０８"]},
            {"good": "送货很快", "order": "202508"},
            "请谈谈这次购物",
        ),
        Example(
            {"rows": [{"id": "one", "label": "First brand"}, {"id": "two", "label": "Second brand"}]},
            {"one": ["Northwind"], "two": ["Blue Kettle"]},
            {"one": "Northwind", "two": "Blue Kettle"},
            "Which two coffee brands come to mind first?",
        ),
    )

    class Settings(RowSettings):
        rows = FieldList(FormField(Blank), N_("Blanks"), max_entries=50)
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=500)], default=100, description=N_("Characters")
        )

    def _format(self, settings: Values, row: str) -> str:
        return next((each["format"] for each in settings["rows"] if each["id"] == row), "any")

    def cell(self, settings: Values, row: str, given: Sequence[str]) -> Json:
        line = " ".join(clean(one({"": given})).split())
        return (folded(line) if self._format(settings, row) in ("letters", "digits") else line) or None

    def check_cell(self, settings: Values, row: str, cell: Json) -> None:
        if not isinstance(cell, str) or not cell.strip() or "\n" in cell:
            raise Invalid("Please write your answer on one line.")
        most = settings["max_length"]
        if len(cell) > most:
            raise Invalid(
                "Please shorten your answer to %(most)s characters; it has %(n)s.", most=most, n=len(cell)
            )
        if dirty(cell):
            raise Invalid("This text contains characters that cannot be stored. Please type it again.")
        pattern, refusal, _ = FORMATS.get(self._format(settings, row), (".+", "", ""))
        if not re.fullmatch(pattern, cell):
            raise Invalid(refusal)

    def part(self, settings: Values, row: str, optional: bool) -> Part:
        known = FORMATS.get(self._format(settings, row))
        texts = [known[2].replace(" ", "")] if known else [*PHRASES]
        values = dict.fromkeys(text[: settings["max_length"]] for text in texts)
        return Part(row, tuple(values), open=True, optional=optional)

    def text(self, settings: Values, value: Json) -> str:
        free = [cell for row, cell in value.items() if self._format(settings, row) == "any"]
        return "\n".join(free)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"], sort=False) if summary["n"] else None
