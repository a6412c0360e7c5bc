"""Associations at the bridge: who is heard and what is held. Real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import pytest

from peppermoth.redact import Address
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.targets import Targets
from peppermoth.tunnel.udp import DEFAULT_LIMITS, UdpAssociation, UdpLimits
from tests.conftest import Run
from tests.tunnel.datagram_peers import LOOPBACK, Datagram, Ends, peer


def answers(*hosts: str) -> Resolver:
    return Resolver(lambda name: hosts)


@contextlib.asynccontextmanager
async def association(
    limits: UdpLimits = DEFAULT_LIMITS, resolver: Resolver | None = None, private: bool = True
) -> AsyncIterator[tuple[UdpAssociation, Ends]]:
    ends = Ends()
    targets = Targets(resolver or Resolver(), allow_private=private)
    made = UdpAssociation(targets, ends.on_datagram, limits)
    try:
        yield made, ends
    finally:
        made.close()


@pytest.mark.parametrize("host", [LOOPBACK, "::1"])
def test_a_datagram_goes_out_and_its_answer_comes_back_with_its_source(run: Run, host: str) -> None:
    async def talk() -> tuple[bytes, Datagram]:
        with peer(host) as target:
            async with association() as (udp, ends):
                udp.send(target.address, b"ping")
                heard, source = await target.heard()
                target.say(Address(host, source.port), b"pong")
                return heard, await ends.datagrams.get()

    heard, (source, payload) = run(talk())
    assert heard == b"ping"
    assert source.host == host
    assert payload == b"pong"


def test_both_families_are_served_by_one_association(run: Run) -> None:
    async def talk() -> None:
        with peer(LOOPBACK) as four, peer("::1") as six:
            async with association() as (udp, _):
                udp.send(four.address, b"4")
                udp.send(six.address, b"6")
                assert (await four.heard())[0] == b"4"
                assert (await six.heard())[0] == b"6"

    run(talk())


def test_empty_and_largest_datagrams_pass_and_larger_ones_are_dropped(run: Run) -> None:
    async def talk() -> list[int]:
        with peer() as target:
            async with association() as (udp, _):
                for size in (65_508, 0, 65_507):
                    udp.send(target.address, bytes(size))
                return [len((await target.heard())[0]) for _ in range(2)]

    assert run(talk()) == [0, 65_507]


def test_targets_see_one_source_for_all_that_is_sent(run: Run) -> None:
    async def talk() -> None:
        with peer() as one, peer() as other:
            async with association() as (udp, _):
                udp.send(one.address, b"a")
                udp.send(other.address, b"b")
                assert (await one.heard())[1] == (await other.heard())[1]

    run(talk())


def test_only_who_was_spoken_to_is_heard(run: Run) -> None:
    async def talk() -> list[Datagram]:
        with peer() as target, peer() as stranger:
            async with association() as (udp, ends):
                udp.send(target.address, b"hello")
                source = Address(LOOPBACK, (await target.heard())[1].port)
                stranger.say(source, b"unasked")
                target.say(source, b"asked")
                first = await ends.datagrams.get()
                udp.send(stranger.address, b"hello")
                await stranger.heard()
                stranger.say(source, b"asked too")
                return [first, await ends.datagrams.get()]

    assert [payload for _, payload in run(talk())] == [b"asked", b"asked too"]


def test_what_was_sent_before_a_name_is_known_follows_in_order(run: Run) -> None:
    async def talk() -> list[bytes]:
        with peer() as target:
            async with association(resolver=answers(LOOPBACK, "::1")) as (udp, _):
                name = Address("a.example", target.address.port)
                for payload in (b"1", b"2", b"3"):
                    udp.send(name, payload)
                early = [(await target.heard())[0] for _ in range(3)]
                udp.send(name, b"4")
                assert (await target.heard())[0] == b"4"
                return early

    assert run(talk()) == [b"1", b"2", b"3"]


@pytest.mark.parametrize("host", [LOOPBACK, "a.example", "0x7f.1"])
def test_private_targets_get_nothing(run: Run, host: str) -> None:
    resolver = answers(LOOPBACK)

    async def talk() -> bool:
        with peer() as target:
            async with association(resolver=resolver, private=False) as (udp, _):
                udp.send(Address(host, target.address.port), b"x")
                with contextlib.suppress(Exception):
                    await resolver.resolve(host)
                await asyncio.sleep(0.02)
                return target.heard_nothing()

    assert run(talk())


def test_a_name_without_address_and_port_zero_are_dropped_in_peace(run: Run) -> None:
    async def talk() -> None:
        with peer() as target:
            async with association(resolver=answers()) as (udp, _):
                udp.send(Address("a.example", 9), b"x")
                udp.send(Address(LOOPBACK, 0), b"x")
                udp.send(Address("255.255.255.255", 9), b"x")
                udp.send(target.address, b"still alive")
                assert (await target.heard())[0] == b"still alive"

    run(talk())


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        (UdpLimits(queued_datagrams=2), [b"aa", b"bb"]),
        (UdpLimits(queued_bytes=5), [b"aa", b"bb", b"x"]),
        (UdpLimits(lookups=0), []),
    ],
    ids=["datagrams", "bytes", "lookups"],
)
def test_what_waits_for_a_name_is_bounded(run: Run, limits: UdpLimits, kept: list[bytes]) -> None:
    may_answer = threading.Event()

    def lookup(name: str) -> list[str]:
        may_answer.wait(20)
        return [LOOPBACK]

    async def talk() -> list[bytes]:
        with peer() as target:
            async with association(limits, Resolver(lookup)) as (udp, _):
                name = Address("a.example", target.address.port)
                for payload in (b"aa", b"bb", b"cc", b"x"):
                    udp.send(name, payload)
                may_answer.set()
                heard = [(await target.heard())[0] for _ in kept]
                udp.send(target.address, b"end")
                return [*heard, (await target.heard())[0]]

    assert run(talk()) == [*kept, b"end"]


def test_room_in_the_queue_comes_back_when_names_are_known(run: Run) -> None:
    async def talk() -> None:
        with peer() as target:
            limits = UdpLimits(lookups=1, queued_datagrams=1, queued_bytes=1)
            async with association(limits, answers(LOOPBACK)) as (udp, _):
                for n in range(3):
                    udp.send(Address(f"{n}.example", target.address.port), b"x")
                    await target.heard()

    run(talk())


def test_the_target_that_was_used_longest_ago_is_forgotten(run: Run) -> None:
    async def talk() -> list[bytes]:
        with peer() as one, peer() as two, peer() as three:
            async with association(UdpLimits(targets=2)) as (udp, ends):
                for target in (one, two, one, three):
                    udp.send(target.address, b"hello")
                    source = Address(LOOPBACK, (await target.heard())[1].port)
                for target, payload in ((two, b"2"), (one, b"1"), (three, b"3")):
                    target.say(source, payload)
                return [(await ends.datagrams.get())[1] for _ in range(2)]

    assert run(talk()) == [b"1", b"3"]


def test_closing_with_a_lookup_under_way_leaves_nothing(run: Run) -> None:
    may_answer = threading.Event()

    async def leave() -> None:
        async with association(resolver=Resolver(lambda name: may_answer.wait(20) and [])) as (
            udp,
            _,
        ):
            udp.send(Address("a.example", 9), b"x")
            await asyncio.sleep(0.01)

    run(leave())  # the fixture counts tasks and sockets
    may_answer.set()


def test_what_is_sent_after_closing_opens_nothing(run: Run) -> None:
    async def send() -> None:
        async with association() as (udp, _):
            pass
        udp.send(Address(LOOPBACK, 9), b"x")
        udp.send(Address("a.example", 9), b"x")

    run(send())  # the fixture counts tasks and sockets


def test_closing_from_within_a_callback_is_safe(run: Run) -> None:
    async def talk() -> list[bytes]:
        got: list[bytes] = []

        def take(address: Address, payload: bytes) -> None:
            got.append(payload)
            udp.close()

        udp = UdpAssociation(Targets(Resolver(), allow_private=True), take)
        with peer() as target:
            udp.send(target.address, b"x")
            source = Address(LOOPBACK, (await target.heard())[1].port)
            for payload in (b"1", b"2"):
                target.say(source, payload)
            await asyncio.sleep(0.05)
        return got

    assert run(talk()) == [b"1"]


def test_the_loop_of_the_standard_library_serves_as_well() -> None:
    async def talk() -> bytes:
        with peer() as target:
            async with association() as (udp, ends):
                udp.send(target.address, b"ping")
                target.say(Address(LOOPBACK, (await target.heard())[1].port), b"pong")
                return (await ends.datagrams.get())[1]

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(talk()) == b"pong"
