"""Captures for tests, from frames with times."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from peppermoth.lab.world.forwarder import Recorder


def write(path: Path, frames: Iterable[tuple[float, bytes]]) -> Path:
    """A capture of these frames, as the lab's monitor writes it."""
    recorder = Recorder()
    recorder.begin(str(path))
    for when, frame in frames:
        recorder.note(when, frame)
    recorder.begin(None)
    return path
