"""What kind an address is decides who can be the device."""

from __future__ import annotations

import ipaddress

import pytest

from peppermoth.monitor.addresses import is_local, is_unicast, text


def packed(address):
    return ipaddress.ip_address(address).packed


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "127.0.0.1",
        "fe80::1",
        "fd00::1",
        "::1",
    ],
)
def test_addresses_of_homes_and_offices_are_local(address):
    assert is_local(packed(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00::1", "192.0.2.1"]
)
def test_others_are_not(address):
    assert not is_local(packed(address))


@pytest.mark.parametrize("address", ["224.0.0.251", "255.255.255.255", "0.0.0.0", "ff02::1", "::"])
def test_groups_and_nobody_are_no_host(address):
    assert not is_unicast(packed(address))


@pytest.mark.parametrize("address", ["192.168.1.1", "2001:db8::1"])
def test_text_is_the_usual_form(address):
    assert is_unicast(packed(address))
    assert text(packed(address)) == address
