"""Programs as children: what they say, where they listen, how they end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from peppermoth.errors import WorldError
from peppermoth.lab.world.children import Child, eventually

SLEEPER = "import time; print('here', flush=True); time.sleep(60)"


def python(tmp_path: Path, code: str, **options: bool) -> Child:
    return Child(tmp_path / "child", [sys.executable, "-c", code], **options)


def test_what_a_child_says_is_heard(tmp_path: Path) -> None:
    child = python(tmp_path, SLEEPER)
    try:
        child.says("here")
        child.signal(signal.SIGTERM)
        assert child.ends() == -signal.SIGTERM
    finally:
        child.kill()


def test_a_child_that_ends_before_time_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = python(tmp_path, "import sys; sys.exit('no wings')")
    with pytest.raises(WorldError, match="no wings"):
        child.says("here")
    child.kill()


def test_a_child_is_waited_for_until_it_listens(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    code = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    child = python(tmp_path, code)
    try:
        child.listens(port)
    finally:
        child.kill()


def test_leaving_ends_a_child_that_does_not_want_to(tmp_path: Path) -> None:
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
    child = python(tmp_path, code)
    child.says("here")
    child.leave(patience=0.1)
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_talks_is_spoken_to(tmp_path: Path) -> None:
    child = python(tmp_path, "print(input()[::-1])", talks=True)
    assert child.process.stdin is not None
    assert child.process.stdout is not None
    child.process.stdin.write(b"moth\n")
    child.process.stdin.flush()
    assert child.process.stdout.readline() == b"htom\n"
    child.kill()


def test_waiting_for_what_never_is_has_an_end() -> None:
    with pytest.raises(WorldError, match="a moth"):
        eventually(lambda: False, patience=0.05, what="a moth")
