"""Any number of options out of several, each with a comment."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types._choices import ORDERS, numbered, options, with_text
from question_types._notes import LONGEST, all_noted, check_comment, wanting
from question_types._reading import clean, one
from question_types._rows import listed
from question_types._several import MarkedOption, Several, exclusive
from question_types._texts import PHRASES
from question_types.base import N_, Column, Example, Invalid, Json, Part, Raw, Values, Words


class NotedOption(MarkedOption):
    """An option with a field for a comment, unless it is to have none."""

    silent = BooleanField(
        N_("Without a comment field"), default=False, description=N_("For options that say it all")
    )


class MultiComment(Several):
    """Option id → comment, ``""`` where nothing was written; in the author's order."""

    key: ClassVar[str] = "multi_comment"
    label: ClassVar[str] = N_("Choices with comments")
    hint: ClassVar[str] = N_("Several options, each with a word on it")
    template: ClassVar[str] = "question_types/comments.html"
    files: ClassVar[tuple[str, ...]] = ("comments.js", "comments.css")
    operators: ClassVar[str] = "MT"
    longest: ClassVar[int] = LONGEST
    aliases: ClassVar[tuple[str, ...]] = ("lss:P", "surveyjs:checkbox/comment")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "queue", "label": "排队"},
                    {"id": "machine", "label": "自助机"},
                    {"id": "staff", "label": "工作人员"},
                    {"id": "none", "label": "都很顺利", "exclusive": True, "silent": True},
                ],
            },
            {"": ["staff", "queue"], "queue": [" 等了四十分钟 "], "staff": [""]},
            {"queue": "等了四十分钟", "staff": ""},
            "哪些环节不够顺利？可以补充说明",
        ),
        Example(
            {
                "options": [
                    {"id": "search", "label": "Search"},
                    {"id": "reports", "label": "Reports"},
                    {"id": "export", "label": "Export"},
                ],
                "comments": "required",
                "max": 2,
            },
            {"": ["export"], "export": ["Dates come out as text"], "search": [""]},
            {"export": "Dates come out as text"},
            "Which parts should we work on next, and what should change?",
        ),
    )

    class Settings(Form):
        options = FieldList(FormField(NotedOption), N_("Options"), max_entries=50)
        comments = SelectField(
            N_("Comments"),
            choices=[SelectChoice("optional", N_("Optional")), SelectChoice("required", N_("Required"))],
            default="optional",
            description=N_("On each chosen option that has a field for one"),
        )
        min = IntegerField(
            N_("At least"),
            [Empty(), NumberRange(min=1, max=50)],
            description=N_("Options to choose; empty: one"),
        )
        max = IntegerField(
            N_("At most"),
            [Empty(), NumberRange(min=1, max=50)],
            description=N_("Options to choose; empty: all"),
        )
        order = SelectField(N_("Order of the options"), choices=ORDERS, default="fixed")

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = {id_.strip() for id_ in raw.get("", ()) if id_.strip()}
        texts = {id_: clean(one(raw, id_)) for id_ in self.noting(settings)}
        if not given & exclusive(settings):
            given |= {id_ for id_, text in texts.items() if text}
        if not given <= set(options(settings)):
            raise Invalid("Please choose from the options shown.")
        return {id_: texts.get(id_, "") for id_ in options(settings) if id_ in given} or None

    def noting(self, settings: Values) -> list[str]:
        """Ids of the options that have a field for a comment."""
        return [option["id"] for option in settings["options"] if not option["silent"]]

    def refill(self, settings: Values, value: Json) -> Raw:
        return {"": list(value), **{id_: [text] for id_, text in value.items() if text}}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, dict) or not value or not set(value) <= set(options(settings)):
            raise Invalid("Please choose from the options shown.")
        self._count(settings, list(value))
        for id_, text in value.items():
            self._comment(settings, id_, text)

    def _comment(self, settings: Values, id_: str, text: Json) -> None:
        noting = id_ in self.noting(settings)
        if text != "":
            check_comment(text if noting else None)
        elif noting and settings["comments"] == "required":
            raise wanting(options(settings)[id_])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        noting = self.noting(settings)
        nothing = () if settings["comments"] == "required" else ("",)
        noted = {id_: (*nothing, *PHRASES) if id_ in noting else ("",) for id_ in options(settings)}
        return tuple(Part(id_, texts, open=id_ in noting, optional=True) for id_, texts in noted.items())

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1} | dict.fromkeys(value, 1)

    def text(self, settings: Values, value: Json) -> str:
        return "\n".join(text for text in value.values() if text)

    def label_of(self, settings: Values, value: Json) -> str:
        known = options(settings)
        return listed([with_text(known[id_], text) for id_, text in value.items()])

    def columns(self, code: str, settings: Values) -> list[Column]:
        marks = {"0": Words(N_("Not chosen")), "1": Words(N_("Chosen"))}
        known = options(settings)
        comments = [
            Column(f"{code}.{id_}.text", Words(N_("%(label)s: comment"), label=known[id_]))
            for id_ in self.noting(settings)
        ]
        return [Column(f"{code}.{id_}", label, "choice", marks) for id_, label in known.items()] + comments

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        known, noting = options(settings), self.noting(settings)
        if value is None:
            return [None] * (len(known) + len(noting))
        return [*(int(id_ in value) for id_ in known), *(value.get(id_) or None for id_ in noting)]

    def say(self, settings: Values) -> str | None:
        return Words(
            N_("Reply with the numbers of your choices, each with a word on it, such as 1:…;3\n%(options)s"),
            options=numbered(settings),
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        return all_noted(settings, message[:2000])
