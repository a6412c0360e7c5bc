"""What ``lab score`` does: gather flows from a recording and from captures, score, show, write.

A capture from elsewhere is the user's word: every TCP and UDP flow in it is a tunnel's,
or none is. Its flows have no site and no repetition but their number, so that detectors
that learn are divided by that alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from peppermoth.errors import ConfigError
from peppermoth.files import write_private
from peppermoth.lab.card.page import render_card
from peppermoth.lab.card.text import render_text
from peppermoth.lab.detectors import deep
from peppermoth.lab.detectors.table import TABLE
from peppermoth.lab.detectors.website import ATTACKS
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.scoring.recorded import read_recorded
from peppermoth.lab.scoring.score import Recorded, score
from peppermoth.lab.scoring.scorecard import Capture, Scorecard, to_json
from peppermoth.lab.tasks import Cluster, Processes, Runner
from peppermoth.lab.traces import CONTROL, Label, Trace

if TYPE_CHECKING:
    from rich.console import Console

LABELS: Final = ("tunnel", "plain")
TRAFFIC: Final = "captured"
"""The traffic of captures from elsewhere, of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to make of a scorecard besides the tables."""

    json: Path | None = None
    html: Path | None = None
    epochs: int | None = None


def runner(ray: str | None) -> Runner:
    """Where the work is done: on the cluster at this address, or on every core here."""
    return Cluster(ray) if ray else Processes()


def gather(directory: Path | None, captures: Sequence[Path], labels: Sequence[str]) -> Recorded:
    """The flows of a recording and of captures, each of which has one of ``LABELS``.

    They are read on this machine, where the files are, also when a cluster does the rest.
    Raises ConfigError where options do not fit, CaptureError for an unreadable capture.
    """
    if len(captures) != len(labels) or set(labels) - set(LABELS):
        raise ConfigError("Give each --capture its own --label: tunnel or plain.")
    if not directory and not captures:
        raise ConfigError("Name a directory that lab record wrote, or give a --capture.")
    found = read_recorded(directory, Processes()) if directory else Recorded([])
    others = [
        trace
        for path, label in zip(captures, labels, strict=True)
        for trace in _given(path, label == "tunnel")
    ]
    return found._replace(
        traces=[*found.traces, *others],
        captures=[*found.captures, *map(_capture, captures)],
    )


def _given(path: Path, tunnelled: bool) -> list[Trace]:
    peer = path.stem if tunnelled else CONTROL
    return [
        replace(trace, label=Label(peer, TRAFFIC, "", number, 0, tunnelled))
        for number, trace in enumerate(traces_of(path))
    ]


def _capture(path: Path) -> Capture:
    with path.open("rb") as file:
        return Capture(name=path.name, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def score_and_show(
    recorded: Recorded, seed: int, run: Runner, wanted: Wanted, console: Console
) -> None:
    """Score with every detector, print the tables, write the files.

    Raises ConfigError, and DetectorError where a detector is broken.
    """
    card = score(recorded, TABLE, seed, run, (*ATTACKS, *deep.attacks(wanted.epochs)))
    console.print(render_text(card))
    for path, content in ((wanted.json, to_json), (wanted.html, _page)):
        if path:  # numbers first: whatever a page may lack, hours of work are kept
            write_private(path, content(card))
            console.print(f"Wrote {path}.", soft_wrap=True)


def _page(card: Scorecard) -> bytes:
    return render_card(card).encode()
