"""Files given back: respondents' to those who may read the response, authors' pictures to everybody."""

from __future__ import annotations

from flask import Blueprint, jsonify, request, send_file
from werkzeug.wrappers import Response

from survey_app.models import Upload
from survey_app.security import PUBLIC, needs
from survey_app.services import pictures, uploads
from survey_app.services.sniff import KINDS
from survey_app.web.guard import actor

blueprint = Blueprint("files", __name__)

SLACK = 4096
SANDBOX = "sandbox; default-src 'none'"


@blueprint.get("/uploads/<id>")
@needs("responses.read")
def upload(id: str) -> Response:
    """One respondent's file, to be saved: never shown by the browser itself."""
    return attached(uploads.get(actor(), id))


@blueprint.get("/uploads/<id>/thumbnail")
@needs("responses.read")
def thumbnail(id: str) -> Response:
    """A small picture of a respondent's picture."""
    row = uploads.get(actor(), id)
    response = Response(uploads.thumbnail(row), mimetype="image/webp")
    return _sealed(response)


def attached(row: Upload) -> Response:
    """A file as an attachment that no page can run."""
    kind = KINDS[row.mime]
    response = send_file(uploads.path(row), mimetype=kind.mime, as_attachment=True, download_name=row.name)
    return _sealed(response)


def _sealed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/surveys/<code>/pictures")
@needs("surveys.write")
def add_picture(code: str) -> Response:
    """Keeps an author's picture, sent as the body or as the field ``file`` of a form."""
    picture = pictures.add(actor(), code, sent())
    return jsonify({"name": picture.name, "address": picture.address})


def sent() -> bytes:
    """The bytes of one file: the body, or the form's field ``file``."""
    request.max_content_length = pictures.MOST + SLACK
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        return file.read() if file else b""
    return request.get_data()


@blueprint.get("/media/<name>")
@needs(PUBLIC)
def media(name: str) -> Response:
    """An author's picture."""
    response = send_file(pictures.find(name), mimetype="image/webp")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
