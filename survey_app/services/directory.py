"""The organisation's directory as options of a question: codes made to fit as ids, names as labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.models import Unit, User
from survey_app.services import accounts

Entry = dict[str, str]

MOST = 500
"""Options a question may have."""

LONGEST = 32
"""Characters of an option's id."""


def members(actor: User, survey_code: str, units: bool = True, people: bool = False) -> list[Entry]:
    """Units below the survey's own (itself where there are none), then people of its subtree, each ``id`` and
    ``label``; at most 500. Raises NotFound for a survey the actor may not change."""
    top = accounts.survey(actor, survey_code, write=True).unit
    found: list[tuple[str, str]] = []
    if units:
        found += [(unit.code, unit.name) for unit in _units(top)]
    if people:
        found += [(user.code, user.name or user.login) for user in _people(top)]
    return list(_entries(found[:MOST]))


def _units(top: Unit) -> list[Unit]:
    query = select(Unit).where(Unit.path.startswith(top.path), Unit.id != top.id).order_by(Unit.path)
    return list(db.session.scalars(query)) or [top]


def _people(top: Unit) -> Iterable[User]:
    there = select(Unit.id).where(Unit.path.startswith(top.path))
    return db.session.scalars(select(User).where(User.unit_id.in_(there), User.active).order_by(User.id))


def _entries(found: list[tuple[str, str]]) -> Iterator[Entry]:
    """Ids that are all different, and labels too: two of one name are told apart by their codes."""
    names = [name or code for code, name in found]
    taken: set[str] = set()
    for (code, _), name in zip(found, names, strict=True):
        yield {
            "id": _free(fitted(code), taken),
            "label": f"{name} ({code})" if names.count(name) > 1 else name,
        }


def fitted(code: str) -> str:
    """A code as an option may have it: letters, digits and underscores, beginning with a letter."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", code)
    return (plain if re.match(r"[A-Za-z]", plain) else f"u{plain}")[:LONGEST]


def _free(id: str, taken: set[str]) -> str:
    number, free = 2, id
    while free in taken:
        tail = f"_{number}"
        free, number = id[: LONGEST - len(tail)] + tail, number + 1
    taken.add(free)
    return free
