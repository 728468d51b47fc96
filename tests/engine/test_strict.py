"""The strict JSON boundary."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.engine.strict import LARGEST, BadJson, clean, loads

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_json_can_carry_is_read_back(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    try:
        expected = clean(json.loads(text))
    except BadJson:  # two keys that are one in normal form C
        with pytest.raises(BadJson):
            loads(text.encode())
        return
    assert loads(text.encode()) == expected


@given(st.binary(max_size=60))
def test_no_bytes_do_worse_than_be_refused(body: bytes) -> None:
    with suppress(BadJson):
        loads(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,]",
        b"{'a': 1}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        "{}".encode("utf-16"),
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "c": 2, "b": 3}}',
        b'{"\\u0061": 1, "a": 2}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"-1e999",
        b"9007199254740993",
        b"-9007199254740993",
        b"1" * 5000,
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b'"\\u0000"',
        b'"\x00"',
        b'"\xed\xa0\x80"',
        b'"\n"',
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 500_000,
        b"]" * 40,
        b"[[],[]" * 20,
        b"[" + b"[]," * 60_000 + b"[]]",
        b'"' + b'\\"' * 100_000,
        b'"' + b"a" * 300_000 + b'"',
        b'"' + b"a" * 1_048_576 + b'"',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_bad_body_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(BadJson) as refusal:
        loads(body)
    assert refusal.value.sentence().endswith(".")


def test_bounds_are_inside() -> None:
    deep = b"[" * 32 + b"]" * 32
    assert loads(deep) is not None
    assert loads(b"[9007199254740992, -9007199254740992]") == [LARGEST, -LARGEST]
    assert loads(b'"' + b"[" * 100 + b'"') == "[" * 100
    assert loads(b'["[[[[", "\\"]]", {"a": "}"}]' + b" " * 40) == ["[[[[", '"]]', {"a": "}"}]


def test_texts_come_back_composed() -> None:
    assert loads('{"e\u0301": ["e\u0301"]}'.encode()) == {"é": ["é"]}
    assert loads(b'"\\u0065\\u0301"') == "é"


def test_two_keys_that_are_one_when_composed_are_refused() -> None:
    with pytest.raises(BadJson):
        loads('{"e\u0301": 1, "é": 2}'.encode())


def test_the_limit_counts_bytes() -> None:
    body = '"好好"'.encode()
    assert loads(body, limit=8) == "好好"
    with pytest.raises(BadJson):
        loads(body, limit=7)


def test_the_sentence_is_translated_with_its_values() -> None:
    with pytest.raises(BadJson) as refusal:
        loads(b'{"a":1,"a":2}')
    assert refusal.value.sentence(lambda message: f"«{message}»") == "«The key “a” is given twice.»"
