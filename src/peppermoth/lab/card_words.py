"""The words for what a scorecard says, shared by terminal, page and comparison.

The headline of a cell is how many flows of a bridge condemn it. It is a number only
where the bounds exclude that the detector is no better than chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from peppermoth.lab.scorecard import Cell, Condemn, Overhead, Point, Rate, Sample, Scorecard

_STEPS: Final = (10_000, 1_000, 200, 50)

LEVELS: Final = (
    "not told apart",
    f"more than {_STEPS[0]:,}",
    *(f"up to {most:,}" for most in _STEPS),
)
"""How grave a headline is, the gravest last."""

UNKNOWN: Final = -1

THRESHOLDS: Final = {
    "own": "the rule's own",
    "0.01": "FPR 1 in 100",
    "0.001": "FPR 1 in 1,000",
    "lowest": "above all controls",
}

LEGEND: Final = (
    "Flows after which a monitor that counts flagged flows condemns the bridge, wrong once in "
    "a million; fewer is worse. Not told apart: within the bounds, no better than chance. "
    "Too few: the sample supports no number. Silent: the rule says nothing about these flows."
)


class Headline(NamedTuple):
    """A cell in a word or number, its range or reason, and its gravity: 0 is harmless."""

    text: str
    more: str
    level: int


def headline(cell: Cell | None) -> Headline:
    """What to print for a cell first."""
    if cell is None:
        return Headline("", "", UNKNOWN)
    if cell.refused:
        return Headline("silent" if _is_silent(cell) else "too few", cell.refused, UNKNOWN)
    if cell.best and cell.best.condemn and cell.best.condemn.flows:
        found = cell.best.condemn
        flows = cell.best.condemn.flows
        level = 1 + sum(flows <= most for most in _STEPS)
        return Headline(f"{flows:,}", span(found), level)
    if cell.spared:
        return Headline("not told apart", f"at least {cell.spared:,} flows", 0)
    if any(point.condemn for point in cell.points):
        return Headline("not told apart", "no better than chance", 0)
    return Headline("too few", next((point.refused for point in cell.points), ""), UNKNOWN)


def _is_silent(cell: Cell) -> bool:
    return cell.refused.startswith("The rule says nothing")


def span(condemn: Condemn) -> str:
    """The range of the flows that condemn."""
    if not condemn.at_least:
        return "never: no better than chance"
    if not condemn.at_most:
        return f"at least {condemn.at_least:,} flows, perhaps never"
    return f"{condemn.at_least:,} to {condemn.at_most:,} flows"


def percent(share: float) -> str:
    """A share, finer where it is small."""
    text = f"{100 * share:.{1 if share >= 0.01 else 3}f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def rate(counted: Rate) -> str:
    """A counted share with its bounds."""
    bounds = f"{percent(counted.low)} to {percent(counted.high)}"
    return f"{percent(counted.value)} ({bounds})"


def precisions(point: Point) -> Iterator[str]:
    """For each base rate, the share of true alarms; only its bound where no more is known."""
    for one in point.precision:
        value = percent(one.value) if one.value is not None else f"≥ {percent(one.at_least)}"
        yield f"{value} of alarms true at 1 in {one.one_in:,}"


def judged(cell: Cell) -> str:
    """How many flows a detector judged and how many it could not."""
    return "; ".join(
        f"{number:,} {what}" + (f" and {unknown:,} not judged" if unknown else "")
        for number, unknown, what in (
            (cell.flows, cell.not_judged, "flows"),
            (cell.controls, cell.controls_not_judged, "controls"),
        )
    )


def differences(sample: Sample) -> list[str]:
    """The measures of whole flows that differ from the control's beyond chance, most first."""
    told = [effect for effect in sample.effects if effect.ks > effect.chance]
    told.sort(key=lambda effect: -effect.ks)
    return [f"{one.measure} D {one.ks:.2f}, energy {one.energy:.2f}" for one in told]


def overhead(cost: Overhead | None) -> tuple[str, str]:
    """How many times the control's bytes and seconds."""
    found = (cost.bytes, cost.seconds) if cost else (None, None)
    bytes_, seconds = (f"{one:.2f} times" if one is not None else "not known" for one in found)
    return bytes_, seconds


def traffics(card: Scorecard) -> list[str]:
    """The kinds of traffic of which there are verdicts."""
    return _distinct(cell.traffic for cell in card.cells)


def peers(card: Scorecard, traffic: str) -> list[str]:
    """Those who carried this traffic."""
    return _distinct(cell.peer for cell in card.cells if cell.traffic == traffic)


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
