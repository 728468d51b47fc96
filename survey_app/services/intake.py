"""Takes answers in: checked against the version they were given under, stored once, counted with the commit.

The phone makes a response's id, so a save can be repeated any number of times through any network. What is
acknowledged is on disk. The phone's own idea of the path is never trusted: it is derived again from the
answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.services import bell, codes, plans
from survey_app.services.doors import Door, door, door_of_token
from survey_app.services.errors import Refused
from survey_app.services.ledger import find, through
from survey_app.services.posts import TEXT_LENGTH, Post, read_post, receipt_of, seed_of
from survey_app.services.saves import Outcome, Reply, Save
from survey_app.services.storage import write

__all__ = [
    "TEXT_LENGTH",
    "Door",
    "Post",
    "Stored",
    "door",
    "door_of_token",
    "read_post",
    "seed_of",
    "stored",
    "submit",
]

Json = Any


@dataclass(frozen=True)
class Stored:
    """A response as it is stored: what a page needs to go on, or to say that it is done.

    ``position``: page code while started, ending code once ended. ``plan``: of its own version.
    """

    id: str
    revision: int
    state: str
    position: str
    answers: Mapping[str, Json]
    fields: Mapping[str, Json]
    locale: str
    seed: int
    version_id: int
    plan: Plan
    receipt: str


def submit(door: Door, post: Post) -> Reply:
    """Stores one save and returns what the phone is told: ``id``, ``revision``, ``state``, ``page`` or
    ``ending``, ``receipt``.

    Raises Refused with an error per question, Conflict with the stored reply in ``extra`` when something
    else is stored under this id, Gone where the door is closed, NotFound for an unknown version, StorageFull
    and Busy.
    """
    _prove(door, post)
    save = Save(door, post, _secret(), _version(door, post))
    reply = write(replace(save, fresh=_foreseen(save)).run)
    if reply["state"] == "completed":
        bell.ring(bell.WORDS)
    return reply


def _prove(door: Door, post: Post) -> None:
    """Numbers that must be verified are, before anything is stored. Raises Refused."""
    if not door.test and codes.asks(door.plan, post):
        found = stored(door, post.id)
        plan = found.plan if found else _version(door, post)[1]
        codes.settle(door, plan, post, found.id if found else post.id, found.answers if found else {})


def stored(door: Door, id: str) -> Stored | None:
    """The response ``id`` of this door; through a personal link the invitation's own, whatever its id."""
    with db.engine.connect() as source:
        row = find(source, door, id, _secret())
        if row is None or not through(row, door):
            return None
        plan = plans.plan_of(row.version_id, source)
    return Stored(
        id=row.public_id,
        revision=row.revision,
        state=row.state,
        position=row.position,
        answers=row.answers,
        fields=row.fields,
        locale=row.locale,
        seed=row.seed,
        version_id=row.version_id,
        plan=plan,
        receipt=receipt_of(row.public_id, _secret()),
    )


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _version(door: Door, post: Post) -> tuple[int, Plan]:
    """The version a new response of this post begins under."""
    if post.version is None:
        return door.version_id, door.plan
    return plans.version(door.survey_id, post.version)


def _foreseen(save: Save) -> Outcome | None:
    """What the save makes of a new response, unless that depends on what is stored."""
    try:
        return save.foreseen()
    except Refused:
        with db.engine.connect() as source:
            if find(source, save.door, save.post.id, save.secret) is None:
                raise
    return None
