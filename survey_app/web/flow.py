"""A survey's map: how respondents went through it, and the drawing of it as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from question_types.base import N_, shown
from survey_app import plugins
from survey_app.engine.atlas import atlas
from survey_app.engine.calculations import Calculations
from survey_app.engine.drawing import SHOWN, Heading, svg
from survey_app.engine.itinerary import Detail, Figures, Part, Teller
from survey_app.engine.names import Names
from survey_app.models import Survey
from survey_app.models.base import now
from survey_app.security import needs
from survey_app.services import accounts, flows, surveys
from survey_app.services.asked import zone_of
from survey_app.web.guard import actor

blueprint = Blueprint("flow", __name__, url_prefix="/surveys/<code>")

LEGEND = {
    "jump": N_("Jump under a condition"),
    "always": N_("Jump always"),
    "quota": N_("Once a quota is full"),
    "skip": N_("Pages in between were not shown"),
    "dead": N_("Without effect"),
    "looped": N_("Repeated"),
}


@blueprint.get("/flow")
@needs("surveys.read")
def counts(code: str) -> Response:
    """Which ways respondents of the reader's units took through the live version. Where there are many, each
    call counts some more of them: ``n`` of ``of``."""
    return jsonify(flows.flow(actor(), code))


@blueprint.get("/flow.svg")
@needs("surveys.read")
def drawing(code: str) -> Response:
    """The draft's map as one file that needs nothing else. ``?detail=pages``, ``questions`` or ``all``."""
    survey = accounts.survey(actor(), code)
    flow = flows.flow(actor(), code)
    parts = told(survey, flow)
    findings = [finding.as_dict(_said) for finding in surveys.findings(survey.draft)]
    reply = make_response(svg(_heading(survey, flow, parts, findings), parts, findings, _detail()))
    reply.mimetype = "image/svg+xml"
    reply.headers["Content-Disposition"] = f'inline; filename="{survey.code}-flow.svg"'
    reply.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reply


def told(survey: Survey, flow: dict[str, Any]) -> list[Part]:
    """What the drawing says, in the reader's language."""
    sentences = Calculations(Names(survey.draft, plugins.types()))
    figures = Figures(flow if flow["n"] else None)

    def words(tree: Any) -> str:
        return str(shown(sentences.said(tree), _said))

    return list(Teller(atlas(survey.draft), words, _said, figures).parts())


def _detail() -> Detail:
    wanted = request.args.get("detail", "")
    return next((each for each in SHOWN if each == wanted), "all")


def _heading(
    survey: Survey, flow: dict[str, Any], parts: Sequence[Part], findings: Sequence[dict[str, Any]]
) -> Heading:
    kinds = {line.kind for part in parts for line in part.lines}
    kinds |= {"looped"} if any(part.looped for part in parts) else set()
    kinds |= {"dead"} if findings else set()
    legend = {kind: _(words) for kind, words in LEGEND.items() if kind in kinds}
    day = now().astimezone(zone_of(survey))
    title = str(survey.draft.get("title") or survey.title or survey.code)
    return Heading(title, [_state(survey, day), *_counted(flow)], legend)


def _state(survey: Survey, day: datetime) -> str:
    return str(_("Ways through survey %(code)s as of %(day)s", code=survey.code, day=f"{day:%Y-%m-%d %H:%M}"))


def _counted(flow: dict[str, Any]) -> list[str]:
    """What the numbers are of."""
    version, n, all = flow["version"], flow["n"], flow["of"]
    if not n:
        return []
    if n < all:
        message = N_(
            "Version %(version)s: the latest %(n)s of %(all)s responses are counted, the rest follows."
        )
        return [_(message, version=version, n=n, all=all)]
    message = N_("Version %(version)s: %(n)s responses. A share is of those who reached the page.")
    return [_(message, version=version, n=n)]


def _said(message: str) -> str:
    """A message id in the reader's language; catalogues would answer an empty one with their head."""
    return str(_(message)) if message else ""
