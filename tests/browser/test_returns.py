"""Changing one's mind on the phone: what is off the path stays in its controls and counts for nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from survey_app.engine import flow
from survey_app.models import Quota, Response, Verbatim
from survey_app.services import plans
from tests import factories

Json = Any

LOW = {"question": "Q1", "at_most": 6}
PEOPLE = [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]


def ask(code: str, kind: str, settings: Json = None, **rules: Json) -> dict[str, Json]:
    return {"code": code, "type": kind, "title": code, "settings": settings or {}, **rules}


DOCUMENT: dict[str, Json] = {
    "format": 1,
    "title": "回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai", "one_per_screen": False},
    "pages": [
        {"code": "p1", "questions": [ask("Q1", "nps", required=True)]},
        {"code": "p2", "show": LOW, "questions": [ask("Q2", "long_text"), ask("Q3", "number")]},
        {
            "code": "p3",
            "questions": [ask("Q4", "multi_choice", {"options": PEOPLE})],
            "next": [{"when": {"question": "Q3", "more": 20}, "go": "p5"}],
        },
        {
            "code": "p4",
            "loop": {"over": {"question": "Q4", "pick": "chosen"}},
            "questions": [ask("Q5", "short_text")],
        },
        {"code": "p5", "questions": [ask("Q6", "short_text")]},
    ],
    "endings": [{"code": "end", "title": "谢谢"}, {"code": "full", "kind": "over_quota", "title": "满"}],
    "quotas": [{"code": "low", "when": LOW, "limit": 9, "then": {"go": "full"}}],
}


@pytest.fixture
def page(cast: SimpleNamespace, db: Any, visit: Any) -> Page:
    distribution = factories.distribution(factories.published(cast.east, DOCUMENT))
    db.session.commit()
    return visit(f"/s/{distribution.code}")


def score(page: Page, n: int) -> None:
    page.locator(f'label:has(input[name="Q1"][value="{n}"])').tap()


def on(page: Page, code: str) -> None:
    """Goes on to the page of a question."""
    page.locator(".bar .primary").tap()
    expect(page.locator(f'[data-code="{code}"] legend')).to_be_visible()


def back(page: Page, code: str) -> None:
    page.locator(".back").tap()
    expect(page.locator(f'[data-code="{code}"] legend')).to_be_visible()


def pick(page: Page, id: str) -> None:
    page.locator(f'label:has(input[name="Q4"][value="{id}"])').tap()


def test_a_mind_changed_twice_leaves_only_what_was_meant_last(page: Page, db: Any) -> None:
    score(page, 3)
    on(page, "Q2")
    page.fill('[name="Q2"]', "太慢了")
    page.fill('[name="Q3"]', "三十")  # only the server reads that, and it leads past the loop
    on(page, "Q4")
    pick(page, "a")
    on(page, "Q6")
    back(page, "Q4")
    back(page, "Q2")
    back(page, "Q1")
    score(page, 10)
    on(page, "Q4")  # the page of complaints is passed over, so the number counts no more
    pick(page, "b")
    on(page, "Q5@a")
    page.fill('[name="Q5@a"]', "好")
    on(page, "Q5@b")
    page.fill('[name="Q5@b"]', "也好")
    back(page, "Q5@a")
    back(page, "Q4")
    pick(page, "a")
    back(page, "Q1")
    score(page, 4)
    on(page, "Q2")
    expect(page.locator('[name="Q2"]')).to_have_value("太慢了")  # what was said is still there
    page.fill('[name="Q3"]', "3")
    back(page, "Q1")
    score(page, 9)
    on(page, "Q4")
    on(page, "Q5@b")
    expect(page.locator('[name="Q5@b"]')).to_have_value("也好")
    on(page, "Q6")
    page.fill('[name="Q6"]', "没有")
    page.locator(".bar .primary").tap()
    expect(page.locator(".ending")).to_contain_text("谢谢")
    db.session.rollback()
    row = db.session.query(Response).one()
    meant = {"Q1": 9, "Q4": ["b"], "Q5@b": "也好", "Q6": "没有"}
    assert (row.state, row.position, row.answers) == ("completed", "end", meant)
    fresh = flow.walk(plans.plan_of(row.version_id), meant)
    assert (fresh.ending, fresh.answers) == (row.position, row.answers)
    assert [each.n for each in db.session.query(Quota)] in ([], [0])
    assert {each.question for each in db.session.query(Verbatim)} == {"Q5@b", "Q6"}
