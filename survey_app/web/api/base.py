"""The blueprint of API v1 and what its doors share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask_openapi import APIBlueprint, Tag

from survey_app.extensions import csrf
from survey_app.web.problems import ProblemDocument

T = TypeVar("T")

PROBLEMS = dict.fromkeys(("400", "401", "403", "404", "409", "413", "415", "422", "429"), ProblemDocument)

api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_security=[{"token": []}],
    abp_responses=PROBLEMS,  # type: ignore[arg-type]
)
csrf.exempt(api)  # bearer tokens only: browsers never send them by themselves

SURVEYS = Tag(name="surveys", description="Questionnaires: drafts, versions, figures")
DISTRIBUTIONS = Tag(name="distributions", description="How surveys reach people")
RESPONSES = Tag(name="responses", description="What people answered")
PEOPLE = Tag(name="people", description="Contacts and units")
LIVE = Tag(name="live", description="Figures as they change")


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z."""
    return value.isoformat().replace("+00:00", "Z") if value else None


def listed(items: Sequence[T], show: Callable[[T], dict[str, Any]], following: str = "") -> dict[str, Any]:
    """A page of a list; ``next`` is what to send as ``after`` for the following page, null on the last."""
    return {"items": [show(item) for item in items], "next": following or None}


def sliced(items: Sequence[T], after: str, limit: int, code: Callable[[T], str]) -> tuple[Sequence[T], str]:
    """A page of a short list that is in memory already; an unknown ``after`` starts from the beginning."""
    codes = [code(item) for item in items]
    start = codes.index(after) + 1 if after in codes else 0
    page = items[start : start + limit]
    return page, codes[start + limit - 1] if start + limit < len(items) else ""
