"""Many workers on one outbox, and workers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.models import Delivery
from survey_app.services import deliveries
from tests.services.providers import Provider, installed, states


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
    for _ in installed(Ledger()):
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
