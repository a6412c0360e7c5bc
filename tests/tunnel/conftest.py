"""What tests of sockets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tunnel.ends import Pair, tcp_pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two connected TCP sockets with small buffers."""
    with tcp_pair() as sockets:
        yield sockets
