"""Printed codes: places of a distribution, their files and posters."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from question_types.base import N_
from survey_app.models import Distribution, Place
from survey_app.security import needs
from survey_app.services import distributions, places, sheets
from survey_app.services.errors import NotFound, Problem, Refused
from survey_app.web.distributions import Page, address, failed, found, picture, sent
from survey_app.web.guard import actor

blueprint = Blueprint("places", __name__, url_prefix="/surveys/<code>/distributions/<dcode>")

SIZES = ("a6", "a5", "a4")


def given_text() -> str:
    """Pasted lines, or the uploaded file where there is one. Raises Refused."""
    upload = request.files.get("file")
    data = upload.read() if upload else b""
    return sheets.decode(data) if data else request.form.get("text", "")


@blueprint.post("/places")
@needs("distributions.write")
def add(code: str, dcode: str) -> Page | Response:
    """Adds places from lines or a file."""
    distribution = found(code, dcode)
    try:
        made = places.add(actor(), distribution, given_text())
    except Refused as refused:
        return failed(distribution, refused, "places", text=request.form.get("text", ""))
    flash(ngettext("%(num)s place added.", "%(num)s places added.", len(made)), "success")
    return redirect(address(distribution, "places"))


@blueprint.post("/places/<pcode>")
@needs("distributions.write")
def change(code: str, dcode: str, pcode: str) -> Page | Response:
    """Another name, unit or distribution for a code that is printed already."""
    distribution, place = _place(code, dcode, pcode)
    given = {name: request.form.get(name, "") for name in ("name", "unit", "distribution")}
    try:
        places.change(actor(), place.code, **given)
    except Problem as problem:
        return failed(distribution, problem, f"place-{pcode}")
    flash(_("Saved. The printed code stays the same."), "success")
    return redirect(address(distribution, "places"))


@blueprint.post("/places/<pcode>/revoke")
@needs("distributions.write")
def revoke(code: str, dcode: str, pcode: str) -> Response:
    """Takes a code out of use."""
    distribution, place = _place(code, dcode, pcode)
    places.revoke(actor(), place.code)
    return redirect(address(distribution, "places"))


@blueprint.post("/places/<pcode>/restore")
@needs("distributions.write")
def restore(code: str, dcode: str, pcode: str) -> Response:
    """Puts a code back in use."""
    distribution, place = _place(code, dcode, pcode)
    places.restore(actor(), place.code)
    return redirect(address(distribution, "places"))


@blueprint.get("/places/<pcode>/files/<name>")
@needs("distributions.read")
def file(code: str, dcode: str, pcode: str, name: str) -> Response:
    """The picture of one place's code."""
    _, place = _place(code, dcode, pcode)
    return sent(place, name, place.name)


def _place(code: str, dcode: str, pcode: str) -> tuple[Distribution, Place]:
    distribution, place = found(code, dcode), places.get(actor(), pcode)
    if place.distribution_id != distribution.id:
        raise NotFound(N_("There is no such place."))
    return distribution, place


@blueprint.get("/places.zip")
@needs("distributions.read")
def archive(code: str, dcode: str) -> Response:
    """The codes of all places in use, as pictures."""
    distribution = found(code, dcode)
    name = f"{places.safe(distribution.name or distribution.survey.title)}.zip"
    content = BytesIO(places.archive(distribution, request.args.get("from", "")))
    return send_file(content, "application/zip", as_attachment=True, download_name=name, max_age=0)


@blueprint.get("/poster")
@needs("distributions.read")
def poster(code: str, dcode: str) -> str:
    """Sheets to print: one per place in use, or the one of ``?place=``; without places the public link."""
    distribution = found(code, dcode)
    things = _printed(distribution, request.args.get("place", ""))
    size = request.args.get("size", "a5").lower()
    with force_locale(_locale(distribution)):
        return render_template(
            "distributions/poster.html",
            survey=distribution.survey,
            distribution=distribution,
            organisation=places.organisation(distribution),
            sheets=[(thing, picture(places.files(thing))) for thing in things],
            size=size if size in SIZES else "a5",
            sizes=SIZES,
            link=distributions.link,
        )


def _printed(distribution: Distribution, pcode: str) -> list[Place] | list[Distribution]:
    if pcode:
        place = places.get(actor(), pcode)
        return [place] if place.distribution_id == distribution.id else [distribution]
    return places.in_use(distribution, request.args.get("from", "")) or [distribution]


def _locale(distribution: Distribution) -> str:
    """What is printed speaks the survey's language, whoever prints it."""
    version = distribution.survey.live_version
    written = version.document.get("locale", "") if version else ""
    return "en" if written.startswith("en") else "zh_CN"
