"""Signing in and out, language, name and password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from survey_app.models import User
from survey_app.web.account import _own
from tests.conftest import Client
from tests.factories import PASSWORD

CHINESE = {"Accept-Language": "zh-CN"}


def sign_in(client: Client, login: str = "manager", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login", data={"login": login, "password": password, **more}, headers=CHINESE)


def test_the_start_page_leads_to_the_door_then_to_the_surveys(client: Client, cast: Any) -> None:
    assert client.get("/").location == "/login"
    assert sign_in(client).location == "/surveys"
    assert client.get("/").location == "/surveys"


def test_a_wrong_password_and_an_unknown_login_read_the_same(client: Client, cast: Any) -> None:
    wrong, unknown = sign_in(client, password="wrong"), sign_in(client, login="nobody")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    for reply in (wrong, unknown):
        assert "登录名或密码不正确" in reply.text
    assert "wrong" not in wrong.text


def test_a_blocked_user_cannot_sign_in(client: Client, cast: Any, db: Any) -> None:
    cast.manager.active = False
    db.session.commit()
    assert sign_in(client).status_code == 422


def test_signing_in_goes_on_to_the_page_asked_for(client: Client, cast: Any) -> None:
    asked = client.get("/account", headers={"Accept": "text/html"})
    assert asked.location == "/login?next=/account"
    assert sign_in(client, next="/account").location == "/account"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client: Client, cast: Any, address: str) -> None:
    assert _own(address) == ""
    assert sign_in(client, next=address).location == "/surveys"


def test_signing_out_ends_the_session(client: Client, cast: Any) -> None:
    sign_in(client)
    assert client.post("/logout").location == "/login"
    assert client.get("/account", headers={"Accept": "text/html"}).status_code == 302


def test_signing_out_needs_a_form_of_ours(app: Flask, signed_in: Callable[[str], Client]) -> None:
    browser = signed_in("manager")
    assert browser.get("/logout").status_code == 405


def test_the_page_speaks_chinese_unless_told_otherwise(client: Client) -> None:
    assert "<h1>登录</h1>" in client.get("/login").text
    assert "<h1>登录</h1>" in client.get("/login", headers=CHINESE).text
    assert "<h1>Sign in</h1>" in client.get("/login", headers={"Accept-Language": "en-GB"}).text


def test_a_visitor_chooses_the_language_for_the_browser(client: Client) -> None:
    reply = client.post("/language", data={"locale": "en", "next": "/login?next=/surveys"}, headers=CHINESE)
    assert reply.location == "/login?next=/surveys"
    page = client.get("/login", headers=CHINESE)
    assert '<html lang="en"' in page.text
    assert "<h1>Sign in</h1>" in page.text


def test_a_user_chooses_the_language_for_the_account(
    signed_in: Callable[[str], Client], db: Any, cast: Any
) -> None:
    browser = signed_in("manager")
    browser.post("/language", data={"locale": "en"})
    db.session.rollback()
    assert db.session.get(User, cast.manager.id).locale == "en"
    assert "My account" in signed_in("manager").get("/account", headers=CHINESE).text


def test_an_address_that_is_not_there_is_told_in_the_users_language(
    signed_in: Callable[[str], Client], db: Any, cast: Any
) -> None:
    browser = signed_in("manager")
    browser.post("/account", data={"name": "王", "locale": "en"})
    reply = browser.get("/nowhere", headers={**CHINESE, "Accept": "text/html"})
    assert reply.status_code == 404
    assert "Not found" in reply.text
    assert "Contacts" in reply.text


def test_an_unknown_language_is_ignored(client: Client) -> None:
    assert "lang=" not in client.post("/language", data={"locale": "xx"}).headers.get("Set-Cookie", "")


def test_name_and_language_are_kept(signed_in: Callable[[str], Client], db: Any, cast: Any) -> None:
    browser = signed_in("viewer")
    assert browser.post("/account", data={"name": " 王 ", "locale": "zh_CN"}).location == "/account"
    db.session.rollback()
    assert (cast.viewer.name, cast.viewer.locale) == ("王", "zh_CN")
    assert "已保存" in browser.get("/account").text


def test_role_and_unit_cannot_be_sent_along(signed_in: Callable[[str], Client], db: Any, cast: Any) -> None:
    signed_in("viewer").post("/account", data={"name": "v", "locale": "", "role": "owner", "unit_id": "1"})
    db.session.rollback()
    assert (cast.viewer.role, cast.viewer.unit_id) == ("viewer", cast.east.id)


def change(browser: Client, old: str, new: str, again: str | None = None) -> Any:
    return browser.post(
        "/account/password", data={"old": old, "new": new, "again": new if again is None else again}
    )


def test_a_new_password_ends_all_other_sessions(
    signed_in: Callable[[str], Client], client: Client, cast: Any
) -> None:
    here, elsewhere = signed_in("manager"), signed_in("manager")
    assert change(here, PASSWORD, "another good one").status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 401
    assert sign_in(client).status_code == 422
    assert sign_in(client, password="another good one").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not it", "long enough", "long enough", "当前密码不正确"),
        (PASSWORD, "short", "short", "至少 8 个字符"),
        (PASSWORD, "long enough", "long enouhg", "两次输入的新密码不一致"),
        ("", "long enough", "long enough", "请输入当前密码"),
    ],
)
def test_a_password_change_that_is_not_right_says_why(
    signed_in: Callable[[str], Client], old: str, new: str, again: str, said: str
) -> None:
    browser = signed_in("manager")
    reply = change(browser, old, new, again)
    assert reply.status_code == 422
    assert said in reply.text
    assert browser.get("/account").status_code == 200
