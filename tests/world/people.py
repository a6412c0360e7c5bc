"""The people of the world: friends with bridges, a person with a client, and her programs."""

from __future__ import annotations

import contextlib
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from peppermoth.lab.traffic.dialling import RefusedError, request
from peppermoth.lab.world.children import PATIENCE, Child, eventually
from peppermoth.redact import Address
from tests.world import World
from tests.world.programs import echoes
from tests.world.services import TALK_PORT

PEPPERMOTH = Path(sys.executable).with_name("peppermoth")
PORT = 443
PROXY = Address("127.0.0.1", 1080)


@dataclass
class Friend:
    """Somebody with a bridge on ``host``. The link stays the same however often it starts."""

    world: World
    host: str
    public: str
    child: Child | None = None
    link: str = ""

    @property
    def bridge(self) -> Child:
        """The running bridge."""
        assert self.child is not None
        return self.child

    def start(self, *options: str) -> None:
        """Run the bridge and wait until it serves."""
        self.child = self.world.start(
            self.host,
            *(PEPPERMOTH, "bridge", "--allow-private"),
            *("--listen", f"[::]:{PORT}", "--public-host", self.public),
            *("--state", self.world.directory / f"state-{self.host}", *options),
        )
        self.child.says("The bridge is up")
        self.link = next(iter(links_in(self.child.out)), "")


def links_in(text: str) -> list[str]:
    """The links that a bridge printed."""
    return [line for line in text.splitlines() if line.startswith("anytls://")]


def friend(world: World, host: str, *options: str) -> Friend:
    """A friend on ``host`` whose bridge is up."""
    found = Friend(world, host, world.hosts[host].ipv4)
    found.start(*options)
    return found


def connect(world: World, *links: str, host: str = "client") -> Child:
    """Run the client on a host and wait until programs can use it."""
    child = world.start(
        host,
        *(sys.executable, "-m", "tests.world.impatient", "connect", *links),
        *("--log-format", "json"),
    )
    child.says("Set your programs' proxy")
    return child


def open_stream(world: World, first: bytes = b"", host: str = "client") -> socket.socket:
    """What a program on a host does: a stream to the talking site. Raises RefusedError."""
    with world.inside(host):
        sock = socket.create_connection(PROXY, timeout=PATIENCE)
    try:
        request(sock, Address(world.hosts["web"].ipv4, TALK_PORT))
        sock.sendall(first)
    except BaseException:
        sock.close()
        raise
    return sock


def serves_again(world: World) -> None:
    """Wait until a new stream works, as a person does who tries once more."""

    def works() -> bool:
        with contextlib.suppress(RefusedError), open_stream(world, b"E") as sock:
            return echoes(sock)
        return False

    eventually(works)
