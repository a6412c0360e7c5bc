"""One session of the client: what its end means, and what its streams are told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import pytest

from peppermoth.cloaks import tls
from peppermoth.cloaks.anytls import AnyTlsClient
from peppermoth.cloaks.machine import Machine
from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.client_session import ClientSession, refusal
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.streams import TcpStream
from peppermoth.wire.anytls import DEFAULT_SCHEME, PaddingScheme, password_key
from peppermoth.wire.pins import decode_pin
from tests.interop.targets import site
from tests.interop.tunnels import running_bridge
from tests.tunnel.black_hole import black_hole
from tests.tunnel.waiting import until

TARGET = Address("192.0.2.1", 80)


@pytest.mark.parametrize("failure", Failure)
def test_our_own_words_for_a_failure_are_read_back(failure):
    assert refusal(failure.value) is failure


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("dial tcp: connect: connection refused", Failure.TARGET_REFUSED),
        ("lookup moth.example: no such host", Failure.NAME_UNKNOWN),
        ("read udp: i/o timeout", Failure.TARGET_TIMEOUT),
        ("context deadline exceeded", Failure.TARGET_TIMEOUT),
        ("connect: network is unreachable", Failure.TARGET_UNREACHABLE),
        ("connect: No route to host", Failure.TARGET_UNREACHABLE),
        ("something else", Failure.OTHER),
        ("", Failure.OTHER),
    ],
)
def test_words_of_other_bridges_are_understood(text, failure):
    assert refusal(text) is failure


class Owner:
    """Keeps what a session tells about itself."""

    def __init__(self, password: Secret) -> None:
        self._key = password_key(password.reveal())
        self.room = asyncio.Event()
        self.ready: bool | None = None
        self.scheme: PaddingScheme | None = None
        self.failure: Failure | None = None

    def make_machine(self, now: float) -> Machine:
        return AnyTlsClient(self._key, DEFAULT_SCHEME, lambda low, high: high, "test", now)

    def has_room(self, session: ClientSession) -> None:
        self.room.set()

    def is_ready(self, session: ClientSession, extended: bool) -> None:
        self.ready = extended

    def scheme_updated(self, scheme: PaddingScheme) -> None:
        self.scheme = scheme

    def lost(self, session: ClientSession, failure: Failure) -> None:
        self.failure = failure


class Asked:
    """A program that wants a stream, and what it hears."""

    early = b""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.heard: list[object] = []

    def attached(self, session: ClientSession, number: int) -> TcpStream:
        return TcpStream(session, number, 60.0)

    def accepted(self) -> None:
        self.heard.append("accepted")

    def refused(self, failure: Failure) -> None:
        self.heard.append(("refused", failure))

    def unserved(self, failure: Failure) -> None:
        self.heard.append(("unserved", failure))


def session_to(
    address: Address, link: Link, *, pin: bytes | None = None, patience: float = 20.0
) -> tuple[ClientSession, Owner]:
    """A session on a fresh connection."""
    sock = socket.create_connection(address)
    sock.setblocking(False)
    owner = Owner(link.password)
    stack = tls.client_stack("none", pin or decode_pin(link.pin or ""))
    client = tls.Tls(stack, link.server_name)
    return ClientSession(owner, client, sock, 4, patience), owner


def test_a_session_has_room_for_one_until_the_bridge_says_more(run, state):
    async def open_all() -> None:
        async with running_bridge(state) as (_, link), site() as target:
            session, owner = session_to(link.address, link)
            assert not session.room
            await owner.room.wait()
            first, second = Asked(target.address), Asked(target.address)
            session.attach(first)
            assert not session.room
            await until(lambda: first.heard)
            assert owner.ready is True
            assert session.room
            session.attach(second)
            await until(lambda: second.heard)
            assert first.heard == second.heard == ["accepted"]
            session.fail(Failure.OTHER)

    run(open_all())


def test_a_stream_that_has_no_answer_when_the_session_breaks_may_try_elsewhere(run, state):
    async def lose() -> None:
        with black_hole() as target:
            async with running_bridge(state) as (bridge, link):
                session, owner = session_to(link.address, link)
                await owner.room.wait()
                asked = Asked(target)
                session.attach(asked)
                await until(lambda: bridge.streams)
                for connection in list(bridge._connections):
                    connection.pump.carrier.abort()
                await until(lambda: session.over)
            assert asked.heard == [("unserved", Failure.BRIDGE_LOST)]
            assert owner.failure is Failure.BRIDGE_LOST
            assert not session.streams

    run(lose())


def test_an_alert_says_what_is_wrong(run, state):
    async def crowd() -> None:
        limits = {"sessions_per_user": 1}
        async with running_bridge(state, limits=limits) as (_, link):
            first, owner = session_to(link.address, link)
            await owner.room.wait()
            first.attach(Asked(TARGET))
            await until(lambda: owner.ready is not None)
            second, owner = session_to(link.address, link)
            await owner.room.wait()
            asked = Asked(TARGET)
            second.attach(asked)
            await until(lambda: second.over)
            assert owner.failure is Failure.BRIDGE_BUSY
            assert asked.heard == [("unserved", Failure.BRIDGE_BUSY)]
            first.fail(Failure.OTHER)

    run(crowd())


def test_a_session_that_has_just_ended_takes_no_stream_that_waits(run, state):
    async def end() -> None:
        with black_hole() as target:
            async with running_bridge(state) as (bridge, link):
                session, owner = session_to(link.address, link)
                await owner.room.wait()
                first, second = Asked(target), Asked(target)
                session.attach(first)
                await until(lambda: bridge.streams)
                owner.has_room = lambda session: session.room and session.attach(second)
                (connection,) = bridge._connections
                connection.inner.refuse(*connection.streams, Failure.TARGET_REFUSED.value)
                connection.inner.alert(Failure.BRIDGE_BUSY.value)
                connection.pump.turn()
                await until(lambda: session.over)
            assert first.heard == [("refused", Failure.TARGET_REFUSED)]
            assert second.heard == []
            assert owner.failure is Failure.BRIDGE_BUSY

    run(end())


def test_what_an_alert_says_is_not_logged_as_it_is(run, state, caplog):
    async def alert() -> None:
        async with running_bridge(state) as (bridge, link):
            session, owner = session_to(link.address, link)
            await owner.room.wait()
            session.attach(Asked(TARGET))
            await until(lambda: owner.ready)
            (connection,) = bridge._connections
            connection.inner.alert("dial 198.51.100.7: \x1b[2Jrefused")
            connection.pump.turn()
            await until(lambda: session.over)

    with caplog.at_level(logging.DEBUG, "peppermoth"):
        run(alert())
    assert Failure.TARGET_REFUSED.sentence in caplog.text
    assert "198.51.100.7" not in caplog.text
    assert "\x1b" not in caplog.text


def test_a_server_with_another_key_is_not_trusted(run, state):
    async def meet() -> None:
        async with running_bridge(state) as (_, link):
            session, owner = session_to(link.address, link, pin=bytes(32))
            await until(lambda: session.over)
            assert owner.failure is Failure.BRIDGE_UNTRUSTED

    run(meet())


def test_a_web_site_in_answer_means_that_the_password_is_wrong(run, state):
    async def meet() -> None:
        async with running_bridge(state) as (_, link):
            wrong = Link(Secret("not the password"), link.address, sni=link.sni, pin=link.pin)
            session, owner = session_to(link.address, wrong)
            await until(lambda: session.over)
            assert owner.failure is Failure.BRIDGE_REJECTED

    run(meet())


@contextlib.contextmanager
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


LINK = Link(Secret("password"), TARGET, sni="moth.example")


def test_silence_instead_of_a_handshake_ends_in_time(run):
    async def wait() -> None:
        with listener() as silent:
            address = Address(*silent.getsockname())
            session, owner = session_to(address, LINK, pin=bytes(32), patience=0.1)
            await until(lambda: session.over)
            assert owner.failure is Failure.BRIDGE_UNREACHABLE

    run(wait())


@pytest.mark.parametrize("words", [b"\x00 this is not TLS", b""])
def test_whoever_does_not_speak_tls_is_no_bridge(run, words):
    async def meet() -> None:
        with listener() as server:
            address = Address(*server.getsockname())
            session, owner = session_to(address, LINK, pin=bytes(32))
            visitor, _ = server.accept()
            with visitor:
                visitor.sendall(words)
            await until(lambda: session.over)
            assert owner.failure is Failure.BRIDGE_UNREACHABLE

    run(meet())
