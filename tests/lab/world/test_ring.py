"""A ring gives frames with their times, and counts what it had no room for."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path

from peppermoth.lab.world.namespaces import World, world
from peppermoth.lab.world.ring import SLOTS, Ring
from tests.needs import need_root
from tests.peers import find


def talk(earth: World, number: int) -> None:
    with earth.inside("moth"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for n in range(number):
            sock.sendto(n.to_bytes(4, "big"), ("10.77.1.1", 9))


def test_frames_come_in_order_with_the_time_of_their_arrival(tmp_path: Path) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "moth") as earth:
        with earth.inside("line"):
            ring = Ring("moth")
        before = time.time()
        talk(earth, 100)
        assert select.select([ring], (), (), 5)[0]
        found = [(when, frame) for when, frame in ring.take(1000) if frame[12:14] == b"\x08\0"]
        said = [frame[-4:] for _, frame in found if frame[23] == 17]
        assert said == [n.to_bytes(4, "big") for n in range(100)]
        assert all(before - 0.1 <= when <= time.time() + 0.1 for when, _ in found)
        assert ring.lost == 0
        talk(earth, SLOTS + 500)
        assert ring.lost >= 400
        ring.close()


def test_what_is_sent_arrives_and_is_not_heard_by_its_sender(tmp_path: Path) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "moth") as earth:
        with earth.inside("line"):
            ring = Ring("moth")
        with earth.inside("moth"):
            other = Ring("eth0")
        frame = b"\xff" * 12 + b"\x88\xb5" + b"moth" * 20
        assert ring.send(frame)
        assert frame in [came for _, came in other.take(100)]
        assert frame not in [came for _, came in ring.take(100)]
        ring.close()
        other.close()
