"""The respondents' doors: open links, printed codes, personal links, with scripts and without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext, pgettext, refresh
from werkzeug.wrappers import Response

from question_types.base import Invalid
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.extensions import csrf, limiter
from survey_app.security import PUBLIC, needs
from survey_app.services import doors, intake, openings, paths, scans, standings, trials
from survey_app.services.errors import NotFound
from survey_app.services.intake import Door, Stored
from survey_app.services.posts import TEXT_LENGTH
from survey_app.services.standings import Standing
from survey_app.web import phone, proofs, script, shut, steps, theme
from survey_app.web.doorways import behind, nearby
from survey_app.web.pace import Pace
from survey_app.web.steps import Step

Json = Any

blueprint = Blueprint("respond", __name__)
shut.guard(blueprint)
csrf.exempt(blueprint)  # no cookie is trusted here: the id of the response travels in the form

OPENINGS = "1200 per minute"
"""Pages one address may open: a full house on one shared network, not more."""

SAVES = "6000 per minute"
"""Saves from one address."""

FORM = 20 * 1024 * 1024
"""Bytes of a form with files."""

CODES = "120 per minute"
"""Verification codes asked for or entered from one address."""

pace = Pace()

OURS = frozenset({"lang", "embed", "id", "a"})
"""URL parameters that are neither fields nor answers."""


@blueprint.get("/s/<code>")
@blueprint.get("/S/<code>", endpoint="printed")
@needs(PUBLIC)
@limiter.limit(OPENINGS, exempt_when=nearby)
def link(code: str) -> Response:
    """The page behind an open link or a printed code, in any letter case."""
    door = intake.door(code)
    if door.place_id is not None and request.method == "GET":
        scans.scanned(door.place_id)
    return questionnaire(door, url_for("respond.link", code=door.code))


@blueprint.get("/i/<token>")
@needs(PUBLIC)
@limiter.limit(OPENINGS, exempt_when=nearby)
def invited(token: str) -> Response:
    """The page behind a personal link."""
    door = intake.door_of_token(token)
    if door.invitation_id is not None and request.method == "GET":
        openings.opened(door.invitation_id)
    return questionnaire(door, url_for("respond.invited", token=token))


@blueprint.get("/t/<token>")
@needs(PUBLIC)
@limiter.limit(OPENINGS, exempt_when=nearby)
def tried(token: str) -> Response:
    """The page for those who try a survey out."""
    return questionnaire(trials.door(token), url_for("respond.tried", token=token))


@blueprint.post("/t/<token>")
@needs(PUBLIC)
@limiter.limit(SAVES, exempt_when=nearby)
def tried_step(token: str) -> Response:
    """One page of a test, posted without scripts."""
    return _step(trials.door(token), url_for("respond.tried", token=token))


@blueprint.post("/s/<code>")
@blueprint.post("/S/<code>", endpoint="printed_step")
@needs(PUBLIC)
@limiter.limit(SAVES, exempt_when=nearby)
def link_step(code: str) -> Response:
    """One page of an open link, posted without scripts."""
    return _step(intake.door(code, closed=True), url_for("respond.link", code=code.upper()))


@blueprint.post("/i/<token>")
@needs(PUBLIC)
@limiter.limit(SAVES, exempt_when=nearby)
def invited_step(token: str) -> Response:
    """One page of a personal link, posted without scripts."""
    return _step(intake.door_of_token(token, closed=True), url_for("respond.invited", token=token))


@behind(blueprint, "/codes", CODES)
def codes(door: Door) -> Response:
    """Sends a code to a phone number, or takes it back; who tries the survey out hears that none are sent."""
    language(door.plan)
    asked = proofs.read(request.get_data())
    if limiter.enabled:
        pace.keep(asked.id)
    return jsonify(proofs.answered(door, asked, _caller()))


def _caller() -> str:
    """The network address that asks; ``""`` where it says nothing."""
    return "" if nearby() else request.remote_addr or ""


@behind(blueprint, "/standing", SAVES, ("GET",))
def standing(door: Door) -> Response:
    """How everybody has voted so far, where the survey shows that."""
    plan = phone.worded(door.plan, language(door.plan))
    note = gettext("Your vote counts once you submit it.")
    return jsonify({"standings": standings.standings(door, plan), "note": note})


@behind(blueprint, "/answers", SAVES)
def answers(door: Door) -> Response:
    """What the page script saves."""
    post = intake.read_post(request.get_data())
    g.locale = phone.chrome(post.locale or door.plan.locale)
    if limiter.enabled:
        pace.keep(post.id)
    reply = intake.submit(door, post)
    told = script.told(phone.worded(door.plan, post.locale or door.plan.locale), post.raw)
    return jsonify({**reply, "told": told} if told else reply)


def language(plan: Plan) -> str:
    """The language of the page, and of this request from here on: the one asked for, else the browser's
    best, else the survey's own."""
    known = phone.spoken(plan)
    asked = request.form.get("_lang") or request.args.get("lang") or request.form.get("_locale") or ""
    by_name = {locale.replace("_", "-").lower(): locale for locale in known}
    chosen = by_name.get(asked.replace("_", "-").lower())
    if chosen is None:
        best = request.accept_languages.best_match([locale.replace("_", "-") for locale in known])
        chosen = by_name.get((best or "").lower(), known[0])
    g.locale = phone.chrome(chosen)
    refresh()
    return chosen


def _given(plan: Plan) -> dict[str, Json]:
    """The fields that stand in the address."""
    return {
        code: request.args[code][:TEXT_LENGTH]
        for code, declared in plan.fields.items()
        if declared.get("from") == "url" and request.args.get(code)
    }


def _embedding() -> None:
    if request.args.get("embed") == "1":
        g.frame_ancestors = "*"


def questionnaire(door: Door, address: str) -> Response:
    """The whole questionnaire for the script, its first page for browsers without."""
    _embedding()
    asked = request.args.get("id", "")
    found = intake.stored(door, asked) if asked or door.invitation_id is not None else None
    locale = language(found.plan if found else door.plan)
    plan = phone.worded(found.plan if found else door.plan, locale)
    step = steps.opened(door, found, plan, locale, _given(plan))
    if found and found.state != "started":
        return ended(step, found.position, found.receipt)
    return drawn(step, address, found)


def drawn(step: Step, address: str, found: Stored | None = None, **told: Json) -> Response:
    """The page with scripts: what is seen first stands in the form, everything else waits in templates.
    ``told``: more for the script."""
    plan, language = step.plan, phone.chrome(step.locale)
    prefill = _prefill(plan)
    raw = {**prefill, **_refilled(step)}
    drawing = phone.Drawing(plan, step.at(), step.seed, raw=raw, taken=step.taken, past=step.past)
    pages = dict(phone.whole(plan, language))
    page = plan.page(step.page)
    start = [phone.first(drawing, page, language)] if page else []
    pages.pop(step.page, None)
    return _render(
        step,
        address,
        scripts=True,
        pages=start,
        rest=pages.values(),
        endings=[phone.last(plan, ending) for ending in plan.endings.values()],
        plan=script.plan_of(plan, language),
        door={**_told(step, address, found, prefill), **told},
        words=script.words(language),
    )


def _told(step: Step, address: str, found: Stored | None, prefill: Mapping[str, Json]) -> dict[str, Json]:
    """What the script is told beside the plan."""
    settings, spoken = step.plan.settings, script.fields(step.plan)
    return {
        "home": address,
        "post": f"{address}/answers",
        "survey": step.door.survey_code,
        "version": step.version,
        "locale": step.locale,
        "today": paths.today(step.plan).isoformat(),
        "one": settings.get("one_per_screen", True),
        "back": settings.get("back", True),
        "again": _again(step),
        "embed": request.args.get("embed") == "1",
        "fields": {code: value for code, value in step.at().facts.fields.items() if code in spoken},
        "given": _given(step.plan),
        "full": sorted(step.full),
        "taken": step.taken,
        "past": step.past,
        "prefill": prefill,
        "tap": _tapped(step.plan),
        "stored": found and {"id": found.id, "revision": found.revision, "raw": _refilled(step)},
    }


def _again(step: Step) -> bool:
    """Whether whoever has answered may answer again."""
    return step.door.invitation_id is None and not step.plan.once


def _strip(step: Step) -> str:
    """What stands above the page for those who try the survey out."""
    return gettext("Test: this response does not count.") if step.door.test else step.strip


def _render(step: Step, address: str, **more: Any) -> Response:
    plan = step.plan
    _open_up(plan)
    codes = [page.code for page in plan.pages]
    walked = codes.index(step.page) if step.page in codes else len(codes)
    query = request.query_string.decode()
    page = {
        "title": plan.title,
        "lang": step.locale.replace("_", "-"),
        "locale": step.locale,
        "languages": phone.languages(phone.spoken(plan)),
        "progress": round(100 * walked / (len(codes) + 1)) if plan.settings.get("progress", True) else None,
        "action": f"{address}?{query}" if query else address,
        "carried": _carried(step),
        "files": phone.files(plan),
        "multipart": phone.takes_files(plan),
        "look": theme.look(plan.settings),
        "scripts": False,
        "rest": [],
        "door": {"one": False},
        "errors": {},
        "strip": _strip(step),
        "back": bool(step.before()) and plan.settings.get("back", True),
        "forward": pgettext("survey", "Next"),
        **more,
    }
    return make_response(render_template("respond/page.html", **page))


def _open_up(plan: Plan) -> None:
    """Lets the page ask for what its question types need, and show pictures that were just chosen."""
    if devices := phone.devices(plan):
        g.devices = devices
    if phone.takes_files(plan):
        g.own_pictures = True


def _carried(step: Step) -> list[tuple[str, str]]:
    """What travels in the form."""
    page = step.plan.page(step.page)
    walked = step.at()
    seen = [q.code for q in page.questions if q.collects and walked.shows(q)] if page else []
    return [
        ("_id", step.id),
        ("_version", str(step.version)),
        ("_page", step.page),
        ("_locale", step.locale),
        *(("_seen", code) for code in seen),
        *(("_doubted", code) for code in step.doubts),
    ]


def _refilled(step: Step) -> dict[str, Json]:
    """Stored answers as the controls that gave them."""
    known = step.plan.questions
    return {code: phone.refill(known[code], value) for code, value in step.answers.items() if code in known}


def _prefill(plan: Plan) -> dict[str, Json]:
    """Answers that stand in the address (``?Q1=9``), as far as they are allowed ones."""
    asked = plan.questions if request.args else ()
    found = {code: steps.controls(code, request.args) for code in asked if code not in OURS}
    return {code: raw for code, raw in found.items() if raw and _allowed(plan.questions[code], raw)}


def _allowed(question: QuestionPlan, raw: Json) -> bool:
    try:
        value = question.parse(raw)
        if value is not None:
            question.check(value)
    except Invalid:
        return False
    return value is not None


def _tapped(plan: Plan) -> Json:
    """The score tapped in a message (``?a=9``): an answer only once the page itself sends it."""
    code = plan.scores.get("main") or next(iter(plan.questions), "")
    raw = {"": [request.args.get("a", "")]}
    question = plan.questions.get(code)
    return {"code": code, "raw": raw} if question and raw[""][0] and _allowed(question, raw) else None


def _step(door: Door, address: str) -> Response:
    """One step of the questionnaire without scripts."""
    _embedding()
    if request.mimetype == "multipart/form-data" and phone.takes_files(door.plan):
        request.max_content_length = FORM
    locale = language(door.plan)
    step = steps.taken(door, request.form, _given(door.plan), locale, request.files)
    if step.reply is None and "_lang" not in request.form:
        if proofs.wanted(step):
            proofs.sent(step, _caller())
        elif request.form.get("_go") == "back":
            steps.backward(step)
        else:
            steps.forward(step, set(request.form.getlist("_doubted")))
    if step.reply is not None:
        return ended(step, str(step.reply["ending"]), str(step.reply["receipt"]))
    return _plain(step, address)


def _plain(step: Step, address: str) -> Response:
    """One page, drawn for browsers without scripts; 422 with what is wrong beside the questions."""
    page = step.plan.page(step.page)
    if page is None:
        raise NotFound(doors.UNKNOWN)
    errors, doubts = step.sentences(step.errors), step.sentences(step.doubts)
    raw = {**_prefill(step.plan), **_refilled(step), **step.raw}
    drawing = phone.Drawing(
        step.plan, step.at(), step.seed, raw, errors, doubts, taken=step.taken, past=step.past
    )
    response = _render(step, address, pages=[phone.alone(drawing, page)], errors=errors)
    response.status_code = 422 if errors else 200
    return response


def _standings(step: Step, ending: Mapping[str, Json]) -> list[Standing]:
    """What the last page tells of everybody's answers."""
    shown = ending["kind"] == "completed" and standings.shown(step.plan)
    return standings.standings(step.door, step.plan) if shown else []


def ended(step: Step, code: str, receipt: str) -> Response:
    """The ending a response has reached."""
    plan = step.plan
    ending = plan.endings.get(code) or next(iter(plan.endings.values()))
    drawing = phone.Drawing(plan, step.walk())
    html = render_template(
        "respond/done.html",
        title=plan.title,
        lang=step.locale.replace("_", "-"),
        last=phone.last(plan, ending, drawing.lookup()),
        look=theme.look(plan.settings),
        receipt=receipt,
        again=request.full_path.rstrip("?") if _again(step) else "",
        files=phone.files(plan),
        standings=_standings(step, ending),
        strip=_strip(step),
    )
    return make_response(html)
