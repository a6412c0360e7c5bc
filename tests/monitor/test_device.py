"""Whose traffic it is: found where it is clear, asked where it is not."""

from __future__ import annotations

import ipaddress

import pytest

from peppermoth.errors import CaptureError, ConfigError
from peppermoth.monitor.device import MOST_ADDRESSES, Census, Device
from peppermoth.monitor.packets import Decoder
from tests.monitor.frames import (
    DEVICE,
    DEVICE6,
    DEVICE_HARDWARE,
    RESOLVER,
    ROUTER_HARDWARE,
    SITE,
    SITE6,
    SYN,
    ethernet,
    ip,
    ipv4,
    received,
    sent,
    tcp,
    udp,
)


def packed(address):
    return ipaddress.ip_address(address).packed


def counted(*frames, link=1):
    census, decoder = Census(), Decoder()
    for frame in frames:
        census.count(decoder.decode(link, frame, len(frame)), 1)
    return census


BROWSING = [
    sent(17, udp(5000, 53, b"q"), to=RESOLVER),
    received(17, udp(53, 5000, b"a"), of=RESOLVER),
    sent(6, tcp(5001, 443, flags=SYN)),
    received(6, tcp(443, 5001)),
    sent(6, tcp(5002, 443, flags=SYN), to=SITE6, device=DEVICE6),
    received(6, tcp(443, 5002), of="2001:db8:55::1", device=DEVICE6),
]


def test_the_local_host_with_the_most_traffic_is_the_device_in_both_versions_of_ip():
    device = counted(*BROWSING).find(None)
    assert device.addresses == {packed(DEVICE), packed(DEVICE6)}
    assert device.hardware == {DEVICE_HARDWARE}
    assert device.names == (DEVICE, DEVICE6)


def test_of_two_equal_hosts_the_one_that_begins_is_the_device():
    frames = [
        ethernet(ipv4("10.0.0.1", "10.0.0.2", 6, tcp(5000, 80, flags=SYN))),
        ethernet(ipv4("10.0.0.2", "10.0.0.1", 6, tcp(80, 5000)), outgoing=False),
    ]
    assert counted(*frames).find(None).names == ("10.0.0.1",)


def test_a_server_of_two_equal_hosts_is_not_taken_for_the_device():
    frames = [
        frame
        for host in ("10.0.0.1", "10.0.0.2")
        for frame in (
            ip(host, "10.0.0.9", 6, tcp(5000, 80, flags=SYN)),
            ip("10.0.0.9", host, 6, tcp(80, 5000)),
        )
    ]
    with pytest.raises(CaptureError, match=r"--device: 10\.0\.0\.9 \(4 packets\), 10\.0\.0\.1"):
        counted(*frames, link=101).find(None)


def test_of_two_public_hosts_the_one_that_begins_is_the_device():
    frame = ethernet(ipv4("198.51.100.7", SITE, 6, tcp(5000, 80, flags=SYN)))
    assert counted(frame).find(None).names == ("198.51.100.7",)


def test_without_hardware_addresses_both_versions_of_ip_are_found():
    frames = [
        ip("10.215.173.1", SITE, 6, tcp(5000, 443, flags=SYN)),
        ip(SITE, "10.215.173.1", 6, tcp(443, 5000)),
        ip("fd00:2::1", SITE6, 6, tcp(5000, 443, flags=SYN)),
    ]
    device = counted(*frames, link=101).find(None)
    assert device.names == ("10.215.173.1", "fd00:2::1")


def test_where_it_is_not_clear_the_candidates_are_named():
    frames = [
        ethernet(ipv4(host, SITE, 6, tcp(5000, 80, flags=SYN)), outgoing=outgoing)
        for host, outgoing in (("10.0.0.1", True), ("10.0.0.2", False))
    ]
    with pytest.raises(CaptureError, match=r"--device: 10\.0\.0\.[12] \(1 packets\), 10\.0\.0"):
        counted(*frames).find(None)


def test_the_named_device_is_found_with_its_other_addresses():
    assert counted(*BROWSING).find(DEVICE6).names == (DEVICE, DEVICE6)
    assert counted(*BROWSING).find("02-00-00-00-00-20").names == (DEVICE, DEVICE6)
    assert counted(*BROWSING).find("10.99.99.99").names == ("10.99.99.99",)


def test_a_routers_hardware_address_does_not_make_the_world_one_device():
    device = counted(*BROWSING, received(6, tcp(443, 5003), of="9.9.9.9")).find(RESOLVER)
    assert device.names == (RESOLVER,)
    assert not device.hardware


@pytest.mark.parametrize("name", ["phone", "10.0.0", "02:00:00", "02:00:00:00:00:zz", ""])
def test_a_name_that_is_no_address_is_refused(name):
    with pytest.raises(ConfigError, match="neither an IP address nor a hardware address"):
        counted(*BROWSING).find(name)


def test_a_capture_without_ip_says_so():
    with pytest.raises(CaptureError, match="no IP packets"):
        Census().find(None)


STATIONS = [bytes([2, 0, 0, 0, 0x20, n]) for n in range(8)]
ACCESS_POINT = bytes.fromhex("020000000099")


def beacon(sender=ACCESS_POINT):
    return bytes([0x80, 0, 0, 0]) + b"\xff" * 6 + sender + sender + bytes(14)


def probe(sender):
    return bytes([0x40, 0, 0, 0]) + b"\xff" * 6 + sender + b"\xff" * 6 + bytes(4)


def answer(receiver):
    return bytes([0x50, 0, 0, 0]) + receiver + ACCESS_POINT + ACCESS_POINT + bytes(14)


def test_access_points_are_not_taken_for_the_only_station():
    own = STATIONS[0]
    for frames in ([beacon()] * 9 + [probe(own)], [probe(own), answer(own), answer(own)]):
        assert counted(*frames, link=105).find(None).hardware == {own}


def test_of_several_stations_one_has_to_be_named_by_its_hardware_address():
    frames = [beacon()] * 9 + [probe(STATIONS[1])] * 2
    frames += [probe(station) for station in STATIONS]
    listed = ", ".join(
        f"02:00:00:00:20:{n:02} ({count} packets)"
        for n, count in ((1, 3), (0, 1), (2, 1), (3, 1), (4, 1))
    )
    with pytest.raises(CaptureError) as refused:
        counted(*frames, link=105).find(None)
    assert str(refused.value).endswith(f"name one with --device: {listed}.")


@pytest.mark.parametrize("heard", [[ACCESS_POINT], [ACCESS_POINT, STATIONS[0]]])
def test_an_access_point_is_the_device_only_where_it_is_named(heard):
    with pytest.raises(CaptureError) as refused:
        counted(*map(beacon, heard), link=105).find(None)
    listed = ", ".join(f"{sender.hex(':')} (1 packets)" for sender in heard)
    assert str(refused.value).endswith(f"name one with --device: {listed}.")


def test_what_the_device_sent_is_told_from_what_it_is_sent_and_what_is_not_its():
    device = Device({packed(DEVICE)}, {DEVICE_HARDWARE})
    decoder = Decoder()
    dhcp = ethernet(ipv4("0.0.0.0", "255.255.255.255", 17, udp(68, 67, b"")))
    other = ethernet(ipv4("10.5.5.5", "224.0.0.251", 17, udp(1, 2, b"")), kind=0x0800)
    other = other[:6] + ROUTER_HARDWARE + other[12:]
    frames = [sent(17, udp(1, 2, b"")), received(17, udp(1, 2, b"")), dhcp, other]
    found = [device.sent(decoder.decode(1, frame, len(frame))) for frame in frames]
    assert found == [True, False, True, None]


def test_a_tunnels_ends_and_what_is_in_it_are_the_devices():
    device = Device({packed(DEVICE)})
    inner = ip(DEVICE6, SITE6, 6, tcp(1, 2))
    back = ip(SITE6, DEVICE6, 6, tcp(2, 1))
    frames = [sent(41, inner), received(41, back)]
    found = [device.sent(Decoder().decode(1, frame, len(frame))) for frame in frames]
    assert found == [True, False]


def test_addresses_of_its_hardware_are_learned_up_to_a_bound():
    device = Device({packed(DEVICE)}, {DEVICE_HARDWARE})
    for number in range(2 * MOST_ADDRESSES):
        frame = sent(17, udp(1, 2, b""), to=SITE6, device=f"2001:db8:7::{number + 1:x}")
        device.learn(Decoder().decode(1, frame, len(frame)))
    assert len(device.addresses) == MOST_ADDRESSES


def test_hosts_that_are_even_are_named_in_the_order_of_the_capture():
    """Not in that of a set, which differs from run to run."""
    for number in range(12):
        own, other = f"10.0.0.{number + 20}", f"10.0.0.{99 - number}"
        one, two = (
            ethernet(ip(of, to, 17, udp(5000, 5000, b"?")), outgoing=outgoing)
            for of, to, outgoing in ((own, other, True), (other, own, False))
        )
        with pytest.raises(CaptureError, match=rf"--device: {own} \(.*, {other} \("):
            counted(one, two).find(None)


def test_a_gateway_that_forwards_for_one_host_alone_is_only_itself():
    own = ethernet(ip("10.0.0.1", DEVICE, 17, udp(53, 5000, b"answer")), outgoing=False)
    passed_on = ethernet(ip("198.51.100.7", DEVICE, 17, udp(53, 5000, b"answer")), outgoing=False)
    assert counted(own, passed_on).find("10.0.0.1") == Device({packed("10.0.0.1")})
