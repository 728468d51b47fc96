"""Answers are stored once, on the path, under the version they were given under."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from survey_app.models import Distribution, Invitation, Quota, Response, Survey, Verbatim
from survey_app.models.writer import Busy as WriterBusy
from survey_app.models.writer import Full
from survey_app.services import cells, intake, storage
from survey_app.services.errors import Conflict, Gone, NotFound, Refused, StorageFull
from survey_app.services.intake import Door, Post, submit
from tests import factories

DETRACTOR = {"Q1": 3, "Q2": "等了一个小时", "Q3": "open"}
PROMOTER = {"Q1": 10, "Q3": "loan"}

QUOTA: dict[str, Any] = {
    **deepcopy(factories.NPS_DOCUMENT),
    "endings": [
        {"code": "thanks", "title": "谢谢"},
        {"code": "sorry", "kind": "over_quota", "title": "名额已满"},
    ],
    "quotas": [
        {"code": "loans", "when": {"question": "Q3", "is": "loan"}, "limit": 2, "then": {"go": "sorry"}}
    ],
}


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    return factories.published(cast.east)


@pytest.fixture
def door(survey: Survey, db: Any) -> Door:
    return opened(db, factories.distribution(survey))


def opened(db: Any, distribution: Distribution) -> Door:
    db.session.commit()
    return intake.door(distribution.code)


def new(**columns: Any) -> Post:
    return Post(**{"id": factories.public_id(), "revision": 1, **columns})


def whole(answers: dict[str, Any] | None = None, **columns: Any) -> Post:
    return new(answers=answers or PROMOTER, complete=True, **columns)


def responses(db: Any) -> list[Response]:
    db.session.rollback()
    return list(db.session.scalars(select(Response).order_by(Response.id)))


def the_response(db: Any) -> Response:
    (row,) = responses(db)
    return row


def totals(db: Any, door: Door) -> cells.Totals:
    db.session.rollback()
    return cells.load(door.survey_id).totals()


def in_parallel(app: Flask, calls: list[Callable[[], Any]]) -> list[Any]:
    """Results or exceptions of calls begun at the same moment."""
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        with app.app_context():
            together.wait(30)
            try:
                return call()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


# One filling


def test_a_page_is_kept_until_the_last_one_completes_the_response(door: Door, db: Any) -> None:
    first = new(page="p1", answers={"Q1": 3, "Q2": "太慢"})
    reply = submit(door, first)
    assert reply == {
        "id": first.id,
        "revision": 1,
        "state": "started",
        "page": "p2",
        "receipt": reply["receipt"],
    }
    row = the_response(db)
    assert (row.state, row.position, row.answers) == ("started", "p2", {"Q1": 3, "Q2": "太慢"})
    last = submit(door, Post(id=first.id, revision=2, answers={"Q3": "open"}, complete=True))
    assert last == {
        "id": first.id,
        "revision": 2,
        "state": "completed",
        "ending": "thanks",
        "receipt": reply["receipt"],
    }
    row = the_response(db)
    assert (row.state, row.position) == ("completed", "thanks")
    assert row.answers == {"Q1": 3, "Q2": "太慢", "Q3": "open"}
    assert row.seconds == 0


def test_a_response_keeps_the_device_it_began_on(door: Door, db: Any) -> None:
    first = new(page="p1", answers={"Q1": 3}, device="d" * 22)
    submit(door, first)
    submit(door, Post(id=first.id, revision=2, answers={"Q3": "open"}, complete=True, device="e" * 22))
    submit(door, whole())
    assert [row.device for row in responses(db)] == ["d" * 22, None]


def test_a_response_remembers_where_it_came_from(survey: Survey, cast: SimpleNamespace, db: Any) -> None:
    distribution = factories.distribution(survey, cast.pudong, "qrcode")
    place = factories.place(distribution, cast.xuhui, {"counter": "3"})
    db.session.commit()
    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        submit(intake.door(place.code), whole(locale="zh_CN"))
    row = the_response(db)
    assert (row.survey_id, row.distribution_id, row.place_id) == (survey.id, distribution.id, place.id)
    assert (row.unit_id, row.channel, row.fields) == (cast.xuhui.id, "qrcode", {"counter": "3"})
    assert (row.started_at, row.completed_at, row.seconds) == (at, at, None)
    assert (row.locale, row.seed) == ("zh_CN", intake.seed_of(row.public_id))


def test_controls_and_values_store_the_same(door: Door, db: Any) -> None:
    submit(door, whole(DETRACTOR))
    submit(
        door, new(raw={"Q1": {"": ["3"]}, "Q2": {"": ["等了一个小时"]}, "Q3": {"": ["open"]}}, complete=True)
    )
    first, second = responses(db)
    assert first.answers == second.answers == DETRACTOR


def test_null_and_empty_controls_clear_an_answer(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 3, "Q2": "太慢"})
    submit(door, post)
    submit(door, Post(id=post.id, revision=2, page="p1", answers={"Q2": None}))
    assert the_response(db).answers == {"Q1": 3}
    submit(door, Post(id=post.id, revision=3, raw={"Q1": {"": []}}))
    assert the_response(db).answers == {}


def test_answers_off_the_path_are_kept_for_going_back_and_dropped_at_the_end(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 3, "Q2": "太慢"})
    submit(door, post)
    submit(door, Post(id=post.id, revision=2, page="p1", answers={"Q1": 10}))
    assert the_response(db).answers == {"Q1": 10, "Q2": "太慢"}
    submit(door, Post(id=post.id, revision=3, answers={"Q3": "loan"}, complete=True))
    assert the_response(db).answers == {"Q1": 10, "Q3": "loan"}
    assert db.session.scalars(select(Verbatim)).all() == []


def test_words_of_a_completed_response_wait_to_be_read(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 3, "Q2": "等了一个小时"})
    submit(door, post)
    assert db.session.scalar(select(func.count()).select_from(Verbatim)) == 0
    submit(door, Post(id=post.id, revision=2, answers={"Q3": "open"}, complete=True))
    db.session.rollback()
    (said,) = db.session.scalars(select(Verbatim))
    assert (said.text, said.question, said.sentiment, said.read_at) == ("等了一个小时", "Q2", "", None)
    assert (said.key, said.unit_id, said.channel) == (f"{post.id}:Q2", door.unit_id, "link")
    assert totals(db, door).n("words", "unread") == 1


# What is refused


def test_wrong_answers_are_named_and_nothing_is_stored(door: Door, db: Any) -> None:
    wrong = {"Q1": 11, "Q2": 7, "Q3": "nowhere", "Q9": "x"}
    with pytest.raises(Refused) as refusal:
        submit(door, new(answers=wrong))
    assert set(refusal.value.errors) == set(wrong)
    assert responses(db) == []


def test_raw_input_nobody_understands_is_named(door: Door, db: Any) -> None:
    with pytest.raises(Refused) as refusal:
        submit(door, new(raw={"Q1": {"": ["many"]}, "Q3": {"": ["nowhere"]}}))
    assert set(refusal.value.errors) == {"Q1", "Q3"}
    assert responses(db) == []


@pytest.mark.parametrize(
    ("answers", "missing"), [({}, {"Q1"}), ({"Q1": 9}, {"Q3"}), ({"Q2": "只有这句", "Q3": "open"}, {"Q1"})]
)
def test_completing_without_a_required_answer_is_refused(
    door: Door, db: Any, answers: dict[str, Any], missing: set[str]
) -> None:
    with pytest.raises(Refused) as refusal:
        submit(door, new(answers=answers, complete=True))
    assert set(refusal.value.errors) == missing
    assert responses(db) == []


def test_a_refused_end_leaves_the_draft_as_it_was(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 9})
    submit(door, post)
    with pytest.raises(Refused):
        submit(door, Post(id=post.id, revision=2, answers={"Q1": 2}, complete=True))
    row = the_response(db)
    assert (row.revision, row.answers, row.state) == (1, {"Q1": 9}, "started")


def test_an_unknown_page_is_refused(door: Door, db: Any) -> None:
    with pytest.raises(Refused) as refusal:
        submit(door, new(page="p9", answers={"Q1": 9}))
    assert set(refusal.value.errors) == {"page"}


def test_a_draft_may_leave_required_questions_open(door: Door, db: Any) -> None:
    assert submit(door, new(page=None, answers={}))["page"] == "p1"
    assert the_response(db).answers == {}


# The same again


def test_a_retried_submission_is_stored_once_and_answered_alike(door: Door, db: Any) -> None:
    for post in (whole(DETRACTOR), new(page="p1", answers={"Q1": 3, "Q2": "太慢"})):
        replies = [submit(door, post) for _ in range(3)]
        assert replies[0] == replies[1] == replies[2]
    assert len(responses(db)) == 2
    assert totals(db, door).n("", "started") == 2


def test_a_retry_with_answers_off_the_path_is_still_the_same(door: Door, db: Any) -> None:
    post = whole({**PROMOTER, "Q2": "只有贬损者会被问到"})
    assert submit(door, post) == submit(door, post)
    assert the_response(db).answers == PROMOTER


def test_everything_sent_again_under_a_higher_revision_is_the_same_response(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 3, "Q2": "太慢"})
    submit(door, post)
    done = submit(door, Post(id=post.id, revision=2, answers={"Q3": "open"}, complete=True))
    again = Post(id=post.id, revision=7, answers={"Q1": 3, "Q2": "太慢", "Q3": "open"}, complete=True)
    assert submit(door, again) == done
    assert the_response(db).revision == 2


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_other_answers_for_a_finished_id_are_refused_with_the_stored_receipt(
    door: Door, db: Any, revision: int
) -> None:
    post = whole(DETRACTOR)
    submit(door, post)
    done = submit(door, replace(post, revision=2))
    with pytest.raises(Conflict) as refusal:
        submit(door, replace(post, revision=revision, answers={**DETRACTOR, "Q3": "loan"}))
    assert refusal.value.extra == done
    assert the_response(db).answers == DETRACTOR


def test_a_late_page_of_a_finished_response_is_answered_with_what_is_stored(door: Door, db: Any) -> None:
    late = new(page="p1", answers={"Q1": 0})
    submit(door, Post(id=late.id, revision=2, page="p1", answers={"Q1": 10}))
    done = submit(door, Post(id=late.id, revision=3, answers={"Q3": "loan"}, complete=True))
    assert submit(door, late) == done
    assert the_response(db).answers == PROMOTER


def test_a_lower_revision_is_ignored_and_answered_with_what_is_stored(door: Door, db: Any) -> None:
    post = new(page="p1", revision=5, answers={"Q1": 9})
    kept = submit(door, post)
    assert submit(door, replace(post, revision=4, answers={"Q1": 1})) == kept
    assert kept["revision"] == 5
    assert the_response(db).answers == {"Q1": 9}


def test_the_same_revision_with_other_answers_is_refused_with_what_is_stored(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 9})
    kept = submit(door, post)
    for other in (replace(post, answers={"Q1": 1}), replace(post, answers={**PROMOTER}, complete=True)):
        with pytest.raises(Conflict) as refusal:
            submit(door, other)
        assert refusal.value.extra == kept
    assert the_response(db).answers == {"Q1": 9}


def test_an_id_of_another_distribution_is_a_conflict_and_tells_nothing(
    door: Door, survey: Survey, db: Any
) -> None:
    post = whole()
    submit(door, post)
    db.session.rollback()
    other = opened(db, factories.distribution(survey, channel="qrcode"))
    with pytest.raises(Conflict) as refusal:
        submit(other, post)
    assert refusal.value.extra == {}
    assert intake.stored(other, post.id) is None


def test_one_submission_sent_eight_times_at_once_is_stored_once(app: Flask, door: Door, db: Any) -> None:
    for _ in range(5):
        post = whole(DETRACTOR)
        replies = in_parallel(app, [lambda post=post: submit(door, post)] * 8)  # type: ignore[misc]
        assert all(reply == replies[0] for reply in replies), replies
    rows = responses(db)
    assert len(rows) == len({row.public_id for row in rows}) == 5
    found = totals(db, door)
    assert (found.n("", "started"), found.n("", "completed"), found.n("words", "unread")) == (5, 5, 5)


def test_pages_sent_out_of_order_and_at_once_end_with_the_highest_revision(
    app: Flask, door: Door, db: Any
) -> None:
    id = factories.public_id()
    posts = [Post(id=id, revision=n, page="p1", answers={"Q1": n}) for n in range(1, 9)]
    replies = in_parallel(app, [lambda post=post: submit(door, post) for post in posts])  # type: ignore[misc]
    assert all(isinstance(reply, dict) for reply in replies), replies
    row = the_response(db)
    assert (row.revision, row.answers) == (8, {"Q1": 8})


# Versions, languages and fields


def republished(survey: Survey, db: Any) -> None:
    db.session.rollback()
    document = deepcopy(factories.NPS_DOCUMENT)
    document["pages"][1]["questions"][0] = {
        "code": "Q4", "type": "single_choice", "title": "哪家门店？", "required": True,
        "settings": {"options": [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]},
    }  # fmt: skip
    survey.draft = document
    factories.publish(survey)
    db.session.commit()


def test_a_response_finishes_on_the_version_it_began(survey: Survey, door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 9})
    submit(door, post)
    db.session.rollback()
    first = survey.live_version_id
    republished(survey, db)
    renewed = intake.door(door.code)
    assert "Q4" in renewed.plan.questions
    submit(renewed, Post(id=post.id, revision=2, answers={"Q3": "loan"}, complete=True))
    assert (
        submit(renewed, Post(id=post.id, revision=2, answers={"Q3": "loan"}, complete=True))["revision"] == 2
    )
    row = the_response(db)
    assert (row.version_id, row.answers) == (first, {"Q1": 9, "Q3": "loan"})


def test_a_page_made_before_publishing_begins_on_its_own_version(survey: Survey, door: Door, db: Any) -> None:
    republished(survey, db)
    renewed = intake.door(door.code)
    submit(renewed, whole(version=1))
    assert the_response(db).version_id != renewed.version_id
    with pytest.raises(Refused):
        submit(renewed, whole())
    with pytest.raises(NotFound):
        submit(renewed, whole(version=3))


def test_only_declared_fields_of_the_address_are_kept_and_the_door_wins(
    survey: Survey, cast: SimpleNamespace, db: Any
) -> None:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["fields"] = [
        {"code": "city", "type": "text", "from": "url"},
        {"code": "visits", "type": "number", "from": "url"},
        {"code": "order_no", "type": "text", "from": "invitation"},
    ]
    distribution = factories.distribution(factories.published(cast.east, document))
    place = factories.place(distribution, cast.pudong, {"city": "上海"})
    db.session.commit()
    given = {"city": "北京", "visits": "3", "order_no": "forged", "utm_source": "x", "channel": "forged"}
    submit(intake.door(distribution.code), whole(fields=given))
    submit(intake.door(place.code), whole(fields=given))
    first, second = responses(db)
    assert first.fields == {"city": "北京", "visits": "3"}
    assert second.fields == {"city": "上海", "visits": "3"}


def test_fields_are_those_of_the_first_save(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 9}, fields={"city": "上海"})
    submit(door, post)
    submit(door, Post(id=post.id, revision=2, answers={"Q3": "open"}, complete=True, fields={"city": "北京"}))
    assert the_response(db).fields == {"city": "上海"}


def test_conditions_see_the_channel_and_the_place(survey: Survey, cast: SimpleNamespace, db: Any) -> None:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["pages"][1]["show"] = {
        "all": [{"field": "channel", "is": "qrcode"}, {"field": "city", "is": "上海"}]
    }
    row = factories.published(cast.east, document)
    here = factories.place(factories.distribution(row, channel="qrcode"), cast.pudong, {"city": "上海"})
    elsewhere = factories.distribution(row)
    db.session.commit()
    submit(intake.door(elsewhere.code), whole({"Q1": 10}))
    with pytest.raises(Refused):
        submit(intake.door(here.code), whole({"Q1": 10}))
    submit(intake.door(here.code), whole())
    assert [each.answers for each in responses(db)] == [{"Q1": 10}, PROMOTER]


def test_what_is_stored_can_be_gone_on_with(door: Door, db: Any) -> None:
    post = new(page="p1", answers={"Q1": 9}, locale="en")
    reply = submit(door, post)
    found = intake.stored(door, post.id)
    assert found is not None
    assert (found.id, found.revision, found.state, found.position) == (post.id, 1, "started", "p2")
    assert (found.answers, found.locale, found.receipt) == ({"Q1": 9}, "en", reply["receipt"])
    assert (found.seed, found.plan.title) == (intake.seed_of(post.id), "门店体验回访")
    assert intake.stored(door, factories.public_id()) is None


# Other endings


def screened() -> dict[str, Any]:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["endings"].append({"code": "out", "kind": "screened_out", "title": "谢谢"})
    document["pages"][0]["next"] = [{"when": {"question": "Q1", "at_most": 2}, "go": "out"}]
    return document


def test_being_screened_out_ends_the_response_without_counting_its_answers(
    cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, factories.distribution(factories.published(cast.east, screened())))
    reply = submit(door, whole({"Q1": 1, "Q2": "不满意", "Q3": "open"}))
    assert (reply["state"], reply["ending"]) == ("screened_out", "out")
    assert the_response(db).answers == {"Q1": 1, "Q2": "不满意"}
    found = totals(db, door)
    assert (found.n("", "screened_out"), found.n("", "completed"), found.n("Q1")) == (1, 0, 0)
    assert db.session.scalars(select(Verbatim)).all() == []


def test_nobody_beyond_the_quota_completes(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, factories.distribution(factories.published(cast.east, QUOTA)))
    states = [submit(door, whole())["state"] for _ in range(4)]
    assert states == ["completed", "completed", "over_quota", "over_quota"]
    assert submit(door, whole(DETRACTOR))["state"] == "completed"
    db.session.rollback()
    assert [(row.code, row.n) for row in db.session.scalars(select(Quota))] == [("loans", 2)]
    assert responses(db)[2].flags == {"full": ["loans"], "quota": "loans"}


def test_a_retry_after_the_quota_filled_up_is_answered_like_the_first_time(
    cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, factories.distribution(factories.published(cast.east, QUOTA)))
    posts = [whole({**PROMOTER, "Q2": "不会被问到"}) for _ in range(4)]
    first = [submit(door, post) for post in posts]
    assert [submit(door, post) for post in posts] == first
    assert len(responses(db)) == 4


@pytest.mark.parametrize("kind", ["over_quota", "screened_out"])
def test_a_page_that_meets_a_full_quota_ends_the_response(cast: SimpleNamespace, db: Any, kind: str) -> None:
    document = deepcopy(QUOTA)
    document["endings"][1]["kind"] = kind
    door = opened(db, factories.distribution(factories.published(cast.east, document)))
    for _ in range(2):
        submit(door, whole())
    page = new(page="p2", answers=PROMOTER)
    reply = submit(door, page)
    assert (reply["state"], reply["ending"]) == (kind, "sorry")
    assert submit(door, page) == reply
    assert submit(door, replace(page, revision=2, complete=True)) == reply


def test_sixty_four_at_once_on_a_quota_of_ten_give_exactly_ten(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    document = deepcopy(QUOTA)
    document["quotas"][0]["limit"] = 10
    door = opened(db, factories.distribution(factories.published(cast.east, document)))
    replies = in_parallel(app, [lambda: submit(door, whole())] * 64)
    states = [reply["state"] if isinstance(reply, dict) else repr(reply) for reply in replies]
    assert (states.count("completed"), states.count("over_quota")) == (10, 54), set(states)
    found = totals(db, door)
    assert (found.n("", "completed"), found.n("", "over_quota")) == (10, 54)


# Personal links


@pytest.fixture
def invitation(survey: Survey, cast: SimpleNamespace, db: Any) -> Invitation:
    distribution = factories.distribution(survey, channel="sandbox")
    row = factories.invitation(distribution, factories.contact(cast.pudong), "token")
    db.session.commit()
    return row


def test_an_invitation_moves_on_with_its_response(invitation: Invitation, db: Any) -> None:
    door = intake.door_of_token("token")
    post = new(page="p1", answers={"Q1": 9})
    submit(door, post)
    db.session.rollback()
    assert (invitation.state, invitation.completed_at) == ("started", None)
    started = invitation.started_at
    assert started is not None
    submit(door, Post(id=post.id, revision=2, page="p1", answers={"Q1": 8}))
    submit(door, Post(id=post.id, revision=3, answers={"Q3": "open"}, complete=True))
    db.session.rollback()
    assert (invitation.state, invitation.reason, invitation.started_at) == ("completed", "", started)
    assert invitation.completed_at is not None
    row = the_response(db)
    assert (row.invitation_id, row.contact_id) == (invitation.id, invitation.contact_id)


def test_a_second_phone_goes_on_with_the_response_of_the_first(invitation: Invitation, db: Any) -> None:
    door = intake.door_of_token("token")
    first, second = new(page="p1", revision=2, answers={"Q1": 9}), new(page="p1", answers={"Q1": 1})
    kept = submit(door, first)
    found = intake.stored(door, second.id)
    assert found is not None
    assert (found.id, found.answers) == (first.id, {"Q1": 9})
    assert submit(door, second) == kept
    done = submit(door, replace(second, revision=3, answers={"Q3": "loan"}, complete=True))
    assert (done["id"], done["state"]) == (first.id, "completed")
    assert the_response(db).answers == {"Q1": 9, "Q3": "loan"}


def test_an_invitation_is_answered_once(app: Flask, invitation: Invitation, db: Any) -> None:
    door = intake.door_of_token("token")
    posts = [whole({"Q1": score, "Q3": "open"}) for score in (7, 8, 9, 10)]
    replies = in_parallel(app, [lambda post=post: submit(door, post) for post in posts])  # type: ignore[misc]
    assert sum(isinstance(reply, dict) for reply in replies) == 1
    assert sum(isinstance(reply, Conflict) for reply in replies) == 3
    kept = next(reply for reply in replies if isinstance(reply, dict))
    assert all(reply.extra == kept for reply in replies if isinstance(reply, Conflict))
    assert the_response(db).public_id == kept["id"]


def test_a_screened_out_invitation_says_why_it_ended(cast: SimpleNamespace, db: Any) -> None:
    distribution = factories.distribution(factories.published(cast.east, screened()), channel="sandbox")
    row = factories.invitation(distribution, factories.contact(cast.pudong), "token")
    db.session.commit()
    submit(intake.door_of_token("token"), whole({"Q1": 1}))
    db.session.rollback()
    assert (row.state, row.reason) == ("completed", "screened_out")


# Closed doors and full disks


def test_a_closed_door_takes_nothing_new_but_still_acknowledges(survey: Survey, door: Door, db: Any) -> None:
    finished, begun = whole(), new(page="p1", answers={"Q1": 9})
    done, kept = submit(door, finished), submit(door, begun)
    db.session.rollback()
    survey.status = "closed"
    db.session.commit()
    with pytest.raises(Gone):
        intake.door(door.code)
    shut = intake.door(door.code, closed=True)
    assert submit(shut, finished) == done
    assert submit(shut, begun) == kept
    for late in (whole(), Post(id=begun.id, revision=2, answers={"Q3": "open"}, complete=True)):
        with pytest.raises(Gone):
            submit(shut, late)
    assert len(responses(db)) == 2


@pytest.mark.parametrize(("trouble", "problem"), [(Full, StorageFull), (WriterBusy, storage.Busy)])
def test_a_writer_that_cannot_write_is_a_refusal_to_come_back_from(
    door: Door, db: Any, trouble: type[Exception], problem: type[Exception]
) -> None:
    def work(connection: Any) -> None:
        raise trouble("no room")

    with pytest.raises(problem):
        storage.write(work)
    assert submit(door, whole())["state"] == "completed"


def test_seconds_are_counted_from_the_first_save(door: Door, db: Any) -> None:
    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    post = new(page="p1", answers={"Q1": 9})
    with time_machine.travel(at, tick=False):
        submit(door, post)
    with time_machine.travel(at + timedelta(seconds=95), tick=False):
        submit(door, Post(id=post.id, revision=2, answers={"Q3": "open"}, complete=True))
    assert the_response(db).seconds == 95
