"""Ratings, recommendations and several choices in rows."""

from __future__ import annotations

import random
from statistics import fmean
from typing import Any

import pytest

from question_types.base import Invalid, QuestionType, Values
from survey_app.engine import statistics
from tests.types.cases import entries, made, totals

ROWS = [{"id": "staff", "label": "态度"}, {"id": "speed", "label": "速度"}, {"id": "place", "label": "环境"}]


def table(key: str, **more: Any) -> tuple[QuestionType, Values]:
    return made(key, rows=ROWS, **more)


def graded(key: str, span: range, n: int = 80) -> list[dict[str, int]]:
    dice = random.Random(key)
    return [{row["id"]: dice.choice(span) for row in ROWS} for _ in range(n)]


def test_a_rating_is_read_by_row() -> None:
    kind, values = table("matrix_rating")
    raw = {"staff": ["５"], "speed": [" 3 "], "place": [""], "ghost": ["1"]}
    assert kind.parse(values, raw) == {"staff": 5, "speed": 3}
    assert kind.parse(values, {"staff": [""]}) is None
    with pytest.raises(Invalid, match="from 1 to 5"):
        kind.parse(values, {"staff": ["好"]})


@pytest.mark.parametrize("cell", [0, 6, True, 3.0, "3", None, [3]])
def test_a_rating_is_a_whole_number_of_the_scale(cell: Any) -> None:
    kind, values = table("matrix_rating", min_rows=1)
    kind.check(values, {"staff": 5})
    with pytest.raises(Invalid, match="from 1 to 5"):
        kind.check(values, {"staff": cell})


@pytest.mark.parametrize("key", ["matrix_rating", "matrix_nps"])
def test_every_row_is_wanted_unless_fewer_are_asked_for(key: str) -> None:
    kind, values = table(key)
    with pytest.raises(Invalid, match="Still open: 环境"):
        kind.check(values, {"staff": 5, "speed": 5})
    kind, values = table(key, min_rows=2)
    kind.check(values, {"staff": 5, "speed": 5})
    with pytest.raises(Invalid, match="at least 2 rows"):
        kind.check(values, {"staff": 5})


def test_each_row_of_ratings_has_its_mean() -> None:
    kind, values = table("matrix_rating")
    answers = graded("a", range(1, 6))
    summary = kind.summary(values, totals(kind, values, answers))
    for row in summary["rows"]:
        grades = [answer[row["bucket"]] for answer in answers]
        assert row["figure"]["value"] == pytest.approx(fmean(grades))
        assert [cell["n"] for cell in row["cells"]] == [grades.count(step) for step in range(1, 6)]
    figure = kind.chart(values, summary)
    assert figure is not None
    trace = figure["data"][0]
    ends = [base + length for base, length in zip(trace["base"], trace["x"], strict=True)]
    assert ends == pytest.approx([row["figure"]["value"] for row in summary["rows"]])


def test_each_row_of_recommendations_has_its_score_and_the_best_is_on_top() -> None:
    kind, values = table("matrix_nps")
    answers = graded("b", range(11))
    summary = kind.summary(values, totals(kind, values, answers))
    for row in summary["rows"]:
        grades = [answer[row["bucket"]] for answer in answers]
        promoters, detractors = sum(g >= 9 for g in grades), sum(g <= 6 for g in grades)
        assert row["figure"]["value"] == pytest.approx(100 * (promoters - detractors) / 80)
        assert row["figure"]["low"] == statistics.nps(promoters, detractors, 80).low
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["x"] == sorted(figure["data"][0]["x"], reverse=True)
    assert not any("-" in text for text in figure["data"][0]["text"]), "a minus, as in all figures"


def test_a_row_counts_its_score_and_group() -> None:
    kind, values = table("matrix_nps", min_rows=1)
    assert kind.measure(values, {"staff": 9}) == {"": 1, "staff": 9, "staff:9": 1, "staff:promoter": 1}


def test_the_same_grade_in_every_row_is_noted_from_three_rows_on() -> None:
    kind, values = table("matrix_rating", min_rows=1)
    assert ":alike" in kind.measure(values, {"staff": 4, "speed": 4, "place": 4})
    assert ":alike" not in kind.measure(values, {"staff": 4, "speed": 4})
    assert ":alike" not in kind.measure(values, {"staff": 4, "speed": 4, "place": 5})


def test_several_columns_of_a_row_are_stored_in_the_authors_order() -> None:
    kind, values = table("matrix_multi", columns=entries("新", "廉", "近"), min_rows=1)
    value = kind.parse(values, {"staff": ["c", "a"], "speed": [""]})
    assert value == {"staff": ["a", "c"]}
    kind.check(values, value)
    assert kind.measure(values, value) == {"": 1, "staff": 1, "staff:a": 1, "staff:c": 1}
    assert kind.label_of(values, value) == "态度: 新, 近"
    with pytest.raises(Invalid, match="options shown"):
        kind.parse(values, {"staff": ["z"]})


@pytest.mark.parametrize("cell", [[], "a", ["a", "a"], ["z"], [1], None, [["a"]]])
def test_only_different_known_columns_are_taken(cell: Any) -> None:
    kind, values = table("matrix_multi", columns=entries("新", "廉"), min_rows=1)
    with pytest.raises(Invalid, match="options shown"):
        kind.check(values, {"staff": cell})


def test_no_more_columns_are_taken_than_allowed() -> None:
    kind, values = table("matrix_multi", columns=entries("新", "廉", "近"), min_rows=1, max=2)
    kind.check(values, {"staff": ["a", "b"]})
    with pytest.raises(Invalid, match="at most 2"):
        kind.check(values, {"staff": ["a", "b", "c"]})


def test_every_column_of_every_row_is_exported() -> None:
    kind, values = table("matrix_multi", columns=entries("新", "廉"), min_rows=1)
    assert [column.name for column in kind.columns("Q1", values)][:3] == [
        "Q1.staff.a",
        "Q1.staff.b",
        "Q1.speed.a",
    ]
    assert kind.cells(values, {"speed": ["b"]}) == [None, None, 0, 1, None, None]


def test_tags_are_one_choice_or_several() -> None:
    kind, values = made("button_choice", options=entries("甲", "乙", "丙"))
    assert kind.parse(values, {"": ["b"]}) == "b"
    kind.check(values, "b")
    with pytest.raises(Invalid):
        kind.check(values, ["b"])
    kind, values = made("button_choice", options=entries("甲", "乙", "丙"), many=True, max=2)
    assert kind.parse(values, {"": ["c", "a"]}) == ["a", "c"]
    assert kind.measure(values, ["a", "c"]) == {"": 1, "a": 1, "c": 1}
    with pytest.raises(Invalid, match="at most 2"):
        kind.check(values, ["a", "b", "c"])


def test_a_long_list_of_choices_behaves_like_tick_boxes() -> None:
    options = [*entries("甲", "乙"), {"id": "none", "label": "都没有", "exclusive": True}]
    kind, values = made("multi_dropdown", options=options)
    assert kind.parse(values, {"": ["b", "a"]}) == ["a", "b"]
    with pytest.raises(Invalid, match="together"):
        kind.check(values, ["a", "none"])


def test_a_profile_runs_through_the_means_between_two_opposites() -> None:
    rows = [
        {"id": "a", "label": "冷淡", "opposite": "热情"},
        {"id": "b", "label": "老旧", "opposite": "现代"},
    ]
    kind, values = made("semantic_diff", rows=rows)
    summary = kind.summary(values, totals(kind, values, [{"a": 1, "b": 5}, {"a": 2, "b": 4}]))
    assert [(row["label"], row["opposite"]) for row in summary["rows"]] == [
        ("冷淡", "热情"),
        ("老旧", "现代"),
    ]
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["x"] == [1.5, 4.5]
    for cell in (0, 6, "3", True):
        with pytest.raises(Invalid, match="from 1 to 5"):
            kind.check(values, {"a": cell, "b": 1})
