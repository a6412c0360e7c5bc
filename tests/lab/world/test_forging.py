"""Forged segments fit their flow, and their checksums are right."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.world.forging import onward, reply
from peppermoth.monitor.open_flow import ACK, FIN, RST, SYN
from peppermoth.monitor.packets import Packet
from tests.lab.world.frames import HARDWARE, decoded, tcp


def folded(data: bytes) -> int:
    """The one's complement sum; 0xFFFF where a checksum in the data is right."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@given(st.binary(max_size=300), st.sampled_from([RST, RST | ACK, FIN | ACK]))
def test_checksums_are_right(payload: bytes, flags: int) -> None:
    said = tcp(b"question")
    for frame in (onward(said, decoded(said), flags, payload), reply(said, decoded(said), flags)):
        ip, segment = frame[14:34], frame[34:]
        assert folded(ip) == 0xFFFF
        assert folded(ip[12:20] + struct.pack("!II", len(segment), 6) + segment) == 0xFFFF


def test_a_segment_onward_takes_the_senders_place() -> None:
    said = tcp(b"question", sequence=5, acknowledged=9)
    forged = decoded(onward(said, decoded(said), RST))
    assert (forged.source_port, forged.sequence, forged.flags) == (40000, 5, RST)


@pytest.mark.parametrize(("flags", "more"), [(ACK, 0), (SYN, 1), (FIN | ACK, 1)])
def test_a_reply_acknowledges_all_that_was_said(flags: int, more: int) -> None:
    said = tcp(b"question", sequence=0xFFFFFFFF, acknowledged=9, flags=flags)
    forged = reply(said, decoded(said), RST | ACK)
    packet = decoded(forged)
    assert (packet.source_port, packet.destination_port) == (443, 40000)
    assert packet.sequence == 9
    assert int.from_bytes(packet.header[8:12], "big") == 7 + more
    assert forged[:12] == HARDWARE[6:] + HARDWARE[:6]


def test_ipv6_is_forged_as_well() -> None:
    ends = bytes(15) + b"\1", bytes(15) + b"\2"
    said = Packet(6, (ends,), 1, 2, b"", 0, 0, sequence=3, header=bytes(12))
    frame = onward(HARDWARE, said, RST, b"moth")
    assert decoded(frame).payload == b"moth"
    segment = frame[54:]
    assert folded(b"".join(ends) + struct.pack("!II", len(segment), 6) + segment) == 0xFFFF
