"""The questionnaire without scripts: one page of the document at a time, each post a step.

What travels in the form is the response's id, the page and the version; answers are stored with every step,
so nothing depends on the browser. Names of our own begin with an underscore, which no code does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import FileStorage, MultiDict

from question_types.base import Invalid
from survey_app.engine import flow
from survey_app.engine.flow import Walk
from survey_app.engine.plan import PagePlan, Plan
from survey_app.extensions import db
from survey_app.models.base import secret_code
from survey_app.services import intake, paths, plans, quotas, saves, seats, uploads
from survey_app.services.errors import NotFound, Problem, Refused, StorageFull
from survey_app.services.intake import Door, Post, Stored
from survey_app.web import phone

Json = Any


@dataclass
class Step:
    """One respondent at one page. ``given``: fields from the address, ``fields``: all of the response.
    ``raw`` refills the controls; ``refused`` are files that were not taken; ``reply`` is set once the
    response has ended."""

    door: Door
    id: str
    plan: Plan
    version: int
    locale: str
    page: str = ""
    revision: int = 0
    answers: Mapping[str, Json] = field(default_factory=dict)
    fields: Mapping[str, Json] = field(default_factory=dict)
    given: Mapping[str, Json] = field(default_factory=dict)
    raw: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    refused: dict[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)
    doubts: Mapping[str, Any] = field(default_factory=dict)
    reply: Mapping[str, Json] | None = None
    strip: str = ""
    """What stands above the page for those who try a survey out."""
    _walks: dict[str | None, Walk] = field(default_factory=dict)

    @cached_property
    def full(self) -> frozenset[str]:
        """Codes of the quotas that are full for this response now."""
        if not self.plan.quotas:
            return frozenset()
        with db.engine.connect() as source:
            return quotas.filled(source, self.door.survey_id, self.plan, self.id)

    @cached_property
    def taken(self) -> Mapping[str, list[str]]:
        """Code → buckets of which no place is left now."""
        if not self.plan.limits:
            return {}
        with db.engine.connect() as source:
            return seats.taken(source, self.door.survey_id, self.plan)

    @cached_property
    def past(self) -> Mapping[str, list[str]]:
        """Code → buckets whose time has passed."""
        found = {code: sorted(self.plan.questions[code].over()) for code in self.plan.limits}
        return {code: buckets for code, buckets in found.items() if buckets}

    @property
    def seed(self) -> int:
        return intake.seed_of(self.id)

    def walk(self, upto: str | None = None) -> Walk:
        """The path with what is stored."""
        if upto not in self._walks:
            own = paths.builtin(self.door.channel, self.locale, self.door.unit_code, self.door.place_code)
            fields, today = {**self.fields, **own}, paths.today(self.plan)
            self._walks[upto] = flow.walk(
                self.plan, self.answers, fields, self.seed, self.full, today=today, upto=upto
            )
        return self._walks[upto]

    def resume(self, found: Stored) -> None:
        """Takes over what is stored."""
        self.id, self.revision = found.id, found.revision
        self.answers, self.fields = found.answers, found.fields
        self.__dict__.pop("full", None)  # looked up again: the answers may have taken a place
        self._walks.clear()

    def at(self) -> Walk:
        """The path as far as the page the respondent stands on, that page taken in."""
        return self.walk(self.page if self.plan.page(self.page) else "")

    def before(self) -> list[str]:
        """Pages of the path before this one, in order."""
        pages = self.at().pages
        if self.page in pages:
            return pages[: pages.index(self.page)]
        here = self.plan.index.get(self.page, 0)
        return [code for code in pages if self.plan.index[code] < here]

    def sentences(self, faults: Mapping[str, Any]) -> dict[str, str]:
        """Refusals in the reader's language."""
        return {
            code: fault.sentence(gettext) if isinstance(fault, Invalid) else gettext(str(fault))
            for code, fault in faults.items()
        }


def opened(door: Door, found: Stored | None, plan: Plan, locale: str, fields: Mapping[str, Json]) -> Step:
    """A step at the page where the respondent stands: the first, or where a stored response left off."""
    version = plans.number_of(found.version_id if found else door.version_id)
    step = Step(door, secret_code(), plan, version, locale, fields=_fields(door, plan, fields), given=fields)
    if found is not None:
        step.resume(found)
    step.page = (step.walk() if found else step.walk("")).position
    return step


def _fields(door: Door, plan: Plan, fields: Mapping[str, Json]) -> Mapping[str, Json]:
    return saves.fields(door, plan, Post(id="", revision=1, fields=fields))


def taken(
    door: Door,
    form: MultiDict[str, str],
    fields: Mapping[str, Json],
    locale: str,
    files: MultiDict[str, FileStorage] | None = None,
) -> Step:
    """What a posted form says, with what is stored under its id. A version or page that does not exist is
    the present one."""
    id = form.get("_id", "")
    id = id if re.fullmatch(r"[A-Za-z0-9]{22}", id) else secret_code()
    found = intake.stored(door, id)
    plan, version = (found.plan, 0) if found else _version(door, form.get("_version", ""))
    plan = phone.worded(plan, locale)
    step = Step(door, id, plan, version, locale, fields=_fields(door, plan, fields), given=fields)
    if found is not None:
        step.resume(found)
        if found.state != "started":
            step.reply = {"state": found.state, "ending": found.position, "receipt": found.receipt}
    page = plan.page(form.get("_page", ""))
    step.page = page.code if page else step.walk("").position
    step.raw = _given(page, form) if page else {}
    if files and step.reply is None and not door.closed:
        _take(step, files)
    return step


def _take(step: Step, files: MultiDict[str, FileStorage]) -> None:
    """Keeps the files that came with the form and puts their ids among what the controls held."""
    for code, raw in step.raw.items():
        for file in files.getlist(f"{code}.file"):
            if file.filename:
                _take_one(step, code, raw, file)


def _take_one(step: Step, code: str, raw: dict[str, list[str]], file: FileStorage) -> None:
    try:
        id = uploads.take(step.door, step.plan, step.id, code, str(file.filename), file.stream)
    except StorageFull:
        raise
    except Problem as problem:
        step.refused[code] = Invalid(problem.message, **problem.params)
    else:
        raw.setdefault("", []).append(id)


def _version(door: Door, text: str) -> tuple[Plan, int]:
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    try:
        return plans.plan_of(plans.numbered(door.survey_id, number)), number
    except NotFound:
        return door.plan, 0


def _given(page: PagePlan, form: MultiDict[str, str]) -> dict[str, dict[str, list[str]]]:
    """Raw input of the questions that were on the posted page."""
    seen = set(form.getlist("_seen"))
    return {q.code: controls(q.code, form) for q in page.questions if q.collects and q.code in seen}


def controls(code: str, form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What the controls of one question delivered, from a form or an address; empty ones left out."""
    found = {}
    for name in form:
        if name == code or name.startswith(f"{code}."):
            texts = [text for text in form.getlist(name) if text.strip()]
            if texts:
                found[name[len(code) + 1 :]] = texts
    return found


def save(step: Step, complete: bool = False) -> bool:
    """Stores the step's answers. False, with the step's errors set, when they are refused."""
    version = step.version or None
    post = Post(
        step.id,
        step.revision + 1,
        page=None if complete else step.page,
        raw={} if complete else step.raw,
        complete=complete,
        locale=step.locale,
        fields=step.given,
        version=version,
    )
    try:
        reply = intake.submit(step.door, post)
    except Refused as refused:
        step.errors = {**refused.errors, **step.refused}
        return False
    step.id, step.revision = reply["id"], reply["revision"]
    if reply["state"] != "started":
        step.reply = reply
    found = intake.stored(step.door, step.id)
    if found is not None:
        step.resume(found)
    return True


def forward(step: Step, doubted: set[str]) -> None:
    """Stores the page and goes on: to the next page, to an ending (then ``reply`` is set), or nowhere, with
    errors or questions that have only now come into sight."""
    if not save(step) or step.reply:
        return
    path = step.walk(step.page)
    page = step.plan.pages[step.plan.index[step.page]]
    if step.refused:
        step.errors = dict(step.refused)
        return
    if step.page in path.pages:
        fresh = [q.code for q in flow.asked(path, page) if q.code not in step.raw]
        step.errors = {} if fresh else flow.missing(step.plan, path, step.page)
        doubts = flow.doubts(step.plan, path, step.page)
        step.doubts = {} if step.errors else {code: doubts[code] for code in doubts.keys() - doubted}
        if fresh or step.errors or step.doubts:
            return
    step.raw = {}
    if path.ending is None:
        step.page = path.position
    elif not save(step, complete=True):
        _mend(step)


def _mend(step: Step) -> None:
    """Back to the first page something is missing on, or on which a choice came too late."""
    path = step.walk()
    late = (question.page for code, question in step.plan.questions.items() if code in step.errors)
    step.page = path.position or next(late, step.page)
    page = step.plan.page(step.page)
    codes = {question.code for question in page.questions} if page else set()
    step.errors = {code: fault for code, fault in step.errors.items() if code in codes}


def backward(step: Step) -> None:
    """To the page before; what was entered here is stored if it can be."""
    save(step)
    step.errors, step.raw = {}, {}
    if not step.reply:
        step.page = ([step.page, *step.before()])[-1] if step.before() else step.page
