"""A capture read by a process beside this one: the same, and its faults are sentences."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from peppermoth.errors import CaptureError
from peppermoth.monitor import beside
from peppermoth.monitor.reading import read
from peppermoth.monitor.sources import open_window
from tests.monitor import captures
from tests.monitor.frames import connection, pcap
from tests.monitor.test_reading import told

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="a second process is used on Linux with a second core alone",
)

REQUEST = b"GET /way HTTP/1.1\r\nHost: site.example\r\n\r\n"


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Threads that other tests have left behind do not forbid a second process."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def large(tmp_path):
    """A capture for which a second process pays, of many flows."""
    frames = []
    for number in range(600):
        body = random.Random(number).randbytes(60_000)
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        frames += connection(REQUEST, head + body, own_port=20_000 + number)
    path = tmp_path / "large.pcap"
    path.write_bytes(pcap(frames))
    assert path.stat().st_size > beside.WORTH
    return path


@pytest.fixture
def everywhere(monkeypatch):
    """Small captures are read by a second process as well."""
    monkeypatch.setattr(beside, "WORTH", 0)


def is_beside(reading):
    """Whether a process beside this one reads."""
    return isinstance(reading._source, beside.Beside)


def test_a_large_capture_tells_the_same_with_a_second_process(large, monkeypatch):
    reading = read(str(large), digested=True)
    assert is_beside(reading)
    with_two = list(reading), reading.sha256
    monkeypatch.setattr(beside, "WORTH", large.stat().st_size + 1)
    reading = read(str(large), digested=True)
    assert not is_beside(reading)
    assert (list(reading), reading.sha256) == with_two
    assert reading.sha256
    assert len(with_two[0]) > 600


def test_every_kind_of_capture_tells_the_same_with_a_second_process(monkeypatch):
    paths = captures.shared_captures()[::9]
    alone = [told(path) for path in paths]
    monkeypatch.setattr(beside, "WORTH", 0)
    assert [told(path) for path in paths] == alone


def test_small_captures_and_processes_with_threads_are_read_in_one(large, tmp_path, monkeypatch):
    small = tmp_path / "small.pcap"
    small.write_bytes(pcap(connection(REQUEST, b"")))
    window, file = open_window(str(small))
    assert not beside.is_worth_it(file)
    window.close()
    file.close()
    window, file = open_window(str(large))
    monkeypatch.setattr(threading, "active_count", lambda: 2)  # as while one reads ahead
    assert not beside.is_worth_it(file)
    window.close()
    file.close()


def test_one_core_stays_with_one_process(large, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    reading = read(str(large))
    assert not is_beside(reading)
    reading.close()


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("data", [b"", b"no capture", pcap([])[:10], pcap([])])
def test_what_is_no_capture_is_refused_in_the_same_sentence(data, tmp_path, monkeypatch):
    path = tmp_path / "capture"
    path.write_bytes(data)
    beside_this = told(path)
    monkeypatch.setattr(beside, "WORTH", 1 << 30)
    assert isinstance(beside_this, str)
    assert beside_this == told(path)


def test_a_reader_that_dies_is_an_error_and_no_short_report(large):
    reading = read(str(large))
    observations = iter(reading)
    next(observations)
    os.kill(reading._source.process, signal.SIGKILL)
    with pytest.raises(CaptureError, match="process that reads the capture has ended early"):
        list(observations)


def test_reading_no_further_ends_the_other_process(large):
    reading = read(str(large))
    process = reading._source.process
    next(iter(reading))
    reading.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


PROGRAM = """
import sys, time
from peppermoth.monitor.reading import read
reading = read(sys.argv[1])
observations = iter(reading)
next(observations)
print(reading._source.process, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_program_that_is_ended_leaves_no_reader_behind(how, large):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(large)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as program:
        reader = int(program.stdout.readline())
        os.kill(program.pid, how)
        assert program.wait(30) != 0
    for _ in range(300):
        if not os.path.exists(f"/proc/{reader}"):
            return
        time.sleep(0.1)
    pytest.fail("the reader is still there")


def test_an_interrupt_of_both_is_told_by_one(large):
    """Ctrl-C goes to every process of the terminal."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(large)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as program:
        program.stdout.readline()
        os.killpg(program.pid, signal.SIGINT)
        assert program.wait(30) != 0
        assert program.stderr.read().count(b"Traceback") == 1
