"""Documents: reading, wording, identity; and the plans made of them."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from question_types import base
from question_types.base import Invalid
from survey_app.engine import definition, flow, simulate
from survey_app.engine.definition import Unreadable
from survey_app.engine.plan import browser_plan, compile_plan, localised_plan
from survey_app.plugins import types
from tests.engine.stubs import TYPES, Score
from tests.engine.surveys import KNOWN
from tests.engine.test_check import GOOD


def test_a_document_is_read_from_text_bytes_or_objects() -> None:
    text = json.dumps(GOOD)
    assert definition.load(text) == definition.load(text.encode()) == definition.load(GOOD) == GOOD
    loaded = definition.load(GOOD)
    loaded["pages"][0]["code"] = "other"
    assert GOOD["pages"][0]["code"] == "p1"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        '{"pages": {}}',
        b'{"pages": [], "pages": []}',
        {"pages": [], "format": 99},
        {"pages": [], "format": "1"},
        5,
    ],
    ids=repr,
)
def test_what_is_no_document_is_unreadable(raw: Any) -> None:
    with pytest.raises(Unreadable) as refusal:
        definition.load(raw)
    assert refusal.value.sentence()


def test_a_deep_document_is_unreadable() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(Unreadable):
        definition.load({"pages": deep})


def test_a_document_without_format_is_of_the_first() -> None:
    assert definition.load({"pages": []})["format"] == definition.FORMAT


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_a_blank_document_lacks_only_a_question(locale: str) -> None:
    found = definition.check(definition.blank("New", locale), types())
    assert [each.where for each in found] == ["pages"]
    document = definition.blank("New", locale)
    document["pages"][0]["questions"] = [{"code": "Q1", "type": "nps", "title": "How likely?"}]
    assert definition.check(document, types()) == []


def test_questions_come_in_order_with_their_pages() -> None:
    assert [(page["code"], question["code"]) for page, question in definition.questions(GOOD)] == [
        ("p1", "Q1"),
        ("p1", "Q2"),
        ("p2", "Q3"),
        ("p3", "S1"),
        ("p3", "Q4"),
        ("p3", "Q5"),
    ]


def test_a_localised_document_says_what_is_translated_in_the_other_language() -> None:
    chinese = definition.localised(GOOD, "zh_CN")
    assert definition.locales(GOOD) == ["en", "zh_CN"]
    assert (chinese["title"], chinese["locale"]) == ("到访", "zh_CN")
    first, second = chinese["pages"][0]["questions"]
    assert first["title"] == "如何?"
    assert first["settings"]["low_label"] == "低"
    assert [each["label"] for each in second["settings"]["options"]] == ["甲", "B"]
    assert second["title"] == GOOD["pages"][0]["questions"][1]["title"]
    assert definition.localised(GOOD, "en") == GOOD
    assert definition.localised(GOOD, "fr") == GOOD


def test_the_digest_tells_documents_apart_and_nothing_else() -> None:
    shuffled = dict(reversed(GOOD.items()))
    assert definition.digest(shuffled) == definition.digest(GOOD)
    changed = copy.deepcopy(GOOD)
    changed["title"] += " "
    assert definition.digest(changed) != definition.digest(GOOD)
    assert len(definition.digest(GOOD)) == 64
    assert json.loads(definition.canonical(GOOD)) == GOOD


def test_a_plan_numbers_questions_and_completes_settings() -> None:
    plan = compile_plan(GOOD, TYPES)
    assert {code: question.number for code, question in plan.questions.items()} == {
        "Q1": 1,
        "Q2": 2,
        "Q3@a": 3,
        "Q3@b": 3,
        "Q4": 4,
        "Q5": 5,
    }
    assert plan.questions["Q1"].settings == {"top": 5, "low_label": ""}
    assert plan.questions["Q3@b"].item == "B"
    assert plan.pages[2].questions[0].title == "B?"
    assert plan.endings["end"]["kind"] == "completed"
    assert plan.scores == {"main": "Q1"}
    assert plan.settings["closes"] == "2027-01-31"
    assert plan.page("p2@a") is plan.pages[1]
    assert plan.page("nowhere") is None


def test_a_plan_lists_every_bucket_once() -> None:
    plan = compile_plan(GOOD, TYPES)
    assert len(set(plan.buckets)) == len(plan.buckets)
    assert [bucket for code, bucket in plan.buckets if code == "Q1"] == [
        "",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        *(str(n) for n in range(6, 6)),
        "low",
        "high",
    ]
    assert ("Q3@a", "") in plan.buckets
    assert ("Q5", "a:x") in plan.buckets
    assert not [code for code, _ in plan.buckets if code == "S1"]


def test_the_same_plan_in_another_language_walks_the_same_way() -> None:
    plan = compile_plan(GOOD, TYPES)
    chinese = localised_plan(plan, "zh_CN")
    assert chinese.title == "到访"
    assert chinese.questions["Q3@a"].item == "甲"
    assert chinese.questions["Q1"].settings["low_label"] == "低"
    assert (chinese.digest, chinese.buckets) == (plan.digest, plan.buckets)
    assert localised_plan(plan, "zh_CN") is chinese
    assert localised_plan(plan, "fr") is plan
    assert localised_plan(chinese, "en").title == "Visit"
    answers = {"Q1": 1, "Q2": ["b"], "Q3@b": "y"}
    assert flow.walk(chinese, answers).pages == flow.walk(plan, answers).pages


def test_the_browsers_plan_is_json_and_says_no_more_than_needed() -> None:
    plan = compile_plan(GOOD, TYPES)
    compact = browser_plan(plan)
    assert json.loads(json.dumps(compact)) == compact
    assert compact["start"] == "p1"
    assert [page["code"] for page in compact["pages"]] == [page.code for page in plan.pages]
    assert compact["questions"]["Q1"] == {"type": "score", "ops": "N", "required": True}
    assert compact["questions"]["Q2"]["pipes"] == ["Q1"]
    assert compact["questions"]["Q2"]["options"] == {"a": {"field": "city", "is": "X"}}
    assert compact["questions"]["S1"] == {"type": "statement"}
    assert compact["fields"] == ["city"]
    assert compact["endings"] == {"end": {"kind": "completed"}, "out": {"kind": "screened_out"}}
    assert compact["questions"]["Q3@a"]["validate"][0]["when"]["question"] == "Q3@a"
    assert set(compact["questions"]["Q4"]["options"]) == {"a", "b"}


def test_answers_are_read_and_checked_in_the_surveys_time_zone() -> None:
    class Zoned(Score):
        def parse(self, settings: Any, raw: Any) -> Any:
            return str(base.zone.get())

        def check(self, settings: Any, value: Any) -> None:
            raise Invalid(str(base.zone.get()))

    document = {**GOOD, "settings": {"timezone": "Europe/Berlin"}}
    question = compile_plan(document, {**TYPES, "score": Zoned()}).questions["Q1"]
    before = base.zone.get()
    assert question.parse({}) == "Europe/Berlin"
    with pytest.raises(Invalid, match="Europe/Berlin"):
        question.check(1)
    assert base.zone.get() is before


def test_made_up_respondents_walk_the_real_logic() -> None:
    plan = compile_plan(GOOD, TYPES)
    fields = [{"city": "X"}, {"city": "Y"}]
    made = list(simulate.respondents(plan, 200, seed=3, fields=fields))
    assert len(made) == 200
    for each in made:
        path = flow.walk(plan, each.answers, each.fields)
        assert (path.pages, path.ending, path.answers) == (each.path, each.ending, each.answers)
        for code, value in each.answers.items():
            plan.questions[code].check(value, path.hidden.get(code, frozenset()))
    assert {each.path[1] for each in made if len(each.path) > 1} == {"p2@a", "p2@b", "p3"}
    assert made == list(simulate.respondents(plan, 200, seed=3, fields=fields))
    assert made != list(simulate.respondents(plan, 200, seed=4, fields=fields))


def test_a_page_nobody_can_pass_is_named() -> None:
    document = copy.deepcopy(GOOD)
    document["pages"][0]["questions"][0]["validate"] = [
        {"when": {"question": "Q1", "at_least": 0}, "message": "No."}
    ]
    with pytest.raises(simulate.Stuck) as stuck:
        list(simulate.respondents(compile_plan(document, TYPES), 1))
    assert (stuck.value.page, list(stuck.value.refusals)) == ("p1", ["Q1"])


def test_every_type_of_the_product_can_be_answered_by_made_up_respondents() -> None:
    for key, kind in types().items():
        for example in kind.examples if kind.collects else ():
            document = definition.blank("Example")
            question = {
                "code": "Q1",
                "type": key,
                "title": "x",
                "required": True,
                "settings": dict(example.settings),
            }
            document["pages"][0]["questions"] = [question]
            plan = compile_plan(document | KNOWN, types())
            made_up = simulate.respondents(plan, 10, fields=[{"city": "上海"}])
            assert all("Q1" in each.answers for each in made_up), key


def test_today_is_the_day_where_the_survey_lives() -> None:
    document = {**GOOD, "settings": {"timezone": "Pacific/Kiritimati"}}
    plan = compile_plan(document, TYPES)
    assert flow.walk(plan, {}).facts.today == datetime.now(UTC).astimezone(plan.timezone).date()
