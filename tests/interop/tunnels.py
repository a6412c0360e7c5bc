"""Our own bridge and client on the loopback, in the process and on the loop of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.lines import Policy
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.settings import BridgeSettings

LOOPBACK = "127.0.0.1"
ANY_PORT = Address(LOOPBACK, 0)


@asynccontextmanager
async def running_bridge(state: Path, **settings: Any) -> AsyncIterator[tuple[Bridge, Link]]:
    """A bridge that lets its user reach this machine, and the link it prints."""
    chosen = {"listen": [ANY_PORT], "state": state, "allow_private": True, **settings}
    bridge = Bridge(BridgeSettings(**chosen))
    await bridge.start()
    try:
        yield bridge, bridge.service.links[0][1]
    finally:
        await bridge.stop(drain=0)


@asynccontextmanager
async def running_client(
    *links: Link,
    credentials: Credentials | None = None,
    policy: Policy | None = None,
    fingerprint: str = "chrome:stable",
) -> AsyncIterator[tuple[Client, Address]]:
    """A client of these links, and where programs find its proxy."""
    client = Client(links, fingerprint, credentials, policy)
    proxy = client.start(ANY_PORT)
    try:
        yield client, proxy
    finally:
        await client.stop(drain=0)
