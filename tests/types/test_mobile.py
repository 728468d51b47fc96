"""A mobile number that is verified: what the type asks for, and what its controls are."""

from __future__ import annotations

import jinja2
import pytest

from question_types.base import Proof
from survey_app.engine import settings as forms
from tests.test_question_types import TYPES, Controls, draw, templates

__all__ = ["templates"]

KIND = TYPES["mobile"]
PLAIN, _ = forms.bind(KIND.Settings, {})
VERIFIED, _ = forms.bind(KIND.Settings, {"verify": True, "sender": "ABCD2345"})


def test_a_number_is_to_be_proved_only_where_the_author_says_so() -> None:
    assert KIND.proof(PLAIN, "+8613800138000") is None
    assert KIND.proof(VERIFIED, "+8613800138000") == Proof("+8613800138000", "ABCD2345")


def test_the_digits_are_no_part_of_the_answer() -> None:
    raw = {"": ["13800138000"], "code": ["123456"], "send": ["1"]}
    assert KIND.parse(VERIFIED, raw) == "+8613800138000"
    assert KIND.parse(VERIFIED, {"code": ["123456"]}) is None


@pytest.mark.parametrize("claim", [{"v": "+8613800138000", "verified": True}, ["+8613800138000"], True])
def test_nobody_can_claim_to_be_verified(claim: object) -> None:
    with pytest.raises(ValueError, match="11 digits"):
        KIND.check(VERIFIED, claim)


def test_a_number_that_must_be_verified_is_not_asked_for_in_messages() -> None:
    assert KIND.say(VERIFIED) is None
    assert KIND.say(PLAIN)


def test_the_controls_are_named_and_labelled(templates: jinja2.Environment) -> None:
    page = Controls(draw(templates, KIND, VERIFIED, {"": ["+8613800138000"], "code": ["123456"]}))
    assert page.names == {"Q1", "Q1.code", "Q1.send"}
    assert page.sent["Q1.code"] == [""], "digits count once"
    assert all(
        about.get("aria-label") or about.get("aria-labelledby") for tag, about in page.tags if tag == "input"
    )
    assert Controls(draw(templates, KIND, PLAIN, {})).names == {"Q1"}


@pytest.mark.parametrize("sender", ["<script>", "a b", "小"])
def test_the_account_is_a_code(sender: str) -> None:
    assert forms.bind(KIND.Settings, {"sender": sender})[1]
