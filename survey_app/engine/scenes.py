"""Where on a respondent's path a place has just been come to: what a preview opens with."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import Json
from .fired import base, fired, jumped
from .flow import Walk
from .pages import QuestionPlan


@dataclass(frozen=True)
class Scene:
    """``page`` is the page to begin on, ``question`` the question of it (``""``: its first); ``answers`` are
    filled in; ``onward``: the page is left at once, to see what follows."""

    page: str
    question: str
    answers: dict[str, Json]
    onward: bool = False


def scene(walk: Walk, place: str = "") -> Scene | None:
    """The scene of a walk on which ``place`` (see :mod:`.fired`) has just been come to; where the walk does
    not come there, what is nearest to it. Where no place is named it is the walk's first page, all answers
    filled in. None for a walk without a page."""
    if not walk.pages:
        return None
    head, _, rest = place.partition(".")
    if head in walk.plan.endings or any(head == quota.code for quota in walk.plan.quotas):
        return _last(walk)
    number = rest.removeprefix("next.").removesuffix(".when")
    if rest.startswith("next.") and number.isdecimal():
        return _after(walk, head, int(number))
    question = next((each for each in _seen(walk) if each.origin == head), None)
    if question is not None:
        return _at(walk, question, rest.startswith("validate.") and place in fired(walk))
    page = next((code for code in walk.pages if base(code) == _page(walk, head)), None)
    return Scene(walk.pages[0], "", walk.answers) if page is None else Scene(page, "", _before(walk, page))


def _page(walk: Walk, code: str) -> str:
    """The document's code of the page a question is on, whether it is seen or not; else the code itself."""
    pages = (base(page.code) for page in walk.plan.pages for each in page.questions if each.origin == code)
    return next(pages, code)


def _seen(walk: Walk) -> list[QuestionPlan]:
    pages = (walk.plan.pages[walk.plan.index[code]] for code in walk.pages)
    return [each for page in pages for each in page.questions if walk.shows(each)]


def _at(walk: Walk, question: QuestionPlan, refused: bool) -> Scene:
    if refused:
        return Scene(question.page, question.code, walk.answers, onward=True)
    answers = {**_before(walk, question.page), **_above(walk, question)}
    return Scene(question.page, question.code, answers)


def _above(walk: Walk, question: QuestionPlan) -> dict[str, Json]:
    """Answers on the question's own page, in front of it."""
    page = walk.plan.pages[walk.plan.index[question.page]]
    codes = [each.code for each in page.questions]
    known = walk.answers
    return {code: known[code] for code in codes[: codes.index(question.code)] if code in known}


def _before(walk: Walk, page: str) -> dict[str, Json]:
    """Answers on the pages in front of one."""
    questions, index = walk.plan.questions, walk.plan.index
    return {code: value for code, value in walk.answers.items() if index[questions[code].page] < index[page]}


def _after(walk: Walk, head: str, rule: int) -> Scene:
    """Where the jump leads that is taken after a page; the page itself where another one is taken."""
    for page, following in zip(walk.pages, [*walk.pages[1:], ""], strict=True):
        if base(page) == head and jumped(walk, page) == rule:
            return Scene(following, "", _before(walk, following)) if following else _last(walk)
    page = next((code for code in walk.pages if base(code) == head), walk.pages[0])
    return Scene(page, "", _before(walk, page) | _on(walk, page))


def _on(walk: Walk, page: str) -> dict[str, Json]:
    """Answers on one page."""
    questions = walk.plan.questions
    return {code: value for code, value in walk.answers.items() if questions[code].page == page}


def _last(walk: Walk) -> Scene:
    """The end of the path: its last page, answered and left."""
    return Scene(walk.pages[-1], _final(walk), walk.answers, onward=True)


def _final(walk: Walk) -> str:
    """The last question seen, for pages that show one at a time."""
    return next((each.code for each in reversed(_seen(walk)) if not each.type.unseen), "")
