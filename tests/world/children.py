"""Programs as child processes in sessions of their own: what they say, signals, their end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60.0  # generous: only a hang takes this long


def eventually(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something is true; AssertionError when it never is."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Child:
    """A running program; ``log`` is the stem of the files that take its output."""

    def __init__(self, log: Path, *argv: str | Path, **environment: str) -> None:
        self._out, self._errors = log.with_suffix(".out"), log.with_suffix(".err")
        with self._out.open("wb") as out, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                list(map(str, argv)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
                env=os.environ | environment,
            )

    @property
    def out(self) -> str:
        """Its standard output so far."""
        return self._out.read_text(encoding="utf-8", errors="replace")

    @property
    def errors(self) -> str:
        """Its standard error so far."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def says(self, text: str, times: int = 1) -> None:
        """Wait for a text in its output."""

        def said() -> bool:
            if (self.out + self.errors).count(text) >= times:
                return True
            assert self.process.poll() is None, f"it ended before it said so: {self.errors}"
            return False

        eventually(said)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ends(self) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it and what it started, whatever state they are in."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
