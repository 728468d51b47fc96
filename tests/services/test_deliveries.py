"""Handing over: every outcome understood, nothing sent twice, fates nobody knows left to people."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from channels.base import Message, Outcome, Recipient, Values
from survey_app import security
from survey_app.models import Delivery, Invitation
from survey_app.models.base import now
from survey_app.services import deliveries, distributions, invitations, outbox
from survey_app.services.errors import NotFound, Refused
from tests.services.providers import Provider, first, installed, states


def clock(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    monkeypatch.setattr(deliveries, "now", lambda: now() + later)


def _secret() -> str:
    from survey_app.services.links import config

    return config().secret_key


def test_the_test_channel_shows_exactly_what_would_be_sent(db: Any, invited: Any) -> None:
    made = invited("sandbox", 1)
    assert deliveries.drain() == Counter(accepted=1)
    assert states(db) == [("sent", "sent")]
    (entry,) = outbox.page(made, reveal=True)
    (invitation,) = invitations.page(made)[0]
    token = security.decrypt(_secret(), invitation.token)
    assert entry.body == f"客户0，请评价：http://localhost/i/{token}"
    assert entry.delivery.provider_id.startswith("sandbox-")
    assert token not in str(entry.delivery.payload)
    assert entry.delivery.payload["to"] == "138****0000"
    assert token not in outbox.page(made, reveal=False)[0].body
    assert [state for state, _ in invitations.timeline(invitation)] == ["queued", "sent"]
    assert outbox.counts(made) == {"due": 0, "sending": 0, "sent": 1, "failed": 0, "unknown": 0, "cost": 1}


def test_a_drain_again_sends_nothing_again(invited: Any, provider: Provider) -> None:
    invited("provider", 5)
    assert deliveries.drain() == Counter(accepted=5)
    assert deliveries.drain() == Counter()
    assert len(provider.got) == len(set(provider.got)) == 5


def test_a_closed_distribution_waits_until_it_is_open(
    cast: SimpleNamespace, invited: Any, provider: Provider
) -> None:
    made = invited("provider")
    distributions.close(cast.manager, made.code)
    assert deliveries.drain() == Counter()
    distributions.reopen(cast.manager, made.code)
    assert deliveries.drain() == Counter(accepted=3)


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        ("accepted", ("sent", "sent"), ""),
        ("retry", ("due", "queued"), ""),
        ("defer", ("due", "queued"), ""),
        ("reject_contact", ("failed", "failed"), "The address was refused."),
        ("suppress_contact", ("failed", "suppressed"), "The contact wants no messages."),
        ("config_error", ("due", "queued"), "The provider refused the settings."),
        ("channel_down", ("due", "queued"), "The channel could not be reached."),
        ("unknown", ("unknown", "queued"), "Whether the message went out is not known."),
    ],
)
def test_every_outcome_moves_message_and_invitation(
    db: Any, invited: Any, provider: Provider, kind: Any, expected: tuple[str, str], reason: str
) -> None:
    made = invited("provider", 1)
    provider.answer = lambda message: Outcome(kind, code="E42")
    deliveries.drain()
    assert states(db) == [expected]
    assert invitations.page(made)[0][0].reason == reason
    assert first(db).provider_code == "E42"
    assert first(db).leased_until is None


def test_a_time_the_provider_names_is_kept_even_without_a_zone(
    db: Any, invited: Any, provider: Provider
) -> None:
    invited("provider", 1)
    provider.answer = lambda message: Outcome("defer", at=datetime(2035, 1, 1, 1))
    deliveries.drain()
    assert first(db).due_at == datetime(2035, 1, 1, 1, tzinfo=UTC)
    assert first(db).attempts == 0


def test_a_busy_provider_is_tried_less_and_less_often_and_then_given_up(
    db: Any, invited: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = invited("provider", 1)
    provider.answer = lambda message: Outcome("retry")
    waits = []
    for day in range(deliveries.ATTEMPTS):
        clock(monkeypatch, timedelta(days=day))
        before = deliveries.now()
        assert deliveries.drain() == Counter(retry=1)
        waits.append(first(db).due_at - before)
    assert states(db) == [("failed", "failed")]
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[1] > waits[0] > timedelta(seconds=20)
    assert invitations.page(made)[0][0].reason == "The provider was busy for too long."
    clock(monkeypatch, timedelta(days=30))
    assert deliveries.drain() == Counter()


@pytest.mark.parametrize("kind", ["config_error", "channel_down"])
def test_what_fails_for_one_message_is_not_tried_with_the_next(
    db: Any, cast: SimpleNamespace, invited: Any, provider: Provider, kind: Any
) -> None:
    made = invited("provider", 7)
    provider.answer = lambda message: Outcome(kind)
    deliveries.drain()
    assert len(provider.got) == 2  # one batch
    assert states(db) == [("due", "queued")] * 7
    provider.answer = lambda message: Outcome("accepted")
    assert deliveries.drain() == Counter()
    assert outbox.hurry(cast.manager, made) == 7
    assert deliveries.drain() == Counter(accepted=7)


def test_an_answer_faster_than_the_receipt_is_not_undone(db: Any, invited: Any, provider: Provider) -> None:
    invited("provider", 1)

    def answers_at_once(message: Message) -> Outcome:
        with db.engine.begin() as connection:
            connection.execute(update(Invitation).values(state="completed", completed_at=now()))
        return Outcome("accepted")

    provider.answer = answers_at_once
    deliveries.drain()
    assert states(db) == [("sent", "completed")]


def test_a_channel_that_breaks_while_sending_leaves_the_fate_unknown(
    db: Any, invited: Any, provider: Provider
) -> None:
    invited("provider", 1)

    def break_(message: Message) -> Outcome:
        raise OSError("connection reset")

    provider.answer = break_
    assert deliveries.drain() == Counter(unknown=1)
    assert deliveries.drain() == Counter()
    assert states(db) == [("unknown", "queued")]
    assert len(provider.got) == 1


def test_a_message_that_cannot_be_composed_harms_no_other(
    db: Any, invited: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited("provider", 3)
    compose = provider.compose

    def fussy(settings: Values, recipient: Recipient, link: str) -> Message:
        return compose({}, {"客户1": None}.get(recipient.name, recipient), link)  # type: ignore[arg-type]

    monkeypatch.setattr(provider, "compose", fussy)
    assert deliveries.drain() == Counter(accepted=2, reject_contact=1)


def test_a_channel_that_was_uninstalled_keeps_its_messages(db: Any, invited: Any) -> None:
    plugin = Provider()
    for _ in installed(plugin):
        invited("provider", 2)
    deliveries.drain()
    assert states(db) == [("due", "queued")] * 2
    assert first(db).provider_code == "channel_missing"


# fates nobody knows


def _die_while_sending(db: Any) -> None:
    """As a killed worker leaves them: claimed, lease not prolonged any more."""
    db.session.rollback()
    db.session.execute(
        update(Delivery).values(state="sending", attempts=1, leased_until=now() - timedelta(seconds=1))
    )
    db.session.commit()


def test_a_lost_lease_is_never_sent_again_by_itself(db: Any, invited: Any, provider: Provider) -> None:
    made = invited("provider", 2)
    _die_while_sending(db)
    for _ in range(3):
        deliveries.drain()
    assert provider.got == []
    assert states(db) == [("unknown", "queued")] * 2
    assert outbox.counts(made)["unknown"] == 2


def test_a_provider_that_can_tell_is_asked(db: Any, invited: Any, remembering: Provider) -> None:
    invited("remembering", 2)
    known = first(db).code
    _die_while_sending(db)
    remembering.got = [known]
    deliveries.drain()
    assert states(db) == [("sent", "sent")] * 2
    assert sorted(Counter(remembering.got).values()) == [1, 1]


def test_asking_ends_some_day(
    db: Any, invited: Any, remembering: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited("remembering", 1)
    _die_while_sending(db)
    asked: list[int] = []
    monkeypatch.setattr(
        type(remembering), "lookup", lambda self, account, message: asked.append(1) or Outcome("unknown")
    )
    for day in range(30):
        clock(monkeypatch, timedelta(days=day))
        deliveries.drain()
    assert states(db) == [("unknown", "queued")]
    assert len(asked) == deliveries.QUESTIONS - 1


@pytest.mark.parametrize(
    ("sent", "expected", "got"), [(True, ("sent", "sent"), 0), (False, ("sent", "sent"), 1)]
)
def test_a_person_decides_what_nobody_knows(
    db: Any, cast: SimpleNamespace, invited: Any, provider: Provider, sent: bool, expected: Any, got: int
) -> None:
    made = invited("provider", 1)
    _die_while_sending(db)
    deliveries.drain()
    code = first(db).code
    outbox.settle(cast.manager, made, code, sent)
    deliveries.drain()
    assert states(db) == [expected]
    assert len(provider.got) == got
    with pytest.raises(Refused):
        outbox.settle(cast.manager, made, code, sent)
    with pytest.raises(NotFound):
        outbox.settle(cast.manager, made, "NOSUCH", sent)


def test_a_slow_worker_that_lost_its_lease_sends_nothing(
    db: Any, invited: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited("provider", 1)
    compose = provider.compose

    def slow(settings: Values, recipient: Recipient, link: str) -> Message:
        with db.engine.begin() as connection:
            connection.execute(update(Delivery).values(state="unknown", leased_until=None))
        return compose(settings, recipient, link)

    monkeypatch.setattr(provider, "compose", slow)
    deliveries.drain()
    assert provider.got == []
    assert states(db)[0][0] == "unknown"
