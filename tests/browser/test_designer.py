"""The designer as a manager uses it who has never seen it before."""

from __future__ import annotations

import copy
import io
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from survey_app.models import Survey, Version
from survey_app.services import starters, surveys
from tests import factories
from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]

CHECK = re.compile("检查通过")


@pytest.fixture
def desk(visit: Visit, cast: Any) -> Callable[..., Page]:
    """``desk("/surveys")`` is a page on a big screen in which the manager has signed in."""

    def open_page(address: str = "/surveys", who: str = "manager", **options: Any) -> Page:
        options = {"viewport": DESK, "has_touch": False, **options}
        page = visit(f"/login?next={address}", **options)
        page.get_by_label("登录名").fill(who)
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    return open_page


@pytest.fixture
def draft(cast: Any) -> Survey:
    return surveys.create(cast.manager, "门店体验回访", copy.deepcopy(factories.NPS_DOCUMENT))


def design(desk: Callable[..., Page], draft: Survey, **options: Any) -> Page:
    page = desk(f"/surveys/{draft.code}/design", **options)
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator("#designer[data-ready]")).to_be_visible()


def saved(page: Page) -> None:
    expect(page.locator(".save-state")).to_have_text("已保存")


def add(page: Page, key: str, title: str) -> None:
    """Adds a type from the toolbox and writes the title: it has the focus."""
    before = page.locator(".d-card").count()
    page.locator(f"#d-tools [data-type={key}]").click()
    expect(page.locator(".d-card")).to_have_count(before + 1)
    expect(page.locator(".d-card.active .card-title")).to_be_focused()
    page.keyboard.type(title)


def card(page: Page, code: str) -> Locator:
    return page.locator(f"#q-{code}")


def in_order(page: Page, *codes: str) -> None:
    """The cards stand in this order, or soon do."""
    found = "() => [...document.querySelectorAll('.d-card')].map((each) => each.dataset.question).join(' ')"
    page.wait_for_function(f"({found})() === {' '.join(codes)!r}")


def stored(db: Any, code: str) -> dict[str, Any]:
    db.session.rollback()
    return db.session.query(Survey).filter_by(code=code).one().draft


def test_a_branching_survey_is_built_and_published_by_clicking(desk: Callable[..., Page], db: Any) -> None:
    page = desk()
    page.get_by_role("link", name="新建问卷").click()
    page.get_by_label("标题", exact=True).fill("到店体验回访")
    page.get_by_role("button", name="创建并设计").click()
    ready(page)

    add(page, "nps", "您有多大可能推荐我们？")
    add(page, "long_text", "哪里让您不满意？")
    page.locator("#d-panel").get_by_role("button", name="添加条件").click()
    page.get_by_label("值", exact=True).select_option(label="贬损者")
    expect(card(page, "Q2").locator(".rule-note")).to_contain_text("是“贬损者”")

    page.get_by_role("button", name="添加一页").click()
    add(page, "single_choice", "您办理了哪项业务？")
    first = card(page, "Q3").locator(".entry-line input").first
    first.fill("开户")
    first.press("Enter")
    page.keyboard.type("贷款")
    for _ in range(3):  # the three options the question began with, without the renamed one
        if card(page, "Q3").locator(".entry-line").count() > 2:
            card(page, "Q3").locator(".entry-line").last.get_by_role("button", name="移除").click()

    page.get_by_role("button", name="添加一页").click()
    add(page, "short_text", "还有什么要补充？")
    page.locator("#p-p2 .page-number").click()
    page.get_by_role("button", name="按条件跳转").click()
    print(page.locator("#d-panel select[aria-label=值]").inner_html())
    page.get_by_label("值", exact=True).select_option(label="开户")
    page.get_by_label("跳转目标").select_option(label="结束页：感谢您的反馈")
    expect(page.locator("#p-p2 .flow-rule")).to_contain_text("如果 Q3")
    saved(page)

    page.locator("#publish").click()
    dialog = page.get_by_role("dialog", name="发布")
    expect(dialog).to_contain_text("没有问题")
    dialog.get_by_role("button", name="发布为第 1 版").click()
    expect(page.get_by_role("dialog", name="第 1 版已发布")).to_be_visible()
    link = page.get_by_role("link", name="去投放")
    expect(link).to_have_attribute("href", re.compile(r"/surveys/\w+/distributions"))

    document = db.session.query(Version).one().document
    first_page, second_page, third_page = document["pages"]
    assert [question["type"] for question in first_page["questions"]] == ["nps", "long_text"]
    assert first_page["questions"][1]["show"] == {"question": "Q1", "is": "detractor"}
    options = second_page["questions"][0]["settings"]["options"]
    assert [option["label"] for option in options] == ["开户", "贷款"]
    assert second_page["next"] == [{"when": {"question": "Q3", "is": options[0]["id"]}, "go": "thanks"}]
    assert third_page["questions"][0]["title"] == "还有什么要补充？"


def test_a_finding_stands_beside_its_question_until_it_is_mended(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    expect(page.locator(".check-button")).to_have_text(CHECK)
    card(page, "Q1").get_by_role("button", name="删除").click()
    page.get_by_role("button", name="只删除它，保留规则").click()
    expect(card(page, "Q2").locator(".findings .error").first).to_be_visible()
    expect(page.locator("#d-toast")).to_contain_text("另有 2 处引用了它")

    page.locator("#publish").click()
    dialog = page.get_by_role("dialog", name="发布")
    expect(dialog.get_by_role("button", name="发布为第 1 版")).to_be_disabled()
    dialog.get_by_role("button", name="Q2").first.click()
    expect(card(page, "Q2")).to_have_class(re.compile("active"))

    page.locator("#d-toast").get_by_role("button", name="撤销").click()
    expect(page.locator(".check-button")).to_have_text(CHECK)
    in_order(page, "Q1", "Q2", "Q3")


def test_undo_and_redo_survive_a_reload(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    card(page, "Q1").locator(".card-title").fill("改过的标题")
    card(page, "Q3").locator(".card-title").click()
    card(page, "Q3").get_by_role("button", name="复制").click()
    in_order(page, "Q1", "Q2", "Q3", "Q4")
    saved(page)
    page.reload()
    ready(page)
    page.keyboard.press("Control+z")
    expect(page.locator(".d-card")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(card(page, "Q1").locator(".card-title")).to_have_value("您有多大可能向朋友推荐我们？")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    expect(card(page, "Q1").locator(".card-title")).to_have_value("改过的标题")
    in_order(page, "Q1", "Q2", "Q3", "Q4")


def test_questions_are_moved_with_the_keyboard_alone(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q1").focus()
    page.keyboard.press("Alt+ArrowDown")
    in_order(page, "Q2", "Q1", "Q3")
    expect(page.locator("#announcer")).to_have_text("Q1 现在是第 1 页的第 2 题，共 2 题。")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#p-p2 .d-card")).to_have_count(2)
    expect(card(page, "Q1")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    in_order(page, "Q1", "Q2", "Q3")
    page.keyboard.press("Delete")
    page.get_by_role("dialog", name="删除 Q1").get_by_role("button", name="连同这些规则一起删除").press(
        "Enter"
    )
    expect(page.locator(".d-card")).to_have_count(2)
    saved(page)
    assert [q["code"] for q in stored(db, draft.code)["pages"][0]["questions"]] == ["Q2"]


def test_types_and_questions_are_dragged(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    page.locator("#d-tools [data-type=csat]").drag_to(card(page, "Q3"), target_position={"x": 200, "y": 8})
    expect(page.locator("#p-p2 .d-card")).to_have_count(2)
    in_order(page, "Q1", "Q2", "Q4", "Q3")
    card(page, "Q4").locator(".grip").first.drag_to(card(page, "Q1"), target_position={"x": 200, "y": 8})
    expect(page.locator("#p-p1 .d-card")).to_have_count(3)
    in_order(page, "Q4", "Q1", "Q2", "Q3")


def test_pasted_lines_become_options_and_keep_the_ids_of_old_ones(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q3").locator(".card-title").click()
    card(page, "Q3").get_by_role("button", name="批量编辑").click()
    area = page.get_by_role("dialog").get_by_role("textbox")
    expect(area).to_have_value("开户\n贷款")
    area.fill("1. 贷款\n• 开户和办卡\n\n咨询")
    page.get_by_role("button", name="应用").click()
    saved(page)
    options = stored(db, draft.code)["pages"][1]["questions"][0]["settings"]["options"]
    assert [option["label"] for option in options] == ["贷款", "开户和办卡", "咨询"]
    assert options[0]["id"] == "loan"
    assert len({option["id"] for option in options}) == 3


def test_marking_text_past_the_edge_of_the_dialogue_keeps_it(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    card(page, "Q3").locator(".card-title").click()
    card(page, "Q3").get_by_role("button", name="批量编辑").click()
    area = page.get_by_role("dialog").get_by_role("textbox")
    edge = area.bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + 40, edge["y"] + 12)
    page.mouse.down()
    page.mouse.move(5, edge["y"] + 12)
    page.mouse.up()
    expect(area).to_have_value("开户\n贷款")
    area.fill("开户\n贷款\n理财")
    page.mouse.click(5, 400)
    page.get_by_role("button", name="应用").click()
    expect(card(page, "Q3").locator(".entry-line")).to_have_count(3)


def test_a_new_code_is_followed_by_every_rule_and_text(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q1").locator(".card-title").click()
    page.locator("#d-panel summary", has_text="更多").click()
    code = page.get_by_label("编号")
    code.fill("2bad")
    code.blur()
    assert stored(db, draft.code)["pages"][0]["questions"][0]["code"] == "Q1"
    code.fill("score")
    code.blur()
    expect(card(page, "score")).to_be_visible()
    saved(page)
    questions = stored(db, draft.code)["pages"][0]["questions"]
    assert questions[0]["code"] == "score"
    assert questions[1]["show"] == {"question": "score", "is": "detractor"}
    assert questions[1]["title"] == "您给了 {score} 分，最不满意的是什么？"


def test_the_phone_beside_shows_a_conditional_question_with_answers_that_lead_to_it(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q2").locator(".card-title").click()
    phone = page.frame_locator("#d-preview iframe")
    expect(phone.get_by_text(re.compile("您给了 [0-6] 分，最不满意的是什么"))).to_be_visible()
    phone.get_by_role("button", name="下一题").click()
    phone.get_by_label("贷款").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("谢谢您的反馈")).to_be_visible()
    db.session.rollback()
    assert db.session.query(factories.Survey).count() == 1
    assert surveys.listing(db.session.get(Survey, draft.id) and _manager(db))[0].responses == 0


def _manager(db: Any) -> Any:
    return db.session.query(factories.User).filter_by(login="manager").one()


def test_the_phone_beside_shows_a_repeated_question_in_its_first_round(
    desk: Callable[..., Page], cast: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"].append(
        {
            "code": "p3",
            "loop": {"over": {"question": "Q3", "pick": "chosen"}, "max": 3},
            "questions": [
                {"code": "Q4", "type": "star_rating", "title": "“{item}”办得怎么样？", "required": True}
            ],
        }
    )
    page = design(desk, surveys.create(cast.manager, "循环", document))
    card(page, "Q4").locator(".card-title").click()
    phone = page.frame_locator("#d-preview iframe")
    expect(phone.locator(".q.on legend").first).to_have_text(re.compile("“(开户|贷款)”办得怎么样"))


def test_the_phone_beside_begins_again_at_the_selected_question(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    card(page, "Q1").locator(".card-title").click()
    phone = page.frame_locator("#d-preview iframe")
    phone.get_by_label("9", exact=True).check()
    phone.get_by_role("button", name="下一题").click()
    expect(phone.get_by_text("您办理了哪项业务")).to_be_visible()
    page.get_by_role("button", name="重新开始").click()
    expect(phone.get_by_text("您有多大可能")).to_be_visible()


def test_the_phone_beside_lists_the_cities_of_a_province(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    add(page, "region", "您住在哪里？")
    phone = page.frame_locator("#d-preview iframe")
    expect(phone.get_by_text("您住在哪里？")).to_be_visible()
    phone.get_by_label("省份").select_option("广东省")
    phone.get_by_role("combobox", name="城市", exact=True).select_option("深圳市")
    expect(phone.get_by_role("combobox", name="区县", exact=True)).to_be_visible()


def test_a_draft_with_errors_is_still_previewed_as_far_as_it_is_right(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    add(page, "matrix_single", "")
    card(page, "Q4").get_by_role("button", name="批量编辑").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("")
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".check-button")).to_contain_text("错误")
    phone = page.frame_locator("#d-preview iframe")
    expect(phone.get_by_text("您办理了哪项业务")).to_be_visible()


def overtaken(desk: Callable[..., Page], draft: Survey) -> tuple[Page, Page, Locator]:
    """A tab, another whose change came after that of the first, and the choice it is given."""
    first, second = design(desk, draft), design(desk, draft)
    card(first, "Q1").locator(".card-title").fill("先来的标题")
    saved(first)
    card(second, "Q1").locator(".card-title").fill("后到的标题")
    dialog = second.get_by_role("dialog", name="他人修改了这份问卷")
    expect(dialog).to_be_visible()
    return first, second, dialog


def test_of_two_tabs_the_slower_one_chooses_and_loses_nothing(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    first, second, dialog = overtaken(desk, draft)
    dialog.get_by_role("button", name="载入对方的版本").click()
    expect(card(second, "Q1").locator(".card-title")).to_have_value("先来的标题")
    second.keyboard.press("Control+z")
    expect(card(second, "Q1").locator(".card-title")).to_have_value("后到的标题")
    saved(second)
    assert stored(db, draft.code)["pages"][0]["questions"][0]["title"] == "后到的标题"

    card(first, "Q1").locator(".card-title").fill("我的另存")
    first.get_by_role("button", name="将我的另存为副本").click()
    ready(first)
    expect(first.locator(".survey-title-field textarea")).to_have_value("门店体验回访（副本）")
    expect(card(first, "Q1").locator(".card-title")).to_have_value("我的另存")


def test_a_view_begins_at_its_top_on_a_phone(desk: Callable[..., Page], cast: Any) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"].extend(
        {"code": f"x{n}", "questions": [{"code": f"X{n}", "type": "long_text", "title": f"题 {n}"}]}
        for n in range(9)
    )
    page = design(desk, surveys.create(cast.manager, "长", document), viewport=PHONE)
    page.get_by_role("button", name="添加一页").scroll_into_view_if_needed()
    page.get_by_role("button", name="规则", exact=True).click()
    expect(page.get_by_role("heading", name="规则")).to_be_in_viewport()


def test_a_tree_needs_no_codes_of_the_author(desk: Callable[..., Page], draft: Survey, db: Any) -> None:
    page = design(desk, draft)
    add(page, "cascader", "您在哪家网点办卡？")
    tree = page.get_by_label("层级树")
    tree.fill("华东\n  上海分行\n  hz 杭州分行\n华南")
    tree.blur()
    expect(tree).to_have_value("n1 华东\n  n2 上海分行\n  hz 杭州分行\nn3 华南")
    tree.fill("n1 华东大区\n  n2 上海分行\n  hz 杭州分行\nn3 华南\n  深圳分行")
    tree.blur()
    saved(page)
    nodes = stored(db, draft.code)["pages"][-1]["questions"][-1]["settings"]["nodes"]
    assert nodes == "n1 华东大区\n  n2 上海分行\n  hz 杭州分行\nn3 华南\n  n4 深圳分行"
    expect(page.locator(".check-button")).to_have_text(CHECK)


def test_a_letter_typed_does_not_build_the_toolbox_anew(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    card(page, "Q1").locator(".card-title").click()
    saved(page)
    page.evaluate(
        """() => {
            window.built = 0;
            const make = document.createElement.bind(document);
            document.createElement = (name) => ((window.built += name === "button"), make(name));
        }"""
    )
    page.keyboard.type("字")
    saved(page)
    assert 0 < page.evaluate("built / 3") < page.locator("#d-tools [data-type]").count(), (
        "drawn thrice at most"
    )
    page.locator("#d-tools").get_by_label("搜索题型").fill("签名")
    expect(page.locator("#d-tools [data-type]")).to_have_count(1)


def test_a_logo_needs_no_description(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    page.get_by_role("button", name="设置", exact=True).click()
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "#0f766e").save(drawn, "PNG")
    field = page.get_by_role("group", name="标志")
    field.locator("input[type=file]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    )
    expect(field.locator("img")).to_be_visible()
    expect(field).not_to_contain_text("请写明图中内容")


def test_another_type_says_what_it_cannot_keep(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    card(page, "Q3").locator(".card-title").click()
    page.locator("#f-type").select_option("dropdown")
    expect(page.locator("#d-toast")).to_be_empty()
    page.locator("#f-type").select_option("long_text")
    expect(page.locator("#d-toast")).to_contain_text("已去掉")
    page.locator("#d-toast").get_by_role("button", name="撤销").click()
    expect(card(page, "Q3").locator(".entry-line, .entries li")).not_to_have_count(0)


def test_a_rule_that_refuses_answers_is_written_and_taken_away(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    add(page, "date", "您哪天来的？")
    page.locator("#d-panel summary", has_text="更多").click()
    page.get_by_role("button", name="添加规则").click()
    rule = page.locator("#d-panel .rule")
    rule.get_by_role("combobox", name="日期").select_option(label="今天起若干天")
    rule.get_by_placeholder("给客户的提示").fill("请再核对一下日期。")
    boxes = [each.bounding_box() for each in rule.locator("button, select, input").all()]
    for one, other in itertools.combinations([box for box in boxes if box], 2):
        aside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert aside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    assert rule.locator("select").evaluate_all("all => all.every((each) => each.clientWidth > 100)")
    saved(page)
    stored_rule = stored(db, draft.code)["pages"][-1]["questions"][-1]["validate"][0]
    assert stored_rule["message"] == "请再核对一下日期。"
    rule.get_by_role("button", name="移除规则").click()
    expect(rule).to_have_count(0)


def test_what_stands_for_answers_and_rounds_in_texts_is_told_where_it_is_needed(
    desk: Callable[..., Page], cast: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"].append(
        {"code": "p3", "questions": [{"code": "Q4", "type": "star_rating", "title": "办得怎么样？"}]}
    )
    page = design(desk, surveys.create(cast.manager, "循环", document))
    expect(page.locator(".hints")).to_contain_text("{Q1}")
    card(page, "Q3").locator(".card-title").click()
    page.locator("#d-panel summary", has_text="更多").click()
    expect(page.locator("#d-panel")).to_contain_text("{Q3}")
    page.locator("#p-p3 .page-number").click()
    page.locator("#d-panel summary", has_text="更多").click()
    page.get_by_label("循环此页").select_option(label="按 Q1 您有多大可能向朋友推荐我们？ 填的数字循环")
    page.get_by_label("循环此页").select_option(label="按 Q3 您办理了哪项业务？ 的每个选择循环")
    expect(page.locator("#d-panel")).to_contain_text("{item}")
    expect(page.locator("#p-p3 .rule-note")).to_contain_text("按 Q3 选中的每一项循环")


def test_a_choice_between_two_states_that_fails_is_asked_again(
    desk: Callable[..., Page], draft: Survey
) -> None:
    _, second, dialog = overtaken(desk, draft)
    second.context.set_offline(True)
    dialog.get_by_role("button", name="载入对方的版本").click()
    expect(dialog.get_by_role("alert")).to_contain_text("无法连接")
    second.context.set_offline(False)
    dialog.get_by_role("button", name="载入对方的版本").click()
    expect(card(second, "Q1").locator(".card-title")).to_have_value("先来的标题")
    card(second, "Q1").locator(".card-title").fill("接着改")
    saved(second)


def sign_in_again(page: Page) -> None:
    page.get_by_role("dialog", name="您已退出登录").get_by_role("button", name="重新登录").click()
    page.get_by_label("登录名").fill("manager")
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    ready(page)


def test_what_is_written_after_a_sign_out_is_stored_after_the_next_sign_in(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    page.context.clear_cookies()
    card(page, "Q1").locator(".card-title").fill("退出后写的")
    sign_in_again(page)
    saved(page)
    assert stored(db, draft.code)["pages"][0]["questions"][0]["title"] == "退出后写的"

    colleague = design(desk, draft)
    page.context.clear_cookies()
    card(page, "Q1").locator(".card-title").fill("又退出后写的")
    expect(page.get_by_role("dialog", name="您已退出登录")).to_be_visible()
    card(colleague, "Q1").locator(".card-title").fill("同事写的")
    saved(colleague)
    sign_in_again(page)
    page.get_by_role("button", name="将我的另存为副本").click()
    expect(page.locator(".survey-title-field textarea")).to_have_value("门店体验回访（副本）")
    expect(card(page, "Q1").locator(".card-title")).to_have_value("又退出后写的")


def test_publishing_asked_for_twice_is_one_dialogue(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    looks: list[Route] = []
    page.route("**/changes", lambda route: looks.append(route))
    page.locator("#publish").dblclick()
    expect(page.locator("#publish[aria-busy]")).to_be_visible()
    looks[0].continue_()
    dialog = page.get_by_role("dialog", name="发布")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#publish")).to_be_focused()
    expect(page.locator("#publish[aria-busy]")).to_have_count(0)
    assert len(looks) == 1


def test_publishing_without_a_network_says_why_nothing_happens(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    page.context.set_offline(True)
    page.locator("#publish").click()
    expect(page.locator("#d-toast")).to_contain_text("无法连接")
    card(page, "Q1").locator(".card-title").fill("断网时写的")
    page.locator("#publish").click()
    expect(page.locator("#d-toast")).to_contain_text("尚未保存")


def test_examples_that_did_not_come_are_asked_for_again(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    page.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/coverage" in request.url else None)
    page.get_by_role("button", name="试答", exact=True).click()
    expect(page.locator("#d-canvas")).to_contain_text("正在寻找")
    page.context.set_offline(False)
    expect(page.locator("#d-canvas .trials")).to_be_visible()
    assert len(asked) == 2


def test_text_that_is_no_document_is_refused_in_the_readers_language(
    desk: Callable[..., Page], draft: Survey
) -> None:
    page = design(desk, draft)
    page.get_by_role("button", name="设置", exact=True).click()
    page.get_by_role("button", name="查看 JSON").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("{“title”: 1}")
    dialog.get_by_role("button", name="应用").click()
    expect(dialog.get_by_role("alert")).to_have_text("这不是有效的 JSON。")


def test_nothing_is_lost_while_the_network_is_away(desk: Callable[..., Page], draft: Survey, db: Any) -> None:
    page = design(desk, draft)
    page.context.set_offline(True)
    card(page, "Q1").locator(".card-title").fill("断网时写的")
    expect(page.locator(".save-state")).to_contain_text("尚未保存")
    page.context.set_offline(False)
    saved(page)
    assert stored(db, draft.code)["pages"][0]["questions"][0]["title"] == "断网时写的"


def test_a_second_language_is_written_beside_the_first(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    page.get_by_role("button", name="翻译").click()
    page.get_by_label("添加语言").select_option("en")
    page.get_by_label("“开户”的English译文").fill("Open an account")
    expect(page.locator("#d-canvas")).to_contain_text("已翻译 1 /")
    saved(page)
    assert stored(db, draft.code)["translations"] == {"en": {"Q3.options.open.label": "Open an account"}}


def test_endings_settings_fields_and_quotas_are_edited(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    page.get_by_role("button", name="结束页", exact=True).click()
    page.get_by_role("button", name="添加结束页").click()
    page.get_by_label("结束页 end1 的标题").fill("名额已满")
    page.locator("#end-end1-kind").select_option("over_quota")
    page.get_by_role("button", name="设置", exact=True).click()
    page.get_by_text("显示进度").click()
    page.get_by_label("时区").select_option("Asia/Urumqi")
    page.get_by_label("多少小时内再次作答算重复").fill("0")
    page.get_by_text("看板默认不含可疑答卷").click()
    page.get_by_role("button", name="添加字段").click()
    page.get_by_role("button", name="添加配额").click()
    page.get_by_label("名额保留时间").fill("45")
    saved(page)
    document = stored(db, draft.code)
    assert document["endings"][1] == {"code": "end1", "title": "名额已满", "kind": "over_quota"}
    assert (document["settings"]["progress"], document["settings"]["timezone"]) == (False, "Asia/Urumqi")
    assert document["settings"]["quality"] == {"repeat_hours": 0, "exclude": True}
    assert document["fields"][-1] == {"code": "field1", "type": "text", "from": "url"}
    assert document["quotas"][0]["then"] == {"go": "end1"}
    assert document["settings"]["reserve_minutes"] == 45
    expect(page.locator(".check-button")).not_to_contain_text("错误")


def test_conditions_are_grouped_negated_and_read_as_a_sentence(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q3").locator(".card-title").click()
    panel = page.locator("#d-panel")
    panel.get_by_role("button", name="添加条件").click()
    panel.get_by_role("button", name="条件", exact=True).click()
    page.get_by_label("条件之间的关系").select_option("any")
    second = panel.locator(".cond-row").nth(1)
    second.get_by_label("条件对象").select_option(index=1)
    second.get_by_label("比较方式").select_option("contains")
    second.get_by_role("textbox").fill("退款，投诉")
    expect(panel.locator(".cond-words")).to_contain_text("或者")
    saved(page)
    assert stored(db, draft.code)["pages"][1]["questions"][0]["show"] == {
        "any": [{"question": "Q1", "is": "detractor"}, {"question": "Q2", "contains": ["退款", "投诉"]}]
    }
    panel.get_by_role("button", name="取反").click()
    saved(page)
    assert list(stored(db, draft.code)["pages"][1]["questions"][0]["show"]) == ["not"]


def test_a_type_is_found_by_what_it_is_for(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    tools = page.locator("#d-tools")
    expect(tools.locator(".tool").first).to_have_text("单选题")
    tools.get_by_label("搜索题型").fill("省市")
    expect(tools.locator(".tool")).to_have_text(["省市区"])
    tools.get_by_label("搜索题型").fill("signature")
    expect(tools.locator(".tool")).to_have_text(["手写签名"])
    tools.get_by_label("搜索题型").fill("占卜")
    expect(tools).to_contain_text("没有这样的题型。")
    tools.get_by_label("搜索题型").fill("")
    page.locator(".add-here").first.click()
    dialog = page.get_by_role("dialog", name="添加题目")
    dialog.get_by_label("搜索题型").fill("排序")
    dialog.get_by_role("button", name="排序题").click()
    expect(page.locator(".d-card .type", has_text="排序题")).to_have_count(1)


def test_the_map_shows_every_rule_and_leads_to_it(desk: Callable[..., Page], cast: Any) -> None:
    made = surveys.create(cast.manager, "", starters.document("csat"))
    page = design(desk, made)
    page.locator("#d-views").get_by_role("button", name="逻辑").click()
    expect(page.locator(".map-row .k-jump, .map-row .k-always")).to_have_count(3)
    expect(page.locator(".map-arcs path.tip")).to_have_count(3)
    expect(page.locator(".map")).to_contain_text("如果 Q1“您对这次服务满意吗？” 小于等于 2，则跳到第 3 页")
    page.locator(".map-row .k-question", has_text="Q6").click()
    expect(card(page, "Q6").locator(".card-title")).to_be_visible()
    expect(card(page, "Q6")).to_have_class(re.compile("active"))


def test_who_may_only_read_changes_nothing(desk: Callable[..., Page], cast: Any, db: Any) -> None:
    whole = surveys.create(cast.owner, "全公司", copy.deepcopy(factories.NPS_DOCUMENT))
    page = design(desk, whole)
    expect(page.locator(".save-state")).to_have_text("只读")
    expect(page.locator("#publish")).to_have_count(0)
    expect(card(page, "Q1").locator(".card-title")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(desk: Callable[..., Page], draft: Survey, scheme: str, screen: Any) -> None:
    page = design(desk, draft, viewport=screen, color_scheme=scheme)
    faults = check(page, "designer")
    card(page, "Q2").locator(".card-title").click()
    faults += check(page, "question")
    for view in ("逻辑", "规则", "结束页", "设置", "翻译"):
        page.locator("#d-views").get_by_role("button", name=view).click()
        faults += check(page, view)
    for address in ("/surveys", "/surveys/new", f"/surveys/{draft.code}/versions", "/account", "/nowhere"):
        page.goto(address)
        faults += check(page, address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert faults == []


def check(page: Page, name: str) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{name}: {each['id']} {node['target']}" for each in found for node in each["nodes"]]


def test_members_are_filled_in_from_the_organisation(desk: Callable[..., Page], draft: Survey) -> None:
    page = design(desk, draft)
    add(page, "member_pick", "您去的是哪家门店？")
    page.get_by_role("button", name="从组织填入").click()
    lines = page.locator(".d-card.active .entry-line input.bare")
    expect(lines).to_have_count(2)
    assert [line.input_value() for line in lines.all()] == ["浦东店", "徐汇店"]
    page.get_by_role("button", name="从组织填入").click()
    expect(page.locator("#d-toast")).to_contain_text("已添加 0 项，共 2 项")
    saved(page)


def test_conditions_name_the_cells_of_a_table(desk: Callable[..., Page], cast: Any, db: Any) -> None:
    columns = [
        {"id": "score", "label": "满意度", "kind": "score"},
        {"id": "why", "label": "原因", "optional": True},
    ]
    settings = {"rows": [{"id": "app", "label": "手机银行"}], "columns": columns}
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"][0]["questions"].insert(
        0, {"code": "M1", "type": "matrix_mixed", "title": "渠道", "settings": settings}
    )
    made = surveys.create(cast.manager, "", document)
    page = design(desk, made)
    card(page, "Q3").locator(".card-title").click()
    panel = page.locator("#d-panel")
    panel.get_by_role("button", name="添加条件").click()
    line = panel.locator(".cond-row").first
    line.get_by_label("条件对象").select_option(label="M1 渠道")
    row = line.get_by_label("行", exact=True)
    expect(row.locator("option")).to_have_text(
        ["任一行", "每一行", "整道题", "手机银行 · 满意度", "手机银行 · 原因"]
    )
    row.select_option("app.score")
    line.get_by_label("比较方式").select_option("at_most")
    line.get_by_role("spinbutton").fill("2")
    expect(panel.locator(".cond-words")).to_contain_text("手机银行 · 满意度")
    saved(page)
    show = stored(db, made.code)["pages"][1]["questions"][0]["show"]
    assert show == {"question": "M1", "row": "app.score", "at_most": 2}
    row.select_option("app.why")
    expect(line.get_by_label("比较方式").locator("option[value=contains]")).to_have_count(1)


def test_both_readings_of_is_not_are_one_click_apart(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q3").locator(".card-title").click()
    panel = page.locator("#d-panel")
    panel.get_by_role("button", name="添加条件").click()
    line = panel.get_by_role("group", name="条件 1")
    line.get_by_label("比较方式").select_option("is_not")
    expect(line).to_contain_text("只有给出了其他答案的人才算")
    line.get_by_label("没有答案的人").select_option("in")
    expect(line).to_contain_text("没有被问到或没有填写的人也算")
    expect(panel.locator(".cond-words")).to_contain_text("未作答，或者 Q1")
    saved(page)
    wide = {"any": [{"question": "Q1", "answered": False}, {"question": "Q1", "is_not": "detractor"}]}
    assert stored(db, draft.code)["pages"][1]["questions"][0]["show"] == wide
    expect(panel.locator(".cond-row")).to_have_count(1)
    line.get_by_label("值", exact=True).select_option("promoter")
    saved(page)
    wide["any"][1]["is_not"] = "promoter"
    assert stored(db, draft.code)["pages"][1]["questions"][0]["show"] == wide
    line.get_by_label("没有答案的人").select_option("out")
    saved(page)
    show = stored(db, draft.code)["pages"][1]["questions"][0]["show"]
    assert show == {"question": "Q1", "is_not": "promoter"}


def test_answers_are_compared_with_other_answers_and_with_days(
    desk: Callable[..., Page], cast: Any, db: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["fields"] = [{"code": "visits", "type": "number", "from": "url"}]
    day = {"code": "D1", "type": "date", "title": "到店日期"}
    options = [{"id": "a", "label": "价格"}, {"id": "b", "label": "服务"}]
    rank = {"code": "K1", "type": "ranking", "title": "排序", "settings": {"options": options}}
    document["pages"][0]["questions"] += [day, rank]
    made = surveys.create(cast.manager, "", document)
    page = design(desk, made)
    card(page, "Q3").locator(".card-title").click()
    panel = page.locator("#d-panel")
    for _ in range(3):
        panel.get_by_role("button", name="条件", exact=True).or_(
            panel.get_by_role("button", name="添加条件")
        ).first.click()
    first, second, third = (panel.get_by_role("group", name=f"条件 {n}") for n in (1, 2, 3))
    first.get_by_label("条件对象").select_option(index=0)
    first.get_by_label("比较方式").select_option("more")
    first.get_by_role("button", name="与其他题目、字段或变量比较").click()
    first.get_by_label("与什么比较").select_option(label="visits")
    second.get_by_label("条件对象").select_option(label="D1 到店日期")
    second.get_by_label("比较方式").select_option("after")
    second.get_by_label("日期", exact=True).first.select_option("today")
    second.get_by_label("天数").fill("-7")
    third.get_by_label("条件对象").select_option(label="K1 排序")
    third.get_by_label("名次").select_option("before")
    expect(panel.locator(".cond-words")).to_contain_text("大于 visits，并且 D1“到店日期” 晚于 7 天前，并且")
    saved(page)
    assert stored(db, made.code)["pages"][1]["questions"][0]["show"]["all"] == [
        {"question": "Q1", "more": {"field": "visits"}},
        {"question": "D1", "after": {"today": -7}},
        {"question": "K1", "ranks": {"option": "a", "before": "b"}},
    ]


def test_rules_are_searched_and_lead_to_their_place(desk: Callable[..., Page], cast: Any) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    options = [
        {"id": "a", "label": "开户"},
        {"id": "b", "label": "贷款", "show": {"question": "Q1", "at_least": 9}},
    ]
    asked = {"code": "Q9", "type": "multi_choice", "title": "办理了什么", "settings": {"options": options}}
    document["pages"][0]["questions"].append(asked)
    document["pages"][1]["questions"][0]["show"] = {"question": "Q9", "any_of": ["a", "gone"]}
    made = surveys.create(cast.manager, "", document)
    page = design(desk, made)
    page.locator("#d-views").get_by_role("button", name="规则").click()
    lines = page.locator(".rule-line")
    expect(page.get_by_role("status").filter(has_text="条规则")).to_contain_text("/")
    every = lines.count()
    page.get_by_label("搜索规则").fill("开户")
    expect(lines).to_have_count(1)
    expect(lines.first).to_have_class(re.compile("warning"))
    page.get_by_label("搜索规则").fill("Q9 贷款")
    expect(lines).to_have_count(1)
    lines.first.get_by_role("button").press("Enter")
    expect(page.locator("#d-panel h2")).to_have_text("贷款")
    page.locator("#d-views").get_by_role("button", name="规则").click()
    page.get_by_label("搜索规则").fill("")
    page.get_by_label("规则种类").select_option("show")
    assert 0 < lines.count() <= every


def test_a_rule_is_marked_where_the_finding_stands_at_the_question(
    desk: Callable[..., Page], cast: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    first, second = document["pages"][:2]
    low, high = {"question": "Q1", "at_most": 6}, {"question": "Q1", "at_least": 7}
    first["next"] = [{"when": low, "go": document["endings"][0]["code"]}]
    second["questions"][0]["show"] = low
    number: dict[str, Any] = {"code": "Q8", "type": "number", "title": "多少"}
    number["validate"] = [
        {"when": {"question": "Q8", "more": 5}, "message": "太多"},
        {"when": {"question": "Q8", "at_most": 5}, "message": "太少"},
    ]
    first["questions"].append({**number, "show": high})
    page = design(desk, surveys.create(cast.manager, "", document))
    page.locator("#d-views").get_by_role("button", name="规则").click()
    for where in ("p1.next.0", "Q3.show", "Q8.validate.0", "Q8.validate.1"):
        line = page.locator(f".rule-line[data-key='{where}']")
        expect(line).to_have_class(re.compile("error|warning"))
        expect(line.locator(".findings li")).not_to_have_count(0)
    expect(page.locator(".rule-line[data-key='Q8.show']")).not_to_have_class(re.compile("error|warning"))


def test_a_question_says_what_uses_it_and_goes_with_its_rules(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    card(page, "Q1").locator(".card-title").click()
    panel = page.locator("#d-panel")
    panel.locator("summary", has_text="更多").click()
    expect(panel.locator(".uses")).to_contain_text("仅当 Q1")
    card(page, "Q1").get_by_role("button", name="删除").click()
    dialog = page.get_by_role("dialog", name="删除 Q1")
    expect(dialog).to_contain_text("有 2 处引用了它")
    assert check(page, "dialog") == []
    dialog.get_by_role("button", name="连同这些规则一起删除").click()
    in_order(page, "Q2", "Q3")
    saved(page)
    assert "Q1" not in str(stored(db, draft.code))
    page.locator("#d-toast").get_by_role("button", name="撤销").click()
    in_order(page, "Q1", "Q2", "Q3")
    saved(page)
    assert stored(db, draft.code) == factories.NPS_DOCUMENT


def test_pages_endings_fields_and_options_are_renamed_with_what_refers_to_them(
    desk: Callable[..., Page], cast: Any, db: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["fields"] = [{"code": "city", "type": "text", "from": "url"}]
    options = [{"id": "a", "label": "开户"}, {"id": "b", "label": "贷款"}]
    asked = {"code": "Q9", "type": "single_choice", "title": "办理了什么", "settings": {"options": options}}
    document["pages"][0]["questions"].append(asked)
    both = {"all": [{"question": "Q9", "is": "a"}, {"field": "city", "is": "上海"}]}
    document["pages"][0]["next"] = [{"when": both, "go": document["endings"][0]["code"]}]
    made = surveys.create(cast.manager, "", document)
    page = design(desk, made)
    views = page.locator("#d-views")

    def give(label: str, fresh: str) -> None:
        field = page.get_by_label(label, exact=True).first
        field.fill(fresh)
        field.press("Tab")
        expect(page.get_by_label(label.replace("city", fresh), exact=True).first).to_have_value(fresh)

    views.get_by_role("button", name="结束页").click()
    give("编号", "bye")
    views.get_by_role("button", name="设置").click()
    give("字段名 city", "town")
    views.get_by_role("button", name="题目").click()
    card(page, "Q9").locator(".card-title").click()
    card(page, "Q9").locator(".entry-line").first.get_by_role("button", name="详细设置与显示条件").click()
    page.locator("#d-panel summary", has_text="更多").click()
    give("存储编号", "account")
    saved(page)
    rule = stored(db, made.code)["pages"][0]["next"][0]
    wanted = {"all": [{"question": "Q9", "is": "account"}, {"field": "town", "is": "上海"}]}
    assert rule == {"when": wanted, "go": "bye"}


def test_a_code_half_typed_outlives_the_reply_to_an_earlier_save(
    desk: Callable[..., Page], draft: Survey, db: Any
) -> None:
    page = design(desk, draft)
    held: list[Route] = []
    page.route("**/draft", lambda route: held.append(route))
    with page.expect_request("**/draft"):
        title = card(page, "Q1").locator(".card-title")
        title.fill("新的题目")
    panel = page.locator("#d-panel")
    panel.locator("summary", has_text="更多").click()
    field = panel.get_by_label("编号", exact=True)
    field.fill("score")
    for route in held:
        route.continue_()
    page.unroute("**/draft")
    saved(page)
    expect(field).to_have_value("score")
    field.press("Tab")
    expect(card(page, "score")).to_be_visible()
    saved(page)
    assert stored(db, draft.code)["pages"][0]["questions"][0]["code"] == "score"


def test_variables_defaults_and_closed_questions_are_set_by_clicking(
    desk: Callable[..., Page], cast: Any, db: Any
) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    options = [{"id": "a", "label": "开户"}, {"id": "b", "label": "贷款"}]
    asked = {"code": "Q9", "type": "single_choice", "title": "办理了什么", "settings": {"options": options}}
    document["pages"][0]["questions"].append(asked)
    made = surveys.create(cast.manager, "", document)
    page = design(desk, made)
    page.locator("#d-views").get_by_role("button", name="设置").click()
    page.get_by_role("button", name="添加变量").click()
    box = page.locator("[data-part=v1]")
    how = box.get_by_label("计算方式")
    how.first.select_option(label="按答案计分")
    box.get_by_label("与什么比较").select_option(label="Q9 办理了什么")
    box.get_by_label("贷款").fill("5")
    expect(box.locator(".cond-words")).to_contain_text("v1 = Q9“办理了什么” 在对照表中的值")
    page.get_by_role("button", name="添加变量").click()
    box = page.locator("[data-part=v2]")
    how = box.get_by_label("计算方式")
    how.first.select_option(label="按条件二选一")
    then = box.get_by_role("group", name="则为", exact=True)
    then.get_by_label("计算方式").select_option(label="总和")
    then.get_by_role("button", name="再加一部分").click()
    expect(box.locator(".cond-words").last).to_contain_text("v2 = 如果")
    assert check(page, "variables") == []

    page.locator("#d-views").get_by_role("button", name="题目").click()
    card(page, "Q9").locator(".card-title").click()
    panel = page.locator("#d-panel")
    panel.locator("summary", has_text="更多").click()
    panel.get_by_label("默认答案").select_option(label="固定值")
    panel.locator("[data-key=default]").get_by_label("值", exact=True).select_option(label="贷款")
    panel.locator("[data-key=enable]").get_by_role("button", name="添加条件").click()
    expect(panel.locator("[data-key=enable] .cond-words")).to_contain_text("时可以作答")
    saved(page)
    document = stored(db, made.code)
    first = document["pages"][0]["questions"][0]["code"]
    assert document["variables"][0] == {
        "code": "v1",
        "type": "number",
        "value": {"lookup": [{"question": "Q9"}, {"a": 0, "b": 5}]},
    }
    assert document["variables"][1]["value"]["if"][1] == {"sum": [1, {"question": first}]}
    question = document["pages"][0]["questions"][-1]
    assert question["default"] == "b"
    assert list(question["enable"]) == ["question", "is"]
