"""The pump: turns, what is folded into them, timers, and the way to the socket and back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from peppermoth.cloaks.machine import Event
from peppermoth.tunnel.carrier import HIGH, Carrier
from peppermoth.tunnel.pump import MAX_BACKLOG, Pump
from tests.conftest import Run
from tests.tunnel.ends import Pair, read_all
from tests.tunnel.waiting import until


@dataclass(frozen=True)
class Said(Event):
    """One piece that the peer said."""

    data: bytes


class Parrot:
    """The smallest machine: reports each piece, writes what it is told, sleeps until told."""

    def __init__(self) -> None:
        self.reports: list[Event] = []
        self.writes: list[bytes] = []
        self.wakeup: float | None = None
        self.woken: list[float] = []

    def receive_data(self, data: bytes | memoryview, now: float) -> None:
        self.reports.append(Said(bytes(data)))

    def events(self) -> list[Event]:
        reports, self.reports = self.reports, []
        return reports

    def data_to_send(self) -> list[bytes]:
        writes, self.writes = self.writes, []
        return writes

    def next_wakeup(self) -> float | None:
        return self.wakeup

    def wake(self, now: float) -> None:
        self.woken.append(now)
        self.wakeup = None
        self.reports.append(Said(b"awake"))


class Owner:
    """Remembers what it was told; ``act`` may use the machine and the pump."""

    def __init__(self) -> None:
        self.log: list[object] = []
        self.act: Callable[[Event], None] = lambda event: None

    def handle(self, event: Event) -> None:
        assert isinstance(event, Said)
        self.log.append(event.data)
        self.act(event)

    def settle(self) -> None:
        self.log.append("settle")

    def congested(self, full: bool) -> None:
        self.log.append(f"congested {full}")

    def gone(self, error: OSError | None) -> None:
        self.log.append(f"gone {type(error).__name__}")


class Rig:
    """A pump on a socket, with everything around it."""

    def __init__(self, sock: socket.socket) -> None:
        self.loop = asyncio.get_running_loop()
        self.machine, self.owner = Parrot(), Owner()
        self.pump = Pump(self.loop, self.machine, self.owner)
        self.pump.carrier = self.carrier = Carrier(self.loop, sock, self.pump)
        self.carrier.resume()


def test_bytes_become_events_and_then_the_turn_settles(run: Run, pair: Pair) -> None:
    async def play() -> list[object]:
        rig = Rig(pair[0])
        pair[1].send(b"hello")
        await until(lambda: rig.owner.log)
        pair[1].close()
        await until(lambda: len(rig.owner.log) == 4)
        rig.pump.close()
        return rig.owner.log

    assert run(play()) == [b"hello", "settle", b"", "settle", "settle", "gone NoneType"]


def test_each_item_is_a_write_of_its_own(run: Run) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.setblocking(False)

        async def play() -> None:
            rig = Rig(ours)
            rig.machine.writes = [b"one", b"two"]
            rig.pump.turn()
            rig.pump.close()

        run(play())
        assert [theirs.recv(100), theirs.recv(100)] == [b"one", b"two"]


def test_a_turn_inside_a_turn_is_folded_into_it(run: Run, pair: Pair) -> None:
    async def play() -> tuple[list[object], bytes]:
        rig = Rig(pair[0])

        def answer(event: Event) -> None:
            if event == Said(b"first"):
                rig.machine.reports.append(Said(b"third"))
                rig.machine.writes.append(b"answer")
                rig.pump.turn()
                rig.owner.log.append("acted")

        rig.owner.act = answer
        rig.machine.reports = [Said(b"first"), Said(b"second")]
        rig.pump.turn()
        log = list(rig.owner.log)
        said = await read_all(pair[1], 6)
        rig.pump.close()
        return log, said

    log, said = run(play())
    assert log == [b"first", "acted", b"second", b"third", "settle"]
    assert said == b"answer"


def test_a_handler_that_fails_does_not_stop_later_turns(run: Run, pair: Pair) -> None:
    async def play() -> list[object]:
        rig = Rig(pair[0])

        def fail(event: Event) -> None:
            raise ArithmeticError

        rig.owner.act = fail
        rig.machine.reports = [Said(b"bad")]
        with pytest.raises(ArithmeticError):
            rig.pump.turn()
        rig.owner.act = lambda event: None
        rig.machine.reports = [Said(b"good")]
        rig.pump.turn()
        log = list(rig.owner.log)
        rig.pump.close()
        return log

    assert run(play()) == [b"bad", b"good", "settle"]


def test_small_things_share_a_turn(run: Run, pair: Pair) -> None:
    async def play() -> list[object]:
        rig = Rig(pair[0])
        for _ in range(3):
            rig.pump.soon()
        assert rig.owner.log == []
        await asyncio.sleep(0.01)
        log = list(rig.owner.log)
        rig.pump.soon()
        rig.pump.close()
        await asyncio.sleep(0.01)
        assert rig.owner.log[len(log) :] == ["settle", "gone NoneType"]
        return log

    assert run(play()) == ["settle"]


def test_a_backlog_stops_the_owner_once_and_lets_it_go_on_once(run: Run, pair: Pair) -> None:
    async def play() -> list[object]:
        rig = Rig(pair[0])
        for _ in range(3):
            rig.machine.writes = [bytes(2 * HIGH)]
            rig.pump.turn()
        await read_all(pair[1], 6 * HIGH)
        await until(lambda: "congested False" in rig.owner.log)
        log = [entry for entry in rig.owner.log if entry != "settle"]
        rig.pump.close()
        return log

    assert run(play()) == ["congested True", "congested False"]


def test_a_peer_that_takes_no_answers_cannot_pile_them_up(run: Run, pair: Pair) -> None:
    async def play() -> list[object]:
        rig = Rig(pair[0])
        written = 0
        while not rig.carrier.closed and written < 2 * MAX_BACKLOG:
            assert rig.carrier.buffered <= MAX_BACKLOG
            rig.machine.writes = [bytes(HIGH)]
            rig.pump.turn()
            written += HIGH
        return [entry for entry in rig.owner.log if entry != "settle"]

    assert run(play()) == ["congested True", "gone NoneType"]


def test_close_writes_what_is_left_and_leaves_no_timer(run: Run, pair: Pair) -> None:
    async def play() -> tuple[bytes, list[float]]:
        rig = Rig(pair[0])
        rig.machine.wakeup = rig.loop.time() + 0.02
        rig.pump.turn()
        rig.machine.writes = [b"goodbye"]
        rig.pump.close()
        said = await read_all(pair[1])
        await asyncio.sleep(0.05)
        assert rig.owner.log[-1] == "gone NoneType"
        return said, rig.machine.woken

    assert run(play()) == (b"goodbye", [])


def test_a_machine_is_woken_at_its_time_and_its_reports_are_handled(run: Run, pair: Pair) -> None:
    async def play() -> None:
        rig = Rig(pair[0])
        for _ in range(2):
            rig.machine.wakeup = wanted = rig.loop.time() + 0.02
            rig.pump.turn()
            rig.owner.log.clear()
            await until(lambda: rig.owner.log)
            assert rig.machine.woken.pop() >= wanted
            assert rig.owner.log == [b"awake", "settle"]
        rig.pump.close()

    run(play())


def test_a_wakeup_that_moved_away_is_not_used_early(run: Run, pair: Pair) -> None:
    async def play() -> list[float]:
        rig = Rig(pair[0])
        rig.machine.wakeup = rig.loop.time() + 0.02
        rig.pump.turn()
        rig.machine.wakeup = late = rig.loop.time() + 0.08
        await asyncio.sleep(0.04)
        assert rig.machine.woken == []
        await until(lambda: rig.machine.woken)
        assert rig.machine.woken[0] >= late
        rig.pump.close()
        return rig.machine.woken

    assert len(run(play())) == 1


def test_a_wakeup_that_moved_closer_is_noticed(run: Run, pair: Pair) -> None:
    async def play() -> None:
        rig = Rig(pair[0])
        rig.machine.wakeup = rig.loop.time() + 1000
        rig.pump.turn()
        rig.machine.wakeup = rig.loop.time()
        await until(lambda: rig.machine.woken)
        rig.pump.close()

    run(play())


def test_a_wakeup_that_is_no_longer_wanted_is_forgotten(run: Run, pair: Pair) -> None:
    async def play() -> list[float]:
        rig = Rig(pair[0])
        rig.machine.wakeup = rig.loop.time() + 0.01
        rig.pump.turn()
        rig.machine.wakeup = None
        await asyncio.sleep(0.05)
        rig.pump.close()
        return rig.machine.woken

    assert run(play()) == []


def test_a_peer_that_we_do_not_listen_to_is_not_blamed_for_silence(run: Run, pair: Pair) -> None:
    async def play() -> None:
        rig = Rig(pair[0])
        rig.carrier.pause()
        rig.machine.wakeup = rig.loop.time() + 0.01
        rig.pump.turn()
        await asyncio.sleep(0.05)
        assert rig.machine.woken == []
        rig.carrier.resume()
        await until(lambda: rig.machine.woken)
        rig.pump.close()

    run(play())


def test_an_error_reaches_the_owner_and_ends_the_timer(run: Run, pair: Pair) -> None:
    async def play() -> tuple[list[object], list[float]]:
        rig = Rig(pair[0])
        rig.machine.wakeup = rig.loop.time() + 0.05
        rig.pump.turn()
        pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        pair[1].close()
        await until(lambda: rig.carrier.closed)
        await asyncio.sleep(0.08)
        return rig.owner.log, rig.machine.woken

    log, woken = run(play())
    assert log == ["settle", "gone ConnectionResetError"]
    assert woken == []
