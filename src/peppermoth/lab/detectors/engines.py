"""Real engines as detectors: what tshark makes of a flow, with its ports and heuristics.

The flow's beginning is written as a capture and given to the program; nothing of the
packets but payloads, ports and order is kept. Two questions are asked:

- does it name a tunnel (``TUNNELS``)?
- does it name nothing above TCP or UDP, as a filter would ask that only lets through what
  it knows (Iran 2020 and 2025)?

A verdict has no distance, so the margin is 1 or -1; ``nan`` where the flow says nothing
that was kept. DetectorError where the program is missing, fails or takes too long. Limits:
one start of the program a flow, so these are asked only on demand; nDPI is not here.
"""

from __future__ import annotations

import functools
import math
import shutil
import struct
import subprocess
from typing import Final

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.views import ACK, new_data
from peppermoth.lab.traces import Trace

TUNNELS: Final = frozenset({"esp", "ipsec", "l2tp", "openvpn", "pptp", "socks", "wg"})
"""What tshark calls protocols that carry others."""

PATIENCE: Final = 60.0
"""Seconds after which the program has failed."""

_BELOW: Final = frozenset({"raw", "ip", "tcp", "udp", "data"})
_FILE: Final = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
"""Head of a pcap file whose packets begin with IP."""

_CLIENT, _SERVER = b"\xc0\0\2\1", b"\xc0\0\2\2"
_LARGEST: Final = 65_000


def capture(trace: Trace) -> bytes:
    """The flow's data as far as it was kept, as a pcap file; empty where there is none."""
    data = new_data(trace)
    packets = []
    for number in range(len(data)):
        payload = data.payload(number)
        if not 0 < len(payload) <= _LARGEST:
            continue
        client = bool(data.sizes[number] > 0)
        packet = _packet(trace, client, int(data.begins[number]), payload)
        micros = int(data.times[number] * 1e6)
        head = struct.pack("<IIII", *divmod(micros, 1_000_000), len(packet), len(packet))
        packets.append(head + packet)
    return _FILE + b"".join(packets) if packets else b""


def _packet(trace: Trace, client: bool, begin: int, payload: bytes) -> bytes:
    """An IPv4 packet, without checksums."""
    ends = ((_CLIENT, trace.client.port), (_SERVER, trace.server.port))
    (source, own), (destination, other) = ends if client else ends[::-1]
    if trace.transport == "tcp":
        number, head = 6, struct.pack(">HHIIBBHHH", own, other, begin, 1, 5 << 4, ACK, 65535, 0, 0)
    else:
        number, head = 17, struct.pack(">HHHH", own, other, 8 + len(payload), 0)
    length = 20 + len(head) + len(payload)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, number, 0, source, destination)
    return ip + head + payload


@functools.lru_cache(maxsize=8)
def protocols(file: bytes) -> frozenset[str]:
    """The protocols that tshark finds in a capture. Raises DetectorError."""
    program = shutil.which("tshark")
    if program is None:
        raise DetectorError(
            "tshark is not installed: install it (on Debian, the package tshark), "
            "or leave out --engines."
        )
    command = [program, "-n", "-r", "-", "-T", "fields", "-e", "frame.protocols"]
    try:
        ran = subprocess.run(command, input=file, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise DetectorError(f"tshark took more than {PATIENCE:.0f} seconds for a flow.") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise DetectorError(f"tshark failed: {said[-1]}")
    return frozenset(name for line in ran.stdout.decode().split() for name in line.split(":"))


def tunnel_margin(trace: Trace) -> float:
    """1 where tshark names a tunnel, else -1."""
    file = capture(trace)
    if not file:
        return math.nan
    return 1.0 if protocols(file) & TUNNELS else -1.0


def unknown_margin(trace: Trace) -> float:
    """1 where tshark names nothing above the transport, else -1."""
    file = capture(trace)
    if not file:
        return math.nan
    return -1.0 if protocols(file) - _BELOW else 1.0


_SOURCE: Final = "Wireshark's dissectors and heuristics, as installed"

DETECTORS: Final = (
    Detector(
        id="tshark-tunnel",
        measures="whether tshark names a tunnel",
        source=_SOURCE,
        version=1,
        margin=tunnel_margin,
    ),
    Detector(
        id="tshark-unknown",
        measures="whether tshark names nothing above TCP or UDP",
        source=_SOURCE,
        version=1,
        margin=unknown_margin,
    ),
)
