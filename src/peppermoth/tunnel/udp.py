"""Datagrams: the bridge's sockets towards targets, and the client's port for SOCKS5.

``UdpAssociation`` is the far end of one UDP over TCP stream. It speaks to any
permitted target and hears only those that it has spoken to, by address and port
(as an address-restricted NAT with port filtering does). ``SocksUdpPort`` is the
relay of SOCKS5 UDP ASSOCIATE (RFC 1928, sections 6 and 7).

UDP may lose: what does not fit a limit, or the kernel's buffer, is dropped
without a word, and nothing waits in memory except for a name lookup.

Limits of an association: ``UdpLimits``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from peppermoth.errors import CarrierError
from peppermoth.redact import Address
from peppermoth.tunnel.resolve import IpAddress
from peppermoth.tunnel.targets import FAMILIES, Targets
from peppermoth.wire.socks import decode_datagram, encode_datagram

OnDatagram = Callable[[Address, bytes], None]
"""Takes the target or source of a datagram, and its payload."""

MAX_PAYLOAD = 65_507  # what IPv4 carries
_ENDPOINT_ANY = {4: ("0.0.0.0", 0), 6: ("::", 0)}  # noqa: S104 - replies come from anywhere
_READS_PER_WAKE = 64  # then other sockets have their turn

_Endpoint = tuple[str, int]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Socket:
    """One UDP socket on the loop: sends at once or drops, hands over what it receives."""

    def __init__(self, bind: _Endpoint, received: Callable[[_Endpoint, bytes], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._received = received
        self._sock = socket.socket(FAMILIES[6 if ":" in bind[0] else 4], socket.SOCK_DGRAM)
        try:
            self._sock.setblocking(False)
            self._sock.bind(bind)
        except OSError:
            self._sock.close()
            raise
        host, port = self._sock.getsockname()[:2]
        self.bound = Address(host, port)
        self._loop.add_reader(self._sock, self._read)

    def send(self, endpoint: _Endpoint, payload: bytes) -> None:
        with contextlib.suppress(OSError):
            self._sock.sendto(payload, endpoint)

    def close(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()

    def _read(self) -> None:
        for _ in range(_READS_PER_WAKE):
            try:
                payload, endpoint = self._sock.recvfrom(0xFFFF)
            except OSError:  # nothing left, closed by whom we told, or (Windows) a send bounced
                return
            self._received(endpoint[:2], payload)


class UdpLimits(NamedTuple):
    """What one association may hold."""

    targets: int = 1024
    lookups: int = 16
    queued_datagrams: int = 64
    queued_bytes: int = 256 * 1024


DEFAULT_LIMITS = UdpLimits()


class UdpAssociation:
    """One client's UDP at the bridge. ``on_datagram`` gets the source, always an IP literal."""

    def __init__(
        self,
        targets: Targets,
        on_datagram: OnDatagram,
        limits: UdpLimits = DEFAULT_LIMITS,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._targets = targets
        self._on_datagram = on_datagram
        self._limits = limits
        self._sockets: dict[int, _Socket] = {}
        self._routes: dict[Address, IpAddress] = {}
        self._peers: dict[_Endpoint, None] = {}
        self._queues: dict[Address, list[bytes]] = {}
        self._queued_datagrams = 0
        self._queued_bytes = 0
        self._lookups: set[asyncio.Task[None]] = set()
        self._closed = False

    def send(self, address: Address, payload: bytes) -> None:
        """Send to ``address``, after a lookup if it is a name; drop what is not permitted.

        The least recently used target is forgotten when there are too many.
        """
        if self._closed or len(payload) > MAX_PAYLOAD:
            return
        try:
            ip = self._routes.get(address) or self._targets.literal(address)
        except CarrierError:
            return
        if ip is None:
            self._queue(address, payload)
        else:
            self._send_to(address, ip, payload)

    def close(self) -> None:
        """Close the sockets and give up lookups; nothing is called back afterwards."""
        self._closed = True
        for sock in self._sockets.values():
            sock.close()
        for lookup in self._lookups:
            lookup.cancel()
        self._queues.clear()

    def _send_to(self, address: Address, ip: IpAddress, payload: bytes) -> None:
        endpoint = (str(ip), address.port)
        _remember(self._routes, address, ip, self._limits.targets)
        _remember(self._peers, endpoint, None, self._limits.targets)
        sock = self._sockets.get(ip.version)
        if sock is None:
            try:
                sock = _Socket(_ENDPOINT_ANY[ip.version], self._received)
            except OSError:
                return
            self._sockets[ip.version] = sock
        sock.send(endpoint, payload)

    def _received(self, endpoint: _Endpoint, payload: bytes) -> None:
        if endpoint in self._peers:
            self._on_datagram(Address(*endpoint), payload)

    def _queue(self, address: Address, payload: bytes) -> None:
        """Hold a datagram until its target's name is resolved."""
        if (
            self._queued_datagrams >= self._limits.queued_datagrams
            or self._queued_bytes + len(payload) > self._limits.queued_bytes
        ):
            return
        queue = self._queues.get(address)
        if queue is None:
            if len(self._queues) >= self._limits.lookups:
                return
            queue = self._queues[address] = []
            lookup = self._loop.create_task(self._look_up(address))
            self._lookups.add(lookup)
            lookup.add_done_callback(self._lookups.discard)
        queue.append(payload)
        self._queued_datagrams += 1
        self._queued_bytes += len(payload)

    async def _look_up(self, address: Address) -> None:
        try:
            found = await self._targets.find(address)
        except CarrierError:
            found = []
        payloads = self._queues.pop(address)
        self._queued_datagrams -= len(payloads)
        self._queued_bytes -= sum(map(len, payloads))
        for ip in found[:1]:
            for payload in payloads:
                self._send_to(address, ip, payload)


def _remember(table: dict[_Key, _Value], key: _Key, value: _Value, limit: int) -> None:
    """Make ``key`` the most recent entry; the least recent goes when there are too many."""
    table.pop(key, None)
    table[key] = value
    if len(table) > limit:
        del table[next(iter(table))]


class SocksUdpPort:
    """The client's UDP port for one SOCKS5 association; close it with the TCP connection.

    Binds ``listen_host``, the address on which the TCP connection was accepted.
    Takes datagrams only from ``client_host``, and only from one port: ``client_port``
    if the request named one, else the first port that is heard. Fragments and
    malformed datagrams are dropped. Raises OSError when no socket can be had.
    """

    def __init__(
        self, listen_host: str, client_host: str, client_port: int, on_datagram: OnDatagram
    ) -> None:
        self._client_host = client_host
        self._client_port = client_port
        self._on_datagram = on_datagram
        self._socket = _Socket((listen_host, 0), self._received)

    @property
    def bound(self) -> Address:
        """Where the application sends its datagrams: goes into the SOCKS reply."""
        return self._socket.bound

    def reply(self, address: Address, payload: bytes) -> None:
        """Pass a datagram from ``address`` to the application; dropped before it sent any."""
        if self._client_port:
            endpoint = (self._client_host, self._client_port)
            self._socket.send(endpoint, encode_datagram(address, payload))

    def close(self) -> None:
        """Close the port; nothing is called back afterwards."""
        self._socket.close()

    def _received(self, endpoint: _Endpoint, data: bytes) -> None:
        host, port = endpoint
        if host != self._client_host or port != (self._client_port or port):
            return
        datagram = decode_datagram(data)
        if datagram is None:
            return
        self._client_port = port
        self._on_datagram(*datagram)
