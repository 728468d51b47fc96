"""Rules seen at the moment they fire: preview links, findings' examples and the table of all rules."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from survey_app.engine.finding import Finding
from survey_app.models import Survey
from survey_app.services import surveys
from survey_app.web import designer
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_designer import Visit, design, desk  # noqa: F401 - a fixture

Desk = Callable[..., Page]

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def draft(cast: Any) -> Survey:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"][0]["questions"][0]["validate"] = [
        {"when": {"question": "Q1", "equals": 5}, "message": "请再想一想。"}
    ]
    document["pages"][0]["next"] = [{"when": {"question": "Q1", "equals": 0}, "go": "out"}]
    document["endings"].append({"code": "out", "title": "到此为止", "kind": "screened_out"})
    return surveys.create(cast.manager, "门店体验回访", document)


def phone(page: Page) -> FrameLocator:
    return page.frame_locator("#d-preview iframe")


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.wait_for_timeout(700)
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_rules_preview_link_opens_where_the_rule_has_fired(desk: Desk, draft: Survey) -> None:  # noqa: F811
    page = design(desk, draft)
    page.locator("#q-Q2 .see-button").click()
    expect(phone(page).locator(".q.on")).to_have_attribute("data-code", "Q2")
    expect(page.locator(".preview-scene")).to_contain_text("Q2.show")
    shoot(page, "rule")
    page.get_by_role("button", name="退出示例").click()
    expect(page.locator(".preview-scene")).to_have_count(0)
    page.locator("#p-p1 .flow .see-button").click()
    expect(phone(page).get_by_text("到此为止")).to_be_visible()


def test_the_table_of_rules_fills_the_page_like_an_example(desk: Desk, draft: Survey) -> None:  # noqa: F811
    page = design(desk, draft)
    page.get_by_role("button", name="试答").click()
    row = page.locator('.trial[data-place="Q1.validate.0.when"]')
    expect(row).to_contain_text("Q1")
    row.get_by_role("button", name="照此填写").click()
    expect(phone(page).get_by_text("请再想一想。")).to_be_visible()
    shoot(page, "table")
    page.locator('.trial[data-place="out"]').get_by_role("button", name="照此填写").click()
    expect(phone(page).get_by_text("到此为止")).to_be_visible()


def test_a_findings_example_opens_beside_it(
    desk: Desk,  # noqa: F811
    draft: Survey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    witness = {
        "answers": {"Q1": 3, "Q2": "慢", "Q9": 1},
        "fields": {},
        "full": [],
        "path": ["p1", "p2"],
        "ending": None,
    }
    finding = Finding("warning", "some", "Q3", "Look here.", witness=witness)
    monkeypatch.setattr(designer.surveys, "findings", lambda document: [finding])
    page = design(desk, draft)
    page.locator("#q-Q3 .findings .see-button").click()
    expect(phone(page).locator(".q.on")).to_have_attribute("data-code", "Q3")
    expect(phone(page).locator(".strip")).to_contain_text("Q9")
    shoot(page, "finding")
    page.locator(".check-button").click()
    shoot(page, "finding_list")
    page.locator("dialog .see-button").click()
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.skipif("SHOTS" not in os.environ, reason="pictures to look at")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures(desk: Desk, draft: Survey, theme: str) -> None:  # noqa: F811
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page = design(desk, draft, viewport=size, color_scheme=theme)
        if theme == "dark":
            page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        shoot(page, f"canvas_{name}_{theme}")
        page.get_by_role("button", name="试答").click()
        page.locator(".trial").first.wait_for()
        shoot(page, f"trials_{name}_{theme}")
        page.locator(".trial button.btn").nth(1).click()
        shoot(page, f"trials_play_{name}_{theme}")
