"""How respondents went through a survey: counts for the designer's map."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from survey_app.security import needs
from survey_app.services import flows
from survey_app.web.guard import actor

blueprint = Blueprint("flow", __name__, url_prefix="/surveys/<code>")


@blueprint.get("/flow")
@needs("surveys.read")
def counts(code: str) -> Response:
    """Which ways respondents of the reader's units took through the live version. Where there are many, each
    call counts some more of them: ``n`` of ``of``."""
    return jsonify(flows.flow(actor(), code))
