"""One option out of several, with a comment on it."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import Length

from question_types._choices import (
    ORDERS,
    OTHER,
    Choice,
    LimitedOption,
    chosen_of,
    numbered,
    options,
    with_text,
)
from question_types._notes import LONGEST, check_comment, noted, wanting
from question_types._reading import clean, one
from question_types._texts import PHRASES
from question_types.base import N_, Column, Example, Invalid, Json, Part, Raw, Values, Words


class AskingOption(LimitedOption):
    """An option that may need a comment."""

    comment = BooleanField(
        N_("Needs a comment"), default=False, description=N_("Otherwise people may leave it empty")
    )


class ChoiceComment(Choice):
    """``{"v": id}``, with a comment ``{"v": id, "other": {id: text}}``: like the text beside “Other”, so that
    conditions on the choice look at ``v`` and those on texts at the comment. The mapping stays without a
    comment, lest the id be taken for the customer's words."""

    key: ClassVar[str] = "choice_comment"
    label: ClassVar[str] = N_("Choice with a comment")
    hint: ClassVar[str] = N_("One of several options and a word on it")
    template: ClassVar[str] = "question_types/comment.html"
    files: ClassVar[tuple[str, ...]] = ("comments.js", "comments.css")
    operators: ClassVar[str] = "QT"
    longest: ClassVar[int] = LONGEST
    aliases: ClassVar[tuple[str, ...]] = ("lss:O", "surveyjs:radiogroup/comment")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "yes", "label": "已经解决"},
                    {"id": "partly", "label": "解决了一部分", "comment": True},
                    {"id": "no", "label": "没有解决", "comment": True},
                ],
                "prompt": "还有哪里没有解决？",
            },
            {"": ["partly"], "other": ["  发票抬头还没有更正 "]},
            {"v": "partly", "other": {"partly": "发票抬头还没有更正"}},
            "您来电反映的问题解决了吗？",
        ),
        Example(
            {
                "options": [
                    {"id": "stay", "label": "I will renew"},
                    {"id": "unsure", "label": "I have not decided"},
                    {"id": "leave", "label": "I will cancel", "comment": True},
                ],
            },
            {"": ["stay"], "other": [""]},
            {"v": "stay"},
            "What will you do when your plan ends?",
        ),
    )

    class Settings(Form):
        options = FieldList(FormField(AskingOption), N_("Options"), max_entries=100)
        prompt = StringField(
            N_("Question above the comment"),
            [Length(max=100)],
            default="",
            description=N_("Left empty: “Would you like to say more?”"),
        )
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )
        order = SelectField(N_("Order of the options"), choices=ORDERS, default="fixed")

    def demanding(self, settings: Values) -> set[str]:
        """Ids of the options that need a comment."""
        return {option["id"] for option in settings["options"] if option["comment"]}

    def parse(self, settings: Values, raw: Raw) -> Json:
        chosen, text = one(raw), clean(one(raw, OTHER))
        if text and not chosen:
            raise Invalid("Please choose an option, too.")
        return {"v": chosen, **({"other": {chosen: text}} if text else {})} if chosen else None

    def refill(self, settings: Values, value: Json) -> Raw:
        text = self.text(settings, value)
        return {"": [value["v"]], **({OTHER: [text]} if text else {})}

    def check(self, settings: Values, value: Json) -> None:
        chosen = value.get("v") if isinstance(value, dict) and set(value) <= {"v", "other"} else None
        known = options(settings)
        if not isinstance(chosen, str) or chosen not in known:
            raise Invalid("Please choose from the options shown.")
        if "other" in value:
            texts = value["other"]
            if not isinstance(texts, dict) or set(texts) != {chosen}:
                raise Invalid("Please write your comment as text.")
            check_comment(texts[chosen])
        elif chosen in self.demanding(settings):
            raise wanting(known[chosen])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        demanding, ids = self.demanding(settings), list(options(settings))
        bare = [{"v": id_} for id_ in ids if id_ not in demanding]
        told = [{"v": id_, "other": {id_: PHRASES[place % len(PHRASES)]}} for place, id_ in enumerate(ids, 1)]
        return (Part("", (*bare, *told)),)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, str(chosen_of(value)): 1}

    def text(self, settings: Values, value: Json) -> str:
        return str((value.get("other") or {}).get(value["v"], ""))

    def label_of(self, settings: Values, value: Json) -> str:
        return with_text(options(settings)[value["v"]], self.text(settings, value))

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [
            Column(code, code, "choice", options(settings)),
            Column(f"{code}.text", Words(N_("Comment"))),
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [None, None] if value is None else [value["v"], self.text(settings, value) or None]

    def say(self, settings: Values) -> str | None:
        return Words(
            N_("Reply with the number of your choice and, if you like, a word on it:\n%(options)s"),
            options=numbered(settings),
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        found = noted(settings, message[: LONGEST + 100])
        return {"": [found[0]], OTHER: [found[1]] if found[1] else []} if found else None
