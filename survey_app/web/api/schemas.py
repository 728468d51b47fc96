"""Bodies and queries of API v1: strict types, unknown members refused."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    """A body: JSON types exactly as declared, nothing beside."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """A query string: text is converted, nothing beside what is declared."""

    model_config = ConfigDict(extra="forbid")


class SurveyPath(BaseModel):
    """One survey."""

    code: Code


class VersionPath(SurveyPath):
    """One published version."""

    number: int = Field(ge=1, le=2**31 - 1)


class ResponsePath(SurveyPath):
    """One response."""

    id: str = Field(pattern=r"^[A-Za-z0-9]{1,22}$")


class UploadPath(ResponsePath):
    """One file of a response."""

    upload: str = Field(pattern=r"^[A-Za-z0-9]{1,22}$")


class Page(Query):
    """A page of a list: the items after the one with the code ``after``."""

    after: str = Field("", max_length=40)
    limit: int = Field(50, ge=1, le=200)


class SurveyBody(Strict):
    """A new survey; without a document it starts with one empty page."""

    title: Title
    document: dict[str, Any] | None = None
    unit: Code | None = None


class SurveyPatch(Strict):
    """A change of the draft; ``revision`` is the one the caller last saw."""

    revision: int = Field(ge=1, le=2**31 - 1)
    title: Title | None = None
    document: dict[str, Any] | None = None


class DiffQuery(Query):
    """The two versions to compare; the live one and the draft where nothing is said."""

    from_: int | None = Field(None, alias="from", ge=1, le=2**31 - 1)
    to: int | None = Field(None, ge=1, le=2**31 - 1)


class DistributionBody(Strict):
    """A new distribution; ``settings`` as the channel's own form wants them."""

    channel: Code
    account: Code | None = None
    name: str = Field("", max_length=120)
    settings: dict[str, Any] = Field(default_factory=dict)
    audience: dict[str, Any] = Field(default_factory=dict)


class ResponsesQuery(Query):
    """Which responses, and in which form."""

    format: str = Field("json", pattern="^(json|jsonl)$")
    after: str = Field("", pattern=r"^[A-Za-z0-9]{0,22}$")
    limit: int = Field(50, ge=1, le=1000)
    state: str = Field("", pattern="^(started|completed|screened_out|over_quota|)$")
    quality: str = Field("", pattern="^(clean|flagged|)$")
    kind: str = Field("", pattern="^(test|)$")


class ResponsePatch(Strict):
    """A person's word on the quality of a response; null leaves it to what was observed."""

    flagged: bool | None


class WindowQuery(Query):
    """The window of a summary: days, channels and units as the dashboard's address spells them."""

    from_: str = Field("", alias="from", max_length=10)
    to: str = Field("", max_length=10)
    channel: str = Field("", max_length=400)
    unit: str = Field("", max_length=40)
    quality: str = Field("", pattern="^(clean|all|)$")
    where: str = Field("", max_length=20_000)


class ContactBody(Strict):
    """A person; at least one of the identifiers."""

    name: str = Field("", max_length=120)
    external_id: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    unit: Code | None = None
    attributes: dict[str, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict, max_length=50)


class UnitBody(Strict):
    """A unit below another of the caller's."""

    name: str = Field(min_length=1, max_length=120)
    parent: Code
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")] | None = None


class VerbatimsQuery(Page):
    """Texts of one survey, latest first."""

    survey: Code
    after: str = Field("", pattern=r"^[0-9]{0,15}$")
    sentiment: str = Field("", pattern="^(positive|neutral|negative|none|unread|)$")


class EventsQuery(Query):
    """Which survey's figures to watch."""

    survey: Code
