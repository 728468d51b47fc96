"""The chat of the console: a survey tried message by message where nothing reaches anybody."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.models import Conversation, Distribution, Invitation, Response
from survey_app.services import contacts, deliveries, distributions, invitations
from tests import factories


@pytest.fixture
def sandbox(db: Any, cast: SimpleNamespace) -> Distribution:
    survey = factories.published(cast.east)
    db.session.commit()
    settings = {"text": "{name}，请评价：{link}"}
    return distributions.create(cast.manager, survey.code, "sandbox", settings, name="回访")


@pytest.fixture
def manager(signed_in: Any) -> Any:
    return signed_in("manager")


def address(distribution: Distribution, more: str = "") -> str:
    return f"/surveys/{distribution.survey.code}/distributions/{distribution.code}{more}"


def send(manager: Any, page: str, text: str) -> str:
    """Replies with the form of a page; the page that comes back."""
    action = re.search(r'class="chat-form" method="post" action="([^"]+)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert action
    assert key
    reply = manager.post(action[1], data={"text": text, "key": key[1]}, follow_redirects=True)
    assert reply.status_code == 200
    return str(reply.get_data(as_text=True))


def begun(manager: Any, distribution: Distribution, **form: str) -> str:
    reply = manager.post(address(distribution, "/talks"), data=form, follow_redirects=True)
    assert reply.status_code == 200
    return str(reply.get_data(as_text=True))


def test_a_manager_talks_a_survey_through(manager: Any, sandbox: Distribution, db: Any) -> None:
    assert "试用对话作答" in str(manager.get(address(sandbox)).get_data(as_text=True))
    page = begun(manager, sandbox)
    assert "请直接回复消息作答" in page
    page = send(manager, page, "九分")
    assert "您办理了哪项业务？" in page
    page = send(manager, page, "２")
    assert "谢谢您的反馈" in page
    assert "已结束" in page
    db.session.rollback()
    row = db.session.scalars(select(Response)).one()
    assert (row.answers, row.channel, row.state) == ({"Q1": 9, "Q3": "loan"}, "sandbox", "completed")


def test_a_form_sent_twice_counts_once(manager: Any, sandbox: Distribution, db: Any) -> None:
    page = begun(manager, sandbox)
    assert send(manager, page, "9").count('class="mine"') == 1
    assert send(manager, page, "9").count('class="mine"') == 1


def test_a_message_can_be_answered_as_its_contact(
    manager: Any, sandbox: Distribution, cast: SimpleNamespace, db: Any
) -> None:
    contacts.add(cast.manager, "王女士,13812345678")
    invitations.invite(cast.manager, sandbox, None)
    deliveries.drain()
    assert "以该联系人身份回复" in str(manager.get(address(sandbox)).get_data(as_text=True))
    guest = db.session.scalars(select(Invitation)).one()
    page = begun(manager, sandbox, invitation=guest.code)
    assert "与 王女士 的对话" in page
    send(manager, send(manager, page, "9"), "1")
    db.session.rollback()
    assert db.session.get(Invitation, guest.id).state == "completed"
    begun(manager, sandbox, invitation=guest.code)
    assert len(db.session.scalars(select(Conversation)).all()) == 1


def test_what_customers_write_is_shown_as_it_is(manager: Any, sandbox: Distribution) -> None:
    page = send(manager, begun(manager, sandbox), "<b>9</b>")
    assert "&lt;b&gt;9&lt;/b&gt;" in page
    assert "<b>9" not in page


def test_a_channel_that_reaches_people_has_no_chat(
    manager: Any, sandbox: Distribution, cast: SimpleNamespace
) -> None:
    h5 = distributions.create(cast.manager, sandbox.survey.code, "h5")
    assert manager.post(address(h5, "/talks")).status_code == 404
    assert "试用对话作答" not in str(manager.get(address(h5)).get_data(as_text=True))


def test_conversations_and_invitations_of_others_do_not_exist(
    manager: Any, sandbox: Distribution, cast: SimpleNamespace, db: Any
) -> None:
    other = distributions.create(cast.manager, sandbox.survey.code, "sandbox", {"text": "{link}"})
    begun(manager, other)
    db.session.rollback()
    code = db.session.scalars(select(Conversation.code)).one()
    assert manager.get(address(sandbox, f"/talks/{code}")).status_code == 404
    assert manager.post(address(sandbox, f"/talks/{code}"), data={"text": "9"}).status_code == 404
    assert manager.post(address(sandbox, "/talks"), data={"invitation": "NOBODY"}).status_code == 404


def test_a_closed_distribution_says_so(manager: Any, sandbox: Distribution, cast: SimpleNamespace) -> None:
    distributions.close(cast.manager, sandbox.code)
    page = str(manager.post(address(sandbox, "/talks"), follow_redirects=True).get_data(as_text=True))
    assert "感谢您的关注" in page or "已结束" in page or "已关闭" in page
