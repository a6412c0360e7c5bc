"""Addresses as packets hold them (4 or 16 bytes): as text, and what kind they are."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(8192)
def text(address: bytes) -> str:
    """The usual text form."""
    return str(ipaddress.ip_address(address))


@lru_cache(8192)
def is_local(address: bytes) -> bool:
    """Whether the address is of a home or office network: private, shared or link-local."""
    ip = ipaddress.ip_address(address)
    shared = len(address) == 4 and address[0] == 100 and address[1] >> 6 == 1
    return ip.is_loopback or ip.is_link_local or shared or (ip.is_private and _is_private_use(ip))


@lru_cache(8192)
def is_unicast(address: bytes) -> bool:
    """Whether one host can have this address: no group, broadcast or unspecified one."""
    ip = ipaddress.ip_address(address)
    return not (ip.is_multicast or ip.is_unspecified or address == b"\xff" * 4)


def is_host(written: str) -> bool:
    """The same of an address in its text form."""
    return is_unicast(ipaddress.ip_address(written).packed)


def _is_private_use(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(ip in network for network in _PRIVATE if network.version == ip.version)


_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
