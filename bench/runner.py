"""Takes every load through every system, round after round.

All systems are up at once and take turns within a round, each round in another order,
so that what the machine does meanwhile falls on all of them alike. A load marked fresh
gets processes of its own every time. A system that does not start, or fails a load, is
reported with the reason and the rest goes on.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.loads import Figures, Load, Running
from bench.processes import LOOPBACK, Child, Place, StartError, free_port, time_limit
from bench.routes import RefusedError
from bench.systems import System
from peppermoth.redact import Address

LOAD_LIMIT_SECONDS = 15.0
FAULTS = (StartError, RefusedError, OSError)  # TimeoutError is an OSError


@dataclass(frozen=True)
class LeftOut:
    """A system that was not measured under a load, or under any where ``load`` is None."""

    system: str
    load: str | None
    why: str


@dataclass
class Results:
    """What came out: by figure and system, one value a round; and what did not, and why."""

    figures: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, system: System, figures: Figures) -> None:
        """Keep the figures of one system and round."""
        for name, value in figures.items():
            self.figures.setdefault(name, {}).setdefault(system.name, []).append(value)

    def values(self, figure: str, system: str) -> list[float]:
        """The values of a figure, one a round; empty when it was not measured."""
        return self.figures.get(figure, {}).get(system, [])


def share_of(load: Load) -> str:
    """The figure that says which share of the processor time a load itself took."""
    return f"{load.name}_load_share"


class Runner:
    """Measures ``systems`` under ``loads``; ``tell`` hears what is being done, for a display."""

    def __init__(
        self, systems: Sequence[System], loads: Sequence[Load], tell: Callable[[str], None]
    ) -> None:
        self.systems = systems
        self.loads = loads
        self.tell = tell
        self.results = Results()

    def steps(self, rounds: int) -> int:
        """How many measurements there are to make, for a progress bar."""
        return rounds * len(self.loads) * len(self.systems)

    def run(self, rounds: int, seconds: float) -> Results:
        """Measure ``rounds`` times, each bulk or crowd load taking about ``seconds``."""
        with ExitStack() as held:
            port = free_port()
            home = held.enter_context(Place("target"))
            target = home.spawn(
                "target",
                [sys.executable, "-m", "bench.target", str(port)],
                port=port,
                env={"PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))},
            )
            address = Address(LOOPBACK, port)
            running = self._start_all(held, address)
            for number in range(rounds):
                shift = number % max(1, len(running))
                order = (running[shift:] + running[:shift]) if running else []
                for load in self.loads:
                    for system, instance in order:
                        self.tell(f"round {number + 1}: {load.name}, {system.title}")
                        self._measure(system, instance, load, target, address, seconds)
        return self.results

    def _start_all(self, held: ExitStack, address: Address) -> list[tuple[System, Running]]:
        running = []
        for system in self.systems:
            missing = system.missing()
            if missing:
                self._leave_out(system, None, f"no {', '.join(missing)}; to mend: {system.cure}")
                continue
            try:
                place = held.enter_context(Place(system.name))
                running.append((system, system.run(place, address)))
            except FAULTS as fault:
                self._leave_out(system, None, f"did not start: {fault}")
        return running

    def _leave_out(self, system: System, load: Load | None, why: str) -> None:
        name = None if load is None else load.name
        self.results.left_out.append(LeftOut(system.name, name, why))

    def _measure(
        self,
        system: System,
        instance: Running,
        load: Load,
        target: Child,
        address: Address,
        seconds: float,
    ) -> None:
        if any((out.system, out.load) == (system.name, load.name) for out in self.results.left_out):
            return
        try:
            with ExitStack() as held:
                if load.fresh:
                    instance = system.run(held.enter_context(Place(system.name)), address)
                self.results.add(system, _figures(instance, load, target, seconds))
        except FAULTS as fault:
            self._leave_out(system, load, f"given up: {fault}")


def _figures(instance: Running, load: Load, target: Child, seconds: float) -> Figures:
    def spent() -> tuple[float, float]:
        ours = time.process_time() + target.cpu_seconds()
        return ours, sum(child.cpu_seconds() for child in instance.place.children)

    before = spent()
    with time_limit(LOAD_LIMIT_SECONDS), _no_collection():
        figures = load.measure(instance, seconds)
    of_load, of_system = (now - then for now, then in zip(spent(), before, strict=True))
    return {**figures, share_of(load): of_load / max(of_load + of_system, 1e-9)}


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector of the load from falling on one system or another."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
