"""Files that only their owner may read, written at once or not at all.

What is being written stands under a name of its own beside the target until it is
whole, so that a crash or a full disk leaves the old file.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from peppermoth.errors import ConfigError

_UNFINISHED = ".part"


def unfinished(path: Path) -> Path:
    """A new name beside ``path``, for what is to stand there and is not whole yet."""
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}{_UNFINISHED}")


def is_unfinished(path: Path) -> bool:
    """Whether this is such a name."""
    return path.name.startswith(".") and path.suffix == _UNFINISHED


@contextlib.contextmanager
def private_file(path: Path, under: Path | None = None) -> Iterator[IO[bytes]]:
    """A file that replaces ``path`` when the block ends well, and is gone when it does not.

    Until then it stands ``under`` a name from ``unfinished``. Raises ConfigError when the
    directory or the disk does not allow it, or when something other than a file stands at
    ``path``: a device must not become a file.
    """
    if path.exists() and not path.is_file():
        raise ConfigError(f"Cannot write {path}: it is not a file.")
    temporary = under or unfinished(path)
    try:
        # It must be new ("x"), so that no link leads elsewhere.
        with open(temporary, "xb", opener=_for_the_owner) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_private(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``. Raises ConfigError as ``private_file`` does."""
    with private_file(path) as file:
        file.write(data)


def state_home() -> Path:
    """Where programs keep what they must remember for this user (XDG Base Directory)."""
    home = os.environ.get("XDG_STATE_HOME", "")
    return Path(home) if os.path.isabs(home) else Path.home() / ".local" / "state"
