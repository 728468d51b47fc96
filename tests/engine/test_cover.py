"""The respondents who come to every place of a survey."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey_app.engine import cover, definition
from survey_app.engine.cover import Coverage, covering
from survey_app.engine.fired import fired, places
from survey_app.engine.flow import doubts, missing, walk
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types
from survey_app.services import starters
from tests.engine import surveys
from tests.engine.stubs import TYPES

TODAY = date(2026, 11, 26)
DEMO = starters.FOLDER.parent / "demo"

OPTIONS = [
    {"id": "app", "label": "App"},
    {"id": "branch", "label": "Branch"},
    {"id": "phone", "label": "Phone"},
]


def rich() -> dict[str, Any]:
    """Every kind of rule once, in the product's own types."""
    return {
        "format": 1,
        "title": "t",
        "fields": [{"code": "city", "type": "text", "from": "url"}],
        "variables": [
            {"code": "total", "type": "number", "value": {"sum": [{"question": "Q1"}, {"question": "Q2"}]}}
        ],
        "pages": [
            {
                "code": "p1",
                "questions": [
                    {"code": "Q1", "type": "nps", "title": "a", "required": True},
                    {
                        "code": "Q2",
                        "type": "nps",
                        "title": "b",
                        "required": {"question": "Q1", "is": "detractor"},
                        "validate": [
                            {"when": {"question": "Q2", "more": {"question": "Q1"}}, "message": "Too much."},
                            {"when": {"question": "Q2", "equals": 0}, "message": "Really?", "soft": True},
                        ],
                    },
                ],
                "next": [{"when": {"variable": "total", "at_least": 19}, "go": "best"}],
            },
            {
                "code": "p2",
                "questions": [
                    {
                        "code": "Q3",
                        "type": "multi_choice",
                        "title": "c",
                        "settings": {
                            "options": [
                                *OPTIONS[:2],
                                {**OPTIONS[2], "show": {"field": "city", "is": "上海"}},
                            ]
                        },
                    },
                    {"code": "D1", "type": "date", "title": "d", "settings": {}},
                    {
                        "code": "T1",
                        "type": "short_text",
                        "title": "t",
                        "enable": {"question": "D1", "before": {"today": -30}},
                    },
                    {
                        "code": "S1",
                        "type": "statement",
                        "title": "s",
                        "show": {"question": "T1", "contains": ["退款", "投诉"]},
                    },
                ],
                "next": [{"when": {"question": "Q3", "exactly": ["phone"]}, "go": "out"}],
            },
            {
                "code": "p3",
                "show": {"question": "Q3", "count": {"at_least": 1}},
                "loop": {"over": {"question": "Q3", "pick": "chosen"}, "max": 2},
                "questions": [
                    {"code": "Q4", "type": "nps", "title": "{item}"},
                    {
                        "code": "Q5",
                        "type": "long_text",
                        "title": "w",
                        "show": {"question": "Q4", "at_most": 2},
                    },
                ],
            },
            {
                "code": "p4",
                "questions": [
                    {
                        "code": "Q6",
                        "type": "ranking",
                        "title": "r",
                        "carry": {"from": "Q3", "pick": "chosen"},
                        "settings": {
                            "options": [{"id": "none", "label": "None"}, {"id": "all", "label": "All"}]
                        },
                    }
                ],
                "next": [
                    {
                        "when": {"question": "Q6", "ranks": {"option": "app", "before": "branch"}},
                        "go": "best",
                    },
                    {"go": "end"},
                ],
            },
        ],
        "endings": [
            {"code": "end", "title": "e"},
            {"code": "best", "title": "b"},
            {"code": "out", "title": "o", "kind": "screened_out"},
            {"code": "full", "title": "f", "kind": "over_quota"},
        ],
        "quotas": [
            {"code": "sh", "when": {"field": "city", "is": "上海"}, "limit": 5, "then": {"go": "full"}}
        ],
    }


def plan_of(document: dict[str, Any]) -> Plan:
    assert [each for each in definition.check(document, types()) if each.level == "error"] == []
    return compile_plan(document, types())


def true(plan: Plan, found: Coverage) -> None:
    """Every claim of a coverage holds when its respondents are walked."""
    for place, index in found.of.items():
        each = found.respondents[index]
        path = walk(plan, each.answers, each.fields, 0, frozenset(each.full), TODAY)
        assert place in fired(path), place
        assert (path.pages, path.ending or "") == (each.path, each.ending)
    assert {*found.of, *found.uncovered} == set(places(plan))
    assert len(found.respondents) <= len(places(plan))
    assert all(found.first(index) for index, _ in enumerate(found.respondents))


def test_every_kind_of_rule_gets_a_respondent() -> None:
    plan = plan_of(rich())
    found = covering(plan, TODAY)
    true(plan, found)
    assert found.uncovered == ()
    rules = {"Q2.required", "Q2.validate.0.when", "Q2.validate.1.when", "T1.enable", "S1.show", "Q6.carry"}
    rules |= {"Q3.settings.options.2.show", "p3.show", "p1.next.0", "p4.next.1", "sh.when", "Q5", "full"}
    assert rules <= found.of.keys()
    assert len(found.respondents) <= 9


def test_a_refused_attempt_ends_on_its_page_with_the_rules_own_message() -> None:
    plan = plan_of(rich())
    found = covering(plan, TODAY)
    attempt = found.respondents[found.of["Q2.validate.0.when"]]
    assert (attempt.ending, attempt.path[-1]) == ("", "p1")
    path = cover.again(plan, attempt, TODAY)
    assert str(missing(plan, path, "p1")["Q2"]) == "Too much."
    asked_twice = cover.again(plan, found.respondents[found.of["Q2.validate.1.when"]], TODAY)
    assert str(doubts(plan, asked_twice)["Q2"]) == "Really?"


def test_the_same_seed_and_day_give_the_same_respondents() -> None:
    plan = plan_of(rich())
    assert covering(plan, TODAY) == covering(plan_of(rich()), TODAY)
    assert covering(plan, TODAY, seed=1) == covering(plan, TODAY, seed=1)


def test_what_cannot_be_is_said_to_be_uncovered() -> None:
    document = definition.blank("t")
    never = {"all": [{"question": "Q1", "at_most": 3}, {"question": "Q1", "at_least": 5}]}
    document["pages"][0]["questions"] = [
        {"code": "Q1", "type": "nps", "title": "a"},
        {"code": "Q2", "type": "nps", "title": "b", "show": never},
    ]
    found = covering(plan_of(document), TODAY)
    assert found.uncovered == ("Q2", "Q2.show")
    assert len(found.respondents) == 1


def test_a_page_nobody_can_pass_leaves_the_rest_uncovered() -> None:
    document = definition.blank("t")
    rule = {"when": {"question": "Q1", "at_least": 0}, "message": "No."}
    document["pages"][0]["questions"] = [
        {"code": "Q1", "type": "nps", "title": "a", "required": True, "validate": [rule]}
    ]
    found = covering(plan_of(document), TODAY)
    assert found.uncovered == ("thanks",)
    assert found.of["Q1.validate.0.when"] == 0


def long(n: int) -> dict[str, Any]:
    """A survey of ``n`` pages of four questions, of which two hang on earlier answers."""
    operands = [{"is": "detractor"}, {"is": "b"}, {"any_of": ["a", "c"]}, {"answered": True}]
    kinds = ["nps", "single_choice", "multi_choice", "short_text"]
    options = {"options": [{"id": id, "label": id} for id in "abcde"]}
    pages = []
    for page in range(n):
        questions = []
        for place, kind in enumerate(kinds):
            code = 4 * page + place
            question = {"code": f"Q{code}", "type": kind, "title": "x", "required": place < 3}
            question["settings"] = options if place in (1, 2) else {}
            if page and place % 2:
                asked = (code * 7) % (4 * page)
                question["show"] = {"question": f"Q{asked}", **operands[asked % 4]}
            questions.append(question)
        pages.append({"code": f"p{page}", "questions": questions})
        if page % 5 == 4 and page + 2 < n:
            pages[-1]["next"] = [{"when": {"question": f"Q{4 * page}", "at_most": 2}, "go": f"p{page + 2}"}]
    return {"format": 1, "title": "t", "pages": pages, "endings": [{"code": "end", "title": "e"}]}


def test_a_long_survey_is_covered_too() -> None:
    plan = plan_of(long(60))
    found = covering(plan, TODAY)
    true(plan, found)
    assert found.uncovered == ()
    assert len(found.respondents) <= 20


@pytest.mark.parametrize("key", [each.key for each in starters.STARTERS])
def test_nothing_of_a_starter_is_uncovered(key: str) -> None:
    for locale in ("zh_CN", "en"):
        plan = plan_of(starters.document(key, locale))
        found = covering(plan, TODAY)
        true(plan, found)
        assert found.uncovered == ()
        assert len(found.respondents) <= 4


@pytest.mark.parametrize("file", sorted(DEMO.glob("*.json")), ids=lambda each: each.stem)
def test_nothing_of_a_demo_survey_is_uncovered(file: Path) -> None:
    plan = plan_of(definition.load(file.read_bytes()))
    found = covering(plan, TODAY)
    true(plan, found)
    assert found.uncovered == ()


def every(plan: Plan) -> Iterator[frozenset[str]]:
    """What each respondent of a small survey can come to, all of them."""
    codes = list(plan.questions)
    values = [surveys.VALUES[plan.questions[code].type.key] for code in codes]
    quotas = [quota.code for quota in plan.quotas]
    fulls = [frozenset(each) for n in range(len(quotas) + 1) for each in itertools.combinations(quotas, n)]
    for chosen in itertools.product(*values):
        answers = {code: value for code, value in zip(codes, chosen, strict=True) if value is not None}
        yield from (fired(walk(plan, answers, {}, 0, full, TODAY)) for full in fulls)


def test_of_small_surveys_everything_that_any_answers_come_to_is_covered() -> None:
    looked_at = 0
    for seed in range(60):
        document, _, _ = surveys.survey(seed)
        if any(each.level == "error" for each in definition.check(document, TYPES)):
            continue
        plan = compile_plan(document, TYPES)
        if len(plan.questions) > 5:
            continue
        found = covering(plan, TODAY)
        true(plan, found)
        assert found.of.keys() == frozenset().union(*every(plan)), seed
        looked_at += 1
    assert looked_at > 20
