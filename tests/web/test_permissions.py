"""Every route × the cast: allowed or refused as declared. Routes added later are covered by themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from survey_app import security
from survey_app.app import create_app
from survey_app.models import Conversation, Dashboard, Delivery
from survey_app.services import accounts
from survey_app.web import guard
from tests import factories
from tests.conftest import settings

CAST = ("owner", "manager", "agent", "viewer", "customer")
STREAMS = {"dashboards.stream", "api.stream_events"}


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Every (rule, method) that somebody could call."""
    pairs = [(rule, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    skipped = {"HEAD", "OPTIONS"}
    return sorted(
        (pair for pair in pairs if pair[1] not in skipped and "static" not in pair[0].endpoint),
        key=lambda pair: (pair[0].rule, pair[1]),
    )


@pytest.fixture
def things(cast: SimpleNamespace, db: Any) -> dict[str, Any]:
    """One object of each kind, all of the east; and bearer tokens of the cast."""
    survey = factories.published(cast.east)
    distribution = factories.distribution(survey, channel="qrcode")
    place = factories.place(distribution, cast.pudong)
    invitation = factories.invitation(distribution, factories.contact(cast.pudong))
    message = Delivery(invitation=invitation)
    db.session.add(message)
    board = Dashboard(survey_id=survey.id, unit_id=cast.east.id, name="east")
    talk = Conversation(distribution_id=distribution.id)
    db.session.add_all([board, talk])
    db.session.commit()
    tokens = {name: accounts.create_token(getattr(cast, name), "test") for name in CAST[:-1]}
    places = {
        "survey": survey.code,
        "code": survey.code,
        "dcode": distribution.code,
        "distribution": distribution.code,
        "mcode": message.code,
        "tcode": talk.code,
        "pcode": place.code,
        "place": place.code,
        "invitation": invitation.code,
        "contact": invitation.contact.code,
        "board": board.code,
        "number": 1,
        "index": 0,
        "id": factories.public_id(),
        "token": invitation.token,
        "upload": factories.public_id(),
        "name": "qr.svg",
        "format": "svg",
        "page": "p1",
        "key": "nps",
        "question": "Q1",
        "channel": "h5",
        "file": "qr.svg",
        "kind": "phone",
    }
    return {"places": places, "tokens": tokens}


def address(app: Flask, rule: Rule, places: dict[str, Any]) -> str:
    """The rule's address with an object of the east in every place; an unknown place fails the test."""
    with app.test_request_context():
        return url_for(rule.endpoint, **{name: places[name] for name in rule.arguments})


def permission(app: Flask, rule: Rule) -> str:
    """What the route declares."""
    return app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]


def call(app: Flask, signed_in: Any, things: dict[str, Any], who: str, url: str, method: str) -> Any:
    """One request as one of the cast, the way that member would make it."""
    if url.startswith("/api/") and who != "customer":
        headers = {"Authorization": f"Bearer {things['tokens'][who]}"}
        return app.test_client().open(url, method=method, headers=headers, json={})
    browser = app.test_client() if who == "customer" else signed_in(who)
    return browser.open(url, method=method, json={} if method != "GET" else None)


@pytest.mark.parametrize("who", CAST)
def test_every_route_admits_and_refuses_as_declared(
    who: str, app: Flask, signed_in: Any, things: dict[str, Any], cast: SimpleNamespace
) -> None:
    wrong, asked = [], 0
    for rule, method in rules(app):
        needed = permission(app, rule)
        if needed == security.PUBLIC or rule.endpoint in STREAMS:
            continue
        asked += 1
        status = call(app, signed_in, things, who, address(app, rule, things["places"]), method).status_code
        if who == "customer":
            right = status in (401, 302)
        elif not security.allows(getattr(cast, who).role, needed):
            right = status == 403
        else:
            right = status not in (401, 403) and status < 500
        if not right:
            wrong.append(f"{who}: {method} {rule.rule} ({needed}) → {status}")
    assert not wrong, "\n".join(wrong)
    assert asked > 40


def test_objects_of_another_region_do_not_exist_for_the_agent_and_the_stranger(
    app: Flask, signed_in: Any, things: dict[str, Any], cast: SimpleNamespace, db: Any
) -> None:
    stranger = {"Authorization": f"Bearer {accounts.create_token(cast.stranger, 'test')}"}
    leaks, asked = [], 0
    for rule, method in rules(app):
        if not rule.arguments or permission(app, rule) in (security.PUBLIC, security.SIGNED_IN):
            continue
        if not security.allows("owner", permission(app, rule)) or rule.endpoint in STREAMS:
            continue
        asked += 1
        url = address(app, rule, things["places"])
        for browser, headers in ((signed_in("stranger"), {}), (app.test_client(), stranger)):
            if url.startswith("/api/") is not bool(headers):
                continue
            status = browser.open(
                url, method=method, headers=headers, json={} if method != "GET" else None
            ).status_code
            if status not in (404, 415, 422, 400):
                leaks.append(f"{method} {rule.rule} → {status}")
    assert not leaks, "\n".join(leaks)
    assert asked > 20


def test_a_route_without_a_declared_permission_stops_the_start(tmp_path: Any, monkeypatch: Any) -> None:
    def forgetful(app: Flask) -> None:
        app.add_url_rule("/forgotten", "forgotten", lambda: "")

    monkeypatch.setattr(guard, "init_app", forgetful)
    with pytest.raises(RuntimeError, match="forgotten"):
        create_app(settings(tmp_path, ""), TESTING=True)


def test_an_api_door_ignores_the_session_cookie(signed_in: Any) -> None:
    assert signed_in("owner").get("/api/v1/surveys").status_code == 401


def test_a_token_narrowed_to_a_scope_opens_nothing_else(client: Any, cast: SimpleNamespace) -> None:
    token = accounts.create_token(cast.owner, "scrape", "system.metrics")
    reply = client.get("/api/v1/surveys", headers={"Authorization": f"Bearer {token}"})
    assert (reply.status_code, reply.content_type) == (403, "application/problem+json")


def test_raising_the_session_epoch_ends_all_sessions(signed_in: Any, cast: SimpleNamespace, db: Any) -> None:
    browser = signed_in("manager")
    assert browser.get("/surveys").status_code == 200
    accounts.change_password(cast.manager, "another good password")
    assert browser.get("/surveys", headers={"Accept": "text/html"}).status_code == 302
