"""Listening: sentences for what cannot be bound, both IP versions, floods, no descriptors left."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterator

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Address
from peppermoth.tunnel.listener import Listener, bind
from tests.needs import need
from tests.tunnel.waiting import until

LOOPBACK = Address("127.0.0.1", 0)


class Accepted(list[socket.socket]):
    """Takes what a listener accepts."""

    def close(self) -> None:
        for sock in self:
            sock.close()


@pytest.fixture
def accepted() -> Iterator[Accepted]:
    made = Accepted()
    yield made
    made.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_port_in_use_is_named_with_what_to_do(host):
    with bind(Address(host, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"{port}: another program already listens there"):
            bind(Address(host, port))


def test_an_address_of_another_machine_is_named():
    with pytest.raises(ConfigError, match="this machine has no such address"):
        bind(Address("192.0.2.1", 0))


def test_a_name_that_nobody_knows_is_named():
    with pytest.raises(ConfigError, match=r"Cannot listen on nowhere\.invalid:0"):
        bind(Address("nowhere.invalid", 0))


def test_every_address_means_both_ip_versions(run, accepted):
    async def visit() -> None:
        listener = Listener(asyncio.get_running_loop(), bind(Address("::", 0)), accepted.append)
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, listener.address.port)).close()
        await until(lambda: len(accepted) == 2)
        listener.close()
        accepted.close()

    run(visit())


def test_connections_of_a_flood_are_all_taken_ready_for_use(run, accepted):
    async def flood() -> None:
        listener = Listener(asyncio.get_running_loop(), bind(LOOPBACK), accepted.append)
        visitors = [socket.create_connection(listener.address) for _ in range(150)]
        await until(lambda: len(accepted) == 150)
        for sock in accepted:
            assert not sock.getblocking()
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        listener.close()
        listener.close()
        for sock in visitors:
            sock.close()
        accepted.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(listener.address)

    run(flood())


def test_a_listener_without_descriptors_takes_the_connection_later(run, accepted):
    resource = need(
        sys.platform != "win32" and __import__("resource"), "limits of descriptors", "use Linux"
    )

    async def starve() -> None:
        listener = Listener(asyncio.get_running_loop(), bind(LOOPBACK), accepted.append)
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket() as visitor:
            lowest_free = os.dup(0)
            os.close(lowest_free)
            resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, before[1]))
            try:
                visitor.connect(listener.address)
                await asyncio.sleep(0.1)
                assert not accepted
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, before)
            await until(lambda: len(accepted) == 1)
        listener.close()
        accepted.close()

    run(starve())
