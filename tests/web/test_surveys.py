"""The console's survey pages and the designer's JSON door."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_app.models import Survey
from survey_app.services import surveys
from survey_app.web import wording
from tests.conftest import Client
from tests.factories import NPS_DOCUMENT

SCRIPTS = Path(wording.__file__).parents[1] / "static" / "designer"
SignedIn = Callable[[str], Client]


@pytest.fixture
def draft(cast: Any) -> Survey:
    return surveys.create(cast.manager, "门店体验回访", copy.deepcopy(NPS_DOCUMENT))


@pytest.fixture
def manager(signed_in: SignedIn) -> Client:
    return signed_in("manager")


def upload(browser: Client, body: bytes, name: str = "survey.json") -> Any:
    data = {"kind": "document", "file": (io.BytesIO(body), name)}
    return browser.post("/surveys/new", data=data, content_type="multipart/form-data")


def test_an_empty_list_offers_the_first_step(manager: Client) -> None:
    page = manager.get("/surveys").text
    assert "还没有问卷" in page
    assert 'href="/surveys/new"' in page


def test_the_list_shows_state_count_and_changes(manager: Client, cast: Any, draft: Survey) -> None:
    assert "草稿" in manager.get("/surveys").text
    surveys.publish(cast.manager, draft.code)
    surveys.save(cast.manager, draft.code, {**draft.draft, "title": "改过"}, draft.revision)
    page = manager.get("/surveys").text
    assert "已发布" in page
    assert "有未发布的改动" in page
    assert "“改过”及其 0 份答卷将不再显示" in page, "deleting says what goes with it"


def test_a_viewer_sees_figures_but_no_designer(signed_in: SignedIn, cast: Any, draft: Survey) -> None:
    surveys.publish(cast.manager, draft.code)
    viewer = signed_in("viewer")
    page = viewer.get("/surveys").text
    assert f"/surveys/{draft.code}/dashboard" in page
    assert "/design" not in page
    assert "新建问卷" not in page
    assert viewer.get(f"/surveys/{draft.code}").location == f"/surveys/{draft.code}/dashboard"
    assert viewer.get(f"/surveys/{draft.code}/design").status_code == 403


def test_a_title_may_hold_anything_and_is_only_text(manager: Client, cast: Any) -> None:
    surveys.create(cast.manager, "<script>alert('x')</script>")
    page = manager.get("/surveys").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_blank_survey_opens_in_the_designer(manager: Client) -> None:
    reply = manager.post("/surveys/new", data={"kind": "blank", "title": "新问卷"})
    assert re.fullmatch(r"/surveys/[0-9A-Z]{8}/design", reply.location)


def test_a_starter_speaks_the_managers_language(manager: Client) -> None:
    chinese = manager.post("/surveys/new", data={"kind": "starter", "starter": "nps"})
    english = manager.post(
        "/surveys/new", data={"kind": "starter", "starter": "nps"}, headers={"Accept-Language": "en"}
    )
    assert manager.get(f"{chinese.location[:-7]}/draft").json["document"]["title"] == "网点到访回访（NPS）"
    assert (
        manager.get(f"{english.location[:-7]}/draft").json["document"]["title"]
        == "Branch visit follow-up (NPS)"
    )


def test_a_document_is_taken_from_a_file_or_the_field(manager: Client) -> None:
    text = json.dumps(NPS_DOCUMENT)
    assert upload(manager, text.encode()).status_code == 302
    assert manager.post("/surveys/new", data={"kind": "document", "text": text}).status_code == 302


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        bytes(range(256)),
        b"{",
        b"[]",
        b'{"title": "x"}',
        b'{"pages": [], "pages": []}',
        b'{"pages": [NaN]}',
        b'{"pages": ["x"]}',
        b"[" * 5000,
        "标题".encode("gbk"),
        "第一题,第二题".encode("utf-16"),
    ],
)
def test_an_upload_of_anything_gets_one_sentence(manager: Client, body: bytes) -> None:
    reply = upload(manager, body)
    assert reply.status_code == 422
    said = re.search(r'flash-danger[^"]*" role="alert"><span>([^<]+)', reply.text)
    assert said, "one sentence on the page"
    assert manager.get("/surveys").text.count("survey-row") == 0


def test_pasted_text_is_not_lost_when_it_is_refused(manager: Client) -> None:
    reply = manager.post("/surveys/new", data={"kind": "document", "text": '{"pages": "我写了很久"'})
    assert reply.status_code == 422
    assert "我写了很久" in reply.text


def test_two_megabytes_are_too_much(manager: Client) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
    body = part + b" " * (2 << 20) + b"\r\n--x--\r\n"
    reply = manager.post("/surveys/new", data=body, content_type="multipart/form-data; boundary=x")
    assert reply.status_code == 413
    assert "太大" in reply.text or "过大" in reply.text


def test_the_designer_starts_with_everything_it_needs(manager: Client, draft: Survey) -> None:
    page = manager.get(f"/surveys/{draft.code}/design").text
    block = re.search(r'<script type="application/json" id="designer-data">(.*?)</script>', page, re.S)
    assert block
    data = json.loads(block[1])
    assert data["document"]["title"] == "门店体验回访"
    assert (data["revision"], data["writable"], data["publishable"], data["live"]) == (1, True, True, 0)
    assert {"nps", "single_choice"} <= {each["key"] for each in data["types"]}
    assert data["facts"]["Q1"]["buckets"]["detractor"] == "贬损者"
    assert data["words"]["Publish"] == "发布"
    assert data["findings"] == []


def test_words_of_authors_cannot_leave_the_data_block(manager: Client, cast: Any) -> None:
    made = surveys.create(cast.manager, "</script><script>alert(1)</script>")
    assert "<script>alert(1)" not in manager.get(f"/surveys/{made.code}/design").text


def test_who_may_only_read_gets_a_designer_that_says_so(signed_in: SignedIn, cast: Any) -> None:
    whole = surveys.create(cast.owner, "全公司", copy.deepcopy(NPS_DOCUMENT))
    manager = signed_in("manager")
    page = manager.get(f"/surveys/{whole.code}/design").text
    assert '"writable": false' in page.replace('"writable":false', '"writable": false')
    assert (
        manager.put(f"/surveys/{whole.code}/draft", json={"document": whole.draft, "revision": 1}).status_code
        == 404
    )


def put(browser: Client, code: str, title: str, revision: int) -> Any:
    document = {**copy.deepcopy(NPS_DOCUMENT), "title": title}
    return browser.put(f"/surveys/{code}/draft", json={"document": document, "revision": revision})


def test_a_save_answers_with_revision_findings_and_facts(manager: Client, draft: Survey) -> None:
    broken = copy.deepcopy(NPS_DOCUMENT)
    broken["pages"][0]["questions"][1]["show"] = {"question": "Q9", "is": "detractor"}
    reply = manager.put(f"/surveys/{draft.code}/draft", json={"document": broken, "revision": 1})
    assert reply.status_code == 200
    assert reply.json["revision"] == 2
    assert [(found["level"], found["where"]) for found in reply.json["findings"]] == [("error", "Q2.show")]
    assert reply.json["facts"]["Q3"]["buckets"] == {"open": "开户", "loan": "贷款"}


def test_of_two_editors_the_second_is_told_and_loses_nothing(signed_in: SignedIn, draft: Survey) -> None:
    first, second = signed_in("manager"), signed_in("owner")
    assert put(first, draft.code, "先来", 1).status_code == 200
    late = put(second, draft.code, "后到", 1)
    assert late.status_code == 409
    assert late.json["revision"] == 2
    assert first.get(f"/surveys/{draft.code}/draft").json["document"]["title"] == "先来"
    kept = second.post(f"/surveys/{draft.code}/copy", json={"document": {**NPS_DOCUMENT, "title": "后到"}})
    copied = second.get(kept.json["url"].replace("/design", "/draft")).json
    assert copied["document"]["title"] == "后到（副本）"


@pytest.mark.parametrize(
    "body",
    [
        {"document": {}, "revision": 1},
        {"document": [], "revision": 1},
        {"document": {"pages": []}},
        {"document": {"pages": []}, "revision": "1"},
        {"document": {"pages": []}, "revision": True},
        {"document": {"pages": []}, "revision": 1, "status": "live"},
        {"document": {"pages": [{"code": 1}]}, "revision": 1},
    ],
)
def test_a_wrong_body_is_refused_with_a_sentence(manager: Client, draft: Survey, body: Any) -> None:
    reply = manager.put(f"/surveys/{draft.code}/draft", json=body)
    assert reply.status_code == 422
    assert reply.json["error"]
    assert manager.get(f"/surveys/{draft.code}/draft").json["revision"] == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": 1, "a": 2}', b"[1]"])
def test_a_body_that_is_not_json_is_refused(manager: Client, draft: Survey, body: bytes) -> None:
    reply = manager.put(f"/surveys/{draft.code}/draft", data=body, content_type="application/json")
    assert reply.status_code == 400
    assert reply.json["error"]


def test_unstored_documents_can_be_checked(manager: Client, draft: Survey) -> None:
    unfinished = {
        "format": 1,
        "title": "x",
        "pages": [{"code": "p1", "questions": [{"code": "Q1", "type": "nps"}]}],
        "endings": [],
    }
    reply = manager.post(f"/surveys/{draft.code}/check", json={"document": unfinished})
    assert {found["level"] for found in reply.json["findings"]} >= {"error"}
    assert manager.get(f"/surveys/{draft.code}/draft").json["revision"] == 1


def test_publishing_says_what_it_changes_and_then_does_it(manager: Client, draft: Survey) -> None:
    before = manager.get(f"/surveys/{draft.code}/changes").json
    assert (before["live"], before["revision"], before["findings"]) == (0, 1, [])
    assert {"Q1", "Q2", "Q3"} <= {change["code"] for change in before["changes"]}
    assert "您办理了哪项业务？" in before["html"]
    reply = manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    assert (reply.status_code, reply.json["version"]) == (200, 1)
    after = manager.get(f"/surveys/{draft.code}/changes").json
    assert (after["live"], after["same"], after["changes"]) == (1, True, [])


def test_publishing_unchanged_is_refused_politely(manager: Client, draft: Survey) -> None:
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    again = manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    assert again.status_code == 422
    assert again.json["error"] == "与第 1 版相比没有改动，无需再次发布。"


def test_a_stale_revision_is_not_published(manager: Client, draft: Survey) -> None:
    put(manager, draft.code, "又改了", 1)
    assert manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1}).status_code == 409


def test_before_the_first_version_the_page_says_what_versions_are(manager: Client, draft: Survey) -> None:
    assert "尚未发布" in manager.get(f"/surveys/{draft.code}/versions").text


def test_versions_show_what_changed_and_can_be_edited_again(manager: Client, draft: Survey) -> None:
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    put(manager, draft.code, "第二版标题", 1)
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 2})
    page = manager.get(f"/surveys/{draft.code}/versions").text
    assert "第 2 版" in page
    assert "标题：“门店体验回访” → “第二版标题”" in page
    assert manager.post(f"/surveys/{draft.code}/restore", data={"version": "1"}).status_code == 302
    assert manager.get(f"/surveys/{draft.code}/draft").json["document"]["title"] == "门店体验回访"
    assert manager.post(f"/surveys/{draft.code}/restore", data={"version": "7"}).status_code == 404


def test_two_versions_stand_beside_each_other(manager: Client, draft: Survey) -> None:
    assert manager.get(f"/surveys/{draft.code}/compare").status_code == 409
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    made = copy.deepcopy(NPS_DOCUMENT)
    made["pages"][0]["questions"][1]["show"] = {"question": "Q1", "at_most": 3}
    made["pages"][0]["questions"][1]["title"] = "<b>不满意</b>"
    manager.put(f"/surveys/{draft.code}/draft", json={"document": made, "revision": 1})
    page = manager.get(f"/surveys/{draft.code}/compare?from=1&to=0").text
    assert "= 4–6：" in page
    assert "不再看到 Q2" in page
    assert "<b>" not in page
    assert "&lt;b&gt;不满意" in manager.get(f"/surveys/{draft.code}/changes").json["html"]
    for wrong in ("from=7", "to=7"):
        assert manager.get(f"/surveys/{draft.code}/compare?{wrong}").status_code == 404
    assert manager.get(f"/surveys/{draft.code}/compare?from=x&to=-1").status_code in (200, 404)


def test_documents_can_be_downloaded_and_imported_again(manager: Client, draft: Survey) -> None:
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    for address in (f"/surveys/{draft.code}/document", f"/surveys/{draft.code}/document?version=1"):
        reply = manager.get(address)
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert upload(manager, reply.data).status_code == 302


def test_closing_reopening_copying_and_deleting_from_the_list(manager: Client, draft: Survey) -> None:
    manager.post(f"/surveys/{draft.code}/publish", json={"revision": 1})
    for verb, said in (("close", "已停止收集"), ("reopen", "已重新开放"), ("delete", "已删除")):
        assert manager.post(f"/surveys/{draft.code}/{verb}").location == "/surveys"
        assert said in manager.get("/surveys").text
    assert manager.get(f"/surveys/{draft.code}/design").status_code == 404


def test_a_copy_is_a_draft_of_its_own(manager: Client, draft: Survey) -> None:
    reply = manager.post(f"/surveys/{draft.code}/duplicate")
    assert reply.location != f"/surveys/{draft.code}/design"
    assert (
        manager.get(reply.location.replace("/design", "/draft")).json["document"]["title"]
        == "门店体验回访（副本）"
    )


@pytest.mark.parametrize("who", ["agent", "stranger"])
@pytest.mark.parametrize(
    "path", ["", "/design", "/draft", "/changes", "/versions", "/compare", "/document", "/preview"]
)
def test_other_units_find_nothing(signed_in: SignedIn, draft: Survey, who: str, path: str) -> None:
    assert signed_in(who).get(f"/surveys/{draft.code}{path}").status_code in (403, 404)


def test_forms_and_the_json_door_want_a_token_of_ours(app: Any, signed_in: SignedIn, draft: Survey) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = signed_in("manager")
    refused = put(browser, draft.code, "外来", 1)
    assert (refused.status_code, refused.json["stale"]) == (400, True), "scripts know that reloading helps"
    page = browser.get("/surveys/new").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    document = {**copy.deepcopy(NPS_DOCUMENT), "title": "自己的"}
    reply = browser.put(
        f"/surveys/{draft.code}/draft",
        json={"document": document, "revision": 1},
        headers={"X-CSRFToken": token[1]},
    )
    assert reply.status_code == 200


def spoken() -> set[str]:
    """Every sentence the scripts ask for."""
    found: set[str] = set()
    for script in SCRIPTS.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        found.update(re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', text))
        for pair in re.findall(r'\bt\([^")]*\? "([^"\\]*)" : "([^"\\]*)"', text):
            found.update(pair)
    return found


def test_the_scripts_say_nothing_that_is_not_in_the_catalogue() -> None:
    assert spoken() == set(wording.DESIGNER)


def test_scripts_and_pages_carry_no_inline_style_or_handler() -> None:
    templates = SCRIPTS.parents[1] / "templates"
    pages = [
        *templates.glob("*.html"),
        *templates.glob("surveys/*"),
        *templates.glob("account/*"),
        *templates.glob("errors/*"),
    ]
    assert len(pages) > 6
    for page in pages:
        assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", page.read_text(encoding="utf-8")), page.name


def told(page: str) -> dict[str, Any]:
    """What a preview tells the respondent page's script."""
    block = re.search(r'<script type="application/json" id="door">(.*?)</script>', page, re.S)
    assert block
    return dict(json.loads(block[1]))


def test_a_preview_may_only_be_framed_by_us(manager: Client, draft: Survey) -> None:
    reply = manager.get(f"/surveys/{draft.code}/preview")
    assert reply.status_code == 200
    assert "frame-ancestors 'self'" in reply.headers["Content-Security-Policy"]
    assert told(reply.text)["preview"] is True


def test_a_preview_leads_to_the_selected_question(manager: Client, draft: Survey) -> None:
    start = told(manager.get(f"/surveys/{draft.code}/preview?at=Q2").text)
    assert start["at"] == "Q2"
    assert list(start["prefill"]) == ["Q1"]
    assert int(start["prefill"]["Q1"][""][0]) <= 6, "only detractors see it"
    assert told(manager.get(f"/surveys/{draft.code}/preview?at=p2").text)["page"] == "p2"


@pytest.mark.parametrize("target", ["", "Q99", "<script>", "thanks"])
def test_a_preview_of_nothing_in_particular_begins_at_the_beginning(
    manager: Client, draft: Survey, target: str
) -> None:
    reply = manager.get(f"/surveys/{draft.code}/preview", query_string={"at": target})
    assert reply.status_code == 200
    assert not told(reply.text)["prefill"]


def test_a_preview_leaves_out_what_is_still_wrong(manager: Client, cast: Any) -> None:
    broken = copy.deepcopy(NPS_DOCUMENT)
    questions = broken["pages"][0]["questions"]
    questions[1]["show"] = {"question": "Q9", "is": "detractor"}
    questions.append({"code": "Q8", "type": "matrix_single", "title": "", "settings": {"rows": [{"id": ""}]}})
    questions.append({"code": "Q7", "type": "telepathy", "title": "?"})
    broken["pages"][1]["next"] = [{"go": "nowhere"}]
    broken["quotas"] = [{"code": "q"}]
    made = surveys.create(cast.manager, "有错", broken)
    page = manager.get(f"/surveys/{made.code}/preview").text
    assert "您办理了哪项业务" in page
    assert "最不满意的是什么" in page
    assert 'data-code="Q8"' not in page


def test_an_empty_draft_says_what_to_do_instead_of_a_preview(manager: Client, cast: Any) -> None:
    made = surveys.create(cast.manager, "空")
    reply = manager.get(f"/surveys/{made.code}/preview")
    assert reply.status_code == 200
    assert "添加题目后即可在此预览" in reply.text


def test_the_types_of_the_installation_are_listed(manager: Client) -> None:
    listed = manager.get("/surveys/types").json
    assert {"key", "label", "hint", "family", "operators", "collects", "settings", "facts"} == set(listed[0])


def test_ranks_are_not_called_seats(manager: Client) -> None:
    ranking = next(each for each in manager.get("/surveys/types").json if each["key"] == "ranking")
    assert "排前几名" in [setting["label"] for setting in ranking["settings"]]
