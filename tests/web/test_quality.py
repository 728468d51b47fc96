"""Doubtful responses over HTTP: seen with their reasons, left out by choice, judged over by managers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from survey_app.models import Response, Survey
from survey_app.services import accounts, responses
from tests import figures
from tests.conftest import Client

SignIn = Callable[..., Client]


@pytest.fixture
def survey(db: Any, cast: Any) -> Survey:
    """Two completed responses in the east, one of them marked by what was observed."""
    found = figures.survey(cast.owner)
    door = figures.door(found, cast.pudong)
    for seed in (1, 2):
        figures.respond(door, figures.answers(random.Random(seed)))
    db.session.rollback()
    row = db.session.query(Response).order_by(Response.id.desc()).first()
    row.flags = {
        "quality": [
            {"flag": "speeder", "by": "path", "seconds": 36, "least": 130},
            {"flag": "straight", "by": "rows", "questions": ["Q5", "Q6"], "n": 12},
            {"flag": "duplicate", "by": "device", "of": db.session.query(Response).first().public_id},
        ]
    }
    db.session.commit()
    for decision in (True, None):
        responses.decide(cast.owner, found.code, row.public_id, decision)
    return found


@pytest.fixture
def id(survey: Survey, db: Any) -> str:
    return str(db.session.query(Response).filter_by(flagged=True).one().public_id)


@pytest.fixture
def at(survey: Survey) -> Callable[[str], str]:
    return lambda rest: f"/surveys/{survey.code}/{rest}"


def completed(page: str) -> int:
    return int(re.search(r"<dt>已完成</dt>\s*<dd>(\d+)", page)[1])  # type: ignore[index]


def test_the_list_and_the_page_of_a_response_say_why_in_words(
    signed_in: SignIn, at: Callable[[str], str], id: str
) -> None:
    browser = signed_in("manager")
    for path in ("responses", f"responses/{id}"):
        page = browser.get(at(path)).text
        assert "作答过快：36 秒，预计至少 2 分 10 秒" in page
        assert "矩阵 12 行答案全部相同：Q5、Q6" in page
        assert "同一台手机再次作答" in page
    assert "先前的答卷" in page


def test_the_list_is_filtered_by_quality(signed_in: SignIn, at: Callable[[str], str], id: str) -> None:
    browser = signed_in("manager")
    for quality, n in (("", 2), ("flagged", 1), ("clean", 1), ("nonsense", 2)):
        page = browser.get(at(f"responses?quality={quality}")).text
        assert page.count('<td class="when">') == n
        assert (id in page) is (quality != "clean")


def test_the_dashboard_leaves_them_out_by_its_address_and_says_how_many(
    signed_in: SignIn, at: Callable[[str], str]
) -> None:
    browser = signed_in("manager")
    page = browser.get(at("dashboard")).text
    assert completed(page) == 2
    assert "其中含 1 份可疑答卷" in page
    page = browser.get(at("dashboard?quality=clean&period=7d")).text
    assert completed(page) == 1
    assert "已排除 1 份可疑答卷" in page
    assert '<option value="clean" selected>不含可疑答卷' in page
    assert re.search(r'href="[^"]*quality=clean[^"]*"', page)
    tile = browser.get(at("dashboard/tiles/1?quality=clean")).json
    assert tile["aside"] == "已排除 1 份可疑答卷"
    assert "已排除 1 份可疑答卷" in browser.get(at("dashboard?kiosk=1&quality=clean")).text


def test_a_manager_lifts_a_mark_and_puts_it_back(
    signed_in: SignIn, at: Callable[[str], str], id: str, db: Any
) -> None:
    browser = signed_in("manager")
    for given, clean in (("no", 2), ("yes", 1), ("", 1), ("no", 2)):
        assert browser.post(at(f"responses/{id}/quality"), data={"flagged": given}).status_code == 303
        assert completed(browser.get(at("dashboard?quality=clean")).text) == clean
    page = browser.get(at(f"responses/{id}")).text
    assert "人工判定" in page
    assert "marks is-lifted" in page
    assert "作答过快" in page


@pytest.mark.parametrize("who", ["viewer", "agent", "stranger"])
def test_nobody_else_may_judge(who: str, signed_in: SignIn, at: Callable[[str], str], id: str) -> None:
    reply = signed_in(who).post(at(f"responses/{id}/quality"), data={"flagged": "no"})
    assert reply.status_code in (403, 404)


def test_programs_read_and_set_the_same(app: Flask, cast: Any, survey: Survey, id: str) -> None:
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.manager, 'test')}"}
    client, path = app.test_client(), f"/api/v1/surveys/{survey.code}"

    def ask(method: str, rest: str, **more: Any) -> Any:
        return client.open(f"{path}{rest}", method=method, headers=headers, buffered=True, **more)

    row = ask("GET", f"/responses/{id}").json
    assert row["flagged"] is True
    assert [each["flag"] for each in row["quality"]["observed"]] == ["speeder", "straight", "duplicate"]
    assert [each["id"] for each in ask("GET", "/responses?quality=flagged").json["items"]] == [id]
    assert len(ask("GET", "/responses?quality=clean&format=jsonl").text.splitlines()) == 1
    assert ask("GET", "/summary?quality=clean").json["responses"]["completed"] == 1
    assert ask("GET", "/summary").json["quality"] == {"clean": False, "flagged": 1}
    lifted = ask("PATCH", f"/responses/{id}", json={"flagged": False}).json
    assert (lifted["flagged"], lifted["quality"]["decided"]) == (False, False)
    assert ask("GET", "/summary?quality=clean").json["responses"]["completed"] == 2
    for body in ({}, {"flagged": "no"}, {"flagged": 1}, {"flagged": True, "state": "started"}):
        assert ask("PATCH", f"/responses/{id}", json=body).status_code == 422
    assert ask("PATCH", "/responses/unknown", json={"flagged": True}).status_code == 404
    assert ask("GET", "/responses?quality=odd").status_code == 422
