"""Every question type there is, answered by people: with a finger, by keyboard alone, without scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from survey_app import models
from survey_app.services import seals
from tests import factories, gallery
from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]

ANSWERED = gallery.filled_in()


@pytest.fixture
def address(cast: SimpleNamespace, db: Any) -> Callable[..., str]:
    """``address(**settings)`` publishes the gallery and gives its open link."""

    def publish(**settings: Any) -> str:
        survey = factories.published(cast.east, gallery.document(**settings))
        made = factories.distribution(survey)
        db.session.commit()
        return f"/s/{made.code}{gallery.ADDRESS}"

    return publish


@pytest.fixture
def stored(app: Any, db: Any) -> Callable[[], Any]:
    """The answers of the one response there is, sealed ones open."""

    def read() -> Any:
        db.session.rollback()
        (response,) = db.session.query(models.Response).all()
        assert response.state == "completed"
        return seals.opened(response.answers, app.config["SECRET_KEY"])

    return read


def fieldset(page: Page, code: str) -> Locator:
    return page.locator(f'.q[data-code="{code}"]')


def named(page: Page, code: str, name: str) -> Locator:
    """The controls of one sub-name."""
    return fieldset(page, code).locator(f'[name="{code}.{name}"]' if name else f'[name="{code}"]')


def fill(page: Page, code: str, scripts: bool = True) -> None:
    """Answers a question as its example does."""
    for fold in fieldset(page, code).locator("details:not([open]) > summary").all():
        fold.click()
    hand = HANDS.get(gallery.kinds()[code].key) if scripts else None
    if hand:
        hand(page, code)
    elif _files(code):
        named(page, code, "file").set_input_files(_pictures(code))
    else:
        _by_controls(page, code)


def _by_controls(page: Page, code: str) -> None:
    for name, texts in gallery.controls(code).items():
        for text in texts if named(page, code, name).first.get_attribute("type") != "hidden" else ():
            put(named(page, code, name), text)


def put(control: Locator, text: str) -> None:
    """Gives one native control what it shall hold."""
    kind = control.first.evaluate("each => each.type")
    if kind in ("radio", "checkbox"):
        choice = control.and_(control.page.locator(f'[value="{text}"]'))
        choice.locator("xpath=ancestor::label").click()
        expect(choice).to_be_checked()
    elif kind.startswith("select"):
        control.first.select_option(text)
    else:
        control.first.fill(text)


# What is answered by more than native controls where scripts run


def _files(code: str) -> bool:
    return gallery.kinds()[code].key in ("file", "signature")


def _pictures(code: str) -> list[Any]:
    """As many pictures as the example has files."""
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(picture, "PNG")
    count = len(gallery.example(gallery.kinds()[code]).value)
    made = {"mimeType": "image/png", "buffer": picture.getvalue()}
    return [{"name": f"{number}.png", **made} for number in range(count)]


def _upload(page: Page, code: str) -> None:
    files = _pictures(code)
    named(page, code, "file").set_input_files(files)
    _uploaded(page, code)


def _uploaded(page: Page, code: str) -> None:
    for number in range(len(_pictures(code))):
        expect(named(page, code, "").nth(number)).to_have_value(re.compile(r"\w{22}"))


def _sign(page: Page, code: str) -> None:
    paper = fieldset(page, code).locator("canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    x, y = box["x"] + 30, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=6)
    page.mouse.move(x + 140, y, steps=6)
    page.mouse.up()
    _uploaded(page, code)


def _locate(page: Page, code: str) -> None:
    fieldset(page, code).locator(".spot-find").click()
    expect(named(page, code, "lat")).to_have_value("31.231000")


def _region(page: Page, code: str) -> None:
    held = gallery.controls(code)
    named(page, code, "province").select_option(held["province"][0])
    for number, name in enumerate(held["place"][0].split()):
        fieldset(page, code).locator("select[data-for]:visible").nth(number).select_option(name)
    if "street" in held:
        named(page, code, "street").fill(held["street"][0])


def _chain(page: Page, code: str) -> None:
    for number, (text,) in enumerate(gallery.controls(code).values()):
        fieldset(page, code).locator("select:visible").nth(number).select_option(text)


def _write(page: Page, code: str) -> None:
    fieldset(page, code).locator("[contenteditable]").fill("排队太久希望多开窗口")


def _duel(page: Page, code: str) -> None:
    for name, (text,) in gallery.controls(code).items():
        expect(named(page, code, name).first.locator("xpath=ancestor::fieldset[1]")).to_be_visible()
        put(named(page, code, name), text)


def _table(page: Page, code: str) -> None:
    for name, texts in gallery.controls(code).items():
        if not named(page, code, name).first.is_visible():
            fieldset(page, code).locator("button.add").click()
        for text in texts:
            put(named(page, code, name), text)


HANDS: dict[str, Callable[[Page, str], None]] = {
    "address": _region,
    "cascader": _chain,
    "file": _upload,
    "location": _locate,
    "maxdiff": _duel,
    "region": _region,
    "rich_text": _write,
    "signature": _sign,
    "table_dynamic": _table,
}

THERE: dict[str, Any] = {
    "permissions": ["geolocation"],
    "geolocation": {"latitude": 31.231, "longitude": 121.474, "accuracy": 25},
}
"""Where the example says the phone is."""


def alike(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers with what no two runs share made equal: files by their number, formatted text by its words."""
    return {code: _alike(gallery.kinds()[code].key, value) for code, value in answers.items()}


def _alike(key: str, value: Any) -> Any:
    if key in ("file", "signature"):
        return len(value)
    if key == "location":  # without scripts nothing tells how sure the place is
        return {name: part for name, part in value.items() if name != "acc"}
    return re.sub(r"<[^>]*>|\s", "", value) if key == "rich_text" else value


def complete(page: Page, scripts: bool = True) -> None:
    """Fills page after page and sends each, until the ending."""
    for codes in pages():
        for code in codes:
            fill(page, code, scripts)
        page.locator(".bar .primary").click()
        following = page.locator(".q[data-code]:visible, .ending:visible").first
        expect(following).not_to_have_attribute("data-code", codes[0])
    expect(page.locator(".ending h2")).to_have_text("谢谢您")


def pages() -> Iterator[list[str]]:
    """Codes of the questions that hold answers, page by page."""
    for page in gallery.document()["pages"]:
        yield [each["code"] for each in page["questions"] if each["code"] in ANSWERED]


def test_every_type_is_answered_with_a_finger(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(one_per_screen=False), **THERE)
    complete(page)
    assert alike(stored()) == alike(gallery.answers())


def test_every_type_is_answered_without_scripts(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(), java_script_enabled=False, has_touch=False)
    complete(page, scripts=False)
    assert alike(stored()) == alike(gallery.answers())


FOCUSED = """() => {
    const each = document.activeElement, code = (each.closest('.q') || {dataset: {}}).dataset.code;
    const ours = {'[contenteditable]': '', '.spot-find': '.find', 'button.add': '.add'};
    const part = Object.keys(ours).find((selector) => each.matches(selector));
    return {
        name: each.name || each.dataset.for || (part ? code + ours[part] : ''), value: each.value,
        kind: each.type || '', checked: Boolean(each.checked), paper: each.isContentEditable,
        folded: each.matches('details:not([open]) > summary') }; }"""


ASKED = """() => document.activeElement.addEventListener('click', (event) => {
    event.preventDefault();
    event.target.dataset.asked = ''; }, { once: true })"""
"""Notes that the focused control would open the system's window, which is not ours to wait for."""


def test_every_type_is_answered_by_keyboard_alone(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(), viewport=DESK, has_touch=False, **THERE)
    for code in [code for codes in pages() for code in codes]:
        _past_what_is_shown(page, code)
        expect(fieldset(page, code)).to_be_visible()
        _type(page, code)
        page.keyboard.press("Control+Enter")
        expect(fieldset(page, code)).to_be_hidden()
    expect(page.locator(".ending h2")).to_have_text("谢谢您")
    assert alike(stored()) == alike(gallery.answers())


def _past_what_is_shown(page: Page, code: str) -> None:
    """Goes over screens that only show something: a welcome, the last words of a page."""
    shown = page.locator("div.q:visible").locator("visible=true")
    for _ in range(3):
        expect(fieldset(page, code).or_(shown).locator("visible=true").first).to_be_visible()
        if fieldset(page, code).is_visible():
            return
        page.keyboard.press("Control+Enter")


def _type(page: Page, code: str) -> None:
    """Walks through the controls of a question with Tab and answers those its example answers."""
    wanted = _wanted(code)
    for _ in range(200):
        if not any(wanted.values()):
            return
        page.keyboard.press("Tab")
        _strike(page, code, wanted)
    raise AssertionError(f"the keyboard does not reach {wanted}")


def _wanted(code: str) -> dict[str, list[str]]:
    """Name of a control → what to enter there, one after the other."""
    key = gallery.kinds()[code].key
    if _files(code):
        return {f"{code}.file": ["picture"]}
    if key == "location":
        return {f"{code}.find": ["here"]}
    held = {f"{code}.{name}" if name else code: list(texts) for name, texts in gallery.controls(code).items()}
    if key == "rich_text":
        return {code: ["排队太久希望多开窗口"]}
    if key in ("region", "address"):
        held[f"{code}.place"] = held[f"{code}.place"][0].split()
    return held


def _strike(page: Page, code: str, wanted: dict[str, list[str]]) -> None:
    """Works the control that has the focus, if something is wanted of it."""
    at = page.evaluate(FOCUSED)
    if at["folded"]:
        page.keyboard.press("Space")
    if at["name"] == f"{code}.add":
        page.keyboard.press("Enter")
        _strike(page, code, wanted)
    texts = wanted.get(at["name"])
    if not texts:
        return
    if at["kind"] == "checkbox":
        if at["value"] in texts:
            page.keyboard.press("Space")
            texts.remove(at["value"])
    elif at["kind"] == "radio":
        page.keyboard.press("Space")
        _press(page, "ArrowDown", texts.pop(), "checked")
    elif at["kind"].startswith("select"):
        _press(page, "ArrowDown", texts.pop(0), "value")
        if gallery.kinds()[code].key in ("region", "address"):
            left = len(wanted[f"{code}.place"])  # the next list comes once it is known
            expect(fieldset(page, code).locator("select:visible")).to_have_count(3 - max(left - 1, 0))
    elif at["kind"] == "file":
        texts.clear()
        page.evaluate(ASKED)
        page.keyboard.press("Space")
        expect(page.locator(f'[name="{at["name"]}"]')).to_have_attribute("data-asked", "")
        named(page, code, "file").set_input_files(_pictures(code))
        _uploaded(page, code)
    elif at["name"].endswith(".find"):
        texts.clear()
        page.keyboard.press("Enter")
        expect(named(page, code, "lat")).to_have_value("31.231000")
    else:
        page.keyboard.type(_typed(at["kind"], texts.pop()))


def _press(page: Page, key: str, text: str, what: str) -> None:
    """Presses a key until the focused control stands at ``text``."""
    for _ in range(60):
        at = page.evaluate(FOCUSED)
        if at["value"] == text and (what == "value" or at["checked"]):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {text} but to {page.evaluate(FOCUSED)}")


def _typed(kind: str, text: str) -> str:
    """What fingers type into a control of this kind to give ``text``; days in the segments of the browser's
    own language."""
    if kind in ("date", "datetime-local"):
        year, month, day = text[:10].split("-")
        return f"{month}{day}{year}" + ("\t" + _typed("time", text[11:]) if text[10:] else "")
    if kind == "time":
        hour, minute = map(int, text.split(":"))
        return f"{(hour - 1) % 12 + 1:02}{minute:02}{'ap'[hour >= 12]}"
    return text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_type_is_accessible_and_fits(address: Callable[..., str], visit: Visit, theme: Any) -> None:
    page = visit(address(one_per_screen=False), color_scheme=theme, reduced_motion="reduce", **THERE)
    for codes in pages():
        for code in codes:
            fill(page, code)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], node["target"]) for each in found for node in each["nodes"]] == []
        assert page.evaluate(BEYOND) == []
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(BEYOND) == []
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.locator(".bar .primary").click()
        expect(page.locator(".q[data-code]:visible, .ending:visible").first).not_to_have_attribute(
            "data-code", codes[0]
        )
    assert page.viewport_size == PHONE


BEYOND = """() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return [];
    return Array.from(document.querySelectorAll('.q:not([hidden]) *'))
        .filter((each) => each.getBoundingClientRect().right > edge + 1)
        .map((each) => each.closest('.q').dataset.type + ' ' + each.tagName + '.' + each.className); }"""
"""What reaches beyond the side of the screen."""
