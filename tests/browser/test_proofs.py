"""A phone number verified on the page, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from survey_app.models import Distribution, Response
from survey_app.services import distributions
from tests import factories
from tests.services.test_codes import PHONE, STORED, asking, digits, wrong

Visit = Callable[..., Page]


@pytest.fixture
def made(cast: SimpleNamespace, db: Any) -> Distribution:
    survey = factories.published(cast.east, asking())
    db.session.commit()
    return distributions.create(cast.manager, survey.code, "h5")


def finish(page: Page, db: Any) -> None:
    page.get_by_label("9", exact=True).check(force=True)
    page.get_by_role("button", name="提交").or_(page.get_by_role("button", name="下一题")).first.click()
    expect(page.get_by_role("heading", name="谢谢您的反馈")).to_be_visible()
    db.session.rollback()
    assert db.session.scalars(select(Response.answers)).all() == [{"Q1": STORED, "Q2": 9}]


def test_a_number_is_verified_on_the_spot(visit: Visit, made: Distribution, db: Any) -> None:
    page = visit(f"/s/{made.code}?lang=zh_CN")
    page.get_by_role("textbox").first.fill(PHONE)
    page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("请先完成验证。")).to_be_visible()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("已发送，请填写短信中的验证码。")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^\d+ 秒后可重发$"))).to_be_disabled()
    right = digits(made, db)
    page.get_by_label("短信验证码").fill(wrong(right))
    expect(page.get_by_text("验证码不正确，请核对。")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_label("短信验证码").fill(right)
    expect(page.get_by_text("手机号已验证。")).to_be_visible()
    expect(page.get_by_label("短信验证码")).to_be_hidden()
    page.get_by_role("button", name="下一题").click()
    finish(page, db)


def test_another_number_must_be_verified_again(visit: Visit, made: Distribution, db: Any) -> None:
    page = visit(f"/s/{made.code}?lang=zh_CN")
    number = page.get_by_role("textbox").first
    number.fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("已发送")).to_be_visible()
    page.get_by_label("短信验证码").fill(digits(made, db))
    expect(page.get_by_text("手机号已验证。")).to_be_visible()
    number.fill("13900139000")
    expect(page.get_by_label("短信验证码")).to_be_visible()
    number.fill(PHONE)
    expect(page.get_by_text("手机号已验证。")).to_be_visible()


def test_it_works_without_scripts(visit: Visit, made: Distribution, db: Any) -> None:
    page = visit(f"/s/{made.code}?lang=zh_CN", java_script_enabled=False)
    page.get_by_role("textbox").first.fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("已发送，请填写短信中的验证码。")).to_be_visible()
    page.get_by_label("短信验证码").fill(digits(made, db))
    page.get_by_role("button", name="下一题").click()
    page.get_by_label("9", exact=True).check(force=True)
    page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("谢谢您的反馈")).to_be_visible()
