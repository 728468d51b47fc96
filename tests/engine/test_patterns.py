"""Patterns in the words of JavaScript. That Chromium finds with them what RE2 finds is seen in the browser's
tests, on random ones."""

from __future__ import annotations

import pytest

from survey_app.engine.browser import said
from survey_app.engine.patterns import spoken
from survey_app.engine.rules import check_condition
from tests.engine.test_conditions import PLAN


@pytest.mark.parametrize(
    ("pattern", "browser"),
    [
        (r"^a.b$", r"(?:^)a[^\n]b(?:$)"),
        (r"(?s).", "[^]"),
        (r"\Aa\z", r"(?:^)a(?:$)"),
        (r"\pL\p{Han}\PN", r"[\p{L}][\p{Script=Han}][^\p{N}]"),
        (r"\s[\S]", r"[\t\n\f\r ][\0-\x08\x0b\x0e-\x1f!-\u{10ffff}]"),
        (r"(?P<year>\d{4})", r"((?:\d){4})"),
        (r"\Q1.5\E", r"1\.5"),
        (r"a{,3}", r"a\{,3\}"),
        (r"[]a]", r"[\]a]"),
        (r"[[:digit:]\-]", r"[0-9\-]"),
        (r"\x{597d}\101", r"\u{597d}\u{41}"),
        (r"\@\-", "@-"),
    ],
)
def test_a_pattern_is_said_as_javascript_says_it(pattern: str, browser: str) -> None:
    assert spoken(pattern) == browser


@pytest.mark.parametrize("pattern", [r"(?m)^a", r"(?U)a+", r"(?-i)a", r"\Ba", r"\C", r"a(?s)*"])
def test_what_a_phone_cannot_say_is_refused_by_the_check(pattern: str) -> None:
    found = check_condition({"question": "T", "matches": pattern}, PLAN.schema, "here")
    assert [each.code for each in found] == ["pattern"]


def test_a_folded_part_of_an_exact_pattern_is_refused() -> None:
    tree = {"question": "T", "matches": "(?i)a"}
    assert check_condition(tree, PLAN.schema, "here") == []
    found = check_condition({**tree, "exact": True}, PLAN.schema, "here")
    assert [each.code for each in found] == ["pattern"]


def test_the_browser_is_told_patterns_in_its_own_words_wherever_they_stand() -> None:
    tree = {
        "not": {"any": [{"question": "T", "matches": r"\pL", "exact": True}, {"question": "T", "is": "\\pL"}]}
    }
    told = said(tree)
    assert told["not"]["any"][0]["matches"] == r"[\p{L}]"
    assert told["not"]["any"][1] == {"question": "T", "is": "\\pL"}


def test_a_pattern_of_an_old_version_that_cannot_be_said_stays_as_it_is() -> None:
    assert said({"question": "T", "matches": "(?m)^a"})["matches"] == "(?m)^a"
