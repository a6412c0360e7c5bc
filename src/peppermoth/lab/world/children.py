"""Programs as child processes in sessions of their own: what they say, signals, their end.

They do not hear a Ctrl-C on the terminal; whoever started them ends them, with all that
they have started themselves. POSIX.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from peppermoth.errors import WorldError

PATIENCE: Final = 60.0
"""Seconds after which what should happen has failed; generous, for a busy machine."""


def eventually(
    true: Callable[[], object], patience: float = PATIENCE, what: str = "something"
) -> None:
    """Wait until something is true. Raises WorldError when it never is."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            raise WorldError(f"Waited {patience:.0f} seconds in vain for {what}.")
        time.sleep(0.02)


class Child:
    """A running program; ``log`` is the stem of the files that take its output.

    With ``talks`` its standard input and output are pipes, in ``process``, instead.
    ``keep`` are descriptors of ours that it has too.
    """

    def __init__(
        self,
        log: Path,
        argv: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        *,
        talks: bool = False,
        keep: Sequence[int] = (),
    ) -> None:
        self.name = log.name
        self._out, self._errors = log.with_name(f"{log.name}.out"), log.with_name(f"{log.name}.err")
        with self._out.open("wb") as out, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                list(map(str, argv)),
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else out,
                stderr=errors,
                start_new_session=True,
                pass_fds=keep,
                env={**os.environ, **(environment or {})},
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
        """Wait for a text in its output. Raises WorldError if it never comes."""
        self.until(lambda: (self.out + self.errors).count(text) >= times, f"it to say {text}")

    def until(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is true while it runs. Raises WorldError if it never is."""

        def is_so() -> bool:
            if true():
                return True
            if self.process.poll() is not None:
                tail = (self.out + self.errors).strip().splitlines()[-3:]
                raise WorldError(f"{self.name} ended before time: {' / '.join(tail)}")
            return False

        eventually(is_so, what=f"{self.name}: {what}")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ends(self, patience: float = PATIENCE) -> int:
        """Wait for its end; the exit code. Raises WorldError if it does not end."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired as exc:
            raise WorldError(f"{self.name} did not end within {patience:.0f} seconds.") from exc

    def leave(self, patience: float = 2.0) -> None:
        """Ask it to go, and make it go."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.kill()

    def listens(self, port: int, kind: str = "tcp") -> None:
        """Wait until its network has a socket on a port (``tcp`` or ``udp``). Raises WorldError."""
        files = [Path(f"/proc/{self.process.pid}/net/{kind}{version}") for version in ("", "6")]
        waits = "0A" if kind == "tcp" else "07"

        def there() -> bool:
            rows = (line.split() for file in files for line in _lines(file)[1:])
            return any(row[1].endswith(f":{port:04X}") and row[3] == waits for row in rows)

        self.until(there, f"it to listen on {kind} port {port}")

    def kill(self) -> None:
        """End it and what it started, whatever state they are in."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _lines(file: Path) -> list[str]:
    """Those of a file that vanishes with its process."""
    try:
        return file.read_text().splitlines()
    except OSError:
        return []
