"""The published ways of detecting a tunnel, each a pure function that gives a margin.

A margin says how far a flow is from the threshold, in the detector's own unit: above
zero it is flagged. ``nan`` means that the rule says nothing about this flow (no
payload, too short). A detector that cannot do its work raises ``DetectorError`` (see
``errors``); it never passes as "not flagged".

``TABLE`` in ``table.py`` lists every detector. Where published implementations
disagree, each reading is a detector of its own with a ``variant``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from peppermoth.lab.traces import Trace

Margin: TypeAlias = Callable[[Trace], float]
"""How far one flow is above the threshold."""

Train: TypeAlias = Callable[[Sequence[Trace], Sequence[bool], int], Margin]
"""Learn from flows and whether each is a tunnel's, with a seed; gives the margin."""


@dataclass(frozen=True, slots=True)
class Detector:
    """One way of detecting. Exactly one of ``margin`` and ``train`` is given.

    ``source`` cites paper and section or file; ``published`` is what its authors
    measured (``TPR .771 at FPR 0.0544%``), empty where unknown.
    """

    id: str
    measures: str
    source: str
    version: int
    margin: Margin | None = None
    train: Train | None = None
    variant: str = ""
    published: str = ""
