"""Cards in groups, and the best and the worst of sets."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from question_types import _designs
from question_types.base import Invalid, Json, QuestionType, Values
from tests.types.cases import entries, made, totals
from tests.types.test_comments import holds


def cards(**more: Any) -> tuple[QuestionType, Values]:
    rows = entries("转账", "缴费", "基金")
    return made("card_sort", rows=rows, columns=entries(daily="日常", wealth="理财"), **more)


def sets(many: int = 5, **more: Any) -> tuple[QuestionType, Values]:
    return made("maxdiff", items=entries(*"甲乙丙丁戊己庚辛壬癸"[:many]), **more)


def answered(kind: Any, values: Values, dice: random.Random) -> dict[str, dict[str, str]]:
    found = {}
    for set_, ids in kind.sets(values).items():
        best, worst = dice.sample(ids, 2)
        found[set_] = {"best": best, "worst": worst}
    return found


def test_every_card_is_stored_with_its_group() -> None:
    kind, values = cards()
    value = kind.parse(values, {"a": ["daily"], "b": ["daily"], "c": ["wealth"]})
    assert value == {"a": "daily", "b": "daily", "c": "wealth"}
    kind.check(values, value)
    assert kind.measure(values, value)["c:wealth"] == 1
    with pytest.raises(Invalid, match="Still open: 基金"):
        kind.check(values, {"a": "daily", "b": "daily"})


def test_conditions_ask_for_the_group_of_a_card() -> None:
    kind, values = cards(min_rows=1)
    value = {"a": "daily", "c": "wealth"}
    assert holds(kind, values, value, row="a", **{"is": "daily"})
    assert holds(kind, values, value, row="any", **{"in": ["wealth"]})
    assert not holds(kind, values, value, row="every", **{"is": "daily"})
    assert not holds(kind, values, value, row="b", **{"is_not": "daily"})
    assert holds(kind, values, value, count=2)


def test_cards_of_one_group_stand_together_and_agreement_is_told() -> None:
    kind, values = cards()
    answers = [
        {"a": "wealth", "b": "daily", "c": "wealth"},
        {"a": "wealth", "b": "daily", "c": "daily"},
        {"a": "wealth", "b": "daily", "c": "wealth"},
        {"a": "daily", "b": "daily", "c": "wealth"},
    ]
    summary = kind.summary(values, totals(kind, values, answers))
    assert summary["headline"]["value"] == pytest.approx(100 * (3 + 4 + 3) / 12)
    assert summary["headline"]["low"] is None
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["layout"]["yaxis"]["ticktext"] == ["缴费", "转账", "基金"]
    assert figure["data"][0]["z"] == [[1, 0], [0.25, 0.75], [0.25, 0.75]]
    assert figure["data"][0]["customdata"] == [[4, 0], [1, 3], [1, 3]]


DESIGNS = [
    (items, size, times)
    for size in range(2, 7)
    for items in range(size, 17)
    for times in range(1, 5)
    if _designs.count(items, size, times) <= 30
]


@pytest.mark.parametrize(("items", "size", "times"), DESIGNS)
def test_a_design_shows_all_items_equally_often_and_repeats_no_pair_needlessly(
    items: int, size: int, times: int
) -> None:
    found = _designs.design(items, size, times)
    assert len(found) == _designs.count(items, size, times)
    assert all(len(set(each)) == size for each in found)
    shown = Counter(item for each in found for item in each)
    assert shown == dict.fromkeys(range(items), _designs.shows(items, size, times))
    assert times <= _designs.shows(items, size, times) < times + size
    met = Counter(frozenset(pair) for each in found for pair in combinations(each, 2))
    assert max(met.values()) <= _designs.ceiling(items, size, times) + 1


def test_a_design_is_the_same_every_time() -> None:
    _designs.design.cache_clear()
    first = _designs.design(7, 3, 3)
    _designs.design.cache_clear()
    assert _designs.design(7, 3, 3) == first
    met = Counter(frozenset(pair) for each in first for pair in combinations(each, 2))
    assert set(met.values()) == {1}  # seven sets in which every pair meets once: the Fano plane
    assert len(met) == 21


def test_a_best_and_a_worst_of_every_set_are_stored() -> None:
    kind, values = sets()
    value = answered(kind, values, random.Random(1))
    raw = kind.refill(values, value)
    assert raw["s1.best"] == [value["s1"]["best"]]
    assert kind.parse(values, raw) == value
    kind.check(values, value)
    assert kind.cells(values, value) == [value[s][end] for s in value for end in ("best", "worst")]


def test_an_answer_in_words_names_what_was_chosen_as_it_stood() -> None:
    kind, values = sets(4, size=4, times=1, best_label="最好", worst_label="最差")
    assert kind.label_of(values, {"s1": {"best": "c", "worst": "b"}}) == "最差: 乙; 最好: 丙"


def test_every_set_wants_two_different_options_of_its_own() -> None:
    kind, values = sets()
    good = answered(kind, values, random.Random(1))
    ids = {each["id"] for each in values["items"]}
    (missing,) = ids - set(kind.sets(values)["s1"])  # type: ignore[attr-defined]
    best = good["s1"]["best"]
    for wrong, sentence in (
        ({}, "best and the worst"),
        ({"best": best}, "best and the worst"),
        ({"best": best, "worst": best}, "cannot be the same"),
        ({"best": missing, "worst": best}, "options shown"),
        ({"best": [best], "worst": best}, "options shown"),
        ({"best": best, "worst": None}, "options shown"),
        (best, "options shown"),
        ({**good["s1"], "more": best}, "options shown"),
    ):
        with pytest.raises(Invalid, match=sentence):
            kind.check(values, {**good, "s1": wrong})
    for value in ({}, [], {**good, "s99": good["s1"]}, {k: v for k, v in good.items() if k != "s2"}):
        with pytest.raises(Invalid):
            kind.check(values, value)


@pytest.mark.parametrize(("many", "size", "times"), [(5, 4, 3), (6, 3, 2), (9, 5, 2), (4, 4, 1)])
def test_utilities_are_what_counting_by_hand_gives(many: int, size: int, times: int) -> None:
    kind, values = sets(many, size=size, times=times)
    dice = random.Random(many)
    answers = [answered(kind, values, dice) for _ in range(40)]
    summary = kind.summary(values, totals(kind, values, answers))
    shown = [
        (ids, ends)
        for answer in answers
        for ids, ends in zip(_sets(kind, values), answer.values(), strict=True)
    ]
    for row in summary["rows"]:
        id_ = row["bucket"].partition(":")[0]
        best = sum(ends["best"] == id_ for _, ends in shown)
        worst = sum(ends["worst"] == id_ for _, ends in shown)
        times_shown = sum(id_ in ids for ids, _ in shown)
        assert (row["best"], row["worst"], row["shown"]) == (best, worst, times_shown)
        assert row["value"] == pytest.approx((best - worst) / times_shown)
        assert row["n"] == sum(any(e["best"] == id_ for e in answer.values()) for answer in answers)
    assert sum(row["value"] for row in summary["rows"]) == pytest.approx(0)


def _sets(kind: Any, values: Values) -> list[list[str]]:
    return list(kind.sets(values).values())


def test_bars_go_to_the_side_people_chose() -> None:
    kind, values = sets(4, size=4, times=1, best_label="最好", worst_label="最差")
    answers: list[Json] = [{"s1": {"best": "a", "worst": "b"}}] * 3 + [{"s1": {"best": "b", "worst": "c"}}]
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers)))
    assert figure is not None
    worst, best, sums = figure["data"]
    assert (worst["name"], best["name"]) == ("最差", "最好")
    assert best["x"] == [0.75, 0, 0, 0.25]
    assert worst["x"] == [0, 0, -0.25, -0.75]
    assert sums["text"] == ["<b>+0.75</b>", "<b>+0.00</b>", "<b>−0.25</b>", "<b>−0.50</b>"]


def test_conditions_ask_whether_an_option_was_ever_the_best() -> None:
    kind, values = sets(4, size=4, times=1)
    value = {"s1": {"best": "a", "worst": "b"}}
    assert holds(kind, values, value, **{"is": "a:best"})
    assert holds(kind, values, value, **{"in": ["c:best", "b:worst"]})
    assert holds(kind, values, value, is_not="a:worst")


@pytest.mark.parametrize(
    ("many", "more", "problem"),
    [
        (2, {}, "Give at least three options."),
        (3, {}, "A set shows more options than there are."),
        (10, {"size": 3, "times": 6}, ""),
    ],
)
def test_settings_that_give_no_sets_are_told(many: int, more: dict[str, Any], problem: str) -> None:
    kind, values = sets(many, **more)
    assert (problem in kind.problems(values)) is bool(problem)
    assert bool(kind.domain(values)) is not bool(problem)


def test_too_many_sets_are_told_and_not_worked_out() -> None:
    kind, values = made("maxdiff", items=entries(*map(str, range(20))), size=3, times=6)
    assert any("40 sets" in problem for problem in kind.problems(values))
    assert kind.domain(values) == ()
