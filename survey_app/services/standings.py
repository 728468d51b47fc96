"""How everybody has answered so far, for respondents: only of questions whose settings say so."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import gettext

from question_types.base import translated
from survey_app.engine import piping
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.extensions import db
from survey_app.services import cube
from survey_app.services.doors import UNKNOWN, Door
from survey_app.services.errors import NotFound
from survey_app.services.metrics import Totals, leaves_flagged_out

AGE = 0.5
"""Seconds a standing may be remembered; the page asks every 1.4 s at first, so what is seen there is at most
two seconds old."""


@dataclass(frozen=True)
class Standing:
    """One question's answers so far. ``rows``: {label, n, share 0…1, text}; ``all``: how many answered."""

    code: str
    title: str
    rows: tuple[dict[str, Any], ...]
    all: str


_kept: WeakKeyDictionary[Plan, tuple[float, list[Standing]]] = WeakKeyDictionary()


def shown(plan: Plan) -> list[QuestionPlan]:
    """The questions whose standing respondents may see."""
    return [each for each in plan.questions.values() if each.type.standing(each.settings)]


def standings(door: Door, plan: Plan) -> list[Standing]:
    """The standings of a survey, at most a second old, in the words of ``plan`` (of the door's survey).

    Raises NotFound where the survey shows none.
    """
    questions = shown(plan)
    if not questions:
        raise NotFound(UNKNOWN)
    until, found = _kept.get(plan, (0.0, []))
    if until < time.monotonic():
        with db.engine.connect() as source:
            cells = cube.load(door.survey_id, source)
        sums = (cells.clean if leaves_flagged_out(plan) else cells).totals()
        found = [_standing(each, Totals(sums, each.code)) for each in questions]
        _kept[plan] = time.monotonic() + AGE, found
    return found


def _standing(question: QuestionPlan, totals: Totals) -> Standing:
    summary = translated(question.type.summary(question.settings, totals), gettext)
    title = piping.pipe(question.title, lambda code: None)
    rows = tuple(_row(row["label"], row["n"], row["share"] or 0) for row in summary["rows"])
    return Standing(question.code, title, rows, gettext("%(n)s people have voted", n=summary["n"]))


def _row(label: str, n: int, share: float) -> dict[str, Any]:
    text = gettext("%(share)s%% · %(n)s votes", share=round(100 * share), n=n)
    return {"label": label, "n": n, "share": round(share, 4), "text": text}
