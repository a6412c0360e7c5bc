"""The geometry of a scorecard's pictures: ROC curves, and where packets of which size stand.

Shapes are SVG paths in the units of their view box; colours are the style sheet's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from peppermoth.lab.scoring.scorecard import CLASSES, POSITIONS, Cell, Sample

WIDTH: Final = 240
HEIGHT: Final = 160
LOWEST: Final = 1e-4
"""The false positive rate at the left edge; lower ones are drawn there too."""

CURVES: Final = 5
"""Detectors whose curves are drawn: more cannot be told apart."""

STEP: Final = 10
"""The width and height of one field of a picture of sizes."""

SHADES: Final = (1, 10, 25, 50, 75)
"""Per cent of flows from which on a field has the next shade."""


class Curve(NamedTuple):
    """One detector's curve."""

    detector: str
    path: str


class Tick(NamedTuple):
    """A mark of an axis."""

    at: float
    text: str


FPR_TICKS: Final = tuple(
    Tick(round(WIDTH * (1 + rate / 4), 1), text)
    for rate, text in ((-4, "0.01%"), (-3, "0.1%"), (-2, "1%"), (-1, "10%"), (0, "100%"))
)
TPR_TICKS: Final = (Tick(HEIGHT, "0%"), Tick(HEIGHT / 2, "50%"), Tick(0, "100%"))


def curves(cells: Sequence[Cell]) -> list[Curve]:
    """The curves of the detectors that a peer has most to fear from."""
    drawn = sorted((cell for cell in cells if cell.roc), key=_harmlessness)[:CURVES]
    return [Curve(cell.detector, _steps(cell.roc)) for cell in drawn]


def _harmlessness(cell: Cell) -> tuple[float, float, str]:
    most = cell.best.most if cell.best else math.inf
    return most, -(cell.auc or 0.0), cell.detector


def _steps(roc: Sequence[tuple[float, float]]) -> str:
    """From point to point, first along and then up, as the rates really go."""
    places = [(_across(fpr), round(HEIGHT * (1 - tpr), 1)) for fpr, tpr in roc]
    begin = f"M0 {HEIGHT}V{places[0][1]}"
    return begin + "".join(f"H{x}V{y}" for x, y in places)


def _across(fpr: float) -> float:
    return round(WIDTH * (1 - math.log10(max(fpr, LOWEST)) / math.log10(LOWEST)), 1)


def sizes(sample: Sample) -> list[str]:
    """One path for each of the ``SHADES``: the client's packets above the middle."""
    paths = [""] * len(SHADES)
    for position, shares in enumerate(sample.sizes):
        for place, share in enumerate(shares):
            shade = sum(share >= least for least in SHADES)
            if shade:
                y = (CLASSES - 1 - place) * STEP
                paths[shade - 1] += f"M{position * STEP} {y}h{STEP}v{STEP}h-{STEP}z"
    return paths


SIZES_WIDTH: Final = POSITIONS * STEP
SIZES_HEIGHT: Final = CLASSES * STEP
