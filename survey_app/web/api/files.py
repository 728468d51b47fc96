"""Files of responses, and pictures of surveys."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from survey_app.security import needs
from survey_app.services import pictures, uploads
from survey_app.web.api.base import RESPONSES, SURVEYS, api
from survey_app.web.api.schemas import SurveyPath, UploadPath
from survey_app.web.files import attached, sent
from survey_app.web.guard import actor


@api.get("/surveys/<code>/responses/<id>/uploads/<upload>", tags=[RESPONSES])
@needs("responses.read")
def read_upload(path: UploadPath) -> Response:
    """A file of a response, as it was made when it came in."""
    return attached(uploads.get(actor(), path.upload, path.code, path.id))


@api.post("/surveys/<code>/pictures", tags=[SURVEYS])
@needs("surveys.write")
def create_picture(path: SurveyPath) -> tuple[dict[str, Any], int]:
    """Keeps a picture (JPEG, PNG, GIF or WebP as the body) for the settings of a survey's questions."""
    picture = pictures.add(actor(), path.code, sent())
    return {"name": picture.name, "address": picture.address}, 201
