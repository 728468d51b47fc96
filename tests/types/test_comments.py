"""Choices with comments."""

from __future__ import annotations

from typing import Any

import pytest

from question_types.base import Invalid, Json, QuestionType, Values
from survey_app import plugins
from survey_app.engine.conditions import Answer, Facts, compile_condition
from survey_app.engine.flow import walk
from survey_app.engine.plan import compile_plan
from survey_app.engine.schema import Item, Schema
from tests.types.cases import entries, made, totals


def one(**more: Any) -> tuple[QuestionType, Values]:
    options = [{"id": "a", "label": "好"}, {"id": "b", "label": "一般"}]
    return made("choice_comment", options=[*options, {"id": "c", "label": "差", "comment": True}], **more)


def many(**more: Any) -> tuple[QuestionType, Values]:
    silent = {"id": "none", "label": "都好", "exclusive": True, "silent": True}
    return made("multi_comment", options=[*entries("排队", "停车", "价格"), silent], **more)


def holds(kind: QuestionType, values: Values, value: Json, **test: Json) -> bool:
    """The truth of one comparison with an answer, as the server sees it."""
    schema = Schema({"Q": Item("Q", kind, values)})

    class Meaning:
        def measure(self, value: Json) -> dict[str, float]:
            return kind.measure(values, value)

        def text(self, value: Json) -> str:
            return kind.text(values, value)

    facts = Facts({"Q": Answer("answered", value, meaning=Meaning())})
    return compile_condition({"question": "Q", **test}, schema)(facts)


def test_a_comment_is_stored_beside_the_option_it_is_on() -> None:
    kind, values = one()
    value = kind.parse(values, {"": ["b"], "other": [" 太慢\x00了 "]})
    assert value == {"v": "b", "other": {"b": "太慢了"}}
    kind.check(values, value)
    assert kind.measure(values, value) == {"": 1, "b": 1}
    assert kind.text(values, value) == "太慢了"
    assert kind.label_of(values, value) == "一般 (太慢了)"
    assert kind.cells(values, value) == ["b", "太慢了"]
    assert kind.parse(values, {"": ["b"], "other": [" "]}) == {"v": "b"}
    assert kind.cells(values, {"v": "b"}) == ["b", None]


def test_a_comment_alone_asks_for_an_option() -> None:
    kind, values = one()
    with pytest.raises(Invalid, match="choose an option, too"):
        kind.parse(values, {"": [], "other": ["太慢"]})


def test_an_option_may_need_a_comment() -> None:
    kind, values = one()
    kind.check(values, {"v": "c", "other": {"c": "脏"}})
    with pytest.raises(Invalid, match="comment to “差”"):
        kind.check(values, {"v": "c"})


@pytest.mark.parametrize(
    "value",
    [
        "a",
        {"v": "z"},
        {"v": ["a"]},
        {"v": None},
        {"other": {"a": "x"}},
        {"v": "a", "other": {"b": "x"}},
        {"v": "a", "other": {"a": "x", "b": "y"}},
        {"v": "a", "other": {"a": " "}},
        {"v": "a", "other": {"a": "x" * 501}},
        {"v": "a", "other": {"a": "\x07"}},
        {"v": "a", "other": "x"},
        {"v": "a", "comment": "x"},
    ],
)
def test_one_option_and_its_own_comment_are_all_that_is_taken(value: Json) -> None:
    kind, values = one()
    with pytest.raises(Invalid):
        kind.check(values, value)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("2", {"v": "b"}),
        ("2 太慢", {"v": "b", "other": {"b": "太慢"}}),
        ("２、太慢，也太贵", {"v": "b", "other": {"b": "太慢，也太贵"}}),
        ("一般：太慢", {"v": "b", "other": {"b": "太慢"}}),
        ("一般（太慢）", {"v": "b", "other": {"b": "太慢"}}),
        ("随便", None),
        ("9 太慢", None),
    ],
)
def test_a_reply_is_a_choice_and_a_word_on_it(message: str, value: Json) -> None:
    kind, values = one()
    raw = kind.hear(values, message)
    assert (raw and kind.parse(values, raw)) == value


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        ({"is": "b"}, True),
        ({"is": "a"}, False),
        ({"is_not": "b"}, False),
        ({"in": ["a", "b"]}, True),
        ({"not_in": ["a", "c"]}, True),
        ({"is": "太慢了"}, False),
        ({"contains": "慢"}, True),
        ({"starts": "太"}, True),
        ({"ends": "b"}, False),
        ({"matches": "^太.了$"}, True),
        ({"length": {"at_least": 3}}, True),
    ],
)
def test_conditions_see_the_option_and_the_words(test: dict[str, Json], truth: bool) -> None:
    kind, values = one()
    assert holds(kind, values, {"v": "b", "other": {"b": "太慢了"}}, **test) is truth


def test_without_a_comment_there_are_no_words_to_find() -> None:
    kind, values = one()
    assert not holds(kind, values, {"v": "b"}, contains="b")
    assert holds(kind, values, {"v": "b"}, length=0)


def test_several_options_keep_a_comment_each() -> None:
    kind, values = many()
    value = kind.parse(values, {"": ["c", "a"], "a": [" 很久 "], "b": [""], "c": [""]})
    assert value == {"a": "很久", "c": ""}
    assert list(value) == ["a", "c"]
    kind.check(values, value)
    assert kind.measure(values, value) == {"": 1, "a": 1, "c": 1}
    assert kind.text(values, {"a": "很久", "c": "贵"}) == "很久\n贵"
    assert kind.label_of(values, value) == "排队 (很久), 价格"
    assert kind.cells(values, value) == [1, 0, 1, 0, "很久", None, None]


def test_writing_a_comment_is_enough_to_choose_its_option() -> None:
    kind, values = many()
    assert kind.parse(values, {"": ["a"], "b": ["没有位置"]}) == {"a": "", "b": "没有位置"}
    assert kind.parse(values, {"": ["none"], "b": ["没有位置"]}) == {"none": ""}
    assert kind.parse(values, {"": [], "a": [" "]}) is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        ["a"],
        {"z": ""},
        {"a": None},
        {"a": " "},
        {"a": "x" * 501},
        {"none": "", "a": ""},
        {"none": "x"},
        {"a": {"b": "c"}},
    ],
)
def test_known_options_and_proper_comments_are_all_that_is_taken(value: Json) -> None:
    kind, values = many()
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_comments_may_be_required_and_options_counted() -> None:
    kind, values = many(comments="required", min=2, max=2)
    kind.check(values, {"a": "久", "b": "远"})
    kind.check(values, {"none": ""})
    with pytest.raises(Invalid, match="comment to “停车”"):
        kind.check(values, {"a": "久", "b": ""})
    with pytest.raises(Invalid, match="at least 2"):
        kind.check(values, {"a": "久"})
    with pytest.raises(Invalid, match="at most 2"):
        kind.check(values, {"a": "久", "b": "远", "c": "贵"})


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        ({"any_of": ["b", "a"]}, True),
        ({"any_of": ["b"]}, False),
        ({"all_of": ["a", "c"]}, True),
        ({"none_of": ["b"]}, True),
        ({"exactly": ["c", "a"]}, True),
        ({"exactly": ["a"]}, False),
        ({"count": 2}, True),
        ({"contains": "很久"}, True),
        ({"contains": "c"}, False),
        ({"length": 2}, True),
        ({"is": "a"}, True),
    ],
)
def test_conditions_see_the_options_and_all_words(test: dict[str, Json], truth: bool) -> None:
    kind, values = many()
    assert holds(kind, values, {"a": "很久", "c": ""}, **test) is truth


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("1：很久；3", {"a": "很久", "c": ""}),
        ("排队（很久）、价格", {"a": "很久", "c": ""}),
        ("1,3", {"a": "", "c": ""}),
        ("都好", {"none": ""}),
        ("1；随便", None),
    ],
)
def test_a_reply_names_several_options_with_a_word_each(message: str, value: Json) -> None:
    kind, values = many()
    raw = kind.hear(values, message)
    assert (raw and kind.parse(values, raw)) == value


def test_a_comment_that_reads_like_a_hidden_option_is_kept() -> None:
    hidden = {"id": "c", "label": "价格", "show": {"question": "Z", "is": True}}
    questions = [
        {"code": "Z", "type": "yes_no", "title": "Z"},
        {
            "code": "M",
            "type": "multi_comment",
            "title": "M",
            "settings": {"options": [*entries("排队", "停车"), hidden]},
        },
    ]
    pages = [{"code": "p", "questions": questions}]
    endings = [{"code": "end", "title": "谢谢"}]
    plan = compile_plan(
        {"format": 1, "title": "S", "locale": "zh_CN", "pages": pages, "endings": endings}, plugins.types()
    )
    for shown, kept in ((False, {"a": "c"}), (True, {"a": "c", "c": "贵"})):
        path = walk(plan, {"Z": shown, "M": {"a": "c", "c": "贵"}}, {})
        assert path.facts.answers["M"].value == kept


def test_a_code_of_other_is_kept_for_the_text() -> None:
    kind, values = made("multi_comment", options=[{"id": "other", "label": "别的"}])
    assert any("other" in problem for problem in kind.problems(values))


def test_the_bars_count_whoever_chose_an_option() -> None:
    kind, values = many()
    answers = [{"a": "", "c": "贵"}, {"a": "久"}, {"none": ""}, {"a": ""}]
    summary = kind.summary(values, totals(kind, values, answers))
    assert [(row["bucket"], row["n"], row["share"]) for row in summary["rows"]] == [
        ("a", 3, 0.75),
        ("b", 0, 0),
        ("c", 1, 0.25),
        ("none", 1, 0.25),
    ]
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["x"] == [0.75, 0.25, 0.25, 0]
