"""Security headers of every reply."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flask import Flask, g, request
from werkzeug.wrappers import Response

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

DEVICES = ("camera", "microphone", "geolocation")

_UNWIDENED = "; ".join(f"{name} {value}" for name, value in POLICY.items())


def policy() -> str:
    """The content security policy of this page. Views widen it through ``g``: ``plotly_page`` lets the
    chart library set styles, ``own_pictures`` lets scripts show pictures that were just chosen,
    ``frame_ancestors`` names who may embed the page."""
    if not any(wish in g for wish in ("plotly_page", "styled_by_script", "frame_ancestors", "own_pictures")):
        return _UNWIDENED
    rules = dict(POLICY)
    if g.get("plotly_page") or g.get("styled_by_script"):
        rules["style-src"] = "'self' 'unsafe-inline'"
        rules["img-src"] = "'self' data: blob:"
    if g.get("own_pictures"):
        rules["img-src"] = "'self' data: blob:"
    if g.get("frame_ancestors"):
        rules["frame-ancestors"] = str(g.frame_ancestors)
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def devices() -> str:
    """What this page may ask the device for: nothing but what its view named in ``g.devices``."""
    return _allowing(tuple(g.get("devices", ())))


@cache
def _allowing(wanted: tuple[str, ...]) -> str:
    return ", ".join(f"{name}={'(self)' if name in wanted else '()'}" for name in DEVICES)


def harden(response: Response) -> Response:
    """Adds the headers; a view's own value wins."""
    headers = response.headers
    given = {name.lower() for name, _ in headers}  # asking werkzeug for each costs ten times as much
    for name, value in _wanted():
        if name.lower() not in given:
            headers.add(name, value)
    return response


def _wanted() -> Iterator[tuple[str, str]]:
    yield "Content-Security-Policy", policy()
    yield "Permissions-Policy", devices()
    yield from FIXED
    if request.endpoint not in ("static", None):
        yield "Cache-Control", "no-store"
    if request.is_secure:
        yield "Strict-Transport-Security", "max-age=31536000"


def init_app(app: Flask) -> None:
    """Hardens every reply."""
    app.after_request(harden)
