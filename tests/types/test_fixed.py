"""Yes or no, thumbs and faces."""

from __future__ import annotations

from typing import Any

import pytest

from question_types.base import Invalid, Words
from survey_app.engine import statistics
from tests.types.cases import made, totals


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("yes_no", [True, False], [1, 0, "yes", None, [True]]),
        ("thumbs", [1, -1], [True, 0, 2, 1.0, "1", None]),
    ],
)
def test_only_the_fixed_answers_are_taken(key: str, good: list[Any], bad: list[Any]) -> None:
    kind, values = made(key)
    for value in good:
        kind.check(values, value)
    for value in bad:
        with pytest.raises(Invalid, match="options shown"):
            kind.check(values, value)


@pytest.mark.parametrize(
    ("sent", "value"), [("yes", True), ("no", False), ("True", True), ("False", False), ("", None)]
)
def test_yes_and_no_are_read_as_sent_and_as_stored(sent: str, value: bool | None) -> None:
    kind, values = made("yes_no")
    assert kind.parse(values, {"": [sent]}) is value


def test_yes_and_no_are_counted_as_themselves() -> None:
    kind, values = made("yes_no")
    assert kind.measure(values, True) == {"": 1, "yes": 1}
    assert kind.measure(values, False) == {"": 1, "no": 1}
    summary = kind.summary(values, totals(kind, values, [True] * 30 + [False] * 10))
    assert [row["n"] for row in summary["rows"]] == [30, 10]
    assert summary["headline"]["value"] == pytest.approx(75)


def test_own_words_replace_ours() -> None:
    kind, values = made("yes_no", yes_label="参加")
    assert kind.label_of(values, True) == "参加"
    assert not isinstance(kind.label_of(values, True), Words)
    assert isinstance(kind.label_of(values, False), Words)
    kind, values = made("yes_no", yes_label="一样", no_label="一样")
    assert kind.problems(values) == ["The label “一样” is used twice."]


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("是", True),
        ("是的。", True),
        ("不是", False),
        ("没有", False),
        ("1", True),
        ("２", False),
        ("YES!", True),
    ],
)
def test_a_reply_is_heard_as_yes_or_no(message: str, value: bool) -> None:
    kind, values = made("yes_no")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) is value


@pytest.mark.parametrize("message", ["", "也许", "3", "不知道", "是不是"])
def test_an_unclear_reply_is_neither(message: str) -> None:
    kind, values = made("yes_no")
    assert kind.hear(values, message) is None


def test_net_approval_is_thumbs_up_minus_thumbs_down() -> None:
    kind, values = made("thumbs")
    summary = kind.summary(values, totals(kind, values, [1] * 14 + [-1] * 6))
    assert summary["headline"]["value"] == pytest.approx(40)
    assert summary["headline"]["low"] == statistics.nps(14, 6, 20).low
    assert summary["figures"][0]["value"] == pytest.approx(70)
    assert kind.measure(values, -1) == {"": -1, "down": 1}


@pytest.mark.parametrize(("message", "value"), [("👍", 1), ("👎", -1), ("赞", 1), ("踩！", -1), ("差", -1)])
def test_a_thumb_is_heard(message: str, value: int) -> None:
    kind, values = made("thumbs")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == value


@pytest.mark.parametrize("faces", [3, 5])
def test_faces_go_from_one_to_their_number(faces: int) -> None:
    kind, values = made("smiley", faces=faces)
    for face in range(1, faces + 1):
        kind.check(values, face)
        assert kind.label_of(values, face)
    for outside in (0, faces + 1):
        with pytest.raises(Invalid):
            kind.check(values, outside)


@pytest.mark.parametrize(("message", "face"), [("😡", 1), ("☹️", 2), ("🙂", 4), ("5", 5), ("3分", 3)])
def test_a_face_is_heard(message: str, face: int) -> None:
    kind, values = made("smiley")
    assert kind.hear(values, message) == {"": [str(face)]}


def test_faces_have_as_many_labels_as_there_are() -> None:
    kind, values = made("smiley", faces=3, labels="差\n好")
    assert kind.problems(values) == ["There are 2 labels for 3 steps. Write one line per step, or none."]


def test_only_the_genders_offered_are_taken() -> None:
    kind, values = made("gender", private=False)
    assert list(kind.buckets(values)) == ["male", "female"]
    kind.check(values, "female")
    for value in ("private", "another", "Male", True, None, ["male"]):
        with pytest.raises(Invalid, match="options shown"):
            kind.check(values, value)
    kind, values = made("gender", another=True)
    assert list(kind.buckets(values)) == ["male", "female", "another", "private"]
    assert kind.measure(values, "private") == {"": 1, "private": 1}


@pytest.mark.parametrize(
    ("message", "value"),
    [("男", "male"), ("女士", "female"), ("保密", "private"), ("3", "private"), ("F", "female")],
)
def test_a_gender_is_heard(message: str, value: str) -> None:
    kind, values = made("gender")
    assert kind.hear(values, message) == {"": [value]}
