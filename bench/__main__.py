"""The command line: ``python -m bench``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Protocol, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bench import report
from bench.loads import LOADS
from bench.processes import OURS
from bench.rows import Verdict, judge
from bench.runner import Runner
from bench.systems import SYSTEMS

ROUNDS = 5
SECONDS = 1.0
QUICK_ROUNDS = 1
QUICK_SECONDS = 0.25
RESULTS = Path(__file__).parent / "results" / "latest.json"
WIDTH = 120  # of the tables where there is no terminal


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=_Named)


def main(
    only: Annotated[str, typer.Option(help=f"Loads: {', '.join(x.name for x in LOADS)}.")] = "",
    systems: Annotated[
        str, typer.Option(help=f"Systems: {', '.join(x.name for x in SYSTEMS)}.")
    ] = "",
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = ROUNDS,
    quick: Annotated[
        bool, typer.Option("--quick", help="One short round, for a first look.")
    ] = False,
    json: Annotated[Path, typer.Option(help="Where to write the results.")] = RESULTS,
) -> None:
    """Compare Peppermoth with other tunnels on loopback; lists are separated by commas.

    Ends with 1 when something that must be reached was missed, or Peppermoth did not work.
    """
    signal.signal(signal.SIGTERM, _leave)
    chosen, loads = _pick(SYSTEMS, systems, "--systems"), _pick(LOADS, only, "--only")
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (rounds, SECONDS)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting")
        runner = Runner(
            chosen, loads, lambda text: progress.update(task, description=text, advance=1)
        )
        progress.update(task, total=runner.steps(rounds))
        results = runner.run(rounds, seconds)
    outcomes = judge(results)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    report.show(console, chosen, loads, results, outcomes, rounds)
    report.write(json, chosen, results, outcomes, rounds)
    missed = any(outcome.verdict is Verdict.MISSED for outcome in outcomes)
    raise typer.Exit(missed or any(out.system == OURS for out in results.left_out))


def _pick(table: Sequence[T], names: str, option: str) -> list[T]:
    """The entries of a table that a list of names asks for; all of them for an empty list."""
    wanted = [name for name in names.split(",") if name]
    unknown = set(wanted) - {entry.name for entry in table}
    if unknown:
        known = ", ".join(entry.name for entry in table)
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))}: not one of {known}", param_hint=option
        )
    return [entry for entry in table if not wanted or entry.name in wanted]


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


if __name__ == "__main__":
    typer.run(main)
