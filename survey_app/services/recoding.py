"""New codes and ids in a draft, refused where answers are stored under the old ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from question_types.base import N_
from survey_app import plugins
from survey_app.engine import ids, renames
from survey_app.extensions import db
from survey_app.models import Survey, User, Version
from survey_app.services import accounts, surveys
from survey_app.services.errors import Refused

Document = dict[str, Any]


def rename(actor: User, code: str, document: Any, old: str, new: str) -> Document:
    """A document of the survey in which the part ``old`` is called ``new`` everywhere. Raises Refused."""
    survey = accounts.survey(actor, code, write=True)
    draft = surveys.readable(document)
    return _refusing(lambda: renames.renamed(draft, old, new, published(survey)))


def rename_entry(actor: User, code: str, document: Any, question: str, old: str, new: str) -> Document:
    """A document in which an option, row or column of a question has the id ``new`` everywhere. Raises
    Refused, also for questions that were ever published."""
    survey = accounts.survey(actor, code, write=True)
    draft = surveys.readable(document)
    if question in surveys.used_codes(survey):
        raise Refused(
            N_("“%(code)s” was published: answers are stored under its ids, so they stay."), code=question
        )
    return _refusing(lambda: ids.entry_renamed(draft, plugins.types(), question, old, new))


def without(actor: User, code: str, document: Any, part: str) -> Document:
    """A document without a part and without what refers to it."""
    accounts.survey(actor, code, write=True)
    draft = surveys.readable(document)
    return _refusing(lambda: renames.removed(draft, part))


def published(survey: Survey) -> dict[str, str]:
    """Codes of all versions of a survey → what they named."""
    found = dict.fromkeys(surveys.used_codes(survey), "question")
    for document in db.session.scalars(select(Version.document).where(Version.survey_id == survey.id)):
        found |= _named(document)
    return found


def _named(document: Mapping[str, Any]) -> dict[str, str]:
    return {str(part.get("code")): kind for kind, part in renames.parts(document)}


def _refusing(make: Callable[[], Document]) -> Document:
    try:
        return make()
    except renames.Taken as refusal:
        raise Refused(refusal.message, **refusal.params) from None
