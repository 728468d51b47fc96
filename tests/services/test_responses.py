"""Responses and words are read and removed inside one's own units."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from survey_app.models import Audit, Quota, Response, Survey, Verbatim
from survey_app.services import cells, intake, responses, verbatims
from survey_app.services.errors import NotFound
from survey_app.services.intake import Post
from survey_app.services.responses import Filter
from survey_app.words.base import Reading
from tests import factories
from tests.services.test_intake import QUOTA

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    """A survey of the whole organisation; each store has a link."""
    row = factories.published(cast.root)
    db.session.commit()
    return row


@pytest.fixture
def ids(survey: Survey, cast: SimpleNamespace, db: Any) -> list[str]:
    """Seven responses an hour apart; stores and channels take turns, every third is a draft."""
    links = [
        factories.distribution(survey, unit, channel)
        for unit, channel in ((cast.pudong, "link"), (cast.tianhe, "qrcode"))
    ]
    db.session.commit()
    made = []
    for n in range(7):
        with time_machine.travel(START + timedelta(hours=n), tick=False):
            id = factories.public_id()
            answers = {"Q1": 2, "Q2": f"第{n}句话", "Q3": "open"}
            post = Post(id=id, revision=1, page="p1", answers=answers, complete=n % 3 > 0)
            intake.submit(intake.door(links[n % 2].code), post)
        made.append(id)
    db.session.rollback()
    return made


def listed(actor: Any, survey: Survey, **chosen: Any) -> list[str]:
    rows, after = responses.listing(actor, survey.code, Filter(**chosen))
    assert after == ""
    return [row.id for row in rows]


def test_the_latest_begun_come_first_and_a_cursor_goes_on(
    cast: SimpleNamespace, survey: Survey, ids: list[str]
) -> None:
    found, after = [], ""
    for size in (3, 3, 1):
        rows, after = responses.listing(cast.owner, survey.code, after=after, limit=3)
        assert len(rows) == size
        found += [row.id for row in rows]
    assert after == ""
    assert found == ids[::-1]


def test_responses_begun_at_the_same_moment_are_all_listed_once(
    cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    link = factories.distribution(survey, cast.pudong)
    db.session.commit()
    with time_machine.travel(START, tick=False):
        for _ in range(5):
            intake.submit(intake.door(link.code), Post(id=factories.public_id(), revision=1))
    db.session.rollback()
    found, after = [], None
    while after != "":
        rows, after = responses.listing(cast.owner, survey.code, after=after or "", limit=2)
        found += [row.id for row in rows]
    assert len(found) == len(set(found)) == 5


def test_filters_narrow_the_list(cast: SimpleNamespace, survey: Survey, ids: list[str]) -> None:
    latest = ids[::-1]
    assert listed(cast.owner, survey, states=["started"]) == [ids[6], ids[3], ids[0]]
    assert listed(cast.owner, survey, channels=["qrcode"]) == [ids[5], ids[3], ids[1]]
    assert listed(cast.owner, survey, units=[cast.pudong.id]) == [ids[6], ids[4], ids[2], ids[0]]
    assert listed(cast.owner, survey, since=START + timedelta(hours=5)) == latest[:2]
    assert listed(cast.owner, survey, until=START + timedelta(hours=2)) == latest[5:]
    assert listed(cast.owner, survey, version=1, states=["completed"], channels=["link"]) == [ids[4], ids[2]]
    assert listed(cast.owner, survey, version=2) == []


def test_everybody_sees_the_responses_of_their_own_units_alone(
    cast: SimpleNamespace, survey: Survey, ids: list[str]
) -> None:
    east, south = ids[::-1][0::2], ids[::-1][1::2]
    assert listed(cast.owner, survey) == ids[::-1]
    assert listed(cast.manager, survey) == listed(cast.viewer, survey) == east
    assert listed(cast.agent, survey) == south
    assert responses.get(cast.agent, survey.code, ids[1]).unit == cast.tianhe.code
    for actor, id in ((cast.agent, ids[0]), (cast.manager, ids[1]), (cast.owner, factories.public_id())):
        with pytest.raises(NotFound):
            responses.get(actor, survey.code, id)
        with pytest.raises(NotFound):
            responses.listing(actor, survey.code, after=id)
        with pytest.raises(NotFound):
            responses.remove(actor, survey.code, id)
    with pytest.raises(NotFound):
        responses.listing(cast.stranger, survey.code)
    with pytest.raises(NotFound):
        responses.get(cast.stranger, survey.code, ids[0])


def test_a_response_is_shown_with_all_that_is_known_of_it(
    cast: SimpleNamespace, survey: Survey, ids: list[str]
) -> None:
    row = responses.get(cast.owner, survey.code, ids[1])
    assert row.as_dict() == {
        "id": ids[1],
        "version": 1,
        "state": "completed",
        "quota": None,
        "channel": "qrcode",
        "unit": cast.tianhe.code,
        "started_at": "2026-03-02T09:00:00+00:00",
        "completed_at": "2026-03-02T09:00:00+00:00",
        "seconds": None,
        "answers": {"Q1": 2, "Q2": "第1句话", "Q3": "open"},
        "fields": {},
        "flagged": False,
        "quality": {"observed": [], "decided": None},
    }


def test_a_removed_response_is_gone_with_its_words_and_the_trail_says_who(
    cast: SimpleNamespace, survey: Survey, ids: list[str], db: Any
) -> None:
    responses.remove(cast.manager, survey.code, ids[2])
    assert ids[2] not in listed(cast.owner, survey)
    keys = list(db.session.scalars(select(Verbatim.key)))
    assert keys
    assert not any(key.startswith(ids[2]) for key in keys)
    entry = db.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert (entry.user_id, entry.action, entry.thing) == (
        cast.manager.id,
        "response.delete",
        f"response:{ids[2]}",
    )
    totals = cells.load(survey.id).totals()
    assert (totals.n("", "started"), totals.n("", "completed"), totals.n("words", "unread")) == (6, 3, 3)


def test_removing_a_response_makes_room_in_its_quota(cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.root, QUOTA)
    link = factories.distribution(survey, cast.pudong)
    db.session.commit()
    door = intake.door(link.code)
    posts = [
        Post(id=factories.public_id(), revision=1, answers={"Q1": 9, "Q3": "loan"}, complete=True)
        for _ in range(4)
    ]
    assert [intake.submit(door, post)["state"] for post in posts[:3]] == [
        "completed",
        "completed",
        "over_quota",
    ]
    db.session.rollback()
    responses.remove(cast.owner, survey.code, posts[0].id)
    assert intake.submit(door, posts[3])["state"] == "completed"
    db.session.rollback()
    assert db.session.scalars(select(Quota.n)).all() == [2]
    cells.rebuild(survey.id)
    db.session.rollback()
    assert db.session.scalars(select(Quota.n)).all() == [2]


# Words


def readings(db: Any, label: str, count: int) -> int:
    found = verbatims.unread(count)
    db.session.rollback()
    return verbatims.record({each.id: Reading(label, 0.9, (("话", 0.4),), "engine 1") for each in found})  # type: ignore[arg-type]


def counted(survey: Survey) -> dict[str, int]:
    totals = cells.load(survey.id).totals()
    return {sentiment: totals.n("words", sentiment) for sentiment in cells.SENTIMENTS}


def test_what_was_read_moves_from_unread_to_its_sentiment(survey: Survey, ids: list[str], db: Any) -> None:
    assert counted(survey) == {"positive": 0, "neutral": 0, "negative": 0, "none": 0, "unread": 4}
    db.session.rollback()
    assert readings(db, "negative", 3) == 3
    assert counted(survey) == {"positive": 0, "neutral": 0, "negative": 3, "none": 0, "unread": 1}
    assert len(verbatims.unread()) == 1


def test_reading_again_moves_the_counts_again(survey: Survey, ids: list[str], db: Any) -> None:
    all_ids = [each.id for each in verbatims.unread()]
    db.session.rollback()
    for label in ("negative", "positive", "positive"):
        verbatims.record({id: Reading(label, 0.5, (), "engine 2") for id in all_ids})  # type: ignore[arg-type]
        assert counted(survey)[label] == 4
        db.session.rollback()
    assert sum(counted(survey).values()) == 4


def test_what_was_removed_meanwhile_is_not_counted(
    cast: SimpleNamespace, survey: Survey, ids: list[str], db: Any
) -> None:
    waiting = verbatims.unread()
    responses.remove(cast.owner, survey.code, ids[1])
    found = {each.id: Reading("positive", 0.9, (), "engine 1") for each in waiting}
    assert verbatims.record(found) == 3
    assert counted(survey) == {"positive": 3, "neutral": 0, "negative": 0, "none": 0, "unread": 0}


def test_the_latest_words_of_some_days_units_and_moods(
    cast: SimpleNamespace, survey: Survey, ids: list[str], db: Any
) -> None:
    readings(db, "negative", 2)
    every = verbatims.latest(survey.id, 10)
    assert [said.text for said in every] == ["第5句话", "第4句话", "第2句话", "第1句话"]
    assert [said.response for said in every] == [ids[5], ids[4], ids[2], ids[1]]
    assert (every[0].unit, every[0].answers["Q1"], every[0].sentiment) == (cast.tianhe.code, 2, "")
    assert (every[3].sentiment, every[3].score, every[3].reasons) == ("negative", 0.9, [["话", 0.4]])
    assert verbatims.latest(survey.id, 2, before=every[1].id) == every[2:]
    assert verbatims.latest(survey.id, 9, sentiment="unread") == every[:2]
    assert verbatims.latest(survey.id, 9, sentiment="negative", units=[cast.tianhe.id]) == every[3:]
    assert verbatims.latest(survey.id, 9, channels=["link"]) == every[1:3]
    assert verbatims.latest(survey.id, 9, days=(date(2026, 3, 2), date(2026, 3, 2))) == every
    assert verbatims.latest(survey.id, 9, days=(date(2026, 3, 3), date(2026, 3, 9))) == []
    assert verbatims.latest(survey.id, 9, question="Q1") == []


def test_drafts_have_no_words(survey: Survey, ids: list[str], db: Any) -> None:
    drafts = {row.id for row in db.session.scalars(select(Response)) if row.state == "started"}
    assert len(drafts) == 3
    assert not drafts & {row.response_id for row in db.session.scalars(select(Verbatim))}
