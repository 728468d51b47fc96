"""Single choice, dropdown and multiple choice."""

from __future__ import annotations

import pytest

from question_types.base import Invalid, Json, shown
from tests.types.cases import entries, made, refused, totals

SINGLES = ["single_choice", "dropdown"]


@pytest.mark.parametrize("key", SINGLES)
def test_one_option_is_stored_by_its_id(key: str) -> None:
    kind, values = made(key, options=entries("开户", "贷款"))
    assert kind.parse(values, {"": ["b"]}) == "b"
    assert kind.measure(values, "b") == {"": 1, "b": 1}
    assert kind.cells(values, "b") == ["b"]
    assert kind.columns("Q1", values)[0].values == {"a": "开户", "b": "贷款"}


@pytest.mark.parametrize("key", SINGLES)
@pytest.mark.parametrize(
    "value", ["c", "other", "", 1, True, ["a"], {"v": "a"}, {"v": "a", "other": {}}, {"a": "b"}]
)
def test_only_offered_options_are_taken(key: str, value: Json) -> None:
    kind, values = made(key, options=entries("开户", "贷款"))
    with pytest.raises(Invalid, match="options shown"):
        kind.check(values, value)


@pytest.mark.parametrize("key", SINGLES)
def test_two_different_answers_to_a_single_choice_are_refused(key: str) -> None:
    kind, values = made(key, options=entries("开户", "贷款"))
    with pytest.raises(Invalid, match="only one"):
        kind.parse(values, {"": ["a", "b"]})
    assert kind.parse(values, {"": ["a", "a", ""]}) == "a"


@pytest.mark.parametrize("key", SINGLES)
def test_the_text_beside_other_is_kept_with_the_choice(key: str) -> None:
    kind, values = made(key, options=entries("开户", "贷款"), other=True)
    answer = kind.parse(values, {"": ["other"], "other": ["  自助机\x00 "]})
    assert answer == {"v": "other", "other": {"other": "自助机"}}
    kind.check(values, answer)
    assert kind.measure(values, answer) == {"": 1, "other": 1}
    assert kind.text(values, answer) == "自助机"
    assert kind.label_of(values, answer) == "Other (自助机)"
    assert kind.cells(values, answer) == ["other", "自助机"]


def test_writing_beside_other_is_enough_to_choose_it() -> None:
    kind, values = made("single_choice", options=entries("开户", "贷款"), other=True)
    assert kind.parse(values, {"": [], "other": ["自助机"]}) == {"v": "other", "other": {"other": "自助机"}}
    assert kind.parse(values, {"": ["a"], "other": ["自助机"]}) == "a"
    assert kind.parse(values, {"": ["other"], "other": [""]}) == "other"


@pytest.mark.parametrize(
    "value",
    [
        {"v": "a", "other": {"other": "x"}},
        {"v": "other", "other": {"other": " "}},
        {"v": "other", "other": {"other": "x" * 201}},
        {"v": "other", "other": {"a": "x"}},
        {"v": "other", "other": {"other": "x", "a": "y"}},
        {"v": "other", "other": {"other": "\ud800"}},
        {"v": "other", "other": {"other": "x"}, "more": 1},
    ],
)
def test_a_text_without_its_option_is_refused(value: Json) -> None:
    kind, values = made("single_choice", options=entries("开户", "贷款"), other=True)
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_several_options_are_stored_in_the_author_s_order() -> None:
    kind, values = made("multi_choice", options=entries("排队", "态度", "价格"))
    assert kind.parse(values, {"": ["c", "a", "c"]}) == ["a", "c"]
    assert kind.measure(values, ["a", "c"]) == {"": 1, "a": 1, "c": 1}
    assert kind.cells(values, ["a", "c"]) == [1, 0, 1]
    with pytest.raises(Invalid):
        kind.parse(values, {"": ["a", "zz"]})


@pytest.mark.parametrize("value", [[], ["a", "a"], "a", [1], [["a"]], ["a", None], {"v": "a"}, {"v": []}])
def test_a_set_is_a_list_of_different_options(value: Json) -> None:
    kind, values = made("multi_choice", options=entries("排队", "态度", "价格"))
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_least_and_most_are_kept() -> None:
    kind, values = made("multi_choice", options=entries("排队", "态度", "价格", "环境"), min=2, max=3)
    kind.check(values, ["a", "b"])
    with pytest.raises(Invalid, match="at least 2"):
        kind.check(values, ["a"])
    with pytest.raises(Invalid, match="at most 3"):
        kind.check(values, ["a", "b", "c", "d"])


def test_an_exclusive_option_stands_alone_and_needs_no_company() -> None:
    options = [*entries("排队", "态度"), {"id": "none", "label": "都没有", "exclusive": True}]
    kind, values = made("multi_choice", options=options, min=2)
    kind.check(values, ["none"])
    with pytest.raises(Invalid, match="“都没有” cannot be chosen together"):
        kind.check(values, ["a", "none"])
    assert kind.domain(values)[0].alone == ("none",)
    assert kind.domain(values)[0].values == ("a", "b")


def test_fewer_options_than_demanded_can_still_be_answered() -> None:
    """Options may be hidden from a respondent; what is left must do."""
    kind, values = made("multi_choice", options=entries("排队"), min=3)
    kind.check(values, ["a"])
    assert kind.problems(values) == ["At most 1 of the options can be chosen together."]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"options": []}, "Give at least two options."),
        ({"options": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, "The code “a” is used twice."),
        ({"options": [{"id": "a", "label": "A"}, {"id": "b", "label": "A"}]}, "The label “A” is used twice."),
        ({"options": entries("A", other="B")}, "The code “other” is kept for the option"),
    ],
)
def test_authors_are_told_what_is_wrong_with_their_options(settings: dict[str, Json], problem: str) -> None:
    kind, values = made("single_choice", **settings)
    assert any(each.startswith(problem) for each in kind.problems(values))


@pytest.mark.parametrize("id_", ["", "1a", "a b", "a\n", "ä", "a" * 33])
def test_codes_of_options_are_plain_words(id_: str) -> None:
    assert "options.0.id" in refused("single_choice", options=[{"id": id_, "label": "A"}])


def test_shares_of_a_set_are_of_the_respondents() -> None:
    kind, values = made("multi_choice", options=entries("排队", "态度"))
    summary = kind.summary(values, totals(kind, values, [["a"], ["a", "b"], ["a", "b"], ["b"]]))
    assert [row["share"] for row in summary["rows"]] == [0.75, 0.75]
    assert summary["headline"]["label"] == "排队"


def test_bars_are_sorted_by_size() -> None:
    kind, values = made("single_choice", options=entries("少", "多", "没有"))
    figure = kind.chart(values, kind.summary(values, totals(kind, values, ["b", "b", "a"])))
    assert figure is not None
    assert figure["layout"]["yaxis"]["ticktext"] == ["多", "少", "没有"]
    assert figure["data"][0]["customdata"] == [2, 1, 0]


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("1", "a"),
        ("２", "b"),
        ("二", "b"),
        ("B", "b"),
        ("b.", "b"),
        ("选2", "b"),
        ("第二个", "b"),
        ("(1)", "a"),
        ("贷款", "b"),
        ("其他：自助机", {"v": "other", "other": {"other": "自助机"}}),
        ("3 ", "other"),
    ],
)
def test_a_reply_picks_an_option(message: str, value: Json) -> None:
    kind, values = made("single_choice", options=entries("开户", "贷款"), other=True, other_label="其他")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize(
    "message", ["", "0", "4", "Z", "开", "开户贷款", "1和2", "等了2小时", "其他：", "随便"]
)
def test_a_reply_that_picks_nothing_is_not_guessed_at(message: str) -> None:
    kind, values = made("single_choice", options=entries("开户", "贷款"), other=True, other_label="其他")
    assert kind.hear(values, message) is None


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("1,3", ["a", "c"]),
        ("1、3", ["a", "c"]),
        ("1，３", ["a", "c"]),
        ("1 3", ["a", "c"]),
        ("13", ["a", "c"]),
        ("AC", ["a", "c"]),
        ("1和3", ["a", "c"]),
        ("排队、价格", ["a", "c"]),
        ("Long queues", ["d"]),
        ("2", ["b"]),
        ("1,其他：停车", {"v": ["a", "other"], "other": {"other": "停车"}}),
    ],
)
def test_a_reply_picks_several_options(message: str, value: Json) -> None:
    options = entries("排队", "态度", "价格", "Long queues")
    kind, values = made("multi_choice", options=options, other=True, other_label="其他")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize("message", ["1,9", "19", "排队、天气", "", ",", "99"])
def test_one_unclear_part_makes_the_whole_reply_unclear(message: str) -> None:
    kind, values = made("multi_choice", options=entries("排队", "态度", "价格"))
    assert kind.hear(values, message) is None


def test_options_are_read_out_with_numbers() -> None:
    kind, values = made("single_choice", options=entries("开户", "贷款"), other=True)
    chinese = {
        "Reply with the number of your choice:\n%(options)s": "请回复数字：\n%(options)s",
        "Other": "其他",
    }
    said = shown(kind.say(values), lambda message: chinese.get(message, message))
    assert said == "请回复数字：\n1 开户\n2 贷款\n3 其他"
