"""Hardware addresses, and what a device says in the air."""

from __future__ import annotations

import ipaddress

import pytest

from peppermoth.monitor.observation import Certainty, Place
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.monitor.observe.hardware import Hardware
from tests.monitor.observe.feeding import everything, facts
from tests.wire.wifi_frames import STATION, element, management, simple_configuration


def see(*frames):
    hardware = Hardware()
    return [one for frame in frames for one in hardware.receive(frame)] + list(hardware.end())


def used(address: bytes, *, from_device: bool = True) -> Frame:
    return Frame(FrameKind.HARDWARE_ADDRESS, address, b"", from_device, Place(5, 1.0))


def within(address: str) -> Frame:
    data = ipaddress.ip_address(address).packed
    return Frame(FrameKind.ADDRESS, STATION, data, True, Place(7, 3.0))


def aired(data: bytes, *, from_device: bool = True) -> Frame:
    return Frame(FrameKind.WIFI, STATION, data, from_device, Place(6, 2.0))


def test_an_address_tells_its_maker_and_keeps_its_own_part():
    told = see(used(STATION))
    assert facts(told) == [("identity.mac", "f0:18:98:…"), ("device.model", "Apple")]
    assert told[0].packets == (5,)
    assert told[1].certainty is Certainty.LIKELY
    assert "bb:cc" not in everything(told)


def test_a_random_address_is_a_protection():
    told = see(used(bytes.fromhex("3ebebd010203")))
    assert facts(told) == [("protected.mac", "3e:be:bd:…")]
    assert told[0].certainty is Certainty.LIKELY


def test_an_address_made_of_a_hardware_address_shows_it():
    told = see(within("2001:db8:1:2:f218:98ff:feaa:bbcc"))
    assert facts(told) == [("identity.mac", "f0:18:98:…"), ("device.model", "Apple")]
    assert (told[0].field, told[0].certainty) == ("ipv6.src", Certainty.LIKELY)
    assert "bb:cc" not in everything(told)


@pytest.mark.parametrize(
    "address",
    [
        "2001:db8:1:2:f218:98aa:bbcc:1",
        "2001:db8:1:2:f018:98ff:feaa:bbcc",  # made of a made-up one
        "192.0.2.1",
    ],
)
def test_other_addresses_show_none(address):
    assert not see(within(address))


def test_groups_and_nothing_are_no_addresses_of_a_device():
    assert not see(used(b"\xff" * 6), used(bytes(6)), used(b""))


def test_a_device_that_looks_for_networks_tells_their_names():
    told = see(
        aired(management(4, element(0, b"Moth Cafe"))),
        aired(management(4, element(0, b"Moth Cafe"))),
        aired(management(0, element(0, b"At Ada's"))),
        aired(management(4, element(0, b""))),
    )
    assert facts(told) == [("identity.wifi", "Moth Cafe"), ("identity.wifi", "At Ada's")]
    assert [one.details["how"] for one in told] == ["probe", "join"]


def test_make_model_and_name_are_told():
    said = simple_configuration((0x1021, b"Moth"), (0x1023, b"M-7"), (0x1011, b"Ada's moth"))
    assert facts(see(aired(management(4, element(0, b""), said)))) == [
        ("device.model", "Moth M-7"),
        ("identity.host_name", "Ada's moth"),
    ]


def test_frames_of_others_and_other_frames_tell_nothing():
    assert not see(
        aired(management(4, element(0, b"Moth")), from_device=False),
        used(STATION, from_device=False),
        aired(management(8, element(0, b"Moth"))),
        aired(b"\x40\x40"),
        Frame(FrameKind.ARP, STATION, bytes(28), True, Place(1, 1.0)),
    )
