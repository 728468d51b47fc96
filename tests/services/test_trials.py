"""Test responses: they go everywhere a respondent goes and count nowhere."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from survey_app.extensions import db
from survey_app.models import Cell, Distribution, Quota, Reservation, Response, Seat, Survey, Upload, Verbatim
from survey_app.services import cells, exports, flows, intake, responses, trials, uploads
from survey_app.services.errors import Conflict, Gone, NotFound
from survey_app.services.posts import Post
from survey_app.services.responses import Filter
from tests import factories, files

Json = Any


@pytest.fixture
def document() -> dict[str, Any]:
    found = copy.deepcopy(factories.NPS_DOCUMENT)
    found["pages"][0]["questions"][0]["validate"] = [
        {"when": {"question": "Q1", "equals": 5}, "message": "请再想一想。"}
    ]
    found["endings"].append({"code": "full", "title": "名额已满", "kind": "over_quota"})
    found["quotas"] = [
        {"code": "loans", "when": {"question": "Q3", "is": "loan"}, "limit": 1, "then": {"go": "full"}}
    ]
    return found


@pytest.fixture
def survey(cast: SimpleNamespace, document: dict[str, Any]) -> Survey:
    found = factories.published(cast.east, document)
    db.session.commit()
    return found


@pytest.fixture
def distribution(survey: Survey) -> Distribution:
    found = factories.distribution(survey)
    db.session.commit()
    return found


def give(door: intake.Door, id: str = "", device: str | None = None, **answers: Json) -> str:
    """A whole response through a door; its id."""
    id = id or factories.public_id()
    intake.submit(door, Post(id, 1, answers=answers, complete=True, device=device))
    db.session.rollback()  # what is read next was written since
    return id


def opened(cast: SimpleNamespace, survey: Survey, distribution: str = "") -> intake.Door:
    return trials.door(trials.token(cast.manager, survey.code, distribution))


def stored(survey: Survey) -> dict[str, Any]:
    """Everything derived of a survey's responses."""
    db.session.rollback()
    seen = {}
    for name, table in (("seats", Seat), ("quotas", Quota), ("reservations", Reservation)):
        rows = db.session.execute(select(table.__table__).where(table.survey_id == survey.id)).all()
        seen[name] = sorted(map(tuple, rows))
    vectors = db.session.execute(
        select(Cell.day, Cell.unit_id, Cell.channel, Cell.flagged, Cell.vector).where(
            Cell.survey_id == survey.id
        )
    ).all()
    seen["cells"] = sorted(tuple(row) for row in vectors if any(row.vector))
    seen["verbatims"] = db.session.scalar(select(func.count()).select_from(Verbatim))
    return seen


def test_a_test_response_is_stored_and_leaves_nothing_else(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    give(intake.door(distribution.code), Q1=9, Q3="open")
    before = stored(survey)
    id = give(opened(cast, survey, distribution.code), Q1=3, Q2="太慢了，要退款！", Q3="loan")
    give(opened(cast, survey), Q1=3, Q3="loan")
    row = responses.get(cast.manager, survey.code, id)
    assert (row.test, row.state, row.answers["Q2"], row.flagged) == (
        True,
        "completed",
        "太慢了，要退款！",
        False,
    )
    assert stored(survey) == before


def test_counts_made_again_are_those_kept_along_the_way(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    give(intake.door(distribution.code), Q1=9, Q3="loan")
    give(opened(cast, survey), Q1=3, Q2="慢", Q3="loan")
    trials.run(cast.manager, survey.code)
    before = stored(survey)
    cells.rebuild(survey.id)
    assert stored(survey) == before


def test_tests_take_no_place_of_a_quota_and_meet_those_that_are_taken(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    for _ in range(3):
        give(opened(cast, survey, distribution.code), Q1=9, Q3="loan")
    real = give(intake.door(distribution.code), Q1=9, Q3="loan")
    late = give(opened(cast, survey), Q1=9, Q3="loan")
    states = {each: responses.get(cast.manager, survey.code, each).state for each in (real, late)}
    assert states == {real: "completed", late: "over_quota"}


def test_a_device_that_tried_the_survey_out_may_still_answer(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    phone = factories.public_id()
    give(opened(cast, survey, distribution.code), device=phone, Q1=9, Q3="open")
    real = give(intake.door(distribution.code), device=phone, Q1=9, Q3="open")
    again = responses.get(cast.manager, survey.code, real)
    assert "duplicate" not in {each["flag"] for each in again.flags.get("quality", ())}


def test_figures_files_and_flows_leave_tests_out(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    real = give(intake.door(distribution.code), Q1=9, Q3="open")
    test = give(opened(cast, survey), Q1=0, Q3="open")
    assert [each["id"] for each in exports.records(exports.Source(survey))] == [real]
    assert [each["id"] for each in exports.records(exports.Source(survey, test=True))] == [test]
    csv = b"".join(exports.stream(exports.Source(survey), "csv")).decode()
    assert real in csv
    assert test not in csv
    listed, _ = responses.listing(cast.manager, survey.code, Filter(test=False))
    assert [each.id for each in listed] == [real]
    listed, _ = responses.listing(cast.manager, survey.code, Filter(test=True))
    assert [each.id for each in listed] == [test]
    assert len(responses.listing(cast.manager, survey.code)[0]) == 2


def test_a_test_response_is_not_weighed(cast: SimpleNamespace, survey: Survey) -> None:
    id = give(opened(cast, survey), Q1=9, Q3="open")
    with pytest.raises(Exception, match="Only completed"):
        responses.decide(cast.manager, survey.code, id, True)


def test_an_id_of_one_door_opens_no_other(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    test, real = opened(cast, survey, distribution.code), intake.door(distribution.code)
    id = give(test, Q1=9, Q3="open")
    with pytest.raises(Conflict):
        give(real, id, Q1=9, Q3="open")
    assert intake.stored(real, id) is None
    assert intake.stored(opened(cast, survey), id) is None
    assert intake.stored(test, id) is not None


def test_the_covering_respondents_are_stored_each_as_far_as_it_comes(
    cast: SimpleNamespace, survey: Survey
) -> None:
    n, stuck = trials.run(cast.manager, survey.code)
    db.session.rollback()
    rows, _ = responses.listing(cast.manager, survey.code, Filter(test=True))
    assert len(rows) == n == trials.number(cast.manager, survey)
    assert {row.state for row in rows} == {"completed", "over_quota", "started"}
    assert {row.answers.get("Q1") for row in rows if row.state == "started"} == {5}
    assert stuck == sum(row.state == "started" for row in rows) > 0
    stopped = next(row for row in rows if row.state == "over_quota")
    assert (stopped.flags["full"], stopped.flags["quota"]) == (["loans"], "loans")


def test_clearing_takes_all_tests_and_nothing_else(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    real = give(intake.door(distribution.code), Q1=3, Q2="慢", Q3="open")
    trials.run(cast.manager, survey.code)
    test = give(opened(cast, survey), Q1=9, Q3="open")
    before = stored(survey)
    n = trials.number(cast.manager, survey)
    assert trials.clear(cast.manager, survey.code) == n > 1
    assert stored(survey) == before
    db.session.rollback()
    assert db.session.scalars(select(Response.public_id)).all() == [real]
    assert trials.clear(cast.manager, survey.code) == 0
    with pytest.raises(NotFound):
        responses.get(cast.manager, survey.code, test)


def test_clearing_takes_the_files_of_tests(cast: SimpleNamespace) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    document["pages"][0]["questions"].append({"code": "F1", "type": "file", "title": "凭证", "settings": {}})
    survey = factories.published(cast.east, document)
    db.session.commit()
    door, id = opened(cast, survey), factories.public_id()
    picture = BytesIO(files.picture("PNG"))
    file = uploads.take(door, door.plan, id, "F1", "a.png", picture)
    give(door, id, Q1=9, Q3="open", F1=[file])
    trials.clear(cast.manager, survey.code)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_others_clear_only_what_is_of_their_units(cast: SimpleNamespace, survey: Survey) -> None:
    trials.run(cast.manager, survey.code)
    with pytest.raises(NotFound):
        trials.clear(cast.agent, survey.code)
    with pytest.raises(NotFound):
        trials.token(cast.agent, survey.code)


def test_a_closed_or_unopened_survey_can_be_tried_out(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    distribution.status = "closed"
    survey.status = "closed"
    db.session.commit()
    give(opened(cast, survey, distribution.code), Q1=9, Q3="open")
    with pytest.raises(Gone):
        intake.door(distribution.code)


def test_a_draft_cannot_be_tried_out(cast: SimpleNamespace) -> None:
    draft = factories.survey(cast.east)
    db.session.commit()
    with pytest.raises(Conflict):
        trials.token(cast.manager, draft.code)


def test_a_link_ends_after_a_week_and_cannot_be_changed(cast: SimpleNamespace, survey: Survey) -> None:
    token = trials.token(cast.manager, survey.code)
    head, _, signature = token.rpartition(".")
    kind, until, code = head.split(".")
    for wrong in (
        f"{kind}.{int(until) + 1}.{code}.{signature}",
        f"d.{until}.{code}.{signature}",
        f"{head}.{'0' * 32}",
        f"{head}.é",
        "",
        head,
    ):
        with pytest.raises(NotFound):
            trials.door(wrong)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=trials.DAYS, minutes=1)), pytest.raises(Gone):
        trials.door(token)


def test_ways_through_the_survey_leave_tests_out(
    cast: SimpleNamespace, survey: Survey, distribution: Distribution
) -> None:
    give(intake.door(distribution.code), Q1=9, Q3="open")
    trials.run(cast.manager, survey.code)
    assert flows.flow(cast.manager, survey.code)["of"] == 1
