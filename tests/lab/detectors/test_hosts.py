"""Flows to condemn a host: published numbers, and bounds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors.hosts import (
    ALPHA,
    Bounded,
    flows_to_condemn,
    range_to_condemn,
)


@pytest.mark.parametrize(
    ("tpr", "fpr", "flows"),
    [(0.771, 0.000544, 49), (0.513, 0.00199, 112), (0.168, 0.000544, 1035), (1.0, 0.0, 30)],
)
def test_flows_follow_from_published_rates(tpr, fpr, flows):
    assert flows_to_condemn(tpr, fpr) == flows


def test_the_formula_is_rounded_up_just_above_a_whole_number():
    apart = math.sqrt(math.log(4 / ALPHA**2) / 100)
    assert flows_to_condemn(apart * (1 + 1e-9), 0) == 100
    assert flows_to_condemn(apart * (1 - 1e-9), 0) == 101


@pytest.mark.parametrize(("tpr", "fpr"), [(0.2, 0.2), (0.1, 0.2), (0.0, 0.0)])
def test_a_detector_that_tells_nothing_never_condemns(tpr, fpr):
    assert flows_to_condemn(tpr, fpr) == math.inf


def test_bounds_of_rates_become_a_range_of_flows():
    found = range_to_condemn(Bounded(0.5, 0.4, 0.6), Bounded(0.01, 0.0, 0.1))
    assert found == (
        flows_to_condemn(0.5, 0.01),
        flows_to_condemn(0.6, 0.0),
        flows_to_condemn(0.4, 0.1),
    )
    assert range_to_condemn(Bounded(0.5, 0.1, 0.9), Bounded(0.2, 0.1, 0.3)).high == math.inf


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.3))
def test_a_range_holds_its_value(tpr, fpr, up, down):
    rates = [Bounded(rate, max(rate - down, 0), min(rate + up, 1)) for rate in (tpr, fpr)]
    found = range_to_condemn(*rates)
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize(
    ("tpr", "fpr", "alpha"), [(1.1, 0, ALPHA), (0.5, -0.1, ALPHA), (0.5, 0.1, 0), (0.5, 0.1, 1)]
)
def test_what_is_no_rate_is_an_error(tpr, fpr, alpha):
    with pytest.raises(DetectorError):
        flows_to_condemn(tpr, fpr, alpha)
    with pytest.raises(DetectorError):
        flows_to_condemn(math.nan, 0.1)
