"""sing-box, which many apps are built on, as the client of our bridge and as the server of ours.

Nothing that it sends is imitated here: the pinned program of its authors runs at one
end, ours at the other, and programs meet through them.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import dns.message
import dns.rrset
import pytest

from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.links import Link
from peppermoth.wire.socks import Reply
from tests.conftest import Certificate, Run
from tests.interop import sing_box
from tests.interop.nginx import free_ports
from tests.interop.programs import (
    Datagrams,
    RefusedError,
    association,
    datagrams,
    exchange,
    stream,
)
from tests.interop.relay import Relay, relay
from tests.interop.targets import Echo, serving, site
from tests.interop.tunnels import running_bridge, running_client

MEGABYTE = 1024 * 1024
SCHEME = ("stop=3", "0=900-900", "1=1200-1200", "2=700-700")
"""Sizes that no default scheme makes. Packet 0 has 34 bytes before its padding."""
NEW_AUTHENTICATION, OLD_AUTHENTICATION = 34 + 900, 34 + 30

Line = AsyncIterator[tuple[Address, Relay]]
Pairing = Callable[[], AbstractAsyncContextManager[tuple[Address, Relay]]]


@pytest.fixture
def theirs_to_ours(tmp_path: Path, state: Path) -> Pairing:
    """A sing-box client, a relay and our bridge."""

    @asynccontextmanager
    async def line() -> Line:
        async with (
            running_bridge(state, padding_scheme=_written(tmp_path)) as (_, link),
            relay(link) as between,
            sing_box.client(tmp_path, between.link) as proxy,
        ):
            yield proxy, between

    return line


@pytest.fixture
def ours_to_theirs(tmp_path: Path, certificate: Certificate) -> Pairing:
    """Our client, a relay and a sing-box server."""

    @asynccontextmanager
    async def line() -> Line:
        async with (
            sing_box.bridge(tmp_path, certificate, SCHEME) as link,
            relay(link) as between,
            running_client(between.link) as (_, proxy),
        ):
            yield proxy, between

    return line


@pytest.fixture
def ours_to_ours(state: Path) -> Pairing:
    """Our client, a relay and our bridge."""

    @asynccontextmanager
    async def line() -> Line:
        async with (
            running_bridge(state) as (_, link),
            relay(link) as between,
            running_client(between.link) as (_, proxy),
        ):
            yield proxy, between

    return line


@pytest.fixture
def pairing(request: pytest.FixtureRequest) -> Pairing:
    """The pairing of that name."""
    return request.getfixturevalue(request.param)


WITH_SING_BOX = ("theirs_to_ours", "ours_to_theirs")
with_sing_box = pytest.mark.parametrize("pairing", WITH_SING_BOX, indirect=True)
in_every_pairing = pytest.mark.parametrize(
    "pairing", [*WITH_SING_BOX, "ours_to_ours"], indirect=True
)


def _written(directory: Path) -> Path:
    path = directory / "scheme"
    path.write_text("\n".join(SCHEME) + "\n")
    return path


@with_sing_box
@pytest.mark.parametrize(
    ("host", "name"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("127.0.0.1", "localhost")],
    ids=["ipv4", "ipv6", "name"],
)
def test_a_stream_reaches_a_target(run: Run, pairing: Pairing, host: str, name: str) -> None:
    async def main() -> None:
        async with site(host) as target, pairing() as (proxy, _):
            await exchange(proxy, Address(name, target.address.port), 1, 50_000, 70_000)

    run(main())


@with_sing_box
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_datagrams_come_back_from_whom_they_were_sent_to(
    run: Run, pairing: Pairing, host: str
) -> None:
    async def main() -> None:
        async with (
            pairing() as (proxy, _),
            datagrams(Echo, host) as (_, echo),
            association(proxy) as program,
        ):
            for size in (1, 512, 1_400, 9_000):
                question = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
                assert await program.ask(echo, question) == (echo, question[::-1])

    run(main())


@with_sing_box
def test_a_name_server_answers_through_the_tunnel(run: Run, pairing: Pairing) -> None:
    class NameServer(Datagrams):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            question = dns.message.from_wire(data)
            answer = dns.message.make_response(question)
            answer.answer.append(
                dns.rrset.from_text(question.question[0].name, 60, "IN", "A", "192.0.2.7")
            )
            self.transport.sendto(answer.to_wire(), addr)

    async def main() -> None:
        async with (
            pairing() as (proxy, _),
            datagrams(NameServer) as (_, first),
            datagrams(NameServer) as (_, second),
            association(proxy) as program,
        ):
            for server in (first, second, first):
                question = dns.message.make_query("moth.example", "A")
                source, answer = await program.ask(server, question.to_wire())
                read = dns.message.from_wire(answer)
                assert source == server
                assert question.is_response(read)
                assert read.answer[0][0].address == "192.0.2.7"

    run(main())


@in_every_pairing
def test_streams_one_after_another_share_a_connection(run: Run, pairing: Pairing) -> None:
    async def main() -> None:
        async with site() as target, pairing() as (proxy, between):
            for number in range(6):
                await exchange(proxy, target.address, number, 1_000, 1_000)
            assert target.visits == 6
            assert len(between.connections) == 1

    run(main())


@in_every_pairing
def test_a_program_that_leaves_first_does_not_keep_its_session(run: Run, pairing: Pairing) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1_000):
            writer.write(data)
        left.release()

    left = asyncio.Semaphore(0)

    async def main() -> None:
        async with serving(echo) as target, pairing() as (proxy, between):
            for _ in range(2):
                async with stream(proxy, target) as (reader, writer):
                    writer.write(b"hello")
                    assert await reader.readexactly(5) == b"hello"
                await left.acquire()
            assert len(between.connections) == 1

    run(main())


def test_an_answer_still_comes_from_sing_box_when_the_program_has_said_all(
    run: Run, ours_to_theirs: Pairing
) -> None:
    async def thoughtful(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        await asyncio.sleep(4)
        writer.write(b"hello too")

    async def main() -> None:
        async with (
            serving(thoughtful) as target,
            ours_to_theirs() as (proxy, _),
            stream(proxy, target) as (reader, writer),
        ):
            writer.write(b"hello")
            writer.write_eof()
            assert await reader.read() == b"hello too"

    run(main())


@with_sing_box
def test_a_new_padding_scheme_is_taken_over_by_the_next_session(run: Run, pairing: Pairing) -> None:
    async def main() -> None:
        async with site() as target, pairing() as (proxy, between):
            await exchange(proxy, target.address, 1, 30_000, 30_000)
            between.cut()
            await exchange(proxy, target.address, 2, 30_000, 30_000)
            first, second = (c.sealed_sizes() for c in between.connections)
            assert first[0] == OLD_AUTHENTICATION
            assert second[0] == NEW_AUTHENTICATION

    run(main())


def test_our_client_cuts_its_packets_after_the_scheme_of_sing_box(
    run: Run, ours_to_theirs: Pairing
) -> None:
    async def main() -> None:
        async with site() as target, ours_to_theirs() as (proxy, between):
            await exchange(proxy, target.address, 1, 30_000, 10)
            between.cut()
            await exchange(proxy, target.address, 2, 30_000, 10)
            assert between.connections[1].sealed_sizes()[:3] == [NEW_AUTHENTICATION, 1200, 700]

    run(main())


@pytest.mark.parametrize(
    ("target", "reply"),
    [("127.0.0.1", Reply.CONNECTION_REFUSED), ("name.invalid", Reply.HOST_UNREACHABLE)],
    ids=["refused", "unknown name"],
)
@pytest.mark.parametrize("pairing", ["ours_to_theirs", "ours_to_ours"], indirect=True)
def test_our_client_answers_what_the_bridge_says_of_a_target(
    run: Run, pairing: Pairing, target: str, reply: Reply
) -> None:
    async def main() -> None:
        async with site() as well, pairing() as (proxy, between):
            [closed] = free_ports(1)
            with pytest.raises(RefusedError) as refused:
                async with stream(proxy, Address(target, closed)):
                    pass
            assert refused.value.reply == reply
            await exchange(proxy, well.address, 1, 1_000, 1_000)
            assert len(between.connections) == 1

    run(main())


@pytest.mark.parametrize("target", ["127.0.0.1", "name.invalid"])
def test_sing_box_ends_the_program_whose_target_our_bridge_cannot_reach(
    run: Run, theirs_to_ours: Pairing, target: str
) -> None:
    async def main() -> None:
        async with site() as well, theirs_to_ours() as (proxy, between):
            [closed] = free_ports(1)
            async with stream(proxy, Address(target, closed)) as (reader, writer):
                writer.write(b"hello")
                with pytest.raises((EOFError, ConnectionError)):
                    await reader.readexactly(1)
            await exchange(proxy, well.address, 1, 1_000, 1_000)
            assert len(between.connections) == 1

    run(main())


@in_every_pairing
def test_large_transfers_arrive_as_they_left(run: Run, pairing: Pairing) -> None:
    size = 64 * MEGABYTE

    async def main() -> None:
        async with site() as target, pairing() as (proxy, _):
            await exchange(proxy, target.address, 1, size, 0)
            await exchange(proxy, target.address, 3, 0, size)
            await exchange(proxy, target.address, 5, size // 8, size // 8)

    run(main(), timeout=90)


@pytest.mark.parametrize("pinned", [False, True], ids=["insecure", "pinned"])
def test_a_link_as_the_bridge_prints_it_is_all_that_sing_box_needs(
    run: Run, tmp_path: Path, state: Path, pinned: bool
) -> None:
    async def main() -> None:
        users = {"friend": Secret("odd: pass/word?#@ %")}
        async with site() as target, running_bridge(state, users=users) as (_, printed):
            link = Link.parse(printed.text())
            async with sing_box.client(tmp_path, link, pinned=pinned) as proxy:
                await exchange(proxy, target.address, 1, 1_000, 1_000)

    run(main())


def test_our_client_gets_nowhere_with_a_wrong_password(
    run: Run, tmp_path: Path, certificate: Certificate
) -> None:
    # sing-box resets such a connection, which a monitor could have done as well
    meanings = {Failure.BRIDGE_REJECTED, Failure.BRIDGE_LOST}

    async def main() -> None:
        async with site() as target, sing_box.bridge(tmp_path, certificate) as link:
            wrong = dataclasses.replace(link, password=Secret("not the password"))
            async with running_client(wrong) as (client, proxy):
                with pytest.raises(RefusedError):
                    await exchange(proxy, target.address, 1, 1_000, 1_000)
                assert client.lines.current.failure in meanings
            assert target.visits == 0

    run(main())
