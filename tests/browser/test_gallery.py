"""Every question type there is, answered by people: with a finger, by keyboard alone, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from survey_app import models
from survey_app.services import seals
from tests import factories, gallery
from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]

COLLECTING = [code for code, kind in gallery.kinds().items() if kind.collects]


@pytest.fixture
def address(cast: SimpleNamespace, db: Any) -> Callable[..., str]:
    """``address(**settings)`` publishes the gallery and gives its open link."""

    def publish(**settings: Any) -> str:
        survey = factories.published(cast.east, gallery.document(**settings))
        made = factories.distribution(survey)
        db.session.commit()
        return f"/s/{made.code}"

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


def fill(page: Page, code: str) -> None:
    """Answers a question as its example does, by its native controls."""
    for fold in fieldset(page, code).locator("details:not([open]) > summary").all():
        fold.click()
    for name, texts in gallery.controls(code).items():
        stands = fieldset(page, code).locator(f'[data-for="{code}.{name}"]')
        if texts and stands.count() and not named(page, code, name).first.is_visible():
            _put_in_turn(stands, texts[0])
            continue
        for text in texts:
            _put(named(page, code, name), text)


def _put_in_turn(stands: Locator, text: str) -> None:
    """Works the controls that a type's script put in place of its native one."""
    for stand, part in zip(stands.all(), _parts(stands.count(), text), strict=True):
        expect(stand).to_be_visible()
        stand.select_option(part)


def _parts(count: int, text: str) -> list[str]:
    """What each of the controls that stand for one holds."""
    return text.split(" ") if count > 1 else [text]


def _put(control: Locator, text: str) -> None:
    kind = control.first.evaluate("each => each.type")
    if kind in ("radio", "checkbox"):
        choice = control.and_(control.page.locator(f'[value="{text}"]'))
        choice.locator("xpath=ancestor::label").click()
        expect(choice).to_be_checked()
    elif kind.startswith("select"):
        control.first.select_option(text)
    else:
        control.first.fill(text)


def complete(page: Page) -> None:
    """Fills page after page and sends each, until the ending."""
    for codes in pages():
        for code in codes:
            fill(page, code)
        page.locator(".primary").click()
        following = page.locator(".q[data-code]:visible, .ending:visible").first
        expect(following).not_to_have_attribute("data-code", codes[0])
    expect(page.locator(".ending h2")).to_have_text("谢谢您")


def pages() -> Iterator[list[str]]:
    """Codes of the questions that hold answers, page by page."""
    for page in gallery.document()["pages"]:
        yield [each["code"] for each in page["questions"] if each["code"] in COLLECTING]


def test_every_type_is_answered_with_a_finger(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(one_per_screen=False))
    complete(page)
    assert stored() == gallery.answers()


def test_every_type_is_answered_without_scripts(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(), java_script_enabled=False, has_touch=False)
    complete(page)
    assert stored() == gallery.answers()


FOCUSED = """() => { const each = document.activeElement; return {
    name: each.name || each.dataset.for || '', value: each.value,
    kind: each.type || '', checked: Boolean(each.checked),
    folded: each.matches('details:not([open]) > summary')}; }"""


def test_every_type_is_answered_by_keyboard_alone(
    address: Callable[..., str], visit: Visit, stored: Callable[[], Any]
) -> None:
    page = visit(address(), viewport=DESK, has_touch=False)
    for code in [code for codes in pages() for code in codes]:
        expect(fieldset(page, code)).to_be_visible()
        _type(page, code)
        page.keyboard.press("Control+Enter")
        expect(fieldset(page, code)).to_be_hidden()
    expect(page.locator(".ending h2")).to_have_text("谢谢您")
    assert stored() == gallery.answers()


def _type(page: Page, code: str) -> None:
    """Walks through the controls of a question with Tab and answers those its example answers."""
    wanted = {
        f"{code}.{name}" if name else code: list(texts) for name, texts in gallery.controls(code).items()
    }
    for name, texts in wanted.items():
        count = fieldset(page, code).locator(f'[data-for="{name}"]').count()
        wanted[name] = _parts(count, texts[0])[::-1] if count > 1 else texts
    for _ in range(200):
        if not any(wanted.values()):
            return
        page.keyboard.press("Tab")
        _strike(page, wanted)
    raise AssertionError(f"the keyboard does not reach {wanted}")


def _strike(page: Page, wanted: dict[str, list[str]]) -> None:
    """Works the control that has the focus, if something is wanted of it."""
    at = page.evaluate(FOCUSED)
    if at["folded"]:
        page.keyboard.press("Space")
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
        _press(page, "ArrowDown", texts.pop(), "value")
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
    page = visit(address(one_per_screen=False), color_scheme=theme, reduced_motion="reduce")
    for codes in pages():
        for code in codes:
            fill(page, code)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], node["target"]) for each in found for node in each["nodes"]] == []
        assert _narrow(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert _narrow(page)
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.locator(".primary").click()
        expect(page.locator(".q[data-code]:visible, .ending:visible").first).not_to_have_attribute(
            "data-code", codes[0]
        )
    assert page.viewport_size == PHONE


def _narrow(page: Page) -> bool:
    """Whether nothing reaches beyond the sides of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
