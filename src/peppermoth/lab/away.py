"""Work that writes files, done by a cluster whose machines share no disk with this one.

Each task gets an empty directory on the machine where it is done. What it wrote there
comes back as bytes and is put below the directory of whoever asked, so the files are the
same as if they had been written here; so do those that a task wrote before it failed. A
task that was lost with its worker left nothing here, and is done again; one whose files
came back never is.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from peppermoth.errors import ConfigError, PeppermothError
from peppermoth.lab.tasks import Cluster

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Away:
    """Does work as a ``Runner``, where ``shared`` is the directory that the work writes into.

    Hidden files and directories stay where they were written. ``is_over`` tells when
    nobody wants what is still in work.
    """

    cluster: Cluster
    is_over: Callable[[Path], bool]

    def __call__(self, work: Callable[[Path, T], None], shared: Path, tasks: Sequence[T]) -> None:
        """Raises ConfigError, naming the machine, where one cannot do the work; else as Runner."""
        do = partial(_written, work)
        with closing(self.cluster.each(do, None, tasks, partial(self.is_over, shared))) as came:
            for _, done in came:
                _put(done.files, shared)
                if done.failed:
                    raise done.failed


class _Done(NamedTuple):
    """What a task wrote, by name, and why it then failed, if it did."""

    files: Mapping[str, bytes]
    failed: PeppermothError | None


def _written(work: Callable[[Path, T], None], _: None, task: T) -> _Done:
    with tempfile.TemporaryDirectory(prefix="moth-away-") as directory:
        root = Path(directory)
        failed: PeppermothError | None = None
        try:
            work(root, task)
        except ConfigError as exc:
            failed = ConfigError(f"On the cluster's machine {socket.gethostname()}: {exc}")
        except PeppermothError as exc:
            failed = exc
        return _Done(_read(root), failed)


def _read(root: Path) -> dict[str, bytes]:
    names = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return {
        name.as_posix(): (root / name).read_bytes()
        for name in names
        if not any(part.startswith(".") for part in name.parts)
    }


def _put(files: Mapping[str, bytes], root: Path) -> None:
    """Write each file whole or not at all, and truths last: a load is there if its truth is."""
    for name in sorted(files, key=lambda name: (name.endswith(".json"), name)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(files[name])
        part.replace(path)
