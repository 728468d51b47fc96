"""Hostile input on every JSON door: whatever is sent is answered below 500 and stores nothing bad."""

from __future__ import annotations

import json
import random
from collections import Counter
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from survey_app.models import Response
from survey_app.services import accounts
from tests import factories

BODIES = 2500
PER_OPERATION = 100

BYTES = [
    b"",
    b" ",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"id":NaN}',
    b'{"id":Infinity}',
    b'{"id":1e999}',
    b'{"revision":9223372036854775808}',
    b'{"revision":' + b"9" * 5000 + b"}",
    b'{"id":"\\ud800"}',
    b'{"id":"\\u0000"}',
    b'{"id":"a","id":"b"}',
    b"\x80\x81\x82",
    b'{"answers":{"__proto__":{"x":1}}}',
    b"a=1&b=2",
]

STRANGE = [
    None,
    True,
    -1,
    0,
    2**53,
    1.5,
    "",
    "9",
    "９",
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1 --",
    "x" * 70_000,
    [],
    [None],
    [[[]]],
    {},
    {"v": "other"},
    {"v": ["a"], "other": {"other": 5}},
    {"": [""]},
    "\u202e",
    "🙂" * 300,
]


def post(id: str, **changes: Any) -> dict[str, Any]:
    """A complete, valid post, with changes."""
    answers = {"Q1": 9, "Q3": "open"}
    body = {
        "id": id,
        "revision": 1,
        "page": "p1",
        "answers": answers,
        "complete": True,
        "locale": "zh_CN",
        "fields": {},
    }
    return {**body, **changes}


@pytest.fixture
def door(cast: SimpleNamespace, db: Any) -> str:
    """Address of an open link."""
    distribution = factories.distribution(factories.published(cast.east))
    db.session.commit()
    return f"/s/{distribution.code}/answers"


def mutated(chance: random.Random) -> dict[str, Any]:
    """A valid post in which one to three members, or members of members, became something strange."""
    body = post(factories.public_id())
    for _ in range(chance.randint(1, 3)):
        target: Any = body
        if chance.random() < 0.5:
            target = body[chance.choice(["answers", "fields"])]
        if isinstance(target, dict):
            name = chance.choice([*list(target), "Q1", "Q2", "Q3", "raw", "version", "page", "zz", "city"])
            target[name] = deepcopy(chance.choice(STRANGE))
    return body


def test_the_answer_door_survives_bytes_that_are_no_json(client: Any, door: str) -> None:
    for body in BYTES:
        reply = client.post(door, data=body, content_type="application/json")
        assert 400 <= reply.status_code < 500, body[:40]
        assert reply.is_json


def test_the_answer_door_survives_thousands_of_mutated_posts(client: Any, door: str, db: Any) -> None:
    chance, seen = random.Random(7), Counter()
    for _ in range(BODIES):
        seen[client.post(door, json=mutated(chance)).status_code] += 1
    assert not [status for status in seen if status >= 500], seen
    assert seen[200]
    assert seen[422] > BODIES / 4
    db.session.rollback()
    assert db.session.query(Response).count() == seen[200]


def test_every_strange_value_in_every_member_is_answered(client: Any, door: str) -> None:
    for member in (
        "id",
        "revision",
        "page",
        "answers",
        "raw",
        "complete",
        "locale",
        "fields",
        "version",
        "device",
    ):
        for value in STRANGE:
            reply = client.post(door, json={**post(factories.public_id()), member: value})
            assert reply.status_code < 500, (member, value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_random_json_as_a_survey_document_never_breaks_the_check(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 'test')}"}
    client, seen = app.test_client(), Counter()
    base = json.dumps(factories.NPS_DOCUMENT)

    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        JSON,
        st.sampled_from(["pages", "settings", "fields", "endings", "quotas", "scores", "variables", "title"]),
    )
    def attack(value: Any, member: str) -> None:
        document = {**json.loads(base), member: value}
        body = json.dumps({"title": "x", "document": document}).encode("utf-8", "replace")
        reply = client.post("/api/v1/surveys", data=body, headers=headers, content_type="application/json")
        seen[reply.status_code] += 1
        if reply.status_code == 201:
            check = client.post(f"/api/v1/surveys/{reply.json['code']}/check", headers=headers)
            assert check.status_code == 200
            published = client.post(f"/api/v1/surveys/{reply.json['code']}/publish", headers=headers)
            assert published.status_code in (200, 422)

    attack()
    assert not [status for status in seen if status >= 500], seen


def test_generated_requests_to_every_operation_of_the_api_never_get_a_5xx(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    survey = factories.published(cast.root)
    factories.distribution(survey)
    db.session.commit()
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 'test')}"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    seen: Counter[int] = Counter()
    quick = settings(
        max_examples=PER_OPERATION,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path == "/api/v1/events":  # a stream without an end
            continue

        @quick
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            if "code" in (case.path_parameters or {}) and len(str(case.path_parameters["code"])) % 2:
                case.path_parameters["code"] = survey.code
            reply = case.call(headers=headers)
            seen[reply.status_code] += 1
            assert reply.status_code < 500, (case.method, case.path, case.body)

        attack()
    assert sum(seen.values()) > 1500, seen
