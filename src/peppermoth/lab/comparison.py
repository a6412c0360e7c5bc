"""What changed between two scorecards: cell by cell, told only where the bounds allow it.

A peer's traffic got harder to recognise by a detector where the flows that it needs
now exceed those that it needed before even if luck was on the other side each time.
Everything else is no difference, whatever the two numbers are. Cells whose detector
has another version or that only one scorecard has are named, not compared.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from peppermoth.lab.card_words import headline
from peppermoth.lab.scorecard import Cell, Scorecard


class Change(enum.StrEnum):
    """How two cells differ."""

    HARDER = "harder to recognise"
    EASIER = "easier to recognise"
    SAME = "no difference shown"
    UNKNOWN = "the samples are too small"
    VERSION = "another version of the detector"
    GONE = "only in the first"
    NEW = "only in the second"


@dataclass(frozen=True, slots=True)
class Line:
    """One peer's traffic before one detector, in both scorecards."""

    peer: str
    traffic: str
    detector: str
    change: Change
    before: Cell | None
    after: Cell | None


def compare(before: Scorecard, after: Scorecard) -> list[Line]:
    """Every cell of either scorecard, in order."""
    versions = [{rule.id: rule.version for rule in card.detectors} for card in (before, after)]
    lines = []
    for name in dict.fromkeys(chain(_names(before), _names(after))):
        old, new = before.cell(*name), after.cell(*name)
        change = _change(old, new)
        if old and new and versions[0].get(name[2]) != versions[1].get(name[2]):
            change = Change.VERSION
        lines.append(Line(*name, change, old, new))
    return lines


def _names(card: Scorecard) -> Iterator[tuple[str, str, str]]:
    return ((cell.peer, cell.traffic, cell.detector) for cell in card.cells)


def _change(old: Cell | None, new: Cell | None) -> Change:
    if not old or not new:
        return Change.GONE if old else Change.NEW
    before, after = _bounds(old), _bounds(new)
    if not before or not after:
        return Change.UNKNOWN
    if after[0] > before[1]:
        return Change.HARDER
    return Change.EASIER if after[1] < before[0] else Change.SAME


def _bounds(cell: Cell) -> tuple[float, float] | None:
    """Between which numbers of flows the monitor's need lies."""
    if not any(point.condemn for point in cell.points):
        return None
    return cell.spared or math.inf, cell.best.most if cell.best else math.inf


def render_comparison(lines: list[Line]) -> RenderableType:
    """What changed, as a table for a terminal; what did not, in a number."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("peer", "traffic", "detector", "before", "after", ""):
        table.add_column(heading, overflow="fold")
    quiet = (Change.SAME, Change.UNKNOWN)
    for line in lines:
        if line.change not in quiet:
            words = (headline(cell).text for cell in (line.before, line.after))
            table.add_row(line.peer, line.traffic, line.detector, *words, line.change)
    counts = ", ".join(f"{sum(line.change is one for line in lines)} {one}" for one in Change)
    parts = [table] if table.rows else []
    return Group(*parts, Text(f"Of {len(lines)}: {counts}."))
