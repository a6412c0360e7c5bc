"""Signatures of OpenVPN and WireGuard: controls, which must fire on them and not on us.

OpenVPN (Xue et al., USENIX Security 2022). *Opcodes*: the upper five bits of each
message's first byte, even where a cipher hides their meaning. A client's and a server's
reset come first and never again; with two others at least they make four. The margin is
how many opcodes there are above three or, below zero, how many messages break the rule.
*Acknowledgements*: the third message is one; among the first 30 at least five have its
length, later one at most. WireGuard: the first 20 datagrams are its messages, and those
of a handshake or data both ways (``monitor``'s own look). The margin counts datagrams.

Limits: only bytes that a trace keeps. The counts of acknowledgements are ours, as the
published ones are not known to us; OpenVPN 2.6 acknowledges within other messages, and
is not found by them.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from peppermoth.errors import RemoteProtocolError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.views import Data, new_data
from peppermoth.lab.traces import Trace
from peppermoth.monitor.observe import looks_tunnels
from peppermoth.wire import tunnels


class Message(NamedTuple):
    """What OpenVPN would call a packet: who sent it, its bytes, its opcode's bits if kept."""

    client: bool
    length: int
    opcode: int | None


MESSAGES: Final = 100
SHORTEST: Final = 14
LONGEST: Final = 6000


def messages(trace: Trace) -> list[Message] | None:
    """The first messages, if this were OpenVPN: datagrams, or behind lengths in a stream.

    None where something is no message, by its length.
    """
    data = new_data(trace)
    if trace.transport == "udp":
        data = data.only(slice(MESSAGES))
        if (abs(data.sizes) < SHORTEST).any():
            return None
        rows = zip(data.sizes.tolist(), data.begins.tolist(), strict=True)
        return [Message(size > 0, abs(size), _opcode(trace, size > 0, at)) for size, at in rows]
    found: list[tuple[int, Message]] = []
    for client, stream in ((True, trace.said), (False, trace.answered)):
        placed = _framed(data, client, stream)
        if placed is None:
            return None
        found += placed
    return [message for _, message in sorted(found, key=lambda one: one[0])][:MESSAGES]


def _opcode(trace: Trace, client: bool, at: int) -> int | None:
    kept = trace.said if client else trace.answered
    return kept[at] >> 3 if at < len(kept) else None


def _framed(data: Data, client: bool, stream: bytes) -> list[tuple[int, Message]] | None:
    """One side's messages, each with the packet that it begins in."""
    side = np.flatnonzero((data.sizes > 0) == client)
    order = side[np.argsort(data.begins[side], kind="stable")]
    begins = data.begins[order]
    found: list[tuple[int, Message]] = []
    pos = 0
    while pos + 2 < len(stream) and len(found) < MESSAGES:
        length = int.from_bytes(stream[pos : pos + 2], "big")
        if not SHORTEST <= length <= LONGEST:
            return None
        packet = int(order[max(int(np.searchsorted(begins, pos, "right")) - 1, 0)])
        found.append((packet, Message(client, length, stream[pos + 2] >> 3)))
        pos += 2 + length
    return found


# OpenVPN's opcodes


@dataclass(frozen=True, slots=True)
class Reading:
    """How an implementation reads the rule for opcodes: messages and opcodes that it takes."""

    fewest_messages: int
    most_messages: int
    most_opcodes: int


FEWEST_OPCODES: Final = 4

READINGS: Final = {
    "": (Reading(FEWEST_OPCODES, MESSAGES, 32), "Xue et al., USENIX Security 2022, section 4"),
    "ndpi": (Reading(10, 10, 6), "ntop/nDPI src/lib/protocols/openvpn.c"),
}


def _opcodes(reading: Reading, trace: Trace) -> float:
    """Opcodes inside the permitted range or, below zero, messages that break the rule."""
    found = messages(trace)
    if found is None:
        return -math.inf
    said = [(one.client, one.opcode) for one in found if one.opcode is not None]
    if len(said) < reading.fewest_messages:
        return math.nan
    resets: dict[bool, int] = {}
    others: list[int] = []
    broken = 0
    for client, opcode in said[: reading.most_messages]:
        if not others and opcode == resets.setdefault(client, opcode):
            continue  # until something else is said, a reset may be sent again
        if opcode in resets.values() or len(resets) < 2:
            broken += 1
        elif opcode not in others:
            others.append(opcode)
    distinct = len(others) + len(set(resets.values()))
    if broken or len(set(resets.values())) < 2:
        return -float(max(broken, 1))
    return float(min(distinct - FEWEST_OPCODES, reading.most_opcodes - distinct) + 1)


# Acknowledgements

EARLY: Final = 30
"""Messages among which the handshake's acknowledgements are."""

FEWEST_MESSAGES: Final = 50
FEWEST_EARLY: Final = 5
MOST_LATER: Final = 1
THIRD: Final = 2


def _acknowledgements(trace: Trace) -> float:
    """Early ones above what is needed, or, below zero, later ones that should not be there."""
    found = messages(trace)
    if found is None:
        return -math.inf
    if len(found) < FEWEST_MESSAGES:
        return math.nan
    same = np.array([message.length == found[THIRD].length for message in found])
    early, later = int(same[:EARLY].sum()), int(same[EARLY:].sum())
    return float(min(early - FEWEST_EARLY, MOST_LATER - later) + 1)


# WireGuard

DATAGRAMS: Final = 20


def _wireguard(trace: Trace) -> float:
    """Datagrams that are WireGuard's or, below zero, that are not."""
    if trace.transport != "udp":
        return math.nan
    data = new_data(trace)
    payloads = [data.payload(number) for number in range(min(len(data), DATAGRAMS))]
    kept = [payload for payload in payloads if payload]
    if not kept:
        return math.nan
    strangers = sum(not _is_wireguard(payload) for payload in kept)
    if strangers:
        return -float(strangers)
    sides = [
        next((p for p, size in zip(payloads, data.sizes, strict=False) if size * sign > 0), b"")
        for sign in (1, -1)
    ]
    return float(len(kept)) if looks_tunnels.wireguard(*sides) else 0.0


def _is_wireguard(datagram: bytes) -> bool:
    try:
        tunnels.decode_wireguard(datagram)
    except RemoteProtocolError:
        return False
    return True


DETECTORS: Final = (
    *(
        Detector(
            id=f"openvpn-opcodes.{variant}" if variant else "openvpn-opcodes",
            measures="few opcodes, with resets at the beginning only",
            source=source,
            version=1,
            margin=functools.partial(_opcodes, reading),
            variant=variant,
        )
        for variant, (reading, source) in READINGS.items()
    ),
    Detector(
        id="openvpn-acknowledgements",
        measures="messages as long as the third: some early, none later",
        source="Xue et al., USENIX Security 2022, section 4",
        version=1,
        margin=_acknowledgements,
    ),
    Detector(
        id="wireguard",
        measures="datagrams with the kinds and lengths of WireGuard's messages",
        source="Donenfeld, NDSS 2017, section 5.4",
        version=2,
        margin=_wireguard,
    ),
)
