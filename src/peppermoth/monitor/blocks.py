"""Where the blocks of a capture come from: read by this process, or by one beside it.

Apart from what is made of them, so that the process beside this one can begin to read
while this one still imports that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from peppermoth.monitor import beside
from peppermoth.monitor.capture import Block, Capture
from peppermoth.monitor.columns import Columns, common
from peppermoth.monitor.problems import Problem
from peppermoth.monitor.sources import Window, open_window


class Origin(Protocol):
    """Where a capture comes from."""

    @property
    def sha256(self) -> str:
        """The digest of the file in hexadecimal; empty where there is none."""

    def close(self) -> None:
        """Read no more."""


class Blocks(Protocol):
    """The blocks of a capture with their columns. Iterated once, it then knows the rest."""

    @property
    def problem(self) -> Problem | None:
        """Where the capture broke; None where it did not."""

    @property
    def sha256(self) -> str:
        """The digest of the file in hexadecimal; empty where there is none."""

    def __iter__(self) -> Iterator[tuple[Block, Columns]]:
        """Each block, valid until the next one is asked for. Raises CaptureError."""

    def close(self) -> None:
        """Read no more."""


class Here:
    """Blocks that this process reads and gathers. See ``Blocks`` and ``beside.Beside``."""

    def __init__(self, window: Window, origin: Origin) -> None:
        self.problem: Problem | None = None
        self._window, self._origin = window, origin

    def __iter__(self) -> Iterator[tuple[Block, Columns]]:
        capture = Capture(self._window)
        for block in capture:
            yield block, common(block)
        self.problem = capture.problem

    def close(self) -> None:
        """Read no more."""
        self._window.close()
        self._origin.close()

    @property
    def sha256(self) -> str:
        """The digest of what was read."""
        return self._origin.sha256


def open_blocks(path: str, *, digested: bool = False) -> Blocks:
    """The blocks of a capture by its path (``-``: standard input).

    ``digested`` is whether the SHA-256 of the file is wanted. Raises CaptureError where it
    cannot be opened.
    """
    window, file = open_window(path, digested=digested)
    return beside.Beside(window, file) if beside.is_worth_it(file) else Here(window, file)
