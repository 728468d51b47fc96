"""The dashboard of a survey: numbers in the page, tiles by ETag, changes by server-sent events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

import segno
from babel.dates import format_skeleton
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from question_types.base import N_
from survey_app import assets, plugins
from survey_app.models import Survey
from survey_app.security import needs
from survey_app.services import accounts, boards, distributions, doors, live, metrics
from survey_app.services.asked import questions_of
from survey_app.services.boards import Board, View
from survey_app.services.errors import NotFound, Refused
from survey_app.services.window import PRESETS, Window
from survey_app.web import panels
from survey_app.web.guard import actor, language, may

blueprint = Blueprint("dashboards", __name__)


@dataclass
class Desk:
    """What every view of a dashboard starts from."""

    survey: Survey
    figures: metrics.SurveyMetrics
    board: Board
    notes: list[str]

    @property
    def window(self) -> Window:
        return self.figures.window

    @cached_property
    def query(self) -> dict[str, str]:
        """What links within the dashboard carry on: the window and the way it is shown."""
        kept = {name: request.args[name] for name in ("kiosk",) if request.args.get(name)}
        return {**self.window.query(), **kept}

    def etag(self, index: int) -> str:
        """Changes when a tile may look different: figures, window, layout, reader, language or program."""
        window, reader = self.window, actor()
        seen = (self.figures.scope.cells.stamp, self.board.digest, index, window, date.today())
        facts = (*seen, reader.unit_id, reader.role, language(), assets.digest())
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def desk(code: str) -> Desk:
    """The survey, its figures in the window the address asks for, and the layout. Raises NotFound."""
    survey = accounts.survey(actor(), code)
    figures, notes = metrics.for_survey(actor(), survey, request.args)
    layout = boards.board(actor(), survey)
    return Desk(survey, figures, layout, [_(note) for note in notes])


@blueprint.get("/surveys/<code>/dashboard")
@needs("dashboards.read")
def show(code: str) -> str:
    """The whole board, all numbers in it."""
    g.plotly_page = True
    at = desk(code)
    tiles = [tile(at, index) for index in range(len(at.board.tiles))]
    return render_template("dashboards/board.html", tiles=tiles, **frame(at))


def frame(at: Desk) -> dict[str, Any]:
    """What the board's page needs around its tiles."""
    empty = not at.window.unit and not at.figures.begun()
    return {
        "survey": at.survey,
        "window": at.window,
        "figures": at.figures,
        "notes": at.notes,
        "presets": PRESETS,
        "link": lambda **changes: address(at, changes),
        "channels": channel_names(at),
        "units": list(at.figures.scope.units.values()),
        "qualities": qualities(at),
        "aside": aside(at),
        "kiosk": request.args.get("kiosk", ""),
        "empty": empty,
        "start": first_steps(at) if empty else {},
        "latest": None if empty or at.figures.counts().started else at.figures.last_day(),
        "page": page_data(at),
    }


def qualities(at: Desk) -> list[tuple[str, str, bool]]:
    """(value, name, chosen) of the ways to treat flagged responses, the survey's own first; none where the
    survey never had any and nobody asks."""
    if not at.window.quality and not at.figures.scope.every.flagged.any():
        return []
    ways = [("all", _("Doubtful ones included"), False), ("clean", _("Doubtful ones left out"), True)]
    usual = metrics.leaves_out(at.survey, replace(at.window, quality=""))
    return sorted(
        ("" if leaves_out == usual else key, name, leaves_out == at.figures.scope.clean)
        for key, name, leaves_out in ways
    )


def aside(at: Desk) -> str:
    """How many responses of the window are flagged for their quality, and whether they count."""
    n = at.figures.flagged()
    if at.figures.scope.clean:
        return str(_("%(n)s doubtful responses are left out", n=n))
    return str(_("%(n)s doubtful responses are included", n=n)) if n else ""


def address(at: Desk, changes: dict[str, str]) -> str:
    """The board's address with another period, channel or unit; an empty value drops a filter."""
    query = dict(at.query)
    if "period" in changes:
        query = {name: value for name, value in query.items() if name not in ("from", "to", "period")}
    query = {name: value for name, value in {**query, **changes}.items() if value}
    path = url_for("dashboards.show", code=at.survey.code)
    return f"{path}?{urlencode(query)}" if query else path


def page_data(at: Desk) -> dict[str, Any]:
    """What the page's script needs to stay live."""
    return {
        "stamp": at.figures.scope.cells.stamp,
        "stream": url_for("dashboards.stream", code=at.survey.code),
        "stampUrl": url_for("dashboards.stamp", code=at.survey.code),
        "plotly": url_for("static", filename="plotly/plotly.min.js"),
        "words": {
            "live": _("Live figures"),
            "polling": _("Refreshed from time to time"),
            "cut": _("Connection lost, trying again …"),
            "paused": _("Paused while in the background"),
            "ended": _("Your access has changed. Reload the page."),
            "now": _("updated just now"),
            "seconds": _("updated {n} s ago"),
            "minutes": _("updated {n} min ago"),
            "table": _("Show as table"),
            "chart": _("Show as chart"),
        },
    }


def channel_names(at: Desk) -> list[tuple[str, str]]:
    """(key, name) of the channels answers came in by."""
    found = sorted(set(at.figures.scope.cells.channels) | set(at.window.channels))
    return [(key, channel_name(key)) for key in found]


def channel_name(key: str) -> str:
    """A channel in the reader's language; the key itself where it is not installed. What is tried out without
    a distribution comes by no channel of its own."""
    adapter = plugins.adapters().get(key)
    return _(adapter.label) if adapter else "–" if key == doors.TRIAL else key


def first_steps(at: Desk) -> dict[str, str]:
    """How to get the first answer: the survey's open link and its QR code, where there is one."""
    found = [each for each in distributions.listing(actor(), at.survey.code) if each.status == "open"]
    if at.survey.status != "live" or not found:
        return {}
    link = distributions.link(found[-1])
    return {"link": link, "qr": segno.make(link).svg_data_uri(scale=4, border=2, light="#ffffff")}


def tile(at: Desk, index: int) -> dict[str, Any]:
    """One tile ready to be put into the page."""
    found = boards.view(at.board.tiles[index], at.figures)
    html = render_template("dashboards/tile.html", view=found, body=body(found, at), index=index)
    return {
        "index": index,
        "size": found.tile.size,
        "widget": found.tile.widget,
        "etag": at.etag(index),
        "url": url_for("dashboards.one", code=at.survey.code, index=index),
        "html": Markup(html),  # noqa: S704 - our own template, escaped inside
        "figure": found.figure,
    }


def body(found: View, at: Desk) -> Markup | None:
    """What the widget's own template says; None where the widget or its template failed."""
    if found.widget is None:
        return None
    given = {"data": found.data, "settings": found.settings, "widget": found.widget, "metrics": at.figures}
    given["response_link"] = lambda id: response_link(at, id)
    try:
        return Markup(render_template(found.widget.template, **given))  # noqa: S704
    except Exception:
        current_app.logger.exception("The template of the widget %s failed", found.tile.widget)
        return None


def response_link(at: Desk, id: str) -> str:
    """The page of a response, for readers who may see it."""
    return url_for("responses.show", code=at.survey.code, id=id) if id and may("responses.read") else ""


@blueprint.get("/surveys/<code>/dashboard/tiles/<int:index>")
@needs("dashboards.read")
def one(code: str, index: int) -> Response:
    """One tile as JSON, or 304 where the reader has it already."""
    at = desk(code)
    if index >= len(at.board.tiles):
        raise NotFound(N_("There is no such tile."))
    etag = at.etag(index)
    if request.if_none_match.contains(etag):
        reply = Response(status=304)
    else:
        found = tile(at, index)
        stamp = at.figures.scope.cells.stamp
        reply = jsonify(html=found["html"], figure=found["figure"], stamp=stamp, aside=aside(at))
    reply.set_etag(etag)
    return reply


@blueprint.get("/surveys/<code>/dashboard/stamp")
@needs("dashboards.read")
def stamp(code: str) -> Response:
    """The survey's stamp: what pages ask from time to time where events do not come through."""
    number = live.stamp(accounts.survey(actor(), code).id)
    known = request.if_none_match.contains(str(number))
    reply = Response(status=304) if known else jsonify(stamp=number)
    reply.set_etag(str(number))
    return reply


@blueprint.get("/surveys/<code>/dashboard/stream")
@needs("dashboards.read")
def stream(code: str) -> Response:
    """Server-sent events: ``stamp`` at every change, ``end`` when the reader's right is over."""
    survey = accounts.survey(actor(), code)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    events = live.stream(app, actor(), [survey])
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(events, mimetype="text/event-stream", headers=headers)


@blueprint.get("/surveys/<code>/dashboard/edit")
@needs("dashboards.write")
def edit(code: str) -> str:
    """The board with handles on its tiles."""
    g.plotly_page = True
    at = desk(code)
    questions = at.figures.questions()
    tiles = [
        {**tile(at, index), "panel": boards.panel(each, questions, _), "label": widget_name(each.widget)}
        for index, each in enumerate(at.board.tiles)
    ]
    more = {"gallery": boards.gallery(_), "board": at.board, "sizes": boards, "listed": panels.shown}
    return render_template("dashboards/edit.html", tiles=tiles, **more, **frame(at))


def widget_name(key: str) -> str:
    """A widget in the reader's language; the key itself where it is not installed."""
    widget = plugins.widgets().get(key)
    return _(widget.label) if widget else key


@blueprint.post("/surveys/<code>/dashboard/edit")
@needs("dashboards.write")
def change(code: str) -> BaseResponse:
    """One change of the layout: ``action`` add, remove, move, configure or reset."""
    index = request.form.get("index", 0, type=int)
    act = ACTIONS.get(request.form.get("action", ""))
    if act is None:
        abort(400)
    try:
        index = act(code, request.form.get("digest", ""), index)
    except Refused as refused:
        told = [each for found in panels.sentences(refused.errors).values() for each in found]
        flash(" ".join([_(refused.message, **refused.params), *told]), "danger")
    return redirect(url_for("dashboards.edit", code=code, _anchor=f"tile-{index}"), 303)


def _add(code: str, digest: str, index: int) -> int:
    return len(boards.add(actor(), code, digest, request.form.get("widget", "")).tiles) - 1


def _remove(code: str, digest: str, index: int) -> int:
    boards.remove(actor(), code, digest, index)
    return max(index - 1, 0)


def _move(code: str, digest: str, index: int) -> int:
    to = request.form.get("to", index, type=int)
    boards.move(actor(), code, digest, index, to)
    return max(to, 0)


def _configure(code: str, digest: str, index: int) -> int:
    survey = accounts.survey(actor(), code)
    tiles = boards.board(actor(), survey).tiles
    fields = boards.panel(tiles[index], questions_of(survey), _) if index < len(tiles) else []
    size = request.form.get("columns", 0, type=int), request.form.get("rows", 0, type=int)
    boards.configure(actor(), code, digest, index, panels.read(fields, request.form, f"s{index}."), size)
    return index


def _reset(code: str, digest: str, index: int) -> int:
    boards.reset(actor(), code)
    return 0


ACTIONS = {"add": _add, "remove": _remove, "move": _move, "configure": _configure, "reset": _reset}


@lru_cache(maxsize=4096)
def _spelled(skeleton: str, day: date, locale: str) -> str:
    """Tables name the same few days over and over, and Babel takes its time."""
    return str(format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale))


def short_time(moment: str | datetime) -> str:
    """Day and time, short, in the zone the moment carries."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{short_date(found.date())} {found:%H:%M}"


def short_date(day: str | date) -> str:
    """A day, short; with its year where that is not this year."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return _spelled("MMMd" if found.year == date.today().year else "yMMMd", found, language())


def init_app(app: Flask) -> None:
    """Filters that templates of widgets may use."""
    app.jinja_env.filters["short_time"] = short_time
    app.jinja_env.filters["short_date"] = short_date
