"""The loads: what is taken through a system, and the figures that come out.

Every load does the same work at the same cost for every system, is bounded by its
seconds and counts, and takes figures in SI units: bytes per second, seconds, bytes.
Each bulk load first moves a little, which warms the system and tells how much it
moves in the wanted time; the timed part is then a fixed number of bytes that must all
arrive. Sinks discard in the kernel (``MSG_TRUNC``), sources are ``sendfile``.
"""

from __future__ import annotations

import os
import select
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench.processes import LOOPBACK, Place
from bench.routes import RefusedError, Route, Step, walk
from bench.target import CHUNK, SEND, SWALLOW, payload_file, request

LEAD_IN_BYTES = 16 << 20
PARALLEL_STREAMS = 64
CROWD = 50
CROWD_CONNECTIONS = 20_000
IDLE_STREAMS = 1_000
PING = Step(request(SEND, 1), lambda answer: len(answer) == 1)

Figures = dict[str, float]


@dataclass(frozen=True)
class Running:
    """A system that has been started: how to reach the target through it, and its processes."""

    route: Route
    place: Place


@dataclass(frozen=True)
class Load:
    """A way of measuring; ``fresh`` wants a system that has not worked yet."""

    name: str
    measure: Callable[[Running, float], Figures]
    fresh: bool = False


def open_stream(route: Route) -> socket.socket:
    """A blocking connection that has reached the target. Raises OSError or RefusedError."""
    connection = socket.create_connection((LOOPBACK, route.port))
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        walk(connection, route.steps)
    except BaseException:
        connection.close()
        raise
    return connection


def ping(route: Route) -> None:
    """A new connection that carries one byte each way. Raises OSError or RefusedError."""
    with open_stream(route) as connection:
        walk(connection, (PING,))


def download(system: Running, seconds: float) -> Figures:
    """Bytes per second of one stream towards the client."""
    return {"download": _rate(_receive, system.route, seconds, 1)}


def parallel(system: Running, seconds: float) -> Figures:
    """Bytes per second of many streams towards the client, together."""
    return {"parallel": _rate(_receive, system.route, seconds, PARALLEL_STREAMS)}


def upload(system: Running, seconds: float) -> Figures:
    """Bytes per second of one stream towards the target, until its receipt is back."""
    return {"upload": _rate(_send, system.route, seconds, 1)}


def first_byte(system: Running, seconds: float) -> Figures:
    """Median time from opening a connection to its first byte, one connection at a time."""
    samples: list[float] = []
    end = time.perf_counter() + seconds / 2
    while not samples or time.perf_counter() < end:
        begun = time.perf_counter()
        with open_stream(system.route) as connection:
            walk(connection, (PING,))
            samples.append(time.perf_counter() - begun)
    return {"first_byte": statistics.median(samples)}


def crowd(system: Running, seconds: float) -> Figures:
    """Many clients, each opening its next connection when the last has its first byte."""
    begun = time.perf_counter()
    samples = sorted(_crowd(system.route, begun + seconds))
    elapsed = time.perf_counter() - begun
    return {
        "crowd_p99": samples[int(len(samples) * 0.99)],
        "connections": len(samples) / elapsed,
    }


def memory(system: Running, seconds: float) -> Figures:
    """Bytes of memory that idle streams add to each process, after one has warmed it up."""
    before = [child.memory_bytes() for child in system.place.children]
    with ExitStack() as held:
        for _ in range(IDLE_STREAMS):
            connection = held.enter_context(open_stream(system.route))
            walk(connection, (PING,))
        after = [child.memory_bytes() for child in system.place.children]
    grown = (now - then for now, then in zip(after, before, strict=True))
    return {
        f"{child.role}_memory": bytes_
        for child, bytes_ in zip(system.place.children, grown, strict=True)
    }


LOADS = (
    Load("download", download),
    Load("upload", upload),
    Load("parallel", parallel),
    Load("first-byte", first_byte),
    Load("crowd", crowd),
    Load("memory", memory, fresh=True),
)


def _rate(
    transfer: Callable[[Route, int, int], float], route: Route, seconds: float, streams: int
) -> float:
    lead_in = LEAD_IN_BYTES // streams
    speed = lead_in / transfer(route, lead_in, streams)
    each = max(lead_in, int(speed * seconds))
    return each * streams / transfer(route, each, streams)


def _receive(route: Route, each: int, streams: int) -> float:
    """Seconds to receive ``each`` bytes on every one of ``streams`` streams."""
    scratch = bytearray(CHUNK)
    with ExitStack() as held, select.epoll() as epoll:
        sinks = [held.enter_context(open_stream(route)) for _ in range(streams)]
        missing = {sink.fileno(): each for sink in sinks}
        for sink in sinks:
            epoll.register(sink, select.EPOLLIN)
        by_descriptor = {sink.fileno(): sink for sink in sinks}
        begun = time.perf_counter()
        for sink in sinks:
            sink.sendall(request(SEND, each))
        while missing:
            for descriptor, _ in epoll.poll():
                sink = by_descriptor[descriptor]
                received = sink.recv_into(scratch, CHUNK, socket.MSG_TRUNC)
                missing[descriptor] -= received
                if not received:
                    raise RefusedError("a download ended early")
                if missing[descriptor] <= 0:
                    del missing[descriptor]
                    epoll.unregister(sink)
        return time.perf_counter() - begun


def _send(route: Route, each: int, streams: int) -> float:
    """Seconds to send ``each`` bytes on one stream and have the target's receipt."""
    payload = payload_file()
    try:
        with open_stream(route) as source:
            begun = time.perf_counter()
            source.sendall(request(SWALLOW, each))
            left = each
            while left:
                left -= os.sendfile(source.fileno(), payload, 0, min(left, CHUNK))
            if not source.recv(1):
                raise RefusedError("an upload ended without its receipt")
            return time.perf_counter() - begun
    finally:
        os.close(payload)


class _Newcomer:
    """One connection of the crowd on its way through the steps to its first byte."""

    __slots__ = ("answer", "begun", "connection", "position", "steps")

    def __init__(self, route: Route) -> None:
        self.begun = time.perf_counter()
        self.steps = (*route.steps, PING)
        self.position = -1
        self.answer = b""
        self.connection = socket.socket()
        self.connection.setblocking(False)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.connect_ex((LOOPBACK, route.port))

    def advance(self) -> bool:
        """Read what came and take the next step if it is time; True when all are taken."""
        if self.position >= 0:
            received = self.connection.recv(4096)
            if not received:
                raise RefusedError("a connection of the crowd was closed")
            self.answer += received
            if not self.steps[self.position].answered(self.answer):
                return False
        self.position += 1
        self.answer = b""
        if self.position == len(self.steps):
            return True
        self.connection.send(self.steps[self.position].send)
        return False


def _crowd(route: Route, end: float) -> Iterator[float]:
    """Times to first byte of a crowd's connections that were opened before ``end``."""
    newcomers: dict[int, _Newcomer] = {}
    opened = 0
    with select.epoll() as epoll, ExitStack() as held:
        held.callback(_close_all, newcomers)
        while True:
            while len(newcomers) < CROWD and opened < CROWD_CONNECTIONS and _before(end):
                newcomer = _Newcomer(route)
                newcomers[newcomer.connection.fileno()] = newcomer
                epoll.register(newcomer.connection, select.EPOLLOUT)
                opened += 1
            if not newcomers:
                return
            for descriptor, _ in epoll.poll():
                newcomer = newcomers[descriptor]
                connecting = newcomer.position < 0
                if newcomer.advance():
                    yield time.perf_counter() - newcomer.begun
                    del newcomers[descriptor]
                    newcomer.connection.close()
                elif connecting:
                    epoll.modify(descriptor, select.EPOLLIN)


def _close_all(newcomers: dict[int, _Newcomer]) -> None:
    for newcomer in newcomers.values():
        newcomer.connection.close()


def _before(end: float) -> bool:
    return time.perf_counter() < end
