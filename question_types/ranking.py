"""Options put in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, Form, FormField, IntegerField, SelectField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._choices import ORDERS, Option, listing, numbered, several
from question_types._reading import numeral, one
from question_types._rows import labels, listed
from question_types._scores import estimate
from question_types.base import (
    N_,
    PLAIN,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)


class Ranking(QuestionType):
    """Option ids, the first choice first: all of them or the first few. ``id:place`` counts the answers that
    gave the option that place; the option's own amount are its Borda points (the number of options for the
    first place, one less for every place below)."""

    key: ClassVar[str] = "ranking"
    legible: ClassVar[str] = PLAIN
    label: ClassVar[str] = N_("Ranking")
    family: ClassVar[str] = N_("Order and trade-off")
    hint: ClassVar[str] = N_("Options put in order, the most important first")
    template: ClassVar[str] = "question_types/ranking.html"
    operators: ClassVar[str] = "K"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:R",
        "surveyjs:ranking",
        "formbricks:ranking",
        "xlsform:rank",
        "qsf:RO",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "price", "label": "价格"},
                    {"id": "quality", "label": "质量"},
                    {"id": "speed", "label": "送货速度"},
                    {"id": "service", "label": "售后服务"},
                ]
            },
            {"price": ["2"], "quality": ["1"], "speed": ["4"], "service": ["3"]},
            ["quality", "price", "service", "speed"],
            "网购时，您最看重什么？请按重要程度排序",
        ),
        Example(
            {
                "options": [
                    {"id": "hours", "label": "Longer opening hours"},
                    {"id": "parking", "label": "More parking"},
                    {"id": "prices", "label": "Lower prices"},
                    {"id": "range", "label": "A wider range"},
                ],
                "top": 2,
                "order": "random",
            },
            {"prices": ["1"], "parking": ["2"], "hours": [""]},
            ["prices", "parking"],
            "Which two improvements would you like most?",
        ),
    )

    class Settings(Form):
        options = FieldList(FormField(Option), N_("Options"), max_entries=50)
        top = IntegerField(
            N_("How many to rank"),
            [Empty(), NumberRange(min=1, max=50)],
            description=N_("Only the first so many; empty: all"),
        )
        order = SelectField(N_("Order of the options"), choices=ORDERS, default="fixed")

    def problems(self, settings: Values) -> list[str]:
        found = listing(settings["options"], N_("Give at least two options."), 2)
        if (settings["top"] or 0) > len(settings["options"]):
            found.append(N_("There are more places than options."))
        return found

    def places(self, settings: Values) -> int:
        """How many options must be given a place."""
        every = len(settings["options"])
        return min(settings["top"] or every, every)

    def picked(self, raw: Raw, option: str) -> str:
        """The place that stands in an option's control, from places or from an order of ids."""
        order = list(raw.get("", ()))
        if option in order:
            return str(order.index(option) + 1)
        return next(iter(raw.get(option, ())), "")

    def parse(self, settings: Values, raw: Raw) -> Json:
        known = labels(settings["options"])
        order = [id_.strip() for id_ in raw.get("", ()) if id_.strip()]
        if order:
            if not set(order) <= set(known):
                raise Invalid("Please choose from the options shown.")
            return order
        given = {id_: self._place(settings, one(raw, id_)) for id_ in known if one(raw, id_)}
        if len(set(given.values())) < len(given):
            raise Invalid("Please give each place only once.")
        return sorted(given, key=lambda id_: given[id_]) or None

    def _place(self, settings: Values, text: str) -> int:
        place = numeral(text)
        if place is None or not 1 <= place <= self.places(settings):
            raise Invalid("Please choose a place from 1 to %(n)s.", n=self.places(settings))
        return place

    def refill(self, settings: Values, value: Json) -> Raw:
        return {id_: [str(place)] for place, id_ in enumerate(value, 1)}

    def check(self, settings: Values, value: Json) -> None:
        known = labels(settings["options"])
        if not isinstance(value, list) or not value or not all(isinstance(id_, str) for id_ in value):
            raise Invalid("Please choose from the options shown.")
        if not set(value) <= set(known):
            raise Invalid("Please choose from the options shown.")
        if len(set(value)) < len(value):
            raise Invalid("Please give each place only once.")
        if len(value) != self.places(settings):
            raise Invalid("Please give the places 1 to %(n)s.", n=self.places(settings))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        ids, places = tuple(labels(settings["options"])), self.places(settings)
        return (Part("", ids, many=True, low=places, high=places),)

    def buckets(self, settings: Values) -> dict[str, str]:
        known, places = labels(settings["options"]), range(1, self.places(settings) + 1)
        named = {f"{id_}:{n}": self._placed(label, n) for id_, label in known.items() for n in places}
        return {**known, **named}

    def _placed(self, label: str, place: int) -> str:
        return Words(N_("%(label)s: place %(place)s"), label=label, place=place)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        every = len(settings["options"])
        found: dict[str, float] = {"": 1}
        for place, id_ in enumerate(value, 1):
            found |= {id_: every - place + 1, f"{id_}:{place}": 1}
        return found

    def label_of(self, settings: Values, value: Json) -> str:
        known = labels(settings["options"])
        return listed([known[id_] for id_ in value])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        known, n = labels(settings["options"]), totals.n()
        rows = [self._row(settings, totals, id_, label) for id_, label in known.items()]
        best = max(rows, key=lambda row: row["points"] or 0, default=None)
        headline = None
        if best and n:
            first = totals.statistics.share(totals.n(f"{best['bucket']}:1"), n)
            headline = estimate(Words(N_("%(label)s as first choice"), label=best["label"]), first, "%")
        return {"n": n, "headline": headline, "rows": rows}

    def _row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        """``points`` are the mean Borda points, ``first`` the share of first places, ``rank`` the mean place
        among the answers that gave one."""
        n, ranked = totals.n(), totals.n(id_)
        every = len(settings["options"])
        return {
            "bucket": id_,
            "label": label,
            "n": ranked,
            "share": ranked / n if n else None,
            "points": totals.amount(id_) / n if n else None,
            "first": totals.n(f"{id_}:1") / n if n else None,
            "rank": every + 1 - totals.amount(id_) / ranked if ranked else None,
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        ordered = sorted(summary["rows"], key=lambda row: -row["points"])
        rows = [{**row, "value": row["points"], "text": f"{row['points']:.1f}"} for row in ordered]
        return _charts.lengths(rows, 0, len(rows))

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [
            Column(f"{code}.{id_}", label, "number") for id_, label in labels(settings["options"]).items()
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        order = value or []
        return [order.index(id_) + 1 if id_ in order else None for id_ in labels(settings["options"])]

    def say(self, settings: Values) -> str | None:
        listed_ = numbered({**settings, "other": False})
        return Words(
            N_("Reply with %(n)s numbers, the most important first, such as 2,1:\n%(options)s"),
            n=self.places(settings),
            options=listed_,
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        return several({**settings, "other": False}, message[:500])
