"""The program as a whole: version, exit codes, a light start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from peppermoth import __version__, cli
from peppermoth.errors import CarrierError, ConfigError, Failure
from tests.needs import need

COMMAND = [sys.executable, "-m", "peppermoth"]


def peppermoth(*arguments, stdin="", columns="80"):
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": columns, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def test_the_version_is_printed():
    ran = peppermoth("--version")
    assert (ran.returncode, ran.stdout) == (0, f"peppermoth {__version__}\n")


@pytest.mark.parametrize(
    ("raised", "code", "sentence"),
    [
        (ConfigError("The port is in use."), 2, "The port is in use."),
        (CarrierError(Failure.BRIDGE_LOST), 1, Failure.BRIDGE_LOST.sentence),
    ],
)
def test_what_goes_wrong_on_purpose_is_a_sentence_and_a_code(
    monkeypatch, capsys, raised, code, sentence
):
    def command():
        raise raised

    monkeypatch.setattr(cli, "app", command)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == code
    assert capsys.readouterr().err == f"peppermoth: {sentence}\n"


def test_an_unknown_command_is_code_2():
    assert peppermoth("link", "burn").returncode == 2


def test_starting_up_imports_nothing_heavy():
    heavy = {"cryptography", "pydantic", "segno", "utls", "hypercorn", "uvloop", "idna", "dns"}
    heavy |= {"numpy", "jinja2", "fluent", "babel"}
    script = "import sys, peppermoth.cli, peppermoth.tunnel.links; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert not heavy & set(ran.stdout.split())


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_interrupting_leaves_with_130():
    with subprocess.Popen(
        [*COMMAND, "link", "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as running:
        # More bytes than a pipe holds, fewer characters than it wants: it is reading afterwards.
        running.stdin.write("é".encode() * 40_000)
        running.stdin.flush()
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in stderr


def test_a_full_disk_is_a_sentence():
    need(Path("/dev/full").is_char_device(), "/dev/full", "run the tests on Linux")
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "peppermoth", "link", "check", "anytls://password@a.example"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        "peppermoth: There is no room left to write to.\n",
    )


def test_see_begins_without_what_it_does_not_need():
    script = (
        "import sys; from peppermoth.cli import main; sys.argv[1:] = ['see', 'nothing-there']\n"
        "try: main()\nfinally: print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert "cannot be opened" in ran.stderr
    assert "numpy" in ran.stdout
    assert not {"fluent.runtime", "rich.console", "jinja2"} & set(ran.stdout.split())
