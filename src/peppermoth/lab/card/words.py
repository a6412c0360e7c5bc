"""The words for what a scorecard says, shared by terminal, page and comparison.

The headline of a cell is how many flows of a bridge condemn it. It is a number only
where the bounds exclude that the detector is no better than chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from peppermoth.lab.card.claims import CLAIMS, Beside
from peppermoth.lab.scoring.scorecard import (
    NOT_RUN,
    SILENT,
    Cell,
    Condemn,
    Difference,
    Effect,
    Overhead,
    Point,
    Rate,
    Scorecard,
    Websites,
    World,
)
from peppermoth.lab.traces import CONTROL

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

_REFUSED: Final = {NOT_RUN: "not run", SILENT: "silent"}
"""A word for a reason, by how the reason begins."""

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
        known = (word for begin, word in _REFUSED.items() if cell.refused.startswith(begin))
        return Headline(next(known, "too few"), cell.refused, UNKNOWN)
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


def differences(found: Difference | None) -> list[Effect]:
    """The measures of whole flows that differ from the control's beyond chance, most first."""
    told = [effect for effect in found.effects if effect.ks > effect.chance] if found else []
    return sorted(told, key=lambda effect: -effect.ks)


def told_apart(found: Difference | None) -> str:
    """How well a classifier tells whole flows from the control's, or why nobody knows."""
    if not found:
        return "no control of this traffic"
    return rate(found.told_apart) if found.told_apart else found.refused or "too few to divide"


class Comparison(NamedTuple):
    """One share as published and as measured here, and what that says."""

    share: str
    published: str
    ours: str
    says: str


def comparisons(one: Beside) -> Iterator[Comparison]:
    """The published shares beside ours."""
    shares = ("TPR", one.claim.tpr, one.tpr), ("FPR", one.claim.fpr, one.fpr)
    for name, theirs, ours in shares:
        if theirs is not None:
            told = rate(ours) if ours else "too few"
            yield Comparison(name, percent(theirs), told, _agreement(theirs, ours))


def _agreement(theirs: float, ours: Rate | None) -> str:
    if ours is None:
        return ""
    if ours.low > theirs:
        return "higher here"
    return "lower here" if ours.high < theirs else "within our bounds"


def published(detector: str) -> str:
    """What a detector's authors measured, for each kind of tunnel; empty where nobody knows."""
    return "; ".join(
        " at ".join(f"{name} {percent(value)}" for name, value in shares if value is not None)
        + (f" ({', '.join(claim.peers)})" if claim.peers else "")
        for claim in CLAIMS.get(detector, ())
        for shares in [(("TPR", claim.tpr), ("FPR", claim.fpr))]
    )


def reasons(told: Iterable[Beside]) -> dict[str, str]:
    """Why ours may be other numbers: each reason once, behind the detectors that it is for."""
    detectors: dict[str, dict[str, None]] = {}
    for one in told:
        detectors.setdefault(one.claim.differs, {})[one.detector] = None
    return {", ".join(names): why for why, names in detectors.items()}


def attack(one: Websites) -> str:
    """An attack's name, with its rounds if it learns in such."""
    return f"{one.attack}, {one.rounds} rounds" if one.rounds else one.attack


def world(one: World) -> str:
    """Where loads were recorded."""
    line = f"a line with {one.line}" if one.line else "a plain line"
    acts = f", a monitor with the rules {one.rules}" if one.rules else ""
    return f"seed {one.seed}, {one.sites} sites, {line}{acts}"


def caveats(card: Scorecard) -> Iterator[str]:
    """What a reader must know before believing any number: of the samples, what was not run."""
    if len({world.model_copy(update={"seed": 0}) for world in card.worlds}) > 1:
        yield (
            "Not everything was recorded in the same world, so that what tells a peer from the "
            f"control may be the world: {'; '.join(map(world, card.worlds))}."
        )
    controls = {one.traffic: one for one in card.samples if one.peer == CONTROL}
    for one in card.samples:
        control = controls.get(one.traffic)
        if control is None:
            yield (
                f"There is no control for {one.peer}, {one.traffic}: its flows stand beside "
                "ordinary flows of other traffic, from which they may differ by that."
            )
        elif set(one.seeds) != set(control.seeds):
            seeds, others = (", ".join(map(str, two.seeds)) for two in (one, control))
            yield f"{one.peer}, {one.traffic}: made with seeds {seeds}, its control with {others}."
    for why, names in _not_run(card).items():
        yield f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} not run: {why}"


def _not_run(card: Scorecard) -> dict[str, list[str]]:
    """By the reason, the detectors and attacks that had to be left out."""
    refused = [(cell.refused, cell.detector) for cell in card.cells]
    refused += [(one.refused, one.attack) for one in card.websites]
    found: dict[str, list[str]] = {}
    for why, name in dict.fromkeys(refused):
        if why.startswith(NOT_RUN):
            found.setdefault(why.removeprefix(NOT_RUN), []).append(name)
    return found


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
