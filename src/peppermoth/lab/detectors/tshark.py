"""tshark as a detector: what Wireshark's dissectors and heuristics make of flows.

Two questions are asked. Does it name a tunnel (``TUNNELS``)? And does it name nothing above
TCP or UDP, as a filter would ask that only lets through what it knows (Iran 2020 and 2025)?
"""

from __future__ import annotations

import functools
import itertools
import shutil
from typing import Final

from peppermoth.lab.detectors import Detector, Engine
from peppermoth.lab.detectors.engines import Capture, margins, told

TUNNELS: Final = frozenset({"esp", "ipsec", "l2tp", "openvpn", "pptp", "socks", "wg"})
"""What tshark calls protocols that carry others."""

_BELOW: Final = frozenset({"raw", "ip", "tcp", "udp", "data"})


def absent() -> str:
    """Why tshark cannot be asked; empty where it can."""
    if shutil.which("tshark"):
        return ""
    return "tshark is not installed (on Debian, the package tshark)."


def version() -> str:
    """Of tshark. Raises DetectorError."""
    return told("tshark", ["tshark", "--version"], b"")[0]


def protocols(shown: Capture) -> list[frozenset[str]]:
    """The protocols that tshark finds in each flow. Raises DetectorError."""
    command = ["tshark", "-n", "-r", "-", "-T", "fields", "-e", "frame.protocols"]
    lines = iter(told("tshark", command, shown.file))
    flows = (itertools.islice(lines, count) for count in shown.packets if count)
    return [frozenset(name for line in flow for name in line.split(":")) for flow in flows]


def names_tunnel(names: frozenset[str]) -> bool:
    """Whether a flow with these protocols is a tunnel's."""
    return bool(names & TUNNELS)


def names_nothing(names: frozenset[str]) -> bool:
    """Whether none of these protocols is above the transport."""
    return names <= _BELOW


_ENGINE: Final = Engine("tshark", absent, version)

DETECTORS: Final = tuple(
    Detector(
        id=f"tshark-{what}",
        measures=measures,
        source="Wireshark's dissectors and heuristics, as installed",
        version=2,
        batch=functools.partial(margins, ask=protocols, flags=flags),
        engine=_ENGINE,
    )
    for what, measures, flags in (
        ("tunnel", "whether tshark names a tunnel", names_tunnel),
        ("unknown", "whether tshark names nothing above TCP or UDP", names_nothing),
    )
)
