"""What publishing would change, and two versions beside each other."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from question_types.base import shown
from survey_app.security import needs
from survey_app.services import accounts, changes, surveys
from survey_app.web.guard import actor

blueprint = Blueprint("changes", __name__, url_prefix="/surveys")


def said(words: Any) -> str:
    """Words of ours in the reader's language, an author's as they are."""
    return str(shown(words, _translated))


def _translated(message: str) -> str:
    """A catalogue would answer an empty message with its head."""
    return str(gettext(message)) if message else ""


@blueprint.get("/<code>/changes")
@needs("surveys.read")
def unpublished(code: str) -> Response:
    """What publishing would change, as JSON and as a piece of a page, and what speaks against it."""
    survey = accounts.survey(actor(), code)
    found = changes.unpublished(actor(), code)
    return jsonify(
        {
            "revision": survey.revision,
            "live": survey.live_version.number if survey.live_version else 0,
            "findings": [each.as_dict(_translated) for each in surveys.findings(survey.draft)],
            "html": render_template("surveys/report.html", report=found, said=said),
            **found.as_dict(_translated),
        }
    )


@blueprint.get("/<code>/compare")
@needs("surveys.read")
def compare(code: str) -> str:
    """Two versions beside each other (``?from=1&to=2``); the live one and the draft where nobody says."""
    survey = accounts.survey(actor(), code)
    numbers = [each.number for each in surveys.versions(actor(), code)]
    before, after = (request.args.get(name, 0, type=int) or None for name in ("from", "to"))
    found = changes.report(actor(), code, before, after)
    return render_template("surveys/compare.html", survey=survey, numbers=numbers, report=found, said=said)
