"""The dashboard in a real browser: it moves by itself, says how fresh it is, and can be read by everybody."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.models import Survey
from survey_app.models.base import now
from survey_app.services import live as streams
from survey_app.services import responses, surveys
from tests import factories, figures
from tests.browser.conftest import DESK, PHONE, Live

Open = Callable[..., Page]


@pytest.fixture
def survey(app: Flask, live: Live, db: Any, cast: SimpleNamespace) -> Iterator[Survey]:
    found = figures.survey(cast.owner)
    figures.crowd(found, cast, 60, now(), 20)
    db.session.commit()
    yield found
    streams.close(app)  # ends the pages' lines before the server goes


@pytest.fixture
def desk(window: Callable[..., BrowserContext], visit: Open) -> Open:
    """``desk("owner", "/surveys/…")``: a page of somebody who has signed in. With ``charts=False`` the
    chart library cannot be had, which is also the quicker page."""

    def open_page(who: str, address: str, charts: bool = True, **options: Any) -> Page:
        context = window(**{"viewport": DESK, "has_touch": False, **options})
        if not charts:
            context.route("**/plotly.min.js", lambda route: route.abort())
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=login]", who)
        page.fill("[name=password]", factories.PASSWORD)
        page.click("main button:not([type=button])")
        page.wait_for_url(re.compile(r"^(?!.*/login)"))
        page.close()
        return visit(address, context)

    return open_page


def answer(page: Page, door: Any, answers: dict[str, Any]) -> None:
    """A customer's phone elsewhere posts one response."""
    body = {"id": factories.public_id(), "revision": 1, "page": "p1", "answers": answers, "complete": True}
    reply = page.context.request.post(f"/s/{door.code}/answers", data=body)
    assert reply.status == 200, reply.text()


def completed(page: Page) -> int:
    return int(page.locator(".is-counts dd").first.inner_text().split()[0])


def state(page: Page) -> Any:
    return page.locator("#live")


def drawn(page: Page) -> None:
    """Scrolls through the page and waits until every figure is a chart."""
    for tile in page.locator(".tile:has(.tile-figure)").all():
        tile.scroll_into_view_if_needed()
        expect(tile.locator(".plot svg.main-svg").first).to_be_attached(timeout=30_000)
    page.evaluate("window.scrollTo(0, 0)")


def test_an_answer_given_elsewhere_moves_the_figures_within_two_seconds(
    desk: Open, window: Callable[..., BrowserContext], survey: Survey, cast: SimpleNamespace
) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard")
    expect(state(page)).to_have_attribute("data-state", "live")
    drawn(page)
    page.evaluate("window.untouched = true")
    before, door = completed(page), figures.door(survey, cast.pudong)
    phone = window().new_page()
    answer(phone, door, {"Q1": 10, "Q2": "刚刚发生的事"})
    begun = time.monotonic()
    expect(page.locator(".is-counts dd").first).to_contain_text(str(before + 1), timeout=2000)
    assert time.monotonic() - begun < 2
    expect(page.locator(".is-verbatims")).to_contain_text("刚刚发生的事", timeout=2000)
    expect(page.locator("[data-live-age]")).to_have_text(re.compile("刚刚更新|秒前更新"))
    assert page.evaluate("window.untouched")
    expect(page.locator(".is-nps .plot svg.main-svg").first).to_be_attached()


def test_the_first_answer_of_all_appears_on_the_empty_board(
    desk: Open, window: Callable[..., BrowserContext], survey: Survey, cast: SimpleNamespace
) -> None:
    fresh = figures.survey(cast.owner)
    door = figures.door(fresh, cast.pudong)
    page = desk("owner", f"/surveys/{fresh.code}/dashboard", charts=False)
    expect(page.locator(".first-code")).to_be_visible()
    page.wait_for_timeout(500)
    answer(window().new_page(), door, {"Q1": 10})
    expect(page.locator(".is-counts dd").first).to_have_text("1")
    expect(state(page)).to_have_attribute("data-state", "live")


def test_where_streams_are_refused_the_page_polls(
    desk: Open, survey: Survey, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LISTENERS", 0)
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "polling")
    expect(state(page)).to_contain_text("定时刷新")
    before = completed(page)
    answer(page, figures.door(survey, cast.pudong), {"Q1": 1})
    expect(page.locator(".is-counts dd").first).to_contain_text(str(before + 1))


def test_a_cut_line_is_seen_and_mended(desk: Open, live: Live, survey: Survey, app: Flask) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "live")
    live.stop()
    streams.close(app)
    expect(state(page)).to_have_attribute("data-state", "cut")
    expect(state(page)).to_contain_text("连接中断")
    live.restart()
    expect(state(page)).not_to_have_attribute("data-state", "cut")
    streams.close(live._own)  # type: ignore[arg-type]


def test_a_viewer_who_lost_his_right_is_told_and_sees_no_more(
    desk: Open, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    page = desk("viewer", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "live")
    cast.viewer.active = False
    db.session.commit()
    expect(state(page)).to_have_attribute("data-state", "ended")
    expect(state(page)).to_contain_text("权限已变更")


def test_filters_change_address_and_figures_but_not_the_page(
    desk: Open, survey: Survey, cast: SimpleNamespace
) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "live")
    page.evaluate("window.untouched = true")
    everything = completed(page)
    page.select_option("[name=unit]", cast.tianhe.code)
    expect(page).to_have_url(re.compile(f"unit={cast.tianhe.code}"))
    expect(page.locator(".is-counts dd").first).not_to_have_text(re.compile(rf"^{everything}\b"))
    part = completed(page)
    page.click("text=近 7 天")
    expect(page).to_have_url(
        re.compile(f"unit={cast.tianhe.code}&period=7d|period=7d&unit={cast.tianhe.code}")
    )
    expect(page.locator("#filters [aria-current]").first).to_have_text("近 7 天")
    page.go_back()
    expect(page.locator(".is-counts dd").first).to_have_text(re.compile(rf"^{part}\b"))
    page.go_back()
    expect(page.locator(".is-counts dd").first).to_have_text(re.compile(rf"^{everything}\b"))
    page.locator(".days summary").click()
    page.fill("[name=from]", "2026-01-01")
    page.fill("[name=to]", "2026-01-31")
    page.click(".days button")
    expect(page).to_have_url(re.compile("from=2026-01-01&to=2026-01-31"))
    assert page.evaluate("window.untouched")
    expect(state(page)).to_have_attribute("data-state", "live")


def test_without_the_chart_library_the_numbers_stay(desk: Open, survey: Survey) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "live")
    page.wait_for_timeout(1000)
    expect(page.locator(".is-trend .numbers td").first).to_be_visible()
    expect(page.locator(".plot")).to_have_count(0)


def test_every_chart_can_be_read_as_a_table(desk: Open, survey: Survey) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard")
    drawn(page)
    tile = page.locator(".is-trend")
    tile.hover()
    expect(tile.locator(".numbers")).to_have_css("clip-path", "inset(50%)")
    tile.locator("[data-flip]").click()
    expect(tile.locator(".plot")).to_be_hidden()
    expect(tile.locator(".numbers td").first).to_be_visible()
    tile.locator("[data-flip]").click()
    expect(tile.locator(".plot")).to_be_visible()
    with page.expect_download() as saved:
        tile.locator("[data-image]").click()
    assert saved.value.suggested_filename.endswith(".png")


@pytest.fixture
def asked(live: Live, cast: SimpleNamespace, db: Any) -> Callable[..., tuple[str, Any]]:
    """``asked(type, settings)``: a survey with this one question; the address of its dashboard, its door."""

    def publish(type: str, settings: dict[str, Any]) -> tuple[str, Any]:
        document = {
            "format": 1,
            "title": "门店",
            "locale": "zh_CN",
            "pages": [
                {
                    "code": "p1",
                    "questions": [{"code": "Q1", "type": type, "title": "怎么样？", "settings": settings}],
                }
            ],
            "endings": [{"code": "end", "title": "谢谢"}],
        }
        survey = surveys.create(cast.owner, "", document)
        surveys.publish(cast.owner, survey.code)
        door = factories.distribution(survey)
        db.session.commit()
        return f"/surveys/{survey.code}/dashboard", door

    return publish


def test_a_long_chart_has_its_whole_height_on_a_phone(desk: Open, asked: Any) -> None:
    rows = [{"id": f"r{number}", "label": f"第 {number} 家门店"} for number in range(30)]
    columns = [{"id": "good", "label": "好"}, {"id": "bad", "label": "差"}]
    board, door = asked("matrix_single", {"rows": rows, "columns": columns})
    page = desk("owner", board, viewport=PHONE)
    answer(page, door, {"Q1": {row["id"]: "good" for row in rows}})
    page.reload()
    drawn(page)
    plot = page.locator(".chart.is-tall > .plot")
    box = plot.bounding_box()
    assert box is not None
    assert box["height"] > 30 * 12


HEIGHTS = """all => all.map(each => each.getBoundingClientRect()).map(box => [box.top, box.bottom])"""


def test_all_seven_levels_of_effort_are_seen_at_once(desk: Open, asked: Any) -> None:
    board, door = asked("ces", {})
    page = desk("owner", board)
    for score in range(1, 8):
        answer(page, door, {"Q1": score})
    page.reload()
    drawn(page)
    tile = page.locator(".tile", has=page.locator(".plot")).filter(has_text="CES").last
    tile.scroll_into_view_if_needed()
    expect(tile.get_by_text("非常不同意", exact=True).last).to_be_in_viewport()
    assert not tile.locator(".plot").evaluate("each => each.scrollHeight > each.clientHeight + 1")


def test_long_names_of_options_do_not_lie_over_each_other(desk: Open, asked: Any) -> None:
    long = "从进门取号到业务全部办完离开网点为止，等候时间偏长"
    options = [{"id": f"o{number}", "label": f"{number}{long}"} for number in range(6)]
    board, door = asked("multi_choice", {"options": options})
    page = desk("owner", board)
    answer(page, door, {"Q1": [each["id"] for each in options]})
    page.reload()
    drawn(page)
    spans = sorted(page.locator(".ytick text").filter(has_text="取号").evaluate_all(HEIGHTS))
    assert len(spans) == len(options)
    assert all(above[1] <= below[0] + 1 for above, below in itertools.pairwise(spans))


def test_what_is_only_counted_says_so(desk: Open, asked: Any) -> None:
    board, door = asked("name", {})
    page = desk("owner", board)
    answer(page, door, {"Q1": "王芳"})
    page.reload()
    expect(page.locator(".tile", has_text="怎么样？").last).to_contain_text("具体内容见各份答卷")


def test_all_numbers_can_be_read_without_scripts(desk: Open, survey: Survey) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard", java_script_enabled=False)
    assert completed(page) > 0
    expect(page.locator(".big-number")).to_be_visible()
    expect(page.locator(".is-trend .numbers td").first).to_be_visible()
    page.select_option("[name=channel]", "link")
    page.click("noscript button, #filters > noscript + button, #filters > button")
    expect(page).to_have_url(re.compile("channel=link"))


def test_a_page_in_the_background_lets_go_of_its_line(desk: Open, survey: Survey) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False)
    expect(state(page)).to_have_attribute("data-state", "live")
    hide = """hidden => {
        Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    expect(state(page)).to_have_attribute("data-state", "paused")
    page.evaluate(hide, False)
    expect(state(page)).to_have_attribute("data-state", "live")


def test_tiles_are_arranged_with_buttons_and_dialogues(desk: Open, survey: Survey) -> None:
    page = desk("owner", f"/surveys/{survey.code}/dashboard/edit", charts=False)
    kinds = page.locator(".tile-kind")
    expect(kinds.nth(0)).to_have_text("净推荐值 NPS")
    last = kinds.count()
    page.locator("#tile-0 [name=to][value='1']").click()
    expect(kinds.nth(1)).to_have_text("净推荐值 NPS")
    page.click("text=添加组件")
    page.click("#gallery [value=heading]")
    expect(kinds).to_have_count(last + 1)
    expect(kinds.nth(last)).to_have_text("标题")
    page.click(f"#tile-{last} [data-open]")
    page.fill(f"#settings-{last} [name='s{last}.text']", "门店体验")
    page.click(f"#settings-{last} button[value=configure]")
    expect(page.locator(f"#tile-{last} .tile-line")).to_have_text("门店体验")
    page.drag_and_drop("#tile-1", "#tile-0", source_position={"x": 60, "y": 12})
    expect(kinds.nth(0)).to_have_text("净推荐值 NPS")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_stands_in_anybodys_way(
    scheme: str, screen: Any, desk: Open, survey: Survey, cast: SimpleNamespace
) -> None:
    id_ = figures.respond(figures.door(survey, cast.pudong), {"Q1": 3, "Q2": "太慢"})
    look = {"color_scheme": scheme, "viewport": screen}
    page = desk("owner", f"/surveys/{survey.code}/dashboard", **look)
    addresses = [None, "dashboard?kiosk=1", "dashboard/edit", "responses", f"responses/{id_}"]
    for address in addresses:
        if address:
            page.goto(f"/surveys/{survey.code}/{address}")
        if page.locator("#board").count():
            drawn(page)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} scrolls sideways"


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_one_choice_leaves_doubtful_responses_out_and_the_address_keeps_it(
    device: dict[str, int], desk: Open, survey: Survey, cast: SimpleNamespace
) -> None:
    rows, _ = responses.listing(cast.owner, survey.code, responses.Filter(states=["completed"]), limit=1000)
    before = sum(not row.flagged for row in rows)
    marked = next(row for row in rows if not row.flagged)
    responses.decide(cast.owner, survey.code, marked.id, True)
    page = desk("owner", f"/surveys/{survey.code}/dashboard", charts=False, viewport=device)
    assert completed(page) == len(rows)
    page.select_option("[name=quality]", label="不含可疑答卷")
    expect(page.locator(".aside")).to_have_text(f"已排除 {len(rows) - before + 1} 份可疑答卷")
    assert completed(page) == before - 1
    assert "quality=clean" in page.url
    responses.decide(cast.owner, survey.code, marked.id, False)
    if len(rows) > before:
        expect(page.locator(".aside")).to_have_text(f"已排除 {len(rows) - before} 份可疑答卷")
    page.reload()
    assert completed(page) == before
