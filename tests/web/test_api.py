"""API v1: the whole story by programs alone, and its refusals."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app.services import accounts
from tests import factories


class Caller:
    """A program with a bearer token."""

    def __init__(self, app: Flask, token: str) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return self._client.open(
            f"/api/v1{path}",
            method=method,
            headers=self._headers,
            json=body,
            query_string=query,
            buffered=True,
        )


@pytest.fixture
def owner(app: Flask, cast: SimpleNamespace) -> Caller:
    """The owner's program."""
    return Caller(app, accounts.create_token(cast.owner, "test"))


@pytest.fixture
def agent(app: Flask, cast: SimpleNamespace) -> Caller:
    """A program of the agent of the other region."""
    return Caller(app, accounts.create_token(cast.agent, "test"))


def document() -> dict[str, Any]:
    """A branching survey."""
    return json.loads(json.dumps(factories.NPS_DOCUMENT))


def answer(client: Any, url: str, **answers: Any) -> Any:
    """One complete response by the JSON door of a link."""
    path = url.removeprefix("http://localhost")
    id = factories.public_id()
    body = {"id": id, "revision": 1, "page": "p2", "answers": answers, "complete": True, "locale": "zh_CN"}
    return client.post(f"{path}/answers", json={**body, "fields": {}})


def test_the_whole_story_by_programs_alone(owner: Caller, client: Any) -> None:
    survey = owner("POST", "/surveys", {"title": "门店体验回访", "document": document()})
    assert survey.status_code == 201
    path = f"/surveys/{survey.json['code']}"
    assert not [f for f in owner("POST", f"{path}/check").json["findings"] if f["level"] == "error"]
    assert owner("POST", f"{path}/publish").json["version"] == 1
    link = owner("POST", f"{path}/distributions", {"channel": "h5", "settings": {}})
    assert link.status_code == 201
    url = link.json["url"]
    for body in (
        {"Q1": 10, "Q3": "open"},
        {"Q1": 9, "Q3": "loan"},
        {"Q1": 2, "Q2": "排队太久", "Q3": "loan"},
    ):
        reply = answer(client, url, **body)
        assert (reply.status_code, reply.json["state"]) == (200, "completed")
    figures = {each["code"]: each for each in owner("GET", f"{path}/summary").json["questions"]}
    assert figures["Q1"]["n"] == 3
    assert figures["Q1"]["counts"]["promoter"] == 2
    assert figures["Q1"]["counts"]["detractor"] == 1
    assert figures["Q3"]["counts"] == {"open": 1, "loan": 2}
    told = owner("GET", "/verbatims", survey=survey.json["code"]).json["items"]
    assert [each["text"] for each in told] == ["排队太久"]
    listed = owner("GET", f"{path}/responses", limit=2).json
    assert len(listed["items"]) == 2
    rest = owner("GET", f"{path}/responses", after=listed["next"]).json
    assert len(rest["items"]) == 1
    assert rest["next"] is None
    lines = owner("GET", f"{path}/responses", format="jsonl").text.splitlines()
    assert sorted(json.loads(line)["answers"]["Q1"] for line in lines) == [2, 9, 10]
    gone = listed["items"][0]["id"]
    assert owner("DELETE", f"{path}/responses/{gone}").status_code == 204
    assert owner("GET", f"{path}/responses/{gone}").status_code == 404
    assert owner("GET", f"{path}/summary").json["responses"]["completed"] == 2


def test_a_condition_narrows_the_summary_to_the_responses_that_fulfil_it(owner: Caller, client: Any) -> None:
    code = owner("POST", "/surveys", {"title": "回访", "document": document()}).json["code"]
    owner("POST", f"/surveys/{code}/publish")
    url = owner("POST", f"/surveys/{code}/distributions", {"channel": "h5"}).json["url"]
    for score, business in ((10, "open"), (3, "loan"), (0, "loan"), (9, "loan")):
        assert answer(client, url, Q1=score, Q3=business).status_code == 200
    where = json.dumps({"question": "Q3", "is": "loan"})
    summary = owner("GET", f"/surveys/{code}/summary", where=where).json
    figures = {each["code"]: each for each in summary["questions"]}
    assert summary["responses"]["completed"] == 3
    assert figures["Q1"]["counts"]["detractor"] == 2
    assert figures["Q3"]["counts"] == {"loan": 3}
    wrong = owner("GET", f"/surveys/{code}/summary", where=json.dumps({"question": "Q9", "is": 1}))
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["where"])


def test_a_stale_revision_is_a_conflict_and_changes_nothing(owner: Caller) -> None:
    survey = owner("POST", "/surveys", {"title": "一"}).json
    path = f"/surveys/{survey['code']}"
    first = owner("PATCH", path, {"revision": survey["revision"], "title": "二"})
    assert (first.status_code, first.json["title"]) == (200, "二")
    stale = owner("PATCH", path, {"revision": survey["revision"], "title": "三"})
    assert (stale.status_code, stale.json["revision"]) == (409, first.json["revision"])
    assert owner("GET", path).json["title"] == "二"


def test_publishing_a_faulty_draft_names_the_places(owner: Caller) -> None:
    broken = document()
    broken["pages"][1]["questions"][0]["show"] = {"question": "Q7", "is": "x"}
    code = owner("POST", "/surveys", {"title": "坏的", "document": broken}).json["code"]
    refused = owner("POST", f"/surveys/{code}/publish")
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert "Q3" in refused.json["findings"][0]["where"]
    assert owner("GET", f"/surveys/{code}").json["status"] == "draft"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": 5},
        {"title": "x", "document": []},
        {"title": "x", "extra": 1},
        {"title": "x", "document": {"format": 99}},
    ],
)
def test_wrong_bodies_are_refused_with_the_field(owner: Caller, body: Any) -> None:
    reply = owner("POST", "/surveys", body)
    assert (reply.status_code, reply.content_type) == (422, "application/problem+json")
    assert reply.json["detail"]


def test_bodies_that_are_no_json_get_a_sentence(app: Flask, cast: SimpleNamespace) -> None:
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 'test')}"}
    post = app.test_client().post
    for data, kind, status in (
        (b'{"title": "a", "title": "b"}', "application/json", 400),
        (b'"{}"', "application/json", 400),
        (b"title=a", "application/x-www-form-urlencoded", 415),
        (b"{" * 40, "application/json", 400),
    ):
        reply = post("/api/v1/surveys", data=data, headers=headers, content_type=kind)
        assert (reply.status_code, bool(reply.json["detail"])) == (status, True)


def test_the_other_region_sees_neither_survey_nor_responses(owner: Caller, agent: Caller, cast: Any) -> None:
    body = {"title": "华东的", "document": document(), "unit": cast.east.code}
    code = owner("POST", "/surveys", body).json["code"]
    owner("POST", f"/surveys/{code}/publish")
    assert agent("GET", f"/surveys/{code}/summary").status_code == 404
    assert agent("GET", f"/surveys/{code}/responses").status_code == 404
    assert agent("GET", "/verbatims", survey=code).status_code == 404


def test_units_and_contacts_are_made_and_listed(owner: Caller, cast: Any) -> None:
    made = owner("POST", "/units", {"name": "苏州店", "parent": cast.east.code, "code": "suzhou"})
    assert made.status_code == 201
    assert (
        owner("POST", "/units", {"name": "x", "parent": cast.east.code, "code": "suzhou"}).status_code == 409
    )
    assert "suzhou" in [unit["code"] for unit in owner("GET", "/units").json["items"]]
    contact = owner("POST", "/contacts", {"name": "王女士", "phone": "13812345678"})
    assert (contact.status_code, contact.json["phone"]) == (201, "138****5678")
    assert owner("POST", "/contacts", {"phone": "+86 138 1234 5678"}).status_code == 409
    assert owner("POST", "/contacts", {"phone": "123"}).status_code == 422
    assert len(owner("GET", "/contacts").json["items"]) == 1


def test_lists_are_pages_by_cursor(owner: Caller) -> None:
    for number in range(5):
        owner("POST", "/surveys", {"title": f"问卷 {number}"})
    seen, after = [], ""
    while True:
        page = owner("GET", "/surveys", limit=2, after=after).json
        seen += [each["code"] for each in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5


def test_the_description_is_openapi_3_1_and_names_every_door(app: Flask, client: Any) -> None:
    description = client.get("/api/openapi.json").json
    assert description["openapi"] == "3.1.0"
    doors = {
        rule.rule.replace("<int:", "<")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert {door.replace("<", "{").replace(">", "}") for door in doors} == set(description["paths"])
    assert client.get("/api/docs").status_code == 200


def republished(owner: Caller) -> str:
    """A survey with two versions, the second with a jump; its address."""
    survey = owner("POST", "/surveys", {"title": "门店体验回访", "document": document()}).json
    path = f"/surveys/{survey['code']}"
    owner("POST", f"{path}/publish")
    made = document()
    made["endings"].append({"code": "callback", "title": "我们会联系您"})
    made["pages"][0]["next"] = [{"when": {"question": "Q1", "at_most": 3}, "go": "callback"}]
    assert owner("PATCH", path, {"revision": 1, "document": made}).status_code == 200
    assert owner("POST", f"{path}/publish").json["version"] == 2
    return path


def test_two_versions_are_compared_by_what_changed_and_who_goes_another_way(owner: Caller) -> None:
    path = republished(owner)
    found = owner("GET", f"{path}/versions/diff", **{"from": 1, "to": 2}).json
    assert (found["from"], found["to"], found["same"]) == (1, 2, False)
    changed = [(each["kind"], each["what"], each["code"], each["consequence"]) for each in found["changes"]]
    assert changed == [("changed", "page", "p1", "paths"), ("added", "ending", "callback", "paths")]
    (turn,) = found["paths"]["differences"]
    assert (turn["before"], turn["after"]) == (["Q1", "Q2", "Q3", "thanks"], ["Q1", "Q2", "callback"])
    assert turn["witness"]["answers"]["Q1"] <= 3
    assert turn["witness"]["ending"] == "callback"
    assert found["paths"]["every_kind"]
    assert found["responses"] is None


def test_the_live_version_is_compared_with_the_draft_where_nothing_is_said(owner: Caller) -> None:
    path = republished(owner)
    found = owner("GET", f"{path}/versions/diff").json
    assert (found["from"], found["to"], found["same"], found["changes"]) == (2, None, True, [])
    back = owner("GET", f"{path}/versions/diff", **{"from": 1}).json
    assert len(back["paths"]["differences"]) == 1


def test_versions_that_cannot_be_compared_are_refused_with_a_sentence(owner: Caller, agent: Caller) -> None:
    path = republished(owner)
    missing = owner("GET", f"{path}/versions/diff", **{"from": 1, "to": 9})
    assert (missing.status_code, missing.json["detail"]) == (404, "没有这个版本。")
    draft = owner("POST", "/surveys", {"title": "草稿", "document": document()}).json
    never = owner("GET", f"/surveys/{draft['code']}/versions/diff")
    assert (never.status_code, never.json["detail"]) == (409, "这份问卷还没有发布过，没有可以比较的版本。")
    for wrong in ({"from": 0}, {"to": "x"}, {"other": 1}, {"from": 2**40}):
        assert owner("GET", f"{path}/versions/diff", **wrong).status_code == 422
    assert agent("GET", f"{path}/versions/diff").status_code == 403
