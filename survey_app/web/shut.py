"""Pages for respondents where there is no questionnaire: unknown, not open yet, closed, busy. Each says what
to do. The page's script gets the same refusals as JSON."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask_babel import get_locale, gettext
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from question_types.base import N_
from survey_app.services import doors
from survey_app.services.errors import Problem, StorageFull
from survey_app.services.storage import Busy
from survey_app.web import errors
from survey_app.web.pace import TooFast

WAIT = N_("One moment, please")


def guard(blueprint: Blueprint) -> None:
    """Makes a blueprint answer every refusal in the caller's own form."""
    blueprint.before_request(_speak_json)
    for kind, handler in (
        (Problem, refused),
        (RateLimitExceeded, failed),
        (HTTPException, failed),
        (OperationalError, unwritten),
    ):
        blueprint.register_error_handler(kind, handler)


def for_script() -> bool:
    """Whether the caller is the page's script."""
    return (request.endpoint or "").endswith(("answers", "codes", "standing", "uploads"))


def _speak_json() -> None:
    """Whatever a script says it accepts, it is answered in JSON, refusals too."""
    if for_script():
        request.environ["HTTP_ACCEPT"] = "application/json"


CLOSED = {
    doors.UNKNOWN: (
        "note",
        N_("There is no survey here"),
        N_("Please check the address, or scan the code again."),
    ),
    doors.UNOPENED: (
        "wait",
        N_("This survey is not open yet"),
        N_("Please come back a little later. The address stays the same."),
    ),
    doors.CLOSED: (
        "done",
        N_("This survey is closed"),
        N_("It takes no more answers. To tell us something all the same, please contact us directly."),
    ),
    doors.WITHDRAWN: (
        "note",
        N_("This code is no longer in use"),
        N_("Please ask our staff for the present one."),
    ),
    doors.EXPIRED: (
        "wait",
        N_("This invitation is no longer valid"),
        N_("If you would still like to tell us something, please ask whoever sent it for a new link."),
    ),
}
"""Why a door is shut → sign, title, what to do."""

DATED = {
    doors.UNOPENED: N_("It opens on %(day)s. Please come back then; the address stays the same."),
    doors.CLOSED: N_(
        "It took answers until %(day)s. To tell us something all the same, please contact us directly."
    ),
}
"""What to do where the survey itself says when."""


def _shut(error: Problem) -> Response:
    """A page that says what to do where there is no questionnaire."""
    mark, title, text = CLOSED.get(error.message, ("note", error.message, ""))
    if error.params.get("day"):
        text = DATED.get(error.message, text)
    told = gettext(text, **error.params) if text else ""
    return _notice(error.status, mark, gettext(title), told, retry=False)


def _notice(status: int, mark: str, title: str, text: str, retry: bool = True) -> Response:
    language = str(get_locale() or "zh_CN").replace("_", "-")
    html = render_template(
        "respond/closed.html",
        lang="zh-CN" if language == "zh" else language,
        mark=mark,
        title=title,
        text=text,
        retry=request.full_path.rstrip("?") if retry else "",
    )
    return make_response(html, status)


def refused(error: Problem) -> Response:
    """A service's refusal: JSON for the script, a page for people."""
    if for_script():
        response = errors.later(error) if isinstance(error, StorageFull | Busy) else errors.problem(error)
        if isinstance(error, TooFast):
            response.headers["Retry-After"] = str(error.seconds)
        return response
    if error.status in (404, 410):
        return _shut(error)
    return _notice(error.status, "wait", gettext(WAIT), gettext(error.message, **error.params))


def failed(error: HTTPException) -> Response:
    """Too fast, too large, and whatever else the framework refuses."""
    as_json = errors.too_fast(error) if isinstance(error, RateLimitExceeded) else errors.http(error)
    if for_script():
        return as_json
    status = error.code or 500
    sentence = gettext(errors.SENTENCES.get(status, errors.SENTENCES[400]))
    page = _notice(status, "wait", gettext(WAIT), sentence)
    page.headers.extend((name, value) for name, value in as_json.headers if name == "Retry-After")
    return page


def unwritten(error: OperationalError) -> Response:
    """The database cannot read or write now."""
    as_json = errors.database(error)
    if for_script():
        return as_json
    return _notice(as_json.status_code, "wait", gettext(WAIT), gettext(errors.SENTENCES[as_json.status_code]))
