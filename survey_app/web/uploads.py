"""The doors for respondents' files, beside those for their answers: begin, send pieces, ask, take back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from survey_app.extensions import csrf, limiter
from survey_app.security import PUBLIC, needs
from survey_app.services import intake, trials, uploads
from survey_app.services.intake import Door
from survey_app.web import shut
from survey_app.web.pace import Pace
from survey_app.web.respond import nearby

blueprint = Blueprint("uploads", __name__)
shut.guard(blueprint)
csrf.exempt(blueprint)  # no cookie is trusted here: the id of the response travels in the body

STARTS = "600 per minute"
"""Files that one address may begin."""

PIECES = "6000 per minute"
"""Pieces from one address."""

SLACK = 1024

pace = Pace()


@blueprint.post("/s/<code>/uploads")
@blueprint.post("/S/<code>/uploads", endpoint="printed_uploads")
@needs(PUBLIC)
@limiter.limit(STARTS, exempt_when=nearby)
def link_uploads(code: str) -> Response:
    """Begins an upload behind an open link or a printed code."""
    return _start(intake.door(code, closed=True))


@blueprint.post("/i/<token>/uploads")
@needs(PUBLIC)
@limiter.limit(STARTS, exempt_when=nearby)
def invited_uploads(token: str) -> Response:
    """Begins an upload behind a personal link."""
    return _start(intake.door_of_token(token, closed=True))


@blueprint.post("/t/<token>/uploads")
@needs(PUBLIC)
@limiter.limit(STARTS, exempt_when=nearby)
def tried_uploads(token: str) -> Response:
    """Begins an upload of somebody who tries the survey out."""
    return _start(trials.door(token))


@blueprint.route("/s/<code>/uploads/<upload>", methods=["GET", "PUT", "POST", "DELETE"])
@blueprint.route(
    "/S/<code>/uploads/<upload>", methods=["GET", "PUT", "POST", "DELETE"], endpoint="printed_one_of_uploads"
)
@needs(PUBLIC)
@limiter.limit(PIECES, exempt_when=nearby)
def one_of_uploads(code: str, upload: str) -> Response:
    """One upload behind an open link or a printed code."""
    return _one(intake.door(code, closed=True), upload)


@blueprint.route("/i/<token>/uploads/<upload>", methods=["GET", "PUT", "POST", "DELETE"])
@needs(PUBLIC)
@limiter.limit(PIECES, exempt_when=nearby)
def invited_one_of_uploads(token: str, upload: str) -> Response:
    """One upload behind a personal link."""
    return _one(intake.door_of_token(token, closed=True), upload)


@blueprint.route("/t/<token>/uploads/<upload>", methods=["GET", "PUT", "POST", "DELETE"])
@needs(PUBLIC)
@limiter.limit(PIECES, exempt_when=nearby)
def tried_one_of_uploads(token: str, upload: str) -> Response:
    """One upload of somebody who tries the survey out."""
    return _one(trials.door(token), upload)


def _start(door: Door) -> Response:
    given = uploads.read_start(request.get_data())
    if limiter.enabled:
        pace.keep(given.id)
    return jsonify(uploads.start(door, given))


def _one(door: Door, upload: str) -> Response:
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
