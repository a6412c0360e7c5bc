"""The outer handshake's end, sizes and triples at their edges, and what is learned."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from peppermoth.lab.detectors.encapsulated import (
    DETECTORS,
    Bursts,
    Triples,
    behind_handshake,
    cipher_change,
    symbols,
    triples,
)
from peppermoth.lab.traces import Trace
from tests.lab.detectors.flows import CHANGE, Line, in_tls, record, talk


@pytest.mark.parametrize(
    ("size", "symbol"),
    [
        (1, 0), (160, 0), (161, 1), (600, 1), (601, 2), (1210, 2), (1211, 3), (1460, 3),
        (-1, 4), (-160, 4), (-161, 5), (-600, 5), (-601, 6), (-1210, 6), (-1211, 7),
    ],
)  # fmt: skip
def test_sizes_fall_into_four_bins_a_direction(size, symbol):
    assert symbols(np.array([size])).tolist() == [symbol]


def test_triples_are_counted_in_order():
    counts = triples(np.array([1, -1, 200, 1, -1, 200]))
    assert counts.sum() == 4
    assert counts[(0 * 8 + 4) * 8 + 1] == 2


def test_the_cipher_change_is_found_behind_other_records_only_where_tls_goes_that_far():
    hello = record(0x16, 512)
    assert cipher_change(hello + CHANGE) == len(hello)
    assert cipher_change(hello) is None
    assert cipher_change(hello + b"\xff" + CHANGE) is None
    assert cipher_change(b"") is None


def test_only_what_follows_the_client_s_cipher_change_is_looked_at():
    assert behind_handshake(in_tls([300, -400])).sizes.tolist() == [300, -400]
    assert behind_handshake(talk([300, -400])).sizes.tolist() == [300, -400]


def test_an_outer_handshake_without_end_leaves_nothing():
    line = Line()
    line.say(0.1, client=True, data=record(0x16, 512))
    line.say(0.2, client=False, data=record(0x16, 512))
    assert not len(behind_handshake(line.trace()))


def test_a_ratio_is_small_for_what_is_like_tunnels():
    tunnels = np.array([triples(np.array([500, -1300, 100] * 8))] * 5)
    others = np.array([triples(np.array([500, -1300, -1300] * 8))] * 5)
    ratio = Triples(tunnels, others).ratio(np.array([tunnels[0], others[0]]))
    assert ratio[0] < 1 < ratio[1]


def test_the_nearest_window_of_bursts_counts():
    source = np.random.default_rng(7)
    beginnings = source.normal([500, -3000, 100], 30, (200, 3))
    learned = Bursts(beginnings)
    there, away = np.array([[500.0, -3000, 100]]), np.array([[500.0, -3000, 300]])
    assert learned.nearest(there) == pytest.approx(0, abs=0.3)
    assert learned.nearest(np.vstack([away, there])) == learned.nearest(there)
    assert learned.nearest(away) == pytest.approx(200 / math.hypot(30, 20), rel=0.15)


def test_equal_flows_make_no_singular_model():
    assert (
        Bursts(np.array([[500.0, -3000, 100]] * 10)).nearest(np.array([[520.0, -3000, 100]])) == 1
    )


def inside(source: random.Random, extra: int) -> Trace:
    """A handshake inside TLS, then a page; every packet ``extra`` bytes longer."""
    near = source.randrange
    hello, answer = 500 + near(60) + extra, 1200 + near(60)
    page = [-1400] * (3 + near(5))
    return in_tls(
        [hello, -1400, -1400, -answer, 80 + near(9) + extra, 200 + near(50), *page, 90, -300]
    )


def page(source: random.Random) -> Trace:
    """Requests and answers inside TLS."""
    near = source.randrange
    turns = [[90 + near(80)] + [-1400] * (1 + near(9)) + [-near(1, 1400)] for _ in range(5)]
    return in_tls([size for turn in turns for size in turn])


@pytest.fixture(scope="module", params=DETECTORS, ids=lambda detector: detector.id)
def margin(request):
    source = random.Random(5)
    flows = [(inside(source, 30), True) for _ in range(60)] + [
        (page(source), False) for _ in range(60)
    ]
    return request.param.train(*zip(*flows, strict=True), 1)


def test_a_handshake_inside_is_flagged_and_a_page_is_not(margin):
    source = random.Random(6)
    assert sum(margin(inside(source, 30)) > 0 for _ in range(20)) >= 18
    assert sum(margin(page(source)) > 0 for _ in range(20)) <= 1


def test_what_is_too_short_is_not_judged(margin):
    assert math.isnan(margin(in_tls([100, -200])))
    assert math.isnan(margin(Line().trace()))


def test_a_margin_falls_with_the_distance_from_a_handshake(margin):
    found = [margin(inside(random.Random(6), extra)) for extra in (30, 400, 800)]
    assert found[0] > found[1] > found[2]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_learning_is_the_same_each_time_and_wants_enough_flows(detector):
    source = random.Random(5)
    flows = [inside(source, 0) for _ in range(10)] + [page(source) for _ in range(10)]
    truths = [True] * 10 + [False] * 10
    one, two = (detector.train(flows, truths, 1) for _ in range(2))
    assert [one(flow) for flow in flows] == [two(flow) for flow in flows]
    assert math.isnan(detector.train(flows[1:], truths[1:], 1)(flows[0]))
