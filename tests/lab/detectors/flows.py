"""Small flows for the detectors' tests: what is said by whom and when, as a trace."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from peppermoth.lab.detectors.views import ACK, SYN
from peppermoth.lab.traces import KEPT, Trace
from peppermoth.monitor.observation import Endpoint

CLIENT, SERVER = Endpoint("192.0.2.1", 40000), Endpoint("198.51.100.1", 443)
CLIENT_FIRST, SERVER_FIRST = 0xFFFF_FFF0, 0x7000_0000  # the client's numbers soon wrap


class Packet(NamedTuple):
    """``size``: + from the client, - from the server, 0 for a bare acknowledgement."""

    time: float
    size: int
    client: bool
    flags: int
    sequence: int
    acknowledgement: int


@dataclass
class Line:
    """A TCP connection in the making; ``rtt`` is what an acknowledgement of the server takes."""

    rtt: float = 0.010
    seed: int = 7

    def __post_init__(self) -> None:
        self.packets: list[Packet] = []
        self.streams = {True: bytearray(), False: bytearray()}
        self.first = b""
        self._random = random.Random(self.seed)
        self.bare(0.0, client=True, flags=SYN)
        self.bare(self.rtt, client=False, flags=SYN | ACK)

    def _next(self, client: bool) -> int:
        first = CLIENT_FIRST if client else SERVER_FIRST
        opened = any(packet.client == client for packet in self.packets)
        return (first + opened + len(self.streams[client])) % 2**32

    def bare(self, time: float, *, client: bool, flags: int = ACK) -> None:
        """A packet without payload."""
        numbers = self._next(client), self._next(not client)
        self.packets.append(Packet(time, 0, client, flags, *numbers))

    def say(self, time: float, *, client: bool, data: bytes | int) -> None:
        """A packet with payload; a number asks for as many random bytes."""
        payload = self._random.randbytes(data) if isinstance(data, int) else data
        numbers = self._next(client), self._next(not client)
        size = len(payload) if client else -len(payload)
        self.packets.append(Packet(time, size, client, ACK, *numbers))
        self.streams[client] += payload
        if client and not self.first:
            self.first = payload

    def again(self, number: int) -> None:
        """Send a packet once more, a second after the last."""
        last = max(packet.time for packet in self.packets)
        self.packets.append(self.packets[number]._replace(time=last + 1))

    def trace(self) -> Trace:
        """The connection as the line saw it."""
        return trace(self.packets, self.streams, self.first)


def trace(
    packets: Iterable[Packet],
    streams: dict[bool, bytearray],
    first: bytes,
    transport: str = "tcp",
) -> Trace:
    """Packets in order of time, as a trace."""
    rows = sorted(packets, key=lambda packet: packet.time)
    return Trace(
        transport=transport,
        client=CLIENT,
        server=SERVER,
        begun=1e9,
        times=np.array([row.time for row in rows], np.float64),
        sizes=np.array([row.size for row in rows], np.int32),
        flags=np.array([row.flags for row in rows], np.uint8),
        sequences=np.array([row.sequence for row in rows], np.uint32),
        acknowledgements=np.array([row.acknowledgement for row in rows], np.uint32),
        first=first,
        said=bytes(streams[True][:KEPT]),
        answered=bytes(streams[False][:KEPT]),
    )


def talk(messages: Sequence[bytes | int], step: float = 0.020, seed: int = 7) -> Trace:
    """A TCP connection that says one thing after the other.

    A message is bytes of the client, or how many random bytes: below zero, the server's.
    """
    line = Line(seed=seed)
    for number, message in enumerate(messages, 1):
        client = isinstance(message, bytes) or message > 0
        data = message if isinstance(message, bytes) else abs(message)
        line.say(number * step, client=client, data=data)
    return line.trace()


def record(kind: int, length: int) -> bytes:
    """A record of TLS with random contents."""
    return bytes((kind, 3, 3)) + length.to_bytes(2, "big") + random.Random(length).randbytes(length)


CHANGE = b"\x14\x03\x03\x00\x01\x01"
FINISHED = CHANGE + record(0x17, 53)


def in_tls(messages: Sequence[int], step: float = 0.020) -> Trace:
    """A conversation behind a handshake of TLS 1.3 whose server says all in one packet."""
    line = Line()
    line.say(1 * step, client=True, data=record(0x16, 512))
    line.say(2 * step, client=False, data=record(0x16, 100) + CHANGE + record(0x17, 900))
    line.say(3 * step, client=True, data=FINISHED)
    for number, message in enumerate(messages, 4):
        line.say(number * step, client=message > 0, data=abs(message))
    return line.trace()


def datagrams(messages: Sequence[tuple[bool, bytes]], step: float = 0.020) -> Trace:
    """A UDP flow: who says what, in order."""
    streams = {True: bytearray(), False: bytearray()}
    packets = []
    for number, (client, data) in enumerate(messages):
        streams[client] += data
        size = len(data) if client else -len(data)
        packets.append(Packet(number * step, size, client, 0, 0, 0))
    first = next((data for client, data in messages if client), b"")
    return trace(packets, streams, first, "udp")
