"""The address book of the caller's units."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey_app.security import needs
from survey_app.services import accounts, contacts
from survey_app.services.errors import Problem
from survey_app.web import panels
from survey_app.web.guard import actor
from survey_app.web.places import given_text

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")


@blueprint.get("")
@needs("contacts.read")
def index() -> str:
    """Contacts, newest first."""
    return _page()


def _page(**more: object) -> str:
    search = request.args.get("search", "").strip()
    people, following = contacts.page(actor(), search, request.args.get("after", ""))
    return render_template(
        "contacts/index.html",
        contacts=people,
        following=following,
        search=search,
        masked=contacts.masked,
        units={unit.id: unit.name for unit in accounts.units(actor())},
        **{"errors": [], "text": "", **more},
    )


@blueprint.post("")
@needs("contacts.write")
def add() -> str | tuple[str, int] | Response:
    """Adds contacts from lines or a file; all or none."""
    try:
        done = contacts.add(actor(), given_text())
    except Problem as problem:
        told = [panels.sentence(each) for each in problem.errors.get("text", [])]
        message = _(problem.message, **problem.params)
        return _page(errors=told, message=message, text=request.form.get("text", "")), problem.status
    flash(
        _("Added %(created)s, completed %(updated)s, unchanged %(unchanged)s.", **vars(done)),
        "success",
    )
    return redirect(url_for("contacts.index"))


@blueprint.post("/<code>/forget")
@needs("contacts.write")
def forget(code: str) -> Response:
    """Deletes a contact."""
    contacts.forget(actor(), code)
    flash(_("The contact is deleted. Answers stay, without the person."), "success")
    return redirect(url_for("contacts.index"))
