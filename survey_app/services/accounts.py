"""Units, users, tokens: who is asking and what they may see."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from question_types.base import N_
from survey_app import security
from survey_app.extensions import db
from survey_app.models import Audit, Survey, Token, Unit, User
from survey_app.models.base import now, secret_code
from survey_app.services.errors import Conflict, NotFound, Refused

LOCALES = ("", "zh_CN", "en")
"""What a user may choose; empty follows the browser."""

PASSWORD_LENGTH = 8
SHORT = N_("Use at least 8 characters.")


def root_id(unit: Unit) -> int:
    """Id of the organisation a unit belongs to."""
    return int(unit.path.split("/")[1])


def unit_ids(actor: User, unit_code: str | None = None) -> set[int]:
    """Ids of the actor's subtree, or of the subtree of one unit in it. Raises NotFound outside."""
    top = actor.unit if not unit_code else unit(actor, unit_code)
    return set(db.session.scalars(select(Unit.id).where(Unit.path.startswith(top.path))))


def units(actor: User) -> list[Unit]:
    """The actor's subtree, parents before children."""
    found = db.session.scalars(select(Unit).where(Unit.path.startswith(actor.unit.path))).all()
    return sorted(found, key=lambda each: [int(step) for step in each.path.strip("/").split("/")])


def unit(actor: User, code: str) -> Unit:
    """One unit of the actor's subtree, by code."""
    found = db.session.scalar(select(Unit).where(Unit.code == code, Unit.path.startswith(actor.unit.path)))
    if found is None:
        raise NotFound(N_("There is no such unit."))
    return found


def within(actor: User, model: Any) -> ColumnElement[bool]:
    """The condition that a row's ``unit_id`` lies in the actor's subtree."""
    subtree = select(Unit.id).where(Unit.path.startswith(actor.unit.path))
    return model.unit_id.in_(subtree)  # type: ignore[no-any-return]


def lineage(actor: User) -> list[int]:
    """Ids of the units from the organisation down to the actor's own."""
    return [int(step) for step in actor.unit.path.strip("/").split("/")]


def survey(actor: User, code: str, write: bool = False) -> Survey:
    """A survey the actor may see, or change with ``write``. Raises NotFound.

    Surveys of units above the actor's may be read: a region sees the organisation's survey, with figures
    limited to its own subtree.
    """
    reach = within(actor, Survey)
    if not write:
        reach = reach | Survey.unit_id.in_(lineage(actor))
    found = db.session.scalar(select(Survey).where(Survey.code == code, Survey.deleted_at.is_(None), reach))
    if found is None:
        raise NotFound(N_("There is no such survey."))
    return found


def audit(actor: User | None, action: str, thing: str = "", **detail: Any) -> None:
    """Adds a line to the audit trail in the current transaction, chained to the organisation's last."""
    root = root_id(actor.unit) if actor else None
    last = db.session.scalar(
        select(Audit.chain).where(Audit.root_id == root).order_by(Audit.id.desc()).limit(1)
    )
    entry = Audit(
        root_id=root, user_id=actor.id if actor else None, action=action, thing=thing, detail=detail, at=now()
    )
    entry.chain = chained(last or "", entry)
    db.session.add(entry)
    db.session.flush()


def chained(last: str, entry: Audit) -> str:
    """The hash that ties an audit line to the one before it."""
    facts = [
        last,
        entry.root_id,
        entry.user_id,
        entry.action,
        entry.thing,
        entry.detail,
        entry.at.isoformat(),
    ]
    secret = current_app.extensions["config"].secret_key
    return security.keyed_hash(secret, "audit", json.dumps(facts, sort_keys=True, ensure_ascii=False))


def authenticate(login: str, password: str) -> User | None:
    """The user with this password, or None; an unknown login costs as much time as a wrong password."""
    user = db.session.scalar(select(User).where(User.login == login.strip()))
    fits = security.check_password(user.password if user else None, password)
    return user if user and fits and user.active else None


def user_of_session(session_id: str) -> User | None:
    """The user a session cookie names, unless the session was ended."""
    number, _, epoch = session_id.partition(".")
    if not (number.isdigit() and epoch.isdigit()):
        return None
    user = db.session.get(User, int(number))
    return user if user and user.active and user.session_epoch == int(epoch) else None


def user_of_token(token: str) -> tuple[User, str] | None:
    """The owner and the scopes of a valid API token."""
    found = db.session.scalar(
        select(Token).where(Token.hash == security.token_hash(token), Token.revoked_at.is_(None))
    )
    if found is None or not found.user.active:
        return None
    return found.user, found.scopes


def create_unit(name: str, parent: Unit | None = None, code: str | None = None) -> Unit:
    """A new unit below ``parent``, or a new organisation."""
    created = Unit(name=name.strip(), parent_id=parent.id if parent else None)
    if code:
        created.code = code
    db.session.add(created)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(N_("A unit with this code exists already.")) from error
    created.path = f"{parent.path if parent else '/'}{created.id}/"
    db.session.commit()
    return created


def create_user(
    login: str, password: str, role: str, unit: Unit, name: str = "", actor: User | None = None
) -> User:
    """A new user. Raises Refused for a weak password or unknown role, Conflict for a taken login."""
    _check_user(login, password, role)
    created = User(
        login=login.strip(), password=security.hash_password(password), role=role, unit=unit, name=name
    )
    db.session.add(created)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(N_("This login is taken. Choose another one.")) from error
    audit(actor, "user.create", f"user:{created.code}", role=role)
    db.session.commit()
    return created


def _check_user(login: str, password: str, role: str) -> None:
    errors = {}
    if not login.strip():
        errors["login"] = N_("Enter a login.")
    if len(password) < PASSWORD_LENGTH:
        errors["password"] = SHORT
    if role not in security.ROLES:
        errors["role"] = N_("Choose owner, manager, analyst, agent or viewer.")
    if errors:
        raise Refused(N_("The user could not be created."), errors)


def change_profile(user: User, name: str | None = None, locale: str | None = None) -> None:
    """Sets what a user may change of himself; ``None`` leaves a value as it is."""
    if locale is not None and locale not in LOCALES:
        raise Refused(N_("This language is not offered."))
    user.name = user.name if name is None else name
    user.locale = user.locale if locale is None else locale
    db.session.commit()


def change_password(user: User, password: str) -> None:
    """Sets a password and ends all the user's other sessions."""
    if len(password) < PASSWORD_LENGTH:
        raise Refused(N_("The password was not changed."), {"password": SHORT})
    user.password = security.hash_password(password)
    user.session_epoch += 1
    audit(user, "user.password", f"user:{user.code}")
    db.session.commit()


def create_token(user: User, name: str, scopes: str = "") -> str:
    """A new API token; the only time it is readable."""
    unknown = [scope for scope in scopes.split() if scope not in security.PERMISSIONS]
    if unknown:
        raise Refused(N_("The token was not created."), {"scopes": f"Unknown scope: {', '.join(unknown)}."})
    token = secret_code(32)
    db.session.add(Token(user_id=user.id, name=name, hash=security.token_hash(token), scopes=scopes))
    audit(user, "token.create", f"user:{user.code}", name=name, scopes=scopes)
    db.session.commit()
    return token
