"""What monitoring is told, and who may hear it."""

from __future__ import annotations

import resource
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from survey_app.services import accounts
from survey_app.web.health import SAVES
from tests import factories
from tests.conftest import Client

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}
FAR = {"REMOTE_ADDR": "203.0.113.9"}


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/livez").json == {"alive": True}


def test_ready_means_a_row_was_written(client: Client, db: Any) -> None:
    assert client.get("/readyz").json == {"ready": True}
    first = db.session.execute(text("SELECT at FROM probes")).scalar_one()
    db.session.rollback()
    assert client.get("/readyz").status_code == 200
    assert db.session.execute(text("SELECT at FROM probes")).scalar_one() > first


def test_a_database_that_cannot_be_written_is_not_ready(client: Client, db: Any) -> None:
    db.session.execute(text("DROP TABLE probes"))
    db.session.commit()
    reply = client.get("/readyz", headers={"Accept": "application/json"})
    assert (reply.status_code, list(reply.json)) == (503, ["error"])
    assert "Retry-After" in reply.headers


def test_a_full_disk_is_not_ready(client: Client, db: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a limit of this process does not bind the server")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))  # no file of this process may grow
    try:
        reply = client.get("/readyz", headers={"Accept": "application/json"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (reply.status_code, list(reply.json)) == (507, ["error"])
    assert client.get("/readyz").status_code == 200, "ready again as soon as there is room"


def test_this_machine_may_read_the_metrics(client: Client) -> None:
    client.get("/livez")
    reply = client.get("/metrics", environ_base=LOCAL)
    assert reply.content_type.startswith("text/plain")
    assert 'survey_requests_total{endpoint="health.livez",status="200"}' in reply.text
    for name in ("survey_oldest_unread_seconds 0.0", "survey_live_listeners 0.0", "survey_saves_total"):
        assert name in reply.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_a_request_through_a_proxy_is_not_local(client: Client, header: str) -> None:
    assert client.get("/metrics", environ_base=LOCAL, headers={header: "203.0.113.9"}).status_code == 403


def test_strangers_and_narrow_tokens_may_not_read_the_metrics(client: Client, cast: SimpleNamespace) -> None:
    tokens = {
        "all": accounts.create_token(cast.owner, "all"),
        "metrics": accounts.create_token(cast.owner, "monitor", "system.metrics"),
        "narrow": accounts.create_token(cast.owner, "export", "responses.export"),
        "viewer": accounts.create_token(cast.viewer, "mine"),
        "wrong": "nonsense",
    }
    statuses = {
        name: client.get(
            "/metrics", environ_base=FAR, headers={"Authorization": f"Bearer {token}"}
        ).status_code
        for name, token in tokens.items()
    }
    assert statuses == {"all": 200, "metrics": 200, "narrow": 403, "viewer": 403, "wrong": 403}
    assert client.get("/metrics", environ_base=FAR).status_code == 403


def test_commits_and_the_writes_they_carry_are_counted(client: Client, db: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite commits in groups")
    before = measured(client)
    for _ in range(3):
        client.get("/readyz")
    after = measured(client)
    assert {name: after[name] - before[name] for name in after} == {"survey_commits": 3, "survey_writes": 3}


def measured(client: Client) -> dict[str, float]:
    lines = client.get("/metrics", environ_base=LOCAL).text.splitlines()
    wanted = ("survey_commits", "survey_writes")
    return {
        name: float(line.split()[1]) for name in wanted for line in lines if line.startswith(f"{name}_total ")
    }


def test_a_save_of_a_respondent_is_counted(client: Client, cast: SimpleNamespace, db: Any) -> None:
    code = factories.distribution(factories.published(cast.root)).code
    db.session.commit()
    before = SAVES._value.get()
    body = {"id": factories.public_id(), "revision": 1, "page": "p1", "answers": {"Q1": 9}, "complete": False}
    assert client.post(f"/s/{code}/answers", json=body).status_code == 200
    assert client.post("/s/NOSUCH/answers", json=body).status_code == 404
    assert SAVES._value.get() == before + 1
