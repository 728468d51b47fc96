"""What the logic costs: one check of a page of answers, the strict boundary, compiling and checking.

Processor time, medians of several rounds. Ends with status 1 where the path of 50 questions with 40
conditions costs more than is allowed, or where the cost grows faster than the survey.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from datetime import date
from typing import Any

from survey_app.engine import definition, flow
from survey_app.engine.plan import browser_plan, compile_plan
from survey_app.engine.strict import loads
from survey_app.plugins import types

ALLOWED = 200.0
GOAL = 50.0
"""Microseconds for the path of 50 questions with 40 conditions, refusals included."""
GROWTH = 1.6
"""How much more a question may cost in a survey ten times as large."""
DOUBLED = 2.4
"""What twice as many conditions on the same questions may cost, in units of what the first ones cost."""

KINDS = ("nps", "single_choice", "multi_choice", "short_text", "csat")
OPTIONS = [{"id": f"o{i}", "label": f"Option {i}"} for i in range(6)]
VALUES: dict[str, Any] = {
    "nps": 8,
    "single_choice": "o2",
    "multi_choice": ["o1", "o3"],
    "short_text": "服务很好",
    "csat": 4,
}
TESTS: dict[str, dict[str, Any]] = {
    "nps": {"at_least": 7},
    "single_choice": {"in": ["o1", "o2"]},
    "multi_choice": {"any_of": ["o3", "o4"]},
    "short_text": {"contains": ["退款", "好"]},
    "csat": {"is_not": 1},
}


def document(questions: int, conditions: int) -> dict[str, Any]:
    """A document of ten questions a page; the last ``conditions`` ones depend on an earlier answer."""
    made: list[dict[str, Any]] = []
    for n in range(questions):
        kind = KINDS[n % len(KINDS)]
        settings = {"options": OPTIONS} if kind.endswith("choice") else {}
        question: dict[str, Any] = {
            "code": f"Q{n}",
            "type": kind,
            "title": f"Question {n}",
            "settings": settings,
        }
        if n >= questions - conditions:
            earlier = n * 7 // 11
            question["show"] = {"question": f"Q{earlier}", **TESTS[KINDS[earlier % len(KINDS)]]}
        else:
            question["required"] = True
        made.append(question)
    pages = [{"code": f"p{i}", "questions": made[i : i + 10]} for i in range(0, questions, 10)]
    return {**definition.blank("Bench"), "pages": pages}


def microseconds(work: Callable[[], Any], rounds: int = 7) -> float:
    """Median processor time of one call."""
    timer = timeit.Timer(work, timer=time.process_time)
    number = max(1, timer.autorange()[0] // 5)
    return statistics.median(timer.repeat(rounds, number)) / number * 1e6


def report(what: str, cost: float) -> None:
    print(f"{what:<58} {cost:>10.1f} us")


def path_cost(questions: int, conditions: int) -> float:
    """Cost of one submit: the path derived, and what is missing on it."""
    plan = compile_plan(document(questions, conditions), types())
    answers = {code: VALUES[each.type.key] for code, each in plan.questions.items()}
    day = date(2026, 3, 10)
    assert flow.walk(plan, answers, today=day).ending, "the benchmark's survey must come to an end"
    cost = microseconds(lambda: flow.missing(plan, flow.walk(plan, answers, today=day)))
    report(f"{questions} questions, {conditions} conditions: path and refusals", cost)
    checks = [(question.check, answers[code]) for code, question in plan.questions.items()]
    report(
        f"{questions} questions: their values checked",
        microseconds(lambda: [look(value) for look, value in checks]),
    )
    return cost


def walked(questions: int, conditions: int, upto: str | None = None) -> float:
    """Cost of the path alone: every rule on it looked at once."""
    plan = compile_plan(document(questions, conditions), types())
    answers = {code: VALUES[each.type.key] for code, each in plan.questions.items()}
    day = date(2026, 3, 10)
    return microseconds(lambda: flow.walk(plan, answers, today=day, upto=upto), rounds=15)


def doubling() -> float:
    """What 80 conditions on 100 questions cost in units of what 40 cost, the questions left out."""
    none, some, twice = (walked(100, n) for n in (0, 40, 80))
    report("100 questions without a condition: path", none)
    report("100 questions, 40 conditions: path", some)
    report("100 questions, 80 conditions: path", twice)
    return (twice - none) / (some - none)


def main() -> int:
    report("50 questions, 40 conditions: path to the last page", walked(50, 40, "p3"))
    ratio = doubling()
    costs = {size: path_cost(size, size * 4 // 5) for size in (20, 50, 100, 200)}
    source = document(50, 40)
    plan = compile_plan(source, types())
    report("50 questions: check of the document", microseconds(lambda: definition.check(source, types())))
    report("50 questions: compiled", microseconds(lambda: compile_plan(source, types())))
    report("50 questions: the browser's plan", microseconds(lambda: browser_plan(plan)))
    body = json.dumps(
        {"id": "A" * 22, "answers": {f"Q{n}": VALUES[KINDS[n % 5]] for n in range(20)}}
    ).encode()
    report(f"strict JSON of {len(body)} bytes", microseconds(lambda: loads(body)))
    growth = (costs[200] / 200) / (costs[20] / 20)
    print(f"path of 50 questions: {costs[50]:.0f} us, allowed {ALLOWED:.0f}, goal {GOAL:.0f}")
    print(f"twice as many conditions cost {ratio:.2f} times as much, allowed {DOUBLED}")
    print(f"cost of a question in 200 against 20: {growth:.2f}, allowed {GROWTH}")
    return int(costs[50] > ALLOWED or growth > GROWTH or ratio > DOUBLED)


if __name__ == "__main__":
    sys.exit(main())
