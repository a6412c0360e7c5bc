"""What was recorded: counts, cost beside the control, and the picture of sizes."""

from __future__ import annotations

import pytest

from peppermoth.lab.scoring.samples import Load, grouped, samples
from peppermoth.lab.scoring.scorecard import CLASSES, EDGES, POSITIONS
from peppermoth.lab.tasks import one_by_one
from peppermoth.lab.traces import CONTROL, Label
from tests.lab.flows import flow


def flows_of(peer, sizes, sites=("a", "b"), loads=2):
    """The same flow for each load of each site."""
    labels = [
        Label(peer, "web", site, load, 7, peer != CONTROL)
        for site in sites
        for load in range(loads)
    ]
    return [(label, flow(label, sizes=sizes)) for label in labels]


def summed(ours, control=(), loads=()):
    """The samples of these flows, the tunnel's last."""
    return samples([*control, *ours], loads, 3, one_by_one)[-1]


def visits(peer, seconds):
    """One visit to site a for each number of seconds."""
    return [Load(peer, "web", "a", n, 7, one) for n, one in enumerate(seconds)]


def test_flows_sites_loads_and_seeds_are_counted():
    found = summed(flows_of("moth", (100,)))
    assert (found.flows, found.sites, found.loads, found.seeds) == (4, 2, 4, (7,))
    assert found.overhead is None
    assert found.difference is None


def test_cost_is_taken_over_the_sites_that_both_have():
    seconds = [*visits(CONTROL, [1, 2, 9]), *visits("moth", [3, 3, 3])]
    dear = flows_of("moth", (100, -1400), sites=("a", "c"), loads=5)
    found = summed(dear, flows_of(CONTROL, (100, -900)), seconds)
    assert found.overhead
    assert (found.overhead.sites, found.overhead.bytes, found.overhead.seconds) == (1, 1.5, 1.5)


def test_without_a_common_site_no_cost_is_told():
    control = flows_of(CONTROL, (100,), sites=("z",))
    assert summed(flows_of("moth", (100,)), control).overhead is None


@pytest.mark.parametrize(
    ("size", "place"),
    [
        (1, CLASSES // 2),
        (EDGES[0] - 1, CLASSES // 2),
        (EDGES[0], CLASSES // 2 + 1),
        (60_000, CLASSES - 1),
        (-1, CLASSES // 2 - 1),
        (-EDGES[0], CLASSES // 2 - 2),
        (-60_000, 0),
    ],
)
def test_a_packet_stands_in_the_class_of_its_size_and_side(size, place):
    found = summed(flows_of("moth", (0, size)))
    assert found.sizes[0][place] == 100
    assert sum(map(sum, found.sizes)) == 100


def test_long_flows_are_cut_and_shares_are_of_all_flows():
    pairs = flows_of("moth", (100,) * (POSITIONS + 5)) + flows_of("moth", (100,), loads=6)
    found = summed(pairs)
    assert len(found.sizes) == POSITIONS
    assert max(found.sizes[0]) == 100
    assert max(found.sizes[-1]) == 25


def test_groups_are_by_peer_and_traffic_and_keep_their_visits():
    pairs = flows_of("moth", (100,)) + flows_of(CONTROL, (100,))
    found = grouped(pairs, visits("moth", [1]), lambda label: label.tunnelled)
    assert list(found) == [("moth", "web")]
    assert len(found["moth", "web"].flows) == 4
    assert len(found["moth", "web"].loads) == 1


def test_whole_flows_are_compared_with_the_controls_where_both_are_many():
    control = flows_of(CONTROL, (100, -900), loads=20)
    found = summed(flows_of("moth", (100, -900) * 9, loads=20), control).difference
    assert (found.flows, found.controls) == (40, 40)
    assert max(effect.ks for effect in found.effects) == 1
    assert found.told_apart.low > 0.9
    same = summed(flows_of("moth", (100, -900), loads=20), control).difference
    assert max(effect.ks for effect in same.effects) == 0
    assert same.told_apart.low < 0.5 <= same.told_apart.high


def test_few_flows_are_not_compared():
    control = flows_of(CONTROL, (100, -900), loads=20)
    found = summed(flows_of("moth", (100, -900) * 9), control).difference
    assert (found.flows, found.effects, found.told_apart) == (4, (), None)
    assert found.refused.startswith("30 flows")


def test_flows_without_data_are_counted_and_not_compared():
    control = flows_of(CONTROL, (100, -900), loads=20)
    found = summed(flows_of("moth", (0,), loads=20), control)
    assert (found.flows, found.difference.flows) == (40, 0)
    assert found.difference.refused
