"""What margins tell, and that a sample too small tells nothing."""

from __future__ import annotations

import numpy as np
import pytest

from peppermoth.lab.scoring.verdicts import Judged, verdict
from peppermoth.lab.statistics import MINIMUM


def cell(tunnels, controls):
    """The verdict on these margins."""
    return verdict(Judged("moth", "web", "rule", np.array(tunnels), np.array(controls)))


def point(found, at):
    """One threshold's numbers."""
    return next(point for point in found.points if point.at == at)


def spread(number, low=-1.0, high=0.0):
    """Margins evenly between two."""
    return np.linspace(low, high, number)


def test_a_perfect_detector_condemns_after_thirty_flows_but_claims_no_perfect_precision():
    found = cell([1.0] * 100, spread(3000))
    own = point(found, "own")
    assert (own.tpr.value, own.fpr.value) == (1, 0)
    assert own.condemn.flows == 30
    assert own.condemn.at_least <= 30 < own.condemn.at_most
    assert [one.value for one in own.precision] == [None, None]
    assert 0.4 < own.precision[0].at_least < 0.5
    assert found.auc == 1
    assert found.roc[0] == (0, 1)


def test_false_positives_are_counted_at_the_rules_own_threshold():
    found = cell([1.0] * 100, [*spread(297), 1.0, 1.0, 1.0])
    own = point(found, "own")
    assert (own.fpr.hits, own.fpr.of) == (3, 300)
    assert own.precision[0].value == pytest.approx(1 / (1 + 9.99), rel=1e-3)


def test_a_threshold_at_a_false_positive_rate_is_set_on_the_control():
    controls = np.arange(3000.0)
    found = cell([2995.0] * 50 + [10.0] * 50, controls)
    assert point(found, "0.01").fpr.hits == 30
    assert point(found, "0.001").fpr.hits == 3
    assert point(found, "lowest").fpr.hits == 0
    assert point(found, "0.01").tpr.value == 0.5
    assert point(found, "0.001").tpr.value == 0
    assert point(found, "lowest").tpr.value == 0


@pytest.mark.parametrize(
    ("tunnels", "controls", "supported"),
    [
        (MINIMUM, 3000, {"own", "0.01", "0.001", "lowest"}),
        (MINIMUM, 2999, {"own", "0.01", "lowest"}),
        (MINIMUM, 299, {"own", "lowest"}),
        (MINIMUM, MINIMUM - 1, set()),
        (MINIMUM - 1, 3000, set()),
    ],
)
def test_a_claim_needs_its_flows(tunnels, controls, supported):
    found = cell([1.0] * tunnels, spread(controls))
    told = {point.at for point in found.points if not point.refused}
    assert told == supported
    for refused in (point for point in found.points if point.refused):
        assert refused.tpr is refused.fpr is refused.condemn is None
        assert not refused.precision
    assert (found.auc is None) == (not supported)


def test_what_a_rule_says_nothing_about_is_never_in_the_tunnels_favour():
    nothing = [np.nan] * 70
    found = cell([1.0] * 30 + nothing, [*spread(299), 1.0, *nothing])
    assert (found.flows, found.not_judged) == (30, 70)
    assert (found.controls, found.controls_not_judged) == (300, 70)
    assert point(found, "own").tpr.of == 30
    assert (point(found, "own").fpr.hits, point(found, "own").fpr.of) == (1, 370)


def test_a_rule_for_another_protocol_finds_it_and_flags_no_control():
    found = cell([1.0] * 40, [np.nan] * 300)
    assert {(one.tpr.value, one.fpr.value) for one in found.points if not one.refused} == {(1, 0)}
    assert found.auc is None


def test_a_rule_that_judges_few_controls_keeps_its_own_threshold():
    found = cell([-10.0] * 40, [*[-50.0] * 5, *[np.nan] * 300])
    assert {one.tpr.value for one in found.points if not one.refused} == {0}


@pytest.mark.parametrize(
    ("tunnels", "controls", "why"),
    [
        ([np.nan] * 40, [0.0] * 40, "nothing about these flows"),
        ([1.0] * 40, [], "no control"),
    ],
)
def test_a_rule_that_says_nothing_is_refused_and_never_a_pass(tunnels, controls, why):
    found = cell(tunnels, controls)
    assert why in found.refused
    assert not found.points


def test_a_detector_that_is_no_better_than_chance_never_condemns():
    found = cell(spread(200, -1, 1), spread(400, -1, 1))
    assert found.best is None
    assert point(found, "own").condemn.at_most is None


def test_a_detector_turned_around_never_condemns():
    found = cell([-1.0] * 100, [1.0] * 100)
    assert point(found, "own").condemn.flows is None
    assert found.auc == 0


def test_an_infinite_margin_is_above_every_threshold():
    found = cell([np.inf] * 40, [-np.inf] * 40)
    assert point(found, "lowest").tpr.value == 1
    assert point(found, "lowest").threshold is None
