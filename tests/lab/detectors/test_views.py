"""Views of a trace: senders of bare packets, places in the stream, bursts."""

from __future__ import annotations

import numpy as np
import pytest

from peppermoth.lab.detectors.views import burst_bytes, bursts, from_client, new_data
from tests.lab.detectors.flows import Line, datagrams, talk


def conversation() -> Line:
    line = Line()
    line.bare(0.011, client=True)
    line.say(0.02, client=True, data=b"a" * 40)
    line.bare(0.03, client=False)
    line.say(0.04, client=False, data=b"b" * 1000)
    line.bare(0.05, client=True)
    line.say(0.06, client=True, data=b"c" * 10)
    return line


def test_bare_packets_are_told_by_their_numbers_even_where_these_wrap():
    line = conversation()
    assert from_client(line.trace()).tolist() == [packet.client for packet in line.packets]


def test_bare_packets_are_told_where_the_opening_is_missing_and_one_side_sent_nothing():
    line = Line()
    line.say(0.02, client=True, data=40)
    line.bare(0.03, client=False)
    del line.packets[:2]
    assert from_client(line.trace()).tolist() == [True, False]


def test_a_packet_s_payload_is_found_in_its_stream():
    data = new_data(conversation().trace())
    assert [data.payload(k) for k in range(3)] == [b"a" * 40, b"b" * 1000, b"c" * 10]


def test_what_is_sent_again_is_left_out():
    line = conversation()
    line.again(3)
    data = new_data(line.trace())
    assert data.sizes.tolist() == [40, -1000, 10]


def test_payload_that_was_not_kept_is_empty():
    data = new_data(talk([16380, 4, 4, 9000, 8000]))
    assert [len(data.payload(k)) for k in range(5)] == [16380, 4, 0, 0, 0]


def test_datagrams_stand_one_after_the_other():
    data = new_data(datagrams([(True, b"aa"), (False, b"b"), (True, b"cc")]))
    assert [data.payload(k) for k in range(3)] == [b"aa", b"b", b"cc"]


@pytest.mark.parametrize(
    ("gap", "begins"), [(np.inf, [0, 2, 3]), (0.020, [0, 1, 2, 3]), (0.021, [0, 2, 3])]
)
def test_a_burst_ends_where_the_direction_turns_or_the_gap_is_reached(gap, begins):
    data = new_data(talk([10, 20, -30, 40], step=0.02))
    data.times[:] = [0, 0.02, 0.03, 0.04]
    assert bursts(data, gap).tolist() == begins


def test_bytes_of_bursts_are_signed():
    data = new_data(talk([10, 20, -30, 40]))
    assert burst_bytes(data, bursts(data)).tolist() == [30, -30, 40]


def test_a_flow_without_payload_has_no_bursts():
    data = new_data(Line().trace())
    assert not len(data)
    assert not len(burst_bytes(data, bursts(data)))
