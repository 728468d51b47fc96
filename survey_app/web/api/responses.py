"""Responses and the words in them."""

from __future__ import annotations

from typing import Any

from flask import stream_with_context
from werkzeug.wrappers import Response

from survey_app.security import needs
from survey_app.services import accounts, exports, responses, trials, verbatims
from survey_app.services.exports import Source
from survey_app.services.responses import Filter
from survey_app.services.verbatims import Said
from survey_app.web.api.base import RESPONSES, api, listed, moment
from survey_app.web.api.schemas import ResponsePatch, ResponsePath, ResponsesQuery, SurveyPath, VerbatimsQuery
from survey_app.web.guard import actor


@api.get("/surveys/<code>/responses", tags=[RESPONSES])
@needs("responses.read")
def list_responses(path: SurveyPath, query: ResponsesQuery) -> dict[str, Any] | Response:
    """Responses of the caller's units, the latest begun first; ``format=jsonl`` streams all of them. With
    ``kind=test`` those that only try the survey out, which are left out otherwise."""
    states = (query.state,) if query.state else ()
    flagged = query.quality == "flagged" if query.quality else None
    test = query.kind == "test"
    if query.format == "jsonl":
        survey, units = accounts.survey(actor(), path.code), accounts.unit_ids(actor())
        source = Source(survey, units, states, flagged, test)
        lines = stream_with_context(exports.stream(source, "jsonl"))
        return Response(lines, mimetype="application/x-ndjson")
    wanted = Filter(states, flagged=flagged, test=test)
    rows, following = responses.listing(actor(), path.code, wanted, query.after, query.limit)
    return listed(rows, lambda row: row.as_dict(), following)


@api.get("/surveys/<code>/responses/<id>", tags=[RESPONSES])
@needs("responses.read")
def read_response(path: ResponsePath) -> dict[str, Any]:
    """One response."""
    return responses.get(actor(), path.code, path.id).as_dict()


@api.patch("/surveys/<code>/responses/<id>", tags=[RESPONSES])
@needs("responses.weigh")
def weigh_response(path: ResponsePath, body: ResponsePatch) -> dict[str, Any]:
    """Flags a completed response for its quality, or lifts a flag."""
    return responses.decide(actor(), path.code, path.id, body.flagged).as_dict()


@api.delete("/surveys/<code>/responses/<id>", tags=[RESPONSES])
@needs("responses.delete")
def delete_response(path: ResponsePath) -> tuple[str, int]:
    """Deletes a response and takes it out of all counts."""
    responses.remove(actor(), path.code, path.id)
    return "", 204


@api.delete("/surveys/<code>/test-responses", tags=[RESPONSES])
@needs("responses.delete")
def delete_test_responses(path: SurveyPath) -> dict[str, Any]:
    """Deletes all test responses of the caller's units; how many."""
    return {"deleted": trials.clear(actor(), path.code)}


def said(found: Said) -> dict[str, Any]:
    """One text and what was read in it."""
    return {
        "response": found.response,
        "question": found.question,
        "text": found.text,
        "sentiment": found.sentiment or None,
        "score": found.score,
        "reasons": found.reasons,
        "said_at": moment(found.said_at),
        "unit": found.unit,
        "channel": found.channel,
    }


@api.get("/verbatims", tags=[RESPONSES])
@needs("verbatims.read")
def list_verbatims(query: VerbatimsQuery) -> dict[str, Any]:
    """What customers said in one survey, the latest first."""
    survey = accounts.survey(actor(), query.survey)
    before = int(query.after) if query.after else None
    units = accounts.unit_ids(actor())
    found = verbatims.latest(
        survey.id, query.limit + 1, units=units, sentiment=query.sentiment, before=before
    )
    following = str(found[query.limit - 1].id) if len(found) > query.limit else ""
    return listed(found[: query.limit], said, following)
