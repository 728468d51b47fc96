"""The demo: a bank that looks alive, stored the way real answers are."""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select

from survey_app import plugins, security
from survey_app.engine import definition
from survey_app.engine.settings import bind
from survey_app.extensions import db as database
from survey_app.models import Cell, Contact, Invitation, Place, Response, Survey, Unit, User, Verbatim
from survey_app.services import accounts, cells, demo, distributions, intake
from survey_app.services.demo import bank, crowd, voices
from survey_app.services.posts import Post
from tests.types.cases import totals

NOON = datetime(2026, 11, 18, 4, 30, tzinfo=UTC)
"""A Wednesday, half past noon in Shanghai."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost next to nothing, so that the tests need not wait for them."""
    monkeypatch.setattr(security, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A history of two days, where the length does not matter."""
    for module in (bank, demo):
        monkeypatch.setattr(module, "DAYS", 2)


def spoken() -> set[str]:
    def flat(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [each for inner in part.values() for each in flat(inner)]
        return list(part)

    return {each for name in vars(voices) if name.isupper() for each in flat(getattr(voices, name))}


def nps(scores: list[int]) -> float:
    return 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)


def shanghai(moment: datetime) -> date:
    return moment.astimezone(crowd.ZONE).date()


def test_six_weeks_of_a_bank_are_there_with_the_bad_week_of_one_region(db: Any) -> None:
    made = demo.seed(NOON)
    branch = db.session.scalars(select(Survey).where(Survey.code == made.survey)).one()
    responses = db.session.scalars(select(Response).where(Response.survey_id == branch.id)).all()
    completed = [each for each in responses if each.state == "completed"]
    assert 1500 < len(completed) < 2500
    assert {each.channel for each in completed} == {"h5", "qrcode", "sandbox"}
    assert {each.state for each in responses} == {"completed", "started"}
    assert max(each.completed_at for each in completed) <= NOON
    _every_recent_day_has_answers(completed)
    _the_region_fell_and_rose_again(completed)
    _words_agree_with_figures(responses)
    _cells_are_what_a_rebuild_counts(branch)


def _every_recent_day_has_answers(completed: list[Response]) -> None:
    days = Counter(shanghai(each.completed_at) for each in completed)
    assert len(days) == crowd.DAYS
    assert all(days[shanghai(NOON) - timedelta(days=back)] >= 10 for back in range(30))


def _the_region_fell_and_rose_again(completed: list[Response]) -> None:
    regions = {unit.id: unit.code for unit in database.session.scalars(select(Unit))}
    homes = {branch.code: branch.region for branch in crowd.BRANCHES} | {
        f"demo-{r}": r for r in crowd.REGIONS
    }
    before: dict[tuple[str, bool], list[Response]] = {}
    for each in completed:
        back = (shanghai(NOON) - shanghai(each.started_at)).days
        if each.channel != "sandbox" and (back in (20, 19, 18, 17) or back < 10):
            before.setdefault((homes[regions[each.unit_id]], back < 10), []).append(each)
    figures = {key: nps([each.answers["Q1"] for each in found]) for key, found in before.items()}
    waits = {key: sum(each.answers["Q8"] for each in found) / len(found) for key, found in before.items()}
    assert figures["south", False] < -30
    assert min(figures["east", False], figures["west", False], figures["south", True]) > 15
    assert waits["south", False] > 2 * waits["south", True]


def _words_agree_with_figures(responses: list[Response]) -> None:
    said = 0
    for each in responses:
        texts = {code: each.answers[code] for code in ("Q3", "Q4", "Q6") if code in each.answers}
        group = "Q3" if each.answers["Q1"] <= 6 else "Q4" if each.answers["Q1"] <= 8 else "Q6"
        assert set(texts) <= {group}
        for text in texts.values():
            said += 1
            assert "{" not in text
            for minutes in re.findall(r"等了(\d+)分[钟鐘]|Waited (\d+) minutes", text):
                assert int(minutes[0] or minutes[1]) == max(2, each.answers["Q8"])
    assert said > 500
    assert database.session.scalar(select(func.count(Verbatim.text.distinct()))) > 250


def _cells_are_what_a_rebuild_counts(survey: Survey) -> None:
    query = select(Cell.day, Cell.unit_id, Cell.channel, Cell.vector).where(Cell.survey_id == survey.id)
    survey_id = survey.id
    folded = {(day, unit, channel): vector for day, unit, channel, vector in database.session.execute(query)}
    database.session.rollback()
    cells.rebuild(survey_id)
    again = {(day, unit, channel): vector for day, unit, channel, vector in database.session.execute(query)}
    assert again == folded
    assert len(folded) > 400


@pytest.mark.usefixtures("short")
def test_a_response_of_the_demo_is_stored_as_the_intake_stores_it(db: Any) -> None:
    made = demo.seed(NOON)
    owner = bank.user("demo-owner")
    door_of = {place.id: place.code for place in db.session.scalars(select(Place))}
    stored = db.session.scalars(
        select(Response).where(Response.channel == "qrcode", Response.state == "completed").limit(5)
    ).all()
    columns = [
        column.name for column in Response.__table__.c if column.name not in ("id", "public_id", "seed")
    ]
    expected = [{name: getattr(each, name) for name in columns} for each in stored]
    doors = [door_of[each.place_id] for each in stored]
    assert distributions.listing(owner, made.survey)
    db.session.rollback()
    for row, code in zip(expected, doors, strict=True):
        number = bank_id(row)
        first, rest = {"Q1": row["answers"]["Q1"]}, {k: v for k, v in row["answers"].items() if k != "Q1"}
        with time_machine.travel(row["started_at"], tick=False):
            intake.submit(intake.door(code), Post(number, 1, "score", first, locale=row["locale"]))
        with time_machine.travel(row["completed_at"], tick=False):
            intake.submit(intake.door(code), Post(number, 2, None, rest, complete=True, locale=row["locale"]))
        again = db.session.scalars(select(Response).where(Response.public_id == number)).one()
        assert {name: getattr(again, name) for name in columns} == row
        db.session.rollback()


def bank_id(row: dict[str, Any]) -> str:
    return f"again{row['started_at']:%Y%m%d%H%M%S%f}"[:22].ljust(22, "0")


@pytest.mark.usefixtures("short")
def test_running_it_again_goes_on_where_it_ended(db: Any) -> None:
    first = demo.seed(NOON)
    assert first.added > 80
    assert demo.seed(NOON).added == 0
    later = demo.seed(NOON + timedelta(days=1))
    assert 20 < later.added < first.added
    assert later.logins == first.logins
    for table, number in (
        (Survey, 2),
        (Contact, bank.GUESTS),
        (Invitation, bank.GUESTS),
        (User, len(bank.PEOPLE)),
    ):
        assert db.session.scalar(select(func.count()).select_from(table)) == number
    ids = db.session.scalars(select(Response.public_id)).all()
    assert len(ids) == len(set(ids)) == first.added + later.added


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("hour", [0.3, 9.2, 23.9])
def test_today_is_never_empty(db: Any, hour: float) -> None:
    moment = datetime(2026, 11, 18, tzinfo=crowd.ZONE) + timedelta(hours=hour)
    demo.seed(moment)
    latest = db.session.scalars(select(Response.started_at).where(Response.started_at <= moment)).all()
    assert sum(shanghai(each) == shanghai(moment) for each in latest) >= demo.FRESH
    assert db.session.scalar(select(func.max(Response.completed_at))) <= moment


def test_the_same_day_brings_the_same_people() -> None:
    anchor = shanghai(NOON)
    for back in (0, 18, 40):
        day = anchor - timedelta(days=back)
        assert list(crowd.visits(day, anchor)) == list(crowd.visits(day, anchor))
    assert [each.id for each in crowd.visits(anchor, anchor)] != [
        each.id for each in crowd.visits(anchor - timedelta(days=1), anchor)
    ]


@pytest.mark.usefixtures("short")
def test_everybody_can_sign_in_with_the_kept_password(db: Any) -> None:
    made = demo.seed(NOON)
    assert stat.S_IMODE(made.kept.stat().st_mode) == 0o600
    assert {each.role for each in made.logins} == {"owner", "manager", "agent", "viewer"}
    for each in made.logins:
        user = accounts.authenticate(each.login, each.password)
        assert user is not None
        assert user.role == each.role
        assert each.password not in user.password
        assert f"{each.login}\t{each.password}\n" in made.kept.read_text()


@pytest.mark.usefixtures("short")
def test_a_lost_password_file_brings_new_passwords(db: Any) -> None:
    old = demo.seed(NOON)
    old.kept.unlink()
    new = demo.seed(NOON)
    assert accounts.authenticate("demo-owner", old.logins[0].password) is None
    assert accounts.authenticate("demo-owner", new.logins[0].password) is not None


@pytest.mark.usefixtures("short")
def test_passwords_are_random_unless_given(db: Any) -> None:
    made = demo.seed(NOON)
    assert len({each.password for each in made.logins}) == len(made.logins)
    assert {each.password for each in demo.seed(NOON, "a password for all").logins} == {"a password for all"}
    assert accounts.authenticate("demo-viewer", "a password for all") is not None


@pytest.mark.usefixtures("short")
def test_the_demo_keeps_out_of_other_organisations(db: Any, cast: SimpleNamespace) -> None:
    demo.seed(NOON)
    assert accounts.unit_ids(cast.owner) == {
        each.id for each in (cast.root, cast.east, cast.south, cast.pudong, cast.xuhui, cast.tianhe)
    }
    assert cast.root.id not in accounts.unit_ids(bank.user("demo-owner"))


@pytest.mark.parametrize("name", ["branch", "mobile"])
def test_the_questionnaires_have_nothing_to_complain_about(name: str) -> None:
    document = definition.load(_document(name))
    assert definition.check(document, plugins.types()) == []


@pytest.mark.parametrize("name", ["branch", "mobile"])
def test_every_word_of_the_questionnaires_is_translated(name: str) -> None:
    english = str(definition.localised(_document(name), "en"))
    assert re.findall(r"[一-鿿]+", english.partition("'translations'")[0]) == []


def test_the_days_of_visit_are_counted_by_month() -> None:
    asked = [each for page in _document("branch")["pages"] for each in page["questions"]]
    for each in (each for each in asked if each["type"] == "date"):
        kind = plugins.types()["date"]
        values = bind(kind.Settings, each["settings"])[0]
        assert len(kind.summary(values, totals(kind, values, [date.today().isoformat()]))["rows"]) == 12


def _document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(bank.__package__).joinpath(f"{name}.json").read_text("utf-8"))
    return found


def test_the_customers_have_much_to_say() -> None:
    sentences = spoken()
    assert len(sentences) >= 160
    assert (
        sum(bool(re.search("[A-Za-z]{4,}", each)) and not re.search("[一-鿿]", each) for each in sentences)
        >= 8
    )
    assert any("櫃" in each for each in sentences)
    assert any("👍" in each for each in sentences)
