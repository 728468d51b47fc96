"""How many went which way: as if every respondent had been followed."""

from __future__ import annotations

import copy
import random
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app.engine import simulate
from survey_app.extensions import db as database
from survey_app.models import Survey, User
from survey_app.services import flows, intake, plans, responses, surveys
from survey_app.services.errors import NotFound
from survey_app.services.intake import Post
from tests import factories, figures

SHOPS = [{"id": "open", "label": "开户"}, {"id": "loan", "label": "贷款"}, {"id": "card", "label": "办卡"}]
CALM = {"question": "Q1", "at_least": 7}

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "title": "回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "pages": [
        {
            "code": "p1",
            "questions": [{"code": "Q1", "type": "nps", "title": "推荐吗？", "required": True}],
            "next": [
                {"when": {"question": "Q1", "at_most": 1}, "go": "out"},
                {"when": {"question": "Q1", "at_most": 3}, "go": "p4"},
            ],
        },
        {
            "code": "p2",
            "show": CALM,
            "questions": [{"code": "Q2", "type": "long_text", "title": "为什么？"}],
        },
        {
            "code": "p3",
            "questions": [
                {"code": "Q3", "type": "multi_choice", "title": "办了什么？", "settings": {"options": SHOPS}}
            ],
        },
        {
            "code": "p4",
            "loop": {"over": {"question": "Q3", "pick": "chosen"}, "max": 2},
            "questions": [{"code": "Q4", "type": "csat", "title": "{item} 满意吗？"}],
            "next": [{"when": {"question": "Q1", "equals": 10}, "go": "glad"}],
        },
        {"code": "p5", "questions": [{"code": "Q5", "type": "long_text", "title": "还有吗？"}]},
    ],
    "endings": [
        {"code": "thanks", "title": "谢谢"},
        {"code": "glad", "title": "真好"},
        {"code": "out", "kind": "screened_out", "title": "到此为止"},
    ],
}

QUOTA = {"code": "few", "when": {"question": "Q1", "is": "promoter"}, "limit": 1, "then": {"go": "out"}}


@pytest.fixture
def survey(app: Flask, cast: SimpleNamespace) -> Survey:
    with app.test_request_context():
        return figures.survey(cast.owner, copy.deepcopy(DOCUMENT))


def post(door: Any, plan: Any, answers: dict[str, Any], pages: list[str], end: bool) -> None:
    """One respondent who passed these pages, and ended or left."""
    last = pages[-1] if pages else ""
    given = {code: value for code, value in answers.items() if plan.questions[code].page in pages}
    intake.submit(door, Post(id=factories.public_id(), revision=1, page=last, answers=given, complete=end))


def told(actor: User, code: str) -> dict[str, Any]:
    """The flow as another request sees it."""
    database.session.rollback()
    return flows.flow(actor, code)


def origin(code: str) -> str:
    return code.partition("@")[0]


class Followed:
    """What a flow must say of respondents, from the ways they were sent."""

    def __init__(self) -> None:
        self.reached: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.endings: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.n = 0

    def add(self, path: list[str], ending: str) -> None:
        pages = [origin(each) for each in path]
        self.n += 1
        self.reached.update(set(pages))
        stops = ["", *pages, *([ending] if ending else [])]
        self.pairs.update(pairwise(stops))
        if ending:
            self.endings[ending] += 1
        else:
            self.left[pages[-1]] += 1

    def told_by(self, flow: dict[str, Any]) -> bool:
        pairs: Counter[tuple[str, str]] = Counter()
        for arc in flow["arcs"]:
            pairs[arc["source"], arc["target"]] += arc["n"]
        reached = {code: each["reached"] for code, each in flow["pages"].items()}
        left = {code: each["left"] for code, each in flow["pages"].items() if each["left"]}
        told = (flow["n"], pairs, reached, left, flow["endings"])
        return told == (self.n, self.pairs, self.reached, self.left, self.endings)


@pytest.mark.parametrize("seed", range(4))
def test_a_flow_tells_what_became_of_everybody(
    app: Flask, survey: Survey, cast: SimpleNamespace, seed: int
) -> None:
    """Respondents who answer at random, a third of whom leave somewhere, in stores of two regions."""
    plan = plans.plan_of(survey.live_version_id or 0)
    chance = random.Random(seed)
    doors = {unit.code: figures.door(survey, unit) for unit in (cast.pudong, cast.tianhe)}
    whole, east = Followed(), Followed()
    for one in simulate.respondents(plan, 60, seed):
        unit = chance.choice([cast.pudong, cast.tianhe])
        stays = chance.random() > 1 / 3
        passed = len(one.path) if stays else chance.randrange(len(one.path))
        post(doors[unit.code], plan, one.answers, one.path[:passed], stays)
        for each in [whole, east] if unit is cast.pudong else [whole]:
            each.add(one.path if stays else one.path[: passed + 1], one.ending if stays else "")
    with app.test_request_context():
        assert whole.told_by(told(cast.owner, survey.code))
        assert east.told_by(told(cast.manager, survey.code)), "a region sees its own stores"


def by(flow: dict[str, Any], rule: str) -> int:
    return sum(arc["n"] for arc in flow["arcs"] if arc["by"] == rule)


def test_each_rule_is_told_apart_and_repeated_in_its_own_words(
    app: Flask, survey: Survey, cast: SimpleNamespace
) -> None:
    door, plan = figures.door(survey, cast.pudong), plans.plan_of(survey.live_version_id or 0)
    for score in (0, 1, 2, 3, 8):
        way = {0: [], 1: [], 2: ["p5"], 3: ["p5"], 8: ["p2", "p3", "p4@loan", "p5"]}[score]
        answers = {"Q1": score} | ({"Q3": ["loan"]} if score == 8 else {})
        post(door, plan, answers, ["p1", *way], end=True)
    with app.test_request_context():
        flow = told(cast.owner, survey.code)
    assert by(flow, "p1.next.0") == 2
    assert by(flow, "p1.next.1") == 2
    skipped = next(arc for arc in flow["arcs"] if arc["by"] == "p1.next.1")
    assert skipped["target"] == "p5", "the loop had no turn for them"
    assert skipped["rule"] == DOCUMENT["pages"][0]["next"][1]


def test_a_full_quota_is_the_way_of_those_it_stopped(app: Flask, cast: SimpleNamespace) -> None:
    with app.test_request_context():
        survey = figures.survey(cast.owner, {**copy.deepcopy(DOCUMENT), "quotas": [QUOTA]})
    door, plan = figures.door(survey, cast.pudong), plans.plan_of(survey.live_version_id or 0)
    for _ in range(3):
        post(door, plan, {"Q1": 9}, ["p1", "p2", "p3", "p5"], end=True)
    with app.test_request_context():
        flow = told(cast.owner, survey.code)
    assert flow["endings"] == {"thanks": 1, "out": 2}
    assert by(flow, "few.when") == 2


def test_what_happens_later_is_told_later(app: Flask, survey: Survey, cast: SimpleNamespace, db: Any) -> None:
    """A respondent goes on, another one is erased."""
    door = figures.door(survey, cast.pudong)
    ids = [factories.public_id(), factories.public_id()]
    for id in ids:
        intake.submit(door, Post(id=id, revision=1, page="p1", answers={"Q1": 9}))
    with app.test_request_context():
        assert told(cast.owner, survey.code)["pages"]["p2"] == {"reached": 2, "left": 2}
        intake.submit(door, Post(id=ids[0], revision=2, page="p3", answers={"Q3": ["open"]}))
        database.session.rollback()
        pages = told(cast.owner, survey.code)["pages"]
        assert [pages[code]["left"] for code in ("p2", "p3", "p4")] == [1, 0, 1]
        responses.remove(cast.owner, survey.code, ids[1])
        assert told(cast.owner, survey.code)["of"] == 1


def test_many_responses_are_counted_a_slice_at_a_time(
    app: Flask, survey: Survey, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, plan = figures.door(survey, cast.pudong), plans.plan_of(survey.live_version_id or 0)
    for score in range(11):
        post(door, plan, {"Q1": score}, ["p1"], end=False)
    monkeypatch.setattr(flows, "BATCH", 4)
    monkeypatch.setattr(flows, "SLICE", 0)
    with app.test_request_context():
        counted = [told(cast.owner, survey.code) for _ in range(4)]
    assert [(each["n"], each["of"]) for each in counted] == [(4, 11), (8, 11), (11, 11), (11, 11)]


def test_only_the_live_version_counts(app: Flask, survey: Survey, cast: SimpleNamespace, db: Any) -> None:
    post(
        figures.door(survey, cast.pudong),
        plans.plan_of(survey.live_version_id or 0),
        {"Q1": 9},
        ["p1"],
        False,
    )
    with app.test_request_context():
        assert told(cast.owner, survey.code)["n"] == 1
        surveys.save(cast.owner, survey.code, {**DOCUMENT, "title": "新回访"}, survey.revision)
        surveys.publish(cast.owner, survey.code)
        found = told(cast.owner, survey.code)
    assert (found["version"], found["n"], found["pages"]) == (2, 0, {})


def test_a_draft_has_no_flow_and_strangers_see_none(app: Flask, cast: SimpleNamespace) -> None:
    with app.test_request_context():
        draft = surveys.create(cast.manager, "草稿", copy.deepcopy(DOCUMENT))
        assert told(cast.manager, draft.code)["version"] == 0
        with pytest.raises(NotFound):
            told(cast.stranger, draft.code)


def test_the_same_answers_are_walked_once(
    app: Flask, survey: Survey, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, plan = figures.door(survey, cast.pudong), plans.plan_of(survey.live_version_id or 0)
    walked = []
    real = flows.way_of
    monkeypatch.setattr(flows, "way_of", lambda *given: walked.append(1) or real(*given))
    for words in ("好", "一般", "", "差"):
        post(door, plan, {"Q1": 9, "Q2": words or None}, ["p1", "p2"], end=False)
    with app.test_request_context():
        assert told(cast.owner, survey.code)["n"] == 4
    assert len(walked) == 1
