"""Names, numbers and addresses of people."""

from __future__ import annotations

import time

import pytest

from question_types.base import Invalid, Json
from tests.types.cases import made, totals

PERSONAL = ["email", "mobile", "name", "url"]


def read(key: str, text: str, **more: str) -> Json:
    kind, values = made(key, **more)
    value = kind.parse(values, {"": [text]})
    kind.check(values, value)
    return value


@pytest.mark.parametrize("key", PERSONAL)
def test_personal_data_are_not_the_customers_words(key: str) -> None:
    kind, values = made(key)
    for value in kind.domain(values)[0].values:
        assert kind.text(values, value) == ""


@pytest.mark.parametrize("key", PERSONAL)
def test_what_was_stored_is_read_as_itself(key: str) -> None:
    kind, values = made(key)
    for value in kind.domain(values)[0].values:
        assert kind.parse(values, {"": [value]}) == value


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a@b.cn", "a@b.cn"),
        (" Wang.Fang@QQ.COM ", "Wang.Fang@qq.com"),
        ("ｗａｎｇ＠１６３．ｃｏｍ", "wang@163.com"),
        ("wang@163。com", "wang@163.com"),
        ("mailto:a+b@c-d.example.org", "a+b@c-d.example.org"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_address_is_stored_as_mail_servers_see_it(text: str, stored: str) -> None:
    assert read("email", text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "@b.cn",
        "a@",
        "a@b",
        "a@b.c",
        "a@@b.cn",
        "a..b@c.cn",
        ".a@b.cn",
        "a@-b.cn",
        "a@b-.cn",
        "王@qq.com",
        "a@b.cn,c@d.cn",
        "a" * 65 + "@b.cn",
        "a@" + "b" * 64 + ".cn",
        "a@b.cn>",
        '"a b"@c.cn',
        "a@1.2.3.4",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="check the e-mail address"):
        read("email", text)


def test_addresses_are_counted_by_provider() -> None:
    kind, values = made("email")
    answers = ["a@qq.com", "b@qq.com", "c@163.com", "d@example.org"]
    rows = kind.summary(values, totals(kind, values, answers))["rows"]
    assert {row["bucket"]: row["n"] for row in rows if row["n"]} == {"qq_com": 2, "163_com": 1, "other": 1}


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "0086 138 0013 8000",
        "8613800138000",
        "１３８００１３８０００",
        "(+86)138.0013.8000",
    ],
)
@pytest.mark.parametrize("region", ["cn", "any"])
def test_a_chinese_number_is_stored_with_its_country(text: str, region: str) -> None:
    assert read("mobile", text, region=region) == "+8613800138000"


@pytest.mark.parametrize(
    "text",
    ["1380013800", "138001380000", "12800138000", "010-88886666", "+861380013800", "王", "+85291234567"],
)
def test_what_is_no_chinese_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="11 digits"):
        read("mobile", text)


@pytest.mark.parametrize(
    ("text", "stored", "bucket"),
    [
        ("+852 9123 4567", "+85291234567", "hk"),
        ("00853 6612 3456", "+85366123456", "mo"),
        ("+886 912 345 678", "+886912345678", "tw"),
        ("+44 7700 900123", "+447700900123", "other"),
        ("13800138000", "+8613800138000", "cn"),
    ],
)
def test_other_numbers_are_taken_where_allowed(text: str, stored: str, bucket: str) -> None:
    kind, values = made("mobile", region="any")
    assert read("mobile", text, region="any") == stored
    assert kind.measure(values, stored) == {"": 1, bucket: 1}


@pytest.mark.parametrize(
    "text", ["+0123456789", "+86 10 8888 6666", "+1234567890123456", "+44", "44 7700 900123"]
)
def test_a_foreign_number_needs_its_country_code(text: str) -> None:
    with pytest.raises(Invalid, match="and its code"):
        read("mobile", text, region="any")


def test_a_number_is_shown_in_groups() -> None:
    kind, values = made("mobile")
    assert kind.label_of(values, "+8613800138000") == "+86 138 0013 8000"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("王 小 明", "王小明"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("Mary-Jane  O'Neil", "Mary-Jane O'Neil"),
        ("José", "José"),
        ("㐂𠮷", "㐂𠮷"),
    ],
)
def test_names_of_all_scripts_are_taken(text: str, stored: str) -> None:
    assert read("name", text) == stored


@pytest.mark.parametrize("text", ["12", "王1", "<b>", "a@b", "··", "😀", "王" * 61])
def test_digits_and_signs_are_no_name(text: str) -> None:
    with pytest.raises(Invalid, match="without digits"):
        read("name", text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("example.com", "https://example.com"),
        ("HTTP://Example.COM/Path?Q=1", "http://example.com/Path?Q=1"),
        ("https://例子.中国/店铺", "https://例子.中国/店铺"),
        ("https://example.com:8443/#a", "https://example.com:8443/#a"),
        ("http://192.0.2.7/a", "http://192.0.2.7/a"),
    ],
)
def test_a_web_address_is_stored_with_its_scheme(text: str, stored: str) -> None:
    assert read("url", text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://example.com",
        "https://",
        "example",
        "https://user:pw@example.com",
        "https://a b.com",
        "https://example.com/<script>",
        'https://example.com/"',
        "//example.com",
        "data:text/html,a",
        "https://example.com:99999",
        "https://[::1",
        "https://-a.com",
        "https://example",
    ],
)
def test_only_addresses_of_web_pages_are_taken(text: str) -> None:
    with pytest.raises(Invalid, match="web address"):
        read("url", text)


@pytest.mark.parametrize("key", PERSONAL)
def test_no_text_is_slow_to_read(key: str) -> None:
    began = time.process_time()
    for text in ("a." * 500, "a@" + "a-" * 480, "1" * 1000, "https://" + "a." * 490, "王 " * 500):
        with pytest.raises(Invalid):
            read(key, text)
    assert time.process_time() - began < 1
