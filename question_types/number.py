"""A number, with a usual range that is questioned but not refused."""

from __future__ import annotations

from typing import ClassVar

from wtforms import FloatField, Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as Empty

from question_types._numbers import LARGEST, Numeric, above, first, last
from question_types.base import N_, Example, Values


class Number(Numeric):
    """A quantity typed into a field; see :class:`question_types._numbers.Numeric`."""

    key: ClassVar[str] = "number"
    label: ClassVar[str] = N_("Number input")
    hint: ClassVar[str] = N_("A quantity, an amount, an age")
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:N",
        "surveyjs:text/number",
        "formbricks:openText/number",
        "heyform:number",
        "tduck:NUMBER",
        "opnform:number",
        "xlsform:integer",
        "xlsform:decimal",
        "indico:number",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"min": 0, "max": 180, "unit": "分钟", "usual_max": 60},
            {"": ["２５"]},
            25,
            "您从进店到取餐等了多久？",
        ),
        Example(
            {"min": 0, "decimals": 2, "unit": "元"}, {"": ["1,288.50"]}, 1288.5, "这次您一共花了多少钱？"
        ),
        Example({"min": 1, "max": 12}, {"": ["3"]}, 3, "How many people were in your party?"),
        Example({"decimals": 1, "unit": "°C"}, {"": ["-4.5"]}, -4.5, "How cold was the parcel on arrival?"),
    )

    class Settings(Form):
        min = FloatField(
            N_("Smallest allowed"),
            [Empty(), NumberRange(-LARGEST, LARGEST)],
            description=N_("Empty: no limit"),
        )
        max = FloatField(
            N_("Largest allowed"),
            [Empty(), NumberRange(-LARGEST, LARGEST)],
            description=N_("Empty: no limit"),
        )
        decimals = IntegerField(
            N_("Decimal places"),
            [NumberRange(min=0, max=6)],
            default=0,
            description=N_("0 for whole numbers"),
        )
        unit = StringField(
            N_("Unit of measure"), [Length(max=20)], default="", description=N_("Shown behind the field")
        )
        usual_min = FloatField(
            N_("Usual from"),
            [Empty(), NumberRange(-LARGEST, LARGEST)],
            description=N_("Smaller answers are allowed but count as unusual"),
        )
        usual_max = FloatField(
            N_("Usual to"),
            [Empty(), NumberRange(-LARGEST, LARGEST)],
            description=N_("Larger answers are allowed but count as unusual"),
        )

    def problems(self, settings: Values) -> list[str]:
        found = []
        if above(settings["min"], settings["max"]):
            found.append(N_("The smallest number allowed is greater than the largest."))
        if above(settings["usual_min"], settings["usual_max"]):
            found.append(N_("The usual range is empty."))
        places = settings["decimals"]
        if not found and first(settings["min"], places) > last(settings["max"], places):
            found.append(N_("No number with so few decimal places lies in the range."))
        return found
