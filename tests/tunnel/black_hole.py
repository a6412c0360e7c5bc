"""A target that never answers: its full queue makes the kernel drop every SYN."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator

from peppermoth.redact import Address
from tests.needs import need

_FILLERS = 8


@contextlib.contextmanager
def black_hole() -> Iterator[Address]:
    """Where it is."""
    need(sys.platform == "linux", "Linux, whose full listeners stay silent", "use Linux")
    with contextlib.ExitStack() as opened:
        full = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(_FILLERS):
            filler = opened.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        yield Address(*full.getsockname())
