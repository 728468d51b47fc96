"""A quota takes exactly as many as it says, however often the server dies meanwhile."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.models import Response
from survey_app.services import intake
from tests import factories
from tests.faults.server import Server
from tests.faults.test_kills import Customer
from tests.services.test_quotas import agree, counts, document, pages, quota

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

KILLS = 6
PEOPLE = 64
LIMIT = 10


class Applicant(Customer):
    """Qualifies page by page, as one person after another until enough have come; ``ends`` says how they
    fared."""

    def __init__(self, port: int, path: str, seed: int, coming: Iterator[int]) -> None:
        super().__init__(port, path, seed)
        self.coming = coming
        self.ends: Counter[str] = Counter()

    def run(self) -> None:
        for _ in self.coming:
            id = factories.public_id()
            for revision, save in enumerate(pages("sh", "old"), 1):
                state = self.told({"id": id, "revision": revision, **save})
                if state != "started":
                    self.ends[state] += 1
                    break

    def told(self, post: dict[str, Any]) -> str:
        """The state a save leads to, sent until it is acknowledged."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            status, reply = self.sent(post)
            if status == 200:
                self.attempts["kept"] += 1
                return str(reply["state"])
            if status not in (0, 503):
                return f"{status}: {reply}"
            time.sleep(self.chance.uniform(0.02, 0.08))
        return "lost"


@pytest.fixture
def code(db: Any, cast: SimpleNamespace) -> str:
    """Of the open link of a survey with a quota."""
    survey = factories.published(cast.east, document(quota("sh", LIMIT, "Q1", "sh")))
    found = factories.distribution(survey).code
    db.session.commit()
    return found


@pytest.fixture
def server(app: Flask, code: str, database_url: str, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data", database_url)
    running.start()
    yield running
    running.close()


def test_a_quota_of_ten_gives_ten_through_kills(db: Any, code: str, server: Server) -> None:
    coming = iter(range(PEOPLE))
    crowd = [Applicant(server.port, f"/s/{code}/answers", seed, coming) for seed in range(6)]
    for each in crowd:
        each.start()
    for number in range(1, KILLS + 1):
        while sum(each.attempts["kept"] for each in crowd) < number * 10:
            time.sleep(0.002)
        server.kill()
        server.start()
    for each in crowd:
        each.join(120)
    server.close()
    ends: Counter[str] = sum((each.ends for each in crowd), Counter())
    assert ends == {"completed": LIMIT, "over_quota": PEOPLE - LIMIT}
    db.session.rollback()
    assert len(db.session.scalars(select(Response.id)).all()) == PEOPLE
    assert counts(db) == {"sh": LIMIT}
    agree(db, intake.door(code))
