"""Three small question types, enough to test the engine without the product's own catalogue."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from question_types.base import Invalid, Json, Part, QuestionType, Raw, nested


class Option(Form):
    id = StringField("Id", validators=[InputRequired(), Length(max=32)])
    label = StringField("Label", validators=[InputRequired(), Length(max=200)])


class Score(QuestionType):
    """0 to ``top``; buckets low and high as well as each number."""

    key = "score"
    label = "Score"
    operators = "N"

    class Settings(Form):
        top = IntegerField("Top", default=10, validators=[NumberRange(1, 100)])
        low_label = StringField("Low", default="")

    def parse(self, settings: Any, raw: Raw) -> Json:
        text = (raw.get("") or [""])[0]
        return int(text) if text else None

    def check(self, settings: Any, value: Json) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= settings["top"]:
            raise Invalid("Choose a number from 0 to %(top)s.", top=settings["top"])

    def domain(self, settings: Any) -> tuple[Part, ...]:
        return (Part("", tuple(range(settings["top"] + 1))),)

    def buckets(self, settings: Any) -> dict[str, str]:
        return {str(n): str(n) for n in range(settings["top"] + 1)} | {"low": "Low", "high": "High"}

    def measure(self, settings: Any, value: Json) -> dict[str, float]:
        return {"": value, str(value): 1, "high" if value >= settings["top"] - 1 else "low": 1}


class Choice(QuestionType):
    """One of the options, or other text."""

    key = "choice"
    label = "Choice"
    operators = "Q"

    class Settings(Form):
        options = FieldList(FormField(Option))
        other = BooleanField("Other", default=False)
        order = SelectField(
            "Order",
            choices=[SelectChoice(o, o) for o in ("fixed", "random", "random_keep_last", "reverse_half")],
            default="fixed",
        )

    def problems(self, settings: Any) -> list[str]:
        ids = [option["id"] for option in settings["options"]]
        return ["Two options have the same id."] if len(set(ids)) < len(ids) else []

    def ids(self, settings: Any) -> list[str]:
        return [o["id"] for o in settings["options"]] + (["other"] if settings["other"] else [])

    def parse(self, settings: Any, raw: Raw) -> Json:
        chosen = (raw.get("") or [""])[0]
        if chosen == "other" and raw.get("other"):
            return {"v": chosen, "other": {"other": raw["other"][0]}}
        return chosen or None

    def check(self, settings: Any, value: Json) -> None:
        plain = value.get("v") if isinstance(value, dict) else value
        if not isinstance(plain, str) or plain not in self.ids(settings):
            raise Invalid("Choose one of the options.")

    def domain(self, settings: Any) -> tuple[Part, ...]:
        return (Part("", tuple(self.ids(settings))),)

    def buckets(self, settings: Any) -> dict[str, str]:
        found = {option["id"]: option["label"] for option in settings["options"]}
        return found | ({"other": "Other"} if settings["other"] else {})

    def measure(self, settings: Any, value: Json) -> dict[str, float]:
        return {"": 1, value["v"] if isinstance(value, dict) else value: 1}

    def text(self, settings: Any, value: Json) -> str:
        return value["other"].get("other", "") if isinstance(value, dict) else ""

    def label_of(self, settings: Any, value: Json) -> str:
        plain = value["v"] if isinstance(value, dict) else value
        return self.buckets(settings).get(plain, plain)


class Several(Choice):
    """Any number of the options."""

    key = "several"
    label = "Several"
    operators = "M"

    class Settings(Choice.Settings):
        most = IntegerField("Most", validators=[Optional(), NumberRange(1)])

    def parse(self, settings: Any, raw: Raw) -> Json:
        return list(raw.get("") or []) or None

    def check(self, settings: Any, value: Json) -> None:
        if not isinstance(value, list) or not all(
            isinstance(v, str) and v in self.ids(settings) for v in value
        ):
            raise Invalid("Choose among the options.")

    def domain(self, settings: Any) -> tuple[Part, ...]:
        ids = self.ids(settings)
        return (Part("", tuple(ids), many=True, low=1, high=settings["most"] or len(ids)),)

    def measure(self, settings: Any, value: Json) -> dict[str, float]:
        return {"": 1} | dict.fromkeys(value, 1)

    def text(self, settings: Any, value: Json) -> str:
        return ""

    def label_of(self, settings: Any, value: Json) -> str:
        return "、".join(self.buckets(settings)[each] for each in value)


class Ranking(Several):
    key = "ranking"
    label = "Ranking"
    operators = "K"


class Text(QuestionType):
    key = "text"
    label = "Text"
    operators = "T"

    class Settings(Form):
        longest = IntegerField("Longest", default=100, validators=[NumberRange(1, 2000)])

    def parse(self, settings: Any, raw: Raw) -> Json:
        return (raw.get("") or [""])[0].strip() or None

    def check(self, settings: Any, value: Json) -> None:
        if not isinstance(value, str) or len(value) > settings["longest"]:
            raise Invalid("Please shorten your answer.")

    def domain(self, settings: Any) -> tuple[Part, ...]:
        return (Part("", ("good", "bad"), open=True),)

    def text(self, settings: Any, value: Json) -> str:
        return str(value)


class Day(Text):
    key = "day"
    label = "Day"
    operators = "D"

    def domain(self, settings: Any) -> tuple[Part, ...]:
        return (Part("", ("2026-01-31", "2026-02-01"), open=True),)


class Grid(QuestionType):
    """One column per row."""

    key = "grid"
    label = "Grid"
    operators = "RQN"

    class Settings(Form):
        rows = FieldList(FormField(Option))
        columns = FieldList(FormField(Option))

    def parse(self, settings: Any, raw: Raw) -> Json:
        return {row: values[0] for row, values in raw.items() if values and values[0]} or None

    def check(self, settings: Any, value: Json) -> None:
        rows = [row["id"] for row in settings["rows"]]
        columns = [column["id"] for column in settings["columns"]]
        if not isinstance(value, dict) or any(row not in rows for row in value):
            raise Invalid("Choose one answer per row.")
        if any(row not in value for row in rows) or any(each not in columns for each in value.values()):
            raise Invalid("Choose one answer per row.")

    def domain(self, settings: Any) -> tuple[Part, ...]:
        columns = tuple(column["id"] for column in settings["columns"])
        return tuple(Part(row["id"], columns) for row in settings["rows"])

    def buckets(self, settings: Any) -> dict[str, str]:
        return {
            f"{row['id']}:{column['id']}": f"{row['label']} {column['label']}"
            for row in settings["rows"]
            for column in settings["columns"]
        }

    def measure(self, settings: Any, value: Json) -> dict[str, float]:
        return {"": 1} | {f"{row}:{column}": 1 for row, column in value.items()}


class CellColumn(Option):
    kind = StringField("Kind", default="text")
    optional = BooleanField("Optional", default=False)
    options = FieldList(FormField(Option))


class Cells(QuestionType):
    """A text, a number, one choice or several in each cell of a table."""

    key = "cells"
    label = "Cells"
    operators = "RQMNT"
    letters = {"text": "T", "number": "N", "choice": "Q", "several": "M"}

    class Settings(Form):
        rows = FieldList(FormField(Option))
        columns = FieldList(FormField(CellColumn))
        min_rows = IntegerField("Rows", validators=[Optional()])

    def parse(self, settings: Any, raw: Raw) -> Json:
        return nested({name: values[0] for name, values in raw.items() if values and values[0]}) or None

    def check(self, settings: Any, value: Json) -> None:
        if not isinstance(value, dict):
            raise Invalid("Fill in the table.")

    def domain(self, settings: Any) -> tuple[Part, ...]:
        return tuple(
            self.part(f"{row['id']}.{column['id']}", column)
            for row in settings["rows"]
            for column in settings["columns"]
        )

    def part(self, name: str, column: Any) -> Part:
        ids = tuple(option["id"] for option in column["options"])
        values = {"text": ("good", "bad"), "number": (1, 2)}.get(column["kind"], ids)
        many = column["kind"] == "several"
        return Part(name, values, many=many, low=1, high=len(ids), open=not ids, optional=True)

    def operators_of(self, settings: Any, row: str) -> str:
        return next(
            (self.letters[c["kind"]] for c in settings["columns"] if c["id"] == row.rpartition(".")[2]), ""
        )

    def buckets(self, settings: Any) -> dict[str, str]:
        return {
            f"{part.name}:{value}": value
            for part in self.domain(settings)
            if not part.open
            for value in part.values
        }

    def measure(self, settings: Any, value: Json) -> dict[str, float]:
        cells = {f"{row}.{column}": cell for row, cells in value.items() for column, cell in cells.items()}
        inside = [
            f"{name}:{each}"
            for name, cell in cells.items()
            for each in (cell if isinstance(cell, list) else [cell])
        ]
        return {"": 1} | dict.fromkeys(inside, 1)


class Statement(QuestionType):
    """Displayed, holds no answer."""

    key = "statement"
    label = "Statement"
    operators = ""
    collects = False

    def parse(self, settings: Any, raw: Raw) -> Json:
        return None

    def check(self, settings: Any, value: Json) -> None:
        raise Invalid("Nothing to answer here.")


TYPES: dict[str, QuestionType] = {
    each.key: each() for each in (Score, Choice, Several, Ranking, Text, Day, Grid, Cells, Statement)
}
