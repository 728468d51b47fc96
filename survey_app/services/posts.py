"""What a phone sends: one page's delta of one response, read strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_types.base import N_
from survey_app.engine.strict import loads
from survey_app.security import keyed_hash
from survey_app.services.errors import Refused

Json = Any

ID = re.compile(r"[A-Za-z0-9]{22}")
CODE_LENGTH = 80
TEXT_LENGTH = 500
"""Characters of one field's value."""
MOST = 2000
"""Answers, fields and strings of one answer in one body."""


@dataclass(frozen=True)
class Post:
    """One save. ``page``: the page passed last, ``""``: none yet. ``answers``: code → value, None clears.
    ``raw``: code → what the form controls delivered, for the question's type to parse. ``version``: number of
    the version the page was made from, for a new response. ``device``: the number a phone drew for this
    survey, which tells a second response of it."""

    id: str
    revision: int
    page: str | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)
    raw: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    complete: bool = False
    locale: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    version: int | None = None
    device: str | None = None


def read_post(body: bytes) -> Post:
    """A post from the body of a request. Raises BadJson, and Refused with errors by key."""
    data = loads(body)
    if not isinstance(data, dict):
        raise Refused(N_("Send one JSON object."))
    errors = {key: N_("There is no such key.") for key in data.keys() - _CHECKS.keys()}
    for key, (fits, sentence) in _CHECKS.items():
        if not fits(data.get(key)):
            errors[key] = sentence
    answers, raw = data.get("answers") or {}, data.get("raw") or {}
    if not errors:
        errors = {
            code: N_("Give either answers or raw for a question.") for code in answers.keys() & raw.keys()
        }
    if errors:
        raise Refused(N_("The answer could not be read."), errors)
    given = {key: value for key, value in data.items() if value is not None}
    return Post(**given)


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_revision(value: Json) -> bool:
    return type(value) is int and 1 <= value < 2**31


def _is_version(value: Json) -> bool:
    return value is None or _is_revision(value)


def _is_device(value: Json) -> bool:
    return value is None or _is_id(value)


def _is_code(value: Json) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= CODE_LENGTH)


def _is_locale(value: Json) -> bool:
    return value is None or (
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{0,10}", value) is not None
    )


def _is_flag(value: Json) -> bool:
    return value is None or isinstance(value, bool)


def _is_answers(value: Json) -> bool:
    return value is None or (isinstance(value, dict) and len(value) <= MOST)


def _is_fields(value: Json) -> bool:
    return value is None or (
        isinstance(value, dict)
        and len(value) <= MOST
        and all(each is None or _is_scalar(each) for each in value.values())
    )


def _is_scalar(value: Json) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= TEXT_LENGTH)


def _is_raw(value: Json) -> bool:
    return value is None or (
        isinstance(value, dict) and len(value) <= MOST and all(map(_is_controls, value.values()))
    )


def _is_controls(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MOST
        and all(
            isinstance(each, list) and all(isinstance(text, str) for text in each) for each in value.values()
        )
    )


_CHECKS: dict[str, tuple[Callable[[Json], bool], str]] = {
    "id": (_is_id, N_("The id must be 22 letters and digits.")),
    "revision": (_is_revision, N_("The revision must be a whole number from 1.")),
    "page": (_is_code, N_("The page must be a code.")),
    "answers": (_is_answers, N_("The answers must be an object of question codes.")),
    "raw": (_is_raw, N_("The raw answers must be an object of question codes and lists of texts.")),
    "complete": (_is_flag, N_("This must be true or false.")),
    "locale": (_is_locale, N_("The locale must be a language code.")),
    "fields": (_is_fields, N_("The fields must be an object of short texts, numbers or booleans.")),
    "version": (_is_version, N_("The version must be a whole number from 1.")),
    "device": (_is_device, N_("The device must be 22 letters and digits.")),
}


def seed_of(id: str) -> int:
    """The seed of a response's random orders: FNV-1a over its public id, 31 bits. Simple on purpose: the
    phone can compute the same number before anything is stored."""
    seed = 2166136261
    for byte in id.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    return seed & 0x7FFFFFFF


def receipt_of(id: str, secret: str) -> str:
    """What a customer may quote: ten signs that only this installation can make for this response."""
    return keyed_hash(secret, "receipt", id)[:10].upper()
