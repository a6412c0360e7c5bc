"""Every detector on every peer's traffic: from labelled flows to a scorecard.

All control flows of the line stand against each peer's traffic, since a monitor does
not know beforehand which of them a tunnel imitates. Detectors that learn are trained
anew for each peer's traffic and judge only what they never saw (``folds``, ``judging``).
Other flows of a peer, which are no tunnel's, are neither tunnel nor control.

The work is a list of independent tasks (``tasks``); the result does not depend on who
does them, and flows are put in order first, so that the same flows give the same bytes.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Final, NamedTuple

import numpy as np

from peppermoth import __version__
from peppermoth.errors import ConfigError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.hosts import ALPHA
from peppermoth.lab.detectors.website import Attack
from peppermoth.lab.folds import TRAINING, Division, divide
from peppermoth.lab.scoring.judging import Bench, Lesson, School, looked, taught
from peppermoth.lab.scoring.samples import Load, samples
from peppermoth.lab.scoring.scorecard import NOT_RUN, Capture, Cell, Rule, Scorecard, World
from peppermoth.lab.scoring.verdicts import Judged, verdict
from peppermoth.lab.scoring.visited import websites
from peppermoth.lab.statistics import CONFIDENCE
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import CONTROL, Label, Trace

_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "lightgbm", "torch")


class Recorded(NamedTuple):
    """What the captures hold: flows with labels, visits, and what made and holds them."""

    traces: Sequence[Trace]
    loads: Sequence[Load] = ()
    captures: Sequence[Capture] = ()
    versions: Mapping[str, str] = {}
    worlds: Sequence[World] = ()


class Plan(NamedTuple):
    """A peer's traffic before one detector: its flows, the lessons that judge, or why none can."""

    peer: str
    traffic: str
    detector: str
    tunnels: tuple[int, ...]
    lessons: tuple[Lesson, ...] = ()
    divided: str = ""
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
    places = sorted({*controls, *(place for plan in plans for place in plan.tunnels)})
    margins = _margins(bench, plans, places, run)
    return Scorecard(
        seed=seed,
        confidence=CONFIDENCE,
        alpha=ALPHA,
        versions=_versions(detectors) | dict(recorded.versions),
        worlds=tuple(sorted(recorded.worlds, key=lambda world: world.model_dump_json())),
        captures=tuple(sorted(recorded.captures, key=lambda capture: capture.name)),
        detectors=tuple(_rule(detector) for detector in detectors),
        samples=samples(flows, recorded.loads, seed, run),
        cells=tuple(_cell(plan, margins[plan], controls) for plan in plans),
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
    for (peer, traffic), members in groups.items():
        places = (*members, *controls)
        division = divide([bench.flows[place][0] for place in places], bench.seed)
        for name, detector in bench.detectors.items():
            why = f"{NOT_RUN}{detector.missing}" if detector.missing else ""
            plan = Plan(peer, traffic, name, tuple(members), refused=why)
            yield _trained(plan, places, division) if detector.train else plan


def _trained(plan: Plan, places: Sequence[int], division: Division) -> Plan:
    if not division.by:
        why = (
            "To be judged by a model that saw neither them nor their site nor their time, "
            f"these flows leave {division.fewest} of the rarer kind to learn from; "
            f"{TRAINING} are needed."
        )
        return plan._replace(refused=why)
    lessons = (
        Lesson(plan.detector, *(tuple(places[place] for place in part) for part in fold))
        for fold in division.folds
    )
    return plan._replace(lessons=tuple(lessons), divided=division.by)


Margins = Mapping[Plan, Mapping[int, float]]


def _margins(bench: Bench, plans: Sequence[Plan], places: Sequence[int], run: Runner) -> Margins:
    """The margin of each flow that a plan's detector could judge, by its place."""
    seen = looked(bench, places, run)
    lessons = sorted(
        (lesson for plan in plans for lesson in plan.lessons), key=lambda one: -len(one.train)
    )
    answers = dict(zip(lessons, run(taught, School(bench, seen), lessons), strict=True))
    return {
        plan: {
            place: margin
            for lesson in plan.lessons
            for place, margin in zip(lesson.judge, answers[lesson], strict=True)
        }
        if bench.detectors[plan.detector].train
        else seen[plan.detector]
        for plan in plans
    }


def _cell(plan: Plan, margins: Mapping[int, float], controls: Sequence[int]) -> Cell:
    tunnels, others = (
        np.array([margins.get(place, np.nan) for place in places], np.float64)
        for places in (plan.tunnels, controls)
    )
    judged = Judged(plan.peer, plan.traffic, plan.detector, tunnels, others)
    return verdict(judged, plan.divided, plan.refused)


def _rule(detector: Detector) -> Rule:
    return Rule(
        **{name: getattr(detector, name) for name in Rule.model_fields if name != "trained"},
        trained=detector.train is not None,
    )


def _versions(detectors: Sequence[Detector]) -> dict[str, str]:
    """Of the program and of every library and engine that may decide a margin."""
    found = {"peppermoth": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    engines = (one.engine for one in detectors if one.engine and not one.missing)
    return found | {engine.name: engine.version() for engine in engines}
