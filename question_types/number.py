"""A number, with a usual range that is questioned but not refused."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form

from question_types import _quantity
from question_types._numbers import Numeric, above, first, last
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
        min = _quantity.smallest()
        max = _quantity.largest()
        decimals = _quantity.decimals()
        unit = _quantity.unit()
        usual_min = _quantity.bound(N_("Usual from"), N_("Smaller answers are allowed but count as unusual"))
        usual_max = _quantity.bound(N_("Usual to"), N_("Larger answers are allowed but count as unusual"))

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
