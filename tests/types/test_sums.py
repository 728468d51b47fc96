"""Several numbers and constant sums."""

from __future__ import annotations

import random
from statistics import fmean
from typing import Any

import pytest

from question_types.base import Invalid
from tests.types.cases import entries, made, totals


def test_several_numbers_are_read_by_row_and_summed() -> None:
    kind, values = made("multi_number", rows=entries("成人", "儿童"), unit="人")
    value = kind.parse(values, {"a": ["２人"], "b": ["三"]})
    assert value == {"a": 2, "b": 3}
    kind.check(values, value)
    assert kind.measure(values, value) == {"": 5, "square": 25, "a": 2, "b": 3}
    assert kind.label_of(values, value) == "成人: 2人; 儿童: 3人"


def test_the_sum_of_decimals_has_no_noise() -> None:
    kind, values = made("multi_number", rows=entries("甲", "乙", "丙"), decimals=1, max_sum=0.6)
    value = {"a": 0.1, "b": 0.2, "c": 0.3}
    kind.check(values, value)
    assert kind.measure(values, value)[""] == 0.6


def test_neither_a_number_nor_the_sum_goes_beyond_its_bounds() -> None:
    kind, values = made("multi_number", rows=entries("甲", "乙"), max=8, max_sum=10)
    kind.check(values, {"a": 8, "b": 2})
    for cell in (9, -1, 1.5, "1", True, None):
        with pytest.raises(Invalid):
            kind.check(values, {"a": cell, "b": 0})
    with pytest.raises(Invalid, match="add up to 11; they may be at most 10"):
        kind.check(values, {"a": 8, "b": 3})


def test_rows_of_numbers_have_their_means() -> None:
    kind, values = made("multi_number", rows=entries("甲", "乙"), min_rows=1)
    dice = random.Random(3)
    answers: list[dict[str, Any]] = [
        {row: dice.randrange(20) for row in "ab" if row == "a" or dice.random() < 0.5} for _ in range(40)
    ]
    summary = kind.summary(values, totals(kind, values, answers))
    for row in summary["rows"]:
        cells = [answer[row["bucket"]] for answer in answers if row["bucket"] in answer]
        assert row["figure"]["value"] == pytest.approx(fmean(cells))
    assert summary["headline"]["value"] == pytest.approx(fmean(sum(answer.values()) for answer in answers))


def test_a_constant_sum_is_exact_and_empty_rows_have_nothing() -> None:
    kind, values = made("constant_sum", rows=entries("价格", "质量", "服务"))
    assert kind.parse(values, {"a": ["60"], "b": ["４０"], "c": [""]}) == {"a": 60, "b": 40}
    kind.check(values, {"a": 60, "b": 40})
    kind.check(values, {"a": 0, "b": 0, "c": 100})
    with pytest.raises(Invalid, match="add up to 99; please make it 100"):
        kind.check(values, {"a": 60, "b": 39})
    for cell in (101, -1, 50.5, "50", True, None):
        with pytest.raises(Invalid):
            kind.check(values, {"a": cell, "b": 50})


def test_means_of_a_constant_sum_make_the_sum() -> None:
    kind, values = made("constant_sum", rows=entries("价格", "质量", "服务"))
    dice = random.Random(8)
    answers = []
    for _ in range(50):
        first = dice.randrange(101)
        second = dice.randrange(101 - first)
        answers.append({"a": first, "b": second, "c": 100 - first - second})
    answers.append({"b": 100})
    summary = kind.summary(values, totals(kind, values, answers))
    means = [row["figure"]["value"] for row in summary["rows"]]
    assert sum(means) == pytest.approx(100)
    assert means[0] == pytest.approx(fmean(answer.get("a", 0) for answer in answers))


@pytest.mark.parametrize("rows", [2, 5, 10, 20])
def test_rows_drawn_by_chance_make_the_sum_now_and_then(rows: int) -> None:
    kind, values = made("constant_sum", rows=entries(*[f"第{i}项" for i in range(rows)]))
    dice = random.Random(1)
    hits = 0
    for _ in range(400):
        drawn = {part.name: dice.choice(part.values) for part in kind.domain(values) if dice.random() < 0.5}
        hits += sum(drawn.values()) == 100
    assert hits > 40
