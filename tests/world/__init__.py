"""Tests in the lab's world: hosts around one line, a bridge or two, people with programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from peppermoth.errors import ConfigError
from peppermoth.lab.world import namespaces
from peppermoth.lab.world.namespaces import World
from tests.needs import need, need_root
from tests.peers import find


@contextmanager
def world(directory: Path, *names: str) -> Iterator[World]:
    """A world with these hosts, which is gone when the block ends."""
    need_root()
    find("ip")
    with ExitStack() as stack:
        try:
            made = stack.enter_context(namespaces.world(directory, *names))
        except ConfigError as exc:
            need(None, f"network namespaces ({exc})", "allow CAP_SYS_ADMIN")
        yield made
