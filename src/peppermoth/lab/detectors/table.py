"""Every passive detector of the lab: one line each adds a family.

The order is that of the scorecard's rows. An ``id`` names one detector and is kept for
good, since scorecards are compared by it; ``version`` says that its margins changed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

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


class Beside(NamedTuple):
    """A way of detecting that does not judge one flow, and so has no row of its own."""

    id: str
    measures: str
    source: str


BESIDE: Final = (
    Beside(
        "hosts",
        "flows after which a server is condemned, in every row of a scorecard",
        "Wails et al., NDSS 2024",
    ),
    Beside(
        "probes",
        "what a server answers to a prober, beside nginx: peppermoth lab probe",
        "Frolov et al., NDSS 2020; Alice et al., IMC 2020; Fenske and Johnson, CCS 2024",
    ),
)


def described() -> list[str]:
    """One line for each way of detecting: its id, what it measures, its source."""
    every: tuple[Detector | website.Attack | Beside, ...] = (*TABLE, *deep.attacks(), *BESIDE)
    width = max(len(one.id) for one in every)
    return [f"{one.id:{width}}  {one.measures} ({one.source})" for one in every]
