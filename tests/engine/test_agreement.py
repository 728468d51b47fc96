"""What the comparison of the two interpreters taught: each case once came out differently on the phone, or
not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from survey_app import plugins
from survey_app.engine import definition
from survey_app.engine.browser import browser_plan
from survey_app.engine.conditions import compile_condition
from survey_app.engine.expressions import compile_expression, figure
from survey_app.engine.facts import Facts
from survey_app.engine.flow import walk
from survey_app.engine.operators import fold
from survey_app.engine.plan import Plan, compile_plan

TODAY = date(2026, 3, 10)
ABC = [{"id": id, "label": id.upper()} for id in "abc"]


def ask(code: str, kind: str, settings: Any = None, **rules: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "title": code, "settings": settings or {}, **rules}


def document(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    pages = [{"code": "p1", "questions": list(questions)}]
    return {**definition.blank("t"), "pages": pages, **more}


def plan(*questions: dict[str, Any], **more: Any) -> Plan:
    made = document(*questions, **more)
    assert [
        each.sentence() for each in definition.check(made, plugins.types()) if each.level == "error"
    ] == []
    return compile_plan(made, plugins.types())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ＡＢＣ", "abc"),
        ("a\u3000 b", "A B"),
        ("İ", "i̇"),
    ],
)
def test_texts_that_differ_in_case_width_or_space_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_set_of_records_may_be_asked_whether_it_is_exactly_something() -> None:
    columns = [{"id": "name", "label": "N", "kind": "text"}, {"id": "age", "label": "A", "kind": "number"}]
    made = plan(ask("Q1", "table_dynamic", {"columns": columns, "max_rows": 3}))
    path = walk(made, {"Q1": [{"name": "x", "age": 3}]}, today=TODAY)
    assert not compile_condition({"question": "Q1", "exactly": ["x"]}, made.schema)(path.facts)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2026-03-10", "2026-03-10"),
        ("2026-03-10T23:30:00+00:00", "2026-03-11"),
        ("2026-13-40", None),
        ("soon", None),
    ],
)
def test_a_date_field_is_a_day_of_the_surveys_calendar_or_absent(given: str, day: str | None) -> None:
    made = plan(ask("Q1", "nps"), fields=[{"code": "since", "type": "date", "from": "url"}])
    assert walk(made, {}, {"since": given}, today=TODAY).facts.fields.get("since") == day


def test_a_row_somebody_does_not_see_is_not_answered() -> None:
    rows = [{"id": "r1", "label": "1"}, {"id": "r2", "label": "2", "show": {"question": "Q1", "is": 10}}]
    made = plan(ask("Q1", "nps"), ask("Q2", "matrix_nps", {"rows": rows}))
    path = walk(made, {"Q1": 3, "Q2": {"r1": 5}}, today=TODAY)
    condition = compile_condition({"question": "Q2", "row": "r2", "answered": False}, made.schema)
    assert condition(path.facts)


def test_what_a_lookup_says_otherwise_is_worked_out_too() -> None:
    made = plan(ask("Q1", "nps"))
    tree = {"lookup": [{"question": "Q1"}, {"1": "one"}, {"concat": ["no ", {"question": "Q1"}]}]}
    formula = compile_expression(tree, made.schema)
    found = [formula(walk(made, {"Q1": n}, today=TODAY).facts) for n in (1, 2)]
    assert found == ["one", "no 2"]
    assert formula(Facts()) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1e16, "10000000000000000"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (1e21, "1e+21"),
        (-0.0, "0"),
        (2.5, "2.5"),
    ],
)
def test_a_number_is_written_as_the_phone_writes_it(number: float, words: str) -> None:
    assert figure(number) == words


@pytest.mark.parametrize("operator", ["is", "is_not", "in", "equals"])
def test_a_set_is_no_single_value_to_compare_with(operator: str) -> None:
    thing = {"question": "Q1"}
    when = {"question": "Q2", operator: [thing] if operator == "in" else thing}
    made = document(
        ask("Q1", "multi_choice", {"options": ABC}), ask("Q2", "nps"), ask("Q3", "nps", show=when)
    )
    found = [each.code for each in definition.check(made, plugins.types()) if each.level == "error"]
    assert found == ["operand"]


def test_a_week_is_no_day() -> None:
    made = document(ask("Q1", "date"), ask("Q2", "nps", show={"question": "Q1", "after": "2026-W10-2"}))
    assert [each.code for each in definition.check(made, plugins.types()) if each.level == "error"] == [
        "operand"
    ]


def test_the_browser_is_told_kinds_of_variables_and_lists_that_may_run_empty() -> None:
    some = {"options": [{**each, "show": {"question": "Q1", "is": "yes"}} for each in ABC]}
    made = plan(
        ask("Q1", "yes_no"),
        ask("Q2", "single_choice", some),
        ask("Q3", "single_choice", {**some, "other": True}),
        ask("Q4", "thumbs"),
        variables=[{"code": "v", "type": "text", "value": {"question": "Q4"}}],
    )
    told = browser_plan(made)
    assert told["variables"] == {"v": {"as": ["text", {"question": "Q4"}]}}
    assert told["questions"]["Q2"]["lists"] == [["a", "b", "c"]]
    assert "lists" not in told["questions"]["Q3"]
    assert [told["questions"][code]["ops"] for code in ("Q1", "Q4")] == ["QB", "QN"]
