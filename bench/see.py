"""``python -m bench.see``: a whole report beside tshark and nfstream, in one run.

Captures are generated (``traffic``), each program reads each of them in turn, round after
round, and ratios of packets a second are printed. nfstream is a Python package; name a
Python that has it with ``--nfstream``. Ends with 1 where something that must be reached
was missed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from bench.processes import OURS, find_program
from bench.traffic import DEVICE
from tests import peers

FIELDS = ("ip.src", "ip.dst", "dns.qry.name", "tls.handshake.extensions_server_name", "http.host")

NFSTREAM = """
import sys
from nfstream import NFStreamer
if __name__ == "__main__":
    print(sum(flow.bidirectional_packets for flow in NFStreamer(source=sys.argv[1])))
"""


class Cost(NamedTuple):
    """What reading a capture took: seconds, and the most memory in MB."""

    seconds: float
    memory: float


class Row(NamedTuple):
    """One number: what it is, what it must reach and at what it aims, and whether more is good."""

    what: str
    value: float
    must: float
    aim: float
    more: bool = True

    @property
    def reached(self) -> bool:
        """Whether it is what it must be."""
        return self.value >= self.must if self.more else self.value <= self.must


def run(command: list[str | Path], home: Path) -> Cost:
    """The cost of a command and its children. Raises CalledProcessError if it fails."""
    begin = time.perf_counter()
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(time.perf_counter() - begin, usage.ru_maxrss / 1024)


class Bench:
    """The programs, and how each reads a capture."""

    def __init__(self, home: Path, rounds: int, nfstream: Path | None) -> None:
        self._home = home
        self._rounds = rounds
        self._script = home / "flows.py"
        self._script.write_text(NFSTREAM)
        self._nfstream = nfstream

    def ours(self, capture: Path) -> Cost:
        """A whole report."""
        program = find_program(OURS) or Path(OURS)
        return run([program, "see", capture, "--device", DEVICE], self._home)

    def tshark(self, capture: Path) -> Cost | None:
        """Five fields; None where it is not installed."""
        program = peers.locate("tshark")
        if program is None:
            return None
        fields = [part for field in FIELDS for part in ("-e", field)]
        return run([program, "-n", "-r", capture, "-T", "fields", *fields], self._home)

    def nfstream(self, capture: Path) -> Cost | None:
        """Flows with nDPI; None where no Python with it was named."""
        if self._nfstream is None:
            return None
        return run([self._nfstream, self._script, capture], self._home)

    def faster(self, capture: Path, peer: Callable[[Path], Cost | None], share: int = 1) -> float:
        """How many times the peer's packets a second are ours; NaN without the peer.

        The peer may read a capture that is ``share`` times smaller, beside it.
        """
        smaller = capture.with_suffix(".part") if share > 1 else capture
        ratios = []
        for _ in range(self._rounds):
            other = peer(smaller)
            if other is None:
                return float("nan")
            ratios.append(other.seconds * share / self.ours(capture).seconds)
        return statistics.median(ratios)


def rows(bench: Bench, folder: Path, scale: float) -> list[Row]:
    """All numbers. ``scale`` makes the captures smaller, for a first look."""
    mixed, bulk, small = (folder / f"{name}.pcap" for name in ("mixed", "bulk", "small"))
    count = int(1_000_000 * scale)
    part = mixed.with_suffix(".part")
    for path, packets, kind in (
        (mixed, count, "mixed"),
        (part, count // 10, "mixed"),
        (bulk, 2 * count, "bulk"),
        (small, 5_000, "mixed"),
    ):
        # By a process of its own: the memory of this one would count as its children's.
        run([sys.executable, "-m", "bench.traffic", path, str(packets), kind], folder)
    imports = min(run([sys.executable, "-c", "import numpy"], folder).seconds for _ in range(3))
    start = min(bench.ours(small).seconds for _ in range(3))
    tenth = min(bench.ours(part).seconds for _ in range(2)) - start
    whole, large = bench.ours(mixed), bench.ours(bulk)
    return [
        Row("mixed, ours / tshark", bench.faster(mixed, bench.tshark, 10), 10, 20),
        Row("mixed, ours / nfstream", bench.faster(mixed, bench.nfstream), 2, 5),
        Row("bulk, ours / nfstream", bench.faster(bulk, bench.nfstream), 4, 8),
        Row(f"MB of memory at {bulk.stat().st_size >> 20} MB", large.memory, 300, 150, False),
        Row(
            "time for 10 times the packets / 10",
            (whole.seconds - start) / tenth / 10,
            1.15,
            1.0,
            False,
        ),
        Row("5 MB, start to report / permitted", start / (1.5 * imports + 1), 1, 0.5, False),
    ]


def main(
    nfstream: Annotated[Path | None, typer.Option(help="A Python with nfstream.")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    scale: Annotated[float, typer.Option(min=0.05, max=2, help="Size of the captures.")] = 1.0,
) -> None:
    """Compare the speed of a report with tshark and nfstream."""
    with tempfile.TemporaryDirectory() as name:
        found = rows(Bench(Path(name), rounds, nfstream), Path(name), scale)
    table = Table("what", "is", "must", "aim", "reached")
    for row in found:
        known = row.value == row.value
        verdict = ("yes" if row.reached else "NO") if known else "peer missing"
        table.add_row(row.what, f"{row.value:.2f}", f"{row.must:g}", f"{row.aim:g}", verdict)
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    raise typer.Exit(any(row.value == row.value and not row.reached for row in found))


if __name__ == "__main__":
    typer.run(main)
