"""The published ways of detecting a tunnel, each a pure function that gives a margin.

A margin says how far a flow is from the threshold, in the detector's own unit: above
zero it is flagged. ``nan`` means that the rule says nothing about this flow (no
payload, too short). A detector that cannot do its work raises ``DetectorError`` (see
``errors``); it never passes as "not flagged".

``TABLE`` in ``table.py`` lists every detector. Where published implementations
disagree, each reading is a detector of its own with a ``variant``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from peppermoth.lab.traces import Trace

Margin: TypeAlias = Callable[[Trace], float]
"""How far one flow is above the threshold."""

Judge: TypeAlias = Callable[[Sequence[Any]], Sequence[float]]
"""How far each of many flows is above the threshold, from what was read of it."""


@dataclass(frozen=True, slots=True)
class Study:
    """How a detector learns: what it reads of a flow, and what it makes of what was read.

    ``read`` gives a value of the detector's own, None for a flow of which nothing can be
    said. It knows no truth, so it reads each flow once, whichever models see it. ``learn``
    takes what was read, whether each flow is a tunnel's, and a seed.
    """

    read: Callable[[Trace], Any]
    learn: Callable[[Sequence[Any], Sequence[bool], int], Judge]

    def __call__(self, traces: Sequence[Trace], tunnels: Sequence[bool], seed: int) -> Margin:
        """Learn from flows; the margin of one is nan where nothing can be said of it."""
        found = [(self.read(trace), kind) for trace, kind in zip(traces, tunnels, strict=True)]
        known = [(row, bool(kind)) for row, kind in found if row is not None]
        judge = self.learn([row for row, _ in known], [kind for _, kind in known], seed)

        def margin(trace: Trace) -> float:
            row = self.read(trace)
            return math.nan if row is None else float(judge([row])[0])

        return margin


Margins: TypeAlias = Callable[[Sequence[Trace]], Sequence[float]]
"""How far each of many flows is above the threshold."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A program or library of others; ``absent`` says why it cannot be asked, or nothing."""

    name: str
    absent: Callable[[], str]
    version: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Detector:
    """One way of detecting. Exactly one of ``margin``, ``batch`` and ``train`` is given.

    ``batch`` judges many flows at once, where starting an ``engine`` costs more than a flow.

    ``source`` cites paper and section or file. What its authors measured, ``claims`` knows.
    """

    id: str
    measures: str
    source: str
    version: int
    margin: Margin | None = None
    batch: Margins | None = None
    train: Study | None = None
    engine: Engine | None = None
    variant: str = ""

    @property
    def missing(self) -> str:
        """Why it cannot be asked here; empty where it can."""
        return self.engine.absent() if self.engine else ""
