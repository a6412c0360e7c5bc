"""Every detector on every peer's traffic: from labelled flows to a scorecard.

All control flows of the line stand against each peer's traffic, since a monitor does
not know beforehand which of them a tunnel imitates. Detectors that learn are trained
anew for each peer's traffic and judge only what they never saw (``folds``). A detector
that raises, or answers with what is no number, ends the run with its name. Other flows
of a peer, which are no tunnel's, are neither tunnel nor control.

The work is a list of independent tasks (``tasks``); the result does not depend on who
does them, and flows are put in order first, so that the same flows give the same bytes.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Final, NamedTuple

import numpy as np

from peppermoth import __version__
from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors import Detector, Margin
from peppermoth.lab.detectors.hosts import ALPHA
from peppermoth.lab.detectors.website import Attack
from peppermoth.lab.folds import Fold, folds
from peppermoth.lab.samples import Load, grouped, sample
from peppermoth.lab.scorecard import Capture, Cell, Rule, Sample, Scorecard
from peppermoth.lab.statistics import CONFIDENCE
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import CONTROL, Label, Trace
from peppermoth.lab.verdicts import Judged, verdict
from peppermoth.lab.visited import websites

TRAINING: Final = 10
"""Flows of each kind without which nothing can be learned."""

_PIECE: Final = 500
_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "lightgbm", "nfstream", "torch")


class Recorded(NamedTuple):
    """What the captures hold: flows with labels, visits, and what made and holds them."""

    traces: Sequence[Trace]
    loads: Sequence[Load] = ()
    captures: Sequence[Capture] = ()
    versions: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Bench:
    """What every task shares: the flows in order with their labels, the detectors, the seed."""

    flows: Sequence[tuple[Label, Trace]]
    detectors: Mapping[str, Detector]
    seed: int


class Task(NamedTuple):
    """One detector, the places of the flows that it judges, and those that it learns from."""

    detector: str
    judge: tuple[int, ...]
    train: tuple[int, ...] = ()


class Plan(NamedTuple):
    """A peer's traffic before one detector: the tasks that judge it, or why none can."""

    peer: str
    traffic: str
    detector: str
    tunnels: tuple[int, ...]
    tasks: tuple[Task, ...]
    refused: str = ""


def score(
    recorded: Recorded,
    detectors: Sequence[Detector],
    seed: int,
    run: Runner,
    attacks: Sequence[Attack] = (),
) -> Scorecard:
    """The scorecard of ``recorded``; with ``attacks``, also which sites show through.

    Raises ConfigError where there is no flow of a tunnel, DetectorError for a broken detector.
    """
    labelled = ((trace.label, trace) for trace in recorded.traces)
    flows = sorted(((label, trace) for label, trace in labelled if label), key=_in_order)
    bench = Bench(flows, {detector.id: detector for detector in detectors}, seed)
    controls = tuple(n for n, (label, _) in enumerate(flows) if _is_control(label))
    plans = list(_plans(bench, controls))
    if not plans:
        raise ConfigError("No flow of a tunnel is in these captures, so there is nothing to score.")
    margins = _done(bench, plans, controls, run)
    return Scorecard(
        seed=seed,
        confidence=CONFIDENCE,
        alpha=ALPHA,
        versions=_versions() | dict(recorded.versions),
        captures=tuple(sorted(recorded.captures, key=lambda capture: capture.name)),
        detectors=tuple(_rule(detector) for detector in detectors),
        samples=tuple(_samples(flows, recorded.loads)),
        cells=tuple(_cell(plan, margins, controls) for plan in plans),
        websites=websites(flows, attacks, seed, run),
    )


def _in_order(flow: tuple[Label, Trace]) -> tuple[object, ...]:
    label, trace = flow
    return (
        *(label.peer, label.traffic, label.site, label.seed, label.load, label.tunnelled),
        *(trace.begun, trace.client.ip, trace.client.port),
    )


def _is_control(label: Label) -> bool:
    return label.peer == CONTROL and not label.tunnelled


def _plans(bench: Bench, controls: tuple[int, ...]) -> Iterator[Plan]:
    groups: dict[tuple[str, str], list[int]] = {}
    for place, (label, _) in enumerate(bench.flows):
        if label.tunnelled:
            groups.setdefault((label.peer, label.traffic), []).append(place)
    everything = tuple(sorted({*controls, *(place for one in groups.values() for place in one)}))
    for (peer, traffic), members in groups.items():
        places = (*members, *controls)
        divided = folds([bench.flows[place][0] for place in places], bench.seed)
        for name, detector in bench.detectors.items():
            plan = Plan(peer, traffic, name, tuple(members), ())
            if detector.train:
                yield _trained(plan, places, divided)
            else:
                pieces = range(0, len(everything), _PIECE)
                tasks = tuple(Task(name, everything[at : at + _PIECE]) for at in pieces)
                yield plan._replace(tasks=tasks)


def _trained(plan: Plan, places: Sequence[int], divided: Sequence[Fold]) -> Plan:
    tasks = []
    tunnels = set(plan.tunnels)
    for fold in divided:
        train = tuple(places[place] for place in fold.train)
        guilty = sum(place in tunnels for place in train)
        if min(guilty, len(train) - guilty) < TRAINING:
            why = (
                f"To be judged by a model that saw neither them nor their site nor their time, "
                f"these flows leave {guilty} of the tunnel and {len(train) - guilty} others to "
                f"learn from; {TRAINING} of each are needed."
            )
            return plan._replace(refused=why)
        tasks.append(Task(plan.detector, tuple(places[place] for place in fold.judge), train))
    return plan._replace(tasks=tuple(tasks))


def _done(
    bench: Bench, plans: Sequence[Plan], controls: Sequence[int], run: Runner
) -> dict[Task, list[float]]:
    """Every distinct task's margins. Tasks that take longest come first."""
    distinct = dict.fromkeys(task for plan in plans for task in plan.tasks)
    tasks = sorted(distinct, key=lambda task: -len(task.train))
    return dict(zip(tasks, run(margins_of, bench, tasks), strict=True))


def margins_of(bench: Bench, task: Task) -> list[float]:
    """One task's margins. Raises DetectorError for whatever goes wrong in the detector."""
    detector = bench.detectors[task.detector]
    try:
        margin = detector.margin or _learned(bench, detector, task)
        found = [float(margin(bench.flows[place][1])) for place in task.judge]
    except ConfigError:  # a library is missing, which is nobody's fault
        raise
    except Exception as exc:
        raise DetectorError(f"The detector {detector.id} is broken: {exc!r}") from exc
    return found


def _learned(bench: Bench, detector: Detector, task: Task) -> Margin:
    if not detector.train:
        raise DetectorError("it has neither a rule nor a way to learn")
    chosen = [bench.flows[place] for place in task.train]
    tunnelled = [label.tunnelled for label, _ in chosen]
    return detector.train([trace for _, trace in chosen], tunnelled, bench.seed)


def _cell(plan: Plan, margins: Mapping[Task, list[float]], controls: Sequence[int]) -> Cell:
    found = {
        place: margin
        for task in plan.tasks
        for place, margin in zip(task.judge, margins[task], strict=True)
    }
    tunnels, others = (
        np.array([found.get(place, np.nan) for place in places], np.float64)
        for places in (plan.tunnels, controls)
    )
    judged = Judged(plan.peer, plan.traffic, plan.detector, tunnels, others)
    return verdict(judged, plan.refused)


def _samples(flows: Sequence[tuple[Label, Trace]], loads: Sequence[Load]) -> Iterator[Sample]:
    controls = grouped(flows, loads, _is_control)
    for group in controls.values():
        yield sample(group, None)
    for group in grouped(flows, loads, lambda label: label.tunnelled).values():
        yield sample(group, controls.get((CONTROL, group.traffic)))


def _rule(detector: Detector) -> Rule:
    return Rule(
        **{name: getattr(detector, name) for name in Rule.model_fields if name != "trained"},
        trained=detector.train is not None,
    )


def _versions() -> dict[str, str]:
    """Of the program and of every library that may decide a margin."""
    found = {"peppermoth": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
