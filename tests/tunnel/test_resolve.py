"""Names to addresses: order, sharing, memory, failures and bounds."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import CarrierError, Failure
from peppermoth.tunnel import resolve
from peppermoth.tunnel.resolve import IpAddress, Resolver, interleave, system_lookup
from tests.conftest import Run

V4 = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
V6 = ["2001:db8::1", "2001:db8::2"]


class Lookup:
    """A system resolver that counts, answers from a list, and waits until it may answer."""

    def __init__(self, answers: list[str] | Exception, *, held: bool = False) -> None:
        self.answers = answers
        self.names: list[str] = []
        self.may_answer = threading.Event()
        if not held:
            self.may_answer.set()

    def __call__(self, name: str) -> list[str]:
        self.names.append(name)
        self.may_answer.wait(20)
        if isinstance(self.answers, Exception):
            raise self.answers
        return self.answers


@pytest.fixture
def held() -> Iterator[Callable[[list[str] | Exception], Lookup]]:
    """Makes lookups that do not answer; lets their threads go in the end."""
    made: list[Lookup] = []

    def make(answers: list[str] | Exception) -> Lookup:
        made.append(Lookup(answers, held=True))
        return made[-1]

    yield make
    for lookup in made:
        lookup.may_answer.set()


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def failure(resolver: Resolver, name: str) -> Failure:
    with pytest.raises(CarrierError) as caught:
        await resolver.resolve(name)
    return caught.value.failure


def ips(*texts: str) -> list[IpAddress]:
    return [ipaddress.ip_address(text) for text in texts]


def test_families_take_turns_beginning_with_the_first() -> None:
    assert interleave(ips(*V6, *V4)) == ips(V6[0], V4[0], V6[1], V4[1], V4[2])
    assert interleave(ips(*V4, *V6)) == ips(V4[0], V6[0], V4[1], V6[1], V4[2])


@given(st.lists(st.ip_addresses(), unique=True))
def test_interleaving_loses_nothing_and_keeps_each_family_in_order(found: list[IpAddress]) -> None:
    woven = interleave(found)
    assert len(woven) == len(found)
    for version in (4, 6):
        assert [ip for ip in woven if ip.version == version] == [
            ip for ip in found if ip.version == version
        ]


def test_localhost_is_resolved_by_the_system(run: Run) -> None:
    found = run(Resolver().resolve("localhost"))
    assert found
    assert all(ip.is_loopback for ip in found)


def test_each_spelling_of_an_address_comes_down_to_it(run: Run) -> None:
    resolver = Resolver()
    for spelling in ("127.1", "0x7f.1", "2130706433", "0177.0.0.1"):
        assert run(resolver.resolve(spelling)) == ips("127.0.0.1")


def test_duplicates_are_dropped_and_the_number_is_bounded(run: Run) -> None:
    assert run(Resolver(Lookup([V4[0], V4[0]])).resolve("a.example")) == ips(V4[0])
    many = [f"192.0.2.{n}" for n in range(100)]
    assert run(Resolver(Lookup(many)).resolve("b.example")) == ips(
        *many[: resolve.ADDRESSES_PER_NAME]
    )


def test_askers_of_one_name_share_one_lookup(run: Run, held: Callable[[list[str]], Lookup]) -> None:
    async def ask() -> list[list[IpAddress]]:
        lookup = held(V4)
        resolver = Resolver(lookup)
        names = ("a.example", "A.Example", "a.EXAMPLE")
        asking = [asyncio.create_task(resolver.resolve(name)) for name in names]
        await asyncio.sleep(0)
        lookup.may_answer.set()
        answers = await asyncio.gather(*asking)
        assert lookup.names == ["a.example"]
        return answers

    assert run(ask()) == [ips(*V4)] * 3


def test_an_asker_who_leaves_does_not_take_the_answer_from_the_others(
    run: Run, held: Callable[[list[str]], Lookup]
) -> None:
    async def ask() -> list[IpAddress]:
        lookup = held(V4)
        resolver = Resolver(lookup)
        leaving, staying = (asyncio.create_task(resolver.resolve("a.example")) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        lookup.may_answer.set()
        return await staying

    assert run(ask()) == ips(*V4)


@pytest.mark.parametrize(
    ("answers", "lifetime"),
    [(V4, resolve.ANSWER_LIFETIME), (socket.gaierror(socket.EAI_NONAME), resolve.FAILURE_LIFETIME)],
    ids=["answer", "failure"],
)
def test_outcomes_are_remembered_for_their_lifetime(
    run: Run, answers: list[str] | Exception, lifetime: float
) -> None:
    async def ask() -> list[int]:
        lookup, clock = Lookup(answers), Clock()
        resolver = Resolver(lookup, clock=clock)
        lookups = []
        for step in (0.0, lifetime * 0.9, lifetime * 0.2):
            clock.now += step
            await asyncio.gather(resolver.resolve("a.example"), return_exceptions=True)
            lookups.append(len(lookup.names))
        return lookups

    assert run(ask()) == [1, 1, 2]


def test_the_oldest_name_is_forgotten_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "NAMES_REMEMBERED", 2)
    lookup = Lookup(V4)

    async def ask() -> None:
        resolver = Resolver(lookup)
        for name in ("a", "b", "c", "c", "b", "a"):
            await resolver.resolve(name)

    run(ask())
    assert lookup.names == ["a", "b", "c", "a"]


@pytest.mark.parametrize(
    ("raised", "failed"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Failure.NAME_UNKNOWN),
        (socket.gaierror(socket.EAI_FAIL, "x"), Failure.NAME_UNKNOWN),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Failure.TARGET_TIMEOUT),
        (socket.gaierror(socket.EAI_MEMORY, "x"), Failure.BRIDGE_BUSY),
        (OSError("x"), Failure.OTHER),
    ],
)
def test_resolver_errors_become_failures(run: Run, raised: Exception, failed: Failure) -> None:
    assert run(failure(Resolver(Lookup(raised)), "a.example")) is failed


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", ".", "a.invalid\0"])
def test_names_that_dns_cannot_carry_are_unknown(run: Run, name: str) -> None:
    assert run(failure(Resolver(system_lookup), name)) is Failure.NAME_UNKNOWN


def test_an_empty_answer_is_an_unknown_name(run: Run) -> None:
    assert run(failure(Resolver(Lookup([])), "a.example")) is Failure.NAME_UNKNOWN


def test_a_lookup_that_hangs_ends_for_its_asker(
    run: Run, held: Callable[[list[str]], Lookup]
) -> None:
    async def ask() -> tuple[Failure, list[IpAddress]]:
        lookup = held(V4)
        resolver = Resolver(lookup, timeout=0.05)
        first = await failure(resolver, "a.example")
        lookup.may_answer.set()
        return first, await resolver.resolve("a.example")

    assert run(ask()) == (Failure.TARGET_TIMEOUT, ips(*V4))


def test_lookups_at_a_time_and_waiting_are_bounded(
    run: Run, held: Callable[[list[str]], Lookup], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "LOOKUPS_AT_A_TIME", 2)
    monkeypatch.setattr(resolve, "LOOKUPS_WAITING", 3)
    lookup = held(V4)

    async def ask() -> None:
        resolver = Resolver(lookup)
        asking = [asyncio.create_task(resolver.resolve(f"{n}.example")) for n in range(5)]
        await asyncio.sleep(0)
        assert await failure(resolver, "one-more.example") is Failure.BRIDGE_BUSY
        assert len(lookup.names) <= 2
        lookup.may_answer.set()
        await asyncio.gather(*asking)

    run(ask())
    assert sorted(lookup.names) == [f"{n}.example" for n in range(5)]


def test_a_loop_that_closes_leaves_a_hanging_lookup_behind_in_peace(
    run: Run, held: Callable[[list[str]], Lookup]
) -> None:
    lookup = held(V4)
    before = set(threading.enumerate())
    run(failure(Resolver(lookup, timeout=0.01), "a.example"))
    hanging = set(threading.enumerate()) - before
    assert len(hanging) == 1
    assert all(thread.daemon for thread in hanging)
    lookup.may_answer.set()
    for thread in hanging:
        thread.join(10)
        assert not thread.is_alive()
