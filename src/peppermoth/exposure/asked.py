"""What was asked of ``peppermoth see``: which recording to read, and what to make of it.

Apart from how that is made (``seeing``), which is imported while the reading begins.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from peppermoth.errors import ConfigError
from peppermoth.exposure import keeping
from peppermoth.exposure.languages import Language

if TYPE_CHECKING:
    from peppermoth.exposure.comparison import Earlier
    from peppermoth.monitor.device import Device
    from peppermoth.monitor.observation import Observation
    from peppermoth.monitor.problems import Problem

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_SPAN = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[smh]?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to make of a capture besides the report in the terminal.

    ``earlier`` is what to compare it with; ``live`` says that what is heard is not kept, so that
    nobody can look up a packet by its number. Raises ConfigError where a file is named twice,
    where the earlier report or something else than a report would be replaced, or where it
    would not belong to whoever asked for it.
    """

    language: Language
    html: Path | None = None
    json: Path | None = None
    helpline: Path | None = None
    earlier: Earlier | None = None
    live: bool = False

    def __post_init__(self) -> None:
        files = [file for file in (self.html, self.json, self.helpline) if file]
        if len({file.resolve() for file in files}) < len(files):
            raise ConfigError("Every report needs a file of its own.")
        before = self.earlier and self.earlier.file
        if before and before.resolve() in {file.resolve() for file in files}:
            raise ConfigError(f"{before} is the earlier report; write the new one to another file.")
        if files:
            keeping.check_person()
        for file in files:
            keeping.check_target(file)

    @property
    def names_the_file(self) -> bool:
        """Whether something is kept that tells which recording it was made of: its SHA-256."""
        return bool(self.html or self.json)


class Source(Protocol):
    """A reading of a capture: iterated once, it then knows the rest (``monitor.reading``)."""

    packets: int
    first: float
    last: float
    problem: Problem | None
    packets_cut: int
    connections_torn: int
    sha256: str

    @property
    def device(self) -> Device:
        """Whose traffic it is."""

    def __iter__(self) -> Iterator[Observation]:
        """What was observed."""


def source(
    capture: str | None, live: str | None, span: str, device: str | None, *, digested: bool = False
) -> Source:
    """The recording named on the command line, or the interface to listen on.

    ``digested`` is whether the recording's SHA-256 is wanted. Listening takes place here,
    which a line on standard error says. Raises ConfigError when neither or both are named,
    CaptureError when it cannot be read.
    """
    if capture is not None and live is None:
        from peppermoth.monitor.blocks import open_blocks

        blocks = open_blocks(capture, digested=digested)
        # Imported while a process beside this one begins to read.
        from peppermoth.monitor.reading import Reading

        return Reading(blocks, device)
    if live is not None and capture is None:
        from peppermoth.monitor.live import Recording as Listening
        from peppermoth.monitor.live import read_live

        listening = Listening(live, _seconds(span))
        print(f"Listening on {live} for {span}; Ctrl-C ends it early.", file=sys.stderr)
        return read_live(listening)
    raise ConfigError("Name either a recording or, with --live, an interface of your own.")


def _seconds(span: str) -> float:
    found = _SPAN.fullmatch(span.strip())
    if not found or not int(found["number"]):
        raise ConfigError(f"How long to listen is written as 60s, 5m or 1h, not {span!r}.")
    return int(found["number"]) * _UNITS[found["unit"]]
