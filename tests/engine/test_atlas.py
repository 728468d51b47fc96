"""A map of a survey has a way for every rule, and ways beside each other have lanes of their own."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from survey_app.engine.atlas import START, Span, atlas, lanes
from tests.engine.surveys import survey


@pytest.mark.parametrize("seed", range(60))
def test_every_jump_and_every_quota_has_a_way(seed: int) -> None:
    document, _, _ = survey(seed)
    found = {(arc.where, arc.source, arc.target): arc for arc in atlas(document).arcs}
    for page in document["pages"]:
        for index, rule in enumerate(page.get("next") or ()):
            arc = found.pop((f"{page['code']}.next.{index}", page["code"], rule["go"]))
            assert arc.when == rule.get("when")
            assert arc.kind == ("jump" if "when" in rule else "always")
    assert sorted(arc.where for arc in found.values()) == [
        f"{each['code']}.when" for each in document["quotas"]
    ]


@pytest.mark.parametrize("seed", range(60))
def test_a_quota_leaves_from_the_last_page_it_asks_for(seed: int) -> None:
    document, _, _ = survey(seed)
    places = {q["code"]: page["code"] for page in document["pages"] for q in page["questions"]}
    order = [page["code"] for page in document["pages"]]
    for arc in atlas(document).arcs:
        if arc.kind == "quota":
            asked = [places[code] for code in places if f"'question': '{code}'" in str(arc.when)]
            assert arc.source == max(asked, key=order.index)


def test_a_quota_that_asks_for_nothing_leaves_from_the_start_one_behind_a_variable_from_its_page() -> None:
    city = {"field": "city", "is": "上海"}
    sure = {"variable": "sum", "more": 3}
    found = atlas(
        {
            "pages": [{"code": "p1", "questions": [{"code": "Q1"}]}, {"code": "p2", "questions": []}],
            "endings": [{"code": "end"}],
            "variables": [
                {"code": "sum", "value": {"add": [{"variable": "one"}, 1]}},
                {"code": "one", "value": {"question": "Q1"}},
            ],
            "quotas": [
                {"code": "a", "when": city, "limit": 3, "then": {"go": "end"}},
                {"code": "b", "when": sure, "limit": 3, "then": {"go": "end"}},
            ],
        }
    )
    assert [(arc.where, arc.source) for arc in found.arcs] == [("a.when", START), ("b.when", "p1")]


def test_pages_follow_each_other_unless_a_jump_always_leads_elsewhere() -> None:
    document = {
        "pages": [
            {"code": "p1", "next": [{"go": "end"}]},
            {"code": "p2"},
            {"code": "p3", "next": [{"go": "end"}]},
        ],
        "endings": [{"code": "end"}, {"code": "out"}],
    }
    assert [page.follows for page in atlas(document).pages] == ["", "p3", ""]
    document["pages"][2].pop("next")
    assert atlas(document).pages[2].follows == "end"


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [None], [{}], [[1]], {"a": 1}, [{"code": 5}]])
@pytest.mark.parametrize("name", ["quotas", "variables", "next", "loop", "then", "when", "go"])
def test_what_cannot_be_understood_is_left_out(name: str, odd: Any) -> None:
    quota = {"code": "k", "when": {"question": "Q1", "is": 1}, "limit": 1, "then": {"go": "end"}}
    rule = {"when": {"question": "Q1", "is": 1}, "go": "end"}
    page = {"code": "p1", "questions": [{"code": "Q1"}], "next": [rule]}
    document: dict[str, Any] = {"pages": [page], "endings": [{"code": "end"}], "quotas": [quota]}
    {"quotas": document, "variables": document, "next": page, "loop": page, "then": quota}.get(name, rule)[
        name
    ] = odd
    if name == "when":
        quota["when"] = odd
    assert atlas(document).facts()["pages"][0]["code"] == "p1"


@pytest.mark.parametrize("seed", range(200))
def test_ways_beside_each_other_never_share_a_lane(seed: int) -> None:
    chance = Random(seed)
    targets = sorted(chance.sample(range(1, 80), chance.randint(1, 20)))
    spans = [
        Span(chance.randrange(target), target, str(target))
        for target in (chance.choice(targets) for _ in range(chance.randint(1, 60)))
    ]
    found = lanes(spans)
    rails = {
        span.rail: (lane, min(s.top for s in spans if s.rail == span.rail), span.bottom)
        for span, lane in zip(spans, found, strict=True)
    }
    for one in rails:
        for other in rails:
            if one != other and rails[one][0] == rails[other][0]:
                assert rails[one][2] < rails[other][1] or rails[other][2] < rails[one][1]
    assert all(rails[span.rail][0] == lane for span, lane in zip(spans, found, strict=True)), (
        "one place, one rail"
    )
    deepest = max(sum(top <= y <= bottom for _, top, bottom in rails.values()) for y in range(81))
    assert max(found) < len(rails)
    assert max(found) + 1 >= deepest
