"""Recording loads: real programs in the world, captures with their truth, as long as wanted.

::

    DIR/PEER/TRAFFIC/SEED-00017.pcap    what the monitor saw
    DIR/PEER/TRAFFIC/SEED-00017.json    the truth (``truth``)
    DIR/PEER/TRAFFIC/SEED-00017.acts    what the monitor's rules did, a line each

Load ``n`` visits site ``n`` modulo the number of sites. What is there already is not
recorded again, so a run that was stopped goes on where it was. The work is a list of
independent jobs (``tasks``): each makes a town of its own and records some loads of one
peer there; the bridge stays, the client starts anew for each load. Jobs may be done on
other machines (``away``).

A load that fails is tried ``ATTEMPTS`` times; then the run fails with its name.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from peppermoth import __version__
from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.peers.table import find_peer
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.recording.truth import Truth, describe
from peppermoth.lab.traffic.table import TRAFFIC, Done, Trip, find_traffic
from peppermoth.lab.traffic.town import Town, furnish_shared, furnished
from peppermoth.lab.world.censor import Rule
from peppermoth.lab.world.forwarder import Shape
from peppermoth.lab.world.programs import program_version

SITES: Final = 24
ATTEMPTS: Final = 3
TOGETHER: Final = 12
"""Loads that share a town: enough that making it costs little, few enough to spread."""

_SHARED: Final = ".shared"
_SETTLE_SECONDS: Final = 0.1
_LOOK_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What to record. ``cables`` shapes hosts' cables; ``rules`` are the monitor's."""

    peer: str
    traffic: str
    loads: int
    seed: int
    sites: int = SITES
    cables: Mapping[str, Shape] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def directory(self, root: Path) -> Path:
        """Where the plan's loads lie."""
        return root / self.peer / self.traffic

    def truth(self, root: Path, load: int) -> Path:
        """Where a load's truth lies."""
        return self.directory(root) / f"{self.seed}-{load:05}.json"

    @property
    def shape(self) -> dict[str, dict[str, float]]:
        """The cables' shapes, as a truth has them."""
        return {host: asdict(shape) for host, shape in self.cables.items()}

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The rules, as the monitor is told them and a truth has them."""
        return [asdict(rule) for rule in self.rules]

    def check(self, root: Path) -> None:
        """Raises ConfigError where loads lie that were recorded in another way."""
        for path in sorted(self.directory(root).glob(f"{self.seed}-*.json"))[:1]:
            truth = Truth.read(path)
            if (truth.sites, truth.shape, truth.rules) != (self.sites, self.shape, self.orders):
                raise ConfigError(
                    f"{path.parent} holds loads of another number of sites, another line or"
                    " other rules; record into another directory."
                )

    def left(self, root: Path) -> list[int]:
        """The loads that are not there yet."""
        return [load for load in range(self.loads) if not self.truth(root, load).exists()]


@dataclass(frozen=True, slots=True)
class Job:
    """Some loads of a plan, recorded in one town."""

    plan: Plan
    loads: tuple[int, ...]


Run: TypeAlias = Callable[[Callable[[Path, Job], None], Path, Sequence[Job]], object]
"""Does every job (``do_job``) of a list, so that its files lie in a directory: a ``Runner``."""


def record(
    plan: Plan, root: Path, run: Run, workers: int, tell: Callable[[int, int], None]
) -> bool:
    """Record what is left of a plan; whether all of it is there now, or somebody stopped it.

    ``run`` does the jobs, with so many ``workers`` at once; ``tell`` hears, from time to
    time, how many loads are there, and of how many. Raises ConfigError where a worker's
    machine cannot, WorldError for a load that fails again and again.
    """
    plan.check(root)
    plan.directory(root).mkdir(parents=True, exist_ok=True)
    left = plan.left(root)
    size = max(1, min(TOGETHER, -(-len(left) // workers)))
    jobs = [Job(plan, tuple(left[n : n + size])) for n in range(0, len(left), size)]
    with (
        Stop(root).on_signals(),
        _looking(lambda: tell(plan.loads - len(plan.left(root)), plan.loads)),
    ):
        run(do_job, root, jobs)
    return not plan.left(root)


def check_machine(plan: Plan) -> None:
    """Raises ConfigError, saying what would mend it, where this machine cannot record a plan."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise ConfigError(
            "Recording makes network namespaces, which needs Linux and root: run it with sudo."
        )
    find_peer(plan.peer)
    find_traffic(plan.traffic)


def shared(plan: Plan, root: Path) -> Path:
    """Where the web's files lie, which towns of a seed share: written whole, or not at all."""
    place = root.absolute() / _SHARED / f"{plan.seed}-{plan.sites}"
    if not place.exists():
        part = place.with_name(f"{place.name}-{os.getpid()}.part")
        furnish_shared(part, plan.sites, plan.seed)
        try:
            part.rename(place)
        except OSError:  # another job was first
            shutil.rmtree(part)
    return place


def do_job(root: Path, job: Job) -> None:
    """Make a town and record the job's loads, but for those that are there. See ``record``."""
    if multiprocessing.parent_process() is not None:
        # The process that listens for signals tells by ``Stop``.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    plan, stop = job.plan, Stop(root)
    left = [load for load in job.loads if not plan.truth(root, load).exists()]
    if not left or stop.is_wanted:
        return
    check_machine(plan)
    plan.directory(root).mkdir(parents=True, exist_ok=True)
    made_by = versions(plan)
    with (
        tempfile.TemporaryDirectory(prefix="moth-town-") as home,
        furnished(
            Path(home),
            shared(plan, root),
            find_peer(plan.peer),
            plan.sites,
            plan.seed,
            plan.cables,
        ) as town,
    ):
        for load in left:
            if stop.is_wanted:
                return
            _insist(town, plan, load, root, made_by)


def _insist(town: Town, plan: Plan, load: int, root: Path, made_by: Mapping[str, str]) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _record_load(town, plan, load, root, made_by)
        except (WorldError, subprocess.SubprocessError) as exc:
            if attempt == ATTEMPTS:
                raise WorldError(
                    f"{plan.peer}, {plan.traffic}, load {load} failed {ATTEMPTS} times: {exc}"
                ) from exc
        else:
            return


def _record_load(town: Town, plan: Plan, load: int, root: Path, made_by: Mapping[str, str]) -> None:
    truth = plan.truth(root, load)
    capture, part = truth.with_suffix(".pcap"), truth.with_suffix(".pcap.part")
    log = truth.with_suffix(".acts")
    rules = plan.orders
    site = town.sites[load % len(town.sites)]
    chance = random.Random(f"load {load} of {plan.seed}: {plan.traffic}")
    began = time.time()
    town.world.order(record=str(part), log=str(log) if rules else None, rules=rules)
    try:
        town.peer.client(town.premises)
        with tempfile.TemporaryDirectory(dir=town.world.directory) as files:
            done = _do(plan, Trip(town, site, chance, Path(files)))
    finally:
        town.premises.leave()
        time.sleep(_SETTLE_SECONDS)  # for the last packets
        seen = town.world.order(record=None)
    found = Truth(
        peer=plan.peer,
        traffic=plan.traffic,
        site=site.name,
        load=load // len(town.sites),
        seed=plan.seed,
        sites=plan.sites,
        tunnel=town.peer.is_tunnel,
        began=began,
        seconds=max(one.seconds for one in done),
        roles=town.roles,
        done=[asdict(one) for one in done],
        monitor=seen,
        shape=plan.shape,
        rules=rules,
        flows=[],
        versions=dict(made_by),
    )
    found.flows.extend(describe(trace, found.role(trace)) for trace in traces_of(part))
    part.replace(capture)
    found.write(truth)


def _do(plan: Plan, trip: Trip) -> list[Done]:
    """What was done; where a censor is at work, that it was in vain is a result as well."""
    began = time.monotonic()
    try:
        done = find_traffic(plan.traffic).do(trip)
    except (WorldError, subprocess.SubprocessError):
        if not plan.rules:
            raise
        return [Done("in vain", time.monotonic() - began, failed=1)]
    failed = sum(one.failed for one in done)
    if failed and not plan.rules:
        raise WorldError(f"{failed} of {sum(one.requests for one in done)} requests failed")
    return done


def versions(plan: Plan) -> dict[str, str]:
    """Of Peppermoth, and of the programs of the web, the peer and the traffic, as they say."""
    names = ("nginx", *find_peer(plan.peer).programs, *TRAFFIC[plan.traffic].programs)
    return {"peppermoth": __version__} | {name: program_version(name) for name in names}


class Stop:
    """Whether somebody wants the run to end: a file, so that every process sees it.

    Within the block the first Ctrl-C or SIGTERM lays the file; a second one acts as usual.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / ".stop"

    @property
    def is_wanted(self) -> bool:
        """Whether no further load should begin."""
        return self._path.exists()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Listen for signals until the block ends."""
        self._path.unlink(missing_ok=True)
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.getsignal(number) for number in numbers}

        def wanted(number: int, frame: object) -> None:
            self._path.touch()
            for each, handler in before.items():
                signal.signal(each, handler)

        for number in numbers:
            signal.signal(number, wanted)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._path.unlink(missing_ok=True)


@contextmanager
def _looking(look: Callable[[], None]) -> Iterator[None]:
    """Look from time to time until the block ends, and then once more."""
    over = threading.Event()

    def keep_looking() -> None:
        while not over.wait(_LOOK_SECONDS):
            look()

    thread = threading.Thread(target=keep_looking, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        look()
