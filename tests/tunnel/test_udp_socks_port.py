"""The client's port for SOCKS5 UDP ASSOCIATE: whom it hears, whom it answers. Real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from peppermoth.redact import Address
from peppermoth.tunnel.udp import SocksUdpPort
from peppermoth.wire.socks import decode_datagram, encode_datagram
from tests.conftest import Run
from tests.tunnel.datagram_peers import LOOPBACK, Ends, Peer, peer

FAR = Address("far.example", 53)


@contextlib.contextmanager
def socks_port(
    client_port: int = 0, client_host: str = LOOPBACK, listen: str = LOOPBACK
) -> Iterator[tuple[SocksUdpPort, Ends]]:
    ends = Ends()
    port = SocksUdpPort(listen, client_host, client_port, ends.on_datagram)
    try:
        yield port, ends
    finally:
        port.close()


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_an_application_talks_through_the_port(run: Run, host: str) -> None:
    async def talk() -> None:
        with peer(host) as app, socks_port(client_host=host, listen=host) as (port, ends):
            assert port.bound.host == host
            app.say(port.bound, encode_datagram(FAR, b"ask"))
            assert await ends.datagrams.get() == (FAR, b"ask")
            source = Address("192.0.2.7", 53)
            port.reply(source, b"answer")
            assert decode_datagram((await app.heard())[0]) == (source, b"answer")

    run(talk())


async def heard_of(port: SocksUdpPort, ends: Ends, senders: list[Peer], last: Peer) -> list[bytes]:
    """What comes through when each sender says its number, and then ``last`` says "end"."""
    for number, sender in enumerate(senders):
        sender.say(port.bound, encode_datagram(FAR, b"%d" % number))
    last.say(port.bound, encode_datagram(FAR, b"end"))
    got = []
    while not got or got[-1] != b"end":
        got.append((await ends.datagrams.get())[1])
    return got


def test_the_first_port_that_is_heard_is_the_only_one(run: Run) -> None:
    async def talk() -> list[bytes]:
        with peer() as app, peer() as stranger, socks_port() as (port, ends):
            got = await heard_of(port, ends, [app, stranger, app, stranger], last=app)
            port.reply(FAR, b"for the application")
            await app.heard()
            assert stranger.heard_nothing()
            return got

    assert run(talk()) == [b"0", b"2", b"end"]


def test_a_port_named_in_the_request_is_the_only_one(run: Run) -> None:
    async def talk() -> list[bytes]:
        with (
            peer() as app,
            peer() as stranger,
            socks_port(client_port=app.address.port) as (port, ends),
        ):
            return await heard_of(port, ends, [stranger, app], last=app)

    assert run(talk()) == [b"1", b"end"]


def test_another_host_is_not_heard_and_claims_no_port(run: Run) -> None:
    async def talk() -> list[bytes]:
        with peer("127.0.0.2") as stranger, peer() as app, socks_port() as (port, ends):
            return await heard_of(port, ends, [stranger, app], last=app)

    assert run(talk()) == [b"1", b"end"]


@pytest.mark.parametrize(
    "junk", [b"", b"\0\0\0", b"\0\0\1" + encode_datagram(FAR, b"x")[3:], b"\0\0\0\7"]
)
def test_fragments_and_junk_are_dropped_and_claim_no_port(run: Run, junk: bytes) -> None:
    async def talk() -> list[bytes]:
        with peer() as stranger, peer() as app, socks_port() as (port, ends):
            stranger.say(port.bound, junk)
            return await heard_of(port, ends, [app], last=app)

    assert run(talk()) == [b"0", b"end"]


def test_a_reply_before_the_application_spoke_is_dropped(run: Run) -> None:
    async def talk() -> None:
        with peer() as app, socks_port() as (port, ends):
            port.reply(FAR, b"early")
            app.say(port.bound, encode_datagram(FAR, b"ask"))
            await ends.datagrams.get()
            port.reply(FAR, b"in time")
            assert decode_datagram((await app.heard())[0]) == (FAR, b"in time")

    run(talk())


def test_after_closing_nothing_is_heard_or_sent(run: Run) -> None:
    async def talk() -> bool:
        with peer() as app, socks_port(client_port=app.address.port) as (port, ends):
            app.say(port.bound, encode_datagram(FAR, b"x"))
            port.close()
            port.close()
            port.reply(FAR, b"x")
            await asyncio.sleep(0.02)
            return app.heard_nothing() and ends.datagrams.empty()

    assert run(talk())
