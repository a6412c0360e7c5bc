"""The Great Firewall's rule for traffic that looks like nothing (Wu et al. 2023), as a margin.

The rule itself is ``monitor/randomness.py``. The margin counts bits: above zero, how
few bits of the client's first packet would have to be flipped for one of the five
exemptions to hold; below, how many at least for none to hold any more. Where
implementations read an exemption differently, each reading is a detector.

Limits: TCP only, as the rule is. Bits are flipped in place: that a sender could also
make the packet longer is not counted. The firewall blocked 26.3% of the connections
that it flagged, and then the server's port for 120 or 180 seconds.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.detectors import Detector
from peppermoth.lab.traces import Trace
from peppermoth.monitor.randomness import (
    FIRST_PRINTABLE,
    HIGH_POPCOUNT,
    LOW_POPCOUNT,
    PUBLISHED,
    TLS,
    VERBS,
    Beginning,
    Reading,
    spelt,
)

Bytes = NDArray[np.uint8]

_ALL: Final = np.arange(256, dtype=np.uint8)
_PRINTABLE: Final = np.arange(0x20, 0x7F, dtype=np.uint8)


def _flips(choices: Bytes) -> Bytes:
    """For each byte, how few of its bits must be flipped to make it one of ``choices``."""
    found: Bytes = np.bitwise_count(_ALL[:, None] ^ choices[None, :]).min(axis=1)
    return found


_TO_PRINTABLE: Final = _flips(_PRINTABLE)
_LOW: Final = round(10 * LOW_POPCOUNT)
_HIGH: Final = round(10 * HIGH_POPCOUNT)


class Bits(NamedTuple):
    """For Ex1 to Ex5: bits to flip until it holds, or, negative, until it holds no more.

    Infinite where flipping bits cannot help, because the packet is too short.
    """

    popcount: float
    first_bytes: float
    mostly_printable: float
    printable_run: float
    protocol: float


def distances(first: bytes, reading: Reading = PUBLISHED) -> Bits:
    """How far a packet of at least one byte is from each exemption."""
    data = np.frombuffer(first, np.uint8)
    flips = _TO_PRINTABLE[data].astype(np.int64)
    return Bits(
        _popcount(data),
        _first_bytes(flips),
        _mostly_printable(flips),
        _printable_run(flips, reading.run + 1),
        min(_protocol(first, beginning) for beginning in reading.protocols),
    )


def _popcount(data: Bytes) -> int:
    bits = int(np.bitwise_count(data).sum())
    lowest, highest = _LOW * len(data) // 10, -(-_HIGH * len(data) // 10)
    if lowest < bits < highest:
        return min(bits - lowest, highest - bits)
    return -(lowest + 1 - bits if bits <= lowest else bits - highest + 1)


def _first_bytes(flips: NDArray[np.int64]) -> float:
    if len(flips) < FIRST_PRINTABLE:
        return np.inf
    return int(flips[:FIRST_PRINTABLE].sum()) or -1


def _mostly_printable(flips: NDArray[np.int64]) -> int:
    half = len(flips) // 2
    printable = int((flips == 0).sum())
    if printable > half:
        return half - printable
    return int(np.sort(flips[flips > 0])[: half + 1 - printable].sum())


def _printable_run(flips: NDArray[np.int64], run: int) -> float:
    if len(flips) < run:
        return np.inf
    sums = np.concatenate(([0], np.cumsum(flips)))
    least = int((sums[run:] - sums[:-run]).min())
    if least:
        return least
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flips == 0, [0]))))
    return -int(((edges[1::2] - edges[::2]) // run).sum())


def _protocol(first: bytes, beginning: Beginning) -> float:
    if len(first) < len(beginning):
        return np.inf
    places = zip(first, beginning, strict=False)
    flips = sum(min((byte ^ other).bit_count() for other in choices) for byte, choices in places)
    return flips or -1


def _margin(reading: Reading, trace: Trace) -> float:
    """Bits between the first packet and being let pass; nan where there is none."""
    if trace.transport != "tcp" or not trace.first:
        return np.nan
    return float(min(distances(trace.first, reading)))


def _either_case(text: bytes) -> Beginning:
    return tuple(bytes({upper, lower}) for upper, lower in zip(text, text.lower(), strict=True))


_UP_TO_0F: Final = (*TLS[:2], bytes(range(0x10)))
_HELLO: Final = (b"\x16", b"\x03", bytes(range(0x04)))
_THREE_LETTERS: Final = (b"GET", b"HEA", b"POS", b"PUT", b"DEL", b"CON", b"OPT", b"TRA", b"PAT")
_SOURCE: Final = "Wu et al., USENIX Security 2023, algorithm 1"

READINGS: Final = {
    "": (PUBLISHED, f"{_SOURCE} and appendix C"),
    "ndpi": (Reading(run=19), "ntop/nDPI src/lib/ndpi_main.c: a run of 20 printable bytes"),
    "opengfw": (
        Reading(protocols=(_HELLO, *map(spelt, _THREE_LETTERS))),
        "apernet/OpenGFW analyzer/tcp/fet.go: three letters of nine HTTP methods",
    ),
    "artifact": (
        Reading(protocols=(_UP_TO_0F, *map(spelt, VERBS))),
        "gfw-report/usenixsecurity23-artifact artifacts/utils/detect.py: third byte below 0x10",
    ),
    "notes": (
        Reading(protocols=(TLS, *map(_either_case, VERBS))),
        f"{_SOURCE}, notes: HTTP in either case",
    ),
}
"""By variant: how it reads the rule, and where that stands."""

DETECTORS: Final = tuple(
    Detector(
        id=f"first-packet.{variant}" if variant else "first-packet",
        measures="bits to flip until a client's first packet no longer looks like nothing",
        source=source,
        version=1,
        margin=functools.partial(_margin, reading),
        variant=variant,
    )
    for variant, (reading, source) in READINGS.items()
)
