"""What ``peppermoth lab record`` does: plans from options, recorded one after the other.

Options are in the units that people use: milliseconds, megabits a second, per cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from peppermoth.errors import ConfigError
from peppermoth.lab.censor import CENSORS
from peppermoth.lab.forwarder import Shape
from peppermoth.lab.premises import BRIDGE, CLIENT
from peppermoth.lab.recording import Plan, record
from peppermoth.lab.tasks import Processes, one_by_one


class Line(NamedTuple):
    """The line as options tell it. Delays are one way; the far one is the bridge's."""

    delay_ms: float
    far_delay_ms: float
    jitter_ms: float
    rate_mbit: float
    loss_percent: float

    def cables(self) -> dict[str, Shape]:
        """Which cables are not plain, and their shapes."""
        shapes = {
            CLIENT: Shape(
                delay=self.delay_ms / 1e3,
                jitter=self.jitter_ms / 1e3,
                rate=self.rate_mbit * 1e6,
                loss=self.loss_percent / 100,
            ),
            BRIDGE: Shape(delay=self.far_delay_ms / 1e3),
        }
        return {host: shape for host, shape in shapes.items() if not shape.is_plain}


def plan(
    peer: str, traffic: str, loads: int, seed: int, sites: int, line: Line, censor: str | None
) -> Plan:
    """A plan from options. Raises ConfigError for a censor that does not exist."""
    if censor is not None and censor not in CENSORS:
        raise ConfigError(f"There is no censor {censor}; there are {', '.join(CENSORS)}.")
    rules = CENSORS[censor] if censor else ()
    return Plan(peer, traffic, loads, seed, sites, line.cables(), rules)


def record_all(plans: Sequence[Plan], root: Path, parallel: bool, console: Console) -> bool:
    """Record them all, showing how far it is; False where somebody stopped it. See ``record``."""
    run = Processes() if parallel else one_by_one
    workers = Processes().number if parallel else 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        for one in plans:
            row = progress.add_task(f"{one.peer}, {one.traffic}", total=one.loads)

            def tell(done: int, total: int, row: int = row) -> None:
                progress.update(progress.task_ids[row], completed=done, total=total)

            if not record(one, root, run, workers, tell):
                return False
    return True
