"""Which addresses the bridge may speak to: it must be no door into its own network.

The verdict falls on addresses, after resolution, so no name can point around
it; every spelling of an address (``0x7f.1``, ``::ffff:127.0.0.1``, NAT64) comes
down to the same one. The tables follow IANA's special-purpose address
registries (RFC 6890): of IPv6 only global unicast is permitted, without its
documentation, protocol, Teredo and 6to4 parts, in which nobody runs a site.

A public address that the machine has only behind its provider's NAT cannot be
seen from here; name it to ``OwnAddresses``.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Container, Iterable

from peppermoth.errors import CarrierError, Failure
from peppermoth.redact import Address
from peppermoth.tunnel.resolve import IpAddress, Resolver

_FORBIDDEN_IPV4 = (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # carrier-grade NAT
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local, with the metadata services of clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",  # private
    "198.18.0.0/15",  # benchmarking
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
)
_FORBIDDEN_IPV6 = (
    "::/3",  # unspecified, loopback, IPv4-compatible, local NAT64, reserved
    "4000::/2",  # reserved
    "8000::/1",  # reserved, private, link-local, multicast
    "2001::/23",  # protocol assignments, with Teredo and benchmarking
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4
    "3fff::/20",  # documentation
)
_HOLDING_IPV4 = ("::ffff:0:0/96", "64:ff9b::/96")  # mapped; NAT64, which IPv6-only bridges need

FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_ANY_PORT = 9

_Masks = tuple[tuple[int, int], ...]


def _masks(networks: Iterable[str]) -> _Masks:
    parsed = map(ipaddress.ip_network, networks)
    return tuple((int(net.netmask), int(net.network_address)) for net in parsed)


def _within(ip: IpAddress, masks: _Masks) -> bool:
    value = int(ip)
    return any(value & mask == network for mask, network in masks)


_FORBIDDEN = {4: _masks(_FORBIDDEN_IPV4), 6: _masks(_FORBIDDEN_IPV6)}
_HOLDERS = _masks(_HOLDING_IPV4)


def is_forbidden(ip: IpAddress, own: Container[IpAddress] = ()) -> bool:
    """Whether ``ip`` is special-purpose, or among ``own``, itself or as the IPv4 it holds."""
    if ip.version == 6 and _within(ip, _HOLDERS):
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return _within(ip, _FORBIDDEN[ip.version]) or ip in own


def _plain(ip: IpAddress) -> IpAddress:
    """The address by itself: as IPv4 where it only wraps that, and without a scope (``%1``).

    A scope names a link of this machine, and would hide one of its addresses from us.
    """
    if ip.version == 4:
        return ip
    return ip.ipv4_mapped or ipaddress.IPv6Address(int(ip))


class OwnAddresses:
    """The machine's addresses, as the kernel's routes know them now, and those in ``more``."""

    def __init__(self, more: Iterable[IpAddress] = ()) -> None:
        self._more = frozenset(more)

    def __contains__(self, ip: object) -> bool:
        return ip in self._more or (isinstance(ip, IpAddress) and _starts_at_itself(ip))


def _starts_at_itself(ip: IpAddress) -> bool:
    """Whether the route to ``ip`` starts at ``ip``; nothing is sent to learn it."""
    try:
        with socket.socket(FAMILIES[ip.version], socket.SOCK_DGRAM) as probe:
            probe.connect((str(ip), _ANY_PORT))
            return ipaddress.ip_address(probe.getsockname()[0]) == ip
    except OSError:  # no route: then it is no address of ours
        return False


class Targets:
    """Turns the address that a client asks for into addresses that it may reach."""

    def __init__(
        self,
        resolver: Resolver,
        *,
        allow_private: bool = False,
        own: Container[IpAddress] | None = None,
    ) -> None:
        self._resolver = resolver
        self._allow_private = allow_private
        self._own = OwnAddresses() if own is None else own

    def literal(self, address: Address) -> IpAddress | None:
        """The address when the host is an IP literal, None for a name; never waits.

        Raises CarrierError(TARGET_FORBIDDEN) when it may not be reached.
        """
        if address.port == 0:
            raise CarrierError(Failure.TARGET_FORBIDDEN, "port 0")
        if address.ip is None:
            return None
        ip = _plain(address.ip)
        if not self._permits(ip):
            raise CarrierError(Failure.TARGET_FORBIDDEN, "special-purpose or own address")
        return ip

    async def find(self, address: Address) -> list[IpAddress]:
        """The addresses to try, at least one, best first.

        Raises CarrierError: TARGET_FORBIDDEN when none of them may be reached, or
        what ``Resolver.resolve`` raises.
        """
        ip = self.literal(address)
        if ip is not None:
            return [ip]
        found = map(_plain, await self._resolver.resolve(address.host))
        permitted = [ip for ip in found if self._permits(ip)]
        if not permitted:
            raise CarrierError(Failure.TARGET_FORBIDDEN, "the name points to none but these")
        return permitted

    def _permits(self, ip: IpAddress) -> bool:
        return self._allow_private or not is_forbidden(ip, self._own)
