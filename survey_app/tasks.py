"""What the worker does and when. Huey only starts things: each task is a drain that finds its own rows.

Tasks carry no arguments, so nothing is lost with the queue's store, and a task that runs twice does nothing
the second time.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from survey_app.config import Config
from survey_app.services import (
    bell,
    codes,
    conversations,
    deliveries,
    digest,
    health,
    quality,
    quotas,
    uploads,
)

THREADS = 3
"""Of the worker: one may read words, one may hand over messages, one stays free."""

PAUSE = 0.2
"""Seconds between two wake-ups of one process: a burst of answers wakes the worker once."""

IDLE = 0.5
"""Seconds at most between two looks into an empty queue."""

PATIENCE = 3
"""Seconds a task has to come to an end when the worker stops."""

log = logging.getLogger(__name__)


class Drain:
    """Runs one drain in one thread at a time; a call during a run makes it run once more."""

    def __init__(self, app: Flask, work: Callable[[], object]) -> None:
        self._app = app
        self._work = work
        self._lock = threading.Lock()
        self._wanted = False

    def __call__(self) -> None:
        self._wanted = True
        while self._wanted and self._lock.acquire(blocking=False):
            try:
                self._wanted = False
                with self._app.app_context():
                    self._work()
            finally:
                self._lock.release()


class Ringer:
    """Enqueues tasks from a thread of its own, so that no answer waits for the queue or fails with it."""

    def __init__(self, tasks: dict[str, Callable[[], object]]) -> None:
        self._tasks = tasks
        self._wanted: set[str] = set()
        self._event = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, what: str) -> None:
        self._wanted.add(what)
        self._event.set()
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while self._event.wait():
            self._event.clear()
            while self._wanted:
                self._enqueue(self._wanted.pop())
            time.sleep(PAUSE)

    def _enqueue(self, what: str) -> None:
        try:
            self._tasks[what]()
        except Exception:  # the sweep finds the rows all the same
            log.exception("The queue refused %s", what)


def queue(config: Config) -> Huey:
    """Huey on Redis where one is configured, else on a file of its own beside the database.

    The file needs no durability and keeps the plain journal, which every SQLite version gets right.
    """
    signed = SignedSerializer(secret=config.secret_key, salt="survey-app")
    if config.redis_url:
        return RedisHuey("survey", url=config.redis_url, serializer=signed, results=False)
    path = config.data / "huey.db"
    try:
        return _file_queue(path, signed)
    except sqlite3.OperationalError:  # no room, no right: another file would fare no better
        raise
    except sqlite3.DatabaseError:
        log.warning("The queue's file was damaged; a new one takes its place")
        path.unlink(missing_ok=True)
        return _file_queue(path, signed)


def _file_queue(path: Path, signed: SignedSerializer) -> SqliteHuey:
    return SqliteHuey(
        "survey", filename=str(path), serializer=signed, results=False, fsync=False, journal_mode="delete"
    )


def bind(app: Flask) -> Huey:
    """The queue of an application with its tasks; ``services.bell`` rings it from now on."""
    huey = queue(app.extensions["config"])
    drains = {
        bell.WORDS: Drain(app, partial(digest.drain, stopping=partial(stopping, app))),
        bell.DELIVERIES: Drain(app, deliveries.drain),
        bell.QUALITY: Drain(app, quality.sweep),
    }
    ringer = Ringer({name: huey.task(name=name)(drain) for name, drain in drains.items()})
    app.extensions["bell"], app.extensions["queue"] = ringer, huey
    huey.periodic_task(crontab(), name="sweep")(partial(sweep, app))
    huey.periodic_task(crontab(minute="17", hour="3"), name="files")(Drain(app, uploads.sweep))
    return huey


def sweep(app: Flask) -> None:
    """Says that the worker lives, and looks for whatever no ring told of."""
    health.beat(app.extensions["config"])
    with app.app_context():
        conversations.expire()
        codes.forget()
        quotas.sweep()
    for what in (bell.WORDS, bell.DELIVERIES, bell.QUALITY):
        app.extensions["bell"](what)


def stopping(app: Flask) -> bool:
    """Whether the worker of this process was told to stop."""
    consumer = app.extensions.get("consumer")
    return consumer is not None and consumer.stop_flag.is_set()


def work(app: Flask) -> None:
    """Runs the worker of this process until SIGTERM or SIGINT."""
    consumer = app.extensions["consumer"] = app.extensions["queue"].create_consumer(
        workers=THREADS, max_delay=IDLE, graceful_signal="TERM", shutdown_timeout=PATIENCE
    )
    sweep(app)
    consumer.run()
