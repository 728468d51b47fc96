"""What lies below a province, for lists on the respondents' page: public, and the same for ever."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, abort, current_app
from werkzeug.wrappers import Response

from question_types import _regions
from survey_app.assets import FOREVER
from survey_app.security import PUBLIC, needs

blueprint = Blueprint("regions", __name__, url_prefix="/regions")


@blueprint.get("/<version>/<code>.json")
@needs(PUBLIC)
def below(version: str, code: str) -> Response:
    """Cities and districts of a province, each with code and name. 404 for other data than ours."""
    if version != _regions.regions().version or code not in _regions.provinces():
        abort(404)
    reply = Response(_written(code), mimetype="application/json")
    reply.cache_control.public = True
    reply.cache_control.max_age = FOREVER
    reply.cache_control.immutable = True
    return reply


@lru_cache(maxsize=64)
def _written(code: str) -> str:
    return str(current_app.json.dumps(_regions.told(code)))
