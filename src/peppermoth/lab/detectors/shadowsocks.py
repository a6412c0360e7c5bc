"""Which first packets the Great Firewall suspected of Shadowsocks (Alice et al., IMC 2020).

It replayed first packets by length and entropy. The margin is the published evidence in
bits: the binary logarithm of how much likelier a packet's length modulo 16 was among
those replayed than by chance, less what its entropy takes away. Packets of 7.2 bits a
byte were replayed four times as often as those of 3.0, and between them a straight line
is drawn (ours); beyond, nothing is known and the ends hold.

Limits: TCP only. The firewall replayed a share of what it suspected, and its model is
not known; lengths above 700, of which few were replayed, count as not suspected.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.entropy import shannon
from peppermoth.lab.traces import Trace

BLOCK: Final = 16
LENGTHS: Final = range(160, 701)


class Favoured(NamedTuple):
    """In a range of lengths, which shares of the replayed had which remainder."""

    lengths: range
    shares: dict[int, float]


FAVOURED: Final = (
    Favoured(range(168, 264), {9: 0.72}),
    Favoured(range(264, 384), {9: 0.37, 2: 0.32}),
    Favoured(range(384, 688), {2: 0.96}),
)

LOW_ENTROPY: Final = 3.0
HIGH_ENTROPY: Final = 7.2
TIMES_LIKELIER: Final = 4


def length_bits(length: int) -> float:
    """What a first packet's length says, in bits; -inf for one that is not suspected."""
    if length not in LENGTHS:
        return -math.inf
    for favoured in FAVOURED:
        if length in favoured.lengths:
            others = (1 - sum(favoured.shares.values())) / (BLOCK - len(favoured.shares))
            return math.log2(favoured.shares.get(length % BLOCK, others) * BLOCK)
    return 0.0


def entropy_bits(entropy: float) -> float:
    """What its entropy takes away: 0 bits from 7.2 on, 2 up to 3.0."""
    place = (HIGH_ENTROPY - entropy) / (HIGH_ENTROPY - LOW_ENTROPY)
    return -math.log2(TIMES_LIKELIER) * min(max(place, 0.0), 1.0)


def margin(trace: Trace) -> float:
    """Bits of evidence from the first packet; nan where there is none."""
    if trace.transport != "tcp" or not trace.first:
        return math.nan
    return length_bits(len(trace.first)) + entropy_bits(shannon(trace.first))


DETECTORS: Final = (
    Detector(
        id="shadowsocks",
        measures="length and entropy of the first packet, as suspected of Shadowsocks",
        source="Alice et al., IMC 2020, section 4",
        version=1,
        margin=margin,
    ),
)
