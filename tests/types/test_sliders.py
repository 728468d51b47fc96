"""Sliders."""

from __future__ import annotations

import random
from statistics import fmean
from typing import Any

import pytest

from question_types.base import Invalid
from tests.types.cases import made, refused, totals


@pytest.mark.parametrize(
    ("settings", "positions"),
    [
        ({"min": 0, "max": 1, "step": 0.25}, [0, 0.25, 0.5, 0.75, 1]),
        ({"min": -0.3, "max": 0.3, "step": 0.1}, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]),
        ({"min": 5, "max": 20, "step": 5}, [5, 10, 15, 20]),
        ({"min": 0, "max": 100, "step": 1}, list(range(101))),
    ],
)
def test_positions_lie_on_the_grid_and_nothing_else_is_taken(
    settings: dict[str, Any], positions: list[float]
) -> None:
    kind, values = made("slider", **settings)
    assert kind.problems(values) == []
    assert list(kind.domain(values)[0].values) == positions
    for position in positions:
        kind.check(values, position)
        assert kind.parse(values, {"": [str(position)]}) == position
    for between in (positions[0] - settings["step"], positions[0] + settings["step"] / 2, positions[-1] + 1):
        with pytest.raises(Invalid):
            kind.check(values, between)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"min": 5, "max": 5}, "The lowest position must be below the highest."),
        ({"min": 0, "max": 10, "step": 3}, "The positions do not end at the highest one."),
        ({"min": 0, "max": 101, "step": 1}, "At most 101 positions fit."),
    ],
)
def test_authors_are_told_what_is_wrong_with_their_track(settings: dict[str, Any], problem: str) -> None:
    kind, values = made("slider", **settings)
    assert [each for each in kind.problems(values) if each.startswith(problem)]


def test_positions_stand_apart() -> None:
    assert "step" in refused("slider", step=0)
    assert "step" in refused("slider", step=-1)


def test_few_positions_are_counted_one_by_one_and_many_in_bins() -> None:
    kind, values = made("slider", min=-2, max=2, step=0.5)
    assert list(kind.buckets(values)) == ["-2", "-1.5", "-1", "-0.5", "0", "0.5", "1", "1.5", "2"]
    assert kind.measure(values, -0.5) == {"": -0.5, "square": 0.25, "-0.5": 1}
    kind, values = made("slider", step=1)
    assert kind.measure(values, 83)["80..85"] == 1


def test_a_slider_has_a_mean_in_its_own_unit() -> None:
    kind, values = made("slider", unit="%")
    dice = random.Random(5)
    answers = [dice.choice(range(0, 101, 10)) for _ in range(50)]
    headline = kind.summary(values, totals(kind, values, answers))["headline"]
    assert headline["value"] == pytest.approx(fmean(answers))
    assert headline["unit"] == "%"
