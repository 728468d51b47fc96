"""Figures of a survey, once and as they change."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.wrappers import Response

from survey_app.security import needs
from survey_app.services import accounts, live, metrics
from survey_app.web.api.base import LIVE, SURVEYS, api
from survey_app.web.api.schemas import EventsQuery, SurveyPath, WindowQuery
from survey_app.web.guard import actor


@api.get("/surveys/<code>/summary", tags=[SURVEYS])
@needs("dashboards.read")
def read_summary(path: SurveyPath, query: WindowQuery) -> dict[str, Any]:
    """Per question n, counts by bucket and headline with interval, over the responses of a window."""
    return metrics.summary_of_survey(actor(), path.code, query.model_dump(by_alias=True))


@api.get("/events", tags=[LIVE])
@needs("dashboards.read")
def stream_events(query: EventsQuery) -> Response:
    """Server-sent events: ``stamp`` whenever the figures changed, ``end`` when the right to see them ends."""
    survey = accounts.survey(actor(), query.survey)
    source = live.stream(current_app._get_current_object(), actor(), [survey])  # type: ignore[attr-defined]
    return Response(source, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
