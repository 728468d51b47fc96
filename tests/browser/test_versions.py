"""A running survey is changed: what the manager reads first, and what becomes of somebody half-way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from survey_app.models import Response, Survey
from survey_app.services import surveys
from tests import factories
from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]
Document = dict[str, Any]

LONG = "请问您在过去三个月里有没有因为等待时间过长、窗口太少或者解释不清楚而不得不再次前往网点办理业务？"


def edited() -> Document:
    """The survey with a jump, another option and an ending with a long title."""
    made = copy.deepcopy(factories.NPS_DOCUMENT)
    made["endings"].append({"code": "callback", "title": LONG[:60]})
    made["pages"][0]["next"] = [{"when": {"question": "Q1", "at_most": 3}, "go": "callback"}]
    made["pages"][1]["questions"][0]["settings"]["options"].append({"id": "ask", "label": "咨询"})
    return made


def many() -> Document:
    """Sixty further questions."""
    made = edited()
    for number in range(60):
        title = LONG if number % 7 == 0 else f"补充 {number}"
        asked = {"code": f"N{number}", "type": "short_text", "title": title, "settings": {}}
        made["pages"][number % 2]["questions"].append(asked)
    return made


@pytest.fixture
def live_survey(cast: Any) -> Survey:
    """The manager's survey with version 1 live and an edited draft."""
    made = surveys.create(cast.manager, "门店体验回访", copy.deepcopy(factories.NPS_DOCUMENT))
    surveys.publish(cast.manager, made.code)
    return surveys.save(cast.manager, made.code, edited(), made.revision)


@pytest.fixture
def desk(visit: Visit) -> Callable[..., Page]:
    """``desk("/surveys")`` is a page in which the manager has signed in."""

    def open_page(address: str, **options: Any) -> Page:
        page = visit(f"/login?next={address}", **{"viewport": DESK, "has_touch": False, **options})
        page.get_by_label("登录名").fill("manager")
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    return open_page


def dialog(page: Page) -> Any:
    """The dialogue of publishing, opened."""
    expect(page.locator("#designer[data-ready]")).to_be_visible()
    page.locator("#publish").click()
    found = page.get_by_role("dialog", name="发布")
    expect(found.locator(".diff")).to_be_visible()
    return found


def faults(page: Page, name: str) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{name}: {each['id']} {node['target']}" for each in found for node in each["nodes"]]


def test_the_publish_dialogue_shows_who_goes_another_way_and_those_half_way_stay_on_their_version(
    desk: Callable[..., Page], visit: Visit, live_survey: Survey, cast: Any, db: Any
) -> None:
    link = f"/s/{factories.distribution(live_survey).code}"
    db.session.commit()
    phone = visit(link)
    phone.locator('label:has(input[name="Q1"][value="2"])').tap()
    expect(phone.locator("legend:visible", has_text="您给了 2 分")).to_be_visible()
    expect(phone.locator(".state")).to_have_text("已保存")

    page = desk(f"/surveys/{live_survey.code}/design")
    shown = dialog(page)
    turn = shown.locator(".turn")
    expect(turn).to_have_count(1)
    expect(turn.locator(".turn-people")).to_contain_text("= 0–3")
    expect(turn).to_contain_text("不再看到 Q3")
    before, now = turn.locator(".way").all()
    expect(before.locator("s")).to_have_count(2)  # Q3 and the old ending
    expect(now.locator("strong")).to_contain_text("请问您在过去三个月里")
    expect(shown).to_contain_text("第 1 版还有 1 份答卷正在作答，会按该版答完")
    expect(shown).to_contain_text("选项“咨询”")
    shown.get_by_role("button", name="发布为第 2 版").click()
    expect(page.get_by_role("dialog", name="第 2 版已发布")).to_be_visible()

    phone.locator(".bar .primary").tap()  # leaves the complaint empty
    expect(phone.locator("legend:visible", has_text="您办理了哪项业务")).to_be_visible()
    expect(phone.locator('input[name="Q3"]')).to_have_count(2)
    phone.locator('label:has(input[name="Q3"][value="loan"])').tap()
    phone.locator(".bar .primary").tap()
    expect(phone.locator(".ending h2:visible")).to_have_text("谢谢您的反馈")
    db.session.rollback()
    (row,) = db.session.query(Response).all()
    assert (row.state, row.position) == ("completed", "thanks")

    fresh = visit(link)
    fresh.locator('label:has(input[name="Q1"][value="2"])').tap()
    expect(fresh.locator("legend:visible", has_text="您给了 2 分")).to_be_visible()
    fresh.locator(".bar .primary").tap()
    expect(fresh.locator(".ending h2:visible")).to_contain_text("请问您在过去三个月里")


def test_where_only_words_change_the_dialogue_says_so(
    desk: Callable[..., Page], cast: Any, live_survey: Survey
) -> None:
    made = copy.deepcopy(factories.NPS_DOCUMENT)
    made["pages"][0]["questions"][0]["title"] = "您会推荐我们吗？"
    surveys.save(cast.manager, live_survey.code, made, live_survey.revision)
    shown = dialog(desk(f"/surveys/{live_survey.code}/design"))
    expect(shown.locator(".diff .all-clear")).to_have_text("除措辞和外观外，答题者感受不到任何变化。")
    expect(shown.locator(".turn")).to_have_count(0)


def test_a_draft_with_errors_says_when_paths_are_compared(
    desk: Callable[..., Page], cast: Any, live_survey: Survey
) -> None:
    made = edited()
    made["pages"][0]["questions"][1]["show"] = {"question": "Q9", "is": "x"}
    surveys.save(cast.manager, live_survey.code, made, live_survey.revision)
    shown = dialog(desk(f"/surveys/{live_survey.code}/design"))
    expect(shown).to_contain_text("改正错误后才能比较答题路径。")
    expect(shown.get_by_role("button", name="发布为第 2 版")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_sixty_changes_fit_every_screen(
    desk: Callable[..., Page], cast: Any, live_survey: Survey, scheme: str, screen: Any
) -> None:
    surveys.publish(cast.manager, live_survey.code)
    surveys.save(cast.manager, live_survey.code, many(), live_survey.revision)
    address = f"/surveys/{live_survey.code}"
    page = desk(f"{address}/design", viewport=screen, color_scheme=scheme)
    shown = dialog(page)
    expect(shown.locator(".changes > li:visible")).to_have_count(8)
    found = faults(page, "publish")
    assert shown.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    shown.locator(".fold summary").last.click()
    expect(shown.locator(".changes > li:visible")).to_have_count(60)
    for path in ("/versions", "/compare", "/compare?from=1&to=2"):
        page.goto(address + path)
        found += faults(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []


def test_two_versions_are_chosen_and_compared(
    desk: Callable[..., Page], cast: Any, live_survey: Survey
) -> None:
    surveys.publish(cast.manager, live_survey.code)
    page = desk(f"/surveys/{live_survey.code}/versions")
    expect(page.locator(".version .changes").first).to_contain_text("选项“咨询”")
    page.get_by_role("link", name="与第 1 版相比，哪些人的路径会变").click()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_label("从", exact=True).select_option(label="第 2 版")
    page.get_by_label("到", exact=True).select_option(label="第 1 版")
    page.get_by_role("button", name="比较", exact=True).click()
    expect(page.locator(".turn", has_text="= 0–3")).to_contain_text("现在会看到 Q3")
