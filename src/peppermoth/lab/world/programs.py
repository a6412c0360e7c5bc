"""Programs of other people: where they are on this machine, and which versions they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from peppermoth.errors import ConfigError

_SERVERS: Final = ("/usr/sbin", "/sbin")


def find_program(name: str) -> Path | None:
    """A program in PATH, where servers lie, or in the cache of programs built for this."""
    places = (*os.environ.get("PATH", "").split(os.pathsep), *_SERVERS)
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is not None:
        return Path(found)
    return max(cache().glob(f"{name}-*"), key=_numbers, default=None)


def cache() -> Path:
    """Where ``make peers`` puts what it builds and fetches."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "peppermoth" / "peers"


def _numbers(built: Path) -> list[int]:
    """Its version, to compare with others."""
    return [int(number) for number in re.findall(r"\d+", built.name)]


def program(name: str) -> Path:
    """As ``find_program``. Raises ConfigError for one that is not installed."""
    found = find_program(name)
    if found is None:
        raise ConfigError(f"The program {name} is not installed: make peers.")
    return found


def program_version(name: str) -> str:
    """The first line with a number that a program says of itself; empty where it says none."""
    done = subprocess.run(
        [program(name), _VERSION_WORD.get(name, "--version")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    lines = (done.stdout + done.stderr).splitlines()
    return next((line.strip() for line in lines if re.search(r"\d\.\d", line)), "")


_VERSION_WORD: Final = {
    "nginx": "-v",
    "obfs4proxy": "-version",
    "sing-box": "version",
    "ss-local": "-h",
    "ss-server": "-h",
    "ssh": "-V",
    "ssh-keygen": "-V",
    "sshd": "-V",
    "v2ray": "-version",
}
"""How programs are asked for their version that do not know ``--version``."""
