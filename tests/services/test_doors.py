"""Which addresses open, to what, and when they say that they are closed."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from survey_app.models import Distribution, Survey
from survey_app.models.base import now
from survey_app.services import doors
from survey_app.services.doors import door, door_of_token
from survey_app.services.errors import Gone, NotFound
from tests import factories


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    return factories.published(cast.east)


@pytest.fixture
def link(survey: Survey, cast: SimpleNamespace, db: Any) -> Distribution:
    row = factories.distribution(survey, cast.pudong)
    db.session.commit()
    return row


def timed(db: Any, cast: SimpleNamespace, **settings: Any) -> str:
    document = {**factories.NPS_DOCUMENT, "settings": {"timezone": "Asia/Shanghai", **settings}}
    row = factories.distribution(factories.published(cast.east, document))
    db.session.commit()
    return row.code


@pytest.mark.parametrize("change", [str, str.lower, lambda code: f" {code.title()} "])
def test_a_link_opens_in_any_letter_case(link: Distribution, survey: Survey, change: Any) -> None:
    found = door(change(link.code))
    assert (found.code, found.survey_code, found.channel) == (link.code, survey.code, "link")
    assert (found.unit_id, found.place_id, found.invitation_id) == (link.unit_id, None, None)
    assert found.plan.title == "门店体验回访"


@pytest.mark.parametrize("code", ["NOSUCH", "", "a" * 40, "../..", "码", "A B", "%00"])
def test_an_unknown_code_is_not_found(link: Distribution, code: str) -> None:
    with pytest.raises(NotFound):
        door(code)


def test_a_printed_code_belongs_to_its_own_unit_and_brings_its_context(
    link: Distribution, cast: SimpleNamespace, db: Any
) -> None:
    place = factories.place(link, cast.xuhui, {"counter": "3"})
    db.session.commit()
    found = door(place.code)
    assert (found.distribution_id, found.place_id, found.place_code) == (link.id, place.id, place.code)
    assert (found.unit_id, found.unit_code, found.context) == (
        cast.xuhui.id,
        cast.xuhui.code,
        {"counter": "3"},
    )


def test_a_personal_link_knows_who_was_invited(link: Distribution, cast: SimpleNamespace, db: Any) -> None:
    contact = factories.contact(cast.pudong)
    invitation = factories.invitation(link, contact, "a-token-nobody-guesses", context={"order_no": "88"})
    db.session.commit()
    found = door_of_token("a-token-nobody-guesses")
    assert (found.invitation_id, found.contact_id) == (invitation.id, contact.id)
    assert found.context == {"order_no": "88"}
    with pytest.raises(NotFound):
        door_of_token("a-token-nobody-guessed")


def test_a_survey_without_a_version_has_no_door(cast: SimpleNamespace, db: Any) -> None:
    code = factories.distribution(factories.survey(cast.east)).code
    db.session.commit()
    with pytest.raises(NotFound):
        door(code)


@pytest.mark.parametrize(
    ("close", "message"),
    [
        (lambda survey, link, place: setattr(link, "status", "closed"), doors.CLOSED),
        (lambda survey, link, place: setattr(survey, "status", "closed"), doors.CLOSED),
        (lambda survey, link, place: setattr(place, "revoked_at", now()), doors.WITHDRAWN),
    ],
)
def test_what_was_closed_says_so(
    survey: Survey, link: Distribution, cast: SimpleNamespace, db: Any, close: Any, message: str
) -> None:
    place = factories.place(link, cast.xuhui)
    db.session.commit()
    assert door(place.code).closed == ""
    close(survey, link, place)
    db.session.commit()
    with pytest.raises(Gone) as refusal:
        door(place.code)
    assert refusal.value.message == message
    assert door(place.code, closed=True).closed == message


@pytest.mark.parametrize("state", doors.DEAD)
def test_a_dead_invitation_opens_nothing(
    link: Distribution, cast: SimpleNamespace, db: Any, state: str
) -> None:
    factories.invitation(link, factories.contact(cast.pudong), "token", state=state)
    db.session.commit()
    with pytest.raises(Gone):
        door_of_token("token")


def test_a_deleted_survey_is_not_found(survey: Survey, link: Distribution, db: Any) -> None:
    survey.deleted_at = now()
    db.session.commit()
    with pytest.raises(NotFound):
        door(link.code)


@pytest.mark.parametrize(
    ("settings", "at", "message"),
    [
        ({"opens": "2026-03-02"}, datetime(2026, 3, 1, 15, 59, tzinfo=UTC), doors.UNOPENED),
        ({"opens": "2026-03-02"}, datetime(2026, 3, 1, 16, 0, tzinfo=UTC), ""),
        ({"closes": "2026-03-02"}, datetime(2026, 3, 2, 15, 59, tzinfo=UTC), ""),
        ({"closes": "2026-03-02"}, datetime(2026, 3, 2, 16, 0, tzinfo=UTC), doors.CLOSED),
        ({"closes": "2026-03-02T18:00"}, datetime(2026, 3, 2, 10, 0, tzinfo=UTC), doors.CLOSED),
        ({"closes": "2026-03-02T18:00"}, datetime(2026, 3, 2, 9, 59, tzinfo=UTC), ""),
        ({"closes": "2026-03-02T10:00:00+00:00"}, datetime(2026, 3, 2, 9, 59, tzinfo=UTC), ""),
        ({"opens": None, "closes": ""}, datetime(2026, 3, 2, tzinfo=UTC), ""),
    ],
)
def test_opening_and_closing_times_are_meant_where_the_survey_lives(
    cast: SimpleNamespace, db: Any, settings: dict[str, Any], at: datetime, message: str
) -> None:
    code = timed(db, cast, **settings)
    with time_machine.travel(at, tick=False):
        assert door(code, closed=True).closed == message


def test_a_door_is_remembered_for_a_second_and_no_longer(
    link: Distribution, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "AGE", 1.0)
    clock = [1000.0]
    monkeypatch.setattr(doors.time, "monotonic", lambda: clock[0])
    first = door(link.code)
    link.status = "closed"
    db.session.commit()
    assert door(link.code) is first
    clock[0] += 1.01
    with pytest.raises(Gone):
        door(link.code)
