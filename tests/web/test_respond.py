"""The respondents' doors over HTTP: every status they answer with, and the questionnaire without scripts."""

from __future__ import annotations

import copy
import gzip
import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app.app import create_app
from survey_app.extensions import limiter
from survey_app.models import Response
from survey_app.models import writer as disk
from survey_app.models.base import now
from tests import factories
from tests.conftest import Client, close, settings

OPTIONS = [
    {"id": "open", "label": "开户"},
    {"id": "loan", "label": "贷款", "show": {"field": "city", "is": "上海"}},
    {"id": "card", "label": "<b>办卡</b>"},
]

STEPS: dict[str, Any] = {
    "format": 1,
    "title": "回访 <script>",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai", "redirect_hosts": ["example.com"]},
    "fields": [{"code": "city", "type": "text", "from": "url"}],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "Q1", "type": "nps", "title": "推荐吗？", "required": True, "settings": {}},
                {
                    "code": "Q2",
                    "type": "long_text",
                    "title": "您给了 {Q1} 分，为什么？",
                    "show": {"question": "Q1", "is": "detractor"},
                    "settings": {},
                },
            ],
        },
        {
            "code": "p2",
            "questions": [
                {
                    "code": "Q3",
                    "type": "single_choice",
                    "title": "什么业务？",
                    "required": True,
                    "settings": {"options": OPTIONS, "other": True},
                },
                {
                    "code": "Q4",
                    "type": "number",
                    "title": "等了几分钟？",
                    "settings": {"max": 180},
                    "validate": [
                        {"when": {"question": "Q4", "more": 60}, "message": "真的这么久吗？", "soft": True}
                    ],
                },
            ],
        },
    ],
    "endings": [
        {
            "code": "thanks",
            "title": "谢谢，{Q1} 分",
            "button": "去官网",
            "url": "https://example.com/?a=1&b=2",
        }
    ],
    "translations": {"en": {"title": "A visit", "Q1.title": "Recommend?", "thanks.title": "Thanks for {Q1}"}},
}


@pytest.fixture
def door(cast: SimpleNamespace, db: Any) -> Callable[..., Any]:
    """``door(document, **columns)`` publishes a survey and returns its distribution."""

    def publish(document: dict[str, Any] = STEPS, **columns: Any) -> Any:
        made = factories.distribution(factories.published(cast.east, document), **columns)
        db.session.commit()
        return made

    return publish


def body(**more: Any) -> dict[str, Any]:
    """A complete answer to the factories' survey."""
    given = {"id": factories.public_id(), "revision": 1, "answers": {"Q1": 9, "Q3": "open"}, "complete": True}
    return {**given, **more}


def one(db: Any) -> Response:
    db.session.rollback()
    found: Response = db.session.query(Response).one()
    return found


# What is answered where there is no questionnaire


def test_an_unknown_link_is_a_friendly_404(client: Client, db: Any) -> None:
    for address in ("/s/NOTHING", "/s/%00", "/i/nothing", "/s/" + "A" * 500):
        reply = client.get(address)
        assert reply.status_code == 404
        assert "这里没有问卷" in reply.text
        assert client.post(f"{address}/answers", json=body()).status_code == 404
        assert client.post(address, data={"Q1": "9"}).status_code == 404


@pytest.mark.parametrize(
    ("settings", "title", "day"),
    [
        ({"opens": "2999-01-02T09:30"}, "This survey is not open yet", "2999-01-02 09:30"),
        ({"closes": "2020-05-06"}, "This survey is closed", "2020-05-06"),
    ],
)
def test_a_survey_that_is_not_open_says_when_and_what_to_do(
    client: Client, door: Any, settings: Any, title: str, day: str
) -> None:
    code = door({**STEPS, "settings": {**STEPS["settings"], **settings}}).code
    english = client.get(f"/s/{code}", headers={"Accept-Language": "en"})
    assert (english.status_code, title in english.text, day in english.text) == (410, True, True)
    assert "Please come back then" in english.text or "please contact us directly" in english.text
    assert day in client.get(f"/s/{code}").text
    assert client.post(f"/s/{code}/answers", json=body()).status_code == 410


def test_a_closed_link_says_so_to_people_and_to_scripts(client: Client, door: Any) -> None:
    code = door(status="closed").code
    reply = client.get(f"/s/{code}")
    assert (reply.status_code, "问卷已结束" in reply.text) == (410, True)
    reply = client.post(f"/s/{code}/answers", json=body())
    assert (reply.status_code, reply.is_json, bool(reply.json["error"])) == (410, True, True)
    assert client.post(f"/s/{code}", data={"_page": "p1", "_seen": "Q1", "Q1": "9"}).status_code == 410


@pytest.mark.parametrize(("opens", "closes", "said"), [(1, None, "问卷还未开始"), (None, -1, "问卷已结束")])
def test_opening_hours_are_explained(
    client: Client, door: Any, opens: int | None, closes: int | None, said: str
) -> None:
    def moment(hours: int | None) -> str | None:
        return hours and (now() + timedelta(hours=hours)).isoformat()

    settings = {**STEPS["settings"], "opens": moment(opens), "closes": moment(closes)}
    reply = client.get(f"/s/{door({**STEPS, 'settings': settings}).code}")
    assert (reply.status_code, said in reply.text) == (410, True)


def test_a_revoked_place_and_an_expired_invitation_say_what_to_do(
    client: Client, door: Any, cast: SimpleNamespace, db: Any
) -> None:
    distribution = door()
    place = factories.place(distribution, cast.pudong)
    place.revoked_at = now()
    factories.invitation(distribution, factories.contact(cast.east), token="t" * 22, state="expired")
    db.session.commit()
    assert "此二维码已停用" in client.get(f"/s/{place.code}").text
    reply = client.get(f"/i/{'t' * 22}")
    assert (reply.status_code, "邀请已失效" in reply.text) == (410, True)


def test_too_much_and_too_strange_are_refused_in_json(client: Client, door: Any) -> None:
    address = f"/s/{door().code}/answers"
    for content, status in (
        (b"x" * 1_100_000, 413),
        (b"{", 400),
        (b"[]", 422),
        (b'{"id": "short", "revision": 1}', 422),
        (b'{"id": "' + b"a" * 22 + b'", "revision": 1, "admin": true}', 422),
        (b'{"id": 1, "id": 2}', 400),
    ):
        reply = client.post(address, data=content, content_type="text/plain")
        assert (reply.status_code, reply.is_json) == (status, True)


def test_wrong_answers_are_explained_by_question_in_the_respondents_language(
    client: Client, door: Any, db: Any
) -> None:
    address = f"/s/{door().code}/answers"
    wrong = body(answers={"Q1": 11, "Q3": "nowhere"}, locale="zh_CN")
    reply = client.post(address, json=wrong)
    assert (reply.status_code, set(reply.json["errors"])) == (422, {"Q1", "Q3"})
    assert re.search("[一-鿿]", reply.json["errors"]["Q1"])
    reply = client.post(address, json={**wrong, "locale": "en"})
    assert reply.json["errors"]["Q1"].isascii()
    reply = client.post(address, json=body(answers={"Q1": 9}))
    assert (reply.status_code, set(reply.json["errors"])) == (422, {"Q3"})
    assert db.session.query(Response).count() == 0


def test_the_same_save_again_gives_the_same_reply_and_another_one_409(
    client: Client, door: Any, db: Any
) -> None:
    address, sent = f"/s/{door().code}/answers", body()
    first, again = client.post(address, json=sent), client.post(address, json=sent)
    assert (first.status_code, first.json) == (200, again.json)
    assert first.json["state"] == "completed"
    other = client.post(address, json={**sent, "answers": {"Q1": 3, "Q3": "open"}})
    assert other.status_code == 409
    assert other.json["receipt"] == first.json["receipt"]
    assert one(db).answers == {"Q1": 9, "Q3": "open"}


def test_controls_and_values_store_the_same(client: Client, door: Any, db: Any) -> None:
    sent = body(answers={}, raw={"Q1": {"": ["２"]}, "Q3": {"": ["other"], "other": [" 自助机 "]}})
    assert client.post(f"/s/{door().code}/answers", json=sent).status_code == 200
    assert one(db).answers == {"Q1": 2, "Q3": {"v": "other", "other": {"other": "自助机"}}}


@pytest.fixture
def limited(app: Flask, door: Any, tmp_path: Path, database_url: str) -> Iterator[tuple[Client, str]]:
    """A browser of an application that counts requests, and the address of a survey."""
    code = door().code
    counting = create_app(settings(tmp_path / "data", database_url), TESTING=True, RATELIMIT_ENABLED=True)
    counting.test_client_class = Client
    yield counting.test_client(), f"/s/{code}"  # type: ignore[misc]
    close(counting)
    limiter.enabled = False


def test_a_phone_gone_wild_is_slowed_down(limited: tuple[Client, str], monkeypatch: Any) -> None:
    monkeypatch.setattr("survey_app.web.pace.MOST", 3)
    client, address = limited
    sent = body(answers={"Q1": 9}, complete=False)
    statuses = [client.post(f"{address}/answers", json=sent).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    reply = client.post(f"{address}/answers", json=sent)
    assert (reply.is_json, 0 < int(reply.headers["Retry-After"]) <= 60) == (True, True)
    assert client.post(f"{address}/answers", json=body()).status_code == 200


def test_a_distant_address_cannot_try_codes_for_ever(limited: tuple[Client, str]) -> None:
    client, address = limited
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert {client.get("/s/NOTHING", environ_base=far).status_code for _ in range(1200)} == {404}
    reply = client.get(address, environ_base=far)
    assert (reply.status_code, int(reply.headers["Retry-After"]) > 0) == (429, True)
    assert "请稍等" in reply.text
    assert client.get(address).status_code == 200


def test_a_full_disk_is_507_and_nothing_is_lost_on_the_phone(
    client: Client, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise disk.Full("no room")

    code = door().code
    client.get(f"/s/{code}")
    monkeypatch.setattr("survey_app.services.storage.writer.write", refuse)
    reply = client.post(f"/s/{code}/answers", json=body())
    assert (reply.status_code, reply.is_json) == (507, True)
    assert int(reply.headers["Retry-After"]) > 0
    reply = client.post(f"/s/{code}", data={"_page": "p1", "_seen": "Q1", "Q1": "9"})
    assert (reply.status_code, "请稍等" in reply.text) == (507, True)


# The page


def test_a_printed_code_works_in_any_letter_case_and_counts_scans(
    client: Client, door: Any, cast: SimpleNamespace, db: Any
) -> None:
    from survey_app.services import scans

    place = factories.place(door(), cast.pudong, {"city": "上海"})
    db.session.commit()
    for address in (f"/s/{place.code}", f"/S/{place.code}", f"/S/{place.code.lower()}"):
        assert client.get(address).status_code == 200
    assert client.post(f"/S/{place.code.lower()}/answers", json=body()).status_code == 200
    scans.flush()
    db.session.rollback()
    db.session.refresh(place)
    assert place.scans == 3
    assert one(db).place_id == place.id


def test_the_first_opening_of_a_personal_link_is_noted(
    client: Client, door: Any, cast: SimpleNamespace, db: Any
) -> None:
    invitation = factories.invitation(door(), factories.contact(cast.east), token="t" * 22)
    db.session.commit()
    client.head(f"/i/{'t' * 22}")
    db.session.refresh(invitation)
    assert (invitation.state, invitation.opened_at) == ("sent", None)
    client.get(f"/i/{'t' * 22}")
    db.session.rollback()
    first = invitation.opened_at
    assert (invitation.state, first is not None) == ("opened", True)
    assert client.post(f"/i/{'t' * 22}/answers", json=body()).status_code == 200
    client.get(f"/i/{'t' * 22}")
    db.session.rollback()
    assert (invitation.state, invitation.opened_at) == ("completed", first)


def test_nothing_of_the_author_or_the_address_becomes_markup(client: Client, door: Any) -> None:
    hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    page = client.get(f"/s/{door().code}?city={hostile}&Q2={hostile}&lang={hostile}&id={hostile}").text
    assert "<script>alert" not in page
    assert "<b>办卡" not in page
    assert "回访 <script>" not in page
    assert page.count("<script") == 4  # ours, and three blocks of data
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_the_page_is_never_kept_and_never_framed_unless_asked(client: Client, door: Any) -> None:
    code = door().code
    reply, embedded = client.get(f"/s/{code}"), client.get(f"/s/{code}?embed=1")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "script-src 'self'" in embedded.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in reply.headers


def test_the_language_follows_the_link_then_the_browser(client: Client, door: Any) -> None:
    address = f"/s/{door().code}"
    assert '<html lang="zh-CN">' in client.get(address).text
    english = client.get(address, headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en">' in english
    assert "Recommend?" in english
    assert "Next" in english
    pinned = client.get(f"{address}?lang=zh_CN", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in pinned


def test_only_web_addresses_of_the_document_are_followed(client: Client, door: Any) -> None:
    page = client.get(f"/s/{door().code}?url=https://evil.example&go=https://evil.example").text
    assert 'data-go href="https://example.com/?a=1&amp;b=2"' in page
    assert 'href="https://evil' not in page
    crooked = copy.deepcopy(STEPS)
    for address in ("javascript:alert(1)", "https://evil.example/", "https://example.com@evil.example/"):
        crooked["endings"][0]["url"] = address
        assert "data-go" not in client.get(f"/s/{door(crooked).code}").text


def test_answers_in_the_address_an_ending_leads_to_are_encoded(client: Client, door: Any) -> None:
    document = copy.deepcopy(STEPS)
    document["endings"][0]["url"] = "https://example.com/?why={Q2|none}&score={Q1}"
    address = f"/s/{door(document).code}"
    assert 'href="https://example.com/?why=none&amp;score="' in client.get(address).text
    answers = {"Q1": 2, "Q2": "慢 & 贵/?#", "Q3": "open"}
    client.post(f"{address}/answers", json=body(id="a" * 22, answers=answers))
    page = client.get(f"{address}?id={'a' * 22}").text
    assert "why=%E6%85%A2%20%26%20%E8%B4%B5%2F%3F%23&amp;score=2" in page


THEME = {
    "accent": "#ffd400",
    "background": "#002b5c",
    "logo": f"{'L' * 22}.webp",
    "picture": f"{'P' * 22}.webp",
}


def test_a_theme_comes_as_one_style_sheet_that_may_be_kept(client: Client, door: Any) -> None:
    document = copy.deepcopy(STEPS)
    document["settings"]["theme"] = THEME
    page = client.get(f"/s/{door(document).code}").text
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    assert f'<img class="logo" src="/media/{"L" * 22}.webp" alt="">' in page
    assert 'content="#002b5c" media="(prefers-color-scheme: light)"' in page
    assert "style=" not in page
    reply = client.get(address)
    assert (reply.status_code, reply.mimetype) == (200, "text/css")
    assert "immutable" in reply.headers["Cache-Control"]
    assert "--ground: #002b5c;" in reply.text
    assert ".progress" in reply.text
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == reply.data


def test_the_script_for_calculations_comes_only_where_something_is_calculated(
    client: Client, door: Any
) -> None:
    assert "calculate.js" not in client.get(f"/s/{door().code}").text
    document = {**STEPS, "variables": [{"code": "double", "value": {"multiply": [{"question": "Q1"}, 2]}}]}
    assert "calculate.js" in client.get(f"/s/{door(document).code}").text


def test_no_other_style_sheet_can_be_asked_for(client: Client, db: Any) -> None:
    for name in ("0", "0.0", "red.0.0", "0.0.x", "000000.0.0.0", "0.0.}body{", "0.0." + "a" * 23):
        assert client.get(f"/theme/{name}.css").status_code == 404


def test_what_the_script_needs_of_a_contact_is_all_it_is_told(
    client: Client, door: Any, cast: SimpleNamespace, db: Any
) -> None:
    distribution = door()
    context = {"city": "上海", "phone": "13800138000"}
    factories.invitation(distribution, factories.contact(cast.east), token="t" * 22, context=context)
    db.session.commit()
    page = client.get(f"/i/{'t' * 22}").text
    assert "13800138000" not in page
    told = json.loads(re.search(r'id="door">(.*?)</script>', page)[1])
    assert told["fields"] == {"city": "上海"}


# Without scripts


class Form:
    """A browser without scripts: what is on the page, and what pressing a button posts."""

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.address = address
        self.reply = client.get(address)

    @property
    def text(self) -> str:
        return re.sub(r"<template.*?</template>", "", self.reply.text, flags=re.S)

    def hidden(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', self.text):
            found.setdefault(name, []).append(html.unescape(value))
        return found

    def post(self, go: str = "next", **answers: Any) -> int:
        self.reply = self.client.post(self.address, data={**self.hidden(), "_go": go, **answers})
        return int(self.reply.status_code)

    def shows(self, *codes: str) -> bool:
        return re.findall(r'data-code="(\w+)"', self.text) == list(codes)


def test_two_ways_of_writing_are_told_apart_by_name(client: Client, door: Any) -> None:
    titles = {"zh_TW": {"title": "一次到訪"}, "en": {"title": "A visit"}}
    page = client.get(f"/s/{door({**STEPS, 'translations': titles}).code}").text
    assert all(f">{name}</" in page for name in ("简体中文", "繁體中文", "English"))


@pytest.fixture
def form(client: Client, door: Any) -> Callable[..., Form]:
    return lambda query="", document=STEPS: Form(client, f"/s/{door(document).code}{query}")


def test_without_scripts_each_page_is_a_step(form: Any, db: Any) -> None:
    page = form("?city=%E4%B8%8A%E6%B5%B7")
    assert page.shows("Q1")
    assert page.post(Q1="3") == 200
    assert page.shows("Q1", "Q2")  # the page asks on before it is left
    assert "您给了 <span" in page.text
    assert ">3</span> 分，为什么" in page.text
    assert page.post(Q1="3", Q2="太慢") == 200
    assert page.shows("Q3", "Q4")
    assert "贷款" in page.text
    assert page.post(Q3="loan", Q4="10") == 200
    assert "谢谢，<span" in page.text
    assert 'href="https://example.com/?a=1&amp;b=2"' in page.text
    response = one(db)
    assert (response.state, response.fields) == ("completed", {"city": "上海"})
    assert response.answers == {"Q1": 3, "Q2": "太慢", "Q3": "loan", "Q4": 10}


def test_without_scripts_options_that_are_not_for_everybody_are_not_drawn(form: Any) -> None:
    page = form()
    page.post(Q1="9")
    assert page.shows("Q3", "Q4")
    assert "贷款" not in page.text


def test_without_scripts_errors_stand_beside_their_questions(form: Any, db: Any) -> None:
    page = form()
    assert page.post() == 422
    assert re.search(r'id="Q1-error" role="alert">请回答', page.text)
    page.post(Q1="9")
    assert page.post(Q3="card", Q4="many") == 422
    assert re.search(r'id="Q4-error" role="alert">[^<]+<', page.text)
    assert re.search(r'value="card"[^>]* checked', page.text)
    assert 'value="many"' in page.text
    assert one(db).state == "started"


def test_without_scripts_a_doubt_is_raised_once(form: Any, db: Any) -> None:
    page = form()
    page.post(Q1="9")
    assert page.post(Q3="card", Q4="90") == 200
    assert "真的这么久吗" in page.text
    assert page.post(Q3="card", Q4="90") == 200
    assert one(db).state == "completed"


def test_without_scripts_back_keeps_both_pages(form: Any, db: Any) -> None:
    page = form()
    page.post(Q1="9")
    assert page.post(go="back", Q3="card", Q4="5") == 200
    assert page.shows("Q1")
    assert re.search(r'value="9"[^>]* checked', page.text)
    page.post(Q1="8")
    assert re.search(r'value="card"[^>]* checked', page.text)
    page.post(Q3="card", Q4="5")
    assert one(db).answers == {"Q1": 8, "Q3": "card", "Q4": 5}


def test_without_scripts_going_back_may_change_the_path(form: Any, db: Any) -> None:
    page = form()
    page.post(Q1="9")
    page.post(go="back")
    page.post(Q1="2")
    assert page.shows("Q1", "Q2")
    page.post(Q1="2", Q2="慢")
    page.post(Q3="card")
    assert one(db).answers == {"Q1": 2, "Q2": "慢", "Q3": "card"}


def test_without_scripts_the_language_changes_on_the_same_page(form: Any) -> None:
    page = form()
    page.reply = page.client.post(page.address, data={**page.hidden(), "_lang": "en", "Q1": "4"})
    assert "Recommend?" in page.text
    assert re.search(r'value="4"[^>]* checked', page.text)
    page.post(Q1="9")
    page.post(Q3="card")
    assert "Thanks for <span" in page.text


def test_without_scripts_a_page_posted_twice_is_stored_once(form: Any, db: Any) -> None:
    page = form()
    page.post(Q1="9")
    last = {**page.hidden(), "_go": "next", "Q3": "card"}
    for _ in range(2):
        reply = page.client.post(page.address, data=last)
        assert (reply.status_code, "谢谢" in reply.text) == (200, True)
    assert one(db).state == "completed"


def test_without_scripts_an_invitation_goes_on_where_it_was(
    client: Client, door: Any, cast: SimpleNamespace, db: Any
) -> None:
    factories.invitation(door(channel="sms"), factories.contact(cast.east), token="t" * 22)
    db.session.commit()
    Form(client, f"/i/{'t' * 22}").post(Q1="9")
    page = Form(client, f"/i/{'t' * 22}")
    assert page.shows("Q3", "Q4")
    page.post(Q3="card")
    again = client.get(f"/i/{'t' * 22}")
    assert (again.status_code, "谢谢" in again.text) == (200, True)
    assert one(db).answers == {"Q1": 9, "Q3": "card"}


def test_a_full_quota_leads_past_its_page_without_scripts_too(form: Any, db: Any) -> None:
    document = copy.deepcopy(STEPS)
    document["endings"].append({"code": "full", "kind": "over_quota", "title": "名额已满"})
    document["quotas"] = [
        {"code": "nine", "when": {"question": "Q1", "is": 9}, "limit": 1, "then": {"go": "full"}}
    ]
    page = form(document=document)
    assert page.client.post(f"{page.address}/answers", json=body()).json["state"] == "completed"
    assert '"full": ["nine"]' in page.client.get(page.address).text
    assert page.post(Q1="9") == 200
    assert "名额已满" in page.text
    db.session.rollback()
    states = [row.state for row in db.session.query(Response).order_by(Response.id)]
    assert states == ["completed", "over_quota"]


def test_a_place_in_a_quota_is_kept_without_scripts_too(form: Any, db: Any) -> None:
    document = copy.deepcopy(STEPS)
    document["endings"].append({"code": "full", "kind": "over_quota", "title": "名额已满"})
    document["quotas"] = [
        {"code": "nine", "when": {"question": "Q1", "is": 9}, "limit": 1, "then": {"go": "full"}}
    ]
    page = form(document=document)
    page.post(Q1="9")
    assert page.shows("Q3", "Q4")
    assert '"full": ["nine"]' in page.client.get(page.address).text
    assert page.client.post(f"{page.address}/answers", json=body()).json["state"] == "over_quota"
    assert page.post(Q3="card", Q4="10") == 200
    assert "名额已满" not in page.text
    db.session.rollback()
    states = [row.state for row in db.session.query(Response).order_by(Response.id)]
    assert states == ["completed", "over_quota"]


@pytest.fixture
def strange() -> dict[str, str]:
    """A form no page of ours sends."""
    return {"_id": "../../etc", "_page": "nowhere", "_version": "99", "_seen": "Q99", "_go": "sideways"}


def test_a_form_that_makes_no_sense_starts_at_the_beginning(
    client: Client, door: Any, strange: dict[str, str], db: Any
) -> None:
    reply = client.post(f"/s/{door().code}", data={**strange, "Q1": "9", "Q99": "x", "": "y"})
    assert reply.status_code in (200, 422)
    assert 'data-code="Q1"' in reply.text
