"""What respondents see of places that run out and of votes, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from survey_app.models import Response, Survey
from survey_app.models.base import now
from survey_app.services import responses, standings
from tests import factories
from tests.conftest import Client
from tests.web.test_respond import Form

TOMORROW = (now() + timedelta(days=1, hours=8)).date().isoformat()
TIMES = [
    {"id": "ten", "date": TOMORROW, "start": "10:00", "end": "11:00", "capacity": 1},
    {"id": "two", "date": TOMORROW, "start": "14:00", "end": "15:00", "capacity": 5},
    {"id": "past", "date": "2020-01-01", "start": "10:00", "capacity": 5},
]
GIFTS = [{"id": "cup", "label": "杯子", "limit": 1}, {"id": "bag", "label": "袋子"}]
PEOPLE = [{"id": "lin", "label": "林梅"}, {"id": "chen", "label": "陈浩"}]


def question(code: str, type_: str, options: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    """A required question."""
    title = {"booking": "哪一场？", "vote": "选谁？"}.get(type_, "要什么？")
    settings = {"options": options, **settings}
    return {"code": code, "type": type_, "title": title, "required": True, "settings": settings}


def document(*pages: dict[str, Any]) -> dict[str, Any]:
    """A survey of pages with one question each."""
    return {
        "format": 1,
        "title": "开放日",
        "locale": "zh_CN",
        "settings": {"timezone": "Asia/Shanghai"},
        "pages": [{"code": f"p{n}", "questions": [each]} for n, each in enumerate(pages, 1)],
        "endings": [{"code": "thanks", "title": "谢谢"}],
    }


BOOKING = document(question("Q1", "booking", TIMES), question("Q2", "dropdown", GIFTS))
VOTE = document(question("Q1", "vote", PEOPLE, once=True))


@pytest.fixture
def door(cast: SimpleNamespace, db: Any) -> Callable[[dict[str, Any]], str]:
    """``door(document)`` publishes a survey and returns its address."""

    def publish(made: dict[str, Any]) -> str:
        code = factories.distribution(factories.published(cast.east, made)).code
        db.session.commit()
        return f"/s/{code}"

    return publish


def answer(client: Client, address: str, answers: dict[str, Any], **more: Any) -> Any:
    body = {"id": factories.public_id(), "revision": 1, "answers": answers, "complete": True, **more}
    return client.post(f"{address}/answers", json=body)


def told(page: str) -> dict[str, Any]:
    """What the page's script is told beside the plan."""
    found = re.search(r'id="door">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


# Places


def test_the_page_knows_what_is_full_and_what_is_past(client: Client, door: Any) -> None:
    address = door(BOOKING)
    assert answer(client, address, {"Q1": "ten", "Q2": "cup"}).status_code == 200
    page = client.get(address).text
    assert told(page)["taken"] == {"Q1": ["ten"], "Q2": ["cup"]}
    assert told(page)["past"] == {"Q1": ["past"]}
    assert page.count("已约满</span>") == 1
    assert 'value="past"' not in page.split("<template")[0]


def test_a_page_without_limits_is_told_of_none(client: Client, door: Any) -> None:
    page = client.get(door(document(question("Q1", "dropdown", PEOPLE)))).text
    assert told(page)["taken"] == told(page)["past"] == {}
    assert "data-full" not in page


def test_a_choice_that_came_too_late_is_told_with_what_is_full(client: Client, door: Any) -> None:
    address = door(BOOKING)
    answer(client, address, {"Q1": "ten", "Q2": "bag"})
    late = answer(client, address, {"Q1": "ten", "Q2": "cup"})
    assert late.status_code == 422
    assert late.json["errors"] == {"Q1": "这个时段刚刚约满了，请换一个。"}
    assert late.json["taken"] == {"Q1": ["ten"]}
    english = answer(client, address, {"Q1": "ten", "Q2": "cup"}, locale="en").json
    assert english["errors"] == {"Q1": "This time has just been booked up. Please choose another."}


def test_a_time_that_has_passed_is_not_taken(client: Client, door: Any) -> None:
    address = door(BOOKING)
    refused = answer(client, address, {"Q1": "past", "Q2": "cup"})
    assert (refused.status_code, refused.json["errors"]) == (422, {"Q1": "这个时段已经过了，请换一个。"})


def test_a_time_that_passes_before_the_end_is_not_taken_but_what_was_stays_acknowledged(
    client: Client, door: Any
) -> None:
    address, id_, done = door(BOOKING), factories.public_id(), factories.public_id()
    draft = {"id": id_, "revision": 1, "page": "p1", "answers": {"Q1": "two"}}
    assert client.post(f"{address}/answers", json=draft).status_code == 200
    first = answer(client, address, {"Q1": "two", "Q2": "bag"}, id=done)
    with time_machine.travel(now() + timedelta(days=3)):
        late = answer(client, address, {"Q2": "bag"}, id=id_, revision=2)
        assert (late.status_code, list(late.json["errors"])) == (422, ["Q1"])
        again = answer(client, address, {"Q1": "two", "Q2": "bag"}, id=done)
        assert (again.status_code, again.json) == (200, first.json)


def test_without_scripts_what_is_full_cannot_be_chosen(client: Client, door: Any) -> None:
    address = door(BOOKING)
    answer(client, address, {"Q1": "ten", "Q2": "cup"})
    form = Form(client, address)
    assert "已约满" in form.text
    form.post(Q1="two")
    assert "杯子 · 已满" in form.text
    assert form.post(Q2="bag") == 200
    assert "谢谢" in form.text


def test_without_scripts_a_late_choice_leads_back_to_its_question(client: Client, door: Any, db: Any) -> None:
    address = door(BOOKING)
    form = Form(client, address)
    form.post(Q1="ten")
    answer(client, address, {"Q1": "ten", "Q2": "bag"})
    assert form.post(Q2="bag") == 422
    assert "这个时段刚刚约满了，请换一个。" in form.text
    assert 'value="ten" data-buckets="ten" disabled' in form.text
    assert "checked" not in form.text
    db.session.rollback()
    assert [row.state for row in db.session.query(Response).order_by(Response.id)] == ["started", "completed"]
    form.post(Q1="two")
    assert form.post(Q2="bag") == 200
    assert "谢谢" in form.text


# Votes


def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "AGE", -1.0)


def test_the_standing_is_what_was_voted(client: Client, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(monkeypatch)
    address = door(VOTE)
    empty = client.get(f"{address}/standing").json["standings"]
    assert [row["n"] for row in empty[0]["rows"]] == [0, 0]
    for name in ("lin", "lin", "chen"):
        answer(client, address, {"Q1": name})
    found = client.get(f"{address}/standing").json["standings"][0]
    assert (found["code"], found["title"], found["all"]) == ("Q1", "选谁？", "共 3 人投票")
    assert [row["text"] for row in found["rows"]] == ["67% · 2 票", "33% · 1 票"]
    english = client.get(f"{address}/standing?lang=en").json["standings"][0]
    assert english["rows"][0]["label"] == "林梅"


def test_a_standing_is_remembered_for_a_moment_only(
    client: Client, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert standings.AGE <= 1
    address = door(VOTE)

    def voted() -> str:
        return str(client.get(f"{address}/standing").json["standings"][0]["all"])

    monkeypatch.setattr(standings, "AGE", 60.0)
    assert voted() == "共 0 人投票"
    answer(client, address, {"Q1": "lin"})
    assert voted() == "共 0 人投票"
    standings._kept.clear()
    assert voted() == "共 1 人投票"


@pytest.mark.parametrize("exclude", [False, True])
def test_a_standing_leaves_flagged_votes_out_as_the_survey_does(
    client: Client, door: Any, cast: SimpleNamespace, db: Any, monkeypatch: pytest.MonkeyPatch, exclude: bool
) -> None:
    fresh(monkeypatch)
    address = door(VOTE | {"settings": {"quality": {"exclude": exclude}}})
    first = answer(client, address, {"Q1": "lin"}).json["id"]
    answer(client, address, {"Q1": "chen"})
    responses.decide(cast.owner, db.session.query(Survey).one().code, first, True)
    found = client.get(f"{address}/standing").json["standings"][0]
    assert [row["n"] for row in found["rows"]] == [0 if exclude else 1, 1]


@pytest.mark.parametrize("made", [BOOKING, document(question("Q1", "vote", PEOPLE, results=""))])
def test_a_survey_that_shows_no_standing_has_no_door_for_it(
    client: Client, door: Any, made: dict[str, Any]
) -> None:
    reply = client.get(f"{door(made)}/standing")
    assert (reply.status_code, reply.is_json) == (404, True)
    assert client.get("/s/NOTHING/standing").status_code == 404


def test_without_scripts_the_last_page_shows_the_standing(
    client: Client, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(monkeypatch)
    address = door(VOTE)
    answer(client, address, {"Q1": "chen"})
    form = Form(client, address)
    form.post(Q1="lin")
    assert form.text.count('<progress max="100" value="50.0"') == 2
    assert "50% · 1 票" in form.text
    assert "vote.css" in form.reply.text
    assert "再答一次" not in form.text


def test_a_second_vote_of_a_device_is_refused_with_thanks(client: Client, door: Any) -> None:
    address, phone = door(VOTE), factories.public_id()
    assert answer(client, address, {"Q1": "lin"}, device=phone).status_code == 200
    second = answer(client, address, {"Q1": "chen"}, device=phone)
    assert second.status_code == 422
    assert second.json["errors"] == {"Q1": "这台设备已经投过票了，谢谢您的参与。"}
    assert not told(client.get(address).text)["again"]
