"""The monitor between two hosts: what it forwards, records, delays, loses and blocks."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.world.forwarder import Passage, Shape
from peppermoth.lab.world.namespaces import World, world
from tests.needs import need_root
from tests.peers import find


class Exit:
    """Where a passage's frames come out."""

    def __init__(self, shape: Shape) -> None:
        self.came: list[tuple[float, bytes]] = []
        self.passage = Passage(
            shape, random.Random(1), lambda at, frame: self.came.append((at, frame))
        )

    def frames(self, number: int, gap: float, size: int = 1000) -> None:
        for n in range(number):
            self.passage.enter(n * gap, bytes([n % 256]) * size)
            self.passage.release(n * gap)
        while self.passage.next_due < float("inf"):
            self.passage.release(self.passage.next_due)


def test_a_plain_passage_lets_everything_through_at_once() -> None:
    out = Exit(Shape())
    out.passage.enter(5.0, b"moth")
    assert out.came == [(5.0, b"moth")]


def test_jitter_delays_but_keeps_the_order() -> None:
    out = Exit(Shape(delay=0.1, jitter=0.05))
    out.frames(100, 0.001)
    assert [frame[0] for _, frame in out.came] == list(range(100))
    waits = [at - n * 0.001 for n, (at, _) in enumerate(out.came)]
    assert min(waits) >= 0.1 - 1e-9
    assert max(waits) <= 0.15 + 1e-9
    assert statistics.pstdev(waits) > 0.001


def test_a_rate_is_kept_and_what_waits_too_long_is_dropped() -> None:
    # A frame of 1000 bytes takes a millisecond.
    out = Exit(Shape(rate=8e6, queue=0.0505))
    out.frames(200, 0.0)
    assert len(out.came) == 51
    assert out.passage.dropped == 149
    assert out.came[-1][0] == pytest.approx(0.051)


def test_loss_loses_its_share() -> None:
    out = Exit(Shape(loss=0.2))
    out.frames(1000, 0.001)
    assert 150 < out.passage.dropped < 250
    assert len(out.came) + out.passage.dropped == 1000


@contextlib.contextmanager
def watched(directory: Path, shape: Shape) -> Iterator[World]:
    need_root()
    find("ip")
    cables = {"client": shape}
    with world(directory, "client", "web", cables=cables) as earth:
        earth.watch("client", cables, 1)
        yield earth


@contextlib.contextmanager
def pouring(earth: World, size: int) -> Iterator[socket.socket]:
    """A connection of the client's to a server that sends so many bytes and closes."""
    with earth.inside("web"):
        listener = socket.create_server(("0.0.0.0", 5001))

    def pour() -> None:
        with contextlib.suppress(OSError):
            visitor, _ = listener.accept()
            with visitor:
                visitor.sendall(bytes(size))

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    try:
        with earth.inside("client"):
            sock = socket.create_connection((earth.hosts["web"].ipv4, 5001), 10)
        with sock:
            yield sock
    finally:
        listener.close()
        thread.join(10)


def drained(sock: socket.socket) -> int:
    total = 0
    while size := len(sock.recv(1 << 20)):
        total += size
    return total


def test_what_passes_is_recorded_byte_for_byte(tmp_path: Path) -> None:
    capture = tmp_path / "pour.pcap"
    with watched(tmp_path, Shape()) as earth:
        earth.order(record=str(capture))
        with pouring(earth, 5_000_000) as sock:
            assert drained(sock) == 5_000_000
        time.sleep(0.1)
        seen = earth.order(record=None)
    (trace,) = traces_of(capture)
    assert seen["overrun"] == 0
    assert -int(trace.sizes.sum()) >= 5_000_000
    assert int(abs(trace.sizes).max()) <= 1460  # as on a wire, not as a host hands it over
    assert (trace.times[1:] >= trace.times[:-1]).all()


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor until now."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def test_a_second_of_a_core_forwards_200_megabits_and_20_000_packets(tmp_path: Path) -> None:
    size = 50_000_000
    with watched(tmp_path, Shape()) as earth:
        forwarder = earth.children[-1].process.pid
        earth.order(record=str(tmp_path / "pour.pcap"))
        before = processor_seconds(forwarder)
        with pouring(earth, size) as sock:
            assert drained(sock) == size
        used = processor_seconds(forwarder) - before
        seen = earth.order(record=None)
    assert size * 8 / used > 200e6
    assert seen["frames"] / used > 20_000


def test_a_delay_is_a_delay_each_way(tmp_path: Path) -> None:
    with watched(tmp_path, Shape(delay=0.05)) as earth:
        began = time.monotonic()
        with pouring(earth, 1):
            assert time.monotonic() - began >= 0.1


def test_a_rule_blocks_until_there_are_other_rules(tmp_path: Path) -> None:
    rule = {"name": "all", "act": "drop", "port": 5001}
    with watched(tmp_path, Shape()) as earth:
        earth.order(record=None, rules=[rule], log=str(tmp_path / "acts"))
        with earth.inside("client"):
            sock = socket.socket()
        with sock:
            sock.settimeout(0.5)
            with pytest.raises(TimeoutError):
                sock.connect((earth.hosts["web"].ipv4, 5001))
        assert earth.order(record=None, rules=[])["acts"] == 1
        with pouring(earth, 10) as sock:
            assert drained(sock) == 10
    assert '"rule": "all"' in (tmp_path / "acts").read_text()
