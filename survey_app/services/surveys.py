"""Surveys: drafts under edit, published versions, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from struct import Struct
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from question_types.base import N_
from survey_app import plugins
from survey_app.engine import definition, plan
from survey_app.engine.definition import Finding
from survey_app.extensions import db
from survey_app.models import Bucket, Cell, Question, Survey, User, Version
from survey_app.models.base import now
from survey_app.services import accounts, cells, cube, proofs, seats
from survey_app.services.errors import Conflict, NotFound, Refused

TITLE_LENGTH = 200
DOUBLE = Struct("<d")
PAIR = 2 * DOUBLE.size
"""Bytes of one bucket in a cell's vector: how many, how much."""


@dataclass(frozen=True)
class Row:
    """One survey of a list. ``responses`` are the completed ones of the reader's units."""

    survey: Survey
    responses: int
    writable: bool
    changed: bool
    """Whether the draft differs from the live version."""


def listing(actor: User, words: str = "") -> list[Row]:
    """All surveys the actor may see, the latest changed first; ``words`` must stand in the title."""
    reach = accounts.within(actor, Survey) | Survey.unit_id.in_(accounts.lineage(actor))
    query = select(Survey).where(reach, Survey.deleted_at.is_(None))
    if words.strip():
        query = query.where(Survey.title.icontains(words.strip(), autoescape=True))
    found = db.session.scalars(
        query.order_by(Survey.updated_at.desc(), Survey.id.desc()).options(
            joinedload(Survey.unit), joinedload(Survey.live_version).load_only(Version.digest, Version.number)
        )
    ).all()
    own, counts = accounts.unit_ids(actor), _counts(actor, [survey.id for survey in found])
    return [Row(each, counts.get(each.id, 0), each.unit_id in own, _changed(each)) for each in found]


def _counts(actor: User, ids: Sequence[int]) -> dict[int, int]:
    """Completed responses by survey id, from the cells: they are few where responses are many."""
    count = func.substr(Cell.vector, Bucket.number * PAIR + 1, DOUBLE.size)
    query = (
        select(Cell.survey_id, count)
        .join(Bucket, Bucket.survey_id == Cell.survey_id)
        .where(Cell.survey_id.in_(ids), Bucket.question == "", Bucket.bucket == "completed")
        .where(accounts.within(actor, Cell))
    )
    counts: dict[int, int] = {}
    for survey, number in db.session.execute(query):
        if len(number) == DOUBLE.size:  # a cell older than the bucket is shorter
            counts[survey] = counts.get(survey, 0) + round(DOUBLE.unpack(number)[0])
    return counts


def _changed(survey: Survey) -> bool:
    live = survey.live_version
    return live is not None and live.digest != definition.digest(survey.draft)


def create(
    actor: User,
    title: str,
    document: dict[str, Any] | None = None,
    unit: str | None = None,
    locale: str = "zh_CN",
) -> Survey:
    """A new draft, blank or from a document; in the actor's unit or in one below it.

    Raises Refused when there is no title or the document cannot be read.
    """
    draft = definition.blank(title, locale) if document is None else readable(document)
    draft["title"] = _title(title or str(draft.get("title") or ""))
    home = accounts.unit(actor, unit) if unit else actor.unit
    begin()
    survey = Survey(title=draft["title"], draft=draft, unit_id=home.id)
    db.session.add(survey)
    db.session.flush()
    accounts.audit(actor, "survey.create", f"survey:{survey.code}", title=survey.title)
    db.session.commit()
    return survey


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refused(N_("Give the survey a title."), {"title": N_("Give the survey a title.")})
    if len(title) > TITLE_LENGTH:
        raise Refused(N_("The title is too long."), {"title": N_("Use at most 200 characters.")})
    return title


def readable(document: Any) -> dict[str, Any]:
    """A copy of a document in the present format, with or without findings. Raises Refused for anything
    that is not a survey document at all."""
    try:
        found = definition.load(document)
    except definition.Unreadable as error:
        raise Refused(error.message, **error.params) from error
    if where := _damaged(found):
        raise Refused(N_("This survey has a damaged part at %(where)s."), where=where)
    return found


def _damaged(document: dict[str, Any]) -> str:
    """The first place where not even the frame of a document stands; ``""`` for a sound one."""
    parts = [("pages", document["pages"]), ("endings", document.get("endings", []))]
    parts += [
        (f"pages.{n}.questions", page.get("questions", []))
        for n, page in enumerate(document["pages"])
        if isinstance(page, dict)
    ]
    for name, listed in parts:
        if not isinstance(listed, list):
            return name
        for number, each in enumerate(listed):
            if not isinstance(each, dict) or not isinstance(each.get("code"), str):
                return f"{name}.{number}"
    for name in ("fields", "variables", "quotas"):
        listed = document.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            return name
    objects = ("settings", "translations", "scores")
    return next((name for name in objects if not isinstance(document.get(name, {}), dict)), "")


def begin() -> None:
    """Ends the reading transaction and begins a writing one.

    On SQLite a transaction that has read cannot begin to write once somebody else has written; one that
    writes from its start waits for its turn.
    """
    db.session.commit()
    db.session.connection(execution_options={"immediate": True})


def save(actor: User, code: str, document: Any, revision: int) -> Survey:
    """Stores the draft over revision ``revision``; the survey then has the next one.

    Saving the same again is harmless. Raises Conflict with the stored ``revision`` when somebody else saved
    in the meantime, Refused when the document cannot be read.
    """
    draft = readable(document)
    survey = accounts.survey(actor, code, write=True)
    title = " ".join(str(draft.get("title") or "").split())[:TITLE_LENGTH] or survey.title
    begin()
    done = db.session.execute(
        update(Survey)
        .where(Survey.id == survey.id, Survey.revision == revision)
        .values(draft=draft, title=title, revision=revision + 1, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    stored = done.rowcount == 1  # type: ignore[attr-defined]
    db.session.commit() if stored else db.session.rollback()
    db.session.refresh(survey)
    if not stored and not (survey.revision == revision + 1 and survey.draft == draft):
        raise Conflict(
            N_("Somebody else changed this survey in the meantime."), extra={"revision": survey.revision}
        )
    return survey


def check(actor: User, code: str) -> list[Finding]:
    """What is wrong or doubtful in the draft, errors first; with all proofs."""
    return proofs.findings(accounts.survey(actor, code).draft)


def findings(document: Any) -> list[Finding]:
    """What is wrong or doubtful in any JSON that claims to be a document, errors first, as fast as somebody
    who types needs it."""
    return proofs.findings(document, thorough=False)


def publish(actor: User, code: str, revision: int | None = None) -> Version:
    """Freezes the draft as the next version and makes it live.

    Raises Refused with ``findings`` when the draft has errors or nothing changed since the live version,
    and Conflict when ``revision`` is given and no longer the stored one.
    """
    survey = accounts.survey(actor, code, write=True)
    proofs.findings(survey.draft)  # remembered, so that nobody waits for proofs in the writing transaction
    begin()
    db.session.refresh(survey, with_for_update=True)
    try:
        version = _freeze(actor, survey, revision)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    return version


def _freeze(actor: User, survey: Survey, revision: int | None) -> Version:
    if revision is not None and survey.revision != revision:
        raise Conflict(
            N_("Somebody else changed this survey in the meantime."), extra={"revision": survey.revision}
        )
    document, digest = deepcopy(survey.draft), definition.digest(survey.draft)
    _refuse(survey, digest)
    compiled = plan.compile_plan(document, plugins.types())
    version = Version(
        survey_id=survey.id, number=_next(survey), document=document, digest=digest, published_by=actor.id
    )
    db.session.add(version)
    db.session.flush()
    _index(survey, compiled)
    cells.register(db.session.connection(), survey.id, compiled.buckets)
    if compiled.limits:
        held = cube.read(db.session.connection(), survey.id).totals()
        seats.recount(db.session.connection(), survey.id, held.n, compiled)
    survey.live_version_id, survey.status = version.id, "live"
    accounts.audit(actor, "survey.publish", f"survey:{survey.code}", version=version.number, digest=digest)
    return version


def _refuse(survey: Survey, digest: str) -> None:
    """Raises Refused unless the draft may become a version."""
    errors = [each for each in proofs.findings(survey.draft) if each.level == "error"]
    if errors:
        raise Refused(
            N_("The survey has errors. Mend them, then publish again."),
            {each.where: each.message % each.params if each.params else each.message for each in errors},
            {"findings": [each.as_dict(str) for each in errors]},
        )
    if survey.live_version is not None and survey.live_version.digest == digest and survey.status == "live":
        raise Refused(N_("Nothing has changed since version %(number)s."), number=survey.live_version.number)


def _next(survey: Survey) -> int:
    last = db.session.scalar(select(func.max(Version.number)).where(Version.survey_id == survey.id))
    return (last or 0) + 1


def _index(survey: Survey, compiled: plan.Plan) -> None:
    """Brings the index of questions up to the new version; what is gone is retired, never deleted."""
    known = {
        row.code: row for row in db.session.scalars(select(Question).where(Question.survey_id == survey.id))
    }
    for position, question in enumerate(compiled.questions.values()):
        row = known.pop(question.code, None) or Question(survey_id=survey.id, code=question.code)
        row.type, row.title, row.settings = question.type.key, question.title, question.settings
        row.position, row.retired_at = position, None
        db.session.add(row)
    for row in known.values():
        row.retired_at = row.retired_at or now()


def versions(actor: User, code: str) -> Sequence[Version]:
    """All published versions, the latest first."""
    survey = accounts.survey(actor, code)
    return db.session.scalars(
        select(Version).where(Version.survey_id == survey.id).order_by(Version.number.desc())
    ).all()


def version(actor: User, code: str, number: int) -> Version:
    """One published version. Raises NotFound."""
    survey = accounts.survey(actor, code)
    found = db.session.scalar(select(Version).where(Version.survey_id == survey.id, Version.number == number))
    if found is None:
        raise NotFound(N_("There is no such version."))
    return found


def restore(actor: User, code: str, number: int) -> Survey:
    """Makes a published version the draft again; answers and the live version stay untouched."""
    survey, document = accounts.survey(actor, code, write=True), version(actor, code, number).document
    return save(actor, code, document, survey.revision)


def copy(actor: User, code: str, title: str, document: Any = None) -> Survey:
    """A new survey with the draft of another, or with ``document`` when somebody else changed that one."""
    original = accounts.survey(actor, code)
    return create(actor, title, deepcopy(original.draft) if document is None else document)


def rename(actor: User, code: str, title: str) -> Survey:
    """Changes the title."""
    survey = accounts.survey(actor, code, write=True)
    return save(actor, code, {**survey.draft, "title": _title(title)}, survey.revision)


def close(actor: User, code: str) -> Survey:
    """Stops taking answers; every link says so."""
    return _turn(actor, code, {"live"}, "closed", "survey.close")


def reopen(actor: User, code: str) -> Survey:
    """Takes answers again with the live version."""
    return _turn(actor, code, {"closed"}, "live", "survey.reopen")


def _turn(actor: User, code: str, states: set[str], state: str, action: str) -> Survey:
    survey = accounts.survey(actor, code, write=True)
    begin()
    db.session.refresh(survey, with_for_update=True)
    if survey.status != state:
        if survey.status not in states:
            db.session.rollback()
            raise Refused(N_("This survey was never published."))
        survey.status = state
        accounts.audit(actor, action, f"survey:{survey.code}")
    db.session.commit()
    return survey


def delete(actor: User, code: str) -> None:
    """Takes a survey out of all lists and closes its links. Its responses are kept until they are erased."""
    survey = accounts.survey(actor, code, write=True)
    begin()
    survey.deleted_at, survey.status = now(), "closed"
    accounts.audit(actor, "survey.delete", f"survey:{survey.code}", title=survey.title)
    db.session.commit()


def used_codes(survey: Survey) -> list[str]:
    """Codes of all questions ever published; they never come back for something else."""
    return list(db.session.scalars(select(Question.code).where(Question.survey_id == survey.id)))
