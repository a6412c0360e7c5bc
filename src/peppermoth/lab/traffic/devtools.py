"""A headless Chromium that is told what to do over its debugging pipe.

Messages are JSON, each ended by a zero byte, on the descriptors 3 and 4
(https://chromedevtools.github.io/devtools-protocol/, ``--remote-debugging-pipe``).
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from peppermoth.errors import WorldError
from peppermoth.lab.world.children import Child

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--no-pings",
    "--remote-debugging-pipe",
)
_SHELL: Final = ("bash", "-c", 'TMPDIR=$3 exec "${@:4}" 3<&$1 4>&$2', "bash")
"""Gives the two pipes the numbers that Chromium expects, and a place for its temporary files."""

_PATIENCE: Final = 30.0
"""Seconds that an answer may take."""


class Pipe:
    """Both ends of what is said to a browser and what it says."""

    def __init__(self, said: int, told: int) -> None:
        self._said, self._told = said, told
        self._buffer = b""
        self._number = 0

    def call(
        self,
        method: str,
        session: str,
        hear: Callable[[Mapping[str, Any]], object],
        **parameters: Any,
    ) -> dict[str, Any]:
        """Call a method, in a page's ``session`` or, where that is empty, the browser's.

        Events that come before the answer go to ``hear``. Raises WorldError where the
        browser refuses or does not answer.
        """
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._told, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + _PATIENCE
        while True:
            answer = self.receive(deadline)
            if answer is None:
                raise WorldError(f"Chromium does not answer to {method}.")
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise WorldError(f"Chromium does not do {method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            hear(answer)

    def receive(self, deadline: float) -> dict[str, Any] | None:
        """The next message, or None where none came before the deadline (monotonic seconds)."""
        while b"\0" not in self._buffer:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._said], (), (), left)[0]:
                return None
            piece = os.read(self._said, 1 << 16)
            if not piece:
                raise WorldError("Chromium has left.")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def debugged(
    start: Callable[..., Child], chromium: Path, profile: Path, flags: Sequence[str]
) -> Iterator[Pipe]:
    """A new browser until the block ends. ``start`` runs a program, as ``World.start`` does."""
    to_browser, told = os.pipe()
    said, from_browser = os.pipe()
    # Above 9, so that neither stands where the other has to go.
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (to_browser, from_browser)]
    command = (chromium, *FLAGS, *flags, f"--user-data-dir={profile}")
    try:
        # A browser that is killed leaves its socket behind; it needs a short path.
        with TemporaryDirectory(prefix="moth-", ignore_cleanup_errors=True) as temporary:
            browser = start(*_SHELL, *map(str, ends), temporary, *command, keep=ends)
            for end in ends:
                os.close(end)
            ends.clear()
            try:
                yield Pipe(said, told)
            finally:
                browser.kill()
    finally:
        for end in (to_browser, from_browser, told, said, *ends):
            os.close(end)
