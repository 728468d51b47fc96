"""The one door through which answers reach the database.

SQLite has one writer at a time, and a durable commit costs more than all the statements before it. So one
thread per process and database takes whatever is queued, runs each work in a savepoint, commits once and
only then answers everybody. PostgreSQL needs none of that: there the same call is a transaction of its own.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from survey_app.extensions import db

T = TypeVar("T")
Item = TypeVar("Item")
Work = Callable[[Connection], T]

BATCH = 256
ATTEMPTS = 8
PATIENCE = 60.0
"""Seconds a caller waits for its commit before it is told to try again."""

log = logging.getLogger(__name__)

observers: set[Callable[[int], None]] = set()
"""Told after every group commit how many writes it carried."""

grouped = os.environ.get("SURVEY_GROUP_COMMIT", "1") != "0"
"""Off: one commit per call on SQLite too. Exists for the benchmark that shows why not."""


class Unwritable(Exception):  # noqa: N818 - says what happened, as the service problems do
    """Nothing was stored; the same call may succeed later."""


class Full(Unwritable):
    """There is no room, or the disk refuses writes."""


class Busy(Unwritable):
    """Somebody else held the database for too long, or it went away."""


def write(work: Work[T]) -> T:
    """Runs ``work`` on a connection inside a transaction and returns its result after the commit.

    A work that raises leaves nothing behind and its exception comes out here. It runs on another thread,
    without an application context, perhaps more than once, and must change nothing but the database. Never
    call this from within a work, nor while the calling thread's own session holds uncommitted changes.

    Raises Full or Busy when nothing could be written.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite" and grouped:
        return _writer(engine).do(work)
    return _alone(engine, work)


def gather(connection: Connection, fold: Callable[[Connection, list[Item]], None], item: Item) -> None:
    """Has ``fold(connection, items)`` called once, just before the commit, with the items of all works of the
    batch that succeeded. Outside of :func:`write` it is called at once."""
    gathered = connection.info.get("gathered")
    if gathered is None:
        fold(connection, [item])
    else:
        gathered.append((fold, item))


def stop(engine: Engine) -> None:
    """Ends the writer of a database after it has written what is queued; the next call starts another."""
    with _registry:
        writer = _writers.pop(engine, None)
    if writer:
        writer.stop()


class _Job(Generic[T]):
    """One call waiting for its commit."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.error: BaseException | None = None
        self.result: T | None = None
        self.done = threading.Lock()  # the cheapest thing one thread can wait on and another release
        self.done.acquire()

    def answer(self) -> T:
        if not self.done.acquire(timeout=PATIENCE):
            raise Busy("the writer did not answer")
        if self.error is not None:
            raise self.error
        return cast(T, self.result)


class Writer:
    """The writing thread of one SQLite database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def do(self, work: Work[T]) -> T:
        """Queues ``work`` and waits for the commit that carries it."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work may not call write()")
        job = _Job(work)
        self._queue.put(job)
        return job.answer()

    def stop(self) -> None:
        """Writes what is queued, then ends the thread and closes its connection."""
        self._queue.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        going = True
        while going:
            jobs = self._taken()
            if None in jobs:
                going = False
            self._commit([job for job in jobs if job is not None])
        self._drop()

    def _taken(self) -> list[_Job[Any] | None]:
        """Everything that is queued, but at least one and at most a batch."""
        jobs = [self._queue.get()]
        try:
            while len(jobs) < BATCH:
                jobs.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return jobs

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        try:
            self._transaction(jobs)
        except BaseException as error:  # whatever it was, somebody waits for an answer
            self._drop()
            trouble = _trouble(error)
            if trouble is None and len(jobs) > 1:
                for job in jobs:  # one of them spoils the common commit: let each try for itself
                    self._commit([job])
                return
            for job in jobs:
                job.error = trouble(str(error)) if trouble else error
        else:
            _tell(len(jobs))
        for job in jobs:
            job.done.release()

    def _transaction(self, jobs: list[_Job[Any]]) -> None:
        """All jobs and one commit. Savepoints cost half as much as an answer, and nearly no job fails: so the
        first attempt does without, and only where a job failed everything is done again with them."""
        try:
            self._attempt(jobs, _run)
        except _Spoilt:
            self._attempt(jobs, _tried)

    def _attempt(self, jobs: list[_Job[Any]], run: Callable[[Connection, _Job[Any]], list[Any]]) -> None:
        connection = self._connected()
        with connection.begin():
            gathered: list[Any] = []
            for job in jobs:
                gathered += run(connection, job)
            _fold(connection, gathered)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(immediate=True)
        return self._connection

    def _drop(self) -> None:
        """Forgets the connection: after a failure nobody knows what state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _tell(writes: int) -> None:
    for observer in observers:
        try:
            observer(writes)
        except Exception:  # what is committed is committed, whoever stumbles over the news
            log.exception("An observer of the writer failed")


class _Spoilt(Exception):  # noqa: N818 - said of a transaction
    """A job failed, and what it had written stands among what the others wrote."""


def _run(connection: Connection, job: _Job[Any]) -> list[Any]:
    """Runs one job and returns what it gathered. Raises Spoilt where it failed by its own fault."""
    gathered = _worked(connection, job)
    if job.error is not None:
        raise _Spoilt from job.error
    return gathered


def _tried(connection: Connection, job: _Job[Any]) -> list[Any]:
    """Runs one job in its savepoint and returns what it gathered; a failure undoes the job alone."""
    raw = cast(
        Any, connection.connection.driver_connection
    )  # SQLAlchemy's own savepoints cost ten times as much
    raw.execute("SAVEPOINT job")
    gathered = _worked(connection, job)
    if job.error is not None:
        gathered = []
        raw.execute("ROLLBACK TO job")
    raw.execute("RELEASE job")
    return gathered


def _worked(connection: Connection, job: _Job[Any]) -> list[Any]:
    """Does the work; what it gathered. Its own fault is noted in the job, the database's comes out."""
    gathered: list[Any] = []
    connection.info["gathered"] = gathered
    job.error = None
    try:
        job.result = job.work(connection)
    except BaseException as error:
        if _trouble(error):
            raise
        job.error = error
    finally:
        del connection.info["gathered"]
    return gathered


def _fold(connection: Connection, gathered: list[Any]) -> None:
    groups: dict[Any, list[Any]] = {}
    for fold, item in gathered:
        groups.setdefault(fold, []).append(item)
    for fold, items in groups.items():
        fold(connection, items)


def _alone(engine: Engine, work: Work[T]) -> T:
    """One transaction for one work; begun again when the database asks for it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(engine, work)
        except Exception as error:
            if not (_collided(error) and attempt < ATTEMPTS):
                trouble = _trouble(error)
                if trouble is None:
                    raise
                raise trouble(str(error)) from error
        time.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 - jitter, no secret
    raise AssertionError("unreachable")


def _once(engine: Engine, work: Work[T]) -> T:
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        gathered = connection.info["gathered"] = []
        try:
            result = work(connection)
        finally:
            del connection.info["gathered"]
        _fold(connection, gathered)
    return result


def _collided(error: Exception) -> bool:
    """Whether PostgreSQL undid the transaction because of others': serialization failure or deadlock."""
    return getattr(_original(error), "sqlstate", None) in ("40001", "40P01")


SQLITE_TROUBLE = {10: Full, 13: Full, 5: Busy, 6: Busy, 8: Busy, 14: Busy}
"""Primary result codes: IOERR, FULL · BUSY, LOCKED, READONLY, CANTOPEN."""

POSTGRES_TROUBLE = {"53": Full, "08": Busy, "40": Busy, "57": Busy}
"""Classes of SQLSTATE: resources · connection, collisions, intervention (shutdown)."""


def _trouble(error: BaseException) -> type[Unwritable] | None:
    """What a database error means for the caller; None: it is the work's own fault."""
    if isinstance(error, Unwritable):
        return type(error)
    if isinstance(error, TimeoutError):
        return Busy
    original = _original(error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE_TROUBLE.get(code & 0xFF)
    if hasattr(original, "sqlstate"):
        lost = type(original).__name__ == "OperationalError" and original.sqlstate is None
        return Busy if lost else POSTGRES_TROUBLE.get((original.sqlstate or "")[:2])
    return None


def _original(error: BaseException) -> Any:
    """The driver's own error: hot statements go past SQLAlchemy and its wrapping."""
    return error.orig if isinstance(error, DBAPIError) else error


_writers: dict[Engine, Writer] = {}
_registry = threading.Lock()


def _writer(engine: Engine) -> Writer:
    """The writer of a database; started by the first call in this process."""
    writer = _writers.get(engine)
    if writer is None:
        with _registry:
            writer = _writers.get(engine) or _writers.setdefault(engine, Writer(engine))
    return writer


def _forget() -> None:
    """In a forked child: threads were not copied, and SQLite's connections must not cross a fork."""
    global _registry
    _registry = threading.Lock()
    for engine in _writers:
        engine.dispose(close=False)
    _writers.clear()


def _stop_all() -> None:
    for engine in list(_writers):
        stop(engine)


os.register_at_fork(after_in_child=_forget)
atexit.register(_stop_all)
