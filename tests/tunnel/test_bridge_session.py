"""One connection to the bridge: user or stranger, and what each of them may have."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from peppermoth.cloaks.anytls import AnyTlsClient
from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.links import Link
from peppermoth.wire import uot
from peppermoth.wire.anytls import DEFAULT_SCHEME, password_key
from peppermoth.wire.socks import Command, Reply
from tests.interop.programs import RefusedError, asked, stream
from tests.interop.targets import site
from tests.interop.tunnels import running_bridge, running_client
from tests.tunnel.black_hole import black_hole
from tests.tunnel.waiting import until

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
GET = b"GET / HTTP/1.1\r\nHost: moth.example\r\nConnection: close\r\n\r\n"


@contextlib.asynccontextmanager
async def visit(link: Link, *alpn: str) -> AsyncIterator[Streams]:
    """A TLS connection to the bridge, by somebody who trusts everybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(alpn or ("http/1.1",))
    reader, writer = await asyncio.open_connection(
        *link.address, ssl=context, server_hostname=link.server_name
    )
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def only_connection(bridge: Bridge):
    (connection,) = bridge._connections
    return connection


def hello_of(link: Link) -> bytes:
    """What a user says first."""
    key = password_key(link.password.reveal())
    machine = AnyTlsClient(key, DEFAULT_SCHEME, lambda low, high: high, "test", 0.0)
    return b"".join(machine.data_to_send())


def test_whoever_has_no_password_sees_a_web_site(run, state):
    async def look() -> None:
        async with running_bridge(state) as (bridge, link), visit(link) as (reader, writer):
            writer.write(GET)
            page = await reader.read()
            assert page.startswith(b"HTTP/1.1 200 ")
            assert only_connection(bridge).user is None

    run(look())


def test_a_stranger_at_http_2_is_greeted_although_it_says_nothing(run, state):
    async def wait() -> None:
        async with running_bridge(state) as (_, link), visit(link, "h2") as (reader, _):
            frame = await reader.readexactly(9)
            assert frame[3] == 4, "a web server begins with SETTINGS"

    run(wait())


def test_a_user_who_is_late_is_still_let_in_until_the_cover_has_spoken(run, state):
    async def hesitate() -> None:
        async with running_bridge(state) as (bridge, link), visit(link) as (reader, writer):
            await until(lambda: only_connection(bridge)._relay is not None)
            writer.write(hello_of(link))
            await until(lambda: only_connection(bridge).user)
            assert only_connection(bridge)._relay is None
            assert await reader.read(1), "the bridge tells its settings"

    run(hesitate())


def test_after_the_cover_has_spoken_a_password_is_just_a_bad_request(run, state):
    async def mix() -> None:
        async with running_bridge(state) as (bridge, link), visit(link) as (reader, writer):
            writer.write(GET.replace(b"close", b"keep-alive"))
            assert await reader.read(1)
            writer.write(hello_of(link))
            await until(lambda: not bridge._connections or reader.at_eof() or bool(reader._buffer))
            assert not any(connection.user for connection in bridge._connections)

    run(mix())


def test_silence_before_the_handshake_is_ended_without_a_word(run, state):
    async def wait() -> None:
        limits = {"handshake_timeout": 0.1}
        async with running_bridge(state, limits=limits) as (bridge, link):
            with socket.create_connection(link.address) as silent:
                silent.setblocking(False)
                assert await asyncio.get_running_loop().sock_recv(silent, 1) == b""
            assert not bridge._connections

    run(wait())


def test_garbage_gets_the_web_servers_answer_in_clear(run, state):
    async def knock() -> None:
        async with running_bridge(state) as (_, link):
            reader, writer = await asyncio.open_connection(*link.address)
            writer.write(GET)
            assert b"400" in await reader.read()
            writer.close()

    run(knock())


def test_streams_beyond_the_limit_are_refused_and_the_others_go_on(run, state):
    async def crowd() -> None:
        limits = {"streams_per_session": 2}
        async with (
            running_bridge(state, limits=limits) as (bridge, link),
            running_client(link, fingerprint="none") as (_, proxy),
            site() as target,
            stream(proxy, target.address),
            stream(proxy, target.address),
        ):
            with pytest.raises(RefusedError):
                async with stream(proxy, target.address):
                    pass
            assert bridge.streams == 2

    run(crowd())


def test_associations_beyond_the_limit_are_refused_and_streams_are_not(run, state):
    async def crowd() -> None:
        anywhere = Address("0.0.0.0", 0)
        async with (
            running_bridge(state, limits={"udp_per_session": 1}) as (_, link),
            running_client(link, fingerprint="none") as (_, proxy),
            site() as target,
            asked(proxy, Command.UDP_ASSOCIATE, anywhere),
        ):
            with pytest.raises(RefusedError) as refused:
                async with asked(proxy, Command.UDP_ASSOCIATE, anywhere):
                    pass
            assert refused.value.reply == Reply.GENERAL_FAILURE
            async with stream(proxy, target.address):
                pass

    run(crowd())


def test_a_session_beyond_the_limit_reaches_no_target(run, state):
    async def crowd() -> None:
        with socket.create_server(("127.0.0.1", 0)) as target:
            target.setblocking(False)
            async with (
                running_bridge(state, limits={"sessions_per_user": 1}) as (_, link),
                running_client(link, fingerprint="none") as (_, proxy),
                site() as elsewhere,
                stream(proxy, elsewhere.address),
                visit(link) as (reader, writer),
            ):
                key = password_key(link.password.reveal())
                machine = AnyTlsClient(key, DEFAULT_SCHEME, lambda low, high: high, "test", 0.0)
                machine.open_stream(Address(*target.getsockname()), 0.0)
                writer.write(b"".join(machine.data_to_send()))
                assert await reader.read()
                with pytest.raises(BlockingIOError):
                    target.accept()

    run(crowd())


def test_an_association_that_nobody_uses_is_closed(run, state):
    async def wait() -> None:
        anywhere = Address("0.0.0.0", 0)
        async with (
            running_bridge(state, limits={"udp_idle_timeout": 60.0}) as (bridge, link),
            running_client(link, fingerprint="none") as (client, proxy),
            asked(proxy, Command.UDP_ASSOCIATE, anywhere) as (reader, *_),
        ):
            connection = only_connection(bridge)
            connection.close_idle(client.loop.time() + 59.0)
            assert bridge.streams == 1
            connection.close_idle(client.loop.time() + 61.0)
            assert bridge.streams == 0
            assert await reader.read() == b""

    run(wait())


def test_a_refused_stream_was_use_of_its_session(run, state, free_port):
    async def refuse() -> None:
        async with (
            running_bridge(state) as (bridge, link),
            running_client(link, fingerprint="none") as (_, proxy),
        ):
            with pytest.raises(RefusedError):
                async with stream(proxy, Address("127.0.0.1", free_port())):
                    pass
            connection = only_connection(bridge)
            connection.idle_since = 0.0
            with pytest.raises(RefusedError):
                async with stream(proxy, Address("127.0.0.1", free_port())):
                    pass
            assert connection.idle_since > 0.0

    run(refuse())


def test_a_connection_attempt_ends_with_its_stream(run, state):
    async def give_up() -> None:
        with black_hole() as target:
            async with running_bridge(state) as (bridge, link), visit(link) as (_, writer):
                key = password_key(link.password.reveal())
                machine = AnyTlsClient(key, DEFAULT_SCHEME, lambda low, high: high, "test", 0.0)
                number = machine.open_stream(target, 0.0)
                writer.writelines(machine.data_to_send())
                await until(lambda: bridge.streams)
                assert only_connection(bridge)._connecting
                machine.close_stream(number)
                writer.writelines(machine.data_to_send())
                await until(lambda: not bridge.streams)
                assert not only_connection(bridge)._connecting

    run(give_up())


def test_a_lost_client_takes_targets_and_attempts_along(run, state):
    async def leave() -> None:
        with black_hole() as nowhere:
            async with running_bridge(state) as (bridge, link), site() as target:
                async with visit(link) as (_, writer):
                    key = password_key(link.password.reveal())
                    machine = AnyTlsClient(key, DEFAULT_SCHEME, lambda low, high: high, "t", 0.0)
                    for address in (nowhere, target.address, Address(uot.MAGIC_NAME, 0)):
                        machine.open_stream(address, 0.0)
                    writer.writelines(machine.data_to_send())
                    await until(lambda: target.visits)
                    assert bridge.streams == 3
                    writer.transport.abort()
                await until(lambda: not bridge._connections)
                assert bridge.streams == 0

    run(leave())
