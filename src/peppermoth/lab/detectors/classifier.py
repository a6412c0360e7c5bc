"""A flow classifier as a monitor would train one: boosted trees on the first 100 packets.

It reads signed sizes, times and bursts (``features.beginning``) and nothing from headers
or contents, is trained anew against each transport, and its margin is the log odds of
"tunnel" when both kinds are equally frequent. Whoever trains it divides flows by site,
repetition and seed, never by packet (``lab/folds``): with packets of one flow on both
sides, published classifiers reported up to 98% and fell below half (arXiv 2507.16438).

Limits: with few hundred flows it understates what a state with millions can learn.
"""

from __future__ import annotations

from typing import Final

from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.features import beginning
from peppermoth.lab.detectors.learning import boosted, trained

DETECTORS: Final = (
    Detector(
        id="first-100-packets",
        measures="sizes, times and bursts of the first 100 packets, by boosted trees",
        source="this project's, after the flow classifiers surveyed in arXiv 2507.16438",
        version=1,
        train=trained(beginning, boosted),
    ),
)
