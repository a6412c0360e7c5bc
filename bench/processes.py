"""Child processes of a benchmark: their ports, readiness, cost and end.

A ``Place`` is a directory with the processes that live in it. Leaving it ends all of
them, and what they started in turn, by process id. Cost is read from ``/proc``, so this
runs on Linux only.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests import peers

LOOPBACK = "127.0.0.1"
START_SECONDS = 20.0
END_SECONDS = 2.0
POLL_SECONDS = 0.01
# Below the kernel's range for outgoing connections, of which a benchmark makes many:
# one of those could otherwise take a port between our look and a server's bind.
PORTS = range(20_000, 32_000)
TICKS = os.sysconf("SC_CLK_TCK")
OURS = "peppermoth"


class StartError(Exception):
    """A process of a system did not start; the message holds the end of its log."""


def find_program(name: str) -> Path | None:
    """Where a peer's program is, or ours beside this Python; None when it is not installed."""
    if name != OURS:
        return peers.locate(name)
    beside = Path(sys.executable).with_name(OURS)
    return beside if beside.exists() else None


def free_port() -> int:
    """A TCP port of the loopback on which nothing listens."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


@dataclass(frozen=True)
class Child:
    """One process of ours and everything below it."""

    role: str
    process: subprocess.Popen[bytes]
    log: Path

    def tree(self) -> list[int]:
        """The process ids of the child and its living descendants."""
        pids = [self.process.pid]
        for pid in pids:
            pids.extend(_children(pid))
        return pids

    def cpu_seconds(self) -> float:
        """Processor time that the living tree has used, user and kernel."""
        return sum(_cpu_seconds(pid) for pid in self.tree())

    def memory_bytes(self) -> int:
        """Proportional set size of the tree: shared pages are split among those that share."""
        return sum(_memory_bytes(pid) for pid in self.tree())

    def end(self) -> None:
        """Ask the child to leave, then make its whole tree leave."""
        pids = self.tree()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pid in pids[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process.stdin is not None:
            self.process.stdin.close()


class Place:
    """A fresh directory and the processes that were started in it; a context manager."""

    def __init__(self, name: str) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix=f"bench-{name}-")
        self.directory = Path(self._directory.name)
        self.children: list[Child] = []

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with uninterrupted():
            for child in reversed(self.children):
                child.end()
            self._directory.cleanup()

    def write(self, name: str, content: str | Mapping[str, object]) -> str:
        """Write a file (a mapping as JSON) that only this user may read; its path."""
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run(self, *argv: str) -> None:
        """Run a short command to its end. Raises StartError when it is missing or fails."""
        command = _command(argv)
        done = subprocess.run(command, cwd=self.directory, capture_output=True, check=False)
        if done.returncode:
            raise StartError(f"{argv[0]} failed: {done.stderr.decode(errors='replace').strip()}")

    def spawn(
        self,
        role: str,
        argv: Sequence[str],
        *,
        port: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Child:
        """Start a process and, given its port, wait until it accepts connections there.

        Raises StartError when the program is missing or ends before that.
        """
        command = _command(argv)
        log = self.directory / f"{role}.log"
        with log.open("wb") as output, uninterrupted():
            # A session of its own, so that Ctrl-C reaches the benchmark alone, which then
            # ends its children in order.
            process = subprocess.Popen(
                command,
                cwd=self.directory,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
            child = Child(role, process, log)
            self.children.append(child)
        if port is not None:
            self.wait(lambda: listens(port), f"{argv[0]} to listen")
        return child

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Wait until ``condition()`` holds; StartError when a child ends or time is up."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            dead = next((c for c in self.children if c.process.poll() is not None), None)
            if dead is not None:
                raise StartError(f"the {dead.role} ended while waiting for {what}: {_tail(dead)}")
            if time.monotonic() > deadline:
                tails = "; ".join(f"{c.role}: {_tail(c)}" for c in self.children)
                raise StartError(f"waited {START_SECONDS:.0f} s for {what}: {tails}")
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM until the block is done, so that no child is forgotten."""
    held_back: list[int] = []
    previous = {
        number: signal.signal(number, lambda signum, frame: held_back.append(signum))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if held_back:
            signal.raise_signal(held_back[0])


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the main thread when the block takes longer."""

    def expired(signum: int, frame: object) -> None:
        raise TimeoutError(f"not finished within {seconds:.0f} s")

    previous = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _command(argv: Sequence[str]) -> list[str]:
    program = Path(argv[0]) if os.path.isabs(argv[0]) else find_program(argv[0])
    if program is None:
        raise StartError(f"{argv[0]} is not installed")
    return [str(program), *argv[1:]]


def _tail(child: Child) -> str:
    lines = child.log.read_text(errors="replace").strip().splitlines()
    return " / ".join(lines[-3:]) or "(nothing logged)"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    # A thread may end while we read; then its list is gone, and so are its children.
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS  # utime, stime (proc(5), 14 and 15)


def _memory_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
