"""What was recorded of each peer's traffic: how much, what it cost, how its packets look.

The picture of sizes shows why a detector fires: where in a flow packets of which size
and direction stand. The overhead compares loads of the same sites through the peer and
without: payload bytes on the line, and seconds where the truth of the recording has
them. Limits: a session that serves several loads counts where its label says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np

from peppermoth.lab.detectors.features import Numbers
from peppermoth.lab.detectors.outliers import effects, tabled, two_sample
from peppermoth.lab.scoring.scorecard import (
    CLASSES,
    EDGES,
    POSITIONS,
    Difference,
    Effect,
    Overhead,
    Rate,
    Sample,
)
from peppermoth.lab.statistics import MINIMUM
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import CONTROL, Label, Trace


class Load(NamedTuple):
    """One visit: what was fetched, which time, and the seconds that it took."""

    peer: str
    traffic: str
    site: str
    load: int
    seed: int
    seconds: float


class Group(NamedTuple):
    """The flows and the visits of one peer's traffic."""

    peer: str
    traffic: str
    flows: Sequence[tuple[Label, Trace]]
    loads: Sequence[Load]


class Shared(NamedTuple):
    """What every task needs: groups by peer and traffic, their tables of measures, the seed."""

    groups: Mapping[tuple[str, str], Group]
    tables: Mapping[tuple[str, str], Measured]
    seed: int


class Measured(NamedTuple):
    """The measures of a group's flows with data, a row for each, and their labels."""

    labels: Sequence[Label]
    rows: Numbers


def samples(
    flows: Sequence[tuple[Label, Trace]], loads: Iterable[Load], seed: int, run: Runner
) -> tuple[Sample, ...]:
    """What was recorded of the control, then of each peer's tunnel, by traffic."""
    visits = list(loads)
    groups = grouped(flows, visits, lambda label: label.peer == CONTROL and not label.tunnelled)
    groups |= grouped(flows, visits, lambda label: label.tunnelled)
    keys = list(groups)
    tables = dict(zip(keys, run(_measured, groups, keys), strict=True))
    return tuple(run(_sample, Shared(groups, tables, seed), keys))


def _measured(groups: Mapping[tuple[str, str], Group], key: tuple[str, str]) -> Measured:
    flows = [(label, trace) for label, trace in groups[key].flows if trace.data.any()]
    rows = tabled([trace for _, trace in flows]) if flows else np.zeros((0, 0))
    return Measured([label for label, _ in flows], rows)


def _sample(shared: Shared, key: tuple[str, str]) -> Sample:
    group = shared.groups[key]
    control_key = CONTROL, group.traffic
    control = shared.groups.get(control_key) if group.peer != CONTROL else None
    labels = [label for label, _ in group.flows]
    return Sample(
        peer=group.peer,
        traffic=group.traffic,
        flows=len(labels),
        sites=len({label.site for label in labels}),
        loads=len({_visit(label) for label in labels}),
        seeds=tuple(sorted({label.seed for label in labels})),
        overhead=_overhead(group, control) if control else None,
        difference=_difference(shared.tables[key], shared.tables[control_key], shared.seed)
        if control
        else None,
        sizes=_sizes([trace for _, trace in group.flows]),
    )


def _difference(ours: Measured, theirs: Measured, seed: int) -> Difference:
    """How flows differ as a whole, where both samples are large enough to say."""
    numbers = {"flows": len(ours.labels), "controls": len(theirs.labels)}
    if min(numbers.values()) < MINIMUM:
        why = f"{MINIMUM} flows with data of each are needed."
        return Difference(**numbers, refused=why, told_apart=None, effects=())
    told = two_sample(theirs.rows, ours.rows, [*theirs.labels, *ours.labels], seed)
    return Difference(
        **numbers,
        refused="",
        told_apart=Rate(**told._asdict()) if told else None,
        effects=tuple(Effect(**asdict(one)) for one in effects(theirs.rows, ours.rows)),
    )


def _visit(one: Label | Load) -> tuple[str, int, int]:
    return one.site, one.load, one.seed


def _overhead(group: Group, control: Group) -> Overhead | None:
    bytes_, sites = _ratio(_bytes_by_site(group), _bytes_by_site(control))
    seconds, _ = _ratio(_seconds_by_site(group.loads), _seconds_by_site(control.loads))
    return Overhead(sites=sites, bytes=bytes_, seconds=seconds) if sites else None


def _ratio(ours: Mapping[str, float], theirs: Mapping[str, float]) -> tuple[float | None, int]:
    both = sorted(ours.keys() & theirs.keys())
    base = sum(theirs[site] for site in both)
    return (sum(ours[site] for site in both) / base if base else None), len(both)


def _bytes_by_site(group: Group) -> dict[str, float]:
    """Payload bytes of one visit to each site."""
    visits: defaultdict[str, set[tuple[str, int, int]]] = defaultdict(set)
    total: defaultdict[str, int] = defaultdict(int)
    for label, trace in group.flows:
        visits[label.site].add(_visit(label))
        total[label.site] += int(np.abs(trace.sizes.astype(np.int64)).sum())
    return {site: total[site] / len(visits[site]) for site in total}


def _seconds_by_site(loads: Iterable[Load]) -> dict[str, float]:
    """The median of the seconds that one visit to each site took."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for load in loads:
        seconds[load.site].append(load.seconds)
    return {site: float(np.median(times)) for site, times in seconds.items()}


def _sizes(traces: Sequence[Trace]) -> tuple[tuple[int, ...], ...]:
    counts = np.zeros((POSITIONS, CLASSES), np.int64)
    for trace in traces:
        sizes = trace.sizes[trace.data][:POSITIONS]
        classes = np.searchsorted(EDGES, np.abs(sizes), "right")
        middle = len(EDGES) + 1
        places = np.where(sizes > 0, middle + classes, middle - 1 - classes)
        counts[np.arange(len(sizes)), places] += 1
    shares = np.rint(100 * counts / max(1, len(traces))).astype(int)
    return tuple(tuple(row) for row in shares.tolist())


def grouped(
    flows: Iterable[tuple[Label, Trace]],
    loads: Iterable[Load],
    wanted: Callable[[Label], bool],
) -> dict[tuple[str, str], Group]:
    """The wanted flows by peer and traffic, with their visits."""
    found: defaultdict[tuple[str, str], list[tuple[Label, Trace]]] = defaultdict(list)
    visits: defaultdict[tuple[str, str], list[Load]] = defaultdict(list)
    for label, trace in flows:
        if wanted(label):
            found[label.peer, label.traffic].append((label, trace))
    for load in loads:
        visits[load.peer, load.traffic].append(load)
    return {key: Group(*key, found[key], visits[key]) for key in sorted(found)}
