"""What makes a response look unread, by example and against counting by hand."""

from __future__ import annotations

import random
from itertools import groupby
from math import ceil
from typing import Any

import pytest

from survey_app.engine import definition, quality, simulate
from survey_app.engine.flow import Walk, walk
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types

COLUMNS = [
    {"id": id, "label": label} for id, label in (("bad", "不满意"), ("fair", "一般"), ("good", "满意"))
]


def matrix(code: str, n: int, kind: str = "matrix_single") -> dict[str, Any]:
    """A matrix of ``n`` rows."""
    rows = [{"id": f"r{i}", "label": f"第{i}个方面"} for i in range(n)]
    settings = {"rows": rows} | ({"columns": COLUMNS} if kind == "matrix_single" else {})
    return {"code": code, "type": kind, "title": "请评价各个方面", "settings": settings}


def score(code: str, kind: str = "star_rating") -> dict[str, Any]:
    return {"code": code, "type": kind, "title": "请打分", "settings": {}}


def survey(*questions: dict[str, Any], **rules: Any) -> Plan:
    """A plan of one page; ``rules`` are the survey's ``settings.quality``."""
    document = {
        "title": "回访",
        "locale": "zh_CN",
        "settings": {"quality": rules},
        "pages": [{"code": "p1", "questions": list(questions)}],
        "endings": [{"code": "end", "title": "谢谢"}],
    }
    assert [each.sentence() for each in definition.check(document, types()) if each.level == "error"] == []
    return compile_plan(document, types())


def path(plan: Plan, **answers: Any) -> Walk:
    return walk(plan, answers, {}, 0)


def alike(n: int, answer: Any = "good") -> dict[str, Any]:
    return {f"r{i}": answer for i in range(n)}


def names(flags: list[quality.Flag]) -> list[str]:
    return [f"{each['flag']} {each['by']}" for each in flags]


# Pace


def test_reading_takes_as_long_as_there_is_to_read() -> None:
    assert quality.reading_time("一二三四五六") == 1
    assert quality.reading_time("one two, three four!") == 1
    assert quality.reading_time("净推荐值 NPS 10") == pytest.approx(4 / 6 + 2 / 4)
    assert quality.reading_time("") == quality.reading_time("…?!") == 0


def test_whoever_ends_before_the_questions_could_be_read_is_a_speeder() -> None:
    plan = survey(score("Q1"), matrix("Q2", 8))
    done = path(plan, Q1=4, Q2={**alike(8), "r3": "bad"})
    usual = quality.usual(done, "Q1")
    least = usual * 0.4
    (flag,) = quality.judged(done, int(least) - 1, "Q1")
    assert flag == {"flag": "speeder", "by": "path", "seconds": int(least) - 1, "least": ceil(least)}
    assert quality.judged(done, int(least) + 1, "Q1") == []
    assert quality.judged(done, None, "Q1") == []


def test_time_counts_from_the_last_question_the_first_save_had_answered() -> None:
    plan = survey(score("Q1"), matrix("Q2", 8), score("Q3"))
    done = path(plan, Q1=4, Q2=alike(8), Q3=1)
    whole, later, last = (quality.usual(done, begun) for begun in ("", "Q1", "Q2"))
    assert whole > later > last > 0
    assert quality.usual(done, "Q3") == quality.usual(done, "gone") == 0
    assert quality.judged(done, 0, "Q3") == []


def test_the_last_answer_is_that_of_the_document_not_of_the_post() -> None:
    plan = survey(score("Q1"), score("Q2"), score("Q3"))
    assert quality.last_answered(path(plan, Q2=3, Q1=4)) == "Q2"
    assert quality.last_answered(path(plan)) == ""


def test_a_long_text_may_be_pasted_or_spoken() -> None:
    plan = survey({"code": "Q1", "type": "long_text", "title": "请说说", "settings": {"max_length": 2000}})
    long, longer = (quality.usual(path(plan, Q1="好" * n)) for n in (500, 1000))
    assert long == longer


# Alike


def test_matrices_answered_alike_are_named_with_their_rows() -> None:
    plan = survey(matrix("Q1", 6), matrix("Q2", 5, "matrix_rating"), score("Q3"))
    (flag,) = quality.judged(path(plan, Q1=alike(6), Q2=alike(5, 4), Q3=2), None)
    assert flag == {"flag": "straight", "by": "rows", "questions": ["Q1", "Q2"], "n": 11}


@pytest.mark.parametrize(
    ("n", "rules", "flagged"),
    [
        (5, {}, False),
        (9, {}, False),
        (10, {}, True),
        (5, {"alike_rows": 5}, True),
        (4, {"alike_rows": 4}, False),
    ],
)
def test_one_small_matrix_alike_is_a_contented_customer(n: int, rules: Any, flagged: bool) -> None:
    plan = survey(matrix("Q1", n), **rules)
    assert bool(quality.judged(path(plan, Q1=alike(n)), None)) is flagged


def test_one_matrix_with_differences_speaks_for_its_respondent_unless_two_others_have_none() -> None:
    plan = survey(matrix("Q1", 12), matrix("Q2", 5), matrix("Q3", 5))
    mixed = {**alike(5), "r2": "bad"}
    assert quality.judged(path(plan, Q1=alike(12), Q2=mixed), None) == []
    (flag,) = quality.judged(path(plan, Q1=alike(12), Q2=mixed, Q3=alike(5)), None)
    assert flag["questions"] == ["Q1", "Q3"]


def test_a_sum_and_several_texts_are_no_matrices() -> None:
    rows = [{"id": f"r{i}", "label": f"项目{i}"} for i in range(10)]
    plan = survey(
        {"code": "Q1", "type": "constant_sum", "title": "分配", "settings": {"rows": rows, "sum": 100}}
    )
    assert quality.judged(path(plan, Q1=alike(10, 10)), None) == []


def test_the_same_score_six_times_in_a_row_is_seen_on_one_scale_only() -> None:
    plan = survey(*(score(f"Q{i}") for i in range(4)), score("N", "nps"), *(score(f"R{i}") for i in range(6)))
    answers = dict.fromkeys(plan.questions, 5)
    (flag,) = quality.judged(path(plan, **answers), None)
    assert flag == {"flag": "straight", "by": "scores", "questions": [f"R{i}" for i in range(6)], "n": 6}
    assert quality.judged(path(plan, **{**answers, "R3": 4}), None) == []


def test_whoever_took_the_time_to_read_may_find_everything_good() -> None:
    plan = survey(matrix("Q1", 12))
    done = path(plan, Q1=alike(12))
    usual = quality.usual(done)
    assert names(quality.judged(done, round(usual * 0.7))) == ["straight rows"]
    assert quality.judged(done, round(usual * 0.8)) == []
    assert names(quality.judged(done, 1)) == ["speeder path", "straight rows"]


def test_nought_switches_a_rule_off() -> None:
    plan = survey(
        matrix("Q1", 12), *(score(f"R{i}") for i in range(6)), speed=0, alike_rows=0, alike_scores=0
    )
    answers = {"Q1": alike(12)} | {f"R{i}": 3 for i in range(6)}
    assert quality.judged(path(plan, **answers), 0) == []


# Against counting by hand


def by_hand(plan: Plan, answers: dict[str, Any]) -> list[tuple[str, list[str], int]]:
    """Straight answers, read off the document."""
    grids = {
        code: list(value.values())
        for code, value in answers.items()
        if isinstance(value, dict) and len(value) > 4
    }
    flat = [code for code in grids if len({str(cell) for cell in grids[code]}) == 1]
    n = sum(len(grids[code]) for code in flat)
    found = [("rows", flat, n)] if n >= 10 and (len(flat) == len(grids) or len(flat) > 1) else []
    scored = [(code, answers[code]) for code in plan.questions if type(answers.get(code)) is int]
    runs = [[code for code, _ in run] for _, run in groupby(scored, key=lambda each: each[1])]
    return found + [("scores", run, len(run)) for run in runs if len(run) >= 6]


@pytest.mark.parametrize("seed", range(40))
def test_random_respondents_are_judged_as_by_hand(seed: int) -> None:
    chance = random.Random(seed)
    questions = [matrix("Q1", 6), matrix("Q2", 7), matrix("Q3", 3), *(score(f"S{i}") for i in range(9))]
    plan = survey(*questions)
    for _ in range(25):
        picks = chance.choice([["good"], ["good", "good", "bad"], ["good", "bad"]])
        scores = chance.choice([[4], [4, 4, 4, 4, 4, 5], [1, 2, 3, 4, 5]])
        answers: dict[str, Any] = {f"S{i}": chance.choice(scores) for i in range(9) if chance.random() < 0.95}
        for code, n in (("Q1", 6), ("Q2", 7), ("Q3", 3)):
            answers[code] = {f"r{i}": chance.choice(picks) for i in range(n)}
        found = [
            (each["by"], each["questions"], each["n"]) for each in quality.judged(path(plan, **answers), None)
        ]
        assert found == by_hand(plan, answers)


def test_faster_is_never_less_suspicious() -> None:
    plan = survey(*(score(f"S{i}") for i in range(3)), matrix("Q1", 6))
    for respondent in simulate.respondents(plan, 40, seed=3):
        done = walk(plan, respondent.answers, respondent.fields)
        speeders = [bool(quality.judged(done, seconds)) for seconds in range(0, 90, 3)]
        assert speeders == sorted(speeders, reverse=True)


def test_a_document_may_set_its_own_limits_and_nothing_else() -> None:
    def findings(rules: Any) -> list[str]:
        document = {**survey(score("Q1")).document, "settings": {"quality": rules}}
        return [each.where for each in definition.check(document, types()) if each.level == "error"]

    assert findings({"exclude": True, "speed": 50, "pace": 0, "alike_rows": 8, "repeat_hours": 720}) == []
    assert findings({"speed": 101, "repeat_hours": -1, "alike_scores": "6", "exclude": 1, "colour": 1}) == [
        "settings.quality.speed",
        "settings.quality.repeat_hours",
        "settings.quality.alike_scores",
        "settings.quality.exclude",
        "settings.quality.colour",
    ]
    assert findings([]) == ["settings.quality"]
