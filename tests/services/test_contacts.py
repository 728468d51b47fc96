"""Contacts: read from any table, kept encrypted, never doubled, never seen from elsewhere."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from question_types.base import Invalid
from survey_app.models import Contact, Delivery, Invitation
from survey_app.services import contacts, identifiers
from survey_app.services.errors import Conflict, NotFound, Refused
from tests import factories

TABLE = """姓名,客户号,手机号,邮箱,等级
王小明,C001,138 1234 5678,WANG@Example.com,金卡
李雷,C002,+86-13912345678,,
"""


def stored(db: Any) -> list[Contact]:
    return list(db.session.scalars(select(Contact).order_by(Contact.id)))


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("13812345678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("8613812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("00442079460000", "+442079460000"),
    ],
)
def test_every_spelling_of_a_number_becomes_the_same(given: str, number: str) -> None:
    assert identifiers.phone(given) == number


@pytest.mark.parametrize(
    "given", ["1381234567", "12812345678", "021-12345678", "+861381234567", "abc", "4155550100", ""]
)
def test_what_is_no_mobile_number_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        identifiers.phone(given)


@pytest.mark.parametrize(
    "given", ["a", "a@b", "a@b..c", "a b@c.d", "a@b.c\r\nBcc: x@y.z", "<a@b.c>", "x" * 250 + "@b.c"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        identifiers.email(given)


def test_identifiers_are_shown_masked() -> None:
    assert identifiers.masked_phone("+8613812345678") == "138****5678"
    assert identifiers.masked_phone("+14155550100") == "+141****00"
    assert identifiers.masked_email("zhang@example.com") == "z***@example.com"


def test_a_table_becomes_contacts(db: Any, cast: SimpleNamespace) -> None:
    assert contacts.add(cast.manager, TABLE) == contacts.Added(2, 0, 0)
    wang, li = stored(db)
    assert (wang.name, wang.external_id, wang.attributes) == ("王小明", "C001", {"等级": "金卡"})
    assert contacts.reveal(wang, "phone") == "+8613812345678"
    assert contacts.reveal(wang, "email") == "wang@example.com"
    assert contacts.masked(li) == {"phone": "139****5678", "email": ""}
    assert wang.unit_id == cast.east.id
    assert wang.root_id == cast.root.id


@pytest.mark.parametrize(
    "text",
    [
        "王小明,13812345678,wang@example.com,C001",
        "13812345678\t王小明\tC001\twang@example.com",
        "王小明，13812345678，C001，wang@example.com",
        "\ufeffname;mobile;e-mail;ID\n王小明;13812345678;wang@example.com;C001\n\n",
    ],
)
def test_lines_are_understood_however_they_are_pasted(db: Any, cast: SimpleNamespace, text: str) -> None:
    contacts.add(cast.owner, text)
    (found,) = stored(db)
    assert (found.name, found.external_id) == ("王小明", "C001")
    assert contacts.reveal(found, "phone") == "+8613812345678"
    assert contacts.reveal(found, "email") == "wang@example.com"


def test_one_wrong_line_stores_nothing_and_is_named(db: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        contacts.add(cast.manager, TABLE + "韩梅梅,C003,12345,,\n,,,,\n周,,,,普卡\n")
    told = [line.sentence() for line in refused.value.errors["text"]]
    assert [sentence.partition(":")[0] for sentence in told] == ["Line 4", "Line 6"]
    assert "“12345” is not a mobile phone number." in told[0]
    assert stored(db) == []


@pytest.mark.parametrize("text", ["", "  \n ", 'a,"b', "王\x00", "姓名,手机\n张,13812345678,多"])
def test_text_that_is_no_table_is_refused_with_a_sentence(db: Any, cast: SimpleNamespace, text: str) -> None:
    with pytest.raises(Refused):
        contacts.add(cast.manager, text)
    assert stored(db) == []


def test_the_same_person_is_completed_not_doubled(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, "手机,等级\n13812345678,金卡\n")
    again = contacts.add(
        cast.manager, "姓名,手机,城市\n王小明,+8613812345678,上海\n王小明,138 1234 5678,上海\n"
    )
    assert again == contacts.Added(0, 1, 1)
    (found,) = stored(db)
    assert found.name == "王小明"
    assert found.attributes == {"等级": "金卡", "城市": "上海"}


def test_a_customer_number_decides_who_is_who(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, "客户号,手机\nC1,13812345678\n")
    contacts.add(cast.manager, "客户号,手机\nC2,13812345678\nC1,13987654321\n")
    one, two = stored(db)
    assert contacts.reveal(one, "phone") == "+8613987654321"
    assert contacts.reveal(two, "phone") == "+8613812345678"


def test_somebody_known_by_phone_alone_learns_the_customer_number(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, "13812345678,王")
    assert contacts.add(cast.manager, "客户号,手机\nC1,13812345678\n") == contacts.Added(0, 1, 0)
    (found,) = stored(db)
    assert found.external_id == "C1"


def test_two_lines_of_one_person_in_one_table_are_one_contact(db: Any, cast: SimpleNamespace) -> None:
    assert contacts.add(cast.manager, "王,13812345678\n王,13812345678,w@example.com").created == 1
    (found,) = stored(db)
    assert contacts.reveal(found, "email") == "w@example.com"


def test_a_unit_column_places_the_contact(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, f"姓名,手机,机构\n王,13812345678,浦东店\n李,13912345678,{cast.xuhui.code}\n")
    assert [each.unit_id for each in stored(db)] == [cast.pudong.id, cast.xuhui.id]


def test_nobody_adds_contacts_to_units_of_others(db: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        contacts.add(cast.manager, "姓名,手机,机构\n王,13812345678,天河店\n")
    assert stored(db) == []


def test_a_contact_of_another_region_is_not_changed(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.agent, "王,13812345678")
    with pytest.raises(Refused):
        contacts.add(cast.manager, "张,13912345678\n李,13812345678")
    (found,) = stored(db)
    assert found.name == "王"


def test_another_organisation_may_know_the_same_person(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.owner, "王,13812345678")
    contacts.add(cast.stranger, "王,13812345678")
    one, two = stored(db)
    assert one.root_id != two.root_id
    assert one.phone_hash != two.phone_hash


def test_contacts_are_listed_within_the_own_units_page_by_page(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, "\n".join(f"客户{n},138{n:08d}" for n in range(5)))
    first, after = contacts.page(cast.manager, limit=3)
    rest, end = contacts.page(cast.manager, after=after, limit=3)
    assert [each.name for each in first + rest] == ["客户4", "客户3", "客户2", "客户1", "客户0"]
    assert end == ""
    assert contacts.page(cast.agent)[0] == []
    with pytest.raises(NotFound):
        contacts.get(cast.agent, first[0].code)


@pytest.mark.parametrize("search", ["小明", "138-1234-5678", "WANG@example.com", "C001"])
def test_a_contact_is_found_by_name_number_or_address(db: Any, cast: SimpleNamespace, search: str) -> None:
    contacts.add(cast.manager, TABLE)
    assert [each.name for each in contacts.page(cast.manager, search)[0]] == ["王小明"]


@pytest.mark.parametrize("search", ["%", "_", "13812345679", "x@example.com", "明%"])
def test_a_search_means_what_it_says(db: Any, cast: SimpleNamespace, search: str) -> None:
    contacts.add(cast.manager, TABLE)
    assert contacts.page(cast.manager, search)[0] == []


def test_one_contact_is_created_with_errors_by_field(db: Any, cast: SimpleNamespace) -> None:
    found = contacts.create(cast.manager, "王", phone="13812345678", attributes={"city": "上海"})
    assert found.attributes == {"city": "上海"}
    with pytest.raises(Refused) as refused:
        contacts.create(cast.manager, "李", phone="1", email="x")
    assert set(refused.value.errors) == {"phone", "email"}
    with pytest.raises(Refused):
        contacts.create(cast.manager, "只有名字")
    with pytest.raises(Conflict) as conflict:
        contacts.create(cast.manager, "又是王", phone="+86 13812345678")
    assert conflict.value.extra == {"code": found.code}
    assert len(stored(db)) == 1


def test_no_identifier_stands_in_the_database_file(db: Any, cast: SimpleNamespace, tmp_path: Path) -> None:
    contacts.add(cast.manager, TABLE)
    db.session.close()
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    for secret in (b"13812345678", b"wang@example.com", b"13912345678"):
        assert secret not in held


def test_a_forgotten_contact_leaves_only_answers(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.manager, "王,13812345678")
    (contact,) = stored(db)
    distribution = factories.distribution(factories.published(cast.east), channel="sandbox")
    invitation = factories.invitation(distribution, contact)
    db.session.add(Delivery(invitation_id=invitation.id))
    db.session.commit()
    contacts.forget(cast.manager, contact.code)
    for table in (Contact, Invitation, Delivery):
        assert db.session.scalars(select(table)).all() == []


def test_nobody_forgets_contacts_of_others(db: Any, cast: SimpleNamespace) -> None:
    contacts.add(cast.agent, "王,13812345678")
    (contact,) = stored(db)
    with pytest.raises(NotFound):
        contacts.forget(cast.manager, contact.code)
    assert len(stored(db)) == 1
