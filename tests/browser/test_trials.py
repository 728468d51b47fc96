"""Test responses: given on a phone that says so, marked in the list, thrown away at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from survey_app.models import Survey
from survey_app.services import trials
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.test_designer import Visit, desk  # noqa: F401 - a fixture
from tests.browser.test_examples import shoot

Desk = Callable[..., Page]


@pytest.fixture
def survey(db: Any, cast: Any) -> Survey:
    found = factories.published(cast.east)
    db.session.commit()
    return found


def test_test_responses_are_marked_and_removed(
    desk: Desk,  # noqa: F811
    visit: Visit,
    survey: Survey,
    cast: Any,
) -> None:
    phone = visit(f"/t/{trials.token(cast.manager, survey.code)}")
    expect(phone.locator(".strip")).to_have_text("测试作答：不计入统计，可随时清除")
    shoot(phone, "test_phone")
    phone.locator('label:has(input[name="Q1"][value="9"])').tap()
    phone.locator('label:has(input[name="Q3"][value="open"])').tap()
    phone.locator(".bar .primary").tap()
    expect(phone.get_by_text("谢谢您的反馈")).to_be_visible()
    expect(phone.locator(".strip")).to_be_visible()
    page = desk(f"/surveys/{survey.code}/responses")
    expect(page.locator(".state-test")).to_have_count(1)
    page.get_by_role("button", name="运行示例作答").click()
    expect(page.get_by_text("份测试答卷")).to_be_visible()
    shoot(page, "tests_desk")
    page.set_viewport_size(PHONE)
    shoot(page, "tests_phone")
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    shoot(page, "tests_phone_dark")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="清除全部测试答卷").click()
    expect(page.get_by_text("已清除")).to_be_visible()
    expect(page.locator(".state-test")).to_have_count(0)
