"""Debian's nginx as a test peer: one TLS port and the two clear ports behind a bridge's cover."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peppermoth.lab.world.nginx import SMALL_SITE, settings
from tests.peers import find

PATIENCE_SECONDS = 2
"""nginx's timeouts in these tests, in whole seconds; by default they are 60 to 75."""

_HTTP = """
    client_header_timeout {patience}s;
    client_body_timeout {patience}s;
    keepalive_timeout {patience}s;
    lingering_timeout {patience}s;
    send_timeout {patience}s;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    root {root};
    absolute_redirect off;
    server {{ listen 127.0.0.1:{tls} ssl http2; server_name localhost; }}
    server {{ listen 127.0.0.1:{clear}; server_name localhost; }}
    server {{ listen 127.0.0.1:{clear_h2} http2; server_name localhost; }}
"""


@dataclass(frozen=True)
class Nginx:
    """The ports of a running nginx, all on 127.0.0.1."""

    tls: int
    clear: int
    clear_h2: int


@contextmanager
def nginx(home: Path, root: Path, cert: Path, key: Path) -> Iterator[Nginx]:
    """Run nginx over ``root`` until the block ends."""
    ports = Nginx(*free_ports(3))
    config = home / "nginx.conf"
    served = _HTTP.format(root=root, cert=cert, key=key, patience=PATIENCE_SECONDS, **vars(ports))
    config.write_text(settings(home, SMALL_SITE + served))
    process = subprocess.Popen(
        [find("nginx"), "-c", str(config), "-e", str(home / "error.log")],
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(ports.clear_h2)
        yield ports
    finally:
        process.terminate()
        process.wait(10)


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def wait_for(port: int) -> None:
    """Return when somebody listens on the port. Raises TimeoutError."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port}")
