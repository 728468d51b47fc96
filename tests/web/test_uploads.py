"""Respondents' files through the doors, and who sees them afterwards."""

from __future__ import annotations

import io
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from survey_app.models import Response, Survey, Upload
from survey_app.services import accounts, store, uploads
from survey_app.services.errors import StorageFull
from tests import factories, files
from tests.conftest import Client

SLOW = 2.0
"""Seconds no file may cost."""

QUESTIONS = [
    {"code": "F1", "type": "file", "title": "请拍照", "settings": {"kind": "any", "max": 3}},
    {"code": "F2", "type": "file", "title": "请录音", "settings": {"kind": "audio"}},
    {"code": "S1", "type": "signature", "title": "请签名", "settings": {}},
]


def document() -> dict[str, Any]:
    made = deepcopy(factories.NPS_DOCUMENT)
    made["pages"][0]["questions"] += deepcopy(QUESTIONS)
    return made


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    """A live survey of the east that takes files."""
    row = factories.published(cast.east, document())
    db.session.commit()
    return row


class Phone:
    """A respondent's phone at one open link."""

    def __init__(self, client: Client, code: str) -> None:
        self.client = client
        self.home = f"/s/{code}"
        self.id = factories.public_id()
        self.revision = 0

    def begin(self, size: int, question: str = "F1", name: str = "photo.jpg", **more: Any) -> Any:
        body = {"id": self.id, "question": question, "name": name, "size": size, **more}
        return self.client.post(f"{self.home}/uploads", json=body)

    def piece(self, upload: str, offset: int, data: bytes) -> Any:
        return self.client.put(f"{self.home}/uploads/{upload}?offset={offset}", data=data)

    def send(self, data: bytes, question: str = "F1", name: str = "photo.jpg", step: int = 500_000) -> Any:
        """The whole file in pieces; the last reply, or the one that refuses."""
        reply = self.begin(len(data), question, name)
        if reply.status_code != 200:
            return reply
        upload = reply.json["upload"]
        for offset in range(0, len(data), step):
            reply = self.piece(upload, offset, data[offset : offset + step])
            if reply.status_code != 200:
                break
        return reply

    def save(self, **answers: Any) -> Any:
        self.revision += 1
        body = {"id": self.id, "revision": self.revision, "page": "p1", "answers": answers}
        return self.client.post(f"{self.home}/answers", json=body)

    def complete(self, **answers: Any) -> Any:
        self.revision += 1
        whole = {"Q1": 9, "Q3": "open", **answers}
        body = {"id": self.id, "revision": self.revision, "answers": whole, "complete": True}
        return self.client.post(f"{self.home}/answers", json=body)


@pytest.fixture
def phone(client: Client, survey: Survey, db: Any) -> Phone:
    code = factories.distribution(survey).code
    db.session.commit()
    return Phone(client, code)


@pytest.fixture
def another(client: Client, survey: Survey, db: Any) -> Callable[[], Phone]:
    def make() -> Phone:
        code = factories.distribution(survey).code
        db.session.commit()
        return Phone(client, code)

    return make


def kept(app: Any) -> list[Path]:
    """All files in the store."""
    return [path for path in Path(app.extensions["config"].data, "uploads").rglob("*") if path.is_file()]


# A file on its way


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (files.picture("JPEG"), "a.jpg", "image"),
        (files.picture("PNG", mode="RGBA"), "a.png", "image"),
        (files.picture("GIF"), "a.gif", "image"),
        (files.picture("WEBP"), "a.webp", "image"),
        (files.PDF, "发票.pdf", "pdf"),
        (files.MP3, "a.mp3", "audio"),
        (files.M4A, "a.m4a", "audio"),
        (files.AAC, "a.aac", "audio"),
        (files.OGG, "a.ogg", "audio"),
        (files.WAV, "a.wav", "audio"),
        (files.WEBM, "a.webm", "video"),
        (files.MP4, "a.mp4", "video"),
        (files.MOV, "IMG_1.MOV", "video"),
        (files.office(), "a.docx", "office"),
        (files.office("xl/workbook.xml"), "a.xlsx", "office"),
        (files.office("ppt/presentation.xml"), "a.pptx", "office"),
        (files.archive({"a.txt": b"a"}), "a.zip", "archive"),
        ("说明".encode(), "a.txt", "text"),
        ("姓名,城市\n王,上海\n".encode("gb18030"), "a.csv", "text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_people_send_is_taken_and_known_by_its_content(
    phone: Phone, data: bytes, name: str, kind: str
) -> None:
    reply = phone.send(data, name=name)
    assert reply.status_code == 200, reply.text
    assert reply.json["kind"] == kind
    assert reply.json["name"].rpartition(".")[0] == name.rpartition(".")[0]
    assert phone.complete(F1=[reply.json["id"]]).json["state"] == "completed"


def test_a_photo_is_made_anew_upright_and_without_its_place(phone: Phone, app: Any) -> None:
    data = files.located((400, 300))
    assert b"Exif" in data
    reply = phone.send(data)
    stored = kept(app)[0].read_bytes()
    assert b"Exif" not in stored
    assert b"PhoneMaker" not in stored
    assert reply.json["size"] == len(stored)
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (300, 400)
        assert not image.getexif()


def test_a_large_photo_is_made_smaller(phone: Phone, app: Any) -> None:
    phone.send(files.picture("JPEG", (4000, 3000)))
    with Image.open(kept(app)[0]) as image:
        assert max(image.size) == 2560


def test_pieces_may_come_twice_overlap_and_go_on_from_what_was_received(phone: Phone, app: Any) -> None:
    data = files.PDF + b"%" * 9000
    upload = phone.begin(len(data), name="a.pdf").json["upload"]
    where = f"{phone.home}/uploads/{upload}"
    assert phone.client.get(where).json == {"upload": upload, "received": 0}
    assert phone.piece(upload, 0, data[:4000]).json["received"] == 4000
    assert phone.piece(upload, 0, data[:4000]).json["received"] == 4000
    assert phone.piece(upload, 3000, data[3000:6000]).json["received"] == 6000
    gap = phone.piece(upload, 7000, data[7000:])
    assert (gap.status_code, gap.json["received"]) == (409, 6000)
    assert phone.client.get(where).json["received"] == 6000
    last = phone.piece(upload, 6000, data[6000:])
    assert last.json["kind"] == "pdf"
    assert phone.piece(upload, 6000, data[6000:]).json == last.json == phone.client.get(where).json
    assert [path.read_bytes() for path in kept(app)] == [data]


def test_many_senders_of_one_file_make_it_whole_once(phone: Phone, app: Any) -> None:
    data = files.picture("PNG", (300, 200)) + b""
    upload = phone.begin(len(data), name="a.png").json["upload"]
    statuses: list[int] = []

    def push() -> None:
        browser = app.test_client()
        for offset in range(0, len(data), 64):
            where = f"{phone.home}/uploads/{upload}?offset={offset}"
            statuses.append(browser.put(where, data=data[offset : offset + 64]).status_code)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 409}
    assert phone.client.get(f"{phone.home}/uploads/{upload}").json["kind"] == "image"
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    "case", ["unfinished", "other response", "other question", "unknown", "other survey"]
)
def test_an_answer_names_only_files_of_its_own(
    phone: Phone, another: Callable[[], Phone], cast: SimpleNamespace, db: Any, case: str
) -> None:
    data = files.picture()
    id = phone.send(data).json["id"]
    if case == "unfinished":
        id = phone.begin(10).json["upload"]
    elif case == "other response":
        id = another().send(data).json["id"]
    elif case == "other question":
        id = phone.send(data, "S1").json["id"]
    elif case == "unknown":
        id = factories.public_id()
    elif case == "other survey":
        foreign = factories.published(cast.east, document())
        code = factories.distribution(foreign).code
        db.session.commit()
        stranger = Phone(phone.client, code)
        stranger.id = phone.id
        id = stranger.send(data).json["id"]
        assert phone.client.get(f"{phone.home}/uploads/{id}").status_code == 404
        return
    for reply in (phone.save(F1=[id]), phone.complete(F1=[id])):
        assert reply.status_code == 422
        assert list(reply.json["errors"]) == ["F1"]
    assert phone.complete().status_code == 200
    phone.revision += 1


def test_a_file_may_come_before_the_first_save_or_after_it(phone: Phone) -> None:
    first = phone.send(files.picture()).json["id"]
    assert phone.save(F1=[first]).status_code == 200
    second = phone.send(files.picture("PNG")).json["id"]
    assert phone.save(F1=[first, second]).status_code == 200
    assert phone.complete(F1=[second]).status_code == 200
    assert phone.begin(10).status_code == 409


def test_a_personal_link_takes_files_for_its_own_response(client: Client, survey: Survey, db: Any) -> None:
    distribution = factories.distribution(survey)
    invited = factories.invitation(distribution, factories.contact(survey.unit))
    db.session.commit()
    one, two = Phone(client, ""), Phone(client, "")
    one.home = two.home = f"/i/{invited.token}"
    assert one.save(Q1=9).status_code == 200
    id = two.send(files.picture()).json["id"]
    two.revision = 1
    reply = two.complete(F1=[id])
    assert (reply.status_code, reply.json["id"]) == (200, one.id)


def test_a_file_is_taken_back_until_the_response_has_ended(phone: Phone, app: Any) -> None:
    id = phone.send(files.picture()).json["id"]
    where = f"{phone.home}/uploads/{id}"
    assert phone.client.delete(where).status_code == 204
    assert kept(app) == []
    assert phone.client.get(where).status_code == 404
    id = phone.send(files.picture()).json["id"]
    phone.complete(F1=[id])
    assert phone.client.delete(f"{phone.home}/uploads/{id}").status_code == 409
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"question": "Q1"}, 422),
        ({"question": "nope"}, 422),
        ({"question": "__proto__"}, 422),
        ({"question": ""}, 422),
        ({"question": 5}, 422),
        ({"size": 0}, 422),
        ({"size": -1}, 422),
        ({"size": 1.5}, 422),
        ({"size": True}, 422),
        ({"size": "9"}, 422),
        ({"size": 10 * 2**20 + 1}, 413),
        ({"size": 2**40}, 422),
        ({"size": None}, 422),
        ({"id": "x"}, 422),
        ({"id": None}, 422),
        ({"id": "../../../../etc/passw"}, 422),
        ({"name": None}, 422),
        ({"name": "x" * 5000}, 422),
        ({"name": ["a"]}, 422),
        ({"name": "a\x00.pdf"}, 400),
        ({"name": "a\ud800.pdf"}, 400),
        ({"version": 99}, 404),
        ({"version": 0}, 422),
        ({"version": "1"}, 422),
        ({"more": 1}, 422),
        ({}, 200),
    ],
)
def test_a_beginning_is_read_strictly(phone: Phone, db: Any, change: dict[str, Any], status: int) -> None:
    body = {"id": phone.id, "question": "F1", "name": "a.jpg", "size": 10, **change}
    reply = phone.client.post(f"{phone.home}/uploads", json=body)
    assert reply.status_code == status, reply.text
    assert db.session.query(Upload).count() == (status == 200)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id":"a","id":"b"}', b"\xff", b"[" * 10**5, b"null"])
def test_what_is_no_json_begins_nothing(phone: Phone, body: bytes) -> None:
    reply = phone.client.post(f"{phone.home}/uploads", data=body, content_type="application/json")
    assert reply.status_code in (400, 422)
    assert reply.is_json


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "99999999999", "٣", "0x0", "4", "%00"])
def test_a_piece_fits_only_where_it_belongs(phone: Phone, offset: str) -> None:
    upload = phone.begin(3).json["upload"]
    reply = phone.client.put(f"{phone.home}/uploads/{upload}?offset={offset}", data=b"abc")
    assert (reply.status_code, reply.json["received"]) == (409, 0)


def test_more_bytes_than_announced_are_refused(phone: Phone) -> None:
    upload = phone.begin(3).json["upload"]
    assert phone.piece(upload, 0, b"abcd").status_code == 422
    assert phone.piece(upload, 0, b"x" * (uploads.CHUNK + 5000)).status_code == 413
    assert phone.piece("A" * 22, 0, b"abc").status_code == 404
    assert phone.piece("..%2f..%2fsurvey.db", 0, b"abc").status_code == 404


def test_no_response_takes_more_than_its_share(phone: Phone) -> None:
    replies = [phone.begin(100).status_code for _ in range(2 * 3 + uploads.SPARE + 1)]
    assert replies == [200] * (2 * 3 + uploads.SPARE) + [422]


def test_a_closed_link_takes_no_files(phone: Phone, survey: Survey, db: Any) -> None:
    upload = phone.begin(100).json["upload"]
    survey.status = "closed"
    db.session.commit()
    assert phone.begin(100).status_code == 410
    assert phone.client.get(f"{phone.home}/uploads/{upload}").status_code == 200


def test_a_full_disk_is_said_and_leaves_nothing(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    data = files.picture()
    upload = phone.begin(len(data)).json["upload"]

    def full(*args: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(uploads.os, "pwrite", full)
        reply = phone.piece(upload, 0, data)
        assert (reply.status_code, reply.headers["Retry-After"]) == (507, "30")
    with monkeypatch.context() as patch:
        patch.setattr(store, "RESERVE", 10**18)
        assert phone.begin(100).status_code == StorageFull.status
    assert phone.piece(upload, 0, data).json["kind"] == "image"


# Without scripts


def form(phone: Phone, **more: Any) -> dict[str, Any]:
    seen = ["Q1", "F1", "F2", "S1"]
    return {"_id": phone.id, "_version": "1", "_page": "p1", "_seen": seen, "_go": "next", "Q1": "9", **more}


def test_files_come_with_the_form_where_no_script_runs(phone: Phone, db: Any, app: Any) -> None:
    page = phone.client.get(phone.home).text
    assert 'enctype="multipart/form-data"' in page
    given = [(io.BytesIO(files.picture()), "a.jpg"), (io.BytesIO(files.PDF), "b.pdf")]
    signed = (io.BytesIO(files.picture("PNG")), "s.png")
    posted = form(phone, **{"F1.file": given, "S1.file": signed, "F2.file": (io.BytesIO(b""), "")})
    reply = phone.client.post(phone.home, data=posted)
    assert reply.status_code == 200
    assert 'name="Q3"' in reply.text
    row = db.session.query(Response).one()
    assert [len(row.answers[code]) for code in ("F1", "S1")] == [2, 1]
    back = phone.client.post(phone.home, data=form(phone, _go="back", _page="p2", _seen=["Q3"]))
    assert row.answers["F1"][0] in back.text
    assert 'name="F1.drop"' in back.text
    again = form(phone, **{"F1": " ".join(row.answers["F1"]), "F1.drop": row.answers["F1"][0]})
    assert phone.client.post(phone.home, data=again).status_code == 200
    db.session.rollback()
    assert len(db.session.query(Response).one().answers["F1"]) == 1


def test_a_form_with_a_bad_file_says_so_beside_the_question(phone: Phone, db: Any) -> None:
    bad = (io.BytesIO(b"<svg onload=alert(1)>"), "a.svg")
    reply = phone.client.post(phone.home, data=form(phone, **{"F1.file": bad}))
    assert reply.status_code == 422
    assert 'id="F1-error" role="alert">这种文件' in reply.text
    assert db.session.query(Upload).count() == 0


def packed(phone: Phone, file: bytes) -> dict[str, Any]:
    """A large form, put together here: the test client would leave its own temporary file open."""
    fields = [
        (name, value)
        for name, given in form(phone).items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    head = '--b\r\nContent-Disposition: form-data; name="F1.file"; filename="a.pdf"\r\n\r\n'
    body = "".join([*parts, head]).encode() + file + b"\r\n--b--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=b"}


def test_a_form_takes_twenty_megabytes_and_other_surveys_one(
    phone: Phone, client: Client, cast: SimpleNamespace, db: Any
) -> None:
    large = packed(phone, files.PDF + b" " * (3 * 2**20))
    assert phone.client.post(phone.home, **large).status_code == 200
    assert phone.client.post(phone.home, **packed(phone, b" " * (21 * 2**20))).status_code == 413
    plain = factories.distribution(factories.published(cast.east)).code
    db.session.commit()
    assert client.post(f"/s/{plain}", **large).status_code == 413


def test_the_page_may_ask_only_for_what_its_questions_need(
    phone: Phone, client: Client, cast: SimpleNamespace, db: Any
) -> None:
    headers = phone.client.get(phone.home).headers
    assert "img-src 'self' data: blob:" in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    made = deepcopy(factories.NPS_DOCUMENT)
    made["pages"][0]["questions"] += [
        {"code": "L1", "type": "location", "title": "定位", "settings": {}},
        {"code": "B1", "type": "scan", "title": "扫码", "settings": {}},
    ]
    code = factories.distribution(factories.published(cast.east, made)).code
    db.session.commit()
    headers = client.get(f"/s/{code}").headers
    assert headers["Permissions-Policy"] == "camera=(self), microphone=(), geolocation=(self)"
    assert "blob:" not in headers["Content-Security-Policy"]


# Seen again


@pytest.fixture
def given(phone: Phone, survey: Survey, db: Any, cast: SimpleNamespace) -> SimpleNamespace:
    """A completed response with a photo and a document."""
    photo = phone.send(files.picture(), name="破损.jpg").json["id"]
    paper = phone.send(files.PDF, name="发票.pdf").json["id"]
    phone.complete(F1=[photo, paper])
    db.session.rollback()
    return SimpleNamespace(survey=survey.code, response=phone.id, photo=photo, paper=paper)


def test_a_file_is_given_back_as_an_attachment_that_cannot_run(
    signed_in: Any, given: SimpleNamespace
) -> None:
    for id, mime in ((given.photo, "image/jpeg"), (given.paper, "application/pdf")):
        reply = signed_in("manager").get(f"/uploads/{id}", buffered=True)
        assert reply.status_code == 200
        assert reply.content_type == mime
        assert reply.headers["Content-Disposition"].startswith("attachment;")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].startswith("sandbox")
        assert "no-store" in reply.headers["Cache-Control"]
    small = signed_in("manager").get(f"/uploads/{given.photo}/thumbnail")
    assert small.content_type == "image/webp"
    assert signed_in("manager").get(f"/uploads/{given.paper}/thumbnail").status_code == 404


def test_nobody_outside_its_units_sees_a_file(
    signed_in: Any, client: Client, given: SimpleNamespace, cast: SimpleNamespace
) -> None:
    address = f"/uploads/{given.photo}"
    assert signed_in("owner").get(address, buffered=True).status_code == 200
    assert signed_in("agent").get(address, buffered=True).status_code == 404
    assert signed_in("stranger").get(address, buffered=True).status_code == 404
    assert signed_in("viewer").get(address, buffered=True).status_code == 403
    assert client.get(address, buffered=True).status_code == 401


def test_the_interface_gives_files_of_the_named_response_only(
    client: Client, given: SimpleNamespace, cast: SimpleNamespace
) -> None:
    def ask(who: str, survey: str, response: str) -> int:
        headers = {"Authorization": f"Bearer {accounts.create_token(getattr(cast, who), 'test')}"}
        path = f"/api/v1/surveys/{survey}/responses/{response}/uploads/{given.paper}"
        return client.get(path, headers=headers, buffered=True).status_code

    assert ask("manager", given.survey, given.response) == 200
    assert ask("manager", given.survey, factories.public_id()) == 404
    assert ask("manager", "OTHER", given.response) == 404
    assert ask("agent", given.survey, given.response) == 404
    assert ask("viewer", given.survey, given.response) == 403


def test_the_response_page_shows_pictures_and_names(signed_in: Any, given: SimpleNamespace) -> None:
    page = signed_in("manager").get(f"/surveys/{given.survey}/responses/{given.response}").text
    assert f'src="/uploads/{given.photo}/thumbnail"' in page
    assert f'href="/uploads/{given.paper}"' in page
    assert "发票.pdf" in page


def test_an_export_counts_files_and_links_to_them(signed_in: Any, given: SimpleNamespace) -> None:
    text = signed_in("manager").get(f"/surveys/{given.survey}/responses/export.csv", buffered=True).text
    assert f"2,{given.photo} {given.paper},http://localhost/uploads/{given.photo} http" in text


def test_a_deleted_response_takes_its_files_along(
    signed_in: Any, given: SimpleNamespace, app: Any, db: Any
) -> None:
    assert len(kept(app)) == 2
    signed_in("manager").post(f"/surveys/{given.survey}/responses/{given.response}/delete")
    assert kept(app) == []
    db.session.rollback()
    assert db.session.query(Upload).count() == 0


# Authors' pictures


def test_an_authors_picture_becomes_a_public_webp(signed_in: Any, client: Client, survey: Survey) -> None:
    browser = signed_in("manager")
    for sent in (
        {"data": files.located((3000, 2000)), "content_type": "image/jpeg"},
        {"data": {"file": (io.BytesIO(files.picture("PNG")), "a.png")}},
    ):
        reply = browser.post(f"/surveys/{survey.code}/pictures", **sent)
        assert reply.status_code == 200, reply.text
        shown = client.get(reply.json["address"], buffered=True)
        assert shown.content_type == "image/webp"
        assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in shown.headers
        assert b"EXIF" not in shown.data
        with Image.open(io.BytesIO(shown.data)) as image:
            assert max(image.size) <= 1600


def test_an_authors_picture_comes_through_the_interface(
    client: Client, survey: Survey, cast: SimpleNamespace
) -> None:
    headers = {"Authorization": f"Bearer {accounts.create_token(cast.manager, 'test')}"}
    where = f"/api/v1/surveys/{survey.code}/pictures"
    reply = client.post(where, data=files.picture(), content_type="image/jpeg", headers=headers)
    assert reply.status_code == 201
    assert client.get(reply.json["address"], buffered=True).status_code == 200
    agent = {"Authorization": f"Bearer {accounts.create_token(cast.agent, 'test')}"}
    assert client.post(where, data=files.picture(), headers=agent).status_code == 403


@pytest.mark.parametrize("data", [b"", b"{}", b"<svg/>", files.PDF, files.png(9000, 9000), b"\x89PNG<html>"])
def test_what_is_no_picture_is_no_authors_picture(signed_in: Any, survey: Survey, data: bytes) -> None:
    reply = signed_in("manager").post(f"/surveys/{survey.code}/pictures", data=data, content_type="image/png")
    assert reply.status_code == 422


@pytest.mark.parametrize(
    "name", ["x.webp", "../survey.db", "..%2fsurvey.db", "%00.webp", "A" * 22, "A" * 22 + ".webp"]
)
def test_nothing_but_pictures_is_public(client: Client, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


# Hostile files

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><html><body onload=alert(1)>"


def hostile() -> Iterator[tuple[str, bytes]]:
    """(name, content) of files that are sent to do harm."""
    names = ("a.svg", "a.png", "a.txt", "a.html", "a.jpg", "a.csv", "a.pdf")
    for data in (SVG, HTML, b"\xef\xbb\xbf" + SVG, b"<?xml version='1.0'?>" + SVG, b"  \n" + HTML, SCRIPT):
        yield from ((name, data) for name in names)
    heads = (b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\x10\x00\x00\x00WEBP", b"GIF87a")
    for head in heads:
        yield from (
            (name, head + rest) for name in ("a.png", "a.html") for rest in (HTML, SVG, b"", b"\0" * 99)
        )
    for code in (b"#!/bin/sh\nrm -rf /", b"MZ\x90\x00" + b"\0" * 60, b"\x7fELF\x02\x01\x01" + b"\0" * 60):
        yield from ((name, code) for name in ("a.exe", "a.txt", "a.sh", "a.jpg", "a.com"))
    for name in ("a.js", "a.mjs", "a.php", "a.py", "a.bat", "a.hta", "a", ""):
        yield name, b"alert(1)"
    yield "a.txt", b"javascript:alert(1)"
    yield from bombs()
    yield from broken()
    yield from archives()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that are huge once they are read."""
    for side in (7_000, 20_000, 65_535, 2**31 - 1):
        yield "bomb.png", files.png(side, side)
        yield "bomb.gif", b"GIF89a" + (min(side, 65_535)).to_bytes(2, "little") * 2 + b"\x80\0\0" + b"\0" * 20
    yield "bomb.png", files.black(12_000, 12_000)
    yield "flat.png", files.black(40_001, 1000)
    yield "text.png", files.png(8, 8, b"", files.chunk(b"zTXt", b"a\0\0" + zlibbed(10**7)))
    yield "icc.png", files.png(8, 8, b"", files.chunk(b"iCCP", b"a\0\0" + zlibbed(10**7)))
    photo = bytearray(files.picture("JPEG"))
    at = photo.index(b"\xff\xc0")
    photo[at + 5 : at + 9] = (60_000).to_bytes(2, "big") * 2
    yield "bomb.jpg", bytes(photo)
    scans = files.picture("JPEG", (6000, 6000), progressive=True, quality=1)
    yield "scans.jpg", scans[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" * 400 + b"\xff\xd9"
    yield "none.png", files.png(0, 0)


def zlibbed(size: int) -> bytes:
    import zlib

    return zlib.compress(b"a" * size)


def broken() -> Iterator[tuple[str, bytes]]:
    """Pictures that end too early or hold nonsense."""
    for format in ("JPEG", "PNG", "GIF", "WEBP"):
        whole = files.picture(format, (200, 200))
        for part in (0.1, 0.3, 0.6):
            yield f"cut.{format.lower()}", whole[: int(len(whole) * part)]
    for brand in (b"heic", b"avif", b"mif1", b"evil"):
        yield "a.heic", b"\0\0\0\x18ftyp" + brand + b"\0" * 64
    yield "a.mkv", b"\x1aE\xdf\xa3" + b"matroska" * 9
    yield "a.txt", b"a\x00b"
    yield "a.txt", b"\x80\x81\xff\xff\xff"
    yield "a.rtf", b"{\\rtf1 hello}"
    yield "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    yield "a.rar", b"Rar!\x1a\x07\x00" + b"\0" * 64
    yield "a.gz", b"\x1f\x8b\x08" + b"\0" * 64
    yield "a.swf", b"CWS\x09" + b"\0" * 64
    yield "a.ps", b"%!PS-Adobe-3.0"
    yield "a.pdf", b"\n\n%PDF-1.7"


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives that overflow, escape, lie or hide a program."""
    yield "bomb.zip", files.archive({f"{i}": b"\0" * 10**7 for i in range(3)})
    yield "many.zip", files.archive({f"{i}": b"" for i in range(2500)})
    yield "bomb.docx", files.archive({"[Content_Types].xml": b"", "word/document.xml": b"\0" * (2 * 10**7)})
    for name in ("../a.txt", "/etc/passwd", "a/../../b", "..\\a", "C:\\a.txt", "a/../b", "\\\\host\\a"):
        yield "way.zip", files.archive({name: b"a"})
    for name in ("a.exe", "a.js", "b/a.html", "a.svg", "a.lnk", "a.PHP", "a.scr", "META-INF/MANIFEST.MF"):
        yield "run.zip", files.archive({name: b"a"})
    yield (
        "macro.docx",
        files.archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}),
    )
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(link, "/etc/passwd")
    yield "link.zip", file.getvalue()
    whole = files.archive({"a.txt": b"a" * 100})
    yield "cut.zip", whole[:-30]
    yield "head.zip", whole[:40]
    yield "lies.zip", whole.replace(b"PK\x01\x02", b"PK\x09\x09")
    end = whole.rindex(b"PK\x05\x06")
    yield "count.zip", whole[: end + 8] + b"\xff\xff\xff\xff" + whole[end + 12 :]
    yield "empty.zip", b"PK\x03\x04"
    yield "secret.zip", bytes(_flagged(whole))
    yield "zip64.zip", whole[:end] + b"PK\x06\x07" + b"\0" * 16 + whole[end:]


def _flagged(whole: bytes) -> bytearray:
    data = bytearray(whole)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return data


def test_no_hostile_file_is_taken_slow_or_left_behind(
    client: Client, survey: Survey, db: Any, app: Any
) -> None:
    code = factories.distribution(survey).code
    db.session.commit()
    wrong, number = [], 0
    for number, (name, data) in enumerate(hostile(), 1):
        phone = Phone(client, code)
        began = time.monotonic()
        reply = phone.send(data or b"\n", name=name)
        took = time.monotonic() - began
        if reply.status_code not in (413, 422) or took > SLOW or not reply.is_json:
            wrong.append((number, name, data[:30], reply.status_code, round(took, 2)))
    assert wrong == []
    assert number >= 150
    assert kept(app) == []
    db.session.rollback()
    assert db.session.query(Upload).count() == 0


POLYGLOTS = [
    ("a.gif", files.picture("GIF") + b"=1;alert(1)//"),
    ("a.js", files.picture("GIF") + SCRIPT),
    ("a.jpg", files.picture("JPEG") + SCRIPT),
    ("a.html", files.picture("PNG") + HTML),
    ("a.png", files.picture("PNG") + files.archive({"a.exe": b"MZ"})),
    ("a.jpg", files.picture("JPEG", comment=SCRIPT)),
    ("a.webp", files.picture("WEBP", exif=SCRIPT)),
    ("a.php.jpg", files.picture("JPEG", comment=b"<?php system($_GET[0]);?>")),
    (
        "moving.gif",
        files.picture("GIF", (20, 20), save_all=True, append_images=[Image.new("RGB", (20, 20))] * 300),
    ),
]


@pytest.mark.parametrize(("name", "data"), POLYGLOTS, ids=[name for name, _ in POLYGLOTS])
def test_of_a_picture_only_the_picture_remains(phone: Phone, app: Any, name: str, data: bytes) -> None:
    reply = phone.send(data, name=name)
    assert reply.status_code == 200
    stored = kept(app)[0].read_bytes()
    for evil in (b"alert", b"script", b"<?php", b"MZ", b"<html"):
        assert evil not in stored
    with Image.open(io.BytesIO(stored)) as image:
        image.load()
        assert getattr(image, "n_frames", 1) == 1
    assert reply.json["name"].endswith((".jpg", ".png"))


NAMES = [
    "../../../../etc/passwd.pdf",
    "..\\..\\windows\\win.pdf",
    "/etc/cron.d/x.pdf",
    "invoice\u202efdp.exe.pdf",
    "\u200b\ufeff.pdf",
    "....pdf",
    ".pdf",
    " ",
    "",
    "CON.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
    'a"; filename="b.html.pdf',
    "<img src=x onerror=alert(1)>.pdf",
    "x" * 900 + ".pdf",
    "报告" * 200 + ".pdf",
    "a.html",
    "a.pdf.exe",
    "{{7*7}}.pdf",
    "%2e%2e%2fa.pdf",
    "=cmd|'/c calc'!A1.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_ever_shown(phone: Phone, app: Any, signed_in: Any, survey: Survey, name: str) -> None:
    reply = phone.send(files.PDF, name=name)
    assert reply.status_code == 200, reply.text
    shown = reply.json["name"]
    assert shown.endswith(".pdf")
    assert len(shown) <= 130
    assert not set(shown) & set('\x00\r\n\u202e\u200b/\\<>":|?*')
    root = Path(app.extensions["config"].data, "uploads")
    assert [len(path.name) for path in kept(app)] == [32]
    assert all(path.resolve().is_relative_to(root.resolve()) for path in kept(app))
    phone.complete(F1=[reply.json["id"]])
    back = signed_in("manager").get(f"/uploads/{reply.json['id']}", buffered=True)
    assert back.headers["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in back.headers or "x=1" not in back.headers["Set-Cookie"]
    page = signed_in("manager").get(f"/surveys/{survey.code}/responses/{phone.id}")
    assert "<img src=x" not in page.text


def test_memory_stays_bounded_while_bombs_are_read(client: Client, survey: Survey, db: Any) -> None:
    code = factories.distribution(survey).code
    db.session.commit()
    tracemalloc.start()
    for name, data in bombs():
        Phone(client, code).send(data or b"\n", name=name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * 2**20
