"""Signatures of OpenVPN and WireGuard: they fire on them, at their edges, and not on others."""

from __future__ import annotations

import math
import random

import pytest

from peppermoth.lab.detectors.signatures import DETECTORS, MESSAGES, messages
from peppermoth.lab.traces import Trace
from tests.lab.detectors.flows import Line, datagrams, in_tls, talk
from tests.wire import tunnel_messages as made

MARGINS = {detector.id: detector.margin for detector in DETECTORS}
OPCODES, NDPI = MARGINS["openvpn-opcodes"], MARGINS["openvpn-opcodes.ndpi"]
ACKS, WIREGUARD = MARGINS["openvpn-acknowledgements"], MARGINS["wireguard"]

# What OpenVPN 2.6 says over UDP: client or server, opcode, length.
HANDSHAKE = (
    *((True, 7, 14), (False, 8, 26), (True, 4, 303), (False, 4, 836), (True, 4, 944)),
    *((False, 4, 192), (True, 5, 30), (False, 4, 316), (True, 5, 34)),
)
PINGS = ((True, 9, 40), (False, 9, 40)) * 20

Said = tuple[bool, int, int]


def over_udp(said: tuple[Said, ...]) -> Trace:
    return datagrams([(client, bytes([opcode << 3]) * length) for client, opcode, length in said])


def over_tcp(said: tuple[Said, ...]) -> Trace:
    line = Line()
    for number, (client, opcode, length) in enumerate(said, 1):
        message = length.to_bytes(2, "big") + bytes([opcode << 3]) * length
        line.say(number / 50, client=client, data=message)
    return line.trace()


@pytest.mark.parametrize("carried", [over_udp, over_tcp])
def test_openvpn_s_opcodes_are_found(carried):
    trace = carried(HANDSHAKE + PINGS)
    assert [m.opcode for m in messages(trace)[:10]] == [7, 8, 4, 4, 4, 4, 5, 4, 5, 9]
    assert OPCODES(trace) == 2  # five of them
    assert NDPI(trace) == 2


@pytest.mark.parametrize("mask", [0x5A, 0xFF])
def test_hidden_opcodes_are_found_by_their_number(mask):
    hidden = [(c, bytes([(o << 3) ^ mask]) * n) for c, o, n in HANDSHAKE + PINGS]
    assert OPCODES(datagrams(hidden)) == 2


def flow_of(others: list[int], count: int = 12) -> Trace:
    """Two resets, then so many messages in all with these opcodes in turn."""
    rest = [(k % 2 == 0, others[k % len(others)], 40) for k in range(count - 2)]
    return over_udp(((True, 7, 14), (False, 8, 26), *rest))


@pytest.mark.parametrize(
    ("others", "margin", "ndpi"),
    [([4], 0, 0), ([4, 5], 1, 1), ([4, 5, 9], 2, 2), ([4, 5, 6, 9], 3, 1), ([3, 4, 5, 6, 9], 4, 0)],
)
def test_four_opcodes_are_the_fewest_and_for_ndpi_six_the_most(others, margin, ndpi):
    assert OPCODES(flow_of(others)) == margin
    assert NDPI(flow_of(others)) == ndpi


@pytest.mark.parametrize(("count", "judged"), [(9, False), (10, True)])
def test_ndpi_wants_ten_messages(count, judged):
    assert math.isnan(NDPI(flow_of([4, 5], count))) != judged


def test_ndpi_does_not_look_beyond_ten_and_the_paper_s_rule_beyond_a_hundred():
    late = ((True, 7, 14),)
    ten = (*HANDSHAKE, PINGS[0])
    assert NDPI(over_udp(ten + late)) == 2
    assert OPCODES(over_udp(ten + late)) == -1
    hundred = HANDSHAKE + PINGS * 3
    assert OPCODES(over_udp(hundred[:MESSAGES] + late)) == 2


@pytest.mark.parametrize("margin", [OPCODES, NDPI])
def test_a_reset_may_be_repeated_before_anything_else_is_said_and_not_after(margin):
    again = (True, 7, 14)
    assert margin(over_udp((again, again, *HANDSHAKE))) > 0
    assert margin(over_udp((*HANDSHAKE[:3], again, *HANDSHAKE[3:]))) < 0


@pytest.mark.parametrize("margin", [OPCODES, NDPI])
def test_equal_resets_and_a_server_that_comes_late_are_not_openvpn(margin):
    equal = ((True, 7, 14), (False, 7, 26), *HANDSHAKE[2:], *PINGS)
    late = ((True, 7, 14), (True, 4, 300), (False, 8, 26), *HANDSHAKE[2:])
    assert margin(over_udp(equal)) < 0
    assert margin(over_udp(late)) < 0


@pytest.mark.parametrize("margin", [OPCODES, NDPI, ACKS])
def test_tls_and_random_datagrams_are_not_openvpn(margin):
    source = random.Random(4)
    noise = [(k % 2 == 0, source.randbytes(source.randrange(20, 900))) for k in range(80)]
    assert margin(in_tls([300, -1200] * 10)) == -math.inf
    assert margin(datagrams(noise)) <= 0
    assert margin(datagrams([(True, bytes(13))] * 10)) == -math.inf


@pytest.mark.parametrize("margin", [OPCODES, NDPI, ACKS])
def test_nothing_is_said_of_silence(margin):
    assert math.isnan(margin(Line().trace()))


def test_lengths_of_datagrams_count_even_where_their_bytes_were_not_kept():
    trace = over_udp(tuple((True, 5, 30 if k in range(2, 9) else 1000 + k) for k in range(60)))
    assert messages(trace)[-1].opcode is None
    assert ACKS(trace) == 2


def test_messages_that_share_a_packet_or_span_packets_are_found():
    stream = b"".join(n.to_bytes(2, "big") + bytes([o << 3]) * n for _, o, n in HANDSHAKE)
    pieces = [stream[at : at + 500] for at in range(0, len(stream), 500)]
    found = messages(talk(pieces))
    assert [(m.opcode, m.length) for m in found] == [(o, n) for _, o, n in HANDSHAKE]


@pytest.mark.parametrize(("length", "fits"), [(13, False), (14, True), (6000, True), (6001, False)])
def test_a_message_in_a_stream_has_14_to_6000_bytes(length, fits):
    trace = talk([length.to_bytes(2, "big") + bytes(min(length, 20))])
    assert (messages(trace) is not None) == fits


# Acknowledgements


def acknowledged(early: int, later: int, count: int = 60) -> Trace:
    """So many messages as long as the third, among the first 30 and after."""
    lengths = [100 + number for number in range(count)]
    for number in (*range(2, 2 + early), *range(30, 30 + later)):
        lengths[number] = 30
    return over_udp(tuple((k % 2 == 0, 5, length) for k, length in enumerate(lengths)))


@pytest.mark.parametrize(
    ("early", "later", "margin"),
    [(4, 0, 0), (5, 0, 1), (6, 0, 2), (7, 0, 2), (7, 1, 1), (7, 2, 0), (7, 5, -3)],
)
def test_acknowledgements_are_many_early_and_none_later(early, later, margin):
    assert ACKS(acknowledged(early, later)) == margin


@pytest.mark.parametrize(("count", "judged"), [(49, False), (50, True)])
def test_acknowledgements_are_counted_in_fifty_messages(count, judged):
    assert math.isnan(ACKS(acknowledged(6, 0, count))) != judged


# WireGuard

SESSION = [
    (True, made.WIREGUARD_INITIATION),
    (False, made.WIREGUARD_RESPONSE),
    *((k % 2 == 0, made.WIREGUARD_DATA) for k in range(30)),
]


def test_wireguard_is_found_by_its_handshake_or_by_data_both_ways():
    assert WIREGUARD(datagrams(SESSION)) == 20
    assert WIREGUARD(datagrams(SESSION[2:4])) == 2
    assert WIREGUARD(datagrams(SESSION[2:3])) == 0


@pytest.mark.parametrize(("place", "margin"), [(19, -1), (20, 20)])
def test_one_stranger_among_the_first_twenty_is_enough(place, margin):
    said = list(SESSION)
    said[place] = (True, made.WIREGUARD_DATA + b"\0")
    assert WIREGUARD(datagrams(said)) == margin


@pytest.mark.parametrize(("length", "fits"), [(147, False), (148, True), (149, False)])
def test_an_initiation_has_148_bytes(length, fits):
    said = (made.WIREGUARD_INITIATION + bytes(9))[:length]
    assert (WIREGUARD(datagrams([(True, said)])) > 0) == fits


def test_datagrams_of_which_the_trace_kept_too_little_do_not_count():
    long = made.WIREGUARD_DATA[:4] + bytes(1436)
    said = [*SESSION[:2], *((k % 2 == 0, long) for k in range(40))]
    assert WIREGUARD(datagrams(said)) == 20
    assert WIREGUARD(datagrams([*SESSION[:2], *[(True, long)] * 40])) == 2 + 16384 // 1440


def test_other_datagrams_are_not_wireguard_and_streams_not_looked_at():
    assert WIREGUARD(datagrams([(True, b"moth" * 30)])) == -1
    assert math.isnan(WIREGUARD(talk([made.WIREGUARD_INITIATION])))
