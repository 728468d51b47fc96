"""Flags of quality: found once, moved with their counts, lifted and set again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from survey_app.extensions import db as database
from survey_app.models import Audit, Response, Survey, Verbatim
from survey_app.services import cells, exports, intake, metrics, quality, responses
from survey_app.services.errors import NotFound, Refused
from survey_app.services.intake import Door, Post
from tests import factories

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHONE = "p" * 22
WHOLE = {"Q1": 9, "Q3": "loan"}


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    row = factories.published(cast.east)
    db.session.commit()
    return row


@pytest.fixture
def door(survey: Survey, db: Any) -> Door:
    distribution = factories.distribution(survey)
    db.session.commit()
    return intake.door(distribution.code)


def rows(db: Any) -> list[Response]:
    db.session.rollback()
    return list(db.session.scalars(select(Response).order_by(Response.id)))


def at_once(door: Door, device: str | None = PHONE, at: datetime = BEGAN, **answers: Any) -> str:
    """A response that comes in one piece; its id."""
    id = factories.public_id()
    with time_machine.travel(at, tick=False):
        intake.submit(door, Post(id, 1, answers={**WHOLE, **answers}, complete=True, device=device))
    database.session.rollback()  # what was read before is out of date
    return id


def in_time(door: Door, seconds: float, at: datetime = BEGAN, device: str | None = None) -> str:
    """A response that ends so long after its first page; its id."""
    id = factories.public_id()
    with time_machine.travel(at, tick=False):
        intake.submit(door, Post(id, 1, page="p1", answers={"Q1": 3}, device=device))
    with time_machine.travel(at + timedelta(seconds=seconds), tick=False):
        intake.submit(door, Post(id, 2, answers={"Q2": "很好", "Q3": "loan"}, complete=True, device=device))
    database.session.rollback()  # what was read before is out of date
    return id


def flags(db: Any) -> list[list[str]]:
    return [[f"{each['flag']} {each['by']}" for each in row.flags.get("quality", ())] for row in rows(db)]


def counts(survey: Survey) -> tuple[int, int, int]:
    """Completed responses: all, clean, flagged."""
    database.session.rollback()
    cube = cells.load(survey.id)
    found = (cube.totals(), cube.clean.totals(), cube.doubtful.totals())
    return tuple(each.n("", "completed") for each in found)  # type: ignore[return-value]


# Found


def test_the_later_of_two_responses_of_one_phone_is_flagged(door: Door, survey: Survey, db: Any) -> None:
    first = at_once(door)
    at_once(door, device=None)
    at_once(door, device="q" * 22)
    at_once(door, at=BEGAN + timedelta(hours=23))
    assert flags(db) == [[], [], [], ["duplicate device"]]
    assert rows(db)[3].flags["quality"][0]["of"] == first
    assert [row.flagged for row in rows(db)] == [False, False, False, True]
    assert counts(survey) == (4, 3, 1)


def test_a_customer_who_comes_back_another_day_is_no_duplicate(door: Door, db: Any) -> None:
    at_once(door)
    at_once(door, at=BEGAN + timedelta(hours=25))
    assert flags(db) == [[], []]


def test_a_survey_may_allow_a_phone_to_be_shared(cast: SimpleNamespace, db: Any) -> None:
    document = {**factories.NPS_DOCUMENT, "settings": {"quality": {"repeat_hours": 0}}}
    distribution = factories.distribution(factories.published(cast.east, document))
    db.session.commit()
    for _ in range(2):
        at_once(intake.door(distribution.code))
    assert flags(db) == [[], []]


def test_another_survey_knows_nothing_of_the_phone(cast: SimpleNamespace, door: Door, db: Any) -> None:
    distribution = factories.distribution(factories.published(cast.east))
    db.session.commit()
    at_once(door)
    at_once(intake.door(distribution.code))
    assert flags(db) == [[], []]


@pytest.mark.parametrize("by", ["device", "contact"])
def test_looking_for_the_same_phone_or_contact_reads_one_index_only(by: str, app: Flask, db: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by its statistics")
    query = str(dict(quality._OTHERS)[by].compile(db.engine))
    plan = db.session.execute(text("EXPLAIN QUERY PLAN " + query.replace("?", "1"))).all()
    assert [f"ix_responses_{by}" in str(line) for line in plan] == [True]


def test_a_retry_is_no_duplicate_of_itself(door: Door, db: Any) -> None:
    post = Post(factories.public_id(), 1, answers=WHOLE, complete=True, device=PHONE)
    assert intake.submit(door, post) == intake.submit(door, post)
    assert flags(db) == [[]]


def test_a_contact_invited_twice_is_flagged_the_second_time(
    cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    person = factories.contact(cast.east)
    doors = []
    for _ in range(2):
        invitation = factories.invitation(factories.distribution(survey), person)
        db.session.commit()
        doors.append(intake.door_of_token(invitation.token))
    for each in doors:
        at_once(each, device=None)
    assert flags(db) == [[], ["duplicate contact"]]


def test_two_responses_of_one_phone_that_end_together_leave_one_flagged(
    app: Flask, door: Door, survey: Survey, db: Any
) -> None:
    for _ in range(5):
        device, together = factories.public_id(), threading.Barrier(2)

        def finish(device: str = device, together: threading.Barrier = together) -> None:
            with app.app_context():
                together.wait(30)
                post = Post(factories.public_id(), 1, answers=WHOLE, complete=True, device=device)
                intake.submit(door, post)

        with ThreadPoolExecutor(2) as pool:
            for each in [pool.submit(finish), pool.submit(finish)]:
                each.result()
        pair = [row.flagged for row in rows(db) if row.device == device]
        assert sorted(pair) == [False, True]
    assert counts(survey) == (10, 5, 5)


def test_a_hurried_response_is_flagged_and_counted_aside_from_its_beginning(
    door: Door, survey: Survey, db: Any
) -> None:
    in_time(door, 1)
    in_time(door, 60)
    hurried, calm = rows(db)
    (flag,) = hurried.flags["quality"]
    assert flag["flag"] == "speeder"
    assert flag["seconds"] == 1 < flag["least"]
    assert calm.flags == {"usual": hurried.flags["usual"]}
    cube = cells.load(survey.id)
    for side in (cube.clean, cube.doubtful):
        totals = side.totals()
        assert (totals.n("", "started"), totals.n("", "completed"), totals.n("words", "unread")) == (1, 1, 1)
    assert [each.flagged for each in db.session.scalars(select(Verbatim).order_by(Verbatim.id))] == [
        True,
        False,
    ]


def test_a_response_under_way_remembers_where_its_time_begins(door: Door, db: Any) -> None:
    intake.submit(door, Post(factories.public_id(), 1, page="p1", answers={"Q2": "好", "Q1": 3}))
    assert rows(db)[0].flags == {"begun": "Q2"}
    assert not rows(db)[0].flagged


# Compared with others


def test_whoever_is_much_faster_than_thirty_others_is_flagged_once(
    door: Door, survey: Survey, db: Any
) -> None:
    for n in range(29):
        in_time(door, 100 + n, BEGAN + timedelta(minutes=n))
    quick = in_time(door, 25, BEGAN + timedelta(hours=1))
    in_time(door, 45, BEGAN + timedelta(hours=2))
    assert counts(survey) == (31, 31, 0)
    assert quality.sweep() == 1
    assert [row.public_id for row in rows(db) if row.flagged] == [quick]
    assert counts(survey) == (31, 30, 1)
    assert quality.sweep() == quality.sweep() == 0
    quality._seen.clear()
    assert quality.sweep() == 0
    kept = counts(survey)
    cells.rebuild(survey.id)
    assert counts(survey) == kept


def test_before_thirty_nobody_is_compared(door: Door, db: Any) -> None:
    for n in range(28):
        in_time(door, 100, BEGAN + timedelta(minutes=n))
    in_time(door, 25)
    assert quality.sweep() == 0


def test_the_others_pace_counts_not_their_seconds() -> None:
    """Somebody on a short path is not blamed for it."""
    recent = [SimpleNamespace(id=n, seconds=100, flags={"usual": 100}) for n in range(40)]
    short = SimpleNamespace(id=99, seconds=20, flags={"usual": 20})
    fast = SimpleNamespace(id=98, seconds=20, flags={"usual": 100})
    known = SimpleNamespace(id=97, seconds=1, flags={"usual": 100, "quality": [{"flag": "speeder"}]})
    found = quality.hurried([*recent, short, fast, known], 33)
    assert found == {98: {"flag": "speeder", "by": "others", "seconds": 20, "least": 33}}


def test_a_lifted_mark_is_not_set_again_by_the_sweep(
    door: Door, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    for n in range(30):
        in_time(door, 100, BEGAN + timedelta(minutes=n))
    quick = in_time(door, 20)
    responses.decide(cast.manager, survey.code, quick, False)
    quality.sweep()
    assert counts(survey) == (31, 31, 0)
    assert responses.decide(cast.manager, survey.code, quick, None).flagged


# Decided


def test_a_manager_lifts_sets_and_returns_to_what_was_observed(
    door: Door, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    in_time(door, 60, device=PHONE)
    second = in_time(door, 60, BEGAN + timedelta(hours=1), device=PHONE)
    assert counts(survey) == (2, 1, 1)
    for decision, clean in ((False, 2), (True, 1), (None, 1), (False, 2), (None, 1)):
        row = responses.decide(cast.manager, survey.code, second, decision)
        assert row.flagged is (clean == 1)
        assert row.as_dict()["quality"]["decided"] is decision
        assert row.as_dict()["quality"]["observed"][0]["flag"] == "duplicate"
        assert counts(survey) == (2, clean, 2 - clean)
        kept = counts(survey)
        cells.rebuild(survey.id)
        assert counts(survey) == kept


def test_every_decision_stands_in_the_audit_trail_and_only_once(
    door: Door, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    id = at_once(door)
    for decision in (True, True, False):
        responses.decide(cast.manager, survey.code, id, decision)
    found = db.session.scalars(
        select(Audit).where(Audit.action == "response.quality").order_by(Audit.id)
    ).all()
    assert [(each.thing, each.detail["flagged"], each.detail["before"]) for each in found] == [
        (f"response:{id}", True, False),
        (f"response:{id}", False, True),
    ]


def test_a_response_under_way_or_of_another_region_cannot_be_marked(
    door: Door, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    open = factories.public_id()
    intake.submit(door, Post(open, 1, page="p1", answers={"Q1": 9}))
    db.session.rollback()
    with pytest.raises(Refused):
        responses.decide(cast.manager, survey.code, open, True)
    done = at_once(door)
    with pytest.raises(NotFound):
        responses.decide(cast.stranger, survey.code, done, True)
    with pytest.raises(NotFound):
        responses.decide(cast.agent, survey.code, done, True)


# Read


def test_figures_leave_flagged_responses_out_on_demand_or_by_the_surveys_rule(
    cast: SimpleNamespace, db: Any
) -> None:
    for exclude in (False, True):
        document = {**factories.NPS_DOCUMENT, "settings": {"quality": {"exclude": exclude}}}
        row = factories.published(cast.east, document)
        distribution = factories.distribution(row)
        db.session.commit()
        door = intake.door(distribution.code)
        now = datetime.now(UTC)
        at_once(door, at=now, Q1=6, Q2="很好")
        at_once(door, at=now, Q1=4, Q2="太差")
        for chosen, clean in (("", exclude), ("clean", True), ("all", False)):
            found = metrics.summary_of_survey(cast.manager, row.code, {"quality": chosen})
            assert found["quality"] == {"clean": clean, "flagged": 1}
            assert found["responses"]["completed"] == (1 if clean else 2)
            shown, _ = metrics.for_survey(cast.manager, row, {"quality": chosen})
            assert shown.totals("Q1").amount() == (6 if clean else 10)
            assert shown.totals("Q1").n() == len(shown.verbatims(9)) == (1 if clean else 2)
            where = '{"question":"Q1","answered":true}'
            same = metrics.summary_of_survey(cast.manager, row.code, {"quality": chosen, "where": where})
            assert same["responses"]["completed"] == found["responses"]["completed"]
            assert same["quality"] == found["quality"]


def test_lists_and_files_tell_the_flagged_ones_apart(
    door: Door, survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    first, second = at_once(door), at_once(door)
    for wanted, ids in ((None, {first, second}), (True, {second}), (False, {first})):
        found, _ = responses.listing(cast.manager, survey.code, responses.Filter(flagged=wanted))
        assert {row.id for row in found} == ids
        source = exports.Source(survey, flagged=wanted)
        assert {record["id"] for record in exports.records(source)} == ids
    lines = b"".join(exports.stream(exports.Source(survey), "csv")).decode().splitlines()
    columns = [line.split(",") for line in lines]
    place = columns[0].index("flagged")
    assert [line[place : place + 2] for line in columns[1:]] == [["0", ""], ["1", "duplicate"]]
