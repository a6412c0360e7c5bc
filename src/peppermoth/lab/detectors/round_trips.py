"""Round trips of two layers that differ: a proxy answers for TCP, the site behind it for the rest.

Xue et al., NDSS 2025. The transport's round trip is the median time from the client's
data to the server's acknowledgement. The application's is the lag at which three pairs
of request and response correlate best: steps of 1 ms from the transport's up to 1 s,
with a Laplace kernel. Three pairs whose lag is 15 ms or more above the transport's are
inflated; each three weigh in a sequential test of "proxy" against "none". The margin
is the largest log-likelihood ratio reached, less the threshold's.

Limits: TCP only. A pair's times are the request's last packet and the response's first.
The kernel's width and the error rates behind the threshold are ours, as the published
ones are not known to us. A slow server inflates as a proxy does.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.views import ACK, SYN, acknowledged, bursts, from_client, new_data
from peppermoth.lab.traces import Trace

STEP: Final = 0.001
LONGEST: Final = 1.0
KERNEL: Final = 0.005
"""Seconds: how far apart two lags may lie and still support each other (ours)."""

PAIRS: Final = 3
INFLATED: Final = 15
"""Steps of lag above the transport's round trip."""

PLAIN_STAYS: Final = 0.95
PROXY_STAYS: Final = 0.50
"""How likely three pairs are not inflated, without and with a proxy."""

ERRORS: Final = 0.01
"""Both error rates of the sequential test (ours)."""

_WHEN_INFLATED: Final = math.log((1 - PROXY_STAYS) / (1 - PLAIN_STAYS))
_WHEN_NOT: Final = math.log(PROXY_STAYS / PLAIN_STAYS)
THRESHOLD: Final = math.log((1 - ERRORS) / ERRORS)

_MOST: Final = 100
"""Groups of pairs of a flow that are looked at."""


def transport_rtt(trace: Trace, *, client: bool = True) -> float:
    """Seconds from one side's data to the other's acknowledgement, the median; nan for none."""
    data = new_data(trace)
    sent = data.only((data.sizes > 0) == client)
    answers = np.flatnonzero((from_client(trace) != client) & ((trace.flags & ACK) != 0))
    if not len(sent) or not len(answers):
        return math.nan
    reached = np.maximum.accumulate(acknowledged(trace, answers, client=client))
    first = np.searchsorted(reached, sent.begins + abs(sent.sizes))
    first = np.maximum(first, np.searchsorted(answers, sent.at))
    heard = first < len(answers)
    waits = trace.times[answers[first[heard]]] - sent.times[heard]
    return float(np.median(waits)) if len(waits) else math.nan


def path_rtt(trace: Trace) -> float:
    """Seconds from one end of the path to the other and back; nan where nothing tells.

    That is the opening's, or else the sum of what acknowledgements take from either side.
    """
    opens = np.flatnonzero((trace.flags & (SYN | ACK)) == SYN)
    if len(opens):
        later = np.flatnonzero(from_client(trace) & ((trace.flags & SYN) == 0))
        if len(later):
            return float(trace.times[later[0]] - trace.times[opens[-1]])
    return transport_rtt(trace, client=True) + transport_rtt(trace, client=False)


def steps_above(trace: Trace) -> NDArray[np.int64]:
    """For each three pairs, how many steps the application's round trip is above the transport's.

    0 where nothing correlates within the longest lag; empty where there are too few
    pairs or no acknowledgements.
    """
    rtt = transport_rtt(trace)
    asked, answered = _pairs(trace)
    groups = min(len(asked) // PAIRS, _MOST)
    if not groups or math.isnan(rtt):
        return np.zeros(0, np.int64)
    shape = (groups, PAIRS)
    requests = asked[: groups * PAIRS].reshape(shape)
    responses = answered[: groups * PAIRS].reshape(shape)
    lags = (responses[:, :, None] - requests[:, None, :] - rtt).reshape(groups, -1)
    # A sum of Laplace kernels is largest at the middle of one of them.
    steps = np.rint(lags / STEP).clip(0, round((LONGEST - rtt) / STEP))
    support = np.exp(-abs(lags[:, None, :] - steps[:, :, None] * STEP) / KERNEL).sum(axis=2)
    best = np.where(support >= support.max(axis=1, keepdims=True) - 1e-9, steps, np.inf)
    return np.asarray(best.min(axis=1), np.int64)


def _pairs(trace: Trace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When requests ended and their responses began."""
    data = new_data(trace)
    begins = bursts(data)
    answers = begins[(data.sizes[begins] < 0) & (begins > 0)]
    return data.times[answers - 1], data.times[answers]


def margin(trace: Trace) -> float:
    """The log-likelihood ratio above the threshold; nan without three pairs."""
    if trace.transport != "tcp" or not len(steps := steps_above(trace)):
        return math.nan
    ratios = np.cumsum(np.where(steps >= INFLATED, _WHEN_INFLATED, _WHEN_NOT))
    return float(ratios.max() - THRESHOLD)


DETECTORS: Final = (
    Detector(
        id="round-trips",
        measures="how much sooner the server's TCP answers than what is behind it",
        source="Xue et al., NDSS 2025",
        version=1,
        margin=margin,
    ),
)
