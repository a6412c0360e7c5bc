"""The bridge is no door into its own network: which addresses it may speak to."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import CarrierError, Failure
from peppermoth.redact import Address
from peppermoth.tunnel.resolve import IpAddress, Resolver
from peppermoth.tunnel.targets import OwnAddresses, Targets, is_forbidden
from tests.conftest import Run

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::808:808",
    "100::1",
    "64:ff9b:1::808:808",
    "2001::1",
    "2001:0:808:808::f7f7:f7f7",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
]
PERMITTED = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00::1",
    "3ffe::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_special_purpose_addresses_are_forbidden(text: str) -> None:
    assert is_forbidden(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PERMITTED)
def test_public_addresses_up_to_the_edges_are_permitted(text: str) -> None:
    assert not is_forbidden(ipaddress.ip_address(text))


def holds_ipv4(ip: IpAddress) -> bool:
    return ip.version == 6 and (
        ip.ipv4_mapped is not None or ip in ipaddress.ip_network("64:ff9b::/96")
    )


@given(st.ip_addresses().filter(lambda ip: not holds_ipv4(ip)))
def test_nothing_that_the_standard_library_calls_local_is_permitted(ip: IpAddress) -> None:
    local = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified
    site_local = ip.version == 6 and ip.is_site_local
    assert is_forbidden(ip) or not (local or site_local or ip.is_private or ip.is_reserved)


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_holds_an_ipv4_address_is_judged_by_it(
    ip: ipaddress.IPv4Address,
) -> None:
    for prefix in ("::ffff:", "64:ff9b::"):
        holder = ipaddress.ip_address(f"{prefix}{ip}")
        assert is_forbidden(holder) == is_forbidden(ip)
        assert is_forbidden(holder, own={ip})


def test_own_public_addresses_are_forbidden() -> None:
    mine, other = map(ipaddress.ip_address, ("8.8.8.8", "8.8.4.4"))
    assert is_forbidden(mine, own={mine})
    assert not is_forbidden(other, own={mine})


def test_the_machine_knows_its_own_addresses() -> None:
    own = OwnAddresses(more=[ipaddress.ip_address("8.8.4.4")])
    assert ipaddress.ip_address("127.0.0.1") in own
    assert ipaddress.ip_address("8.8.4.4") in own
    assert ipaddress.ip_address("8.8.8.8") not in own


def failure(run: Run, targets: Targets, address: Address) -> Failure:
    with pytest.raises(CarrierError) as caught:
        run(targets.find(address))
    return caught.value.failure


def targets(*answers: str, allow_private: bool = False) -> Targets:
    resolver = Resolver(lambda name: answers)
    return Targets(resolver, allow_private=allow_private, own=())


def test_a_name_keeps_only_its_permitted_addresses_in_their_order(run: Run) -> None:
    found = run(targets("127.0.0.1", "8.8.8.8", "10.0.0.1", "8.8.4.4").find(Address("a", 80)))
    assert found == [ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("8.8.4.4")]


def test_a_name_that_points_inside_is_forbidden(run: Run) -> None:
    assert failure(run, targets("127.0.0.1", "::1"), Address("a", 80)) is Failure.TARGET_FORBIDDEN


@pytest.mark.parametrize("spelling", ["127.1", "0x7f.1", "2130706433", "localhost", "127.0.0.1"])
def test_no_spelling_of_loopback_gets_through(run: Run, spelling: str) -> None:
    found = failure(run, Targets(Resolver()), Address(spelling, 80))
    assert found is Failure.TARGET_FORBIDDEN


def test_allow_private_permits_literals_and_names(run: Run) -> None:
    here = [ipaddress.ip_address("127.0.0.1")]
    permissive = targets("127.0.0.1", allow_private=True)
    assert run(permissive.find(Address("127.0.0.1", 80))) == here
    assert run(permissive.find(Address("a", 80))) == here


def test_a_mapped_address_is_the_ipv4_address_that_it_means(run: Run) -> None:
    found = run(targets().find(Address("::ffff:8.8.8.8", 80)))
    assert found == [ipaddress.ip_address("8.8.8.8")]


@pytest.mark.parametrize("host", ["2606:4700::1%1", "a"])
def test_a_scope_hides_no_address_of_ours(run: Run, host: str) -> None:
    own = {ipaddress.ip_address("2606:4700::1")}
    guarded = Targets(Resolver(lambda name: ["2606:4700::1%1"]), own=own)
    assert failure(run, guarded, Address(host, 80)) is Failure.TARGET_FORBIDDEN


@pytest.mark.parametrize("host", ["8.8.8.8", "a"])
def test_port_zero_is_forbidden_even_where_private_is_allowed(run: Run, host: str) -> None:
    assert failure(run, targets("8.8.8.8", allow_private=True), Address(host, 0)) is (
        Failure.TARGET_FORBIDDEN
    )


def test_what_the_resolver_says_is_passed_on(run: Run) -> None:
    def unknown(name: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "x")

    assert failure(run, Targets(Resolver(unknown)), Address("a", 80)) is Failure.NAME_UNKNOWN
