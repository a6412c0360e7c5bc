"""``peppermoth see`` as a user runs it, watched: what it opens for writing, and what it deletes.

It ends at once where it touches the network or starts a program. ``Run.written`` is
everything that left the process: what it said, and every file that it wrote, whether
the file is still there or was removed again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WATCHED = """
import os, sys

NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg",
           "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen", "os.exec")
GONE = os.environ["MOTH_TEST_GONE"]
keeping = False

def watch(event, arguments):
    global keeping
    if event in NETWORK:
        raise SystemExit(f"it did {event}")
    if keeping:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = set(mode) & set("wax+") if isinstance(mode, str) else flags & 3
        if writes and path != os.devnull:
            print("written", path, file=sys.stderr)
    if event == "os.remove" and os.path.exists(arguments[0]):
        keeping = True
        with open(arguments[0], "rb") as gone, open(GONE, "ab") as kept:
            kept.write(gone.read())
        keeping = False

sys.addaudithook(watch)
from peppermoth.cli import main
main()
"""


@dataclass(frozen=True)
class Run:
    """How a run ended, and what is left of it."""

    returncode: int
    stdout: bytes
    stderr: bytes
    written: bytes


@dataclass(frozen=True)
class Command:
    """Runs the command in an empty folder, with a home of its own."""

    folder: Path
    home: Path

    @classmethod
    def in_(cls, directory: Path) -> Command:
        """Make folder and home in a directory."""
        made = cls(directory / "folder", directory / "home")
        made.folder.mkdir()
        made.home.mkdir()
        return made

    def __call__(
        self, *arguments: str | Path, stdin: bytes = b"", language: str = "C.UTF-8"
    ) -> Run:
        """Run it with these arguments."""
        gone = self.home / "gone"
        ran = subprocess.run(
            [sys.executable, "-c", WATCHED, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env={
                **os.environ,
                "HOME": str(self.home),
                "XDG_STATE_HOME": str(self.home / "state"),
                "TMPDIR": str(self.home),
                "MOTH_TEST_GONE": str(gone),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONIOENCODING": "utf-8",
                "COLUMNS": "80",
                "LC_ALL": language,
            },
            timeout=60,
            check=False,
        )
        left = [path for place in (self.folder, self.home) for path in sorted(place.rglob("*"))]
        files = b"".join(path.read_bytes() for path in left if path.is_file())
        written = ran.stdout + ran.stderr + files
        return Run(ran.returncode, ran.stdout, ran.stderr, written)
