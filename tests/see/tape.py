"""What happens on a host's line, recorded by tcpdump as a user would, and read back."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peppermoth.lab.world.children import eventually
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.reading import read
from tests.peers import find
from tests.world import World

END = bytes(12) + b"\x88\xb5" + b"the tape ends here".ljust(46, b".")
"""A frame of a kind for experiments (IEEE 802, EtherType 88B5), which tells nothing."""


@contextmanager
def recorded(world: World, host: str, path: Path) -> Iterator[None]:
    """Record a host's interface into ``path``, which is complete behind the block."""
    tcpdump = world.start(
        host,
        *(find("tcpdump"), "-i", "eth0", "-n", "-U", "--immediate-mode", "-Z", "root"),
        *("-s", "65535", "-B", "65536"),  # room for a thousand packets on a busy machine
        *("-w", path),
    )
    tcpdump.says("listening on")
    try:
        yield
        with world.inside(host), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as line:
            line.bind(("eth0", 0))
            line.send(END)
        eventually(lambda: END in path.read_bytes())
    finally:
        tcpdump.signal(signal.SIGINT)
        tcpdump.ends()


def told(path: Path, device: str) -> list[Observation]:
    """Everything that a recording tells of a device."""
    return list(read(str(path), device))
