"""The cases in which survey tools differ: every line of the table in ``docs/logic.md`` is a test here."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from question_types.base import Invalid
from survey_app.engine import definition, flow, piping
from survey_app.engine.conditions import compile_condition
from survey_app.engine.plan import Plan, compile_plan, localised_plan
from survey_app.engine.rules import check_condition
from survey_app.models import Quota, Response
from survey_app.plugins import types
from survey_app.services import exports, intake
from tests import factories
from tests.services.test_quotas import Person, opened, pages, quota, rush

LOGIC = Path(__file__).resolve().parent.parent / "docs" / "logic.md"
TODAY = date(2026, 3, 10)
Json = Any


def test_table_and_tests_match() -> None:
    table = LOGIC.read_text("utf-8").partition("## Where survey tools differ")[2].partition("\n## ")[0]
    ids = re.findall(r"^\| `(\w+)`", table, re.M)
    tests = [name[5:] for name in vars(sys.modules[__name__]) if name.startswith("test_")]
    assert ids == [name for name in tests if name != "table_and_tests_match"]
    assert len(set(ids)) == len(ids) >= 30


# What the tests are made of


def options(*ids: str, **shows: Json) -> list[dict[str, Json]]:
    return [{"id": id, "label": id.upper(), **({"show": shows[id]} if id in shows else {})} for id in ids]


def ask(code: str, kind: str = "single_choice", **more: Json) -> dict[str, Json]:
    """A question; a choice has the options a, b and c unless told otherwise."""
    settings = {"options": options("a", "b", "c")} if kind.endswith("choice") else {}
    return {"code": code, "type": kind, "title": code, "settings": settings, **more}


def page(code: str, *questions: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"code": code, "questions": list(questions), **more}


def document(*pages: dict[str, Json], **more: Json) -> dict[str, Json]:
    ends = [{"code": "end", "title": "谢谢"}]
    return {"format": 1, "title": "t", "locale": "zh_CN", "pages": list(pages), "endings": ends, **more}


def findings(made: dict[str, Json]) -> list[str]:
    """What the check says of a document, as ``level code place``."""
    return [f"{each.level} {each.code} {each.where}" for each in definition.check(made, types())]


def errors(made: dict[str, Json]) -> list[str]:
    """What keeps it from being published, as ``code place``."""
    return [each[6:] for each in findings(made) if each.startswith("error ")]


def survey(*pages: dict[str, Json], **more: Json) -> Plan:
    made = document(*pages, **more)
    assert errors(made) == []
    return compile_plan(made, types())


def walk(plan: Plan, answers: dict[str, Json], **more: Json) -> flow.Walk:
    for code, value in answers.items():
        plan.questions[code].check(value)
    return flow.walk(plan, answers, today=TODAY, **more)


NONE = {"id": "none", "label": "都没有", "exclusive": True}
COMMON = survey(
    page(
        "p1",
        ask("Q1"),
        ask("Q2", "multi_choice", settings={"options": [*options("a", "b", "c"), NONE]}),
        ask("N", "number"),
        ask("K", "number"),
        ask("T", "short_text"),
    ),
    settings={"timezone": "Asia/Shanghai"},
)


def holds(when: dict[str, Json], plan: Plan = COMMON, **answers: Json) -> bool:
    """Truth of a condition at the end of the path with these answers."""
    assert [each for each in check_condition(when, plan.schema, "here") if each.level == "error"] == []
    return compile_condition(when, plan.schema)(walk(plan, answers).facts)


def q(code: str, **test: Json) -> dict[str, Json]:
    return {"question": code, **test}


# Absence


def test_unanswered_is_not() -> None:
    assert not holds(q("Q1", is_not="a"))
    assert holds(q("Q1", is_not="a"), Q1="b")
    assert holds({"any": [q("Q1", answered=False), q("Q1", is_not="a")]})


def test_hidden_is_not() -> None:
    plan = survey(page("p1", ask("Q1")), page("p2", ask("Q2", show=q("Q1", **{"is": "a"}))))
    assert holds(q("Q2", is_not="a"), plan, Q1="a", Q2="b")
    assert not holds(q("Q2", is_not="a"), plan, Q1="b", Q2="b")


def test_unanswered_none_of() -> None:
    assert not holds(q("Q2", none_of=["a"]))
    assert holds(q("Q2", none_of=["a"]), Q2=["b"])


# Sets


def test_none_of_or_not_all() -> None:
    assert not holds(q("Q2", none_of=["a", "c"]), Q2=["a", "b"])
    assert holds({"not": q("Q2", all_of=["a", "c"])}, Q2=["a", "b"])


def test_contains_several() -> None:
    assert holds(q("Q2", any_of=["a", "c"]), Q2=["a", "b"])
    assert not holds(q("Q2", all_of=["a", "c"]), Q2=["a", "b"])


def test_sets_without_order() -> None:
    assert holds(q("Q2", exactly=["a", "b"]), Q2=["b", "a"])


def test_none_of_these() -> None:
    assert holds(q("Q2", answered=True), Q2=["none"])
    assert holds(q("Q2", none_of=["a", "b", "c"]), Q2=["none"])
    with pytest.raises(Invalid):
        COMMON.questions["Q2"].check(["none", "a"])


# Texts and numbers


def test_folded_text() -> None:
    for typed in ("ABC", "ＡＢＣ", "  abc "):
        assert holds(q("T", contains="abc"), T=typed)
    assert not holds(q("T", contains="abc", exact=True), T="ABC")


def test_unanswered_text() -> None:
    lacks = {"not": q("T", contains="x")}
    assert holds(lacks)
    assert not holds({"all": [q("T", answered=True), lacks]})
    assert holds({"all": [q("T", answered=True), lacks]}, T="y")


def test_numbers_are_numbers() -> None:
    assert holds(q("N", more=9), N=10)
    assert [each.code for each in check_condition(q("N", more="9"), COMMON.schema, "here")] == ["operand"]


def test_zero_is_an_answer() -> None:
    assert holds(q("N", answered=True), N=0)
    assert holds(q("N", less=1), N=0)


def test_unanswered_less() -> None:
    assert not holds(q("N", less=5))
    with pytest.raises(Invalid):
        COMMON.questions["N"].check("")


def test_compare_with_absent() -> None:
    assert holds(q("N", more=q("K")), N=2, K=1)
    for test in ("more", "at_most"):
        assert not holds(q("N", **{test: q("K")}), N=2)
        assert not holds(q("N", **{test: q("K")}), K=2)


def test_nested_groups() -> None:
    when = {
        "all": [{"any": [q("Q1", **{"is": "a"}), q("Q1", **{"is": "b"})]}, {"not": q("Q2", any_of=["c"])}]
    }
    assert holds(when, Q1="b", Q2=["a"])
    assert not holds(when, Q1="b", Q2=["c"])
    assert not holds(when, Q1="c", Q2=["a"])


# The path

JUMP = survey(
    page("p1", ask("Q1", required=True), next=[{"when": q("Q1", **{"is": "a"}), "go": "p3"}]),
    page("p2", ask("Q2")),
    page("p3", ask("Q3", show={"any": [q("Q2", is_not="c"), q("Q2", answered=False)]})),
    page("p4", ask("Q4")),
)


def test_going_back() -> None:
    assert walk(JUMP, {"Q1": "a"}, upto="p1").position == "p3"
    back = walk(JUMP, {"Q1": "a", "Q3": "b"}, upto="")
    assert back.position == "p1"
    assert walk(JUMP, {"Q1": "a", "Q3": "b"}, upto="p1").position == "p3"


def test_answer_changed() -> None:
    answers = {"Q1": "b", "Q2": "c"}
    assert walk(JUMP, answers).answers == answers
    assert walk(JUMP, {**answers, "Q1": "a"}).answers == {"Q1": "a"}
    assert walk(JUMP, answers).answers == answers


def test_stale_answer_shows_nothing() -> None:
    plan = survey(
        page("p1", ask("Q1")),
        page("p2", ask("Q2", show=q("Q1", **{"is": "a"}))),
        page("p3", ask("Q3", show=q("Q2", **{"is": "b"}))),
    )
    assert walk(plan, {"Q1": "a", "Q2": "b"}).states["Q3"] == "skipped"
    assert walk(plan, {"Q1": "c", "Q2": "b"}).states["Q3"] == "not_shown"


def test_jumping_back() -> None:
    made = document(page("p1", ask("Q1")), page("p2", ask("Q2"), next=[{"go": "p1"}]))
    assert "jump_backward p2.next.0.go" in errors(made)


def test_show_and_jump() -> None:
    assert walk(JUMP, {"Q1": "b", "Q2": "c"}).pages == ["p1", "p2", "p4"]
    assert walk(JUMP, {"Q1": "a"}).pages == ["p1", "p3", "p4"]


def test_jump_to_hidden() -> None:
    plan = survey(
        page("p1", ask("Q1"), next=[{"when": q("Q1", answered=True), "go": "p3"}]),
        page("p2", ask("Q2")),
        page("p3", ask("Q3"), show=q("Q1", **{"is": "a"})),
        page("p4", ask("Q4")),
    )
    assert walk(plan, {"Q1": "b"}).pages == ["p1", "p4"]


# What is asked


def test_required_but_disabled() -> None:
    shut = ask("Q2", required=True, enable=q("Q1", **{"is": "a"}))
    for extra, counted in (({}, {}), ({"default": "c"}, {"Q2": "c"})):
        plan = survey(page("p1", ask("Q1")), page("p2", {**shut, **extra}))
        path = walk(plan, {"Q1": "b", "Q2": "a"})
        assert (path.ending, path.answers) == ("end", {"Q1": "b", **counted})
        assert set(flow.missing(plan, walk(plan, {"Q1": "a"}))) == {"Q2"}


def test_required_without_options() -> None:
    when = q("Q1", **{"is": "a"})
    hidden = ask("Q2", required=True, settings={"options": options("x", "y", x=when, y=when)})
    plan = survey(page("p1", ask("Q1")), page("p2", hidden))
    assert walk(plan, {"Q1": "b"}).states["Q2"] == "not_shown"
    assert walk(plan, {"Q1": "b"}).ending == "end"
    assert walk(plan, {"Q1": "a"}).position == "p2"


def test_soft_warning() -> None:
    rule = {"when": q("N", more=100), "message": "真的吗？", "soft": True}
    plan = survey(page("p1", ask("N", "number", validate=[rule])))
    path = walk(plan, {"N": 101})
    assert set(flow.doubts(plan, path)) == {"N"}
    assert (flow.missing(plan, path), path.ending, path.answers) == ({}, "end", {"N": 101})


def test_piping_hidden() -> None:
    plan = survey(page("p1", ask("Q1")), page("p2", ask("Q2", show=q("Q1", **{"is": "a"}))))
    said = {first: flow.wording(walk(plan, {"Q1": first, "Q2": "c"})) for first in ("a", "b")}
    assert piping.pipe("{Q2|没有说}", said["a"]) == "C"
    assert piping.pipe("{Q2|没有说}", said["b"]) == "没有说"
    assert piping.pipe("[{Q2}]", said["b"]) == "[]"


def test_absent_operand() -> None:
    parts, instead = [q("N"), q("K")], {"if": [q("K", answered=True), q("K"), 0]}
    plan = survey(
        page("p1", ask("N", "number"), ask("K", "number")),
        variables=[
            {"code": "both", "type": "number", "value": {"add": parts}},
            {"code": "total", "type": "number", "value": {"sum": parts}},
            {"code": "mended", "type": "number", "value": {"sum": [q("N"), instead]}},
        ],
    )
    facts = walk(plan, {"N": 2}).facts
    assert [facts.variables.get(code) for code in ("both", "total", "mended")] == [None, None, 2]
    for test in ({"at_most": 9}, {"more": 9}, {"answered": True}):
        assert not holds({"variable": "both", **test}, plan, N=2)
    assert holds({"variable": "both", "at_most": 9}, plan, N=2, K=3)


def test_changed_choices() -> None:
    plan = survey(
        page("p1", ask("Q1", "multi_choice")),
        page("p2", ask("Q2"), loop={"over": {"question": "Q1", "pick": "chosen"}}),
    )
    answers = {"Q1": ["a", "b"], "Q2@a": "a", "Q2@b": "b"}
    assert walk(plan, answers).answers == answers
    less = walk(plan, {**answers, "Q1": ["b"]})
    assert (less.pages, less.answers) == (["p1", "p2@b"], {"Q1": ["b"], "Q2@b": "b"})
    assert walk(plan, answers).answers == answers


def test_days_of_the_calendar() -> None:
    plan = survey(
        page("p1", ask("Q1")),
        settings={"timezone": "Asia/Shanghai"},
        fields=[{"code": "visit", "type": "date", "from": "url"}],
    )
    fields = {"visit": "2026-03-09T20:00:00Z"}
    facts = flow.walk(plan, {}, fields, today=TODAY).facts
    truth = {day: compile_condition({"field": "visit", "on": day}, plan.schema)(facts)
             for day in ("2026-03-09", "2026-03-10")}  # fmt: skip
    assert truth == {"2026-03-09": False, "2026-03-10": True}


def test_ids_not_labels(cast: SimpleNamespace, db: Any) -> None:
    made = document(
        page("p1", ask("Q1", settings={"options": [{"id": "a", "label": "开户"}]})),
        page("p2", ask("Q2", show=q("Q1", **{"is": "a"}))),
        translations={"en": {"Q1.options.a.label": "Open an account"}},
    )
    row = factories.published(cast.east, made)
    code = factories.distribution(row).code
    db.session.commit()
    door = intake.door(code)
    for plan in (door.plan, localised_plan(door.plan, "en")):
        assert walk(plan, {"Q1": "a"}).pages == ["p1", "p2"]
    intake.submit(
        door,
        intake.Post(id=factories.public_id(), revision=1, answers={"Q1": "a"}, complete=True, locale="en"),
    )
    db.session.rollback()
    assert [each["answers"] for each in exports.records(exports.Source(row))] == [{"Q1": "a"}]


# Before publishing


def test_later_question() -> None:
    made = document(page("p1", ask("Q1", show=q("Q2", **{"is": "a"}))), page("p2", ask("Q2")))
    assert "later_question Q1.show" in errors(made)


def test_value_not_offered() -> None:
    made = document(page("p1", ask("Q1")), page("p2", ask("Q2", show=q("Q1", **{"is": "z"}))))
    assert "warning unknown_value Q2.show.is" in findings(made)


def test_shown_in_a_circle() -> None:
    made = document(
        page("p1", ask("Q1", show=q("Q2", answered=True)), ask("Q2", show=q("Q1", answered=True)))
    )
    assert "later_question Q1.show" in errors(made)


# Quotas


def test_quota_at_completion(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("sh", 1, "Q1", "sh"), reserve_minutes=0)
    leaves, stays = Person(door), Person(door)
    leaves.say("p1", Q1="sh")
    assert stays.finish(Q1="sh", Q2="old")["state"] == "completed"
    db.session.rollback()
    assert db.session.scalars(select(Quota.n)).all() == [1]
    kept = opened(db, cast, quota("sh", 1, "Q1", "sh"))
    qualifies = Person(kept)
    qualifies.say("p1", Q1="sh")
    assert Person(kept).say("p1", Q1="sh")["state"] == "over_quota"
    assert qualifies.finish(Q2="old")["state"] == "completed"


def test_quota_race(app: Flask, cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("sh", 3, "Q1", "sh"))
    replies = rush(app, door, [pages("sh", "old")] * 12)
    assert Counter(reply["state"] for reply in replies) == {"completed": 3, "over_quota": 9}


def test_quota_is_named(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("sh", 1, "Q1", "sh"), quota("old", 9, "Q2", "old"))
    Person(door).finish(Q1="sh", Q2="old")
    assert Person(door).finish(Q1="sh", Q2="old")["ending"] == "no_sh"
    db.session.rollback()
    stopped = select(Response).where(Response.state == "over_quota")
    assert [row.flags["quota"] for row in db.session.scalars(stopped)] == ["sh"]


def test_server_decides(cast: SimpleNamespace, db: Any) -> None:
    made = document(page("p1", ask("Q1")), page("p2", ask("Q2", show=q("Q1", **{"is": "a"}))))
    code = factories.distribution(factories.published(cast.east, made)).code
    db.session.commit()
    post = intake.Post(factories.public_id(), 1, answers={"Q1": "b", "Q2": "c"}, complete=True)
    intake.submit(intake.door(code), post)
    db.session.rollback()
    assert db.session.scalars(select(Response.answers)).one() == {"Q1": "b"}
