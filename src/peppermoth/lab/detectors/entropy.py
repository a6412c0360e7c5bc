"""Entropy, sizes and acknowledgements of a flow's beginning, judged by a decision tree.

Wang et al., CCS 2015, as done again by Wails et al., NDSS 2024: of the first 30 packets
with data, the least, middle, mean and largest Shannon entropy and size of each
direction, and how often a bare acknowledgement follows the last one of its side after
so long. The tree is trained on the flows given. The margin is the share of training
tunnels in the leaf that a flow falls into, above one half.

Limits: entropy is known of the bytes that a trace keeps. A small tree has few leaves,
so there are few margins: a low FPR may not be measurable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import ConfigError
from peppermoth.lab.detectors import Detector, Judge, Study
from peppermoth.lab.detectors.views import SYN, from_client, new_data, says_nothing
from peppermoth.lab.traces import Trace

PACKETS: Final = 30
DEPTH: Final = 6
LEAF: Final = 5
"""Flows that a leaf holds at least, so that no leaf learns one flow."""

INTERVALS: Final = (0.0001, 0.001, 0.010, 0.050, 0.100, 0.500, 1.0)
"""Seconds between bare acknowledgements: from which on an interval is of the next bin."""

Features = NDArray[np.float64]


def shannon(data: bytes) -> float:
    """The entropy of the bytes' distribution, in bits a byte; 0 for no bytes."""
    if not data:
        return 0.0
    counts = np.bincount(np.frombuffer(data, np.uint8))
    shares = counts[counts > 0] / len(data)
    return float(-(shares * np.log2(shares)).sum())


def _summary(values: Features) -> Features:
    """Least, middle, mean, largest; zeros for none."""
    if not len(values):
        return np.zeros(4)
    return np.array([values.min(), np.median(values), values.mean(), values.max()])


def features(trace: Trace) -> Features | None:
    """The flow in numbers; None for one without data."""
    data = new_data(trace).only(slice(PACKETS))
    if not len(data):
        return None
    payloads = [data.payload(number) for number in range(len(data))]
    entropies = np.array([shannon(payload) if payload else math.nan for payload in payloads])
    last = trace.times[data.at[-1]]
    bare = (trace.sizes == 0) & ((trace.flags & SYN) == 0) & (trace.times <= last)
    client = from_client(trace)
    parts: list[Features] = []
    for side, acknowledging in ((data.sizes > 0, bare & client), (data.sizes < 0, bare & ~client)):
        parts.append(_summary(entropies[side & ~np.isnan(entropies)]))
        parts.append(_summary(abs(data.sizes[side]).astype(np.float64)))
        bins = np.digitize(np.diff(trace.times[acknowledging]), INTERVALS)
        parts.append(np.bincount(bins, minlength=len(INTERVALS) + 1).astype(np.float64))
    return np.concatenate(parts)


def learn(rows: Sequence[Features], tunnels: Sequence[bool], seed: int) -> Judge:
    """Train the tree; without flows of both kinds nothing is learned, and nothing said.

    Raises ConfigError where the extra with scikit-learn is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise ConfigError("Trained detectors need: pip install 'peppermoth[lab]'") from None
    if len(set(tunnels)) < 2:
        return says_nothing
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=LEAF, random_state=seed)
    tree.fit(np.array(rows), np.array(tunnels))
    return lambda rows: (tree.predict_proba(np.array(rows))[:, 1] - 0.5).tolist()


DETECTORS: Final = (
    Detector(
        id="entropy",
        measures="entropy, sizes and acknowledgement intervals of 30 packets, by a tree",
        source="Wang et al., CCS 2015; Wails et al., NDSS 2024",
        version=1,
        train=Study(features, learn),
    ),
)
