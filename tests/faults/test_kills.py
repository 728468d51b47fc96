"""What was acknowledged survives kill -9 through a bad network, is stored once and is counted."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from survey_app.models import Response, Verbatim
from survey_app.services import cells
from tests import factories
from tests.faults.proxy import FAULTS, Proxy
from tests.faults.server import Server, ask
from tests.services.test_cells import vectors

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

KILLS = int(os.environ.get("SURVEY_FAULT_KILLS", "50"))
"""How often the server dies in a run."""

CUSTOMERS = 6
FAULTY = 0.5
REPLIES = (http.client.HTTPException, OSError)


@pytest.fixture
def place(db: Any, cast: SimpleNamespace) -> SimpleNamespace:
    """A live survey and its address."""
    survey = factories.published(cast.root)
    link = factories.distribution(survey, cast.pudong)
    db.session.commit()
    found = SimpleNamespace(survey=survey, path=f"/s/{link.code}/answers")
    db.session.rollback()
    return found


@pytest.fixture
def server(app: Flask, place: SimpleNamespace, database_url: str, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data", database_url)
    running.start()
    yield running
    running.close()


class Customer(threading.Thread):
    """Fills in one questionnaire after another and never gives up on a save before it is acknowledged.

    ``said`` is what was ever sent, by id; ``kept`` what was acknowledged: id → (revision, state, answers).
    """

    def __init__(self, port: int, path: str, seed: int) -> None:
        super().__init__(name=f"customer-{seed}", daemon=True)
        self.port = port
        self.path = path
        self.chance = random.Random(seed)
        self.leaving = threading.Event()
        self.kept: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self.said: dict[str, list[dict[str, Any]]] = {}
        self.receipts: dict[str, set[str]] = {}
        self.attempts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.leaving.is_set():
            id = factories.public_id()
            answers = {
                "Q1": self.chance.randrange(7),
                "Q2": f"话{id}",
                "Q3": self.chance.choice(["open", "loan"]),
            }
            for post in self.posts(id, answers):
                if not self.acknowledged(post):
                    return

    def posts(self, id: str, answers: dict[str, Any]) -> list[dict[str, Any]]:
        """One save with everything, or page by page with a change of mind in between."""
        if self.chance.random() < 0.5:
            return [{"id": id, "revision": 1, "answers": answers, "complete": True}]
        first = {"Q1": 0, "Q2": answers["Q2"]}
        return [
            {"id": id, "revision": 1, "page": "p1", "answers": first},
            {"id": id, "revision": 2, "page": "p1", "answers": {"Q1": answers["Q1"]}},
            {"id": id, "revision": 3, "answers": {"Q3": answers["Q3"]}, "complete": True},
        ]

    def acknowledged(self, post: dict[str, Any]) -> bool:
        """Sends until it is stored; False where the run is over before."""
        self.said.setdefault(post["id"], []).append(post)
        while True:
            status, reply = self.sent(post)
            if status == 200:
                self.note(post, reply)
                return True
            if status not in (0, 503):
                self.wrong.append(f"{status}: {reply}")
                return False
            if self.leaving.is_set():
                return False
            time.sleep(self.chance.uniform(0.02, 0.08))

    def sent(self, post: dict[str, Any]) -> tuple[int, Any]:
        self.attempts["all"] += 1
        try:
            status, body = ask(self.port, "POST", self.path, post)
            return status, json.loads(body)
        except (*REPLIES, ValueError):
            self.attempts["broken"] += 1
            return 0, None

    def note(self, post: dict[str, Any], reply: dict[str, Any]) -> None:
        self.attempts["kept"] += 1
        state = "completed" if post.get("complete") else "started"
        if (reply["id"], reply["revision"], reply["state"]) != (post["id"], post["revision"], state):
            self.wrong.append(f"{post} was answered with {reply}")
        self.receipts.setdefault(post["id"], set()).add(reply["receipt"])
        before = self.kept.get(post["id"], (0, "", {}))[2]
        self.kept[post["id"]] = (post["revision"], state, {**before, **post["answers"]})


def died(server: Server, customers: list[Customer], kills: Counter[str], seed: int) -> list[float]:
    """Kills the server in the middle of its work, every fifth time a worker process alone, once it has
    acknowledged a few saves; how long it took to be back."""
    chance = random.Random(seed)
    back = []
    for number in range(KILLS):
        busy(customers, chance.randrange(2, 20))
        time.sleep(chance.uniform(0, 0.02))
        if number % 5 == 4 and (workers := server.workers()):
            os.kill(chance.choice(workers), signal.SIGKILL)
            kills["worker"] += 1
        else:
            server.kill()
            kills["group"] += 1
            back.append(server.start())
    busy(customers, 20)
    return back


def busy(customers: list[Customer], saves: int) -> None:
    """Waits until so many more saves were acknowledged."""
    enough = sum(customer.attempts["kept"] for customer in customers) + saves
    until = time.monotonic() + 60
    while sum(customer.attempts["kept"] for customer in customers) < enough:
        assert time.monotonic() < until, "nothing is acknowledged any more"
        assert not any(customer.wrong for customer in customers)
        time.sleep(0.002)


def test_what_was_acknowledged_is_stored_once_and_counted(
    db: Any, place: SimpleNamespace, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    kills: Counter[str] = Counter()
    with Proxy(server.port, FAULTY, seed=1) as proxy:
        customers = [Customer(proxy.port, place.path, seed) for seed in range(CUSTOMERS)]
        for customer in customers:
            customer.start()
        back = died(server, customers, kills, seed=2)
        for customer in customers:
            customer.leaving.set()
        for customer in customers:
            customer.join(30)
    server.close()
    kept = {id: entry for customer in customers for id, entry in customer.kept.items()}
    report(capsys, kills, back, customers, proxy, kept)
    assert [wrong for customer in customers for wrong in customer.wrong] == []
    assert kills["group"] + kills["worker"] == KILLS
    assert all(proxy.faults[fault] for fault in FAULTS)
    assert len(kept) > KILLS
    agree(db, place, customers, kept)


def agree(db: Any, place: SimpleNamespace, customers: list[Customer], kept: dict[str, Any]) -> None:
    """The customers' ledgers, the stored responses, their words and their counts say the same."""
    db.session.rollback()
    rows = {row.public_id: row for row in db.session.scalars(select(Response))}
    said = {id: posts for customer in customers for id, posts in customer.said.items()}
    assert kept.keys() <= rows.keys() <= said.keys(), "acknowledged ⊆ stored ⊆ sent"
    assert db.session.scalar(text("SELECT count(*) FROM responses")) == len(rows)
    for id, (revision, state, answers) in kept.items():
        row = rows[id]
        assert row.revision >= revision
        if row.revision == revision:
            assert (row.state, row.answers) == (state, answers)
    assert all(len(seen) == 1 for customer in customers for seen in customer.receipts.values())
    completed = {id for id, row in rows.items() if row.state == "completed"}
    words = db.session.scalars(select(Verbatim.key)).all()
    assert sorted(words) == sorted(f"{id}:Q2" for id in completed)
    counted = vectors(db, place.survey)
    totals = cells.load(place.survey.id).totals()
    assert (totals.n("", "started"), totals.n("", "completed")) == (len(rows), len(completed))
    assert totals.amount("Q1") == sum(rows[id].answers["Q1"] for id in completed)
    cells.rebuild(place.survey.id)
    assert vectors(db, place.survey) == counted
    if db.engine.dialect.name == "sqlite":
        assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def report(
    capsys: pytest.CaptureFixture[str],
    kills: Counter[str],
    back: list[float],
    customers: list[Customer],
    proxy: Proxy,
    kept: dict[str, Any],
) -> None:
    attempts: Counter[str] = sum((customer.attempts for customer in customers), Counter())
    faults = {name: count for name, count in proxy.faults.items() if name != "none"}
    slowest = sorted(back)[int(len(back) * 0.95)] if back else 0.0
    with capsys.disabled():
        print(
            f"\n{kills['group']} groups, {kills['worker']} workers killed, ready again p95 {slowest:.2f} s; "
            f"{sum(faults.values())} network faults {faults}; {attempts['all']} attempts, "
            f"{attempts['broken']} broken; {len(kept)} responses acknowledged"
        )
