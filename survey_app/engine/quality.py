"""Whether a finished response looks as if nobody had read the questions.

A judgement accuses nobody: it says what was seen, in numbers a manager can weigh, and can be taken back.
Thresholds stand in the survey's ``settings.quality``; 0 switches a rule off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any
from weakref import WeakKeyDictionary

from .flow import Walk
from .pages import QuestionPlan
from .plan import Plan

Json = Any
Flag = dict[str, Json]
"""One observation, as it is stored: ``flag`` is ``speeder`` (``by`` path or others, ``seconds`` and the
``least`` that were to be expected), ``straight`` (``by`` rows or scores, the ``questions``, ``n`` of them
alike) or ``duplicate`` (``by`` device or contact, ``of`` a response's public id)."""

DEFAULTS: Mapping[str, int] = {
    "speed": 40,
    "pace": 33,
    "alike_rows": 10,
    "alike_scores": 6,
    "repeat_hours": 24,
}
"""``speed``: per cent of the usual time below which nobody reads; ``pace``: per cent of what others take;
``alike_rows``, ``alike_scores``: so many alike; ``repeat_hours``: the same phone or contact within them."""

GRID = 5
"""Rows a matrix must have before it says anything that they are alike."""

UNHURRIED = 75
"""Per cent of the usual time from which answers that are all alike are believed: a contented customer gives
them too, but reads the rows."""

SIGNS, WORDS = 6.0, 4.0
"""Chinese signs and words of other scripts read in a second, silently, by adults used to it."""
SCANNED = 8
"""Options looked at before one is chosen; a list of cities is not read through."""
FIRST_TAP, NEXT_TAP = 1.5, 1.0
"""Seconds for the first and each further choice within a question."""
TYPED, LONGEST = 2.5, 40.0
"""Signs typed in a second, and the seconds a long text counts at most: it may have been pasted or spoken."""

_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Traits:
    """What the judgement needs to know of a question. ``reading``: seconds its words take; ``grid``: a matrix
    in which every row is one choice out of the same ones; ``scale``: the scores it offers, empty for none."""

    reading: float
    grid: bool = False
    scale: tuple[Json, ...] = ()


def rules(plan: Plan) -> Mapping[str, int]:
    """The survey's thresholds."""
    return {**DEFAULTS, **(plan.settings.get("quality") or {})}


def judged(path: Walk, seconds: int | None, begun: str = "") -> list[Flag]:
    """What is odd about a finished response, nothing known but itself; see :data:`Flag`.

    ``path``: its walk to the end. ``seconds``: between its first and its last save, None where it came in one
    piece. ``begun``: the last question the first save had answered; the time before it is not known.
    """
    limits, typical = rules(path.plan), 0.0 if seconds is None else usual(path, begun)
    found = [_speeder(seconds, typical, limits["speed"])]
    if seconds is None or not slow_enough(seconds, typical, UNHURRIED):
        found += [_alike_rows(path, limits["alike_rows"]), *_alike_scores(path, limits["alike_scores"])]
    return [flag for flag in found if flag]


def usual(path: Walk, begun: str = "") -> float:
    """Seconds that reading and answering the path after ``begun`` usually takes; 0 where it is not on it."""
    total, counting = 0.0, not begun
    answers, known = path.answers, traits(path.plan)
    for question in _seen(path):
        if counting:
            total += known[question.code].reading + handling(question, answers.get(question.code))
        counting = counting or question.code == begun
    return total


def last_answered(path: Walk) -> str:
    """Code of the last question answered so far, in the order of the document; ``""`` for none."""
    known = path.plan.schema.questions
    return max(path.answers, key=lambda code: known[code].position, default="")


def handling(question: QuestionPlan, value: Json) -> float:
    """Seconds that giving an answer takes, its words read."""
    if value is None:
        return 0.0
    text = question.text(value)
    typing = min(len(text) / TYPED, LONGEST) if text else 0.0
    return typing + FIRST_TAP + NEXT_TAP * (_choices(value) - 1)


def _choices(value: Json) -> int:
    """How many single choices an answer is made of."""
    if isinstance(value, dict):
        return sum(map(_choices, value.values())) or 1
    return max(len(value), 1) if isinstance(value, list) else 1


def slow_enough(seconds: int, typical: float, percent: int) -> bool:
    """Whether so many seconds are credible where ``typical`` ones are."""
    return seconds >= typical * percent / 100


def _speeder(seconds: int | None, typical: float, percent: int) -> Flag | None:
    if seconds is None or slow_enough(seconds, typical, percent):
        return None
    return {"flag": "speeder", "by": "path", "seconds": seconds, "least": ceil(typical * percent / 100)}


def _alike_rows(path: Walk, least: int) -> Flag | None:
    """All matrices answered with one column each, their rows together at least ``least``. A contented
    customer fills one small matrix like that; whoever does it in every one of them did not look."""
    known = traits(path.plan)
    grids = {
        code: list(value.values())
        for code, value in path.answers.items()
        if isinstance(value, dict) and len(value) >= GRID and known[code].grid
    }
    alike = [code for code, cells in grids.items() if all(cell == cells[0] for cell in cells)]
    rows = sum(len(grids[code]) for code in alike)
    if not least or rows < least or (len(alike) < len(grids) and len(alike) < 2):
        return None
    return {"flag": "straight", "by": "rows", "questions": alike, "n": rows}


def _alike_scores(path: Walk, least: int) -> Iterator[Flag]:
    """Runs of at least ``least`` consecutive questions on one scale with one and the same score."""
    answers, known = path.answers, traits(path.plan)
    same = Counter((known[code].scale, str(value)) for code, value in answers.items() if known[code].scale)
    if not same or max(same.values()) < least:  # nearly always: no need to look at their order
        return
    scored = (
        (question.code, known[question.code].scale, answers[question.code])
        for question in _seen(path)
        if question.code in answers
    )
    for (scale, _), run in groupby(scored, key=lambda each: (each[1], str(each[2]))):
        codes = [code for code, _, _ in run]
        if least and scale and len(codes) >= least:
            yield {"flag": "straight", "by": "scores", "questions": codes, "n": len(codes)}


def _seen(path: Walk) -> Iterator[QuestionPlan]:
    """Questions and display items of the path, in the order of the document."""
    for code in path.pages:
        page = path.plan.page(code)
        yield from (question for question in (page.questions if page else ()) if path.shows(question))


_known: WeakKeyDictionary[Plan, dict[str, Traits]] = WeakKeyDictionary()


def traits(plan: Plan) -> dict[str, Traits]:
    """The traits of all questions and display items by code, worked out once per plan."""
    found = _known.get(plan)
    if found is None:
        found = {question.code: _traits(question) for page in plan.pages for question in page.questions}
        _known[plan] = found
    return found


def _traits(question: QuestionPlan) -> Traits:
    reading = sum(map(reading_time, _words(question)))
    if not question.collects:
        return Traits(reading)
    parts, letters = question.domain(), question.type.operators
    single = bool(parts) and not any(part.many or part.open for part in parts)
    same = single and all(part.values == parts[0].values for part in parts)
    if "R" in letters:
        return Traits(reading, grid=same and len(parts) >= GRID)
    scale = same and len(parts) == 1 and not parts[0].name and "N" in letters
    return Traits(reading, scale=parts[0].values if scale else ())


def _words(question: QuestionPlan) -> Iterator[str]:
    """What there is to read before answering."""
    settings = question.settings
    yield from (question.title, question.help)
    yield settings["text"] if isinstance(settings.get("text"), str) else ""
    for name in ("rows", "columns", "options"):
        entries = settings.get(name)
        shown = entries if isinstance(entries, list) else []
        yield from _labels(shown[:SCANNED] if name == "options" else shown)


def _labels(entries: Iterable[Json]) -> Iterator[str]:
    for entry in entries:
        label = entry.get("label") if isinstance(entry, Mapping) else None
        yield label if isinstance(label, str) else ""


def reading_time(text: str) -> float:
    """Seconds that reading a text takes."""
    rest, signs = _SIGN.subn(" ", text)
    return signs / SIGNS + len(_WORD.findall(rest)) / WORDS
