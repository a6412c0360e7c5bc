"""Learners over rows of numbers, and how one becomes a detector.

A learner takes a matrix, the class of each row (0, 1, ...) and a seed, and gives a
judge: a matrix in, a score for each row and class out, the highest the verdict. Every
class weighs the same, however many rows it has. Each learner works on one thread: the
result then depends on the seed alone, and processes side by side use the cores.

The numbers below are fixed, not searched for in the flows that are judged.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors import Judge, Study
from peppermoth.lab.detectors.features import Numbers, Packets, packets
from peppermoth.lab.traces import Trace

Classes = NDArray[np.int64]
Row = NDArray[np.float32]

Scores: TypeAlias = Callable[[Numbers], Numbers]
"""Scores of each row (first axis) for each class (second axis)."""

Learner: TypeAlias = Callable[[Numbers, Classes, int], Scores]
"""Learn from rows and their classes, with a seed."""

Reader: TypeAlias = Callable[[Packets], Numbers]
"""The row of numbers that a learner sees of some packets; at least one packet is given."""

TREES: Final = 100
ROUNDS: Final = 100

_BOOSTING: Final = {
    "learning_rate": 0.1,
    "num_leaves": 4,
    "min_data_in_leaf": 5,
    "max_bin": 31,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}

MISSING: Final = "Trained detectors need libraries: pip install 'peppermoth[lab]'."


def _weights(classes: Classes) -> Numbers:
    """The weight of each row, so that each class has the same in sum."""
    counts = np.bincount(classes)
    return (len(classes) / (len(counts) * counts))[classes]


def _two_columns(scores: Numbers) -> Numbers:
    """Scores by class, from libraries that give two classes one number."""
    return scores if scores.ndim == 2 else np.column_stack((np.zeros_like(scores), scores))


def boosted(rows: Numbers, classes: Classes, seed: int) -> Scores:
    """Gradient-boosted trees (LightGBM). Scores are log odds; a nan in a row is "unknown".

    Raises ConfigError where the library is missing.
    """
    try:
        import lightgbm
    except ImportError:
        raise ConfigError(MISSING) from None
    several = int(classes.max()) + 1
    goal = {"objective": "binary"} if several == 2 else {"objective": "multiclass"}
    size = {} if several == 2 else {"num_class": several}
    own = {"seed": seed, "feature_fraction": min(1.0, 3 / math.sqrt(rows.shape[1]))}
    data = lightgbm.Dataset(rows, classes, weight=_weights(classes))
    model = lightgbm.train(_BOOSTING | goal | size | own, data, ROUNDS)

    def judge(rows: Numbers) -> Numbers:
        return _two_columns(np.asarray(model.predict(rows, raw_score=True, num_threads=1)))

    return judge


def forest(rows: Numbers, classes: Classes, seed: int) -> Scores:
    """A random forest. Scores are the mean of its trees' shares.

    Raises ConfigError where the library is missing.
    """
    try:
        from sklearn.ensemble import RandomForestClassifier
    except ImportError:
        raise ConfigError(MISSING) from None
    model = RandomForestClassifier(TREES, random_state=seed, n_jobs=1)
    model.fit(rows, classes, sample_weight=_weights(classes))

    # The forest's own way prepares each tree anew, which for one row takes 20 times as long.
    trees = [tree.tree_ for tree in model.estimators_]

    def judge(rows: Numbers) -> Numbers:
        known = rows.astype(np.float32)
        return np.asarray(sum(tree.predict(known) for tree in trees) / len(trees))

    return judge


def support_vectors(rows: Numbers, classes: Classes, seed: int) -> Scores:
    """A support vector machine with a radial kernel on standardised rows; needs no chance.

    Raises ConfigError where the library is missing.
    """
    try:
        from sklearn.svm import SVC
    except ImportError:
        raise ConfigError(MISSING) from None
    middle, width = rows.mean(axis=0), rows.std(axis=0)
    width[width == 0] = 1
    model = SVC(C=2**13, gamma=2**-10, random_state=seed)
    model.fit((rows - middle) / width, classes, sample_weight=_weights(classes))

    def judge(rows: Numbers) -> Numbers:
        return _two_columns(np.asarray(model.decision_function((rows - middle) / width)))

    return judge


def trained(read: Reader, learn: Learner) -> Study:
    """How a learner becomes a detector: it is taught tunnels and other flows.

    The margin is the score of "tunnel" above that of "other"; nan for a flow without data.
    """
    return Study(functools.partial(_row, read), functools.partial(_told_apart, learn))


def _row(read: Reader, trace: Trace) -> Row | None:
    seen = packets(trace)
    # Half the memory; more digits than a tree can use.
    return read(seen).astype(np.float32) if len(seen.sizes) else None


def _told_apart(learn: Learner, rows: Sequence[Row], tunnels: Sequence[bool], seed: int) -> Judge:
    """Raises DetectorError without flows of both kinds."""
    if len(set(tunnels)) < 2:
        raise DetectorError("There are no tunnels and other flows with data to learn from.")
    scores = learn(np.array(rows), np.array(tunnels, np.int64), seed)

    def judge(rows: Sequence[Row]) -> list[float]:
        other, tunnel = scores(np.array(rows)).T
        return list(map(float, tunnel - other))

    return judge
