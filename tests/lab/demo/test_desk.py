"""The command as a person runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from peppermoth.errors import PeppermothError
from peppermoth.lab.demo import desk
from peppermoth.lab.demo.sites import SITES, Site
from peppermoth.lab.demo.visits import Visit, fetch_through
from peppermoth.redact import Address
from peppermoth.tunnel.links import Link

COMMAND = [sys.executable, "-c", "from peppermoth.cli import main; main()", "demo"]


def surroundings(directory: Path, **more):
    return {
        **os.environ,
        "TMPDIR": str(directory),
        "HOME": str(directory),
        "COLUMNS": "80",
        "PYTHONIOENCODING": "utf-8",
        **more,
    }


def test_it_tells_the_story_and_leaves_nothing_behind(tmp_path):
    ran = subprocess.run(
        COMMAND,
        capture_output=True,
        encoding="utf-8",
        env=surroundings(tmp_path),
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    for words in (
        *(site.name for site in SITES),
        "The Free Courier",
        "nothing readable",
        "as Chrome does",
        "none of them",
        "What stays visible",
        "200 OK · nginx",
    ):
        assert words in ran.stdout
    assert "\x1b" not in ran.stdout
    assert all(len(line) <= 80 for line in ran.stdout.splitlines())
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_a_sentence_when_nobody_reads_on(tmp_path):
    with subprocess.Popen(
        COMMAND,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(tmp_path),
    ) as told:
        told.stdout.close()
        assert told.stderr.read() == "peppermoth: Nobody reads the demonstration any more.\n"
        assert told.wait(60) == 1
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_read_where_only_ascii_can_be_shown(tmp_path):
    ran = subprocess.run(
        COMMAND,
        capture_output=True,
        encoding="ascii",
        env=surroundings(tmp_path, PYTHONIOENCODING="ascii"),
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "What stays visible" in ran.stdout


def test_what_does_not_work_is_a_sentence_and_leaves_nothing_behind(run, tmp_path, monkeypatch):
    missing = Site("wool.example", secure=False, pages={"/?q": b"never served"})
    monkeypatch.setattr(desk, "SITES", [missing])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(PeppermothError, match=r"wool\.example answered with error 404"):
        run(desk.demo(keep=False))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_kept_running_it_serves_programs_until_told_to_stop(tmp_path, number):
    with subprocess.Popen(
        [*COMMAND, "--keep"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(tmp_path),
    ) as running:
        try:
            told = ""
            while "anytls://" not in told:
                line = running.stdout.readline()
                assert line, running.stderr.read()
                told += line
            Link.parse(re.search(r"anytls://[^\s']+", told)[0])
            host, port = re.search(r"--proxy socks5h://([\d.]+):(\d+)", told).groups()
            site, site_port = re.search(r"http://([\w.]+):(\d+)/", told).groups()
            visit = Visit(Address(site, int(site_port)), "/", None)
            assert b"The Free Courier" in fetch_through(visit, Address(host, int(port)))
        finally:
            running.send_signal(number)
        _, stderr = running.communicate(timeout=30)
    assert (running.returncode, stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
