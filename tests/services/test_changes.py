"""What publishing changes, told to those who publish."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from survey_app.models import Dashboard, Quota, Response, Survey, Version
from survey_app.models.base import now
from survey_app.services import changes, surveys
from survey_app.services.changes import Report, Walked
from survey_app.services.errors import Conflict, NotFound
from tests import factories
from tests.factories import NPS_DOCUMENT

Json = Any
Document = dict[str, Any]


def document() -> Document:
    """The NPS survey with a second ending and a quota of two openings of accounts."""
    made = copy.deepcopy(NPS_DOCUMENT)
    made["endings"].append({"code": "callback", "title": "我们会联系您"})
    made["quotas"] = [
        {"code": "open", "when": {"question": "Q3", "is": "open"}, "limit": 200, "then": {"go": "callback"}}
    ]
    return made


def jumping() -> Document:
    """The same with a jump of the very dissatisfied."""
    made = document()
    made["pages"][0]["next"] = [{"when": {"question": "Q1", "at_most": 3}, "go": "callback"}]
    return made


@pytest.fixture
def live(cast: Any) -> Survey:
    """The manager's survey, version 1 live."""
    made = surveys.create(cast.manager, "门店体验回访", document())
    surveys.publish(cast.manager, made.code)
    return made


def edit(cast: Any, survey: Survey, made: Document) -> Report:
    """What publishing would change once the draft is ``made``."""
    surveys.save(cast.manager, survey.code, made, survey.revision)
    return changes.unpublished(cast.manager, survey.code)


def answered(db: Any, survey: Survey, unit: Any, answers: Json, state: str = "completed") -> None:
    moment = now()
    db.session.add(
        Response(
            public_id=factories.public_id(),
            survey_id=survey.id,
            version_id=survey.live_version_id,
            unit_id=unit.id,
            channel="link",
            state=state,
            answers=answers,
            revision=1,
            seed=1,
            started_at=moment,
            completed_at=moment if state == "completed" else None,
        )
    )
    db.session.commit()


def notes(report: Report, about: str) -> list[str]:
    return [str(note.words) for note in report.notes if note.about == about]


def test_before_the_first_version_everything_is_new(cast: Any) -> None:
    made = surveys.create(cast.manager, "新", document())
    report = changes.unpublished(cast.manager, made.code)
    assert {each.kind for each in report.changes if each.what == "question"} == {"added"}
    assert (report.before, report.same, report.turns) == (0, False, None)


def test_an_unchanged_draft_is_the_same(cast: Any, live: Survey) -> None:
    report = changes.unpublished(cast.manager, live.code)
    assert (report.same, report.changes) == (True, ())


def test_other_words_change_nothing_for_respondents(cast: Any, live: Survey) -> None:
    made = document()
    made["pages"][0]["questions"][0]["title"] = "您会推荐我们吗？"
    report = edit(cast, live, made)
    assert report.harmless
    assert report.turns == ()
    assert report.counts == {"harmless": 1}


def test_those_who_go_another_way_are_named_with_a_witness(cast: Any, live: Survey) -> None:
    report = edit(cast, live, jumping())
    assert report.turns
    (turn,) = report.turns
    assert str(turn.who) == "Q1 “您有多大可能向朋友推荐我们？” = 0–3"
    assert [str(each) for each in turn.what] == [
        "no longer see Q3 “您办理了哪项业务？”",
        "come to another end: “谢谢您的反馈” → “我们会联系您”",
    ]
    assert [each.code for each in turn.before] == ["Q1", "Q2", "Q3", "thanks"]
    assert [each.code for each in turn.after] == ["Q1", "Q2", "callback"]
    assert turn.witness.answers["Q1"] <= 3
    assert report.whole
    assert turn.n < report.tried


def test_paths_wait_until_the_errors_are_mended(cast: Any, live: Survey) -> None:
    made = jumping()
    made["pages"][0]["questions"][1]["show"] = {"question": "Q9", "is": "x"}
    report = edit(cast, live, made)
    assert report.turns is None
    assert report.as_dict()["paths"] == {
        "compared": False,
        "reason": "Paths are compared once the errors are mended.",
    }
    assert {"Q2", "p1"} <= {each.code for each in report.changes}


def test_real_responses_walk_through_the_new_version(db: Any, cast: Any, live: Survey) -> None:
    for score in (0, 3, 4, 9):
        answered(db, live, cast.pudong, {"Q1": score, "Q3": "open"})
    answered(db, live, cast.pudong, {"Q1": 1}, "started")
    assert edit(cast, live, jumping()).walked == Walked(4, 2)
    answered(db, live, cast.pudong, {"Q1": 2, "Q3": "loan"})
    assert changes.unpublished(cast.manager, live.code).walked == Walked(5, 3)


def test_responses_whose_option_is_gone_would_have_gone_another_way(db: Any, cast: Any, live: Survey) -> None:
    answered(db, live, cast.pudong, {"Q1": 9, "Q3": "open"})
    answered(db, live, cast.pudong, {"Q1": 9, "Q3": "loan"})
    made = document()
    made["pages"][1]["questions"][0]["settings"]["options"][1] = {"id": "ask", "label": "咨询"}
    assert edit(cast, live, made).walked == Walked(2, 1)


def test_only_responses_of_the_own_units_are_counted(db: Any, cast: Any) -> None:
    whole = surveys.create(cast.owner, "全公司", document())
    surveys.publish(cast.owner, whole.code)
    answered(db, whole, cast.pudong, {"Q1": 1, "Q3": "open"})
    answered(db, whole, cast.tianhe, {"Q1": 1, "Q3": "open"})
    surveys.save(cast.owner, whole.code, jumping(), 1)
    assert changes.unpublished(cast.owner, whole.code).walked == Walked(2, 2)
    assert changes.unpublished(cast.manager, whole.code).walked == Walked(1, 1)
    assert changes.unpublished(cast.manager, whole.code).walked == Walked(1, 1)


def test_a_lower_limit_may_be_full_at_once(db: Any, cast: Any, live: Survey) -> None:
    db.session.add(Quota(survey_id=live.id, code="open", n=180))
    db.session.commit()
    made = document()
    made["quotas"][0]["limit"] = 150
    report = edit(cast, live, made)
    assert notes(report, "quotas") == ["Quota open: already 180 of the new limit 150, full at once"]
    made["quotas"][0]["limit"] = 190
    assert notes(edit(cast, live, made), "quotas") == ["Quota open holds 180 of the new limit 190"]


def test_a_new_quota_counts_from_nothing_and_one_that_goes_keeps_its_count(
    db: Any, cast: Any, live: Survey
) -> None:
    db.session.add(Quota(survey_id=live.id, code="open", n=7))
    db.session.commit()
    made = document()
    made["quotas"] = [{**made["quotas"][0], "code": "other"}]
    fresh, gone = notes(edit(cast, live, made), "quotas")
    assert fresh == "Quota other counts from 0: responses given before do not count towards it"
    assert gone.startswith("Quota open is gone: the 7 responses it counted turn nobody away any more.")
    surveys.publish(cast.manager, live.code)
    assert notes(edit(cast, live, document()), "quotas")[0] == (
        "Quota open goes on from 7, counted when there was a quota of this code before"
    )


def test_what_is_said_of_new_quotas_is_what_publishing_does(db: Any, cast: Any, live: Survey) -> None:
    answered(db, live, cast.pudong, {"Q1": 9, "Q3": "open"})
    made = document()
    made["quotas"].append({**made["quotas"][0], "code": "more"})
    edit(cast, live, made)
    surveys.publish(cast.manager, live.code)
    assert db.session.query(Quota).filter_by(survey_id=live.id, code="more").count() == 0


def test_buckets_that_end_and_begin_are_named(cast: Any, live: Survey) -> None:
    made = document()
    made["pages"][1]["questions"][0]["settings"]["options"][1] = {"id": "ask", "label": "咨询"}
    assert notes(edit(cast, live, made), "figures") == [
        "Q3 “您办理了哪项业务？”: nobody falls under “贷款” any more; what was counted stays",
        "Q3 “您办理了哪项业务？”: “咨询” count from now on, nobody had that choice before",
    ]


def test_dashboards_that_show_a_removed_question_are_counted(db: Any, cast: Any, live: Survey) -> None:
    layout = [{"widget": "question", "settings": {"question": "Q3"}, "size": [4, 2]}]
    db.session.add(Dashboard(survey_id=live.id, unit_id=cast.east.id, name="看板", layout=layout))
    db.session.commit()
    made = document()
    made["quotas"], made["pages"][1]["questions"] = [], []
    told = notes(edit(cast, live, made), "figures")
    assert told == [
        "Q3 “您办理了哪项业务？”: its figures stay and no longer grow",
        "Q3 “您办理了哪项业务？” stands on 1 saved dashboards; its tiles stay there",
    ]


def test_a_question_of_another_type_is_warned_of(cast: Any, live: Survey) -> None:
    made = document()
    made["pages"][0]["questions"][1] |= {"type": "short_text", "settings": {}}
    (told,) = notes(edit(cast, live, made), "figures")
    assert "two types are counted under one code" in told


def test_people_under_way_and_links_are_told(db: Any, cast: Any, live: Survey) -> None:
    answered(db, live, cast.pudong, {"Q1": 1}, "started")
    distribution = factories.distribution(live)
    factories.invitation(distribution, factories.contact(cast.east))
    factories.invitation(distribution, factories.contact(cast.east, "李先生"), state="completed")
    db.session.commit()
    report = edit(cast, live, jumping())
    assert notes(report, "people") == ["1 responses are under way on version 1: they finish on it"]
    assert notes(report, "links") == [
        "1 open distributions and their links stay",
        "1 people who were invited and have not begun meet the new version",
    ]


def test_two_versions_are_compared_without_what_is_only_to_come(db: Any, cast: Any, live: Survey) -> None:
    edit(cast, live, jumping())
    surveys.publish(cast.manager, live.code)
    answered(db, live, cast.pudong, {"Q1": 1}, "started")
    report = changes.report(cast.manager, live.code, 1, 2)
    assert (report.before, report.after, len(report.turns or ())) == (1, 2, 1)
    assert report.notes == ()
    back = changes.report(cast.manager, live.code, 2, 1)
    assert str((back.turns or ())[0].what[0]) == "now see Q3 “您办理了哪项业务？”"


def test_versions_there_are_not_and_surveys_never_published(cast: Any, live: Survey) -> None:
    with pytest.raises(NotFound, match="no such version"):
        changes.report(cast.manager, live.code, 1, 7)
    draft = surveys.create(cast.manager, "草稿", document())
    with pytest.raises(Conflict, match="never published"):
        changes.report(cast.manager, draft.code)
    with pytest.raises(NotFound):
        changes.report(cast.agent, live.code)


def test_the_history_tells_what_each_version_changed(cast: Any, live: Survey) -> None:
    edit(cast, live, jumping())
    surveys.publish(cast.manager, live.code)
    found = changes.history(surveys.versions(cast.manager, live.code))
    assert {number: [each.code for each in report.changes] for number, report in found.items()} == {2: ["p1"]}
    assert changes.history([]) == {}


def test_a_survey_of_many_changes_is_compared_in_a_moment(cast: Any, live: Survey) -> None:
    made = jumping()
    for number in range(60):
        asked = {"code": f"N{number}", "type": "short_text", "title": f"补充 {number}", "settings": {}}
        asked["show"] = {"question": "Q1", "at_most": number % 10}
        made["pages"][number % 2]["questions"].append(asked)
    report = edit(cast, live, made)
    assert len(report.changes) == 61
    assert report.turns
    assert len(report.turns) <= 25


def test_the_live_version_of_a_broken_type_does_not_stop_the_report(db: Any, cast: Any, live: Survey) -> None:
    version = db.session.get(Version, live.live_version_id)
    broken = copy.deepcopy(version.document)
    broken["pages"][0]["questions"][0]["type"] = "uninstalled"
    version.document = broken
    db.session.commit()
    report = edit(cast, live, jumping())
    assert report.turns is None
    assert report.changes
