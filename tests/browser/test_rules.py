"""What the rule builder writes is what the check accepts, and all of it can be clicked."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page

from survey_app import plugins
from survey_app.engine.expressions import ARITY, GROUPS
from survey_app.engine.operators import LEGAL, STATES, legal
from survey_app.engine.rules import check_condition, check_expression
from survey_app.engine.schema import LETTERS
from survey_app.engine.shapes import FIELD_TYPES, VARIABLE_TYPES
from survey_app.engine.structure import Inspection
from survey_app.services import palette
from survey_app.web import wording

SCRIPT = """async ({scripts, document, types, facts, words}) => {
  const { useWords } = await import(`${scripts}/words.js`);
  const { comparisonOf, narrowed, widened, withOperator } = await import(`${scripts}/conditions.js`);
  const { operators, valueKind } = await import(`${scripts}/operators.js`);
  const { ofRow, subjects } = await import(`${scripts}/subjects.js`);
  const { partners, reference } = await import(`${scripts}/values.js`);
  useWords(words);
  const designer = { store: { doc: document }, types: new Map(types), facts: (asked) => facts[asked?.code] ?? {} };
  const found = [];
  const places = { here: { before: "in2" }, later: { before: "last" }, own: { upto: "last" }, page: { through: "turns" }, quota: {} };
  for (const [place, where] of Object.entries(places)) {
    const known = subjects(designer, where);
    for (const subject of known) {
      const rows = subject.letters.includes("R") ? ["", "any", "every", ...subject.rows.slice(0, 4).map(({ id }) => id)] : [""];
      const rounds = subject.turns?.length ? [...(subject.here ? [""] : []), "any", "every", subject.turns[0].id] : [""];
      for (const row of rows) for (const round of rounds) {
        const seen = ofRow(subject, row);
        const { [subject.kind]: code, row: r, iteration } = comparisonOf(subject, row, round);
        const base = { [subject.kind]: code, ...(r ? { row: r } : {}), ...(iteration ? { iteration } : {}) };
        const offered = operators(seen).map(([name]) => name);
        for (const name of offered) {
          const tree = withOperator(base, name, seen);
          found.push({ place, row, code, kind: subject.kind, name, tree });
          if (JSON.stringify(narrowed(widened(tree)) ?? tree) !== JSON.stringify(tree)) throw new Error(name);
          if (subject.kind !== "quota") found.push({ place, row, code, kind: "", name, tree: widened(tree) });
          for (const other of name.includes(":") ? [] : partners(valueKind(name, seen), seen, known).slice(0, 3))
            found.push({ place, row, code, kind: "", name, tree: { ...base, [name]: name === "between" ? [reference(other), reference(other)] : reference(other) } });
        }
      }
    }
  }
  const { fresh, kinds } = await import(`${scripts}/expressions.js`);
  const calculations = [];
  for (const [place, where] of Object.entries(places)) {
    const context = { designer, where, known: subjects(designer, where) };
    for (const [kind] of kinds().filter(([name]) => name !== "json"))
      for (const [held] of kinds().filter(([name]) => name !== "json")) {
        const tree = fresh(context, kind, fresh(context, held, 0));
        calculations.push({ place, kind, tree });
      }
  }
  return { found, calculations };
}"""

ON_PURPOSE = {"boolean": {"in", "not_in"}}
"""Operators that are not offered: one of two values is a plain “is”."""


def everything() -> dict[str, Any]:
    """A document with every question type that holds an answer, twice over in a loop, and every field."""
    kinds = [kind for kind in plugins.types().values() if kind.collects]
    asked = [
        {
            "code": f"q_{kind.key}",
            "type": kind.key,
            "title": kind.key,
            "settings": dict(kind.examples[0].settings),
        }
        for kind in kinds
    ]
    picked = [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]
    loop = [
        {"code": "in1", "type": "nps", "title": "一"},
        {
            "code": "in2",
            "type": "matrix_single",
            "title": "二",
            "settings": asked_settings(asked, "q_matrix_single"),
        },
    ]
    pages: list[dict[str, Any]] = [
        {"code": "first", "questions": asked},
        {"code": "pick", "questions": [{"code": "over", "type": "multi_choice", "title": "选", "settings": {"options": picked}}]},
        {"code": "turns", "loop": {"over": {"question": "over", "pick": "chosen"}, "max": 2}, "questions": loop},
        {"code": "end", "questions": [{"code": "last", "type": "number", "title": "尾"}]},
    ]  # fmt: skip
    fields = [("city", "text"), *((f"f_{kind}", kind) for kind in FIELD_TYPES)]
    variables = [("total", "number"), *((f"v_{kind}", kind) for kind in VARIABLE_TYPES)]
    return {
        "format": 1,
        "title": "全部题型",
        "locale": "zh_CN",
        "fields": [{"code": code, "type": kind, "from": "url"} for code, kind in fields],
        "variables": [{"code": code, "type": kind, "value": {"field": "f_text"}} for code, kind in variables],
        "pages": pages,
        "endings": [{"code": "thanks", "title": "谢谢"}],
        "quotas": [
            {"code": "full", "when": {"field": "f_text", "is": "x"}, "limit": 3, "then": {"go": "thanks"}}
        ],
    }


def asked_settings(asked: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return dict(next(each["settings"] for each in asked if each["code"] == code))


@pytest.fixture
def written(app: Flask, visit: Callable[..., Page]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document, and everything that can be clicked together in it."""
    document = everything()
    page = visit("/login")
    with app.test_request_context():
        scripts = url_for("static", filename="designer")
        facts, types = palette.facts(document), palette.toolbox()
    found = page.evaluate(
        SCRIPT,
        {
            "scripts": scripts,
            "document": document,
            "types": [[each["key"], each] for each in types],
            "facts": facts,
            "words": {message: message for message in wording.DESIGNER},
        },
    )
    return document, found


def filled(tree: Any) -> Any:
    """A condition whose texts somebody has typed."""
    if isinstance(tree, dict):
        return {key: filled(value) for key, value in tree.items()}
    return [filled(each) for each in tree] if isinstance(tree, list) else "x" if tree == "" else tree


def test_the_check_accepts_all_that_is_offered_and_all_it_accepts_is_offered(written: Any) -> None:
    document, told = written
    found = told["found"]
    inspection = Inspection(plugins.types())
    findings = inspection.findings(document)
    assert [each.sentence() for each in findings if each.level == "error"] == []
    schema = inspection.draft.schema
    places = standing(schema)
    wrong = [
        (each["place"], each["tree"], [(fault.code, fault.sentence()) for fault in faults])
        for each in found
        if (faults := check_condition(filled(each["tree"]), schema, "x", *places[each["place"]]))
        if any(fault.level == "error" for fault in faults) and not (all(fault.code == "unknown_value" for fault in faults) and '"x"' in repr(filled(each["tree"])).replace("'", '"'))
    ]  # fmt: skip
    assert wrong[:20] == []
    assert len(found) > 3_000
    assert missing(found, schema) == {}


def standing(schema: Any) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    """What has been asked at each place, and the loop around it."""
    loop, last = schema.questions["in1"].loop, schema.questions["last"].position
    first, second = (schema.questions[code].position for code in ("in1", "in2"))
    return {
        "here": (first, loop),
        "later": (last - 1, ()),
        "own": (last, ()),
        "page": (second, loop),
        "quota": (None, ()),
    }


def test_the_check_accepts_every_calculation_that_is_offered(written: Any) -> None:
    document, told = written
    inspection = Inspection(plugins.types())
    inspection.findings(document)
    schema = inspection.draft.schema
    places = standing(schema)
    wrong = [
        (each["place"], each["tree"], [fault.sentence() for fault in faults])
        for each in told["calculations"]
        if (faults := check_expression(each["tree"], schema, "x", *places[each["place"]]))
    ]
    assert wrong == []
    names = {name for each in told["calculations"] if isinstance(each["tree"], dict) for name in each["tree"]}
    assert names >= {*ARITY, *GROUPS, "today"}


def missing(found: list[dict[str, Any]], schema: Any) -> dict[tuple[str, str, str], set[str]]:
    """Operators the check accepts and nobody can click, by subject and row."""
    offered: dict[tuple[str, str, str], set[str]] = {}
    for each in found:
        if each["kind"] and each["kind"] != "quota":
            offered.setdefault((each["kind"], each["code"], each["row"]), set()).add(
                each["name"].partition(":")[0]
            )
    gaps = {key: wanted(*key, schema) - names for key, names in offered.items()}
    extra = {key: names - wanted(*key, schema) - {"in", "not_in"} for key, names in offered.items()}
    return {key: gap for key, gap in [*gaps.items(), *extra.items()] if gap}


def wanted(kind: str, code: str, row: str, schema: Any) -> set[str]:
    if kind != "question":
        type_ = schema.field_type(code) if kind == "field" else schema.variables[code]
        return {"answered", *legal(LETTERS[type_])} - ON_PURPOSE.get(type_, set())
    item = schema.questions[code]
    if row:
        return {"answered", *legal(item.letters_of(row))}
    return {*STATES, *legal("R" if "R" in item.letters else item.letters)}


def test_every_operator_there_is_can_be_clicked_somewhere(written: Any) -> None:
    found = written[1]["found"]
    assert frozenset().union(*LEGAL.values()) <= {each["name"] for each in found}
