"""Cascading choices: the tree an author writes, the paths through it, the boxes it is drawn as."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from question_types import _trees
from question_types.base import Invalid, Json
from tests.types.cases import made, totals

TREE = """
east 华东
  sh 上海
    xuhui 徐汇店
    jingan 静安店
  hz 杭州
south 华南
\tgz 广州
\t\ttianhe 天河店
"""


def test_a_tree_is_read_as_it_is_indented() -> None:
    tree = _trees.tree(TREE)
    assert tree.problems == []
    assert tree.way("jingan") == ("east", "sh", "jingan")
    assert tree.way("tianhe") == ("south", "gz", "tianhe")
    assert tree.below[""] == ["east", "south"]
    assert tree.leaf("hz")
    assert tree.depth() == 3
    assert tree.levels()[1] == [("east", ["sh", "hz"]), ("south", ["gz"])]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least two lines"),
        ("a A", "at least two lines"),
        ("a A\nb", "Line 2: write an id"),
        ("a A\n1b B", "Line 2: write an id"),
        ("a A\nb " + "x" * 101, "Line 2: write an id"),
        ("a A\na B", "“a” is used twice"),
        ("a A\nb A", "“A” stands twice"),
        ("a A\n    b B\n  c C", "Line 3: it is indented like no line"),
        ("\n".join(" " * i + f"n{i} N" for i in range(6)), "Line 6: a tree may have 5 levels"),
        ("\n".join(f"n{i} N{i}" for i in range(2001)), "2000 entries"),
    ],
)
def test_what_is_wrong_with_a_tree_is_said_by_line(text: str, sentence: str) -> None:
    kind, values = made("cascader", nodes=text)
    assert [problem for problem in kind.problems(values) if sentence in problem]


def test_two_thousand_entries_on_five_levels_are_allowed() -> None:
    lines = [f"{'  ' * (i % 5)}n{i} N{i}" for i in range(2000)]
    kind, values = made("cascader", nodes="\n".join(lines))
    assert kind.problems(values) == []
    assert len(kind.buckets(values)) == 2000


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"l1": ["east"], "l2": ["sh"], "l3": ["xuhui"]}, ["east", "sh", "xuhui"]),
        ({"l3": ["xuhui"]}, ["east", "sh", "xuhui"]),
        ({"l1": ["east"], "l2": ["hz"]}, ["east", "hz"]),
        ({"": ["east", "hz"]}, ["east", "hz"]),
        ({"": ["上海/徐汇店"]}, ["east", "sh", "xuhui"]),
        ({"": [""], "l1": [""]}, None),
    ],
)
def test_levels_are_put_together(raw: dict[str, list[str]], value: Json) -> None:
    kind, values = made("cascader", nodes=TREE)
    assert kind.parse(values, raw) == value


def test_levels_that_do_not_belong_together_are_refused() -> None:
    kind, values = made("cascader", nodes=TREE)
    with pytest.raises(Invalid, match="do not belong together"):
        kind.parse(values, {"l1": ["south"], "l2": ["sh"], "l3": ["xuhui"]})


@pytest.mark.parametrize(
    "value",
    [["east"], ["east", "sh"], ["sh", "xuhui"], ["east", "xuhui"], ["xuhui"], [], ["x"], "east", [[]]],
)
def test_only_whole_paths_are_stored(value: Json) -> None:
    kind, values = made("cascader", nodes=TREE)
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_a_path_may_end_early_where_the_author_allows_it() -> None:
    kind, values = made("cascader", nodes=TREE, full=False)
    for value in (["east"], ["east", "sh"], ["east", "sh", "xuhui"]):
        kind.check(values, value)
    assert len(kind.domain(values)[0].values) == 8


def test_an_answer_counts_on_every_level() -> None:
    kind, values = made("cascader", nodes=TREE, levels="大区，城市")
    assert kind.measure(values, ["east", "sh", "xuhui"]) == {"": 1, "east": 1, "sh": 1, "xuhui": 1}
    assert kind.buckets(values)["xuhui"] == "华东 / 上海 / 徐汇店"
    assert [str(column.label) for column in kind.columns("Q1", values)] == ["大区", "城市", "Level 3"]
    assert kind.cells(values, ["east", "hz"]) == ["east", "hz", None]


@pytest.mark.parametrize("message", ["徐汇店", "上海 徐汇店", "华东/上海/徐汇店", "XUHUI"])
def test_a_reply_names_an_entry(message: str) -> None:
    kind, values = made("cascader", nodes=TREE)
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == ["east", "sh", "xuhui"]


@pytest.mark.parametrize("message", ["上海", "广州徐汇店", "店", "", "华东"])
def test_a_reply_that_is_not_clear_is_not_guessed(message: str) -> None:
    kind, values = made("cascader", nodes=TREE)
    assert kind.hear(values, message) is None


def test_boxes_are_as_large_as_their_counts_and_lie_in_their_parents() -> None:
    kind, values = made("cascader", nodes=TREE)
    dice = random.Random(5)
    answers = [list(dice.choice(kind.domain(values)[0].values)) for _ in range(200)]
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers)))
    assert figure is not None
    (trace,) = figure["data"]
    counted = Counter(id for path in answers for id in path)
    assert dict(zip(trace["ids"], trace["values"], strict=True)) == dict(counted)
    for id, parent in zip(trace["ids"], trace["parents"], strict=True):
        assert parent == _trees.tree(TREE).parents[id]
        assert parent in trace["ids"] or parent == ""
