"""Made-up respondents who walk the real logic, for demonstrations, load and the proof of rules."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from question_types.base import Invalid, Part, nested

from .facts import NOTHING, Json
from .flow import Walk, asked, missing, walk
from .pages import QuestionPlan
from .plan import Plan

SKIPPING = 0.15
"""Share of questions left empty where that is allowed."""
MOST_TRIES = 40


class Stuck(RuntimeError):  # noqa: N818 - said of a respondent
    """A page that no made-up answers could pass: its code and the last refusals."""

    def __init__(self, page: str, refusals: Mapping[str, Invalid]) -> None:
        super().__init__(f"No answers pass page {page}: {', '.join(refusals)}")
        self.page = page
        self.refusals = refusals


@dataclass(frozen=True)
class Respondent:
    """One response: answers on the path, fields, the ending reached and the pages seen. One whose last page
    is refused has no ending (``""``). ``full``: codes of the quotas that are full for it."""

    answers: dict[str, Json]
    fields: dict[str, Json]
    ending: str
    path: list[str]
    full: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Json]:
        """JSON for people and scripts, as the witness of a finding has it."""
        return {
            "answers": self.answers,
            "fields": self.fields,
            "full": list(self.full),
            "path": self.path,
            "ending": self.ending or None,
        }


def respondents(
    plan: Plan,
    n: int,
    seed: int = 0,
    fields: Sequence[Mapping[str, Json]] = (),
    today: date | None = None,
) -> Iterator[Respondent]:
    """``n`` respondents, the same ones for the same seed and day. ``fields`` are what they may come with, one
    picked for each. Raises Stuck where a page cannot be passed."""
    chance = random.Random(seed)  # noqa: S311 - make-believe, not secrecy
    day = today or datetime.now(plan.timezone).date()
    for _ in range(n):
        yield _respondent(plan, chance, dict(chance.choice(fields)) if fields else {}, day)


def _respondent(plan: Plan, chance: random.Random, fields: dict[str, Json], day: date) -> Respondent:
    answers: dict[str, Json] = {}
    passed = ""
    while True:
        path = walk(plan, answers, fields, 0, today=day, upto=passed)
        if path.ending:
            return Respondent(path.answers, fields, path.ending, path.pages)
        _fill_page(path, answers, fields, chance, passed)
        passed = path.position


def _fill_page(
    path: Walk, answers: dict[str, Json], fields: Mapping[str, Json], chance: random.Random, passed: str
) -> None:
    """Answers the page a respondent stands on until it can be passed. What one answer brings to light is
    answered in the next round."""
    plan, code = path.plan, path.position
    page = plan.pages[plan.index[code]]
    tried: set[str] = set()
    refusals: dict[str, Invalid] = {}
    for _ in range(MOST_TRIES):
        for question in asked(path, page):
            if question.code not in tried or question.code in refusals:
                must = question.code in refusals or question.needs_answer(path.facts)
                _fill(path, question, answers, chance, must)
                tried.add(question.code)
        path = walk(plan, answers, fields, 0, today=path.facts.today, upto=passed)
        refusals = missing(plan, path, code)
        if not refusals and all(question.code in tried for question in asked(path, page)):
            return
    raise Stuck(code, refusals)


def _fill(
    path: Walk, question: QuestionPlan, answers: dict[str, Json], chance: random.Random, must: bool
) -> None:
    answers.pop(question.code, None)
    if must or chance.random() >= SKIPPING:
        value = value_for(question, chance, path.hidden.get(question.code, NOTHING))
        if value is not None:
            answers[question.code] = value


def value_for(question: QuestionPlan, chance: random.Random, hidden: frozenset[str] = NOTHING) -> Json:
    """An allowed answer of someone who does not see ``hidden``; None if none was found."""
    settings = question.visible(hidden)
    parts = question.type.domain(settings)
    for _ in range(MOST_TRIES if parts else 0):
        value = _composed(parts, chance)
        if "K" in question.type.operators and isinstance(value, list):
            chance.shuffle(value)
        try:
            if value is not None:
                question.check(value, hidden)
                return value
        except Invalid:
            continue
    return None


def _composed(parts: Sequence[Part], chance: random.Random) -> Json:
    """A value out of its parts: the one unnamed part, or a dictionary of named ones."""
    if len(parts) == 1 and not parts[0].name:
        return _picked(parts[0], chance)
    left: dict[str, bool] = {}
    cells = {part.name: _picked(part, chance) for part in parts if not _left(part, left, chance)}
    return nested(cells) or None


def _left(part: Part, left: dict[str, bool], chance: random.Random) -> bool:
    """Whether a part that may be left out is; the cells of a row are together, as half a row seldom does."""
    if not part.optional:
        return False
    row = part.name.split(".")[0]
    if row not in left:
        left[row] = chance.random() >= 0.5
    return left[row]


def _picked(part: Part, chance: random.Random) -> Json:
    if not part.many:
        return chance.choice(part.values) if part.values else None
    if part.alone and (not part.values or chance.random() < 0.1):
        return [chance.choice(part.alone)]
    high = min(part.high or len(part.values), len(part.values))
    if high == 0:
        return None
    several = set(chance.sample(range(len(part.values)), chance.randint(min(max(part.low, 1), high), high)))
    return [value for index, value in enumerate(part.values) if index in several]
