"""Fixtures that tests of every room share."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import os
import socket
import stat
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import settings

from tests import needs

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

T = TypeVar("T")

SETTLE_SECONDS = 1.0

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what even CI is not asked for."""
    if out := needs.left_out(items):
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


class Run(Protocol):
    """Runs a coroutine on a fresh loop and returns what it returns."""

    def __call__(self, coroutine: Coroutine[object, object, T], *, timeout: float = 30) -> T: ...


def open_sockets() -> set[tuple[str, int]]:
    """Descriptor and inode of each socket of this process, where the system can list them."""
    found = set()
    for name in os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else []:
        try:
            status = os.fstat(int(name))
        except OSError:  # the descriptor that read the directory
            continue
        if stat.S_ISSOCK(status.st_mode):
            found.add((name, status.st_ino))
    return found


async def _settled(tasks: set[asyncio.Task[object]], sockets: set[tuple[str, int]]) -> str:
    """What is left over beyond ``tasks`` and ``sockets`` after some grace; empty if nothing is."""
    deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
    while True:
        left_tasks = asyncio.all_tasks() - tasks
        left_sockets = open_sockets() - sockets
        if not left_tasks and not left_sockets:
            return ""
        if asyncio.get_running_loop().time() > deadline:
            names = ", ".join(sorted(task.get_name() for task in left_tasks))
            return f"left over: {len(left_sockets)} sockets, tasks [{names}]"
        await asyncio.sleep(0.01)


@pytest.fixture
def run() -> Run:
    """Run a coroutine on uvloop; fail if it takes too long or leaves tasks or sockets behind."""

    def call(coroutine: Coroutine[object, object, T], *, timeout: float = 30) -> T:
        async def bounded() -> tuple[T, str]:
            tasks, sockets = asyncio.all_tasks(), open_sockets()
            async with asyncio.timeout(timeout):
                result = await coroutine
            return result, await _settled(tasks, sockets)

        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            result, left_over = runner.run(bounded())
        if left_over:
            pytest.fail(left_over, pytrace=False)
        return result

    return call


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives TCP ports of 127.0.0.1 that nobody listens on; prefer port 0 where one can."""

    def pick() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    return pick


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An empty state directory that only its owner may read."""
    directory = tmp_path / "state"
    directory.mkdir(mode=0o700)
    return directory


class Certificate(NamedTuple):
    """Where a self-signed certificate and its key lie, both PEM."""

    cert: Path
    key: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A self-signed certificate for localhost, 127.0.0.1 and ::1."""
    return self_signed(tmp_path_factory.mktemp("certificate"))


def self_signed(directory: Path) -> Certificate:
    """Make such a certificate in a directory."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(directory / "cert.pem", directory / "key.pem")
    made.cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    made.key.chmod(0o600)
    return made
