"""What changed between two scorecards: told only where the bounds allow it.

Three things are compared. *Detectors*: a peer's traffic got harder to recognise where the
flows that a detector needs now exceed those that it needed before even if luck was on the
other side each time. *Websites*: how many visits are named, where the bounds of both shares
do not overlap. *Whole flows*: how well they are told from the control's, by the same test,
and each measure's D, where it changed by more than chance moves both. Everything else is
no difference, whatever the two numbers are.

A detector of another version, or another number of sites or of rounds of learning, is
named and not compared. What both scorecards differ in besides (``differing``) is said
first, since any change may come from that.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from peppermoth.lab.card.words import headline, percent, world
from peppermoth.lab.scoring.scorecard import Cell, Effect, Rate, Scorecard, Websites

T = TypeVar("T")
Name = tuple[str, str, str]
"""Peer, traffic, and what tells it from the control."""


class Change(enum.StrEnum):
    """How two findings differ."""

    HARDER = "harder to recognise"
    EASIER = "easier to recognise"
    SAME = "no difference shown"
    UNKNOWN = "the samples are too small"
    VERSION = "another version of the detector"
    SITES = "another number of sites"
    ROUNDS = "another number of rounds"
    GONE = "only in the first"
    NEW = "only in the second"


_QUIET: Final = (Change.SAME, Change.UNKNOWN)


class Line(NamedTuple):
    """One finding about a peer's traffic in both scorecards, in words."""

    peer: str
    traffic: str
    what: str
    change: Change
    before: str
    after: str


def compare(before: Scorecard, after: Scorecard) -> list[Line]:
    """Every finding of either scorecard, in order."""
    versions = [{rule.id: rule.version for rule in card.detectors} for card in (before, after)]
    cells = _lines(_cells(before), _cells(after), _cell_change, lambda cell: headline(cell).text)
    return [
        *(
            line._replace(change=Change.VERSION)
            if line.before and line.after and len({one.get(line.what) for one in versions}) > 1
            else line
            for line in cells
        ),
        *_lines(_visits(before), _visits(after), _site_change, _named),
        *_lines(_apart(before), _apart(after), _rate_change, _share),
        *_lines(
            _measures(before), _measures(after), _measure_change, lambda one: f"D {one.ks:.2f}"
        ),
    ]


def _lines(
    before: Mapping[Name, T],
    after: Mapping[Name, T],
    change: Callable[[T, T], Change],
    words: Callable[[T], str],
) -> Iterator[Line]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            found = Change.NEW if old is None else Change.GONE
        else:
            found = change(old, new)
        yield Line(*name, found, *("" if one is None else words(one) for one in (old, new)))


def _cells(card: Scorecard) -> dict[Name, Cell]:
    return {(cell.peer, cell.traffic, cell.detector): cell for cell in card.cells}


def _visits(card: Scorecard) -> dict[Name, Websites]:
    return {(one.peer, one.traffic, f"site, by {one.attack}"): one for one in card.websites}


def _apart(card: Scorecard) -> dict[Name, Rate | str]:
    return {
        (one.peer, one.traffic, "whole flows"): one.difference.told_apart or "too few"
        for one in card.samples
        if one.difference
    }


def _measures(card: Scorecard) -> dict[Name, Effect]:
    return {
        (one.peer, one.traffic, effect.measure): effect
        for one in card.samples
        for effect in (one.difference.effects if one.difference else ())
    }


def _cell_change(old: Cell, new: Cell) -> Change:
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


def _site_change(old: Websites, new: Websites) -> Change:
    if old.right and new.right:
        if old.sites != new.sites:
            return Change.SITES
        if old.rounds != new.rounds:
            return Change.ROUNDS
    return _rate_change(old.right or "", new.right or "")


def _rate_change(old: Rate | str, new: Rate | str) -> Change:
    if isinstance(old, str) or isinstance(new, str):
        return Change.UNKNOWN
    if new.high < old.low:
        return Change.HARDER
    return Change.EASIER if new.low > old.high else Change.SAME


def _measure_change(old: Effect, new: Effect) -> Change:
    if abs(new.ks - old.ks) <= old.chance + new.chance:
        return Change.SAME
    return Change.HARDER if new.ks < old.ks else Change.EASIER


def _named(one: Websites) -> str:
    return _share(one.right or "too few")


def _share(one: Rate | str) -> str:
    return one if isinstance(one, str) else percent(one.value)


def differing(before: Scorecard, after: Scorecard) -> list[str]:
    """In what two scorecards differ besides what was found, each in a sentence."""
    told = []
    worlds = [", ".join(world(one) for one in card.worlds) for card in (before, after)]
    if worlds[0] != worlds[1]:
        told.append(f"The worlds: {worlds[0] or 'not told'}; then {worlds[1] or 'not told'}.")
    for name in ("seed", "confidence", "alpha"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            told.append(f"The {name} of scoring: {old:g}, then {new:g}.")
    versions = [
        f"{name} {before.versions.get(name, 'missing')}, then {after.versions.get(name, 'missing')}"
        for name in sorted(before.versions.keys() | after.versions.keys())
        if before.versions.get(name) != after.versions.get(name)
    ]
    if versions:
        told.append(f"Versions: {'; '.join(versions)}.")
    return told


def render_comparison(before: Scorecard, after: Scorecard) -> RenderableType:
    """What changed, as a table for a terminal; what did not, in a number."""
    lines = compare(before, after)
    parts: list[RenderableType] = []
    if told := differing(before, after):
        warning = "These scorecards differ in more than the tunnels; any change may come from that."
        parts += [Text(warning, style="bold"), *map(Text, told), Text()]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("peer", "traffic", "told by", "before", "after", ""):
        table.add_column(heading, overflow="fold")
    for line in lines:
        if line.change not in _QUIET:
            table.add_row(
                line.peer, line.traffic, line.what, line.before, line.after, line.change.value
            )
    counts = ", ".join(
        f"{number} {one}" for one in Change if (number := sum(line.change is one for line in lines))
    )
    parts += [table] if table.rows else []
    return Group(*parts, Text(f"Of {len(lines)}: {counts}."))
