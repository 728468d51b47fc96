"""Drafts, publishing and versions."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest

from survey_app import plugins
from survey_app.engine import definition
from survey_app.models import Audit, Bucket, Question, Response, Survey, Version
from survey_app.models.base import now
from survey_app.services import cells, palette, starters, surveys
from survey_app.services.errors import Conflict, NotFound, Refused
from tests import factories
from tests.factories import NPS_DOCUMENT


def document(**changed: Any) -> dict[str, Any]:
    return {**copy.deepcopy(NPS_DOCUMENT), **changed}


def response(version: Version, unit_id: int, state: str) -> Response:
    moment = now()
    return Response(
        public_id=factories.public_id(),
        survey_id=version.survey_id,
        version_id=version.id,
        unit_id=unit_id,
        channel="link",
        state=state,
        answers={},
        revision=1,
        seed=1,
        started_at=moment,
        completed_at=moment if state == "completed" else None,
    )


@pytest.fixture
def draft(cast: Any) -> Survey:
    """The manager's draft, faultless."""
    return surveys.create(cast.manager, "门店体验回访", document())


def test_a_blank_survey_has_one_page_and_one_ending(cast: Any) -> None:
    made = surveys.create(cast.manager, "  新  问卷 ")
    assert (made.title, made.status, made.revision, made.unit_id) == ("新 问卷", "draft", 1, cast.east.id)
    assert [page["code"] for page in made.draft["pages"]] == ["p1"]
    assert len(made.draft["endings"]) == 1


@pytest.mark.parametrize(
    ("title", "said"), [("   ", "Give the survey a title."), ("长" * 201, "The title is too long.")]
)
def test_a_survey_needs_a_title_of_fair_length(cast: Any, title: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        surveys.create(cast.manager, title)


def test_a_survey_may_belong_to_a_unit_below_but_not_beside(cast: Any) -> None:
    assert surveys.create(cast.manager, "浦东", unit=cast.pudong.code).unit_id == cast.pudong.id
    with pytest.raises(NotFound):
        surveys.create(cast.manager, "天河", unit=cast.tianhe.code)


@pytest.mark.parametrize(
    "broken",
    [
        {"pages": "none"},
        {"pages": [1]},
        {"pages": [{"code": "p1", "questions": [None]}]},
        {"pages": [{"code": "p1", "questions": {}}]},
        {"pages": [{"questions": []}]},
        {"pages": [], "endings": [3]},
        {"pages": [], "translations": []},
        {"pages": [], "format": 99},
        ["pages"],
        "text",
        None,
    ],
)
def test_what_is_no_survey_document_is_refused_with_a_sentence(cast: Any, broken: Any) -> None:
    with pytest.raises(Refused) as refused:
        surveys.readable(broken)
    assert str(refused.value)


def test_saving_raises_the_revision_and_takes_the_title(cast: Any, draft: Survey) -> None:
    saved = surveys.save(cast.manager, draft.code, document(title="新标题"), 1)
    assert (saved.revision, saved.title, saved.draft["title"]) == (2, "新标题", "新标题")


def test_a_stale_revision_is_refused_and_changes_nothing(cast: Any, draft: Survey) -> None:
    surveys.save(cast.manager, draft.code, document(title="先来"), 1)
    with pytest.raises(Conflict) as conflict:
        surveys.save(cast.manager, draft.code, document(title="后到"), 1)
    assert conflict.value.extra == {"revision": 2}
    assert surveys.accounts.survey(cast.manager, draft.code).title == "先来"


def test_a_save_sent_twice_is_one_save(cast: Any, draft: Survey) -> None:
    """The network may swallow the reply; the designer then sends the same again."""
    body = document(title="再来一次")
    assert surveys.save(cast.manager, draft.code, body, 1).revision == 2
    assert surveys.save(cast.manager, draft.code, copy.deepcopy(body), 1).revision == 2


def test_of_many_at_once_exactly_one_saves(app: Any, cast: Any, draft: Survey) -> None:
    code, login, outcomes = draft.code, cast.manager.id, []

    def save(number: int) -> None:
        with app.app_context():
            actor = surveys.db.session.get(type(cast.manager), login)
            try:
                surveys.save(actor, code, document(title=f"第 {number} 个"), 1)
                outcomes.append("saved")
            except Conflict:
                outcomes.append("stale")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved"] + ["stale"] * 7


def test_only_the_own_subtree_is_written(cast: Any, draft: Survey) -> None:
    with pytest.raises(NotFound):
        surveys.save(cast.stranger, draft.code, document(), 1)
    whole = surveys.create(cast.owner, "全公司", document())
    assert whole.code in [row.survey.code for row in surveys.listing(cast.manager)]
    with pytest.raises(NotFound):
        surveys.save(cast.manager, whole.code, document(), 1)


def test_the_list_shows_own_and_inherited_surveys_only(cast: Any, draft: Survey) -> None:
    whole = surveys.create(cast.owner, "全公司", document())
    assert {row.survey.code: row.writable for row in surveys.listing(cast.manager)} == {
        draft.code: True,
        whole.code: False,
    }
    assert [row.survey.code for row in surveys.listing(cast.agent)] == [whole.code]
    assert surveys.listing(cast.stranger) == []


def test_publishing_freezes_the_draft(cast: Any, draft: Survey) -> None:
    version = surveys.publish(cast.manager, draft.code)
    assert (version.number, version.document, version.digest) == (
        1,
        draft.draft,
        definition.digest(draft.draft),
    )
    assert (draft.status, draft.live_version_id) == ("live", version.id)
    surveys.save(cast.manager, draft.code, document(title="之后"), draft.revision)
    assert surveys.version(cast.manager, draft.code, 1).document["title"] == "门店体验回访"


def test_publishing_indexes_questions_and_registers_buckets(db: Any, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    index = db.session.query(Question).filter_by(survey_id=draft.id).order_by(Question.position).all()
    assert [(row.code, row.type, row.retired_at) for row in index] == [
        ("Q1", "nps", None),
        ("Q2", "long_text", None),
        ("Q3", "single_choice", None),
    ]
    buckets = {(row.question, row.bucket) for row in db.session.query(Bucket).filter_by(survey_id=draft.id)}
    assert {("Q1", "promoter"), ("Q1", "9"), ("Q3", "loan"), ("", "completed")} <= buckets


def test_questions_that_leave_are_retired_and_come_back(db: Any, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    without = document()
    without["pages"][1]["questions"] = []
    surveys.save(cast.manager, draft.code, without, 1)
    surveys.publish(cast.manager, draft.code)
    gone = db.session.query(Question).filter_by(survey_id=draft.id, code="Q3").one()
    assert gone.retired_at is not None
    surveys.save(cast.manager, draft.code, document(title="回来"), 2)
    surveys.publish(cast.manager, draft.code)
    db.session.refresh(gone)
    assert gone.retired_at is None
    assert surveys.used_codes(draft) == ["Q1", "Q2", "Q3"]


def test_the_same_again_is_not_published_twice(db: Any, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    with pytest.raises(Refused, match="Nothing has changed since version 1"):
        surveys.publish(cast.manager, draft.code)
    assert db.session.query(Version).filter_by(survey_id=draft.id).count() == 1


def test_a_draft_with_errors_is_not_published(db: Any, cast: Any) -> None:
    broken = document()
    broken["pages"][0]["questions"][1]["show"] = {"question": "Q9", "is": "detractor"}
    made = surveys.create(cast.manager, "有错", broken)
    with pytest.raises(Refused) as refused:
        surveys.publish(cast.manager, made.code)
    assert [finding["level"] for finding in refused.value.extra["findings"]] == ["error"]
    assert list(refused.value.errors) == ["Q2.show"]
    assert db.session.query(Version).count() == 0
    assert surveys.accounts.survey(cast.manager, made.code).status == "draft"


def test_publishing_names_the_revision_that_was_looked_at(cast: Any, draft: Survey) -> None:
    surveys.save(cast.manager, draft.code, document(title="又改了"), 1)
    with pytest.raises(Conflict):
        surveys.publish(cast.manager, draft.code, revision=1)
    assert surveys.publish(cast.manager, draft.code, revision=2).number == 1


def test_publishing_leaves_a_line_in_the_audit_trail(db: Any, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    actions = [
        row.action
        for row in db.session.query(Audit).filter_by(thing=f"survey:{draft.code}").order_by(Audit.id)
    ]
    assert actions == ["survey.create", "survey.publish"]


def test_closing_and_reopening(cast: Any, draft: Survey) -> None:
    with pytest.raises(Refused):
        surveys.close(cast.manager, draft.code)
    surveys.publish(cast.manager, draft.code)
    assert surveys.close(cast.manager, draft.code).status == "closed"
    assert surveys.close(cast.manager, draft.code).status == "closed"
    assert surveys.reopen(cast.manager, draft.code).status == "live"


def test_publishing_a_closed_survey_unchanged_opens_it_again(cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    surveys.close(cast.manager, draft.code)
    assert surveys.publish(cast.manager, draft.code).number == 2
    assert draft.status == "live"


def test_a_deleted_survey_is_gone_for_everybody(cast: Any, draft: Survey) -> None:
    surveys.delete(cast.manager, draft.code)
    assert surveys.listing(cast.manager) == []
    with pytest.raises(NotFound):
        surveys.check(cast.manager, draft.code)


def test_a_version_can_be_edited_again(cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    surveys.save(cast.manager, draft.code, document(title="改坏了"), 1)
    restored = surveys.restore(cast.manager, draft.code, 1)
    assert (restored.draft["title"], restored.revision) == ("门店体验回访", 3)


def test_responses_are_counted_for_the_readers_units(db: Any, cast: Any, draft: Survey) -> None:
    version = surveys.publish(cast.manager, draft.code)
    for unit, state in ((cast.pudong, "completed"), (cast.tianhe, "completed"), (cast.pudong, "started")):
        db.session.add(response(version, unit.id, state))
    db.session.commit()
    cells.rebuild(draft.id)
    db.session.rollback()  # what was written elsewhere is seen from the next transaction on
    assert [row.responses for row in surveys.listing(cast.manager)] == [1]
    assert [row.responses for row in surveys.listing(cast.owner)] == [2]


def test_the_list_is_narrowed_by_words_of_the_title(cast: Any) -> None:
    for title in ("网点回访", "售后满意度", "100% 满意"):
        surveys.create(cast.manager, title)
    found = {
        words: [row.survey.title for row in surveys.listing(cast.manager, words)]
        for words in ("满意", "0%", "_")
    }
    assert found == {"满意": ["100% 满意", "售后满意度"], "0%": ["100% 满意"], "_": []}


def test_a_survey_with_a_newer_draft_says_so(cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    assert [row.changed for row in surveys.listing(cast.manager)] == [False]
    surveys.save(cast.manager, draft.code, document(title="新"), 1)
    assert [row.changed for row in surveys.listing(cast.manager)] == [True]


@pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda each: each.key)
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_starters_have_nothing_to_mend(starter: starters.Starter, locale: str) -> None:
    made = starters.document(starter.key, locale)
    assert made["locale"] == locale
    assert surveys.findings(made) == []


@pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda each: each.key)
def test_starters_can_be_published(cast: Any, starter: starters.Starter) -> None:
    made = surveys.create(cast.manager, "", starters.document(starter.key))
    assert surveys.publish(cast.manager, made.code).number == 1


def test_the_toolbox_offers_every_installed_type() -> None:
    offered = palette.toolbox()
    assert {entry["key"] for entry in offered} == set(plugins.types())
    families = [entry["family"] for entry in offered]
    assert families == sorted(families, key=families.index), "families are not torn apart"
    assert families[0] == "Choice questions"


def test_facts_give_buckets_and_steps_and_forgive_half_written_questions() -> None:
    found = document()
    found["pages"][1]["questions"][0]["settings"] = {"options": "none"}
    facts = palette.facts(found)
    assert facts["Q1"]["steps"] == list(range(11))
    assert facts["Q1"]["buckets"]["detractor"] == "Detractors"
    assert "Q3" not in facts
