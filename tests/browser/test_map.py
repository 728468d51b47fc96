"""The map of a survey: found, read and walked with eyes, with keys and with ears; the same as on paper."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from survey_app.engine import simulate
from survey_app.engine.atlas import atlas
from survey_app.extensions import db as database
from survey_app.models import Survey
from survey_app.services import flows, plans, surveys
from survey_app.web import flow as drawing
from tests import factories, figures
from tests.browser.conftest import DESK, PHONE
from tests.engine.surveys import survey as random_survey
from tests.services.test_flows import DOCUMENT, QUOTA, post

Open = Callable[..., Page]

LAPTOP = {"width": 1024, "height": 800}
ROOM = """() => {
  const canvas = document.querySelector("#d-canvas");
  const page = document.scrollingElement;
  return Math.max(page.scrollWidth - innerWidth, canvas.scrollWidth - canvas.clientWidth);
}"""
"""Pixels that stick out at the side."""

CLEAR = """() => {
  const map = document.querySelector(".map");
  const left = map.getBoundingClientRect().left;
  const nodes = [...map.querySelectorAll(".map-node")];
  const edge = Math.max(...nodes.map((each) => each.getBoundingClientRect().right - left));
  const arcs = [...map.querySelectorAll(".map-arcs path[data-way]:not(.tip)")];
  return arcs.every((each) => each.getBBox().x >= edge - 1);
}"""
"""Whether all arcs run beside the pages."""

LINES = """() => {
  const said = (node, where) => node.querySelector(where)?.textContent ?? "";
  const words = (line) => [...line.querySelectorAll(":scope > span:not(.map-figure, .short)")];
  const told = (line) => [line.dataset.kind, line.dataset.where ?? "", line.dataset.to ?? "",
    words(line).map((each) => each.textContent).join(""), said(line, ".map-figure")];
  return [...document.querySelectorAll(".map-node")].map((node) => ({
    code: node.dataset.node,
    head: [said(node, ".map-name"), said(node, ".map-head > .map-figure")],
    lines: [...node.querySelectorAll(".map-line")].map(told).sort(),
  }));
}"""
"""All that the view says."""

READ = """async (documents) => {
  const main = document.querySelector("script[src*='designer/main.js']").src;
  const { atlas, facts } = await import(main.replace("main.js", "atlas.js"));
  return documents.map((each) => facts(atlas(each)));
}"""
"""What the designer's scripts find in documents."""


@pytest.fixture
def desk(visit: Open, cast: Any) -> Callable[[Survey], Page]:
    """``desk(survey)`` is the manager's view of its logic, on a big screen unless told otherwise."""

    def open_page(survey: Survey, **options: Any) -> Page:
        options = {"viewport": DESK, "has_touch": False, **options}
        page = visit(f"/login?next=/surveys/{survey.code}/design", **options)
        page.get_by_label("登录名").fill("manager")
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("#designer[data-ready]")).to_be_visible()
        if page.locator(".designer[data-preview=on]").count():
            page.locator("#d-state [data-key=preview]").click()
        page.locator("#d-views").get_by_role("button", name="逻辑").click()
        expect(page.locator(".map-said")).not_to_contain_text("正在统计")
        return page

    return open_page


def long(pages: int = 60) -> dict[str, Any]:
    """A survey of many pages: jumps near and far, pages shown sometimes, a loop, a quota."""
    chance = random.Random(5)
    found = []
    for n in range(1, pages + 1):
        asked = {
            "code": f"Q{n}",
            "type": "nps",
            "title": f"第 {n} 个问题，您有多大可能推荐我们？",
            "required": True,
        }
        why = {
            "code": f"W{n}",
            "type": "long_text",
            "title": "为什么？",
            "show": {"question": f"Q{n}", "is": "detractor"},
        }
        page: dict[str, Any] = {
            "code": f"p{n}",
            "title": f"章节 {n}" if n % 3 == 0 else "",
            "questions": [asked, why],
        }
        if n % 4 == 0 and n < pages - 2:
            target = f"p{min(pages, n + chance.randint(2, 12))}"
            page["next"] = [{"when": {"question": f"Q{n}", "at_most": 3}, "go": target}]
        if n % 9 == 0:
            page.setdefault("next", []).append({"when": {"question": "Q1", "at_most": 1}, "go": "out"})
        if n % 7 == 0:
            page["show"] = {"question": f"Q{n - 1}", "is": "promoter"}
        found.append(page)
    return {**copy.deepcopy(DOCUMENT), "title": "很长的问卷", "pages": found}


@pytest.fixture
def wide(cast: Any) -> Survey:
    return surveys.create(cast.manager, "很长的问卷", long())


@pytest.fixture
def answered(app: Flask, cast: Any) -> Survey:
    """A loop, a quota, skipped pages, and sixty respondents."""
    with app.test_request_context():
        made = figures.survey(cast.manager, {**copy.deepcopy(DOCUMENT), "quotas": [QUOTA]})
        plan, door = plans.plan_of(made.live_version_id or 0), figures.door(made, cast.pudong)
        for number, one in enumerate(simulate.respondents(plan, 60, 2)):
            stays = number % 3 > 0
            post(door, plan, one.answers, one.path if stays else one.path[:1], stays)
        return made


def row(page: Page, id: str) -> Locator:
    return page.locator(f"[id='m-{id}']")


def told(app: Flask, survey: Survey, actor: Any) -> list[dict[str, Any]]:
    """What the drawing says, in the shape of ``LINES``."""
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        database.session.rollback()
        found = drawing.told(survey, flows.flow(actor, survey.code))
    return [
        {
            "code": part.code,
            "head": [part.head.text, part.head.figure],
            "lines": sorted(
                [line.kind, line.where, line.to if line.kind in LEADS else "", line.text, line.figure]
                for line in part.lines
            ),
        }
        for part in found
    ]


LEADS = ("jump", "always", "quota", "skip")


def test_the_view_and_the_drawing_tell_the_same(
    app: Flask, desk: Callable[..., Page], answered: Survey, cast: Any
) -> None:
    page = desk(answered)
    expect(page.locator(".map-said")).to_contain_text("共 60 份答卷")
    assert page.evaluate(LINES) == told(app, answered, cast.manager)


def test_both_readings_of_a_document_find_the_same_ways(desk: Callable[..., Page], wide: Survey) -> None:
    page = desk(wide)
    documents = [random_survey(seed)[0] for seed in range(40)] + [long(), copy.deepcopy(DOCUMENT)]
    odd: dict[str, Any] = {
        "pages": [{"code": "a", "next": [7, {"go": 5}], "loop": []}],
        "endings": [],
        "quotas": [{}],
    }
    documents.append(odd)
    assert page.evaluate(READ, documents) == [atlas(each).facts() for each in documents]


def test_sixty_pages_are_walked_with_the_keyboard_alone(desk: Callable[..., Page], wide: Survey) -> None:
    page = desk(wide)
    expect(page.locator(".map[data-detail=pages]")).to_be_visible()
    expect(page.locator(".map-node")).to_have_count(63)
    page.locator(".map-bar a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(row(page, "p1")).to_be_focused()
    for n in range(2, 61):
        page.keyboard.press("ArrowDown")
        expect(row(page, f"p{n}")).to_be_focused()
        expect(row(page, f"p{n}")).to_be_in_viewport()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    there = page.evaluate("document.activeElement.dataset.node")
    assert there == wide.draft["pages"][3]["next"][0]["go"]
    page.keyboard.press("b")
    expect(row(page, "p4")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(row(page, "p4")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    expect(row(page, "Q4")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(row(page, "p4")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("End")
    expect(row(page, "out")).to_be_focused()
    row(page, "p60").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#p-p60")).to_be_visible()
    expect(page.locator(".designer[data-view=questions]")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "theme"),
    [(DESK, "light"), (LAPTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["desk", "laptop", "phone", "phone-dark"],
)
def test_the_map_is_accessible_and_fits(
    desk: Callable[..., Page], answered: Survey, wide: Survey, size: Any, theme: str
) -> None:
    for survey, details in ((answered, ("all", "pages")), (wide, ("pages", "questions"))):
        page = desk(survey, viewport=size, color_scheme=theme, reduced_motion="reduce")
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        for detail in details:
            page.locator(f".map-bar [data-key={detail}]").click()
            expect(page.locator(f".map[data-detail={detail}]")).to_be_visible()
            assert page.evaluate(ROOM) <= 0
            assert page.evaluate(CLEAR)
            found = Axe().run(page, "#d-canvas", options={"resultTypes": ["violations"]})
            faults = [(each["id"], each["nodes"][0]["target"]) for each in found.response["violations"]]
            assert faults == []
        page.context.close()


def test_arcs_are_drawn_for_every_way_and_light_up(desk: Callable[..., Page], answered: Survey) -> None:
    page = desk(answered)
    ways = page.locator(".map-list [data-way]").count()
    expect(page.locator(".map-arcs path.tip")).to_have_count(ways)
    row(page, "p1").locator(".map-head").hover()
    lit = page.locator(".map-arcs path.lit:not(.tip)")
    assert {each.get_attribute("data-from") for each in lit.all()} == {"p1"}
    assert lit.count() >= 3
    page.mouse.move(5, 5)
    row(page, "p1.next.0").focus()
    expect(lit).to_have_count(1)
    expect(lit).to_have_attribute("data-to", "out")
    row(page, "out").focus()
    assert {each.get_attribute("data-to") for each in lit.all()} == {"out"}


def test_a_rule_is_played_in_the_preview_by_a_key(desk: Callable[..., Page], answered: Survey) -> None:
    page = desk(answered)
    row(page, "p1.next.0").focus()
    page.keyboard.press("p")
    expect(page.locator(".designer[data-preview=on]")).to_be_visible()
    expect(page.locator("#d-preview iframe")).to_have_attribute("src", re.compile("rule=p1.next.0"))
    expect(page.frame_locator("#d-preview iframe").locator(".ending, .q.on").first).to_be_visible()
    expect(row(page, "p1.next.0")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "p1.next.1")).to_be_focused()


def test_a_page_number_or_a_word_is_found(desk: Callable[..., Page], wide: Survey) -> None:
    page = desk(wide)
    find = page.get_by_label("在图中查找")
    find.fill("42")
    expect(page.locator(".map-find [role=status]")).to_contain_text("找到")
    find.press("Enter")
    expect(row(page, "p42")).to_be_in_viewport()
    expect(find).to_be_focused()
    find.fill("第 17 个问题")
    find.press("ArrowDown")
    expect(row(page, "Q17")).to_be_focused()
    find.fill("没有这样的文字")
    expect(page.locator(".map-find [role=status]")).to_have_text("没有找到")
    find.press("Escape")
    expect(find).to_have_value("")


def test_without_respondents_the_map_says_so(
    desk: Callable[..., Page], app: Flask, cast: Any, wide: Survey
) -> None:
    expect(desk(wide).locator(".map-said")).to_contain_text("问卷发布并有人作答后")
    with app.test_request_context():
        surveys.publish(cast.manager, wide.code)
    page = desk(wide)
    expect(page.locator(".map-said")).to_contain_text("还没有答卷")
    expect(page.locator(".map-figure")).to_have_count(0)


def test_what_the_check_finds_is_marked_where_it_is(desk: Callable[..., Page], cast: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["pages"][0]["next"][0]["go"] = "nowhere"
    document["pages"][1]["show"] = {"question": "Q99", "is": 1}
    page = desk(surveys.create(cast.manager, "x", document))
    assert {each.level for each in surveys.findings(document)} >= {"error"}
    expect(row(page, "p1.next.0").locator(".map-remark.error")).to_be_visible()
    expect(row(page, "p2").locator(".map-remark.error")).to_be_visible()
    page.locator(".map-bar [data-key=pages]").click()
    expect(row(page, "p1").locator(".map-sign.error")).to_be_visible()


def test_whoever_may_only_read_can_still_look_around(visit: Open, app: Flask, cast: Any) -> None:
    made = surveys.create(cast.owner, "全公司", long())
    page = visit(f"/login?next=/surveys/{made.code}/design", viewport=DESK, has_touch=False)
    page.get_by_label("登录名").fill("manager")
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("#d-views").get_by_role("button", name="逻辑").click()
    page.locator(".map-bar [data-key=all]").click()
    page.get_by_label("在图中查找").fill("7")
    expect(page.locator(".map-find [role=status]")).to_contain_text("找到")
