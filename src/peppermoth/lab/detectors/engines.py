"""Real engines as detectors: what programs of others make of flows (``tshark``, ``ndpi``).

The beginnings of many flows are written as one capture, flow after flow, so that a program
is started once for all of them. Nothing is kept of the packets but payloads, ports, order
and times within a flow; each flow has addresses of its own, and a connection its opening
handshake, without which some heuristics stay silent. A verdict has no distance, so the
margin is 1 or -1; ``nan`` where the flow says nothing that was kept.

DetectorError where a program fails, takes too long, or does not speak of every flow.
"""

from __future__ import annotations

import math
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors.views import ACK, SYN, new_data
from peppermoth.lab.traces import Trace

T = TypeVar("T")

PATIENCE: Final = 120.0
"""Seconds after which a program has failed; it needs about one for 500 flows."""

MOST: Final = 64
"""Packets of a flow that are shown. Engines decide within fewer (nDPI: 32)."""

_FILE: Final = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
"""Head of a pcap file whose packets begin with IP."""

_CLIENTS, _SERVERS = 0xC6120000, 0xC6130000
"""Networks for measurements (RFC 2544), a host for each flow."""

_LARGEST: Final = 65_000
_FLOWS: Final = 2**16


class Capture(NamedTuple):
    """Flows as a pcap file; ``packets`` says how many packets each has in it, 0 for none."""

    file: bytes
    packets: tuple[int, ...]


def capture(traces: Sequence[Trace]) -> Capture:
    """What was said in each flow, as far as it was kept, one flow after the other."""
    if len(traces) > _FLOWS:
        raise DetectorError(f"{len(traces)} flows are too many for one capture.")
    shown = [list(_packets(trace, place)) for place, trace in enumerate(traces)]
    begin, records = 0.0, [_FILE]
    for packets in shown:
        for time, packet in packets:
            seconds, micros = divmod(int((begin + time) * 1e6), 1_000_000)
            records += struct.pack("<IIII", seconds, micros, len(packet), len(packet)), packet
        begin += packets[-1][0] + 1 if packets else 0
    return Capture(b"".join(records), tuple(map(len, shown)))


def _packets(trace: Trace, place: int) -> Iterator[tuple[float, bytes]]:
    """The flow's packets with their times; each acknowledges all that came before it."""
    data = new_data(trace)
    said = [(number, payload) for number in range(len(data)) if (payload := data.payload(number))]
    said = [(number, payload) for number, payload in said if len(payload) <= _LARGEST][:MOST]
    if not said:
        return
    start = float(data.times[said[0][0]])
    if trace.transport == "tcp":
        for client, flags, sent, acknowledged in _HANDSHAKE:
            yield 0.0, _packet(trace, place, client, _tcp(flags, sent, acknowledged))
    heard = {True: 1, False: 1}
    for number, payload in said:
        client = bool(data.sizes[number] > 0)
        sent = 1 + int(data.begins[number])
        heard[client] = sent + len(payload)
        head = _tcp(ACK, sent, heard[not client]) if trace.transport == "tcp" else b""
        yield float(data.times[number]) - start, _packet(trace, place, client, head, payload)


_HANDSHAKE: Final = ((True, SYN, 0, 0), (False, SYN | ACK, 0, 1), (True, ACK, 1, 1))
"""Who opens a connection with which flags and numbers."""


def _tcp(flags: int, sequence: int, acknowledged: int) -> bytes:
    """A TCP header behind its ports."""
    return struct.pack(">IIBBHHH", sequence, acknowledged, 5 << 4, flags, 65535, 0, 0)


def _packet(trace: Trace, place: int, client: bool, tcp: bytes, payload: bytes = b"") -> bytes:
    """An IPv4 packet, without checksums; one of UDP where there is no header of TCP."""
    ends = ((_CLIENTS + place, trace.client.port), (_SERVERS + place, trace.server.port))
    (source, own), (destination, other) = ends if client else ends[::-1]
    rest = tcp or struct.pack(">HH", 8 + len(payload), 0)
    body = struct.pack(">HH", own, other) + rest + payload
    protocol = 6 if tcp else 17
    ip = (0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0, source, destination)
    return struct.pack(">BBHHHBBHII", *ip) + body


def margins(
    traces: Sequence[Trace], ask: Callable[[Capture], Sequence[T]], flags: Callable[[T], bool]
) -> list[float]:
    """1 for each flow of which the engine says what ``flags`` it, else -1.

    ``ask`` gives the engine's words on each flow that is in the capture, in their order.
    Raises DetectorError.
    """
    shown = capture(traces)
    expected = sum(count > 0 for count in shown.packets)
    words = ask(shown) if expected else ()
    if len(words) != expected:
        raise DetectorError(f"The engine spoke of {len(words)} flows, not of {expected}.")
    said = iter(words)
    return [(1.0 if flags(next(said)) else -1.0) if count else math.nan for count in shown.packets]


def told(name: str, command: Sequence[str], file: bytes) -> list[str]:
    """The lines that a program prints about a capture. Raises DetectorError."""
    try:
        ran = subprocess.run(command, input=file, capture_output=True, timeout=PATIENCE)
    except OSError as exc:
        raise DetectorError(f"{name} does not start: {exc.strerror}.") from exc
    except subprocess.TimeoutExpired:
        raise DetectorError(f"{name} took more than {PATIENCE:g} seconds.") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise DetectorError(f"{name} failed: {said[-1]}")
    return ran.stdout.decode(errors="replace").splitlines()
