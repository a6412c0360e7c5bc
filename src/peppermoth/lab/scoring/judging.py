"""Detectors at work on labelled flows, as lists of independent tasks.

First each detector looks at each flow once: a rule answers with its margin, a detector
that learns with what it reads. Then models learn from what was read, and judge flows
that they never saw (``folds``): a model for each peer's traffic and fold, from numbers
that are there already. A detector that raises, or answers with what is no number, ends
the run with its name. A model that has too few flows of a kind to learn from says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.folds import TRAINING
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import Label, Trace

_PIECE: Final = 500
"""Flows of one task of looking."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every task shares: the flows in order with their labels, the detectors, the seed."""

    flows: Sequence[tuple[Label, Trace]]
    detectors: Mapping[str, Detector]
    seed: int


class Look(NamedTuple):
    """One detector, and the places of the flows that it looks at."""

    detector: str
    flows: tuple[int, ...]


class Lesson(NamedTuple):
    """One detector, the places of the flows that it learns from, and of those that it judges."""

    detector: str
    train: tuple[int, ...]
    judge: tuple[int, ...]


class School(NamedTuple):
    """What every lesson shares: the bench, and what each detector read of which flow."""

    bench: Bench
    read: Mapping[str, Mapping[int, Any]]


def looked(bench: Bench, places: Sequence[int], run: Runner) -> dict[str, dict[int, Any]]:
    """By detector and place: the margin of a rule, or what a detector that learns read.

    Raises DetectorError where a detector is broken.
    """
    pieces = [tuple(places[at : at + _PIECE]) for at in range(0, len(places), _PIECE)]
    here = [name for name, detector in bench.detectors.items() if not detector.missing]
    looks = [Look(name, piece) for name in here for piece in pieces]
    found: dict[str, dict[int, Any]] = {name: {} for name in bench.detectors}
    for look, answers in zip(looks, run(look_at, bench, looks), strict=True):
        found[look.detector].update(zip(look.flows, answers, strict=True))
    return found


def look_at(bench: Bench, look: Look) -> list[Any]:
    """One task of looking. Raises DetectorError for whatever goes wrong in the detector."""
    detector = bench.detectors[look.detector]
    traces = [bench.flows[place][1] for place in look.flows]
    try:
        if detector.train:
            return [detector.train.read(trace) for trace in traces]
        if detector.batch:
            margins = [float(margin) for margin in detector.batch(traces)]
            return [margin for _, margin in zip(traces, margins, strict=True)]
        if detector.margin:
            return [float(detector.margin(trace)) for trace in traces]
    except ConfigError:  # a library is missing, which is nobody's fault
        raise
    except Exception as exc:
        raise _broken(detector, exc) from exc
    raise DetectorError(f"The detector {detector.id} has neither a rule nor a way to learn.")


def taught(school: School, lesson: Lesson) -> list[float]:
    """One lesson's margins. Raises DetectorError for whatever goes wrong in the detector."""
    detector = school.bench.detectors[lesson.detector]
    read = school.read[lesson.detector]
    known = [place for place in lesson.train if read[place] is not None]
    tunnels = [school.bench.flows[place][0].tunnelled for place in known]
    judged = [place for place in lesson.judge if read[place] is not None]
    margins: Mapping[int, float] = {}
    if judged and detector.train and min(sum(tunnels), len(known) - sum(tunnels)) >= TRAINING:
        rows = [read[place] for place in known]
        try:
            judge = detector.train.learn(rows, tunnels, school.bench.seed)
            answers = map(float, judge([read[place] for place in judged]))
            margins = dict(zip(judged, answers, strict=True))
        except ConfigError:  # a library is missing, which is nobody's fault
            raise
        except Exception as exc:
            raise _broken(detector, exc) from exc
    return [margins.get(place, math.nan) for place in lesson.judge]


def _broken(detector: Detector, exc: Exception) -> DetectorError:
    return DetectorError(f"The detector {detector.id} is broken: {exc!r}")
