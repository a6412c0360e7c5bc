"""Which reports were written, so that ``peppermoth forget`` can remove them.

That list is all that the report stores: one file, 0600, in the user's state
directory, holding paths and no finding. A path is on it before anything is written
there, under its unfinished name too, so that not even a lost machine leaves what
``forget`` does not know. A report replaces only a report. ``forget`` deletes a file
only while it still is a report of ours, or one that was never finished, and the list
with it. What deleted files leave on a disk, in backups or in copies is out of its reach.
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Final, NoReturn

from peppermoth.errors import ConfigError
from peppermoth.files import is_unfinished, private_file, state_home, unfinished, write_private

MARKS: Final = (b'<meta name="generator" content="Peppermoth report">', b'"peppermoth-report"')
"""What stands near the beginning of every report that we write."""

_LOOKED_AT: Final = 2048

_ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that ask a program to end; the second comes when its terminal is closed."""


_BEHIND_ROOT: Final = ("SUDO_UID", "DOAS_USER", "PKEXEC_UID")
_NOBODY_ELSE: Final = ("", "0", "root")
"""What tells who has become root, and what it says where nobody else has."""


class Fate(enum.StrEnum):
    """What became of a report."""

    REMOVED = "Removed"
    GONE = "Already gone"
    KEPT = "Left alone, since it is not a report any more"
    STUCK = "Could not be removed"


def check_person() -> None:
    """Raise ConfigError where root works for somebody else, whose reports these could not be.

    Root does not write among a person's files instead: who can place a link there would say
    what root overwrites.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and any(os.environ.get(name, "") not in _NOBODY_ELSE for name in _BEHIND_ROOT):
        raise ConfigError(
            "With sudo a report would be root's, and forget would not know it. Let only the"
            " recording be root's work: sudo timeout 5m tcpdump -i wlan0 -p -w - | peppermoth see -"
        )


def check_target(path: Path) -> None:
    """Raise ConfigError where a report would replace something else, as the recording itself."""
    try:
        if path.is_file() and path.stat().st_size and not _is_report(path):
            raise ConfigError(f"Cannot write {path}: another file stands there.")
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc


@contextlib.contextmanager
def report_file(path: Path) -> Iterator[IO[bytes]]:
    """A private file that is on the list from before it exists.

    A signal that ends the program unwinds the block, as Ctrl-C does, so that nothing is left.
    Raises ConfigError when file or list cannot be written.
    """
    under = unfinished(path)
    names = [str(path.absolute()), str(under.absolute())]
    before = remembered()
    with _unwound_by_signals():
        try:
            _keep([*before, *names])
            with private_file(path, under) as file:
                yield file
        except BaseException:
            with contextlib.suppress(ConfigError):  # why it failed is told, not this
                _keep(one for one in remembered() if one in before or one not in names)
            raise
        _keep(one for one in remembered() if one != names[1])


@contextlib.contextmanager
def _unwound_by_signals() -> Iterator[None]:
    """Let signals that would end the program at once raise SystemExit instead, once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread may say what signals do
        return

    # Where one is ignored, as below nohup, it stays ignored.
    fatal = [one for one in _ENDING if signal.getsignal(one) is signal.SIG_DFL]

    def unwind(number: int, _frame: FrameType | None) -> NoReturn:
        for one in fatal:
            signal.signal(one, signal.SIG_IGN)
        sys.exit(128 + number)

    for one in fatal:
        signal.signal(one, unwind)
    try:
        yield
    finally:
        for one in fatal:
            signal.signal(one, signal.SIG_DFL)


def list_path() -> Path:
    """Where the list is."""
    return state_home() / "peppermoth.json"


def remembered() -> list[str]:
    """The paths on the list; none where there is no list. A damaged list is named."""
    listed = list_path()
    try:
        paths = json.loads(listed.read_bytes())
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise ConfigError(f"Cannot read {listed}: {exc.strerror}.") from exc
    except ValueError:
        paths = None
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ConfigError(f"{listed} is damaged. Delete it, and your reports, by hand.")
    return paths


def forget() -> list[tuple[str, Fate]]:
    """Remove every report on the list, then the list; say what became of each."""
    fates = [(path, _remove(Path(path))) for path in remembered()]
    _keep(path for path, fate in fates if fate is Fate.STUCK)
    listed = list_path()
    for left in filter(is_unfinished, listed.parent.glob(f".{listed.name}.*")):
        with contextlib.suppress(OSError):
            left.unlink()
    return fates


def _keep(paths: Iterable[str]) -> None:
    """Make these the list; where there are none, there is no list."""
    listed, every = list_path(), list(dict.fromkeys(paths))
    if every:
        try:
            listed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            raise ConfigError(f"Cannot use {listed.parent}: {exc.strerror}.") from exc
        write_private(listed, json.dumps(every).encode())
        return
    with contextlib.suppress(OSError):
        listed.unlink(missing_ok=True)


def _remove(path: Path) -> Fate:
    try:
        if not (is_unfinished(path) or _is_report(path)):
            return Fate.KEPT
        path.unlink()
    except FileNotFoundError:
        return Fate.GONE
    except OSError:
        return Fate.STUCK
    return Fate.REMOVED


def _is_report(path: Path) -> bool:
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    return any(mark in beginning for mark in MARKS)
