"""Any number of options out of several."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, FormField, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types._choices import (
    OTHER,
    Choice,
    ChoiceSettings,
    Option,
    check_other,
    chosen_of,
    numbered,
    option_text,
    options,
    other_text,
    several,
    with_text,
    written,
)
from question_types.base import N_, Column, Example, Invalid, Json, Part, Raw, Values, Words


class MarkedOption(Option):
    """An option that may exclude all others."""

    exclusive = BooleanField(
        N_("Excludes all others"), default=False, description=N_("For options such as “None of these”")
    )


class MultiChoice(Choice):
    """A list of option ids, or ``{"v": ids, "other": {"other": text}}``."""

    key: ClassVar[str] = "multi_choice"
    label: ClassVar[str] = N_("Multiple choice")
    hint: ClassVar[str] = N_("Several options at once")
    operators: ClassVar[str] = "M"
    many: ClassVar[bool] = True
    control: ClassVar[str] = "checkbox"
    few: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:M",
        "surveyjs:checkbox",
        "formbricks:multipleChoiceMulti",
        "surveyking:Checkbox",
        "xiaoju:checkbox",
        "tduck:CHECKBOX",
        "opnform:multi_select",
        "xlsform:select_multiple",
        "indico:multiselect",
        "qsf:MC/MAVR",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "wait", "label": "排队时间长"},
                    {"id": "staff", "label": "员工态度"},
                    {"id": "stock", "label": "想买的缺货"},
                    {"id": "price", "label": "价格与标签不一致"},
                    {"id": "none", "label": "都没有", "exclusive": True},
                ],
                "other": True,
                "max": 3,
            },
            {"": ["stock", "wait", "other"], "other": ["停车场太小"]},
            {"v": ["wait", "stock", "other"], "other": {"other": "停车场太小"}},
            "这次购物中，您遇到过哪些问题？",
        ),
        Example(
            {
                "options": [
                    {"id": "price", "label": "Price"},
                    {"id": "battery", "label": "Battery life"},
                    {"id": "camera", "label": "Camera"},
                    {"id": "brand", "label": "Brand"},
                ],
                "min": 2,
                "max": 2,
                "order": "random",
            },
            {"": ["camera", "battery"]},
            ["battery", "camera"],
            "Which two things mattered most when you chose this phone?",
        ),
    )

    class Settings(ChoiceSettings):
        options = FieldList(FormField(MarkedOption), N_("Options"), max_entries=500)
        min = IntegerField(
            N_("At least"),
            [Empty(), NumberRange(min=1, max=500)],
            description=N_("Options to choose; empty: one"),
        )
        max = IntegerField(
            N_("At most"),
            [Empty(), NumberRange(min=1, max=500)],
            description=N_("Options to choose; empty: all"),
        )
        across = IntegerField(
            N_("Options side by side"),
            [NumberRange(min=1, max=4)],
            default=1,
            description=N_("On wide screens; phones show one per line"),
        )

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        low, high = settings["min"] or 1, settings["max"]
        free = self._free(settings)
        if high and low > high:
            found.append(N_("“At least” is greater than “At most”."))
        if low > free:
            found.append(Words(N_("At most %(free)s of the options can be chosen together."), free=free))
        return found

    def _free(self, settings: Values) -> int:
        """How many options can be chosen together."""
        return max(1, len(options(settings)) - len(exclusive(settings)))

    def parse(self, settings: Values, raw: Raw) -> Json:
        given = {id_.strip() for id_ in raw.get("", ()) if id_.strip()}
        text = other_text(settings, raw)
        if text and not given & exclusive(settings):
            given.add(OTHER)
        known = [id_ for id_ in options(settings) if id_ in given]
        if len(known) < len(given):
            raise Invalid("Please choose from the options shown.")
        return {"v": known, "other": {OTHER: text}} if text and OTHER in given else known or None

    def check(self, settings: Values, value: Json) -> None:
        chosen = chosen_of(value)
        if not isinstance(chosen, list) or not chosen or not all(isinstance(id_, str) for id_ in chosen):
            raise Invalid("Please choose from the options shown.")
        if isinstance(value, dict):
            check_other(settings, value, chosen)
        if len(set(chosen)) < len(chosen) or not set(chosen) <= set(options(settings)):
            raise Invalid("Please choose from the options shown.")
        self._count(settings, chosen)

    def _count(self, settings: Values, chosen: list[str]) -> None:
        alone = [id_ for id_ in chosen if id_ in exclusive(settings)]
        if alone and len(chosen) > 1:
            label = options(settings)[alone[0]]
            raise Invalid("“%(label)s” cannot be chosen together with other options.", label=label)
        low, high = min(settings["min"] or 1, self._free(settings)), settings["max"]
        if high and len(chosen) > high:
            raise Invalid("Please choose at most %(n)s options.", n=high)
        if len(chosen) < low and not alone:
            raise Invalid("Please choose at least %(n)s options.", n=low)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        alone = exclusive(settings)
        free = tuple(id_ for id_ in options(settings) if id_ not in alone)
        high = min(settings["max"] or len(free), len(free))
        single = tuple(id_ for id_ in options(settings) if id_ in alone)
        return (Part("", free, many=True, low=settings["min"] or 1, high=high, alone=single),)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1} | dict.fromkeys(chosen_of(value), 1)

    def label_of(self, settings: Values, value: Json) -> str:
        found = options(settings)
        labels = [with_text(found[id_], written(value) if id_ == OTHER else "") for id_ in chosen_of(value)]
        places = ", ".join(f"%(o{i})s" for i in range(len(labels)))
        return Words(places, **{f"o{i}": label for i, label in enumerate(labels)})

    def columns(self, code: str, settings: Values) -> list[Column]:
        marks = {"0": Words(N_("Not chosen")), "1": Words(N_("Chosen"))}
        found = options(settings).items()
        return [Column(f"{code}.{id_}", label, "choice", marks) for id_, label in found] + option_text(
            code, settings
        )

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        found = options(settings)
        if value is None:
            return [None] * (len(found) + bool(settings["other"]))
        marks: list[Any] = [int(id_ in chosen_of(value)) for id_ in found]
        return [*marks, written(value) or None] if settings["other"] else marks

    def say(self, settings: Values) -> str | None:
        return Words(
            N_("Reply with the numbers of your choices, such as 1,3:\n%(options)s"),
            options=numbered(settings),
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        return several(settings, message[:500])


def exclusive(settings: Values) -> set[str]:
    """Ids of the options that exclude all others."""
    return {option["id"] for option in settings["options"] if option.get("exclusive")}
