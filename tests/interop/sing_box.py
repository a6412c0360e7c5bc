"""sing-box as a test peer: a client made from one of our links, and a server of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from peppermoth.redact import Address, Secret
from peppermoth.tunnel.certificates import load_pair
from peppermoth.tunnel.links import Link
from peppermoth.wire.pins import decode_pin
from tests.conftest import Certificate
from tests.interop.nginx import free_ports
from tests.interop.processes import server
from tests.interop.tunnels import LOOPBACK
from tests.peers import SING_BOX, find

PASSWORD = "a password: with / ? # @ in it"


def outbound(link: Link, *, pinned: bool = False) -> dict[str, Any]:
    """What an app makes of a link: each field of ours has its place in sing-box.

    ``pinned`` checks the bridge's key instead of doing as ``insecure`` says.
    """
    tls: dict[str, Any] = {"enabled": True, "server_name": link.server_name}
    if pinned and link.pin:
        tls["certificate_public_key_sha256"] = [base64.b64encode(decode_pin(link.pin)).decode()]
    else:
        tls["insecure"] = link.insecure
    return {
        "type": "anytls",
        "tag": "bridge",
        "server": link.address.host,
        "server_port": link.address.port,
        "password": link.password.reveal(),
        "tls": tls,
    }


@asynccontextmanager
async def client(home: Path, link: Link, *, pinned: bool = False) -> AsyncIterator[Address]:
    """sing-box as the client of a link; where programs find its SOCKS5 proxy."""
    [port] = free_ports(1)
    inbound = {"type": "mixed", "listen": LOOPBACK, "listen_port": port}
    config = {"inbounds": [inbound], "outbounds": [outbound(link, pinned=pinned)]}
    async with _running(home, "client", config, port):
        yield Address(LOOPBACK, port)


@asynccontextmanager
async def bridge(
    home: Path, certificate: Certificate, padding_scheme: Sequence[str] = ()
) -> AsyncIterator[Link]:
    """sing-box as a server with a certificate of its own, and a link to it."""
    [port] = free_ports(1)
    paths = {"certificate_path": str(certificate.cert), "key_path": str(certificate.key)}
    inbound = {
        "type": "anytls",
        "listen": LOOPBACK,
        "listen_port": port,
        "users": [{"name": "friend", "password": PASSWORD}],
        "tls": {"enabled": True, **paths},
    }
    if padding_scheme:
        inbound["padding_scheme"] = list(padding_scheme)
    config = {
        "dns": {"servers": [{"type": "hosts", "tag": "hosts"}]},  # so that nothing leaves
        "inbounds": [inbound],
        "outbounds": [{"type": "direct", "tag": "direct", "domain_resolver": "hosts"}],
    }
    async with _running(home, "server", config, port):
        pin = load_pair(certificate.cert, certificate.key).pin
        address = Address(LOOPBACK, port)
        yield Link(Secret(PASSWORD), address, sni="localhost", insecure=True, pin=pin)


@asynccontextmanager
async def _running(
    home: Path, role: str, config: Mapping[str, object], port: int
) -> AsyncIterator[None]:
    path = home / f"sing-box-{role}.json"
    path.write_text(json.dumps({"log": {"level": "info", "disabled": False}, **config}))
    argv = (find(SING_BOX), "run", "--config", path, "--directory", home)
    async with server(home / f"sing-box-{role}.log", *argv, port=port):
        yield
