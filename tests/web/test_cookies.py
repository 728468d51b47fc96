"""Sessions hold for those who have one and cost nothing to those who have none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests import factories


def surveys(client: Any) -> int:
    return int(client.get("/surveys", headers={"Accept": "text/html"}).status_code)


def test_a_session_lasts_as_long_as_its_cookie(client: Any, cast: SimpleNamespace) -> None:
    assert surveys(client) == 302
    client.post("/login", data={"login": "owner", "password": factories.PASSWORD})
    assert surveys(client) == surveys(client) == 200
    client.delete_cookie("session")
    assert surveys(client) == 302


def test_a_forged_cookie_is_no_session(client: Any, cast: SimpleNamespace) -> None:
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEuMCJ9.ZzZzZz.forged")
    assert surveys(client) == 302


def test_a_respondent_is_given_no_cookie(client: Any, cast: SimpleNamespace, db: Any) -> None:
    link = factories.distribution(factories.published(cast.east))
    db.session.commit()
    assert "Set-Cookie" not in client.get(f"/s/{link.code}").headers
    post = {"id": factories.public_id(), "revision": 1, "page": "p1", "answers": {"Q1": 9}}
    reply = client.post(f"/s/{link.code}/answers", json=post)
    assert (reply.status_code, reply.json["state"]) == (200, "started")
    assert "Set-Cookie" not in reply.headers
