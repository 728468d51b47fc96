"""What a change of a survey does to what surrounds it: quotas, figures, people under way, links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from question_types.base import N_, QuestionType, Words, shown
from survey_app import plugins
from survey_app.engine import definition
from survey_app.engine.differences import Side
from survey_app.engine.names import quoted, several
from survey_app.engine.settings import bind
from survey_app.extensions import db
from survey_app.models import Dashboard, Distribution, Invitation, Quota, Response, Survey, User, Version
from survey_app.services import accounts

Json = Any
Doc = Mapping[str, Any]

MOST_NAMED = 6
"""Buckets named in one sentence."""
WAITING = ("eligible", "sampled", "queued", "sent", "delivered", "opened")
"""States of an invitation whose contact has not begun."""


@dataclass(frozen=True)
class Note:
    """One sentence. ``about``: quotas, figures, people or links; ``code``: the quota or question meant."""

    about: str
    code: str
    words: str

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, str]:
        """For JSON, in the language of ``translate``."""
        return {"about": self.about, "code": self.code, "sentence": shown(self.words, translate)}


def notes(actor: User, survey: Survey, old: Doc, new: Doc, ahead: bool) -> Iterator[Note]:
    """All there is to say of a change from one document of a survey to another; ``ahead``: it is to come.
    Counts are of the actor's units, those of quotas of the whole survey and for its owners alone."""
    sides = Side(old, plugins.types()), Side(new, plugins.types())
    if ahead and survey.unit_id in accounts.unit_ids(actor):
        yield from _quotas(survey, *sides)
    yield from _figures(actor, survey, *sides)
    if ahead:
        yield from _people(actor, survey)
        yield from _links(actor, survey)


# Quotas


def _quotas(survey: Survey, old: Side, new: Side) -> Iterator[Note]:
    held = dict(db.session.execute(select(Quota.code, Quota.n).where(Quota.survey_id == survey.id)).all())
    before, after = (
        {str(each.get("code")): each for each in side.document.get("quotas") or ()} for side in (old, new)
    )
    for code, quota in after.items():
        if before.get(code) != quota:
            yield Note("quotas", code, _quota(code, before.get(code), quota, held.get(code, 0)))
    for code in before.keys() - after.keys():
        said = N_(
            "Quota %(code)s is gone: the %(n)s responses it counted turn nobody away any more. The count is "
            "kept for a quota of the same code"
        )
        yield Note("quotas", code, Words(said, code=code, n=held.get(code, 0)))


def _quota(code: str, before: Doc | None, after: Doc, held: int) -> Words:
    limit = after.get("limit")
    about = {"code": code, "n": held, "limit": limit}
    if isinstance(limit, int) and held >= limit:
        return Words(N_("Quota %(code)s: already %(n)s of the new limit %(limit)s, full at once"), **about)
    if before is None and not held:
        return Words(
            N_("Quota %(code)s counts from 0: responses given before do not count towards it"), **about
        )
    if before is None:
        said = N_("Quota %(code)s goes on from %(n)s, counted when there was a quota of this code before")
        return Words(said, **about)
    if before.get("when") != after.get("when"):
        said = N_(
            "Quota %(code)s goes on from %(n)s of %(limit)s: those were counted under the old condition and "
            "are not counted again"
        )
        return Words(said, **about)
    return Words(N_("Quota %(code)s holds %(n)s of the new limit %(limit)s"), **about)


# Figures


def _figures(actor: User, survey: Survey, old: Side, new: Side) -> Iterator[Note]:
    boards = _layouts(actor, survey)
    for code, asked in old.names.asked.items():
        known = new.names.asked.get(code)
        if known is None:
            yield from _retired(old, code, asked, boards)
        elif known.get("type") != asked.get("type"):
            said = N_(
                "%(question)s: answers of two types are counted under one code. For figures of its own, give "
                "the new question another code"
            )
            yield Note("figures", code, Words(said, question=new.names.question(code)))
        else:
            yield from _buckets(old, new, code)


def _layouts(actor: User, survey: Survey) -> list[str]:
    mine = select(Dashboard.layout).where(Dashboard.survey_id == survey.id, accounts.within(actor, Dashboard))
    return [definition.canonical({"": layout}).decode() for layout in db.session.scalars(mine)]


def _retired(old: Side, code: str, asked: Doc, boards: list[str]) -> Iterator[Note]:
    kind = old.types.get(str(asked.get("type")))
    if kind is None or not kind.collects:
        return
    question = old.names.question(code)
    yield Note(
        "figures", code, Words(N_("%(question)s: its figures stay and no longer grow"), question=question)
    )
    n = sum(f'"{code}"' in board for board in boards)
    if n:
        said = N_("%(question)s stands on %(n)s saved dashboards; its tiles stay there")
        yield Note("figures", code, Words(said, question=question, n=n))


def _buckets(old: Side, new: Side, code: str) -> Iterator[Note]:
    """Buckets of a question that nobody falls in any more, and those that are new."""
    before, after = (_of(side, code) for side in (old, new))
    if before is None or after is None:
        return
    question = new.names.question(code)
    if gone := [label for bucket, label in before.items() if bucket not in after]:
        said = N_("%(question)s: nobody falls under %(buckets)s any more; what was counted stays")
        yield Note("figures", code, Words(said, question=question, buckets=_few(gone)))
    if come := [label for bucket, label in after.items() if bucket not in before]:
        said = N_("%(question)s: %(buckets)s count from now on, nobody had that choice before")
        yield Note("figures", code, Words(said, question=question, buckets=_few(come)))


def _of(side: Side, code: str) -> dict[str, Any] | None:
    asked = side.names.asked[code]
    kind: QuestionType | None = side.types.get(str(asked.get("type")))
    values, errors = bind(kind.Settings, asked.get("settings") or {}) if kind else ({}, {"": ["unknown"]})
    if kind is None or errors:
        return None
    try:
        return kind.buckets(values)
    except Exception:  # a third party's type on settings it did not foresee
        return None


def _few(labels: list[Any]) -> Any:
    named = [quoted(each) for each in labels[:MOST_NAMED]]
    return several([*named, *(["…"] if len(labels) > MOST_NAMED else [])])


# People


def _people(actor: User, survey: Survey) -> Iterator[Note]:
    query = (
        select(Version.number, func.count())
        .join(Response, Response.version_id == Version.id)
        .where(Response.survey_id == survey.id, Response.state == "started", accounts.within(actor, Response))
        .where(Response.test.is_(False))
        .group_by(Version.number)
        .order_by(Version.number)
    )
    for number, n in db.session.execute(query):
        said = N_("%(n)s responses are under way on version %(number)s: they finish on it")
        yield Note("people", "", Words(said, n=n, number=number))


def _links(actor: User, survey: Survey) -> Iterator[Note]:
    open_ = (
        Distribution.survey_id == survey.id,
        Distribution.status == "open",
        accounts.within(actor, Distribution),
    )
    n = db.session.scalar(select(func.count()).select_from(Distribution).where(*open_)) or 0
    if n:
        yield Note("links", "", Words(N_("%(n)s open distributions and their links stay"), n=n))
    invited = select(func.count()).select_from(Invitation).join(Distribution)
    waiting = db.session.scalar(invited.where(*open_, Invitation.state.in_(WAITING))) or 0
    if waiting:
        said = N_("%(n)s people who were invited and have not begun meet the new version")
        yield Note("links", "", Words(said, n=waiting))
