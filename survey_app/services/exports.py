"""Responses as files: streamed, so that a million of them need no more memory than a thousand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, literal, select, tuple_

from question_types.base import N_, Column, shown
from survey_app import plugins
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.extensions import db
from survey_app.models import Response, Survey, Unit, Version
from survey_app.models.base import Moment
from survey_app.services import plans, quality, seals
from survey_app.services.errors import Refused
from survey_app.services.links import config

FORMATS = ("csv", "jsonl", "json")

PAGE = 1000
"""Responses read at once; between two pages no connection is held."""

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet would run as a formula, full-width ones included."""

SUSPICIOUS = frozenset((*FORMULA, " ", "\u3000"))
"""First signs worth a closer look."""

ABOUT = {
    "id": N_("Number of the response"),
    "version": N_("Version"),
    "state": N_("State"),
    "quota": N_("Full quota"),
    "channel": N_("Channel"),
    "unit": N_("Unit"),
    "started_at": N_("Began"),
    "completed_at": N_("Ended at"),
    "seconds": N_("Seconds taken"),
    "locale": N_("Language"),
    "flagged": N_("Doubtful"),
    "quality": N_("Why it is doubtful"),
}
"""Columns about the response itself, before those of its answers, and what they are called."""

STATES = {
    "started": N_("In progress"),
    "completed": N_("Completed"),
    "screened_out": N_("Screened out"),
    "over_quota": N_("Over quota"),
}

WANTED = (
    Response.id,
    Response.public_id,
    Response.version_id,
    Response.state,
    Response.channel,
    Response.started_at,
    Response.completed_at,
    Response.seconds,
    Response.locale,
    Response.flagged,
    Response.test,
    Response.flags,
    Response.answers,
    Response.fields,
)

Cell = str | int | float | None
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Variable:
    """One column of the flat file, as the codebook describes it."""

    name: str
    label: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """Whose responses: one survey, of ``units`` (ids; None: all of them), in ``states`` (empty: all), flagged
    for their quality or not (None: both); those that only ``test`` it, or the others."""

    survey: Survey
    units: Collection[int] | None = None
    states: Collection[str] = ()
    flagged: bool | None = None
    test: bool = False


def stream(source: Source, kind: str, labels: bool = False, translate: Translate = str) -> Iterator[bytes]:
    """The file in pieces. ``labels``: words instead of codes in coded columns of a CSV file.

    Raises Refused for a format we do not write.
    """
    if kind == "csv":
        return _csv(source, labels, translate)
    if kind == "jsonl":
        return _lines(source)
    if kind == "json":
        return _array(source)
    raise Refused(N_("The format must be csv, jsonl or json."), {"format": N_("Unknown format.")})


def records(source: Source) -> Iterator[dict[str, Any]]:
    """Each response as a JSON object, in the order they began."""
    numbers, secret = _numbers(source.survey), config().secret_key
    for row in _rows(source):
        yield {
            "id": row.public_id,
            "version": numbers[row.version_id],
            "state": row.state,
            "quota": row.flags.get("quota"),
            "channel": row.channel,
            "unit": row.unit,
            "started_at": _instant(row.started_at),
            "completed_at": _instant(row.completed_at),
            "seconds": row.seconds,
            "locale": row.locale,
            "flagged": row.flagged,
            "quality": quality.told(row.flags),
            "answers": seals.hidden(row.answers, secret),
            "fields": row.fields,
        } | ({"test": True} if row.test else {})


def _lines(source: Source) -> Iterator[bytes]:
    for record in records(source):
        yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _array(source: Source) -> Iterator[bytes]:
    before = b"[\n"
    for record in records(source):
        yield before + json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


class Table:
    """The flat columns of a survey over all its versions: those of the latest first, each only once."""

    def __init__(self, versions: Mapping[int, Plan], translate: Translate = str) -> None:
        self.fields: list[str] = []
        self.columns: dict[tuple[str, str], Column] = {}
        self._translate = translate
        self._titles: dict[str, str] = {}
        self._places: dict[int, list[tuple[QuestionPlan, list[int]]]] = {}
        for id_ in sorted(versions, reverse=True):
            self._learn(versions[id_])
        order = {key: place for place, key in enumerate(self.columns)}
        self._links = [place for place, column in enumerate(self.columns.values()) if column.link]
        self._home = current_app.extensions["config"].base_url if self._links else ""
        for id_, plan in versions.items():
            self._places[id_] = [
                (
                    question,
                    [order[code, column.name] for column in question.type.columns(code, question.settings)],
                )
                for code, question in plan.questions.items()
            ]

    def _learn(self, plan: Plan) -> None:
        self.fields += [code for code in plan.fields if code not in self.fields]
        for code, question in plan.questions.items():
            self._titles.setdefault(code, question.title)
            for column in question.type.columns(code, question.settings):
                self.columns.setdefault((code, column.name), column)

    def _linked(self, cells: list[Cell]) -> list[Cell]:
        """Addresses on our own host in full."""
        for place in self._links:
            if cells[place]:
                cells[place] = " ".join(self._home + each for each in str(cells[place]).split())
        return cells

    def cells(self, response: Row[Any]) -> list[Cell]:
        """One cell per column; an answer of an older version goes to the columns it had then."""
        cells: list[Cell] = [None] * len(self.columns)
        for question, places in self._places[response.version_id]:
            found = question.type.cells(question.settings, response.answers.get(question.code))
            for place, cell in zip(places, found, strict=True):
                cells[place] = cell
        return self._linked(cells) if self._links else cells

    def variables(self) -> list[Variable]:
        """The codebook: all columns of the file, in order."""
        coded = {"state": STATES, "channel": {key: each.label for key, each in plugins.adapters().items()}}
        about = [
            Variable(name, self._said(label), "text", self._words(coded.get(name, {})))
            for name, label in ABOUT.items()
        ]
        fields = [Variable(f"field.{code}", code, "text") for code in self.fields]
        answers = [self._variable(code, column) for (code, _), column in self.columns.items()]
        return _distinct([*about, *fields, *answers])

    def _said(self, message: str) -> str:
        return self._translate(message) or message

    def _words(self, values: Mapping[str, str]) -> dict[str, str]:
        return {key: self._said(message) for key, message in values.items()}

    def _variable(self, code: str, column: Column) -> Variable:
        title, part = self._titles[code], shown(column.label, self._translate)
        label = title if part == code else f"{title} / {part}"
        values = {key: shown(label, self._translate) for key, label in column.values.items()}
        return Variable(column.name, label, column.kind, values)


def _distinct(variables: list[Variable]) -> list[Variable]:
    """A question may be called ``id``: later columns of a taken name get a number."""
    taken: set[str] = set()
    found = []
    for variable in variables:
        name, number = variable.name, 2
        while name in taken:
            name, number = f"{variable.name}_{number}", number + 1
        taken.add(name)
        found.append(Variable(name, variable.label, variable.kind, variable.values))
    return found


def table(survey: Survey, translate: Translate = str) -> Table:
    """The flat columns of a survey."""
    return Table({id_: plans.plan_of(id_) for id_ in _numbers(survey)}, translate)


def codebook(survey: Survey, translate: Translate = str) -> Iterator[bytes]:
    """What the columns of the CSV file mean, as a CSV file: one line per column and value."""
    yield _written([("column", "label", "kind", "value", "value_label")], BOM)
    for variable in table(survey, translate).variables():
        about = (variable.name, safe(variable.label), variable.kind)
        values = [(safe(key), safe(label)) for key, label in variable.values.items()]
        yield _written([(*about, *pair) for pair in values or [("", "")]])


def _csv(source: Source, labels: bool, translate: Translate) -> Iterator[bytes]:
    flat = table(source.survey, translate)
    variables = flat.variables()
    yield _written([[safe(variable.label if labels else variable.name) for variable in variables]], BOM)
    worded = [(place, each.values) for place, each in enumerate(variables) if labels and each.values]
    if labels:
        worded.append((list(ABOUT).index("unit"), _unit_names(source)))
    numbers, zone = _numbers(source.survey), _zone(source.survey)
    page: list[list[Cell]] = []
    for row in _rows(source):
        cells = _line(row, flat, numbers, zone)
        for place, values in worded:
            cells[place] = values.get(str(cells[place]), cells[place])
        page.append([safe(cell) if type(cell) is str else cell for cell in cells])
        if len(page) == PAGE:
            yield _written(page)
            page = []
    yield _written(page)


def _line(row: Row[Any], flat: Table, numbers: Mapping[int, int], zone: tzinfo) -> list[Cell]:
    return [
        row.public_id,
        numbers[row.version_id],
        row.state,
        row.flags.get("quota"),
        row.channel,
        row.unit,
        _local(row.started_at, zone),
        _local(row.completed_at, zone),
        row.seconds,
        row.locale,
        int(row.flagged),
        " ".join(_seen(row)),
        *(_plain(row.fields.get(code)) for code in flat.fields),
        *flat.cells(row),
    ]


def _unit_names(source: Source) -> dict[str, str]:
    """Names of the units whose responses are asked for, by code; none where that is everybody."""
    if source.units is None:
        return {}
    named = select(Unit.code, Unit.name).where(Unit.id.in_(source.units))
    return {row.code: row.name for row in db.session.execute(named)}


def _seen(row: Row[Any]) -> list[str]:
    """Names of what was observed of the response's quality, whatever was decided then."""
    return list(dict.fromkeys(each["flag"] for each in row.flags.get("quality", ())))


def _local(moment: datetime | None, zone: tzinfo) -> str | None:
    return str(moment.astimezone(zone))[:19] if moment else None


def _plain(value: Any) -> Cell:
    return (
        value
        if value is None or isinstance(value, str | int | float)
        else json.dumps(value, ensure_ascii=False)
    )


def safe(cell: Cell) -> Cell:
    """A cell no spreadsheet runs: a text that looks like a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell[:1] in SUSPICIOUS and cell.lstrip(" \u3000").startswith(FORMULA):
        return "'" + cell
    return cell


def _written(lines: Sequence[Sequence[Cell]], before: str = "") -> bytes:
    text = io.StringIO(newline="")
    text.write(before)
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8", "replace")


def _zone(survey: Survey) -> tzinfo:
    return plans.plan_of(survey.live_version_id).timezone if survey.live_version_id else UTC


def _numbers(survey: Survey) -> dict[int, int]:
    """Version id → number."""
    wanted = select(Version.id, Version.number).where(Version.survey_id == survey.id)
    return {row.id: row.number for row in db.session.execute(wanted)}


def _rows(source: Source) -> Iterator[Row[Any]]:
    """Responses in the order they began; each page is a query of its own."""
    query = _query(source)
    page = query
    while True:
        with db.engine.connect() as connection:
            rows = connection.execute(page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        page = query.where(_beyond(rows[-1]))


def _query(source: Source) -> Select[Any]:
    query = (
        select(*WANTED, Unit.code.label("unit"))
        .join(Unit, Unit.id == Response.unit_id)
        .where(Response.survey_id == source.survey.id, Response.test.is_(source.test))
        .order_by(Response.started_at, Response.id)
        .limit(PAGE)
    )
    if source.units is not None:
        query = query.where(Response.unit_id.in_(source.units))
    if source.flagged is not None:
        query = query.where(Response.flagged.is_(source.flagged))
    return query.where(Response.state.in_(source.states)) if source.states else query


def _beyond(last: Row[Any]) -> Any:
    began = literal(last.started_at, Moment)
    return tuple_(Response.started_at, Response.id) > tuple_(began, literal(last.id))
