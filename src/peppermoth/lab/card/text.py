"""The scorecard in a terminal: who loses to what, a table for each traffic, what was recorded."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from peppermoth.lab.card.claims import Beside, beside
from peppermoth.lab.card.ranks import ranks
from peppermoth.lab.card.words import (
    LEGEND,
    UNKNOWN,
    Headline,
    attack,
    caveats,
    comparisons,
    differences,
    headline,
    overhead,
    peers,
    percent,
    rate,
    reasons,
    told_apart,
    traffics,
    world,
)
from peppermoth.lab.scoring.scorecard import Cell, Scorecard
from peppermoth.lab.traces import CONTROL

_STYLES = {UNKNOWN: "dim", 0: "", 1: "", 2: "yellow", 3: "yellow", 4: "red", 5: "bold red"}


def render_text(card: Scorecard) -> RenderableType:
    """The whole scorecard."""
    parts: list[RenderableType] = [Text(f"Mind: {one}", style="yellow") for one in caveats(card)]
    for traffic in traffics(card):
        parts += [Text(f"\nWho loses to what, {traffic}", style="bold"), _ranks(card, traffic)]
    for traffic in traffics(card):
        parts += [Text(f"\nFlows to condemn, {traffic}", style="bold"), _verdicts(card, traffic)]
    parts.append(Text(LEGEND, style="dim"))
    if told := list(beside(card.cells)):
        parts += [Text("\nBeside what was published", style="bold"), _beside(told)]
        parts += [Text(f"{who}: {why}", "dim") for who, why in reasons(told).items()]
    if card.websites:
        parts += [Text("\nWhich site was visited, named rightly", style="bold"), _websites(card)]
    parts += [Text("\nWhole flows beside the control's", style="bold"), _differences(card)]
    parts += [Text("\nWhat was recorded", style="bold"), _samples(card)]
    parts += [Text(f"World: {world(one)}.", style="dim") for one in card.worlds]
    versions = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    made = f"Seed {card.seed}; {versions}. Bounds of {percent(card.confidence)} confidence."
    return Group(*parts, Text(f"{made} All numbers: --json and --html.", style="dim"))


def _ranks(card: Scorecard, traffic: str) -> Table:
    table = _table("peer", "condemned after", "by")
    for one in ranks(card, traffic):
        told = Text(one.told.text, style=_STYLES[one.told.level])
        lines = (one.by or one.told.more, one.rates, one.precision, one.sites)
        table.add_row(one.peer, told, "\n".join(filter(None, lines)))
    return table


def _verdicts(card: Scorecard, traffic: str) -> Table:
    table = _table("detector", *peers(card, traffic))
    for detector in card.detectors:
        cells = [card.cell(peer, traffic, detector.id) for peer in peers(card, traffic)]
        table.add_row(detector.id, *map(_shown, cells))
    return table


def _shown(cell: Cell | None) -> Text:
    told = headline(cell)
    return Text(f"{told.text}\n{_rates(cell, told)}".rstrip(), style=_STYLES[told.level])


def _rates(cell: Cell | None, told: Headline) -> str:
    """Below a number, where it comes from: how many are caught, and of the control."""
    best = cell.best if cell else None
    if best and best.tpr and best.fpr:
        return f"{percent(best.tpr.value)} / {percent(best.fpr.value)}"
    return told.more if told.level == 0 else ""


def _beside(told: Sequence[Beside]) -> Table:
    table = _table("detector", "peer", "traffic", "", "published", "here", "")
    for one in told:
        for shares in comparisons(one):
            table.add_row(one.detector, one.peer or CONTROL, one.traffic, *shares)
    return table


def _websites(card: Scorecard) -> Table:
    table = _table("peer", "traffic", "attack", "sites", "chance", "right")
    for one in card.websites:
        right = rate(one.right) if one.right else one.refused
        chance = percent(1 / one.sites)
        table.add_row(one.peer, one.traffic, attack(one), str(one.sites), chance, right)
    return table


def _differences(card: Scorecard) -> Table:
    table = _table("peer", "traffic", "told apart", "beyond chance, by D from 0 to 1")
    for one in card.samples:
        if one.peer != CONTROL:
            beyond = ", ".join(f"{e.measure} {e.ks:.2f}" for e in differences(one.difference))
            table.add_row(one.peer, one.traffic, told_apart(one.difference), beyond)
    return table


def _samples(card: Scorecard) -> Table:
    table = _table("peer", "traffic", "flows", "sites", "loads", "seeds", "bytes", "time")
    for sample in card.samples:
        numbers = (f"{number:,}" for number in (sample.flows, sample.sites, sample.loads))
        costs = ("", "") if sample.peer == CONTROL else overhead(sample.overhead)
        seeds = ", ".join(map(str, sample.seeds))
        table.add_row(sample.peer, sample.traffic, *numbers, seeds, *costs)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
