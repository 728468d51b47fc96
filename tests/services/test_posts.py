"""A post is read strictly or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from survey_app.engine.strict import BadJson
from survey_app.services.errors import Refused
from survey_app.services.posts import Post, read_post, receipt_of, seed_of

ID = "AbCdEfGhIjKlMnOpQrStUv"


def body(**changes: Any) -> bytes:
    return json.dumps({"id": ID, "revision": 1, **changes}).encode()


def test_a_full_post_is_read_as_it_was_sent() -> None:
    sent = {
        "page": "p1",
        "answers": {"Q1": 9, "Q2": None},
        "raw": {"Q3": {"": ["open"], "other": [""]}},
        "complete": True,
        "locale": "en",
        "fields": {"city": "上海", "vip": True, "visits": 3, "none": None},
        "version": 2,
        "device": ID[::-1],
    }
    post = read_post(body(**sent))
    assert (post.id, post.revision) == (ID, 1)
    assert {key: getattr(post, key) for key in sent} == sent


def test_only_id_and_revision_must_be_given_and_null_means_left_out() -> None:
    empty = dict.fromkeys(("page", "answers", "raw", "complete", "locale", "fields", "version", "device"))
    assert read_post(body()) == read_post(body(**empty)) == Post(id=ID, revision=1)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("id", [None, "", 7, ID[:21], ID + "x", "-" * 22, "é" * 22, ["a"]]),
        ("revision", [None, 0, -1, 1.5, "1", True, 2**31, [1]]),
        ("page", [7, "x" * 81, ["p1"], {}]),
        ("answers", [[], "Q1", 7, {f"Q{n}": 1 for n in range(2001)}]),
        ("raw", [[], {"Q1": "9"}, {"Q1": {"": "9"}}, {"Q1": {"": [9]}}, {"Q1": {"": [None]}}]),
        ("complete", [0, 1, "true", []]),
        ("locale", [7, "x" * 11, "en us", "../en"]),
        ("fields", [[], {"a": {}}, {"a": ["x"]}, {"a": "x" * 501}]),
        ("version", [0, "1", 1.0, True]),
        ("device", ["", 7, ID[:21], ID + "x", "-" * 22, [ID]]),
        ("flags", [{}, 1]),
        ("unit_id", [1]),
    ],
)
def test_what_does_not_fit_is_named(key: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(Refused) as refusal:
            read_post(body(**{key: value}))
        assert list(refusal.value.errors) == [key], value


def test_a_question_given_twice_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read_post(body(answers={"Q1": 9}, raw={"Q1": {"": ["9"]}}))
    assert list(refusal.value.errors) == ["Q1"]


@pytest.mark.parametrize("sent", [b"", b"[]", b"7", b"null", b'"x"', b"{", b"\xff", b'{"id": NaN}'])
def test_what_is_no_object_is_refused(sent: bytes) -> None:
    with pytest.raises((Refused, BadJson)):
        read_post(sent)


def test_the_seed_of_an_id_is_a_known_number_in_31_bits() -> None:
    assert seed_of("") == 2166136261 & 0x7FFFFFFF
    assert seed_of("a") == 0xE40C292C & 0x7FFFFFFF
    assert 0 <= seed_of(ID) < 2**31


def test_a_receipt_is_the_installations_own() -> None:
    assert receipt_of(ID, "one") == receipt_of(ID, "one")
    assert receipt_of(ID, "one") != receipt_of(ID, "two")
    assert receipt_of(ID, "one") != receipt_of(ID[::-1], "one")
