"""Rows of numbers: what they count, and that every flow has a row of the same length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.detectors.features import (
    BEGINNING,
    BURSTS,
    POINTS,
    Packets,
    aggregated,
    beginning,
    cumulative,
    k_fingerprint,
    packets,
    together,
)
from tests.lab.detectors.flows import Line
from tests.lab.flows import flow

READERS = {
    "beginning": beginning,
    "k_fingerprint": k_fingerprint,
    "cumulative": cumulative,
    "aggregated": lambda seen: aggregated(seen, 50, 0.1),
}


def seen(*sizes, step=0.1):
    return Packets(np.arange(len(sizes)) * step, np.array(sizes, np.int64))


@st.composite
def any_packets(draw):
    sizes = draw(st.lists(st.integers(-70_000, 70_000).filter(bool), min_size=1, max_size=300))
    gaps = draw(st.lists(st.floats(0, 100), min_size=len(sizes), max_size=len(sizes)))
    times = np.cumsum(gaps)
    return Packets(times - times[0], np.array(sizes, np.int64))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(one=any_packets())
def test_every_flow_has_a_row_of_the_same_length(read, one):
    row = read(one)
    assert row.shape == read(seen(1)).shape
    assert read is beginning or np.isfinite(row).all()


def test_retransmissions_and_packets_without_data_are_left_out():
    line = Line()
    line.say(0.1, client=True, data=300)
    line.say(0.2, client=False, data=1400)
    line.bare(0.3, client=True)
    line.again(-2)
    line.say(1.7, client=True, data=50)
    found = packets(line.trace())
    assert found.sizes.tolist() == [300, -1400, 50]
    assert found.times == pytest.approx([0, 0.1, 1.6])


def test_flows_of_one_visit_are_put_in_order():
    found = together([flow(sizes=(4, -5), begun=20.005), flow(sizes=(1, -2), begun=20.0)])
    assert found.sizes.tolist() == [1, 4, -2, -5]
    assert found.times == pytest.approx([0, 0.005, 0.010, 0.015])


def test_a_beginning_tells_packets_and_bursts_one_by_one():
    row = beginning(seen(500, -1400, -600, 90))
    bursts = 2 * BEGINNING
    assert row[:4].tolist() == [500, -1400, -600, 90]
    assert row[BEGINNING : BEGINNING + 4] == pytest.approx([0, 0.1, 0.2, 0.3])
    assert row[bursts : bursts + 3].tolist() == [500, -2000, 90]
    assert row[bursts + BURSTS : bursts + BURSTS + 3].tolist() == [1, 2, 1]
    assert np.isnan(row[[4, BEGINNING + 4, bursts + 3, bursts + BURSTS + 3]]).all()


def test_a_beginning_does_not_depend_on_what_comes_after_it():
    first = [300, -1400] * (BEGINNING // 2)
    assert np.array_equal(beginning(seen(*first)), beginning(seen(*first, 7, 7, -9)), True)


def test_k_fingerprinting_counts_packets_and_the_share_of_the_clients():
    row = k_fingerprint(seen(*[100, -1400, -1400, -200] * 10))
    assert row[:4].tolist() == [40, 10, 30, 0.25]
    edges = row[4:8]
    assert edges.tolist() == [8, 22, 7, 23]


def test_cumul_reads_the_running_sum_where_equally_many_bytes_went_by():
    row = cumulative(seen(1000, -3000))
    assert row[:4].tolist() == [1, 1, 3000, 1000]
    points = row[4:]
    assert len(points) == POINTS
    assert (points[0], points[-1]) == (0, -2000)
    assert points.max() == pytest.approx(1000, rel=0.05)
    assert points.argmax() == pytest.approx(POINTS / 4, abs=1)


def test_what_comes_after_the_last_slot_is_in_it():
    matrix = aggregated(seen(10, -20, -30, step=1.0), 2, 1.0).reshape(4, 2)
    assert matrix.tolist() == [[1, 0], [0, 2], [10, 0], [0, 50]]
