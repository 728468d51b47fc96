"""Quotas take exactly as many as they say, and keep a place for whoever has qualified."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from survey_app.models import Quota, Reservation, Response, Survey
from survey_app.services import cells, exports, intake, quotas, responses, surveys
from survey_app.services.errors import Refused
from survey_app.services.intake import Door, Post, submit
from tests import factories
from tests.services.test_intake import in_parallel

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

CITY = {"code": "Q1", "type": "single_choice", "title": "您在哪里？", "required": True, "settings": {
    "options": [{"id": "sh", "label": "上海"}, {"id": "bj", "label": "北京"}]}}  # fmt: skip
AGE = {"code": "Q2", "type": "single_choice", "title": "您多大？", "required": True, "settings": {
    "options": [{"id": "young", "label": "三十以下"}, {"id": "old", "label": "三十以上"}]}}  # fmt: skip
WORD = {"code": "Q3", "type": "long_text", "title": "还有什么要说？", "settings": {}}


def quota(code: str, limit: int, question: str, value: str, go: str = "") -> dict[str, Any]:
    return {"code": code, "when": {"question": question, "is": value}, "limit": limit,
            "then": {"go": go or f"no_{code}"}}  # fmt: skip


def document(*held: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Where, how old, anything else: a page each; every quota has an ending of its own."""
    ends = [{"code": each["then"]["go"], "kind": "over_quota", "title": "名额已满"} for each in held]
    return {
        "format": 1,
        "title": "配额",
        "locale": "zh_CN",
        "settings": settings,
        "pages": [
            {"code": "p1", "questions": [CITY]},
            {"code": "p2", "questions": [AGE]},
            {"code": "p3", "questions": [WORD]},
        ],
        "endings": [{"code": "thanks", "title": "谢谢"}, *ends],
        "quotas": list(held),
    }


def opened(db: Any, cast: SimpleNamespace, *held: dict[str, Any], **settings: Any) -> Door:
    code = factories.distribution(factories.published(cast.east, document(*held, **settings))).code
    db.session.commit()
    return intake.door(code)


class Person:
    """Somebody who answers page by page."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.id = factories.public_id()
        self.revision = 0

    def say(self, page: str | None, complete: bool = False, **answers: Any) -> dict[str, Any]:
        self.revision += 1
        post = Post(id=self.id, revision=self.revision, page=page, answers=answers, complete=complete)
        return submit(self.door, post)

    def finish(self, **answers: Any) -> dict[str, Any]:
        return self.say(None, complete=True, **answers)


def kept(db: Any) -> list[tuple[str, str]]:
    """Quota and response of every stored reservation."""
    db.session.rollback()
    return [(row.code, row.response) for row in db.session.scalars(select(Reservation))]


def counts(db: Any) -> dict[str, int]:
    db.session.rollback()
    return {row.code: row.n for row in db.session.scalars(select(Quota)) if row.n}


def stored(db: Any, person: Person) -> Response:
    db.session.rollback()
    return db.session.scalars(select(Response).where(Response.public_id == person.id)).one()  # type: ignore[no-any-return]


SHANGHAI = quota("sh", 1, "Q1", "sh")


# A place is kept


def test_whoever_has_qualified_is_not_turned_away_at_the_end(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    first, second = Person(door), Person(door)
    assert first.say("p1", Q1="sh")["state"] == "started"
    assert kept(db) == [("sh", first.id)]
    late = second.say("p1", Q1="sh")
    assert (late["state"], late["ending"]) == ("over_quota", "no_sh")
    assert stored(db, second).flags == {"full": ["sh"], "quota": "sh"}
    assert first.say("p2", Q2="old")["state"] == "started"
    assert first.finish()["state"] == "completed"
    assert (counts(db), kept(db)) == ({"sh": 1}, [])


def test_a_draft_of_the_page_that_decides_keeps_no_place(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    assert Person(door).say("", Q1="sh")["page"] == "p1"
    assert kept(db) == []


def test_a_full_quota_does_not_end_a_page_that_is_still_being_answered(
    cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, cast, SHANGHAI)
    Person(door).finish(Q1="sh", Q2="old")
    slip = Person(door)
    assert slip.say("", Q1="sh")["state"] == "started"
    assert slip.say("p1", Q1="bj")["page"] == "p2"


def test_the_reply_says_which_quotas_are_full_for_this_respondent(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    first, second = Person(door), Person(door)
    assert first.say("p1", Q1="sh")["full"] == []
    told = second.say("p1", Q1="bj")
    assert told["full"] == ["sh"]
    assert first.say("p2", Q2="old")["full"] == []
    second.revision -= 1
    assert second.say("p1", Q1="bj") == told, "a retry is told the same"
    with db.engine.connect() as source:
        assert quotas.filled(source, door.survey_id, door.plan, first.id) == frozenset()
        assert quotas.filled(source, door.survey_id, door.plan, "") == {"sh"}
    assert "full" not in second.finish(Q2="old")


def test_a_refusal_says_it_too_so_that_the_phone_shows_what_is_asked(cast: SimpleNamespace, db: Any) -> None:
    made = document(SHANGHAI)
    made["pages"][2]["questions"].append(
        {**AGE, "code": "Q4", "show": {"quota": "sh", "full": True}, "title": "如果上海满了？"}
    )
    code = factories.distribution(factories.published(cast.east, made)).code
    db.session.commit()
    door = intake.door(code)
    Person(door).say("p1", Q1="sh")
    with pytest.raises(Refused) as refusal:
        Person(door).finish(Q1="bj", Q2="old")
    assert set(refusal.value.errors) == {"Q4"}
    assert refusal.value.extra == {"full": ["sh"]}


# It is given back


def test_a_place_is_free_again_when_the_deciding_answer_changes(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    first, second = Person(door), Person(door)
    first.say("p1", Q1="sh")
    first.say("p2", Q2="old")
    first.say("p1", Q1="bj")
    assert kept(db) == []
    assert second.say("p1", Q1="sh")["state"] == "started"
    back = first.say("p1", Q1="sh")
    assert (back["state"], back["ending"]) == ("over_quota", "no_sh")
    assert second.finish(Q2="old")["state"] == "completed"
    assert counts(db) == {"sh": 1}


def test_going_back_before_the_deciding_page_keeps_the_place(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("old", 1, "Q2", "old"))
    first, second = Person(door), Person(door)
    first.say("p2", Q1="sh", Q2="old")
    first.say("p1", Q1="bj")
    assert kept(db) == [("old", first.id)]
    assert second.say("p2", Q1="sh", Q2="old")["state"] == "over_quota"
    assert first.finish()["state"] == "completed"


def test_a_place_is_free_again_when_the_response_ends_elsewhere(cast: SimpleNamespace, db: Any) -> None:
    made = document(SHANGHAI, quota("old", 1, "Q2", "old"))
    made["endings"].append({"code": "out", "kind": "screened_out", "title": "谢谢"})
    made["pages"][1]["next"] = [{"when": {"question": "Q2", "is": "young"}, "go": "out"}]
    code = factories.distribution(factories.published(cast.east, made)).code
    db.session.commit()
    door = intake.door(code)
    Person(door).finish(Q1="bj", Q2="old")
    for age, state in (("young", "screened_out"), ("old", "over_quota")):
        person = Person(door)
        person.say("p1", Q1="sh")
        assert kept(db) == [("sh", person.id)]
        assert person.say("p2", Q2=age)["state"] == ("started" if age == "young" else state)
        if age == "young":
            assert person.finish()["state"] == state
        assert kept(db) == []
    assert stored(db, person).flags["quota"] == "old"


def test_a_deleted_response_gives_back_what_was_kept_for_it(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    begun = Person(door)
    begun.say("p1", Q1="sh")
    responses.remove(cast.owner, door.survey_code, begun.id)
    assert kept(db) == []
    assert Person(door).finish(Q1="sh", Q2="old")["state"] == "completed"


def test_counting_again_leaves_what_is_kept_alone(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("sh", 2, "Q1", "sh"))
    Person(door).finish(Q1="sh", Q2="old")
    begun = Person(door)
    begun.say("p1", Q1="sh")
    cells.rebuild(door.survey_id)
    assert (counts(db), kept(db)) == ({"sh": 1}, [("sh", begun.id)])
    assert Person(door).say("p1", Q1="sh")["state"] == "over_quota"


# For a while


def test_a_place_is_kept_for_half_an_hour_after_the_last_saved_page(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    slow = Person(door)
    with time_machine.travel(NOON, tick=False) as clock:
        slow.say("p1", Q1="sh")
        clock.shift(timedelta(minutes=29))
        slow.say("p2", Q2="old")
        clock.shift(timedelta(minutes=29))
        assert Person(door).say("p1", Q1="sh")["state"] == "over_quota"
        clock.shift(timedelta(minutes=1))
        quick = Person(door)
        assert quick.say("p1", Q1="sh")["state"] == "started"
        late = slow.say("p3", Q3="我还在")
        assert (late["state"], late["ending"]) == ("over_quota", "no_sh")
        assert quick.finish(Q2="old")["state"] == "completed"
    assert stored(db, slow).flags == {"full": ["sh"], "quota": "sh"}
    assert counts(db) == {"sh": 1}


def test_a_lapsed_place_nobody_took_is_kept_again(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI)
    slow = Person(door)
    with time_machine.travel(NOON, tick=False) as clock:
        slow.say("p1", Q1="sh")
        clock.shift(timedelta(hours=5))
        assert slow.say("p2", Q2="old")["state"] == "started"
        assert Person(door).say("p1", Q1="sh")["state"] == "over_quota"
        assert slow.finish()["state"] == "completed"


def test_the_survey_says_how_long_a_place_is_kept(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI, reserve_minutes=5)
    with time_machine.travel(NOON, tick=False) as clock:
        Person(door).say("p1", Q1="sh")
        clock.shift(timedelta(minutes=5))
        assert Person(door).say("p1", Q1="sh")["state"] == "started"


def test_without_minutes_only_completed_responses_count(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, SHANGHAI, reserve_minutes=0)
    first, second = Person(door), Person(door)
    assert [each.say("p1", Q1="sh")["state"] for each in (first, second)] == ["started"] * 2
    assert kept(db) == []
    assert [each.finish(Q2="old")["state"] for each in (second, first)] == ["completed", "over_quota"]


def test_what_has_lapsed_is_swept_away(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast, quota("sh", 9, "Q1", "sh"))
    with time_machine.travel(NOON, tick=False) as clock:
        Person(door).say("p1", Q1="sh")
        clock.shift(timedelta(minutes=20))
        stays = Person(door)
        stays.say("p1", Q1="sh")
        clock.shift(timedelta(minutes=10))
        assert quotas.sweep() == 1
        assert kept(db) == [("sh", stays.id)]


def test_a_lower_limit_of_a_later_version_leaves_those_who_began_before_alone(
    cast: SimpleNamespace, db: Any
) -> None:
    survey = factories.published(cast.east, document(quota("sh", 3, "Q1", "sh")))
    code = factories.distribution(survey).code
    db.session.commit()
    early = [Person(intake.door(code)) for _ in range(2)]
    for person in early:
        person.say("p1", Q1="sh")
    _republish(db, cast, survey, 1)
    assert Person(intake.door(code)).say("p1", Q1="sh")["state"] == "over_quota"
    assert [each.finish(Q2="old")["state"] for each in early] == ["completed"] * 2
    assert counts(db) == {"sh": 2}


def _republish(db: Any, cast: SimpleNamespace, survey: Survey, limit: int) -> None:
    db.session.rollback()
    survey.draft = document(quota("sh", limit, "Q1", "sh"))
    db.session.commit()
    surveys.publish(cast.owner, survey.code)


# Who was stopped, and by what


def test_lists_and_files_name_the_quota_that_stopped_a_response(
    cast: SimpleNamespace, db: Any, signed_in: Any
) -> None:
    door = opened(db, cast, SHANGHAI)
    first, second = Person(door), Person(door)
    first.finish(Q1="sh", Q2="old")
    second.finish(Q1="sh", Q2="old")
    db.session.rollback()
    survey = db.session.scalars(select(Survey)).one()
    csv = b"".join(exports.stream(exports.Source(survey), "csv")).decode().splitlines()
    assert [line.split(",")[2:4] for line in csv] == [
        ["state", "quota"], ["completed", ""], ["over_quota", "sh"]]  # fmt: skip
    assert [each["quota"] for each in exports.records(exports.Source(survey))] == [None, "sh"]
    assert responses.get(cast.owner, survey.code, second.id).as_dict()["quota"] == "sh"
    db.session.rollback()
    path = f"/surveys/{door.survey_code}/responses"
    owner = signed_in("owner")
    assert ">sh</small>" in owner.get(path).text
    assert '已满的配额</dt><dd class="mono">sh</dd>' in owner.get(f"{path}/{second.id}").text
    assert "已满的配额" not in owner.get(f"{path}/{first.id}").text


def test_the_list_says_how_far_quotas_have_filled_up_to_whoever_sees_all_units(
    cast: SimpleNamespace, db: Any, signed_in: Any
) -> None:
    door = opened(db, cast, quota("sh", 3, "Q1", "sh"), quota("old", 1, "Q2", "old"))
    Person(door).finish(Q1="sh", Q2="old")
    Person(door).say("p1", Q1="sh")
    with db.engine.connect() as source:
        found = quotas.levels(source, door.survey_id, door.plan)
    assert found == [quotas.Level("sh", 3, 1, 1), quotas.Level("old", 1, 1, 0)]
    assert [each.full for each in found] == [False, True]
    path = f"/surveys/{door.survey_code}/responses"
    text = " ".join(signed_in("owner").get(path).text.split())
    assert '配额 sh</dt> <dd>1 / 3 <small class="muted">保留 1 个</small>' in text
    assert "配额 old · 已满</dt> <dd>1 / 1</dd>" in text
    clerk = factories.user("clerk", "analyst", cast.pudong)
    db.session.commit()
    below = signed_in(clerk).get(path)
    assert below.status_code == 200
    assert "1 / 3" not in below.text


# What it costs


@contextmanager
def statements(db: Any) -> Iterator[list[str]]:
    """Statements that read or write quotas or their places."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "reservations" in statement or "quota_counts" in statement:
            seen.append(statement.split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_survey_without_quotas_asks_nothing(cast: SimpleNamespace, db: Any) -> None:
    door = opened(db, cast)
    with statements(db) as seen:
        person = Person(door)
        person.say("p1", Q1="sh")
        person.finish(Q2="old")
    assert seen == []


def test_who_does_not_qualify_costs_one_look_and_who_does_one_statement_more(
    cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, cast, SHANGHAI)
    with statements(db) as seen:
        Person(door).say("p1", Q1="bj")
    assert seen == ["SELECT"]
    with statements(db) as seen:
        Person(door).say("p1", Q1="sh")
    assert seen == ["SELECT", "INSERT"]


# All at once, through the door of the page script


def rush(app: Flask, door: Door, people: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Last replies to respondents who post their saves one after another, all respondents at the same time. A
    respondent who has ended says nothing more."""
    client = app.test_client()

    def answer(saves: list[dict[str, Any]]) -> dict[str, Any]:
        id = factories.public_id()
        for revision, save in enumerate(saves, 1):
            told = client.post(f"/s/{door.code}/answers", json={"id": id, "revision": revision, **save})
            assert told.status_code == 200, told.json
            if told.json["state"] != "started":
                break
        return dict(told.json)

    replies = in_parallel(app, [lambda saves=saves: answer(saves) for saves in people])  # type: ignore[misc]
    assert all(isinstance(reply, dict) for reply in replies), replies
    return replies


def pages(city: str, age: str) -> list[dict[str, Any]]:
    return [
        {"page": "p1", "answers": {"Q1": city}},
        {"page": "p2", "answers": {"Q2": age}},
        {"answers": {"Q3": "好"}, "complete": True},
    ]


def agree(db: Any, door: Door) -> None:
    """Stored counts are those of the completed responses, also counted again, and nobody holds a place."""
    db.session.rollback()
    done = db.session.scalars(select(Response).where(Response.state == "completed")).all()
    by_hand: Counter[str] = Counter()
    for row in done:
        by_hand.update(
            each["code"]
            for each in door.plan.document["quotas"]
            if row.answers[each["when"]["question"]] == each["when"]["is"]
        )
    assert counts(db) == by_hand
    assert kept(db) == []
    cells.rebuild(door.survey_id)
    assert counts(db) == by_hand


@pytest.mark.parametrize("by_page", [True, False], ids=["page by page", "in one save"])
def test_sixty_four_at_once_on_a_quota_of_ten_give_exactly_ten(
    app: Flask, cast: SimpleNamespace, db: Any, by_page: bool
) -> None:
    door = opened(db, cast, quota("sh", 10, "Q1", "sh"))
    saves = pages("sh", "old")
    everything = [{"answers": {"Q1": "sh", "Q2": "old", "Q3": "好"}, "complete": True}]
    replies = rush(app, door, [saves if by_page else everything] * 64)
    told = Counter((reply["state"], reply["ending"]) for reply in replies)
    assert told == {("completed", "thanks"): 10, ("over_quota", "no_sh"): 54}
    db.session.rollback()
    stopped = db.session.scalars(select(Response).where(Response.state == "over_quota")).all()
    assert {row.flags["quota"] for row in stopped} == {"sh"}
    if by_page:
        assert {len(row.answers) for row in stopped} == {1}, "nobody is turned away after the first page"
    agree(db, door)


def test_two_overlapping_quotas_are_both_kept_and_the_earliest_full_one_is_named(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, cast, quota("sh", 10, "Q1", "sh"), quota("old", 12, "Q2", "old"))
    people = [pages("sh", "old")] * 24 + [pages("bj", "old")] * 24 + [pages("sh", "young")] * 16
    replies = rush(app, door, people)
    told = Counter(reply["ending"] for reply in replies)
    held = counts(db)
    assert held["old"] == 12
    assert held["sh"] <= 10
    assert told["no_sh"] + told["no_old"] + told["thanks"] == 64
    agree(db, door)
    last = Person(door)
    assert last.finish(Q1="bj", Q2="old")["ending"] == "no_old"
    while counts(db)["sh"] < 10:
        assert Person(door).finish(Q1="sh", Q2="young")["state"] == "completed"
    assert Person(door).finish(Q1="sh", Q2="old")["ending"] == "no_sh", "the one decided first"


def test_places_that_lapse_are_filled_and_their_owners_meet_the_full_quota(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, cast, quota("sh", 10, "Q1", "sh"))
    idle = [Person(door) for _ in range(10)]
    with time_machine.travel(NOON, tick=False) as clock:
        for person in idle:
            person.say("p1", Q1="sh")
        clock.shift(timedelta(minutes=10))
        for person in idle[:4]:
            person.say("p2", Q2="old")
        clock.shift(timedelta(minutes=20))
        replies = rush(app, door, [pages("sh", "young")] * 40)
        assert Counter(reply["state"] for reply in replies) == {"completed": 6, "over_quota": 34}
        ends = [person.finish(Q2="old") for person in idle]
    assert [end["state"] for end in ends] == ["completed"] * 4 + ["over_quota"] * 6
    agree(db, door)


def test_respondents_who_change_the_deciding_answer_at_once_leave_no_place_behind(
    app: Flask, cast: SimpleNamespace, db: Any
) -> None:
    door = opened(db, cast, quota("sh", 10, "Q1", "sh"), quota("bj", 10, "Q1", "bj"))
    there, back = pages("sh", "old"), {"page": "p1", "answers": {"Q1": "bj"}}
    people = [[*there[:2], back, there[2]], [back, there[0], *there[1:]]] * 24
    replies = rush(app, door, people)
    assert {reply["state"] for reply in replies} == {"completed", "over_quota"}
    assert all(n <= 10 for n in counts(db).values())
    agree(db, door)
    while Person(door).finish(Q1="sh", Q2="old")["state"] == "completed":
        pass
    while Person(door).finish(Q1="bj", Q2="old")["state"] == "completed":
        pass
    assert counts(db) == {"sh": 10, "bj": 10}, "every place could be given"
    agree(db, door)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_completed_and_kept_are_never_more_than_the_limit(
    cast: SimpleNamespace, db: Any, seed: int
) -> None:
    dice = random.Random(seed)
    limits = {"sh": 3, "old": 4}
    door = opened(db, cast, quota("sh", 3, "Q1", "sh"), quota("old", 4, "Q2", "old"))
    people: list[Person] = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(70):
            clock.shift(timedelta(minutes=dice.choice([0, 1, 7, 40])))
            what = dice.choice(["begin"] * 3 + ["page"] * 5 + ["finish"] * 3 + ["delete", "rebuild", "sweep"])
            if what == "begin":
                people.append(Person(door))
                people[-1].say("p1", Q1=dice.choice(["sh", "bj"]))
            elif what == "rebuild":
                cells.rebuild(door.survey_id)
            elif what == "sweep":
                quotas.sweep()
            elif people:
                _moved(db, cast, door, dice, people, what)
            _within(db, limits)


def _moved(
    db: Any, cast: SimpleNamespace, door: Door, dice: random.Random, people: list[Person], what: str
) -> None:
    person = dice.choice(people)
    if what == "delete":
        people.remove(person)
        responses.remove(cast.owner, door.survey_code, person.id)
    elif stored(db, person).state != "started":
        return
    elif what == "page" and dice.random() < 0.3:
        person.say("p1", Q1=dice.choice(["sh", "bj"]))
    elif what == "page":
        person.say("p2", Q2=dice.choice(["young", "old"]))
    else:
        person.finish(Q2=dice.choice(["young", "old"]))


def _within(db: Any, limits: dict[str, int]) -> None:
    held = counts(db)
    at = datetime.now(UTC)
    standing = Counter(row.code for row in db.session.scalars(select(Reservation)) if row.until > at)
    assert all(held.get(code, 0) + standing[code] <= limit for code, limit in limits.items())
    done = db.session.scalars(select(Response).where(Response.state == "completed")).all()
    assert held.get("sh", 0) == sum(row.answers["Q1"] == "sh" for row in done)
    assert held.get("old", 0) == sum(row.answers["Q2"] == "old" for row in done)
    ended = {row.public_id for row in db.session.scalars(select(Response)) if row.state != "started"}
    assert not ended & {response for _, response in kept(db)}
