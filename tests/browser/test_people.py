"""Regions, trees, long lists and members on a phone: what people see is short, what is stored is the same
with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from survey_app import models, plugins
from tests import factories

Visit = Callable[..., Page]

DISTRICT = ["440000", "440300", "440305"]


@pytest.fixture
def address(cast: SimpleNamespace, db: Any) -> Callable[..., str]:
    """``address("region", depth="city")`` publishes a survey with one question and gives its link."""

    def publish(key: str, **given: Any) -> str:
        settings = {**plugins.types()[key].examples[0].settings, **given}
        document = {
            "format": 1,
            "title": "一题",
            "locale": "zh_CN",
            "pages": [
                {
                    "code": "p1",
                    "questions": [
                        {"code": "Q1", "type": key, "title": "请选择", "required": True, "settings": settings}
                    ],
                }
            ],
            "endings": [{"code": "thanks", "title": "谢谢您"}],
        }
        made = factories.distribution(factories.published(cast.east, document))
        db.session.commit()
        return f"/s/{made.code}"

    return publish


@pytest.fixture
def stored(db: Any) -> Callable[[], Any]:
    """The answer of the one response there is, finished or not."""

    def read() -> Any:
        db.session.rollback()
        (response,) = db.session.query(models.Response).all()
        return response.answers["Q1"]

    return read


def shown(page: Page, name: str) -> Locator:
    """The list of this name that people see."""
    return page.get_by_role("combobox", name=name, exact=True)


def send(page: Page) -> None:
    page.locator(".primary").click()
    expect(page.locator(".ending h2")).to_have_text("谢谢您")


def test_cities_and_districts_are_chosen_from_lists(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address("region"))
    province = shown(page, "省份")
    province.select_option("北京市")
    expect(shown(page, "区县")).to_be_visible()
    province.select_option("广东省")
    shown(page, "城市").select_option("东莞市")
    expect(shown(page, "区县")).to_be_hidden()
    shown(page, "城市").select_option("深圳市")
    shown(page, "区县").select_option("南山区")
    expect(page.locator(".region input")).to_be_hidden()
    send(page)
    assert stored() == DISTRICT


def test_a_district_is_written_where_there_are_no_scripts(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address("region"), java_script_enabled=False)
    shown(page, "省份").select_option("广东省")
    page.get_by_label("城市和区县").fill("朝阳")
    page.locator(".primary").click()
    expect(page.get_by_text("没有找到这个地方")).to_be_visible()
    expect(shown(page, "省份")).to_have_value("440000")
    page.get_by_label("城市和区县").fill("深圳南山")
    send(page)
    assert stored() == DISTRICT


def test_a_region_stands_there_again_after_a_reload(address: Callable[..., str], visit: Visit) -> None:
    page = visit(address("region"))
    shown(page, "省份").select_option("广东省")
    shown(page, "城市").select_option("深圳市")
    shown(page, "区县").select_option("南山区")
    page.reload()
    expect(shown(page, "城市")).to_have_value("深圳市")
    expect(shown(page, "区县")).to_have_value("南山区")


def test_a_region_can_be_written_where_the_lists_do_not_come(
    address: Callable[..., str], visit: Visit, window: Callable[..., Any], stored: Callable[[], Any]
) -> None:
    context = window()
    context.route("**/regions/**", lambda route: route.abort())
    page = visit(address("region"), context=context)
    shown(page, "省份").select_option("广东省")
    page.get_by_label("城市和区县").fill("深圳市南山区")
    send(page)
    assert stored() == DISTRICT


def test_a_tree_shows_only_what_is_below_and_comes_back(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address("cascader"))
    expect(shown(page, "城市")).to_be_hidden()
    shown(page, "大区").select_option("华东")
    assert shown(page, "城市").locator("option").all_text_contents() == ["城市", "上海", "杭州"]
    shown(page, "城市").select_option("上海")
    shown(page, "门店").select_option("静安店")
    shown(page, "大区").select_option("华南")
    expect(shown(page, "门店")).to_be_hidden()
    shown(page, "城市").select_option("广州")
    shown(page, "门店").select_option("天河店")
    page.reload()
    expect(shown(page, "门店")).to_have_value("tianhe")
    send(page)
    assert stored() == ["south", "gz", "tianhe"]


def test_a_long_list_is_searched_and_chosen_by_keyboard(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    entries = "\n".join(f"{i:04d} 第{i}分店" for i in range(5000))
    page = visit(address("lookup_choice", entries=entries))
    field = page.get_by_role("combobox")
    field.fill("分店")
    expect(page.get_by_text("还有 4993 项")).to_be_visible()
    field.fill("第4321")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("第4321分店")
    send(page)
    assert stored() == "4321"


def test_an_entry_that_is_not_in_the_list_is_explained(address: Callable[..., str], visit: Visit) -> None:
    page = visit(address("lookup_choice"))
    page.get_by_role("combobox").fill("火星店")
    expect(page.get_by_text("没有符合的选项")).to_be_visible()
    page.locator(".primary").click()
    expect(page.locator("#Q1-error")).to_contain_text("列表中没有这一项")


def test_names_are_searched_in_a_long_list_of_members(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    options = [{"id": f"s{i}", "label": f"{name}{i}号店"} for i, name in enumerate(["徐汇", "静安"] * 10)]
    page = visit(address("member_pick", options=options))
    page.get_by_label("按名称查找").fill("静安1")
    expect(page.get_by_text("徐汇0号店")).to_be_hidden()
    page.get_by_label("静安11号店").check()
    send(page)
    assert stored() == "s11"
