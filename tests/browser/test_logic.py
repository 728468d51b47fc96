"""The phone follows the same rules as the server: the same answers on both, the same questions seen."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask_babel import force_locale, gettext
from playwright.sync_api import Page

from survey_app import plugins
from survey_app.engine import definition, flow, simulate
from survey_app.engine.plan import Plan, compile_plan
from survey_app.engine.settings import bind
from survey_app.web import phone
from tests import factories, gallery
from tests.engine import surveys

Json = Any

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "conditions.json").read_text("utf-8"))
DAY = date.fromisoformat(VECTORS["today"])

KINDS = {
    "choice": "single_choice",
    "several": "multi_choice",
    "score": "nps",
    "text": "short_text",
    "day": "date",
    "grid": "matrix_single",
    "cells": "matrix_mixed",
    "ranking": "ranking",
}
BUCKETS = {"high": "promoter", "low": "detractor"}

FILL = """([codes, raw]) => {
  const say = (each) => each.dispatchEvent(new Event('change', {bubbles: true}));
  for (const q of document.querySelectorAll('.q')) {
    const code = q.dataset.code;
    if (!codes.includes(code)) continue;
    const given = raw[code] || {};
    for (const each of q.querySelectorAll('input[name], select[name], textarea[name]')) {
      const values = given[each.name.slice(code.length + 1)] || [];
      const listed = each.tagName === 'SELECT' && given[''] || [];
      const place = listed.indexOf(each.name.slice(code.length + 1)) + 1;
      if (each.type === 'radio' || each.type === 'checkbox') each.checked = values.includes(each.value);
      else each.value = values[0] || String(place || '');
    }
    const any = q.querySelector('input[name], select, textarea');
    if (any) say(any);
  }
  return [...document.querySelectorAll('.q')].filter((q) => !q.hidden).map((q) => q.dataset.code);
}"""
"""Puts answers in the controls of a page and says which questions are on the way then."""


@pytest.fixture
def opened(cast: SimpleNamespace, db: Any, visit: Any) -> Callable[..., tuple[Page, Plan]]:
    """``opened(document, query)`` publishes a survey shown page by page and opens it."""

    def publish(document: dict[str, Json], query: str = "") -> tuple[Page, Plan]:
        document = {**document, "settings": {"timezone": "Asia/Shanghai", "one_per_screen": False}}
        faults = [each for each in definition.check(document, plugins.types()) if each.level == "error"]
        assert faults == []
        distribution = factories.distribution(factories.published(cast.east, document))
        db.session.commit()
        page = visit(f"/s/{distribution.code}{query}")
        return page, compile_plan(document, plugins.types())

    return publish


def controls(plan: Plan, answers: Mapping[str, Json]) -> dict[str, Json]:
    return {code: phone.refill(plan.questions[code], value) for code, value in answers.items()}


def expected(plan: Plan, answers: Mapping[str, Json], fields: Mapping[str, Json]) -> set[str]:
    """What the server would show on the pages of the path."""
    path = flow.walk(
        plan, answers, {"channel": "link", "locale": "zh_CN", **fields}, upto=plan.pages[-1].code
    )
    pages = [plan.pages[plan.index[code]] for code in path.pages]
    return {question.code for page in pages for question in page.questions if path.shows(question)}


def seen(page: Page, plan: Plan, answers: Mapping[str, Json]) -> set[str]:
    return set(page.evaluate(FILL, [list(plan.questions), controls(plan, answers)]))


def real(tree: Json) -> Json:
    """A vector's condition in the words of the real question types."""
    if isinstance(tree, dict):
        return {key: real(each) for key, each in tree.items()}
    if isinstance(tree, list):
        return [real(each) for each in tree]
    return BUCKETS.get(tree, tree) if isinstance(tree, str) else tree


def conditions() -> list[Json]:
    """Every condition of the vectors that a survey of real types without quotas can hold."""
    found = [case["when"] for case in (*VECTORS["cases"], *VECTORS["groups"])]
    text = [json.dumps(real(each), sort_keys=True) for each in found]
    kept = [each for each in dict.fromkeys(text) if '"quota"' not in each]
    return [json.loads(each) for each in kept]


def vectors() -> dict[str, Json]:
    """A survey that shows one statement for every condition that holds."""
    source = VECTORS["document"]
    questions = [
        {**each, "type": KINDS[each["type"]], "show": {"question": "Z", "is": "yes"}}
        for each in source["pages"][0]["questions"]
        if each["type"] in KINDS
    ]
    for each in questions:
        if each["type"] == "multi_choice":
            each["settings"] = {**each["settings"], "other": True}
        if each["type"] == "matrix_single":
            each["settings"] = {**each["settings"], "min_rows": 1}
    shown = [
        {"code": f"V{number}", "type": "statement", "title": str(number), "show": when}
        for number, when in enumerate(conditions())
    ]
    return {
        **source,
        "fields": [{**each, "from": "url"} for each in source["fields"]],
        "quotas": [],
        "pages": [
            {
                "code": "p0",
                "questions": [{"code": "Z", "type": "yes_no", "title": "Z"}],
                "next": [{"when": {"question": "Z", "answered": False}, "go": "p2"}],
            },
            {"code": "p1", "questions": questions},
            {"code": "p2", "questions": [{"code": "always", "type": "statement", "title": "-"}, *shown]},
        ],
    }


def answer_sets(plan: Plan) -> list[dict[str, Json]]:
    """All answers of the vectors the real types take, in every state of the question."""
    shift = date.today() - DAY
    found: list[dict[str, Json]] = [{}, {"Z": False}]
    for case in VECTORS["cases"]:
        found.append({case["when"]["question"]: case["value"]})
    found += [case["answers"] for case in VECTORS["groups"]]
    found += [{"D": (DAY + shift + timedelta(days=n)).isoformat()} for n in (-8, -7, -6, -1, 0, 1, 7, 8)]
    kept = []
    for answers in found:
        taken = {
            code: value
            for code, value in answers.items()
            if code in plan.questions and phone.refill(plan.questions[code], value)
        }
        kept.append(taken if taken.get("Z") is False else {"Z": True, **taken})
    return [{}, *kept]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"city": "上海", "visits": "3", "since": "2026-01-01", "vip": "true"},
        {"city": "shanghai", "visits": "three", "vip": "0"},
        {"visits": "5", "since": "2026-03-01"},
    ],
    ids=str,
)
def test_every_condition_has_the_same_truth_on_the_phone(opened: Any, fields: dict[str, str]) -> None:
    query = "?" + "&".join(f"{name}={value}" for name, value in fields.items())
    page, plan = opened(vectors(), query)
    outcomes = set()
    for answers in answer_sets(plan):
        there = expected(plan, answers, fields)
        outcomes.add(frozenset(there))
        assert seen(page, plan, answers) == there, answers
    assert len(outcomes) > 40


def typed(tree: Json) -> Json:
    """A random survey of the engine's tests with the real question types."""
    if isinstance(tree, dict):
        kind = tree.get("type")
        tree = {**tree, "type": KINDS[kind], "settings": {**tree["settings"]}} if kind in KINDS else tree
        if kind == "score":
            tree["settings"] = {}
        return {key: typed(each) for key, each in tree.items()}
    if isinstance(tree, list):
        return [typed(each) for each in tree]
    return "detractor" if tree == "high" else tree


@pytest.mark.parametrize("start", [0, 1000, 2000])
def test_random_surveys_take_the_same_path_on_the_phone(opened: Any, start: int) -> None:
    for seed in range(start, start + 6):
        document, _, _ = surveys.survey(seed)
        document = {**typed(document), "quotas": []}
        page, plan = opened(document)
        chance = random.Random(seed)
        for _ in range(25):
            drawn = {code: chance.choice(values_of(plan, code)) for code in plan.questions}
            answers = {code: value for code, value in drawn.items() if value is not None}
            assert seen(page, plan, answers) == expected(plan, answers, {}), (seed, answers)


def values_of(plan: Plan, code: str) -> list[Json]:
    kinds = {real: name for name, real in KINDS.items()}
    return surveys.VALUES[kinds[plan.questions[code].type.key]]


ABC = [{"id": id, "label": id.upper()} for id in "abcd"]
HIGH = {"variable": "grade", "is": "high"}


def statement(code: str, **show: Json) -> dict[str, Json]:
    return {"code": code, "type": "statement", "title": code, "show": show}


def variable(code: str, kind: str, value: Json) -> dict[str, Json]:
    return {"code": code, "type": kind, "value": value}


def question(code: str, kind: str, settings: Json = None, **rules: Json) -> dict[str, Json]:
    return {"code": code, "type": kind, "title": code, "settings": settings or {}, **rules}


LOW = {"lookup": [{"question": "Q1"}, {"0": "zero"}, "low"]}

LOOPS: dict[str, Json] = {
    "format": 1,
    "title": "Loops",
    "locale": "zh_CN",
    "variables": [
        variable("total", "number", {"sum": [{"question": "Q1"}, {"question": "N"}]}),
        variable("grade", "text", {"if": [{"variable": "total", "more": 12}, "high", LOW]}),
        variable("mean", "number", {"round": [{"mean": [{"question": "Q7"}]}, 1]}),
    ],
    "pages": [
        {
            "code": "p1",
            "questions": [
                question("Q1", "nps", required=True),
                question("N", "number", {"min": 0, "max": 9}),
                question("Q5", "multi_choice", {"options": ABC}),
            ],
        },
        {
            "code": "each",
            "loop": {"over": {"question": "Q5", "pick": "chosen"}, "max": 2},
            "questions": [
                question("Q7", "star_rating"),
                question("Q8", "short_text", show={"question": "Q7", "at_most": 2}),
            ],
        },
        {
            "code": "p3",
            "questions": [
                question(
                    "Q9",
                    "single_choice",
                    {"options": [{"id": "x", "label": "X", "show": HIGH}]},
                    carry={"from": "Q5", "pick": "not_chosen"},
                ),
                statement("S1", variable="grade", **{"is": "zero"}),
                statement("S2", variable="mean", at_least=3.5),
                statement("S3", question="Q7", iteration="every", at_least=3),
                statement("S4", question="Q7", iteration="b", answered=True),
                {"code": "S5", "type": "statement", "title": "S5"},
            ],
        },
    ],
    "endings": [{"code": "end", "title": "End"}],
}


def test_loops_carried_options_and_calculated_values_agree(opened: Any) -> None:
    page, plan = opened(LOOPS)
    met = set()
    for respondent in simulate.respondents(plan, 60, seed=7):
        there = expected(plan, respondent.answers, {})
        met |= there
        assert seen(page, plan, respondent.answers) == there, respondent.answers
    assert met >= {"S1", "S2", "S3", "S4", "Q8@a", "Q9"}


CHOSEN = {"over": {"question": "Q5", "pick": "chosen"}}

LEADING: dict[str, Json] = {
    "format": 1,
    "title": "Two loops, then a jump",
    "locale": "zh_CN",
    "pages": [
        {"code": "p1", "questions": [question("Q5", "multi_choice", {"options": ABC})]},
        {"code": "each", "loop": CHOSEN, "questions": [question("Q7", "star_rating")]},
        {
            "code": "why",
            "loop": CHOSEN,
            "show": {"question": "Q7", "at_most": 2},
            "questions": [question("Q8", "short_text")],
            "next": [{"when": {"question": "Q8", "is": "stop"}, "go": "end"}, {"go": "p5"}],
        },
        {"code": "p4", "questions": [question("Q9", "short_text")]},
        {"code": "p5", "questions": [question("Q10", "short_text")]},
    ],
    "endings": [{"code": "end", "title": "End"}],
}


@pytest.mark.parametrize(
    ("stars", "last"),
    [
        ({"a": 1, "b": 5}, ["Q8@a", "Q10"]),
        ({"a": 1, "b": 5, "d": 5}, ["Q8@a", "Q10"]),
        ({"a": 5, "b": 2}, ["Q8@b", "Q10"]),
        ({"a": 5, "b": 5}, ["Q9", "Q10"]),
        ({}, ["Q9", "Q10"]),
    ],
    ids=str,
)
def test_a_loop_that_showed_something_leads_on_whatever_its_last_turn_shows(
    opened: Any, stars: dict[str, int], last: list[str]
) -> None:
    page, plan = opened(LEADING)
    answers = {"Q5": list(stars)} | {f"Q7@{id}": value for id, value in stars.items()}
    answers = {code: value for code, value in answers.items() if value}
    rated = {f"Q7@{id}" for id in stars}
    assert seen(page, plan, answers) == expected(plan, answers, {}) == {"Q5", *rated, *last}


GROUPS = [{"id": id, "label": id} for id in ("in", "out", "none")]


def noted(id_: str, text: str = "") -> dict[str, Json]:
    return {"v": id_, "other": {id_: text}} if text else {"v": id_}


BESIDE: dict[str, Json] = {
    "format": 1,
    "title": "Comments and pictures",
    "locale": "zh_CN",
    "pages": [
        {
            "code": "p1",
            "questions": [
                question("Z", "yes_no"),
                question(
                    "C",
                    "choice_comment",
                    {
                        "options": [
                            *ABC[:2],
                            {**ABC[2], "comment": True, "show": {"question": "Z", "is": True}},
                        ]
                    },
                ),
                question(
                    "M",
                    "multi_comment",
                    {
                        "options": [
                            *ABC[:2],
                            {**ABC[2], "show": {"question": "Z", "is": True}},
                            {**ABC[3], "exclusive": True, "silent": True},
                        ],
                        "order": "random",
                    },
                ),
                question("P", "image_choice", {"options": ABC, "many": True}),
                question(
                    "G",
                    "card_sort",
                    {
                        "rows": [*ABC[:3], {**ABC[3], "show": {"question": "Z", "is": True}}],
                        "columns": GROUPS,
                        "min_rows": 1,
                        "order": "random",
                    },
                ),
                question("B", "maxdiff", {"items": ABC, "size": 3, "times": 2}),
            ],
        },
        {
            "code": "p2",
            "questions": [
                {"code": "always", "type": "statement", "title": "-"},
                *(
                    statement(f"S{number}", **when)
                    for number, when in enumerate(
                        [
                            *({"question": "C", name: each} for name in ("is", "is_not") for each in "abc"),
                            {"question": "C", "in": ["a", "c"]},
                            {"question": "C", "not_in": ["a"]},
                            {"question": "C", "answered": True},
                            *({"question": code, "contains": "久"} for code in "CM"),
                            *({"question": code, "starts": "ＴＯＯ"} for code in "CM"),
                            *({"question": code, "ends": "a"} for code in "CM"),
                            *({"question": code, "length": {"at_least": 4}} for code in "CM"),
                            *({"question": code, "length": 0} for code in "CM"),
                            *({"question": "M", "count": n} for n in (1, 2, 3)),
                            *({"question": "M", "any_of": [each]} for each in "abcd"),
                            {"question": "M", "all_of": ["a", "b"]},
                            {"question": "M", "none_of": ["a", "c"]},
                            {"question": "M", "exactly": ["b", "a"]},
                            *({"question": "M", name: "b"} for name in ("is", "is_not")),
                            {"question": "M", "answered": False},
                            {"question": "P", "any_of": ["a", "d"]},
                            {"question": "P", "is": "b"},
                            {"question": "P", "count": 2},
                            *({"question": "G", "count": n} for n in (2, 3)),
                            *(
                                {"question": "G", "row": each, "is": "in"}
                                for each in ("a", "d", "any", "every")
                            ),
                            {"question": "G", "row": "any", "is_not": "out"},
                            {"question": "G", "row": "b", "answered": False},
                            *({"question": "B", "is": f"{each}:best"} for each in "abcd"),
                            {"question": "B", "in": ["a:worst", "b:worst"]},
                            {"question": "B", "is_not": "d:worst"},
                            {"question": "B", "answered": True},
                        ]
                    )
                ),
            ],
        },
    ],
    "endings": [{"code": "end", "title": "End"}],
}


def test_choices_with_comments_and_pictures_mean_the_same_on_the_phone(opened: Any) -> None:
    page, plan = opened(BESIDE)
    texts = ["", "久", "too slow", "a", "Too\n久a"]
    chance = random.Random(3)
    outcomes = set()
    for _ in range(60):
        several = chance.sample("abc", chance.randint(0, 3))
        answers = {
            "Z": chance.random() < 0.5,
            "C": chance.choice(
                [None, *(noted(id_, text) for id_ in "ab" for text in texts), noted("c", "久")]
            ),
            "M": {id_: chance.choice(texts) for id_ in sorted(several)} or chance.choice([None, {"d": ""}]),
            "P": [id_ for id_ in "abcd" if chance.random() < 0.4] or None,
        }
        answers = {code: value for code, value in answers.items() if value is not None}
        there = expected(plan, answers, {})
        outcomes.add(frozenset(there))
        assert seen(page, plan, answers) == there, answers
    assert len(outcomes) > 40


HOW = {"id": "how", "label": "How", "kind": "choice", "options": ABC, "optional": True}
AGE = {"id": "age", "label": "Age", "kind": "number", "max": 99, "optional": True}

PARTS: dict[str, Json] = {
    "format": 1,
    "title": "Parts",
    "locale": "zh_CN",
    "pages": [
        {
            "code": "p1",
            "questions": [
                question("D", "table_dynamic", {"columns": [HOW, AGE], "max_rows": 4}),
                question("B", "inline_blank", {"sentence": "{how} {age}", "rows": [HOW, AGE]}),
                question("R", "range_slider", {"min": 0, "max": 10, "step": 1}),
                question("T", "rich_text"),
                question(
                    "X",
                    "matrix_number",
                    {
                        "rows": [{**ABC[0], "show": {"question": "R", "row": "low", "at_least": 5}}, ABC[1]],
                        "columns": [{**ABC[2], "optional": True}, {**ABC[3], "optional": True}],
                        "min_rows": 1,
                    },
                ),
            ],
        },
        {
            "code": "p2",
            "questions": [
                statement("S1", question="D", count={"at_least": 2}),
                statement("S2", question="D", any_of=["how:a", "how:b"]),
                statement("S3", question="D", none_of=["how:c"]),
                statement("S4", question="B", row="how", **{"in": ["a", "d"]}),
                statement("S5", question="B", row="age", more=10),
                statement("S6", question="B", row="every", answered=True),
                statement("S7", question="R", row="low", at_least=5),
                statement("S8", question="R", row="any", equals=10),
                statement("S9", question="T", contains="very good"),
                statement("S10", question="T", **{"is": "good"}),
                statement("S11", question="X", row="every", more=3),
                statement("S12", question="X", row="b.c", answered=False),
                statement("S13", question="X", row="any", at_most=3),
                {"code": "S14", "type": "statement", "title": "S14"},
            ],
        },
    ],
    "endings": [{"code": "end", "title": "End"}],
}


def some_parts(seed: int) -> dict[str, Json]:
    chance = random.Random(seed)

    def record() -> dict[str, Json]:
        drawn = {"how": chance.choice(["a", "b", "c", None]), "age": chance.choice([0, 11, 40, None])}
        return {name: cell for name, cell in drawn.items() if cell is not None}

    cell = {name: chance.randrange(8) for name in chance.choice(["c", "d", "cd"])}
    drawn: dict[str, Json] = {
        "D": [each for each in (record() for _ in range(chance.randrange(4))) if each],
        "B": record(),
        "R": sorted(chance.choices([0, 3, 5, 7, 10], k=2)),
        "T": chance.choice(["good", "<b>very</b> good", "<p>Good</p>", "very<br>good", None]),
        "X": dict.fromkeys(chance.choice(["a", "b", "ab", "ab"]), cell),
    }
    return {code: value for code, value in drawn.items() if value}


def test_cells_blanks_ends_and_formatted_words_mean_the_same_on_the_phone(opened: Any) -> None:
    page, plan = opened(PARTS)
    met = set()
    for seed in range(60):
        answers = some_parts(seed)
        there = expected(plan, answers, {})
        met |= there
        assert seen(page, plan, answers) == there, answers
    assert met >= {f"S{number}" for number in range(1, 15)}


def one_page(questions: list[Json], **more: Json) -> dict[str, Json]:
    pages = [{"code": "p1", "questions": questions}]
    ending = {"code": "end", "title": "End"}
    return {"format": 1, "title": "T", "locale": "zh_CN", "pages": pages, "endings": [ending], **more}


def test_what_is_compared_with_another_answer_is_the_answer_itself(opened: Any) -> None:
    """Not a bucket that happens to be called so, and of formatted words the words."""
    afternoon = [{"id": "afternoon", "label": "下午"}, {"id": "morning", "label": "上午"}]
    asked = [
        question("when", "time"),
        question("half", "booking", {"options": [{**each, "capacity": 9} for each in afternoon]}),
        question("more", "rich_text"),
        statement("same", question="when", **{"is": {"question": "half"}}),
        statement("other", question="when", is_not={"question": "half"}),
        statement("named", question="when", **{"is": "afternoon"}),
        statement("begins", question="more", starts={"question": "more"}),
        statement("again", question="more", **{"in": [{"question": "more"}]}),
    ]
    page, plan = opened(one_page(asked))
    answers = {"when": "15:00", "half": "afternoon", "more": "<p>排队<b>太久</b></p>"}
    there = {"when", "half", "more", "other", "named", "begins", "again"}
    assert expected(plan, answers, {}) == there
    page.evaluate(FILL, [["when"], controls(plan, answers)])
    page.wait_for_function("() => !document.querySelector('[data-code=named]').hidden")  # it has heard
    assert seen(page, plan, answers) == there


def test_the_places_of_a_ranking_close_up_where_an_option_is_hidden(opened: Any) -> None:
    options = [{"id": "a", "label": "A", "show": {"question": "all", "is": True}}, *ABC[1:3]]
    asked = [
        question("all", "yes_no"),
        question("order", "ranking", {"options": options, "top": 2}),
        statement("first", question="order", any_of=["b:1"]),
        statement("second", question="order", any_of=["b:2"]),
    ]
    page, plan = opened(one_page(asked))
    for whole, place in ((True, "second"), (False, "first")):
        answers = {"all": whole, "order": ["a", "b"]}
        assert seen(page, plan, answers) == expected(plan, answers, {}) == {"all", "order", place}


def test_a_calculated_set_is_said_as_a_list(opened: Any) -> None:
    asked = [
        question("all", "multi_choice", {"options": ABC}),
        statement("said", question="all", answered=True),
    ]
    asked[1]["title"] = "您选了 {picked}"
    page, plan = opened(one_page(asked, variables=[variable("picked", "set", {"question": "all"})]))
    seen(page, plan, {"all": ["a", "c"]})
    assert page.inner_text("[data-code=said] h2") == "您选了 a, c"


def test_a_shut_question_of_any_type_keeps_the_default_the_server_counts(opened: Any) -> None:
    shut = {"field": "channel", "is": "nowhere"}
    kept = {
        code: kind
        for code, kind in gallery.kinds().items()
        if kind.collects
        and kind.formula(bind(kind.Settings, gallery.example(kind).settings)[0]) is None
        and not isinstance(gallery.example(kind).value, dict)
        and kind.key not in ("file", "signature")
    }
    asked = [
        question(code, kind.key, dict(gallery.example(kind).settings), enable=shut)
        | {"default": gallery.example(kind).value}
        for code, kind in kept.items()
    ]
    told = [statement(f"S{code}", question=code, answered=True) | {"title": f"{{{code}}}"} for code in kept]
    fields = [{"code": "city", "type": "text", "from": "url"}]
    page, plan = opened(one_page([*asked, *told], fields=fields))
    with force_locale("zh_CN"):
        path = flow.walk(plan, {}, {"channel": "link", "locale": "zh_CN"}, upto="p1")
        said = flow.wording(path, gettext)
        here = {f"S{code}": said(code) for code in kept}
    assert len(kept) > 20
    assert all(here.values())
    there = page.locator("[data-type=statement]:visible h2").evaluate_all(
        "all => Object.fromEntries(all.map((each) => [each.closest('.q').dataset.code, each.textContent]))"
    )
    assert there == here
