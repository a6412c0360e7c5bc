"""The bridge as a whole: start, limits, what it refuses, reload, end."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.lines import Policy
from peppermoth.tunnel.settings import BridgeSettings
from peppermoth.wire.socks import Reply
from tests.interop.programs import RefusedError, order, stream, taken
from tests.interop.targets import site
from tests.interop.tunnels import ANY_PORT, LOOPBACK, running_bridge, running_client
from tests.tunnel.waiting import until


def test_it_listens_on_every_address_it_is_told(run, state):
    async def listen() -> None:
        async with running_bridge(state, listen=[ANY_PORT, Address("::1", 0)]) as (bridge, link):
            assert [address.host for address in bridge.addresses] == [LOOPBACK, "::1"]
            assert link.address == bridge.addresses[0]
            for address in bridge.addresses:
                socket.create_connection(address).close()

    run(listen())


def test_a_port_in_use_leaves_nothing_open(run, state):
    async def start() -> None:
        with socket.create_server((LOOPBACK, 0)) as taken:
            listen = [ANY_PORT, Address(*taken.getsockname())]
            with pytest.raises(ConfigError, match="another program"):
                await Bridge(BridgeSettings(listen=listen, state=state)).start()
        (state / "stray").touch()
        with pytest.raises(ConfigError, match="state directory"):
            await Bridge(BridgeSettings(listen=[ANY_PORT], state=state)).start()

    run(start())


def test_the_public_host_is_what_links_name(run, state):
    async def start() -> None:
        async with running_bridge(state, public_host="bridge.example") as (bridge, link):
            assert link.address == Address("bridge.example", bridge.addresses[0].port)

    run(start())


def test_its_own_network_is_out_of_reach_unless_it_is_told_otherwise(run, state):
    async def ask() -> None:
        async with (
            running_bridge(state, allow_private=False) as (_, link),
            running_client(link, fingerprint="none") as (_, proxy),
            site() as target,
        ):
            with pytest.raises(RefusedError) as refused:
                async with stream(proxy, target.address):
                    pass
            assert refused.value.reply == Reply.NOT_ALLOWED

    run(ask())


def test_strangers_beyond_the_limit_are_closed_and_room_comes_back(run, state):
    async def crowd() -> None:
        async with running_bridge(state, limits={"unauthenticated": 2}) as (bridge, link):
            first, second = (socket.create_connection(link.address) for _ in range(2))
            await until(lambda: len(bridge._connections) == 2)
            with socket.create_connection(link.address) as third:
                third.setblocking(False)
                assert await asyncio.get_running_loop().sock_recv(third, 1) == b""
            first.close()
            second.close()
            await until(lambda: not bridge._connections)
            assert bridge._strangers == 0
            async with running_client(link, fingerprint="none") as (client, _):
                client.lines.current.probe()
                await until(lambda: client.lines.current.up_since)
                assert bridge._strangers == 0

    run(crowd())


def test_a_session_that_nobody_uses_is_closed_after_its_time(run, state):
    async def idle() -> None:
        policy = Policy(idle=1e9)
        async with (
            running_bridge(state, limits={"session_idle_timeout": 0.01}) as (bridge, link),
            running_client(link, policy=policy, fingerprint="none") as (client, proxy),
            site() as target,
        ):
            async with stream(proxy, target.address):
                await asyncio.sleep(0.02)
                bridge._sweep()
                await asyncio.sleep(0.02)
                assert bridge.streams == 1
            await until(lambda: not bridge.streams)
            await asyncio.sleep(0.02)
            bridge._sweep()
            await until(lambda: not client.lines.current.sessions)
            assert not bridge._sessions

    run(idle())


def test_a_reload_reads_the_settings_anew_and_tells(run, state):
    told: list[int] = []

    async def reload() -> None:
        asked = BridgeSettings(listen=[ANY_PORT], state=state)
        changed = asked.model_copy(update={"domain": "moth.example"})
        bridge = Bridge(asked, lambda: changed, lambda: told.append(len(bridge.service.links)))
        await bridge.start()
        before = bridge.service
        bridge.reload()
        bridge.reload()
        await until(lambda: bridge.service is not before)
        assert bridge.service.links[0][1].sni == "moth.example"
        assert bridge.service.links[0][1].password == before.links[0][1].password
        await until(lambda: told)
        await bridge.stop(drain=0)

    run(reload())
    assert told == [1]


@pytest.mark.parametrize("broken", ["settings", "links"])
def test_a_reload_that_fails_is_one_sentence_and_changes_nothing(run, state, caplog, broken):
    def fail() -> BridgeSettings:
        raise ConfigError("That cannot be used.")

    async def reload() -> None:
        settings = BridgeSettings(listen=[ANY_PORT], state=state)
        more = (fail,) if broken == "settings" else (lambda: settings, fail)
        bridge = Bridge(settings, *more)
        await bridge.start()
        before = bridge.service
        bridge.reload()
        await until(lambda: "That cannot be used." in caplog.text)
        assert (bridge.service is before) is (broken == "settings")
        await bridge.stop(drain=0)

    with caplog.at_level(logging.INFO, "peppermoth"):
        run(reload())
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1


def test_stopping_waits_for_streams_and_refuses_newcomers(run, state):
    async def stop() -> None:
        bridge = Bridge(BridgeSettings(listen=[ANY_PORT], state=state, allow_private=True))
        await bridge.start()
        link = bridge.service.links[0][1]
        async with running_client(link, fingerprint="none") as (_, proxy), site() as target:
            async with stream(proxy, target.address) as (reader, writer):
                stopping = asyncio.ensure_future(bridge.stop(drain=60))
                await asyncio.sleep(0.05)
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection(link.address)
                assert not stopping.done()
                assert not reader.at_eof()
                writer.close()
            await stopping

    run(stop())


def test_streams_that_outlast_the_wait_break(run, state):
    async def stop() -> None:
        bridge = Bridge(BridgeSettings(listen=[ANY_PORT], state=state, allow_private=True))
        await bridge.start()
        link = bridge.service.links[0][1]
        async with (
            running_client(link, fingerprint="none") as (_, proxy),
            site() as target,
            stream(proxy, target.address) as (reader, _),
        ):
            await bridge.stop(drain=0)
            with pytest.raises(ConnectionResetError):
                await reader.read()
            assert bridge.streams == 0
            assert not bridge._connections

    run(stop())


def test_what_was_written_goes_out_before_the_end(run, state):
    """A stranger who is still reading a page when the bridge stops gets all of it."""

    async def stop() -> None:
        bridge = Bridge(BridgeSettings(listen=[ANY_PORT], state=state))
        await bridge.start()
        with socket.create_connection(bridge.addresses[0]) as stranger:
            stranger.setblocking(False)
            loop = asyncio.get_running_loop()
            await until(lambda: bridge._connections)
            (connection,) = bridge._connections
            connection.pump.carrier.write(bytes(8_000_000))
            assert connection.pump.carrier.buffered
            stopping = asyncio.ensure_future(bridge.stop(drain=60))
            size = 0
            while data := await loop.sock_recv(stranger, 1 << 20):
                size += len(data)
            assert size == 8_000_000
            await stopping

    run(stop())


def test_a_removed_user_keeps_her_stream_and_gets_no_other(run, state, tmp_path):
    users = tmp_path / "users"
    users.write_text("ann:first-password\nbob:other-password\n")

    async def remove() -> None:
        async with (
            running_bridge(state, users_file=users) as (bridge, link),
            running_client(link, fingerprint="none") as (_, proxy),
            site() as target,
            stream(proxy, target.address) as (reader, writer),
        ):
            users.write_text("bob:other-password\n")
            bridge.reload()
            await until(lambda: len(bridge.service.links) == 1)
            with pytest.raises(RefusedError):
                async with stream(proxy, target.address):
                    pass
            await order(writer, 1, 1000, 1000)
            assert await taken(reader, 1, 1000, 1000)

    run(remove())
