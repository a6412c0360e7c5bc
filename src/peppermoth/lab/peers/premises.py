"""Where a peer lives in the world: its two hosts, its files, its keys and what runs on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from peppermoth.lab.peers.configs import Identity, Ways
from peppermoth.lab.world.authority import Authority
from peppermoth.lab.world.children import Child
from peppermoth.lab.world.namespaces import Host, World
from peppermoth.lab.world.programs import program
from peppermoth.redact import Address

CLIENT: Final = "client"
BRIDGE: Final = "bridge"
NAMES: Final = "names"
WEB: Final = "web"

PROXY: Final = Address("127.0.0.1", 1080)
"""Where programs on the client's host find a peer's SOCKS5 proxy."""

BRIDGE_NAME: Final = "bridge.example"


@dataclass
class Premises:
    """A peer's place. ``clients`` are the programs that end with a load."""

    world: World
    directory: Path
    authority: Authority
    clients: list[Child] = field(default_factory=list)

    @property
    def bridge(self) -> Host:
        """The bridge's addresses."""
        return self.world.hosts[BRIDGE]

    @property
    def resolver(self) -> str:
        """Where names are asked for."""
        return self.world.hosts[NAMES].ipv4

    def ways(self, port: int) -> Ways:
        """A bridge on this port, and the client's proxy in its place."""
        return Ways(Address("0.0.0.0", port), Address(self.bridge.ipv4, port), PROXY)  # noqa: S104

    def identity(self) -> Identity:
        """The bridge's certificate, made when first asked for."""
        certificate = self.authority.directory / f"{BRIDGE_NAME}.pem"
        key = certificate.with_suffix(".key")
        if not key.exists():
            self.authority.issue(BRIDGE_NAME)
        return Identity(BRIDGE_NAME, str(certificate), str(key), str(self.authority.root))

    def write(self, name: str, content: str | Mapping[str, Any]) -> Path:
        """Write a file (a mapping as JSON) that only this user may read; its path."""
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def at_bridge(
        self, name: str, *argv: str | Path, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Run a program on the bridge's host for as long as the world lasts."""
        return self.world.start(BRIDGE, program(name), *argv, environment=environment)

    def at_client(
        self, name: str, *argv: str | Path, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Run a program on the client's host until the load is over."""
        child = self.world.start(CLIENT, program(name), *argv, environment=environment)
        self.clients.append(child)
        return child

    def leave(self) -> None:
        """The load is over: end the client's programs."""
        while self.clients:
            child = self.clients.pop()
            child.leave()
            self.world.children.remove(child)
