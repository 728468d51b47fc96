"""The one strict JSON boundary: every body the product reads comes through here."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from math import isfinite
from typing import Any

from question_types.base import N_

Json = Any

MEGABYTE = 1_048_576
DEPTH = 32
PARTS = 50_000
"""Lists and objects in one body."""
LARGEST = 2**53
LONGEST = 200_000
"""Characters of one text; far above any answer, below what would stall a page."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*\\?(?:"|\Z)', re.DOTALL)
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"[]{}")


class BadJson(ValueError):  # noqa: N818 - what happened, in the words of the caller
    """A body we do not read. ``message`` is an English message id, ``params`` fill its places."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate`` (message id → text)."""
        text = translate(self.message)
        return text % self.params if self.params else text


def loads(body: bytes, limit: int = MEGABYTE) -> Json:
    """JSON of ``body``: UTF-8 without byte order mark, at most ``limit`` bytes and 32 levels deep, no
    duplicate keys, no NaN or Infinity, integers within ±2^53, texts without NUL and lone surrogates.

    Texts come back in Unicode normal form C. Raises BadJson, never anything else.
    """
    if len(body) > limit:
        raise BadJson(N_("The data is larger than %(limit)s bytes."), limit=limit)
    text = _decoded(body)
    _refuse_depth(body)
    try:
        value = _DECODER.decode(text)
    except BadJson:
        raise
    except (ValueError, RecursionError):
        raise BadJson(N_("This is not valid JSON.")) from None
    if "\\u" in text or len(text) > LONGEST or not unicodedata.is_normalized("NFC", text):
        return clean(value)
    return value


def _decoded(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        raise BadJson(N_("Send the text as UTF-8 without a byte order mark."))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson(N_("Send the text as UTF-8.")) from None


def _refuse_depth(body: bytes) -> None:
    """Looks before parsing: each round takes the innermost pairs of brackets away."""
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return
    brackets = _STRING.sub(b"", body).translate(_BRACKETS, _NO_BRACKET)
    if b"[" * (DEPTH + 1) in brackets:
        raise BadJson(N_("The data is nested deeper than %(depth)s levels."), depth=DEPTH)
    if brackets.count(b"[") > PARTS:
        raise BadJson(N_("The data has more than %(limit)s parts."), limit=PARTS)
    for _ in range(DEPTH):
        fewer = brackets.replace(b"[]", b"")
        if not fewer:
            return
        if len(fewer) == len(brackets):
            raise BadJson(N_("This is not valid JSON."))
        brackets = fewer
    raise BadJson(N_("The data is nested deeper than %(depth)s levels."), depth=DEPTH)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadJson(N_("The key “%(key)s” is given twice."), key=twice[:80])
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST:
        raise BadJson(N_("The number %(number)s is too large."), number=digits[:20])
    return number


def _decimal(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise BadJson(N_("The number %(number)s is too large."), number=digits[:20])
    return number


def _constant(name: str) -> Json:
    raise BadJson(N_("%(name)s is not a number in JSON."), name=name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant
)


def clean(value: Json) -> Json:
    """A copy of a JSON value of at most 32 levels with all texts in normal form C.

    Raises BadJson for NUL, lone surrogates and texts that are too long.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return _object([(_text(key), clean(each)) for key, each in value.items()])
    return value


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise BadJson(N_("A text is longer than %(limit)s characters."), limit=LONGEST)
    if "\0" in text:
        raise BadJson(N_("A text contains the character NUL."))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadJson(N_("A text contains half a character (a lone surrogate).")) from None
    return unicodedata.normalize("NFC", text)
