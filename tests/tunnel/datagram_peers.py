"""UDP sockets for tests of datagrams, and a keeper of what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import NamedTuple

from peppermoth.redact import Address

LOOPBACK = "127.0.0.1"
Datagram = tuple[Address, bytes]


class Peer(NamedTuple):
    """A UDP socket somewhere on loopback."""

    sock: socket.socket
    address: Address

    async def heard(self) -> tuple[bytes, Address]:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.sock, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self.sock)
        payload, endpoint = self.sock.recvfrom(0xFFFF)
        return payload, Address(*endpoint[:2])

    def say(self, to: Address, payload: bytes) -> None:
        self.sock.sendto(payload, (to.host, to.port))

    def heard_nothing(self) -> bool:
        try:
            self.sock.recv(1)
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def peer(host: str = LOOPBACK) -> Iterator[Peer]:
    """A peer with a port of its own at ``host``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((host, 0))
        yield Peer(sock, Address(*sock.getsockname()[:2]))


class Ends:
    """Keeps what an association or a port told."""

    def __init__(self) -> None:
        self.datagrams: asyncio.Queue[Datagram] = asyncio.Queue()

    def on_datagram(self, address: Address, payload: bytes) -> None:
        self.datagrams.put_nowait((address, payload))
