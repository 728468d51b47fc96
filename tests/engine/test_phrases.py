"""Conditions and rules read as sentences a manager would write."""

# ruff: noqa: E501

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from question_types.base import Words, shown
from survey_app import plugins
from survey_app.engine.phrases import phrase, rule_list, rule_phrase
from tests import catalogue

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "conditions.json").read_text("utf-8"))

OPTIONS = [{"id": "open", "label": "开户"}, {"id": "loan", "label": "贷款"}, {"id": "card", "label": "补卡"}]
DOCUMENT: dict[str, Any] = {
    "title": "回访",
    "fields": [{"code": "city", "type": "text"}],
    "variables": [
        {
            "code": "total",
            "type": "number",
            "value": {"sum": [{"question": "Q1"}, {"multiply": [2, {"add": [1, 3]}]}]},
        },
        {
            "code": "level",
            "type": "text",
            "value": {"if": [{"question": "Q1", "is": "promoter"}, "高", None]},
        },
    ],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "Q1", "type": "nps", "title": "推荐度"},
                {
                    "code": "Q2",
                    "type": "multi_choice",
                    "title": "办理了哪些业务?",
                    "settings": {"options": OPTIONS},
                },
                {
                    "code": "Q3",
                    "type": "matrix_single",
                    "title": "各项服务",
                    "settings": {
                        "rows": [{"id": "staff", "label": "员工"}, {"id": "speed", "label": "速度"}],
                        "columns": [{"id": "bad", "label": "差"}, {"id": "good", "label": "好"}],
                    },
                },
                {"code": "Q4", "type": "date", "title": ""},
                {"code": "Q5", "type": "ranking", "title": "排序", "settings": {"options": OPTIONS}},
                {
                    "code": "Q6",
                    "type": "long_text",
                    "title": "一个长得没有必要、没有人会从头读到尾的题目标题",
                    "show": {"question": "Q1", "is": "detractor"},
                    "required": {"question": "Q1", "at_most": 3},
                    "enable": {"field": "city", "answered": True},
                    "validate": [
                        {"when": {"question": "Q6", "length": {"less": 5}}, "message": "请多写几个字"},
                        {"when": {"question": "Q6", "contains": "好"}, "message": "真的吗?", "soft": True},
                    ],
                },
            ],
            "next": [{"when": {"question": "Q2", "any_of": ["open"]}, "go": "p3"}, {"go": "thanks"}],
        },
        {
            "code": "p2",
            "loop": {"over": {"question": "Q2", "pick": "chosen"}, "max": 3},
            "order": "random",
            "questions": [{"code": "Q7", "type": "csat", "title": "这项业务如何?"}],
        },
        {
            "code": "p3",
            "title": "补充",
            "show": {"not": {"question": "Q1", "is": "promoter"}},
            "questions": [
                {
                    "code": "Q8",
                    "type": "single_choice",
                    "title": "最重要的",
                    "carry": {"from": "Q2", "pick": "chosen"},
                    "settings": {
                        "options": [{"id": "x", "label": "其它", "show": {"quota": "sh", "full": False}}]
                    },
                }
            ],
        },
    ],
    "endings": [{"code": "thanks", "title": "谢谢"}],
    "quotas": [
        {"code": "sh", "when": {"field": "city", "is": "上海"}, "limit": 200, "then": {"go": "thanks"}}
    ],
}


@pytest.fixture(scope="module")
def chinese() -> Any:
    told = {message.id: message.string for message in catalogue.known() if isinstance(message.id, str)}
    return lambda message: told.get(message) or message


def said(tree: Any, translate: Any = str) -> str:
    return str(shown(phrase(tree, DOCUMENT, plugins.types()), translate))


@pytest.mark.parametrize(
    ("tree", "english", "expected"),
    [
        ({"question": "Q1", "is": "detractor"}, "Q1 “推荐度” is “Detractors”", "Q1“推荐度” 是“贬损者”"),
        ({"question": "Q1", "at_most": 6}, "Q1 “推荐度” is at most 6", "Q1“推荐度” 小于等于 6"),
        (
            {"question": "Q1", "more": {"question": "Q7", "iteration": "open"}},
            "Q1 “推荐度” is more than Q7 “这项业务如何?” in the round of “开户”",
            "Q1“推荐度” 大于 “开户”那一轮的 Q7“这项业务如何?”",
        ),
        (
            {"question": "Q2", "any_of": ["open", "loan"]},
            "Q2 “办理了哪些业务?” includes any of “开户”, “贷款”",
            "Q2“办理了哪些业务?” 选了“开户”、“贷款”中的任意一项",
        ),
        (
            {"question": "Q2", "count": {"at_least": 2, "at_most": 3}},
            "Q2 “办理了哪些业务?” has at least 2, at most 3 chosen",
            "Q2“办理了哪些业务?” 选了至少 2、至多 3 项",
        ),
        (
            {"question": "Q3", "row": "any", "is": "bad"},
            "any row of Q3 “各项服务” is “差”",
            "Q3“各项服务” 的任一行 是“差”",
        ),
        (
            {"question": "Q3", "row": "staff", "is_not": "good"},
            "Q3 “各项服务” · 员工 is not “好”",
            "Q3“各项服务” · 员工 不是“好”",
        ),
        ({"question": "Q3", "count": 2}, "Q3 “各项服务” has exactly 2 rows answered", "Q3“各项服务” 答了正好 2 行"),
        ({"question": "Q4", "before": {"today": -7}}, "Q4 is before 7 days ago", "Q4 早于 7 天前"),
        ({"question": "Q4", "within": {"next": 3}}, "Q4 is within the next 3 days", "Q4 在今后 3 天内"),
        (
            {"question": "Q5", "ranks": {"option": "open", "before": "card"}},
            "Q5 “排序” ranks “开户” before “补卡”",
            "Q5“排序” 中“开户”排在“补卡”之前",
        ),
        (
            {"question": "Q7", "iteration": "every", "is": 5},
            "Q7 “这项业务如何?” in every round is “Very satisfied”",
            "每一轮的 Q7“这项业务如何?” 是“非常满意”",
        ),
        ({"field": "channel", "is": "sms"}, "Channel is “sms”", "渠道 是“sms”"),
        ({"quota": "sh"}, "quota sh is full", "配额 sh 已满"),
        (
            {"all": [{"field": "city", "is": "上海"}, {"any": [{"question": "Q4", "answered": False}, {"variable": "total", "equals": 9}]}]},
            "city is “上海” and (Q4 has no answer or total equals 9)",
            "city 是“上海”，并且 （Q4 未作答，或者 total 等于 9）",
        ),
        (
            {"not": {"all": [{"question": "Q4", "answered": True}, {"question": "Q4", "shown": True}]}},
            "not (Q4 has an answer and Q4 was shown)",
            "不满足（Q4 已作答，并且 Q4 已显示）",
        ),
    ],
)  # fmt: skip
def test_conditions_read_as_sentences(tree: Any, english: str, expected: str, chinese: Any) -> None:
    assert said(tree) == english
    assert said(tree, chinese) == expected


def test_every_condition_of_the_vectors_has_words() -> None:
    for case in [*VECTORS["cases"], *VECTORS["groups"]]:
        words = phrase(case["when"], VECTORS["document"], plugins.types())
        assert isinstance(words, Words)
        assert not re.search(r"…|%\(", words), case["when"]


@pytest.mark.parametrize(
    "tree", [None, [], {}, 7, {"all": 3}, {"question": "Q1", "in": 3}, {"question": "Q1", "is": {}}]
)
def test_what_is_not_finished_is_said_all_the_same(tree: Any) -> None:
    assert said(tree)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Q6.show", "仅当 Q1“推荐度” 是“贬损者” 时显示"),
        ("Q6.required", "仅当 Q1“推荐度” 小于等于 3 时必答"),
        ("Q6.enable", "仅当 city 有值 时可以作答"),
        ("Q6.validate.0.when", "当 Q6“一个长得没有必要、没有人会从头读到尾的题…” 有少于 5 个字 时不接受：请多写几个字"),
        ("Q6.validate.1", "当 Q6“一个长得没有必要、没有人会从头读到尾的题…” 包含“好” 时提醒一次：真的吗?"),
        ("p1.next.0", "如果 Q2“办理了哪些业务?” 选了“开户”，则跳到第 3 页“补充”"),
        ("p1.next.0.when", "如果 Q2“办理了哪些业务?” 选了“开户”，则跳到第 3 页“补充”"),
        ("p1.next.1", "然后跳到结束页：谢谢"),
        ("p2.loop", "对 Q2“办理了哪些业务?” 中选中的每一项各答一次，最多 3 次"),
        ("p2.order", "随机排列"),
        ("p3.show", "仅当 不满足（Q1“推荐度” 是“推荐者”） 时显示"),
        ("Q8.carry", "沿用 Q2“办理了哪些业务?” 中选中的选项"),
        ("Q8.settings.options.0.show", "仅当 配额 sh 未满 时显示“其它”"),
        ("sh.when", "满足 city 是“上海” 的答卷满 200 份后，跳到结束页：谢谢"),
        ("total.value", "total = Q1“推荐度”、2 × （1 + 3） 的总和"),
        ("level.value", "level = 如果 Q1“推荐度” 是“推荐者”，则为 “高”，否则为 空值"),
    ],
)  # fmt: skip
def test_whole_rules_read_as_sentences(place: str, expected: str, chinese: Any) -> None:
    words = rule_phrase(place, DOCUMENT, plugins.types())
    assert shown(words, chinese) == expected


def test_a_place_without_a_rule_has_no_words() -> None:
    assert rule_phrase("Q1.show", DOCUMENT, plugins.types()) is None
    assert rule_phrase("", {"pages": [7, {"questions": 3}]}, plugins.types()) is None


def test_the_list_names_every_rule_once() -> None:
    listed = rule_list(DOCUMENT, plugins.types())
    places = [each["where"] for each in listed]
    assert len(places) == len(set(places)) == 15
    assert [each["kind"] for each in listed[:5]] == ["show", "required", "enable", "validate", "validate"]
