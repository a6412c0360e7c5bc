"""How many flows condemn a host, from any flow detector's rates (Wails et al., NDSS 2024).

A monitor that counts the flagged flows of one server decides after
eta = ceil(ln(4 / alpha^2) / (TPR - FPR)^2) flows, and condemns it where their share is
at least half way between FPR and TPR; either error is then rarer than alpha. Rates are
known within bounds (Clopper-Pearson's), so the answer is a range. A detector that
flags tunnels no more often than others never condemns: infinity.

Limits: flows are taken as independent, as the source does; those of one person are not.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from peppermoth.errors import DetectorError

ALPHA: Final = 1e-6

TELLING: Final = 1e-9
"""Rates that are nearer than this tell nothing."""


class Bounded(NamedTuple):
    """A value that was estimated, and the bounds within which it lies."""

    value: float
    low: float
    high: float


def flows_to_condemn(tpr: float, fpr: float, alpha: float = ALPHA) -> float:
    """Flows after which a host is judged; infinite where rates tell nothing.

    Raises DetectorError for what is no rate.
    """
    if not (0 <= fpr <= 1 and 0 <= tpr <= 1 and 0 < alpha < 1):
        raise DetectorError("Rates lie between 0 and 1, and alpha strictly so.")
    if tpr - fpr < TELLING:
        return math.inf
    return float(math.ceil(math.log(4 / alpha**2) / (tpr - fpr) ** 2))


def range_to_condemn(tpr: Bounded, fpr: Bounded, alpha: float = ALPHA) -> Bounded:
    """The same with its range: few flows where tunnels stand out as far as they may."""
    return Bounded(
        flows_to_condemn(tpr.value, fpr.value, alpha),
        flows_to_condemn(tpr.high, fpr.low, alpha),
        flows_to_condemn(tpr.low, fpr.high, alpha),
    )
