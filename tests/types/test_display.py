"""What a page shows without asking, and answers that nobody gives."""

from __future__ import annotations

from typing import Any

import pytest

from question_types.base import Invalid
from survey_app.engine import definition, flow
from survey_app.engine.browser import browser_plan
from survey_app.engine.plan import compile_plan
from survey_app.plugins import types
from tests.types.cases import made, refused

PICTURE = "a" * 22 + ".webp"


def survey(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = definition.blank("Example")
    document["pages"] = [
        {"code": "p1", "questions": [{"code": "Q1", "type": "number", "title": "How many?", "settings": {}}]},
        {"code": "p2", "questions": list(questions)},
    ]
    return document | more


TOTAL = {"code": "total", "value": {"multiply": [{"question": "Q1"}, 1.5]}}
SUM = {"code": "E", "type": "equation", "title": "In all", "settings": {"variable": "total", "decimals": 1}}
CITY = {"code": "H", "type": "hidden", "title": "City", "settings": {"field": "city"}}
LAST = {"code": "Q2", "type": "short_text", "title": "Why?", "settings": {}}


@pytest.mark.parametrize("key", ["image", "video", "divider", "call_to_action", "welcome", "statement"])
def test_a_display_item_takes_no_answer_and_has_no_column(key: str) -> None:
    kind, values = made(key)
    assert not kind.collects
    assert (kind.parse(values, {"": ["x"]}), kind.columns("Q1", values), kind.cells(values, None)) == (
        None,
        [],
        [],
    )
    with pytest.raises(Invalid):
        kind.check(values, "x")


def test_a_picture_is_described_or_declared_to_be_decoration() -> None:
    kind, values = made("image", picture=PICTURE)
    assert len(kind.problems(values)) == 1
    for more in ({"alt": "A shop"}, {"decorative": True}):
        assert kind.problems({**values, **more}) == []
    assert kind.problems(made("image", alt="A shop")[1]) == ["Upload a picture."]
    assert "picture" in refused("image", picture="https://elsewhere.example/a.png")


@pytest.mark.parametrize("address", ["/videos/tour.mp4", "/media/a.webm", "https://video.example.com/w?v=1"])
def test_a_video_is_a_file_of_the_own_site_or_a_link(address: str) -> None:
    kind, values = made("video", address=address)
    assert kind.problems(values) == []
    assert kind.own(values) is address.startswith("/")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    [
        "http://plain.example/a.mp4",
        "//evil.example/a.mp4",
        "javascript:alert(1)",
        "/a.exe",
        'https://a"onclick=',
        "https://{Q1}.example/",
    ],
)
def test_no_other_address_is_taken(address: str) -> None:
    assert "address" in refused("video", address=address)
    assert "url" in refused("call_to_action", url=address)


def test_a_button_needs_a_text_and_a_place_to_lead_to() -> None:
    kind, values = made("call_to_action")
    assert len(kind.problems(values)) == 2


def test_a_calculated_value_is_worked_out_by_the_server_whatever_is_sent() -> None:
    plan = compile_plan(survey(SUM, LAST, variables=[TOTAL]), types())
    for sent in ({}, {"E": 1000}, {"E": "x"}):
        path = flow.walk(plan, {"Q1": 5, **sent}, upto="p1")
        assert path.answers == {"Q1": 5, "E": 7.5}
        assert [question.code for question in flow.asked(path, plan.pages[1])] == ["Q2"]
    assert flow.walk(plan, {}, upto="p1").answers == {}  # nothing to multiply
    assert flow.walk(plan, {"Q1": 5}, upto="").answers == {"Q1": 5}  # not reached yet


def test_a_result_outside_its_range_is_not_kept() -> None:
    bounded = {**SUM, "settings": {**SUM["settings"], "max": 7}}  # type: ignore[dict-item]
    plan = compile_plan(survey(bounded, LAST, variables=[TOTAL]), types())
    assert flow.walk(plan, {"Q1": 5}, upto="p1").answers == {"Q1": 5}
    assert flow.walk(plan, {"Q1": 4}, upto="p1").answers == {"Q1": 4, "E": 6.0}


def test_a_hidden_field_is_copied_and_rules_can_ask_for_it() -> None:
    asked = {**LAST, "show": {"question": "H", "is": "上海"}}
    plan = compile_plan(survey(CITY, asked, fields=[{"code": "city"}]), types())
    here, there = (flow.walk(plan, {"H": "x"}, {"city": city}, upto="p1") for city in ("上海", "北京"))
    assert (here.answers, there.answers) == ({"H": "上海"}, {"H": "北京"})
    assert (here.states["Q2"], there.states["Q2"]) == ("skipped", "not_shown")
    assert there.pages == ["p1"]  # nothing to see on the second page
    assert flow.walk(plan, {}, upto="p1").answers == {}


def test_a_fixed_text_is_kept_as_it_is() -> None:
    fixed = {**CITY, "settings": {"source": "fixed", "fixed": "spring {Q1}"}}
    plan = compile_plan(survey(fixed, LAST), types())
    assert flow.walk(plan, {}, upto="p1").answers == {"H": "spring {Q1}"}


def test_what_a_value_is_worked_out_from_must_be_there() -> None:
    found = definition.check(survey(SUM, CITY, LAST), types())
    assert {(each.level, each.where.split(".")[0]) for each in found} == {("error", "E"), ("error", "H")}
    late = {"code": "total", "value": {"add": [{"question": "Q3"}, 1]}}
    document = survey(SUM, {**LAST, "code": "Q3", "type": "number"}, variables=[late])
    assert [each.code for each in definition.check(document, types())] == ["later_question"]


def test_nobody_can_be_made_to_answer_what_nobody_answers() -> None:
    demanded = survey({**SUM, "required": True}, LAST, variables=[TOTAL])
    assert [each.code for each in definition.check(demanded, types())] == ["display"]
    plan = compile_plan(demanded, types())
    assert flow.missing(plan, flow.walk(plan, {}, upto="p2")) == {}


def test_the_page_is_told_to_work_it_out_too_and_never_to_send_it() -> None:
    plan = compile_plan(survey(SUM, CITY, LAST, variables=[TOTAL], fields=[{"code": "city"}]), types())
    told = browser_plan(plan)
    assert told["questions"]["E"]["own"] is told["questions"]["H"]["unseen"] is True
    assert told["questions"]["E"]["enable"] == {"any": []}  # never
    assert told["fields"] == ["city"]
