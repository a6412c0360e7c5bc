"""Who loses to what: each peer's traffic by the detector that condemns its bridge first.

A monitor uses the detector that works, so a peer is as good as its worst field. Of the
attacks on websites, too, the one that names most counts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from peppermoth.lab.card.words import (
    THRESHOLDS,
    Headline,
    headline,
    peers,
    percent,
    precisions,
    rate,
    span,
)
from peppermoth.lab.scoring.scorecard import Cell, Overhead, Sample, Scorecard, Websites


class Rank(NamedTuple):
    """One peer's traffic: its worst field, and how many of the fields with a number condemn."""

    peer: str
    traffic: str
    worst: Cell | None
    condemning: int
    judging: int
    site: Websites | None
    sample: Sample | None

    @property
    def told(self) -> Headline:
        """The worst field in a word or number; too few, where no detector could judge."""
        if self.worst:
            return headline(self.worst)
        return Headline("too few", "No detector has flows enough for a number.", -1)

    @property
    def by(self) -> str:
        """Which detector condemns, and in which range; else how many tried."""
        point = self.worst.best if self.worst else None
        if self.worst and point and point.condemn:
            condemning = f"{self.condemning} of {self.judging} detectors condemn it"
            return f"{self.worst.detector}, after {span(point.condemn)}; {condemning}"
        return f"none of the {self.judging} detectors that could judge" if self.judging else ""

    @property
    def rates(self) -> str:
        """How many flows that detector flags, of the tunnel and of the control."""
        point = self.worst.best if self.worst else None
        if not point or not point.tpr or not point.fpr:
            return ""
        at = f"at the threshold {THRESHOLDS[point.at]}"
        return f"flags {rate(point.tpr)} of its flows, {rate(point.fpr)} of the control's, {at}"

    @property
    def precision(self) -> str:
        """How many of that detector's alarms are true, for each base rate."""
        point = self.worst.best if self.worst else None
        return "; ".join(precisions(point)) if point else ""

    @property
    def sites(self) -> str:
        """How many visits the best attack on websites names rightly."""
        if not self.site or not self.site.right:
            return ""
        chance = percent(1 / self.site.sites)
        return f"{percent(self.site.right.value)} of visits named (chance {chance})"

    @property
    def overhead(self) -> Overhead | None:
        """What it costs."""
        return self.sample.overhead if self.sample else None


def ranks(card: Scorecard, traffic: str) -> list[Rank]:
    """Those who carried this traffic, who is condemned first coming first."""
    found = [_rank(card, peer, traffic) for peer in peers(card, traffic)]
    return sorted(found, key=_mercy)


def _rank(card: Scorecard, peer: str, traffic: str) -> Rank:
    own = (peer, traffic)
    cells = [cell for cell in card.cells if (cell.peer, cell.traffic) == own]
    judging = [cell for cell in cells if any(point.condemn for point in cell.points)]
    named = [one for one in card.websites if (one.peer, one.traffic) == own and one.right]
    return Rank(
        *own,
        worst=min(judging, key=_need, default=None),
        condemning=sum(cell.best is not None for cell in judging),
        judging=len(judging),
        site=max(named, key=lambda one: one.right.value if one.right else 0, default=None),
        sample=next((one for one in card.samples if (one.peer, one.traffic) == own), None),
    )


def _need(cell: Cell) -> tuple[float, float]:
    """What condemns first: surely, and if it is never sure, perhaps."""
    return cell.best.most if cell.best else math.inf, cell.spared or math.inf


def _mercy(rank: Rank) -> tuple[bool, float, float, str]:
    return (rank.worst is None, *(_need(rank.worst) if rank.worst else (0.0, 0.0)), rank.peer)
