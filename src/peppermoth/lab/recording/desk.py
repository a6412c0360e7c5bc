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
from peppermoth.lab.away import Away
from peppermoth.lab.peers.premises import BRIDGE, CLIENT
from peppermoth.lab.peers.table import named_peer
from peppermoth.lab.recording.loads import Plan, Run, Stop, check_machine, record
from peppermoth.lab.tasks import Cluster, Processes, one_by_one
from peppermoth.lab.traffic.table import named_traffic
from peppermoth.lab.world.censor import CENSORS
from peppermoth.lab.world.forwarder import Shape


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
    """A plan from options. Raises ConfigError for a peer, traffic or censor that does not exist."""
    named_peer(peer)
    named_traffic(traffic)
    if censor is not None and censor not in CENSORS:
        raise ConfigError(f"There is no censor {censor}; there are {', '.join(CENSORS)}.")
    rules = CENSORS[censor] if censor else ()
    return Plan(peer, traffic, loads, seed, sites, line.cables(), rules)


class Crew(NamedTuple):
    """Who records: how tasks are done, how many at once, and whether that is on this machine."""

    run: Run
    workers: int = 1
    is_here: bool = True


def crew(parallel: bool, ray: str | None) -> Crew:
    """One process here, one for each core, or the cluster at this address.

    Raises ConfigError where there is no such cluster.
    """
    if ray:
        cluster = Cluster(ray)
        away = Away(cluster, lambda root: Stop(root).is_wanted)
        return Crew(away, cluster.cores(), is_here=False)
    return Crew(Processes(), Processes().number) if parallel else Crew(one_by_one)


def at_hand(peers: Sequence[str], console: Console) -> list[str]:
    """Those of the peers whose programs are installed here; the others are told.

    Raises ConfigError where none is left.
    """
    missing = {name: named_peer(name).missing for name in peers}
    for name, programs in missing.items():
        if programs:
            console.print(f"Left out {name}: {', '.join(programs)} is not installed (make peers).")
    left = [name for name, programs in missing.items() if not programs]
    if not left:
        raise ConfigError("None of these peers is installed: make peers.")
    return left


def record_all(plans: Sequence[Plan], root: Path, crew: Crew, console: Console) -> bool:
    """Record them all, showing how far it is; False where somebody stopped it.

    Raises as ``record`` does; before anything is recorded where this machine is to, but cannot.
    """
    for one in plans:
        if crew.is_here:
            check_machine(one)
        one.check(root)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        for one in plans:
            row = progress.add_task(f"{one.peer}, {one.traffic}", total=one.loads)

            def tell(done: int, total: int, row: int = row) -> None:
                progress.update(progress.task_ids[row], completed=done, total=total)

            if not record(one, root, crew.run, crew.workers, tell):
                return False
    return True
