"""Website fingerprinting: which page was visited, told from packets alone.

``ATTACKS`` lists each attack as what it reads and how it learns; ``experiment`` trains
it on some visits and counts how many of the others it names. Visits are divided by
repetition, so that none is judged by a model that saw its time; one model sees all
others, as the defence's author must assume. The deep attacks are in ``deep``.

The same attacks, told "tunnel or not" instead of sites, are flow detectors.

Measured on 25 pages of one site (20 visits each, 5 folds, undefended; see the tests):
k-fingerprinting, CUMUL and trees on TAM stand in this order. Limits: closed world; a few
visits to each page understate every attack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.features import (
    Numbers,
    Packets,
    aggregated,
    cumulative,
    k_fingerprint,
    together,
)
from peppermoth.lab.detectors.learning import (
    Learner,
    Reader,
    boosted,
    forest,
    support_vectors,
    trained,
)
from peppermoth.lab.statistics import Share, share
from peppermoth.lab.traces import Label, Trace

SLOTS: Final = 200
SLOT: Final = 0.15
"""Seconds of one of the ``SLOTS``: half a minute is enough for a page."""


class Visit(NamedTuple):
    """One page load: its packets, which site it was, and the number of the repetition."""

    packets: Packets
    site: str
    load: int


@dataclass(frozen=True, slots=True)
class Attack:
    """A way to tell sites apart: what it reads of a visit, and how it learns."""

    id: str
    measures: str
    source: str
    read: Reader
    learn: Learner
    version: int = 1
    rounds: int = 0
    """How often it goes over what it learns from, on an accelerator if there is one; 0 where
    it does not learn in rounds."""
    absent: Callable[[], str] | None = None
    """Why it cannot run on this machine, or nothing; None where it always can."""

    @property
    def detector(self) -> Detector:
        """The attack as a flow detector: is this flow a tunnel's?"""
        return Detector(
            id=self.id,
            measures=f"{self.measures}; also names the site visited",
            source=self.source,
            version=self.version,
            train=trained(self.read, self.learn),
        )


class Result(NamedTuple):
    """How many visits of each fold an attack named rightly, and among how many sites."""

    attack: str
    sites: int
    right: tuple[int, ...]
    of: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """The share of all visits that were named rightly; chance is ``1 / sites``."""
        return sum(self.right) / sum(self.of)

    @property
    def bounds(self) -> Share:
        """The accuracy and where it may lie, exactly as for any share."""
        return share(sum(self.right), sum(self.of))


def visits(traces: Iterable[Trace]) -> list[Visit]:
    """Visits from labelled flows: the flows of one load of one site are one visit.

    Give flows of one peer and traffic. Flows without a label or without data are left out.
    """
    flows: defaultdict[tuple[str, int, int], list[Trace]] = defaultdict(list)
    for trace in traces:
        if trace.label and trace.data.any():
            flows[_key(trace.label)].append(trace)
    worlds = sorted({seed for _, seed, _ in flows})
    loads = 1 + max((load for _, _, load in flows), default=0)
    return [
        Visit(together(own), site, worlds.index(seed) * loads + load)
        for (site, seed, load), own in sorted(flows.items())
    ]


def _key(label: Label) -> tuple[str, int, int]:
    return label.site, label.seed, label.load


def experiment(given: Sequence[Visit], attack: Attack, folds: int, seed: int) -> Result:
    """Name each visit by a model of the others; a fold holds every ``folds``-th repetition.

    Raises DetectorError where a fold would have no visits, or its sites none to learn from.
    """
    names = sorted({visit.site for visit in given})
    classes = np.array([names.index(visit.site) for visit in given], np.int64)
    fold = np.array([visit.load % folds for visit in given], np.int64)
    if len(names) < 2:
        raise DetectorError("To tell sites apart takes two of them.")
    rows = np.array([attack.read(visit.packets) for visit in given])
    found = []
    for number in range(folds):
        judged = fold == number
        if not judged.any() or len(np.unique(classes[~judged])) < len(names):
            raise DetectorError(
                f"Each of {folds} folds needs visits, and every site visits outside of it."
            )
        scores = attack.learn(rows[~judged], classes[~judged], seed)(rows[judged])
        found.append((int((scores.argmax(axis=1) == classes[judged]).sum()), int(judged.sum())))
    right, of = zip(*found, strict=True)
    return Result(attack.id, len(names), right, of)


def slotted(seen: Packets) -> Numbers:
    """The traffic aggregation matrix in ``SLOTS`` slots of ``SLOT`` seconds."""
    return aggregated(seen, SLOTS, SLOT)


def slotted_sums(seen: Packets) -> Numbers:
    """The same matrix with running sums, so that one cut of a tree sees all until a slot."""
    return np.cumsum(slotted(seen).reshape(-1, SLOTS), axis=1).ravel()


ATTACKS: Final = (
    Attack(
        id="k-fingerprinting",
        measures="counts, order, gaps, rates and sizes of all packets, by a random forest",
        source="Hayes and Danezis, USENIX Security 2016",
        read=k_fingerprint,
        learn=forest,
    ),
    Attack(
        id="cumul",
        measures="the running sum of signed sizes, by support vectors",
        source="Panchenko et al., NDSS 2016",
        read=cumulative,
        learn=support_vectors,
    ),
    Attack(
        id="tam-trees",
        measures="packets and bytes of each direction in slots of time, by boosted trees",
        source="the matrix of Shen et al., USENIX Security 2023; the trees are this project's",
        read=slotted,
        learn=boosted,
    ),
    Attack(
        id="tam-sums-trees",
        measures="the same with running sums, by boosted trees",
        source="this project's, after Shen et al., USENIX Security 2023",
        read=slotted_sums,
        learn=boosted,
    ),
)

DETECTORS: Final = tuple(attack.detector for attack in ATTACKS)
