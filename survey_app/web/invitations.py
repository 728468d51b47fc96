"""Personal invitations of a distribution, and what a person must decide about messages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from question_types.base import N_
from survey_app.security import needs
from survey_app.services import contacts, invitations, outbox
from survey_app.services.errors import Refused
from survey_app.web.distributions import Page, address, found
from survey_app.web.guard import actor

blueprint = Blueprint("invitations", __name__, url_prefix="/surveys/<code>/distributions/<dcode>")


@blueprint.get("/invite")
@needs("contacts.read")
def choose(code: str, dcode: str) -> str:
    """The contacts to choose from."""
    distribution = found(code, dcode)
    search = request.args.get("search", "").strip()
    people, following = contacts.page(actor(), search, request.args.get("after", ""))
    return render_template(
        "distributions/invite.html",
        survey=distribution.survey,
        distribution=distribution,
        contacts=people,
        masked=contacts.masked,
        invited=invitations.among(distribution, people),
        following=following,
        search=search,
        back=address(distribution),
    )


@blueprint.post("/invite")
@needs("distributions.write")
def invite(code: str, dcode: str) -> Page | Response:
    """Invites the chosen contacts, or all."""
    distribution = found(code, dcode)
    codes = None if request.form.get("all") else request.form.getlist("contact")
    try:
        if codes == []:
            raise Refused(N_("Choose at least one contact."))
        done = invitations.invite(actor(), distribution, codes)
    except Refused as refused:
        flash(_(refused.message, **refused.params), "danger")
        return redirect(request.referrer or address(distribution))
    flash(ngettext("%(num)s person invited.", "%(num)s people invited.", done.new), "success")
    if done.unreachable:
        sentence = ngettext(
            "%(num)s person cannot be reached by this channel.",
            "%(num)s people cannot be reached by this channel.",
            done.unreachable,
        )
        flash(sentence, "warning")
    return redirect(address(distribution, "invitations"))


@blueprint.get("/links.csv")
@needs("contacts.read")
def links(code: str, dcode: str) -> Response:
    """Personal links to send by one's own means; who took them is audited."""
    distribution = found(code, dcode)
    text = invitations.table(actor(), distribution)
    reply = Response("\ufeff" + text, mimetype="text/csv")
    reply.headers["Content-Disposition"] = f'attachment; filename="links-{distribution.code}.csv"'
    return reply


@blueprint.post("/messages/<mcode>")
@needs("distributions.write")
def settle(code: str, dcode: str, mcode: str) -> Response:
    """Decides about a message nobody knows the fate of."""
    distribution = found(code, dcode)
    outbox.settle(actor(), distribution, mcode, sent=request.form.get("fate") == "sent")
    flash(_("Noted."), "success")
    return redirect(address(distribution, "messages"))


@blueprint.post("/hurry")
@needs("distributions.write")
def hurry(code: str, dcode: str) -> Response:
    """Tries resting messages now."""
    distribution = found(code, dcode)
    outbox.hurry(actor(), distribution)
    flash(_("The messages are being tried again."), "success")
    return redirect(address(distribution, "messages"))
