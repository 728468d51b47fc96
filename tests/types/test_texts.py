"""Short and long texts, consent and statements."""

from __future__ import annotations

import time

import pytest

from question_types.base import Invalid
from tests.types.cases import made, refused

TEXTS = ["short_text", "long_text"]


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_is_trimmed_composed_and_free_of_control_characters(key: str) -> None:
    kind, values = made(key)
    assert kind.parse(values, {"": ["  cafe\u0301\x07 \u2028好的，谢谢！ "]}) == "café 好的，谢谢！"
    assert kind.parse(values, {"": [" \u3000\x00 "]}) is None


def test_line_ends_are_kept_in_long_texts_only() -> None:
    kind, values = made("long_text")
    assert kind.parse(values, {"": ["一\r\n二\r三"]}) == "一\n二\n三"
    kind, values = made("short_text")
    assert kind.parse(values, {"": ["一\r\n二"]}) == "一 二"
    with pytest.raises(Invalid, match="one line"):
        kind.check(values, "一\n二")


@pytest.mark.parametrize("key", TEXTS)
def test_lengths_are_counted_in_characters(key: str) -> None:
    kind, values = made(key, min_length=3, max_length=5)
    kind.check(values, "很好吃")
    kind.check(values, "👍👍👍👍👍")
    with pytest.raises(Invalid, match="at least 3"):
        kind.check(values, "好吃")
    with pytest.raises(Invalid, match="to 5 characters; it has 6"):
        kind.check(values, "非常非常好吃")


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("value", ["", "  ", 1, True, ["a"], {"v": "a"}, "a\x00b", "a\ud800"])
def test_only_clean_text_is_a_text(key: str, value: object) -> None:
    kind, values = made(key)
    with pytest.raises(Invalid):
        kind.check(values, value)


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("chinese", ["王小明", "阿卜杜拉·买买提", "㐂𠮷"], ["王A", "王 明", "１"]),
        ("letters", ["O'Neil", "Mary-Jane W."], ["王", "a1", "-a", "é"]),
        ("digits", ["0012"], ["1 2", "-1", "1.5", "٣"]),
    ],
)
def test_named_formats_admit_what_they_say(format_: str, good: list[str], bad: list[str]) -> None:
    kind, values = made("short_text", format=format_)
    for text in good:
        kind.check(values, text)
    for text in bad:
        with pytest.raises(Invalid, match="only"):
            kind.check(values, text)


def test_full_width_digits_are_taken_as_digits() -> None:
    kind, values = made("short_text", format="digits")
    assert kind.parse(values, {"": ["２０２５"]}) == "2025"
    kind, values = made("short_text")
    assert kind.parse(values, {"": ["２０２５，好"]}) == "２０２５，好"


def test_no_text_makes_a_format_slow() -> None:
    kind, values = made("short_text", format="letters", max_length=500)
    began = time.process_time()
    for text in ("a-" * 250, "a" * 499 + "!", "a '" * 166):
        try:
            kind.check(values, text)
        except Invalid:
            continue
    assert time.process_time() - began < 1


def test_the_words_of_a_text_are_all_of_it() -> None:
    kind, values = made("long_text")
    assert kind.text(values, "排队太久") == "排队太久"
    assert kind.hear(values, " 排队太久\x00 ") == {"": ["排队太久"]}
    assert kind.hear(values, "  ") is None


def test_lengths_that_contradict_each_other_are_a_problem() -> None:
    kind, values = made("long_text", min_length=50, max_length=20)
    assert kind.problems(values) == ["The shortest length is greater than the longest."]


@pytest.mark.parametrize("word", ["yes", "同意", "我同意。", "ＯＫ", "1", "AGREE"])
def test_consent_is_given_in_many_words(word: str) -> None:
    kind, values = made("consent", text="…")
    raw = kind.hear(values, word)
    assert raw is not None
    assert kind.parse(values, raw) is True


@pytest.mark.parametrize("word", ["不同意", "no", "2", "", "yes but"])
def test_anything_else_is_no_consent(word: str) -> None:
    kind, values = made("consent", text="…")
    assert kind.hear(values, word) is None


@pytest.mark.parametrize("value", [False, 1, "yes", [True], {"agreed": True}])
def test_only_true_is_stored_as_consent(value: object) -> None:
    kind, values = made("consent", text="…")
    kind.check(values, True)
    with pytest.raises(Invalid, match="tick the box"):
        kind.check(values, value)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "ftp://a", "https://a b", 'https://a"onclick=']
)
def test_a_link_to_the_terms_is_a_web_address(url: str) -> None:
    assert "url" in refused("consent", url=url)
    assert refused("consent", url="https://example.com/隐私?a=1") == {}


def test_consent_needs_something_to_agree_to() -> None:
    kind, values = made("consent")
    assert kind.problems(values) == ["Give the text customers agree to, or a link to it."]


def test_a_statement_takes_no_answer() -> None:
    kind, values = made("statement", text="您好")
    assert not kind.collects
    assert kind.parse(values, {"": ["x"]}) is None
    with pytest.raises(Invalid):
        kind.check(values, "x")
    assert kind.columns("Q1", values) == []
