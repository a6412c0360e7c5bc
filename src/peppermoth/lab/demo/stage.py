"""The demonstration's small world, all of it on loopback and in one process.

::

    person -- line ------------------------------> sites      straight
    person -- client -- line --> bridge ---------> sites      through the tunnel

The line is the only part that is recorded. The sites' names are known to the person
on the straight way, as if DNS had told, and to the bridge.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from peppermoth.lab.demo.line import LOOPBACK, Line
from peppermoth.lab.demo.sites import Site, make_certificate, serving, trusting
from peppermoth.lab.demo.visits import Visit, fetch_straight, fetch_through
from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.resolve import Resolver, system_lookup
from peppermoth.tunnel.settings import BridgeSettings


@dataclass(frozen=True)
class Stage:
    """Everything that runs. ``on_line`` says where the line has each site."""

    line: Line
    visits: tuple[Visit, ...]
    on_line: Mapping[str, Address]
    proxy: Address
    bridge: Address
    link: Link

    async def browse_straight(self) -> list[bytes]:
        """Fetch every page over the line, one after the other. Raises PeppermothError."""
        return [
            await asyncio.to_thread(fetch_straight, visit, self.on_line[visit.host.host])
            for visit in self.visits
        ]

    async def browse_through(self) -> list[bytes]:
        """Fetch every page through client and bridge. Raises PeppermothError."""
        return [await asyncio.to_thread(fetch_through, visit, self.proxy) for visit in self.visits]


@asynccontextmanager
async def staged(directory: Path, sites: Sequence[Site]) -> AsyncIterator[Stage]:
    """Start everything, with keys and state in ``directory``; stop it with the context."""
    async with AsyncExitStack() as running:
        visits: list[Visit] = []
        hosts: list[Address] = []
        for site in sites:
            pair = make_certificate(directory, site) if site.secure else None
            where = await running.enter_async_context(serving(site, pair))
            host = Address(site.name, where.port)
            trust = trusting(pair[0]) if pair else None
            hosts.append(host)
            visits += [Visit(host, path, trust) for path in site.pages]
        bridge = await _start_bridge(directory / "bridge", {site.name for site in sites})
        running.push_async_callback(bridge.stop, drain=0)
        line = Line()
        running.push_async_callback(line.close)
        on_line = {host.host: line.to(Address(LOOPBACK.host, host.port)) for host in hosts}
        _, link = bridge.service.links[0]
        link = replace(link, address=line.to(link.address))
        client = Client([link])
        running.push_async_callback(client.stop, drain=0)
        proxy = client.start(LOOPBACK)
        yield Stage(line, tuple(visits), on_line, proxy, bridge.addresses[0], link)


async def _start_bridge(state: Path, here: set[str]) -> Bridge:
    """A bridge with its embedded cover that finds the names in ``here`` on loopback."""

    def lookup(name: str) -> Sequence[str]:
        return [LOOPBACK.host] if name in here else system_lookup(name)

    settings = BridgeSettings(listen=[LOOPBACK], state=state, allow_private=True)
    bridge = Bridge(settings, resolver=Resolver(lookup))
    await bridge.start()
    return bridge
