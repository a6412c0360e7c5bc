"""The client as a whole: its TLS, its end, and what becomes of open streams."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from peppermoth.errors import ConfigError, Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.client import Client, stack_for
from peppermoth.tunnel.links import Link
from peppermoth.wire.pins import encode_pin
from tests.interop.programs import RefusedError, order, stream
from tests.interop.targets import site
from tests.interop.tunnels import ANY_PORT, LOOPBACK, running_bridge, running_client
from tests.tunnel.waiting import until

LINK = Link(Secret("password"), Address(LOOPBACK, 9))


@pytest.mark.parametrize("fingerprint", ["chrome:stable", "none"])
@pytest.mark.parametrize("pin", [None, encode_pin(bytes(32))])
def test_either_tls_can_be_had_with_and_without_a_pin(fingerprint, pin):
    stack_for(Link(LINK.password, LINK.address, pin=pin), fingerprint)


def test_an_unknown_fingerprint_is_a_sentence_that_names_what_works():
    with pytest.raises(ConfigError, match=r"--fingerprint: .*chrome:stable or none"):
        stack_for(LINK, "netscape:4")


def test_a_browser_without_a_version_is_its_stable_profile_as_in_links_of_other_apps():
    stack_for(Link(LINK.password, LINK.address, fingerprint="chrome"), "none")


def test_the_fingerprint_in_a_link_wins(run):
    async def make() -> None:
        with pytest.raises(ConfigError, match=r"'fp' of the link: .*chrome:stable or none"):
            Client([Link(LINK.password, LINK.address, fingerprint="netscape:4")], "none")
        Client([Link(LINK.password, LINK.address, fingerprint="none")], "netscape:4")

    run(make())


def test_before_anything_was_tried_the_failure_is_that_the_bridge_cannot_be_reached(run):
    async def ask() -> None:
        client = Client([LINK], "none")
        assert client.failure is Failure.BRIDGE_UNREACHABLE
        client.lines.current.failure = Failure.BRIDGE_REJECTED
        assert client.failure is Failure.BRIDGE_REJECTED

    run(ask())


def test_a_port_in_use_is_a_sentence(run):
    async def start() -> None:
        async with running_client(LINK, fingerprint="none") as (_, proxy):
            with pytest.raises(ConfigError, match="Cannot listen on"):
                Client([LINK], "none").start(proxy)

    run(start())


def test_a_stopped_client_takes_nothing_new_lets_streams_end_and_leaves_nothing(run, state):
    async def stop() -> None:
        async with running_bridge(state) as (_, link), site() as target:
            client = Client([link], "none")
            proxy = client.start(ANY_PORT)
            async with stream(proxy, target.address) as (reader, writer):
                stopping = asyncio.ensure_future(client.stop(drain=60))
                await asyncio.sleep(0)
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection(*proxy)
                assert not stopping.done()
                assert not reader.at_eof()
                writer.close()
            await stopping
            assert not client.lines.current.sessions

    run(stop())


def test_streams_that_outlast_the_wait_end_with_an_error(run, state):
    async def stop() -> None:
        async with running_bridge(state) as (bridge, link), site() as target:
            client = Client([link], "none")
            proxy = client.start(ANY_PORT)
            async with stream(proxy, target.address) as (reader, _):
                await client.stop(drain=0)
                with pytest.raises(ConnectionResetError):
                    await reader.read()
            assert client.streams == 0
            await until(lambda: not bridge.streams)

    run(stop())


def test_a_program_that_waits_is_let_go_at_the_end(run):
    async def stop() -> None:
        client = Client([LINK], "none")
        proxy = client.start(ANY_PORT)
        reader, writer = await asyncio.open_connection(*proxy)
        writer.write(b"\x05")
        await until(lambda: client._programs)
        await client.stop(drain=60)
        with contextlib.suppress(ConnectionResetError):  # what it said may be unread
            assert await reader.read() == b""
        writer.close()

    run(stop())


def test_programs_whose_time_is_over_are_told_by_the_sweep(run):
    async def wait() -> None:
        async with running_client(LINK, fingerprint="none") as (client, proxy):
            reader, writer = await asyncio.open_connection(*proxy)
            writer.write(b"\x05")
            await until(lambda: client._programs)
            (program,) = client._programs
            program._inlet._deadline = program.deadline = client.loop.time()
            assert await reader.read() == b""
            writer.close()

    run(wait())


def test_a_second_link_serves_where_the_first_refuses_the_password(run, state):
    async def ask() -> None:
        async with running_bridge(state) as (_, link), site() as target:
            wrong = Link(Secret("not the password"), link.address, sni=link.sni, pin=link.pin)
            async with running_client(wrong, link, fingerprint="none") as (client, proxy):
                async with stream(proxy, target.address):
                    assert client.lines.current.name.startswith("Bridge 2")
                assert client.lines.lines[0].failure is Failure.BRIDGE_REJECTED
            async with running_client(wrong, fingerprint="none") as (_, proxy):
                with pytest.raises(RefusedError):
                    async with stream(proxy, target.address):
                        pass

    run(ask())


def test_a_bridge_that_serves_no_more_leaves_new_streams_to_the_next_link(run, state, tmp_path):
    async def crowd() -> None:
        async with (
            running_bridge(state, limits={"streams_per_session": 1}) as (small, link),
            running_bridge(tmp_path / "large") as (large, other),
            running_client(link, other, fingerprint="none") as (_, proxy),
            site() as target,
            stream(proxy, target.address),
            stream(proxy, target.address),
        ):
            assert (small.streams, large.streams) == (1, 1)

    run(crowd())


def test_stopping_waits_for_what_a_slow_program_has_not_taken_yet(run, state):
    async def stop() -> None:
        async with running_bridge(state) as (bridge, link), site() as target:
            client = Client([link], "none")
            proxy = client.start(ANY_PORT)
            async with stream(proxy, target.address) as (reader, writer):
                writer.transport.pause_reading()
                await order(writer, 1, 0, 1 << 26)
                came = 0
                while not came or came < client.totals()[1]:  # until nothing more gets through
                    came = client.totals()[1]
                    await asyncio.sleep(0.1)
                assert any(carrier.full for carrier in client._carriers)
                (connection,) = bridge._connections
                for open_stream in list(connection.streams.values()):
                    open_stream.close()
                await until(lambda: not client.streams)
                stopping = asyncio.ensure_future(client.stop(drain=60))
                await asyncio.sleep(0.1)
                assert not stopping.done()
                writer.transport.resume_reading()
                while await reader.read(1 << 20):
                    pass
                await stopping

    run(stop())
