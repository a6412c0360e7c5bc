"""Every passive detector of the lab: one line each adds a family.

The order is that of the scorecard's rows. An ``id`` names one detector and is kept for
good, since scorecards are compared by it; ``version`` says that its margins changed.
"""

from __future__ import annotations

from typing import Final

from peppermoth.lab.detectors import (
    Detector,
    classifier,
    deep,
    encapsulated,
    encapsulated_fixed,
    entropy,
    fingerprint,
    first_packet,
    ndpi,
    outliers,
    round_trips,
    shadowsocks,
    signatures,
    tshark,
    website,
)

TABLE: Final[tuple[Detector, ...]] = (
    *first_packet.DETECTORS,
    *shadowsocks.DETECTORS,
    *encapsulated.DETECTORS,
    *encapsulated_fixed.DETECTORS,
    *entropy.DETECTORS,
    *round_trips.DETECTORS,
    *signatures.DETECTORS,
    *fingerprint.DETECTORS,
    *outliers.DETECTORS,
    *classifier.DETECTORS,
    *website.DETECTORS,
    *tshark.DETECTORS,
    *ndpi.DETECTORS,
)


def described() -> list[str]:
    """One line for each detector and deep attack: its id, what it measures, its source."""
    every: tuple[Detector | website.Attack, ...] = (*TABLE, *deep.attacks())
    width = max(len(one.id) for one in every)
    return [f"{one.id:{width}}  {one.measures} ({one.source})" for one in every]
