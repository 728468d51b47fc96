"""The second reading of the law and the engine meet the same: every path, state and ending."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest

from survey_app.engine import definition, flow
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types
from tests.engine import enumerator, randoms
from tests.engine.enumerator import Run, Survey, census, choices, one

DAY = date(2026, 3, 10)
SEEDS = range(0, 96, 8)


def plan_of(made: randoms.Made) -> Plan:
    """The plan of a random survey, which must be faultless."""
    faults = [each for each in definition.check(made.document, types()) if each.level == "error"]
    assert [each.as_dict() for each in faults] == []
    return compile_plan(made.document, types())


def of_walk(path: flow.Walk) -> dict[str, Any]:
    """What a walk met."""
    return {
        "path": tuple(path.pages),
        "ending": path.ending,
        "quota": path.quota,
        "states": path.states,
        "answers": path.answers,
        "hidden": {code: ids for code, ids in path.hidden.items() if ids},
        "disabled": frozenset(path.disabled),
    }


def of_run(run: Run, plan: Plan) -> dict[str, Any]:
    """The same of a run of the second reading."""
    now = run.moment
    return {
        "path": now.path,
        "ending": run.ending,
        "quota": run.quota,
        "states": {code: now.states.get(code, "not_reached") for code in plan.questions},
        "answers": {code: now.values[code] for code in plan.questions if now.states.get(code) == "answered"},
        "hidden": {code: ids for code, ids in now.hidden.items() if ids},
        "disabled": now.disabled,
    }


def somebody(made: randoms.Made, chance: Random) -> tuple[dict[str, Any], dict[str, Any], frozenset[str]]:
    """Raw answers to any of the questions, also those that will not be shown, fields, and full quotas."""
    answers = {}
    for code, question in Survey(made.document).questions.items():
        offered = [] if question.kind == "statement" else choices(question, frozenset())
        if offered and chance.random() < 0.8:
            answers[code] = chance.choice(offered)
    fields = {code: value for code, each in made.fields.items() if (value := chance.choice(each)) is not None}
    quotas = [each["code"] for each in made.document["quotas"]]
    return answers, fields, frozenset(code for code in quotas if chance.random() < 0.5)


def agree(seed: int, respondents: int = 12) -> None:
    """Both readings of a random survey meet the same, respondent by respondent."""
    made, chance = randoms.made(seed), Random(seed)
    plan = plan_of(made)
    for _ in range(respondents):
        answers, fields, full = somebody(made, chance)
        path = flow.walk(plan, answers, fields, full=full, today=DAY)
        run = one(made.document, answers, fields, full)
        assert of_run(run, plan) == of_walk(path), (seed, answers, fields, full)


def runs_agree(seed: int, most: int = 40) -> None:
    """What the enumeration says of a run, the engine says of its answers."""
    made = randoms.made(seed)
    plan = plan_of(made)
    runs = census(made.document, made.fields, keep=True).runs
    for run in Random(seed).sample(runs, min(most, len(runs))):
        now = run.moment
        path = flow.walk(plan, now.values, now.fields, full=now.full, today=DAY)
        assert of_walk(path) == of_run(run, plan), (seed, now)


def complete(seed: int) -> None:
    """Every combination of answers whatever is one of the runs that were counted."""
    made = randoms.made(seed, most=150)
    plan = plan_of(made)
    counted = {_key(of_run(run, plan)) for run in census(made.document, made.fields, keep=True).runs}
    met = set()
    for answers, fields, full in everybody(made):
        path = flow.walk(plan, answers, fields, full=full, today=DAY)
        met.add(_key(of_walk(path)))
    assert met == counted, seed


def everybody(made: randoms.Made) -> Any:
    """All combinations of raw answers, fields and full quotas."""
    questions = Survey(made.document).questions
    offered = {
        code: [None, *choices(each, frozenset())]
        for code, each in questions.items()
        if each.kind != "statement"
    }
    quotas = [each["code"] for each in made.document["quotas"]]
    for combination in product(*offered.values(), *made.fields.values(), *[(0, 1)] * len(quotas)):
        values = dict(zip([*offered, *made.fields, *quotas], combination, strict=True))
        answers = {code: values[code] for code in offered if values[code] is not None}
        fields = {code: values[code] for code in made.fields if values[code] is not None}
        yield answers, fields, frozenset(code for code in quotas if values[code])


def _key(met: dict[str, Any]) -> str:
    return repr(
        (
            met["path"],
            met["ending"],
            met["quota"],
            sorted(met["states"].items()),
            sorted(met["answers"].items()),
            sorted((code, sorted(ids)) for code, ids in met["hidden"].items()),
            sorted(met["disabled"]),
        )
    )


@pytest.mark.parametrize("start", SEEDS)
def test_the_second_reading_meets_what_the_engine_meets(start: int) -> None:
    for seed in range(start, start + 8):
        agree(seed)


@pytest.mark.parametrize("start", SEEDS)
def test_every_run_that_is_counted_is_walked_by_the_engine(start: int) -> None:
    for seed in range(start, start + 8):
        runs_agree(seed)


@pytest.mark.parametrize("seed", range(20))
def test_no_combination_of_answers_is_left_out(seed: int) -> None:
    complete(seed)


def test_random_surveys_have_all_kinds_of_rules_and_defects() -> None:
    met: dict[str, int] = {}
    for seed in range(150):
        made = randoms.made(seed)
        text = repr(made.document)
        words = ("'show'", "'enable'", "'required': {", "'validate'", "'carry'", "'loop'", "'next'")
        words += ("'quota'", "'field'", "'variable'", "'row'", "'iteration'", "'exclusive'", "'statement'")
        for word in words:
            met[word] = met.get(word, 0) + (word in text)
        events = {what for _, what in census(made.document, made.fields).seen}
        for word in ("emptied", "counted", "taken"):
            met[word] = met.get(word, 0) + (word in events)
        met["planted"] = met.get("planted", 0) + bool(made.planted)
    assert min(met.values()) >= 5, met


def test_a_survey_that_is_not_small_is_said_to_be_none() -> None:
    made = randoms.made(3)
    with pytest.raises(enumerator.TooMany):
        census(made.document, made.fields, most=1)
