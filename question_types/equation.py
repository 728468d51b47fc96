"""A calculated number, shown to whoever answers and kept with the answers."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, StringField
from wtforms.validators import Optional as Empty
from wtforms.validators import Regexp

from question_types import _quantity
from question_types._numbers import Numeric, above
from question_types.base import N_, Example, Json, Values
from question_types.hidden import CODE


class Equation(Numeric):
    """The value of a variable of the survey, rounded. The server calculates it when the page is reached and
    again with every save; what a phone sends is not looked at."""

    key: ClassVar[str] = "equation"
    label: ClassVar[str] = N_("Calculated value")
    family: ClassVar[str] = N_("Display items")
    hint: ClassVar[str] = N_("Shows a calculated number and keeps it")
    template: ClassVar[str] = "question_types/equation.html"
    files: ClassVar[tuple[str, ...]] = ("display.css",)
    aliases: ClassVar[tuple[str, ...]] = ("lss:*", "surveyjs:expression", "xlsform:calculate")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"variable": "total", "unit": "分", "max": 100}, {"": ["86"]}, 86, "您的总分"),
        Example({"variable": "price", "decimals": 2, "unit": "EUR"}, {"": ["49.9"]}, 49.9, "Your price"),
    )

    class Settings(Form):
        variable = StringField(
            N_("Variable"),
            [Empty(), Regexp(CODE, message=N_("Letters, digits, underscore; begins with a letter."))],
            default="",
            description=N_("A variable of the survey whose value is a number"),
        )
        decimals = _quantity.decimals()
        unit = _quantity.unit(N_("Shown behind the number"))
        min = _quantity.bound(N_("Smallest possible"), N_("A smaller result is not kept"))
        max = _quantity.bound(N_("Largest possible"), N_("A larger result is not kept"))

    def formula(self, settings: Values) -> Json:
        return {"round": [{"variable": settings["variable"]}, settings["decimals"]]}

    def problems(self, settings: Values) -> list[str]:
        found = []
        if not settings["variable"]:
            found.append(N_("Name the variable to be shown."))
        if above(settings["min"], settings["max"]):
            found.append(N_("The smallest number allowed is greater than the largest."))
        return found

    def say(self, settings: Values) -> str | None:
        return None
