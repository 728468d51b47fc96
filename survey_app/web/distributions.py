"""How a survey reaches people: its distributions, one page each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from channels.base import Artefact, Channel
from question_types.base import N_
from survey_app import plugins
from survey_app.models import Distribution, Place
from survey_app.security import needs
from survey_app.services import accounts, codes, distributions, invitations, outbox, places
from survey_app.services.errors import NotFound, Problem, Refused
from survey_app.web import panels
from survey_app.web.guard import actor, may

blueprint = Blueprint("distributions", __name__, url_prefix="/surveys/<code>/distributions")

Page = str | tuple[str, int]


@blueprint.get("")
@needs("distributions.read")
def index(code: str) -> str:
    """All distributions of a survey, and the channels for another."""
    survey = accounts.survey(actor(), code)
    found = distributions.listing(actor(), code)
    return render_template(
        "distributions/index.html",
        survey=survey,
        distributions=found,
        figures=distributions.figures(found),
        link=distributions.link,
        channels=plugins.adapters(),
    )


@blueprint.get("/new/<channel>")
@needs("distributions.write")
def new(code: str, channel: str) -> Page:
    """The form of a new distribution, drawn from the channel's settings."""
    return _form(code, _adapter(channel), {}, {})


@blueprint.post("/new/<channel>")
@needs("distributions.write")
def create(code: str, channel: str) -> Page | Response:
    """Makes the distribution; errors stand beside their fields."""
    plugin, given = _adapter(channel), request.form
    settings = panels.read(panels.described(plugin.Settings), given, "settings.")
    try:
        account = _account(plugin)
        made = distributions.create(
            actor(), code, channel, settings, given.get("name", ""), account, unit=given.get("unit") or None
        )
    except Refused as refused:
        return _form(code, plugin, {**given, **_prefixed(settings)}, refused.errors, refused.message), 422
    flash(_("Created. You can share it right away."), "success")
    return redirect(address(made))


def _adapter(channel: str) -> Channel:
    found = plugins.adapters().get(channel)
    if found is None:
        raise NotFound(N_("There is no such channel."))
    return found


def _prefixed(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {f"settings.{name}": value for name, value in settings.items()}


def _account(plugin: Channel) -> str | None:
    """The chosen account, or a new one from the fields beside it."""
    if not distributions.needs_account(plugin):
        return None
    chosen = request.form.get("account", "")
    if chosen:
        return chosen
    given = panels.read(panels.described(plugin.Account), request.form, "account.")
    return distributions.create_account(actor(), plugin.key, request.form.get("account_name", ""), given).code


def _form(
    code: str, plugin: Channel, values: Mapping[str, Any], errors: Mapping[str, Any], message: str = ""
) -> str:
    with_account = distributions.needs_account(plugin)
    return render_template(
        "distributions/new.html",
        survey=accounts.survey(actor(), code),
        channel=plugin,
        fields=panels.described(plugin.Settings),
        account_fields=panels.described(plugin.Account) if with_account else [],
        accounts=distributions.accounts_of(actor(), plugin.key) if with_account else [],
        units=accounts.units(actor()),
        values=values,
        errors=panels.sentences(errors),
        message=message,
        shown=panels.shown,
    )


def found(code: str, dcode: str) -> Distribution:
    """The distribution of an address; its survey must be the one named too. Raises NotFound."""
    distribution = distributions.get(actor(), dcode)
    if distribution.survey.code != code:
        raise NotFound(N_("There is no such distribution."))
    return distribution


def address(distribution: Distribution, anchor: str | None = None) -> str:
    """The page of a distribution."""
    return url_for(
        "distributions.show", code=distribution.survey.code, dcode=distribution.code, _anchor=anchor
    )


@blueprint.get("/<dcode>")
@needs("distributions.read")
def show(code: str, dcode: str) -> str:
    """Everything about one distribution."""
    return page(found(code, dcode))


def page(distribution: Distribution, **more: Any) -> str:
    """The page, with what an action that failed wants shown again."""
    plugin = plugins.adapters().get(distribution.channel)
    can = plugin.capabilities if plugin else Channel.capabilities
    rows, following = invitations.page(distribution, request.args.get("after", ""))
    since = request.args.get("from", "")
    printed, more_places = places.page(distribution, since) if "place" in can.links else ([], "")
    g.zone = distribution.survey.draft.get("settings", {}).get("timezone", "")
    shown: dict[str, Any] = {
        "survey": distribution.survey,
        "distribution": distribution,
        "channel": plugin,
        "can": can,
        "link": distributions.link,
        "figures": distributions.figures([distribution])[distribution.id],
        "fields": panels.described(plugin.Settings) if plugin else [],
        "values": _prefixed(distribution.settings),
        "shown": panels.shown,
        "files": places.files(distribution) if plugin and "public" in can.links else [],
        "places": printed,
        "since": since,
        "more_places": more_places,
        "place_fields": places.fields(distribution),
        "siblings": places.siblings(actor()) if "place" in can.links else [],
        "units": accounts.units(actor()),
        "invitations": rows,
        "following": following,
        "timeline": invitations.timeline,
        "funnel": invitations.funnel(distribution),
        "outbox": outbox.page(distribution, reveal=may("contacts.read")) if can.sends else [],
        "counts": outbox.counts(distribution) if can.sends else {},
        "codes": codes.shown(distribution) if may("contacts.read") else [],
        "errors": {},
    }
    return render_template("distributions/show.html", **{**shown, **more})


@blueprint.post("/<dcode>/close")
@needs("distributions.write")
def close(code: str, dcode: str) -> Response:
    """Stops taking answers."""
    distributions.close(actor(), found(code, dcode).code)
    flash(_("Closed. Its links now say that the survey has ended."), "success")
    return redirect(address(found(code, dcode)))


@blueprint.post("/<dcode>/reopen")
@needs("distributions.write")
def reopen(code: str, dcode: str) -> Response:
    """Takes answers again."""
    distributions.reopen(actor(), found(code, dcode).code)
    flash(_("Open again: its links take answers."), "success")
    return redirect(address(found(code, dcode)))


@blueprint.post("/<dcode>/settings")
@needs("distributions.write")
def configure(code: str, dcode: str) -> Page | Response:
    """Another name, other settings of the channel."""
    distribution = found(code, dcode)
    given = panels.read(panels.described(_adapter(distribution.channel).Settings), request.form, "settings.")
    try:
        distributions.rename(actor(), dcode, request.form.get("name", ""))
        distributions.configure(actor(), dcode, given)
    except Refused as refused:
        return failed(distribution, refused, "settings", values=_prefixed(given))
    flash(_("Saved."), "success")
    return redirect(address(distribution))


def failed(distribution: Distribution, problem: Problem, form: str, **more: Any) -> tuple[str, int]:
    """The page again, with what was wrong beside the form ``form``."""
    told = panels.sentences(problem.errors)
    message = _(problem.message, **problem.params)
    return page(distribution, errors=told, message=message, failed=form, **more), problem.status


@blueprint.get("/<dcode>/files/<name>")
@needs("distributions.read")
def file(code: str, dcode: str, name: str) -> Response:
    """A file the channel makes of the public link."""
    distribution = found(code, dcode)
    return sent(distribution, name, distribution.name or distribution.survey.title)


def sent(thing: Distribution | Place, name: str, title: str) -> Response:
    """One of the files of a link, to save; with ``?view=1`` to look at. Raises NotFound."""
    wanted = next((each for each in places.files(thing) if each.name == name), None)
    if wanted is None:
        raise NotFound(N_("There is no such file."))
    ending = wanted.name.rpartition(".")[2]
    return send_file(
        BytesIO(wanted.content),
        wanted.mime,
        as_attachment="view" not in request.args,
        download_name=f"{places.safe(title)}.{ending}",
        max_age=0,
    )


def picture(files: list[Artefact]) -> Markup:
    """The drawing among a channel's files, to stand in a page; made by the channel, not by users."""
    drawing = next((each for each in files if each.mime == "image/svg+xml"), None)
    return Markup(drawing.content.decode()) if drawing else Markup("")  # noqa: S704


def local_time(at: datetime) -> str:
    """A moment as the clock shows it where the survey lives."""
    try:
        zone = ZoneInfo(g.get("zone") or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("Asia/Shanghai")
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def init_app(app: Flask) -> None:
    """Teaches templates to show moments."""
    app.jinja_env.filters["local_time"] = local_time
