"""A small internet of network namespaces: hosts around one line that a monitor could watch.

Each host has its own namespace with one interface, IPv4 and IPv6; all are joined
by the namespace ``line``, which routes. Sockets of the test itself are made inside
a host with ``inside``; programs are started there with ``start``. Everything is
taken away when the block ends, whatever happened. Needs root on Linux.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.needs import need, need_root
from tests.peers import find
from tests.world.children import Child

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_NAMES = Path("/run/netns")
_SETTINGS = Path("/etc/netns")  # what `ip netns exec` shows a program in place of /etc


class Host(NamedTuple):
    """A host's addresses."""

    ipv4: str
    ipv6: str


class World:
    """The hosts and what runs on them. Made by ``world``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.hosts: dict[str, Host] = {}
        self.children: list[Child] = []
        self._prefix = f"moth{os.getpid()}-"
        self._namespaces: list[str] = []

    def namespace(self, host: str) -> str:
        """The name of a host's namespace on this machine."""
        return self._prefix + host

    # Building and taking down

    def build(self, *names: str) -> None:
        """Make the line and these hosts."""
        self._add_namespace("line")
        self.enter("line", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.enter("line", "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
        for number, name in enumerate(names, 1):
            self._add_namespace(name)
            self.hosts[name] = Host(f"10.77.{number}.2", f"fd77:{number}::2")
            self._ip(
                *("link", "add", name, "netns", self.namespace("line"), "type", "veth"),
                *("peer", "name", "eth0", "netns", self.namespace(name)),
            )
            self._equip("line", name, f"10.77.{number}.1/24", f"fd77:{number}::1/64")
            self.mend(name)

    def _add_namespace(self, name: str) -> None:
        self._ip("netns", "add", self.namespace(name))
        self._namespaces.append(name)
        # Addresses that settle late look like a changed network to a browser.
        self.enter(name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
        self.configure(name, "link", "set", "lo", "up")

    def _equip(self, name: str, interface: str, ipv4: str, ipv6: str) -> None:
        self.configure(name, "link", "set", interface, "up")
        self.configure(name, "address", "replace", ipv4, "dev", interface)
        self.configure(name, "address", "replace", ipv6, "dev", interface, "nodad")

    def take_down(self) -> None:
        """End the programs and remove what was made."""
        for child in self.children:
            child.kill()
        for name in self._namespaces:
            with contextlib.suppress(subprocess.CalledProcessError):
                self._ip("netns", "delete", self.namespace(name))
            shutil.rmtree(_SETTINGS / self.namespace(name), ignore_errors=True)

    # The cables

    def cut(self, name: str) -> None:
        """Pull a host's cable: its interface goes down."""
        self.configure(name, "link", "set", "eth0", "down")

    def mend(self, name: str) -> None:
        """Plug it in, again or for the first time."""
        ipv4, ipv6 = self.hosts[name]
        self._equip(name, "eth0", f"{ipv4}/24", f"{ipv6}/64")
        for gateway in (ipv4[:-1] + "1", ipv6[:-1] + "1"):
            self.configure(name, "route", "replace", "default", "via", gateway)

    def swallow(self, name: str) -> None:
        """Let the line drop everything for a host without a word."""
        self.configure("line", "route", "replace", "blackhole", self.hosts[name].ipv4)

    # Being somewhere

    def resolve_at(self, name: str, server: str) -> None:
        """Let programs on a host ask ``server`` for names."""
        directory = _SETTINGS / self.namespace(name)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "resolv.conf").write_text(f"nameserver {server}\noptions timeout:1\n")

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Sockets that this thread makes in the block belong to the host."""
        with (
            open("/proc/thread-self/ns/net") as before,
            open(_NAMES / self.namespace(name)) as there,
        ):
            _switch(there.fileno())
            try:
                yield
            finally:
                _switch(before.fileno())

    def start(self, name: str, *argv: str | Path) -> Child:
        """Run a program on a host."""
        log = self.directory / f"{len(self.children)}-{name}"
        child = Child(log, *self._at(name, argv))
        self.children.append(child)
        return child

    def enter(self, name: str, *argv: str | Path, timeout: float = 60) -> str:
        """Run a short program on a host and return its output. Raises CalledProcessError."""
        command = self._at(name, argv)
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, check=True
        ).stdout

    def configure(self, name: str, *words: str) -> None:
        """Change a host's network with ``ip``."""
        self._ip("-n", self.namespace(name), *words)

    def _at(self, name: str, argv: tuple[str | Path, ...]) -> list[str]:
        return ["ip", "netns", "exec", self.namespace(name), *map(str, argv)]

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=30)


def _switch(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "cannot enter the network namespace")


@contextmanager
def world(directory: Path, *names: str) -> Iterator[World]:
    """A world with these hosts, which is gone when the block ends."""
    need_root()
    find("ip")
    made = World(directory)
    try:
        try:
            made.build(*names)
        except subprocess.CalledProcessError as exc:
            need(None, f"network namespaces ({exc.stderr.strip()})", "allow CAP_SYS_ADMIN")
        yield made
    finally:
        made.take_down()
