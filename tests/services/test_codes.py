"""A number counts as verified only where the server sent it a code and the digits came back in time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from channels.base import Outcome
from survey_app.models import Code, Distribution, Response
from survey_app.models.base import now
from survey_app.services import codes, distributions, doors, intake
from survey_app.services.doors import Door
from survey_app.services.errors import Gone, Refused
from survey_app.services.intake import Post
from tests import factories
from tests.services.providers import Provider, installed
from tests.services.test_intake import in_parallel

PHONE = "13800138000"
STORED = "+8613800138000"
OTHER = "13900139000"


def asking(**settings: Any) -> dict[str, Any]:
    """A survey that asks for a verified number, and after it for a score."""
    number = {"code": "Q1", "type": "mobile", "title": "手机号", "settings": {"verify": True, **settings}}
    score = {"code": "Q2", "type": "nps", "title": "推荐吗", "settings": {}}
    pages = [{"code": "p1", "questions": [number]}, {"code": "p2", "questions": [score]}]
    return {**deepcopy(factories.NPS_DOCUMENT), "pages": pages}


@pytest.fixture
def made(cast: SimpleNamespace, db: Any) -> Distribution:
    survey = factories.published(cast.east, asking())
    db.session.commit()
    return distributions.create(cast.manager, survey.code, "h5")


@pytest.fixture
def door(made: Distribution) -> Door:
    return doors.door(made.code)


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """``later(minutes)`` moves the clock on."""
    with time_machine.travel(now(), tick=False) as clock:
        yield clock.shift


def send(door: Door, id: str, phone: str = PHONE, address: str = "") -> int:
    return codes.send(door, door.plan, id, "Q1", phone, address)


def digits(made: Distribution, db: Any) -> str:
    """The digits of the latest code, as the console shows them."""
    db.session.rollback()
    found = re.search(r"\b([0-9]{6})\b", codes.shown(made)[0].body)
    assert found
    return found[1]


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


def check(door: Door, id: str, given: str, phone: str = PHONE) -> None:
    codes.check(door, door.plan, id, "Q1", phone, given)


def save(door: Door, id: str, revision: int = 1, phone: str = PHONE, **raw: str) -> dict[str, Any]:
    given = {"Q1": {"": [phone], **{name: [text] for name, text in raw.items()}}}
    return intake.submit(door, Post(id, revision, page="p1", raw=given))


def fault(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value.errors["Q1"])


def answers(db: Any) -> list[dict[str, Any]]:
    db.session.rollback()
    return list(db.session.scalars(select(Response.answers).order_by(Response.id)))


def test_the_right_digits_verify_a_number_and_it_is_stored_as_ever(
    made: Distribution, door: Door, db: Any
) -> None:
    id = factories.public_id()
    assert send(door, id) == 60
    check(door, id, digits(made, db))
    save(door, id)
    assert answers(db) == [{"Q1": STORED}]
    assert codes.verified(id) == {"Q1"}


def test_the_digits_may_come_with_the_answer(made: Distribution, door: Door, db: Any) -> None:
    id = factories.public_id()
    send(door, id)
    full_width = digits(made, db).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    save(door, id, code=f" {full_width} ")
    assert answers(db) == [{"Q1": STORED}]


def test_a_number_that_is_not_verified_is_refused_however_it_comes(door: Door, db: Any) -> None:
    id = factories.public_id()
    assert fault(lambda: save(door, id)) == codes.UNPROVED
    assert fault(lambda: intake.submit(door, Post(id, 1, answers={"Q1": STORED}))) == codes.UNPROVED
    claimed = {"v": STORED, "verified": True}
    with pytest.raises(Refused):
        intake.submit(door, Post(id, 1, answers={"Q1": claimed}))
    assert fault(lambda: save(door, id, code="123456")) == codes.UNASKED
    assert answers(db) == []


def test_a_wrong_code_counts_and_five_are_enough(made: Distribution, door: Door, db: Any) -> None:
    id = factories.public_id()
    send(door, id)
    right = digits(made, db)
    for _ in range(codes.TRIES):
        assert fault(lambda: check(door, id, wrong(right))) == codes.WRONG
    assert fault(lambda: check(door, id, right)) == codes.EXPIRED
    assert codes.verified(id) == frozenset()


def test_a_code_is_good_for_five_minutes(
    made: Distribution, door: Door, db: Any, later: Callable[[timedelta], None]
) -> None:
    id = factories.public_id()
    send(door, id)
    right = digits(made, db)
    later(codes.LIFE + timedelta(seconds=1))
    assert fault(lambda: check(door, id, right)) == codes.EXPIRED


def test_only_the_latest_code_counts(
    made: Distribution, door: Door, db: Any, later: Callable[[timedelta], None]
) -> None:
    id = factories.public_id()
    send(door, id)
    old = digits(made, db)
    later(codes.PAUSE)
    send(door, id)
    new = digits(made, db)
    if old != new:
        assert fault(lambda: check(door, id, old)) == codes.WRONG
    check(door, id, new)


def test_a_code_is_for_one_response_and_one_number(made: Distribution, door: Door, db: Any) -> None:
    mine, theirs = factories.public_id(), factories.public_id()
    send(door, mine)
    right = digits(made, db)
    assert fault(lambda: check(door, theirs, right)) == codes.UNASKED
    assert fault(lambda: check(door, mine, right, OTHER)) == codes.UNASKED
    check(door, mine, right)
    check(door, mine, right)
    assert fault(lambda: save(door, theirs)) == codes.UNPROVED
    assert fault(lambda: save(door, mine, phone=OTHER)) == codes.UNPROVED
    save(door, mine)


def test_a_verified_number_stays_so_for_its_response(
    made: Distribution, door: Door, db: Any, later: Callable[[timedelta], None]
) -> None:
    id = factories.public_id()
    send(door, id)
    check(door, id, digits(made, db))
    save(door, id)
    later(timedelta(days=40))
    codes.forget()
    save(door, id, 2)
    ended = Post(id, 3, answers={"Q2": 9}, complete=True)
    assert intake.submit(door, ended) == intake.submit(door, ended)
    assert answers(db) == [{"Q1": STORED, "Q2": 9}]


def test_one_code_a_minute_to_a_number_and_for_a_response(
    door: Door, later: Callable[[timedelta], None]
) -> None:
    id = factories.public_id()
    send(door, id)
    for again in (lambda: send(door, factories.public_id()), lambda: send(door, id, OTHER)):
        with pytest.raises(codes.TooMany) as refused:
            again()
        assert refused.value.extra == {"wait": 60}
    later(codes.PAUSE)
    send(door, id)


@pytest.mark.parametrize("what", ["phone_hash", "address_hash", "survey_id", "response"])
def test_every_limit_of_the_day_holds(
    door: Door, db: Any, monkeypatch: pytest.MonkeyPatch, later: Callable[[timedelta], None], what: str
) -> None:
    monkeypatch.setitem(codes.MOST, what, 3)
    id, numbers = factories.public_id(), iter(range(13800000000, 13900000000))

    def one() -> None:
        later(codes.PAUSE)
        phone = PHONE if what == "phone_hash" else str(next(numbers))
        send(door, id if what == "response" else factories.public_id(), phone, "203.0.113.7")

    for _ in range(3):
        one()
    with pytest.raises(codes.TooMany, match="tomorrow"):
        one()
    later(codes.DAY)
    one()


def test_a_whole_home_of_the_newer_addresses_counts_as_one(db: Any) -> None:
    same = codes._address_hash("2001:db8:1:2::1"), codes._address_hash("2001:db8:1:2:ffff::9")
    assert same[0] == same[1] != codes._address_hash("2001:db8:1:3::1")


def test_two_at_once_get_one_code(app: Flask, door: Door, db: Any) -> None:
    def one() -> int:
        return send(door, factories.public_id())

    done = in_parallel(app, [one] * 6)
    assert sorted(type(each).__name__ for each in done) == ["TooMany"] * 5 + ["int"]


def test_two_right_answers_at_once_both_count_and_wrong_ones_never_exceed_the_tries(
    app: Flask, made: Distribution, door: Door, db: Any
) -> None:
    id = factories.public_id()
    send(door, id)
    right = digits(made, db)
    done = in_parallel(app, [lambda: check(door, id, wrong(right))] * 12)
    said = [str(each.errors["Q1"]) for each in done]
    assert (said.count(codes.WRONG), said.count(codes.EXPIRED)) == (codes.TRIES, 12 - codes.TRIES)
    other = factories.public_id()
    send(door, other, OTHER)
    right = digits(made, db)
    assert in_parallel(app, [lambda: check(door, other, right, OTHER)] * 4) == [None] * 4


@pytest.mark.parametrize("phone", ["", "12345", "+44 7700 900123", "x" * 100, "\ud800"])
def test_only_numbers_the_question_allows_get_a_code(door: Door, db: Any, phone: str) -> None:
    assert fault(lambda: send(door, factories.public_id(), phone))
    assert not db.session.scalars(select(Code)).all()


def test_other_countries_get_codes_only_where_the_question_says_so(cast: SimpleNamespace, db: Any) -> None:
    survey = factories.published(cast.east, asking(region="any"))
    db.session.commit()
    door = doors.door(distributions.create(cast.manager, survey.code, "h5").code)
    assert send(door, factories.public_id(), "+44 7700 900123") == 60


@pytest.mark.parametrize("code", ["Q2", "Q9", ""])
def test_a_question_that_verifies_nothing_sends_nothing(door: Door, db: Any, code: str) -> None:
    with pytest.raises(Refused):
        codes.send(door, door.plan, factories.public_id(), code, "9")
    assert not db.session.scalars(select(Code)).all()


def test_a_closed_survey_sends_no_codes(cast: SimpleNamespace, made: Distribution) -> None:
    distributions.close(cast.manager, made.code)
    doors._doors.clear()
    with pytest.raises(Gone):
        send(doors.door(made.code, closed=True), factories.public_id())


def test_neither_digits_nor_number_lie_open(made: Distribution, door: Door, db: Any) -> None:
    id = factories.public_id()
    send(door, id)
    right = digits(made, db)
    db.session.rollback()
    row = db.session.scalars(select(Code)).one()
    kept = " ".join(str(value) for value in vars(row).values())
    assert right not in kept
    assert PHONE not in kept
    assert codes.shown(made)[0].to == "138****8000"
    check(door, id, right)
    db.session.rollback()
    assert codes.shown(made) == []


@pytest.fixture
def provider() -> Iterator[Provider]:
    yield from installed(Provider())


@pytest.fixture
def rented(cast: SimpleNamespace, db: Any, provider: Provider) -> Door:
    """A survey whose codes go out over an account."""
    account = distributions.create_account(cast.owner, provider.key, "短信", {})
    survey = factories.published(cast.east, asking(sender=account.code))
    db.session.commit()
    return doors.door(distributions.create(cast.manager, survey.code, "h5").code)


def test_a_code_goes_out_over_the_chosen_account(rented: Door, provider: Provider, db: Any) -> None:
    sent: list[Any] = []
    provider.answer = lambda message: sent.append(message) or Outcome("accepted", "P1")
    send(rented, factories.public_id())
    assert sent[0].to == STORED
    db.session.rollback()
    row = db.session.scalars(select(Code)).one()
    assert (row.state, row.provider_id, row.shown) == ("sent", "P1", "")
    assert row.code == sent[0].key


def test_a_failure_of_the_provider_can_be_repeated_at_once(rented: Door, provider: Provider) -> None:
    id = factories.public_id()
    provider.answer = lambda message: Outcome("channel_down")
    with pytest.raises(codes.Unsent):
        send(rented, id)

    def crash(message: Any) -> Outcome:
        raise OSError("no route")

    provider.answer = crash
    with pytest.raises(codes.Unsent):
        send(rented, id)
    provider.answer = lambda message: Outcome("accepted")
    assert send(rented, id) == 60


def test_an_account_of_another_organisation_or_none_sends_nothing(
    cast: SimpleNamespace, db: Any, provider: Provider
) -> None:
    account = distributions.create_account(cast.stranger, provider.key, "别家", {})
    for sender in (account.code, "NOBODY"):
        survey = factories.published(cast.east, asking(sender=sender))
        db.session.commit()
        door = doors.door(distributions.create(cast.manager, survey.code, "h5").code)
        with pytest.raises(codes.Unsent):
            send(door, factories.public_id())
    assert provider.got == []


def test_what_counts_a_day_is_gone_after_it_and_old_codes_after_a_month(
    made: Distribution, door: Door, db: Any, later: Callable[[timedelta], None]
) -> None:
    mine, theirs = factories.public_id(), factories.public_id()
    send(door, mine, PHONE, "203.0.113.7")
    check(door, mine, digits(made, db))
    send(door, theirs, OTHER, "203.0.113.7")
    later(codes.DAY + timedelta(seconds=1))
    assert codes.forget() == 0
    db.session.rollback()
    rows = db.session.execute(select(Code.address_hash, Code.shown)).all()
    assert [tuple(row) for row in rows] == [("", ""), ("", "")]
    later(codes.KEPT)
    assert codes.forget() == 1
    assert codes.verified(mine) == {"Q1"}
