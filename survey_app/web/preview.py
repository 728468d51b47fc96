"""The respondent's page of a draft, for whoever designs it. Nothing answered there is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey_app.engine import definition
from survey_app.engine.fired import base
from survey_app.engine.plan import Plan
from survey_app.engine.scenes import Scene, scene
from survey_app.models import Survey
from survey_app.models.base import secret_code
from survey_app.security import needs
from survey_app.services import accounts, rehearsal, witnesses
from survey_app.services.doors import Door
from survey_app.services.errors import Refused
from survey_app.web import guard, phone
from survey_app.web.respond import drawn, ended, language
from survey_app.web.steps import Step

blueprint = Blueprint("preview", __name__)

PLACE = 200
"""Characters of a place in the document."""
NAMED = 5
"""Codes named in one sentence."""


@blueprint.get("/surveys/<code>/preview")
@needs("surveys.read")
def preview(code: str) -> Response:
    """The draft as respondents would see it. ``?at=`` names the question or page to begin with, ``?rule=`` a
    place that an example respondent has just come to; ``?respondent=`` brings the example along (see
    :mod:`survey_app.services.witnesses`). What is still wrong in the draft is left out."""
    survey = accounts.survey(guard.actor(), code)
    g.frame_ancestors = "'self'"
    plan = rehearsal.plan_of(survey.draft)
    if plan is None:
        return _unready()
    place, text = request.args.get("rule", ""), request.args.get("respondent", "")
    if place or text:
        return _example(survey, plan, place[:PLACE], text)
    return _drawn(_step(survey, plan), survey, _start(plan, _target(plan, survey)))


@blueprint.get("/surveys/<code>/coverage")
@needs("surveys.read")
def coverage(code: str) -> Response:
    """Every rule of the draft with an example respondent, for the designer."""
    plan = rehearsal.plan_of(accounts.survey(guard.actor(), code).draft)
    found = {"respondents": [], "places": []} if plan is None else witnesses.told(plan, _said)
    return jsonify(found)


def _said(message: str) -> str:
    """A message id in the reader's language; catalogues would answer an empty one with their head."""
    return str(gettext(message)) if message else ""


def _step(survey: Survey, plan: Plan, fields: Mapping[str, Any] = MappingProxyType({})) -> Step:
    """The first step of somebody who comes with ``fields``."""
    locale, door = language(plan), _door(survey, plan, fields)
    return Step(door, secret_code(), phone.worded(plan, locale), 0, locale, fields=dict(fields))


def _drawn(step: Step, survey: Survey, told: Mapping[str, Any], strip: str = "") -> Response:
    step.strip = strip
    step.page = step.walk("").position
    return drawn(step, url_for("preview.preview", code=survey.code), preview=True, **told)


def _example(survey: Survey, plan: Plan, place: str, text: str) -> Response:
    """The page on which an example respondent has just come to a place."""
    try:
        found = witnesses.read(plan, text) if text else witnesses.of_place(plan, place)
    except Refused as refused:
        return _drawn(_step(survey, plan), survey, {}, _said(refused.message))
    if found is None:
        return _drawn(_step(survey, plan), survey, {}, gettext("No example was found that gets there."))
    step = _step(survey, plan, found.fields)
    step.full, step.strip = found.full, _left_out(found.ignored)
    path = found.walk(plan)
    opened = scene(path, place)
    if opened is None:
        return ended(step, path.ending or "", "")
    return _drawn(step, survey, _opened(plan, opened), step.strip)


def _left_out(codes: tuple[str, ...]) -> str:
    named = ", ".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")
    return (
        gettext("The survey does not take this part of the example: %(codes)s", codes=named) if codes else ""
    )


def _opened(plan: Plan, opened: Scene) -> dict[str, Any]:
    """What the page's script is told of a scene."""
    alone = bool(opened.question) and plan.settings.get("one_per_screen", True)
    return {
        "at": opened.question if alone else "",
        "page": "" if alone else opened.page,
        "prefill": _refilled(plan, opened.answers),
        "onward": opened.onward,
    }


def _refilled(plan: Plan, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {code: phone.refill(plan.questions[code], value) for code, value in answers.items()}


def _target(plan: Plan, survey: Survey) -> str:
    return _known(plan, survey.draft, request.args.get("at", ""))


def _known(plan: Plan, draft: Mapping[str, Any], target: str) -> str:
    """The target, or the page of a question that is left out for now."""
    if any(target in (question.code, question.origin) for question in plan.questions.values()):
        return target
    return next(
        (page["code"] for page, each in definition.questions(draft) if each.get("code") == target), target
    )


def _start(plan: Plan, target: str) -> dict[str, Any]:
    """What the page's script is told: where to begin, and the answers in front that lead there."""
    answers = rehearsal.lead_in(plan, target)
    target = _round(plan, target, answers)
    question = plan.questions.get(target)
    if question is None and plan.page(target) is None:
        return {}
    before = [code for code in _before(plan, target) if code in answers]
    alone = question is not None and plan.settings.get("one_per_screen", True)
    return {
        "at": target if alone else "",
        "page": "" if alone else question.page if question else target,
        "prefill": _refilled(plan, {code: answers[code] for code in before}),
    }


def _round(plan: Plan, target: str, answers: Mapping[str, Any]) -> str:
    """The first round of a repeated question or page that the answers come to; anything else as it is."""
    if target in plan.questions or plan.page(target) is not None:
        return target
    met = (question for code, question in plan.questions.items() if code in answers)
    rounds = (code for question in met for code in (question.code, question.page))
    return next((code for code in rounds if base(code) == target), target)


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


def _door(survey: Survey, plan: Plan, fields: Mapping[str, Any]) -> Door:
    """A door that leads nowhere; ``fields`` may name another channel, unit or place."""
    place = fields.get("place")
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
        channel=str(fields.get("channel") or "link"),
        unit_code=str(fields.get("unit") or survey.unit.code),
        place_code=None if place is None else str(place),
    )
