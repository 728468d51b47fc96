"""Matrices."""

from __future__ import annotations

from typing import Any

import pytest

from question_types.base import Invalid, QuestionType, Values
from tests.types.cases import entries, made, totals


def matrix(**more: Any) -> tuple[QuestionType, Values]:
    rows = [{"id": "staff", "label": "态度"}, {"id": "speed", "label": "速度"}]
    return made("matrix_single", rows=rows, columns=entries("差", "好"), **more)


def test_rows_are_stored_by_their_ids() -> None:
    kind, values = matrix()
    assert kind.parse(values, {"staff": ["b"], "speed": ["a"], "ghost": ["a"]}) == {
        "staff": "b",
        "speed": "a",
    }
    assert kind.parse(values, {"staff": [""], "speed": []}) is None


def test_a_row_and_its_column_are_counted() -> None:
    kind, values = matrix()
    assert kind.measure(values, {"staff": "b", "speed": "a"}) == {
        "": 1,
        "staff": 1,
        "staff:b": 1,
        "speed": 1,
        "speed:a": 1,
    }


def test_all_rows_are_wanted_unless_fewer_are_asked_for() -> None:
    kind, values = matrix()
    with pytest.raises(Invalid, match=r"every row\. Still open: 速度"):
        kind.check(values, {"staff": "a"})
    kind, values = matrix(min_rows=1)
    kind.check(values, {"staff": "a"})
    assert all(part.optional for part in kind.domain(values))


def test_rows_that_were_not_shown_are_not_missed() -> None:
    """Hidden rows are taken out of the settings before an answer is checked."""
    kind, values = matrix(min_rows=2)
    kind.check({**values, "rows": values["rows"][:1]}, {"staff": "a"})


def test_rows_must_differ_where_that_is_asked() -> None:
    kind, values = matrix(different=True)
    kind.check(values, {"staff": "a", "speed": "b"})
    with pytest.raises(Invalid, match="different answer"):
        kind.check(values, {"staff": "a", "speed": "a"})


@pytest.mark.parametrize(
    "value", [{}, [], "a", {"staff": ["a"]}, {"staff": "z"}, {"ghost": "a"}, {"staff": None}, {"staff": True}]
)
def test_only_known_rows_and_columns_are_taken(value: Any) -> None:
    kind, values = matrix(min_rows=1)
    with pytest.raises(Invalid, match="options shown"):
        kind.check(values, value)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"rows": []}, "Give at least one row."),
        ({"columns": entries("差")}, "Give at least two columns."),
        ({"min_rows": 3}, "More rows are demanded than there are."),
        (
            {"different": True, "rows": entries("一", "二", "三")},
            "There are too few columns for a different one",
        ),
    ],
)
def test_authors_are_told_what_is_wrong_with_their_matrix(more: dict[str, Any], problem: str) -> None:
    given = {"rows": entries("一", "二"), "columns": entries("差", "好"), **more}
    kind, values = made("matrix_single", **given)
    assert any(each.startswith(problem) for each in kind.problems(values))


def test_shares_are_of_the_answers_to_each_row() -> None:
    kind, values = matrix(min_rows=1)
    answers = [{"staff": "b"}, {"staff": "b", "speed": "a"}, {"staff": "a", "speed": "a"}]
    summary = kind.summary(values, totals(kind, values, answers))
    assert [row["n"] for row in summary["rows"]] == [3, 2]
    assert [cell["share"] for cell in summary["rows"][0]["cells"]] == pytest.approx([1 / 3, 2 / 3])
    assert [cell["share"] for cell in summary["rows"][1]["cells"]] == [1, 0]
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["z"] == [pytest.approx([1 / 3, 2 / 3]), [1, 0]]


def test_one_column_per_row_is_exported() -> None:
    kind, values = matrix()
    assert [column.name for column in kind.columns("Q1", values)] == ["Q1.staff", "Q1.speed"]
    assert kind.cells(values, {"speed": "a"}) == [None, "a"]


def test_an_answer_in_words_names_every_row() -> None:
    kind, values = matrix()
    assert kind.label_of(values, {"staff": "b", "speed": "a"}) == "态度: 好; 速度: 差"
