"""The SnowNLP engine, with the cases handled that it cannot read.

SnowNLP's naive Bayes knows Chinese shop reviews. It fails on empty texts, gives every Latin word and
emoji exactly one half, misreads traditional characters, double negation and two-word answers. So those
are settled before it is asked, and plain verdicts (:mod:`survey_app.words.lexicon`) weigh in beside it.
Importing it takes seconds and 400 MB: only the worker does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from math import exp, log

from survey_app.words import glyphs, lexicon, plain
from survey_app.words.base import Reading, label_of

RULES = "1"
"""Version of our own rules around the engine; raise it when they change."""

TRUST = 0.5
"""How much of SnowNLP's log odds counts: it is overconfident."""

VERDICT = 2.4
"""Log odds of one plain verdict; at most two count, so that a long text is not decided by them."""

LONGEST = 2000
"""Characters handed to the engine; what follows seldom changes the verdict and always costs time."""


class Snow:
    """Three classes from SnowNLP's probability and a few rules."""

    name = "snownlp"

    def __init__(self) -> None:
        self.version = f"{version('snownlp')}+{RULES}"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One reading per text; 30 to 300 a second."""
        return [self._read(plain.simplified(plain.tidy(text))) for text in texts]

    def _read(self, text: str) -> Reading:
        hits = lexicon.hits(text)
        if not (plain.has_words(text) or hits or any(glyphs.feeling(text))) or plain.opinionless(text):
            return self._reading(None)
        undecided = not any(hit.weight for hit in hits)
        if undecided and (hits or lexicon.suggests(text)):
            return self._reading(0.5)
        return self._weigh(text, hits)

    def _weigh(self, text: str, hits: Sequence[lexicon.Hit]) -> Reading:
        glad, sorry, _ = glyphs.feeling(text)
        verdicts = sum(hit.weight for hit in hits) + (glad > 0) - (sorry > 0)
        odds = VERDICT * max(-2.0, min(2.0, verdicts))
        if plain.has_han(text):
            odds += TRUST * _odds(_classify()(text[:LONGEST]))
        return self._reading(1 / (1 + exp(-odds)), hits)

    def _reading(self, probability: float | None, hits: Sequence[lexicon.Hit] = ()) -> Reading:
        model = f"{self.name}-{self.version}"
        if probability is None:
            return Reading("none", None, (), model)
        reasons = tuple((hit.words, hit.weight) for hit in hits if hit.weight)[:5]
        return Reading(label_of(probability), round(probability, 4), reasons, model)


def _odds(probability: float) -> float:
    """Log odds, capped: the engine says 0.00002 where it is wrong as readily as where it is right."""
    kept = min(0.97, max(0.03, probability))
    return log(kept / (1 - kept))


@cache
def _classify() -> Callable[[str], float]:
    from snownlp import sentiment

    return sentiment.classify  # type: ignore[no-any-return]
