"""The check of a document: every structural fault, its place, and that nothing makes it fail."""

from __future__ import annotations

import copy
import time
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_types.base import Invalid
from survey_app.engine import definition, flow, simulate
from survey_app.engine.expressions import FUNCTIONS, GROUPS
from survey_app.engine.operators import OPERATORS, STATES
from survey_app.engine.plan import Plan, browser_plan, compile_plan, localised_plan
from survey_app.plugins import types
from tests.engine.stubs import TYPES, Score
from tests.engine.surveys import KNOWN

OPTIONS = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
GOOD: dict[str, Any] = {
    "format": 1,
    "title": "Visit",
    "locale": "en",
    "settings": {
        "timezone": "Asia/Shanghai",
        "limits": {"per_invitation": 1},
        "opens": None,
        "closes": "2027-01-31",
    },
    "fields": [{"code": "city", "type": "text", "from": "url"}],
    "variables": [{"code": "sum", "value": {"sum": [{"question": "Q1"}, 1]}}],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "Q1", "type": "score", "title": "How?", "required": True, "settings": {"top": 5}},
                {
                    "code": "Q2",
                    "type": "several",
                    "title": "What, after {Q1}?",
                    "show": {"question": "Q1", "is": "low"},
                    "settings": {
                        "options": [{**OPTIONS[0], "show": {"field": "city", "is": "X"}}, OPTIONS[1]]
                    },
                },
            ],
            "next": [{"when": {"question": "Q1", "at_most": 1}, "go": "p3"}],
        },
        {
            "code": "p2",
            "loop": {"over": {"question": "Q2", "pick": "chosen"}, "max": 1},
            "questions": [
                {
                    "code": "Q3",
                    "type": "text",
                    "title": "{item}?",
                    "validate": [
                        {
                            "when": {"question": "Q3", "length": {"at_least": 9}},
                            "message": "Long",
                            "soft": True,
                        }
                    ],
                }
            ],
        },
        {
            "code": "p3",
            "questions": [
                {"code": "S1", "type": "statement", "title": "Hello"},
                {
                    "code": "Q4",
                    "type": "choice",
                    "title": "Which?",
                    "carry": {"from": "Q2", "pick": "shown"},
                    "order": "random",
                },
                {
                    "code": "Q5",
                    "type": "grid",
                    "title": "Grid",
                    "settings": {"rows": OPTIONS, "columns": [{"id": "x", "label": "X"}]},
                },
            ],
            "show": {"not": {"question": "Q3", "iteration": "any", "contains": ["x"]}},
        },
    ],
    "endings": [{"code": "end", "title": "Thanks"}, {"code": "out", "kind": "screened_out"}],
    "quotas": [
        {"code": "q", "when": {"question": "Q5", "row": "a", "is": "x"}, "limit": 5, "then": {"go": "out"}}
    ],
    "scores": {"main": "Q1"},
    "translations": {
        "zh_CN": {"title": "到访", "Q1.title": "如何?", "Q2.options.a.label": "甲", "Q1.low_label": "低"}
    },
}


def put(path: str, value: Any) -> dict[str, Any]:
    """The good document with something else at a path."""
    document = copy.deepcopy(GOOD)
    *parents, last = [int(each) if each.isdigit() else each for each in path.split("/")]
    place: Any = document
    for each in parents:
        place = place[each]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    return document


DROP = object()
Q1, Q2, Q3, Q4, Q5 = (
    "pages/0/questions/0",
    "pages/0/questions/1",
    "pages/1/questions/0",
    "pages/2/questions/1",
    "pages/2/questions/2",
)


def test_a_good_document_has_no_findings() -> None:
    assert definition.check(GOOD, TYPES) == []


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        ("title", DROP, "title", "missing"),
        ("title", " ", "title", "title"),
        ("title", 5, "title", "shape"),
        ("titel", "x", "titel", "unknown_key"),
        ("format", 2, "format", "shape"),
        ("locale", "Chinese!", "locale", "shape"),
        ("settings/timezone", "Mars/Olympus", "settings.timezone", "shape"),
        ("settings/timezone", "../../etc/passwd", "settings.timezone", "shape"),
        ("settings/colour", "red", "settings.colour", "unknown_key"),
        ("settings/back", "yes", "settings.back", "shape"),
        ("settings/reserve_minutes", 1441, "settings.reserve_minutes", "shape"),
        ("settings/opens", "soon", "settings.opens", "shape"),
        ("settings/opens", "2027-02-01", "settings.closes", "period"),
        ("settings/limits", {"per_invitation": 0}, "settings.limits.per_invitation", "shape"),
        ("fields/0/code", "1x", "fields.0.code", "shape"),
        ("fields/0/type", "colour", "city.type", "shape"),
        ("fields/0/from", "sky", "city.from", "shape"),
        ("fields/0", 5, "fields.0", "shape"),
        ("pages", {}, "pages", "shape"),
        ("pages", [], "pages", "missing"),
        ("pages/0/code", "p 1", "pages.0.code", "shape"),
        ("pages/0/code", "p2", "p2", "duplicate_code"),
        ("pages/0/code", "city", "city", "duplicate_code"),
        (f"{Q1}/code", DROP, "p1.questions.0", "missing"),
        (f"{Q1}/code", "Q2", "Q2", "duplicate_code"),
        (f"{Q1}/code", "words", "words", "bad_code"),
        (f"{Q1}/code", "A" * 33, "p1.questions.0.code", "shape"),
        (f"{Q1}/type", "hologram", "Q1.type", "unknown_type"),
        (f"{Q1}/type", DROP, "Q1", "missing"),
        (f"{Q1}/titel", "x", "Q1.titel", "unknown_key"),
        (f"{Q1}/required", "yes", "Q1.required", "shape"),
        (f"{Q1}/settings", [], "Q1.settings", "shape"),
        (f"{Q1}/settings/top", "5", "Q1.settings.top", "settings"),
        (f"{Q1}/settings/top", 500, "Q1.settings.top", "settings"),
        (f"{Q1}/settings/zzz", 1, "Q1.settings.zzz", "settings"),
        (f"{Q1}/default", 9, "Q1.default", "default"),
        (f"{Q1}/default", {"add": [1]}, "Q1.default.add", "operand"),
        (f"{Q1}/order", "chaos", "Q1.order", "shape"),
        (f"{Q1}/validate", [5], "Q1.validate.0", "shape"),
        (f"{Q1}/validate", [{"when": {"question": "Q1", "is": 1}}], "Q1.validate.0", "missing"),
        (
            f"{Q1}/validate",
            [{"when": {"question": "Q2", "count": 1}, "message": "x"}],
            "Q1.validate.0.when",
            "later_question",
        ),
        (f"{Q2}/settings/options/0/id", "1a", "Q2.settings.options.0.id", "bad_code"),
        (f"{Q2}/settings/options/0/label", "", "Q2.settings.options.0.label", "settings"),
        (f"{Q2}/settings/options/1/id", "a", "Q2.settings", "settings"),
        (
            f"{Q2}/settings/options/0/show",
            {"question": "Q3", "is": "x"},
            "Q2.settings.options.0.show",
            "later_question",
        ),
        (f"{Q5}/settings/columns/0/id", "a", "Q5.settings.columns.0.id", "duplicate_code"),
        (f"{Q5}/settings/rows/0/id", "any", "Q5.settings.rows.0.id", "bad_code"),
        (f"{Q2}/title", "{Q4}", "Q2.title", "pipe_later"),
        (f"{Q2}/title", "{Q2}", "Q2.title", "pipe_later"),
        (f"{Q2}/title", "{nobody|you}", "Q2.title", "pipe_unknown"),
        (f"{Q2}/title", "{item}", "Q2.title", "pipe_unknown"),
        (f"{Q4}/title", "{Q3}", "Q4.title", "iteration"),
        ("endings/0/title", "{nobody}", "end.title", "pipe_unknown"),
        (f"{Q2}/show", {}, "Q2.show", "shape"),
        (f"{Q2}/show", 5, "Q2.show", "shape"),
        (f"{Q2}/show", {"colour": "red"}, "Q2.show", "shape"),
        (f"{Q2}/show", {"all": []}, "Q2.show.all", "shape"),
        (f"{Q2}/show", {"all": [{"question": "Q9", "is": 1}]}, "Q2.show.all.0", "unknown_question"),
        (f"{Q2}/show", {"question": "S1", "answered": True}, "Q2.show", "unknown_question"),
        (f"{Q2}/show", {"question": "Q2", "count": 1}, "Q2.show", "later_question"),
        (f"{Q2}/show", {"not": {"question": "Q1"}}, "Q2.show.not", "operator"),
        (f"{Q2}/show", {"question": "Q1", "is": 1, "at_least": 2}, "Q2.show.at_least", "unknown_key"),
        (f"{Q2}/show", {"question": "Q1", "contains": "x"}, "Q2.show", "operator"),
        (f"{Q2}/show", {"question": "Q1", "equals": "1"}, "Q2.show.equals", "operand"),
        (f"{Q2}/show", {"question": "Q1", "equals": True}, "Q2.show.equals", "operand"),
        (f"{Q2}/show", {"question": "Q1", "answered": 1}, "Q2.show.answered", "operand"),
        (f"{Q2}/show", {"question": "Q1", "in": []}, "Q2.show.in", "operand"),
        (f"{Q2}/show", {"question": "Q1", "in": [[1]]}, "Q2.show.in.0", "operand"),
        (f"{Q2}/show", {"question": "Q1", "is": ""}, "Q2.show.is", "operand"),
        (f"{Q2}/show", {"question": "Q1", "between": [1]}, "Q2.show.between", "operand"),
        (f"{Q2}/show", {"question": "Q1", "is": {"question": "Q9"}}, "Q2.show.is", "unknown_question"),
        (f"{Q2}/show", {"question": "Q1", "row": "a", "is": 1}, "Q2.show", "row"),
        (f"{Q2}/show", {"question": "Q1", "iteration": "a", "is": 1}, "Q2.show", "iteration"),
        (f"{Q2}/show", {"question": "Q1", "exact": 1, "is": 1}, "Q2.show", "operand"),
        (f"{Q2}/show", {"field": "town", "is": "X"}, "Q2.show", "unknown_field"),
        (f"{Q2}/show", {"field": "city", "at_least": 1}, "Q2.show", "operator"),
        (f"{Q2}/show", {"field": "city", "shown": True}, "Q2.show", "operator"),
        (f"{Q2}/show", {"variable": "total", "at_least": 1}, "Q2.show", "unknown_variable"),
        (f"{Q2}/show", {"quota": "zz", "full": True}, "Q2.show", "unknown_quota"),
        (f"{Q2}/show", {"quota": "q", "full": 1}, "Q2.show", "operand"),
        ("pages/2/show", {"question": "Q2", "any_of": []}, "p3.show.any_of", "operand"),
        ("pages/2/show", {"question": "Q2", "any_of": [1]}, "p3.show.any_of", "operand"),
        ("pages/2/show", {"question": "Q2", "count": {"atleast": 1}}, "p3.show.count", "operand"),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "contains": ""},
            "p3.show.contains",
            "operand",
        ),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "contains": ["a", " "]},
            "p3.show.contains",
            "operand",
        ),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "matches": "(?=a)b"},
            "p3.show.matches",
            "pattern",
        ),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "matches": r"(a)\1"},
            "p3.show.matches",
            "pattern",
        ),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "matches": "a" * 501},
            "p3.show.matches",
            "operand",
        ),
        (
            "pages/2/show",
            {"question": "Q3", "iteration": "any", "matches": "("},
            "p3.show.matches",
            "pattern",
        ),
        ("pages/2/show", {"question": "Q3", "iteration": "zz", "contains": "x"}, "p3.show", "iteration"),
        ("pages/2/show", {"question": "Q1", "is": {"question": "Q3"}}, "p3.show.is", "iteration"),
        (
            "pages/2/next",
            [{"when": {"question": "Q5", "is": "x"}, "go": "end"}],
            "p3.next.0.when",
            "operator",
        ),
        (
            "pages/2/next",
            [{"when": {"question": "Q5", "row": "z", "is": "x"}, "go": "end"}],
            "p3.next.0.when",
            "row",
        ),
        ("pages/2/next", [{"go": "p1"}], "p3.next.0.go", "jump_backward"),
        ("pages/2/next", [{"go": "p3"}], "p3.next.0.go", "jump_backward"),
        ("pages/2/next", [{"go": "nowhere"}], "p3.next.0.go", "jump_unknown"),
        ("pages/2/next", [{"when": {"question": "Q1", "is": 1}}], "p3.next.0", "missing"),
        ("pages/2/next", [7], "p3.next.0", "shape"),
        ("pages/1/loop", {"over": {"question": "Q4", "pick": "chosen"}}, "p2.loop", "loop"),
        ("pages/1/loop", {"over": {"question": "Q2"}}, "p2.loop", "loop"),
        ("pages/1/loop", {"over": {"question": "Q1", "pick": "chosen"}}, "p2.loop", "loop"),
        ("pages/1/loop", {"over": {"question": "Q2", "pick": "chosen"}, "max": 999}, "p2.loop.max", "shape"),
        ("pages/1/loop", {}, "p2.loop", "missing"),
        (f"{Q4}/carry", {"from": "Q9", "pick": "chosen"}, "Q4.carry", "carry"),
        (f"{Q4}/carry", {"from": "Q5", "pick": "some"}, "Q4.carry.pick", "shape"),
        (f"{Q4}/carry", {"from": "Q1", "pick": "chosen"}, "Q4.carry", "carry"),
        (f"{Q3}/carry", {"from": "Q2", "pick": "chosen"}, "Q3.carry", "carry"),
        ("endings", [], "endings", "missing"),
        ("endings", DROP, "endings", "missing"),
        ("endings/1/kind", "gone", "out.kind", "shape"),
        ("endings/0/url", "javascript:alert(1)", "end.url", "shape"),
        ("quotas/0/limit", 0, "q.limit", "shape"),
        ("quotas/0/limit", True, "q.limit", "shape"),
        ("quotas/0/then", {"go": "p3"}, "q.then.go", "jump_unknown"),
        ("quotas/0/then", {}, "q.then.go", "jump_unknown"),
        ("quotas/0/when", {"question": "Q9", "is": 1}, "q.when", "unknown_question"),
        ("scores/main", "Q9", "scores.main", "unknown_question"),
        ("scores/second", "Q1", "scores.second", "unknown_key"),
        ("variables/0/value", {"frobnicate": 1}, "sum.value.frobnicate", "operator"),
        ("variables/0/value", {"add": [1, 2], "sum": [1]}, "sum.value", "shape"),
        ("variables/0/value", {"question": "Q9"}, "sum.value", "unknown_question"),
        ("variables/0/value", {"question": "Q3"}, "sum.value", "iteration"),
        (
            "variables/0/value",
            {"add": [{"question": "Q3", "iteration": "every"}, 1]},
            "sum.value.add.0",
            "iteration",
        ),
        ("variables/0/value", {"lookup": [{"question": "Q1"}, []]}, "sum.value.lookup.1", "operand"),
        ("variables/0/value", {"today": "x"}, "sum.value.today", "operand"),
        ("variables/0/value", [1], "sum.value", "shape"),
        ("variables/0/value", {"variable": "sum"}, "sum.value", "cycle"),
        ("variables/0/type", "colour", "sum.type", "shape"),
        ("translations/zh_CN", 5, "translations.zh_CN", "shape"),
        ("translations/zh_CN/Q1.title", 5, "translations.zh_CN.Q1.title", "shape"),
        ("translations/Chinese!", {}, "translations.Chinese!", "shape"),
    ],
)
def test_a_fault_is_found_at_its_place(path: str, value: Any, where: str, code: str) -> None:
    found = definition.check(put(path, value), TYPES)
    assert (code, where) in {(each.code, each.where) for each in found if each.level == "error"}
    assert all(each.sentence() and "%(" not in each.sentence() for each in found)


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (f"{Q1}/title", "", "Q1.title", "title"),
        (f"{Q2}/show", {"question": "Q1", "is": "lowest"}, "Q2.show.is", "unknown_value"),
        (f"{Q2}/show", {"question": "Q1", "in": [1, 17]}, "Q2.show.in", "unknown_value"),
        ("pages/2/show", {"question": "Q2", "any_of": ["c"]}, "p3.show.any_of", "unknown_value"),
        ("quotas/0/when", {"question": "Q5", "row": "any", "is": "y"}, "q.when.is", "unknown_value"),
        ("pages/0/next", [{"go": "p3"}, {"go": "p2"}], "p1.next.0", "shadowed"),
        ("pages/0/order", "random", "Q2.show", "shuffled"),
        ("pages/2/questions/0/required", True, "S1.required", "display"),
        ("endings/0/kind", "screened_out", "end", "ending"),
        ("translations/zh_CN/Q9.title", "x", "translations.zh_CN.Q9.title", "translation"),
        ("translations/zh_CN/Q1.title", "{Q9}", "translations.zh_CN.Q1.title", "pipe_unknown"),
    ],
)
def test_a_doubtful_place_is_warned_of(path: str, value: Any, where: str, code: str) -> None:
    found = definition.check(put(path, value), TYPES)
    assert (code, where) in {(each.code, each.where) for each in found if each.level == "warning"}
    assert [each for each in found if each.level == "error"] == []


def test_a_condition_may_be_sixteen_deep_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, Any]:
        tree: dict[str, Any] = {"question": "Q1", "is": 1}
        for _ in range(depth - 1):
            tree = {"not": tree}
        return put(f"{Q2}/show", tree)

    assert definition.check(nested(16), TYPES) == []
    assert [each.code for each in definition.check(nested(17), TYPES)] == ["too_deep"]


def test_a_condition_may_have_two_hundred_parts_and_no_more() -> None:
    def wide(parts: int) -> dict[str, Any]:
        return put(f"{Q2}/show", {"any": [{"question": "Q1", "is": 1}] * (parts - 1)})

    assert definition.check(wide(200), TYPES) == []
    assert [each.code for each in definition.check(wide(201), TYPES)] == ["too_large"]


def test_two_thousand_rules_are_the_most() -> None:
    def ruled(n: int) -> dict[str, Any]:
        rule = {"when": {"question": "Q1", "is": 1}, "go": "end"}
        pages = [{"code": f"x{i}", "next": [rule] * 100} for i in range(n // 100)]
        document = copy.deepcopy(GOOD)
        document["pages"][1:1] = pages
        return document

    assert "too_many_rules" not in {each.code for each in definition.check(ruled(1900), TYPES)}
    assert "too_many_rules" in {each.code for each in definition.check(ruled(2000), TYPES)}


def test_a_variable_may_not_smuggle_in_a_later_answer() -> None:
    document = put(
        "variables",
        [
            {"code": "late", "value": {"variable": "later"}},
            {"code": "later", "value": {"question": "Q5", "row": "a"}},
        ],
    )
    document["pages"][0]["questions"][1]["show"] = {"variable": "late", "at_least": 1}
    assert [(each.code, each.where) for each in definition.check(document, TYPES)] == [
        ("later_question", "Q2.show")
    ]


def test_a_circle_of_variables_is_shown_as_a_list() -> None:
    circle = [{"code": a, "value": {"add": [{"variable": b}, 1]}} for a, b in ("ab", "bc", "ca")]
    (found,) = definition.check(put("variables", circle), TYPES)
    assert (found.code, found.witness) == ("cycle", ["a", "b", "c"])
    assert "a → b → c → a" in found.sentence()


def test_a_long_chain_of_variables_is_no_circle_and_no_burden() -> None:
    chain = [
        {"code": f"v{i}", "value": {"add": [{"variable": f"v{i + 1}"}, {"variable": f"v{i + 1}"}]}}
        for i in range(199)
    ]
    document = put("variables", [*chain, {"code": "v199", "value": {"question": "Q1"}}])
    assert definition.check(document, TYPES) == []
    path = flow.walk(compile_plan(document, TYPES), {"Q1": 1})
    assert path.facts.variables["v0"] == 2.0**199


def test_one_missing_type_is_one_finding() -> None:
    document = put(f"{Q1}/type", "hologram")
    assert [each.code for each in definition.check(document, TYPES)] == ["unknown_type"]


def test_a_type_that_fails_is_reported_and_not_raised() -> None:
    class Broken(Score):
        def problems(self, settings: Any) -> list[str]:
            raise RuntimeError("boom")

    (found,) = definition.check(GOOD, {**TYPES, "score": Broken()})
    assert found.where == "Q1.settings"
    assert "boom" in found.sentence()


HOSTILE: dict[str, Any] = {
    "wide pages": {"pages": [{"code": f"p{i}"} for i in range(60_000)]},
    "many keys": {f"k{i}": i for i in range(60_000)},
    "many questions": {
        "pages": [{"code": "p", "questions": [{"code": f"Q{i}", "type": "score"} for i in range(20_000)]}]
    },
    "many options": put(f"{Q2}/settings/options", [{"id": f"a{i}", "label": "x"} for i in range(20_000)]),
    "long text": put(f"{Q1}/title", "{Q" * 200_000),
    "many translations": put("translations/zh_CN", {f"Q{i}.title": "x" for i in range(30_000)}),
    "wide condition": put(f"{Q2}/show", {"any": [{"question": "Q1", "is": 1}] * 30_000}),
    "wide operand": put(f"{Q2}/show", {"question": "Q1", "in": list(range(90_000))}),
}


def deep(levels: int) -> Any:
    """A list in a list in a list …"""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("name", [*HOSTILE, "deep"])
def test_a_hostile_document_is_refused_at_once(name: str) -> None:
    document = {"pages": deep(10_000)} if name == "deep" else HOSTILE[name]
    begun = time.process_time()
    found = definition.check(document, TYPES)
    assert found
    assert len(found) <= 201
    assert time.process_time() - begun < 1  # a loose bound: 0.05 s on a quiet machine


def test_findings_are_capped_and_errors_come_first() -> None:
    pages = [
        {"code": f"x{i}", "questions": [{"code": f"Y{i}", "type": "score", "zz": 1}]} for i in range(180)
    ]
    document = {**GOOD, "pages": GOOD["pages"] + pages, "zz": 1, "titel": 1}
    found = definition.check(document, TYPES)
    assert len(found) == 201
    assert found[-1].code == "more"
    assert [each.level for each in found[:200]] == sorted(
        (each.level for each in found[:200]), key=["error", "warning"].index
    )


WORDS = """
code type title help settings options rows columns id label show required validate when message go next
loop over question pick carry from default enable all any not is in at_least between count row iteration
field variable quota value sum if lookup add pages questions endings quotas limit then variables fields
translations scores main
"""
KEYS = st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(
        [
            "Q1",
            "Q2",
            "Q3",
            "Q4",
            "Q5",
            "a",
            "p1",
            "p2",
            "end",
            "score",
            "several",
            "choice",
            "grid",
            "any",
            "every",
            "{Q1}",
            "chosen",
            "city",
            "sum",
        ]
    )
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=15,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each))
        for key in keys:
            found.append((each, key))
            if isinstance(each[key], dict | list):
                waiting.append(each[key])
    return found


SUBJECTS: list[dict[str, Any]] = [
    *({"question": code} for code in ("Q1", "Q2", "Q3", "Q4", "Q5")),
    *({"question": "Q3", "iteration": turn} for turn in ("any", "every", "a", "b")),
    *({"question": "Q5", "row": row} for row in ("any", "every", "a", "b")),
    {"field": "city"},
    {"field": "channel"},
    {"variable": "sum"},
]
OPERANDS: list[Any] = [True, 0, 3, "a", "b", "low", "2026-01-31", [1, 5], ["a"], ["b", "x"], {"at_least": 1}]
OPERANDS += [{"today": -7}, {"last": 3}, *SUBJECTS]


def condition(chance: Random, depth: int = 2) -> Any:
    """A condition that may well be legal."""
    how = chance.choice(["all", "any", "not", "quota", *["leaf"] * 6]) if depth else "leaf"
    if how == "leaf":
        return {**chance.choice(SUBJECTS), chance.choice([*OPERATORS, *STATES]): chance.choice(OPERANDS)}
    if how == "quota":
        return {"quota": "q", "full": chance.random() < 0.5}
    parts = [condition(chance, depth - 1) for _ in range(chance.randint(1, 2))]
    return {how: parts[0] if how == "not" else parts}


def expression(chance: Random, depth: int = 2) -> Any:
    """An expression that may well be legal."""
    if not depth or chance.random() < 0.4:
        return (
            dict(chance.choice(SUBJECTS))
            if chance.random() < 0.6
            else chance.choice([3, 0.5, "2026-01-31", None])
        )
    if chance.random() < 0.2:
        return {"if": [condition(chance), expression(chance, depth - 1), expression(chance, depth - 1)]}
    operands = [expression(chance, depth - 1) for _ in range(chance.randint(1, 2))]
    return {chance.choice([*FUNCTIONS, *GROUPS]): operands}


MAKERS = dict.fromkeys(("show", "when", "required", "enable"), condition) | dict.fromkeys(
    ("value", "default"), expression
)
ANYTHING: list[Any] = [
    None,
    True,
    -1,
    1.5,
    "",
    "Q1",
    "a",
    "p3",
    "end",
    "any",
    "{Q1}",
    "{Q3}",
    [],
    {},
    [{}],
    [["a"]],
    {"a": 1},
]


def damaged(seed: int) -> Any:
    """The good document with some places changed for something plausible, now and then for anything."""
    chance = Random(seed)
    document = copy.deepcopy(GOOD)
    for _ in range(chance.randint(1, 4)):
        found = places(document)
        container, key = chance.choice(found)
        if isinstance(container, dict) and chance.random() < 0.5:
            key = chance.choice(list(MAKERS))
        how = chance.choice(["rule", "rule", "rule", "copy", "drop", "any"])
        if how == "rule" and key in MAKERS:
            container[key] = MAKERS[key](chance)
        elif how == "copy":
            same = [other[name] for other, name in found if name == key] or [1]
            container[key] = copy.deepcopy(chance.choice(same))
        elif how == "drop" and isinstance(container, dict):
            container.pop(key, None)
        elif how == "any":
            container[key] = copy.deepcopy(chance.choice(ANYTHING))
    return document


@settings(max_examples=400, deadline=None)
@given(JSON)
def test_no_json_makes_the_check_fail(value: Any) -> None:
    for document in (value, {"pages": value}, {**GOOD, "pages": [value]}):
        for each in definition.check(document, TYPES):
            assert each.sentence()
            assert each.as_dict()["where"] == each.where


def allowed(plan: Plan, answers: dict[str, Any]) -> dict[str, Any]:
    """Those of the answers that the plan's questions accept."""
    found = {}
    for code, value in answers.items():
        with suppress(Invalid, KeyError):
            plan.questions[code].check(value)
            found[code] = value
    return found


def test_enough_damage_goes_unpunished_to_be_worth_trying() -> None:
    found = [definition.check(damaged(seed), TYPES) for seed in range(300)]
    passed = sum(all(each.level != "error" for each in findings) for findings in found)
    assert 60 < passed < 240


@settings(max_examples=800, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_passes_the_check_can_be_compiled_and_walked(seed: int) -> None:
    document = damaged(seed)
    if any(each.level == "error" for each in definition.check(document, TYPES)):
        return
    plan = compile_plan(definition.load(document), TYPES)
    for answers in ({}, {"Q1": 1, "Q2": ["a", "b"], "Q3@a": "x", "Q4": "a", "Q5": {"a": "x", "b": "x"}}):
        path = flow.walk(plan, allowed(plan, answers), {"city": "X"})
        flow.missing(plan, path)
        flow.doubts(plan, path)
        words = flow.wording(path)
        for page in plan.pages:
            flow.order(plan, page, 1)
            if page.code in path.pages:
                flow.defaults(path, page)
            for question in page.questions:
                flow.order(plan, question, 1)
        assert all(words(code) != "" for code in path.answers)
        assert all(value is not Ellipsis for value in path.facts.variables.values())
    browser_plan(localised_plan(plan, "zh_CN"))
    with suppress(simulate.Stuck):
        list(simulate.respondents(plan, 2))


@pytest.mark.parametrize("key", list(types()))
def test_every_examples_settings_of_the_products_types_pass(key: str) -> None:
    kind = types()[key]
    for example in kind.examples:
        document = definition.blank("Example")
        question = {"code": "Q1", "type": key, "title": "x", "settings": dict(example.settings)}
        document["pages"][0]["questions"] = [question, {"code": "Q2", "type": "nps", "title": "y"}]
        document |= KNOWN
        assert definition.check(document, types()) == []


def test_options_are_not_carried_on_and_on() -> None:
    def chain(length: int) -> list[str]:
        first = {"code": "C0", "type": "choice", "title": "?", "settings": {"options": OPTIONS}}
        rest = [
            {"code": f"C{n}", "type": "choice", "title": "?", "carry": {"from": f"C{n - 1}", "pick": "shown"}}
            for n in range(1, length + 1)
        ]
        document = {**GOOD, "pages": [{"code": "c", "questions": [first, *rest]}], "quotas": [], "scores": {}}
        document |= {"variables": [], "translations": {}}
        return [each.where for each in definition.check(document, TYPES) if each.code == "carry"]

    assert chain(32) == []
    assert chain(33) == ["C33.carry"]
