"""Views of a trace that several rules share: who sent a packet, where its bytes stand, bursts.

A trace tells the direction of packets with payload by the sign of their size. Those
without are told by their numbers: each side counts from its own random beginning, so
a packet is of the side whose counting it continues. Bytes that were sent before
(retransmissions) are left out of ``new_data``. Limits: numbers may wrap once, so a
direction carries less than 2 GiB.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.traces import Trace

SYN: Final = 0x02
ACK: Final = 0x10

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def says_nothing(read: Sequence[object]) -> list[float]:
    """The judge of a rule that could not be learned from the flows given."""
    return [math.nan] * len(read)


def _since(numbers: NDArray[np.uint32], first: int) -> Numbers:
    """How far 32-bit numbers lie after ``first``; before it, negative."""
    return (numbers - np.uint32(first)).view(np.int32).astype(np.int64)


def _beginnings(trace: Trace) -> tuple[int, int]:
    """The numbers of each side's first byte, the client's first."""
    found = []
    syn = (trace.flags & SYN) != 0
    acknowledges = (trace.flags & ACK) != 0
    for own, other, opens in (
        (trace.sizes > 0, trace.sizes < 0, syn & ~acknowledges),
        (trace.sizes < 0, trace.sizes > 0, syn & acknowledges),
    ):
        if opens.any():
            found.append((int(trace.sequences[opens][0]) + 1) % 2**32)
        elif own.any():
            found.append(int(trace.sequences[own][0]))
        elif (other & acknowledges).any():
            found.append(int(trace.acknowledgements[other & acknowledges][0]))
        else:
            found.append(0)
    return found[0], found[1]


def from_client(trace: Trace) -> Mask:
    """Which packets the client sent."""
    client, server = _beginnings(trace)
    as_client = abs(_since(trace.sequences, client)) + abs(_since(trace.acknowledgements, server))
    as_server = abs(_since(trace.sequences, server)) + abs(_since(trace.acknowledgements, client))
    syn, answers = (trace.flags & SYN) != 0, (trace.flags & ACK) != 0
    guessed = np.where(syn, ~answers, as_client <= as_server)
    return np.where(trace.sizes != 0, trace.sizes > 0, guessed)


def acknowledged(trace: Trace, packets: Numbers, *, client: bool) -> Numbers:
    """Up to where in the client's stream, or the server's, each of the packets acknowledges."""
    first = _beginnings(trace)[0 if client else 1]
    return _since(trace.acknowledgements[packets], first)


@dataclass(frozen=True, slots=True)
class Data:
    """The packets of a flow that bring new bytes, in order.

    ``at`` are their places in the trace, ``begins`` where their payload begins in the
    stream of their direction.
    """

    trace: Trace
    at: Numbers
    times: NDArray[np.float64]
    sizes: Numbers
    begins: Numbers

    def __len__(self) -> int:
        return len(self.at)

    def payload(self, number: int) -> bytes:
        """One packet's payload; empty where the trace did not keep all of it."""
        kept = self.trace.said if self.sizes[number] > 0 else self.trace.answered
        begin = int(self.begins[number])
        end = begin + abs(int(self.sizes[number]))
        return kept[begin:end] if begin >= 0 and end <= len(kept) else b""

    def only(self, chosen: Mask | slice) -> Data:
        """Some of the packets."""
        return Data(
            self.trace,
            self.at[chosen],
            self.times[chosen],
            self.sizes[chosen],
            self.begins[chosen],
        )


def new_data(trace: Trace) -> Data:
    """The packets that bring bytes not seen before."""
    at = np.flatnonzero(trace.sizes)
    sizes = trace.sizes[at].astype(np.int64)
    begins = np.zeros(len(at), np.int64)
    fresh = np.ones(len(at), np.bool_)
    for first, side in zip(_beginnings(trace), (sizes > 0, sizes < 0), strict=True):
        lengths = abs(sizes[side])
        if not len(lengths):
            continue
        if trace.transport == "tcp":
            begins[side] = _since(trace.sequences[at[side]], first)
            ends = begins[side] + lengths
            seen = np.concatenate(([0], np.maximum.accumulate(ends)[:-1]))
            fresh[side] = ends > seen
        else:
            begins[side] = np.cumsum(lengths) - lengths
    data = Data(trace, at, trace.times[at], sizes, begins)
    return data if fresh.all() else data.only(fresh)


def bursts(data: Data, gap: float = np.inf) -> Numbers:
    """Where bursts begin: packets of one direction, less than ``gap`` seconds after each other."""
    if not len(data):
        return np.zeros(0, np.int64)
    turns = np.diff(np.sign(data.sizes)) != 0
    pauses = np.diff(data.times) >= gap
    return np.concatenate(([0], np.flatnonzero(turns | pauses) + 1))


def burst_bytes(data: Data, begins: Numbers) -> Numbers:
    """The bytes of each burst, signed like sizes."""
    return np.add.reduceat(data.sizes, begins) if len(begins) else np.zeros(0, np.int64)
