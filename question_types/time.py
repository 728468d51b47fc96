"""A time of day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, ClassVar

from wtforms import Form, StringField
from wtforms.validators import Optional as Empty
from wtforms.validators import Regexp

from question_types import _charts, _times
from question_types._reading import one
from question_types.base import (
    N_,
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

_FORM = r"([01][0-9]|2[0-3]):[0-5][0-9]\Z"
_WRONG = N_("Write the time as hours and minutes, such as 09:30.")


class Time(QuestionType):
    """``HH:MM`` on the clock of twenty-four hours. Buckets are the hour (``h09``) and the part of the day."""

    key: ClassVar[str] = "time"
    legible: ClassVar[str] = "^[0-9]{2}:[0-9]{2}$"
    label: ClassVar[str] = N_("Time of day")
    family: ClassVar[str] = N_("Date and time")
    hint: ClassVar[str] = N_("Hours and minutes")
    template: ClassVar[str] = "question_types/time.html"
    operators: ClassVar[str] = "Q"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:text/time", "xlsform:time", "heyform:time")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["下午两点半"]}, "14:30", "您大约几点到店？"),
        Example(
            {"min": "10:00", "max": "22:00"}, {"": ["18:05"]}, "18:05", "When would you like us to call you?"
        ),
    )

    class Settings(Form):
        min = StringField(
            N_("Earliest time"),
            [Empty(), Regexp(_FORM, message=_WRONG)],
            default="",
            description=N_("Such as 09:30; empty: no limit"),
        )
        max = StringField(
            N_("Latest time"),
            [Empty(), Regexp(_FORM, message=_WRONG)],
            default="",
            description=N_("Such as 21:00; empty: no limit"),
        )

    def problems(self, settings: Values) -> list[str]:
        low, high = self._bounds(settings)
        return [N_("The earliest time is after the latest.")] if low > high else []

    def _bounds(self, settings: Values) -> tuple[time, time]:
        return _times.iso(settings["min"]) or time(0), _times.iso(settings["max"]) or time(23, 59)

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = one(raw)
        if not text:
            return None
        found = _times.clock(text[:40])
        if found is None:
            raise Invalid("Please give the time as hours and minutes, such as 14:30.")
        return f"{found:%H:%M}"

    def check(self, settings: Values, value: Json) -> None:
        found = _times.iso(value) if isinstance(value, str) else None
        if found is None:
            raise Invalid("Please give the time as hours and minutes, such as 14:30.")
        low, high = self._bounds(settings)
        if not low <= found <= high:
            raise Invalid(
                "Please choose a time from %(low)s to %(high)s.", low=f"{low:%H:%M}", high=f"{high:%H:%M}"
            )

    def domain(self, settings: Values) -> tuple[Part, ...]:
        low, high = self._bounds(settings)
        hours = [time(hour) for hour in (0, 8, 12, 15, 19)]
        wanted = sorted({low, high, *(each for each in hours if low <= each <= high)})
        return (Part("", tuple(f"{each:%H:%M}" for each in wanted), open=True),)

    def buckets(self, settings: Values) -> dict[str, str]:
        hours = {f"h{hour:02d}": f"{hour}:00" for hour in range(24)}
        return {**hours, **{bucket: Words(label) for bucket, label, _ in _times.PARTS}}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        hour = int(value[:2])
        return {"": hour * 60 + int(value[3:]), f"h{hour:02d}": 1, _times.part(hour): 1}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        return found | {"rows": found["rows"][:24], "groups": found["rows"][24:]}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.histogram(summary["rows"]) if summary["n"] else None

    def say(self, settings: Values) -> str | None:
        return Words(N_("Reply with a time, such as 14:30."))

    def hear(self, settings: Values, message: str) -> Raw | None:
        found = _times.clock(message[:40].rstrip("。. !！"))
        return {"": [f"{found:%H:%M}"]} if found else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code)]
