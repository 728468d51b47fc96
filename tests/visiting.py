"""Run by ``test_plugins`` in an environment that holds the third-party package of the documentation.

Not collected otherwise: without that package there is nothing to see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from survey_app import plugins
from survey_app.models import Survey
from survey_app.services import accounts, cells, exports, intake
from tests import factories
from tests.conftest import Client

SignIn = Callable[[str], Client]


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    """A live survey that asks a question of the visitor's type."""
    document = deepcopy(factories.NPS_DOCUMENT)
    question = {"code": "T1", "type": "traffic_light", "title": "满意吗？", "required": True, "settings": {}}
    document["pages"][0]["questions"].append(question)
    row = factories.published(cast.root, document)
    db.session.commit()
    return row


def test_the_package_is_found_and_nothing_is_broken() -> None:
    assert plugins.types().packages["traffic_light"] == "visitor"
    assert {"mail_signature", "response_goal"} <= {*plugins.adapters(), *plugins.widgets()}
    assert plugins.types().broken == plugins.adapters().broken == plugins.widgets().broken == []


def test_the_toolbox_offers_the_type(signed_in: SignIn) -> None:
    assert '"traffic_light"' in json.dumps(signed_in("manager").get("/surveys/types").json)


def test_the_distributions_page_offers_the_channel(signed_in: SignIn, survey: Survey) -> None:
    browser = signed_in("owner")
    base = f"/surveys/{survey.code}/distributions"
    assert f"{base}/new/mail_signature" in browser.get(base).text
    made = browser.post(f"{base}/new/mail_signature", data={"name": "客服邮件", "settings.text": "满意吗？"})
    assert made.status_code == 302
    assert "满意吗？&lt;/a&gt;&lt;/p&gt;" in browser.get(made.location).text, "the lines to paste"


def test_the_dashboard_editor_offers_the_widget(signed_in: SignIn, survey: Survey) -> None:
    browser = signed_in("owner")
    page = browser.get(f"/surveys/{survey.code}/dashboard/edit").text
    assert 'value="response_goal"' in page


def test_the_interface_takes_a_survey_with_the_type(
    client: Client, cast: SimpleNamespace, survey: Survey
) -> None:
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.owner, 't')}"}
    body = {"title": "x", "document": survey.draft}
    made = client.post("/api/v1/surveys", json=body, headers=headers)
    assert made.status_code in (200, 201)
    published = client.post(f"/api/v1/surveys/{made.json['code']}/publish", headers=headers)
    assert published.status_code == 200


def test_an_answer_is_asked_counted_and_exported(
    client: Client, cast: SimpleNamespace, db: Any, survey: Survey
) -> None:
    code = factories.distribution(survey, channel="mail_signature").code
    db.session.commit()
    page = client.get(f"/s/{code}").text
    assert 'data-buckets="green"' in page
    assert "不满意" in page
    post = {"id": factories.public_id(), "revision": 1, "page": "p2", "complete": True}
    refused = client.post(
        f"/s/{code}/answers", json={**post, "answers": {"Q1": 9, "Q3": "open", "T1": "sideways"}}
    )
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["T1"])
    raw = {"Q1": {"": ["9"]}, "Q3": {"": ["open"]}, "T1": {"": ["red"]}}
    assert client.post(f"/s/{code}/answers", json={**post, "raw": raw}).status_code == 200
    assert cells.load(survey.id).totals().n("T1", "red") == 1
    flat = b"".join(exports.stream(exports.Source(survey), "csv", labels=True)).decode()
    assert "满意吗？" in flat.splitlines()[0]
    assert "不满意" in flat.splitlines()[1]


def test_what_the_type_refuses_leaves_no_trace(client: Client, db: Any, survey: Survey) -> None:
    code = factories.distribution(survey).code
    db.session.commit()
    id_ = factories.public_id()
    body = {"id": id_, "revision": 1, "page": "p1", "answers": {"T1": ["green"]}, "complete": False}
    assert client.post(f"/s/{code}/answers", json=body).status_code == 422
    assert intake.stored(intake.door(code), id_) is None
