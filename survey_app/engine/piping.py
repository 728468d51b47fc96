"""Earlier answers and fields inside later texts: one literal pass, what is put in is never read again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_PLACE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,31}(?:@[A-Za-z0-9_]{1,32})?)(?:\|([^{}]*))?\}")

Lookup = Callable[[str], "str | None"]


@dataclass(frozen=True)
class Ref:
    """A place in a text: the code it stands for and what to say when that is absent."""

    code: str
    fallback: str = ""


def pieces(text: str) -> list[str | Ref]:
    """A text as literal parts and references, in order; no empty parts."""
    found: list[str | Ref] = []
    end = 0
    for match in _PLACE.finditer(text):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(Ref(match[1], match[2] or ""))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return found


def pipe(text: str, lookup: Lookup) -> str:
    """``text`` with every ``{code}`` or ``{code|fallback}`` replaced by ``lookup(code)``.

    ``lookup`` gives the words for a code, or None when it is absent: then the fallback stands there.
    """
    if "{" not in text:
        return text
    return _PLACE.sub(lambda match: _filled(lookup(match[1]), match[2]), text)


def _filled(words: str | None, fallback: str | None) -> str:
    return (fallback or "") if words is None else words


def codes(text: str) -> list[str]:
    """The codes a text refers to, in order."""
    return [match[1] for match in _PLACE.finditer(text)] if "{" in text else []


def renamed(text: str, names: Callable[[str], str]) -> str:
    """``text`` with the codes in its places renamed; fallbacks stay."""

    def place(match: re.Match[str]) -> str:
        fallback = "" if match[2] is None else f"|{match[2]}"
        return f"{{{names(match[1])}{fallback}}}"

    return _PLACE.sub(place, text) if "{" in text else text


def silenced(text: str, gone: Callable[[str], bool]) -> str:
    """``text`` with the places of codes that are ``gone`` filled with their fallbacks; all others stay."""

    def place(match: re.Match[str]) -> str:
        return (match[2] or "") if gone(match[1]) else match[0]

    return _PLACE.sub(place, text) if "{" in text else text
