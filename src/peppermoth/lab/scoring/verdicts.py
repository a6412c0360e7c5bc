"""From the margins of one detector on a peer's flows and on the control to its cell.

A number appears only where the sample supports it (``statistics``). What a rule says
nothing about (nan) is never counted in the tunnel's favour: such a flow of the tunnel
is in no share, such a control flow is one that is not flagged, as on a real line.

Every threshold is chosen on the control alone, on the flows that were judged; where
those are too few to choose by, it stays the rule's own. The flows that condemn a host
(``hosts``) have bounds that take those of both rates together, each with half of the
doubt; where rules leave flows out, they are flows that the rule judges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from peppermoth.lab.detectors.hosts import Bounded, range_to_condemn
from peppermoth.lab.scoring.scorecard import ONE_IN, SILENT, Cell, Condemn, Point, Precision, Rate
from peppermoth.lab.statistics import (
    CONFIDENCE,
    MINIMUM,
    Margins,
    Share,
    auc,
    curve,
    needed_controls,
    precision,
    share,
    threshold,
)


class Judged(NamedTuple):
    """The margins of one detector: on a peer's flows and on the control; nan for no answer."""

    peer: str
    traffic: str
    detector: str
    tunnels: Margins
    controls: Margins


def verdict(judged: Judged, divided: str = "", refused: str = "") -> Cell:
    """What the margins tell; only how many there would be, if it was refused to find them."""
    tunnels = judged.tunnels[~np.isnan(judged.tunnels)]
    controls = judged.controls[~np.isnan(judged.controls)]
    why = refused or _nothing_to_say(judged, tunnels)
    if why:
        return _counted(judged, divided=divided, refused=why)
    points = tuple(_point(at, tunnels, controls, len(judged.controls)) for at in _THRESHOLDS)
    told = {"divided": divided, "points": points}
    if min(len(tunnels), len(controls)) < MINIMUM:
        return _counted(judged, **told)
    roc = tuple(curve(tunnels, controls))
    return _counted(judged, **told, auc=auc(tunnels, controls), roc=roc)


def _nothing_to_say(judged: Judged, tunnels: Margins) -> str:
    if not len(judged.controls):
        return "There is no control."
    return "" if len(tunnels) else SILENT


def _counted(judged: Judged, **told: object) -> Cell:
    unknown, unknown_controls = (
        int(np.isnan(margins).sum()) for margins in (judged.tunnels, judged.controls)
    )
    counts = {
        "flows": len(judged.tunnels) - unknown,
        "not_judged": unknown,
        "controls": len(judged.controls) - unknown_controls,
        "controls_not_judged": unknown_controls,
    }
    named = {"peer": judged.peer, "traffic": judged.traffic, "detector": judged.detector}
    return Cell.model_validate(named | counts | told)


_Chooser = Callable[[Margins], float]

_THRESHOLDS: Final[Mapping[str, tuple[int, _Chooser]]] = {
    "own": (MINIMUM, lambda controls: 0.0),
    "0.01": (needed_controls(1e-2), lambda controls: threshold(controls, len(controls) // 100)),
    "0.001": (needed_controls(1e-3), lambda controls: threshold(controls, len(controls) // 1000)),
    "lowest": (MINIMUM, lambda controls: threshold(controls, 0)),
}
"""By the name of a point: the control flows it needs, and how its threshold is chosen."""


def _point(at: str, tunnels: Margins, controls: Margins, all_controls: int) -> Point:
    needed, choose = _THRESHOLDS[at]
    numbers = len(tunnels), all_controls
    wanted = (MINIMUM, "flows of the tunnel were judged"), (needed, "control flows were recorded")
    for have, (want, what) in zip(numbers, wanted, strict=True):
        if have < want:
            why = f"{have:,} {what}; {want:,} are needed."
            return Point.model_validate({"at": at, "refused": why})
    edge = choose(controls) if len(controls) >= MINIMUM else 0.0
    hits = int((tunnels > edge).sum()), int((controls > edge).sum())
    tpr, fpr = (share(*pair) for pair in zip(hits, numbers, strict=True))
    halves = [share(*pair, (1 + CONFIDENCE) / 2) for pair in zip(hits, numbers, strict=True)]
    return Point.model_validate(
        {
            "at": at,
            "threshold": edge if np.isfinite(edge) else None,
            "tpr": _rate(tpr),
            "fpr": _rate(fpr),
            "precision": tuple(_precision(tpr, fpr, one_in) for one_in in ONE_IN),
            "condemn": _condemn(*halves),
        }
    )


def _rate(counted: Share) -> Rate:
    return Rate(**counted._asdict())


def _precision(tpr: Share, fpr: Share, one_in: int) -> Precision:
    return Precision(
        one_in=one_in,
        value=precision(tpr.value, fpr.value, one_in) if fpr.hits else None,
        at_least=precision(tpr.low, fpr.high, one_in),
    )


def _condemn(tpr: Share, fpr: Share) -> Condemn:
    found = range_to_condemn(
        Bounded(tpr.value, tpr.low, tpr.high), Bounded(fpr.value, fpr.low, fpr.high)
    )
    flows, at_least, at_most = (int(n) if math.isfinite(n) else None for n in found)
    return Condemn(flows=flows, at_least=at_least, at_most=at_most)
