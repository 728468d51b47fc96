"""Answers that must not lie open in the database: sealed where they are stored, opened for a save of the same
response, hidden for everybody who only reads.

A sealed value is ``{"=": ciphertext}``: no answer of any type looks like that, because ids begin with a
letter. So a value tells by itself whether it is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import InvalidToken

from survey_app import security
from survey_app.engine.plan import Plan

Json = Any
Answers = Mapping[str, Json]

MARK = "="
LOST = "•" * 18
"""What is shown of an answer that was sealed with another key."""


@lru_cache(maxsize=256)
def codes(plan: Plan) -> frozenset[str]:
    """The questions of a plan whose answers are sealed."""
    return frozenset(code for code, question in plan.questions.items() if question.type.sealed)


def closed(plan: Plan, answers: Answers, secret: str) -> Answers:
    """The answers as the database keeps them."""
    to_seal = codes(plan) & answers.keys()
    if not to_seal:
        return answers
    return {**answers, **{code: {MARK: security.encrypt(secret, answers[code])} for code in to_seal}}


def opened(answers: Answers, secret: str) -> Answers:
    """The answers as they were given. One sealed with another key is gone: it has to be given again."""
    return _each(answers, lambda ciphertext: _open(ciphertext, secret))


def hidden(answers: Answers, secret: str) -> Answers:
    """The answers as readers may see them: of a sealed one the first three and the last four signs."""
    return _each(answers, lambda ciphertext: _mask(_open(ciphertext, secret)))


def sealed(value: Json) -> bool:
    """Whether a stored value is sealed."""
    return type(value) is dict and value.keys() == {MARK}


def _each(answers: Answers, what: Callable[[str], Json]) -> Answers:
    """``answers`` with every sealed one replaced, left out where that gives None; the same object where none
    is sealed."""
    if not any(map(sealed, answers.values())):
        return answers
    found = {code: what(value[MARK]) if sealed(value) else value for code, value in answers.items()}
    return {code: value for code, value in found.items() if value is not None}


def _open(ciphertext: str, secret: str) -> Json:
    try:
        return security.decrypt(secret, ciphertext)
    except InvalidToken:
        return None


def _mask(value: Json) -> str:
    text = value if isinstance(value, str) else ""
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > 10 else LOST
