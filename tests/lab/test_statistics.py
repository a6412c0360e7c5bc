"""Bounds, thresholds and base rates against known numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from peppermoth.lab.statistics import (
    auc,
    curve,
    needed_controls,
    precision,
    share,
    threshold,
)

margins = st.lists(
    st.floats(-5, 5) | st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=60
).map(np.array)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_bounds_are_those_of_an_exact_test(counted):
    hits, of = counted
    found = share(hits, of)
    exact = binomtest(hits, of).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert found.low <= found.value <= found.high


def test_nothing_found_among_many_still_leaves_about_three_possible():
    assert share(0, 3000, 0.9).high == pytest.approx(1e-3, rel=0.01)


@pytest.mark.parametrize(("fpr", "controls"), [(1e-2, 300), (1e-3, 3000), (1e-4, 30000)])
def test_the_rule_of_three_says_how_many_controls_a_claim_needs(fpr, controls):
    assert needed_controls(fpr) == controls


@given(margins, st.data())
def test_a_threshold_lets_no_more_controls_through_than_allowed_and_is_the_lowest(controls, data):
    allowed = data.draw(st.integers(0, len(controls) - 1))
    edge = threshold(controls, allowed)
    assert (controls > edge).sum() <= allowed
    lower = np.nextafter(edge, -np.inf)
    assert (controls > lower).sum() > allowed


@given(margins, margins)
def test_auc_counts_pairs_and_draws_half(tunnels, controls):
    pairs = [(a > b) + (a == b) / 2 for a in tunnels for b in controls]
    assert auc(tunnels, controls) == pytest.approx(np.mean(pairs))


@given(margins, margins)
def test_a_curve_rises_from_no_false_alarm_to_everything(tunnels, controls):
    points = curve(tunnels, controls)
    assert points == sorted(points)
    assert [rate for _, rate in points] == sorted(rate for _, rate in points)
    assert points[0][0] == 0
    assert points[-1] == (1, 1)


@pytest.mark.parametrize(
    ("tpr", "fpr", "one_in", "expected"),
    [
        (0.98, 0.06, 1_000, 0.016),  # the entropy test on real traffic: about 2%
        (0.8, 1e-3, 10_000, 0.074),
        (0.8, 1e-5, 10_000, 0.889),
        (0.0, 0.0, 1_000, 0.0),
    ],
)
def test_precision_falls_with_the_base_rate(tpr, fpr, one_in, expected):
    assert precision(tpr, fpr, one_in) == pytest.approx(expected, abs=1e-3)
