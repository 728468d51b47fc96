"""Surveys: drafts, checks, versions."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from question_types.base import N_
from survey_app.engine.definition import Finding
from survey_app.models import Survey, Version
from survey_app.security import needs
from survey_app.services import accounts, changes, surveys
from survey_app.services.errors import Refused
from survey_app.web.api.base import SURVEYS, api, listed, moment, sliced
from survey_app.web.api.schemas import DiffQuery, Page, SurveyBody, SurveyPatch, SurveyPath, VersionPath
from survey_app.web.guard import actor


def shown(survey: Survey) -> dict[str, Any]:
    """A survey without its document."""
    live = survey.live_version
    return {
        "code": survey.code,
        "title": survey.title,
        "status": survey.status,
        "revision": survey.revision,
        "version": live.number if live else None,
        "unit": survey.unit.code,
        "created_at": moment(survey.created_at),
        "updated_at": moment(survey.updated_at),
    }


def whole(survey: Survey) -> dict[str, Any]:
    """A survey with its draft."""
    return {**shown(survey), "document": survey.draft}


def version_of(version: Version) -> dict[str, Any]:
    """A version without its document."""
    return {"version": version.number, "digest": version.digest, "published_at": moment(version.published_at)}


def told(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings in the caller's language."""
    return [finding.as_dict(gettext) for finding in findings]


@api.get("/surveys", tags=[SURVEYS])
@needs("surveys.read")
def list_surveys(query: Page) -> dict[str, Any]:
    """All surveys the caller may see, the latest changed first."""
    rows, following = sliced(surveys.listing(actor()), query.after, query.limit, lambda row: row.survey.code)
    return listed(rows, lambda row: {**shown(row.survey), "responses": row.responses}, following)


@api.post("/surveys", tags=[SURVEYS])
@needs("surveys.write")
def create_survey(body: SurveyBody) -> tuple[dict[str, Any], int]:
    """A new draft."""
    return whole(surveys.create(actor(), body.title, body.document, body.unit)), 201


@api.get("/surveys/<code>", tags=[SURVEYS])
@needs("surveys.read")
def read_survey(path: SurveyPath) -> dict[str, Any]:
    """One survey with its draft."""
    return whole(accounts.survey(actor(), path.code))


@api.patch("/surveys/<code>", tags=[SURVEYS])
@needs("surveys.write")
def change_survey(path: SurveyPath, body: SurveyPatch) -> dict[str, Any]:
    """Changes the draft; 409 with the stored ``revision`` when somebody else was first."""
    if body.title is None and body.document is None:
        raise Refused(N_("Send a title or a document."))
    survey = accounts.survey(actor(), path.code, write=True)
    document = dict(survey.draft if body.document is None else body.document)
    if body.title is not None:
        document["title"] = body.title
    return whole(surveys.save(actor(), path.code, document, body.revision))


@api.delete("/surveys/<code>", tags=[SURVEYS])
@needs("surveys.write")
def delete_survey(path: SurveyPath) -> tuple[str, int]:
    """Closes a survey and takes it out of all lists."""
    surveys.delete(actor(), path.code)
    return "", 204


@api.post("/surveys/<code>/check", tags=[SURVEYS])
@needs("surveys.read")
def check_survey(path: SurveyPath) -> dict[str, Any]:
    """What is wrong or doubtful in the draft."""
    return {"findings": told(surveys.check(actor(), path.code))}


@api.post("/surveys/<code>/publish", tags=[SURVEYS])
@needs("surveys.publish")
def publish_survey(path: SurveyPath) -> dict[str, Any]:
    """Freezes the draft; 422 with findings when it has errors."""
    try:
        return version_of(surveys.publish(actor(), path.code))
    except Refused as error:
        found = [each for each in surveys.check(actor(), path.code) if each.level == "error"]
        raise Refused(error.message, error.errors, extra={"findings": told(found)}, **error.params) from error


@api.get("/surveys/<code>/versions", tags=[SURVEYS])
@needs("surveys.read")
def list_versions(path: SurveyPath) -> dict[str, Any]:
    """All published versions, the latest first."""
    return listed(surveys.versions(actor(), path.code), version_of)


@api.get("/surveys/<code>/versions/<int:number>", tags=[SURVEYS])
@needs("surveys.read")
def read_version(path: VersionPath) -> dict[str, Any]:
    """One published version with its document."""
    found = surveys.version(actor(), path.code, path.number)
    return {**version_of(found), "document": found.document}


@api.get("/surveys/<code>/versions/diff", tags=[SURVEYS])
@needs("surveys.read")
def compare_versions(path: SurveyPath, query: DiffQuery) -> dict[str, Any]:
    """What changed from one version to another, and who goes another way; without ``from`` the live version,
    without ``to`` the draft. 409 when nothing was ever published."""
    return changes.report(actor(), path.code, query.from_, query.to).as_dict(gettext)
