"""Round trips of two layers: what is measured, where inflation begins, when the test decides."""

from __future__ import annotations

import math

import pytest

from peppermoth.lab.detectors.round_trips import (
    THRESHOLD,
    margin,
    path_rtt,
    steps_above,
    transport_rtt,
)
from tests.lab.detectors.flows import Line, datagrams, talk

RTT = 0.030


def exchange(waits: list[float], pause: float = 2.0, rtt: float = RTT) -> Line:
    """Requests that TCP acknowledges after ``rtt`` and that are answered after each wait."""
    line = Line(rtt=rtt)
    line.bare(rtt + 0.001, client=True)
    for number, wait in enumerate(waits, 1):
        at = number * pause
        line.say(at, client=True, data=200)
        line.bare(at + rtt, client=False)
        line.say(at + wait, client=False, data=900)
        line.bare(at + wait + 0.002, client=True)
    return line


def test_the_transport_s_round_trip_is_the_median_until_the_acknowledgement():
    line = exchange([0.1] * 3)
    assert transport_rtt(line.trace()) == pytest.approx(RTT)
    assert transport_rtt(line.trace(), client=False) == pytest.approx(0.002)
    assert path_rtt(line.trace()) == pytest.approx(RTT + 0.001)


def test_without_the_opening_the_path_is_the_sum_of_both_sides():
    line = exchange([0.1] * 3)
    del line.packets[:3]
    assert path_rtt(line.trace()) == pytest.approx(RTT + 0.002)


def test_data_that_nobody_acknowledges_has_no_round_trip():
    assert math.isnan(transport_rtt(talk([100, 200])))


def test_a_packet_sent_again_does_not_count():
    line = exchange([0.1] * 3)
    line.again(3)
    assert transport_rtt(line.trace()) == pytest.approx(RTT)


@pytest.mark.parametrize("above", [0, 1, 14, 15, 16, 400])
def test_the_lag_is_found_in_whole_steps_above_the_transport_s(above):
    waits = [RTT + above / 1000 + 1e-5] * 3
    assert steps_above(exchange(waits).trace()).tolist() == [above]


def test_one_odd_pair_of_three_does_not_hide_the_lag():
    assert steps_above(exchange([0.080, 0.300, 0.081]).trace())[0] in (50, 51)


@pytest.mark.parametrize(("wait", "steps"), [(1.0, 970), (1.5, 0)])
def test_a_lag_longer_than_a_second_is_not_looked_for(wait, steps):
    assert steps_above(exchange([wait] * 3, pause=9).trace()).tolist() == [steps]


@pytest.mark.parametrize(
    ("above", "groups", "flagged"),
    [(15, 2, True), (14, 2, False), (15, 1, False), (200, 5, True), (0, 5, False)],
)
def test_two_inflated_groups_of_pairs_decide(above, groups, flagged):
    found = margin(exchange([RTT + above / 1000 + 1e-5] * 3 * groups).trace())
    assert (found > 0) == flagged


def test_the_margin_is_the_ratio_s_largest_value_less_the_threshold():
    inflated, plain = [RTT + 0.2] * 3, [RTT + 0.001] * 3
    found = margin(exchange(plain + inflated).trace())
    assert found == pytest.approx(math.log(10) + math.log(0.50 / 0.95) - THRESHOLD)
    assert margin(exchange(inflated + plain * 4).trace()) == pytest.approx(math.log(10) - THRESHOLD)


def test_too_few_pairs_and_datagrams_say_nothing():
    assert math.isnan(margin(exchange([0.1] * 2).trace()))
    assert math.isnan(margin(datagrams([(True, b"a"), (False, b"b")] * 5)))
