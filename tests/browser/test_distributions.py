"""Sharing a survey, as a manager does it on a desk and on a phone, and the codes that come out of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from survey_app.models import Distribution, Survey
from survey_app.services import contacts, deliveries, distributions, invitations, places
from tests import factories
from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit, cast: SimpleNamespace) -> Callable[..., Page]:
    """``desk(address)`` is a page on a big screen in which the manager has signed in."""

    def open_page(address: str, **options: Any) -> Page:
        options = {"viewport": DESK, "has_touch": False, **options}
        page = visit(f"/login?next={address}", **options)
        page.get_by_label("登录名").fill("manager")
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    return open_page


@pytest.fixture
def survey(db: Any, cast: SimpleNamespace) -> Survey:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def cards(cast: SimpleNamespace, survey: Survey) -> Distribution:
    made = distributions.create(cast.manager, survey.code, "qrcode", name="台卡")
    places.add(cast.manager, made, "大堂,浦东店\n柜台,徐汇店\n理财室")
    return made


@pytest.fixture
def messages(cast: SimpleNamespace, survey: Survey) -> Distribution:
    contacts.add(cast.manager, "王小明,13812345678\n李雷,13912345678\n韩梅梅,13712345678")
    return distributions.create(
        cast.manager, survey.code, "sandbox", {"text": "{name}，请评价：{link}"}, name="回访"
    )


def address(distribution: Distribution) -> str:
    return f"/surveys/{distribution.survey.code}/distributions/{distribution.code}"


def read(picture: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_a_manager_prints_codes_for_new_places(desk: Any, survey: Survey, db: Any, live: Any) -> None:
    page = desk(f"/surveys/{survey.code}/distributions")
    page.get_by_role("link", name="二维码").click()
    page.get_by_label("投放名称").fill("春季台卡")
    page.get_by_role("button", name="创建").click()
    page.get_by_role("button", name="添加点位").click()
    page.get_by_label("每行一个点位").fill("大堂,没有这家店")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("第 1 行：找不到名为“没有这家店”的机构")
    page.get_by_label("每行一个点位").fill("大堂,浦东店")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("大堂"))).to_contain_text("浦东店")
    page.get_by_label("“大堂”的更多操作").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="图片（PNG）").click()
    assert saving.value.suggested_filename == "大堂.png"
    (code,) = read(Path(saving.value.path()).read_bytes())
    assert re.fullmatch(r"HTTP://LOCALHOST/S/[2-9A-Z]{8}", code)


@pytest.mark.parametrize("size", ["a6", "a5", "a4"])
def test_every_code_of_a_poster_reads_back(desk: Any, cards: Distribution, size: str) -> None:
    page = desk(f"{address(cards)}/poster?size={size}")
    sheets = page.locator(".sheet")
    expect(sheets).to_have_count(3)
    wanted = [distributions.link(place).upper() for place in places.page(cards)[0]]
    assert [read(sheets.nth(number).screenshot()) for number in range(3)] == [[each] for each in wanted]


@pytest.mark.parametrize(("size", "width", "height"), [("a6", 105, 148), ("a5", 148, 210), ("a4", 210, 297)])
def test_a_poster_fills_its_paper_and_no_sheet_more(
    desk: Any, cards: Distribution, size: str, width: int, height: int
) -> None:
    page = desk(f"{address(cards)}/poster?size={size}")
    expect(page.locator(".sheet")).to_have_count(3)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(boxes) == 3
    for across, down in boxes:
        assert abs(float(across) / 72 * 25.4 - width) < 1
        assert abs(float(down) / 72 * 25.4 - height) < 1


def test_a_customer_who_scans_gets_the_survey(visit: Visit, cards: Distribution, db: Any) -> None:
    code = places.page(cards)[0][0].code
    page = visit(f"/S/{code}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("fieldset").first).to_be_visible()


def test_invited_people_appear_with_the_exact_message(desk: Any, messages: Distribution, db: Any) -> None:
    page = desk(address(messages))
    page.get_by_role("link", name="邀请联系人").click()
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="邀请所选").click()
    section = page.locator("#messages")
    expect(section).to_contain_text("等待 3")
    deliveries.drain()
    expect(section).to_contain_text("已发送 3")
    expect(section.get_by_text(re.compile(r"^王小明，请评价：http://localhost/i/\w{22}$"))).to_be_visible()
    expect(page.locator("#invitations .funnel li").nth(1)).to_contain_text("3")


def test_wrong_settings_keep_the_dialogue_open(desk: Any, messages: Distribution) -> None:
    page = desk(address(messages))
    page.get_by_role("button", name="设置").click()
    page.get_by_label("短信内容").fill("忘了写链接")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("dialog")).to_contain_text("内容里没有 {link}")
    expect(page.get_by_label("短信内容")).to_have_value("忘了写链接")


def test_closing_asks_first(desk: Any, cards: Distribution) -> None:
    page = desk(address(cards))
    page.once("dialog", lambda question: question.dismiss())
    page.get_by_role("button", name="关闭", exact=True).click()
    expect(page.get_by_text("收集中")).to_be_visible()
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="关闭", exact=True).click()
    expect(page.get_by_role("button", name="重新开启")).to_be_visible()


def test_the_link_is_copied(desk: Any, cards: Distribution) -> None:
    page = desk(address(cards), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == distributions.link(cards)


def test_a_link_is_copied_where_the_page_is_not_encrypted(desk: Any, cards: Distribution) -> None:
    page = desk(
        f"/surveys/{cards.survey.code}/distributions", permissions=["clipboard-read", "clipboard-write"]
    )
    page.evaluate(
        "window.kept = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    )
    button = page.get_by_role("button", name="复制链接")
    button.click()
    expect(button).to_have_text("✓")
    assert page.evaluate("kept.readText()") == distributions.link(cards)
    expect(button.locator("svg")).to_be_visible()


def test_a_code_stands_level_with_its_place(desk: Any, cards: Distribution) -> None:
    row = desk(address(cards)).locator("#places tbody tr").first
    name, code = (row.locator(part).bounding_box() for part in ("td.lead strong", "td code"))
    assert abs(name["y"] + name["height"] / 2 - code["y"] - code["height"] / 2) < 3


def test_ticked_people_are_not_left_behind_unasked(desk: Any, messages: Distribution) -> None:
    page = desk(f"{address(messages)}/invite")
    page.get_by_label("李雷").check()
    asked: list[str] = []
    page.once("dialog", lambda question: (asked.append(question.type), question.dismiss()))
    page.get_by_role("link", name="联系人", exact=True).click()
    expect(page.get_by_label("李雷")).to_be_checked()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="邀请所选").click()
    expect(page.get_by_text("已邀请 1 人")).to_be_visible()


def test_a_click_beside_a_dialogue_never_hides_what_was_written(desk: Any, cards: Distribution) -> None:
    page = desk(address(cards))
    page.get_by_role("button", name="添加点位").click()
    dialog = page.get_by_role("dialog", name="添加点位")
    page.mouse.click(5, 400)
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="添加点位").click()
    dialog.get_by_role("textbox").fill("贵宾室,浦东店")
    page.mouse.click(5, 400)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_fit_and_are_accessible(
    desk: Any, cast: SimpleNamespace, cards: Distribution, messages: Distribution, screen: Any, scheme: str
) -> None:
    invitations.invite(cast.manager, messages, None)
    deliveries.drain()
    root = f"/surveys/{cards.survey.code}/distributions"
    page = desk("/contacts", viewport=screen, color_scheme=scheme)
    for where in (
        "/contacts",
        root,
        f"{root}/new/sandbox",
        address(cards),
        address(messages),
        f"{address(messages)}/invite",
    ):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, where
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
