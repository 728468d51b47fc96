"""A fact that comes along unseen: a field of the link or the invitation, or a fixed text."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from question_types._reading import clean, dirty, one
from question_types.base import N_, Example, Invalid, Json, Part, QuestionType, Raw, Values

LONGEST = 1000

CODE = r"[A-Za-z][A-Za-z0-9_]{0,31}\Z"


class Hidden(QuestionType):
    """A string that the server copies into the answers when the page is reached, so that rules, counts and
    exports have it like any answer. What a phone sends is not looked at."""

    key: ClassVar[str] = "hidden"
    label: ClassVar[str] = N_("Hidden field")
    family: ClassVar[str] = N_("Display items")
    hint: ClassVar[str] = N_("A fact from the link, kept with the answers and never shown")
    template: ClassVar[str] = "question_types/hidden.html"
    operators: ClassVar[str] = "T"
    unseen: ClassVar[bool] = True
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:hiddenField", "xlsform:hidden", "surveyjs:hidden")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"source": "field", "field": "city"}, {"": ["上海"]}, "上海", "城市"),
        Example(
            {"source": "fixed", "fixed": "spring-2026"}, {"": ["spring-2026"]}, "spring-2026", "Campaign"
        ),
    )

    class Settings(Form):
        source = SelectField(
            N_("Comes from"),
            choices=[SelectChoice("field", N_("A field")), SelectChoice("fixed", N_("A fixed text"))],
            default="field",
        )
        field = StringField(
            N_("Name of the field"),
            [Optional(), Regexp(CODE, message=N_("Letters, digits, underscore; begins with a letter."))],
            default="",
            description=N_("A field of the survey, or channel, locale, unit or place"),
        )
        fixed = StringField(N_("The fixed text"), [Length(max=LONGEST)], default="")

    def formula(self, settings: Values) -> Json:
        if settings["source"] == "fixed":
            return {"concat": [settings["fixed"]]}
        return {"concat": [{"field": settings["field"]}]}

    def problems(self, settings: Values) -> list[str]:
        if settings["source"] == "fixed":
            return [] if settings["fixed"].strip() else [N_("Enter the text to be kept.")]
        return [] if settings["field"] else [N_("Name the field to be kept.")]

    def parse(self, settings: Values, raw: Raw) -> Json:
        return clean(one(raw)) or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or dirty(value):
            raise Invalid("This is not a text that can be kept.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        fixed = settings["source"] == "fixed" and settings["fixed"].strip()
        return (Part("", (settings["fixed"],)) if fixed else Part("", ("上海", "A-1024"), open=True),)
