"""A survey tried as a conversation: a chat in the console, where a channel reaches nobody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from question_types.base import N_
from survey_app import plugins
from survey_app.models import Conversation, Distribution
from survey_app.models.base import secret_code
from survey_app.security import needs
from survey_app.services import conversations, invitations
from survey_app.services.errors import NotFound, Problem
from survey_app.web.distributions import Page, address, found
from survey_app.web.guard import actor

blueprint = Blueprint("talks", __name__, url_prefix="/surveys/<code>/distributions/<dcode>/talks")


def _rehearsed(code: str, dcode: str) -> Distribution:
    """A distribution whose channel reaches nobody: only there may we speak for a contact."""
    distribution = found(code, dcode)
    plugin = plugins.adapters().get(distribution.channel)
    if plugin is None or not (plugin.capabilities.rehearsal and plugin.capabilities.inbound):
        raise NotFound(N_("This channel has no conversations to try."))
    return distribution


def _address(distribution: Distribution, tcode: str) -> str:
    survey = distribution.survey
    return url_for("talks.show", code=survey.code, dcode=distribution.code, tcode=tcode, _anchor="last")


@blueprint.post("")
@needs("distributions.write")
def begin(code: str, dcode: str) -> Response:
    """Begins a conversation: with nobody in particular, or as the contact of ``invitation``."""
    distribution = _rehearsed(code, dcode)
    wanted = request.form.get("invitation", "")
    try:
        if wanted:
            tcode = conversations.of_contact(invitations.get(distribution, wanted))
        else:
            tcode = conversations.begin(distribution).code
    except Problem as problem:
        if problem.status == 404:
            raise
        flash(_(problem.message, **problem.params), "danger")
        return redirect(address(distribution, "messages"))
    return redirect(_address(distribution, tcode))


@blueprint.get("/<tcode>")
@needs("responses.read")
def show(code: str, dcode: str, tcode: str) -> str:
    """The chat so far."""
    distribution = _rehearsed(code, dcode)
    return _chat(distribution, conversations.get(distribution, tcode))


@blueprint.post("/<tcode>")
@needs("distributions.write")
def reply(code: str, dcode: str, tcode: str) -> Page | Response:
    """One message of the respondent; sent twice, it counts once."""
    distribution = _rehearsed(code, dcode)
    conversation = conversations.get(distribution, tcode)
    text = request.form.get("text", "").strip()
    if text:
        conversations.hear(conversation.code, text, request.form.get("key") or secret_code())
    return redirect(_address(distribution, tcode))


def _chat(distribution: Distribution, conversation: Conversation) -> str:
    return render_template(
        "distributions/talk.html",
        survey=distribution.survey,
        distribution=distribution,
        talk=conversation,
        turns=conversations.transcript(conversation, actor()),
        obstacles=conversations.obstacles(distribution),
        back=address(distribution, "messages"),
        key=secret_code(),
    )
