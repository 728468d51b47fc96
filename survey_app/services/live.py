"""Tells open dashboards that a survey's figures changed.

One poller thread per process reads the stamps while somebody listens; listeners wait on a condition and
hold no database connection. On SQLite the thread first asks ``PRAGMA data_version`` (microseconds, moved
by any other connection's commit, in this process or another); on PostgreSQL it reads the stamps directly.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, select

from question_types.base import N_
from survey_app.extensions import db
from survey_app.models import Stamp, Survey, User
from survey_app.services import accounts
from survey_app.services.errors import NotFound, Problem

HEARTBEAT = 15.0
"""Seconds between signs of life; proxies cut connections that stay silent for longer."""

APART = 0.25
"""Least seconds between two events of one survey to one viewer."""

LISTENERS = 1000
"""Streams one process holds; further viewers are told to poll."""

TICK = {"sqlite": 0.2, "postgresql": 0.3}

log = logging.getLogger(__name__)


class Busy(Problem):
    """No more streams on this process; the viewer's page polls instead."""

    status = 503


@dataclass(frozen=True)
class Viewer:
    """What somebody was allowed when a stream began. A stream ends when any of it changes."""

    id: int
    role: str
    unit_id: int
    epoch: int

    @classmethod
    def of(cls, user: User) -> Viewer:
        """The rights of a signed-in user as they are now."""
        return cls(user.id, user.role, user.unit_id, user.session_epoch)


def stamp(survey_id: int) -> int:
    """The number that rises with every change of a survey's figures; 0 before the first answer."""
    return db.session.scalar(select(Stamp.stamp).where(Stamp.survey_id == survey_id)) or 0


class Source:
    """The stamps of the surveys somebody listens to, kept fresh by one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tick = TICK.get(engine.dialect.name, 0.3)
        self._moved = threading.Condition()
        self._surveys: Counter[int] = Counter()
        self._viewers: Counter[Viewer] = Counter()
        self._stamps: dict[int, int] = {}
        self._gone: set[Viewer] = set()
        self._poller: threading.Thread | None = None
        self._stale = False
        self._closed = False

    def join(self, surveys: Iterable[int], viewer: Viewer) -> None:
        """Begins to watch surveys for a viewer. Raises Busy."""
        with self._moved:
            if self._closed or self._viewers.total() >= LISTENERS:
                raise Busy(
                    N_("Too many dashboards are open at once; this one is refreshed from time to time.")
                )
            self._surveys.update(list(surveys))
            self._viewers[viewer] += 1
            self._stale = True
            self._start()

    def leave(self, surveys: Iterable[int], viewer: Viewer) -> None:
        """Ends what :meth:`join` began; the thread ends with the last listener."""
        with self._moved:
            self._surveys -= Counter(list(surveys))
            self._viewers -= Counter([viewer])
            self._gone &= set(self._viewers)
            self._stamps = {key: stamp for key, stamp in self._stamps.items() if key in self._surveys}
            self._moved.notify_all()

    def wait(self, seen: Mapping[int, int], viewer: Viewer, seconds: float) -> dict[int, int]:
        """The stamps that differ from ``seen`` (survey id → stamp), as soon as there are any; none once
        ``seconds`` are over, the viewer's rights changed or the process stops."""
        with self._moved:
            self._start()
            self._moved.wait_for(lambda: self.over(viewer) or self._news(seen), seconds)
            return {} if self.over(viewer) else self._news(seen)

    def _news(self, seen: Mapping[int, int]) -> dict[int, int]:
        return {
            survey: self._stamps[survey]
            for survey, stamp in seen.items()
            if self._stamps.get(survey, stamp) != stamp
        }

    def over(self, viewer: Viewer) -> bool:
        """Whether the viewer's streams must end."""
        return self._closed or viewer in self._gone

    def listeners(self) -> int:
        """How many dashboards are open."""
        with self._moved:
            return self._viewers.total()

    def close(self) -> None:
        """Ends all streams, for a quick stop of the process, and lets the thread give its connection back."""
        with self._moved:
            self._closed = True
            poller = self._poller
            self._moved.notify_all()
        if poller is not None:
            poller.join(1)

    def _start(self) -> None:
        if self._poller is None and self._viewers and not self._closed:
            self._poller = threading.Thread(target=self._run, name="live", daemon=True)
            self._poller.start()

    def _run(self) -> None:
        """The thread. Whatever goes wrong, listeners must not be left waiting for a thread that died."""
        while self._listened():
            try:
                with _gate(self._engine) as changed:
                    while self._listened():
                        if self._due(changed()):
                            self._read()
            except Exception:
                log.exception("The stamps could not be read")
                time.sleep(1)

    def _listened(self) -> bool:
        """Sleeps one tick; False once nobody listens."""
        with self._moved:
            self._moved.wait_for(lambda: self._stale or not self._viewers or self._closed, self._tick)
            if not self._viewers or self._closed:
                self._poller = None
            return self._poller is threading.current_thread()

    def _due(self, changed: bool) -> bool:
        with self._moved:
            due, self._stale = changed or self._stale, False
            return due

    def _read(self) -> None:
        with self._moved:
            surveys, viewers = list(self._surveys), list(self._viewers)
        with self._engine.connect() as connection:
            stamps = dict.fromkeys(surveys, 0) | _stamps(connection, surveys)
            gone = set(viewers) - _valid(connection, viewers)
        with self._moved:
            if stamps != {survey: self._stamps.get(survey) for survey in surveys} or gone - self._gone:
                self._stamps.update(stamps)
                self._gone |= gone & set(self._viewers)
                self._moved.notify_all()


def _stamps(connection: Connection, surveys: list[int]) -> dict[int, int]:
    rows = connection.execute(select(Stamp.survey_id, Stamp.stamp).where(Stamp.survey_id.in_(surveys)))
    return {row.survey_id: row.stamp for row in rows}


def _valid(connection: Connection, viewers: list[Viewer]) -> set[Viewer]:
    """Those viewers whose rights are still what they were."""
    columns = select(User.id, User.role, User.unit_id, User.session_epoch)
    people = columns.where(User.id.in_({viewer.id for viewer in viewers}), User.active)
    return {Viewer(*row) for row in connection.execute(people)}


@contextmanager
def _gate(engine: Engine) -> Iterator[Callable[[], bool]]:
    """A cheap "did anything change since the last call?"; always yes where there is none."""
    if engine.dialect.name != "sqlite":
        yield lambda: True
        return
    raw = engine.raw_connection()
    raw.detach()  # held for as long as somebody listens: not one of the pool's
    seen = None

    def changed() -> bool:
        nonlocal seen
        before, seen = seen, raw.cursor().execute("PRAGMA data_version").fetchone()[0]
        return bool(before != seen)

    try:
        yield changed
    finally:
        raw.close()


def source(app: Flask) -> Source:
    """The one source of an application; call it inside its context."""
    found: Source = app.extensions.setdefault("live", Source(db.engine))
    return found


class Stream:
    """Server-sent events of some surveys to one viewer: ``stamp`` at once and after every change, a comment
    as a sign of life, ``end`` when the viewer's right is over. Iterate it, then close it."""

    def __init__(
        self,
        source: Source,
        surveys: Mapping[int, str],
        viewer: Viewer,
        allowed: Callable[[], bool],
        heartbeat: float = HEARTBEAT,
    ) -> None:
        """``surveys``: id → code. ``allowed`` is asked at every heart-beat whether the viewer may still see
        them; it must bring its own database session. Raises Busy."""
        self._source, self._surveys, self._viewer = source, surveys, viewer
        self._allowed, self._heartbeat = allowed, heartbeat
        self._events = self._run()
        source.join(surveys, viewer)
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._events)

    def close(self) -> None:
        """Frees the place; the server calls it when the viewer's line is cut."""
        if self._open:
            self._open = False
            self._source.leave(self._surveys, self._viewer)

    def _run(self) -> Iterator[bytes]:
        yield b"retry: 2000\n\n"
        seen, asked = dict.fromkeys(self._surveys, -1), time.monotonic()
        while True:
            left = asked + self._heartbeat - time.monotonic()
            news = self._source.wait(seen, self._viewer, max(left, 0))
            if self._source.over(self._viewer):
                break
            seen |= news
            for survey, stamp in news.items():
                yield event("stamp", {"survey": self._surveys[survey], "stamp": stamp})
            if news:
                time.sleep(APART)
            if time.monotonic() - asked >= self._heartbeat:
                asked = time.monotonic()
                if not self._allowed():
                    break
                yield b": still here\n\n"
        yield event("end", {})


def event(name: str, data: Any) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def stream(app: Flask, actor: User, surveys: Iterable[Survey]) -> Stream:
    """The stream of surveys the actor was just allowed to see. Raises Busy."""
    viewer, codes = Viewer.of(actor), {survey.id: survey.code for survey in surveys}
    return Stream(source(app), codes, viewer, lambda: permitted(app, viewer, codes.values()))


def permitted(app: Flask, viewer: Viewer, codes: Iterable[str]) -> bool:
    """Whether a viewer of before is still what he was and may still see the surveys."""
    with app.app_context():
        user = db.session.get(User, viewer.id)
        if user is None or not user.active or Viewer.of(user) != viewer:
            return False
        try:
            return all(accounts.survey(user, code) for code in codes)
        except NotFound:
            return False


def close(app: Flask) -> None:
    """Ends all streams of this process, so that it can stop at once."""
    if "live" in app.extensions:
        app.extensions["live"].close()
