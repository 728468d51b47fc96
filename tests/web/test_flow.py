"""The map's figures and its drawing, as the reader of a unit gets them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from survey_app.models import Survey
from survey_app.services import plans, surveys
from tests import factories, figures
from tests.conftest import Client
from tests.engine.test_drawing import HARMLESS, HOSTILE, NAME, texts
from tests.services.test_flows import DOCUMENT, post

SignedIn = Callable[[str], Client]


@pytest.fixture
def survey(app: Any, cast: SimpleNamespace) -> Survey:
    """Answered twelve times in the east, three times in the south."""
    with app.test_request_context():
        made = figures.survey(cast.owner, copy.deepcopy(DOCUMENT))
        plan = plans.plan_of(made.live_version_id or 0)
        for unit, n in ((cast.pudong, 12), (cast.tianhe, 3)):
            door = figures.door(made, unit)
            for score in range(n):
                post(door, plan, {"Q1": min(score, 6)}, ["p1"], score % 2 == 0 and score < 2)
        return made


def drawing(browser: Client, code: str, query: str = "") -> ElementTree.Element:
    reply = browser.get(f"/surveys/{code}/flow.svg{query}")
    assert reply.status_code == 200, reply.text
    assert reply.mimetype == "image/svg+xml"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    return ElementTree.fromstring(reply.data)


def test_a_region_sees_the_respondents_of_its_own_stores(signed_in: SignedIn, survey: Survey) -> None:
    address = f"/surveys/{survey.code}/flow"
    assert signed_in("owner").get(address).json["n"] == 15
    assert signed_in("manager").get(address).json["n"] == 12
    assert signed_in("stranger").get(address).status_code == 404
    assert signed_in("viewer").get(address).status_code == 403


def test_the_drawing_tells_the_same_figures(signed_in: SignedIn, survey: Survey) -> None:
    manager = signed_in("manager")
    flow = manager.get(f"/surveys/{survey.code}/flow").json
    said = texts(drawing(manager, survey.code))
    assert f"100% · {flow['pages']['p1']['reached']}" in said
    assert "第 1 版，共 12 份答卷" in said


def test_the_drawing_speaks_the_readers_language(signed_in: SignedIn, survey: Survey) -> None:
    browser = signed_in("manager")
    assert "仅当 Q1“推荐吗？”大于等于 7 时显示" in texts(drawing(browser, survey.code)).replace("” ", "”")
    reply = browser.get(f"/surveys/{survey.code}/flow.svg", headers={"Accept-Language": "en"})
    assert "Only if Q1 “推荐吗？” is at least 7".replace(" “", "“") in reply.text.replace(" “", "“")


def test_details_and_nonsense_in_the_address_are_taken_as_they_come(
    signed_in: SignedIn, survey: Survey
) -> None:
    manager = signed_in("manager")
    assert "Q1 推荐吗" not in texts(drawing(manager, survey.code, "?detail=pages"))
    assert "Q1 推荐吗" in texts(drawing(manager, survey.code, "?detail=questions"))
    assert "Q1 推荐吗" in texts(drawing(manager, survey.code, "?detail=%00%3Cscript"))


@pytest.mark.parametrize("text", [each for each in HOSTILE if "\ud800" not in each and "\x00" not in each])
def test_titles_of_any_kind_make_no_more_than_a_drawing(signed_in: SignedIn, cast: Any, text: str) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["title"] = document["endings"][0]["title"] = text
    for page in document["pages"]:
        page["title"] = text
        for question in page["questions"]:
            question["title"] = text
    made = surveys.create(cast.manager, "x", document)
    root = drawing(signed_in("manager"), made.code)
    assert {each.tag.removeprefix(NAME) for each in root.iter()} <= HARMLESS


def test_a_draft_that_is_half_broken_is_drawn_with_what_is_wrong(signed_in: SignedIn, cast: Any) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"][0]["next"] = [{"when": {"question": "Q9", "is": 7}, "go": "nowhere"}]
    document["quotas"] = [{"code": "k", "when": [], "limit": "x"}]
    document["pages"][1]["loop"] = {"over": 7}
    made = surveys.create(cast.manager, "x", document)
    assert "! " in texts(drawing(signed_in("manager"), made.code))
