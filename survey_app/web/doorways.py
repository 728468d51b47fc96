"""What a page's script asks of its door, which is the same behind every kind of door: an open link, a printed
code, a personal link, a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from survey_app.extensions import limiter
from survey_app.security import PUBLIC, needs
from survey_app.services import intake, trials
from survey_app.services.intake import Door

Action = Callable[..., Response]

KINDS: dict[str, tuple[str, Callable[[str], Door]]] = {
    "link": ("s", lambda code: intake.door(code, closed=True)),
    "printed": ("S", lambda code: intake.door(code, closed=True)),
    "invited": ("i", lambda token: intake.door_of_token(token, closed=True)),
    "tried": ("t", trials.door),
}
"""Kind of door → the first part of its addresses, and what finds it by the second. A closed one is found too:
what was begun in time may still be saved."""


def nearby() -> bool:
    """Whether the caller's address says nothing: this machine, or a proxy on it that was not declared. One
    limit for all customers together would shut everybody out."""
    return request.remote_addr in ("127.0.0.1", "::1", None)


def behind(
    blueprint: Blueprint, path: str, limit: str, methods: Sequence[str] = ("POST",)
) -> Callable[[Action], Action]:
    """Serves ``action(door, **the path's own variables)`` at ``path`` below every door, as often as ``limit``
    allows one address. Endpoints are the action's name after the kind of door."""

    def served(action: Action) -> Action:
        @needs(PUBLIC)
        @limiter.limit(limit, exempt_when=nearby)
        @wraps(action)
        def view(kind: str, key: str, **more: Any) -> Response:
            return action(KINDS[kind][1](key), **more)

        for kind, (letter, _) in KINDS.items():
            rule, name = f"/{letter}/<key>{path}", f"{kind}_{action.__name__}"
            blueprint.add_url_rule(rule, name, view, defaults={"kind": kind}, methods=methods)
        return action

    return served
