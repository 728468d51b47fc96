"""The responses of a survey: a list to look through, one page each, and the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from question_types.base import shown
from survey_app.engine import piping
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Survey, Upload
from survey_app.security import needs
from survey_app.services import (
    accounts,
    codes,
    cube,
    exports,
    plans,
    privacy,
    quotas,
    responses,
    seals,
    trials,
    uploads,
)
from survey_app.services.asked import asked_of, live_plan, main_of, zone_of
from survey_app.services.responses import STATES, Filter, Row
from survey_app.services.sniff import KINDS
from survey_app.web.dashboards import channel_name
from survey_app.web.guard import actor, language
from survey_app.web.marks import marks

blueprint = Blueprint("responses", __name__, url_prefix="/surveys/<code>/responses")

EXCERPT = 80


@blueprint.get("")
@needs("responses.read")
def index(code: str) -> str:
    """The latest responses first, fifty a page."""
    survey = accounts.survey(actor(), code)
    zone = zone_of(survey)
    found, following = responses.listing(actor(), code, chosen(survey, zone), request.args.get("after", ""))
    plan = live_plan(survey)
    main = main_of(plan, asked_of(survey))
    return render_template(
        "dashboards/responses.html",
        survey=survey,
        rows=[line(row, main, zone) for row in found],
        main=main,
        states={state: state_name(state) for state in STATES},
        kinds={"real": _("Without tests"), "test": _("Tests only")},
        tests=trials.number(actor(), survey),
        qualities={"flagged": _("Doubtful"), "clean": _("Not doubtful")},
        units=accounts.units(actor()),
        quotas=levels(survey, plan),
        channels=[(key, channel_name(key)) for key in channels_of(survey)],
        given=request.args,
        following=link(code, after=following) if following else "",
        first=link(code, after="") if request.args.get("after") else "",
    )


def levels(survey: Survey, plan: Plan | None) -> list[quotas.Level]:
    """How far the quotas have filled up; they count all units, so only who sees all of them is told."""
    if plan is None or not plan.quotas or survey.unit_id not in accounts.unit_ids(actor()):
        return []
    return quotas.levels(db.session.connection(), survey.id, plan)


def chosen(survey: Survey, zone: tzinfo) -> Filter:
    """The responses an address asks for; days are the survey's. What cannot be understood is left out."""
    given = request.args
    unit = given.get("unit", "")
    return Filter(
        states=[state for state in given.getlist("state") if state in STATES],
        channels=[key for key in given.getlist("channel") if key],
        units=accounts.unit_ids(actor(), unit) if unit else (),
        flagged={"flagged": True, "clean": False}.get(given.get("quality", "")),
        test={"test": True, "real": False}.get(given.get("kind", "")),
        since=_midnight(given.get("from", ""), zone),
        until=_midnight(given.get("to", ""), zone, after=1),
    )


def _midnight(text: str, zone: tzinfo, after: int = 0) -> datetime | None:
    """Where a day begins, or the one so many days ``after``; None for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= day.year < 3000:
        return None
    return datetime.combine(day + timedelta(days=after), time(), zone).astimezone(UTC)


def channels_of(survey: Survey) -> list[str]:
    """Keys of the channels the survey was answered by, as its counts know them."""
    return sorted(set(cube.load(survey.id).channels))


def link(code: str, **changes: str) -> str:
    """This list with another filter."""
    query = {**request.args.to_dict(), **changes}
    path = url_for("responses.index", code=code)
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{kept}" if kept else path


def line(row: Row, main: str, zone: tzinfo) -> dict[str, Any]:
    """One response as the list shows it."""
    plan = plan_of(row)
    said = (plan.questions[code].text(value) for code, value in row.answers.items() if code in plan.questions)
    words = privacy.shown_to(actor(), next((text for text in said if text), ""))
    return {
        "id": row.id,
        "at": (row.completed_at or row.started_at).astimezone(zone),
        "state": row.state,
        "state_name": state_name(row.state),
        "quota": row.quota,
        "channel": channel_name(row.channel),
        "unit": row.unit_name,
        "score": labels(plan, row).get(main, ""),
        "words": words if len(words) <= EXCERPT else words[:EXCERPT] + "…",
        "seconds": row.seconds,
        "marks": marks(row),
        "test": row.test,
    }


def state_name(state: str) -> str:
    """The state of a response in words."""
    names = {
        "started": _("In progress"),
        "completed": _("Completed"),
        "screened_out": _("Screened out"),
        "over_quota": _("Over quota"),
    }
    return str(names.get(state, state))


def plan_of(row: Row) -> Plan:
    """The version a response was given under, in the reader's language."""
    return plans.localised(row.version_id, language())


@blueprint.get("/<id>")
@needs("responses.read")
def show(code: str, id: str) -> str:
    """One response, question by question."""
    return _page(accounts.survey(actor(), code), responses.get(actor(), code, id))


@blueprint.post("/<id>/reveal")
@needs("contacts.read")
def reveal(code: str, id: str) -> str:
    """The same page with what is kept sealed in clear; the journal says who looked."""
    return _page(accounts.survey(actor(), code), responses.reveal(actor(), code, id), revealed=True)


def _page(survey: Survey, row: Row, revealed: bool = False) -> str:
    plan, zone = plan_of(row), zone_of(survey)
    closed = seals.codes(plan) & row.answers.keys()
    clear = {code: str(row.answers[code]) for code in closed} if revealed else {}
    return render_template(
        "dashboards/response.html",
        survey=survey,
        row=row,
        state=state_name(row.state),
        channel=channel_name(row.channel),
        began=row.started_at.astimezone(zone),
        ended=row.completed_at and row.completed_at.astimezone(zone),
        answers=[{**each, "answer": clear.get(each["code"], each["answer"])} for each in answers(plan, row)],
        files=files(plan, row, survey),
        sealed=bool(closed) and not revealed and privacy.sees_identity(actor()),
        marks=marks(row),
        verified=codes.verified(row.id),
        fields=privacy.shown_to(actor(), dict(row.fields)),
        masked=not privacy.sees_identity(actor()),
    )


def labels(plan: Plan, row: Row) -> dict[str, str]:
    """Question code → the answer in the reader's words."""
    known = plan.questions
    words = {code: known[code].label(value) for code, value in row.answers.items() if code in known}
    return {code: str(privacy.shown_to(actor(), str(shown(said, gettext)))) for code, said in words.items()}


def answers(plan: Plan, row: Row) -> list[dict[str, Any]]:
    """Every question of the response's version with its answer, ``""`` where there is none."""
    said = labels(plan, row)
    return [
        {
            "code": code,
            "title": piping.pipe(question.title, lambda other: said.get(other, f"[{other}]")),
            "item": question.item,
            "answer": said.get(code, ""),
        }
        for code, question in plan.questions.items()
    ]


@blueprint.post("/<id>/quality")
@needs("responses.weigh")
def weigh(code: str, id: str) -> Response:
    """Marks a response as doubtful, lifts the mark, or leaves it to what was observed."""
    given = request.form.get("flagged", "")
    responses.decide(actor(), code, id, {"yes": True, "no": False}.get(given))
    flash(_("Saved. The figures follow."), "success")
    return redirect(url_for("responses.show", code=code, id=id), 303)


def files(plan: Plan, row: Row, survey: Survey) -> dict[str, list[dict[str, Any]]]:
    """Question code → the files of its answer, in order."""
    named = list(uploads.ids_in(plan, row.answers))
    known = uploads.of_response(actor(), survey, row.id) if named else {}
    found: dict[str, list[dict[str, Any]]] = {}
    for code, id in named:
        if id in known:
            found.setdefault(code, []).append(_file(known[id]))
    return found


def _file(row: Upload) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "name": row.name,
        "picture": KINDS[row.mime].group == "image",
        "size": f"{row.size / 2**20:.1f} MB" if row.size >= 100_000 else f"{max(1, row.size // 1024)} KB",
    }


@blueprint.post("/<id>/delete")
@needs("responses.delete")
def remove(code: str, id: str) -> Response:
    """Takes a response out of the survey and of all its figures."""
    responses.remove(actor(), code, id)
    flash(_("The response was deleted and its answers no longer count."), "success")
    return redirect(url_for("responses.index", code=code), 303)


@blueprint.post("/tests")
@needs("responses.delete")
def try_out(code: str) -> Response:
    """Opens the live version, or one distribution, in test mode; with ``run`` stores the covering respondents
    as test responses."""
    if "run" not in request.form:
        token = trials.token(actor(), code, request.form.get("distribution", ""))
        return redirect(url_for("respond.tried", token=token), 303)
    number, stuck = trials.run(actor(), code)
    flash(_("Test responses stored: %(n)s", n=number), "success")
    if stuck:
        flash(
            _(
                "%(n)s of them stay where an answer is refused, or where only a person can give one, such as"
                " a file.",
                n=stuck,
            ),
            "info",
        )
    return redirect(url_for("responses.index", code=code, kind="test"), 303)


@blueprint.post("/tests/clear")
@needs("responses.delete")
def clear_tests(code: str) -> Response:
    """Throws all test responses away."""
    number = trials.clear(actor(), code)
    flash(_("Test responses deleted: %(n)s", n=number), "success")
    return redirect(url_for("responses.index", code=code), 303)


@blueprint.get("/export.csv")
@needs("responses.export")
def export(code: str) -> Response:
    """All responses of the reader's units as a spreadsheet file, streamed; with ``?kind=test`` the test
    responses instead."""
    survey, test = accounts.survey(actor(), code), request.args.get("kind") == "test"
    source = exports.Source(survey, accounts.unit_ids(actor()), () if test else ("completed",), test=test)
    accounts.audit(actor(), "responses.export", f"survey:{survey.code}", format="csv", test=test)
    language()  # found now: the session that knows the reader is gone once the file is being sent
    db.session.commit()
    lines = stream_with_context(exports.stream(source, "csv", labels=True, translate=gettext))
    headers = {"Content-Disposition": f'attachment; filename="{survey.code}.csv"'}
    return Response(lines, mimetype="text/csv", headers=headers)
