"""The figures of a window are those of the raw responses in it, and of nobody else's."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from survey_app.models import Response, Survey, Unit, User, Verbatim
from survey_app.services import metrics, plans
from survey_app.services.errors import NotFound, Refused
from survey_app.services.metrics import SurveyMetrics, first_day, summary_of_survey
from survey_app.services.window import Window, parse
from tests import factories, figures

NOW = datetime(2026, 3, 20, 17, 30, tzinfo=UTC)  # half past one of the 21st in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 21)

Measure = Callable[..., SurveyMetrics]


@pytest.fixture
def survey(app: Flask, db: Any, cast: SimpleNamespace) -> Iterator[Survey]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        found = figures.survey(cast.owner)
        figures.crowd(found, cast, 140, NOW, 45, seed=3)
        yield found


@pytest.fixture
def measure(survey: Survey) -> Measure:
    return lambda actor, **query: metrics.for_survey(actor, survey, query)[0]


class Raw:
    """Every figure counted again from the stored responses, one by one."""

    def __init__(self, db: Any, actor: User, window: Window) -> None:
        self.window = window
        top = actor.unit
        if window.unit:
            top = db.session.scalar(select(Unit).where(Unit.code == window.unit))
        inside = select(Unit.id).where(Unit.path.startswith(top.path))
        self.rows = list(self._all(db, Response, inside))
        self.words = list(self._all(db, Verbatim, inside))

    def _all(self, db: Any, model: Any, inside: Any) -> Iterator[Any]:
        for row in db.session.scalars(select(model).where(model.unit_id.in_(inside))):
            if not self.window.channels or row.channel in self.window.channels:
                yield row

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self.window.start <= self.day(moment) <= self.window.end

    @staticmethod
    def day(moment: datetime) -> date:
        return moment.astimezone(ZONE).date()

    def completed(self) -> list[Response]:
        return [row for row in self.rows if row.state == "completed" and self.within(row.completed_at)]

    def started(self) -> int:
        return sum(self.within(row.started_at) for row in self.rows)

    def buckets(self, question: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for row in self.completed():
            if question in row.answers:
                plan = plans.plan_of(row.version_id).questions[question]
                found.update(plan.measure(row.answers[question]).keys())
        return found


def queries(cast: SimpleNamespace, n: int) -> Iterator[dict[str, str]]:
    """Windows of all kinds within and around the answers."""
    chance = random.Random(11)
    for _ in range(n):
        start = TODAY - timedelta(days=chance.randrange(70))
        query = {"from": start.isoformat(), "to": (start + timedelta(days=chance.randrange(40))).isoformat()}
        if chance.random() < 0.4:
            query["channel"] = chance.choice(["link", "qrcode", "link,qrcode", "sms"])
        if chance.random() < 0.4:
            query["unit"] = chance.choice([cast.east, cast.pudong, cast.tianhe]).code
        yield query


def test_every_figure_equals_a_count_of_the_raw_responses(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    for query in queries(cast, 30):
        found, notes = metrics.for_survey(cast.owner, survey, query)
        raw = Raw(db, cast.owner, found.window)
        assert notes == []
        counts, done = found.counts(), raw.completed()
        assert (counts.started, counts.completed) == (raw.started(), len(done))
        if done:
            assert counts.seconds == pytest.approx(sum(row.seconds for row in done) / len(done))
        for info in found.questions():
            expected = raw.buckets(info.code)
            totals = found.totals(info.code)
            assert {key: totals.n(key) for key in expected} == dict(expected)
            assert found.buckets(info.code) == {bucket: n for bucket, n in expected.items() if bucket}
            assert found.summary(info.code)["n"] == expected[""]
        said = [row for row in raw.words if found.start.isoformat() <= row.day <= found.end.isoformat()]
        kinds = Counter(row.sentiment or "unread" for row in said)
        assert {key: n for key, n in found.sentiment().items() if n} == dict(kinds)


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_a_series_has_every_period_and_adds_up(step: Any, cast: SimpleNamespace, measure: Measure) -> None:
    found = measure(cast.owner, **{"from": "2026-01-30", "to": "2026-03-21"})
    series = found.series("Q1", step)
    firsts = [first for first, _ in series]
    every = (found.start + timedelta(days=n) for n in range(found.window.days))
    assert firsts == sorted({first_day(day, step) for day in every})
    assert sum(totals.n() for _, totals in series) == found.totals("Q1").n() > 0
    assert sum(counts.completed for _, counts in found.volume(step)) == found.counts().completed
    assert sum(totals.n("promoter") for _, totals in series) == found.totals("Q1").n("promoter")


def test_a_day_is_a_day_of_the_survey_not_of_greenwich(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    door = figures.door(survey, cast.pudong, "qrcode")
    figures.respond(door, {"Q1": 9}, datetime(2026, 1, 4, 16, 30, tzinfo=UTC))  # 00:30 of the 5th
    db.session.rollback()
    the_fourth, _ = metrics.for_survey(cast.owner, survey, {"from": "2026-01-04", "to": "2026-01-04"})
    the_fifth, _ = metrics.for_survey(cast.owner, survey, {"from": "2026-01-05", "to": "2026-01-05"})
    assert (the_fourth.counts().completed, the_fifth.counts().completed) == (0, 1)


def test_a_region_sees_its_own_figures_of_the_organisations_survey(
    db: Any, cast: SimpleNamespace, measure: Measure
) -> None:
    whole, east, south = (measure(who, period="60d") for who in (cast.owner, cast.manager, cast.agent))
    assert south.counts().completed == len(Raw(db, cast.agent, south.window).completed()) > 0
    assert east.totals("Q1").n() + south.totals("Q1").n() == whole.totals("Q1").n()
    assert {each.unit for each in south.verbatims(100)} == {"天河店"}
    assert {name for _, name, _ in east.by_unit("Q1")} == {"浦东店", "徐汇店"}


def test_a_unit_outside_the_readers_own_is_not_found(cast: SimpleNamespace, measure: Measure) -> None:
    for code in (cast.south.code, cast.root.code, cast.foreign.code, "NONESUCH"):
        with pytest.raises(NotFound):
            measure(cast.manager, unit=code)


def test_units_are_those_below_the_chosen_one(cast: SimpleNamespace, measure: Measure) -> None:
    found = measure(cast.owner, period="60d")
    rows = {name: totals.n() for _, name, totals in found.by_unit("Q1")}
    assert set(rows) == {"华东", "华南"}
    assert sum(rows.values()) == found.totals("Q1").n()
    east = measure(cast.owner, period="60d", unit=cast.east.code)
    assert {name: totals.n() for _, name, totals in east.by_unit("Q1")}.keys() == {"浦东店", "徐汇店"}
    assert measure(cast.owner, unit=cast.pudong.code).by_unit("Q1") == []


def test_a_unit_with_answers_of_its_own_stands_beside_its_children(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    figures.respond(figures.door(survey, cast.east), {"Q1": 10}, NOW - timedelta(days=1))
    db.session.rollback()
    found, _ = metrics.for_survey(cast.owner, survey, {"unit": cast.east.code})
    assert [name for _, name, _ in found.by_unit("Q1")] == ["浦东店", "徐汇店", "华东（本级）"]


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(
    db: Any, cast: SimpleNamespace, measure: Measure
) -> None:
    found = measure(cast.owner, period="20d")
    before = found.previous()
    assert (before.window.days, before.end) == (20, found.start - timedelta(days=1))
    raw = Raw(db, cast.owner, before.window)
    assert before.totals("Q1").n() == raw.buckets("Q1")[""] > 0


def test_the_main_figure_has_an_interval_and_a_guard(cast: SimpleNamespace, measure: Measure) -> None:
    found = measure(cast.owner, period="60d")
    figure = found.headline("Q1", found.totals("Q1"))
    assert figure is not None
    totals = found.totals("Q1")
    exact = 100 * (totals.n("promoter") - totals.n("detractor")) / totals.n()
    assert figure["value"] == pytest.approx(exact)
    assert figure["low"] < exact < figure["high"]
    assert figure["enough"]
    day = measure(cast.owner, **{"from": "2026-03-10", "to": "2026-03-10"})
    assert not day.headline("Q1", day.totals("Q1"))["enough"]  # type: ignore[index]
    assert found.headline("Q9", found.totals("Q9")) is None


def test_texts_come_newest_first_with_the_score_beside_them(
    cast: SimpleNamespace, measure: Measure, db: Any
) -> None:
    found = measure(cast.owner, period="60d").verbatims(15)
    assert [each.said_at for each in found] == sorted((each.said_at for each in found), reverse=True)
    assert len(found) == 15
    for each in found:
        row = db.session.scalar(select(Response).where(Response.public_id == each.response))
        assert each.nps == row.answers["Q1"]
        assert each.said_at.utcoffset() == timedelta(hours=8)
    negative = measure(cast.owner, period="60d").verbatims(50, sentiment="negative")
    assert {each.sentiment for each in negative} == {"negative"}


def test_phone_numbers_in_texts_are_for_those_who_may_see_contacts(
    cast: SimpleNamespace, measure: Measure
) -> None:
    def said(actor: User) -> str:
        return "".join(each.text for each in measure(actor, period="60d").verbatims(50))

    assert "13812345678" in said(cast.manager)
    assert "13812345678" not in said(cast.viewer)
    assert "138****78" in said(cast.viewer)


def test_the_oldest_unread_text_is_found(db: Any, cast: SimpleNamespace, survey: Survey) -> None:
    door = figures.door(survey, cast.pudong)
    at = NOW - timedelta(hours=3)
    figures.respond(door, {"Q1": 3, "Q2": "排队太久"}, at, seconds=60)
    db.session.rollback()
    found, _ = metrics.for_survey(cast.owner, survey, {})
    assert found.sentiment()["unread"] == 1
    assert found.oldest_unread() == at + timedelta(seconds=60)
    other, _ = metrics.for_survey(cast.agent, survey, {})
    assert other.oldest_unread() is None


def test_the_summary_of_the_api_is_the_same_figures_as_plain_json(
    cast: SimpleNamespace, survey: Survey, measure: Measure
) -> None:
    told = summary_of_survey(cast.owner, survey.code, {"period": "60d"})
    found = measure(cast.owner, period="60d")
    first = told["questions"][0]
    assert (first["code"], first["n"]) == ("Q1", found.totals("Q1").n())
    assert first["counts"]["promoter"] == found.totals("Q1").n("promoter")
    assert first["headline"]["label"] == "净推荐值（NPS）"
    assert type(first["headline"]["label"]) is str
    assert told["responses"]["completed"] == found.counts().completed
    assert told["window"] == {"from": "2026-01-21", "to": "2026-03-21", "channels": [], "unit": None}


def test_a_condition_narrows_the_summary_to_the_responses_that_fulfil_it(
    db: Any, cast: SimpleNamespace, survey: Survey, measure: Measure
) -> None:
    where = '{"question": "Q1", "is": "promoter"}'
    told = summary_of_survey(cast.owner, survey.code, {"period": "60d", "where": where})
    raw = Raw(db, cast.owner, measure(cast.owner, period="60d").window)
    promoters = [row for row in raw.completed() if row.answers.get("Q1", 0) >= 9]
    assert told["questions"][0]["n"] == len(promoters) > 0
    assert told["questions"][0]["headline"]["value"] == 100
    with pytest.raises(Refused):
        summary_of_survey(cast.owner, survey.code, {"where": '{"question": "Q99", "is": 1}'})


def test_titles_and_labels_speak_the_readers_language(
    app: Flask, cast: SimpleNamespace, survey: Survey
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        found, _ = metrics.for_survey(cast.owner, survey, {"period": "60d"})
        assert found.questions()[0].title == "Would you recommend us?"
        assert found.questions()[1].title == "您给了 … 分，为什么？"
        assert [row["label"] for row in found.summary("Q3")["rows"]] == ["Account", "贷款<b>"]


def test_a_survey_that_was_never_published_has_no_figures(db: Any, cast: SimpleNamespace, app: Flask) -> None:
    draft = factories.survey(cast.root)
    db.session.commit()
    with app.test_request_context():
        found, _ = metrics.for_survey(cast.owner, draft, {})
        assert (found.questions(), found.main(), found.counts().started) == ([], "", 0)


@pytest.mark.parametrize(
    ("query", "start", "end", "notes"),
    [
        ({}, "2026-02-20", "2026-03-21", 0),
        ({"period": "7d"}, "2026-03-15", "2026-03-21", 0),
        ({"period": "1d"}, "2026-03-21", "2026-03-21", 0),
        ({"from": "2026-01-01", "to": "2026-01-31"}, "2026-01-01", "2026-01-31", 0),
        ({"from": "2026-03-01"}, "2026-03-01", "2026-03-21", 0),
        ({"to": "2026-01-30"}, "2026-01-01", "2026-01-30", 0),
        ({"from": "", "to": "", "period": ""}, "2026-02-20", "2026-03-21", 0),
        ({"from": "gestern"}, "2026-02-20", "2026-03-21", 1),
        ({"from": "2026-02-30"}, "2026-02-20", "2026-03-21", 1),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "2026-02-20", "2026-03-21", 1),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "2026-02-20", "2026-03-21", 1),
        ({"from": "20260101"}, "2026-02-20", "2026-03-21", 1),
        ({"period": "0d"}, "2026-02-20", "2026-03-21", 1),
        ({"period": "99999d"}, "2026-02-20", "2026-03-21", 1),
        ({"period": "-5d"}, "2026-02-20", "2026-03-21", 1),
        ({"period": "７d"}, "2026-02-20", "2026-03-21", 1),
        ({"from": "2001-01-01", "to": "2020-01-01"}, "2026-02-20", "2026-03-21", 1),
    ],
)
def test_an_address_gives_a_window_or_the_default_and_a_note(
    query: Mapping[str, str], start: str, end: str, notes: int
) -> None:
    window, told = parse(query, TODAY)
    assert (window.start.isoformat(), window.end.isoformat(), len(told)) == (start, end, notes)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "90d"},
        {"from": "2026-01-01", "to": "2026-01-31", "channel": "link,qrcode", "unit": "ABC"},
    ],
)
def test_a_window_writes_the_address_it_was_read_from(query: Mapping[str, str]) -> None:
    window, _ = parse(query, TODAY)
    assert window.query() == query
    assert parse(window.query(), TODAY) == (window, [])


def test_channels_that_cannot_be_keys_are_dropped() -> None:
    window, _ = parse({"channel": "link,../etc,LINK,'; drop"}, TODAY)
    assert window.channels == ("link",)
