"""What it costs to prove a survey before it is published, to tell whom a change of it meets, and to refuse
documents made to stall.

Processor time, medians of several rounds. Ends with status 1 where a typical survey or a large one costs more
than is allowed, where the cost grows much faster than the survey, where a comparison takes too long, or where
a hostile document is not refused at once.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

from survey_app.engine import definition
from survey_app.engine.explore import MOST
from survey_app.engine.paths import compare
from survey_app.engine.plan import compile_plan
from survey_app.engine.verify import verify
from survey_app.plugins import types
from survey_app.services.proofs import QUICK
from tests.engine import hostile

TYPICAL = 50.0
"""Milliseconds for 30 questions with 20 rules."""
LARGE = 2_000.0
"""Milliseconds for 200 questions with 300 rules."""
GROWTH = 4.0
"""How much more a survey twice as large may cost."""
COMPARISON = 2_000.0
"""Milliseconds to compare the paths of two versions with a jump after each page."""
REFUSAL = 50.0
"""Milliseconds until a hostile document is refused."""
HEAVY = 5_000.0
"""Milliseconds for a document within all bounds that is much work for whoever tries everything."""

KINDS = ("nps", "single_choice", "multi_choice", "csat", "yes_no", "single_choice")
BARE = 1
"""The first two questions of a page have no rules; rules look at these."""
OPTIONS = [{"id": f"o{n}", "label": f"Option {n}"} for n in range(6)]
TESTS: dict[str, list[dict[str, Any]]] = {
    "nps": [{"is": "detractor"}, {"at_least": 9}, {"between": [3, 7]}, {"answered": True}],
    "single_choice": [{"is": "o1"}, {"in": ["o2", "o3"]}, {"is_not": "o5"}],
    "multi_choice": [{"any_of": ["o1", "o2"]}, {"none_of": ["o3"]}, {"count": {"at_least": 2}}],
    "csat": [{"at_most": 2}, {"is": "satisfied"}],
    "yes_no": [{"is": True}, {"is": False}],
}


def survey(questions: int, rules: int, seed: int = 2) -> dict[str, Any]:
    """A survey of ten questions a page. Half of the rules show questions; the others make them required,
    refuse answers, hide options or lead to later pages."""
    chance = Random(seed)
    made = [_question(number) for number in range(questions)]
    pages = [{"code": f"p{n}", "questions": made[n : n + 10]} for n in range(0, questions, 10)]
    for number in range(rules):
        what = ("show", "required", "show", "option", "show", "check", "show", "jump")[number % 8]
        page = chance.choice(pages[1:-1] or pages)
        if what == "jump":
            _jump(chance, page, pages)
        else:
            _rule(chance, what, [each for each in made[2:] if int(each["code"][1:]) % 10 > BARE])
    endings = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
    return {"format": 1, "title": "Bench", "locale": "en", "pages": pages, "endings": endings}


def _question(number: int) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    settings = {"options": [dict(each) for each in OPTIONS]} if kind.endswith("choice") else {}
    return {"code": f"Q{number}", "type": kind, "title": f"Question {number}", "settings": settings}


def _jump(chance: Random, page: dict[str, Any], pages: list[dict[str, Any]]) -> None:
    """A jump of at most three pages."""
    number = pages.index(page)
    last = int(page["questions"][-1]["code"][1:])
    later = chance.choice(pages[number + 1 : number + 4] or pages[-1:])
    if later is not page:
        page.setdefault("next", []).append({"when": _leaf(chance, last - 25, last + 1), "go": later["code"]})


def _rule(chance: Random, what: str, questions: list[dict[str, Any]]) -> None:
    """A rule of a question that has none of its kind yet."""
    name = {"option": "options", "check": "validate"}.get(what, what)
    free = [each for each in questions if name not in each and (what != "option" or _bare(each))]
    question = chance.choice(free)
    number = int(question["code"][1:])
    tree = {"any": [_leaf(chance, number - 25, number), _leaf(chance, number - 25, number)]}
    if what == "check":
        own = {"question": question["code"], **TESTS[KINDS[number % len(KINDS)]][0]}
        when = {"all": [own, _leaf(chance, number - 25, number)]}
        question["validate"] = [{"when": when, "message": "No."}]
    elif what == "option":
        question["settings"]["options"][chance.randrange(6)]["show"] = tree
    else:
        question[what] = tree


def _bare(question: dict[str, Any]) -> bool:
    """Whether a question has options, all of which are always shown."""
    options = question["settings"].get("options", ())
    return bool(options) and not any("show" in each for each in options)


def _leaf(chance: Random, low: int, high: int) -> dict[str, Any]:
    """A comparison with one of the questions that everybody on their page sees."""
    number = chance.choice([each for each in range(max(low, 0), high) if each % 10 <= BARE] or [0])
    return {"question": f"Q{number}", **chance.choice(TESTS[KINDS[number % len(KINDS)]])}


def milliseconds(work: Callable[[], Any], rounds: int = 5) -> float:
    """Median processor time of one call; a slow one is called once."""
    costs: list[float] = []
    while len(costs) < rounds and sum(costs) < 3_000:
        begun = time.process_time()
        work()
        costs.append((time.process_time() - begun) * 1e3)
    return statistics.median(costs)


def report(what: str, cost: float, note: str = "") -> None:
    print(f"{what:<58} {cost:>10.1f} ms {note}", flush=True)


def findings(document: Any, thorough: bool = True) -> list[Any]:
    """All findings of a document, worked out anew; not ``thorough``: as while somebody types."""
    found = definition.check(document, types())
    if any(each.level == "error" for each in found):
        return found
    plan = compile_plan(document, types())
    return [*found, *verify(plan, None, MOST if thorough else QUICK, thorough)]


def proved(questions: int, rules: int) -> float:
    """Cost of all findings of a survey."""
    document = survey(questions, rules)
    found = findings(document)
    cost = milliseconds(lambda: findings(document))
    report(f"{questions} questions, {rules} rules, typing", milliseconds(lambda: findings(document, False)))
    open_ = sum(each.code == "undecided" for each in found)
    report(f"{questions} questions, {rules} rules", cost, f"{len(found)} findings, {open_} undecided")
    return cost


def jumping(pages: int, far: int = 20, seed: int = 1) -> dict[str, Any]:
    """A survey of one question a page, a jump after each that looks at two of the last ``far`` questions."""
    chance = Random(seed)
    made: list[dict[str, Any]] = [{"code": f"p{n}", "questions": [_question(n)]} for n in range(pages)]
    for number, page in enumerate(made):
        later = [each["code"] for each in made[number + 2 : number + 5]] or ["end"]
        asked = [chance.randint(max(0, number - far), number) for _ in range(2)]
        parts = [{"question": f"Q{n}", **chance.choice(TESTS[KINDS[n % len(KINDS)]])} for n in asked]
        page["next"] = [{"when": {chance.choice(["all", "any"]): parts}, "go": chance.choice(later)}]
    endings = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
    return {"format": 1, "title": "Bench", "locale": "en", "pages": made, "endings": endings}


def compared(pages: int) -> float:
    """Cost of comparing a survey with one in which another jump leads out."""
    old, new = jumping(pages), jumping(pages)
    new["pages"][10]["next"][0]["go"] = "out"
    plans = compile_plan(old, types()), compile_plan(new, types())
    found = compare(*plans)
    cost = milliseconds(lambda: compare(*plans))
    report(f"{pages} pages with a jump each, compared", cost, f"{found.tried} tried")
    return cost


def refusals() -> float:
    """Cost of the slowest refusal."""
    worst = 0.0
    for name, (make, _) in hostile.REFUSED.items():
        document = make()
        cost = milliseconds(lambda document=document: findings(document))  # type: ignore[misc]
        report(name, cost, "" if cost <= REFUSAL else "too slow")
        worst = max(worst, cost)
    return worst


def heavy() -> float:
    """Cost of the slowest document that is within all bounds."""
    worst = 0.0
    for name, make in hostile.HEAVY.items():
        document = make()
        quick = milliseconds(lambda document=document: findings(document, False), 1)  # type: ignore[misc]
        report(f"{name}, typing", quick)
        cost = milliseconds(lambda document=document: findings(document), 1)  # type: ignore[misc]
        report(name, cost, "" if cost <= HEAVY else "too slow")
        worst = max(worst, cost)
    return worst


def main() -> int:
    proved(10, 6)
    typical = proved(30, 20)
    half, large = proved(100, 150), proved(200, 300)
    growth = large / half
    print(f"typical: {typical:.0f} ms, goal {TYPICAL:.0f}; large: {large:.0f} ms, goal {LARGE:.0f}")
    print(f"twice as large: {growth:.1f} times the cost, allowed {GROWTH}")
    paths = max(compared(40), compared(60))
    print(f"slowest comparison: {paths:.0f} ms, goal {COMPARISON:.0f}")
    refusal, most = refusals(), heavy()
    print(f"slowest refusal: {refusal:.0f} ms, goal {REFUSAL:.0f}; heavy: {most:.0f} ms, goal {HEAVY:.0f}")
    dear = typical > TYPICAL or large > LARGE or growth > GROWTH
    return int(dear or paths > COMPARISON or refusal > REFUSAL or most > HEAVY)


if __name__ == "__main__":
    sys.exit(main())
