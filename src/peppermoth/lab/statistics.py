"""What a number of flows can prove: rates with their bounds, thresholds, curves, base rates.

Bounds are exact (Clopper and Pearson 1934). A false positive rate below f needs 3/f
clean flows before anybody may claim it (the rule of three), whatever was counted.
``MINIMUM`` flows of a tunnel are needed before a share of them is worth a number: with
fewer, even "none was found" leaves more than a tenth possible.

Limits: the bounds take flows as independent. Flows of one page load are not quite, so
the truth is somewhat less certain than they say.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import ConfigError

Margins = NDArray[np.float64]

CONFIDENCE: Final = 0.95
MINIMUM: Final = 30
RULE_OF_THREE: Final = 3.0


class Share(NamedTuple):
    """``hits`` of ``of``, and between which shares the truth lies."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share that was counted."""
        return self.hits / self.of


def share(hits: int, of: int, confidence: float = CONFIDENCE) -> Share:
    """A counted share with its exact two-sided bounds. ``of`` is at least one.

    Raises ConfigError where SciPy is missing.
    """
    try:
        from scipy.special import betaincinv
    except ImportError:
        raise ConfigError(
            "The lab needs libraries that are not installed: pip install 'peppermoth[lab]'."
        ) from None
    tail = (1 - confidence) / 2
    low = float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0
    return Share(hits, of, low, high)


def needed_controls(fpr: float) -> int:
    """How many clean flows it takes to claim a false positive rate below ``fpr``."""
    return math.ceil(RULE_OF_THREE / fpr - 1e-9)


def threshold(controls: Margins, allowed: int) -> float:
    """The lowest threshold that at most ``allowed`` control flows are above.

    ``allowed`` is less than the number of controls.
    """
    return float(np.partition(controls, len(controls) - 1 - allowed)[len(controls) - 1 - allowed])


def auc(tunnels: Margins, controls: Margins) -> float:
    """How often a tunnel's margin is above a control's, a draw counting half."""
    ordered = np.sort(controls)
    below = np.searchsorted(ordered, tunnels, "left")
    up_to = np.searchsorted(ordered, tunnels, "right")
    return float((below + up_to).sum() / (2 * len(tunnels) * len(controls)))


def curve(tunnels: Margins, controls: Margins, points: int = 24) -> list[tuple[float, float]]:
    """The ROC curve: (false positive rate, true positive rate), evenly spread on a log scale."""
    most = len(controls)
    numbers = {0, most, *np.geomspace(1, most, points).astype(int).tolist()}
    found = []
    for allowed in sorted(numbers):
        edge = threshold(controls, allowed) if allowed < most else -math.inf
        flagged = (controls > edge).mean() if allowed < most else 1.0
        caught = (tunnels > edge).mean() if allowed < most else 1.0
        found.append((float(flagged), float(caught)))
    return sorted(set(found))


def precision(tpr: float, fpr: float, one_in: int) -> float:
    """Of what is flagged, the share that is a tunnel, where one flow in ``one_in`` is."""
    true = tpr / one_in
    false = fpr * (1 - 1 / one_in)
    return true / (true + false) if true + false else 0.0
