"""Many streams at once, sessions that come and go, and readers that are slow.

Client, bridge, targets and programs share this process, so what any of them kept
would show in its descriptors, tasks, objects and memory.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.redact import Address
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.lines import Policy
from peppermoth.tunnel.streams import MAX_BUFFERED
from peppermoth.wire.anytls import Command, frame
from peppermoth.wire.socks import encode_address
from tests.conftest import Run
from tests.interop.programs import ORDER, exchange, order, stream, taken
from tests.interop.raw_session import raw_session, settings
from tests.interop.relay import Relay, relay
from tests.interop.targets import Site, site, unwilling_site
from tests.interop.tunnels import running_bridge, running_client

MEGABYTE = 1024 * 1024
STREAMS = 1_000
PER_SESSION = Policy().streams_per_session


@pytest.fixture
def many_descriptors() -> None:
    """Each stream has two ends at the program, at the target and in between."""
    needed = 6 * STREAMS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(needed, hard), hard))


@pytest.mark.usefixtures("many_descriptors")
def test_a_thousand_streams_at_once_arrive_as_they_left(run: Run, state: Path) -> None:
    async def program(seed: int, proxy: Address, target: Site, ready: asyncio.Barrier) -> None:
        async with stream(proxy, target.address) as (reader, writer):
            await ready.wait()
            await order(writer, seed, 20_000, 30_000)
            assert await taken(reader, seed, 20_000, 30_000)

    async def main() -> None:
        ready = asyncio.Barrier(STREAMS + 1)
        async with (
            site() as target,
            running_bridge(state) as (bridge, link),
            running_client(link) as (client, proxy),
            asyncio.TaskGroup() as programs,
        ):
            for number in range(STREAMS):
                programs.create_task(program(2 * number, proxy, target, ready))
            await ready.wait()
            assert bridge.streams == client.streams == STREAMS
            assert len(client.lines.current.sessions) == STREAMS / PER_SESSION

        assert target.visits == STREAMS

    run(main(), timeout=60)


async def still(count: Callable[[], int]) -> int:
    """What ``count`` gives once it has not changed for a while."""
    seen = -1
    while seen != (seen := count()):  # noqa: ASYNC110 - others do not know that we wait
        await asyncio.sleep(0.4)
    return seen


class Kept(NamedTuple):
    """What a process holds: counts, and bytes of memory."""

    descriptors: int
    tasks: int
    objects: int
    memory: int


def kept() -> Kept:
    """What this process holds now that garbage is gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Kept(
        len(os.listdir("/proc/self/fd")),
        len(asyncio.all_tasks()),
        len(gc.get_objects()),
        pages * resource.getpagesize(),
    )


async def finished(proxy: Address, target: Site, between: Relay) -> None:
    """A session whose stream has come to its end."""
    await exchange(proxy, target.address, 1, 5_000, 5_000)
    between.cut()


async def midway(proxy: Address, target: Site, between: Relay) -> None:
    """A session that breaks under a stream, which must end with an error."""
    async with stream(proxy, target.address) as (reader, writer):
        writer.write(ORDER.pack(1, 2 * MEGABYTE, 0) + bytes(MEGABYTE))
        await writer.drain()
        between.cut()
        with pytest.raises(ConnectionError):
            await reader.read()


async def in_the_middle_of_a_frame(proxy: Address, target: Site, between: Relay) -> None:
    """A session of another client, dropped between two bytes."""
    async with raw_session(between.link) as raw:
        opening = frame(Command.PSH, 1, encode_address(target.address))
        await raw.send(settings(), frame(Command.SYN, 1), opening)
        assert await raw.until(Command.SYNACK)
        await raw.send(opening[:9])
        raw.drop()


async def before_the_password(proxy: Address, target: Site, between: Relay) -> None:
    """A connection that says a little and leaves."""
    _, writer = await asyncio.open_connection(*between.link.address)
    writer.write(bytes.fromhex("1603010200010001fc"))
    await writer.drain()
    writer.transport.abort()


ENDINGS = (finished, midway, in_the_middle_of_a_frame, before_the_password)
WARM_UP, ROUNDS = 40, 200


@pytest.mark.parametrize("ending", ENDINGS)
def test_sessions_that_come_and_go_leave_nothing_behind(
    run: Run, state: Path, ending: Callable[[Address, Site, Relay], Awaitable[None]]
) -> None:
    async def main() -> None:
        async with (
            site() as target,
            running_bridge(state) as (bridge, link),
            relay(link) as between,
            running_client(between.link) as (client, proxy),
        ):

            async def rounds(count: int) -> Kept:
                for _ in range(count):
                    await ending(proxy, target, between)
                    between.connections.clear()
                assert await still(lambda: bridge.streams + client.streams) == 0
                return kept()

            before, after = await rounds(WARM_UP), await rounds(ROUNDS)
            assert after.descriptors <= before.descriptors
            assert after.tasks <= before.tasks
            assert after.objects < before.objects * 1.01
            assert after.memory < before.memory * 1.1

    run(main(), timeout=60)


SLOW = 128 * MEGABYTE
BOUND = 12 * MAX_BUFFERED
"""What one slow stream may swallow: our buffers and, which is more, those of the kernels."""


async def others(client: Client, proxy: Address, target: Site) -> None:
    """Exchanges on the rest of the session that a slow stream is on."""
    async with asyncio.TaskGroup() as programs:
        for number in range(1, PER_SESSION):
            programs.create_task(
                exchange(proxy, target.address, 10 * number, 3 * MEGABYTE, 3 * MEGABYTE)
            )
    assert len(client.lines.current.sessions) == 1


@pytest.mark.parametrize("at_first", [still, None], ids=["alone at first", "from the beginning"])
def test_a_program_that_does_not_read_holds_up_no_other(
    run: Run, state: Path, at_first: Callable[[Callable[[], int]], Awaitable[int]] | None
) -> None:
    async def main() -> None:
        async with (
            site() as target,
            site() as slow,
            running_bridge(state) as (_, link),
            running_client(link) as (client, proxy),
            stream(proxy, slow.address) as (reader, writer),
        ):
            await order(writer, 1, 0, SLOW)
            if at_first is not None:
                await at_first(lambda: slow.given)
            await others(client, proxy, target)
            assert await still(lambda: slow.given) < BOUND
            assert await taken(reader, 1, 0, SLOW)

    run(main())


@pytest.mark.parametrize("at_first", [still, None], ids=["alone at first", "from the beginning"])
def test_a_target_that_does_not_read_holds_up_no_other(
    run: Run, state: Path, at_first: Callable[[Callable[[], int]], Awaitable[int]] | None
) -> None:
    async def main() -> None:
        async with (
            site() as target,
            unwilling_site() as slow,
            running_bridge(state) as (_, link),
            running_client(link) as (client, proxy),
            stream(proxy, slow.address) as (reader, writer),
        ):
            sending = asyncio.create_task(order(writer, 1, SLOW, 0))
            if at_first is not None:
                await at_first(lambda: client.totals()[0])
            before = client.totals()[0]
            await others(client, proxy, target)
            theirs = (PER_SESSION - 1) * 3 * MEGABYTE
            assert before < BOUND
            assert await still(lambda: client.totals()[0]) < BOUND + theirs + MEGABYTE
            assert not sending.done()
            slow.willing.set()
            await sending
            assert await taken(reader, 1, SLOW, 0)

    run(main())


def test_a_client_that_stops_ends_its_programs_connections(run: Run, state: Path) -> None:
    async def main() -> None:
        async with site() as target, running_bridge(state) as (_, link):
            async with running_client(link) as (_, proxy):
                reader, writer = await asyncio.open_connection(*proxy)
                address = target.address.text
                writer.write(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
                await reader.readuntil(b"\r\n\r\n")
            with pytest.raises((EOFError, ConnectionError)):
                await reader.readexactly(1)
            writer.close()

    run(main())
