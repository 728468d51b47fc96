"""An identity number lies open in no file of the database, and every way of a response still works."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.models import Audit, Response, Survey, Turn
from survey_app.services import cells, conversations, exports, intake, responses, seals
from survey_app.services.errors import Conflict
from survey_app.services.intake import Door, Post, submit
from tests import factories
from tests.conftest import Client

NUMBER = "11010519491231002X"
OTHER = "110101199003070011"
MASKED = "110***********002X"

DOCUMENT: dict[str, Any] = deepcopy(factories.NPS_DOCUMENT)
DOCUMENT["pages"][0]["questions"].append(
    {"code": "ID", "type": "id_card", "title": "身份证号", "required": True, "settings": {}}
)


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    return factories.published(cast.east, DOCUMENT)


@pytest.fixture
def door(survey: Survey, db: Any) -> Door:
    distribution = factories.distribution(survey)
    db.session.commit()
    return intake.door(distribution.code)


def first(**more: Any) -> Post:
    columns = {"id": factories.public_id(), "revision": 1, "answers": {"Q1": 9, "ID": NUMBER}, **more}
    return Post(**columns)


def whole(post: Post, revision: int, **answers: Any) -> Post:
    return Post(id=post.id, revision=revision, complete=True, answers={"Q3": "loan", **answers})


def stored(db: Any) -> Response:
    db.session.rollback()
    (row,) = db.session.scalars(select(Response))
    return row  # type: ignore[no-any-return]


def on_disk(tmp_path: Path) -> bytes:
    """Everything in the database's own files and its journals."""
    return b"".join(path.read_bytes() for path in (tmp_path / "data").glob("survey.db*"))


def test_the_plain_number_is_in_no_file_of_the_database(
    door: Door, db: Any, tmp_path: Path, database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("looks into SQLite's files")
    post = first()
    submit(door, post)
    submit(door, whole(post, 2, ID=OTHER))
    found = on_disk(tmp_path)
    assert post.id.encode() in found, "the response itself is there"
    for number in (NUMBER, OTHER):
        assert number.encode() not in found
        assert number[6:14].encode() not in found, "nor the birthday"


def test_what_is_stored_is_sealed_and_opens_with_the_key(app: Any, door: Door, db: Any) -> None:
    submit(door, first())
    kept = stored(db).answers
    assert seals.sealed(kept["ID"])
    assert kept["Q1"] == 9
    assert seals.opened(kept, app.config["SECRET_KEY"])["ID"] == NUMBER
    assert "ID" not in seals.opened(kept, "another key of another installation")
    assert seals.hidden(kept, "another key of another installation")["ID"] == seals.LOST


def test_a_retry_is_answered_like_the_first_time(door: Door) -> None:
    post = first()
    assert submit(door, post) == submit(door, post)


def test_a_different_number_under_the_same_revision_is_a_conflict(door: Door) -> None:
    post = first()
    submit(door, post)
    with pytest.raises(Conflict):
        submit(door, Post(id=post.id, revision=1, answers={"ID": OTHER}))


def test_a_page_goes_on_with_the_number_as_it_was_given(door: Door) -> None:
    post = first()
    submit(door, post)
    found = intake.stored(door, post.id)
    assert found is not None
    assert found.answers["ID"] == NUMBER


def test_the_number_survives_saves_that_do_not_mention_it(app: Any, door: Door, db: Any) -> None:
    post = first()
    submit(door, post)
    submit(door, Post(id=post.id, revision=2, answers={"Q3": "open"}))
    assert seals.opened(stored(db).answers, app.config["SECRET_KEY"])["ID"] == NUMBER


def test_a_response_completes_retries_and_refuses_another_number(door: Door, db: Any) -> None:
    post = first()
    submit(door, post)
    reply = submit(door, whole(post, 2))
    assert reply["state"] == "completed"
    assert submit(door, whole(post, 2)) == reply
    with pytest.raises(Conflict):
        submit(door, whole(post, 3, ID=OTHER))
    assert seals.sealed(stored(db).answers["ID"])


def test_a_required_number_must_be_given(door: Door) -> None:
    post = first(answers={"Q1": 9})
    submit(door, post)
    with pytest.raises(intake.Refused) as refused:
        submit(door, whole(post, 2))
    assert set(refused.value.errors) == {"ID"}


def test_a_sealed_value_cannot_be_sent(door: Door) -> None:
    with pytest.raises(intake.Refused):
        submit(door, first(answers={"ID": {"=": "gAAAAA"}}))


def test_counts_can_be_rebuilt_and_taken_back(
    door: Door, cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    post = first(complete=True, answers={"Q1": 9, "Q3": "loan", "ID": NUMBER})
    submit(door, post)
    db.session.rollback()
    before = cells.load(survey.id).totals()
    assert before.n("ID") == 1
    cells.rebuild(survey.id)
    assert cells.load(survey.id).totals().n("ID") == 1
    responses.remove(cast.manager, survey.code, post.id)
    assert cells.load(survey.id).totals().n("ID") == 0


def test_lists_and_exports_show_only_a_little_of_it(
    door: Door, cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    post = first(complete=True, answers={"Q1": 9, "Q3": "loan", "ID": NUMBER})
    submit(door, post)
    db.session.rollback()
    listed, _ = responses.listing(cast.manager, survey.code)
    assert listed[0].as_dict()["answers"]["ID"] == MASKED
    assert responses.get(cast.manager, survey.code, post.id).answers["ID"] == MASKED
    source = exports.Source(survey)
    for kind in ("csv", "jsonl", "json"):
        told = b"".join(exports.stream(source, kind)).decode()
        assert NUMBER not in told
        assert "gAAAA" not in told
        assert (MASKED in told) == (kind != "csv")


def test_whoever_may_see_contacts_can_ask_for_it_and_the_journal_knows(
    signed_in: Callable[[str], Client], door: Door, survey: Survey, db: Any
) -> None:
    post = first(complete=True, answers={"Q1": 9, "Q3": "loan", "ID": NUMBER})
    submit(door, post)
    address = f"/surveys/{survey.code}/responses/{post.id}"
    manager = signed_in("manager")
    page = manager.get(address).text
    assert MASKED in page
    assert NUMBER not in page
    assert f"{address}/reveal" in page
    assert NUMBER in manager.post(f"{address}/reveal").text
    db.session.rollback()
    (entry,) = db.session.scalars(select(Audit).where(Audit.action == "response.reveal"))
    assert post.id in entry.thing
    assert NUMBER not in json.dumps(entry.detail)
    assert signed_in("viewer").post(f"{address}/reveal").status_code == 403
    assert signed_in("agent").post(f"{address}/reveal").status_code in (403, 404)


def test_a_number_sent_as_a_message_lies_open_nowhere_either(
    cast: SimpleNamespace, app: Any, db: Any, tmp_path: Path, database_url: str
) -> None:
    distribution = factories.distribution(factories.published(cast.east, DOCUMENT), channel="sandbox")
    db.session.commit()
    begun = conversations.begin(distribution, None, "+8613900000000")
    for key, text in enumerate(("9", "1101051949123100", NUMBER, "贷款")):
        said = conversations.hear(begun.code, text, f"m{key}")
    assert said.state == "ended"
    answers = stored(db).answers
    assert seals.sealed(answers["ID"])
    assert seals.opened(answers, app.config["SECRET_KEY"])["ID"] == NUMBER
    heard = " ".join(db.session.scalars(select(Turn.heard)))
    assert NUMBER not in heard
    assert "19491231" not in heard
    assert "贷款" in heard
    if database_url.startswith("sqlite"):
        assert NUMBER.encode() not in on_disk(tmp_path)
