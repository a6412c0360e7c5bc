"""A web site on Debian's nginx for programs behind the tunnel: files, uploads, an access log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from peppermoth.lab.world.nginx import settings
from tests.conftest import Certificate
from tests.interop.nginx import free_ports
from tests.interop.processes import server
from tests.peers import find

_HTTP = """
    types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; }}
    log_format visits '$server_protocol $request_method $uri $status';
    client_max_body_size 64m;
    keepalive_timeout 5s;
    ssl_certificate {certificate.cert};
    ssl_certificate_key {certificate.key};
    server {{
        listen 127.0.0.1:{https} ssl http2;
        listen [::1]:{https} ssl http2;
        listen 127.0.0.1:{http};
        listen [::1]:{http};
        root {root};
        dav_methods PUT;
        access_log {log} visits;
    }}
"""


class Visit(NamedTuple):
    """One line of the access log."""

    protocol: str
    method: str
    path: str
    status: str


@dataclass(frozen=True)
class WebSite:
    """A running site: its ports at 127.0.0.1 and ::1, its files, what it saw."""

    https: int
    http: int
    root: Path
    log: Path

    def visits(self) -> list[Visit]:
        """Every request so far that has been answered."""
        return [Visit(*line.split()) for line in self.log.read_text().splitlines()]


@asynccontextmanager
async def web_site(home: Path, certificate: Certificate) -> AsyncIterator[WebSite]:
    """Serve ``home/root`` over HTTP, and over HTTPS with HTTP/1.1 and HTTP/2."""
    running, config = _prepare(home, certificate)
    argv = (find("nginx"), "-c", config, "-e", home / "error.log")
    async with server(home / "site.log", *argv, port=running.http):
        yield running


def _prepare(home: Path, certificate: Certificate) -> tuple[WebSite, Path]:
    home.chmod(0o755)
    site = WebSite(*free_ports(2), home / "root", home / "access.log")
    site.root.mkdir()
    config = home / "site.conf"
    config.write_text(settings(home, _HTTP.format(certificate=certificate, **vars(site))))
    return site, config
