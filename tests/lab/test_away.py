"""Work on a cluster whose files come back: the same as here, once, whatever is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.away import Away
from peppermoth.lab.recording.desk import Crew, record_all
from peppermoth.lab.recording.loads import Job, Plan, do_job
from peppermoth.lab.recording.truth import Truth
from peppermoth.lab.tasks import Cluster, one_by_one
from peppermoth.lab.traces import CONTROL
from tests.needs import need_root
from tests.peers import find

TASKS = list(range(6))


def away(address: str) -> Away:
    """The cluster at this address, until somebody lays a file."""
    return Away(Cluster(address), lambda root: (root / "over").exists())


def write(notes: Path, root: Path, task: int) -> None:
    """Write three files and note that it was done; whoever takes task 3 first is lost."""
    for name in (f"moth/page/{task}.json", f"moth/page/{task}.pcap", f".shared/{task}"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    if task == 3 and not (notes / "died").exists():
        (notes / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    with (notes / str(task)).open("a") as note:
        note.write("x")


def test_files_come_back_once_though_a_worker_was_lost(ray_address: str, tmp_path: Path) -> None:
    notes, root = tmp_path / "notes", tmp_path / "root"
    notes.mkdir()
    root.mkdir()
    away(ray_address)(partial(write, notes), root, TASKS)
    assert (notes / "died").exists()
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == {f"moth/page/{task}.{kind}" for task in TASKS for kind in ("json", "pcap")}
    assert all((root / name).read_text() == name for name in found)
    times = [len((notes / str(task)).read_text()) for task in TASKS]
    assert times[3] == 1
    assert sum(times) <= len(TASKS) + 1, "beside the lost task, one was at most in work"


def refuse(root: Path, task: int) -> None:
    """A machine that cannot."""
    raise ConfigError("Recording needs root.")


def test_a_machine_that_cannot_is_named_in_a_sentence(ray_address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^On the cluster's machine \S+: Recording needs root.$"):
        away(ray_address)(refuse, tmp_path, TASKS)


def fail_in_the_end(root: Path, task: int) -> None:
    """Write one load whole, and fail at the next."""
    (root / f"{task}.json").write_text("whole")
    raise WorldError("load 7 failed")


def test_what_was_whole_before_a_failure_comes_back(ray_address: str, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"^load 7 failed$"):
        away(ray_address)(fail_in_the_end, tmp_path, TASKS[:1])
    assert (tmp_path / "0.json").read_text() == "whole"


def dawdle(notes: Path, root: Path, task: int) -> None:
    """Take for ever, and clear up in the end."""
    (notes / f"{task} begun").touch()
    try:
        while True:
            time.sleep(0.05)
    finally:
        (notes / f"{task} cleared up").touch()


def test_what_nobody_wants_any_more_clears_up(ray_address: str, tmp_path: Path) -> None:
    def lay_when_begun() -> None:
        while not list(tmp_path.glob("* begun")):
            time.sleep(0.05)
        (tmp_path / "over").touch()

    watcher = threading.Thread(target=lay_when_begun)
    watcher.start()
    away(ray_address)(partial(dawdle, tmp_path), tmp_path, TASKS)
    watcher.join()
    begun, cleared = (len(list(tmp_path.glob(f"* {what}"))) for what in ("begun", "cleared up"))
    assert begun == cleared
    assert begun < len(TASKS)


def do_job_or_die_once(notes: Path, root: Path, job: Job) -> None:
    """Whoever begins first is lost with its process, and leaves its town behind."""
    try:
        (notes / "died").touch(exist_ok=False)
    except FileExistsError:
        do_job(root, job)
        return
    (notes / "pid").write_text(str(os.getpid()))
    threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGKILL)).start()
    do_job(root, job)
    time.sleep(60)


def essence(root: Path) -> dict[str, dict[str, Any]]:
    """Of each truth, what does not depend on time."""
    found = {}
    for path in sorted(root.glob("*/*/*.json")):
        truth = asdict(Truth.read(path))
        truth |= dict.fromkeys(("began", "seconds", "monitor"))
        # curl tells of what it fetched at once in the order in which it ended.
        truth["done"] = sorted(str(one | {"seconds": 0}) for one in truth["done"])
        truth["flows"] = {(one["transport"], one["server"]) for one in truth["flows"]}
        found[path.relative_to(root).as_posix()] = truth
    return found


def test_a_cluster_records_what_would_be_recorded_here(ray_address: str, tmp_path: Path) -> None:
    need_root()
    for program in ("ip", "nginx", "sshd", "curl"):
        find(program)
    plans = [Plan(peer, "fetch", 2, 1, 2) for peer in (CONTROL, "peppermoth")]
    here, there, notes = (tmp_path / name for name in ("here", "there", "notes"))
    for directory in (here, there, notes):
        directory.mkdir()
    assert record_all(plans, here, Crew(one_by_one), Console())

    cluster = away(ray_address)
    lossy = Crew(
        lambda work, root, jobs: cluster(partial(do_job_or_die_once, notes), root, jobs),
        workers=2,
        is_here=False,
    )
    assert record_all(plans, there, lossy, Console())
    assert essence(there) == essence(here)
    files = [
        sorted(path.relative_to(root).as_posix() for path in root.glob("[!.]*/*/*"))
        for root in (here, there)
    ]
    assert files[0] == files[1]
    lost = (notes / "pid").read_text()
    assert not [name for name in os.listdir("/run/netns") if name.startswith(f"moth{lost}-")]
    before = {path: path.stat().st_mtime_ns for path in there.glob("*/*/*")}
    assert before
    assert record_all(plans, there, lossy, Console())
    assert before == {path: path.stat().st_mtime_ns for path in there.glob("*/*/*")}
