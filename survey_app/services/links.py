"""Addresses that reach respondents. Built from the configured base address, never from a request's Host."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from flask import current_app

from channels.base import Channel
from question_types.base import N_
from survey_app import plugins, security
from survey_app.config import Config
from survey_app.models import Distribution, Invitation, Place
from survey_app.services.errors import Conflict, Refused


def config() -> Config:
    """The configuration of this installation."""
    return current_app.extensions["config"]  # type: ignore[no-any-return]


def adapter(key: str) -> Channel:
    """A channel by key. Raises Refused where it is not installed."""
    found = plugins.adapters().get(key)
    if found is None:
        raise Refused(
            N_("This channel is not installed."), {"channel": N_("Choose one of the installed channels.")}
        )
    return found


def link(thing: Distribution | Place) -> str:
    """The absolute public address of a distribution or a place."""
    return f"{config().base_url}/s/{thing.code}"


def personal(invitation: Invitation) -> str:
    """The absolute personal address of an invitation."""
    return address(invitation.token)


def address(sealed: str) -> str:
    """The personal address of an encrypted token. Raises Conflict where the key is another than then."""
    try:
        return of_token(security.decrypt(config().secret_key, sealed))
    except InvalidToken as error:
        raise Conflict(
            N_("The personal links cannot be read: the secret key of this installation was changed.")
        ) from error


def of_token(token: str) -> str:
    """The personal address of a token."""
    return f"{config().base_url}/i/{token}"


def masked(address: str) -> str:
    """A personal address without its secret, to keep and to show."""
    head, _, token = address.rpartition("/")
    return f"{head}/{token[:3]}••••"
