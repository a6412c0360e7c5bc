"""Prints the results as tables and writes them as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.loads import Load
from bench.processes import OURS
from bench.rows import FIGURES, WORDS, Outcome, Verdict, median_of
from bench.runner import Results, share_of
from bench.systems import System

ENOUGH_ROUNDS = 5
STYLES = {
    Verdict.AIM: "bold green",
    Verdict.MUST: "green",
    Verdict.MISSED: "bold red",
    Verdict.REPORT: "yellow",
    Verdict.NONE: "dim",
}


def show(
    console: Console,
    systems: Sequence[System],
    loads: Sequence[Load],
    results: Results,
    outcomes: Sequence[Outcome],
    rounds: int,
) -> None:
    """Print everything that was measured, and what was not."""
    measured = [s for s in systems if any(s.name in by for by in results.figures.values())]
    console.print(_medians(measured, results))
    console.print(_shares(measured, loads, results))
    if any(system.name == OURS for system in systems):
        console.print(_verdicts(outcomes))
    for out in results.left_out:
        what = out.system if out.load is None else f"{out.system}, {out.load}"
        console.print(f"left out: {what}: {out.why}", style="yellow", markup=False)
    if rounds < ENOUGH_ROUNDS:
        note = f"{rounds} of {ENOUGH_ROUNDS} rounds: for orientation only."
        console.print(note, style="yellow")


def write(
    path: Path,
    systems: Sequence[System],
    results: Results,
    outcomes: Sequence[Outcome],
    rounds: int,
) -> None:
    """Write it all as JSON: figures in SI units, one value a round."""
    document = {
        "machine": {
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "rounds": rounds,
        "systems": {system.name: system.title for system in systems},
        "figures": results.figures,
        "left_out": [asdict(out) for out in results.left_out],
        "rows": [
            {
                "what": WORDS[outcome.row.figure],
                "figure": outcome.row.figure,
                "against": outcome.row.against,
                "at_most": outcome.row.at_most,
                "must": outcome.row.must,
                "aim": outcome.row.aim,
                "median": outcome.median,
                "spread": outcome.spread,
                "verdict": outcome.verdict,
            }
            for outcome in outcomes
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n")


def _medians(systems: Sequence[System], results: Results) -> Table:
    table = Table(title="medians of the rounds")
    table.add_column("system", no_wrap=True)
    figures = [figure for figure in FIGURES if figure.key in results.figures]
    for figure in figures:
        table.add_column(f"{figure.heading}\n{figure.unit}", justify="right")
    for system in systems:
        median = median_of(results, system.name)
        values = ((figure, median(figure.key)) for figure in figures)
        cells = ("" if value is None else figure.show(value) for figure, value in values)
        table.add_row(system.name, *cells, style="bold" if system.name == OURS else None)
    return table


def _shares(systems: Sequence[System], loads: Sequence[Load], results: Results) -> Table:
    table = Table(title="share of the processor time that the load and its target took")
    table.add_column("system")
    for load in loads:
        table.add_column(load.name, justify="right")
    for system in systems:
        median = median_of(results, system.name)
        values = (median(share_of(load)) for load in loads)
        table.add_row(system.name, *("" if value is None else f"{value:.0%}" for value in values))
    return table


def _verdicts(outcomes: Sequence[Outcome]) -> Table:
    table = Table(title="Peppermoth beside the others: its figure over theirs, or its own")
    for column in ("what", "over", "median", "least - most", "must reach", "aim", "verdict"):
        table.add_column(column, justify="left" if column in ("what", "over") else "right")
    for outcome in outcomes:
        row = outcome.row
        median = "" if outcome.median is None else row.show(outcome.median)
        spread = "" if outcome.spread is None else " - ".join(map(row.show, outcome.spread))
        limits = (row.limit(row.must), row.limit(row.aim))
        verdict = f"[{STYLES[outcome.verdict]}]{outcome.verdict}[/]"
        table.add_row(WORDS[row.figure], row.against or "", median, spread, *limits, verdict)
    return table
