"""The shape of errors under ``/api/``: problem documents of RFC 9457."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from werkzeug.wrappers import Response

from survey_app.web.errors import SENTENCES, reply


class ProblemDocument(BaseModel):
    """An error: ``detail`` is a sentence; ``errors`` points at fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, Any] | list[Any] | None = None


def refused(error: ValidationError) -> Response:
    """What pydantic found, by field."""
    errors = {".".join(map(str, found["loc"])) or "body": found["msg"] for found in error.errors()}
    return reply(422, gettext(SENTENCES[422]), errors)
