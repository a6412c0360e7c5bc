"""What frames of each link carry, from whom."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.link import ARP, IPV4, IPV6, WIFI, is_known, unwrap, unwrap_next
from tests.monitor.frames import DEVICE_HARDWARE, ROUTER_HARDWARE, ethernet

IP4 = b"\x45" + bytes(19)
IP6 = b"\x60" + bytes(39)
SNAP = b"\xaa\xaa\x03\x00\x00\x00\x08\x00"


def vlan(*tags):
    return b"".join(struct.pack(">HH", kind, number) for kind, number in tags)


def wifi(kind, subtype, flags, *, extra=b"", body=SNAP + IP4):
    addresses = b"\x01" * 6 + b"\x02" * 6 + b"\x03" * 6
    return bytes([subtype << 4 | kind << 2, flags]) + bytes(2) + addresses + bytes(2) + extra + body


def radiotap(frame, *, present=0, fields=b"", more=()):
    words = struct.pack("<I", present) + b"".join(struct.pack("<I", word) for word in more)
    return struct.pack("<BBH", 0, 0, 4 + len(words) + len(fields)) + words + fields + frame


@pytest.mark.parametrize(
    ("link", "frame", "ether_type", "rest"),
    [
        (1, ethernet(IP4), IPV4, IP4),
        (1, ethernet(IP6), IPV6, IP6),
        (1, ethernet(vlan((7, 0x0800)) + IP4, kind=0x8100), IPV4, IP4),
        (1, ethernet(vlan((7, 0x8100), (8, 0x86DD)) + IP6, kind=0x88A8), IPV6, IP6),
        (1, ethernet(SNAP + IP4, kind=28), IPV4, IP4),
        (1, ethernet(bytes(6) + b"\x00\x21" + IP4, kind=0x8864), IPV4, IP4),
        (1, ethernet(bytes(6) + b"\x00\x57" + IP6, kind=0x8864), IPV6, IP6),
        (0, b"\x02\0\0\0" + IP4, IPV4, IP4),
        (0, b"\0\0\0\x1e" + IP6, IPV6, IP6),
        (108, b"\0\0\0\x02" + IP4, IPV4, IP4),
        (9, b"\xff\x03\x00\x21" + IP4, IPV4, IP4),
        (9, b"\x21" + IP4, IPV4, IP4),
        (50, b"\xff\x03\x00\x57" + IP6, IPV6, IP6),
        (51, bytes(6) + b"\x00\x21" + IP4, IPV4, IP4),
        (101, IP4, IPV4, IP4),
        (12, IP6, IPV6, IP6),
        (228, IP4, IPV4, IP4),
        (229, IP6, IPV6, IP6),
        (104, b"\x0f\x00\x08\x00" + IP4, IPV4, IP4),
        (113, bytes(4) + b"\0\6" + DEVICE_HARDWARE + bytes(2) + b"\x08\0" + IP4, IPV4, IP4),
        (276, b"\x08\0" + bytes(9) + b"\6" + DEVICE_HARDWARE + bytes(2) + IP4, IPV4, IP4),
        (105, wifi(2, 0, 0), IPV4, IP4),
        (127, radiotap(wifi(2, 0, 0)), IPV4, IP4),
        (192, struct.pack("<BBHI", 0, 0, 8, 101) + IP4, IPV4, IP4),
        (258, struct.pack("<III", 12, 1, 101) + IP4, IPV4, IP4),
        (119, bytes(144) + wifi(2, 0, 0), IPV4, IP4),
        (163, bytes(4) + struct.pack(">I", 8) + wifi(2, 0, 0), IPV4, IP4),
    ],
)
def test_a_frame_carries(link, frame, ether_type, rest):
    carried = unwrap(link, frame)
    assert carried.ether_type == ether_type
    assert carried.data[carried.start :] == rest


@pytest.mark.parametrize("link", [1, 113, 276])
def test_the_sender_is_known_where_the_link_tells(link):
    frame = {
        1: ethernet(IP4),
        113: bytes(4) + b"\0\6" + DEVICE_HARDWARE + bytes(2) + b"\x08\0" + IP4,
        276: b"\x08\0" + bytes(9) + b"\6" + DEVICE_HARDWARE + bytes(2) + IP4,
    }[link]
    assert unwrap(link, frame).source == DEVICE_HARDWARE


def test_the_receiver_of_an_ethernet_frame_is_known():
    assert unwrap(1, ethernet(IP4)).destination == ROUTER_HARDWARE


@pytest.mark.parametrize(
    ("flags", "source", "destination"), [(0, 2, 1), (1, 2, 3), (2, 3, 1), (3, 4, 3)]
)
def test_stations_are_told_by_the_direction_through_the_access_point(flags, source, destination):
    extra = b"\x04" * 6 if flags == 3 else b""
    carried = unwrap(105, wifi(2, 0, flags, extra=extra))
    assert (carried.source, carried.destination) == (bytes([source]) * 6, bytes([destination]) * 6)


def test_quality_of_service_is_passed():
    assert unwrap(105, wifi(2, 8, 0, extra=b"\0\0")).data.endswith(IP4)


def aggregated(*packets):
    """A frame of several packets (A-MSDU): each with its own addresses, length and padding."""
    body = b""
    for number, packet in enumerate(packets):
        body += bytes(-len(body) % 4) + bytes([number]) * 6 + bytes([0x40 | number]) * 6
        body += len(packet).to_bytes(2, "big") + packet
    return wifi(2, 8, 1, extra=b"\x80\0", body=body)


@given(st.lists(st.integers(0, 60), max_size=8))
def test_every_packet_of_an_aggregated_frame_is_given(sizes):
    packets = [SNAP + IP4 + bytes(size) for size in sizes]
    frame = aggregated(*packets, b"no LLC", b"", SNAP[:6] + b"\x86\xdd" + IP6)
    carried, found = unwrap(105, frame), []
    while carried is not None:
        found.append(carried)
        carried = unwrap_next(carried)
    assert [each.ether_type for each in found] == [IPV4] * len(sizes) + [IPV6]
    for each, packet in zip(found, packets, strict=False):
        assert frame[each.start :].startswith(packet[len(SNAP) :])
    numbers = [*range(len(sizes)), len(sizes) + 2]
    assert [each.destination for each in found] == [bytes([n]) * 6 for n in numbers]
    assert [each.source for each in found] == [bytes([0x40 | n]) * 6 for n in numbers]


def test_other_links_carry_one_packet_in_a_frame():
    assert unwrap_next(unwrap(1, ethernet(IP4))) is None


@pytest.mark.parametrize(("subtype", "flags"), [(0, 0x40), (4, 0), (12, 0)])
def test_sealed_and_empty_frames_carry_nothing(subtype, flags):
    assert unwrap(105, wifi(2, subtype, flags)) is None


def test_management_frames_are_given_whole_without_radiotap_and_checksum():
    probe = wifi(0, 4, 0, body=b"\x00\x04home")
    clocked = radiotap(probe + b"FCS!", present=3, fields=bytes(8) + b"\x10")
    extended = radiotap(
        probe + b"FCS!", present=1 << 31 | 3, more=(0,), fields=bytes(4 + 8) + b"\x10"
    )
    for frame in (radiotap(probe), clocked, extended):
        carried = unwrap(127, frame)
        assert carried.ether_type == WIFI
        assert carried.data[carried.start :] == probe


def test_arp_is_carried():
    assert unwrap(1, ethernet(bytes(28), kind=0x0806)).ether_type == ARP


@given(st.sampled_from([n for n in range(300) if is_known(n)]), st.binary(max_size=80))
def test_no_frame_of_any_link_raises(link, frame):
    carried = unwrap(link, frame)
    for _ in range(6):  # a packet of an aggregated frame has 16 bytes at least
        carried = carried and unwrap_next(carried)
    assert carried is None


def test_links_that_are_not_known_are_told():
    assert not is_known(147)
    assert unwrap(147, IP4) is None
