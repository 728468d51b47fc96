"""Places that run out while somebody answers, and votes that are watched."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.services import intake
from tests import factories
from tests.browser.conftest import Live
from tests.web.test_places import BOOKING, PEOPLE, TIMES, document, question

Visit = Callable[..., Page]
VOTE = document(question("Q1", "vote", PEOPLE, once=True, results="question"))


@pytest.fixture
def door(cast: SimpleNamespace, db: Any) -> Callable[[dict[str, Any]], str]:
    def publish(made: dict[str, Any]) -> str:
        code = factories.distribution(factories.published(cast.east, made)).code
        db.session.commit()
        return code

    return publish


def somebody(live: Live, code: str, **answers: Any) -> None:
    """Somebody else answers meanwhile."""
    with live.app.app_context():
        post = intake.Post(factories.public_id(), 1, answers=answers, complete=True)
        intake.submit(intake.door(code), post)


def go(page: Page) -> None:
    page.locator(".primary").click()


def test_a_slot_that_fills_up_meanwhile_leads_back_to_its_question(
    live: Live, visit: Visit, door: Any
) -> None:
    code = door(BOOKING)
    page = visit(f"/s/{code}")
    expect(page.locator("input[value=past]")).to_be_hidden()
    page.locator("input[value=ten]").check()
    go(page)
    somebody(live, code, Q1="ten", Q2="cup")
    page.locator("select").select_option("bag")
    go(page)
    expect(page.locator('[data-code="Q1"] .error')).to_have_text("这个时段刚刚约满了，请换一个。")
    ten = page.locator("input[value=ten]")
    expect(ten).to_be_disabled()
    expect(ten).not_to_be_checked()
    expect(page.locator("label", has=ten)).to_contain_text("已约满")
    page.locator("input[value=two]").check()
    go(page)
    expect(page.locator("option[value=cup]")).to_have_count(1)
    go(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢")


def test_what_is_full_when_the_page_is_opened_cannot_be_chosen(live: Live, visit: Visit, door: Any) -> None:
    code = door(BOOKING)
    somebody(live, code, Q1="ten", Q2="cup")
    page = visit(f"/s/{code}")
    expect(page.locator("input[value=ten]")).to_be_disabled()
    page.locator("input[value=two]").check()
    go(page)
    cup = page.locator("option[value=cup]")
    expect(cup).to_be_disabled()
    expect(cup).to_have_text("杯子 · 已满")
    assert Axe().run(page).violations_count == 0
    page.locator("select").select_option("bag")
    go(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢")


def test_a_question_with_nothing_left_says_so(live: Live, visit: Visit, door: Any) -> None:
    code = door(document(question("Q1", "booking", [TIMES[0], TIMES[2]])))
    somebody(live, code, Q1="ten")
    page = visit(f"/s/{code}")
    expect(page.locator(".note.none")).to_have_text("暂时没有可以预约的时段了。")
    go(page)
    expect(page.locator(".error")).to_have_text("名额已经全部约满，暂时无法提交。")


def test_a_vote_is_watched_and_given_once(
    live: Live, window: Callable[..., BrowserContext], visit: Visit, door: Any
) -> None:
    code = door(VOTE)
    somebody(live, code, Q1="chen")
    context = window()
    page = visit(f"/s/{code}", context=context)
    page.locator("input[value=lin]").check()
    expect(page.locator(".standing li").nth(1)).to_contain_text("100% · 1 票")
    expect(page.locator(".standing .all")).to_contain_text("提交后计入您的一票")
    go(page)
    figures = page.locator(".ending .standing .figure")
    expect(figures).to_have_text(["50% · 1 票", "50% · 1 票"])
    somebody(live, code, Q1="lin")
    somebody(live, code, Q1="lin")
    expect(figures).to_have_text(["75% · 3 票", "25% · 1 票"])
    expect(page.locator(".again")).to_have_count(0)
    assert Axe().run(page).violations_count == 0
    assert voted_again(page, code) == "这台设备已经投过票了，谢谢您的参与。"


def voted_again(page: Page, code: str) -> str:
    """What the same device is told when it votes under another id."""
    return str(
        page.evaluate(
            """async (code) => {
              const key = Object.keys(localStorage).find((each) => each.endsWith(':device'));
              const body = { id: 'A'.repeat(22), revision: 1, answers: { Q1: 'lin' }, complete: true,
                device: localStorage[key] };
              const headers = { 'Content-Type': 'application/json', 'Accept-Language': 'zh-CN' };
              const reply = await fetch('/s/' + code + '/answers',
                { method: 'POST', headers, body: JSON.stringify(body) });
              return (await reply.json()).errors.Q1;
            }""",
            code,
        )
    )


CITIES = [{"id": "sh", "label": "上海"}, {"id": "bj", "label": "北京"}]


def quoted() -> dict[str, Any]:
    """A city, something to pick, and a question for when no place is left for Shanghai."""
    asked = [("Q1", "single_choice"), ("Q2", "dropdown"), ("Q3", "single_choice")]
    made = document(*(question(code, kind, CITIES) for code, kind in asked))
    made["pages"][2]["questions"][0]["show"] = {"quota": "sh", "full": True}
    made["endings"].append({"code": "sorry", "kind": "over_quota", "title": "名额已满"})
    made["quotas"] = [
        {"code": "sh", "when": {"question": "Q1", "is": "sh"}, "limit": 1, "then": {"go": "sorry"}}
    ]
    return made


@pytest.mark.parametrize("early", [True, False], ids=["while a page is saved", "with the last page"])
def test_rules_of_the_page_follow_a_quota_that_fills_up_meanwhile(
    live: Live, visit: Visit, door: Any, early: bool
) -> None:
    code = door(quoted())
    page = visit(f"/s/{code}")
    if early:
        somebody(live, code, Q1="sh", Q2="sh")
    page.locator('[data-code="Q1"] input[value=bj]').check()
    with page.expect_response("**/answers"):
        go(page)
    if not early:
        somebody(live, code, Q1="sh", Q2="sh")
    page.locator("select").select_option("bj")
    go(page)
    asked = page.locator('[data-code="Q3"]')
    expect(asked).to_be_visible()
    asked.locator("input[value=bj]").check()
    go(page)
    expect(page.locator(".ending h2")).to_have_text("谢谢")


def test_a_quota_that_fills_up_meanwhile_ends_with_its_own_word(live: Live, visit: Visit, door: Any) -> None:
    code = door(quoted())
    page = visit(f"/s/{code}")
    somebody(live, code, Q1="sh", Q2="sh")
    page.locator('[data-code="Q1"] input[value=sh]').check()
    go(page)
    expect(page.locator(".ending h2")).to_have_text("名额已满")
