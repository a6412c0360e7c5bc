"""Files that only their owner may read, written at once or not at all.

What is being written stands under a name of its own beside the target until it is
whole, so that a crash or a full disk leaves the old file.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from peppermoth.errors import ConfigError


@contextlib.contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that replaces ``path`` when the block ends well, and is gone when it does not.

    Raises ConfigError when the directory or the disk does not allow it, or when
    something other than a file stands there: a device must not become a file.
    """
    if path.exists() and not path.is_file():
        raise ConfigError(f"Cannot write {path}: it is not a file.")
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def write_private(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``. Raises ConfigError as ``private_file`` does."""
    with private_file(path) as file:
        file.write(data)


def state_home() -> Path:
    """Where programs keep what they must remember for this user (XDG Base Directory)."""
    home = os.environ.get("XDG_STATE_HOME", "")
    return Path(home) if os.path.isabs(home) else Path.home() / ".local" / "state"
