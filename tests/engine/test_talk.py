"""A survey as a conversation asks what the page asks, in the same order, and stores the same."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

import pytest

from question_types.base import Json, Raw
from survey_app import plugins
from survey_app.engine import talk
from survey_app.engine.plan import Plan, compile_plan
from survey_app.engine.talk import State, Talk, Turn
from tests import factories
from tests.engine import stubs, surveys

TODAY = date(2026, 3, 8)
NONSENSE = "？？什么意思"


def _speaking(kind: Any) -> Any:
    """A stub that talks JSON."""

    class Speaking(type(kind)):  # type: ignore[misc]
        def say(self, settings: Any) -> str | None:
            return f"Reply with JSON for {self.key}."

        def hear(self, settings: Any, message: str) -> Raw | None:
            try:
                value = json.loads(message)
            except ValueError:
                return None
            given = value if isinstance(value, list) else [value]
            return {"": [str(each) for each in given]}

    return Speaking()


TALKERS = {key: _speaking(kind) if kind.collects else kind for key, kind in stubs.TYPES.items()}


class Chat:
    """A conversation whose answers are kept here, as the service would."""

    def __init__(self, plan: Plan, full: frozenset[str] = frozenset(), **more: Any) -> None:
        self.talk = Talk(plan, today=TODAY, full=full, link="https://x.example/i/abc", **more)
        self.answers: dict[str, Json] = {}
        self.asked: list[str] = []
        self.turn = self._take(talk.begin(self.talk, {}))

    def _take(self, turn: Turn) -> Turn:
        self.turn = turn
        self.answers = talk.merged(self.answers, turn.changes)
        if turn.state.question and not turn.state.again and not turn.state.doubt:
            self.asked.append(turn.state.question)
        assert all(1 <= len(message) <= talk.LONGEST for message in turn.messages)
        return turn

    def hear(self, text: str) -> str:
        self._take(talk.hear(self.talk, self.answers, self.turn.state, text))
        return "\n".join(self.turn.messages)

    @property
    def said(self) -> str:
        return "\n".join(self.turn.messages)

    @property
    def waits_for(self) -> str:
        return self.turn.state.question


def survey(*questions: dict[str, Any], **more: Any) -> Plan:
    """A plan of the product's own types, one page per question."""
    pages = [{"code": f"p{i}", "questions": [each]} for i, each in enumerate(questions)]
    endings = [{"code": "thanks", "title": "谢谢您", "text": "祝您愉快"}]
    document = {"format": 1, "title": "回访", "pages": pages, "endings": endings, **more}
    return compile_plan(document, plugins.types())


def asking(code: str, type: str, title: str = "请回答", **more: Any) -> dict[str, Any]:
    return {"code": code, "type": type, "title": title, "settings": {}, **more}


def options(*labels: str) -> dict[str, Any]:
    return {"options": [{"id": f"o{i}", "label": label} for i, label in enumerate(labels)]}


# The law


def _converse(seed: int) -> tuple[Chat, dict[str, Any], frozenset[str]]:
    """One random survey talked through; a respondent who says what they mean, or leaves it out."""
    document, answers, full = surveys.survey(seed)
    chance = Random(seed)
    chat = Chat(compile_plan(document, TALKERS), full)
    for _ in range(60):
        code = chat.waits_for
        if chat.turn.end or not code:
            break
        if chat.turn.state.again:
            kind = chat.talk.plan.questions[code].type.key
            value = chance.choice([each for each in surveys.VALUES[kind] if each is not None])
        else:
            value = answers.get(code)
        chat.hear("skip" if value is None else json.dumps(value))
    return chat, document, full


@pytest.mark.parametrize("start", range(0, 2000, 250))
def test_a_conversation_asks_and_stores_what_the_law_says(start: int) -> None:
    ends = set()
    for seed in range(start, start + 250):
        chat, document, full = _converse(seed)
        law = surveys.Oracle(document, chat.answers, full)
        ends.add(chat.turn.end)
        if chat.turn.end == "handed":  # a rule nothing satisfies: the page would be stuck there as well
            assert law.ending is None
            continue
        assert chat.turn.end == "ending", seed
        assert chat.turn.ending == law.ending, seed
        walked = [code for code, state in law.states.items() if state in ("answered", "skipped")]
        assert list(dict.fromkeys(chat.asked)) == walked, seed
        kept = {code for code, state in law.states.items() if state == "answered"}
        assert {code for code in chat.answers if code in law.states} >= kept, seed
    assert "ending" in ends


def test_the_random_surveys_reach_every_kind_of_end() -> None:
    assert {_converse(seed)[0].turn.end for seed in range(300)} == {"ending", "handed"}


def test_random_replies_never_break_a_conversation() -> None:
    words = [
        *(
            "9",
            "九分",
            "停车",
            "A",
            "2、3",
            "确认",
            "上一题",
            "跳过",
            "",
            " ",
            "😀",
            "\ud800",
            "x" * 3000,
            "帮助",
        ),
        *("1", "3", "是", "不是", "2026-03-01", "13800138000", "{Q1}", "%(title)s", "回", "开户"),
    ]
    for seed in range(150):
        chance = Random(seed)
        chat = Chat(_everything())
        for _ in range(60):
            if chat.turn.end:
                break
            chat.hear(chance.choice(words))
            assert chat.turn.messages


def _everything() -> Plan:
    """A survey with an example of every type there is."""
    questions = []
    for key, kind in plugins.types().items():
        for number, example in enumerate(kind.examples[:1]):
            code = f"Q_{key}_{number}"
            more = {"settings": deepcopy(dict(example.settings)), "required": False}
            questions.append(
                asking(
                    code, key, example.title, **(more if kind.collects else {"settings": more["settings"]})
                )
            )
    return survey(*questions)


def test_every_type_that_speaks_can_be_answered_in_a_conversation() -> None:
    for key, kind in plugins.types().items():
        for example in kind.examples if kind.collects else ():
            plan = survey(asking("Q1", key, settings=deepcopy(dict(example.settings)), required=True))
            if talk.obstacles(plan):
                continue
            chat = Chat(plan)
            reply = example.value if kind.sealed else plan.questions["Q1"].label(example.value)
            chat.hear(str(reply))
            assert chat.answers == {"Q1": example.value}, (key, chat.said)
            assert chat.turn.end == "ending"


# What people say

_WIDE = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}
_KEYCAPS = {ord(str(n)): f"{n}\ufe0f\u20e3" for n in range(10)}


@pytest.mark.parametrize("written", [_WIDE, _KEYCAPS, {}])
@pytest.mark.parametrize("key", [key for key, kind in plugins.types().items() if kind.collects])
def test_digits_of_any_kind_give_every_type_that_speaks_the_same_answer(
    key: str, written: dict[int, str]
) -> None:
    kind = plugins.types()[key]
    for example in kind.examples:
        plan = survey(asking("Q1", key, settings=deepcopy(dict(example.settings)), required=True))
        if talk.obstacles(plan) or "T" in kind.operators or kind.sealed:
            continue
        reply = str(plan.questions["Q1"].label(example.value)).translate(written)
        chat = Chat(plan)
        chat.hear(f" {reply}。" if reply.isdecimal() else reply)
        assert chat.answers == {"Q1": example.value}, (reply, chat.said)


@pytest.mark.parametrize(
    ("type", "settings", "reply", "value"),
    [
        ("nps", {}, "９", 9),
        ("nps", {}, "九分", 9),
        ("nps", {}, "9️⃣", 9),
        ("nps", {}, "🔟", 10),
        ("nps", {}, "我给10分", 10),
        ("csat", {}, "５", 5),
        ("ces", {}, "三", 3),
        ("star_rating", {}, "四星", 4),
        ("single_choice", options("开户", "贷款"), "２", "o1"),
        ("single_choice", options("开户", "贷款"), "贷款", "o1"),
        ("single_choice", options("开户", "贷款"), "第二个", "o1"),
        ("multi_choice", options("快", "好", "省"), "1，3", ["o0", "o2"]),
        ("multi_choice", options("快", "好", "省"), "1 3", ["o0", "o2"]),
        ("dropdown", options("甲", "乙"), "1️⃣", "o0"),
        ("yes_no", {}, "是", True),
        ("number", {"min": 0, "max": 200}, "３０", 30),
        ("mobile", {}, "１３８ 0013 8000", "+8613800138000"),
        ("email", {}, "Wang@Example.com", "Wang@example.com"),
        ("date", {}, "2026年3月1日", "2026-03-01"),
        ("time", {}, "14：30", "14:30"),
        ("short_text", {}, "很好", "很好"),
        ("long_text", {}, "等了一个小时", "等了一个小时"),
    ],
)
def test_replies_are_understood_as_people_write_them(
    type: str, settings: dict[str, Any], reply: str, value: Json
) -> None:
    chat = Chat(survey(asking("Q1", type, settings=settings, required=True)))
    chat.hear(reply)
    assert chat.answers == {"Q1": value}
    assert chat.turn.end == "ending"


def test_it_begins_with_a_welcome_and_how_to_stop() -> None:
    chat = Chat(survey(asking("Q1", "nps", "您会推荐我们吗？")))
    welcome, question = chat.turn.messages
    assert welcome.startswith("回访\n")
    assert "stop" in welcome
    assert question.startswith("您会推荐我们吗？\n")
    assert "skip" in question


def test_the_ending_is_the_last_message() -> None:
    chat = Chat(survey(asking("Q1", "nps")))
    assert chat.hear("9") == "谢谢您\n祝您愉快"


@pytest.mark.parametrize(
    "word",
    ["停", "退订", "TD", "ｔｄ", "T", "R", "拒收", "Stop", "STOPALL", "unsubscribe", "QUIT。", " end "],
)
def test_stop_words_stop_at_once_even_where_text_is_asked_for(word: str) -> None:
    chat = Chat(survey(asking("Q1", "long_text")))
    chat.hear(word)
    assert chat.turn.end == "stopped"
    assert chat.answers == {}


def test_a_word_that_only_contains_a_stop_word_does_not_stop() -> None:
    chat = Chat(survey(asking("Q1", "long_text")))
    chat.hear("停车太难")
    assert chat.answers == {"Q1": "停车太难"}


def test_nonsense_is_asked_again_once_with_an_example_and_then_left_out_where_it_may_be() -> None:
    chat = Chat(survey(asking("Q1", "nps"), asking("Q2", "nps", "第二题")))
    again = chat.hear(NONSENSE)
    assert "For example" in again
    assert chat.waits_for == "Q1"
    assert "第二题" in chat.hear(NONSENSE)
    assert chat.hear("7").startswith("谢谢您")
    assert chat.answers == {"Q2": 7}


def test_nonsense_to_a_required_question_leads_to_the_page() -> None:
    chat = Chat(survey(asking("Q1", "nps", required=True)))
    chat.hear(NONSENSE)
    assert "https://x.example/i/abc" in chat.hear(NONSENSE)
    assert chat.turn.end == "handed"


def test_a_required_question_cannot_be_skipped() -> None:
    chat = Chat(survey(asking("Q1", "nps", required=True)))
    assert talk.NEEDED in chat.hear("跳过")
    assert chat.hear("9").startswith("谢谢您")


def test_back_asks_the_question_before_with_the_answer_so_far() -> None:
    chat = Chat(
        survey(asking("Q1", "nps", "第一题"), asking("Q2", "nps", "第二题"), asking("Q3", "nps", "第三题"))
    )
    chat.hear("3")
    chat.hear("跳过")
    assert "第二题" in chat.hear("上一题")
    assert "第一题" in chat.hear("back")
    assert "3" in chat.said
    assert talk.FIRST in chat.hear("上一题")
    assert "第二题" in chat.hear("8")
    chat.hear("7")
    chat.hear("6")
    assert chat.answers == {"Q1": 8, "Q2": 7, "Q3": 6}


def test_a_soft_rule_asks_and_a_confirmation_keeps_the_answer() -> None:
    rule = {"when": {"question": "Q1", "more": 100}, "message": "超过 100 次？", "soft": True}
    plan = survey(asking("Q1", "number", validate=[rule]))
    chat = Chat(plan)
    assert chat.hear("300").startswith("超过 100 次？")
    assert chat.answers == {"Q1": 300}
    assert chat.hear("确认").startswith("谢谢您")
    other = Chat(plan)
    other.hear("300")
    assert other.hear("30").startswith("谢谢您")
    assert other.answers == {"Q1": 30}


def test_a_hard_rule_refuses_in_the_authors_words() -> None:
    rule = {"when": {"question": "Q1", "less": 5}, "message": "至少 5 次。"}
    chat = Chat(survey(asking("Q1", "number", validate=[rule])))
    assert chat.hear("3").startswith("至少 5 次。")
    assert chat.answers == {}
    assert chat.hear("6").startswith("谢谢您")


def test_hidden_options_are_neither_listed_nor_taken() -> None:
    settings = options("甲", "乙", "丙")
    settings["options"][1]["show"] = {"question": "Q1", "at_least": 9}
    chat = Chat(survey(asking("Q1", "nps"), asking("Q2", "single_choice", settings=settings, required=True)))
    assert "乙" not in chat.hear("3")
    chat.hear("2")
    assert chat.answers["Q2"] == "o2"


def test_an_option_without_a_place_left_is_neither_listed_nor_taken() -> None:
    plan = survey(asking("Q1", "single_choice", settings=options("甲", "乙", "丙"), required=True))
    about = Talk(plan, today=TODAY, gone={"Q1": frozenset({"o0"})})
    turn = talk.begin(about, {})
    assert "甲" not in turn.messages[1]
    assert talk.hear(about, {}, turn.state, "1").changes == {"Q1": "o1"}


def test_what_is_told_comes_before_the_next_question_and_once() -> None:
    told = {"code": "S1", "type": "statement", "title": "说明", "settings": {"text": "请回忆上次到店"}}
    chat = Chat(survey(told, asking("Q1", "nps", "第一题")))
    assert chat.turn.messages[1] == "说明\n请回忆上次到店"
    assert chat.turn.messages[2].startswith("第一题")
    assert "说明" not in chat.hear(NONSENSE)


def test_earlier_answers_are_piped() -> None:
    chat = Chat(survey(asking("Q1", "nps"), asking("Q2", "long_text", "您给了 {Q1} 分，为什么？")))
    assert chat.hear("3").startswith("您给了 3 分，为什么？")


def test_a_full_quota_ends_with_its_own_ending() -> None:
    sorry = {"code": "sorry", "kind": "over_quota", "title": "名额已满"}
    when = {"question": "Q1", "is": "promoter"}
    document = {
        "endings": [{"code": "thanks", "title": "谢谢"}, sorry],
        "quotas": [{"code": "k", "when": when, "limit": 1, "then": {"go": "sorry"}}],
    }
    chat = Chat(survey(asking("Q1", "nps"), asking("Q2", "nps"), **document), frozenset({"k"}))
    assert chat.hear("10") == "名额已满"
    assert chat.turn.ending == "sorry"


def test_obstacles_are_questions_that_text_cannot_carry_and_nobody_may_leave_out() -> None:
    rows = {
        "rows": [{"id": "a", "label": "甲"}],
        "columns": [{"id": "c", "label": "好"}, {"id": "d", "label": "差"}],
    }
    plan = survey(
        asking("Q1", "matrix_single", settings=rows, required=True),
        asking("Q2", "matrix_single", settings=rows),
        asking("Q3", "nps", "第三题", required=True),
    )
    assert talk.obstacles(plan) == ["Q1"]
    chat = Chat(plan)
    assert chat.turn.end == "handed"
    assert "https://x.example" in chat.said
    optional = Chat(survey(asking("Q2", "matrix_single", settings=rows), asking("Q3", "nps", "第三题")))
    assert optional.waits_for == "Q3"


def test_long_texts_are_cut_to_fit() -> None:
    chat = Chat(survey(asking("Q1", "single_choice", "长" * 900, settings=options("甲", "乙"))))
    assert len(chat.turn.messages[1]) <= 500
    assert "乙" in chat.turn.messages[1]


@pytest.mark.parametrize(
    ("text", "preferred", "found"),
    [
        ("你好", "", "zh_CN"),
        ("hello", "", "en"),
        ("9", "", "zh_CN"),
        ("9", "en-US", "en"),
        ("hello", "zh", "zh_CN"),
        ("x", "fr", "zh_CN"),
    ],
)
def test_the_language_is_the_contacts_or_that_of_the_first_message(
    text: str, preferred: str, found: str
) -> None:
    assert talk.tongue(["zh_CN", "en"], text, preferred) == found


def test_a_number_answers_the_first_question_straight_away_and_a_greeting_does_not() -> None:
    scored = Talk(survey(asking("Q1", "nps"), asking("Q2", "long_text")))
    assert talk.answers_first(scored, "9分")
    assert not talk.answers_first(scored, "你好")
    assert not talk.answers_first(Talk(survey(asking("Q1", "long_text"))), "你好")


def test_what_a_later_answer_makes_necessary_is_asked_for_after_all() -> None:
    first = asking("Q1", "nps", "第一题", required={"question": "Q2", "at_least": 9})
    plan = survey(first, asking("Q2", "nps", "第二题"))
    document = deepcopy(plan.document)
    document["pages"] = [
        {"code": "p", "questions": [q for page in document["pages"] for q in page["questions"]]}
    ]
    chat = Chat(compile_plan(document, plugins.types()))
    chat.hear("跳过")
    again = chat.hear("10")
    assert "Please answer this question." in again
    assert "第一题" in again
    assert chat.hear("7").startswith("谢谢您")
    assert chat.answers == {"Q1": 7, "Q2": 10}


def test_a_reply_to_a_question_that_is_passed_over_by_now_is_no_answer() -> None:
    plan = survey(asking("Q1", "nps"), asking("Q2", "nps", "第二题"), asking("Q3", "nps", "第三题"))
    document = deepcopy(plan.document)
    document["pages"][0]["next"] = [{"when": {"question": "Q1", "at_least": 9}, "go": "p2"}]
    about = Talk(compile_plan(document, plugins.types()), today=TODAY)
    turn = talk.hear(about, {"Q1": 10}, State(question="Q2", passed=("Q1",)), "5")
    assert turn.state.question == "Q3"
    assert turn.changes == {}


def test_begun_elsewhere_it_goes_on_with_what_is_open() -> None:
    plan = survey(asking("Q1", "nps"), asking("Q2", "nps", "第二题"))
    assert talk.begin(Talk(plan, today=TODAY), {"Q1": 10}).state.question == "Q2"


def test_an_answer_given_elsewhere_is_not_asked_for_again() -> None:
    plan = compile_plan(factories.NPS_DOCUMENT, plugins.types())
    about = Talk(plan, today=TODAY)
    turn = talk.hear(about, {"Q1": 10}, State(question="Q1"), "8")
    assert turn.state.question == "Q3"
