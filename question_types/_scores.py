"""The family of scores: one whole number out of a small range."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms.fields.choices import SelectChoice

from question_types import _charts
from question_types._reading import folded, numeral, one
from question_types.base import (
    N_,
    PLAIN,
    Column,
    Estimate,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

AGREEMENT = {
    5: (
        N_("Strongly disagree"),
        N_("Disagree"),
        N_("Neither agree nor disagree"),
        N_("Agree"),
        N_("Strongly agree"),
    ),
    7: (
        N_("Strongly disagree"),
        N_("Disagree"),
        N_("Somewhat disagree"),
        N_("Neither agree nor disagree"),
        N_("Somewhat agree"),
        N_("Agree"),
        N_("Strongly agree"),
    ),
}
SATISFACTION = {
    5: (
        N_("Very dissatisfied"),
        N_("Dissatisfied"),
        N_("Neither satisfied nor dissatisfied"),
        N_("Satisfied"),
        N_("Very satisfied"),
    ),
    7: (
        N_("Very dissatisfied"),
        N_("Dissatisfied"),
        N_("Somewhat dissatisfied"),
        N_("Neither satisfied nor dissatisfied"),
        N_("Somewhat satisfied"),
        N_("Satisfied"),
        N_("Very satisfied"),
    ),
}

_FIVE: Any = 5
_SEVEN: Any = 7
STEPS = [SelectChoice(_FIVE, N_("5 steps")), SelectChoice(_SEVEN, N_("7 steps"))]
"""Numbers, for ``coerce=int``; WTForms' annotations only know texts."""

Group = tuple[str, Words, range, str]
"""Bucket, label, the scores in it and its colour."""

GROUPS: tuple[Group, ...] = (
    ("detractor", Words(N_("Detractors")), range(0, 7), _charts.BAD),
    ("passive", Words(N_("Passives")), range(7, 9), _charts.MIDDLE),
    ("promoter", Words(N_("Promoters")), range(9, 11), _charts.GOOD),
)
"""The groups of the net promoter score."""

_REPLY = re.compile(
    r"(?:我?(?:给|打|选|评)?了?个?)\s*([0-9]{1,3}|[〇零一二两三四五六七八九十]{1,3})\s*(分|颗星|颗|星)?(.*)",
    re.S,
)
_ASIDE = re.compile(r"\s*[,.;:!?、。~…](?!\s*[0-9])|\s*$")


def own_lines(text: str | None) -> list[str]:
    """One label per line of a settings field, empty lines left out."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def estimate(label: str, found: Estimate, unit: str = "") -> dict[str, Any]:
    """An entry of a summary; shares (unit ``%``) become 0…100."""
    by = 100 if unit == "%" else 1
    point, low, high = (None if v is None else v * by for v in (found.point, found.low, found.high))
    return {
        "label": label,
        "value": point,
        "low": low,
        "high": high,
        "unit": unit,
        "n": found.n,
        "enough": found.enough,
    }


class Score(QuestionType):
    """A whole number; its buckets are the number itself and the groups it is in."""

    family: ClassVar[str] = N_("Rating questions")
    legible: ClassVar[str] = PLAIN
    template: ClassVar[str] = "question_types/scale.html"
    operators: ClassVar[str] = "NQ"

    def span(self, settings: Values) -> range:
        """The allowed scores, lowest first."""
        raise NotImplementedError

    def names(self, settings: Values) -> Mapping[int, str]:
        """Score → label, for the scores that have one."""
        return {}

    def groups(self, settings: Values) -> Sequence[Group]:
        """Groups of scores that are counted together, worst first; none for plain scales."""
        return ()

    def steps(self, settings: Values) -> list[dict[str, Any]]:
        """The scale as templates draw it; ``ours`` says that the label is a message id."""
        names = self.names(settings)
        return [
            {"value": score, "label": names.get(score, ""), "ours": isinstance(names.get(score), Words)}
            for score in self.span(settings)
        ]

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = folded(one(raw))
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise self._outside(settings)
        return int(text)

    def check(self, settings: Values, value: Json) -> None:
        if type(value) is not int or value not in self.span(settings):
            raise self._outside(settings)

    def _outside(self, settings: Values) -> Invalid:
        span = self.span(settings)
        return Invalid("Please choose a number from %(low)s to %(high)s.", low=span[0], high=span[-1])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return (Part("", tuple(self.span(settings))),)

    def buckets(self, settings: Values) -> dict[str, str]:
        scores = {str(score): self.label_of(settings, score) for score in self.span(settings)}
        return scores | {bucket: label for bucket, label, _, _ in self.groups(settings)}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        inside = {bucket: 1 for bucket, _, scores, _ in self.groups(settings) if value in scores}
        return {"": value, str(value): 1, **inside}

    def label_of(self, settings: Values, value: Json) -> str:
        return str(value)

    def mean(self, settings: Values, totals: Totals) -> dict[str, Any]:
        """The mean with its interval, from the distribution."""
        counts = {score: totals.n(str(score)) for score in self.span(settings)}
        total = sum(score * n for score, n in counts.items())
        squares = sum(score * score * n for score, n in counts.items())
        return estimate(Words(N_("Mean")), totals.statistics.mean(sum(counts.values()), total, squares))

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        n, buckets = totals.n(), self.buckets(settings)
        rows = [_row(bucket, label, totals.n(bucket), n) for bucket, label in buckets.items()]
        points = len(self.span(settings))
        mean = self.mean(settings, totals)
        return {"n": n, "headline": mean, "figures": [], "rows": rows[:points], "groups": rows[points:]}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        groups = self.groups(settings)
        shades = {score: colour for _, _, scores, colour in groups for score in scores}
        return _charts.graded(
            summary["rows"],
            summary["groups"],
            [colour for _, _, _, colour in groups],
            [shades[score] for score in self.span(settings)],
        )

    def columns(self, code: str, settings: Values) -> list[Column]:
        values = {str(score): label for score, label in self.names(settings).items() if label}
        return [Column(code, code, "number", values)]

    def say(self, settings: Values) -> str | None:
        span, names = self.span(settings), self.names(settings)
        low, high = names.get(span[0]), names.get(span[-1])
        if not (low and high):
            return Words(N_("Reply with a number from %(low)s to %(high)s."), low=span[0], high=span[-1])
        return Words(
            N_("Reply with a number from %(low)s to %(high)s (%(low)s: %(worst)s, %(high)s: %(best)s)."),
            low=span[0],
            high=span[-1],
            worst=low,
            best=high,
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        score = self._named(settings, message)
        if score is None:
            score = _replied(message, self.span(settings)[-1])
        return {"": [str(score)]} if score in self.span(settings) else None

    def _named(self, settings: Values, message: str) -> int | None:
        said = folded(message).casefold()
        found = [score for score, label in self.names(settings).items() if folded(label).casefold() == said]
        return found[0] if said and len(found) == 1 else None


def _replied(message: str, highest: int) -> int | None:
    """The score at the start of a reply such as “9”, “9分”, “九分，很好”, “我给8分”, “8/10”."""
    text = folded(message[:500])
    match = _REPLY.fullmatch(text.removesuffix(f"/{highest}"))
    if not match or not _ASIDE.match(match[3]):
        return None
    return numeral(match[1])


def _row(bucket: str, label: str, count: int, n: int) -> dict[str, Any]:
    return {"bucket": bucket, "label": label, "n": count, "share": count / n if n else None}


class Labelled(Score):
    """A score whose every step may have a label."""

    def label_of(self, settings: Values, value: Json) -> str:
        return self.names(settings).get(value) or str(value)


def miscounted(labels: str, points: int) -> list[str]:
    """The problem of labels (one per line) that do not fit the number of steps."""
    lines = len(own_lines(labels))
    if lines in (0, points):
        return []
    wrong = N_("There are %(lines)s labels for %(points)s steps. Write one line per step, or none.")
    return [Words(wrong, lines=lines, points=points)]
