"""For machines that look after machines: is the process alive, can it write, how is it doing."""

from __future__ import annotations

import time
from functools import cache
from ipaddress import ip_address

from flask import Blueprint, Flask, abort, current_app, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from werkzeug.wrappers import Response

from survey_app.models import writer
from survey_app.security import PUBLIC, allows, needs
from survey_app.services import accounts, digest, health

blueprint = Blueprint("health", __name__)

registry = CollectorRegistry()
REQUESTS = Counter(
    "survey_requests", "Requests by endpoint and status", ["endpoint", "status"], registry=registry
)
LATENCY = Histogram(
    "survey_request_seconds",
    "Seconds until the reply began",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=registry,
)
SAVES = Counter("survey_saves", "Saves of respondents that were acknowledged", registry=registry)
UNREAD = Gauge("survey_oldest_unread_seconds", "Age of the oldest text no engine has read", registry=registry)
LISTENERS = Gauge("survey_live_listeners", "Open live dashboards", registry=registry)
COMMITS = Counter("survey_commits", "Group commits of the writer", registry=registry)
WRITES = Counter("survey_writes", "Writes carried by group commits", registry=registry)


@blueprint.get("/livez")
@needs(PUBLIC)
def livez() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@needs(PUBLIC)
def readyz() -> Response:
    """A row was written durably; else 503 or 507 with the reason, by the common error handlers."""
    health.probe()
    return jsonify(ready=True)


@blueprint.get("/metrics")
@needs(PUBLIC)
def metrics() -> Response:
    """Prometheus' text format, for this machine or for a token with the scope ``system.metrics``."""
    if not (_local() or _permitted()):
        abort(403)
    UNREAD.set(digest.backlog())
    source = current_app.extensions.get("live")
    LISTENERS.set(source.listeners() if source else 0)
    return current_app.response_class(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _local() -> bool:
    """Whether the caller sits on this machine. A request that came through a proxy does not, even where the
    proxy does."""
    forwarded = {"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} & set(request.headers.keys())
    return not forwarded and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - not a bind


def _permitted() -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = accounts.user_of_token(token.strip()) if kind.lower() == "bearer" else None
    return found is not None and allows(found[0].role, "system.metrics", found[1])


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    requests, latency = _meters(endpoint, response.status_code)
    requests.inc()
    if "began" in g:
        latency.observe(time.perf_counter() - g.began)
    if endpoint.startswith("respond.") and request.method == "POST" and response.status_code == 200:
        SAVES.inc()
    return response


@cache
def _meters(endpoint: str, status: int) -> tuple[Counter, Histogram]:
    """Looked up once; there are as many as endpoints and statuses."""
    return REQUESTS.labels(endpoint, str(status)), LATENCY.labels(endpoint)


def committed(writes: int) -> None:
    """What the writer reports after every commit."""
    COMMITS.inc()
    WRITES.inc(writes)


def init_app(app: Flask) -> None:
    """Counts every request of the application and every commit of its writer."""
    app.before_request(_begin)
    app.after_request(_count)
    writer.observers.add(committed)
