"""Refusals in the caller's own form: a page, plain JSON, or a problem document (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from question_types.base import N_, Invalid
from survey_app.engine.strict import BadJson
from survey_app.services.errors import Problem, StorageFull
from survey_app.services.storage import Busy
from survey_app.web.guard import is_api

SENTENCES = {
    400: N_("The request could not be understood."),
    401: N_("Please sign in first."),
    403: N_("Your role does not allow this. Ask the owner of the organisation."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not accept that kind of request."),
    409: N_("Somebody else changed this in the meantime. Reload and try again."),
    410: N_("This is closed."),
    413: N_("That is too large. Send less at once."),
    415: N_("This kind of content is not accepted here."),
    422: N_("Some entries are not right."),
    429: N_("Too many requests. Please wait a moment and try again."),
    500: N_("Something went wrong on our side. Nothing was changed."),
    503: N_("The service is busy. Please try again in a moment."),
    507: N_("The storage is full. Nothing was lost; please try again later."),
}


def wants_json() -> bool:
    """Whether the caller sent or asked for JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def spoken(error: Any) -> Any:
    """Sentences of nested errors in the caller's language."""
    if isinstance(error, Invalid):
        return error.sentence(gettext)
    if isinstance(error, dict):
        return {key: spoken(value) for key, value in error.items()}
    if isinstance(error, list | tuple):
        return [spoken(each) for each in error]
    return gettext(error) if isinstance(error, str) and error else error


def reply(status: int, message: str, errors: Any = None, extra: dict[str, Any] | None = None) -> Response:
    """An error in the caller's form."""
    body: dict[str, Any] = {**(extra or {})}
    if errors:
        body["errors"] = spoken(errors)
    if is_api():
        title = HTTPStatus(status).phrase
        response = jsonify(
            {"type": "about:blank", "title": title, "status": status, "detail": message, **body}
        )
        response.content_type = "application/problem+json"
    elif wants_json():
        response = jsonify({"error": message, **body})
    else:
        page = render_template("errors/error.html", status=status, message=message, errors=body.get("errors"))
        response = current_app.make_response(page)
    response.status_code = status
    return response


def problem(error: Problem) -> Response:
    """A service's refusal."""
    return reply(error.status, gettext(error.message, **error.params), error.errors, error.extra)


def bad_json(error: BadJson) -> Response:
    """A body that is not the JSON we accept."""
    return reply(400, gettext(error.message, **error.params))


def http(error: HTTPException) -> Response:
    """Werkzeug's own errors; redirects pass through."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    response = reply(status, gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def forged(error: CSRFError) -> Response:
    """A form without its token: usually a page left open over a sign-out, which scripts know by ``stale``."""
    return reply(400, gettext("This page is out of date. Reload it and try again."), extra={"stale": True})


def too_fast(error: RateLimitExceeded) -> Response:
    """More requests than allowed; says when to come back."""
    response = reply(429, gettext(SENTENCES[429]))
    seconds = error.limit.limit.get_expiry() if error.limit else 60
    response.headers.setdefault("Retry-After", str(max(1, seconds)))
    return response


def database(error: OperationalError) -> Response:
    """A database that cannot write now: full, locked or gone. Nothing was stored."""
    current_app.logger.exception("The database refused")
    full = "full" in str(error.orig).lower()
    response = reply(507 if full else 503, gettext(SENTENCES[507 if full else 503]))
    response.headers["Retry-After"] = "30"
    return response


def unexpected(error: Exception) -> Response:
    """Ours. Logged with its trace; the caller learns nothing of it."""
    current_app.logger.exception("Unexpected error at %s %s", request.method, request.path)
    return reply(500, gettext(SENTENCES[500]))


def later(error: Problem) -> Response:
    """No room, or no turn: the caller keeps what it has and comes back."""
    response = problem(error)
    response.headers["Retry-After"] = "30"
    return response


def init_app(app: Flask) -> None:
    """Registers all handlers; Flask picks the most specific."""
    for kind, handler in (
        (Problem, problem),
        (StorageFull, later),
        (Busy, later),
        (BadJson, bad_json),
        (RateLimitExceeded, too_fast),
        (CSRFError, forged),
        (HTTPException, http),
        (OperationalError, database),
    ):
        app.register_error_handler(kind, handler)
    if not app.testing:
        app.register_error_handler(Exception, unexpected)
