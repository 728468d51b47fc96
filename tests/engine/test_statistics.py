"""The formulae against exact enumeration, published values and their own laws."""

import random
from math import comb, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.engine import statistics

# Shares of promoters and detractors as surveys really show them, some passives among them.
REALISTIC = [(p / 100, d / 100) for p in range(15, 81, 5) for d in range(5, 51, 5) if p + d <= 95]


def outcomes(n):
    """All (promoters, detractors) of n answers, with their number of arrangements."""
    return [(p, d, comb(n, p) * comb(n - p, d)) for p in range(n + 1) for d in range(n - p + 1)]


def coverage(n, p, d):
    """Exact probability that the interval of n answers holds the true score."""
    truth = 100 * (p - d)
    total = 0.0
    for promoters, detractors, ways in outcomes(n):
        found = statistics.nps(promoters, detractors, n)
        if found.low <= truth <= found.high:
            total += ways * p**promoters * d**detractors * max(0.0, 1 - p - d) ** (n - promoters - detractors)
    return total


@pytest.mark.parametrize(("n", "worst", "average"), [(10, 0.930, 0.953), (20, 0.938, 0.948)])
def test_the_nps_interval_covers_as_often_as_it_says(n, worst, average):
    covered = [coverage(n, p, d) for p, d in REALISTIC]
    assert min(covered) >= worst
    assert average <= sum(covered) / len(covered) <= 0.955


@pytest.mark.parametrize(("n", "worst"), [(10, 0.83), (20, 0.91)])
def test_the_interval_of_a_share_covers_as_often_as_it_says(n, worst):
    covered = []
    for percent in range(5, 100, 5):
        p = percent / 100
        found = [(k, statistics.share(k, n)) for k in range(n + 1)]
        covered.append(sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k, e in found if e.low <= p <= e.high))
    assert min(covered) >= worst
    assert sum(covered) / len(covered) >= 0.945


def test_the_point_is_the_raw_score():
    found = statistics.nps(50, 20, 100)
    assert (found.point, found.n, found.enough) == (30.0, 100, True)
    assert found.low < 30 < found.high


def test_ten_answers_are_enough_and_nine_are_not():
    assert statistics.nps(5, 1, 10).enough
    assert not statistics.nps(5, 1, 9).enough
    assert statistics.share(5, 10).enough
    assert not statistics.mean(9, 9, 9).enough


@pytest.mark.parametrize(
    "figure", [statistics.nps(0, 0, 0), statistics.share(0, 0), statistics.mean(0, 0, 0)]
)
def test_no_answers_give_no_figure(figure):
    assert (figure.point, figure.low, figure.high, figure.n, figure.enough) == (None, None, None, 0, False)


counts = st.integers(0, 3000)


@given(counts, counts, counts)
def test_the_nps_interval_holds_the_score_and_stays_on_the_scale(promoters, detractors, passives):
    n = promoters + detractors + passives
    if n > 1:  # of a single answer the adjusted interval says little, and nobody is shown it
        found = statistics.nps(promoters, detractors, n)
        assert -100 <= found.low <= found.point <= found.high <= 100


@given(counts, counts, counts)
def test_swapping_promoters_and_detractors_mirrors_the_interval(promoters, detractors, passives):
    n = promoters + detractors + passives + 1
    one, other = statistics.nps(promoters, detractors, n), statistics.nps(detractors, promoters, n)
    assert isclose(one.low, -other.high, abs_tol=1e-9)
    assert isclose(one.high, -other.low, abs_tol=1e-9)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_holds_it(pair):
    k, n = pair
    found = statistics.share(k, n)
    assert 0 <= found.low <= k / n + 1e-12
    assert k / n - 1e-12 <= found.high <= 1


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60))
def test_a_mean_from_sums_is_the_mean_of_the_values(values):
    n = len(values)
    found = statistics.mean(n, sum(values), sum(v * v for v in values))
    centre = sum(values) / n
    error = sqrt(sum((v - centre) ** 2 for v in values) / (n - 1) / n)
    assert isclose(found.point, centre, abs_tol=1e-9)
    assert isclose(
        found.high - found.low, 2 * statistics.t_quantile(n - 1) * error, rel_tol=1e-5, abs_tol=1e-4
    )


def test_one_value_has_a_mean_and_no_interval():
    found = statistics.mean(1, 7, 49)
    assert (found.point, found.low, found.high) == (7, None, None)


# Published table of Student's t, 97.5 %.
@pytest.mark.parametrize(
    ("df", "exact"),
    [
        (1, 12.7062047364),
        (2, 4.3026527299),
        (3, 3.1824463053),
        (4, 2.7764451052),
        (9, 2.2621571628),
        (10, 2.2281388520),
        (30, 2.0422724563),
        (200, 1.9718962236),
        (1000, 1.9623390808),
    ],
)
def test_the_quantiles_of_t_are_the_published_ones(df, exact):
    assert statistics.t_quantile(df) == pytest.approx(exact, abs=5e-10)


def test_the_expansion_meets_the_series_where_it_takes_over():
    for df in range(201, 400):
        assert statistics.t_within(statistics.t_quantile(df), df) == pytest.approx(0.95, abs=1e-10)


@pytest.mark.parametrize("shares", [(0.5, 0.2), (0.3, 0.3), (0.7, 0.1)])
def test_equal_groups_seem_to_differ_in_one_case_of_twenty(shares):
    """Exact: every pair of outcomes of two groups of fifteen."""
    n, (p, d) = 15, shares
    every = [(a, b, ways * p**a * d**b * (1 - p - d) ** (n - a - b)) for a, b, ways in outcomes(n)]
    wrong = sum(
        one * other
        for a1, b1, one in every
        for a2, b2, other in every
        if statistics.nps_change((a1, b1, n), (a2, b2, n)).p_value < 0.05
    )
    assert 0.04 <= wrong <= 0.056


def test_a_change_needs_enough_answers_on_both_sides():
    assert statistics.nps_change((9, 0, 9), (0, 400, 400)).real is False
    found = statistics.nps_change((200, 80, 400), (260, 60, 400))
    assert found.real
    assert found.difference == pytest.approx(20)


def test_groups_without_any_difference_never_change():
    assert statistics.nps_change((50, 0, 50), (80, 0, 80)).p_value == 1
    assert statistics.nps_change((0, 0, 0), (80, 0, 80)) is None
    assert statistics.share_change((3, 0), (1, 9)) is None


def test_a_share_that_doubles_is_a_change():
    found = statistics.share_change((20, 100), (40, 100))
    assert found.difference == pytest.approx(0.2)
    # z = 0.2 / sqrt(0.3 * 0.7 * 2 / 100) = 3.086
    assert found.p_value == pytest.approx(0.00203, abs=1e-5)


def weeks(chance, number, n, promoters, detractors):
    """Weekly scores with their errors, drawn answer by answer."""
    for _ in range(number):
        drawn = chance.choices((1, 0, -1), (promoters, 1 - promoters - detractors, detractors), k=n)
        p, d = drawn.count(1), drawn.count(-1)
        yield 100 * (p - d) / n, statistics.nps_error(p, d, n)


def test_a_quiet_year_is_seldom_flagged():
    chance = random.Random(5)
    years = [statistics.ewma(list(weeks(chance, 78, 100, 0.5, 0.2)))[26:] for _ in range(150)]
    flagged = [sum(1 for flag in year if flag.direction) for year in years]
    assert sum(flagged) / len(years) < 1.2
    assert sum(1 for count in flagged if count) / len(years) < 0.35


def test_a_fall_of_ten_points_is_flagged_within_a_quarter():
    chance = random.Random(6)
    caught = 0
    for _ in range(150):
        quiet, fallen = weeks(chance, 26, 100, 0.5, 0.2), weeks(chance, 13, 100, 0.45, 0.25)
        caught += any(flag.direction == -1 for flag in statistics.ewma([*quiet, *fallen])[26:])
    assert caught / 150 > 0.85


def test_nothing_is_flagged_before_twelve_periods_nor_after_a_restart():
    series = [(30.0, 1.0)] * 12 + [(80.0, 1.0)] * 20
    assert [flag.direction for flag in statistics.ewma(series[:12])] == [0] * 12
    assert statistics.ewma(series)[12].direction == 1
    assert not any(flag.direction for flag in statistics.ewma(series, restarts={12}))


def test_weeks_without_answers_do_not_move_the_average():
    gap = [(30.0, 1.0)] * 12 + [(0.0, 0.0)] * 5 + [(30.0, 1.0)]
    assert not any(flag.direction for flag in statistics.ewma(gap))
    assert statistics.nps_error(0, 0, 0) == 0


@pytest.mark.parametrize(("margin", "answers"), [(10, 231), (5, 934), (2, 5855)])
def test_the_answers_needed_for_a_margin(margin, answers):
    assert statistics.sample_size(margin) == answers


@pytest.mark.parametrize(("points", "answers"), [(10, 900), (5, 3725), (20, 205)])
def test_the_answers_needed_to_see_a_change(points, answers):
    assert statistics.sample_size_change(points) == answers


def test_of_many_stores_only_the_convincing_ones_stand_out():
    # Benjamini and Hochberg's own example (1995), 15 tests at 5 %: four hold.
    published = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    assert statistics.benjamini_hochberg(published) == [True] * 4 + [False] * 11
    assert statistics.benjamini_hochberg([0.04, 0.001]) == [True, True]
    assert statistics.benjamini_hochberg([]) == []
