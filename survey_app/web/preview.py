"""The respondent's page of a draft, for whoever designs it. Nothing answered there is stored."""

from __future__ import annotations

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey_app import plugins
from survey_app.engine.plan import Plan, compile_plan
from survey_app.models import Survey
from survey_app.models.base import secret_code
from survey_app.security import needs
from survey_app.services import accounts, surveys
from survey_app.services.doors import Door
from survey_app.web import phone
from survey_app.web.guard import actor
from survey_app.web.respond import drawn, language
from survey_app.web.steps import Step

blueprint = Blueprint("preview", __name__)


@blueprint.get("/surveys/<code>/preview")
@needs("surveys.read")
def preview(code: str) -> Response:
    """The draft as respondents would see it, from page ``?page=`` on; says so while it has errors."""
    survey = accounts.survey(actor(), code)
    g.frame_ancestors = "'self'"
    if any(finding.level == "error" for finding in surveys.findings(survey.draft)):
        return _unready()
    plan = compile_plan(survey.draft, plugins.types())
    locale = language(plan)
    step = Step(_door(survey, plan), secret_code(), phone.worded(plan, locale), 0, locale)
    step.page = step.walk("").position
    address = url_for("preview.preview", code=survey.code)
    return drawn(step, address, preview=True, page=request.args.get("page", ""))


def _unready() -> Response:
    html = render_template(
        "respond/closed.html",
        lang="zh-CN",
        mark="note",
        title=gettext("Nothing to show yet"),
        text=gettext("The preview is back as soon as the errors in the survey are mended."),
        retry="",
    )
    return make_response(html)


def _door(survey: Survey, plan: Plan) -> Door:
    """A door that leads nowhere."""
    return Door(
        code=survey.code,
        survey_id=survey.id,
        survey_code=survey.code,
        title=survey.title,
        version_id=0,
        plan=plan,
        distribution_id=0,
        place_id=None,
        invitation_id=None,
        contact_id=None,
        unit_id=survey.unit_id,
        channel="link",
        unit_code=survey.unit.code,
        place_code=None,
    )
