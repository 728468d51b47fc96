"""Places that run out are given to exactly as many as there are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.models import Response, Seat, Survey
from survey_app.services import cells, intake, responses, seats, surveys
from survey_app.services.errors import Refused
from survey_app.services.intake import Door, Post, submit
from tests import factories
from tests.services.test_intake import in_parallel, new

SLOTS = [{"id": "am", "label": "上午", "limit": 10}, {"id": "pm", "label": "下午"}]
GIFTS = [{"id": "cup", "label": "杯子", "limit": 2}, {"id": "bag", "label": "袋子", "limit": 3}]


def document(am: int | None = 10, **more: Any) -> dict[str, Any]:
    """One slot out of two, the morning limited, and any number of gifts."""
    found: dict[str, Any] = deepcopy(factories.NPS_DOCUMENT)
    found["pages"] = [
        {"code": "p1", "questions": [
            {"code": "Q1", "type": "single_choice", "title": "哪一场？", "required": True,
             "settings": {"options": [{**SLOTS[0], "limit": am}, SLOTS[1]]}},
            {"code": "Q2", "type": "multi_choice", "title": "要什么礼品？", "settings": {"options": GIFTS}},
        ]},
    ]  # fmt: skip
    return found | more


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    return factories.published(cast.east, document())


@pytest.fixture
def door(survey: Survey, db: Any) -> Door:
    return opened(db, survey)


def opened(db: Any, survey: Survey) -> Door:
    code = factories.distribution(survey).code
    db.session.commit()
    return intake.door(code)


def whole(slot: str = "am", *gifts: str, **columns: Any) -> Post:
    answers: dict[str, Any] = {"Q1": slot} | ({"Q2": list(gifts)} if gifts else {})
    return new(answers=answers, complete=True, **columns)


def held(db: Any) -> dict[tuple[str, str], int]:
    db.session.rollback()
    return {(row.question, row.bucket): row.n for row in db.session.scalars(select(Seat))}


def completed(db: Any) -> list[Response]:
    db.session.rollback()
    return list(db.session.scalars(select(Response).where(Response.state == "completed")))


def counted(db: Any) -> Counter[tuple[str, str]]:
    """Places by brute force."""
    found: Counter[tuple[str, str]] = Counter()
    for row in completed(db):
        found["Q1", row.answers["Q1"]] += 1
        found.update(("Q2", gift) for gift in row.answers.get("Q2", ()))
    return found


def refused(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value


def test_a_full_option_is_refused_and_the_earlier_answers_stay(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, factories.published(cast.east, document(am=1)))
    late = new(page="p1", answers={"Q1": "am"})
    submit(door, late)
    assert submit(door, whole())["state"] == "completed"
    refusal = refused(lambda: submit(door, Post(id=late.id, revision=2, answers={}, complete=True)))
    assert set(refusal.errors) == {"Q1"}
    assert refusal.errors["Q1"].sentence() == "This option has just run out. Please choose another."
    assert refusal.extra == {"taken": {"Q1": ["am"]}}
    kept = intake.stored(door, late.id)
    assert kept is not None
    assert (kept.revision, kept.state, kept.answers) == (1, "started", {"Q1": "am"})
    done = submit(door, Post(id=late.id, revision=2, answers={"Q1": "pm"}, complete=True))
    assert done["state"] == "completed"


def test_nothing_of_a_refused_completion_is_stored(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, factories.published(cast.east, document(am=1)))
    submit(door, whole())
    refused(lambda: submit(door, whole("am", "cup")))
    assert held(db) == {("Q1", "am"): 1}
    totals = cells.load(door.survey_id).totals()
    assert (totals.n("", "started"), totals.n("", "completed")) == (1, 1)


def test_a_retry_of_the_last_place_is_answered_like_the_first_time(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, factories.published(cast.east, document(am=1)))
    post = whole()
    done = submit(door, post)
    assert submit(door, post) == submit(door, replace(post, revision=3)) == done
    assert held(db) == {("Q1", "am"): 1}


def test_every_chosen_option_takes_a_place_of_its_own(door: Door, db: Any) -> None:
    for _ in range(2):
        submit(door, whole("pm", "cup", "bag"))
    assert held(db) == {("Q2", "cup"): 2, ("Q2", "bag"): 2}
    refusal = refused(lambda: submit(door, whole("pm", "cup", "bag")))
    assert (set(refusal.errors), refusal.extra) == ({"Q2"}, {"taken": {"Q2": ["cup"]}})
    submit(door, whole("pm", "bag"))
    with db.engine.connect() as source:
        assert seats.taken(source, door.survey_id, door.plan) == {"Q2": ["cup", "bag"]}


def test_a_screened_out_response_takes_no_place(cast: SimpleNamespace, db: Any) -> None:
    ends = [{"code": "thanks", "title": "谢谢"}, {"code": "out", "kind": "screened_out", "title": "谢谢"}]
    made = document(am=1, endings=ends)
    made["pages"][0]["next"] = [{"when": {"question": "Q1", "is": "am"}, "go": "out"}]
    door = opened(db, factories.published(cast.east, made))
    assert [submit(door, whole())["state"] for _ in range(3)] == ["screened_out"] * 3
    assert held(db) == {}


def test_a_deleted_response_gives_its_place_back(cast: SimpleNamespace, survey: Survey, db: Any) -> None:
    survey = factories.published(cast.east, document(am=1))
    door = opened(db, survey)
    first = submit(door, whole())
    refused(lambda: submit(door, whole()))
    responses.remove(cast.owner, survey.code, first["id"])
    assert submit(door, whole())["state"] == "completed"
    assert held(db) == {("Q1", "am"): 1}


def test_a_response_flagged_for_its_quality_keeps_its_place(cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.east, document(am=1))
    door = opened(db, survey)
    first = submit(door, whole())
    responses.decide(cast.owner, survey.code, first["id"], True)
    for recounted in (False, True):
        if recounted:
            cells.rebuild(door.survey_id)
        refused(lambda: submit(door, whole()))
    assert held(db)["Q1", "am"] == 1
    responses.remove(cast.owner, survey.code, first["id"])
    assert held(db)["Q1", "am"] == 0


def test_a_later_version_raises_the_limit_of_the_same_count(cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.east, document(am=1))
    code = opened(db, survey).code
    submit(intake.door(code), whole())
    db.session.rollback()
    survey.draft = document(am=2)
    db.session.commit()
    surveys.publish(cast.owner, survey.code)
    assert submit(intake.door(code), whole())["state"] == "completed"
    refused(lambda: submit(intake.door(code), whole()))
    assert held(db)["Q1", "am"] == 2


def test_a_limit_set_later_counts_those_who_chose_before(cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.east, document(am=None))
    code = opened(db, survey).code
    early = new(page="p1", answers={"Q1": "am"})
    for post in (whole(), whole(), early):
        submit(intake.door(code), post)
    db.session.rollback()
    survey.draft = document(am=3)
    db.session.commit()
    surveys.publish(cast.owner, survey.code)
    assert held(db) == {("Q1", "am"): 2, ("Q2", "cup"): 0, ("Q2", "bag"): 0}
    submit(intake.door(code), Post(id=early.id, revision=2, answers={}, complete=True))
    assert held(db)["Q1", "am"] == 3
    refused(lambda: submit(intake.door(code), whole()))


def test_turns_of_a_loop_have_places_of_their_own(cast: SimpleNamespace, db: Any) -> None:
    made = document()
    made["pages"] = [
        {"code": "p1", "questions": [{
            "code": "Q1", "type": "multi_choice", "title": "谁来？", "required": True,
            "settings": {"options": [{"id": "mum", "label": "妈妈"}, {"id": "dad", "label": "爸爸"}]}}]},
        {"code": "p2", "loop": {"over": {"question": "Q1", "pick": "chosen"}}, "questions": [{
            "code": "Q2", "type": "dropdown", "title": "{item}要什么？", "required": True,
            "settings": {"options": GIFTS}}]},
    ]  # fmt: skip
    door = opened(db, factories.published(cast.east, made))
    both = {"Q1": ["mum", "dad"], "Q2@mum": "cup", "Q2@dad": "cup"}
    for _ in range(2):
        submit(door, new(answers=both, complete=True))
    refusal = refused(lambda: submit(door, new(answers=both, complete=True)))
    assert set(refusal.errors) == {"Q2@mum", "Q2@dad"}
    assert held(db) == {("Q2@mum", "cup"): 2, ("Q2@dad", "cup"): 2}


def test_a_survey_without_limits_asks_nothing_more(
    cast: SimpleNamespace, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = opened(db, factories.published(cast.east))
    monkeypatch.setattr(seats, "raised", None)
    assert submit(door, new(answers={"Q1": 10, "Q3": "open"}, complete=True))["state"] == "completed"


def test_sixty_four_at_once_on_a_slot_of_ten_give_exactly_ten(app: Flask, door: Door, db: Any) -> None:
    client = app.test_client()
    bodies = [{"id": factories.public_id(), "revision": 1, "raw": {"Q1": {"": ["am"]}}, "complete": True}
              for _ in range(64)]  # fmt: skip

    def answer(body: dict[str, Any]) -> Any:
        return client.post(f"/s/{door.code}/answers", json=body)

    replies = in_parallel(app, [lambda body=body: answer(body) for body in bodies])  # type: ignore[misc]
    told = Counter(reply.status_code for reply in replies)
    assert told == {200: 10, 422: 54}
    late = next(reply.json for reply in replies if reply.status_code == 422)
    assert late["errors"] == {"Q1": "这个选项刚刚约满了，请换一个。"}
    assert late["taken"] == {"Q1": ["am"]}
    assert held(db) == {("Q1", "am"): 10}
    assert len(completed(db)) == 10
    again = [answer(body).status_code for body in bodies]
    assert [reply.status_code for reply in replies] == again


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_what_counting_by_hand_gives_whatever_happens(
    cast: SimpleNamespace, survey: Survey, door: Door, db: Any, seed: int
) -> None:
    dice = random.Random(seed)
    limits = {("Q1", "am"): 10, ("Q2", "cup"): 2, ("Q2", "bag"): 3}
    for _ in range(60):
        what = dice.choice(["complete"] * 5 + ["delete"] * 3 + ["rebuild", "publish"])
        if what == "complete":
            gifts = [gift for gift in ("cup", "bag") if dice.random() < 0.4]
            wanted = whole(dice.choice(["am", "am", "pm"]), *gifts)
            before = counted(db)
            asked = {place for place in limits if place[1] in (wanted.answers["Q1"], *gifts)}
            fits = all(before[place] < limits[place] for place in asked)
            if fits:
                submit(door, wanted)
            else:
                refusal = refused(partial(submit, door, wanted))
                assert set(refusal.errors) == {q for q, b in asked if before[q, b] >= limits[q, b]}
        elif what == "delete" and completed(db):
            responses.remove(cast.owner, survey.code, dice.choice(completed(db)).public_id)
        elif what == "rebuild":
            cells.rebuild(door.survey_id)
        elif what == "publish":
            limits["Q1", "am"] = dice.randrange(3, 12)
            db.session.rollback()
            survey.draft = document(am=limits["Q1", "am"])
            db.session.commit()
            try:
                surveys.publish(cast.owner, survey.code)
            except Refused:  # nothing changed
                db.session.rollback()
            db.session.commit()
            door = intake.door(door.code)
        now = counted(db)
        assert {place: n for place, n in held(db).items() if n} == {p: now[p] for p in limits if now[p]}


# One vote per device


@pytest.fixture
def ballot(cast: SimpleNamespace, db: Any) -> Door:
    made = document()
    made["pages"][0]["questions"] = [{
        "code": "Q1", "type": "vote", "title": "选谁？", "required": True,
        "settings": {"options": [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}], "once": True},
    }]  # fmt: skip
    return opened(db, factories.published(cast.east, made))


def vote(device: str | None = None, **columns: Any) -> Post:
    return new(answers={"Q1": "a"}, complete=True, device=device, **columns)


def test_a_device_votes_once(ballot: Door, db: Any) -> None:
    phone, other = factories.public_id(), factories.public_id()
    first = vote(phone)
    done = submit(ballot, first)
    refusal = refused(lambda: submit(ballot, vote(phone)))
    assert refusal.errors == {"Q1": seats.AGAIN}
    assert submit(ballot, first) == done
    submit(ballot, vote(other))
    submit(ballot, vote(None))
    assert len(completed(db)) == 3


def test_a_device_that_votes_many_times_at_once_votes_once(app: Flask, ballot: Door, db: Any) -> None:
    phone = factories.public_id()
    replies = in_parallel(app, [lambda: submit(ballot, vote(phone))] * 16)
    assert sum(isinstance(reply, dict) for reply in replies) == 1, replies
    assert len(completed(db)) == 1


def test_a_draft_is_no_vote(ballot: Door, cast: SimpleNamespace, db: Any) -> None:
    phone = factories.public_id()
    submit(ballot, new(page="p1", answers={"Q1": "b"}, device=phone))
    done = submit(ballot, vote(phone))
    refused(lambda: submit(ballot, vote(phone)))
    responses.remove(cast.owner, ballot.survey_code, done["id"])
    submit(ballot, vote(phone))
