"""Exported files: complete, safe to open, and readable by whoever gets them."""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from survey_app.extensions import db as database
from survey_app.models import Response, Survey
from survey_app.services import exports
from survey_app.services.errors import Refused
from tests import factories

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "title": "回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "fields": [{"code": "city", "type": "text", "from": "url"}],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "Q1", "type": "nps", "title": "推荐吗？", "settings": {}},
                {
                    "code": "Q2",
                    "type": "multi_choice",
                    "title": "哪些好？",
                    "settings": {"options": [{"id": "fast", "label": "快"}, {"id": "kind", "label": "亲切"}]},
                },
                {"code": "Q3", "type": "long_text", "title": "还想说什么？", "settings": {}},
                {
                    "code": "Q4",
                    "type": "single_choice",
                    "title": "办了什么？",
                    "settings": {
                        "options": [{"id": "open", "label": "开户"}, {"id": "loan", "label": "贷款"}]
                    },
                },
            ],
        }
    ],
    "endings": [{"code": "thanks", "title": "谢谢"}],
}
BEGAN = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    """A published survey of the organisation."""
    row = factories.published(cast.root, deepcopy(DOCUMENT))
    db.session.commit()
    return row


def respond(survey: Survey, number: int = 0, **columns: Any) -> Response:
    """A stored response."""
    values = {
        "public_id": factories.public_id(),
        "survey_id": survey.id,
        "version_id": survey.live_version_id,
        "unit_id": survey.unit_id,
        "channel": "link",
        "state": "completed",
        "answers": {},
        "revision": 1,
        "seed": 1,
        "started_at": BEGAN + timedelta(seconds=number),
        "completed_at": BEGAN + timedelta(seconds=number + 40),
        "seconds": 40,
    }
    row = Response(**{**values, **columns})
    database.session.add(row)
    database.session.commit()
    return row


def table(survey: Survey, **options: Any) -> list[dict[str, str]]:
    """The CSV file, read back as Excel would."""
    raw = b"".join(exports.stream(exports.Source(survey), "csv", **options))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


ANSWERS = {"Q1": 9, "Q2": ["kind"], "Q3": '等，\n"太久"了', "Q4": "loan"}


def test_a_response_becomes_one_line_of_codes(survey: Survey) -> None:
    stored = respond(survey, answers=ANSWERS, fields={"city": "上海"}, locale="zh_CN")
    assert table(survey) == [
        {
            "id": stored.public_id,
            "version": "1",
            "state": "completed",
            "quota": "",
            "channel": "link",
            "unit": survey.unit.code,
            "started_at": "2026-11-22 23:30:00",
            "completed_at": "2026-11-22 23:30:40",
            "seconds": "40",
            "locale": "zh_CN",
            "flagged": "0",
            "quality": "",
            "field.city": "上海",
            "Q1": "9",
            "Q2.fast": "0",
            "Q2.kind": "1",
            "Q3": '等，\n"太久"了',
            "Q4": "loan",
        }
    ]


def test_with_labels_the_file_speaks_in_words(survey: Survey) -> None:
    respond(survey, answers=ANSWERS)
    (line,) = table(survey, labels=True)
    assert (line["推荐吗？"], line["办了什么？"]) == ("9", "贷款")
    assert (line["State"], line["Version"]) == ("Completed", "1")
    assert (line["哪些好？ / 快"], line["哪些好？ / 亲切"]) == ("Not chosen", "Chosen")


def test_words_of_ours_are_translated_in_labels(survey: Survey) -> None:
    respond(survey, answers=ANSWERS)
    (line,) = table(survey, labels=True, translate={"Chosen": "选中"}.get)
    assert line["哪些好？ / 亲切"] == "选中"


def test_the_codebook_explains_every_column_and_code(survey: Survey) -> None:
    text = b"".join(exports.codebook(survey)).decode("utf-8-sig")
    lines = [tuple(line.values()) for line in csv.DictReader(io.StringIO(text))]
    assert ("Q4", "办了什么？", "choice", "loan", "贷款") in lines
    assert ("Q3", "还想说什么？", "text", "", "") in lines
    assert {line[0] for line in lines} == set(table_header(survey))


def table_header(survey: Survey) -> list[str]:
    raw = b"".join(exports.stream(exports.Source(survey), "csv")).decode("utf-8-sig")
    return next(csv.reader(io.StringIO(raw)))


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 139", "-5 分", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠x", " =1", "\u3000＝1"]
)
def test_a_text_never_becomes_a_formula(survey: Survey, text: str) -> None:
    respond(survey, answers={"Q3": text})
    assert table(survey)[0]["Q3"] == "'" + text


def test_ordinary_texts_and_numbers_stay_as_they_are(survey: Survey) -> None:
    assert [exports.safe(cell) for cell in ("满意", "3-5 天", -5, 0.5, None)] == [
        "满意",
        "3-5 天",
        -5,
        0.5,
        None,
    ]


def test_a_label_never_becomes_a_formula(survey: Survey, cast: SimpleNamespace, db: Any) -> None:
    document = deepcopy(DOCUMENT)
    document["pages"][0]["questions"][3]["title"] = "=HYPERLINK(1)"
    document["pages"][0]["questions"][3]["settings"]["options"][0]["label"] = "@x"
    other = factories.published(cast.root, document)
    db.session.commit()
    respond(other, answers={"Q4": "open"})
    assert table(other, labels=True)[0]["'=HYPERLINK(1)"] == "'@x"


def test_answers_of_an_older_version_keep_their_columns(survey: Survey, db: Any) -> None:
    old = respond(survey, 0, answers=ANSWERS)
    draft = deepcopy(DOCUMENT)
    questions = draft["pages"][0]["questions"]
    del questions[3]
    questions[1]["settings"]["options"] = [{"id": "kind", "label": "亲切"}, {"id": "clean", "label": "干净"}]
    survey.draft = draft
    factories.publish(survey)
    new = respond(survey, 1, answers={"Q2": ["clean"]})
    lines = {line["id"]: line for line in table(survey)}
    assert [lines[old.public_id][name] for name in ("Q2.kind", "Q2.clean", "Q2.fast", "Q4")] == [
        "1",
        "",
        "0",
        "loan",
    ]
    assert [lines[new.public_id][name] for name in ("Q2.kind", "Q2.clean", "Q2.fast", "Q4")] == [
        "0",
        "1",
        "",
        "",
    ]
    assert lines[new.public_id]["version"] == "2"


def test_a_question_called_id_gets_a_column_of_its_own(cast: SimpleNamespace, db: Any) -> None:
    document = deepcopy(DOCUMENT)
    document["pages"][0]["questions"][0]["code"] = "id"
    survey = factories.published(cast.root, document)
    db.session.commit()
    stored = respond(survey, answers={"id": 7})
    (line,) = table(survey)
    assert (line["id"], line["id_2"]) == (stored.public_id, "7")


def test_json_lines_hold_what_the_interface_promises(survey: Survey) -> None:
    stored = respond(survey, answers=ANSWERS, fields={"city": "上海"})
    (line,) = b"".join(exports.stream(exports.Source(survey), "jsonl")).splitlines()
    assert json.loads(line) == {
        "id": stored.public_id,
        "version": 1,
        "state": "completed",
        "quota": None,
        "channel": "link",
        "unit": survey.unit.code,
        "started_at": "2026-11-22T15:30:00Z",
        "completed_at": "2026-11-22T15:30:40Z",
        "seconds": 40,
        "locale": "",
        "flagged": False,
        "quality": {"observed": [], "decided": None},
        "answers": ANSWERS,
        "fields": {"city": "上海"},
    }
    assert "贷款" not in line.decode()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_json_file_is_one_array(survey: Survey, n: int) -> None:
    ids = [respond(survey, number).public_id for number in range(n)]
    found = json.loads(b"".join(exports.stream(exports.Source(survey), "json")))
    assert [each["id"] for each in found] == ids


def test_pages_join_without_gap_or_repetition(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 3)
    ids = {respond(survey, number // 4).public_id for number in range(10)}  # four begin in the same second
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = [record["id"] for record in exports.records(exports.Source(survey))]
    assert (len(found), set(found)) == (10, ids)
    assert sum("FROM responses" in statement for statement in statements) == 4


def test_only_the_asked_units_and_states_are_exported(survey: Survey, cast: SimpleNamespace) -> None:
    mine = respond(survey, 0, unit_id=cast.pudong.id)
    respond(survey, 1, unit_id=cast.tianhe.id)
    respond(survey, 2, unit_id=cast.pudong.id, state="started", completed_at=None)
    source = exports.Source(survey, units={cast.pudong.id}, states={"completed"})
    assert [record["id"] for record in exports.records(source)] == [mine.public_id]


def test_an_unknown_format_is_refused(survey: Survey) -> None:
    with pytest.raises(Refused):
        exports.stream(exports.Source(survey), "pdf")
