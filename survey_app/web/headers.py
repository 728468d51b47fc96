"""Security headers of every reply."""

from __future__ import annotations

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
    wanted = g.get("devices", ())
    return ", ".join(f"{name}={'(self)' if name in wanted else '()'}" for name in DEVICES)


def harden(response: Response) -> Response:
    """Adds the headers; a view's own value wins."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", devices())
    if request.endpoint not in ("static", None) and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def init_app(app: Flask) -> None:
    """Hardens every reply."""
    app.after_request(harden)
