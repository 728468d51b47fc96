"""The console page of contacts."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from survey_app.models import Contact
from survey_app.services import contacts


@pytest.fixture
def manager(signed_in: Any) -> Any:
    return signed_in("manager")


def text(reply: Any) -> str:
    return str(reply.get_data(as_text=True))


def test_an_empty_address_book_offers_the_next_step(cast: SimpleNamespace, manager: Any) -> None:
    page = text(manager.get("/contacts"))
    assert "还没有联系人" in page
    assert 'data-open="#add"' in page


def test_contacts_are_pasted_and_shown_masked(cast: SimpleNamespace, manager: Any) -> None:
    assert (
        manager.post("/contacts", data={"text": "姓名,手机,等级\n王小明,13912345678,金卡"}).status_code == 302
    )
    page = text(manager.get("/contacts"))
    assert "新增 1 人" in page
    assert "139****5678" in page
    assert "13912345678" not in page
    assert "等级: 金卡" in page


def test_a_table_of_a_chinese_spreadsheet_is_read(db: Any, cast: SimpleNamespace, manager: Any) -> None:
    table = "姓名\t手机\r\n欧阳娜娜\t13812345678\r\n".encode("gb18030")
    manager.post("/contacts", data={"text": "", "file": (io.BytesIO(table), "客户.csv")})
    db.session.rollback()
    assert db.session.query(Contact).one().name == "欧阳娜娜"


def test_wrong_lines_come_back_with_the_text(db: Any, cast: SimpleNamespace, manager: Any) -> None:
    reply = manager.post("/contacts", data={"text": "姓名,手机\n王,123\n李,13812345678"})
    assert reply.status_code == 422
    page = text(reply)
    assert "没有添加任何内容" in page
    assert "第 2 行：" in page
    assert "王,123" in page
    assert db.session.query(Contact).all() == []


def test_a_binary_upload_is_refused_with_a_sentence(cast: SimpleNamespace, manager: Any) -> None:
    for junk in (b"\xff\xfe\x00\x01\x02\xff", b"PK\x03\x04\x00\x00\x00"):
        reply = manager.post("/contacts", data={"file": (io.BytesIO(junk), "x.xlsx")})
        assert reply.status_code == 422


def test_a_contact_is_found_and_deleted(db: Any, cast: SimpleNamespace, manager: Any) -> None:
    contacts.add(cast.manager, "王小明,13812345678\n李雷,13912345678")
    page = text(manager.get("/contacts?search=138-1234-5678"))
    assert "王小明" in page
    assert "李雷" not in page
    code = contacts.page(cast.manager, "王小明")[0][0].code
    assert manager.post(f"/contacts/{code}/forget").status_code == 302
    db.session.rollback()
    assert [each.name for each in db.session.query(Contact)] == ["李雷"]


def test_markup_in_a_name_stays_text(cast: SimpleNamespace, manager: Any) -> None:
    manager.post(
        "/contacts", data={"text": "姓名,手机,<b>\n<script>alert(1)</script>,13812345678,<img src=x>"}
    )
    page = text(manager.get("/contacts"))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


@pytest.mark.parametrize("who", ["agent", "viewer"])
def test_who_only_reads_figures_sees_no_contacts(cast: SimpleNamespace, signed_in: Any, who: str) -> None:
    assert signed_in(who).get("/contacts").status_code == 403


def test_nobody_deletes_contacts_of_another_organisation(
    db: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    contacts.add(cast.manager, "王小明,13812345678")
    code = contacts.page(cast.manager)[0][0].code
    assert signed_in("stranger").post(f"/contacts/{code}/forget").status_code == 404
    assert db.session.query(Contact).count() == 1
