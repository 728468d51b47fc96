"""Blocks of personal data: contact details and addresses."""

from __future__ import annotations

import pytest

from question_types.base import Invalid, Json
from survey_app import plugins
from tests.types.cases import made, totals


def test_parts_are_read_and_checked_by_their_own_question_types() -> None:
    kind, values = made("contact", name="optional", mobile="optional")
    for part in ("name", "mobile", "email"):
        own = plugins.types()[part]
        for specimen in own.specimens:  # type: ignore[attr-defined]
            parsed = kind.parse(values, {part: [specimen]})
            assert parsed == {part: specimen}
            kind.check(values, parsed)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"name": "王芳", "mobile": "123"}, "check the number"),
        ({"name": "12", "mobile": "+8613800138000"}, "write your name"),
        ({"name": "王芳", "mobile": "+8613800138000", "email": "x"}, "check the e-mail"),
        ({"name": "王芳"}, "mobile phone number"),
        ({"mobile": "+8613800138000"}, "write your name"),
        ({"name": "王芳", "mobile": "+8613800138000", "fax": "1"}, "fields shown"),
        ({"name": "王芳", "mobile": "+8613800138000", "company": "x" * 101}, "shorten"),
        ({"name": "王芳", "mobile": "+8613800138000", "company": ["x"]}, "one line"),
        ({}, "fields shown"),
        ("王芳", "fields shown"),
    ],
)
def test_a_contact_must_be_whole_and_right(value: Json, sentence: str) -> None:
    kind, values = made("contact")
    with pytest.raises(Invalid, match=sentence):
        kind.check(values, value)


def test_parts_that_are_not_asked_for_are_refused_and_not_exported() -> None:
    kind, values = made("contact", email="off", company="off")
    assert [column.name for column in kind.columns("Q1", values)] == ["Q1.name", "Q1.mobile"]
    with pytest.raises(Invalid, match="fields shown"):
        kind.check(values, {"name": "王芳", "mobile": "+8613800138000", "company": "云杉"})


def test_a_block_that_asks_for_nothing_is_named() -> None:
    kind, values = made("contact", name="off", mobile="off", email="off", company="off")
    assert [str(each) for each in kind.problems(values)] == ["Ask for at least one part."]


def test_coverage_is_counted_part_by_part() -> None:
    kind, values = made("contact", mobile="optional")
    answers = [
        {"name": "王芳"},
        {"name": "李雷", "mobile": "+8613800138000"},
        {"name": "韩梅", "email": "a@b.cn"},
    ]
    summary = kind.summary(values, totals(kind, values, answers))
    assert {row["bucket"]: row["n"] for row in summary["rows"]} == {
        "name": 3,
        "mobile": 1,
        "email": 1,
        "company": 0,
    }
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["customdata"] == [3, 1, 1, 0]


def test_personal_data_in_a_block_are_not_the_customers_words() -> None:
    for key in ("contact", "address"):
        kind, values = made(key)
        for example in kind.examples:
            assert kind.text(values, example.value) == ""


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"street": "一号"}, "choose the province"),
        ({"region": ["440000"], "street": "一号"}, "city and the district"),
        ({"region": ["710000"]}, "street and the number"),
        ({"region": ["710000"], "street": "一号"}, "postcode"),
        ({"region": ["710000"], "street": "一号", "zip": "12345"}, "six digits"),
        ({"region": ["710000"], "street": "一" * 201, "zip": "123456"}, "shorten"),
    ],
)
def test_an_address_must_be_whole_and_right(value: Json, sentence: str) -> None:
    kind, values = made("address", zip="required")
    with pytest.raises(Invalid, match=sentence):
        kind.check(values, value)


def test_an_address_counts_by_province_and_city() -> None:
    kind, values = made("address")
    value = {"region": ["440000", "440300", "440305"], "street": "科技园南路 12 号"}
    assert set(kind.measure(values, value)) == {"", "region", "region:440000", "region:440300", "street"}
    assert kind.label_of(values, value) == "广东省深圳市南山区 科技园南路 12 号"
    assert kind.cells(values, value) == ["440000", "440300", "440305", "科技园南路 12 号"]
