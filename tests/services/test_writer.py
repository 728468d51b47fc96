"""One commit for many, one failure for one, and no restart after a full disk."""

from __future__ import annotations

import os
import resource
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.exc import IntegrityError

from survey_app.models import Unit, writer
from survey_app.models.writer import gather, write


def add(name: str, **columns: Any) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        return connection.execute(insert(Unit).values(name=name, path="/", **columns)).inserted_primary_key[0]

    return work


def names(db: Any) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Unit.name)))


@pytest.fixture
def sqlite(db: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("group commit is for SQLite")


@contextmanager
def held(app: Flask) -> Iterator[None]:
    """Keeps the writer busy, so that what is written meanwhile queues up."""
    started, release = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        started.set()
        release.wait(10)

    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(within(app, write), work)
        assert started.wait(10)
        try:
            yield
        finally:
            release.set()
            busy.result()


def within(app: Flask, call: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        with app.app_context():
            return call(*args)

    return run


def queued(app: Flask, works: list[Callable[[Connection], Any]]) -> list[Any]:
    """Runs the works as one batch; results or exceptions in order."""
    with ThreadPoolExecutor(len(works)) as pool:
        with held(app), app.app_context():
            futures = [pool.submit(within(app, write), work) for work in works]
            waiting = writer._writer(writer.db.engine)._queue
            while waiting.qsize() < len(works):
                pass
        return [future.exception() or future.result() for future in futures]


def test_a_write_returns_what_the_work_returned_and_is_committed(db: Any) -> None:
    key = write(add("一"))
    assert db.session.get(Unit, key).name == "一"


def test_a_failing_work_leaves_nothing_behind_and_its_error_comes_out(db: Any) -> None:
    def work(connection: Connection) -> None:
        add("half")(connection)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        write(work)
    write(add("after"))
    assert names(db) == {"after"}


def test_everything_queued_shares_one_commit(app: Flask, db: Any, sqlite: None) -> None:
    commits: list[Any] = []
    event.listen(db.engine, "commit", commits.append)
    results = queued(app, [add(f"unit {n}") for n in range(40)])
    assert len(set(results)) == 40
    assert names(db) == {f"unit {n}" for n in range(40)}
    assert len(commits) == 2, "one for the work that held the writer, one for the forty"


def test_a_failing_work_rolls_back_only_itself(app: Flask, db: Any, sqlite: None) -> None:
    works = [add("a"), add("b", code="SAME"), add("c", code="SAME"), add("d")]
    results = queued(app, works)
    assert [isinstance(result, int) for result in results].count(True) == 3
    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert {"a", "d"} < names(db)


def test_what_works_gather_is_folded_once_per_batch(app: Flask, db: Any, sqlite: None) -> None:
    folds: list[list[int]] = []

    def fold(connection: Connection, items: list[int]) -> None:
        folds.append(sorted(items))

    def work(n: int) -> Callable[[Connection], None]:
        def run(connection: Connection) -> None:
            gather(connection, fold, n)
            if n == 3:
                raise ValueError("this one does not count")

        return run

    queued(app, [work(n) for n in range(6)])
    assert folds == [[0, 1, 2, 4, 5]]


def test_a_work_that_spoils_the_common_fold_fails_alone(app: Flask, db: Any, sqlite: None) -> None:
    def fold(connection: Connection, items: list[str]) -> None:
        for item in items:
            connection.execute(insert(Unit).values(name=item, path="/", code=item))

    def work(item: str) -> Callable[[Connection], None]:
        return lambda connection: gather(connection, fold, item)

    write(work("TAKEN"))
    results = queued(app, [work("A"), work("TAKEN"), work("B")])
    assert [type(result) for result in results] == [type(None), IntegrityError, type(None)]
    assert names(db) == {"TAKEN", "A", "B"}


def test_outside_of_a_write_gathering_folds_at_once(db: Any) -> None:
    folded: list[list[int]] = []
    with db.engine.begin() as connection:
        gather(connection, lambda connection, items: folded.append(items), 7)
    assert folded == [[7]]


@contextmanager
def no_room(data: Path) -> Iterator[None]:
    """Files of this process cannot grow beyond the size of the largest of the database's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in data.glob("survey.db*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_fails_the_callers_and_the_writer_goes_on_without_restart(
    app: Flask, db: Any, sqlite: None, tmp_path: Path
) -> None:
    write(add("before"))
    with no_room(tmp_path / "data"):
        results = queued(app, [add("x" * 1_000_000), add("small")])
        assert [type(result) for result in results] == [writer.Full, writer.Full]
        assert names(db) == {"before"}, "reading goes on"
    write(add("after"))
    assert names(db) == {"before", "after"}
    assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_database_without_pages_left_is_full(db: Any, sqlite: None) -> None:
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # clamped to what is in use

    write(limit)
    with pytest.raises(writer.Full):
        write(add("x" * 1_000_000))
    write(add("a new connection has no such limit" + "x" * 1_000_000))


def test_a_locked_database_is_busy_and_then_writable_again(db: Any, sqlite: None) -> None:
    write(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=20") and None)
    with db.engine.connect().execution_options(immediate=True) as other, other.begin():
        add("other")(other)
        with pytest.raises(writer.Busy):
            write(add("mine"))
    write(add("mine"))
    assert names(db) == {"other", "mine"}


def test_a_work_may_not_write_through_the_door_it_stands_in(app: Flask, db: Any, sqlite: None) -> None:
    def nested(connection: Connection) -> None:
        with app.app_context():
            write(add("inner"))

    with pytest.raises(RuntimeError, match="may not call"):
        write(nested)


def test_a_forked_child_starts_a_writer_of_its_own(app: Flask, db: Any, sqlite: None) -> None:
    write(add("parent"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
        child = os.fork()
    if child == 0:
        try:
            write(add("child"))
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    write(add("parent again"))
    assert names(db) == {"parent", "child", "parent again"}


def test_stopping_writes_what_is_queued_and_a_later_write_starts_anew(
    app: Flask, db: Any, sqlite: None
) -> None:
    write(add("first"))
    queued(app, [add(f"{n}") for n in range(20)])
    writer.stop(db.engine)
    assert len(names(db)) == 21
    write(add("last"))
    assert "last" in names(db)


def test_parallel_writers_lose_no_update(app: Flask, db: Any) -> None:
    key = write(add("counter", parent_id=None))

    def work(connection: Connection) -> None:
        row = select(Unit.path).where(Unit.id == key).with_for_update()
        count = int((connection.execute(row).scalar() or "/").strip("/") or 0)
        connection.execute(Unit.__table__.update().where(Unit.id == key).values(path=f"/{count + 1}/"))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(within(app, write), [work] * 200))
    db.session.rollback()
    assert db.session.get(Unit, key).path == "/200/"


def test_deadlocked_works_are_run_again(app: Flask, db: Any) -> None:
    keys = [write(add("one")), write(add("two"))]
    both_hold_one = threading.Barrier(2)

    def work(order: list[int]) -> Callable[[Connection], None]:
        def run(connection: Connection) -> None:
            for key in order:
                connection.execute(Unit.__table__.update().where(Unit.id == key).values(name=Unit.name + "+"))
                with suppress(threading.BrokenBarrierError):
                    both_hold_one.wait(0.5)

        return run

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(within(app, write), [work(keys), work(keys[::-1])]))
    db.session.rollback()
    assert [db.session.get(Unit, key).name for key in keys] == ["one++", "two++"]


def test_the_one_commit_per_call_mode_writes_the_same(
    app: Flask, db: Any, sqlite: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "grouped", False)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(within(app, write), [add(f"{n}") for n in range(50)]))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 50
