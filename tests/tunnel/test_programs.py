"""From a program's request to its answer: through a real client, with and without a bridge."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.lines import Line
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.programs import Program
from peppermoth.wire import socks
from peppermoth.wire.socks import Command, Reply
from tests.interop.programs import RefusedError, asked, exchange, stream
from tests.interop.targets import site
from tests.interop.tunnels import LOOPBACK, running_bridge, running_client
from tests.tunnel.black_hole import black_hole
from tests.tunnel.inlet_talk import GREETING, TO_EXAMPLE
from tests.tunnel.waiting import until

KNOWN = Failure.BRIDGE_UNREACHABLE.sentence.encode()
BODY = 512 * 1024
TO_EXAMPLE_BY_NAME = GREETING + TO_EXAMPLE
POST = f"POST http://moth.example/ HTTP/1.1\r\nHost: moth.example\r\nContent-Length: {BODY}\r\n\r\n"


@contextlib.asynccontextmanager
async def without_bridge(port: int) -> AsyncIterator[tuple[Client, Address]]:
    """A client whose only bridge is not there."""
    link = Link(Secret("password"), Address(LOOPBACK, port))
    async with running_client(link, fingerprint="none") as running:
        yield running


def only_program(client: Client) -> Program:
    """The one that waits."""
    (program,) = client._programs
    return program


async def answer(proxy: Address, *said: bytes) -> bytes:
    """All that comes back until the proxy closes; a reset raises."""
    reader, writer = await asyncio.open_connection(*proxy)
    try:
        for piece in said:
            writer.write(piece)
        return await reader.read()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def test_the_error_page_survives_a_request_that_is_still_being_sent(run, free_port):
    async def post() -> None:
        async with without_bridge(free_port()) as (client, proxy):
            page = await answer(proxy, POST.encode(), bytes(BODY))
            assert page.startswith(b"HTTP/1.1 504 ")
            assert KNOWN in page
            await until(lambda: not client._programs)

    run(post())


@pytest.mark.parametrize(
    "said",
    [
        b"POST http://moth.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n",
        b"GET /here HTTP/1.1\r\nHost: moth.example\r\n\r\n",
        b"\x04\x01nonsense",
        b"\x05\x01\x09",
    ],
)
def test_a_request_that_cannot_be_served_is_answered_or_ended_whatever_the_bridge_does(
    run, free_port, said
):
    async def ask() -> None:
        async with without_bridge(free_port()) as (client, proxy):
            for _ in range(2):
                await answer(proxy, said)
            await until(lambda: not client._programs)

    run(ask())


def test_a_program_that_does_not_close_after_its_answer_is_dropped(run, free_port):
    async def linger() -> None:
        async with without_bridge(free_port()) as (client, proxy):
            reader, writer = await asyncio.open_connection(*proxy)
            writer.write(POST.encode())
            assert KNOWN in await reader.read()
            program = only_program(client)
            assert program.deadline > client.loop.time()
            program.too_late()
            assert not client._programs
            writer.close()

    run(linger())


class NoBridge:
    """A client that has no bridge to offer, and a clock to be set."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.credentials = None
        self.failure = Failure.BRIDGE_REJECTED
        self.gone: list[Program] = []

    def choose(self, tried: list[Line]) -> Line | None:
        return None

    def left(self, program: Program) -> None:
        self.gone.append(program)


@contextlib.contextmanager
def talking() -> Iterator[tuple[socket.socket, Program, NoBridge]]:
    """A program's socket, its connection at the proxy, and a client without a bridge."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    ours.setblocking(False)
    proxy = NoBridge()
    program = Program(proxy, theirs)
    with ours:
        yield ours, program, proxy
        program.carrier.drop()
    assert proxy.gone == [program]


async def said(sock: socket.socket) -> bytes:
    return await asyncio.get_running_loop().sock_recv(sock, 4096)


def test_a_program_that_never_finishes_its_request_is_sent_away(run):
    async def dawdle() -> None:
        with talking() as (sock, program, _):
            sock.send(b"\x05")
            await asyncio.sleep(0)
            assert program.deadline == program._inlet.next_wakeup()
            program._inlet.wake(program.deadline)
            program.too_late()
            assert await said(sock) == b""

    run(dawdle())


def test_the_reason_why_no_bridge_serves_is_told(run):
    async def ask() -> None:
        with talking() as (sock, _, proxy):
            sock.send(b"GET http://moth.example/ HTTP/1.1\r\nHost: moth.example\r\n\r\n")
            assert proxy.failure.sentence.encode() in await said(sock)
            assert await said(sock) == b""

    run(ask())


def test_news_that_comes_after_the_answer_changes_nothing(run):
    async def ask() -> None:
        with talking() as (sock, program, _):
            sock.send(TO_EXAMPLE_BY_NAME)
            assert (await said(sock))[-10:] == socks.encode_reply(Reply.GENERAL_FAILURE)
            program.refused(Failure.TARGET_REFUSED)
            program.unserved(Failure.BRIDGE_LOST)
            program.accepted()
            assert await said(sock) == b""

    run(ask())


def test_a_target_that_never_answers_is_given_up(run, state):
    async def wait() -> None:
        with black_hole() as target:
            async with (
                running_bridge(state) as (_, link),
                running_client(link, fingerprint="none") as (client, proxy),
            ):
                asking = asyncio.ensure_future(ask_for(proxy, target))
                await until(lambda: client._programs and only_program(client)._stream)
                only_program(client).too_late()
                with pytest.raises(RefusedError) as refused:
                    await asking
                assert refused.value.reply == Reply.TTL_EXPIRED
                assert client.streams == 0

    run(wait())


def test_a_program_that_garbles_its_body_while_it_waits_wants_its_target_no_longer(run, state):
    async def garble() -> None:
        with black_hole() as target:
            async with (
                running_bridge(state) as (bridge, link),
                running_client(link, fingerprint="none") as (client, proxy),
            ):
                reader, writer = await asyncio.open_connection(*proxy)
                head = f"POST http://{target.text}/ HTTP/1.1\r\nHost: moth\r\n"
                writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
                await until(lambda: bridge.streams)
                waiting = only_program(client)
                writer.write(b"not hex\r\n")
                assert await reader.read() == b""
                assert client.streams == 0
                await until(lambda: not bridge.streams)
                waiting.accepted()  # as a bridge's word that was under way
                writer.close()

    run(garble())


async def ask_for(proxy: Address, target: Address) -> None:
    async with stream(proxy, target):
        pass


@pytest.mark.parametrize(
    ("host", "reply"),
    [("nowhere.invalid", Reply.HOST_UNREACHABLE), (LOOPBACK, Reply.CONNECTION_REFUSED)],
)
def test_the_bridges_word_about_a_target_becomes_the_reply(run, state, free_port, host, reply):
    async def ask() -> None:
        async with (
            running_bridge(state) as (_, link),
            running_client(link, fingerprint="none") as (_, proxy),
        ):
            with pytest.raises(RefusedError) as refused:
                await ask_for(proxy, Address(host, free_port()))
            assert refused.value.reply == reply

    run(ask())


def test_bytes_arrive_whole_both_ways_and_the_end_is_passed_on(run, state):
    async def talk() -> None:
        async with (
            running_bridge(state) as (_, link),
            running_client(link, fingerprint="none") as (client, proxy),
            site() as target,
        ):
            await exchange(proxy, target.address, 7, 300_000, 300_000)
            await until(lambda: client.streams == 0)

    run(talk())


def test_a_program_that_leaves_while_it_waits_takes_its_stream_along(run, state):
    async def leave() -> None:
        with black_hole() as target:
            async with (
                running_bridge(state) as (bridge, link),
                running_client(link, fingerprint="none") as (client, proxy),
            ):
                asking = asyncio.ensure_future(ask_for(proxy, target))
                await until(lambda: bridge.streams)
                only_program(client).carrier.drop()
                assert client.streams == 0
                await until(lambda: not bridge.streams)
                with pytest.raises(EOFError):
                    await asking

    run(leave())


def test_an_association_ends_with_the_connection_that_asked_for_it(run, state):
    async def associate() -> None:
        async with (
            running_bridge(state) as (bridge, link),
            running_client(link, fingerprint="none") as (client, proxy),
        ):
            async with asked(proxy, Command.UDP_ASSOCIATE, Address("0.0.0.0", 0)) as (*_, bound):
                assert bound.host == LOOPBACK
                assert (client.streams, bridge.streams) == (1, 1)
            await until(lambda: (client.streams, bridge.streams) == (0, 0))

    run(associate())


def test_an_association_ends_whose_program_left_before_it_was_there(run, state):
    async def associate() -> None:
        async with (
            running_bridge(state) as (bridge, link),
            running_client(link, fingerprint="none") as (client, proxy),
        ):
            reader, writer = await asyncio.open_connection(*proxy)
            request = bytes((socks.VERSION, Command.UDP_ASSOCIATE, 0))
            writer.write(GREETING + request + socks.encode_address(Address("0.0.0.0", 0)))
            writer.write_eof()
            await reader.read()
            await until(lambda: (client.streams, bridge.streams) == (0, 0))
            writer.close()

    run(associate())
