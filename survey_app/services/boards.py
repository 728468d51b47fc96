"""Which tiles a dashboard has, in which order and size, and what each of them shows."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dashboards.base import Metrics, QuestionField, QuestionInfo, Widget
from question_types.base import N_
from survey_app import plugins
from survey_app.engine import settings as forms
from survey_app.extensions import db
from survey_app.models import Dashboard, Survey, User
from survey_app.services import accounts, surveys
from survey_app.services.asked import asked_of, live_plan, main_of
from survey_app.services.errors import Conflict, NotFound, Refused

COLUMNS = (3, 4, 6, 8, 9, 12)
ROWS = (0, 1, 2, 3, 4)
MOST_TILES = 80

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tile:
    """One widget with its settings, as wide as ``size[0]`` of twelve columns."""

    widget: str
    settings: dict[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (4, 1)


@dataclass(frozen=True)
class Board:
    """The tiles one viewer sees. ``code`` is empty for the layout computed from the survey."""

    code: str
    tiles: tuple[Tile, ...]

    @property
    def digest(self) -> str:
        """Changes with every change of the layout."""
        layout = json.dumps(_json(self.tiles), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(layout.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class View:
    """What a tile shows: hand ``template`` the rest. Without ``widget`` it could not be computed."""

    tile: Tile
    title: str
    widget: Widget | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    figure: Mapping[str, Any] | None = None


def board(actor: User, survey: Survey) -> Board:
    """The layout saved for the actor's unit or the nearest unit above it, else the default one."""
    row = _stored(actor, survey)
    if row is None:
        asked = asked_of(survey)
        main = main_of(live_plan(survey), asked)
        return Board("", tuple(default([each.info for each in asked.values()], main)))
    return Board(row.code, tuple(_tile(entry) for entry in row.layout))


def default(questions: list[QuestionInfo], main: str) -> list[Tile]:
    """The layout of a survey nobody has arranged yet: score, counts and trend, words, units, and one tile for
    every question that has none yet."""
    score = next((each.code for each in questions if each.code == main and "promoter" in each.buckets), "")
    asked = [each for each in questions if not each.retired and each.code != score]
    tiles = [_new("nps", size=(4, 3))] if score else []
    tiles += [_new("counts", size=(8 if score else 12, 1)), _new("trend", size=(8 if score else 12, 2))]
    tiles += [_new("sentiment", size=(4, 2)), _new("verbatims", size=(8, 2)), _new("regions")]
    tiles += [_new("question", {"question": question.code}) for question in asked]
    return [tile for tile in tiles if tile.widget in plugins.widgets()][:MOST_TILES]


def view(tile: Tile, metrics: Metrics) -> View:
    """What one tile shows. A widget that fails is logged and says so; the rest of the board lives."""
    widget = plugins.widgets().get(tile.widget)
    if widget is None:
        return View(tile, metrics.gettext("This widget is not installed: %(key)s", key=tile.widget))
    settings, _ = forms.bind(widget.Settings, tile.settings)
    try:
        data = widget.data(settings, metrics)
        figure = widget.figure(data, metrics.gettext)
        return View(tile, widget.title(settings, metrics), widget, settings, data, figure)
    except Exception:
        log.exception("The widget %s failed", tile.widget)
        return View(tile, metrics.gettext(widget.label))


def gallery(translate: Callable[[str], str]) -> list[dict[str, str]]:
    """All widgets that can be added: key, label, hint."""
    return [
        {"key": key, "label": translate(widget.label), "hint": translate(widget.hint) if widget.hint else ""}
        for key, widget in plugins.widgets().items()
    ]


def panel(tile: Tile, questions: list[QuestionInfo], translate: Callable[[str], str]) -> list[dict[str, Any]]:
    """What an editor needs to draw a tile's settings: as ``engine.settings.describe``, with ``value``; fields
    for a question offer the survey's questions."""
    widget = plugins.widgets().get(tile.widget)
    if widget is None:
        return []
    values, _ = forms.bind(widget.Settings, tile.settings)
    described = forms.describe(widget.Settings, translate)
    for about, form_field in zip(described, widget.Settings(), strict=True):
        about["value"] = values[about["name"]]
        if isinstance(form_field, QuestionField):
            about |= {"kind": "choice", "choices": _offered(form_field, questions, translate)}
    return described


def _offered(
    form_field: QuestionField, questions: list[QuestionInfo], translate: Callable[[str], str]
) -> list[list[str]]:
    fitting = [each for each in questions if set(form_field.buckets) <= set(each.buckets)]
    names = [[each.code, f"{each.code} {each.title}"] for each in fitting]
    return [["", translate(N_("The survey's main score"))], *names]


def add(actor: User, code: str, digest: str, widget: str) -> Board:
    """Puts a new tile at the end, with the settings of the widget's first example."""
    if widget not in plugins.widgets():
        raise NotFound(N_("There is no such widget."))
    return _edit(actor, code, digest, lambda tiles: [*tiles, _new(widget)])


def remove(actor: User, code: str, digest: str, index: int) -> Board:
    """Takes a tile away."""
    return _edit(actor, code, digest, lambda tiles: tiles[:index] + tiles[index + 1 :], index)


def move(actor: User, code: str, digest: str, index: int, to: int) -> Board:
    """Puts a tile to another place; places beyond an end mean that end."""

    def moved(tiles: list[Tile]) -> list[Tile]:
        rest = tiles[:index] + tiles[index + 1 :]
        at = max(0, min(to, len(rest)))
        return [*rest[:at], tiles[index], *rest[at:]]

    return _edit(actor, code, digest, moved, index)


def configure(
    actor: User, code: str, digest: str, index: int, settings: Mapping[str, Any], size: tuple[int, int]
) -> Board:
    """Gives a tile other settings and another size. Raises Refused with the errors by field."""

    def configured(tiles: list[Tile]) -> list[Tile]:
        tile = Tile(tiles[index].widget, _valid(tiles[index].widget, settings), size)
        return [*tiles[:index], tile, *tiles[index + 1 :]]

    if size[0] not in COLUMNS or size[1] not in ROWS:
        raise Refused(N_("The tile was not changed."), {"size": N_("Choose one of the sizes offered.")})
    return _edit(actor, code, digest, configured, index)


def reset(actor: User, code: str) -> None:
    """Forgets the layout of the actor's unit: the one above it, or the default, is shown again."""
    survey = accounts.survey(actor, code)
    row = _stored(actor, survey)
    if row is not None and row.unit_id == actor.unit_id:
        surveys.begin()
        db.session.delete(row)
        accounts.audit(actor, "dashboard.reset", f"survey:{survey.code}")
        db.session.commit()


def _valid(key: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    widget = plugins.widgets().get(key)
    if widget is None:
        raise Refused(N_("The tile was not changed."), {"widget": N_("This widget is not installed.")})
    values, errors = forms.bind(widget.Settings, settings)
    if errors:
        raise Refused(N_("The tile was not changed."), errors)
    return values


def _edit(
    actor: User, code: str, digest: str, change: Callable[[list[Tile]], list[Tile]], index: int = 0
) -> Board:
    """Saves a changed layout for the actor's unit. Raises Conflict where it is no longer what the editor
    saw, NotFound for a tile that is not there."""
    survey = accounts.survey(actor, code)
    surveys.begin()
    seen = board(actor, survey)
    if seen.digest != digest:
        raise Conflict(N_("Somebody else changed this dashboard in the meantime. Reload and try again."))
    if not 0 <= index < max(len(seen.tiles), 1):
        raise NotFound(N_("There is no such tile."))
    tiles = change(list(seen.tiles))
    if len(tiles) > MOST_TILES:
        raise Refused(N_("A dashboard may have 80 tiles. Remove one first."))
    return _save(actor, survey, tiles)


def _save(actor: User, survey: Survey, tiles: list[Tile]) -> Board:
    row = _stored(actor, survey)
    if row is None or row.unit_id != actor.unit_id:
        row = Dashboard(survey_id=survey.id, unit_id=actor.unit_id, name=survey.title)
        db.session.add(row)
    row.layout = _json(tiles)
    accounts.audit(actor, "dashboard.change", f"survey:{survey.code}")
    db.session.commit()
    return Board(row.code, tuple(tiles))


def _stored(actor: User, survey: Survey) -> Dashboard | None:
    """The layout of the actor's unit or of the nearest unit above it that has one."""
    above = accounts.lineage(actor)
    rows = db.session.scalars(
        select(Dashboard)
        .where(Dashboard.survey_id == survey.id, Dashboard.unit_id.in_(above))
        .order_by(Dashboard.id)
    ).all()
    return max(rows, key=lambda row: above.index(row.unit_id), default=None)


def _new(key: str, settings: Mapping[str, Any] | None = None, size: tuple[int, int] | None = None) -> Tile:
    widget = plugins.widgets()[key]
    return Tile(key, forms.bind(widget.Settings, settings or {})[0], size or widget.size)


def _tile(entry: Mapping[str, Any]) -> Tile:
    columns, rows = entry["size"]
    return Tile(entry["widget"], entry["settings"], (columns, rows))


def _json(tiles: Sequence[Tile]) -> list[dict[str, Any]]:
    return [{"widget": tile.widget, "settings": tile.settings, "size": list(tile.size)} for tile in tiles]
