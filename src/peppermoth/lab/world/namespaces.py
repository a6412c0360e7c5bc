"""A small internet of network namespaces: hosts around one line, on some of whose cables a monitor.

::

    client --- monitor --- line --- bridge, web, names, ...
               records      routes

Each host has a namespace of its own with one interface, IPv4 and IPv6; all are joined by
the namespace ``line``, where the kernel routes. A host's cable may be led through the
namespace ``monitor``, where ``forwarder`` passes its frames on. Sockets of this process
are made inside a host with ``inside``; programs are started there with ``start``.
Everything is taken away when the block ends, whatever happened; where its process was
killed, when the next world is made. Linux, as root.

Frames on a cable with a monitor have the size that a wire's have: the host's and the
line's interfaces do no offloading there.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.world.children import Child
from peppermoth.lab.world.forwarder import Shape

LINE: Final = "line"
MONITOR: Final = "monitor"

_CLONE_NEWNET: Final = 0x40000000
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_NAMES: Final = Path("/run/netns")
_SETTINGS: Final = Path("/etc/netns")  # what `ip netns exec` shows a program in place of /etc
_SIOCETHTOOL: Final = 0x8946
_OFFLOADS: Final = (0x17, 0x1F, 0x21, 0x24, 0x2C)  # set: tx checksums, TSO, UFO, GSO, GRO
_NUMBERS: Final = count()


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
        self._prefix = f"moth{os.getpid()}-{next(_NUMBERS)}-"
        self._namespaces: list[str] = []
        self._forwarder: Child | None = None
        self._logs = count()

    def namespace(self, host: str) -> str:
        """The name of a host's namespace on this machine."""
        return self._prefix + host

    # Building and taking down

    def build(self, names: Sequence[str], cables: Mapping[str, Shape]) -> None:
        """Make the line and these hosts, and lead ``cables`` through the monitor."""
        self._add_namespace(LINE)
        if cables:
            self._add_namespace(MONITOR)
        for setting in ("ipv4.ip_forward", "ipv6.conf.all.forwarding"):
            self.set(LINE, f"net.{setting}", "1")
        for number, name in enumerate(names, 1):
            self._add_namespace(name)
            self.hosts[name] = Host(f"10.77.{number}.2", f"fd77:{number}::2")
            if name in cables:
                self._join((MONITOR, f"{name}-near"), (name, "eth0"))
                self._join((LINE, name), (MONITOR, f"{name}-far"))
                for end in ("near", "far"):
                    self.configure(MONITOR, "link", "set", f"{name}-{end}", "up")
                self.frame_as_wires(name, "eth0")
                self.frame_as_wires(LINE, name)
            else:
                self._join((LINE, name), (name, "eth0"))
            self._equip(LINE, name, f"10.77.{number}.1/24", f"fd77:{number}::1/64")
            self.mend(name)

    def _add_namespace(self, name: str) -> None:
        self._ip("netns", "add", self.namespace(name))
        self._namespaces.append(name)
        # Addresses that settle late look like a changed network to a browser.
        self.set(name, "net.ipv6.conf.default.accept_dad", "0")
        if name == MONITOR:
            # The monitor's own interfaces say nothing.
            self.set(name, "net.ipv6.conf.default.disable_ipv6", "1")
        self.configure(name, "link", "set", "lo", "up")

    def _join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        (name, interface), (far_name, far_interface) = one, other
        self._ip(
            *("link", "add", interface, "netns", self.namespace(name), "type", "veth"),
            *("peer", "name", far_interface, "netns", self.namespace(far_name)),
        )

    def _equip(self, name: str, interface: str, ipv4: str, ipv6: str) -> None:
        self.configure(name, "link", "set", interface, "up")
        self.configure(name, "address", "replace", ipv4, "dev", interface)
        self.configure(name, "address", "replace", ipv6, "dev", interface, "nodad")

    def frame_as_wires(self, name: str, interface: str) -> None:
        """Let an interface's frames leave as on a wire: whole, and none larger than its MTU."""
        with self.inside(name), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for command in _OFFLOADS:
                value = ctypes.create_string_buffer(struct.pack("=II", command, 0))
                request = struct.pack("@16sP", interface.encode(), ctypes.addressof(value))
                # What a kernel cannot switch off it does not do.
                with contextlib.suppress(OSError):
                    fcntl.ioctl(sock, _SIOCETHTOOL, request + bytes(16))

    def take_down(self) -> None:
        """End the programs and remove what was made."""
        for child in reversed(self.children):
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
        self.configure(LINE, "route", "replace", "blackhole", self.hosts[name].ipv4)

    # The monitor

    def watch(self, name: str, cables: Mapping[str, Shape], seed: int) -> None:
        """Forward the frames of all cables that the monitor has; it watches that of ``name``."""
        given = {
            "cables": [
                {
                    "near": f"{host}-near",
                    "far": f"{host}-far",
                    "shape": asdict(shape),
                    "watched": host == name,
                }
                for host, shape in cables.items()
            ],
            "seed": seed,
        }
        argv = (sys.executable, "-m", "peppermoth.lab.world.forwarder", json.dumps(given))
        self._forwarder = self.start(MONITOR, *argv, talks=True)
        self._answer()

    def order(self, **order: Any) -> dict[str, int]:
        """Tell the monitor what to record and do (``forwarder``); what it saw until now."""
        if self._forwarder is None:
            raise WorldError("This world has no monitor.")
        pipe = self._forwarder.process.stdin
        try:
            if pipe is not None:
                pipe.write(json.dumps(order).encode() + b"\n")
                pipe.flush()
        except OSError as exc:
            raise WorldError(f"The monitor has gone: {self._forwarder.errors.strip()}") from exc
        return self._answer()

    def _answer(self) -> dict[str, int]:
        forwarder = self._forwarder
        pipe = forwarder.process.stdout if forwarder else None
        line = pipe.readline() if pipe else b""
        if forwarder and not line:
            raise WorldError(f"The monitor has gone: {forwarder.errors.strip()}")
        answer: dict[str, int] = json.loads(line)
        return answer

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

    def start(
        self,
        name: str,
        *argv: str | Path,
        environment: Mapping[str, str] | None = None,
        talks: bool = False,
        keep: Sequence[int] = (),
    ) -> Child:
        """Run a program on a host, as ``Child`` does."""
        log = self.directory / f"{next(self._logs)}-{name}"
        child = Child(log, self._at(name, argv), environment, talks=talks, keep=keep)
        self.children.append(child)
        return child

    def enter(self, name: str, *argv: str | Path, timeout: float = 60) -> str:
        """Run a short program on a host and return its output. Raises CalledProcessError."""
        command = self._at(name, argv)
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, check=True
        ).stdout

    def set(self, name: str, key: str, value: str) -> None:
        """Set one of the kernel's settings of a host's network (sysctl)."""
        with self.inside(name):
            Path("/proc/sys", *key.split(".")).write_text(value)

    def configure(self, name: str, *words: str) -> None:
        """Change a host's network with ``ip``."""
        self._ip("-n", self.namespace(name), *words)

    def _at(self, name: str, argv: tuple[str | Path, ...]) -> list[str]:
        return ["ip", "netns", "exec", self.namespace(name), *map(str, argv)]

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=30)


def _sweep() -> None:
    """Remove what is left of worlds whose process was killed, and the programs in them."""
    for name in (path.name for path in _NAMES.glob("moth*-*")):
        owner = name.removeprefix("moth").partition("-")[0]
        if not owner.isdigit() or Path("/proc", owner).exists():
            continue
        with contextlib.suppress(subprocess.CalledProcessError):  # another sweeps too
            listed = subprocess.run(
                ["ip", "netns", "pids", name], check=True, capture_output=True, timeout=30
            )
            for pid in listed.stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            subprocess.run(
                ["ip", "netns", "delete", name], check=True, capture_output=True, timeout=30
            )
        shutil.rmtree(_SETTINGS / name, ignore_errors=True)


def _switch(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "cannot enter the network namespace")


@contextmanager
def world(
    directory: Path, *names: str, cables: Mapping[str, Shape] | None = None
) -> Iterator[World]:
    """A world with these hosts, which is gone when the block ends.

    Raises ConfigError where this machine or user cannot make one.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("ip") is None:
        raise ConfigError("The lab's world needs Linux, root and the program ip (iproute2).")
    _sweep()
    made = World(directory)
    try:
        try:
            made.build(names, cables or {})
        except (subprocess.CalledProcessError, OSError) as exc:
            reason = str(getattr(exc, "stderr", "") or exc).strip()
            raise ConfigError(
                f"Network namespaces cannot be made here (CAP_SYS_ADMIN): {reason}"
            ) from exc
        yield made
    finally:
        made.take_down()
