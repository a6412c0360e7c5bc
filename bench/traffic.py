"""Captures for ``bench.see``: one device that looks names up, browses and downloads.

A piece of ``EACH`` packets is made one by one; a large capture repeats it with other
servers and later times, so that every repetition has flows of its own. Kinds: ``bulk`` is
downloads alone, ``daily`` half downloads and half browsing by packets, with a hello of its
own in each flow of the piece, and ``mixed`` that behind the captures at hand, each once.
``python -m bench.traffic FILE PACKETS mixed`` writes one; ``-`` is standard output.
"""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bench import at_hand
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

EACH = 100_000
SIZE = 1400
ANSWER = record(22, server_hello([(43, b"\3\4")])) + record(20, b"\1")

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


def browse(chance: random.Random) -> Frames:
    """One thing that a person at the device does: a name looked up, or a page's part."""
    kind, site = chance.random(), f"www.site-{chance.randrange(500)}.example"
    if kind < 0.3:
        return dns(chance, site)
    size = chance.choice((3, 10, 30, 100, 400))
    if kind < 0.85:
        return connection(chance, 443, chrome_flight("chrome:stable", site), ANSWER, size)
    request = f"GET /a/page HTTP/1.1\r\nHost: {site}\r\nUser-Agent: bench\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {size * SIZE}\r\n\r\n"
    return connection(chance, 80, request, head.encode(), size)


def download(chance: random.Random) -> Frames:
    """A film or an update: a connection of thousands of packets."""
    hello = chrome_flight("chrome:stable", f"video-{chance.randrange(9)}.example")
    return connection(chance, 443, hello, ANSWER, 4000)


def together(
    chance: random.Random, begin: Callable[[random.Random], Frames], at_once: int
) -> Frames:
    """Flows without end, so many at the same time."""
    running = [begin(chance) for _ in range(at_once)]
    while True:
        at = chance.randrange(at_once)
        frame = next(running[at], None)
        if frame is None:
            running[at] = begin(chance)
        else:
            yield frame


def piece(packets: int, kind: str) -> Iterator[bytes]:
    """The frames of some seconds."""
    chance = random.Random(1)
    films = together(chance, download, 30 if kind == "bulk" else 8)
    sources = [films] if kind == "bulk" else [films, together(chance, browse, 30)]
    return (next(source) for source in chance.choices(sources, k=packets))


def write(out: BinaryIO, packets: int, kind: str) -> None:
    """A capture of so many packets at least."""
    found = list(islice(at_hand.frames(), packets // 20)) if kind == "mixed" else []
    data = bytearray(pcap([*found, *piece(min(packets, EACH), kind)], step=GAP))
    starts = []
    position = 24
    while position < len(data):
        starts.append(position)
        position += 16 + struct.unpack_from("<I", data, position + 8)[0]
    out.write(data[: starts[len(found)]])
    begin, at = starts[len(found)], np.array(starts[len(found) :])
    view = np.frombuffer(data, dtype=np.uint8)
    device = np.frombuffer(bytes(map(int, DEVICE.split("."))), dtype=np.uint8)
    is_sent = (view[(at + 16 + 26)[:, None] + np.arange(4)] == device).all(axis=1)
    changing = at + 16 + 27 + 4 * is_sent
    seconds = np.ndarray((len(data) - 4,), dtype="<u4", buffer=data, strides=(1,))
    second_byte, times = view[changing].copy(), seconds[at].copy()
    long = int(times[-1] - BEGIN) + 1
    for copy in range(-(-(packets - len(found)) // len(at))):
        view[changing] = second_byte + np.uint8(copy % 256)
        seconds[at] = times + copy * long
        out.write(memoryview(data)[begin:])


if __name__ == "__main__":
    with sys.stdout.buffer if sys.argv[1] == "-" else Path(sys.argv[1]).open("wb") as file:
        write(file, int(sys.argv[2]), sys.argv[3])
