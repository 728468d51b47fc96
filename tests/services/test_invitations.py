"""Inviting: who is asked, who was asked before, who cannot be reached and why."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from survey_app import security
from survey_app.models import Delivery, Invitation
from survey_app.models.base import now
from survey_app.services import contacts, deliveries, distributions, invitations
from survey_app.services.errors import Refused
from tests import factories
from tests.services.conftest import TEXT
from tests.services.providers import Provider, states


def test_an_invitation_and_its_message_are_queued_together(db: Any, invited: Any) -> None:
    made = invited("sandbox")
    assert states(db) == [("due", "queued")] * 3
    tokens = [security.decrypt(_secret(), each.token) for each in db.session.scalars(select(Invitation))]
    assert all(len(token) == 22 and token.isalnum() for token in tokens)
    assert len(set(tokens)) == 3
    hashes = set(db.session.scalars(select(Invitation.token_hash)))
    assert hashes == {security.token_hash(token) for token in tokens}
    assert invitations.funnel(made)["queued"] == 3


def _secret() -> str:
    from survey_app.services.links import config

    return config().secret_key


def test_nobody_is_invited_twice(cast: SimpleNamespace, invited: Any) -> None:
    made = invited("sandbox")
    assert invitations.invite(cast.manager, made, None) == invitations.Invited(0, 3, 0)


def test_a_web_link_makes_personal_links_without_messages(db: Any, invited: Any) -> None:
    made = invited("h5")
    assert db.session.scalars(select(Delivery)).all() == []
    assert {each.state for each in invitations.page(made)[0]} == {"sampled"}


def test_who_has_no_phone_is_told_apart_with_the_reason(
    db: Any, cast: SimpleNamespace, survey: Any, provider: Provider
) -> None:
    contacts.add(cast.manager, "王,w@example.com\n李,13812345678")
    made = distributions.create(cast.manager, survey.code, "provider")
    assert invitations.invite(cast.manager, made, None) == invitations.Invited(1, 0, 1)
    lost = next(each for each in invitations.page(made)[0] if each.state == "suppressed")
    assert lost.reason == "The contact has no phone number."
    assert deliveries.drain() == Counter(accepted=1)


def test_what_is_known_about_the_contact_is_frozen_in_the_invitation(
    db: Any, cast: SimpleNamespace, survey: Any
) -> None:
    contacts.add(cast.manager, "姓名,手机,city,等级\n王,13812345678,上海,金卡")
    made = distributions.create(cast.manager, survey.code, "sandbox", {"text": TEXT}, audience={"all": True})
    assert [each.context for each in invitations.page(made)[0]] == [{"city": "上海"}]


def test_only_own_contacts_are_invited_and_only_where_links_are_personal(
    db: Any, cast: SimpleNamespace, survey: Any
) -> None:
    contacts.add(cast.agent, "王,13812345678")
    theirs = contacts.page(cast.agent)[0][0].code
    made = distributions.create(cast.manager, survey.code, "sandbox", {"text": TEXT})
    with pytest.raises(Refused):
        invitations.invite(cast.manager, made, [theirs])
    with pytest.raises(Refused):
        invitations.invite(cast.manager, distributions.create(cast.manager, survey.code, "qrcode"), None)
    distributions.close(cast.manager, made.code)
    with pytest.raises(Refused):
        invitations.invite(cast.manager, made, None)


def test_who_started_has_opened(db: Any, cast: SimpleNamespace, survey: Any) -> None:
    made = factories.distribution(survey, channel="h5")
    factories.invitation(made, factories.contact(cast.east), state="started", started_at=now())
    db.session.commit()
    funnel = invitations.funnel(made)
    assert (funnel["invited"], funnel["opened"], funnel["started"], funnel["completed"]) == (1, 1, 1, 0)
