"""Told to end while it writes a report, ``see`` leaves nothing; killed, what ``forget`` knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from peppermoth.lab.world.children import eventually
from tests.monitor.frames import pcap, sent, udp
from tests.test_cli_see import question

WINDOW = 8 * 1024 * 1024
"""``see`` begins its report when it has read this much from a pipe."""


def recording() -> bytes:
    """A name that is looked up, and more behind it than is read at once."""
    name = sent(17, udp(40_000, 53, question("moth.example", 1)))
    return pcap([name, *[sent(17, udp(50_000, 9, bytes(60_000)))] * (WINDOW // 60_000 + 9)])


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command, in a folder of its own, with a state directory beside it."""
    folder = tmp_path / "reports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return [sys.executable, "-m", "peppermoth"]


@contextmanager
def reporting(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A run in the middle of its report, which waits for the rest of the recording."""
    run = subprocess.Popen(
        [*command, "see", "-", "--json", "a.json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with run:
        try:
            run.stdin.write(recording())
            run.stdin.flush()
            eventually(os.listdir, what="the report")
            yield run
            run.wait(20)
        finally:
            run.kill()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_told_to_end_it_leaves_nothing(command, tmp_path, name):
    with reporting(command) as run:
        run.send_signal(signal.Signals[name])
    assert run.returncode == 128 + signal.Signals[name]
    assert os.listdir() == os.listdir(tmp_path / "state") == []


def test_below_nohup_it_goes_on(command):
    with reporting(["nohup", *command]) as run:
        run.send_signal(signal.SIGHUP)
        run.stdin.close()
    assert (run.returncode, os.listdir()) == (0, ["a.json"])


def test_what_is_left_when_it_is_killed_is_forgotten(command, tmp_path):
    with reporting(command) as run:
        run.kill()
    (left,) = os.listdir()
    assert left.startswith(".a.json.")
    said = subprocess.run([*command, "forget"], stdout=subprocess.PIPE, check=True).stdout
    assert f"Removed: {os.path.abspath(left)}" in said.decode()
    assert os.listdir() == os.listdir(tmp_path / "state") == []
