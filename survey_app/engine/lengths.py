"""How long a survey is: its shortest, its longest and its usual path, in questions and seconds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from .explore import Exploration, Witness
from .flow import Walk, walk
from .quality import usual

Json = Any

SAMPLE = 21
"""Ways drawn by chance for the usual path."""


@dataclass(frozen=True)
class Lengths:
    """Numbers for a sentence, and the respondents of the shortest and the longest path."""

    params: dict[str, int]
    witness: dict[str, Json]


def lengths(seen: Exploration) -> Lengths | None:
    """The lengths of what was explored; None where nobody comes to an ending."""
    ways = [
        entry
        for code, entry in seen.ends.items()
        if entry[0] and seen.plan.endings[code]["kind"] == "completed"
    ] or [entry for entry in seen.ends.values() if entry[0]]
    if not ways:
        return None
    short = seen.respondent(min(ways, key=lambda entry: entry[1])[2], False)
    long = seen.respondent(max(ways, key=lambda entry: entry[3])[4], False)
    (few, quick), (many, slow) = (_length(seen, each) for each in (short, long))
    drawn = sorted(_drawn(seen)) or [(few, quick)]
    usually = drawn[len(drawn) // 2]
    params = {
        "few": few,
        "quick": round(quick),
        "many": many,
        "slow": round(slow),
        "usual": usually[0],
        "usually": round(usually[1]),
    }
    return Lengths(params, {"shortest": short.as_dict(), "longest": long.as_dict()})


def _length(seen: Exploration, witness: Witness) -> tuple[int, float]:
    full = frozenset(witness.full)
    return measured(walk(seen.plan, witness.answers, witness.fields, full=full, today=seen.today))


def measured(path: Walk) -> tuple[int, float]:
    """Questions that somebody meets, and the seconds these usually take."""
    pages = (path.plan.pages[path.plan.index[code]] for code in path.pages)
    met = [each for page in pages for each in page.questions if each.collects and path.shows(each)]
    return sum(not each.type.unseen for each in met), usual(path)


def _drawn(seen: Exploration) -> list[tuple[int, float]]:
    """Paths of respondents who choose by chance among answers that make a difference."""
    found = []
    for seed in range(SAMPLE):
        trial = Exploration(seen.plan, seen.course, seen.today, seen.most)
        trial.marking, trial.chance = False, random.Random(seed)  # noqa: S311 - make-believe, not secrecy
        trial.run()
        ways = [entry for entry in trial.ends.values() if entry[0]]
        if ways:
            found.append(_length(seen, seen.respondent(ways[0][2], False)))
    return found
