"""``python -m bench.see``: a whole report beside tshark and nfstream, in one run.

Captures are generated (``traffic``), each program reads each of them in turn, round after
round, and ratios of packets a second are printed, each within its round. The largest
captures pass through a pipe and are never stored. nfstream is a Python package; name a
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
from typing import IO, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from bench.processes import OURS, find_program
from tests import peers
from tests.monitor.frames import DEVICE

FIELDS = ("ip.src", "ip.dst", "dns.qry.name", "tls.handshake.extensions_server_name", "http.host")

STARTS = 7
"""Rounds of the smallest capture, which takes no time."""

NFSTREAM = """
import sys
from nfstream import NFStreamer
if __name__ == "__main__":
    print(sum(flow.bidirectional_packets for flow in NFStreamer(source=sys.argv[1])))
"""


class Cost(NamedTuple):
    """What reading a capture took: seconds, those of the processor, and the most memory in MB."""

    seconds: float
    processor: float
    memory: float


class Row(NamedTuple):
    """One number: what it is, as measured in each round, and the limits.

    ``more`` is whether more is good.
    """

    what: str
    values: list[float]
    must: float
    aim: float
    more: bool = True

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """Whether it is what it must be."""
        if not self.values:
            return "left out"
        reached = self.value >= self.must if self.more else self.value <= self.must
        return "yes" if reached else "NO"


def run(command: list[str | Path], home: Path, source: IO[bytes] | None = None) -> Cost:
    """The cost of a command and its children. Raises CalledProcessError if it fails."""
    begin = time.perf_counter()
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home)}
    # As after an installation: what Python has compiled is there from the first run on.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(
        command,
        env=environment,
        stdin=source,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    processor = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - begin, processor, usage.ru_maxrss / 1024)


def making(path: str | Path, packets: int, kind: str) -> list[str | Path]:
    """The command that writes a capture.

    By a process of its own: the memory of this one would count as its children's.
    """
    return [sys.executable, "-m", "bench.traffic", path, str(packets), kind]


class Bench:
    """The programs, and how each reads a capture."""

    def __init__(self, home: Path, rounds: int, nfstream: Path | None) -> None:
        self._home = home
        self._rounds = rounds
        self._script = home / "flows.py"
        self._script.write_text(NFSTREAM)
        self._nfstream = nfstream
        self._tshark = peers.locate("tshark")
        self._program = find_program(OURS) or Path(OURS)

    def missing(self) -> list[str]:
        """A sentence about each program that is not there."""
        sentences = []
        if self._tshark is None:
            sentences.append("tshark is left out: it is not installed (make peers).")
        if self._nfstream is None:
            sentences.append("nfstream is left out: name a Python that has it with --nfstream.")
        return sentences

    def ours(self, capture: Path) -> Cost:
        """A whole report."""
        return run([self._program, "see", capture, "--device", DEVICE], self._home)

    def piped(self, packets: int, kind: str = "daily") -> Cost:
        """A whole report on a capture that is made while it is read."""
        with subprocess.Popen(making("-", packets, kind), stdout=subprocess.PIPE) as maker:
            return run(
                [self._program, "see", "-", "--device", DEVICE], self._home, source=maker.stdout
            )

    def tshark(self, capture: Path) -> Cost | None:
        """Five fields; None where it is not installed."""
        if self._tshark is None:
            return None
        fields = [part for field in FIELDS for part in ("-e", field)]
        return run([self._tshark, "-n", "-r", capture, "-T", "fields", *fields], self._home)

    def nfstream(self, capture: Path) -> Cost | None:
        """Flows with nDPI; None where no Python with it was named."""
        if self._nfstream is None:
            return None
        return run([self._nfstream, self._script, capture], self._home)

    def faster(self, capture: Path, *peers: Callable[[Path], Cost | None]) -> list[list[float]]:
        """How many times each peer's packets a second are ours, in each round."""
        ratios: list[list[float]] = [[] for _ in peers]
        for _ in range(self._rounds):
            ours = self.ours(capture).seconds
            for found, peer in zip(ratios, peers, strict=True):
                other = peer(capture)
                if other is not None:
                    found.append(other.seconds / ours)
        return ratios

    def growth(self, least: int) -> float:
        """A packet's time among the later of 100 times as many packets, beside the earlier.

        The start-up cancels out. It is the processor's time, since the maker takes turns.
        """
        tenth, whole, most = (self.piped(least * n).processor for n in (1, 10, 100))
        return (most - whole) / (whole - tenth) / 10

    def start(self, capture: Path) -> list[float]:
        """A small report's share of the time that it may take, in each round."""
        shares = []
        for _ in range(STARTS):
            imports = run([sys.executable, "-c", "import numpy"], self._home).seconds
            shares.append(self.ours(capture).seconds / (1.5 * imports + 1))
        return shares


def measure(bench: Bench, folder: Path, scale: float) -> list[Row]:
    """All numbers. ``scale`` makes the captures smaller, for a first look."""
    count = int(1_000_000 * scale)
    mixed, bulk, small = (folder / f"{kind}.pcap" for kind in ("mixed", "bulk", "small"))
    run(making(mixed, 2 * count, "mixed"), folder)
    tshark, nfstream = bench.faster(mixed, bench.tshark, bench.nfstream)
    mixed.unlink()
    run(making(bulk, 2 * count, "bulk"), folder)
    (bulk_nfstream,) = bench.faster(bulk, bench.nfstream)
    bulk.unlink()
    run(making(small, 5_000, "daily"), folder)
    memory = bench.piped(int(2_200_000 * scale), "mixed").memory
    growth = bench.growth(count // 10)
    return [
        Row("mixed, packets/s, ours / tshark", tshark, 10, 20),
        Row("mixed, packets/s, ours / nfstream", nfstream, 2, 5),
        Row("bulk, packets/s, ours / nfstream", bulk_nfstream, 4, 8),
        Row(f"MB of memory on {2 * scale:g} GB", [memory], 300, 150, False),
        Row(f"time a packet, {10 * count:,} / {count // 10:,}", [growth], 1.15, 1, False),
        Row("5 MB, start to report / permitted", bench.start(small), 1, 0.5, False),
    ]


def main(
    nfstream: Annotated[
        Path | None, typer.Option(envvar="NFSTREAM_PYTHON", help="A Python with nfstream.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    scale: Annotated[float, typer.Option(min=0.05, max=2, help="Size of the captures.")] = 1.0,
) -> None:
    """Compare the speed of a report with tshark and nfstream."""
    console = Console(width=None if sys.stdout.isatty() else 100)
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), rounds, nfstream)
        for sentence in bench.missing():
            console.print(sentence)
        found = measure(bench, Path(name), scale)
    table = Table("what", "is", "least to most", "must", "aim", "reached")
    for row in found:
        numbers = (
            (f"{row.value:.2f}", f"{min(row.values):.2f} to {max(row.values):.2f}")
            if row.values
            else ("", "")
        )
        table.add_row(row.what, *numbers, f"{row.must:g}", f"{row.aim:g}", row.verdict)
    console.print(table)
    raise typer.Exit(any(row.verdict == "NO" for row in found))


if __name__ == "__main__":
    typer.run(main)
