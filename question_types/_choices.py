"""The family of choices: options with stable ids, one of them perhaps with a text of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Regexp
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._reading import clean, dirty, folded, numeral, one
from question_types._scores import estimate
from question_types.base import (
    N_,
    PLAIN,
    Column,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

OTHER = "other"
"""Id of the option that ``settings.other`` adds."""

OTHER_LENGTH = 200

MOST_PLACES = 1_000_000

ORDERS = [
    SelectChoice("fixed", N_("As written")),
    SelectChoice("random", N_("Random")),
    SelectChoice("random_keep_last", N_("Random, the last stays last")),
    SelectChoice("reverse_half", N_("Reversed for half of the respondents")),
]

_BETWEEN = re.compile(r"[\s,;、/+&和]+")
_COMMAS = re.compile(r"[,，;；、\n]+")
_NUMBERED = re.compile(
    r"[\s(\[]*(?:我?选)?(?:第)?\s*([0-9]{1,3}|[一二三四五六七八九十]{1,3}|[A-Za-z])\s*(?:个|项)?[\s.)\]。]*"
)
_OTHER_TEXT = re.compile(r"([^:(]{1,60})[:(]\s*(.{1,200})", re.S)


class Option(Form):
    """One option, row or column."""

    id = StringField(
        N_("Stored code"),
        [
            DataRequired(N_("Give every option a code.")),
            Regexp(
                r"[A-Za-z][A-Za-z0-9_]{0,31}\Z",
                message=N_("Letters, digits and underscores, beginning with a letter, at most 32."),
            ),
        ],
        description=N_("What is stored; stays when the label changes"),
    )
    label = StringField(N_("Shown text"), [DataRequired(N_("Give every option a label.")), Length(max=200)])


class LimitedOption(Option):
    """An option that may run out."""

    limit = IntegerField(
        N_("Places to give"),
        [Empty(), NumberRange(min=0, max=MOST_PLACES)],
        description=N_("How many completed responses may choose it; empty: any number"),
    )


class ChoiceSettings(Form):
    """What all choices have in common."""

    options = FieldList(FormField(LimitedOption), N_("Options"), max_entries=500)
    other = BooleanField(
        N_("Add “Other” with a text field"), default=False, description=N_("It always comes last")
    )
    other_label = StringField(
        N_("Label of “Other”"), [Length(max=60)], default="", description=N_("Left empty: “Other”")
    )
    order = SelectField(N_("Order of the options"), choices=ORDERS, default="fixed")


def repeated(ids: Iterable[str]) -> list[str]:
    """Ids that occur more than once."""
    seen: set[str] = set()
    return [id_ for id_ in ids if id_ in seen or seen.add(id_)]  # type: ignore[func-returns-value]


def listing(items: Iterable[Mapping[str, Any]], what: str, few: int) -> list[str]:
    """Problems of a list of options, rows or columns: too few of them, one id or one label twice."""
    items = list(items)
    found = [] if len(items) >= few else [what]
    for wrong, key in (
        (N_("The code “%(name)s” is used twice."), "id"),
        (N_("The label “%(name)s” is used twice."), "label"),
    ):
        found += [
            Words(wrong, name=name) for name in dict.fromkeys(repeated(str(item[key]) for item in items))
        ]
    return found


def options(settings: Values) -> dict[str, str]:
    """Option id → label, in the author's order, “Other” last."""
    found = {option["id"]: option["label"] for option in settings["options"]}
    if settings.get("other"):
        found[OTHER] = settings["other_label"] or Words(N_("Other"))
    return found


def other_text(settings: Values, raw: Raw) -> str:
    """What was written beside “Other”; ``""`` where the question has none."""
    return clean(one(raw, OTHER)) if settings["other"] else ""


def check_other(settings: Values, value: Json, chosen: Json) -> None:
    """Raises Invalid unless the parts of ``{"v": chosen, "other": {"other": text}}`` fit together."""
    texts = value.get("other")
    if set(value) != {"v", "other"} or not isinstance(texts, dict) or set(texts) != {OTHER}:
        raise Invalid("Please choose from the options shown.")
    text = texts[OTHER]
    if not settings["other"] or not isinstance(text, str) or not text.strip() or OTHER not in chosen:
        raise Invalid("Please choose from the options shown.")
    if len(text) > OTHER_LENGTH:
        raise Invalid("Please keep this under %(most)s characters.", most=OTHER_LENGTH)
    if dirty(text):
        raise Invalid("This text contains characters that cannot be stored. Please type it again.")


def written(value: Json) -> str:
    """The text beside “Other” in an answer."""
    return str(value["other"][OTHER]) if isinstance(value, dict) else ""


def with_text(label: str, text: str) -> str:
    """A label with the customer's words behind it."""
    return Words(N_("%(label)s (%(text)s)"), label=label, text=text) if text else label


class Choice(QuestionType):
    """Options are buckets; the text beside “Other” is the customer's words."""

    family: ClassVar[str] = N_("Choice questions")
    legible: ClassVar[str] = PLAIN
    template: ClassVar[str] = "question_types/choice.html"
    many: ClassVar[bool] = False
    control: ClassVar[str] = "radio"
    few: ClassVar[int] = 2

    class Settings(ChoiceSettings):
        pass

    def problems(self, settings: Values) -> list[str]:
        found = listing(settings["options"], N_("Give at least two options."), self.few)
        if any(option["id"] == OTHER for option in settings["options"]):
            found.append(N_("The code “other” is kept for the option that “Other” adds. Use another code."))
        return found

    def buckets(self, settings: Values) -> dict[str, str]:
        return options(settings)

    def capacity(self, settings: Values) -> dict[str, int]:
        limits = {option["id"]: option.get("limit") for option in settings["options"]}
        return {id_: limit for id_, limit in limits.items() if limit is not None}

    def text(self, settings: Values, value: Json) -> str:
        return written(value)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        best = max(found["rows"], key=lambda row: row["n"], default=None)
        if best and best["n"]:
            found["headline"] = estimate(best["label"], totals.statistics.share(best["n"], found["n"]), "%")
        return found

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"]) if summary["n"] else None

    def say(self, settings: Values) -> str | None:
        return Words(N_("Reply with the number of your choice:\n%(options)s"), options=numbered(settings))


def numbered(settings: Values) -> Words:
    """The options as numbered lines."""
    labels = list(options(settings).values())
    lines = "\n".join(f"{i} %(o{i})s" for i in range(1, len(labels) + 1))
    return Words(lines, **{f"o{i}": label for i, label in enumerate(labels, 1)})


def option_text(code: str, settings: Values) -> list[Column]:
    """The export column of the text beside “Other”."""
    return [Column(f"{code}.other.text", Words(N_("Other (text)")))] if settings["other"] else []


def picked(settings: Values, message: str) -> str | None:
    """Id of the option that a word of a reply means: its number (as :func:`numbered` gave it), its letter or
    its label."""
    found = options(settings)
    ids = list(found)
    match = _NUMBERED.fullmatch(folded(message))
    if match:
        place = _place(match[1])
        return ids[place] if 0 <= place < len(ids) else None
    said = folded(message).casefold()
    named = [id_ for id_, label in found.items() if folded(label).casefold() == said]
    return named[0] if said and len(named) == 1 else None


def _place(word: str) -> int:
    if word.isascii() and word.isalpha():
        return ord(word.upper()) - ord("A")
    return (numeral(word) or 0) - 1


def specified(settings: Values, message: str) -> str | None:
    """The text in a reply such as “其他：自助机” or “其他（自助机）”; None if it is no such reply."""
    match = _OTHER_TEXT.fullmatch(folded(message)[:300])
    if not (settings.get("other") and match and picked(settings, match[1]) == OTHER):
        return None
    return clean(match[2]).removesuffix(")") or None


def replied(settings: Values, words: list[str]) -> Raw | None:
    """Words of a reply, each an option or “other” with a text, as raw input; None if one is unclear."""
    raw: dict[str, list[str]] = {"": []}
    for word in words:
        text = specified(settings, word)
        option = OTHER if text else picked(settings, word)
        if option is None:
            return None
        raw[""].append(option)
        raw.update({OTHER: [text]} if text else {})
    return raw if raw[""] else None


class Single(Choice):
    """One option: its id, or ``{"v": "other", "other": {"other": text}}``."""

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = other_text(settings, raw)
        chosen = one(raw) or (OTHER if text else "")
        if chosen == OTHER and text:
            return {"v": OTHER, "other": {OTHER: text}}
        return chosen or None

    def check(self, settings: Values, value: Json) -> None:
        if isinstance(value, dict):
            check_other(settings, value, [value.get("v")])
        chosen = chosen_of(value)
        if not isinstance(chosen, str) or chosen not in options(settings):
            raise Invalid("Please choose from the options shown.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return (Part("", tuple(options(settings))),)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, str(chosen_of(value)): 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return with_text(options(settings)[chosen_of(value)], written(value))

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "choice", options(settings)), *option_text(code, settings)]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        text = [written(value) or None] if settings["other"] else []
        return [None if value is None else chosen_of(value), *text]

    def hear(self, settings: Values, message: str) -> Raw | None:
        return replied(settings, [message[:300]])


def chosen_of(value: Json) -> Json:
    """What was chosen, without the text beside it."""
    return value.get("v") if isinstance(value, dict) else value


def several(settings: Values, message: str) -> Raw | None:
    """A reply such as “1,3”, “13”, “AC” or “排队、态度” as raw input; None if a part is unclear."""
    whole = replied(settings, [message])
    if whole:
        return whole
    words = [word for word in _BETWEEN.split(folded(message)) if word]
    if len(words) == 1 and re.fullmatch(r"[1-9]{2,9}|[A-Za-z]{2,26}", words[0]):
        words = list(words[0])
    return replied(settings, words) or replied(
        settings, [word for word in _COMMAS.split(message) if word.strip()]
    )
