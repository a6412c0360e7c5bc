"""The world that these tests live in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    """A client, a web site, and two hosts for bridges."""
    with world(tmp_path, "client", "web", "bridge", "other") as made:
        yield made
