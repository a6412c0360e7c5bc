"""Sessions that are reused, bridges that fail over, and the way back."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import AsyncIterator

import pytest

from peppermoth.cloaks.session import Patience
from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.lines import Line, Lines, Policy
from peppermoth.tunnel.links import Link
from tests.interop.programs import stream
from tests.interop.targets import site
from tests.interop.tunnels import LOOPBACK, running_bridge, running_client
from tests.tunnel.waiting import until

NOWHERE = Link(Secret("password"), Address(LOOPBACK, 9), name="nobody")
SOON = Policy(rest=0.0, patience=Patience(unanswered=1.0, quiet=2.0, reply=2.0))


def lines_of(*links: Link, policy: Policy | None = None) -> Lines:
    """The lines of a client that is not started."""
    return Client(links, "none", policy=policy).lines


def fail(lines: Lines, line: Line, at: float = 0.0) -> None:
    """The line's bridge does not work, as its sessions would tell."""
    line._failed(Failure.BRIDGE_UNREACHABLE)
    line.failed_at += at


def hold(lines: Lines, line: Line) -> None:
    """The line's bridge works again, as a session would tell."""
    line.failure, line.up_since = None, lines._loop.time()
    lines.changed(line)


def test_the_first_link_is_used_while_it_works(run):
    async def choose() -> None:
        lines = lines_of(NOWHERE, NOWHERE)
        assert lines.choose([]) is lines.lines[0]
        assert lines.choose([lines.lines[0]]) is lines.lines[1]
        assert lines.choose(lines.lines) is None

    run(choose())


def test_the_next_link_takes_over_and_the_preferred_one_must_hold_before_it_is_used(run):
    async def change() -> None:
        lines = lines_of(NOWHERE, NOWHERE, policy=Policy(settle=30.0, recheck=1e9))
        first, second = lines.lines
        fail(lines, first)
        assert lines.current is second
        assert lines.choose([]) is second
        hold(lines, first)
        assert lines.current is second
        assert first.up_since is not None
        lines.sweep(first.up_since + 29.0)
        assert lines.current is second
        lines.sweep(first.up_since + 30.0)
        assert lines.current is first

    run(change())


def test_a_preferred_link_that_fails_again_does_not_come_back(run):
    async def change() -> None:
        lines = lines_of(NOWHERE, NOWHERE, policy=Policy(recheck=1e9))
        first, second = lines.lines
        fail(lines, first)
        hold(lines, first)
        fail(lines, first)
        lines.sweep(lines._loop.time() + 1e6)
        assert lines.current is second

    run(change())


def test_when_nothing_works_each_link_is_asked_again_after_its_rest(run):
    async def choose() -> None:
        lines = lines_of(NOWHERE, NOWHERE, policy=Policy(rest=2.0))
        first, second = lines.lines
        for line in lines.lines:
            fail(lines, line)
        assert lines.current is first
        assert lines.choose([]) is None
        second.failed_at -= 3.0
        assert lines.choose([]) is second
        assert lines.choose([second]) is None
        hold(lines, second)
        assert lines.current is second

    run(choose())


def test_a_bridge_is_named_by_place_and_never_by_address(run, caplog):
    async def name() -> None:
        lines = lines_of(NOWHERE, Link(Secret("password"), Address("192.0.2.1", 443)))
        with caplog.at_level(logging.DEBUG, "peppermoth"):
            for line in lines.lines:
                fail(lines, line)
                fail(lines, line)
        assert [line.name for line in lines.lines] == ["Bridge 1 (nobody)", "Bridge 2"]

    run(name())
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 2, "each failure is told once"
    assert "192.0.2.1" not in caplog.text


@contextlib.asynccontextmanager
async def tunnel(
    state, policy: Policy = SOON, **settings: object
) -> AsyncIterator[tuple[Bridge, Client, Address]]:
    """A bridge and its client, and where the proxy is."""
    async with (
        running_bridge(state, **settings) as (bridge, link),
        running_client(link, policy=policy, fingerprint="none") as (client, proxy),
    ):
        yield bridge, client, proxy


async def open_streams(
    stack: contextlib.AsyncExitStack, proxy: Address, target: Address, count: int
):
    for _ in range(count):
        await stack.enter_async_context(stream(proxy, target))


def test_streams_share_a_session_up_to_the_limit(run, state):
    async def share() -> None:
        policy = Policy(streams_per_session=3)
        async with (
            tunnel(state, policy) as (_, client, proxy),
            site() as target,
            contextlib.AsyncExitStack() as stack,
        ):
            await open_streams(stack, proxy, target.address, 7)
            counts = [len(session.streams) for session in client.lines.current.sessions]
            assert counts == [3, 3, 1]

    run(share())


def test_idle_sessions_are_closed_and_some_are_kept(run, state):
    async def idle() -> None:
        policy = Policy(streams_per_session=1, idle=60.0, keep_idle=1)
        async with tunnel(state, policy) as (bridge, client, proxy), site() as target:
            async with contextlib.AsyncExitStack() as stack:
                await open_streams(stack, proxy, target.address, 3)
            line = client.lines.current
            await until(lambda: not line.streams)
            newest = line.sessions[-1]
            now = client.loop.time()
            line.sweep(now + 59)
            assert len(line.sessions) == 3
            line.sweep(now + 61)
            assert line.sessions == [newest]
            await until(lambda: len(bridge._connections) == 1)

    run(idle())


def test_a_session_that_was_in_use_is_replaced_at_once_an_idle_one_is_not(run, state):
    async def lose() -> None:
        async with tunnel(state) as (bridge, client, proxy), site() as target:
            line = client.lines.current
            async with stream(proxy, target.address):
                (before,) = line.sessions
                drop_all(bridge)
                await until(lambda: line.sessions and before not in line.sessions)
            await until(lambda: line.sessions[0].ready)
            drop_all(bridge)
            await until(lambda: not line.sessions)
            assert not line._dials
            assert line.up_since is not None

    run(lose())


def drop_all(bridge: Bridge) -> None:
    for connection in list(bridge._connections):
        connection.pump.carrier.abort()


def test_a_bridge_that_is_gone_when_its_session_breaks_is_known_to_be_down(run, state):
    async def lose() -> None:
        async with tunnel(state) as (bridge, client, proxy), site() as target:
            async with stream(proxy, target.address):
                for listener in bridge._listeners:
                    listener.close()
                drop_all(bridge)
                await until(lambda: client.lines.current.down)
            assert client.failure is Failure.BRIDGE_UNREACHABLE
            assert client.lines.current.up_since is None

    run(lose())


def test_bytes_of_ended_sessions_stay_in_the_totals(run, state):
    async def count() -> None:
        async with tunnel(state) as (bridge, client, proxy), site() as target:
            async with stream(proxy, target.address) as (_, writer):
                writer.write(bytes(1000))
                await until(lambda: client.totals()[0] == 1000)
            await until(lambda: not client.streams)  # a session in use would be replaced
            drop_all(bridge)
            await until(lambda: not client.lines.current.sessions)
            assert client.totals()[0] == 1000

    run(count())


def test_a_probe_makes_one_session_and_no_second(run, state):
    async def probe() -> None:
        async with tunnel(state) as (_, client, _):
            line = client.lines.current
            line.probe()
            line.probe()
            await until(lambda: line.up_since)
            line.probe()
            assert len(line.sessions) == 1
            assert not line._dials

    run(probe())


def test_a_probe_finds_a_bridge_up_again_whose_sessions_live_on(run, state):
    async def probe() -> None:
        async with tunnel(state) as (_, client, proxy), site() as target:
            line = client.lines.current
            async with stream(proxy, target.address):
                fail(client.lines, line)
                line.probe()
                await until(lambda: not line.down)
                assert line.streams == 1

    run(probe())


def test_what_a_bridge_spoke_is_remembered_until_it_fails(run, state):
    async def probe() -> None:
        async with tunnel(state) as (_, client, _):
            line = client.lines.current
            versions = [line.make_machine(0.0).version]
            line.probe()
            await until(lambda: line.up_since)
            versions.append(line.make_machine(0.0).version)
            fail(client.lines, line)
            versions.append(line.make_machine(0.0).version)
            assert versions == [1, 2, 1]

    run(probe())


def test_a_bridge_that_never_finishes_the_handshake_is_given_up(run):
    async def wait() -> None:
        with socket.create_server((LOOPBACK, 0)) as silent:
            link = Link(Secret("password"), Address(*silent.getsockname()))
            policy = Policy(dial_timeout=0.3)
            async with running_client(link, policy=policy, fingerprint="none") as (client, _):
                client.lines.current.probe()
                await until(lambda: client.lines.current.failure is Failure.BRIDGE_UNREACHABLE)

    run(wait())


@pytest.mark.parametrize("fingerprint", ["none", "chrome:stable"])
def test_a_bridge_without_a_name_or_a_pin_is_judged_by_its_address(run, state, fingerprint):
    async def meet() -> None:
        async with running_bridge(state) as (_, link):
            bare = Link(link.password, link.address)
            async with running_client(bare, fingerprint=fingerprint) as (client, _):
                client.lines.current.probe()
                await until(lambda: client.lines.current.failure is Failure.BRIDGE_UNTRUSTED)

    run(meet())
