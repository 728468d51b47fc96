"""The doors for respondents' files, beside those for their answers: begin, send pieces, ask, take back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from survey_app.extensions import csrf, limiter
from survey_app.services import uploads
from survey_app.services.intake import Door
from survey_app.web import shut
from survey_app.web.doorways import behind
from survey_app.web.pace import Pace

blueprint = Blueprint("uploads", __name__)
shut.guard(blueprint)
csrf.exempt(blueprint)  # no cookie is trusted here: the id of the response travels in the body

STARTS = "600 per minute"
"""Files that one address may begin."""

PIECES = "6000 per minute"
"""Pieces from one address."""

SLACK = 1024

pace = Pace()


@behind(blueprint, "/uploads", STARTS)
def new_uploads(door: Door) -> Response:
    """Begins an upload."""
    given = uploads.read_start(request.get_data())
    if limiter.enabled:
        pace.keep(given.id)
    return jsonify(uploads.start(door, given))


@behind(blueprint, "/uploads/<upload>", PIECES, ("GET", "PUT", "POST", "DELETE"))
def one_of_uploads(door: Door, upload: str) -> Response:
    """Takes a piece of an upload, says how far it has come, or drops it."""
    if request.method == "DELETE":
        uploads.drop(door, upload)
        return Response(status=204)
    if request.method == "GET":
        return jsonify(uploads.told(door, upload))
    request.max_content_length = uploads.CHUNK + SLACK
    return jsonify(uploads.receive(door, upload, _offset(), request.get_data()))


def _offset() -> int:
    """Where the piece begins; -1, which fits nowhere, for what is no number."""
    text: Any = request.args.get("offset", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1
