"""Calculated values: absence, rounding, bounds, and that nothing raises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.engine.conditions import Answer, Facts
from survey_app.engine.expressions import FUNCTIONS, GROUPS, compile_expression, typed, written
from survey_app.engine.rules import check_expression
from survey_app.engine.schema import Item, Schema
from tests.engine.stubs import TYPES

ITEMS = {"N": "score", "M": "score", "T": "text", "S": "several", "D": "day", "Z": "score", "G": "grid"}
SCHEMA = Schema(
    questions={
        code: Item(code, TYPES[kind], {"rows": [], "top": 10}, n)
        for n, (code, kind) in enumerate(ITEMS.items())
    },
    fields={"city": "text"},
    variables={"v": "number"},
)
FACTS = Facts(
    answers={
        "N": Answer("answered", 4),
        "M": Answer("answered", 2.5),
        "T": Answer("answered", "Hello"),
        "S": Answer("answered", ["a", "b"]),
        "D": Answer("answered", "2000-03-11"),
        "Z": Answer("skipped"),
        "G": Answer("answered", {"r1": 3}),
    },
    fields={"city": "上海"},
    variables={"v": 7},
    today=date(2026, 3, 10),
)
N, M, T, S, D, Z = ({"question": code} for code in "NMTSDZ")


def value(tree: Any) -> Any:
    return compile_expression(tree, SCHEMA)(FACTS)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (5, 5),
        ("x", "x"),
        (None, None),
        (N, 4),
        (Z, None),
        ({"question": "G", "row": "r1"}, 3),
        ({"question": "G", "row": "r2"}, None),
        ({"field": "city"}, "上海"),
        ({"field": "nowhere"}, None),
        ({"variable": "v"}, 7),
        ({"add": [N, M, 1]}, 7.5),
        ({"subtract": [N, 1]}, 3),
        ({"multiply": [N, N]}, 16),
        ({"divide": [N, 2]}, 2),
        ({"divide": [N, 3]}, 4 / 3),
        ({"divide": [N, 0]}, None),
        ({"divide": [N, 0.0]}, None),
        ({"modulo": [N, 3]}, 1),
        ({"modulo": [-1, 3]}, 2),
        ({"modulo": [N, 0]}, None),
        ({"add": [N, Z]}, None),
        ({"add": [N, "4"]}, None),
        ({"add": [N, True]}, None),
        ({"sum": [N, M]}, 6.5),
        ({"sum": [N, Z]}, None),
        ({"mean": [N, 2]}, 3.0),
        ({"min": [N, M]}, 2.5),
        ({"max": [N, M]}, 4),
        ({"count": [N, Z, M]}, 2),
        ({"sum": N}, 4),
        ({"sum": [T]}, None),
        ({"sum": [{"each": [N, Z, M]}]}, 6.5),
        ({"mean": [{"each": [Z]}]}, None),
        ({"sum": [{"each": [Z]}]}, 0),
        ({"count": [{"each": [N, Z]}]}, 1),
        ({"round": [2.5]}, 3),
        ({"round": 3.5}, 4),
        ({"round": -2.5}, -3),
        ({"round": [1.005, 2]}, 1.01),
        ({"round": [N, 2]}, 4),
        ({"round": [Z]}, None),
        ({"if": [{"question": "N", "at_least": 4}, "high", "low"]}, "high"),
        ({"if": [{"question": "Z", "at_least": 4}, "high", Z]}, None),
        ({"if": [{"question": "N", "is": 4}, 1, {"divide": [1, 0]}]}, 1),
        ({"concat": [T, " ", N, " ", {"field": "city"}]}, "Hello 4 上海"),
        ({"concat": [T, Z]}, None),
        ({"concat": [2.0, True]}, "2true"),
        ({"lower": T}, "hello"),
        ({"lower": N}, None),
        ({"length": T}, 5),
        ({"length": S}, 2),
        ({"length": N}, None),
        ({"days_between": [D, "2000-03-13"]}, 2),
        ({"days_between": ["2026-03-11", {"today": 0}]}, -1),
        ({"days_between": [T, D]}, None),
        ({"age": D}, 25),
        ({"age": "2000-03-10"}, 26),
        ({"age": "2030-01-01"}, None),
        ({"today": -10}, "2026-02-28"),
        ({"lookup": [N, {"4": "four"}]}, "four"),
        ({"lookup": [N, {"5": "five"}]}, None),
        ({"lookup": [N, {"5": "five"}, "other"]}, "other"),
        ({"lookup": [Z, {"5": "five"}, "other"]}, None),
        ({"lookup": [S, {"a": 2, "b": 3, "c": 9}]}, 5),
        ({"multiply": [1e300, 1e300]}, None),
        ({"multiply": [2**53, 2]}, 2.0**54),
        ({"age": "0001-01-01"}, 2025),
    ],
    ids=repr,
)
def test_an_expression_has_its_value(tree: Any, expected: Any) -> None:
    found = value(tree)
    assert found == expected
    assert type(found) is type(expected)


def test_numbers_cannot_grow_without_end() -> None:
    tree: Any = 10
    for _ in range(10):
        tree = {"multiply": [tree, tree]}
    assert value(tree) is None


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_rounding_is_half_up_of_the_number_as_written(thousandths: int, digits: int) -> None:
    number = thousandths / 1000
    exact = Fraction(thousandths, 1000) * 10**digits
    up = (abs(exact) + Fraction(1, 2)).__floor__() * (1 if exact >= 0 else -1)
    assert value({"round": [number, digits]}) == pytest.approx(up / 10**digits)


@pytest.mark.parametrize(
    ("given_value", "kind", "held"),
    [
        (5, "number", 5),
        ("5", "number", None),
        (True, "number", None),
        (5, "text", "5"),
        (True, "boolean", True),
        (1, "boolean", None),
        (["a"], "set", ["a"]),
        ("a", "set", None),
        ("2026-01-31", "date", "2026-01-31"),
        ("2026-01-31T20:00:00Z", "date", "2026-02-01"),
        ("soon", "date", None),
        (None, "text", None),
    ],
)
def test_a_variable_holds_only_its_kind(given_value: Any, kind: str, held: Any) -> None:
    assert typed(given_value, kind, SCHEMA) == held


@pytest.mark.parametrize(
    ("given_value", "words"),
    [(2.0, "2"), (2.5, "2.5"), (0, "0"), (["a", 1.0], "a, 1"), (None, None), (False, "false")],
)
def test_values_are_written_as_people_write_them(given_value: Any, words: Any) -> None:
    assert written(given_value) == words


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from([N, M, T, S, D, Z])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.dictionaries(
            st.sampled_from([*FUNCTIONS, *GROUPS, "if", "lookup"]),
            st.lists(inner, max_size=3),
            min_size=1,
            max_size=1,
        ),
        st.tuples(inner, inner).map(lambda pair: {"if": [{"question": "N", "is": 4}, *pair]}),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_passes_the_check_has_a_value_json_can_carry(tree: Any) -> None:
    if check_expression(tree, SCHEMA, "here"):
        return
    found = value(tree)
    assert found is None or isinstance(found, bool | int | float | str | list)
