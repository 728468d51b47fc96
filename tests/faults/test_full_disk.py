"""A full disk refuses politely, loses nothing, and needs no restart when there is room again."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.models import Response
from tests import factories
from tests.faults.server import Server, ask
from tests.faults.test_kills import place, server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@contextmanager
def no_room(server: Server, data: Path) -> Iterator[None]:  # noqa: F811
    """No file of the server's processes may grow."""
    largest = max(path.stat().st_size for path in data.glob("survey.db*"))
    pids = server.workers()
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        for pid, limits in zip(pids, before, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def saved(server: Server, path: str, id: str) -> tuple[int, Any]:  # noqa: F811
    answers = {"Q1": 0, "Q2": "很" * 400, "Q3": "open"}
    status, body = ask(
        server.port, "POST", path, {"id": id, "revision": 1, "answers": answers, "complete": True}
    )
    return status, json.loads(body)


def test_a_full_disk_refuses_what_it_cannot_keep_and_resumes_without_restart(
    db: Any,
    place: SimpleNamespace,  # noqa: F811
    server: Server,  # noqa: F811
    tmp_path: Path,
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the limit is on the files of the server's own processes")
    kept: set[str] = set()
    for _ in range(3):
        refused = []
        with no_room(server, tmp_path / "data"):
            until = time.monotonic() + 30
            while len(refused) < 20 and time.monotonic() < until:
                id = factories.public_id()
                status, _ = saved(server, place.path, id)
                assert status in (200, 507)
                (refused.append if status == 507 else kept.add)(id)
            assert len(refused) == 20
            assert ask(server.port, "GET", place.path.removesuffix("/answers"))[0] == 200, "reading goes on"
        for id in refused:
            assert saved(server, place.path, id)[0] == 200
            kept.add(id)
    db.session.rollback()
    assert set(db.session.scalars(select(Response.public_id))) == kept
