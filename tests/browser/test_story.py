"""The main job from end to end: a manager builds and publishes, a customer scans, a board moves."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_designer import add, card, desk, ready, saved
from tests.browser.test_phone import onward, step, title

__all__ = ["desk"]

Visit = Callable[..., Page]
LOOKS = [(360, 780, "light"), (360, 780, "dark"), (1440, 900, "light"), (1440, 900, "dark")]


def build(page: Page) -> str:
    """A survey of a score, a reason asked of detractors only, and a choice; its code."""
    page.get_by_role("link", name="新建问卷").click()
    page.get_by_label("标题", exact=True).fill("到店体验回访")
    page.get_by_role("button", name="创建并设计").click()
    ready(page)
    add(page, "nps", "您有多大可能推荐我们？")
    add(page, "long_text", "哪里让您不满意？")
    page.locator("#d-panel").get_by_role("button", name="添加条件").click()
    page.get_by_label("值", exact=True).select_option(label="贬损者")
    add(page, "single_choice", "您办理了哪项业务？")
    expect(card(page, "Q2").locator(".rule-note")).to_contain_text("贬损者")
    saved(page)
    page.locator("#publish").click()
    page.get_by_role("dialog", name="发布").get_by_role("button", name="发布为第 1 版").click()
    page.get_by_role("link", name="去投放").click()
    return re.findall(r"/surveys/(\w+)/distributions", page.url)[0]


def printed(page: Page) -> str:
    """A new QR code of the survey; the path it leads to, read from the downloaded picture."""
    page.get_by_role("link", name="二维码").click()
    page.get_by_label("投放名称").fill("台卡")
    page.get_by_role("button", name="创建").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="PNG").click()
    picture = Image.open(io.BytesIO(Path(saving.value.path()).read_bytes()))
    (code,) = zxingcpp.read_barcodes(picture)
    return re.sub(r"^HTTP://LOCALHOST", "", code.text)


def answer(phone: Page, score: str) -> None:
    """One response on a phone; a detractor says why."""
    title(phone, "您有多大可能推荐我们")
    step(phone, "Q1", score)
    if int(score) <= 6:
        title(phone, "哪里让您不满意")
        phone.fill("textarea", "排队排了四十分钟")
        onward(phone)
    title(phone, "您办理了哪项业务")
    phone.locator('label:has(input[name="Q3"])').first.tap()
    if phone.locator(".primary:visible").count():
        onward(phone)
    expect(phone.locator(".ending h2")).to_be_visible()


@pytest.mark.timeout(240)
def test_a_survey_is_built_scanned_answered_and_seen_on_the_board_without_reload(
    desk: Callable[..., Page], visit: Visit, tmp_path: Path, db: Any
) -> None:
    manager = desk()
    code = build(manager)
    path = printed(manager)
    board = desk(f"/surveys/{code}/dashboard", who="viewer")
    board.evaluate("window.sameVisit = true")
    for score in ("10", "9", "3"):
        answer(visit(path), score)
    expect(board.locator("body")).to_contain_text("n=3")
    expect(board.locator("body")).to_contain_text("排队排了四十分钟")
    assert board.evaluate("window.sameVisit") is True
    for width, height, scheme in LOOKS:
        board.set_viewport_size({"width": width, "height": height})
        board.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        picture = board.screenshot(path=tmp_path / f"board-{width}-{scheme}.png", full_page=True)
        assert len(picture) > 10_000
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert board.evaluate(overflow) <= 0
