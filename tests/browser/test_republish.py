"""A running survey is broken, understood, mended and published again, while somebody is answering."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Locator, Page, expect

from survey_app import models
from survey_app.services import surveys
from tests import factories
from tests.browser.test_designer import card, design, desk, saved
from tests.browser.test_phone import onward, step, title

__all__ = ["desk"]


def choose(row: Locator, subject: str, value: str) -> None:
    """Fills one line of a condition: about which question, and what it must be."""
    subjects = row.locator(".cond-subject")
    place = subjects.locator("option").filter(has_text=subject).first.get_attribute("value")
    subjects.select_option(place)
    row.get_by_label("值", exact=True).select_option(label=value)


def test_a_manager_breaks_mends_and_republishes_while_somebody_is_half_way(
    desk: Callable[..., Page],
    visit: Callable[..., Page],
    cast: SimpleNamespace,
    db: Any,
) -> None:
    survey = surveys.create(cast.manager, "门店体验回访", factories.NPS_DOCUMENT)
    surveys.publish(cast.manager, survey.code)
    link = factories.distribution(survey)
    db.session.commit()
    phone = visit(f"/s/{link.code}")
    step(phone, "Q1", "2")
    title(phone, "您给了 2 分")

    page = design(desk, survey)
    card(page, "Q3").click()
    rules = page.locator("#d-panel [data-key=validate]")
    page.locator("#d-panel summary").filter(has_text="更多").click()
    rules.get_by_role("button", name="添加规则").click()
    choose(rules.locator(".cond-row").first, "Q1", "贬损者")
    rules.get_by_label("给客户的提示").fill("请再想一想。")
    saved(page)

    fault = card(page, "Q3").locator(".findings .error").first
    expect(fault).to_contain_text("Q3")
    page.locator("#publish").click()
    dialog = page.get_by_role("dialog", name="发布")
    expect(dialog.locator("[data-act=publish]")).to_be_disabled()
    dialog.get_by_role("button", name="关闭").click()

    fault.get_by_role("button", name="在预览中").click()
    shown = page.frame_locator("#d-preview iframe")
    expect(shown.locator(".q.on")).to_have_attribute("data-code", "Q3")
    shown.locator('label:has(input[name="Q3"])').first.click()
    shown.locator(".bar .primary").click()
    expect(shown.locator('[data-code="Q3"] .error')).to_have_text("请再想一想。")

    card(page, "Q3").click()
    rules.get_by_role("button", name="条件", exact=True).click()
    choose(rules.locator(".cond-row").nth(1), "Q3", "贷款")
    saved(page)
    expect(card(page, "Q3").locator(".findings .error")).to_have_count(0)
    show = page.locator("#d-panel details").filter(has_text="显示条件").first
    show.get_by_role("button", name="添加条件").click()
    choose(show.locator(".cond-row").first, "Q1", "推荐者")
    saved(page)

    page.locator("#publish").click()
    expect(dialog).to_contain_text("Q3")
    expect(dialog).to_contain_text(re.compile("1 份|1 人"))
    dialog.get_by_role("button", name="发布为第 2 版").click()
    expect(page.get_by_role("link", name="去投放")).to_be_visible()

    phone.fill("textarea", "排队太久")
    onward(phone)
    title(phone, "您办理了哪项业务")
    step(phone, "Q3", "loan")
    onward(phone)
    expect(phone.locator(".ending h2")).to_have_text("谢谢您的反馈")
    db.session.rollback()
    (response,) = db.session.query(models.Response).all()
    assert (response.state, response.answers["Q3"]) == ("completed", "loan")
    assert db.session.get(models.Version, response.version_id).number == 1

    later = visit(f"/s/{link.code}")
    step(later, "Q1", "2")
    title(later, "您给了 2 分")
    later.fill("textarea", "还是排队")
    onward(later)
    expect(later.locator(".ending h2")).to_have_text("谢谢您的反馈")
