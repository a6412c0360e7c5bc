"""Whose traffic a report is about: one device, by its addresses.

``find`` weighs the hosts in the beginning of a capture. The device is the host of the
local side that has clearly the most traffic among those that begin any, or that begins
clearly the most of it where two are equal. Where that is not clear the user has to say.
Addresses of one hardware address belong to one host, unless that of a router, behind which
all others are. Where nobody has an IP address that can be read, as in a sealed wireless
network, the device is the only one that sends anything but the access points.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from peppermoth.errors import CaptureError, ConfigError
from peppermoth.monitor import link
from peppermoth.monitor.addresses import is_local, is_unicast, text
from peppermoth.monitor.open_flow import source_is_client
from peppermoth.monitor.packets import Packet

MOST_ADDRESSES: Final = 256
"""So many addresses may one device show; a hostile capture shows more."""

CLEARLY: Final = 2.0
"""How many times the next one's traffic the device has."""


@dataclass(slots=True)
class Device:
    """The device by its IP addresses (4 or 16 bytes) and hardware addresses (6 bytes)."""

    addresses: set[bytes]
    hardware: set[bytes] = field(default_factory=set)

    def sent(self, packet: Packet) -> bool | None:
        """Whether the device sent a packet, or is only sent it; None if it has no part in it."""
        if packet.source_hardware in self.hardware:
            return True
        for source, destination in reversed(packet.layers):
            if source in self.addresses:
                return True
            if destination in self.addresses:
                return False
        return False if packet.destination_hardware in self.hardware else None

    def learn(self, packet: Packet) -> bool:
        """An address that the device uses besides those it is known by; whether it is new."""
        address = packet.source
        if (
            address in self.addresses
            or packet.source_hardware not in self.hardware
            or packet.outer
            or not is_unicast(address)
            or len(self.addresses) >= MOST_ADDRESSES
        ):
            return False
        self.addresses.add(address)
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """Its IP addresses as text, IPv4 first."""
        return tuple(map(text, sorted(self.addresses, key=lambda ip: (len(ip), ip))))


@dataclass(slots=True)
class _Host:
    """What was seen of an address, or of several of one host."""

    weight: int = 0
    begun: int = 0
    hardware: set[bytes] = field(default_factory=set)
    addresses: set[bytes] = field(default_factory=set)


class Census:
    """The hosts of a capture's beginning."""

    def __init__(self) -> None:
        self._hosts: defaultdict[bytes, _Host] = defaultdict(_Host)
        self._senders: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._stations: defaultdict[bytes, int] = defaultdict(int)
        self._access_points: set[bytes] = set()

    def count(self, found: Packet | link.Carried, weight: int) -> None:
        """``weight`` packets like this one."""
        if isinstance(found, link.Carried):
            self._stations[found.source] += weight
            if found.ether_type == link.WIFI:
                self._access_points.add(link.network_of(found))
            return
        source, destination = found.source, found.destination
        client = source if source_is_client(found) else destination
        # A dictionary: those that are even stay in the order of the capture, in every run.
        for address in dict.fromkeys((source, destination)):
            if is_unicast(address):
                self._hosts[address].weight += weight
        self._hosts[client].begun += 1
        if is_unicast(source) and found.source_hardware and not found.outer:
            self._hosts[source].hardware.add(found.source_hardware)
            self._senders[found.source_hardware].add(source)

    def find(self, wanted: str | None) -> Device:
        """The device; ``wanted`` is its IP or hardware address where the user has said it.

        Raises CaptureError where it is not clear, with a sentence that lists the candidates,
        ConfigError for a name that is no address.
        """
        hosts = self._grouped()
        if wanted is not None:
            return self._named(wanted, hosts)
        chosen = _clear(hosts)
        if chosen is None:
            if hosts:
                raise CaptureError(_unclear([(_name(host), host.weight) for host in hosts]))
            return Device(set(), {self._station()})
        device = Device(set(chosen.addresses), set(chosen.hardware))
        if not chosen.hardware:
            self._add_other_family(device, hosts)
        return device

    def _grouped(self) -> list[_Host]:
        """Addresses of the local side (of any side where there is none), joined to hosts."""
        candidates = {a: host for a, host in self._hosts.items() if host.weight}
        local = {a: host for a, host in candidates.items() if is_local(a)}
        groups: dict[bytes, _Host] = {}
        for address, host in (local or candidates).items():
            hardware = next(iter(host.hardware)) if len(host.hardware) == 1 else b""
            group = groups.setdefault(hardware or address, _Host())
            group.weight += host.weight
            group.begun += host.begun
            group.addresses.add(address)
            if hardware and not self._is_router(hardware):
                group.hardware.add(hardware)
                group.addresses |= {a for a in self._senders[hardware] if len(a) == 16}
        return sorted(groups.values(), key=lambda host: host.weight, reverse=True)

    def _station(self) -> bytes:
        """Who alone sent frames that hold no IP, but the access points. Raises CaptureError."""
        stations = self._stations.keys() - self._access_points
        if len(stations) == 1:
            return stations.pop()
        shown = [(one.hex(":"), self._stations[one]) for one in stations or self._stations]
        raise CaptureError(_unclear(sorted(shown, key=lambda one: (-one[1], one[0]))))

    def _is_router(self, hardware: bytes) -> bool:
        """Whether it sends for several networks of the wide Internet, or in IPv4 for one of them
        and for its own: hosts have one such address, and what others say is not to be told."""
        senders = self._senders[hardware]
        networks = {a[:8] for a in senders if not is_local(a)}
        kinds = {is_local(a) for a in senders if len(a) == 4}
        return len(networks) > 1 or len(kinds) > 1

    def _named(self, wanted: str, hosts: list[_Host]) -> Device:
        try:
            address = ipaddress.ip_address(wanted).packed
        except ValueError:
            hardware = _hardware(wanted)
            if hardware is None:
                raise ConfigError(
                    f"The device {wanted!r} is neither an IP address nor a hardware address."
                ) from None
            return Device(set(self._senders.get(hardware, ())), {hardware})
        seen = self._hosts.get(address)
        if seen is None:
            return Device({address})
        for host in hosts:
            if address in host.addresses:
                return Device(set(host.addresses), set(host.hardware))
        own = {h for h in seen.hardware if not self._is_router(h) and len(self._senders[h]) == 1}
        return Device({address}, own)

    def _add_other_family(self, device: Device, hosts: list[_Host]) -> None:
        """Where no hardware address joins them: the clear host of the other IP version."""
        size = {len(address) for address in device.addresses}
        others = [
            host
            for host in hosts
            if not host.hardware and not size & {len(address) for address in host.addresses}
        ]
        if other := _clear(others):
            device.addresses |= other.addresses


def _clear(hosts: list[_Host]) -> _Host | None:
    """The host with clearly the most traffic, or that begins clearly the most of it.

    One that begins nothing is a server, unless nobody begins anything.
    """
    if not hosts:
        return None
    first, *others = [host for host in hosts if host.begun] or hosts
    rivals = [host for host in others if host.weight * CLEARLY > first.weight]
    if not rivals:
        return first
    by_begun = sorted([first, *rivals], key=lambda host: host.begun, reverse=True)
    if by_begun[0].begun >= CLEARLY * by_begun[1].begun and by_begun[0].begun:
        return by_begun[0]
    return None


def _unclear(candidates: list[tuple[str, int]]) -> str:
    if not candidates:
        return "No device was found: the capture holds no IP packets that can be read."
    shown = ", ".join(f"{name} ({weight} packets)" for name, weight in candidates[:5])
    return f"It is not clear whose traffic this is; name one with --device: {shown}."


def _name(host: _Host) -> str:
    """The address that a host is named by, the same in every run."""
    return text(min(host.addresses, key=lambda address: (len(address), address)))


def _hardware(name: str) -> bytes | None:
    """A hardware address in its usual form, six pairs of hexadecimal digits."""
    pairs = name.replace("-", ":").split(":")
    try:
        found = bytes(int(pair, 16) for pair in pairs)
    except ValueError:
        return None
    return found if len(found) == 6 else None
