"""The innermost packet of a frame, through every tunnel, and never an exception."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.packets import DEEPEST, Decoder, Packet
from tests.monitor.frames import (
    DEVICE,
    DEVICE6,
    SITE,
    SITE6,
    SYN,
    ethernet,
    ipv4,
    ipv6,
    sent,
    tcp,
    udp,
)

INNER = ipv4("10.9.0.1", "10.9.0.2", 17, udp(4000, 53, b"question"))
INNER6 = ipv6("2001:db8::1", "2001:db8::2", 17, udp(4000, 53, b"question"))
INNER_FRAME = ethernet(INNER)


def decode(frame, link=1, original=None):
    return Decoder().decode(link, frame, len(frame) if original is None else original)


def around(payload, protocol=17):
    """A frame of the device's with this IP payload."""
    return ethernet(ipv4(DEVICE, SITE, protocol, payload))


def extension(kind, following, size=8):
    return kind, bytes([following, size // 8 - 1]) + bytes(size - 2)


@pytest.mark.parametrize(
    ("source", "destination"), [(DEVICE, SITE), (DEVICE6, SITE6)], ids=["ipv4", "ipv6"]
)
def test_a_plain_segment(source, destination):
    segment = tcp(50000, 443, b"hello", seq=7, flags=SYN, options=b"\x02\x04\x05\xb4")
    packet = decode(sent(6, segment, to=destination, device=source))
    assert (packet.source_port, packet.destination_port) == (50000, 443)
    assert (packet.sequence, packet.flags, packet.payload, packet.length) == (7, SYN, b"hello", 5)
    assert packet.header == segment[:24]
    assert packet.outer == ()
    assert len(packet.source) == (4 if source == DEVICE else 16)


@pytest.mark.parametrize(
    ("frame", "outer"),
    [
        (around(INNER, 4), ("ipip",)),
        (around(INNER6, 41), ("6in4",)),
        (around(struct.pack(">HH", 0, 0x0800) + INNER, 47), ("gre",)),
        (around(struct.pack(">HHIII", 0xB000, 0x86DD, 0, 1, 2) + INNER6, 47), ("gre",)),
        (around(struct.pack(">HH", 0, 0x6558) + INNER_FRAME, 47), ("gre",)),
        (around(struct.pack(">HHHHI", 0x3001, 0x880B, 0, 5, 9) + b"\x21" + INNER, 47), ("gre",)),
        (
            around(struct.pack(">HHHHII", 0x3081, 0x880B, 0, 5, 9, 8) + b"\x21" + INNER, 47),
            ("gre",),
        ),
        (around(struct.pack(">HH", 0, 0x88BE) + INNER_FRAME, 47), ("erspan",)),
        (around(struct.pack(">HHIQ", 0x1000, 0x88BE, 1, 0) + INNER_FRAME, 47), ("erspan",)),
        (
            around(struct.pack(">HHI12s", 0x1000, 0x22EB, 1, bytes(12)) + INNER_FRAME, 47),
            ("erspan",),
        ),
        (around(b"\x30\x00" + INNER_FRAME, 97), ("etherip",)),
        (around(struct.pack(">I", 0x1FF) + INNER, 137), ("mpls",)),
        (ethernet(struct.pack(">II", 0x0, 0x1FF) + INNER, kind=0x8847), ()),
        (ethernet(struct.pack(">II", 0x1FF, 0) + INNER_FRAME, kind=0x8847), ()),
        (around(udp(9999, 4789, b"\x08" + bytes(7) + INNER_FRAME)), ("vxlan",)),
        (
            around(udp(9, 6081, struct.pack(">BBHI", 1, 0, 0x6558, 0) + bytes(4) + INNER_FRAME)),
            ("geneve",),
        ),
        (around(udp(2152, 2152, struct.pack(">BBHI", 0x30, 255, 0, 1) + INNER)), ("gtp",)),
        (
            around(
                udp(
                    2152,
                    2152,
                    struct.pack(">BBHIHBB", 0x34, 255, 0, 1, 0, 0, 0x85)
                    + b"\x01\x10\x09\x00"
                    + INNER,
                )
            ),
            ("gtp",),
        ),
        (around(udp(40000, 3544, INNER6)), ("teredo",)),
        (around(udp(3544, 40000, bytes(8) + INNER6)), ("teredo",)),
        (
            around(udp(3544, 40000, b"\0\1\0\0" + bytes(9) + bytes(8) + INNER6)),
            ("teredo",),
        ),
        (
            around(ipv4("1.1.1.1", "2.2.2.2", 47, struct.pack(">HH", 0, 0x0800) + INNER), 4),
            ("ipip", "gre"),
        ),
    ],
)
def test_tunnels_are_seen_through(frame, outer):
    packet = decode(frame)
    assert isinstance(packet, Packet)
    assert packet.outer == outer
    assert (packet.source_port, packet.destination_port) == (4000, 53)
    assert packet.payload == b"question"
    assert len(packet.layers) == len(outer) + 1


@pytest.mark.parametrize("port", [2152, 3544, 4789, 6081])
def test_what_only_uses_a_tunnels_port_stays_a_datagram(port):
    packet = decode(around(udp(40000, port, b"no tunnel of any kind")))
    assert (packet.outer, packet.payload) == ((), b"no tunnel of any kind")
    assert len(packet.layers) == 1


def test_tunnels_within_tunnels_have_an_end():
    packet = INNER
    for _ in range(DEEPEST + 1):
        packet = ipv4("1.1.1.1", "2.2.2.2", 4, packet)
    assert len(decode(ethernet(packet)).outer) == DEEPEST - 1


def test_a_tunnel_in_which_nothing_can_be_read_is_a_packet_itself():
    sealed = struct.pack(">HHHHI", 0x3001, 0x880B, 0, 5, 9) + b"\xff\x03\x00\xfdsealed"
    packet = decode(around(sealed, 47))
    assert (packet.transport, packet.outer, packet.payload) == ("gre", (), sealed)


def test_options_and_extension_headers_are_passed():
    with_options = ipv4(DEVICE, SITE, 17, udp(1, 53, b"x"), options=b"\x01" * 8)
    assert decode(ethernet(with_options)).payload == b"x"
    kind, hop = extension(0, 60)
    chain = hop + extension(60, 43, 16)[1] + extension(43, 17)[1] + udp(1, 53, b"y")
    assert decode(ethernet(ipv6(DEVICE6, SITE6, kind, chain))).payload == b"y"


def authenticated(following, payload):
    """An authentication header before a payload (RFC 4302)."""
    return bytes([following, 4, 0, 0]) + bytes(8) + b"twelve bytes" + payload


@pytest.mark.parametrize("segment", [tcp(50000, 80, b"hello", seq=7), udp(4000, 80, b"hello")])
@pytest.mark.parametrize(
    ("packet", "source", "destination"), [(ipv4, DEVICE, SITE), (ipv6, DEVICE6, SITE6)]
)
def test_what_is_only_authenticated_is_read(segment, packet, source, destination):
    following = 6 if len(segment) > 20 else 17
    frame = ethernet(packet(source, destination, 51, authenticated(following, segment)))
    found = decode(frame)
    assert (found.transport, found.outer) == ("tcp" if following == 6 else "udp", ("ah",))
    assert (found.destination_port, found.payload, found.length) == (80, b"hello", 5)


def test_authentication_that_cannot_be_read_is_a_packet_itself():
    for cut in (b"\x06\x04", authenticated(6, b"short"), b"\x06\xff" + bytes(30)):
        found = decode(around(cut, 51))
        assert (found.transport, found.outer, found.payload) == ("ip-51", (), cut)


def test_authentication_in_authentication_has_an_end():
    nested = tcp(50000, 80, b"hello")
    for following in (6, *[51] * 1000):
        nested = authenticated(following, nested)
    found = decode(around(nested, 51))
    assert found.transport == "ip-51"
    assert len(found.outer) < DEEPEST


@pytest.mark.parametrize("backwards", [False, True])
def test_fragments_of_both_versions_are_joined(backwards):
    whole = udp(4000, 53, bytes(range(200)) * 5)
    parts = [(0, whole[:400], True), (400, whole[400:800], True), (800, whole[800:], False)]
    four = [
        ipv4(DEVICE, SITE, 17, data, offset=at, more=more, identification=5)
        for at, data, more in parts
    ]
    six = [
        ipv6(DEVICE6, SITE6, 44, struct.pack(">BBHI", 17, 0, at | more, 9) + data)
        for at, data, more in parts
    ]
    for packets in (four, six):
        decoder = Decoder()
        ordered = packets[::-1] if backwards else packets
        *before, last = [decoder.decode(1, ethernet(p), 14 + len(p)) for p in ordered]
        assert [packet is None for packet in before] == [backwards, backwards]
        found = [last] if backwards else [*before, last]
        assert {(packet.source_port, packet.destination_port) for packet in found} == {(4000, 53)}
        assert sum(packet.octets for packet in found) == sum(map(len, packets))
        assert [packet.payload for packet in found[:-1]] == [b""] * (len(found) - 1)
        assert last.payload == whole[8:]


def test_all_packets_of_an_aggregated_frame_are_decoded():
    names = [b"first", b"second", b"third"]
    packets = [b"\xaa\xaa\x03\0\0\0\x08\0" + ipv4(DEVICE, SITE, 17, udp(1, 53, n)) for n in names]
    frame = b"\x88\x01\0\0" + bytes(18 + 2) + b"\x80\0"
    for packet in packets:
        subframe = b"T" * 6 + b"S" * 6 + len(packet).to_bytes(2, "big") + packet
        frame += subframe + bytes(-len(subframe) % 4)
    found = list(Decoder().decode_all(105, frame, len(frame)))
    assert [packet.payload for packet in found] == names
    assert {packet.source_hardware for packet in found} == {b"S" * 6}
    assert Decoder().decode(105, frame, len(frame)) == found[0]


def test_what_the_snap_length_cut_keeps_its_true_length():
    frame = sent(6, tcp(1, 2, bytes(1000)))
    packet = decode(frame[:100], original=len(frame))
    assert (len(packet.payload), packet.length, packet.octets) == (46, 1000, 1040)


def test_padding_of_short_frames_is_no_payload():
    frame = sent(6, tcp(1, 2)) + bytes(6)
    assert decode(frame).payload == b""


def test_lengths_left_open_by_offloading_reach_to_the_frames_end():
    packet = decode(ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2, b"all"), total=0)))
    assert packet.payload == b"all"


@pytest.mark.parametrize(
    "frame",
    [
        sent(6, tcp(1, 2))[:40],
        ethernet(b"\x45" + bytes(18)),
        ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2), total=19)),
        ethernet(b"\x55" + ipv4(DEVICE, SITE, 6, tcp(1, 2))[1:], kind=0x0800),
        ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2)[:12] + b"\x10" + tcp(1, 2)[13:])),
        ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2)[:12] + b"\xf0" + tcp(1, 2)[13:])),
    ],
    ids=["cut", "short", "total", "version", "offset too small", "offset too large"],
)
def test_malformed_headers_are_no_packet(frame):
    assert decode(frame) is None


@given(st.binary(max_size=120), st.sampled_from([0x0800, 0x86DD, 0x8847, 0x6558, 0x880B]))
def test_no_bytes_raise(data, kind):
    decode(ethernet(data, kind=kind))


@given(st.integers(0, 200), st.binary(min_size=1, max_size=4))
def test_no_damage_to_a_tunnel_raises(at, patch):
    frame = bytearray(around(udp(2152, 2152, struct.pack(">BBHI", 0x34, 255, 0, 1) + INNER)))
    at %= len(frame)
    frame[at : at + len(patch)] = patch
    decode(bytes(frame))
