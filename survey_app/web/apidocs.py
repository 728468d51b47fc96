"""The description of the programming interface and a page to browse it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, jsonify, render_template, url_for
from werkzeug.wrappers import Response

from survey_app.security import PUBLIC, needs

blueprint = Blueprint("apidocs", __name__)


@blueprint.get("/api/openapi.json")
@needs(PUBLIC)
def description() -> Response:
    """OpenAPI 3.1."""
    document: dict[str, Any] = current_app.api_doc  # type: ignore[attr-defined]
    return jsonify(document)


@blueprint.get("/api/docs")
@needs(PUBLIC)
def browse() -> str:
    """Swagger UI from its wheel; it sets styles by script, hence the wider policy of this page."""
    g.styled_by_script = True
    return render_template("apidocs.html", description=url_for("apidocs.description"))
