"""Answers inside later texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.engine.piping import Ref, codes, pieces, pipe, renamed


def test_places_are_filled_or_fall_back() -> None:
    known = {"Q1": "9", "Q7@open": "yes", "empty": ""}
    assert pipe("You gave {Q1}.", known.get) == "You gave 9."
    assert pipe("{Q2|no} {Q2} {empty|x} {Q7@open}", known.get) == "no   yes"
    assert pipe("{Q1|8}", known.get) == "9"


def test_what_is_put_in_is_never_read_again() -> None:
    known = {"Q1": "{Q2}", "Q2": "secret", "Q3": "<b>{{7*7}}</b>"}
    assert pipe("{Q1} {Q3}", known.get) == "{Q2} <b>{{7*7}}</b>"
    assert pipe("{Q9|{Q2}}", known.get) == "{Q9|secret}"


def test_braces_that_are_no_place_stay() -> None:
    for text in ("{}", "{ Q1 }", "{1}", "{Q-1}", "{{", "a {b c}", "{" + "Q" * 33 + "}", "100 %(n)s {0}"):
        assert pipe(text, lambda code: "X") == text
        assert "".join(each for each in pieces(text) if isinstance(each, str)) == text


def test_a_text_comes_apart_into_pieces() -> None:
    assert pieces("Hi {name|you}, {Q1}!") == ["Hi ", Ref("name", "you"), ", ", Ref("Q1"), "!"]
    assert pieces("") == []
    assert codes("{a} {b|c}") == ["a", "b"]


@given(st.text(alphabet="{}|Qab1@ ", max_size=30))
def test_pieces_put_together_are_the_piped_text(text: str) -> None:
    def fill(each: str | Ref) -> str:
        return each if isinstance(each, str) else {"Q1": "x"}.get(each.code, each.fallback)

    assert "".join(map(fill, pieces(text))) == pipe(text, {"Q1": "x"}.get)


def test_renaming_keeps_fallbacks() -> None:
    assert renamed("{Q1} {Q2|a} {Q2|} x", lambda code: f"{code}@b") == "{Q1@b} {Q2@b|a} {Q2@b|} x"
