"""Website fingerprinting: published attacks on real page loads, and on sites of our making."""

from __future__ import annotations

import numpy as np
import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors.features import Packets
from peppermoth.lab.detectors.website import (
    ATTACKS,
    DETECTORS,
    SLOTS,
    Attack,
    Visit,
    experiment,
    slotted,
    slotted_sums,
    visits,
)
from peppermoth.lab.traces import Label
from tests.lab.detectors.flows import talk
from tests.lab.detectors.page_loads import pages
from tests.lab.flows import flow

FOLDS = 5
BY_ID = {attack.id: attack for attack in ATTACKS}

SAME_FOR_ALL_MACHINES = 0.03
"""Versions of the libraries and compilers turn single verdicts."""


@pytest.mark.parametrize(
    ("attack", "measured"),
    [("k-fingerprinting", 0.781), ("cumul", 0.612), ("tam-trees", 0.552)],
)
def test_an_attack_names_real_pages_as_often_as_measured_elsewhere(attack, measured):
    """There 30 loads of each page, here 20: 16 to learn from, where there were 24."""
    result = experiment(pages(), BY_ID[attack], FOLDS, seed=1)
    assert (result.sites, sum(result.of)) == (25, 500)
    assert result.accuracy > measured - 0.03 - SAME_FOR_ALL_MACHINES
    assert result.bounds.low < measured < result.bounds.high


def test_running_sums_tell_trees_more_than_slots():
    few = [visit for visit in pages() if visit.site < "page 08"]
    plain, sums = (
        experiment(few, BY_ID[attack], FOLDS, seed=1) for attack in ("tam-trees", "tam-sums-trees")
    )
    assert sums.accuracy > plain.accuracy


def made(number=3, loads=6, *, sizes=(300, -1400, -900, 80)):
    """Visits to sites that differ by how much they answer, and a little by chance."""
    random = np.random.default_rng(5)
    found = []
    for site in range(number):
        for load in range(loads):
            answers = np.tile(sizes, 10 + 8 * site + random.integers(3)).astype(np.int64)
            times = np.cumsum(random.exponential(0.01, len(answers)))
            found.append(Visit(Packets(times - times[0], answers), f"site-{site}", load))
    return found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_every_attack_tells_sites_of_different_length(attack):
    result = experiment(made(loads=12), attack, 3, seed=2)
    assert result.accuracy > 0.8


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_no_attack_tells_sites_that_look_the_same(attack):
    """A result far above chance would say that the answer leaks into the question."""
    alike = [
        visit._replace(site=f"site-{n % 2}", load=n // 2)
        for n, visit in enumerate(made(number=1, loads=80))
    ]
    result = experiment(alike, attack, 4, seed=2)
    assert result.bounds.low < 0.5


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_the_same_seed_gives_the_same_scores(attack):
    given = made()
    rows = np.array([attack.read(visit.packets) for visit in given])
    classes = np.array([int(visit.site[-1]) for visit in given])
    first, second = (attack.learn(rows, classes, 9)(rows) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_fold_is_judged_by_a_model_that_saw_none_of_its_repetitions():
    seen = []

    def learn(rows, classes, seed):
        seen.append(set(rows[:, 0]))
        return lambda judged: np.eye(3)[[0 if row[0] in seen[-1] else 1 for row in judged]]

    given = [
        Visit(Packets(np.zeros(1), np.array([load + 1])), f"site-{site}", load)
        for site in range(3)
        for load in range(6)
    ]
    attack = Attack("x", "", "", lambda packets: packets.sizes, learn)
    result = experiment(given, attack, 3, seed=0)
    assert seen == [{2, 3, 5, 6}, {1, 3, 4, 6}, {1, 2, 4, 5}]
    assert (result.right, result.of) == ((2, 2, 2), (6, 6, 6))


@pytest.mark.parametrize(
    "given",
    [made(number=1), made(loads=2), [*made(), Visit(made()[0].packets, "seen once", 0)], []],
    ids=["one site", "fewer loads than folds", "a site that one fold holds whole", "nothing"],
)
def test_visits_that_cannot_be_divided_are_an_error(given):
    with pytest.raises(DetectorError):
        experiment(given, BY_ID["cumul"], 3, seed=0)


def labelled(site, load, seed=1, **given):
    return flow(Label("p", "web", site, load, seed, True), **given)


def test_flows_of_one_load_are_one_visit_in_order_of_time():
    found = visits(
        [
            labelled("a", 0, sizes=(7, -8), begun=10.005),
            labelled("b", 0, sizes=(3,), begun=12.0),
            labelled("a", 0, sizes=(5, -6), begun=10.0),
            labelled("a", 0, sizes=(0, 0)),
            flow(None),
        ]
    )
    assert [(visit.site, visit.load) for visit in found] == [("a", 0), ("b", 0)]
    assert found[0].packets.sizes.tolist() == [5, 7, -6, -8]
    assert found[0].packets.times == pytest.approx([0, 0.005, 0.010, 0.015])


def test_loads_of_different_worlds_are_different_repetitions():
    found = visits(labelled("a", load, seed) for seed in (4, 9) for load in (0, 1))
    assert [visit.load for visit in found] == [0, 1, 2, 3]


def test_the_matrix_counts_packets_and_bytes_of_each_direction_by_slot():
    seen = Packets(np.array([0.0, 0.1, 0.2, 999.0]), np.array([10, -20, -30, 40]))
    matrix = slotted(seen).reshape(4, SLOTS)
    assert matrix[:, 0].tolist() == [1, 1, 10, 20]
    assert matrix[:, 1].tolist() == [0, 1, 0, 30]
    assert matrix[:, -1].tolist() == [1, 0, 40, 0]
    assert slotted_sums(seen).reshape(4, SLOTS)[:, -1].tolist() == [2, 2, 50, 50]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_an_attack_is_a_flow_detector_too(detector):
    tunnels = [talk([600 + n, -1400, 90]) for n in range(12)]
    others = [talk([90 + n, -300] * 4) for n in range(12)]
    margin = detector.train([*tunnels, *others], [True] * 12 + [False] * 12, 3)
    assert margin(talk([605, -1400, 90])) > 0 > margin(talk([95, -300] * 4))
    assert np.isnan(margin(talk([])))
