"""Distributions of a survey."""

from __future__ import annotations

from typing import Any

from survey_app.models import Distribution
from survey_app.security import needs
from survey_app.services import distributions
from survey_app.web.api.base import DISTRIBUTIONS, api, listed, moment, sliced
from survey_app.web.api.schemas import DistributionBody, Page, SurveyPath
from survey_app.web.guard import actor


def shown(found: Distribution) -> dict[str, Any]:
    """A distribution with its public link."""
    return {
        "code": found.code,
        "url": distributions.link(found),
        "channel": found.channel,
        "name": found.name,
        "status": found.status,
        "settings": found.settings,
        "unit": found.unit.code,
        "created_at": moment(found.created_at),
    }


@api.get("/surveys/<code>/distributions", tags=[DISTRIBUTIONS])
@needs("distributions.read")
def list_distributions(path: SurveyPath, query: Page) -> dict[str, Any]:
    """The survey's distributions, newest first."""
    found = distributions.listing(actor(), path.code)
    page, following = sliced(found, query.after, query.limit, lambda each: each.code)
    return listed(page, shown, following)


@api.post("/surveys/<code>/distributions", tags=[DISTRIBUTIONS])
@needs("distributions.write")
def create_distribution(path: SurveyPath, body: DistributionBody) -> tuple[dict[str, Any], int]:
    """A new distribution; ``audience`` invites contacts at once."""
    created = distributions.create(
        actor(), path.code, body.channel, body.settings, body.name, body.account, body.audience
    )
    return shown(created), 201
