"""Flows as a whole against the control: effect sizes, two samples, and outliers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors.features import Packets
from peppermoth.lab.detectors.outliers import (
    CONNECTIONS,
    DETECTORS,
    MEASURES,
    TOGETHER,
    connections,
    effects,
    measured,
    tabled,
    two_sample,
)
from peppermoth.lab.traces import Label
from peppermoth.monitor.observation import Endpoint
from tests.lab.detectors.flows import talk
from tests.lab.flows import flow

TRAIN = {detector.id: detector.train for detector in DETECTORS}


def flows(number, *, turns=6, seed=1, step=0.02, peer="direct"):
    """Requests and answers of random sizes, about so many of them, of six sites."""
    random = np.random.default_rng(seed)
    found = []
    for n in range(number):
        times = max(1, turns + int(random.integers(-2, 3)))
        sizes = [int(size) for size in random.integers(100, 1400, 2 * times)]
        trace = talk([-size if place % 2 else size for place, size in enumerate(sizes)], step)
        label = Label(peer, "web", f"site-{n % 6}", n // 6, 7, peer != "direct")
        found.append(dataclasses.replace(trace, label=label, begun=100.0 * n))
    return found


def effect(found, name):
    return next(one for one in found if one.measure == name)


numbers = st.lists(st.integers(-50, 50), min_size=2, max_size=40)


@given(ours=numbers, theirs=numbers)
def test_effect_sizes_are_those_of_an_independent_library(ours, theirs):
    """Seen through a measure of our own: the flows' bytes, moved above zero."""
    control, others = (
        [flow(sizes=(100 + number,)) for number in values] for values in (ours, theirs)
    )
    found = effect(effects(tabled(control), tabled(others)), "bytes up")
    assert found.ks == pytest.approx(stats.ks_2samp(ours, theirs, method="asymp").statistic)
    across = np.abs(np.subtract.outer(ours, theirs)).mean()
    energy = stats.energy_distance(ours, theirs) ** 2 / (2 * across) if across else 0
    assert found.energy == pytest.approx(energy, abs=1e-9)
    assert 0 <= found.energy <= 1 + 1e-9


def test_every_measure_has_its_effect_and_equal_sets_have_none():
    same = tabled(flows(30))
    found = effects(same, same)
    assert [one.measure for one in found] == [*MEASURES, CONNECTIONS]
    assert all((one.ks, one.energy, one.supported) == (0, 0, False) for one in found)


def test_many_turns_are_an_effect_and_what_does_not_differ_is_none():
    found = effects(tabled(flows(60)), tabled(flows(60, turns=40, seed=2)))
    assert effect(found, "turns").ks == 1
    assert effect(found, "turns").supported
    assert not effect(found, CONNECTIONS).supported


def test_few_flows_support_no_difference():
    found = effects(tabled(flows(2)), tabled(flows(2, turns=40, seed=2)))
    assert effect(found, "turns").ks == 1
    assert not effect(found, "turns").supported


def test_what_chance_allows_is_exceeded_as_seldom_as_is_said():
    random = np.random.default_rng(1)
    exceeded = 0
    for _ in range(200):
        control, others = (
            [flow(sizes=(int(n),)) for n in random.integers(1, 9999, 25)] for _ in "ab"
        )
        exceeded += effect(effects(tabled(control), tabled(others)), "bytes up").supported
    assert exceeded <= 8


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("duration, s", 6.0),
        ("bytes up", 400),
        ("bytes down", 800),
        ("up for each down", 0.5),
        ("turns", 2),
        ("turns a second", 1 / 3),
        ("longest pause, s", 3.0),
        ("pauses", 2),
        ("share of pauses", 5 / 6),
        ("middle pause, s", 2.5),
    ],
)
def test_a_measure_tells(name, value):
    seen = Packets(
        np.array([0.0, 0.5, 0.6, 3.6, 5.6, 6.0]), np.array([100, -300, -300, 200, 100, -200])
    )
    assert measured(seen)[list(MEASURES).index(name)] == pytest.approx(value)


def test_a_flow_of_one_packet_has_all_measures():
    assert np.isfinite(measured(Packets(np.zeros(1), np.array([5])))).all()


def test_connections_of_one_client_to_one_server_count_together_when_near():
    one, other = Endpoint("10.0.0.2", 1), Endpoint("10.0.0.3", 1)
    times = [(0.0, one), (TOGETHER / 2, one), (TOGETHER * 1.2, one), (0.0, other)]
    found = connections(
        [dataclasses.replace(flow(), begun=begun, client=client) for begun, client in times]
    )
    assert found.tolist() == [2, 3, 2, 1]


def test_connections_of_another_visit_do_not_count():
    label = Label("moth", "web", "site-1", 0, 7, True)
    labels = [label, label, dataclasses.replace(label, load=1), None]
    found = connections([dataclasses.replace(flow(), label=one) for one in labels])
    assert found.tolist() == [2, 2, 1, 1]


def told_apart(control, others, seed=1):
    """How well a classifier tells these flows apart."""
    labels = [trace.label for trace in (*control, *others)]
    return two_sample(tabled(control), tabled(others), labels, seed)


def test_two_samples_that_differ_are_told_apart_and_equal_ones_are_not():
    control = flows(48)
    told = told_apart(control, flows(60, turns=30, seed=2, peer="mux"))
    assert told.of == 96
    assert told.low > 0.9
    alike = told_apart(control, flows(48, seed=3, peer="alike"))
    assert alike.low < 0.5 < alike.high


def test_two_samples_give_the_same_with_the_same_seed():
    sets = flows(48), flows(50, turns=9, seed=2, peer="mux")
    assert told_apart(*sets) == told_apart(*sets)


def test_two_samples_too_small_to_be_divided_have_no_answer():
    assert told_apart(flows(12), flows(12, peer="mux")) is None


@pytest.mark.parametrize("traces", [[], [flow(sizes=(0, 0))]], ids=["none", "none with data"])
def test_nothing_to_compare_is_an_error(traces):
    with pytest.raises(DetectorError):
        tabled(traces)


@pytest.mark.parametrize("name", TRAIN)
def test_a_flow_of_many_turns_is_flagged_and_an_ordinary_one_is_not(name):
    learned = [*flows(60), *flows(30, turns=40, seed=2, peer="mux")]
    margin = TRAIN[name](learned, [trace.label.tunnelled for trace in learned], 1)
    assert all(margin(one) > 0 for one in flows(10, turns=40, seed=5))
    assert sum(margin(one) > 0 for one in flows(50, seed=6)) <= 3
    assert np.isnan(margin(talk([])))


def test_the_outlier_rule_learns_from_the_control_alone():
    control = flows(40)
    with_tunnels = TRAIN["flow-outlier"](
        [*control, *flows(9, turns=40)], [False] * 40 + [True] * 9, 1
    )
    without = TRAIN["flow-outlier"](control, [False] * 40, 1)
    judged = flows(1, turns=12, seed=8)[0]
    assert with_tunnels(judged) == without(judged)


def test_the_farther_outside_the_larger_the_margin():
    margin = TRAIN["flow-outlier"](flows(60), [False] * 60, 1)
    near, middle, far = (margin(flows(1, turns=turns, seed=3)[0]) for turns in (15, 60, 200))
    assert near < middle < far


def test_ranges_need_a_control():
    with pytest.raises(DetectorError):
        TRAIN["flow-outlier"](flows(5), [True] * 5, 1)
