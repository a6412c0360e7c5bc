"""Which reports were written, so that ``peppermoth forget`` can remove them.

That list is all that the report stores: one file, 0600, in the user's state
directory, holding paths and no finding. A report replaces only a report. ``forget``
deletes a file only while it still is a report of ours, and the list with it. What
deleted files leave on a disk, in backups or in copies is out of its reach.
"""

from __future__ import annotations

import contextlib
import enum
import json
from pathlib import Path
from typing import Final

from peppermoth.errors import ConfigError
from peppermoth.files import state_home, write_private

MARKS: Final = (b'<meta name="generator" content="Peppermoth report">', b'"peppermoth-report"')
"""What stands near the beginning of every report that we write."""

_LOOKED_AT: Final = 2048


class Fate(enum.StrEnum):
    """What became of a report."""

    REMOVED = "Removed"
    GONE = "Already gone"
    KEPT = "Left alone, since it is not a report any more"
    STUCK = "Could not be removed"


def check_target(path: Path) -> None:
    """Raise ConfigError where a report would replace something else, as the recording itself."""
    try:
        if path.is_file() and path.stat().st_size and not _is_report(path):
            raise ConfigError(f"Cannot write {path}: another file stands there.")
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc


def list_path() -> Path:
    """Where the list is."""
    return state_home() / "peppermoth-reports" / "written.json"


def remember(path: Path) -> None:
    """Add a report to the list. Raises ConfigError when that cannot be written."""
    listed = list_path()
    try:
        listed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(f"Cannot use {listed.parent}: {exc.strerror}.") from exc
    every = dict.fromkeys([*remembered(), str(path.absolute())])
    write_private(listed, json.dumps(list(every)).encode())


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
    stuck = [path for path, fate in fates if fate is Fate.STUCK]
    listed = list_path()
    if stuck:
        write_private(listed, json.dumps(stuck).encode())
        return fates
    with contextlib.suppress(OSError):
        listed.unlink(missing_ok=True)
        listed.parent.rmdir()
    return fates


def _remove(path: Path) -> Fate:
    try:
        if not _is_report(path):
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
