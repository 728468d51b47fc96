"""Cells of tables on the path: hidden rows and columns, wordings, made-up answers."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app import plugins
from survey_app.engine import definition, flow, simulate
from survey_app.engine.plan import Plan, compile_plan

YES = {"question": "Z", "is": "yes"}
COLUMNS: list[dict[str, Any]] = [
    {"id": "n", "label": "次数", "kind": "number"},
    {
        "id": "how",
        "label": "方式",
        "kind": "choice",
        "options": [{"id": "in", "label": "到店"}, {"id": "out", "label": "外卖"}],
        "show": YES,
    },
]
ROWS = [{"id": "app", "label": "应用"}, {"id": "shop", "label": "门店", "show": YES}]


def document(**tables: dict[str, Any]) -> dict[str, Any]:
    asked = [
        {"code": code, "type": kind, "title": code, "settings": settings, "required": True}
        for code, (kind, settings) in tables.items()
    ]
    return {
        "format": 1,
        "title": "Cells",
        "locale": "zh_CN",
        "pages": [
            {"code": "p1", "questions": [{"code": "Z", "type": "yes_no", "title": "Z"}]},
            {"code": "p2", "questions": asked},
        ],
        "endings": [{"code": "end", "title": "End"}],
    }


@pytest.fixture
def plan() -> Plan:
    tables: dict[str, Any] = {
        "X": ("matrix_mixed", {"rows": ROWS, "columns": COLUMNS}),
        "D": ("table_dynamic", {"columns": COLUMNS}),
    }
    found = document(**tables)
    assert [each for each in definition.check(found, plugins.types()) if each.level == "error"] == []
    return compile_plan(found, plugins.types())


def test_hidden_rows_and_columns_are_no_part_of_an_answer(plan: Plan) -> None:
    whole = {"n": 1, "how": "in"}
    given = {"Z": False, "X": {"app": whole, "shop": whole}, "D": [whole, whole]}
    path = flow.walk(plan, given)
    assert path.answers["X"] == {"app": {"n": 1}}
    assert path.answers["D"] == [{"n": 1}, {"n": 1}]
    assert flow.missing(plan, path, "p2") == {}
    assert flow.walk(plan, {**given, "Z": True}).answers == {**given, "Z": True}


def test_shown_columns_are_demanded_and_hidden_ones_are_not(plan: Plan) -> None:
    short = {"X": {"app": {"n": 1}}, "D": [{"n": 1}]}
    for code, value in short.items():
        plan.questions[code].check(value)
    assert flow.missing(plan, flow.walk(plan, {"Z": False, **short}), "p2") == {}
    assert set(flow.missing(plan, flow.walk(plan, {"Z": True, **short}), "p2")) == {"X", "D"}


def test_made_up_respondents_fill_in_tables(plan: Plan) -> None:
    found = list(simulate.respondents(plan, 40, seed=3))
    assert {len(each.answers["X"]) for each in found} == {1, 2}


def test_options_of_a_column_are_translated() -> None:
    source = document(X=("matrix_mixed", {"rows": ROWS[:1], "columns": COLUMNS}))  # type: ignore[arg-type]
    source["translations"] = {"en": {"X.columns.how.options.out.label": "Delivery"}}
    faults = definition.check(source, plugins.types())
    assert [each for each in faults if each.code == "translation"] == []
    columns = definition.localised(source, "en")["pages"][1]["questions"][0]["settings"]["columns"]
    assert columns[1]["options"][1] == {"id": "out", "label": "Delivery"}


def test_a_translated_sentence_may_hold_its_blanks() -> None:
    blanks = {"sentence": "我住在 {city}", "rows": [{"id": "city", "label": "城市"}]}
    source = document(B=("inline_blank", blanks))  # type: ignore[arg-type]
    source["translations"] = {
        "en": {"B.sentence": "I live in {city}, {nowhere}", "B.rows.city.label": "City"}
    }
    found = [each for each in definition.check(source, plugins.types()) if "translations" in each.where]
    assert [each.params["code"] for each in found] == ["nowhere"]
