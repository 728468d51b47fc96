"""Counts never disagree with the responses they count."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from survey_app.models import Bucket, Cell, Distribution, Quota, Response, Stamp, Survey, Verbatim
from survey_app.models.writer import write
from survey_app.services import cells, intake, quality, responses, verbatims
from survey_app.services.surveys import begin
from survey_app.words.base import Reading
from tests import factories

MONDAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    row = factories.published(cast.root)
    db.session.commit()
    return row


def vectors(db: Any, survey: Survey) -> dict[Any, Any]:
    """(day, unit, channel, flagged) → {(question, bucket): (n, amount)} as stored, zeros left out."""
    db.session.rollback()
    names = {b.number: (b.question, b.bucket) for b in db.session.scalars(select(Bucket))}
    found = {}
    for cell in db.session.scalars(select(Cell).where(Cell.survey_id == survey.id)):
        pairs = np.frombuffer(cell.vector, dtype="<f8").reshape(-1, 2)
        counts = {names[i]: tuple(map(float, pair)) for i, pair in enumerate(pairs) if pair.any()}
        if counts:
            found[cell.day, cell.unit_id, cell.channel, cell.flagged] = counts
    return found


def put(deltas: cells.Deltas) -> None:
    write(lambda connection: cells.fold(connection, deltas))


def test_folded_counts_come_out_of_the_cube_as_they_went_in(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    put({(survey.id, "2026-03-02", cast.pudong.id, "link", False): {("Q1", "9"): (1, 9), ("Q1", ""): (1, 9)}})
    put(
        {
            (survey.id, "2026-03-02", cast.pudong.id, "link", False): {
                ("Q1", "9"): (1, 9),
                ("Q9", "new"): (1, 2.5),
            }
        }
    )
    db.session.rollback()
    totals = cells.load(survey.id).totals()
    assert (totals.n("Q1", "9"), totals.amount("Q1", "9")) == (2, 18)
    assert (totals.n("Q1"), totals.amount("Q1")) == (1, 9)
    assert (totals.n("Q9", "new"), totals.amount("Q9", "new")) == (1, 2.5)
    assert (totals.n("Q1", "never seen"), totals.amount("Q0")) == (0, 0)


def test_every_change_raises_the_stamp_of_its_survey_alone(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    other = factories.published(cast.root)
    db.session.commit()
    for _ in range(3):
        put({(survey.id, "2026-03-02", cast.pudong.id, "link", False): cells.began()})
    db.session.rollback()
    assert db.session.get(Stamp, survey.id).stamp == 3
    assert db.session.get(Stamp, other.id) is None


def test_bucket_numbers_are_never_moved(db: Any, cast: SimpleNamespace, survey: Survey) -> None:
    key = (survey.id, "2026-03-02", cast.pudong.id, "link", False)
    put({key: {("Q1", "b"): (1, 1)}})
    begin()
    cells.register(db.session.connection(), survey.id, [("Q1", "a"), ("Q1", "b"), ("Q0", "")])
    db.session.commit()
    before = {(b.question, b.bucket): b.number for b in db.session.scalars(select(Bucket))}
    put({key: {("Q1", "aa"): (1, 1), ("A", ""): (1, 1)}})
    db.session.rollback()
    after = {(b.question, b.bucket): b.number for b in db.session.scalars(select(Bucket))}
    assert before == {name: after[name] for name in before}
    assert sorted(after.values()) == list(range(len(after)))
    assert before["Q1", "b"] == 0


def test_a_registration_that_is_rolled_back_leaves_no_numbers_behind(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    key = (survey.id, "2026-03-02", cast.pudong.id, "link", False)
    cells.register(db.session.connection(), survey.id, [("gone", "")])
    db.session.rollback()
    put({key: {("Q1", ""): (1, 5)}})
    db.session.rollback()
    assert {b.question for b in db.session.scalars(select(Bucket))} == {"Q1"}
    assert cells.load(survey.id).totals().amount("Q1") == 5


def test_totals_are_of_the_asked_days_units_and_channels(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    units = [cast.pudong.id, cast.xuhui.id, cast.tianhe.id]
    ledger = []
    chance = random.Random(7)
    for _ in range(120):
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(20))
        entry = (day, chance.choice(units), chance.choice(["link", "qrcode"]), chance.randrange(11))
        ledger.append(entry)
        put(
            {
                (survey.id, day.isoformat(), *entry[1:3], False): {
                    ("Q1", ""): (1, entry[3]),
                    ("Q1", str(entry[3])): (1, 1),
                }
            }
        )
    db.session.rollback()
    cube = cells.load(survey.id)
    first, last = date(2026, 1, 5), date(2026, 1, 11)
    some = {cast.pudong.id, cast.tianhe.id}
    chosen = [e for e in ledger if first <= e[0] <= last and e[1] in some and e[2] == "link"]
    window = {"days": (first, last), "units": some, "channels": ["link"]}
    totals = cube.totals(**window)
    assert (totals.n("Q1"), totals.amount("Q1")) == (len(chosen), sum(e[3] for e in chosen))
    assert all(totals.n("Q1", str(s)) == sum(e[3] == s for e in chosen) for s in range(11))
    by_day = cube.by_day("Q1", **window)
    assert {d: t.n("Q1") for d, t in by_day.items()} == {
        d: sum(e[0] == d for e in chosen) for d in {e[0] for e in chosen}
    }
    assert list(by_day) == sorted(by_day)
    by_unit = cube.by_unit("Q1", **window)
    assert {u: t.amount("Q1") for u, t in by_unit.items()} == {
        u: sum(e[3] for e in chosen if e[1] == u) for u in {e[1] for e in chosen}
    }
    assert cube.totals(units=[]).n("Q1") == 0
    assert cube.by_day("Q1", units=[]) == {}


def test_the_cube_is_kept_while_nothing_changed_and_renewed_when_something_did(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    key = (survey.id, "2026-03-02", cast.pudong.id, "link", False)
    assert cells.load(survey.id).totals().n("", "started") == 0
    put({key: cells.began()})
    db.session.rollback()
    first = cells.load(survey.id)
    assert cells.load(survey.id) is first
    put({(*key[:3], "qrcode", False): {**cells.began(), ("Q9", "grown"): (1, 1)}})
    db.session.rollback()
    second = cells.load(survey.id)
    assert (first.totals().n("", "started"), second.totals().n("", "started")) == (1, 2)
    assert second.totals().n("Q9", "grown") == 1


def test_a_response_counts_on_the_day_it_began_and_on_the_day_it_ended(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    door = opened(db, factories.distribution(survey, cast.pudong))
    id = factories.public_id()
    with time_machine.travel(MONDAY, tick=False):
        intake.submit(door, intake.Post(id=id, revision=1, page="p1", answers={"Q1": 10}))
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        intake.submit(door, intake.Post(id=id, revision=2, answers={"Q3": "loan"}, complete=True))
    assert vectors(db, survey) == {
        ("2026-03-02", cast.pudong.id, "link", False): {("", "started"): (1, 1)},
        ("2026-03-03", cast.pudong.id, "link", False): {
            ("", "completed"): (1, 1),
            ("", "seconds"): (1, 3600),
            ("Q1", ""): (1, 10),
            ("Q1", "10"): (1, 1),
            ("Q1", "promoter"): (1, 1),
            ("Q3", ""): (1, 1),
            ("Q3", "loan"): (1, 1),
        },
    }


def opened(db: Any, distribution: Distribution) -> intake.Door:
    db.session.commit()
    return intake.door(distribution.code)


class Customers:
    """Random but possible lives of responses."""

    def __init__(self, chance: random.Random, doors: list[intake.Door]) -> None:
        self.chance = chance
        self.doors = doors
        self.phones = [None, *(factories.public_id() for _ in range(3))]
        self.open: dict[str, tuple[intake.Door, int]] = {}

    def begin(self) -> None:
        id, door = factories.public_id(), self.chance.choice(self.doors)
        self.open[id] = (door, 1)
        phone = self.chance.choice(self.phones)
        intake.submit(door, intake.Post(id, 1, page="p1", answers=self.answers(), device=phone))

    def change(self) -> None:
        if self.open:
            id, (door, revision) = self.chance.choice(list(self.open.items()))
            self.open[id] = (door, revision + 1)
            intake.submit(door, intake.Post(id=id, revision=revision + 1, page="p1", answers=self.answers()))

    def finish(self) -> None:
        if self.open:
            id = self.chance.choice(list(self.open))
            door, revision = self.open.pop(id)
            answers = {**self.answers(), "Q3": self.chance.choice(["open", "loan"])}
            intake.submit(door, intake.Post(id=id, revision=revision + 1, answers=answers, complete=True))

    def at_once(self) -> None:
        answers = {**self.answers(), "Q3": "loan"}
        post = intake.Post(
            factories.public_id(), 1, answers=answers, complete=True, device=self.chance.choice(self.phones)
        )
        intake.submit(self.chance.choice(self.doors), post)

    def answers(self) -> dict[str, Any]:
        return {"Q1": self.chance.randrange(11), "Q2": self.chance.choice(["太慢", "很好", None])}


def remove_one(chance: random.Random, actor: Any, survey: Survey, db: Any) -> None:
    rows, _ = responses.listing(actor, survey.code)
    if rows:
        responses.remove(actor, survey.code, chance.choice(rows).id)


def weigh_one(chance: random.Random, actor: Any, survey: Survey, db: Any) -> None:
    """A manager flags a response, lifts a flag or leaves it to what was observed."""
    rows, _ = responses.listing(actor, survey.code, responses.Filter(states=["completed"]))
    if rows:
        responses.decide(actor, survey.code, chance.choice(rows).id, chance.choice([True, False, None]))


def read_some(chance: random.Random, db: Any) -> None:
    ids = list(db.session.scalars(select(Verbatim.id)))
    db.session.rollback()
    chosen = chance.sample(ids, min(3, len(ids)))
    labels = ["positive", "neutral", "negative", "none"]
    verbatims.record({id: Reading(chance.choice(labels), 0.5, (), "test 1") for id in chosen})


@pytest.mark.parametrize("seed", range(4))
def test_counting_again_from_the_responses_gives_the_same_cells(
    seed: int, db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    chance = random.Random(seed)
    doors = [
        opened(db, factories.distribution(survey, unit, channel))
        for unit, channel in ((cast.pudong, "link"), (cast.tianhe, "qrcode"))
    ]
    customers = Customers(chance, doors)
    owner = cast.owner
    lives = [customers.begin, customers.change, customers.finish, customers.at_once]
    moment = MONDAY
    for _ in range(80):
        moment += timedelta(minutes=chance.randrange(400))
        with time_machine.travel(moment, tick=False):
            db.session.rollback()
            act = chance.choice(
                [
                    *lives,
                    *lives,
                    lambda: remove_one(chance, owner, survey, db),
                    lambda: weigh_one(chance, owner, survey, db),
                    lambda: weigh_one(chance, owner, survey, db),
                    lambda: read_some(chance, db),
                ]
            )
            act()
    kept = vectors(db, survey)
    assert sum(len(counts) for counts in kept.values()) > 30
    cells.rebuild(survey.id)
    assert vectors(db, survey) == kept
    cube = cells.load(survey.id)
    assert counted(db, cube.clean) == by_hand(db, False)
    assert counted(db, cube.doubtful) == by_hand(db, True) != (0, 0, 0, 0)
    both = [a + b for a, b in zip(by_hand(db, False), by_hand(db, True), strict=True)]
    assert counted(db, cube) == tuple(both)


def counted(db: Any, cube: cells.Cube) -> tuple[int, int, int, float]:
    """Begun, completed, texts and the sum of the scores, as the cells have them."""
    totals = cube.totals()
    texts = sum(totals.n("words", s) for s in cells.SENTIMENTS)
    return totals.n("", "started"), totals.n("", "completed"), texts, totals.amount("Q1")


def by_hand(db: Any, flagged: bool) -> tuple[int, int, int, float]:
    """The same from the responses and verbatims one by one."""
    rows = [row for row in db.session.scalars(select(Response)) if row.flagged is flagged]
    done = [row for row in rows if row.state == "completed"]
    ids = {row.id for row in rows}
    texts = [each for each in db.session.scalars(select(Verbatim)) if each.response_id in ids]
    assert all(each.flagged is flagged for each in texts)
    assert all(quality.verdict(row.flags) is row.flagged for row in rows)
    return len(rows), len(done), len(texts), sum(row.answers.get("Q1", 0) for row in done)


def test_rebuilding_mends_cells_that_were_lost(db: Any, cast: SimpleNamespace, survey: Survey) -> None:
    door = opened(db, factories.distribution(survey, cast.pudong))
    customers = Customers(random.Random(1), [door])
    for _ in range(5):
        customers.at_once()
    kept = vectors(db, survey)
    db.session.execute(delete(Cell))
    db.session.execute(delete(Quota))
    db.session.commit()
    cells.rebuild(survey.id)
    assert vectors(db, survey) == kept


def test_removing_a_response_takes_it_out_of_every_count(
    app: Flask, db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    door = opened(db, factories.distribution(survey, cast.pudong))
    id = factories.public_id()
    answers = {"Q1": 2, "Q2": "等了一个小时", "Q3": "open"}
    intake.submit(door, intake.Post(id=id, revision=1, answers=answers, complete=True))
    assert vectors(db, survey)
    responses.remove(cast.owner, survey.code, id)
    assert vectors(db, survey) == {}
    assert db.session.scalars(select(Verbatim)).all() == []


def test_a_bucket_name_beyond_the_column_is_cut_not_refused(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    put({(survey.id, "2026-03-02", cast.pudong.id, "link", False): {("Q1", "x" * 500): (1, 1)}})
    db.session.rollback()
    assert cells.load(survey.id).totals().n("Q1", "x" * cells.BUCKET_LENGTH) == 1
