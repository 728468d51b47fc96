"""NPS, CSAT, CES, stars and Likert scales."""

from __future__ import annotations

import random
from statistics import fmean

import pytest

from question_types.base import Invalid, Words, shown
from survey_app.engine import statistics
from tests.types.cases import made, totals

CHINESE = {
    "Reply with a number from %(low)s to %(high)s (%(low)s: %(worst)s, %(high)s: %(best)s).": (
        "请回复 %(low)s 到 %(high)s（%(low)s：%(worst)s，%(high)s：%(best)s）"
    ),
    "Not at all likely": "完全不可能",
    "Extremely likely": "极有可能",
}


def some(values: range, n: int = 200) -> list[int]:
    dice = random.Random(11)
    return [dice.choice(values) for _ in range(n)]


def test_nps_is_promoters_minus_detractors_of_all_answers() -> None:
    kind, values = made("nps")
    answers = some(range(11))
    summary = kind.summary(values, totals(kind, values, answers))
    promoters = sum(answer >= 9 for answer in answers)
    detractors = sum(answer <= 6 for answer in answers)
    headline = summary["headline"]
    assert headline["value"] == pytest.approx(100 * (promoters - detractors) / len(answers))
    assert (headline["low"], headline["high"]) == (
        statistics.nps(promoters, detractors, 200).low,
        statistics.nps(promoters, detractors, 200).high,
    )
    assert [group["n"] for group in summary["groups"]] == [
        detractors,
        200 - promoters - detractors,
        promoters,
    ]
    assert [figure["value"] for figure in summary["figures"]] == pytest.approx(
        [promoters / 2, detractors / 2, fmean(answers)]
    )


@pytest.mark.parametrize(
    ("score", "group"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_nps_groups_begin_at_seven_and_nine(score: int, group: str) -> None:
    kind, values = made("nps")
    assert kind.measure(values, score) == {"": score, str(score): 1, group: 1}


def test_few_answers_are_marked_as_too_few() -> None:
    kind, values = made("nps")
    assert not kind.summary(values, totals(kind, values, [9] * 9))["headline"]["enough"]
    assert kind.summary(values, totals(kind, values, [9] * 10))["headline"]["enough"]


def test_csat_is_the_share_of_the_top_two_boxes() -> None:
    kind, values = made("csat")
    summary = kind.summary(values, totals(kind, values, [1, 2, 3, 4, 5, 5, 5, 4, 3, 2]))
    assert summary["headline"]["value"] == pytest.approx(50)
    assert summary["headline"]["unit"] == "%"
    assert [group["n"] for group in summary["groups"]] == [3, 2, 5]
    assert summary["figures"][1]["value"] == pytest.approx(3.4)


def test_csat_counts_as_many_top_boxes_as_wanted() -> None:
    kind, values = made("csat", points=7, top=3)
    assert [score for score in range(1, 8) if "satisfied" in kind.measure(values, score)] == [5, 6, 7]
    assert [score for score in range(1, 8) if "dissatisfied" in kind.measure(values, score)] == [1, 2, 3]
    kind, values = made("csat", top=3)
    assert kind.problems(values) == ["With five steps at most two can count as satisfied."]


def test_ces_is_the_mean_and_its_polarity_decides_who_had_it_easy() -> None:
    kind, values = made("ces")
    summary = kind.summary(values, totals(kind, values, [7, 6, 5, 4, 3, 1]))
    assert summary["headline"]["value"] == pytest.approx(26 / 6)
    assert summary["figures"][0]["value"] == pytest.approx(50)
    kind, reversed_ = made("ces", polarity="effort")
    assert "easy" in kind.measure(reversed_, 1)
    assert "hard" in kind.measure(reversed_, 7)
    assert "neutral" in kind.measure(reversed_, 4)


@pytest.mark.parametrize("stars", [3, 5, 10])
def test_stars_go_from_one_to_the_number_set(stars: int) -> None:
    kind, values = made("star_rating", stars=stars)
    kind.check(values, stars)
    for outside in (0, stars + 1):
        with pytest.raises(Invalid):
            kind.check(values, outside)


@pytest.mark.parametrize("value", [True, 9.0, "9", None, [9], -1, 11])
def test_a_score_is_a_whole_number_and_nothing_else(value: object) -> None:
    kind, values = made("nps")
    with pytest.raises(Invalid, match="number from 0 to 10"):
        kind.check(values, value)


def test_a_likert_scale_has_ready_wordings_and_own_ones() -> None:
    kind, values = made("likert", wording="frequency")
    assert kind.label_of(values, 1) == "Never"
    assert isinstance(kind.label_of(values, 1), Words)
    kind, values = made("likert", wording="own", labels="差\n中\n好", points=3)
    assert [kind.label_of(values, score) for score in (1, 2, 3)] == ["差", "中", "好"]
    assert kind.problems(values) == []


def test_a_wording_must_fit_the_number_of_steps() -> None:
    kind, values = made("likert", wording="frequency", points=7)
    assert kind.problems(values) == [
        "This wording has 5 steps. Change the number of steps or write your own labels."
    ]
    kind, values = made("likert", wording="own", labels="差\n好", points=3)
    assert kind.problems(values) == ["There are 2 labels for 3 steps. Write one line per step, or none."]
    kind, values = made("csat", labels="差\n好")
    assert kind.problems(values) == ["There are 2 labels for 5 steps. Write one line per step, or none."]


def test_a_translation_with_a_line_too_few_does_not_move_the_scale() -> None:
    kind, values = made("likert", wording="own", labels="Bad\nGood", points=3)
    kind.check(values, 3)
    assert kind.label_of(values, 3) == "3"
    assert len(kind.buckets(values)) == 3


@pytest.mark.parametrize(
    ("message", "score"),
    [
        ("9", 9),
        ("９", 9),
        ("9️⃣", 9),
        ("🔟", 10),
        ("⑨", 9),
        ("九", 9),
        ("十", 10),
        ("9分", 9),
        ("九分", 9),
        ("我给8分", 8),
        ("打了7分！", 7),
        ("9分，服务很好", 9),
        ("9，很好。", 9),
        ("10/10", 10),
        (" 0 ", 0),
        ("极有可能", 10),
    ],
)
def test_a_reply_is_heard_as_a_score(message: str, score: int) -> None:
    kind, values = made("nps", high_label="极有可能")
    raw = kind.hear(values, message)
    assert raw is not None
    assert kind.parse(values, raw) == score


@pytest.mark.parametrize(
    "message",
    [
        "",
        "退订",
        "11",
        "-1",
        "9.5",
        "8或9",
        "8,9",
        "等了9分钟",
        "9分钟才接通",
        "十分满意",
        "一般",
        "3小时",
        "99",
        "9/11",
        "TD",
    ],
)
def test_an_unclear_reply_is_not_guessed_at(message: str) -> None:
    kind, values = made("nps")
    assert kind.hear(values, message) is None


def test_instructions_are_said_in_the_language_of_the_conversation() -> None:
    kind, values = made("nps")
    said = shown(kind.say(values), lambda message: CHINESE.get(message, message))
    assert said == "请回复 0 到 10（0：完全不可能，10：极有可能）"


def test_the_scale_tells_templates_whose_words_its_labels_are() -> None:
    kind, values = made("nps", low_label="一点都不 100%")
    steps = kind.steps(values)  # type: ignore[attr-defined]
    assert steps[0] == {"value": 0, "label": "一点都不 100%", "ours": False}
    assert steps[10] == {"value": 10, "label": "Extremely likely", "ours": True}
    assert steps[5]["label"] == ""
