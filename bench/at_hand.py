"""Frames of the captures that lie beside the repository, as if the benchmark's device sent them.

They are other people's traffic: read while the benchmark runs, written only into its
temporary captures. Of each capture the conversations of its busiest IPv4 host are taken
(Ethernet only), and that host becomes the device.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import Capture
from peppermoth.monitor.sources import open_window
from tests.house import ROOT
from tests.monitor.frames import DEVICE

FOLDER = ROOT.parent / "shared" / "captures"

_ETHERNET = 1
_IPV4 = b"\x08\x00"
_SOURCE, _DESTINATION, _BEHIND = 26, 30, 34


def frames() -> Iterator[bytes]:
    """One capture after the other; nothing where there are none."""
    for path in sorted(FOLDER.rglob("*.pcap")):
        yield from _as_device(_internet(path))


def _internet(path: Path) -> list[bytes]:
    """The frames of a capture with IPv4, as far as it can be read."""
    found: list[bytes] = []
    window, file = open_window(str(path))
    try:
        for block in Capture(window):
            every = (block.frame(n) for n in range(len(block)) if block.links[n] == _ETHERNET)
            found += (frame for frame in every if frame[12:14] == _IPV4 and len(frame) > _BEHIND)
    except CaptureError:
        pass  # some are damaged on purpose; what stands before that counts
    finally:
        window.close()
        file.close()
    return found


def _as_device(found: list[bytes]) -> Iterator[bytes]:
    """The frames of the busiest host, under the device's address."""
    ends = [(f[_SOURCE:_DESTINATION], f[_DESTINATION:_BEHIND]) for f in found]
    busiest = Counter(end for pair in ends for end in pair).most_common(1)
    device = bytes(map(int, DEVICE.split(".")))
    for frame, pair in zip(found, ends, strict=True):
        if busiest and busiest[0][0] in pair:
            both = b"".join(device if end == busiest[0][0] else end for end in pair)
            yield frame[:_SOURCE] + both + frame[_BEHIND:]
