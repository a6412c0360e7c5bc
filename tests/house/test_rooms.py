"""Imports point one way, and pure rooms import nothing impure."""

from __future__ import annotations

import ast
from typing import NamedTuple

import pytest

from tests.house import SOURCES, dotted, imports, parsed

_PURE_STANDARD_LIBRARY = (
    "__future__ abc array base64 binascii bisect codecs collections contextlib copy dataclasses"
    " enum functools hashlib heapq hmac html ipaddress itertools json math operator re string"
    " struct types typing unicodedata urllib.parse zlib"
)

PURE_MODULES = frozenset(
    [*_PURE_STANDARD_LIBRARY.split(), "cryptography", "dns", "h11", "h2", "hpack", "numpy"]
)
"""What a pure room may import: nothing that reads a clock, chance, files or sockets."""

TLS_STACKS = frozenset({"ssl", "utls"})
"""Pure as we use them, over memory; one file may, so that the choice of stack is in one place."""

IMPURE_EXCEPTIONS = {
    "peppermoth.cloaks.tls": TLS_STACKS,
    # The server's context of that stack; it sets in libssl what Python's interface lacks.
    "peppermoth.cloaks.nginx": frozenset({"ssl", "_ssl", "ctypes"}),
    # Silences a library's remarks on odd certificates.
    "peppermoth.wire.certificate": frozenset({"warnings"}),
    # Captures are files, pipes or the user's own interface.
    "peppermoth.monitor.sources": frozenset({"concurrent.futures", "io", "mmap", "os", "sys"}),
    # Large ones are read by a process beside, in shared memory.
    "peppermoth.monitor.beside": frozenset({"mmap", "os", "pickle", "signal", "sys", "threading"}),
    "peppermoth.monitor.live": frozenset(
        {"contextlib", "errno", "fcntl", "pathlib", "signal", "socket", "threading", "time"}
    ),
    # Reads the list of public suffixes that lies beside it, once.
    "peppermoth.monitor.observe.known": frozenset({"pathlib", "publicsuffixlist"}),
    # The families of observers, imported when a flow needs them.
    "peppermoth.monitor.observe.table": frozenset({"importlib"}),
}

IMPURE_PARTS = ("dns.resolver", "dns.asyncresolver", "dns.query", "dns.asyncquery")
"""Parts of permitted libraries that do I/O."""

IMPURE_BUILTINS = frozenset({"open", "input", "print", "breakpoint", "__import__", "exec", "eval"})


class Room(NamedTuple):
    """What a room may import from the house, and whether it must do without I/O."""

    below: frozenset[str]
    pure: bool


def _rooms() -> dict[str, Room]:
    """The floors of the house, lowest first; rooms of one floor do not see each other."""
    floors = (
        (True, "errors redact"),
        (True, "wire"),
        (True, "cloaks shapers desync monitor"),
        (False, "files"),
        (False, "exposure tunnel"),
        (False, "lab"),
        (False, "web options"),
        (False, "cli __main__"),
    )
    rooms: dict[str, Room] = {}
    for pure, names in floors:
        below = frozenset(rooms)
        rooms |= {name: Room(below, pure) for name in names.split()}
    return rooms


LAB = {
    "": "",
    "world": "",
    "peers": "world",
    "traffic": "world peers",
    "recording": "world peers traffic",
    "detectors": "",
    "scoring": "recording detectors",
    "card": "recording detectors scoring",
    "probing": "world",
    "demo": "",
}
"""The lab's rooms, and which of them each may import; all may import what lies on its floor."""

ROOMS = _rooms() | {"__main__": Room(frozenset({"cli"}), pure=False)}


def room_of(module: str) -> str:
    """The room that a module of the package lies in; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def begins(name: str, prefix: str) -> bool:
    """Whether ``name`` is ``prefix`` or lies in it."""
    return name == prefix or name.startswith(prefix + ".")


def faults(source: ast.Module, module: str, *, is_package: bool = False) -> list[str]:
    """Which imports and calls the house forbids this module."""
    home = room_of(module)
    room = ROOMS[home] if home else Room(frozenset(), pure=True)
    permitted = PURE_MODULES | IMPURE_EXCEPTIONS.get(module, frozenset())
    found = []
    for name in imports(source, module, is_package=is_package):
        if begins(name, "peppermoth"):
            target = room_of(name)
            # The package itself offers only its version.
            if target != home and target not in {*room.below, "__version__"}:
                found.append(f"{home} must not import {name}")
        elif room.pure and (
            not any(begins(name, module) for module in permitted)
            or any(begins(name, part) for part in IMPURE_PARTS)
        ):
            found.append(f"{home} is pure and must not import {name}")
    if room.pure:
        calls = (node.func for node in ast.walk(source) if isinstance(node, ast.Call))
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        found += [f"{home} is pure and must not call {n}" for n in names & IMPURE_BUILTINS]
    return found


def lab_room_of(module: str) -> str:
    """The room of the lab that a module or a name in it belongs to; empty for the floor."""
    inside = module.removeprefix("peppermoth.lab").split(".")
    return inside[1] if len(inside) > 1 and inside[1] in LAB else ""


def lab_faults(source: ast.Module, module: str, *, is_package: bool = False) -> list[str]:
    """Which imports between its rooms the lab forbids this module."""
    home = lab_room_of(module)
    seen = {home, "", *LAB[home].split()}
    names = imports(source, module, is_package=is_package)
    inside = (name for name in names if begins(name, "peppermoth.lab"))
    return [f"{module} must not import {name}" for name in inside if lab_room_of(name) not in seen]


@pytest.mark.parametrize("path", SOURCES, ids=dotted)
def test_a_module_keeps_to_its_room(path):
    assert not faults(parsed(path), dotted(path), is_package=path.name == "__init__.py")


def test_every_room_has_its_place():
    assert {room_of(dotted(path)) for path in SOURCES} - {""} <= set(ROOMS)


IN_LAB = [path for path in SOURCES if begins(dotted(path), "peppermoth.lab")]


@pytest.mark.parametrize("path", IN_LAB, ids=dotted)
def test_a_module_of_the_lab_keeps_to_its_room(path):
    assert not lab_faults(parsed(path), dotted(path), is_package=path.name == "__init__.py")


def test_every_room_of_the_lab_has_its_place():
    folders = {path.parent.name for path in IN_LAB if path.name == "__init__.py"}
    assert folders - {"lab"} == set(LAB) - {""}


def test_the_rooms_of_the_lab_see_only_rooms_above_them_in_the_table():
    order = list(LAB)
    assert all(order.index(seen) < order.index(room) for room in LAB for seen in LAB[room].split())


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("peppermoth.wire.socks", "from peppermoth.cloaks import machine"),
        ("peppermoth.wire.socks", "from peppermoth import tunnel"),
        ("peppermoth.wire.socks", "from ..cloaks import machine"),
        ("peppermoth.wire.socks", "import ssl"),
        ("peppermoth.wire.socks", "open('file')"),
        ("peppermoth.wire.dns", "import dns.query"),
        ("peppermoth.wire.dns", "from dns import query"),
        ("peppermoth.cloaks.anytls", "import utls"),
        ("peppermoth.cloaks.anytls", "import asyncio"),
        ("peppermoth.cloaks.anytls", "from time import monotonic"),
        ("peppermoth.cloaks.anytls", "import urllib.request"),
        ("peppermoth.cloaks.anytls", "def late():\n    import random"),
        ("peppermoth.tunnel.pump", "from peppermoth.lab import worlds"),
        ("peppermoth.tunnel.pump", "import peppermoth.cli"),
        ("peppermoth.redact", "from peppermoth.errors import ConfigError"),
        ("peppermoth", "import os"),
    ],
)
def test_a_wall_holds(module, line):
    assert faults(ast.parse(line), module)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("peppermoth.lab.world.namespaces", "from peppermoth.lab.peers.table import PEERS"),
        ("peppermoth.lab.scoring.scorecard", "from peppermoth.lab.demo import board"),
        ("peppermoth.lab.detectors.views", "def late():\n    from peppermoth.lab import scoring"),
        ("peppermoth.lab.probing.prober", "from ..demo.reading import read"),
        ("peppermoth.lab.traces", "import peppermoth.lab.card.words"),
    ],
)
def test_a_wall_of_the_lab_holds(module, line):
    assert lab_faults(ast.parse(line), module)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("peppermoth.wire.socks", "from peppermoth.errors import ConfigError"),
        ("peppermoth.wire.socks", "from . import tls"),
        ("peppermoth.cloaks.tls", "import ssl, utls"),
        ("peppermoth.cloaks.anytls", "from cryptography.hazmat.primitives import hashes"),
        ("peppermoth.cloaks.anytls", "from urllib.parse import quote"),
        ("peppermoth.tunnel.pump", "import asyncio"),
        ("peppermoth.cli", "from peppermoth import __version__, lab"),
    ],
)
def test_a_door_is_open(module, line):
    assert not faults(ast.parse(line), module)
