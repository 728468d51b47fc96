"""The dashboard at 10,000 and at a million responses: what a page, a tile and the summary cost the server.

Cells are built directly, days × units × channels, from sampled answers; first a small set shows that real
responses give the same cells. A third of the responses carry words.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from flask import Flask
from numpy.typing import NDArray
from sqlalchemy import insert

from survey_app.extensions import db
from survey_app.models import Bucket, Cell, Survey, Unit, User, Verbatim
from survey_app.models.writer import write
from survey_app.services import boards, cells, cube, plans
from survey_app.services.metrics import summary_of_survey
from survey_app.services.surveys import begin
from tests import factories, figures
from tests.conftest import build, close

SIZES = (10_000, 1_000_000)
MOST_GROWTH = 1.5
"""A hundred times the responses may cost so much more."""

DAYS, CHANNELS, STORES = 290, ("h5", "link", "qrcode", "sms", "wechat"), 8
ROUNDS = 15
FILTER = "?period=90d&channel=link,qrcode"

Answers = list[dict[str, Any]]


def samples(number: int) -> Answers:
    """Sampled answers; one in seven breaks off (empty)."""
    chance = random.Random(5)
    return [figures.answers(chance) if chance.random() > 1 / 7 else {} for _ in range(number)]


def counted(survey: Survey, answers: Answers) -> list[cells.Counts]:
    """What each sampled response counts as."""
    assert survey.live_version_id
    plan = plans.plan_of(survey.live_version_id)
    return [cells.began() | (cells.ended(plan, "completed", each, 60) if each else {}) for each in answers]


def matrix(survey: Survey, counts: list[cells.Counts]) -> NDArray[np.float64]:
    """One row per sampled response: its vector in the survey's registry."""
    begin()
    keys = {key for each in counts for key in each}
    cells.register(db.session.connection(), survey.id, keys)
    db.session.commit()
    rows = db.session.query(Bucket).filter_by(survey_id=survey.id)
    numbers = {(row.question, row.bucket): row.number for row in rows}
    found = np.zeros((len(counts), len(numbers), 2))
    for row, each in zip(found, counts, strict=True):
        for key, pair in each.items():
            row[numbers[key]] = pair
    return found.reshape(len(counts), -1)


def fill(survey: Survey, units: list[Unit], number: int, last: datetime) -> None:
    """Spreads ``number`` sampled responses over all cells and stores the cells."""
    vectors = matrix(survey, counted(survey, samples(400)))
    keys = [
        ((last - timedelta(days=back)).date().isoformat(), unit.id, channel)
        for back in range(DAYS)
        for unit in units
        for channel in CHANNELS
    ]
    chance = np.random.default_rng(9)
    per_cell = chance.multinomial(number, np.full(len(keys), 1 / len(keys)))
    rows = []
    for (day, unit, channel), n in zip(keys, per_cell, strict=True):
        if n:
            picks = np.bincount(chance.integers(0, len(vectors), n), minlength=len(vectors))
            vector = (picks.astype(float) @ vectors).tobytes()
            rows.append({"survey_id": survey.id, "day": day, "unit_id": unit, "channel": channel,
                         "stamp": 1, "vector": vector})  # fmt: skip
    begin()
    db.session.execute(insert(Cell), rows)
    db.session.execute(insert(Verbatim), list(said(survey, keys, number // 3, last)))
    cells.raised(db.session.connection(), survey.id)
    db.session.commit()


def said(survey: Survey, keys: list[Any], number: int, last: datetime) -> Iterator[dict[str, Any]]:
    """Texts of the same days, units and channels."""
    chance = random.Random(3)
    for each in range(number):
        day, unit, channel = chance.choice(keys)
        yield {
            "key": str(each),
            "survey_id": survey.id,
            "question": "Q2",
            "unit_id": unit,
            "channel": channel,
            "day": day,
            "text": "排队等了很久",
            "said_at": datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=each % 900),
            "sentiment": chance.choice(("positive", "neutral", "negative")),
            "read_at": last,
        }


def world() -> SimpleNamespace:
    """An organisation of eight stores, its owner and a published survey."""
    root = factories.unit("总部")
    stores = [factories.unit(f"门店 {n}", root) for n in range(STORES)]
    owner = factories.user("owner", "owner", root)
    db.session.commit()
    return SimpleNamespace(owner=owner, stores=stores, survey=figures.survey(owner))


def twelve(owner: User, survey: Survey) -> None:
    """Arranges a board of twelve tiles."""
    board = boards.board(owner, survey)
    while len(board.tiles) > 12:
        board = boards.remove(owner, survey.code, board.digest, len(board.tiles) - 1)
    while len(board.tiles) < 12:
        board = boards.add(owner, survey.code, board.digest, "trend")


def real_responses_give_the_same_cells(folder: Path) -> None:
    """The sampled answers of 120 responses, once through the front door, once as vectors."""
    app = build(folder, "")
    with app.app_context():
        db.create_all()
        at = world()
        chosen = [each for each in samples(120) if each]
        door = figures.door(at.survey, at.stores[0])
        for each in chosen:
            figures.respond(door, each, datetime(2026, 3, 2, 4, tzinfo=UTC), seconds=60)
        expected = matrix(at.survey, counted(at.survey, chosen)).sum(axis=0)
        found = db.session.query(Cell).one()
        vector = np.frombuffer(found.vector, dtype="<f8")
        words = {row.number for row in db.session.query(Bucket).filter_by(question="words")}
        keep = [n for n in range(len(vector)) if n // 2 not in words]
        assert np.array_equal(vector[keep], expected[: len(vector)][keep]), "cells differ from responses"
    close(app)
    print(f"{len(chosen)} real responses give the cells that are built directly")


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds of processor time, the median of several rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        found.append((time.process_time() - began) * 1000)
    return statistics.median(found)


def browser(app: Flask, user: User) -> Any:
    """A browser in which the user has signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user.get_id(), True
    return client


def measure(folder: Path, number: int) -> dict[str, float]:
    """Name → milliseconds at one size."""
    app = build(folder, "")
    with app.app_context():
        db.create_all()
        at = world()
        fill(at.survey, at.stores, number, datetime.now(UTC))
        twelve(at.owner, at.survey)
        client, path = browser(app, at.owner), f"/surveys/{at.survey.code}/dashboard"
        cold = time.process_time()
        cube.load(at.survey.id)
        cold = (time.process_time() - cold) * 1000
        db.session.rollback()

        def fetch(rest: str) -> None:
            assert client.get(path + rest).status_code == 200

        def moved() -> None:
            key = (at.survey.id, "2026-01-05", at.stores[0].id, "link", False)
            write(lambda connection: cells.fold(connection, {key: cells.began()}))
            fetch("/tiles/0")

        with app.test_request_context():
            summary = timed(lambda: summary_of_survey(at.owner, at.survey.code, {"period": "365d"}))
        found = {
            "summary": summary,
            "12 tiles, all": timed(lambda: fetch("?period=365d")),
            "12 tiles, filtered": timed(lambda: fetch(FILTER)),
            "one tile after an answer": timed(moved),
            "cells read once": cold,
        }
    close(app)
    return found


def main() -> int:
    """Prints the table; 1 where a figure grows with the number of responses."""
    with tempfile.TemporaryDirectory() as folder:
        real_responses_give_the_same_cells(Path(folder) / "real")
        results = [measure(Path(folder) / str(size), size) for size in SIZES]
    print(f"{'ms CPU':<26}{SIZES[0]:>12,}{SIZES[1]:>12,}  growth")
    bad = []
    for name, small in results[0].items():
        large = results[1][name]
        print(f"{name:<26}{small:>12.1f}{large:>12.1f}  {large / small:.2f}x")
        if name != "cells read once" and large / small > MOST_GROWTH:
            bad.append(name)
    for name in bad:
        print(f"{name} grows by more than {MOST_GROWTH}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
