"""Datagrams in a stream at the bridge: both versions, to one target or to many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from peppermoth.redact import Address
from peppermoth.tunnel.relayed_udp import RelayedUdp
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.targets import Targets
from peppermoth.wire import uot
from peppermoth.wire.uot import Framing
from tests.tunnel.datagram_peers import Peer, peer

NOWHERE = Address("0.0.0.0", 0)


class Ends:
    """What the association tells its session."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.said: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed: list[int] = []

    def send(self, number: int, data: bytes) -> None:
        self.said.put_nowait(bytes(data))

    def close_stream(self, number: int) -> None:
        self.closed.append(number)


@contextmanager
def relayed(name: str = uot.MAGIC_NAME) -> Iterator[tuple[RelayedUdp, Ends, Peer]]:
    """An association, its session, and a peer somewhere."""
    ends = Ends()
    association = RelayedUdp(ends, 7, name, Targets(Resolver(), allow_private=True), 60.0)
    with peer() as somebody:
        yield association, ends, somebody
        association.closed()


def request(framing: Framing, address: Address = NOWHERE) -> bytes:
    return uot.encode_request(uot.Request(framing, address))


async def exchange(association: RelayedUdp, ends: Ends, somebody: Peer, asked: bytes) -> bytes:
    """Let the client say ``asked``, which holds ``ping``, and answer ``pong``; what it gets."""
    association.deliver(asked)
    payload, source = await somebody.heard()
    assert payload == b"ping"
    somebody.say(source, b"pong")
    return await ends.said.get()


def test_each_datagram_brings_its_address(run):
    async def talk() -> None:
        with relayed() as (association, ends, somebody):
            frame = uot.encode_datagram(Framing.ADDRESSED, somebody.address, b"ping")
            said = await exchange(association, ends, somebody, request(Framing.ADDRESSED) + frame)
            assert said == uot.encode_datagram(Framing.ADDRESSED, somebody.address, b"pong")

    run(talk())


def test_one_address_serves_all_where_the_request_says_so(run):
    async def talk() -> None:
        with relayed() as (association, ends, somebody):
            asked = request(Framing.CONNECTED, somebody.address)
            asked += uot.encode_datagram(Framing.CONNECTED, somebody.address, b"ping")
            said = await exchange(association, ends, somebody, asked)
            assert said == uot.encode_datagram(Framing.CONNECTED, somebody.address, b"pong")

    run(talk())


def test_version_1_begins_with_a_datagram(run):
    async def talk() -> None:
        with relayed(uot.LEGACY_MAGIC_NAME) as (association, ends, somebody):
            frame = uot.encode_datagram(Framing.ADDRESSED, somebody.address, b"ping")
            assert b"pong" in await exchange(association, ends, somebody, frame)

    run(talk())


def test_a_request_may_come_in_pieces(run):
    async def talk() -> None:
        with relayed() as (association, ends, somebody):
            asked = request(Framing.CONNECTED, somebody.address)
            asked += uot.encode_datagram(Framing.CONNECTED, somebody.address, b"ping")
            for place in range(len(asked) - 1):
                association.deliver(asked[place : place + 1])
            assert b"pong" in await exchange(association, ends, somebody, asked[-1:])

    run(talk())


@pytest.mark.parametrize(
    "said",
    [b"\x07", b"\x01\x09", request(Framing.ADDRESSED) + b"\x09"],
    ids=["flag", "address of the request", "address of a datagram"],
)
def test_nonsense_ends_the_association(run, said):
    async def talk() -> None:
        with relayed() as (association, ends, _):
            association.deliver(said + bytes(400))
            assert ends.closed == [7]

    run(talk())


def test_datagrams_are_dropped_while_the_session_is_full(run):
    async def talk() -> None:
        with relayed() as (association, ends, somebody):
            frame = uot.encode_datagram(Framing.ADDRESSED, somebody.address, b"ping")
            await exchange(association, ends, somebody, request(Framing.ADDRESSED) + frame)
            association.stop(1)
            association.stop(2)
            association.go(1)
            association._from_target(somebody.address, b"lost")
            assert ends.said.empty()
            association.go(2)
            association._from_target(somebody.address, b"sent")
            assert b"sent" in ends.said.get_nowait()

    run(talk())


def test_a_datagram_in_either_direction_is_use(run):
    async def talk() -> None:
        with relayed() as (association, ends, somebody):
            asked = request(Framing.ADDRESSED)
            frame = uot.encode_datagram(Framing.ADDRESSED, somebody.address, b"ping")
            association.used = 0.0
            association.deliver(asked + frame)
            _, source = await somebody.heard()
            assert association.used > 0.0
            association.used = 0.0
            somebody.say(source, b"pong")
            await ends.said.get()
            assert association.used > 0.0

    run(talk())


def test_the_end_of_either_side_is_the_end(run):
    async def end() -> None:
        for finish in ("input_ended", "close"):
            with relayed() as (association, ends, _):
                getattr(association, finish)()
                assert ends.closed == [7]
        with relayed() as (association, ends, _):
            association.broken()
            assert ends.closed == []

    run(end())
