"""The captures that lie beside the repository: other people's traffic, for tests only."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from peppermoth.errors import CaptureError
from peppermoth.monitor import addresses
from peppermoth.monitor.capture import Capture
from peppermoth.monitor.packets import Decoder, Packet
from peppermoth.monitor.sources import open_window
from tests.house import ROOT
from tests.needs import need

CAPTURES = ROOT.parent / "shared" / "captures"


def shared_captures() -> list[Path]:
    """Each content once, in a fixed order; a test without them is skipped, and fails in CI."""
    need(CAPTURES.is_dir(), "the shared captures", f"put them into {CAPTURES.name}/ beside it")
    found: dict[bytes, Path] = {}
    for path in sorted(CAPTURES.rglob("*.pcap*")):
        digest = hashlib.sha256(path.read_bytes()).digest()
        found.setdefault(digest, path)
    return list(found.values())


def hosts(path: Path, most: int = 8) -> list[str]:
    """The hosts of a capture that take part in the most packets, as addresses in text; one that
    has no IP address yet, as its hardware address."""
    seen: Counter[str] = Counter()
    window, file = open_window(str(path))
    decoder = Decoder()
    try:
        for block in Capture(window):
            for number in range(len(block)):
                found = decoder.decode(
                    int(block.links[number]), block.frame(number), int(block.original[number])
                )
                if isinstance(found, Packet):
                    ends = (found.source, found.destination)
                    seen.update(addresses.text(end) for end in ends if addresses.is_unicast(end))
                    if not any(found.source):
                        seen[found.source_hardware.hex(":")] += 1
    except CaptureError:
        pass  # what could be read until there counts
    finally:
        window.close()
        file.close()
    return [host for host, _ in seen.most_common(most)]
