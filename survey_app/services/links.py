"""Addresses that reach respondents. Built from the configured base address, never from a request's Host."""

from __future__ import annotations

from flask import current_app

from channels.base import Channel
from survey_app import plugins, security
from survey_app.config import Config
from survey_app.models import Distribution, Invitation, Place
from survey_app.services.errors import Refused


def config() -> Config:
    """The configuration of this installation."""
    return current_app.extensions["config"]  # type: ignore[no-any-return]


def adapter(key: str) -> Channel:
    """A channel by key. Raises Refused where it is not installed."""
    found = plugins.adapters().get(key)
    if found is None:
        raise Refused("This channel is not installed.", {"channel": "Choose one of the installed channels."})
    return found


def link(thing: Distribution | Place) -> str:
    """The absolute public address of a distribution or a place."""
    return f"{config().base_url}/s/{thing.code}"


def personal(invitation: Invitation) -> str:
    """The absolute personal address of an invitation."""
    return address(invitation.token)


def address(sealed: str) -> str:
    """The personal address of an encrypted token."""
    return f"{config().base_url}/i/{security.decrypt(config().secret_key, sealed)}"


def masked(address: str) -> str:
    """A personal address without its secret, to keep and to show."""
    head, _, token = address.rpartition("/")
    return f"{head}/{token[:3]}••••"
