"""The chat of the console in a browser: with its script, and without."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from survey_app.models import Distribution
from survey_app.services import distributions
from tests import factories
from tests.browser.conftest import PHONE


@pytest.fixture
def sandbox(cast: SimpleNamespace, db: Any) -> Distribution:
    survey = factories.published(cast.east)
    db.session.commit()
    return distributions.create(cast.manager, survey.code, "sandbox", {"text": "请评价：{link}"}, name="回访")


def reply(page: Page, text: str) -> None:
    said = page.locator(".mine").count()
    page.get_by_label("您的回复").fill(text)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".mine")).to_have_count(said + 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_survey_is_talked_through_on_a_small_screen(
    visit: Any, sandbox: Distribution, scripts: bool
) -> None:
    address = f"/surveys/{sandbox.survey.code}/distributions/{sandbox.code}"
    page = visit(f"/login?next={address}", viewport=PHONE, java_script_enabled=scripts)
    page.get_by_label("登录名").fill("manager")
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="试用对话作答").click()
    expect(page.get_by_text("请直接回复消息作答")).to_be_visible()
    for text in ("什么？", "九分", "2"):
        reply(page, text)
    expect(page.get_by_text("谢谢您的反馈")).to_be_visible()
    expect(page.get_by_text("已结束")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth") if scripts else PHONE["width"]
    assert wide <= PHONE["width"]
    if scripts:
        assert Axe().run(page).violations_count == 0
