"""TLS handshakes inside a tunnel, learned: the method of Xue et al., USENIX Security 2024.

The flow's own handshake is taken off, and 25 packets with data are judged twice; both
tests must pass. *Three in a row*: each packet is one of eight symbols (direction and
size), and the counts of the 100 most telling triples are compared with those of tunnels
and of others by the ratio of two chi-squared distances. *Bursts*: packets of one
direction with less than three round trips between them; three (TLS 1.3 inside) or five
(TLS 1.2) bursts in a row come near a handshake's by Mahalanobis distance. The margin is
the smaller of both logarithms of threshold over value.

Learned from the flows given: what triples tunnels have, and the bursts with which they
begin. Either threshold lets through 2% of the training's other flows, where the paper
tuned both to an FPR of 0.0544%. Limits: an outer handshake is found within the bytes
that a trace keeps, and where it ends with a ChangeCipherSpec.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import RemoteProtocolError
from peppermoth.lab.detectors import Detector, Judge, Study
from peppermoth.lab.detectors.round_trips import path_rtt
from peppermoth.lab.detectors.views import Data, burst_bytes, bursts, new_data, says_nothing
from peppermoth.lab.traces import Trace
from peppermoth.monitor.observe.looks import tls_records
from peppermoth.wire.tls import ContentType, decode_record


def cipher_change(stream: bytes) -> int | None:
    """Where a direction's ChangeCipherSpec begins; None where there is none."""
    pos = 0
    try:
        while (found := decode_record(stream, pos)) is not None:
            record, end = found
            if record.type == ContentType.CHANGE_CIPHER_SPEC:
                return pos
            pos = end
    except RemoteProtocolError:
        pass  # what is not TLS any more has none
    return None


def is_tls(trace: Trace) -> bool:
    """Whether the flow's outside is TLS."""
    return trace.transport == "tcp" and tls_records(trace.said, trace.answered)


def behind_handshake(trace: Trace) -> Data:
    """The flow without its own TLS handshake: what follows the client's ChangeCipherSpec.

    All of it, where its outside is not TLS; nothing, where that handshake has no such end.
    """
    data = new_data(trace)
    if not is_tls(trace):
        return data
    changed = cipher_change(trace.said)
    if changed is None:
        return data.only(slice(0))
    holds = np.flatnonzero((data.sizes > 0) & (data.begins <= changed))
    return data.only(slice(int(holds[-1]) + 1, None))


Values = NDArray[np.float64]

PACKETS: Final = 25
EDGES: Final = (161, 601, 1211)
"""From how many bytes on a packet is of the next larger size."""

_SYMBOLS: Final = 2 * (len(EDGES) + 1)
TRIPLES: Final = _SYMBOLS**3
TELLING: Final = 100
LET_THROUGH: Final = 0.02
WITHIN: Final = 3
"""Round trips between packets that end a burst."""

FRAMING: Final = 20.0
"""Bytes of framing that are no difference: they keep a covariance of equal flows regular."""

FEWEST: Final = 10
"""Flows of either kind without which nothing is learned."""

_TINY: Final = 1e-6


def symbols(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number from 0 to 7 for each signed size: the client's four sizes, then the server's."""
    return np.digitize(abs(sizes), EDGES) + np.where(sizes < 0, _SYMBOLS // 2, 0)


def triples(sizes: NDArray[np.int64]) -> Values:
    """How often each of the 512 triples of symbols occurs."""
    seen = symbols(sizes)
    numbers = (seen[:-2] * _SYMBOLS + seen[1:-1]) * _SYMBOLS + seen[2:]
    return np.bincount(numbers, minlength=TRIPLES).astype(np.float64)


class _Parts(NamedTuple):
    """What is judged of one flow: counts of triples, and all windows of bursts."""

    counts: Values
    windows: Values


def _parts(window: int, trace: Trace) -> _Parts | None:
    """None for a flow that is too short."""
    data = behind_handshake(trace).only(slice(PACKETS))
    if len(data) < 3:
        return None
    rtt = path_rtt(trace)
    begins = bursts(data, np.inf if math.isnan(rtt) else WITHIN * rtt)
    if len(begins) < window:
        return None
    sums = burst_bytes(data, begins).astype(np.float64)
    return _Parts(triples(data.sizes), np.lib.stride_tricks.sliding_window_view(sums, window))


class Triples:
    """The first test, learned from counts of triples."""

    def __init__(self, tunnels: Values, others: Values) -> None:
        shares = [
            (counts.sum(axis=0) + 1) / (counts.sum() + TRIPLES) for counts in (tunnels, others)
        ]
        telling = (shares[0] - shares[1]) ** 2 / (shares[0] + shares[1])
        self._chosen = np.argsort(-telling, kind="stable")[:TELLING]
        self._shares = [share[self._chosen] for share in shares]

    def ratio(self, counts: Values) -> Values:
        """For each row, the distance from tunnels over that from others."""
        total = counts.sum(axis=1, keepdims=True)
        seen = counts[:, self._chosen]
        near, far = (
            ((seen - total * share) ** 2 / (total * share)).sum(axis=1) for share in self._shares
        )
        return np.asarray(near / (far + _TINY))


class Bursts:
    """The second test, learned from the bursts with which tunnels begin."""

    def __init__(self, beginnings: Values) -> None:
        self._mean = beginnings.mean(axis=0)
        spread = np.cov(beginnings, rowvar=False) + FRAMING**2 * np.eye(beginnings.shape[1])
        self._inverse = np.linalg.inv(spread)

    def nearest(self, windows: Values) -> float:
        """The smallest distance of any window."""
        apart = windows - self._mean
        return float(np.sqrt(np.einsum("ni,ij,nj->n", apart, self._inverse, apart)).min())


def _threshold(values: Values) -> float:
    """The value below which the training's other flows are let through."""
    return float(np.quantile(values, LET_THROUGH, method="lower"))


def _log_ratio(threshold: float, value: float) -> float:
    return math.log((threshold + _TINY) / (value + _TINY))


def learn(read: Sequence[_Parts], tunnels: Sequence[bool], seed: int) -> Judge:
    """Learn both tests from flows long enough to be judged; chance plays no part.

    From too few flows that are long enough nothing is learned, and nothing said.
    """
    sides: dict[bool, list[_Parts]] = {True: [], False: []}
    for parts, tunnel in zip(read, tunnels, strict=True):
        sides[tunnel].append(parts)
    begin = [w for parts in sides[True] for w in parts.windows[parts.windows[:, 0] > 0][:1]]
    if min(len(begin), len(sides[False])) < FEWEST:
        return says_nothing
    counts = {kind: np.array([parts.counts for parts in found]) for kind, found in sides.items()}
    first, second = Triples(counts[True], counts[False]), Bursts(np.array(begin))
    ratio = _threshold(first.ratio(counts[False]))
    distance = _threshold(np.array([second.nearest(parts.windows) for parts in sides[False]]))

    def margin(parts: _Parts) -> float:
        return min(
            _log_ratio(ratio, float(first.ratio(parts.counts[None, :])[0])),
            _log_ratio(distance, second.nearest(parts.windows)),
        )

    return lambda read: [margin(parts) for parts in read]


WINDOWS: Final = {"tls12": 5, "tls13": 3}

DETECTORS: Final = tuple(
    Detector(
        id=f"handshake.{variant}",
        measures="whether a TLS handshake goes on inside: triples of sizes, and bursts",
        source="Xue et al., USENIX Security 2024",
        version=1,
        train=Study(functools.partial(_parts, window), learn),
        variant=variant,
    )
    for variant, window in WINDOWS.items()
)
