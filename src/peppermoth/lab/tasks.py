"""Lists of independent tasks, done on every core of this machine or on a Ray cluster.

``work(shared, task)`` is done once for each task; what many tasks need goes to each
worker once, as ``shared``. Results come in the order of the tasks, so nobody can tell
where they were made. A task whose worker was lost is given to another, ``ATTEMPTS``
times in all; one that has given its result is never done again. What ``work`` raises
ends the run: a failure is no lost worker.

A task that has ``accelerated``, and has it true, is given a GPU of its own where a cluster
has any: Ray hides them from those that ask for none.

Ray: https://docs.ray.io/en/latest/ray-core/fault-tolerance.html,
https://docs.ray.io/en/latest/ray-core/scheduling/accelerators.html
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from peppermoth.errors import ConfigError, PeppermothError

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

ATTEMPTS: Final = 3

_KNOCK_SECONDS: Final = 5
_LOOK_SECONDS: Final = 0.5
_LEAVE_SECONDS: Final = 30
"""How long what is in work on a cluster may take to clear up when nobody wants it any more."""


class Runner(Protocol):
    """Does every task of a list."""

    def __call__(self, work: Callable[[S, T], R], shared: S, tasks: Sequence[T]) -> list[R]:
        """The results in the order of the tasks.

        Raises what ``work`` raises, and PeppermothError when workers are lost again and again.
        """


def one_by_one(work: Callable[[S, T], R], shared: S, tasks: Sequence[T]) -> list[R]:
    """Do the tasks in this process."""
    return [work(shared, task) for task in tasks]


_given: tuple[Callable[[Any, Any], Any], Any]
"""In a worker process: what to do, and what every task shares."""


def _begin(work: Callable[[Any, Any], Any], shared: Any) -> None:
    global _given
    _given = work, shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the process that hands out


def _do(task: Any) -> Any:
    work, shared = _given
    return work(shared, task)


@dataclass(frozen=True, slots=True)
class Processes:
    """A process for each core of this machine, or so many as are given."""

    number: int = os.cpu_count() or 1

    def __call__(self, work: Callable[[S, T], R], shared: S, tasks: Sequence[T]) -> list[R]:
        """As ``Runner``."""
        done: dict[int, R] = {}
        for _ in range(ATTEMPTS):
            left = [number for number in range(len(tasks)) if number not in done]
            if not left:
                break
            done |= self._try(work, shared, tasks, left)
        return _all(done, tasks)

    def _try(
        self, work: Callable[[S, T], R], shared: S, tasks: Sequence[T], left: Sequence[int]
    ) -> dict[int, R]:
        """The results that came before a worker was lost, if one was."""
        with ProcessPoolExecutor(self.number, initializer=_begin, initargs=(work, shared)) as pool:
            futures: dict[Future[R], int] = {}
            try:
                for number in left:
                    futures[pool.submit(_do, tasks[number])] = number
                wait(futures, return_when=FIRST_EXCEPTION)
            except BrokenProcessPool:  # while tasks were still handed out
                pass
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)  # waits for those that are in work
                raise
            return _came(futures)


def _came(futures: dict[Future[R], int]) -> dict[int, R]:
    came = {}
    for future, number in futures.items():
        if future.cancel():
            continue
        try:
            came[number] = future.result()
        except BrokenProcessPool:
            continue
    return came


def _all(done: dict[int, R], tasks: Sequence[T]) -> list[R]:
    if len(done) < len(tasks):
        raise PeppermothError(
            f"A worker was lost {ATTEMPTS} times; {len(tasks) - len(done)} tasks are not done."
        )
    return [done[number] for number in range(len(tasks))]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a Ray cluster, all with this version of Peppermoth installed.

    ``address`` is what ``ray start --head`` printed, or ``auto`` for the one of this machine.
    """

    address: str

    def __call__(self, work: Callable[[S, T], R], shared: S, tasks: Sequence[T]) -> list[R]:
        """As ``Runner``. Raises ConfigError where Ray is missing or the cluster is not there."""
        done = dict(self.each(work, shared, tasks))
        return [done[number] for number in range(len(tasks))]

    def cores(self) -> int:
        """How many tasks it does at once. Raises as a call does."""
        with self._joined() as ray:
            return int(ray.cluster_resources().get("CPU", 1))

    def each(
        self,
        work: Callable[[S, T], R],
        shared: S,
        tasks: Sequence[T],
        is_over: Callable[[], bool] = lambda: False,
    ) -> Generator[tuple[int, R], None, None]:
        """The number and the result of each task as soon as it comes. Raises as a call does.

        When ``is_over``, or when nobody asks on, what is in work is interrupted and given up.
        """
        with self._joined() as ray:
            given = ray.put((work, shared))
            do = ray.remote(max_retries=ATTEMPTS - 1)(_do_given)
            gpus = 1 if has_gpus(ray.nodes()) else 0
            left = {
                do.options(num_gpus=gpus * _is_accelerated(task)).remote(given, task): number
                for number, task in enumerate(tasks)
            }
            try:
                while left and not is_over():
                    for one in ray.wait(list(left), timeout=_LOOK_SECONDS)[0]:
                        yield left.pop(one), ray.get(one)
            except ray.exceptions.RayTaskError as exc:
                raise exc.cause from None
            except ray.exceptions.RayError as exc:
                raise PeppermothError(
                    f"A worker of the cluster was lost {ATTEMPTS} times."
                ) from exc
            finally:
                for one in left:
                    ray.cancel(one, force=False)
                if left:
                    ray.wait(list(left), num_returns=len(left), timeout=_LEAVE_SECONDS)

    @contextmanager
    def _joined(self) -> Iterator[Any]:
        """Ray's module while this process belongs to the cluster."""
        try:
            import ray
        except ImportError:
            raise ConfigError("Ray is not installed: pip install 'peppermoth[ray]'.") from None
        try:
            _knock(self.address)
            ray.init(address=self.address, log_to_driver=False, configure_logging=False)
        except (OSError, ValueError) as exc:
            raise ConfigError(f"There is no Ray cluster at {self.address}.") from exc
        try:
            yield ray
        finally:
            ray.shutdown()


def _knock(address: str) -> None:
    """Raise OSError or ValueError where nobody listens, for which Ray would wait a minute."""
    host, colon, port = address.rpartition(":")
    if colon and "/" not in host:
        socket.create_connection((host, int(port)), _KNOCK_SECONDS).close()


def has_gpus(nodes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a task that asks for a GPU, besides a core, would ever be done on Ray's nodes."""
    here = (node["Resources"] for node in nodes if node["Alive"])
    return any({"CPU", "GPU"} <= resources.keys() for resources in here)


def _is_accelerated(task: object) -> bool:
    return bool(getattr(task, "accelerated", False))


def _do_given(given: tuple[Callable[[Any, Any], Any], Any], task: Any) -> Any:
    work, shared = given
    return work(shared, task)
