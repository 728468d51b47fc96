"""A time to come, with as many places as there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, ClassVar

from wtforms import DateField, FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp
from wtforms.validators import Optional as Empty

from question_types import _charts, _days, _times
from question_types._choices import MOST_PLACES, Option, Single, listing
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
    today,
    zone,
)

Slot = Mapping[str, Any]

ONE = Single()

_FORM = r"([01][0-9]|2[0-3]):[0-5][0-9]\Z"
_WRONG = N_("Write the time as hours and minutes, such as 09:30.")
_SATURDAY = today() + timedelta(days=12 - today().weekday())
"""Example times lie ahead: the Saturday of next week."""


class SlotForm(Form):
    """One time that can be booked."""

    id = Option.id
    label = StringField(
        N_("Shown text"),
        [Length(max=200)],
        default="",
        description=N_("What the time does not say, such as a doctor or a room"),
    )
    date = DateField(N_("Day"), [Empty()])
    start = StringField(
        N_("Begins"),
        [Empty(), Regexp(_FORM, message=_WRONG)],
        default="",
        description=N_("Such as 09:30; it can be booked until then"),
    )
    end = StringField(N_("Ends"), [Empty(), Regexp(_FORM, message=_WRONG)], default="")
    capacity = IntegerField(
        N_("Places to give"), [InputRequired(), NumberRange(min=0, max=MOST_PLACES)], default=1
    )


class Booking(QuestionType):
    """Id of the slot. A place is taken when the response is completed."""

    key: ClassVar[str] = "booking"
    legible: ClassVar[str] = PLAIN
    label: ClassVar[str] = N_("Appointment")
    family: ClassVar[str] = N_("Date and time")
    hint: ClassVar[str] = N_("Times with a limited number of places")
    template: ClassVar[str] = "question_types/booking.html"
    files: ClassVar[tuple[str, ...]] = ("booking.css",)
    aliases: ClassVar[tuple[str, ...]] = (
        "tduck:RESERVE_DAY",
        "tduck:RESERVE_TIME_RANGE",
        "formbricks:cal",
    )
    full: ClassVar[tuple[str, str]] = (
        N_("Booked up"),
        N_("This time has just been booked up. Please choose another."),
    )
    control: ClassVar[str] = "radio"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {
                        "id": f"{day}{hour}",
                        "date": (_SATURDAY + timedelta(days=later)).isoformat(),
                        "start": f"{hour}:00",
                        "end": f"{hour + 1}:00",
                        "capacity": 8,
                    }
                    for later, day in enumerate(("sat", "sun"))
                    for hour in (10, 14, 16)
                ]
            },
            {"": ["sat14"]},
            "sat14",
            "您想预约哪一场试驾？",
        ),
        Example(
            {
                "options": [
                    {"id": "morning", "label": "Morning, 8 am to noon", "capacity": 12},
                    {"id": "afternoon", "label": "Afternoon, noon to 5 pm", "capacity": 12},
                    {"id": "evening", "label": "Evening, 5 pm to 9 pm", "capacity": 6},
                ]
            },
            {"": ["evening"]},
            "evening",
            "When should our technician come?",
        ),
    )

    class Settings(Form):
        options = FieldList(FormField(SlotForm), N_("Times"), max_entries=500)

    def problems(self, settings: Values) -> list[str]:
        found = listing(_plain(settings)["options"], N_("Give at least one time."), 1)
        for slot in settings["options"]:
            found += [Words(wrong, name=slot["id"]) for wrong in _wrong(slot)]
        return found

    def parse(self, settings: Values, raw: Raw) -> Json:
        return ONE.parse(_plain(settings), raw)

    def check(self, settings: Values, value: Json) -> None:
        ONE.check(_plain(settings), value)
        if value in self.over(settings):
            raise Invalid("This time has passed. Please choose another.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return ONE.domain(_plain(settings))

    def buckets(self, settings: Values) -> dict[str, str]:
        return {slot["id"]: slot["label"] for slot in _plain(settings)["options"]}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, value: 1}

    def capacity(self, settings: Values) -> dict[str, int]:
        return {slot["id"]: slot["capacity"] for slot in settings["options"] if slot["capacity"] is not None}

    def over(self, settings: Values) -> frozenset[str]:
        now = datetime.now(zone.get()).replace(tzinfo=None)
        return frozenset(slot["id"] for slot in settings["options"] if _closes(slot) <= now)

    def label_of(self, settings: Values, value: Json) -> str:
        return self.buckets(settings)[value]

    def days(self, settings: Values, slots: Iterable[Slot]) -> list[dict[str, Any]]:
        """The slots as the page draws them: {``day``: parts of the date or None, ``slots``: [{``id``,
        ``time``, ``label``}]}, in order of time, those without a day last."""
        years = _years(settings)
        groups = groupby(sorted(slots, key=_closes), key=lambda slot: _date(slot))
        return [
            {
                "day": day and _parts(day) | {"year": day.year if years else None},
                "slots": [{"id": slot["id"], "time": _span(slot), "label": slot["label"]} for slot in group],
            }
            for day, group in groups
        ]

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        limits = self.capacity(settings)
        rows = [row | {"limit": limits.get(row["bucket"], 0)} for row in found["rows"]]
        return found | {"rows": rows, "headline": _occupancy(rows, found["n"])}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _places(summary["rows"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "choice", self.buckets(settings))]

    def say(self, settings: Values) -> str | None:
        over = self.over(settings)
        slots = {
            number: slot["label"]
            for number, slot in enumerate(_plain(settings)["options"], 1)
            if slot["id"] not in over
        }
        lines = "\n".join(f"{number} %(o{number})s" for number in slots)
        listed = Words(lines, **{f"o{number}": label for number, label in slots.items()})
        return Words(N_("Reply with the number of the time you would like:\n%(options)s"), options=listed)

    def hear(self, settings: Values, message: str) -> Raw | None:
        return ONE.hear(_plain(settings), message)


def _plain(settings: Values) -> dict[str, Any]:
    """The slots as options of a single choice."""
    years = _years(settings)
    listed = [{"id": slot["id"], "label": _label(slot, years)} for slot in settings["options"]]
    return {"options": listed, "other": False, "other_label": ""}


def _wrong(slot: Slot) -> list[str]:
    """What is wrong with one slot, with a place for its ``name``."""
    found = []
    if not (slot["label"] or slot["date"] or slot["start"]):
        found.append(N_("The time “%(name)s” needs a day or a text."))
    if slot["end"] and not slot["start"]:
        found.append(N_("The time “%(name)s” ends but does not begin."))
    if slot["end"] and slot["start"] and slot["end"] <= slot["start"]:
        found.append(N_("The time “%(name)s” ends before it begins."))
    return found


def _date(slot: Slot) -> date | None:
    return _days.fixed(slot["date"]) if slot["date"] else None


def _closes(slot: Slot) -> datetime:
    """Until when a slot can be booked, on the survey's clock: its beginning, or the end of its day."""
    day, start = _date(slot), _times.iso(slot["start"] or "")
    if day is None:
        return datetime.max
    return datetime.combine(day, start) if start else datetime.combine(day, time.max)


def _years(settings: Values) -> bool:
    """Whether the days lie in more than one year, so that it must be said."""
    days = {_date(slot) for slot in settings["options"]} - {None}
    return len({day.year for day in days if day}) > 1


def _span(slot: Slot) -> str:
    return "–".join(filter(None, (slot["start"], slot["end"])))


def _parts(day: date) -> dict[str, Any]:
    """A day in words (message ids)."""
    month, weekday = _days.MONTHS[day.month - 1][1], _days.WEEKDAYS[day.weekday()][1]
    return {"month": month, "weekday": weekday, "number": day.day}


def _label(slot: Slot, years: bool) -> str:
    day = _date(slot)
    parts = [_said(day, years) if day else "", _span(slot), slot["label"]]
    named = {f"p{place}": part for place, part in enumerate(parts) if part}
    return Words(" ".join(f"%({name})s" for name in named), **named)


def _said(day: date, years: bool) -> Words:
    parts = _parts(day)
    named = {"month": Words(parts["month"]), "day": parts["number"], "weekday": Words(parts["weekday"])}
    if years:
        return Words(N_("%(month)s %(day)s, %(year)s (%(weekday)s)"), year=day.year, **named)
    return Words(N_("%(month)s %(day)s (%(weekday)s)"), **named)


def _occupancy(rows: list[dict[str, Any]], n: int) -> dict[str, Any] | None:
    places = sum(row["limit"] for row in rows)
    if not places:
        return None
    label, value = Words(N_("Places taken")), 100 * n / places
    return {"label": label, "value": value, "low": None, "high": None, "unit": "%", "n": n, "enough": True}


def _places(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """A bar of places taken in front of a bar of all places, in the author's order."""
    figure = _charts.bars(rows, sort=False)
    taken = figure["data"][0] | {
        "x": [row["n"] for row in rows],
        "text": [f"{row['n']}/{row['limit']}" for row in rows],
        "textposition": "none",
        "hovertemplate": "%{hovertext}<br>%{text}<extra></extra>",
    }
    ground = taken | {
        "x": [max(row["limit"], row["n"]) for row in rows],
        "marker": {"color": ["rgba(139,146,156,0.28)"] * len(rows)},
        "textposition": "outside",
        "hoverinfo": "skip",
    }
    del ground["hovertemplate"]
    top = max((max(row["limit"], row["n"]) for row in rows), default=0) or 1
    layout = {"barmode": "overlay", "xaxis": _charts.hidden_axis(range=[0, top * 1.25])}
    return figure | {"data": [ground, taken], "layout": figure["layout"] | layout}
