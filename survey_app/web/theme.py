"""How a survey looks: its logo, and one style sheet with the page's rules and its own colours.

The address of the sheet says all that is in it, so browsers may keep it for ever and nothing is looked up.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, make_response, request, url_for
from werkzeug.wrappers import Response

from question_types import _pictures as pictures
from survey_app import assets
from survey_app.engine import colours
from survey_app.security import PUBLIC, needs

Json = Any

blueprint = Blueprint("theme", __name__)

NONE = "0"
_NAME = re.compile(r"([0-9a-f]{6}|0)\.([0-9a-f]{6}|0)\.([A-Za-z0-9]{22}|0)\Z")

LIGHT, DARK = "#ffffff", "#151d1c"
"""The colour of the browser's own bar where the survey has none."""


@dataclass(frozen=True)
class Look:
    """What a page's frame needs of a theme; ``""`` where there is none. ``bars``: light and dark colour of
    the browser's bar."""

    sheet: str = ""
    logo: str = ""
    bars: tuple[str, str] = (LIGHT, DARK)


def look(settings: Mapping[str, Json]) -> Look:
    """The look of a survey with these settings."""
    theme = settings.get("theme") or {}
    name = _named(theme)
    sheet = url_for("theme.sheet", name=name, v=assets.digest()) if name else ""
    return Look(sheet, pictures.address(theme.get("logo") or ""), _bars(theme.get("background") or ""))


def _named(theme: Mapping[str, Json]) -> str:
    """The name of the sheet of a theme; ``""`` where the page's own will do."""
    shades = [(theme.get(key) or "").removeprefix("#").lower() or NONE for key in ("accent", "background")]
    name = ".".join([*shades, (theme.get("picture") or "").removesuffix(".webp") or NONE])
    return name if _NAME.match(name) and name != "0.0.0" else ""


def _bars(background: str) -> tuple[str, str]:
    if not background:
        return LIGHT, DARK
    ground = colours.read(background)
    light, dark = (colours.palette(ground, ground, scheme).ground for scheme in (colours.LIGHT, colours.DARK))
    return colours.written(light), colours.written(dark)


@blueprint.get("/theme/<name>.css")
@needs(PUBLIC)
def sheet(name: str) -> Response:
    """The page's style sheet in the colours of the name: accent, background, picture."""
    if not _NAME.match(name):
        abort(404)
    packed = request.accept_encodings["gzip"] > 0
    response = make_response(_sheet(name, packed))
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = f"public, max-age={assets.FOREVER}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=256)
def _sheet(name: str, packed: bool) -> bytes:
    accent, ground, picture = ("" if part == NONE else part for part in name.split("."))
    own = colours.stylesheet(
        accent and f"#{accent}", ground and f"#{ground}", pictures.address(picture and f"{picture}.webp")
    )
    whole = (assets.STATIC / "phone.css").read_bytes() + b"\n" + own.encode()
    return gzip.compress(whole, 9, mtime=0) if packed else whole
