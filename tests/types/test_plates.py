"""Licence plates and identity numbers."""

from __future__ import annotations

import pytest

from question_types.base import Invalid
from question_types.id_card import hidden
from question_types.plate import kind_of
from tests.types.cases import made, totals


@pytest.mark.parametrize(
    ("text", "stored", "kind"),
    [
        ("粤B12345", "粤B12345", "plain"),
        (" 粤b·12345 ", "粤B12345", "plain"),
        ("京A－8k88P", "京A8K88P", "plain"),
        ("沪ＡＤ１２３４５", "沪AD12345", "green"),
        ("苏E 12345 D", "苏E12345D", "green"),
        ("粤BK1A234", "", ""),
        ("粤BKA1234", "粤BKA1234", "green"),
        ("京A1234警", "京A1234警", "official"),
        ("川A1234学", "川A1234学", "official"),
        ("冀B12C4挂", "冀B12C4挂", "official"),
        ("粤Z1234港", "粤Z1234港", "official"),
        ("粤Z12A4澳", "粤Z12A4澳", "official"),
        ("使224578", "使224578", "official"),
        ("224578使", "224578使", "official"),
        ("京A0123领", "京A0123领", "official"),
        ("京XA101应急", "京XA101应急", "official"),
        ("VA12345", "VA12345", "forces"),
        ("WJ京12345", "WJ京12345", "forces"),
        ("民航A1234", "民航A1234", "forces"),
    ],
)
def test_a_plate_is_stored_in_one_form(text: str, stored: str, kind: str) -> None:
    plate, values = made("plate")
    if not stored:
        with pytest.raises(Invalid, match="check the plate"):
            plate.check(values, plate.parse(values, {"": [text]}))
        return
    value = plate.parse(values, {"": [text]})
    plate.check(values, value)
    assert value == stored
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    "text",
    ["粤B1234", "粤B1234567", "粤I12345", "粤BO2345", "港B12345", "B12345", "粤12345B", "粤BI12345", "汽车"],
)
def test_what_is_no_plate_is_refused(text: str) -> None:
    plate, values = made("plate")
    with pytest.raises(Invalid, match="check the plate"):
        plate.check(values, plate.parse(values, {"": [text]}))


def test_special_plates_can_be_left_out() -> None:
    plate, values = made("plate", special=False)
    plate.check(values, "粤B12345")
    with pytest.raises(Invalid, match="check the plate"):
        plate.check(values, "京A1234警")


def test_plates_are_counted_by_province_and_kind() -> None:
    plate, values = made("plate")
    answers = ["粤B12345", "粤ZD1234", "粤AD12345", "沪A12345", "VA12345"]
    answers.remove("粤ZD1234")
    summary = plate.summary(values, totals(plate, values, answers))
    n = {row["bucket"]: row["n"] for row in summary["rows"] if row["n"]}
    assert n == {"440000": 2, "310000": 1, "elsewhere": 1, "plain": 2, "green": 1, "forces": 1}
    figure = plate.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["customdata"] == [2, 1, 1], "provinces only, the biggest first"


def test_a_plate_is_shown_with_its_dot() -> None:
    plate, values = made("plate")
    assert plate.label_of(values, "粤B12345") == "粤B·12345"
    assert plate.label_of(values, "VA12345") == "VA12345"


@pytest.mark.parametrize(
    "text",
    ["11010519491231002X", "11010519491231002x", " １１０１０５ 19491231 002ｘ ", "110105-19491231-002X"],
)
def test_an_identity_number_is_stored_in_one_form(text: str) -> None:
    card, values = made("id_card")
    value = card.parse(values, {"": [text]})
    card.check(values, value)
    assert value == "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "11010519491331002X",
        "11010519490231002X",
        "991010519491231002",
        "110105209912310022",
        "110105491231002",
        "1101051949123100",
        "王芳",
    ],
)
def test_what_is_no_identity_number_is_refused(text: str) -> None:
    card, values = made("id_card")
    with pytest.raises(Invalid, match="check the identity number"):
        card.check(values, card.parse(values, {"": [text]}))


def test_every_slip_in_one_digit_is_noticed() -> None:
    card, values = made("id_card")
    number = "110101199003070011"
    for place in range(17):
        for digit in "0123456789":
            slip = number[:place] + digit + number[place + 1 :]
            if slip != number:
                assert not card.known(values, slip)  # type: ignore[attr-defined]


def test_an_identity_number_counts_as_an_answer_and_nothing_else() -> None:
    card, values = made("id_card")
    assert card.sealed
    assert card.measure(values, "11010519491231002X") == {"": 1}
    assert card.buckets(values) == {}
    assert card.label_of(values, "11010519491231002X") == "110***********002X"
    assert card.cells(values, "11010519491231002X") == [1]
    assert card.chart(values, card.summary(values, totals(card, values, ["11010519491231002X"]))) is None


def test_what_is_hidden_stays_as_it_is_when_hidden_again() -> None:
    assert hidden(hidden("11010519491231002X")) == "110***********002X"
    assert "g" not in hidden({"=": "gAAAAA"})
