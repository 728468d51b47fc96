"""Tables, ranges and formatted text on the phone: with the types' own scripts and without any."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from survey_app.models import Response
from tests import factories

OPTIONS = [{"id": "in", "label": "到店"}, {"id": "out", "label": "外卖"}]
QUESTIONS: dict[str, dict[str, Any]] = {
    "N": {
        "type": "matrix_number",
        "settings": {
            "rows": [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}],
            "columns": [{"id": "x", "label": "左"}, {"id": "y", "label": "右"}],
            "show_sums": True,
        },
    },
    "D": {
        "type": "table_dynamic",
        "settings": {
            "columns": [
                {"id": "name", "label": "姓名"},
                {"id": "how", "label": "方式", "kind": "choice", "options": OPTIONS, "optional": True},
            ],
            "max_rows": 3,
        },
    },
    "S": {
        "type": "inline_blank",
        "settings": {
            "sentence": "我在 {city} 住了 {years} 年",
            "rows": [{"id": "city", "label": "城市"}, {"id": "years", "label": "年数", "kind": "number"}],
        },
    },
    "R": {"type": "range_slider", "settings": {"min": 0, "max": 10, "step": 1, "min_gap": 2}},
    "T": {"type": "rich_text", "settings": {}},
}


@pytest.fixture
def address(cast: SimpleNamespace, db: Any) -> str:
    questions = [{"code": code, "title": code, **about} for code, about in QUESTIONS.items()]
    document = {
        "format": 1,
        "title": "Tables",
        "locale": "zh_CN",
        "settings": {"one_per_screen": False},
        "pages": [{"code": "p1", "questions": questions}],
        "endings": [{"code": "end", "title": "谢谢"}],
    }
    distribution = factories.distribution(factories.published(cast.east, document))
    db.session.commit()
    return f"/s/{distribution.code}"


def control(page: Page, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def fill_numbers(page: Page) -> None:
    for name, text in {"N.a.x": "１", "N.a.y": "2", "N.b.x": "3", "N.b.y": "4"}.items():
        control(page, name).fill(text)


def stored(db: Any) -> dict[str, Any]:
    db.session.rollback()
    return dict(db.session.query(Response).one().answers)


EVIL = '<img src=x onerror="bad=1"><b onclick="bad=1">x</b><a href="javascript:bad=1">y</a>'
REFILL = """(html) => {
  document.querySelector('[name="T.html"]').value = html;
  document.querySelector('.q[data-code="T"]').dispatchEvent(new Event('refill'));
}"""

ANSWERS = {
    "N": {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 4}},
    "D": [{"name": "李芳", "how": "out"}, {"name": "王明"}],
    "S": {"city": "成都", "years": 3},
    "R": [2, 7],
}


def test_the_scripts_of_tables_help_to_answer(address: str, visit: Any, db: Any) -> None:
    page = visit(address)
    fill_numbers(page)
    expect(page.locator('.row[data-row="a"] .sum output')).to_have_text("3")
    expect(page.locator(".sums output").last).to_have_text("10")

    table = page.locator("[data-records]")
    expect(table.locator(".entry:visible")).to_have_count(1)
    control(page, "D.1.name").fill("多余")
    table.locator(".add").click()
    control(page, "D.2.name").fill("李芳")
    control(page, "D.2.how").select_option("out")
    table.locator(".add").click()
    control(page, "D.3.name").fill("王明")
    expect(table.locator(".add")).to_be_hidden()
    table.locator(".drop").first.click()
    expect(control(page, "D.1.name")).to_have_value("李芳")
    expect(table.locator(".entry:visible")).to_have_count(2)

    control(page, "S.city").fill("成都")
    control(page, "S.years").fill("3")
    thumbs = page.locator(".thumbs input")
    thumbs.nth(0).focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    thumbs.nth(1).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(control(page, "R.low")).to_have_value("2")
    expect(control(page, "R.high")).to_have_value("7")

    paper = page.locator(".paper")
    paper.click()
    page.locator(".tools .bold").click()
    page.keyboard.type("good 1")
    page.locator(".tools .bold").click()
    page.keyboard.press("Enter")
    page.keyboard.type("and <b>cheap</b>")
    page.locator(".primary").click()
    page.get_by_text("谢谢").wait_for()
    found = stored(db)
    rich = found.pop("T")
    assert found == ANSWERS
    assert "<b>good 1</b>" in rich
    assert "&lt;b&gt;cheap&lt;/b&gt;" in rich


def test_the_thumbs_of_a_range_keep_their_distance(address: str, visit: Any) -> None:
    page = visit(address)
    low = page.locator(".thumbs input").first
    low.focus()
    page.keyboard.press("End")
    expect(control(page, "R.low")).to_have_value("8")
    control(page, "R.high").fill("9")
    expect(page.locator(".thumbs input").last).to_have_value("9")


def test_pasted_and_prefilled_markup_never_runs(address: str, window: Any) -> None:
    page = window(bypass_csp=True).new_page()
    page.goto(address)
    page.locator(".paper").wait_for()
    page.evaluate(REFILL, EVIL)
    expect(page.locator(".paper")).to_have_text("xy")
    assert page.locator(".paper img, .paper a, .paper [onclick]").count() == 0
    assert page.evaluate("window.bad === undefined")


def test_without_scripts_the_same_answers_are_stored(address: str, window: Any, db: Any) -> None:
    page = window(java_script_enabled=False).new_page()
    page.goto(address)
    fill_numbers(page)
    control(page, "D.1.name").fill("李芳")
    control(page, "D.1.how").select_option("out")
    control(page, "D.3.name").fill("王明")
    control(page, "S.city").fill("成都")
    control(page, "S.years").fill("3")
    control(page, "R.low").fill("2")
    control(page, "R.high").fill("7")
    control(page, "T").fill("a <b>\nb")
    page.locator(".primary").click()
    page.get_by_text("谢谢").wait_for()
    assert stored(db) == {**ANSWERS, "T": "a &lt;b&gt;<br>b"}
