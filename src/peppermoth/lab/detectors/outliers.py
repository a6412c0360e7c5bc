"""What a flow looks like as a whole, compared with the control: the marks of multiplexing.

``MEASURES`` are what any operator's flow records tell: duration, bytes, turns, silence.
Xue et al. (NDSS 2025) found that multiplexed flows hold more requests and answers than
97% of an operator's flows. Three ways to look:

- ``effects``: each measure's distribution against the control's, by Kolmogorov's and
  Smirnov's D and by the energy coefficient (Szekely and Rizzo 2013), both 0 to 1. Effect
  sizes, since with enough flows any difference is significant;
- ``two_sample``: can a classifier tell the two sets apart (Lopez-Paz and Oquab, ICLR
  2017)? It sees all measures together, where single ones may match;
- ``DETECTORS``: how far one flow is outside of the control's range, and the classifier.

Limits: measures end with the capture, so flows must be recorded for equally long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import Detector, Judge, Study
from peppermoth.lab.detectors.features import Numbers, Packets, packets
from peppermoth.lab.detectors.learning import boosted, trained
from peppermoth.lab.folds import divide
from peppermoth.lab.statistics import Share, share
from peppermoth.lab.traces import Label, Trace

PAUSE: Final = 1.0
"""Seconds without data that count as a pause."""

TOGETHER: Final = 60.0
"""Flows of one client to one server that begin within so many seconds count together."""

CHANCE: Final = 0.01
"""How often chance alone exceeds the D that ``Effect.chance`` names."""

TAIL: Final = 0.01
"""The share of control flows on each side that may be outside of the control's range."""

_LEAST_RANGE: Final = 0.1  # of a logarithm: a tenth more or less is no outlier
_FEWEST: Final = 2


def _up(seen: Packets) -> float:
    return float(seen.sizes[seen.sizes > 0].sum())


def _down(seen: Packets) -> float:
    return float(-seen.sizes[seen.sizes < 0].sum())


def _turns(seen: Packets) -> float:
    """How often the server answers: changes from the client's packets to the server's."""
    return float((np.diff(np.sign(seen.sizes)) < 0).sum())


def _pauses(seen: Packets) -> Numbers:
    gaps = np.diff(seen.times)
    return gaps[gaps >= PAUSE]


MEASURES: Final[Mapping[str, Callable[[Packets], float]]] = {
    "duration, s": lambda seen: float(seen.times[-1]),
    "bytes up": _up,
    "bytes down": _down,
    "up for each down": lambda seen: _up(seen) / max(1.0, _down(seen)),
    "turns": _turns,
    "turns a second": lambda seen: _turns(seen) / max(1.0, float(seen.times[-1])),
    "longest pause, s": lambda seen: float(np.diff(seen.times).max(initial=0.0)),
    "pauses": lambda seen: float(len(_pauses(seen))),
    "share of pauses": lambda seen: float(_pauses(seen).sum() / max(1e-9, seen.times[-1])),
    "middle pause, s": lambda seen: float(np.median(_pauses(seen))) if len(_pauses(seen)) else 0.0,
}
"""By name: a number of a flow with data."""

CONNECTIONS: Final = "connections"
"""The one measure of several flows: how many of one client go to one server together."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How much one measure differs between two sets of flows.

    ``ks`` and ``energy``: 0 for equal distributions, 1 for the most different.
    ``chance``: what ``ks`` exceeds by chance in one of a hundred pairs of such sets.
    """

    measure: str
    ks: float
    energy: float
    chance: float

    @property
    def supported(self) -> bool:
        """Whether so few flows can show the difference at all."""
        return self.ks > self.chance


def measured(seen: Packets) -> Numbers:
    """All measures of a flow, in the order of ``MEASURES``. At least one packet is needed."""
    return np.array([measure(seen) for measure in MEASURES.values()])


def connections(traces: Sequence[Trace]) -> Numbers:
    """For each flow, how many of its client go to its server and begin near it, itself too.

    Of one visit, where labels tell them apart: others were recorded right before and behind.
    """
    begun = np.array([trace.begun for trace in traces])
    pairs = [(trace.client.ip, trace.server.ip, _visit(trace.label)) for trace in traces]
    number = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
    pair = np.array([number[own] for own in pairs])
    counts = np.zeros(len(traces))
    for place in number.values():
        own = pair == place
        ordered = np.sort(begun[own])
        until = np.searchsorted(ordered, begun[own] + TOGETHER, "right")
        counts[own] = until - np.searchsorted(ordered, begun[own] - TOGETHER, "left")
    return counts


def _visit(label: Label | None) -> tuple[str, int, int] | None:
    return (label.site, label.load, label.seed) if label and label.site else None


def tabled(traces: Sequence[Trace]) -> Numbers:
    """A row for each flow: all measures, that of ``CONNECTIONS`` last.

    Raises DetectorError for flows without data, of which nothing can be measured.
    """
    if not traces or not all(trace.data.any() for trace in traces):
        raise DetectorError("Without flows that carry data there is nothing to compare.")
    rows = np.array([measured(packets(trace)) for trace in traces])
    return np.column_stack((rows, connections(traces)))


def effects(control: Numbers, others: Numbers) -> list[Effect]:
    """Each measure's effect, from the tables of both sets."""
    columns = zip((*MEASURES, CONNECTIONS), control.T, others.T, strict=True)
    return [_effect(name, ours, theirs) for name, ours, theirs in columns]


def _effect(name: str, ours: Numbers, theirs: Numbers) -> Effect:
    """Both effect sizes from the two cumulative distributions F and G."""
    points = np.unique(np.concatenate((ours, theirs)))
    f, g = (np.searchsorted(np.sort(set_), points, "right") / len(set_) for set_ in (ours, theirs))
    widths = np.diff(points, append=points[-1])
    across = float(((f * (1 - g) + g * (1 - f)) * widths).sum())  # the mean of |x - y|
    apart = float(((f - g) ** 2 * widths).sum())
    noise = math.sqrt(-math.log(CHANCE / 2) / 2 * (1 / len(ours) + 1 / len(theirs)))
    return Effect(name, float(abs(f - g).max()), apart / across if across else 0.0, noise)


def two_sample(
    control: Numbers, others: Numbers, labels: Sequence[Label], seed: int
) -> Share | None:
    """How many flows of equally many of both sets a classifier tells rightly; a half is chance.

    ``labels`` are those of the control's flows, then of the others'. Flows are divided as
    for any detector that learns; None where they are too few for that.
    """
    fewest = min(len(control), len(others))
    chance = np.random.default_rng(seed)
    places = np.concatenate(
        [
            first + np.sort(chance.choice(number, fewest, replace=False))
            for first, number in ((0, len(control)), (len(control), len(others)))
        ]
    )
    rows = np.concatenate((control, others))[places]
    kinds = (places >= len(control)).astype(np.int64)
    right = 0
    division = divide([labels[place] for place in places], seed)
    for train, judge in (map(list, fold) for fold in division.folds):
        scores = boosted(rows[train], kinds[train], seed)(rows[judge])
        right += int((scores.argmax(axis=1) == kinds[judge]).sum())
    return share(right, len(rows)) if division.by else None


def _logarithms(trace: Trace) -> Numbers | None:
    """All measures of a flow on a logarithmic scale; None without data."""
    seen = packets(trace)
    return np.log1p(measured(seen)) if len(seen.sizes) else None


def outside(rows: Sequence[Numbers], tunnels: Sequence[bool], seed: int) -> Judge:
    """Learn the control's ranges; needs no tunnel and no chance.

    A range holds all but ``TAIL`` of the control on either side, on a logarithmic scale.
    The margin is the most that a measure lies beyond the middle, in widths of its range,
    above what all but ``TAIL`` of the control stay within.
    """
    others = [row for row, tunnel in zip(rows, tunnels, strict=True) if not tunnel]
    if len(others) < _FEWEST:
        raise DetectorError("Ranges need several other flows with data to learn from.")
    low, middle, high = np.quantile(others, (TAIL, 0.5, 1 - TAIL), axis=0)
    below, above = (np.maximum(one, _LEAST_RANGE) for one in (middle - low, high - middle))

    def farthest(rows: Sequence[Numbers]) -> Numbers:
        away = np.array(rows) - middle
        return np.asarray(np.where(away > 0, away / above, -away / below).max(axis=-1))

    usual = float(np.quantile(farthest(others), 1 - TAIL))
    return lambda rows: (farthest(rows) - usual).tolist()


DETECTORS: Final = (
    Detector(
        id="flow-outlier",
        measures="how far duration, bytes, turns and pauses lie outside of the control's range",
        source="this project's, after Xue et al., NDSS 2025, on multiplexed flows",
        version=1,
        train=Study(_logarithms, outside),
    ),
    Detector(
        id="flow-two-sample",
        measures="duration, bytes, turns and pauses, by boosted trees",
        source="Lopez-Paz and Oquab, ICLR 2017",
        version=1,
        train=trained(measured, boosted),
    ),
)
