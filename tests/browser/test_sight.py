"""What people see of a question: why it lets nobody go on, and its texts whole, however long or large."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import factories

Opened = Callable[..., Page]

ROWS = [{"id": f"r{number}", "label": f"第{number}项服务"} for number in range(1, 13)]
COLUMNS = [{"id": "bad", "label": "不满意"}, {"id": "fair", "label": "一般"}, {"id": "good", "label": "满意"}]


@pytest.fixture
def opened(cast: SimpleNamespace, db: Any, visit: Any) -> Opened:
    """``opened(questions, **options)`` publishes a page of them and opens it in a window of these options;
    ``more``: of the document."""

    def show(questions: list[dict[str, Any]], more: dict[str, Any] | None = None, **options: Any) -> Page:
        document = {
            "format": 1,
            "title": "门店体验回访",
            "locale": "zh_CN",
            "settings": {"timezone": "Asia/Shanghai"},
            "pages": [{"code": "p1", "questions": questions}],
            "endings": [{"code": "thanks", "title": "谢谢您"}],
            **(more or {}),
        }
        made = factories.distribution(factories.published(cast.east, document))
        db.session.commit()
        page: Page = visit(f"/s/{made.code}", reduced_motion="reduce", **options)
        return page

    return show


def question(type: str, title: str = "您怎么看？", **settings: Any) -> dict[str, Any]:
    """A required question."""
    return {"code": "Q1", "type": type, "title": title, "required": True, "settings": settings}


def onward(page: Page) -> None:
    page.locator(".bar .primary").tap()


def sighted(place: Locator) -> None:
    """Is on the screen, and nothing lies over it."""
    expect(place).to_be_in_viewport(ratio=1)
    assert place.evaluate(
        """each => { const box = each.getBoundingClientRect();
        return [box.top + 2, box.bottom - 2].every((y) =>
            each.contains(document.elementFromPoint(box.left + box.width / 2, y))); }"""
    )


def test_what_is_missing_in_a_long_question_is_said_where_it_is_seen(opened: Opened) -> None:
    page = opened([question("matrix_single", rows=ROWS, columns=COLUMNS)])
    onward(page)
    sighted(page.locator(".error"))
    for row in ROWS[:6] + ROWS[7:]:
        page.locator(f'label:has([name="Q1.{row["id"]}"][value="good"])').tap()
    onward(page)
    expect(page.locator(".error")).to_contain_text("第7项服务")
    sighted(page.locator(".error"))
    sighted(page.locator('[data-row="r7"] .opts'))


LONG = "从进门取号到业务全部办完离开网点为止，整个过程等候时间偏长、指引也不够清楚，希望增开窗口"
"""An option as banks write them."""

OUTSIDE = """all => all.filter(each => { const text = document.createRange();
    text.selectNodeContents(each);
    const inner = text.getBoundingClientRect(), outer = each.closest('label, .ends').getBoundingClientRect();
    return inner.left < outer.left || inner.right > outer.right || inner.bottom > outer.bottom + 1; })
    .map(each => each.textContent)"""
"""Texts that reach beyond what they stand in."""


@pytest.mark.parametrize("type", ["button_choice", "member_pick", "score_reason", "single_choice"])
def test_a_long_option_is_read_whole(opened: Opened, type: str) -> None:
    entries = [{"id": f"o{number}", "label": f"{number}{LONG}"} for number in range(3)]
    page = opened([question(type, options=entries)])
    texts = page.locator("label .text")
    expect(texts.first).to_contain_text(LONG)
    assert texts.evaluate_all(OUTSIDE) == []


def test_a_short_label_beside_a_long_one_stays_in_one_line(opened: Opened) -> None:
    page = opened([question("semantic_diff", rows=[{"id": "a", "label": LONG, "opposite": "热情"}])])
    short = page.locator(".ends span").last
    assert (
        short.evaluate(
            """each => { const text = document.createRange();
        text.selectNodeContents(each);
        return text.getClientRects().length; }"""
        )
        == 1
    )


def test_languages_make_room_for_the_title_of_the_survey(opened: Opened) -> None:
    spoken = {
        "zh_Hant": {"title": "門店體驗回訪"},
        "en_GB": {"title": "Your visit"},
        "en_US": {"title": "Your visit"},
    }
    more = {"title": "江南银行营业网点服务体验回访", "translations": spoken}
    page = opened([question("nps")], more, viewport={"width": 320, "height": 640})
    expect(page.locator(".langs button")).to_have_count(3)
    assert page.locator(".head h1").evaluate("each => each.offsetWidth") > 200
    assert page.locator(".langs").evaluate("each => each.getBoundingClientRect().right") <= 320


def test_large_letters_on_a_small_phone_leave_room_for_the_question(opened: Opened) -> None:
    rows = [{"id": "a", "label": LONG}, {"id": "b", "label": LONG}]
    page = opened([question("constant_sum", rows=rows, unit="分")], viewport={"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    page.locator('[name="Q1.b"]').focus()
    sighted(page.locator('[name="Q1.b"]'))
    expect(page.locator(".head")).not_to_be_in_viewport()
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)
    assert page.locator(".row > legend").evaluate_all("all => all.every(each => each.offsetWidth > 200)")


def test_several_answers_are_repeated_with_the_signs_of_the_language(opened: Opened) -> None:
    options = [{"id": "queue", "label": "排队久"}, {"id": "price", "label": "收费高"}]
    rows = [{"id": "staff", "label": "服务"}, {"id": "speed", "label": "速度"}]
    page = opened(
        [
            question("multi_choice", options=options),
            question("matrix_single", rows=rows, columns=COLUMNS)
            | {"code": "Q2", "title": "您说{Q1}，具体呢？"},
            question("short_text") | {"code": "Q3", "title": "您的评价是“{Q2}”，为什么？"},
        ]
    )
    for option in options:
        page.locator(f'label:has([value="{option["id"]}"])').tap()
    onward(page)
    expect(page.locator("legend:visible").first).to_have_text("您说排队久、收费高，具体呢？")
    page.locator('label:has([name="Q2.staff"][value="good"])').tap()
    page.locator('label:has([name="Q2.speed"][value="bad"])').tap()
    onward(page)
    expect(page.locator("legend:visible").first).to_have_text(
        "您的评价是“服务：满意；速度：不满意”，为什么？"
    )


def test_points_shared_out_are_added_up_as_they_are_typed(opened: Opened) -> None:
    rows = [{"id": "price", "label": "价格"}, {"id": "service", "label": "服务"}]
    page = opened([question("constant_sum", rows=rows, unit="分")])
    note = page.locator(".note")
    expect(note).to_have_text("合计须为 100 · 目前合计 0")
    page.locator('[name="Q1.price"]').fill("６０分")
    page.locator('[name="Q1.service"]').fill("30")
    expect(note).to_have_text("合计须为 100 · 目前合计 90")


def test_options_that_need_a_comment_are_named_in_one_sentence(opened: Opened) -> None:
    options = [
        {"id": "part", "label": "解决了一部分", "comment": True},
        {"id": "no", "label": "没有解决", "comment": True},
    ]
    page = opened([question("choice_comment", options=[*options, {"id": "yes", "label": "已经解决"}])])
    expect(page.locator(".note")).to_have_text("选择“解决了一部分”、“没有解决”时需要说明")


def test_what_is_missing_lower_on_a_page_covers_no_title(opened: Opened) -> None:
    asked = [question("matrix_single", rows=ROWS[:6], columns=COLUMNS) | {"code": f"Q{n}"} for n in (1, 2, 3)]
    page = opened(asked, {"settings": {"one_per_screen": False}})
    onward(page)
    sighted(page.locator(".error").first)
    covered = """all => all.filter(each => each.getBoundingClientRect().top
        < each.parentElement.querySelector('.controls').getBoundingClientRect().bottom).length"""
    assert page.locator(".error:not(:empty)").evaluate_all(covered) == 1, "only that of the first, in view"


def test_the_link_to_the_terms_is_as_large_as_a_fingertip(opened: Opened) -> None:
    page = opened([question("consent", text="仅用于改进服务。", url="https://example.com/terms")])
    assert page.locator(".terms a").evaluate("each => each.getBoundingClientRect().height") >= 48
    assert page.locator(".terms").evaluate("each => each.scrollHeight <= each.clientHeight")
