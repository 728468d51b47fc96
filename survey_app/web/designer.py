"""The designer: its page, and the JSON door its scripts use."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey_app import plugins
from survey_app.engine import phrases, renames
from survey_app.models import Survey
from survey_app.security import needs
from survey_app.services import accounts, directory, palette, recoding, surveys
from survey_app.services.errors import Refused
from survey_app.web.guard import actor, may
from survey_app.web.surveys import writable
from survey_app.web.wording import wording

blueprint = Blueprint("designer", __name__, url_prefix="/surveys")


@blueprint.get("/<code>/design")
@needs("surveys.read")
def design(code: str) -> str:
    """The designer."""
    survey = accounts.survey(actor(), code)
    return render_template("surveys/design.html", survey=survey, data=_start(survey))


def _start(survey: Survey) -> dict[str, Any]:
    """Everything the designer's scripts start with."""
    own = writable(survey)
    return {
        "code": survey.code,
        "base": url_for("surveys.show", code=survey.code),
        "icons": url_for("static", filename="icons.svg"),
        "writable": own,
        "publishable": own and may("surveys.publish"),
        "live": survey.live_version.number if survey.live_version else 0,
        "types": palette.toolbox(_said),
        "used": surveys.used_codes(survey),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc")),
        "words": wording(),
        **_state(survey),
    }


def _said(message: str) -> str:
    """A message id in the reader's language; catalogues would answer an empty one with their head."""
    return str(_(message)) if message else ""


def _state(survey: Survey) -> dict[str, Any]:
    return {"document": survey.draft, "revision": survey.revision, **_looked_at(survey.draft)}


def _looked_at(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "findings": _findings(document),
        "facts": palette.facts(document, _said),
        "rules": phrases.rule_list(document, plugins.types(), _said),
        "uses": renames.uses(document),
    }


def _findings(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding.as_dict(_said) for finding in surveys.findings(document)]


@blueprint.get("/<code>/draft")
@needs("surveys.read")
def draft(code: str) -> Response:
    """The stored draft with its revision and findings."""
    return jsonify(_state(accounts.survey(actor(), code)))


@blueprint.put("/<code>/draft")
@needs("surveys.write")
def save(code: str) -> Response:
    """Stores the draft over the named revision; 409 when somebody else was faster."""
    body = _body(document=dict, revision=int)
    survey = surveys.save(actor(), code, body["document"], body["revision"])
    return jsonify({"revision": survey.revision, **_looked_at(survey.draft)})


@blueprint.post("/<code>/check")
@needs("surveys.read")
def check(code: str) -> Response:
    """Findings of a document that is not stored."""
    accounts.survey(actor(), code)
    return jsonify(_looked_at(surveys.readable(_body(document=dict)["document"])))


@blueprint.post("/<code>/rename")
@needs("surveys.write")
def rename(code: str) -> Response:
    """A document in which a part has another code everywhere; nothing is stored."""
    body = _body(document=dict, code=str, fresh=str)
    return jsonify(
        {"document": recoding.rename(actor(), code, body["document"], body["code"], body["fresh"])}
    )


@blueprint.post("/<code>/rename-entry")
@needs("surveys.write")
def rename_entry(code: str) -> Response:
    """A document in which an option, row or column has another id everywhere; nothing is stored."""
    body = _body(document=dict, code=str, id=str, fresh=str)
    made = recoding.rename_entry(actor(), code, body["document"], body["code"], body["id"], body["fresh"])
    return jsonify({"document": made})


@blueprint.post("/<code>/without")
@needs("surveys.write")
def without(code: str) -> Response:
    """A document without a part and without the rules that refer to it; nothing is stored."""
    body = _body(document=dict, code=str)
    return jsonify({"document": recoding.without(actor(), code, body["document"], body["code"])})


@blueprint.get("/<code>/directory")
@needs("units.read")
def members(code: str) -> Response:
    """Units, people or both of the survey's own unit as options (``?of=units``, ``people`` or ``both``). The
    names of people only for those who may see users."""
    of = request.args.get("of", "units")
    people = of in ("people", "both")
    if people and not may("users.read"):
        abort(403)
    return jsonify({"entries": directory.members(actor(), code, units=of != "people", people=people)})


@blueprint.post("/<code>/publish")
@needs("surveys.publish")
def publish(code: str) -> Response:
    """Freezes the draft of the named revision as the next version."""
    version = surveys.publish(actor(), code, _body(revision=int)["revision"])
    return jsonify({"version": version.number, "digest": version.digest})


@blueprint.post("/<code>/copy")
@needs("surveys.write")
def copy(code: str) -> Response:
    """Keeps a document as a new survey: the way out when two people edited one."""
    document = _body(document=dict)["document"]
    title = _("%(title)s (copy)", title=str(document.get("title") or "")[:180])
    made = surveys.copy(actor(), code, title, document)
    return jsonify({"url": url_for("designer.design", code=made.code)})


@blueprint.get("/types")
@needs("surveys.read")
def types() -> Response:
    """The question types of this installation, as the toolbox shows them."""
    return jsonify(palette.toolbox(_said))


def _body(**kinds: type) -> dict[str, Any]:
    """The JSON body with exactly these keys. Raises Refused naming the wrong ones."""
    body = request.get_json()
    errors = {key: _("Unknown field.") for key in body.keys() - kinds.keys()}
    for key, kind in kinds.items():
        if type(body.get(key)) is not kind:
            errors[key] = _("This is missing or of the wrong kind.")
    if errors:
        raise Refused(_("The request could not be understood."), errors)
    return dict(body)
