"""Trying a live survey out in the console, by a test link, by the API."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from survey_app.models import Distribution, Survey
from survey_app.services import accounts, distributions, responses, trials
from survey_app.services.responses import Filter
from tests import factories
from tests.conftest import Client

SignedIn = Callable[[str], Client]


@pytest.fixture
def survey(db: Any, cast: Any) -> Survey:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def distribution(db: Any, survey: Survey) -> Distribution:
    found = factories.distribution(survey)
    db.session.commit()
    return found


@pytest.fixture
def manager(signed_in: SignedIn) -> Client:
    return signed_in("manager")


def opened(manager: Client, survey: Survey, **form: str) -> str:
    """The path of a fresh test link."""
    reply = manager.post(f"/surveys/{survey.code}/responses/tests", data=form)
    assert reply.status_code == 303
    return urlsplit(reply.location).path


def body(**more: Any) -> dict[str, Any]:
    id = factories.public_id()
    return {"id": id, "revision": 1, "answers": {"Q1": 9, "Q3": "open"}, "complete": True, **more}


def test_a_test_link_says_plainly_what_it_is_and_takes_answers(
    manager: Client, survey: Survey, distribution: Distribution, client: Client, cast: Any, db: Any
) -> None:
    for form in ({}, {"distribution": distribution.code}):
        address = opened(manager, survey, **form)
        page = client.get(address).text
        assert "测试作答：不计入统计" in page
        reply = client.post(f"{address}/answers", json=body())
        assert (reply.status_code, reply.json["state"]) == (200, "completed")
    db.session.rollback()
    rows, _ = responses.listing(cast.manager, survey.code, Filter(test=True))
    assert [row.test for row in rows] == [True, True]
    assert "测试作答" not in client.get(f"/s/{distribution.code}").text


def test_a_test_works_without_scripts(
    manager: Client, survey: Survey, client: Client, cast: Any, db: Any
) -> None:
    address = opened(manager, survey)
    given = {"_page": "p1", "_seen": ["Q1", "Q2"], "Q1": "9", "_id": factories.public_id(), "_go": "next"}
    page = client.post(address, data=given)
    assert page.status_code == 200
    assert "测试作答" in page.text
    assert "您办理了哪项业务" in page.text
    done = client.post(address, data={**given, "_page": "p2", "_seen": ["Q3"], "Q3": "open"})
    assert "谢谢您的反馈" in done.text
    assert "测试作答" in done.text
    db.session.rollback()
    assert [row.test for row in responses.listing(cast.manager, survey.code)[0]] == [True]


def test_the_list_marks_filters_and_clears_tests(
    manager: Client, survey: Survey, distribution: Distribution, client: Client
) -> None:
    real = body()
    client.post(f"/s/{distribution.code}/answers", json=real)
    base = f"/surveys/{survey.code}/responses"
    page = manager.post(f"{base}/tests", data={"run": "1"}, follow_redirects=True).text
    assert "份测试答卷" in page
    assert "下载全部已完成（CSV）" in manager.get(base).text
    assert real["id"] not in page
    everything = manager.get(base).text
    assert everything.count('class="state state-test"') >= 1
    assert real["id"] in everything
    assert manager.get(f"{base}?kind=real").text.count('class="state state-test"') == 0
    assert real["id"] in manager.get(f"{base}/export.csv", buffered=True).text
    tests = manager.get(f"{base}/export.csv?kind=test", buffered=True).text
    assert len(tests.splitlines()) > 1
    assert real["id"] not in tests
    assert "已清除" in manager.post(f"{base}/tests/clear", follow_redirects=True).text
    assert 'class="state state-test"' not in manager.get(base).text
    assert real["id"] in manager.get(base).text


def test_examples_that_reach_no_ending_are_explained(manager: Client, cast: Any, db: Any) -> None:
    document = copy.deepcopy(factories.NPS_DOCUMENT)
    file = {"code": "F1", "type": "file", "title": "凭证", "required": True, "settings": {}}
    document["pages"][0]["questions"].append(file)
    survey = factories.published(cast.east, document)
    db.session.commit()
    address = f"/surveys/{survey.code}/responses/tests"
    assert "没有走到结尾" in manager.post(address, data={"run": "1"}, follow_redirects=True).text


def test_one_test_is_marked_and_not_weighed(manager: Client, survey: Survey, client: Client) -> None:
    given = body()
    client.post(f"{opened(manager, survey)}/answers", json=given)
    page = manager.get(f"/surveys/{survey.code}/responses/{given['id']}").text
    assert 'class="state state-test"' in page
    assert "quality-title" not in page


def test_who_only_reads_is_offered_no_tests(signed_in: SignedIn, survey: Survey) -> None:
    page = signed_in("agent").get(f"/surveys/{survey.code}/responses").text
    assert "tests-title" not in page
    reply = signed_in("agent").post(f"/surveys/{survey.code}/responses/tests", data={"run": "1"})
    assert reply.status_code in (403, 404)


def test_a_distribution_offers_its_test_page(manager: Client, survey: Survey, cast: Any) -> None:
    distribution = distributions.create(cast.manager, survey.code, "qrcode", {})
    page = manager.get(f"/surveys/{survey.code}/distributions/{distribution.code}").text
    assert f'name="distribution" value="{distribution.code}"' in page


def test_an_unknown_distribution_or_link_is_not_found(
    manager: Client, survey: Survey, client: Client
) -> None:
    reply = manager.post(f"/surveys/{survey.code}/responses/tests", data={"distribution": "NONE"})
    assert reply.status_code == 404
    for token in ("x", "s.1.A." + "0" * 32, "s." + "9" * 40 + ".A." + "0" * 32):
        assert client.get(f"/t/{token}").status_code == 404
        assert client.post(f"/t/{token}/answers", json=body()).status_code == 404


def test_programs_list_and_clear_tests(
    survey: Survey, distribution: Distribution, client: Client, cast: Any, db: Any
) -> None:
    trials.run(cast.manager, survey.code)
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.manager, 'api')}"}
    db.session.commit()
    address = f"/api/v1/surveys/{survey.code}"
    assert client.get(f"{address}/responses", headers=headers).json["items"] == []
    found = client.get(f"{address}/responses?kind=test", headers=headers).json["items"]
    assert found
    assert all(each["test"] for each in found)
    stream = client.get(f"{address}/responses?format=jsonl&kind=test", headers=headers, buffered=True)
    assert len(stream.text.splitlines()) == len(found)
    reply = client.delete(f"{address}/test-responses", headers=headers)
    assert (reply.status_code, reply.json) == (200, {"deleted": len(found)})
    assert client.get(f"{address}/responses?kind=test", headers=headers).json["items"] == []
