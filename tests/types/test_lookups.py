"""Long lists that are searched, and pickers of the organisation's members."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from question_types.base import Invalid
from question_types.lookup_choice import listed
from tests.types.cases import entries, made, totals

LIST = "021001 上海徐汇店\n021002，上海静安店\n010001\t北京朝阳店\nA-7  Corner Shop"


def test_a_list_may_be_written_or_pasted() -> None:
    known = listed(LIST)
    assert known.problems == []
    assert list(known.labels) == ["021001", "021002", "010001", "A-7"]
    assert known.labels["021002"] == "上海静安店"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least two lines"),
        ("a A\n徐汇店", "Line 2: write a code"),
        ("a A\na B", "“a” is used twice"),
        ("a A\nb A", "“A” stands in the list already"),
        ("\n".join(f"n{i} N{i}" for i in range(5001)), "5000 entries"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_by_line(text: str, sentence: str) -> None:
    kind, values = made("lookup_choice", entries=text)
    assert [problem for problem in kind.problems(values) if sentence in problem]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("021001", "021001"),
        ("０２１００１", "021001"),
        ("上海徐汇店", "021001"),
        ("上海 徐汇店", "021001"),
        ("021001 上海徐汇店", "021001"),
        ("静安", "021002"),
        ("corner shop", "A-7"),
        ("CORNER", "A-7"),
    ],
)
def test_an_entry_is_found_by_code_label_or_part(text: str, code: str) -> None:
    kind, values = made("lookup_choice", entries=LIST)
    assert kind.parse(values, {"": [text]}) == code
    raw = kind.hear(values, text)
    assert raw is not None
    assert kind.parse(values, raw) == code


def test_what_fits_several_entries_is_asked_about() -> None:
    kind, values = made("lookup_choice", entries=LIST)
    with pytest.raises(Invalid, match="上海徐汇店, 上海静安店"):
        kind.parse(values, {"": ["上海"]})
    with pytest.raises(Invalid, match="not in the list"):
        kind.parse(values, {"": ["广州"]})
    assert kind.hear(values, "上海") is None


def test_the_state_of_the_list_goes_with_every_exported_answer() -> None:
    kind, values = made("lookup_choice", entries=LIST)
    assert kind.cells(values, "021001") == ["021001", listed(LIST).version]
    assert listed(LIST).version == listed(LIST.replace("\t", " ")).version, "spacing says nothing"
    assert listed(LIST).version != listed(LIST + "\nB1 New").version
    named, other = made("lookup_choice", entries=LIST, version="2025-06")
    assert named.cells(other, "021001") == ["021001", "2025-06"]


def test_five_thousand_entries_are_read_and_searched_quickly() -> None:
    text = "\n".join(f"{i:05d} 第{i}家分店" for i in range(5000))
    began = time.process_time()
    kind, values = made("lookup_choice", entries=text)
    assert kind.problems(values) == []
    assert kind.parse(values, {"": ["第4999家分店"]}) == "04999"
    assert time.process_time() - began < 5


def test_the_most_chosen_entries_are_drawn() -> None:
    text = "\n".join(f"c{i} 店{i}号" for i in range(60))
    kind, values = made("lookup_choice", entries=text)
    dice = random.Random(60)
    answers = [f"c{int(dice.random() ** 2 * 60)}" for _ in range(500)]
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers)))
    assert figure is not None
    assert figure["data"][0]["customdata"] == sorted(Counter(answers).values(), reverse=True)[:20]


def test_members_stand_in_a_league_table_with_equal_places_for_equals() -> None:
    kind, values = made("member_pick", options=entries("徐汇店", "静安店", "浦东店", "虹口店"))
    answers = ["a"] * 3 + ["b"] * 5 + ["c"] * 3
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers)))
    assert figure is not None
    assert figure["layout"]["yaxis"]["ticktext"] == ["1. 静安店", "2. 徐汇店", "2. 浦东店", "4. 虹口店"]
    assert figure["data"][0]["text"] == ["5 · 45%", "3 · 27%", "3 · 27%", "0 · 0%"]


def test_members_are_one_or_several() -> None:
    one, single = made("member_pick", options=entries("徐汇店", "静安店"))
    several, many = made("member_pick", options=entries("徐汇店", "静安店"), many=True)
    assert one.parse(single, {"": ["b"]}) == "b"
    assert several.parse(many, {"": ["b", "a"]}) == ["a", "b"]
