"""Verification of a phone number over HTTP: the strict door of the script, and the page without scripts."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.models import Code, Distribution, Response
from survey_app.services import contacts, distributions, invitations
from tests import factories
from tests.services.test_codes import PHONE, STORED, asking, digits


@pytest.fixture
def made(cast: SimpleNamespace, db: Any) -> Distribution:
    survey = factories.published(cast.east, asking())
    db.session.commit()
    return distributions.create(cast.manager, survey.code, "h5")


def ask(client: Any, made: Distribution, **body: Any) -> Any:
    given = {"id": "a" * 22, "question": "Q1", "phone": PHONE, **body}
    return client.post(f"/s/{made.code}/codes", json=given, headers={"Accept-Language": "zh-CN"})


def save(client: Any, made: Distribution, **raw: Any) -> Any:
    body = {"id": "a" * 22, "revision": 1, "page": "p1", "raw": {"Q1": {"": [PHONE], **raw}}}
    return client.post(f"/s/{made.code}/answers", json=body, headers={"Accept-Language": "zh-CN"})


def test_a_number_is_verified_before_it_is_taken(client: Any, made: Distribution, db: Any) -> None:
    refused = save(client, made)
    assert (refused.status_code, refused.json["errors"]) == (422, {"Q1": "请先完成验证。"})
    assert ask(client, made).json == {"sent": True, "wait": 60}
    wrong = ask(client, made, code="000000" if digits(made, db) != "000000" else "111111")
    assert (wrong.status_code, wrong.json["errors"]) == (422, {"Q1": "验证码不正确，请核对。"})
    assert ask(client, made, code=digits(made, db)).json == {"verified": True}
    assert save(client, made).status_code == 200


def test_asking_again_too_soon_says_how_long_to_wait(client: Any, made: Distribution) -> None:
    ask(client, made)
    again = ask(client, made)
    assert again.status_code == 429
    assert 0 < again.json["wait"] <= 60
    assert "秒后再试" in again.json["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"x"',
        b'{"id":"short","question":"Q1","phone":"1"}',
        b'{"id":["a"],"question":"Q1","phone":"1"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":{"a":1},"phone":"1"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":13800138000}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":"13800138000","more":1}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q9","phone":"13800138000"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q2","phone":"9"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":"110"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":"\\u0000"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":"13800138000","code":"x"}',
        b'{"id":"aaaaaaaaaaaaaaaaaaaaaa","id":"aaaaaaaaaaaaaaaaaaaaaa","question":"Q1","phone":"1"}',
    ],
)
def test_what_makes_no_sense_is_refused_and_sends_nothing(
    client: Any, made: Distribution, db: Any, body: bytes
) -> None:
    reply = client.post(f"/s/{made.code}/codes", data=body, content_type="application/json")
    assert 400 <= reply.status_code < 500
    assert reply.is_json
    db.session.rollback()
    assert not db.session.scalars(select(Code)).all()


def test_an_unknown_door_sends_nothing(client: Any, made: Distribution) -> None:
    assert client.post("/s/NOWHERE/codes", json={}).status_code == 404
    assert client.post("/i/nobody/codes", json={}).status_code == 404


def test_somebody_invited_verifies_through_the_personal_link(
    client: Any, made: Distribution, cast: SimpleNamespace, db: Any
) -> None:
    contacts.add(cast.manager, "王女士,13812345678")
    invitations.invite(cast.manager, made, None)
    link = re.search(r"/i/(\w+)", invitations.table(cast.manager, made))
    assert link
    body = {"id": "b" * 22, "question": "Q1", "phone": PHONE}
    assert client.post(f"/i/{link[1]}/codes", json=body).status_code == 200
    assert client.post(f"/i/{link[1]}/codes", json={**body, "code": digits(made, db)}).status_code == 200
    saved = {"id": "b" * 22, "revision": 1, "page": "p1", "answers": {"Q1": STORED}}
    assert client.post(f"/i/{link[1]}/answers", json=saved).status_code == 200


def form(page: str) -> dict[str, str]:
    """What the page would send, besides buttons."""
    tags = re.findall(r"<input[^>]*>", page)
    pairs = ((re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags)
    return {name[1]: html.unescape(value[1]) for name, value in pairs if name and value}


def test_without_scripts_a_button_sends_the_code_and_the_page_stays(
    client: Any, made: Distribution, db: Any
) -> None:
    address = f"/s/{made.code}?lang=zh_CN"
    page = client.get(address).text
    assert 'name="Q1.send"' in page
    given = {**form(page), "Q1": PHONE}
    unproved = client.post(address, data={**given, "_go": "next"})
    assert unproved.status_code == 422
    assert "请先完成验证。" in unproved.text
    sent = client.post(address, data={**given, "Q1.send": "1"})
    assert sent.status_code == 200
    assert "已发送" in sent.text
    assert f'value="{PHONE}"' in sent.text
    soon = client.post(address, data={**form(sent.text), "Q1.send": "1"})
    assert "秒后再试" in soon.text
    wrong = client.post(address, data={**form(sent.text), "Q1.code": "1", "_go": "next"})
    assert "验证码不正确" in wrong.text
    right = client.post(address, data={**form(sent.text), "Q1.code": digits(made, db), "_go": "next"})
    assert right.status_code == 200
    assert "推荐吗" in right.text
    done = client.post(address, data={**form(right.text), "Q2": "9", "_go": "next"})
    assert "谢谢您的反馈" in done.text
    db.session.rollback()
    assert db.session.scalars(select(Response.answers)).all() == [{"Q1": STORED, "Q2": 9}]


def test_the_button_without_a_number_says_what_is_missing(client: Any, made: Distribution, db: Any) -> None:
    address = f"/s/{made.code}?lang=zh_CN"
    page = client.post(address, data={**form(client.get(address).text), "Q1": "", "Q1.send": "1"})
    assert "请先填写手机号" in page.text
    wrong = client.post(address, data={**form(page.text), "Q1": "110", "Q1.send": "1"})
    assert "11 位" in wrong.text
    assert not db.session.scalars(select(Code)).all()


def test_the_console_shows_what_the_test_channel_would_send(
    client: Any, signed_in: Any, made: Distribution, db: Any
) -> None:
    ask(client, made)
    address = f"/surveys/{made.survey.code}/distributions/{made.code}"
    page = signed_in("manager").get(address).text
    assert digits(made, db) in page
    assert "138****8000" in page
    ask(client, made, code=digits(made, db))
    save(client, made)
    shown = signed_in("manager").get(f"/surveys/{made.survey.code}/responses/{'a' * 22}").text
    assert "已验证" in shown


def test_a_survey_that_verifies_nothing_asks_the_database_nothing(
    client: Any, cast: SimpleNamespace, db: Any
) -> None:
    survey = factories.published(cast.east, asking(verify=False))
    db.session.commit()
    open_ = distributions.create(cast.manager, survey.code, "h5")
    page = client.get(f"/s/{open_.code}").text
    assert "Q1.send" not in page
    assert save(client, open_).status_code == 200
