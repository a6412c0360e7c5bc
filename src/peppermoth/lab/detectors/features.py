"""Rows of numbers about packets, which learning detectors read.

``Packets`` are those that bring new bytes, of one flow or of all flows of a visit
together. Each function gives a row of a fixed length:

- ``beginning``: the first 100 packets one by one, and their bursts;
- ``k_fingerprint``: Hayes and Danezis, "k-fingerprinting", USENIX Security 2016, section 5,
  with the distribution of sizes, since outside Tor packets have many;
- ``cumulative``: Panchenko et al., "Website Fingerprinting at Internet Scale" (CUMUL),
  NDSS 2016, section V;
- ``aggregated``: the traffic aggregation matrix of Shen et al., USENIX Security 2023.

Written from the papers. Limits: sizes are payload where a trace gave them, so numbers
differ from papers that counted headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.detectors.views import new_data
from peppermoth.lab.traces import Trace

Numbers = NDArray[np.float64]

BEGINNING: Final = 100
"""Packets of a flow's beginning that are read one by one."""

BURSTS: Final = 20
"""Bursts of a flow's beginning that are read one by one."""

POINTS: Final = 100
"""Points at which CUMUL reads the running sum."""

_CHUNK: Final = 20
_EDGE: Final = 30
_PARTS: Final = 20
_SIZE_BINS: Final = np.arange(-1500, 1501, 60)


class Packets(NamedTuple):
    """Packets with data in order: seconds since the first, and bytes, + from the client."""

    times: Numbers
    sizes: NDArray[np.int64]


def packets(trace: Trace) -> Packets:
    """The packets of one flow that bring new bytes."""
    data = new_data(trace)
    return _ordered(data.times, data.sizes)


def together(traces: Sequence[Trace]) -> Packets:
    """The packets of several flows as one line sees them, such as those of one visit."""
    found = [(trace.begun, new_data(trace)) for trace in traces]
    times = np.concatenate([begun + data.times for begun, data in found])
    sizes = np.concatenate([data.sizes for _, data in found])
    return _ordered(times, sizes)


def _ordered(times: Numbers, sizes: NDArray[np.int64]) -> Packets:
    order = np.argsort(times, kind="stable")
    return Packets(times[order] - times[order][:1], sizes[order])


def _bursts(sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], Numbers, Numbers]:
    """Packets in a row of one direction: where each begins, its packets, its signed bytes."""
    begins = np.flatnonzero(np.concatenate(([True], np.diff(np.sign(sizes)) != 0)))
    lengths = np.diff(np.concatenate((begins, [len(sizes)])))
    return begins, lengths.astype(float), np.add.reduceat(sizes, begins).astype(float)


def _padded(values: Numbers, length: int) -> Numbers:
    """Exactly so many values, unknown ones as nan."""
    row = np.full(length, np.nan)
    kept = values[:length]
    row[: len(kept)] = kept
    return row


def _spread(values: Numbers) -> list[float]:
    """Mean, deviation, least, middle, most; zeros for none."""
    if not len(values):
        return [0.0] * 5
    return [values.mean(), values.std(), values.min(), float(np.median(values)), values.max()]


def _quarters(values: Numbers) -> Numbers:
    """The quartiles and the most; zeros for none."""
    return np.quantile(values, (0.25, 0.5, 0.75, 1)) if len(values) else np.zeros(4)


def _sums(values: Numbers, parts: int) -> Numbers:
    """The sums of so many consecutive parts of nearly the same length."""
    edges = np.linspace(0, len(values), parts + 1).astype(int)
    return np.diff(np.concatenate(([0.0], np.cumsum(values)))[edges])


def beginning(seen: Packets) -> Numbers:
    """The first packets' signed sizes and times, the first bursts' bytes and lengths, totals.

    What the flow does not have is nan. At least one packet is needed.
    """
    sizes, times = seen.sizes[:BEGINNING], seen.times[:BEGINNING]
    begins, lengths, volumes = _bursts(sizes)
    pauses = np.diff(times[begins])
    totals: list[float] = [len(sizes), len(begins), times[-1]]
    for side in (1, -1):
        own = np.sign(sizes) == side
        totals += [own.sum(), abs(sizes[own]).sum()]
        of_side = np.sign(volumes) == side
        totals += [*_spread(abs(volumes[of_side])), *_spread(lengths[of_side])]
    rows = ((sizes, BEGINNING), (times, BEGINNING), (volumes, BURSTS), (lengths, BURSTS))
    each = [_padded(values.astype(float), length) for values, length in rows]
    return np.concatenate([*each, totals, _spread(pauses)])


def k_fingerprint(seen: Packets) -> Numbers:
    """Counts, order, concentration, gaps, rates and sizes. At least one packet is needed."""
    times, sizes = seen
    out = sizes > 0
    sides = (np.ones_like(out), out, ~out)
    chunks = np.add.reduceat(out.astype(float), np.arange(0, len(out), _CHUNK))
    rates = np.bincount(times.astype(int)).astype(float)
    parts: list[Numbers | list[float]] = [[side.sum() for side in sides], [out.mean()]]
    parts += [[edge.sum(), (~edge).sum()] for edge in (out[:_EDGE], out[-_EDGE:])]
    for side in sides:
        gaps = np.diff(times[side])
        parts += [_spread(gaps), _quarters(gaps), _quarters(times[side])]
        lengths = abs(sizes[side]).astype(float)
        parts += [_spread(lengths), _quarters(lengths), [lengths.sum(), len(np.unique(lengths))]]
    parts += [_spread(np.flatnonzero(side).astype(float)) for side in sides[1:]]
    parts += [_spread(chunks), _sums(chunks, _PARTS), _spread(rates), _sums(rates, _PARTS)]
    _, lengths, volumes = _bursts(sizes)
    parts += [_spread(lengths), _spread(abs(volumes)), [len(lengths)]]
    parts.append(np.histogram(np.clip(sizes, -1499, 1499), _SIZE_BINS)[0].astype(float))
    return np.concatenate(parts)


def cumulative(seen: Packets) -> Numbers:
    """Packets and bytes of each direction, and the running sum of signed sizes at 100 points."""
    sizes = seen.sizes.astype(float)
    travelled = np.concatenate(([0.0], np.cumsum(abs(sizes))))
    balance = np.concatenate(([0.0], np.cumsum(sizes)))
    points = np.interp(np.linspace(0, travelled[-1], POINTS), travelled, balance)
    up, down = sizes[sizes > 0], sizes[sizes < 0]
    return np.concatenate(([len(down), len(up), -down.sum(), up.sum()], points))


def aggregated(seen: Packets, slots: int, seconds: float) -> Numbers:
    """Packets of each direction, then bytes of each, in so many slots of ``seconds``.

    A matrix of four rows, laid out in one; the last slot holds the rest.
    """
    slot = np.minimum((seen.times / seconds).astype(int), slots - 1)
    lengths = abs(seen.sizes).astype(float)
    sides = (seen.sizes > 0, seen.sizes < 0)
    counts = [np.bincount(slot[side], minlength=slots) for side in sides]
    volumes = [np.bincount(slot[side], lengths[side], minlength=slots) for side in sides]
    return np.concatenate([*counts, *volumes])
