"""A server that people wait at: over TLS it sends a message every so often, as chats do.

The visitor's first line says how often and how many: ``SECONDS NUMBER``.
"""

from __future__ import annotations

import contextlib
import random
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peppermoth.lab.world.namespaces import World

PORT = 8443
_SIZES = (60, 1800)
_MOST = 1000


class _Visitor(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.request.settimeout(60)
            with self.server.tls.wrap_socket(self.request, server_side=True) as conversation:
                seconds, number = conversation.recv(64).split()
                for _ in range(min(int(number), _MOST)):
                    time.sleep(float(seconds))
                    size = self.server.chance.randint(*_SIZES)
                    conversation.sendall(size.to_bytes(4, "big") + bytes(size))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path, key: Path, seed: int) -> None:
        super().__init__(("", PORT), _Visitor)
        self.chance = random.Random(seed)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)


@contextmanager
def pushing(world: World, host: str, certificate: Path, key: Path, seed: int) -> Iterator[None]:
    """Serve on ``PORT`` of a host until the block ends."""
    with world.inside(host):
        server = _Server(certificate, key, seed)
    with served(server):
        yield


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[None]:
    """Let a thread answer a server's visitors until the block ends."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
