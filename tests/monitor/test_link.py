"""What frames of each link carry, from whom."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.link import ARP, IPV4, IPV6, WIFI, is_known, unwrap
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


def test_quality_of_service_and_aggregation_are_passed():
    assert unwrap(105, wifi(2, 8, 0, extra=b"\0\0")).data.endswith(IP4)
    aggregated = unwrap(105, wifi(2, 8, 0, extra=b"\x80\0" + bytes(14)))
    assert aggregated.data[aggregated.start :] == IP4


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
    unwrap(link, frame)


def test_links_that_are_not_known_are_told():
    assert not is_known(147)
    assert unwrap(147, IP4) is None
