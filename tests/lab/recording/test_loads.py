"""A tiny world from end to end: recorded, stopped, continued, read back."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.recording.desk import Crew, record_all
from peppermoth.lab.recording.loads import ATTEMPTS, Plan, Stop, record
from peppermoth.lab.recording.truth import Truth
from peppermoth.lab.scoring.recorded import read_recorded
from peppermoth.lab.tasks import Processes, one_by_one
from peppermoth.lab.traces import CONTROL
from peppermoth.lab.traffic.table import TRAFFIC, Done, Traffic, Trip
from peppermoth.lab.world.censor import Rule
from peppermoth.lab.world.forwarder import Shape
from tests.needs import need_root
from tests.peers import find

SITES = 2


def needs() -> None:
    need_root()
    for program in ("ip", "nginx", "sshd", "curl"):
        find(program)


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


def namespaces() -> set[str]:
    """Those of this process and its children that are there."""
    with contextlib.suppress(FileNotFoundError):
        return {name for name in os.listdir("/run/netns") if name.startswith(f"moth{os.getpid()}-")}
    return set()


def test_what_was_recorded_is_read_back_with_its_labels(tmp_path: Path) -> None:
    needs()
    before = namespaces()
    told: list[tuple[int, int]] = []
    for peer in (CONTROL, "peppermoth"):
        plan = Plan(peer, "fetch", 3, 1, SITES, {"client": Shape(delay=0.002)})
        assert record(plan, tmp_path, one_by_one, 1, lambda *far: told.append(far))
        assert plan.left(tmp_path) == []
    assert told[-1] == (3, 3)
    assert namespaces() == before

    found = read_recorded(tmp_path, one_by_one)
    peers = {(trace.label.peer, trace.label.tunnelled) for trace in found.traces if trace.label}
    assert peers == {(CONTROL, False), ("peppermoth", True)}
    assert {load.site for load in found.loads} == {"site00.example", "site01.example"}
    assert sorted(load.load for load in found.loads if load.peer == CONTROL) == [0, 0, 1]
    assert len(found.captures) == 6
    assert all(trace.begun > 0 and trace.said for trace in found.traces)
    tunnels = [trace for trace in found.traces if trace.label and trace.label.tunnelled]
    assert all(trace.said[0] == 0x16 for trace in tunnels), "from its first packet on"


def test_what_is_there_is_not_recorded_again(tmp_path: Path) -> None:
    needs()
    plan = Plan(CONTROL, "fetch", 2, 1, SITES)
    assert record(plan, tmp_path, one_by_one, 1, quiet)
    first, second = (plan.truth(tmp_path, load) for load in range(2))
    second.unlink()
    before = first.read_bytes()
    assert record(plan, tmp_path, Processes(2), 2, quiet)
    assert first.read_bytes() == before
    assert second.exists()


def test_loads_of_another_line_are_not_mixed(tmp_path: Path) -> None:
    needs()
    assert record(Plan(CONTROL, "fetch", 1, 1, SITES), tmp_path, one_by_one, 1, quiet)
    with pytest.raises(ConfigError, match="another directory"):
        record(Plan(CONTROL, "fetch", 2, 1, SITES + 1), tmp_path, one_by_one, 1, quiet)


def test_what_a_censor_prevents_is_a_result(tmp_path: Path) -> None:
    needs()
    rules = [Rule("no https", "reset", port=443)]
    plan = Plan(CONTROL, "fetch", 1, 1, SITES, rules=rules)
    assert record(plan, tmp_path, one_by_one, 1, quiet)
    path = plan.truth(tmp_path, 0)
    truth = Truth.read(path)
    assert [one["failed"] for one in truth.done] == [1]
    assert truth.monitor["acts"] >= 1
    acts = path.with_suffix(".acts").read_text().splitlines()
    assert {json.loads(act)["rule"] for act in acts} == {"no https"}


def test_a_load_of_which_something_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs()
    failures = [2, 0]

    def do(trip: Trip) -> list[Done]:
        return [Done("a page", 1.0, requests=7, failed=failures.pop(0))]

    monkeypatch.setitem(TRAFFIC, "fetch", Traffic(do, "a page"))
    plan = Plan(CONTROL, "fetch", 1, 1, SITES)
    assert record(plan, tmp_path, one_by_one, 1, quiet)
    assert Truth.read(plan.truth(tmp_path, 0)).done[0]["failed"] == 0
    failures[:] = [1] * ATTEMPTS
    with pytest.raises(WorldError, match="1 of 7 requests failed"):
        record(Plan(CONTROL, "fetch", 2, 1, SITES), tmp_path, one_by_one, 1, quiet)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("parallel", [(), ("--parallel",)], ids=["alone", "parallel"])
def test_a_stopped_run_leaves_nothing_behind_and_goes_on(
    tmp_path: Path, number: signal.Signals, parallel: tuple[str, ...]
) -> None:
    needs()
    command = [str(Path(sys.executable).with_name("peppermoth")), "lab", "record", *parallel]
    command += ["--peer", CONTROL, "--traffic", "fetch", "--loads", "200", "--sites", "2"]
    run = subprocess.Popen([*command, "-o", str(tmp_path)], stdout=subprocess.PIPE)
    plan = Plan(CONTROL, "fetch", 200, 1, SITES)
    deadline = time.monotonic() + 60
    while len(plan.left(tmp_path)) == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    run.send_signal(number)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    assert b"goes on from here" in said
    left = len(plan.left(tmp_path))
    assert 0 < left < 200
    assert not list(tmp_path.glob("*/*/*.part"))
    names = os.listdir("/run/netns") if os.path.isdir("/run/netns") else []
    assert not [name for name in names if name.startswith(f"moth{run.pid}-")]
    assert record(Plan(CONTROL, "fetch", 200 - left + 1, 1, SITES), tmp_path, one_by_one, 1, quiet)


def test_whoever_may_not_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(ConfigError, match=r"root.*sudo"):
        record_all([Plan(CONTROL, "fetch", 1, 1)], tmp_path, Crew(one_by_one), Console())
    assert not list(tmp_path.iterdir())


def test_a_stop_is_over_with_its_run(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        stop = Stop(tmp_path)
        with stop.on_signals():
            assert not stop.is_wanted
            signal.raise_signal(signal.SIGTERM)
            assert stop.is_wanted
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        assert not stop.is_wanted
    finally:
        signal.signal(signal.SIGTERM, before)
