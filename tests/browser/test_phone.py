"""The respondent's page as people use it: on a phone, with bad networks, by keyboard, without scripts."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from survey_app import assets, models
from survey_app.engine import flow
from survey_app.services import plans
from tests import factories
from tests.browser.conftest import DESK, PATIENCE, Live

Visit = Callable[..., Page]

OPTIONS = [{"id": "open", "label": "开户"}, {"id": "card", "label": "办卡"}, {"id": "loan", "label": "贷款"}]
ROWS = [{"id": "staff", "label": "服务人员"}, {"id": "speed", "label": "办理速度"}]
COLUMNS = [{"id": "bad", "label": "不满意"}, {"id": "fair", "label": "一般"}, {"id": "good", "label": "满意"}]

VISIT: dict[str, Any] = {
    "format": 1,
    "title": "门店体验回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "fields": [{"code": "city", "type": "text", "from": "url"}],
    "pages": [
        {
            "code": "p1",
            "section": "您的体验",
            "questions": [
                {"code": "W", "type": "statement", "title": "您好", "settings": {"text": "大约需要一分钟。"}},
                {"code": "Q1", "type": "nps", "title": "您会推荐我们吗？", "required": True, "settings": {}},
                {
                    "code": "Q2",
                    "type": "long_text",
                    "title": "您给了 {Q1} 分，最不满意的是什么？",
                    "show": {"question": "Q1", "is": "detractor"},
                    "settings": {"max_length": 500},
                },
            ],
            "next": [{"when": {"question": "Q2", "contains": ["投诉"]}, "go": "callback"}],
        },
        {
            "code": "p2",
            "questions": [
                {
                    "code": "Q3",
                    "type": "single_choice",
                    "title": "您办理了哪项业务？",
                    "required": True,
                    "settings": {"options": OPTIONS, "other": True, "order": "random"},
                },
                {
                    "code": "Q4",
                    "type": "multi_choice",
                    "title": "哪些方面让您满意？",
                    "settings": {"options": OPTIONS, "max": 2},
                },
                {
                    "code": "Q5",
                    "type": "matrix_single",
                    "title": "请评价各个环节",
                    "required": True,
                    "settings": {"rows": ROWS, "columns": COLUMNS},
                },
            ],
            "next": [{"go": "last"}],
        },
        {
            "code": "callback",
            "questions": [
                {
                    "code": "Q6",
                    "type": "short_text",
                    "title": "怎么称呼您？",
                    "required": True,
                    "settings": {},
                }
            ],
            "next": [{"go": "sorry"}],
        },
        {
            "code": "last",
            "questions": [
                {
                    "code": "Q7",
                    "type": "number",
                    "title": "等了几分钟？",
                    "settings": {"min": 0, "max": 180, "unit": "分钟", "usual_max": 60},
                },
                {"code": "Q8", "type": "dropdown", "title": "哪个城市？", "settings": {"options": OPTIONS}},
                {"code": "Q9", "type": "date", "title": "哪天来的？", "settings": {"max_days": 0}},
                {"code": "Q10", "type": "star_rating", "title": "打几颗星？", "settings": {}},
            ],
        },
    ],
    "endings": [
        {"code": "thanks", "title": "谢谢您的反馈", "text": "您给了 {Q1} 分。"},
        {"code": "sorry", "title": "我们会联系您"},
    ],
    "translations": {"en": {"title": "Your visit", "Q1.title": "Would you recommend us?"}},
}

SHORT: dict[str, Any] = {
    **VISIT,
    "pages": [{**VISIT["pages"][0], "next": []}, {**VISIT["pages"][2], "next": []}],
}


@pytest.fixture
def address(cast: SimpleNamespace, db: Any) -> Callable[..., str]:
    """``address(document, **settings)`` publishes a survey and gives its open link."""

    def publish(document: dict[str, Any] = VISIT, **settings: Any) -> str:
        document = copy.deepcopy(document)
        document["settings"].update(settings)
        distribution = factories.distribution(factories.published(cast.east, document))
        db.session.commit()
        return f"/s/{distribution.code}"

    return publish


@pytest.fixture
def host() -> Iterator[Callable[[str], str]]:
    """``host(html)`` serves a page of somebody else's and gives its address."""
    servers: list[BaseWSGIServer] = []

    def serve(html: str) -> str:
        servers.append(make_server("127.0.0.1", 0, Response(html, content_type="text/html")))
        threading.Thread(
            target=servers[-1].serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def stored(db: Any) -> Callable[[], list[models.Response]]:
    """All responses as they are on disk now."""

    def read() -> list[models.Response]:
        db.session.rollback()
        return db.session.query(models.Response).order_by(models.Response.id).all()

    return read


def title(page: Page, text: str) -> None:
    """Waits until the screen with this title is up."""
    expect(page.locator("legend:visible", has_text=text)).to_be_visible()


def step(page: Page, code: str, value: str) -> None:
    """Taps a step of a scale or an option."""
    page.locator(f'label:has(input[name="{code}"][value="{value}"])').tap()


def onward(page: Page) -> None:
    page.locator(".bar .primary").tap()


UNSAVED = """() => Object.values(localStorage).filter((kept) => kept.startsWith('{'))
  .map((kept) => JSON.parse(kept))
  .flatMap(({ raw = {}, saved }) => Object.keys(raw)
    .filter((code) => JSON.stringify(raw[code]) !== JSON.stringify(saved[code] || {})))"""
"""Questions whose answers the server does not have yet; the word “saved” may be of the answer before."""


def saved(page: Page) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while page.evaluate(UNSAVED) and time.monotonic() < until:
        page.wait_for_timeout(20)
    expect(page.locator(".state")).to_have_text("已保存")


def finish(page: Page) -> None:
    """From the first screen to the ending by way of the complaint."""
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    page.fill("textarea", "我要投诉")
    onward(page)
    title(page, "怎么称呼您")
    page.fill('input[name="Q6"]', "王女士")
    onward(page)


ended = {"Q1": 2, "Q2": "我要投诉", "Q6": "王女士"}


def test_a_respondent_walks_the_branches_on_a_phone_and_every_answer_is_stored(
    address: Any, visit: Visit, stored: Any
) -> None:
    page = visit(address())
    title(page, "您会推荐我们吗")
    expect(page.locator(".statement:visible")).to_have_text("大约需要一分钟。")
    step(page, "Q1", "9")
    title(page, "您办理了哪项业务")  # the promoter is not asked what was wrong
    assert page.evaluate("document.activeElement.id") == "Q3-label"
    step(page, "Q3", "other")
    page.fill('input[name="Q3.other"]', "自助机")
    onward(page)
    title(page, "哪些方面让您满意")
    step(page, "Q4", "open")
    step(page, "Q4", "card")
    onward(page)
    title(page, "请评价各个环节")
    step(page, "Q5.staff", "good")
    onward(page)
    expect(page.locator('[data-code="Q5"] .error')).to_contain_text("办理速度")
    assert page.evaluate("document.activeElement.name") == "Q5.speed"
    step(page, "Q5.speed", "fair")
    onward(page)
    title(page, "等了几分钟")
    page.fill('input[name="Q7"]', "２５")
    onward(page)
    title(page, "哪个城市")
    page.select_option("select", "loan")
    onward(page)
    title(page, "哪天来的")
    onward(page)
    title(page, "打几颗星")
    step(page, "Q10", "4")
    expect(page.locator(".primary")).to_have_text("提交")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    expect(page.locator(".ending")).to_contain_text("您给了 9 分。")
    (response,) = stored()
    assert response.state == "completed"
    assert response.position == "thanks"
    assert response.answers == {
        "Q1": 9,
        "Q3": {"v": "other", "other": {"other": "自助机"}},
        "Q4": ["open", "card"],
        "Q5": {"staff": "good", "speed": "fair"},
        "Q7": 25,
        "Q8": "loan",
        "Q10": 4,
    }


def test_answers_given_without_a_network_are_stored_once_when_it_is_back(
    address: Any, visit: Visit, stored: Any
) -> None:
    page = visit(address(SHORT))
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    saved(page)
    page.context.set_offline(True)
    page.fill("textarea", "我要投诉")
    onward(page)
    title(page, "怎么称呼您")
    expect(page.locator(".state")).to_contain_text("网络断开")
    page.fill('input[name="Q6"]', "王女士")
    onward(page)
    expect(page.locator(".panel h2")).to_have_text("还没有提交成功")
    assert [each.state for each in stored()] == ["started"]
    page.context.set_offline(False)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert (response.state, response.answers) == ("completed", ended)


def test_the_page_as_it_is_served_for_real_is_leaner_and_does_the_same(
    address: Any, visit: Visit, stored: Any, live: Live
) -> None:
    assets.build(live.app.extensions["config"])
    live.restart()
    page = visit(address(SHORT))
    script = page.request.get(page.locator('script[src*="phone.js"]').get_attribute("src")).text()
    assert len(script) < 0.8 * (assets.STATIC / "phone.js").stat().st_size
    assert "/*" not in script
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert [each.answers for each in stored()] == [ended]


def test_a_lost_acknowledgement_does_not_store_twice(address: Any, visit: Visit, stored: Any) -> None:
    page = visit(address(SHORT))
    lost: list[str] = []

    def swallow(route: Any) -> None:
        route.fetch()  # the server gets it, the phone never hears of it
        lost.append(route.request.url)
        route.abort() if len(lost) < 3 else route.continue_()

    page.route("**/answers", swallow)
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈", timeout=20_000)
    assert len(lost) >= 3
    (response,) = stored()
    assert (response.state, response.answers) == ("completed", ended)


def test_a_closed_tab_resumes_where_it_was_even_after_the_server_restarted(
    address: Any, visit: Visit, window: Any, stored: Any, live: Live
) -> None:
    phone, link = window(), address()
    page = visit(link, phone)
    step(page, "Q1", "9")
    title(page, "您办理了哪项业务")
    step(page, "Q3", "card")
    title(page, "哪些方面让您满意")
    saved(page)
    page.close()
    live.restart()
    page = visit(link, phone)
    title(page, "哪些方面让您满意")
    page.reload()
    title(page, "哪些方面让您满意")
    page.locator(".back").tap()
    title(page, "您办理了哪项业务")
    expect(page.locator('input[name="Q3"][value="card"]')).to_be_checked()
    assert [each.answers for each in stored()] == [{"Q1": 9, "Q3": "card"}]


def test_a_killed_tab_loses_no_word_that_was_typed(
    address: Any, visit: Visit, window: Any, stored: Any
) -> None:
    phone, link = window(), address()
    page = visit(link, phone)
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    phone.set_offline(True)
    page.fill("textarea", "排队太久")
    page.wait_for_timeout(500)  # nothing is pressed; typing alone is kept
    page.close(run_before_unload=False)
    phone.set_offline(False)
    page = visit(link, phone)
    title(page, "您给了 2 分")
    expect(page.locator("textarea")).to_have_value("排队太久")
    saved(page)
    assert stored()[0].answers == {"Q1": 2, "Q2": "排队太久"}


def test_two_tabs_of_one_phone_write_one_response(
    address: Any, visit: Visit, window: Any, stored: Any
) -> None:
    phone, link = window(), address(SHORT)
    first, second = visit(link, phone), visit(link, phone)
    step(first, "Q1", "2")
    title(first, "您给了 2 分")
    first.fill("textarea", "我要投诉")
    onward(first)
    title(first, "怎么称呼您")
    saved(first)
    second.bring_to_front()
    step(second, "Q1", "1")
    title(second, "您给了 1 分")
    expect(second.locator("textarea")).to_have_value("我要投诉")
    onward(second)
    title(second, "怎么称呼您")
    second.fill('input[name="Q6"]', "王女士")
    onward(second)
    expect(second.locator(".ending h2")).to_have_text("谢谢您的反馈")
    expect(first.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert (response.state, response.answers) == ("completed", {**ended, "Q1": 1})


def test_a_full_store_of_the_phone_does_not_stop_anybody(address: Any, visit: Visit, stored: Any) -> None:
    page = visit(address(SHORT))
    page.evaluate(
        "void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') })"
    )
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert (response.state, response.answers) == ("completed", ended)


def test_the_same_values_are_stored_with_and_without_scripts(address: Any, visit: Visit, stored: Any) -> None:
    link = address()
    page = visit(link, java_script_enabled=False, has_touch=False)
    page.check('input[name="Q1"][value="2"]', force=True)
    page.click(".primary")
    page.fill("textarea", "  太慢\r\n了 ")
    page.click(".primary")
    page.click(".back")  # and forward again: nothing is lost
    expect(page.locator("textarea")).to_have_value("太慢\n了")
    page.click(".primary")
    page.check('input[name="Q3"][value="other"]', force=True)
    page.fill('input[name="Q3.other"]', "自助机")
    page.check('input[name="Q4"][value="card"]', force=True)
    page.check('input[name="Q5.staff"][value="good"]', force=True)
    page.click(".primary")
    expect(page.locator('[data-code="Q5"] .error')).to_contain_text("办理速度")
    expect(page.locator('input[name="Q5.staff"][value="good"]')).to_be_checked()
    page.check('input[name="Q5.speed"][value="bad"]', force=True)
    page.click(".primary")
    page.fill('input[name="Q7"]', "1,0")
    page.click(".primary")
    expect(page.locator('[data-code="Q7"] .error')).not_to_be_empty()
    page.fill('input[name="Q7"]', "10")
    page.select_option("select", "card")
    page.fill('input[name="Q9"]', "2026-01-31")
    page.check('input[name="Q10"][value="5"]', force=True)
    page.click(".primary")
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")

    page = visit(link)
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    page.fill("textarea", "  太慢\n了 ")
    onward(page)
    step(page, "Q3", "other")
    page.fill('input[name="Q3.other"]', "自助机")
    onward(page)
    title(page, "哪些方面让您满意")
    step(page, "Q4", "card")
    onward(page)
    title(page, "请评价各个环节")
    step(page, "Q5.staff", "good")
    step(page, "Q5.speed", "bad")
    onward(page)
    title(page, "等了几分钟")
    page.fill('input[name="Q7"]', "10")
    onward(page)
    title(page, "哪个城市")
    page.select_option("select", "card")
    onward(page)
    title(page, "哪天来的")
    page.fill('input[name="Q9"]', "2026-01-31")
    onward(page)
    title(page, "打几颗星")
    step(page, "Q10", "5")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    without, with_scripts = stored()
    assert with_scripts.answers == without.answers
    assert (with_scripts.state, with_scripts.position) == (without.state, without.position)


def test_a_script_that_never_arrives_leaves_a_form_that_works(
    address: Any, visit: Visit, window: Any, stored: Any
) -> None:
    phone = window()
    phone.route("**/phone.js", lambda route: route.abort())
    page = visit(address(SHORT), phone)
    title(page, "您会推荐我们吗")  # at the latest after four seconds
    step(page, "Q1", "2")
    onward(page)
    title(page, "您给了 2 分")
    page.fill("textarea", "我要投诉")
    onward(page)
    page.fill('input[name="Q6"]', "王女士")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert stored()[0].answers == ended


def test_the_whole_survey_can_be_answered_by_keyboard_alone(address: Any, visit: Visit, stored: Any) -> None:
    page = visit(address(SHORT), viewport=DESK, has_touch=False)
    keys = page.keyboard
    keys.press("Enter")
    expect(page.locator('[data-code="Q1"] .error')).to_have_text("请回答这道题")
    keys.press("1")
    keys.press("0")
    title(page, "怎么称呼您")
    keys.press("Shift+Tab")
    page.go_back()
    title(page, "您会推荐我们吗")
    expect(page.locator('input[name="Q1"][value="10"]')).to_be_checked()
    keys.press("3")
    title(page, "您给了 3 分")
    keys.press("Tab")
    keys.type("我要投诉")
    keys.press("Control+Enter")
    title(page, "怎么称呼您")
    keys.press("Tab")
    keys.type("王女士")
    keys.press("Enter")
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert response.answers == {**ended, "Q1": 3}


def test_arrow_keys_choose_without_leaving_the_question(address: Any, visit: Visit) -> None:
    page = visit(address(), viewport=DESK, has_touch=False)
    page.focus('input[name="Q1"][value="0"]')
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1200)
    title(page, "您会推荐我们吗")
    expect(page.locator('input[name="Q1"][value="3"]')).to_be_checked()


def test_back_goes_to_the_screen_before_by_button_and_by_browser(address: Any, visit: Visit) -> None:
    page = visit(address())
    expect(page.locator(".back")).to_be_hidden()
    step(page, "Q1", "9")
    title(page, "您办理了哪项业务")
    step(page, "Q3", "card")
    title(page, "哪些方面让您满意")
    far = page.locator(".progress").get_attribute("value") or page.evaluate(
        "document.querySelector('.progress').value"
    )
    page.go_back()
    title(page, "您办理了哪项业务")
    page.locator(".back").tap()
    title(page, "您会推荐我们吗")
    assert page.evaluate("document.querySelector('.progress').value") >= float(far)  # never runs backwards
    page.go_forward()
    title(page, "您办理了哪项业务")


def test_an_error_found_by_the_server_leads_back_to_its_question(
    address: Any, visit: Visit, stored: Any
) -> None:
    document = copy.deepcopy(SHORT)
    document["pages"][1]["questions"][0]["settings"] = {"format": "digits"}
    page = visit(address(document))
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    onward(page)
    title(page, "怎么称呼您")
    page.fill('input[name="Q6"]', "不是数字")
    onward(page)
    expect(page.locator('[data-code="Q6"] .error')).to_have_text("请只填写数字。")
    assert stored()[0].answers == {"Q1": 2}
    page.fill('input[name="Q6"]', "123456")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert stored()[0].answers == {"Q1": 2, "Q6": "123456"}


def test_nobody_is_corrected_in_the_midst_of_an_answer(
    address: Any, visit: Visit, window: Any, stored: Any
) -> None:
    phone = window()
    page = visit(address(), phone)
    step(page, "Q1", "9")
    step(page, "Q3", "card")
    title(page, "哪些方面让您满意")
    saved(page)
    held: list[Any] = []
    phone.route("**/answers", lambda route: route.continue_() if held else held.append(route))
    step(page, "Q4", "open")
    onward(page)
    title(page, "请评价各个环节")
    step(page, "Q5.staff", "good")  # one row of two, while the save before is still on its way
    with page.expect_response(lambda reply: reply.status == 422):
        held[0].continue_()
    expect(page.locator('[data-code="Q5"] .error')).to_be_empty()
    assert page.evaluate("document.activeElement.name") == "Q5.staff"
    step(page, "Q5.speed", "fair")
    onward(page)
    title(page, "等了几分钟")
    saved(page)
    assert stored()[0].answers["Q5"] == {"staff": "good", "speed": "fair"}


def test_a_rule_on_the_weekday_of_a_typed_date_is_followed(address: Any, visit: Visit, stored: Any) -> None:
    day = {"code": "Q1", "type": "date", "title": "哪天来的？", "settings": {}}
    asked = {
        "code": "Q2",
        "type": "short_text",
        "title": "周末人多吗？",
        "show": {"question": "Q1", "in": ["sat", "sun"]},
        "settings": {},
    }
    last = {"code": "Q3", "type": "short_text", "title": "还有吗？", "settings": {}}
    page = visit(address({**VISIT, "pages": [{"code": "p1", "questions": [day, asked, last]}]}))
    page.fill('input[name="Q1"]', "2026-01-31")
    onward(page)
    title(page, "周末人多吗")
    page.locator(".back").tap()
    title(page, "哪天来的")
    page.fill('input[name="Q1"]', "2026-01-30")
    onward(page)
    title(page, "还有吗")
    saved(page)
    assert stored()[0].answers == {"Q1": "2026-01-30"}


def test_an_unusual_number_is_questioned_once(address: Any, visit: Visit) -> None:
    document = {**VISIT, "pages": [VISIT["pages"][3]]}
    page = visit(address(document))
    page.fill('input[name="Q7"]', "200")
    onward(page)
    expect(page.locator('[data-code="Q7"] .error')).to_contain_text("180")
    page.fill('input[name="Q7"]', "90")
    onward(page)
    expect(page.locator('[data-code="Q7"] .error')).to_contain_text("不太常见")
    onward(page)
    title(page, "哪个城市")


def test_options_come_in_the_order_the_server_knows(address: Any, visit: Visit, stored: Any, db: Any) -> None:
    page = visit(address())
    step(page, "Q1", "9")
    title(page, "您办理了哪项业务")
    saved(page)
    shown = page.eval_on_selector_all('input[name="Q3"]', "all => all.map(each => each.value)")
    (response,) = stored()
    plan = plans.plan_of(response.version_id)
    assert shown == [*flow.order(plan, plan.questions["Q3"], response.seed), "other"]


def test_questions_in_random_order_still_follow_their_rules(
    address: Any, visit: Visit, stored: Any, db: Any
) -> None:
    asked = [
        {"code": "Q1", "type": "nps", "title": "第一题", "settings": {}},
        *[
            {
                "code": f"Q{n}",
                "type": "short_text",
                "title": f"第{n}题",
                "show": {"question": "Q1", "is": "promoter"},
                "settings": {},
            }
            for n in (2, 3, 4)
        ],
    ]
    document = {**VISIT, "pages": [{"code": "p1", "order": "random", "questions": asked}]}
    page = visit(address(document, one_per_screen=False))
    step(page, "Q1", "9")
    title(page, "第4题")
    shown = page.eval_on_selector_all(".q", "all => all.map(each => each.dataset.code)")
    page.fill('input[name="Q4"]', "好")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    plan = plans.plan_of(response.version_id)
    assert shown == flow.order(plan, plan.pages[0], response.seed)
    assert response.answers == {"Q1": 9, "Q4": "好"}


def test_a_page_with_all_its_questions_branches_within_itself(
    address: Any, visit: Visit, stored: Any
) -> None:
    page = visit(address(SHORT, one_per_screen=False))
    expect(page.locator('[data-code="Q2"]')).to_be_hidden()
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    title(page, "您会推荐我们吗")
    step(page, "Q1", "9")
    expect(page.locator('[data-code="Q2"]')).to_be_hidden()
    onward(page)
    title(page, "怎么称呼您")
    page.fill('input[name="Q6"]', "王女士")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert stored()[0].answers == {"Q1": 9, "Q6": "王女士"}


def test_a_tapped_score_counts_only_once_the_page_sends_it(
    address: Any, visit: Visit, stored: Any, client: Any
) -> None:
    link = address()
    assert client.get(f"{link}?a=9").status_code == 200  # what a link scanner does
    assert stored() == []
    page = visit(f"{link}?a=9")
    title(page, "您办理了哪项业务")
    saved(page)
    assert [each.answers for each in stored()] == [{"Q1": 9}]
    assert page.url.endswith(link)


def test_fields_and_answers_in_the_address_are_taken_over(address: Any, visit: Visit, stored: Any) -> None:
    page = visit(f"{address(SHORT)}?city=上海&Q1=2&Q6=%20&nonsense=1")
    expect(page.locator('input[name="Q1"][value="2"]')).to_be_checked()
    onward(page)
    title(page, "您给了 2 分")
    saved(page)
    (response,) = stored()
    assert (response.fields, response.answers) == ({"city": "上海"}, {"Q1": 2})


def test_an_answer_in_the_address_that_is_not_allowed_is_ignored(address: Any, visit: Visit) -> None:
    page = visit(f"{address(SHORT)}?Q1=99")
    title(page, "您会推荐我们吗")
    expect(page.locator('input[name="Q1"]:checked')).to_have_count(0)


def test_the_language_changes_without_losing_answers(address: Any, visit: Visit) -> None:
    page = visit(address())
    step(page, "Q1", "4")
    title(page, "您给了 4 分")
    page.locator(".back").tap()
    page.get_by_role("button", name="English").tap()
    title(page, "Would you recommend us?")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator('input[name="Q1"][value="4"]')).to_be_checked()
    expect(page.locator(".primary")).to_have_text("Next")


def test_after_the_end_the_phone_remembers_and_offers_another_go(
    address: Any, visit: Visit, stored: Any
) -> None:
    link = address(SHORT)
    page = visit(link)
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    page.goto(link)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    page.get_by_role("button", name="再答一次").tap()
    title(page, "您会推荐我们吗")
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert [each.state for each in stored()] == ["completed", "completed"]


def test_a_phone_is_known_again_within_one_survey_and_strange_to_the_next(
    address: Any, visit: Visit, window: Any, stored: Any
) -> None:
    first, other, phone = address(SHORT), address(SHORT), window()
    for link in (first, other):
        page = visit(link, phone)
        finish(page)
        expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    page = visit(first, phone)
    page.get_by_role("button", name="再答一次").tap()
    title(page, "您会推荐我们吗")
    finish(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    one, strange, again = [each.device for each in stored()]
    assert one == again
    assert len(one) == 22
    assert strange not in (one, None)


def test_an_invitation_goes_on_at_another_device_and_ends_once(
    cast: SimpleNamespace, db: Any, visit: Visit, stored: Any
) -> None:
    distribution = factories.distribution(factories.published(cast.east, SHORT), channel="sms")
    factories.invitation(distribution, factories.contact(cast.east), token="t" * 22)
    db.session.commit()
    page = visit(f"/i/{'t' * 22}")
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    saved(page)
    page = visit(f"/i/{'t' * 22}")
    title(page, "您给了 2 分")  # after the last answer, without asking
    expect(page.locator('input[name="Q1"][value="2"]')).to_be_checked()
    page.fill("textarea", "我要投诉")
    onward(page)
    page.fill('input[name="Q6"]', "王女士")
    onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    expect(page.get_by_role("button", name="再答一次")).to_have_count(0)
    page.reload()
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert (response.state, response.answers) == ("completed", ended)


def test_a_response_stays_on_the_version_it_began(
    cast: SimpleNamespace, db: Any, visit: Visit, window: Any, stored: Any
) -> None:
    survey = factories.published(cast.east, SHORT)
    link = f"/s/{factories.distribution(survey).code}"
    db.session.commit()
    phone = window()
    page = visit(link, phone)
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    saved(page)
    changed = copy.deepcopy(SHORT)
    changed["pages"][1]["questions"][0]["title"] = "您的电话？"
    survey.draft = changed
    factories.publish(survey)
    db.session.commit()
    page.wait_for_timeout(1200)  # a door is remembered for a second
    page = visit(link, phone)
    title(page, "您给了 2 分")
    onward(page)
    title(page, "怎么称呼您")
    fresh = visit(link)
    step(fresh, "Q1", "9")
    title(fresh, "您的电话")


def test_a_closed_survey_says_so_and_keeps_what_was_typed(
    cast: SimpleNamespace, db: Any, visit: Visit, stored: Any
) -> None:
    distribution = factories.distribution(factories.published(cast.east, SHORT))
    db.session.commit()
    page = visit(f"/s/{distribution.code}")
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    saved(page)
    db.session.rollback()
    distribution.status = "closed"
    db.session.commit()
    page.wait_for_timeout(1200)
    page.fill("textarea", "太慢")
    onward(page)
    expect(page.locator(".panel h2")).to_have_text("问卷已停止收集")
    assert stored()[0].answers == {"Q1": 2}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_accessible(address: Any, visit: Visit, theme: str) -> None:
    page = visit(address(), color_scheme=theme, reduced_motion="reduce")

    def clean() -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    clean()
    onward(page)
    clean()  # with an error
    step(page, "Q1", "2")
    for name in (
        "您给了 2 分",
        "您办理了哪项业务",
        "哪些方面让您满意",
        "请评价各个环节",
        "等了几分钟",
        "哪个城市",
        "哪天来的",
        "打几颗星",
    ):
        title(page, name)
        if name == "您办理了哪项业务":
            clean()
            step(page, "Q3", "card")
            continue
        if name == "请评价各个环节":
            step(page, "Q5.staff", "good")
            step(page, "Q5.speed", "good")
        clean()
        onward(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    clean()


def test_targets_are_large_enough_and_nothing_scrolls_sideways(address: Any, visit: Visit) -> None:
    page = visit(address())
    small = """all => all.filter(each => each.offsetParent).map(each => each.getBoundingClientRect())
        .filter(box => box.width < 48 || box.height < 48).map(box => [box.width, box.height])"""
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    controls = ".opt, .step, .star, button, select, .box"

    def tidy() -> None:
        assert page.eval_on_selector_all(controls, small) == []
        assert not page.evaluate(sideways)

    tidy()
    step(page, "Q1", "9")
    title(page, "您办理了哪项业务")
    tidy()
    step(page, "Q3", "card")
    title(page, "哪些方面让您满意")
    tidy()
    onward(page)
    title(page, "请评价各个环节")
    tidy()


def test_twice_the_text_size_still_fits(address: Any, visit: Visit) -> None:
    page = visit(address(one_per_screen=False), viewport={"width": 360, "height": 780})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    step(page, "Q1", "9")
    onward(page)
    title(page, "请评价各个环节")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_page_may_be_framed_only_when_it_is_asked_for(
    address: Any, visit: Visit, live: Live, host: Callable[[str], str]
) -> None:
    link = f"{live.url}{address(SHORT)}"
    page = visit(
        host(
            f"<iframe id=a src='{link}?embed=1'></iframe><iframe id=b src='{link}'></iframe>"
            "<script>var heard=[];addEventListener('message',e=>heard.push(e.data.event))</script>"
        )
    )
    expect(page.frame_locator("#a").locator("h1")).to_have_text("门店体验回访")
    page.wait_for_function("heard.includes('ready')")
    assert page.frames[2].url.startswith("chrome-error")


ITEMS: dict[str, Any] = {
    **VISIT,
    "variables": [{"code": "total", "value": {"multiply": [{"question": "Q1"}, 10]}}],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "A", "type": "welcome", "title": "谢谢您来店里", "settings": {"start": "好的"}},
                {"code": "H", "type": "hidden", "title": "城市", "settings": {"field": "city"}},
                VISIT["pages"][0]["questions"][1],
            ],
        },
        {
            "code": "p2",
            "questions": [
                {"code": "E", "type": "equation", "title": "您的总分", "settings": {"variable": "total"}},
                {
                    "code": "C",
                    "type": "call_to_action",
                    "title": "送您一张券",
                    "settings": {"label": "去领取", "url": "https://example.com/member"},
                },
                {
                    "code": "Q2",
                    "type": "short_text",
                    "title": "上海的顾客，还想说什么？",
                    "show": {"question": "H", "is": "上海"},
                    "settings": {},
                },
            ],
        },
    ],
}


def test_a_welcome_stands_alone_and_what_nobody_answers_is_worked_out(
    address: Any, visit: Visit, stored: Any
) -> None:
    page = visit(f"{address(ITEMS)}?city=上海")
    expect(page.locator("h2:visible")).to_have_text("谢谢您来店里")
    expect(page.locator("legend:visible")).to_have_count(0)
    expect(page.locator(".bar .primary")).to_have_text("好的")
    onward(page)
    title(page, "您会推荐我们吗")
    step(page, "Q1", "9")
    title(page, "上海的顾客")
    expect(page.locator('input[name="E"]')).to_have_value("90")
    link = page.get_by_role("link", name="去领取")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    page.fill('input[name="Q2"]', "都好")
    page.locator(".bar .primary").tap()
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    (response,) = stored()
    assert response.answers == {"Q1": 9, "H": "上海", "E": 90, "Q2": "都好"}


def test_what_nobody_answers_is_worked_out_without_scripts_too(
    address: Any, visit: Visit, stored: Any
) -> None:
    page = visit(f"{address(ITEMS)}?city=北京", java_script_enabled=False, has_touch=False)
    page.check('input[name="Q1"][value="3"]', force=True)
    page.click(".bar .primary")
    expect(page.locator('input[name="E"]')).to_have_value("30")
    page.click(".bar .primary")
    expect(page.locator(".ending h2")).to_have_text("谢谢您的反馈")
    assert stored()[0].answers == {"Q1": 3, "H": "北京", "E": 30}


def test_an_ending_leads_to_a_named_site_with_answers_in_its_address(
    address: Any, visit: Visit, stored: Any, host: Callable[[str], str]
) -> None:
    target = host("<p>there</p>")
    ending = {"code": "thanks", "title": "谢谢您的反馈", "url": f"{target}?why={{Q2|none}}&score={{Q1}}"}
    document = {**VISIT, "pages": [{**VISIT["pages"][0], "next": []}], "endings": [ending]}
    page = visit(address(document, redirect_hosts=[target.split("/")[2]]))
    step(page, "Q1", "2")
    title(page, "您给了 2 分")
    page.fill("textarea", "慢 & 贵?")
    onward(page)
    page.wait_for_url(f"{target}?why=%E6%85%A2%20%26%20%E8%B4%B5%3F&score=2")
    assert stored()[0].state == "completed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_of_odd_colours_can_still_be_read(address: Any, visit: Visit, scheme: str) -> None:
    theme = {"accent": "#ffe600", "background": "#7a1fa2"}
    page = visit(address(SHORT, theme=theme), color_scheme=scheme, reduced_motion="reduce")
    for name in ("您会推荐我们吗", "您给了 2 分"):
        title(page, name)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        step(page, "Q1", "2") if name == "您会推荐我们吗" else None
