"""Captures for ``bench.see``: one device that looks names up, browses and downloads.

A piece of traffic is made packet by packet; a large capture repeats it with other servers
and later times, so that every repetition has flows of its own.
``python -m bench.traffic FILE PACKETS mixed`` (or ``bulk``) writes one.
"""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.monitor.frames import (
    ACK,
    BEGIN,
    DEVICE,
    FIN,
    PSH,
    RESOLVER,
    SYN,
    pcap,
    received,
    sent,
    tcp,
    udp,
)
from tests.wire.hellos import chrome_flight, record, server_hello

GAP = 0.0002
"""Seconds from packet to packet."""

SIZE = 1400

Frames = Iterator[bytes]


def dns(chance: random.Random, name: str) -> Frames:
    """A name looked up, and its answer."""
    number, port = chance.randbytes(2), chance.randrange(20_000, 60_000)
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question += b"\0\0\1\0\1"
    answer = b"\xc0\x0c\0\1\0\1\0\0\1\0\0\4" + chance.randbytes(4)
    yield sent(17, udp(port, 53, number + b"\1\0\0\1" + bytes(6) + question), to=RESOLVER)
    reply = number + b"\x81\x80\0\1\0\1" + bytes(4) + question + answer
    yield received(17, udp(53, port, reply), of=RESOLVER)


def connection(chance: random.Random, port: int, first: bytes, reply: bytes, size: int) -> Frames:
    """A TCP connection: a request, the beginning of its answer, and ``size`` packets more."""
    site = ".".join(str(chance.randrange(11, 200)) for _ in range(4))
    own, ours, theirs = chance.randrange(20_000, 60_000), chance.getrandbits(32), 1
    yield sent(6, tcp(own, port, seq=ours, flags=SYN), to=site)
    yield received(6, tcp(port, own, seq=theirs, ack=ours + 1, flags=SYN | ACK), of=site)
    ours, theirs = ours + 1, theirs + 1
    yield sent(6, tcp(own, port, first, seq=ours, ack=theirs, flags=PSH | ACK), to=site)
    ours += len(first)
    body = chance.randbytes(SIZE)
    if port == 443:
        body = b"\x17\x03\x03" + (SIZE - 5).to_bytes(2, "big") + body[5:]
    for number, data in enumerate([reply, *[body] * size]):
        yield received(6, tcp(port, own, data, seq=theirs, ack=ours), of=site)
        theirs += len(data)
        if number % 2:
            yield sent(6, tcp(own, port, seq=ours, ack=theirs), to=site)
    yield sent(6, tcp(own, port, seq=ours, ack=theirs, flags=FIN | ACK), to=site)
    yield received(6, tcp(port, own, seq=theirs, ack=ours + 1, flags=FIN | ACK), of=site)


def flow(chance: random.Random, hello: bytes, *, bulk: bool) -> Frames:
    """One thing that the device does."""
    reply = record(22, server_hello([(43, b"\3\4")])) + record(20, b"\1")
    if bulk:
        return connection(chance, 443, hello, reply, 4000)
    kind = chance.random()
    if kind < 0.3:
        return dns(chance, f"www.site-{chance.randrange(500)}.example")
    size = chance.choice((3, 10, 30, 100, 400))
    if kind < 0.85:
        return connection(chance, 443, hello, reply, size)
    host = f"site-{chance.randrange(500)}.example"
    request = f"GET /a/page HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {size * SIZE}\r\n\r\n"
    return connection(chance, 80, request, head.encode(), size)


def piece(packets: int, *, bulk: bool) -> bytes:
    """A capture of some seconds, thirty flows at a time."""
    chance, hello = random.Random(1), chrome_flight("chrome:stable", "www.site.example")
    frames: list[bytes] = []
    running = [flow(chance, hello, bulk=bulk) for _ in range(30)]
    while len(frames) < packets:
        at = chance.randrange(len(running))
        frame = next(running[at], None)
        if frame is None:
            running[at] = flow(chance, hello, bulk=bulk)
        else:
            frames.append(frame)
    return pcap(frames, step=GAP)


def write(path: Path, packets: int, *, bulk: bool, each: int = 100_000) -> None:
    """A capture of so many packets at least."""
    data = bytearray(piece(min(packets, each), bulk=bulk))
    starts = []
    position = 24
    while position < len(data):
        starts.append(position)
        position += 16 + struct.unpack_from("<I", data, position + 8)[0]
    at = np.array(starts)
    view = np.frombuffer(data, dtype=np.uint8)
    device = np.frombuffer(bytes(map(int, DEVICE.split("."))), dtype=np.uint8)
    is_sent = (view[(at + 16 + 26)[:, None] + np.arange(4)] == device).all(axis=1)
    changing = at + 16 + 27 + 4 * is_sent
    seconds = np.ndarray((len(data) - 4,), dtype="<u4", buffer=data, strides=(1,))
    second_byte, begin = view[changing].copy(), seconds[at].copy()
    long = int(begin[-1] - BEGIN) + 1
    with path.open("wb") as out:
        out.write(data[:24])
        for copy in range(-(-packets // len(at))):
            view[changing] = second_byte + np.uint8(copy % 256)
            seconds[at] = begin + copy * long
            out.write(data[24:])


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), bulk=sys.argv[3] == "bulk")
