"""Conversations store what is said as the page would: once, under one id, whatever breaks in between."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from channels.base import Event
from survey_app.models import Conversation, Distribution, Invitation, Response, Turn, Verbatim
from survey_app.models.base import now
from survey_app.services import (
    cells,
    contacts,
    conversations,
    distributions,
    doors,
    intake,
    responses,
)
from survey_app.services.errors import Gone, NotFound
from tests import factories


@pytest.fixture
def sandbox(invited: Callable[..., Distribution]) -> Distribution:
    """A sandbox distribution with two invited contacts."""
    return invited("sandbox", 2)


@pytest.fixture
def guest(sandbox: Distribution, db: Any) -> Invitation:
    found: Invitation = db.session.scalars(select(Invitation).order_by(Invitation.id)).first()
    return found


def the_response(db: Any) -> Response:
    db.session.rollback()
    row: Response = db.session.scalars(select(Response)).one()
    return row


def the_conversation(db: Any) -> Conversation:
    db.session.rollback()
    row: Conversation = db.session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
    return row


def talk_through(code: str, *replies: str) -> list[conversations.Said]:
    return [conversations.hear(code, text, f"m{i}") for i, text in enumerate(replies)]


def test_a_whole_conversation_is_one_response_with_everything_that_follows(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    begun = conversations.begin(sandbox, guest)
    assert "门店体验回访" in begun.messages[0]
    said = talk_through(begun.code, "3分", "等了一个小时", "开户")
    assert said[-1].messages == ("谢谢您的反馈",)
    assert [each.state for each in said] == ["open", "open", "ended"]
    row = the_response(db)
    assert row.answers == {"Q1": 3, "Q2": "等了一个小时", "Q3": "open"}
    assert (row.state, row.revision, row.invitation_id) == ("completed", 3, guest.id)
    assert db.session.get(Invitation, guest.id).state == "completed"
    assert db.session.scalars(select(Verbatim.text)).all() == ["等了一个小时"]
    assert cells.load(row.survey_id).totals().n("Q1", "detractor") == 1


def test_a_message_heard_twice_counts_once_and_gets_the_same_reply(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    code = conversations.begin(sandbox, guest).code
    first = conversations.hear(code, "9", "a")
    assert conversations.hear(code, "9", "a") == first
    assert conversations.hear(code, "0", "a") == first
    assert the_response(db).answers == {"Q1": 9}
    assert the_conversation(db).question == "Q3"


@pytest.mark.parametrize("last", [False, True])
def test_a_crash_between_storing_and_replying_loses_nothing(
    sandbox: Distribution, guest: Invitation, db: Any, monkeypatch: pytest.MonkeyPatch, last: bool
) -> None:
    code = conversations.begin(sandbox, guest).code
    if last:
        conversations.hear(code, "9", "before")
    reply = "贷款" if last else "9"

    def crash(*given: Any) -> bool:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(conversations, "_keep", crash)
        with pytest.raises(RuntimeError):
            conversations.hear(code, reply, "m")
    assert the_response(db).state == ("completed" if last else "started")
    said = conversations.hear(code, reply, "m")
    assert said.messages == conversations.hear(code, reply, "m").messages
    assert said.state == ("ended" if last else "open")
    assert the_response(db).answers == ({"Q1": 9, "Q3": "loan"} if last else {"Q1": 9})


def test_the_same_message_from_many_sides_at_once_is_one_answer(
    app: Flask, sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    code = conversations.begin(sandbox, guest).code
    db.session.rollback()

    def send(key: str) -> conversations.Said:
        with app.app_context():
            return conversations.hear(code, "9", key)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: contextvars.Context().run(send, "same"), range(8)))
    assert len(set(said)) == 1
    assert the_response(db).answers == {"Q1": 9}
    assert len(db.session.scalars(select(Turn).where(Turn.key == "same")).all()) == 1


def test_what_was_begun_on_the_page_goes_on_in_messages_and_back(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    door = doors.door_of_hash(guest.token_hash)
    id = factories.public_id()
    intake.submit(door, intake.Post(id, 1, page="", answers={"Q1": 10}))
    begun = conversations.begin(sandbox, guest)
    assert "您办理了哪项业务？" in begun.messages[-1]
    conversations.hear(begun.code, "上一题", "back")
    conversations.hear(begun.code, "2", "m")
    found = intake.stored(door, "")
    assert found is not None
    assert (found.id, found.revision, found.answers) == (id, 2, {"Q1": 2})
    intake.submit(door, intake.Post(id, 3, answers={"Q2": "慢", "Q3": "open"}, complete=True))
    assert conversations.hear(begun.code, "慢", "late").messages == ("谢谢您的反馈",)
    assert the_response(db).answers == {"Q1": 2, "Q2": "慢", "Q3": "open"}


def test_a_stop_word_ends_it_for_good_and_is_kept(sandbox: Distribution, guest: Invitation, db: Any) -> None:
    code = conversations.begin(sandbox, guest).code
    assert conversations.hear(code, "TD", "stop").state == "stopped"
    assert conversations.hear(code, "9", "later").messages == ()
    assert the_conversation(db).state == "stopped"
    assert db.session.scalars(select(Turn.heard)).all() == ["", "TD", "9"]
    assert not db.session.scalars(select(Response)).all()
    assert "推荐" in conversations.hear(code, "开始", "again").messages[-1]


def test_a_silent_conversation_expires_and_a_later_message_goes_on_with_what_was_said(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    code = conversations.begin(sandbox, guest).code
    conversations.hear(code, "9", "a")
    assert conversations.expire() == 0
    later = now() + conversations.TIMEOUT + timedelta(minutes=1)
    assert conversations.expire(later) == 1
    assert conversations.expire(later) == 0
    assert the_conversation(db).state == "expired"
    said = conversations.hear(code, "在吗", "b")
    assert "门店体验回访" in said.messages[0]
    assert "哪项业务" in said.messages[1]
    assert conversations.hear(code, "贷款", "c").state == "ended"


def test_a_reply_finds_its_contact_by_number(sandbox: Distribution, guest: Invitation, db: Any) -> None:
    number = contacts.reveal(guest.contact, "phone")
    said = conversations.replied(sandbox, number.removeprefix("+86"), "9分", "sms-1")
    assert "哪项业务" in said.messages[0]
    assert conversations.replied(sandbox, number, "9分", "sms-1") == said
    assert conversations.replied(sandbox, number, "１", "sms-2").messages == ("谢谢您的反馈",)
    assert the_response(db).contact_id == guest.contact_id


def test_what_a_provider_tells_is_heard_where_it_is_a_reply(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    number = contacts.reveal(guest.contact, "phone")
    event = Event("replied", "mo-1", now(), text="９", sender=number)
    said = conversations.take(sandbox, event)
    assert said is not None
    assert conversations.take(sandbox, event) == said
    assert conversations.take(sandbox, replace(event, kind="delivered")) is None
    assert the_response(db).answers == {"Q1": 9}


def test_a_greeting_begins_a_conversation_and_is_no_answer(
    sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    number = contacts.reveal(guest.contact, "phone")
    said = conversations.replied(sandbox, number, "你好", "sms-1")
    assert len(said.messages) == 2
    assert conversations.replied(sandbox, number, "你好", "sms-1").messages == said.messages
    db.session.rollback()
    assert len(db.session.scalars(select(Conversation)).all()) == 1


def test_a_stop_word_as_first_message_gets_one_polite_line(sandbox: Distribution, guest: Invitation) -> None:
    said = conversations.replied(sandbox, contacts.reveal(guest.contact, "phone"), "退订", "sms-1")
    assert said.state == "stopped"
    assert len(said.messages) == 1


def test_somebody_unknown_answers_through_the_open_door(sandbox: Distribution, db: Any) -> None:
    said = conversations.replied(sandbox, "+447700900123", "hello", "1")
    code = said.code
    assert conversations.replied(sandbox, "+447700900123", "9", "2").code == code
    assert conversations.replied(sandbox, "+447700900124", "hello", "3").code != code
    row = the_response(db)
    assert (row.contact_id, row.distribution_id, row.answers) == (None, sandbox.id, {"Q1": 9})
    assert "+44" not in str(db.session.scalars(select(Conversation.address_hash)).all())


def test_a_closed_survey_says_so_and_stores_nothing(
    cast: SimpleNamespace, sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    code = conversations.begin(sandbox, guest).code
    distributions.close(cast.manager, sandbox.code)
    doors._doors.clear()
    said = conversations.hear(code, "9", "m")
    assert said.state == "ended"
    assert said.messages
    assert not db.session.scalars(select(Response)).all()
    with pytest.raises(Gone):
        conversations.begin(sandbox)


def test_the_personal_link_is_kept_without_its_secret(
    cast: SimpleNamespace, db: Any, guest: Invitation, sandbox: Distribution
) -> None:
    code = conversations.begin(sandbox, guest).code
    conversations.hear(code, "9", "a")
    conversations.hear(code, "？？", "b")
    said = conversations.hear(code, "？？", "c")
    assert said.state == "ended"
    assert "/i/" in said.messages[0]
    assert conversations.hear(code, "？？", "c") == said
    link = next(word for word in said.messages[0].split() if "/i/" in word)
    kept = [line for turn in db.session.scalars(select(Turn)) for line in turn.said]
    assert not [line for line in kept if link in line]
    assert doors.door_of_token(link.rpartition("/")[2]).invitation_id == guest.id


def test_a_quota_that_fills_meanwhile_decides_the_last_word(cast: SimpleNamespace, db: Any) -> None:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["endings"].append({"code": "sorry", "kind": "over_quota", "title": "名额已满"})
    document["quotas"] = [
        {"code": "k", "when": {"question": "Q3", "is": "loan"}, "limit": 1, "then": {"go": "sorry"}}
    ]
    survey = factories.published(cast.east, document)
    db.session.commit()
    made = distributions.create(cast.manager, survey.code, "sandbox", {})
    ends = []
    for _ in range(2):
        code = conversations.begin(made).code
        ends.append(talk_through(code, "9", "贷款")[-1].messages)
    assert ends == [("谢谢您的反馈",), ("名额已满",)]


def test_a_conversation_holds_the_place_it_qualified_for(cast: SimpleNamespace, db: Any) -> None:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["endings"].append({"code": "sorry", "kind": "over_quota", "title": "名额已满"})
    document["quotas"] = [
        {"code": "k", "when": {"question": "Q1", "is": 9}, "limit": 1, "then": {"go": "sorry"}}
    ]
    survey = factories.published(cast.east, document)
    db.session.commit()
    made = distributions.create(cast.manager, survey.code, "sandbox", {})
    first, second = conversations.begin(made).code, conversations.begin(made).code
    conversations.hear(first, "9", "a")
    assert conversations.hear(second, "9", "b").messages == ("名额已满",)
    assert conversations.hear(first, "贷款", "c").messages == ("谢谢您的反馈",)


def test_who_is_forgotten_or_deleted_leaves_no_trace_in_conversations(
    cast: SimpleNamespace, sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    code = conversations.begin(sandbox, guest).code
    talk_through(code, "9", "贷款")
    contacts.forget(cast.manager, guest.contact.code)
    row = the_conversation(db)
    assert (row.contact_id, row.invitation_id) == (None, None)
    responses.remove(cast.manager, sandbox.survey.code, the_response(db).public_id)
    assert not db.session.scalars(select(Conversation)).all()
    assert not db.session.scalars(select(Turn)).all()


def test_unreadable_signs_are_left_out(sandbox: Distribution, guest: Invitation, db: Any) -> None:
    code = conversations.begin(sandbox, guest).code
    conversations.hear(code, "9\x00\ud800", "a" * 300)
    assert the_response(db).answers == {"Q1": 9}


def test_a_place_taken_meanwhile_is_asked_for_again(cast: SimpleNamespace, db: Any) -> None:
    options = [{"id": "am", "label": "上午", "limit": 1}, {"id": "pm", "label": "下午"}]
    question = {"code": "Q1", "type": "single_choice", "title": "哪一场？", "settings": {"options": options}}
    document = {
        **factories.NPS_DOCUMENT,
        "pages": [{"code": "p1", "questions": [{**question, "required": True}]}],
    }
    survey = factories.published(cast.east, document)
    db.session.commit()
    made = distributions.create(cast.manager, survey.code, "sandbox", {})
    first, second = (conversations.begin(made).code for _ in range(2))
    assert conversations.hear(first, "1", "a").state == "ended"
    late = conversations.hear(second, "上午", "a")
    assert late.state == "open"
    assert "上午" not in late.messages[0]
    assert conversations.hear(second, "1", "b").state == "ended"
    db.session.rollback()
    answers = db.session.scalars(select(Response.answers).order_by(Response.id)).all()
    assert answers == [{"Q1": "am"}, {"Q1": "pm"}]


def test_an_identity_number_does_not_lie_open_in_what_was_said(cast: SimpleNamespace, db: Any) -> None:
    question = {"code": "Q1", "type": "id_card", "title": "证件号", "settings": {}, "required": True}
    document = {
        "format": 1,
        "title": "登记",
        "pages": [{"code": "p1", "questions": [question]}],
        "endings": [{"code": "end", "title": "谢谢"}],
    }
    survey = factories.published(cast.east, document)
    db.session.commit()
    made = distributions.create(cast.manager, survey.code, "sandbox", {})
    code = conversations.begin(made).code
    assert conversations.hear(code, "11010519491231002X", "a").state == "ended"
    assert not [each for each in db.session.scalars(select(Turn.heard)) if "19491231" in each]


def test_an_unknown_conversation_is_not_found(db: Any) -> None:
    with pytest.raises(NotFound):
        conversations.hear("nothing", "9", "a")


def test_the_survey_speaks_the_language_of_the_contact(
    cast: SimpleNamespace, sandbox: Distribution, guest: Invitation, db: Any
) -> None:
    assert "退出" in conversations.begin(sandbox, guest).messages[0]


def test_the_time_a_conversation_waits_is_a_day(sandbox: Distribution, guest: Invitation) -> None:
    conversations.begin(sandbox, guest)
    with time_machine.travel(now() + timedelta(hours=23), tick=False):
        assert conversations.expire() == 0
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        assert conversations.expire() == 1
