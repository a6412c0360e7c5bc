"""Connections to targets: the race between addresses, its time, and what failures mean.

Black holes are listeners whose queue is full: the kernel drops further SYNs.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from peppermoth.errors import CarrierError, Failure
from peppermoth.redact import Address
from peppermoth.tunnel import outbound
from peppermoth.tunnel.outbound import Outbound, failure_of
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.targets import Targets
from tests.conftest import Run
from tests.needs import need

HOSTS = [f"127.0.0.{n}" for n in range(2, 8)]
NEVER = 1000.0


def to(*hosts: str, timeout: float = 10.0) -> Outbound:
    """An outbound for which every name has the addresses ``hosts``."""
    targets = Targets(Resolver(lambda name: hosts), allow_private=True)
    return Outbound(targets, timeout=timeout)


class Ground:
    """One port on many loopback addresses, on which listeners and black holes are placed."""

    def __init__(self, open_sockets: contextlib.ExitStack) -> None:
        self._open = open_sockets
        self.port = 0

    def listen(self, host: str) -> socket.socket:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = socket.create_server((host, self.port), family=family, backlog=16)
        self.port = server.getsockname()[1]
        return self._open.enter_context(server)

    def dig(self, host: str) -> socket.socket:
        """Make a black hole at ``host``; accepting from it fills it in."""
        need(sys.platform == "linux", "Linux, whose full listeners stay silent", "use Linux")
        server = socket.create_server((host, self.port), backlog=0)
        self.port = server.getsockname()[1]
        self._open.enter_context(server)
        for _ in range(8):
            try:
                filler = socket.create_connection((host, self.port), timeout=0.05)
            except TimeoutError:
                return server
            self._open.enter_context(filler)
        pytest.fail("the listener does not fill up")

    async def failure(self, through: Outbound) -> Failure:
        with pytest.raises(CarrierError) as caught:
            await through.connect(Address("a.example", self.port))
        return caught.value.failure

    async def winner(self, through: Outbound) -> str:
        with await through.connect(Address("a.example", self.port)) as sock:
            host: str = sock.getpeername()[0]
            return host


@pytest.fixture
def ground() -> Iterator[Ground]:
    with contextlib.ExitStack() as open_sockets:
        yield Ground(open_sockets)


@pytest.fixture
def no_stagger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt starts only when one fails."""
    monkeypatch.setattr(outbound, "STAGGER", NEVER)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_literal_is_reached_without_any_lookup(run: Run, ground: Ground, host: str) -> None:
    def lookup(name: str) -> list[str]:
        raise AssertionError("looked up")

    server = ground.listen(host)

    async def talk() -> tuple[bytes, bool, int]:
        through = Outbound(Targets(Resolver(lookup), allow_private=True))
        with await through.connect(Address(host, ground.port)) as sock:
            sock.send(b"hello")
            with server.accept()[0] as accepted:
                blocking = sock.getblocking()
                nodelay = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                return accepted.recv(16), blocking, nodelay

    heard, blocking, nodelay = run(talk())
    assert heard == b"hello"
    assert not blocking
    assert nodelay


def test_the_loop_of_the_standard_library_serves_as_well(ground: Ground) -> None:
    ground.listen(HOSTS[1])
    ground.dig(HOSTS[0])
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(ground.winner(to(HOSTS[0], HOSTS[1]))) == HOSTS[1]


def test_the_first_address_wins_if_it_answers(run: Run, ground: Ground) -> None:
    for host in HOSTS[:3]:
        ground.listen(host)
    assert run(ground.winner(to(*HOSTS[:3]))) == HOSTS[0]


def test_a_silent_address_is_overtaken_by_the_next(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[2])
    ground.dig(HOSTS[0])
    ground.dig(HOSTS[1])
    assert run(ground.winner(to(*HOSTS[:3], timeout=NEVER))) == HOSTS[2]


@pytest.mark.usefixtures("no_stagger")
def test_without_a_failure_the_next_address_waits_for_its_time(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[1])
    ground.dig(HOSTS[0])
    assert run(ground.failure(to(*HOSTS[:2], timeout=0.1))) is Failure.TARGET_TIMEOUT


@pytest.mark.usefixtures("no_stagger")
def test_a_refusal_starts_the_next_attempt_at_once(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[3])
    assert run(ground.winner(to(*HOSTS[:4], timeout=NEVER))) == HOSTS[3]


@pytest.mark.usefixtures("no_stagger")
def test_an_address_that_cannot_even_be_tried_is_passed_over(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[1])
    unroutable = "fe80::1"  # link-local without a link: the kernel says no at once
    assert run(ground.winner(to(unroutable, HOSTS[1], timeout=NEVER))) == HOSTS[1]
    assert run(ground.failure(to(unroutable, timeout=NEVER))) is Failure.TARGET_UNREACHABLE


def test_the_most_telling_failure_is_reported(run: Run, free_port: Callable[[], int]) -> None:
    async def ask() -> Failure:
        through = to(HOSTS[0], "fe80::1")
        with pytest.raises(CarrierError) as caught:
            await through.connect(Address("a.example", free_port()))
        return caught.value.failure

    assert run(ask()) is Failure.TARGET_REFUSED


def test_losers_are_closed_as_soon_as_one_has_won(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[1])
    ground.dig(HOSTS[0])
    for _ in range(3):  # the fixture counts the sockets that are left
        run(ground.winner(to(*HOSTS[:2])))


def test_two_that_answer_in_the_same_moment_leave_one(
    run: Run, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "STAGGER", 0.0)
    holes = [ground.dig(host) for host in HOSTS[:2]]

    async def ask() -> str:
        asking = asyncio.create_task(ground.winner(to(*HOSTS[:2])))
        await asyncio.sleep(0.05)
        for hole in holes:
            hole.accept()[0].close()
        time.sleep(1.5)  # noqa: ASYNC251 - the kernel sends both SYNs again, the loop sees it late
        return await asking

    assert run(ask()) in HOSTS[:2]


def test_silence_everywhere_ends_with_a_timeout_and_no_socket_left(
    run: Run, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "STAGGER", 0.01)
    for host in HOSTS[:2]:
        ground.dig(host)
    assert run(ground.failure(to(*HOSTS[:2], timeout=0.1))) is Failure.TARGET_TIMEOUT


def test_the_timeout_covers_the_lookup(run: Run) -> None:
    async def ask() -> Failure:
        class Never(Resolver):
            async def resolve(self, name: str) -> list[object]:  # type: ignore[override]
                await asyncio.Event().wait()
                return []

        through = Outbound(Targets(Never()), timeout=0.05)
        with pytest.raises(CarrierError) as caught:
            await through.connect(Address("a.example", 80))
        return caught.value.failure

    assert run(ask()) is Failure.TARGET_TIMEOUT


def test_an_asker_who_leaves_leaves_no_socket(run: Run, ground: Ground) -> None:
    ground.dig(HOSTS[0])

    async def leave() -> None:
        connecting = asyncio.create_task(ground.winner(to(HOSTS[0])))
        await asyncio.sleep(0.02)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting

    run(leave())


def test_a_connection_that_comes_when_its_asker_leaves_is_closed(run: Run, ground: Ground) -> None:
    ground.listen(HOSTS[0])
    came: list[socket.socket] = []

    class Leaving(Outbound):
        def start(self, address: Address, done: outbound.Done) -> outbound.Attempt:
            def leave(outcome: outbound.Outcome) -> None:
                assert isinstance(outcome, socket.socket)
                came.append(outcome)
                done(outcome)
                connecting.cancel()

            return super().start(address, leave)

    async def ask() -> None:
        nonlocal connecting
        through = Leaving(Targets(Resolver(lambda name: HOSTS[:1]), allow_private=True))
        connecting = asyncio.ensure_future(through.connect(Address("a.example", ground.port)))
        with pytest.raises(asyncio.CancelledError):
            await connecting

    connecting: asyncio.Future[socket.socket]
    run(ask())
    assert [sock.fileno() for sock in came] == [-1]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1", "::ffff:127.0.0.1"])
def test_the_machine_itself_is_refused_though_it_listens(
    run: Run, ground: Ground, host: str
) -> None:
    server = ground.listen("127.0.0.1")
    server.setblocking(False)

    async def ask() -> Failure:
        with pytest.raises(CarrierError) as caught:
            await Outbound(Targets(Resolver())).connect(Address(host, ground.port))
        return caught.value.failure

    assert run(ask()) is Failure.TARGET_FORBIDDEN
    with pytest.raises(BlockingIOError):
        server.accept()


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.ECONNREFUSED, Failure.TARGET_REFUSED),
        (errno.EHOSTUNREACH, Failure.TARGET_UNREACHABLE),
        (errno.ENETUNREACH, Failure.TARGET_UNREACHABLE),
        (errno.ETIMEDOUT, Failure.TARGET_TIMEOUT),
        (errno.EMFILE, Failure.BRIDGE_BUSY),
        (errno.EIO, Failure.OTHER),
        (None, Failure.OTHER),
    ],
)
def test_errors_of_the_system_become_failures(number: int | None, failure: Failure) -> None:
    assert failure_of(number) is failure
