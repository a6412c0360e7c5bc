"""Reading recorded loads back: every flow with its label, every visit, what made and holds them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from peppermoth.errors import ConfigError
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.recording.truth import Truth, truths
from peppermoth.lab.scoring.samples import Load
from peppermoth.lab.scoring.score import Recorded
from peppermoth.lab.scoring.scorecard import Capture, World
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import Trace


def read_recorded(root: Path, run: Runner) -> Recorded:
    """Everything that was recorded into ``root``. Raises ConfigError, CaptureError."""
    found = list(truths(root))
    if not found:
        raise ConfigError(f"Nothing was recorded in {root} yet.")
    traces = run(_labelled, None, found)
    return Recorded(
        traces=[trace for of_load in traces for trace in of_load],
        loads=[
            Load(truth.peer, truth.traffic, truth.site, truth.load, truth.seed, truth.seconds)
            for _, truth in found
        ],
        captures=[
            Capture(name=str(path.relative_to(root)), sha256=_digest(path)) for path, _ in found
        ],
        versions=_versions(truth for _, truth in found),
        worlds=list({_world(truth): None for _, truth in found}),
    )


def _versions(found: Iterable[Truth]) -> dict[str, str]:
    """Of each program; all of them, where loads were recorded with several."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for truth in found:
        for name, version in truth.versions.items():
            said[name].add(version)
    return {name: " and ".join(sorted(said[name])) for name in sorted(said)}


def _world(truth: Truth) -> World:
    cables = (
        f"{host}: " + ", ".join(f"{name} {value:g}" for name, value in shape.items() if value)
        for host, shape in sorted(truth.shape.items())
    )
    rules = json.dumps(truth.rules) if truth.rules else ""
    return World(seed=truth.seed, sites=truth.sites, line="; ".join(cables), rules=rules)


def _labelled(_: None, load: tuple[Path, Truth]) -> list[Trace]:
    path, truth = load
    pairs = ((trace, truth.label(trace)) for trace in traces_of(path))
    return [replace(trace, label=label) for trace, label in pairs if label is not None]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
