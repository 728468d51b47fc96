"""The respondent's page of a draft, for whoever designs it. Nothing answered there is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey_app.engine import definition
from survey_app.engine.plan import Plan
from survey_app.models import Survey
from survey_app.models.base import secret_code
from survey_app.security import needs
from survey_app.services import accounts, rehearsal
from survey_app.services.doors import Door
from survey_app.web import guard, phone
from survey_app.web.respond import drawn, language
from survey_app.web.steps import Step

blueprint = Blueprint("preview", __name__)


@blueprint.get("/surveys/<code>/preview")
@needs("surveys.read")
def preview(code: str) -> Response:
    """The draft as respondents would see it; ``?at=`` names the question or page to begin with. What is
    still wrong in the draft is left out."""
    survey = accounts.survey(guard.actor(), code)
    g.frame_ancestors = "'self'"
    plan = rehearsal.plan_of(survey.draft)
    if plan is None:
        return _unready()
    locale = language(plan)
    step = Step(_door(survey, plan), secret_code(), phone.worded(plan, locale), 0, locale)
    step.page = step.walk("").position
    address = url_for("preview.preview", code=survey.code)
    target = _known(plan, survey.draft, request.args.get("at", ""))
    return drawn(step, address, preview=True, **_start(plan, target))


def _known(plan: Plan, draft: Mapping[str, Any], target: str) -> str:
    """The target, or the page of a question that is left out for now."""
    if target in plan.questions:
        return target
    return next(
        (page["code"] for page, each in definition.questions(draft) if each.get("code") == target), target
    )


def _start(plan: Plan, target: str) -> dict[str, Any]:
    """What the page's script is told: where to begin, and the answers in front that lead there."""
    question = plan.questions.get(target)
    if question is None and plan.page(target) is None:
        return {}
    answers = rehearsal.lead_in(plan, target)
    before = [code for code in _before(plan, target) if code in answers]
    alone = question is not None and plan.settings.get("one_per_screen", True)
    return {
        "at": target if alone else "",
        "page": "" if alone else question.page if question else target,
        "prefill": {code: phone.refill(plan.questions[code], answers[code]) for code in before},
    }


def _before(plan: Plan, target: str) -> Iterator[str]:
    """Codes of the questions in front of a question or page."""
    for question in plan.questions.values():
        if target in (question.code, question.page):
            return
        yield question.code


def _unready() -> Response:
    html = render_template(
        "respond/closed.html",
        lang=guard.language().replace("_", "-"),
        mark="note",
        title=gettext("Nothing to show yet"),
        text=gettext("Add a question, and it appears here."),
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
