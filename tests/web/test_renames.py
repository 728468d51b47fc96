"""New codes through the designer's door."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from survey_app.models import Survey
from survey_app.services import surveys
from tests.conftest import Client
from tests.factories import NPS_DOCUMENT

SignedIn = Callable[[str], Client]


@pytest.fixture
def draft(cast: Any) -> Survey:
    return surveys.create(cast.manager, "门店体验回访", copy.deepcopy(NPS_DOCUMENT))


def ask(browser: Client, draft: Survey, verb: str, **body: Any) -> Any:
    return browser.post(f"/surveys/{draft.code}/{verb}", json={"document": draft.draft, **body})


def test_a_new_code_is_followed_everywhere_and_nothing_is_stored(signed_in: SignedIn, draft: Survey) -> None:
    before = copy.deepcopy(draft.draft)
    told = ask(signed_in("manager"), draft, "rename", code="Q1", fresh="score").get_json()["document"]
    assert told["pages"][0]["questions"][0]["code"] == "score"
    assert "Q1" not in str(told)
    assert draft.draft == before


def test_what_was_published_keeps_its_code_and_its_ids(signed_in: SignedIn, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    browser = signed_in("manager")
    reply = ask(browser, draft, "rename", code="Q1", fresh="score")
    assert reply.status_code == 422
    assert "已经发布" in reply.get_json()["error"]
    pages = [page["code"] for page in draft.draft["pages"]]
    reply = ask(browser, draft, "rename", code=pages[0], fresh="Q99")
    assert reply.status_code == 200
    moved = {**draft.draft, "pages": draft.draft["pages"][:1]}
    draft.draft = moved
    reply = ask(browser, draft, "rename", code=pages[0], fresh=pages[1])
    assert reply.status_code == 422
    assert "不能再用" in reply.get_json()["error"]
    reply = ask(browser, draft, "rename-entry", code="Q1", id="a", fresh="b")
    assert reply.status_code == 422


def test_ids_are_renamed_before_publishing(signed_in: SignedIn, cast: Any) -> None:
    document = copy.deepcopy(NPS_DOCUMENT)
    options = [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]
    asked = {"code": "Q9", "type": "single_choice", "title": "选", "settings": {"options": options}}
    document["pages"][0]["questions"].insert(0, asked)
    document["pages"][1]["show"] = {"question": "Q9", "in": ["a", "b"]}
    made = surveys.create(cast.manager, "", document)
    browser = signed_in("manager")
    told = ask(browser, made, "rename-entry", code="Q9", id="a", fresh="first").get_json()["document"]
    assert told["pages"][1]["show"] == {"question": "Q9", "in": ["first", "b"]}
    assert ask(browser, made, "rename-entry", code="Q9", id="a", fresh="b").status_code == 422
    assert ask(browser, made, "rename-entry", code="Q9", id="zz", fresh="c").status_code == 422


def test_a_part_goes_with_what_refers_to_it(signed_in: SignedIn, draft: Survey) -> None:
    told = ask(signed_in("manager"), draft, "without", code="Q1").get_json()["document"]
    assert "Q1" not in str(told)


def test_others_may_not(signed_in: SignedIn, draft: Survey) -> None:
    assert ask(signed_in("viewer"), draft, "rename", code="Q1", fresh="x").status_code in (403, 404)
    assert ask(signed_in("manager"), draft, "rename", code="Q1").status_code == 422


def test_the_designer_is_told_rules_and_uses(signed_in: SignedIn, draft: Survey) -> None:
    told = signed_in("manager").get(f"/surveys/{draft.code}/draft").get_json()
    assert {each["where"] for each in told["rules"]} == {place["where"] for uses in told["uses"].values() for place in uses if place["how"] not in ("text", "translation", "score")}  # fmt: skip  # noqa: E501
    assert all("…" not in each["words"] for each in told["rules"])
