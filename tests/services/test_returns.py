"""Going back, changing one's mind and going on again, through the saves: what is stored, counted and reserved
in the end is what somebody leaves who gave the same final answers straight away."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from survey_app import plugins
from survey_app.engine import definition, flow
from survey_app.engine.plan import Plan, compile_plan
from survey_app.models import Quota, Reservation, Response
from survey_app.services import cells, intake
from survey_app.services.errors import Refused
from survey_app.services.intake import Door, Post
from tests import factories
from tests.engine import surveys

Json = Any

KINDS = {"score": "nps", "choice": "single_choice", "several": "multi_choice"}
TOP = {"high": "promoter"}
MOST = 30
"""Attempts to answer what is still missing."""


def real(tree: Json) -> Json:
    """A random survey of the engine's tests in the words of the real question types."""
    if isinstance(tree, list):
        return [real(each) for each in tree]
    if not isinstance(tree, dict):
        return TOP.get(tree, tree) if isinstance(tree, str) else tree
    found = {key: real(each) for key, each in tree.items()}
    if tree.get("type") in KINDS:
        found["type"] = KINDS[tree["type"]]
        found["settings"] = {} if tree["type"] == "score" else tree["settings"]
    return found


def document(seed: int) -> dict[str, Json]:
    """A survey with rules, jumps and quotas of two places."""
    made = real(surveys.survey(seed)[0])
    made["quotas"] = [{**each, "limit": 2} for each in made["quotas"]]
    assert [
        each.sentence() for each in definition.check(made, plugins.types()) if each.level == "error"
    ] == []
    return made


def drawn(plan: Plan, code: str, chance: Random) -> Json:
    """Some answer to a question; None for none."""
    names = {kind: name for name, kind in KINDS.items()}
    values = surveys.VALUES[names[plan.questions[code].type.key]]
    return chance.choice([9 if value == 2 else value for value in values])


def wander(plan: Plan, door: Door, id: str, chance: Random) -> tuple[dict[str, Json], int, bool]:
    """Answers pages of the path in any order and changes answers, off the path as well. What was said last,
    the revision, and whether that came to an end (a full quota ends it)."""
    said: dict[str, Json] = {}
    for revision in range(1, chance.randint(2, 8)):
        some = {code: drawn(plan, code, chance) for code in plan.questions if chance.random() < 0.5}
        said.update(some)
        path = flow.walk(plan, {code: value for code, value in said.items() if value is not None})
        passed = [code for code in path.pages if code != path.position]
        reply = intake.submit(door, Post(id, revision, page=chance.choice([None, *passed]), answers=some))
        if reply["state"] != "started":
            return said, revision, True
    return said, revision, False


def settled(plan: Plan, said: dict[str, Json], chance: Random) -> dict[str, Json] | None:
    """What else must be said for the path to end; None if nothing was found."""
    more: dict[str, Json] = {}
    for _ in range(MOST):
        known = {code: value for code, value in {**said, **more}.items() if value is not None}
        path = flow.walk(plan, known)
        if path.ending:
            return more
        more.update({code: drawn(plan, code, chance) for code in flow.missing(plan, path)})
    return None


def left(db: Any, door: Door, id: str) -> dict[str, Json]:
    """All that a response leaves behind."""
    db.session.rollback()
    row = db.session.scalar(select(Response).where(Response.public_id == id))
    counts = db.session.execute(
        select(Quota.code, Quota.n).where(Quota.survey_id == door.survey_id, Quota.n > 0)
    )
    kept = db.session.scalars(select(Reservation.code).where(Reservation.survey_id == door.survey_id)).all()
    totals = cells.load(door.survey_id).totals()
    buckets = [("", state) for state in ("started", "completed", "screened_out", "over_quota")]
    found = {
        "row": (row.state, row.position, row.answers, row.flags.get("quota")),
        "quotas": dict(counts.all()),
        "reserved": sorted(kept),
        "cells": {bucket: totals.n(*bucket) for bucket in (*buckets, *door.plan.buckets)},
    }
    db.session.rollback()
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_changing_ones_mind_leaves_what_the_last_answers_leave(
    seed: int, cast: SimpleNamespace, db: Any
) -> None:
    made = document(seed)
    doors = [opened(db, cast, made) for _ in range(2)]
    plan, chance = compile_plan(made, plugins.types()), Random(seed)
    for _ in range(3):
        wanderer, straight = factories.public_id(), factories.public_id()
        said, revision, ended = wander(plan, doors[0], wanderer, chance)
        more = {} if ended else settled(plan, said, chance)
        if more is None or not (ended or complete(doors[0], wanderer, revision + 1, more)):
            return  # a survey nobody can finish, or full by now for this one
        last = {code: value for code, value in {**said, **more}.items() if value is not None}
        if ended:  # by a full quota: whoever comes straight is stopped where the quota is decided, too
            last = left(db, doors[0], wanderer)["row"][2]
        assert complete(doors[1], straight, 1, clean(plan, last, ended))
        assert left(db, doors[0], wanderer) == left(db, doors[1], straight)


def clean(plan: Plan, said: dict[str, Json], ended: bool) -> dict[str, Json]:
    """The answers on the path."""
    return said if ended else flow.walk(plan, said).answers


def complete(door: Door, id: str, revision: int, answers: dict[str, Json]) -> bool:
    """Submits; False where something is missing."""
    try:
        return bool(
            intake.submit(door, Post(id, revision, answers=answers, complete=True))["state"] != "started"
        )
    except Refused:
        return False


def opened(db: Any, cast: SimpleNamespace, made: dict[str, Json]) -> Door:
    """The door of a new survey."""
    db.session.rollback()
    distribution = factories.distribution(factories.published(cast.east, made))
    db.session.commit()
    return intake.door(distribution.code)
