"""Unread words are found, read once and counted, whoever reads them."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from survey_app import words
from survey_app.models import Verbatim
from survey_app.models.base import now
from survey_app.services import cells, digest, intake
from tests import factories


class Stub:
    """An engine whose verdict is in the text; remembers what it was given."""

    name, version = "stub", "1"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def read(self, texts: list[str]) -> list[words.Reading]:
        self.seen += texts
        return [words.Reading("negative", 0.1, (("差", -1.0),), "stub-1") for _ in texts]


@pytest.fixture
def door(cast: SimpleNamespace, db: Any) -> str:
    """The code of a public link."""
    survey = factories.published(cast.root)
    code = factories.distribution(survey, cast.pudong).code
    db.session.commit()
    return code


def say(code: str, text: str) -> None:
    """A detractor's completed response."""
    post = intake.Post(
        id=factories.public_id(),
        revision=1,
        page="p2",
        answers={"Q1": 2, "Q2": text, "Q3": "open"},
        raw={},
        complete=True,
        locale="zh_CN",
        fields={},
        version=None,
    )
    intake.submit(intake.door(code), post)


def counts(db: Any) -> dict[str, float]:
    survey_id = db.session.scalar(select(Verbatim.survey_id).limit(1))
    totals = cells.load(survey_id).totals()
    return {name: totals.n("words", name) for name in ("negative", "unread")}


def test_unread_words_are_read_and_counted(door: str, db: Any) -> None:
    for text in ("等太久", "态度差", "排队"):
        say(door, text)
    assert digest.drain(batch=2, engine=Stub()) == 3
    row = db.session.scalars(select(Verbatim)).first()
    assert (row.sentiment, row.score, row.model, row.reasons) == ("negative", 0.1, "stub-1", [["差", -1.0]])
    assert row.read_at is not None
    assert counts(db) == {"negative": 3, "unread": 0}


def test_a_second_drain_finds_nothing(door: str) -> None:
    say(door, "等太久")
    assert [digest.drain(engine=Stub()), digest.drain(engine=Stub())] == [1, 0]


def test_nothing_is_locked_while_the_engine_works(door: str, db: Any) -> None:
    """The engine may take seconds; answers must be stored meanwhile."""

    class Slow(Stub):
        def read(self, texts: list[str]) -> list[words.Reading]:
            if len(self.seen) < 2:
                say(door, "又来一条")
            return super().read(texts)

    say(door, "等太久")
    assert digest.drain(engine=Slow()) == 3


def test_two_workers_at_once_count_every_text_once(app: Flask, door: str, db: Any) -> None:
    for number in range(12):
        say(door, f"太慢 {number}")
    together = threading.Barrier(2)

    class Together(Stub):
        def read(self, texts: list[str]) -> list[words.Reading]:
            if not self.seen:
                together.wait(10)  # both hold the same batch now
            return super().read(texts)

    def work() -> None:
        with app.app_context():
            digest.drain(batch=5, engine=Together())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counts(db) == {"negative": 12, "unread": 0}


def test_a_stopping_worker_leaves_the_rest_for_later(door: str) -> None:
    for number in range(5):
        say(door, f"太慢 {number}")
    engine = Stub()
    assert digest.drain(batch=2, engine=engine, stopping=lambda: len(engine.seen) >= 2) == 2
    assert digest.drain(engine=engine) == 3


def test_the_backlog_is_the_age_of_the_oldest_unread_text(door: str, db: Any) -> None:
    assert digest.backlog() == 0
    say(door, "等太久")
    db.session.rollback()
    db.session.execute(update(Verbatim).values(said_at=now() - timedelta(minutes=5)))
    db.session.commit()
    assert 299 < digest.backlog() < 330
    digest.drain(engine=Stub())
    assert digest.backlog() == 0


def test_the_real_engine_reads_what_customers_said(door: str, db: Any) -> None:
    for text in ("等了一个小时没人理，太差了", "无", "服务很好，非常满意"):
        say(door, text)
    assert digest.drain() == 3
    found = dict(db.session.execute(select(Verbatim.text, Verbatim.sentiment)).all())
    assert found == {
        "等了一个小时没人理，太差了": "negative",
        "无": "none",
        "服务很好，非常满意": "positive",
    }
