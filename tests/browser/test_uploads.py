"""Files, signatures, locations and codes on a phone: through bad networks, by hand, and without scripts."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from survey_app.models import Response, Survey, Upload
from survey_app.services import surveys
from tests import factories
from tests.browser.conftest import DESK

Visit = Callable[..., Page]


@pytest.fixture
def address(cast: Any, db: Any) -> str:
    """An open link to a survey that takes files, a signature, a place and a code."""
    document = deepcopy(factories.NPS_DOCUMENT)
    document["pages"] = [
        {
            "code": "p1",
            "questions": [
                {"code": "F1", "type": "file", "title": "请拍照", "required": True, "settings": {"max": 3}},
                {"code": "S1", "type": "signature", "title": "请签名", "required": True, "settings": {}},
                {
                    "code": "L1",
                    "type": "location",
                    "title": "请定位",
                    "settings": {"lat": 31.2304, "lon": 121.4737, "radius": 500},
                },
                {"code": "B1", "type": "scan", "title": "请扫码", "settings": {"format": "ean"}},
            ],
        }
    ]
    code = factories.distribution(factories.published(cast.east, document)).code
    db.session.commit()
    return f"/s/{code}"


def photo(name: str = "破损.jpg", size: tuple[int, int] = (480, 360)) -> Any:
    """A photo of some 100 kB, as a file control takes it."""
    noise = Image.effect_noise(size, 90).convert("RGB")
    data = io.BytesIO()
    noise.save(data, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def choose(page: Page, *chosen: Any, code: str = "F1") -> None:
    page.locator(f'.q[data-code="{code}"] input[type="file"]').set_input_files(list(chosen))


def file(page: Page, state: str) -> Any:
    return page.locator(f'.q[data-code="F1"] .sent-file[data-state="{state}"]')


def go(page: Page) -> None:
    page.locator(".primary").tap()


def draw(page: Page) -> None:
    """Signs with the mouse."""
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(box["x"] + 40 + 6 * step, box["y"] + 60 + 40 * (step % 3))
    page.mouse.up()


def signed(page: Page) -> None:
    expect(page.locator('.pad-state[data-state="done"]')).to_be_visible()


def finish(page: Page, db: Any) -> Response:
    """Everything after the photos; the response that is stored."""
    go(page)
    draw(page)
    signed(page)
    go(page)
    go(page)
    go(page)
    expect(page.locator(".ending .receipt")).to_be_visible()
    db.session.rollback()
    row: Response = db.session.query(Response).one()
    assert row.state == "completed"
    return row


def test_a_photo_arrives_once_through_a_network_that_breaks(visit: Visit, address: str, db: Any) -> None:
    page = visit(address)
    tries = 0

    def flaky(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries % 3 == 0:
            route.abort()
        elif tries % 4 == 0:  # taken, but the reply is lost
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads*", flaky)
    page.route("**/uploads/*", flaky)
    choose(page, photo(), photo("二.jpg"))
    expect(file(page, "done")).to_have_count(2, timeout=60_000)
    page.unroute("**/uploads/*")
    page.unroute("**/uploads*")
    assert tries > 6
    row = finish(page, db)
    kept = db.session.query(Upload).filter_by(question="F1", state="whole").all()
    assert row.answers["F1"] == [each.public_id for each in sorted(kept, key=lambda each: each.id)]
    assert [each.name for each in kept] == ["破损.jpg", "二.jpg"]


def test_nobody_goes_on_while_a_file_is_on_its_way_offline_or_not(
    visit: Visit, window: Callable[..., Any], address: str, db: Any
) -> None:
    context = window()
    page = visit(address, context=context)
    context.set_offline(True)
    choose(page, photo())
    expect(page.locator(".sent-state")).to_have_text("网络已断开，恢复后会自动继续上传。")
    go(page)
    expect(page.locator("#F1-error")).to_have_text("正在上传，请稍候。")
    context.set_offline(False)
    expect(file(page, "done")).to_have_count(1)
    go(page)
    expect(page.locator("canvas")).to_be_visible()


def test_a_file_picked_offline_waits_on_the_phone(
    visit: Visit, window: Callable[..., Any], address: str, db: Any
) -> None:
    context = window()
    page = visit(address, context=context)
    page.route("**/uploads", lambda route: route.abort())
    choose(page, photo())
    expect(page.locator(".sent-file .sent-state")).to_have_text("正在重试……")
    page.goto("about:blank")
    page = visit(address, context=context)
    expect(file(page, "done")).to_have_count(1)
    row = finish(page, db)
    assert len(row.answers["F1"]) == 1


def test_a_refused_file_says_why_and_makes_room(visit: Visit, address: str) -> None:
    page = visit(address)
    choose(page, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(1)>"})
    expect(file(page, "failed")).to_contain_text("这种文件不能上传")
    go(page)
    expect(page.locator("#F1-error")).to_have_text("请回答这道题")
    page.locator(".sent-remove").tap()
    expect(page.locator(".sent-file")).to_have_count(0)


def test_a_removed_photo_is_gone_from_the_answer_and_after_a_reload(
    visit: Visit, window: Callable[..., Any], address: str, db: Any
) -> None:
    context = window()
    page = visit(address, context=context)
    choose(page, photo("一.jpg"), photo("二.jpg"))
    expect(file(page, "done")).to_have_count(2)
    page.locator(".sent-remove").first.tap()
    go(page)
    expect(page.locator("canvas")).to_be_visible()
    page.reload()
    page.locator(".back").tap()
    expect(page.locator(".sent-file")).to_have_count(1)
    expect(page.locator(".sent-name")).to_have_text("二.jpg")
    row = finish(page, db)
    assert len(row.answers["F1"]) == 1


def test_a_signature_is_black_on_white_in_any_light(visit: Visit, address: str, db: Any, app: Any) -> None:
    page = visit(address, color_scheme="dark")
    choose(page, photo())
    expect(file(page, "done")).to_have_count(1)
    go(page)
    draw(page)
    signed(page)
    page.get_by_role("button", name="清除").tap()
    go(page)
    expect(page.locator("#S1-error")).not_to_be_empty()
    page.wait_for_timeout(1000)
    draw(page)
    signed(page)
    row = db.session.query(Upload).filter_by(question="S1", state="whole").order_by(Upload.id.desc()).first()
    stored = Path(app.extensions["config"].data, "uploads", row.store_key[:2], row.store_key)
    with Image.open(stored) as image:
        shades = image.convert("L").histogram()
        assert image.format == "PNG"
    assert shades[255] > 20 * sum(shades[:32]) > 0


def test_the_phone_says_where_it_is_and_others_type_it(visit: Visit, address: str, db: Any) -> None:
    here = {"latitude": 31.231, "longitude": 121.474, "accuracy": 25}
    page = visit(address, geolocation=here, permissions=["geolocation"])
    choose(page, photo())
    expect(file(page, "done")).to_have_count(1)
    go(page)
    draw(page)
    signed(page)
    go(page)
    page.get_by_role("button", name="获取我的位置").tap()
    expect(page.locator(".spot-state")).to_have_text("已定位，误差约 25 米 · 距离约 73 米")
    go(page)
    page.locator('[name="B1"]').fill("6901234567890")
    go(page)
    expect(page.locator("#B1-error")).to_have_text("条码的校验位不正确，请检查。")
    page.locator('[name="B1"]').fill("6901234567892")
    go(page)
    expect(page.locator(".ending .receipt")).to_be_visible()
    answers = db.session.query(Response).one().answers
    assert answers["L1"] == {"lat": 31.231, "lon": 121.474, "acc": 25, "distance": 73}


def test_a_refused_location_can_be_typed(visit: Visit, address: str) -> None:
    page = visit(address)
    choose(page, photo())
    expect(file(page, "done")).to_have_count(1)
    go(page)
    draw(page)
    signed(page)
    go(page)
    page.get_by_role("button", name="获取我的位置").tap()
    expect(page.locator(".spot-state")).to_contain_text("手机没有允许本页获取位置")
    page.locator('[name="L1.lat"]').fill("31.9")
    page.locator('[name="L1.lon"]').fill("121.4737")
    go(page)  # the server knows, and leads back
    expect(page.locator("#L1-error")).to_contain_text("请在 500 米以内作答")
    expect(page.locator('[data-code="L1"]')).to_be_visible()


def test_everything_arrives_without_scripts(visit: Visit, address: str, db: Any) -> None:
    page = visit(address, java_script_enabled=False)
    page.locator('[name="F1.file"]').set_input_files([photo(), photo("二.jpg")])
    page.locator('[name="S1.file"]').set_input_files([photo("签名.png")])
    page.locator('[name="L1.lat"]').fill("31.2304")
    page.locator('[name="L1.lon"]').fill("121.4737")
    page.locator('[name="B1"]').fill("6901234567892")
    page.locator(".primary").tap()
    expect(page.locator(".ending .receipt")).to_be_visible()
    answers = db.session.query(Response).one().answers
    assert [len(answers[code]) for code in ("F1", "S1")] == [2, 1]
    assert answers["L1"] == {"lat": 31.2304, "lon": 121.4737, "distance": 0}


# The designer


def test_an_author_uploads_a_picture_for_an_option(visit: Visit, cast: Any, db: Any) -> None:
    document = deepcopy(factories.NPS_DOCUMENT)
    options = [{"id": "a", "label": "旧包装"}, {"id": "b", "label": "新包装"}]
    question = {
        "code": "P1",
        "type": "image_choice",
        "title": "您更喜欢哪个？",
        "settings": {"options": options},
    }
    document["pages"][0]["questions"].append(question)
    draft: Survey = surveys.create(cast.manager, "包装", document)
    page = visit(f"/login?next=/surveys/{draft.code}/design", viewport=DESK, has_touch=False)
    page.get_by_label("登录名").fill("manager")
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#designer[data-ready]")).to_be_visible()
    page.locator("#q-P1").click()
    page.locator('#q-P1 [data-entry="a"]').get_by_role("button", name="详细设置与显示条件").click()
    control = page.locator(".picture-field")
    control.locator('input[type="file"]').set_input_files([photo("包装.jpg")])
    shown = control.locator("img")
    expect(shown).to_be_visible()
    name = (shown.get_attribute("src") or "").removeprefix("/media/")
    assert shown.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 480
    expect(page.locator(".save-state")).to_have_text("已保存")
    db.session.rollback()
    stored = db.session.get(Survey, draft.id).draft["pages"][0]["questions"][-1]["settings"]["options"]
    assert stored[0]["picture"] == name
    bad = {"name": "a.png", "mimeType": "image/png", "buffer": b"<svg/>"}
    control.locator('input[type="file"]').set_input_files([bad])
    expect(control).to_contain_text("这种文件不能上传")
    control.get_by_role("button", name="移除").click()
    expect(control.locator("img")).to_have_count(0)
