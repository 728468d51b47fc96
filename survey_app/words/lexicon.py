"""Plain verdicts: words that mean the same in every trade, with their negation.

A small list on purpose. It decides where a statistical engine is weak (two-word answers, double
negation, emoji, English) and stays out of the way elsewhere. It knows no irony and no trade.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_CLAUSES = re.compile(
    r"[,，。.!！?？;；、\n~～…]+|但是?|不过|就是|可是|然而|只是|\bbut\b|\bhowever\b|\bthough\b"
)
_DENIAL = r"不(?![但仅光只断管论愧])|没|未|(?<!特)(?<!区)别|无|非(?!常)|缺乏|缺少|避免|防止|免得"
_GAP = "了很太够怎么那这是算会能让我人觉得感到特别十分多有点什任何令再想过说给使称得上要的是"
_DENIALS = re.compile(_DENIAL)
_CHAIN = re.compile(rf"(?:(?:{_DENIAL})[{_GAP}]*)+$")
"""What makes a denial reach the Chinese verdict after it: nothing but small words in between. No sign is
both a denial and a small word, or the search could take exponential time."""

_ENGLISH_DENIALS = re.compile(r"\b(no|not|never|without|hardly|barely|cannot|lacks?|neither|nor)\b|n't\b")
_ENGLISH_WINDOW = 24

_SUGGESTS = re.compile(
    r"建议|希望|期待|能否|可否|能不能|可不可以|最好|应该|应当|如果能|要是|有待|能再|再.{1,4}点|就好了|就更"
    r"|\bplease\b|\bshould\b|\bwish\b|\bcould you\b"
)


@dataclass(frozen=True)
class Hit:
    """One verdict found: the words and +1 or −1; ``weight`` 0 is an explicit middling verdict."""

    words: str
    weight: float


_GUARD = "not a verdict"
_CLASSES = {"positive": 1.0, "negative": -1.0, "middling": 0.0}


@cache
def _tables() -> dict[str, list[str]]:
    """Class → words, from the file beside this one."""
    tables: dict[str, list[str]] = {}
    for line in files("survey_app.words").joinpath("verdicts.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            words = tables.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            words += line.split(" | ")
    return tables


@cache
def _words() -> dict[str, float]:
    return {word: weight for name, weight in _CLASSES.items() for word in _tables()[name]}


@cache
def _alone() -> dict[str, float]:
    tables = _tables()
    praise = dict.fromkeys(tables["praise when it is the whole answer"], 1.0)
    return praise | dict.fromkeys(tables["blame when it is the whole answer"], -1.0)


@cache
def _finder() -> re.Pattern[str]:
    """Longest words first, so that "not bad" is not found as "bad"; Latin words whole."""
    words = sorted([*_words(), *_tables()[_GUARD]], key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words))


def hits(text: str) -> list[Hit]:
    """The verdicts of a tidy, simplified text, in order."""
    text = text.lower()
    whole = text.strip(" .。!！~～,，")
    if whole in _alone():
        return [Hit(whole, _alone()[whole])]
    return [hit for clause in _CLAUSES.split(text) for hit in _clause(clause)]


def _clause(clause: str) -> list[Hit]:
    """Wishes are no praise: "please be more friendly" does not say that anybody was."""
    found, start = [], 0
    wish = _SUGGESTS.search(clause)
    for match in _finder().finditer(clause):
        weight = _words().get(match.group())
        if weight is not None:
            hit = _denied(clause, start, match, weight)
            if not (wish and wish.start() < match.start() and hit.weight >= 0):
                found.append(hit)
        start = match.end()
    return found


def _denied(clause: str, start: int, match: re.Match[str], weight: float) -> Hit:
    before = clause[start : match.start()]
    if match.group().isascii():
        before = before[-_ENGLISH_WINDOW:]
        denials = _ENGLISH_DENIALS.findall(before)
        return Hit(match.group(), -weight if len(denials) % 2 else weight)
    chain = _CHAIN.search(before)
    denials = _DENIALS.findall(chain.group()) if chain else []
    words = (chain.group() if chain else "") + match.group()
    return Hit(words, -weight if len(denials) % 2 else weight)


def suggests(text: str) -> bool:
    """Whether the text asks for something rather than judging."""
    return _SUGGESTS.search(text.lower()) is not None
