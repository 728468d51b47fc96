"""What scripts of single question types add to their controls: pictures to tap, sets in turn, comments."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests import factories
from tests.types.cases import entries

NAME = "a" * 22 + ".webp"

Opened = Callable[..., Page]


@pytest.fixture
def opened(cast: SimpleNamespace, db: Any, window: Any, visit: Any) -> Opened:
    """``opened(type, settings)`` shows a survey with this question; every picture is a grey one."""
    grey = io.BytesIO()
    Image.new("RGB", (640, 480), "#888888").save(grey, "WEBP")

    def publish(kind: str, settings: dict[str, Any]) -> Page:
        question = {"code": "Q1", "type": kind, "title": "?", "settings": settings, "required": True}
        after = {"code": "Q2", "type": "short_text", "title": "您选了{Q1}"}
        page = {"code": "p1", "questions": [question, after]}
        endings = [{"code": "end", "title": "谢谢"}]
        document = {"format": 1, "title": "S", "locale": "zh_CN", "pages": [page], "endings": endings}
        distribution = factories.distribution(factories.published(cast.east, document))
        db.session.commit()
        context = window()
        context.route(
            "**/media/*", lambda route: route.fulfill(body=grey.getvalue(), content_type="image/webp")
        )
        shown: Page = visit(f"/s/{distribution.code}", context)
        return shown

    return publish


def test_a_tap_on_the_picture_ticks_the_name_of_the_area(opened: Opened) -> None:
    door = {"id": "door", "label": "入口", "x": 10, "y": 10, "width": 40, "height": 40}
    till = {"id": "till", "label": "收银台", "x": 60, "y": 60, "width": 30, "height": 30}
    none = {"id": "none", "label": "都不是", "exclusive": True}
    page = opened("image_hotspot", {"picture": NAME, "options": [door, till, none]})
    picture, areas = page.locator(".spots img"), page.locator(".area")
    expect(areas).to_have_count(2)
    frame, place = picture.bounding_box(), areas.first.bounding_box()
    assert frame is not None
    assert place is not None
    assert place["x"] - frame["x"] == pytest.approx(0.1 * frame["width"], abs=1)
    assert place["height"] == pytest.approx(0.4 * frame["height"], abs=1)
    areas.first.click()
    areas.last.click()
    expect(page.locator('[value="door"]')).to_be_checked()
    expect(page.locator('[value="till"]')).to_be_checked()
    page.locator("label", has_text="都不是").click()
    expect(page.locator(".area.chosen")).to_have_count(0)
    expect(page.locator('[value="till"]')).not_to_be_checked()


def test_sets_come_one_after_the_other_and_all_are_wanted(opened: Opened) -> None:
    page = opened("maxdiff", {"items": entries("甲", "乙", "丙", "丁"), "size": 3, "times": 3})
    sets = page.locator(".duel")
    expect(sets).to_have_count(4)
    for number in range(3):
        current = sets.nth(number)
        expect(current).to_be_visible()
        expect(page.locator(".duel:visible")).to_have_count(1)
        current.locator(".pick:not(.worst)").first.click()
        current.locator(".pick.worst").first.click()
        expect(current.locator(".pick:not(.worst) input").first).not_to_be_checked()
        current.locator(".pick:not(.worst)").last.click()
    page.locator(".turning button").first.click()
    page.locator(".primary").click()
    expect(page.locator(".error").first).to_have_text("请在每一组中选出最好和最差的一项。")
    expect(sets.nth(3)).to_be_visible()
    sets.nth(3).locator(".pick:not(.worst)").first.click()
    sets.nth(3).locator(".pick.worst").last.click()
    page.locator(".primary").click()
    expect(page.locator("#Q2-label")).to_contain_text("您选了最差：")


def test_a_comment_is_asked_for_beside_its_option(opened: Opened) -> None:
    page = opened("multi_comment", {"options": entries("排队", "价格"), "comments": "required"})
    boxes = page.locator(".noted .box")
    expect(page.locator(".noted .box:visible")).to_have_count(0)
    page.locator("label", has_text="价格").click()
    expect(boxes.last).to_be_visible()
    page.locator(".primary").click()
    expect(page.locator(".error").first).to_have_text("请补充说明。")
    boxes.last.fill("太贵")
    page.locator("label", has_text="价格").click()
    expect(boxes.last).to_be_hidden()
    page.locator("label", has_text="价格").click()
    expect(boxes.last).to_have_value("太贵")
    page.locator(".primary").click()
    expect(page.locator("#Q2-label")).to_contain_text("您选了价格（太贵）")


def test_an_option_that_needs_a_comment_waits_for_it(opened: Opened) -> None:
    options = [{"id": "good", "label": "好"}, {"id": "bad", "label": "差", "comment": True}]
    page = opened("choice_comment", {"options": options})
    page.locator("label", has_text="差").click()
    page.wait_for_timeout(600)
    expect(page.locator('.q[data-code="Q1"]')).to_be_visible()
    page.locator(".primary").click()
    expect(page.locator(".error").first).to_have_text("请补充说明。")
    page.locator(".comment .box").fill("太吵")
    page.locator(".primary").click()
    expect(page.locator("#Q2-label")).to_contain_text("您选了差（太吵）")
    page.locator(".back").click()
    page.locator(".comment .box").fill("")
    page.locator("label", has_text="好").click()
    page.locator(".primary").click()
    expect(page.locator("#Q2-label")).to_contain_text("您选了好")


def test_cards_are_counted_by_their_group(opened: Opened) -> None:
    groups = [{"id": "in", "label": "室内"}, {"id": "out", "label": "户外"}]
    page = opened("card_sort", {"rows": entries("椅子", "帐篷"), "columns": groups})
    for card, group in (("椅子", "室内"), ("帐篷", "户外")):
        page.locator(".row", has_text=card).locator("label", has_text=group).click()
    expect(page.locator(".sorting")).to_have_text("已分类 2/2室内 1户外 1")
    page.locator(".primary").click()
    expect(page.locator('.q[data-code="Q2"]')).to_be_visible()
