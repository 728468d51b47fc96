"""Examples in the preview: a rule at the moment it has fired, a finding's witness, the table of all rules."""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from survey_app.models import Survey
from survey_app.services import surveys
from tests.conftest import Client
from tests.factories import NPS_DOCUMENT
from tests.web.test_surveys import told

SignedIn = Callable[[str], Client]


@pytest.fixture
def document() -> dict[str, Any]:
    """With a rule of each kind that a preview shows differently."""
    found = copy.deepcopy(NPS_DOCUMENT)
    found["pages"][0]["questions"][0]["validate"] = [
        {"when": {"question": "Q1", "equals": 5}, "message": "请再想一想。"}
    ]
    found["pages"][1]["show"] = {"field": "city", "is": "上海"}
    found["pages"][0]["next"] = [{"when": {"question": "Q1", "equals": 0}, "go": "out"}]
    found["endings"].append({"code": "out", "title": "到此为止", "kind": "screened_out"})
    found["endings"].append({"code": "full", "title": "名额已满", "kind": "over_quota"})
    found["quotas"] = [
        {"code": "sh", "when": {"field": "city", "is": "上海"}, "limit": 9, "then": {"go": "full"}}
    ]
    return found


@pytest.fixture
def draft(cast: Any, document: dict[str, Any]) -> Survey:
    return surveys.create(cast.manager, "门店体验回访", document)


@pytest.fixture
def manager(signed_in: SignedIn) -> Client:
    return signed_in("manager")


def strip(page: str) -> str:
    """The sentence above the page."""
    found = re.search(r'<p class="strip" role="note">(.*?)</p>', page)
    return found[1] if found else ""


def test_a_shown_question_opens_with_the_answers_that_show_it(manager: Client, draft: Survey) -> None:
    page = manager.get(f"/surveys/{draft.code}/preview?rule=Q2.show").text
    start = told(page)
    assert (start["at"], start["onward"], strip(page)) == ("Q2", False, "")
    assert int(start["prefill"]["Q1"][""][0]) <= 6


def test_a_refusal_opens_with_the_refused_answer_and_tries_it(manager: Client, draft: Survey) -> None:
    start = told(manager.get(f"/surveys/{draft.code}/preview?rule=Q1.validate.0.when").text)
    assert (start["at"], start["onward"]) == ("Q1", True)
    assert start["prefill"]["Q1"] == {"": ["5"]}


def test_a_shown_page_opens_with_the_fields_that_show_it(manager: Client, draft: Survey) -> None:
    start = told(manager.get(f"/surveys/{draft.code}/preview?rule=p2.show").text)
    assert (start["page"], start["fields"]["city"]) == ("p2", "上海")


@pytest.mark.parametrize("place", ["p1.next.0", "p1.next.0.when", "out"])
def test_a_jump_to_an_ending_opens_the_page_before_and_leaves_it(
    manager: Client, draft: Survey, place: str
) -> None:
    start = told(manager.get(f"/surveys/{draft.code}/preview?rule={place}").text)
    assert (start["onward"], start["prefill"]["Q1"]) == (True, {"": ["0"]})


def test_a_full_quota_that_is_decided_at_once_opens_its_ending(manager: Client, draft: Survey) -> None:
    page = manager.get(f"/surveys/{draft.code}/preview?rule=full").text
    assert "名额已满" in page
    assert "<form" not in page


def test_where_nobody_gets_there_is_the_beginning_and_a_sentence(manager: Client, draft: Survey) -> None:
    page = manager.get(f"/surveys/{draft.code}/preview?rule=Q77.show").text
    assert "没有找到" in strip(page)
    assert not told(page)["prefill"]


def written(respondent: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(respondent).encode()).decode().rstrip("=")


def test_a_witness_opens_where_its_finding_is(manager: Client, draft: Survey) -> None:
    witness = {"answers": {"Q1": 3, "Q2": "慢"}, "fields": {"city": "上海"}, "full": [], "path": ["p1"]}
    query = {"rule": "Q3", "respondent": written({**witness, "ending": None})}
    page = manager.get(f"/surveys/{draft.code}/preview", query_string=query).text
    start = told(page)
    assert (start["at"], start["prefill"]["Q1"], strip(page)) == ("Q3", {"": ["3"]}, "")


def test_a_witness_of_nothing_in_particular_can_be_walked_from_the_beginning(
    manager: Client, draft: Survey
) -> None:
    witness = written({"answers": {"Q1": 9, "Q3": "open"}, "fields": {"city": "上海"}, "full": []})
    for place in ("", "Q77", "settings"):
        query = {"rule": place, "respondent": witness}
        start = told(manager.get(f"/surveys/{draft.code}/preview", query_string=query).text)
        assert (start["page"], start["onward"], list(start["prefill"])) == ("p1", False, ["Q1", "Q3"])


def test_a_witness_that_takes_another_jump_opens_at_the_page_it_leaves(
    manager: Client, draft: Survey
) -> None:
    query = {"rule": "p1.next.0.when", "respondent": written({"answers": {"Q1": 9, "Q3": "open"}})}
    start = told(manager.get(f"/surveys/{draft.code}/preview", query_string=query).text)
    assert (start["page"], start["onward"], list(start["prefill"])) == ("p1", False, ["Q1"])


def test_a_witness_who_does_not_see_the_question_opens_on_its_page(manager: Client, draft: Survey) -> None:
    query = {"rule": "Q2.show", "respondent": written({"answers": {"Q1": 9, "Q3": "open"}})}
    start = told(manager.get(f"/surveys/{draft.code}/preview", query_string=query).text)
    assert (start["page"], start["onward"]) == ("p1", False)


def test_what_the_survey_does_not_take_is_left_out_and_named(manager: Client, draft: Survey) -> None:
    witness = {"answers": {"Q1": 99, "Q9": 1, "Q2": {"a": 1}}, "fields": {"x": 1, "city": []}, "full": ["no"]}
    query = {"rule": "Q1", "respondent": written(witness)}
    page = manager.get(f"/surveys/{draft.code}/preview", query_string=query).text
    assert "Q1, Q2, Q9, city, no" in strip(page)
    assert told(page)["prefill"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "%%%",
        "é",
        "e30x",
        written([1]),
        written({"answers": []}),
        written({"answers": {}, "more": 1}),
        written({"full": {}}),
        written({"answers": {"Q1": "x" * 10_000}}) * 2,
        base64.urlsafe_b64encode(b'{"answers": {"Q1": 1, "Q1": 2}}').decode(),
        written({"full": [[1]], "fields": {"city": {"a": 1}}}),
    ],
)
def test_what_is_no_example_begins_at_the_beginning_with_a_sentence(
    manager: Client, draft: Survey, text: str
) -> None:
    reply = manager.get(f"/surveys/{draft.code}/preview", query_string={"respondent": text})
    assert (reply.status_code, bool(strip(reply.text))) == (200, True)


def test_the_table_has_an_example_for_every_rule(manager: Client, draft: Survey) -> None:
    found = manager.get(f"/surveys/{draft.code}/coverage").json
    rows = {row["place"]: row for row in found["places"]}
    assert {"Q2.show", "Q1.validate.0.when", "p2.show", "p1.next.0", "sh.when", "full"} <= rows.keys()
    assert all(row["respondent"] is not None for row in rows.values())
    assert rows["Q2.show"]["about"] == ["Q1"]
    example = found["respondents"][rows["p1.next.0"]["respondent"]]
    assert (example["said"]["Q1"], example["ending"]) == ("0", "out")


def test_an_empty_draft_has_no_examples(manager: Client, cast: Any) -> None:
    made = surveys.create(cast.manager, "空")
    assert manager.get(f"/surveys/{made.code}/coverage").json == {"respondents": [], "places": []}


def test_examples_are_made_once_for_a_state_of_the_draft(
    manager: Client, draft: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = manager.get(f"/surveys/{draft.code}/coverage").json
    monkeypatch.setattr("survey_app.engine.cover.covering", None)
    assert manager.get(f"/surveys/{draft.code}/coverage").json == first
