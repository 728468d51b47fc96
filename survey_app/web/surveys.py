"""Surveys in the console: the list, new ones, versions and what can be done to a whole survey."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey_app.engine import strict
from survey_app.models import Survey
from survey_app.security import needs
from survey_app.services import accounts, changes, starters, surveys
from survey_app.services.errors import Problem, Refused
from survey_app.web.changes import said
from survey_app.web.guard import actor, language, may

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")

TOLD = 30
"""Versions of which the page says what they changed."""

Page = Response | str | tuple[str, int]


@blueprint.get("")
@needs("dashboards.read")
def index() -> str:
    """All surveys the user may see, narrowed by ``?q=``."""
    words = request.args.get("q", "")[:100]
    return render_template("surveys/index.html", rows=surveys.listing(actor(), words), words=words)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("surveys.write")
def new() -> Page:
    """A new survey: blank, from a starter, or from a document that is pasted or uploaded."""
    if request.method == "GET":
        return _new_page()
    try:
        survey = _created()
    except (Problem, strict.BadJson) as error:
        return _new_page(_(error.message, **error.params)), 422
    return redirect(url_for("designer.design", code=survey.code))


def _new_page(error: str = "") -> str:
    return render_template(
        "surveys/new.html",
        starters=starters.STARTERS,
        units=accounts.units(actor()),
        error=error,
        kind=request.form.get("kind", "blank"),
    )


def _created() -> Survey:
    form = request.form
    kind, title, unit = form.get("kind", ""), form.get("title", ""), form.get("unit") or None
    document = None
    if kind == "starter":
        document = starters.document(form.get("starter", ""), language())
    elif kind == "document":
        document = _document()
    return surveys.create(actor(), title, document, unit, language())


def _document() -> Any:
    """The document in the uploaded file, else in the text field."""
    file = request.files.get("file")
    body = file.read() if file and file.filename else request.form.get("text", "").encode()
    if not body.strip():
        raise Refused(_("Choose a file or paste a document."))
    return strict.loads(body)


@blueprint.get("/<code>")
@needs("dashboards.read")
def show(code: str) -> Response:
    """A survey's first page: the designer, or its dashboard for those who only read figures."""
    accounts.survey(actor(), code)
    if may("surveys.read"):
        return redirect(url_for("designer.design", code=code))
    return redirect(f"{url_for('surveys.index')}/{code}/dashboard")


@blueprint.get("/<code>/versions")
@needs("surveys.read")
def versions(code: str) -> str:
    """All published versions with what each changed."""
    survey, found = accounts.survey(actor(), code), surveys.versions(actor(), code)
    return render_template(
        "surveys/versions.html",
        survey=survey,
        versions=found,
        changed=changes.history(found[:TOLD]),
        writable=writable(survey),
        said=said,
    )


def writable(survey: Survey) -> bool:
    """Whether the user may change this survey; those of units above his own he only reads."""
    return may("surveys.write") and survey.unit_id in accounts.unit_ids(actor())


@blueprint.get("/<code>/document")
@needs("surveys.read")
def document(code: str) -> Response:
    """The draft, or with ``?version=`` a published version, as a file."""
    survey = accounts.survey(actor(), code)
    number = request.args.get("version", type=int)
    reply = jsonify(surveys.version(actor(), code, number).document if number else survey.draft)
    name = f"{survey.code}-v{number}.json" if number else f"{survey.code}.json"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@blueprint.post("/<code>/restore")
@needs("surveys.write")
def restore(code: str) -> Response:
    """Makes a published version the draft again."""
    number = request.form.get("version", 0, type=int)
    surveys.restore(actor(), code, number)
    flash(_("Version %(number)s is the draft now. Publish it to make it live.", number=number), "success")
    return redirect(url_for("designer.design", code=code))


@blueprint.post("/<code>/duplicate")
@needs("surveys.write")
def duplicate(code: str) -> Response:
    """A new survey with the same draft."""
    title = _("%(title)s (copy)", title=accounts.survey(actor(), code).title[:180])
    made = surveys.copy(actor(), code, title)
    return redirect(url_for("designer.design", code=made.code))


@blueprint.post("/<code>/close")
@needs("surveys.publish")
def close(code: str) -> Response:
    """Stops taking answers."""
    survey = surveys.close(actor(), code)
    flash(_("“%(title)s” takes no more answers.", title=survey.title), "success")
    return redirect(url_for("surveys.index"))


@blueprint.post("/<code>/reopen")
@needs("surveys.publish")
def reopen(code: str) -> Response:
    """Takes answers again."""
    survey = surveys.reopen(actor(), code)
    flash(_("“%(title)s” takes answers again.", title=survey.title), "success")
    return redirect(url_for("surveys.index"))


@blueprint.post("/<code>/delete")
@needs("surveys.write")
def delete(code: str) -> Response:
    """Takes the survey out of the list."""
    title = accounts.survey(actor(), code).title
    surveys.delete(actor(), code)
    flash(_("“%(title)s” is deleted.", title=title), "success")
    return redirect(url_for("surveys.index"))
