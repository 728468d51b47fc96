"""The outbox: every message at most once, whoever dies; every outcome understood."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from channels.base import Capabilities, Channel, Message, Outcome, Recipient, Values
from survey_app import plugins, security
from survey_app.models import Delivery, Distribution, Invitation
from survey_app.models.base import now
from survey_app.services import contacts, deliveries, distributions, invitations, outbox
from survey_app.services.errors import NotFound, Refused
from tests import factories

TEXT = "{name|您好}，请评价：{link}"


class Provider(Channel):
    """A provider that answers as it is told and writes down whatever it gets."""

    key = "provider"
    label = "Provider"
    needs = "phone"
    capabilities = Capabilities(links=("personal",), sends=True, batch=2)

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answer: Callable[[Message], Outcome] = lambda message: Outcome("accepted", f"P{message.key}")

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        return Message(to=recipient.phone, body=f"{recipient.name} {link}", link=link)

    def deliver(self, account: Values, messages: Sequence[Message]) -> list[Outcome]:
        self.got += [message.key for message in messages]
        return [self.answer(message) for message in messages]


class Remembering(Provider):
    """A provider that can be asked what it got."""

    key = "remembering"

    def lookup(self, account: Values, message: Message) -> Outcome:
        return Outcome("accepted", f"P{message.key}") if message.key in self.got else Outcome("retry")


@pytest.fixture
def provider() -> Iterator[Provider]:
    yield from _installed(Provider())


@pytest.fixture
def remembering() -> Iterator[Provider]:
    yield from _installed(Remembering())


def _installed(plugin: Provider) -> Iterator[Provider]:
    registry = plugins.adapters()
    registry.add(plugin, "tests", "channels")
    yield plugin
    for known in (registry.items_, registry.origins, registry.packages):
        del known[plugin.key]


@pytest.fixture
def survey(db: Any, cast: SimpleNamespace) -> Any:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def invited(cast: SimpleNamespace, survey: Any) -> Callable[..., Distribution]:
    """``invited(channel, n)``: a distribution with n invited contacts."""

    def make(channel: str, n: int = 3) -> Distribution:
        contacts.add(cast.manager, "\n".join(f"客户{i},138{i:08d}" for i in range(n)))
        settings = {"text": TEXT} if channel == "sandbox" else {}
        made = distributions.create(cast.manager, survey.code, channel, settings)
        invitations.invite(cast.manager, made, None)
        return made

    return make


def states(db: Any) -> list[tuple[str, str]]:
    """(delivery state, invitation state), oldest first."""
    db.session.rollback()
    rows = db.session.execute(
        select(Delivery.state, Invitation.state)
        .join(Invitation, Delivery.invitation_id == Invitation.id)
        .order_by(Delivery.id)
    )
    return [tuple(row) for row in rows]


def first(db: Any) -> Delivery:
    db.session.rollback()
    return db.session.scalars(select(Delivery).order_by(Delivery.id)).first()  # type: ignore[no-any-return]


def clock(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    monkeypatch.setattr(deliveries, "now", lambda: now() + later)


# inviting


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


# handing over


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
    for _ in _installed(plugin):
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


# many workers


def test_workers_at_once_hand_every_message_over_once(
    app: Any, db: Any, invited: Any, provider: Provider
) -> None:
    invited("provider", 240)
    lock, done = threading.Lock(), Counter[str]()
    barrier = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            barrier.wait()
            mine = deliveries.drain()
            with lock:
                done.update(mine)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == Counter(accepted=240)
    assert len(provider.got) == len(set(provider.got)) == 240
    assert set(states(db)) == {("sent", "sent")}


WORKER = """
import os, sys, time
from datetime import timedelta
from channels.base import Capabilities, Channel, Message, Outcome
from survey_app import plugins
from survey_app.services import deliveries
from tests.conftest import build
from pathlib import Path

class Ledger(Channel):
    key, label = "ledger", "Ledger"
    capabilities = Capabilities(links=("personal",), sends=True, batch=1)

    def compose(self, settings, recipient, link):
        return Message(to=recipient.name, body=link, link=link)

    def deliver(self, account, messages):
        with open(sys.argv[3], "a") as ledger:
            ledger.write("".join(message.key + chr(10) for message in messages))
        time.sleep(0.01)
        return [Outcome("accepted", message.key) for message in messages]

deliveries.CLAIM, deliveries.LEASE = 10, timedelta(seconds=2)
plugins.adapters().add(Ledger(), "worker", "channels")
app = build(Path(sys.argv[1]), sys.argv[2])
with app.app_context():
    print("ready", flush=True)
    while True:
        deliveries.drain()
        time.sleep(0.01)
"""


class Ledger(Provider):
    """Stands in for the workers' provider in this process."""

    key = "ledger"
    needs = ""


@pytest.mark.faults
def test_killed_workers_lose_nothing_and_send_nothing_twice(
    db: Any, invited: Any, database_url: str, tmp_path: Path
) -> None:
    total, ledger = 200, tmp_path / "ledger"
    for _ in _installed(Ledger()):
        invited("ledger", total)
    db.session.remove()

    def start() -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", WORKER, str(tmp_path / "data"), database_url, str(ledger)]
        worker = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}
        )
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        return worker

    def kill(worker: subprocess.Popen[str]) -> None:
        with worker:
            worker.send_signal(signal.SIGKILL)

    workers = [start(), start()]
    for round_, victim in enumerate((0, 1, 0), 1):
        handed_over = 30 * round_
        _await(lambda least=handed_over: ledger.exists() and len(ledger.read_text().split()) > least)
        kill(workers[victim])
        workers[victim] = start()
    _await(lambda: not {"due", "sending"} & {state for state, _ in states(db)})
    for worker in workers:
        kill(worker)
    handed = Counter(ledger.read_text().split())
    assert set(handed.values()) == {1}
    db.session.rollback()
    fates = dict(db.session.execute(select(Delivery.code, Delivery.state)).all())
    sent = {code for code, state in fates.items() if state == "sent"}
    assert len(fates) == total
    assert set(fates.values()) <= {"sent", "unknown"}
    assert sent <= set(handed)
    assert total - len(sent) <= 3 * 10  # three kills, ten claimed at once


def _await(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
