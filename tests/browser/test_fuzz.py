"""A share of the comparison of both interpreters; ``python -m tests.browser.fuzz 200000`` runs the whole."""

from __future__ import annotations

import json
import unicodedata
from random import Random

from playwright.sync_api import Browser

from survey_app.engine.operators import fold, pattern
from survey_app.engine.patterns import spoken
from tests.browser import documents, fuzz

START = 0
"""Always the same documents: a test that fails now and then helps nobody."""
PAIRS = 3000
SECONDS = 45

ATOMS = (
    *("a", "b", "k", "s", "ß", "ſ", "好", "1", " ", "-", ".", "^", "$", "}", "{", "a{,3}", "/", "é", "ı"),
    *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\b", r"\A", r"\z", r"\n", r"\t", r"\a", r"\-", r"\@"),
    *(r"\pL", r"\p{Lu}", r"\PL", r"\P{Ll}", r"\p{^L}", r"\p{Han}", r"\p{Greek}", r"\x61", r"\101"),
    *("[a-c]", "[^a]", "[]x]", "[^]x]", r"[\S]", r"[\s-]", r"[\d_]", "[-a]", r"[a\-z]", r"[\PL]", "[+--]"),
    *("[[:^space:]a]", "(?i)", "(?s)", "(?s:.)", "(?P<n>a)", "(b|c)", "(?:a|好)", r"\Qa.b\E"),
    *(f"[[:{name}:]]" for name in ("alnum", "alpha", "ascii", "graph", "lower", "punct", "space", "word")),
    *(f"[[:^{name}:]]" for name in ("alnum", "alpha", "ascii", "digit", "lower", "print", "upper", "word")),
)
REPEATED = ("", "", "", "*", "+", "?", "{2}", "{1,2}", "*?")
TEXTS = (
    *(*documents.WORDS, "", "a\nb", "A.B", "a-b", "k K \u212a", "S ſ s", "\t", "a_b", "Ω", "\x07"),
    *("好好", "\u00a0", "{a}", "~"),
)

FOUND = """(given) => {
  const [rows, texts, flags] = JSON.parse(given);
  return rows.map((row) => texts.map((text) => (new RegExp(row, flags).test(text) ? 1 : 0)).join(''));
}"""
FOLDED = r"""(given) => JSON.parse(given).map((text) => text.normalize('NFKC').toLowerCase().toUpperCase()
  .split(/\s+/).filter(Boolean).join(' '))"""


def test_random_surveys_of_all_types_mean_the_same_on_the_phone(chromium: Browser) -> None:
    found = fuzz.run(PAIRS, START, SECONDS, chromium)
    assert found.faults == []
    assert found.documents > 3
    assert len(found.filled) > 20


def some_patterns(n: int) -> list[str]:
    chance, found = Random(1), list(documents.PATTERNS)
    while len(found) < n:
        text = "".join(chance.choice(ATOMS) + chance.choice(REPEATED) for _ in range(chance.randint(1, 4)))
        try:
            pattern(text)
        except ValueError:
            continue
        found.append(text)
    return found


def test_random_patterns_find_the_same_on_the_phone(chromium: Browser) -> None:
    page = chromium.new_page()
    for exact in (False, True):
        texts = [text if exact else unicodedata.normalize("NFKC", text) for text in TEXTS]
        known = {each: said for each in some_patterns(1500) if (said := in_javascript(each, exact))}
        assert len(known) > 1000
        given = json.dumps([list(known.values()), texts, "u" if exact else "iu"])
        for each, there in zip(known, page.evaluate(FOUND, given), strict=True):
            compiled = pattern(each, exact)
            here = "".join("1" if compiled.search(text) is not None else "0" for text in texts)
            assert here == there, (each, known[each])
    page.close()


def in_javascript(text: str, exact: bool) -> str:
    try:
        return spoken(text, exact)
    except ValueError:
        return ""


def test_texts_are_folded_alike_on_the_phone(chromium: Browser) -> None:
    page = chromium.new_page()
    texts = [*TEXTS, *(f"x{chr(code)}y" for code in range(1, 0x3000) if chr(code) not in NEWER)]
    there = page.evaluate(FOLDED, json.dumps(texts))
    page.close()
    assert [fold(text) for text in texts] == there


NEWER = frozenset("\u019b\u0264\u1c89\u1c8a")
"""Letters whose capitals came with a newer Unicode than the server may have."""
