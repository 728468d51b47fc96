"""The path of a stored response, walked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from survey_app.engine.flow import Walk, walk
from survey_app.engine.plan import Plan
from survey_app.models import Place, Response, Unit
from survey_app.models.base import now

Json = Any

ROWS = (
    select(
        *Response.__table__.c,
        Unit.code.label("unit_code"),
        Unit.name.label("unit_name"),
        Place.code.label("place_code"),
    )
    .select_from(Response)
    .join(Unit, Unit.id == Response.unit_id)
    .outerjoin(Place, Place.id == Response.place_id)
)
"""Responses with what their built-in fields need: the rows every function here is given."""


def fields_of(row: Any, locale: str = "") -> dict[str, Json]:
    """All fields of a stored response, as its conditions see them."""
    return {**row.fields, **builtin(row.channel, locale or row.locale, row.unit_code, row.place_code)}


def builtin(channel: str, locale: str, unit: str, place: str | None) -> dict[str, Json]:
    """The fields every response has; they win over declared ones of the same name."""
    return {"channel": channel, "locale": locale, "unit": unit} | ({"place": place} if place else {})


def today(plan: Plan, moment: datetime | None = None) -> date:
    """The day it is where the survey lives, now or at some moment."""
    return (moment or now()).astimezone(plan.timezone).date()


def again(row: Any, plan: Plan, answers: Mapping[str, Json] | None = None) -> Walk:
    """The path of a response that has ended, as it was then: on that day, with the quotas full that were.
    ``answers``: other answers than the stored ones."""
    return walk(
        plan,
        row.answers if answers is None else answers,
        fields_of(row),
        row.seed,
        full=frozenset(row.flags.get("full", ())),
        today=today(plan, row.completed_at),
    )
