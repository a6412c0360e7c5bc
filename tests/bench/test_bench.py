"""The benchmark: its verdicts, and short runs of it with real systems."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.rows import ROWS, Outcome, Row, Verdict, judge
from bench.runner import Results
from tests import peers
from tests.needs import need

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(tmp_path):
    """Starts the benchmark with all its files below ``tmp_path / 'places'``."""
    need(sys.platform == "linux", "Linux, for /proc and epoll", "run the tests on Linux")
    started = []
    places = tmp_path / "places"
    places.mkdir()

    def start(*options: str, python: Path = Path(sys.executable)) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(python), "-m", "bench", "--json", str(tmp_path / "results.json"), *options],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(places), "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def processes_below(directory: Path) -> list[str]:
    """The processes that work in a directory below this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            where = os.readlink(entry)
        except OSError:  # ended, or another user's
            continue
        if where.startswith(str(directory)):
            found.append(where)
    return found


def results_of(figure: str, **values: list[float]) -> Results:
    return Results(figures={figure: {name.replace("_", "-"): v for name, v in values.items()}})


def outcome_of(row: Row, results: Results) -> Outcome:
    (outcome,) = judge(results, [row])
    return outcome


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(1.7, Verdict.AIM), (1.6, Verdict.AIM), (1.4, Verdict.MUST), (1.2, Verdict.MISSED)],
)
def test_more_is_better_for_speed(ours, verdict):
    results = results_of("download", peppermoth=[ours] * 5, trojan=[1.0] * 5)
    assert outcome_of(Row("download", "trojan", 1.3, 1.6), results).verdict is verdict


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(0.4, Verdict.AIM), (0.8, Verdict.MUST), (0.9, Verdict.MISSED)],
)
def test_less_is_better_for_waiting(ours, verdict):
    results = results_of("first_byte", peppermoth=[ours] * 5, trojan=[1.0] * 5)
    row = Row("first_byte", "trojan", 0.8, 0.5, at_most=True)
    assert outcome_of(row, results).verdict is verdict


def test_a_ratio_is_the_median_of_neighbours_in_time():
    results = results_of("download", peppermoth=[100, 10, 300], trojan=[50, 10, 100])
    outcome = outcome_of(Row("download", "trojan", 1.3, 1.6), results)
    assert outcome.median == 2
    assert outcome.spread == (1, 3)


def test_memory_is_judged_by_itself():
    results = results_of("client_memory", peppermoth=[16e6] * 5)
    outcome = outcome_of(Row("client_memory", None, 30e6, 15e6, at_most=True), results)
    assert outcome.verdict is Verdict.MUST


def test_a_row_without_the_other_system_is_not_measured():
    results = results_of("download", peppermoth=[1.0])
    assert outcome_of(Row("download", "trojan", 1.3, 1.6), results).verdict is Verdict.NONE


def test_a_row_that_is_only_reported_is_never_missed():
    results = results_of("download", peppermoth=[1.0], sing_box=[2.0])
    assert outcome_of(Row("download", "sing-box", None, 1.0), results).verdict is Verdict.REPORT


def test_every_row_speaks_of_a_figure_that_some_load_gives(bench, tmp_path):
    path = tmp_path / "results.json"
    process = bench("--quick", "--systems", "haproxy")
    peers.find("haproxy")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert {row.figure for row in ROWS} <= set(json.loads(path.read_text())["figures"])


def test_a_short_run_compares_a_tunnel_with_no_tunnel(bench, tmp_path):
    peers.find("ss-server")
    path = tmp_path / "results.json"
    options = ("--quick", "--only", "first-byte,download", "--systems", "direct,shadowsocks")
    process = bench(*options)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    figures = json.loads(path.read_text())["figures"]
    assert figures["first_byte"]["shadowsocks"][0] > figures["first_byte"]["direct"][0]
    assert figures["download"]["shadowsocks"][0] > 0
    assert "for orientation only" in printed
    assert processes_below(tmp_path / "places") == []
    assert list((tmp_path / "places").iterdir()) == []


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(bench, tmp_path, way):
    peers.find("ss-server")
    process = bench("--only", "download", "--systems", "shadowsocks", "--rounds", "30")
    places = tmp_path / "places"
    while len(processes_below(places)) < 3:  # target, bridge, client
        assert process.poll() is None
    process.send_signal(way)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert processes_below(places) == []
    assert list(places.iterdir()) == []


def test_a_missing_peer_is_named_with_its_cure_and_left_out(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    process = bench("--quick", "--only", "first-byte", "--systems", "direct,sing-box")
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "sing-box: no sing-box; to mend: make peers" in printed


def test_a_run_in_which_peppermoth_does_not_start_fails(bench, tmp_path):
    # With a bare interpreter there is no peppermoth command beside Python.
    bare = tmp_path / "bin" / "python"
    bare.parent.mkdir()
    bare.symlink_to(sys.executable)
    process = bench("--quick", "--only", "first-byte", "--systems", "peppermoth", python=bare)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "peppermoth: no peppermoth" in printed


def test_an_unknown_system_is_a_sentence(bench):
    process = bench("--systems", "carrier-pigeon")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "carrier-pigeon" in errors
