"""Documents made to break or stall, through the doors: the API and the designer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app.models import Survey
from survey_app.services import accounts, surveys
from tests.conftest import Client
from tests.engine import hostile
from tests.factories import NPS_DOCUMENT

Send = Callable[..., Any]

WRITABLE = [name for name in hostile.REFUSED if "10,000 deep" not in name]
"""Those that can be written down as JSON at all."""


@pytest.fixture
def draft(cast: SimpleNamespace) -> Survey:
    return surveys.create(cast.manager, "门店体验回访", copy.deepcopy(NPS_DOCUMENT))


@pytest.fixture
def designer(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


@pytest.fixture
def program(app: Flask, cast: SimpleNamespace) -> Send:
    """Posts to the API with the owner's token."""
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 'test')}"}
    post = app.test_client().post
    return lambda path, body=None: post(f"/api/v1{path}", headers=headers, json=body)


def sent(name: str) -> Any:
    """A hostile document."""
    return hostile.HEAVY[name]() if name in hostile.HEAVY else hostile.REFUSED[name][0]()


@pytest.mark.parametrize("name", WRITABLE)
def test_the_designer_says_where_a_hostile_document_is_wrong_or_takes_none_of_it(
    designer: Client, draft: Survey, name: str
) -> None:
    path = f"/surveys/{draft.code}/draft"
    reply = designer.put(path, json={"document": sent(name), "revision": 1})
    if reply.status_code == 200:
        assert hostile.REFUSED[name][1] in {each["where"] for each in reply.json["findings"]}
    else:
        assert reply.status_code in (400, 413, 422)
        assert reply.json["error"]
        assert designer.get(path).json["document"]["title"] == "门店体验回访"


@pytest.mark.parametrize("name", WRITABLE)
def test_a_program_is_told_where_a_hostile_document_is_wrong_or_makes_no_survey(
    program: Send, name: str
) -> None:
    made = program("/surveys", {"title": "t", "document": sent(name)})
    if made.status_code != 201:
        assert made.status_code in (400, 413, 422)
        assert made.json["detail"]
        return
    path = f"/surveys/{made.json['code']}"
    assert hostile.REFUSED[name][1] in {each["where"] for each in program(f"{path}/check").json["findings"]}
    refused = program(f"{path}/publish")
    assert (refused.status_code, bool(refused.json["findings"])) == (422, True)


@pytest.mark.parametrize("name", hostile.HEAVY)
def test_a_document_that_is_much_work_is_saved_and_checked(
    designer: Client, draft: Survey, name: str
) -> None:
    reply = designer.put(f"/surveys/{draft.code}/draft", json={"document": sent(name), "revision": 1})
    assert (reply.status_code, reply.json["revision"]) == (200, 2)


@pytest.mark.parametrize("levels", [33, 10_000])
def test_a_body_that_is_nested_too_deeply_is_refused(
    designer: Client, app: Flask, cast: SimpleNamespace, draft: Survey, levels: int
) -> None:
    nested = b'{"not": ' * levels + b"1" + b"}" * levels
    body = b'{"title": "t", "revision": 1, "document": ' + nested + b"}"
    path, kind = f"/surveys/{draft.code}/draft", "application/json"
    assert designer.put(path, data=body, content_type=kind).status_code == 400
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 'test')}"}
    reply = app.test_client().post("/api/v1/surveys", data=body, headers=headers, content_type=kind)
    assert (reply.status_code, bool(reply.json["detail"])) == (400, True)
