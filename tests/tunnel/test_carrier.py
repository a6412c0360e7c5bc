"""A carrier on real sockets: boundaries, backlog, and every way to end."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from collections.abc import Iterator

import pytest

from peppermoth.tunnel import carrier as carriers
from peppermoth.tunnel.carrier import HIGH, LOW, READ_SIZE, Carrier, read_buffer
from tests.conftest import Run
from tests.needs import need
from tests.tunnel.ends import Pair, read_all
from tests.tunnel.waiting import until


class Recorder:
    """A sink that remembers what it heard."""

    def __init__(self) -> None:
        self.data = b""
        self.pieces: list[int] = []
        self.calls: list[str] = []
        self.error: OSError | None = None

    def received(self, data: memoryview) -> None:
        self.data += bytes(data)
        self.pieces.append(len(data))

    def ended(self) -> None:
        self.calls.append("ended")

    def drained(self) -> None:
        self.calls.append("drained")

    def lost(self, error: OSError | None) -> None:
        self.calls.append("lost")
        self.error = error


@pytest.fixture
def packets() -> Iterator[Pair]:
    """A pair on which each send stays one message."""
    kind = getattr(socket, "SOCK_SEQPACKET", None)
    need(kind and hasattr(socket, "AF_UNIX"), "sequenced packets", "use Linux")
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with ours, theirs:
        for sock in (ours, theirs):
            sock.setblocking(False)
        yield ours, theirs


def carry(sock: socket.socket) -> tuple[Carrier, Recorder]:
    sink = Recorder()
    return Carrier(asyncio.get_running_loop(), sock, sink), sink


def test_one_write_is_one_send(run: Run, packets: Pair) -> None:
    ours, theirs = packets

    async def play() -> None:
        carrier, _ = carry(ours)
        for piece in (b"one", memoryview(b"two"), bytearray(b"three")):
            carrier.write(piece)

    run(play())
    assert [theirs.recv(100) for _ in range(3)] == [b"one", b"two", b"three"]


def test_pieces_without_boundaries_share_a_send(run: Run, packets: Pair) -> None:
    ours, theirs = packets

    async def play() -> None:
        carrier, _ = carry(ours)
        carrier.write_all([b"one", b"two", b"three"])
        carrier.write_all([b"four"])
        carrier.write_all([])

    run(play())
    assert [theirs.recv(100) for _ in range(2)] == [b"onetwothree", b"four"]


def test_a_backlog_goes_out_whole_and_in_order_and_is_reported_once(run: Run, pair: Pair) -> None:
    ours, theirs = pair
    sent = [bytes((n % 251,)) * 9000 for n in range(400)]

    async def play() -> bytes:
        carrier, sink = carry(ours)
        for number, piece in enumerate(sent[:300]):
            carrier.write(piece)
            assert carrier.full is (carrier.buffered >= HIGH), number
        carrier.write_all(sent[300:])
        assert carrier.full
        assert carrier.buffered > HIGH
        read = await read_all(theirs, sum(map(len, sent)))
        await until(lambda: sink.calls)
        assert sink.calls == ["drained"]
        assert carrier.buffered <= LOW
        await until(lambda: carrier.buffered == 0)
        carrier.close()
        return read

    assert run(play()) == b"".join(sent)


def test_a_gathered_write_of_many_pieces_keeps_their_order(run: Run, pair: Pair) -> None:
    ours, theirs = pair
    sent = [n.to_bytes(4, "big") * 500 for n in range(1000)]

    async def play() -> bytes:
        carrier, _ = carry(ours)
        carrier.write_all(sent)
        carrier.close()
        return await read_all(theirs)

    assert run(play()) == b"".join(sent)


def test_a_small_backlog_is_no_reason_to_stop_or_to_report(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> list[str]:
        carrier, sink = carry(ours)
        size = 0
        while not carrier.buffered:
            carrier.write(bytes(20_000))
            size += 20_000
        assert not carrier.full
        await read_all(theirs, size)
        await until(lambda: carrier.buffered == 0)
        carrier.close()
        return sink.calls

    assert run(play()) == ["lost"]


def test_what_waits_is_safe_from_a_buffer_that_is_used_again(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> bytes:
        carrier, _ = carry(ours)
        while not carrier.buffered:
            carrier.write(bytes(100_000))
        buffer = bytearray(b"kept")
        carrier.write(memoryview(buffer))
        buffer[:] = b"lost"
        carrier.close()
        return await read_all(theirs)

    assert run(play()).endswith(b"kept")


def test_reading_starts_stops_and_goes_on_by_order(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> None:
        carrier, sink = carry(ours)
        theirs.send(b"one")
        await asyncio.sleep(0.02)
        assert sink.data == b""
        carrier.resume()
        carrier.resume()
        await until(lambda: sink.data == b"one")
        carrier.pause()
        assert not carrier.reading
        theirs.send(b"two")
        await asyncio.sleep(0.02)
        assert sink.data == b"one"
        carrier.resume()
        await until(lambda: sink.data == b"onetwo")
        carrier.close()

    run(play())


def test_a_read_takes_at_most_what_it_may(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> list[int]:
        carrier, sink = carry(ours)
        theirs.send(bytes(1000))
        carrier.read_at_most(400)
        carrier.resume()
        await until(lambda: len(sink.data) == 1000)
        carrier.close()
        return sink.pieces

    assert run(play()) == [400, 400, 200]


def test_a_loop_has_one_buffer_for_all_and_another_loop_its_own(run: Run) -> None:
    async def ask() -> tuple[memoryview, bool]:
        loop = asyncio.get_running_loop()
        return read_buffer(loop), read_buffer(loop) is read_buffer(loop)

    (first, same), (second, _) = run(ask()), run(ask())
    assert same
    assert first is not second
    assert len(first) == READ_SIZE


def test_a_peer_s_fin_ends_reading_and_not_writing(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> bytes:
        carrier, sink = carry(ours)
        carrier.resume()
        theirs.send(b"last")
        theirs.shutdown(socket.SHUT_WR)
        await until(lambda: sink.calls)
        assert (sink.data, sink.calls) == (b"last", ["ended"])
        carrier.resume()
        assert not carrier.reading
        carrier.write(b"answer")
        carrier.close()
        assert sink.calls == ["ended", "lost"]
        return await read_all(theirs)

    assert run(play()) == b"answer"


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_finish_sends_fin_after_the_backlog_and_reading_goes_on(
    run: Run, pair: Pair, size: int
) -> None:
    ours, theirs = pair

    async def play() -> bytes:
        carrier, sink = carry(ours)
        carrier.resume()
        carrier.write(bytes(size))
        carrier.finish()
        carrier.finish()
        carrier.write(b"ignored")
        read = await read_all(theirs)
        theirs.send(b"still heard")
        await until(lambda: sink.data)
        assert sink.data == b"still heard"
        carrier.close()
        return read

    assert run(play()) == bytes(size)


def test_close_lets_the_backlog_out_first_and_hears_nothing_more(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> bytes:
        carrier, sink = carry(ours)
        carrier.resume()
        carrier.write(bytes(1_000_000))
        carrier.close()
        carrier.close()
        carrier.finish()
        carrier.write(b"ignored")
        carrier.write_all([b"ignored", b"too"])
        carrier.resume()
        assert not carrier.reading
        assert not carrier.closed
        read = await read_all(theirs)
        await until(lambda: carrier.closed)
        assert (sink.data, sink.calls, sink.error) == (b"", ["lost"], None)
        return read

    assert run(play()) == bytes(1_000_000)


def test_a_peer_that_takes_nothing_cannot_keep_a_closing_carrier(
    run: Run, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "CLOSE_PATIENCE", 0.05)

    async def play() -> list[str]:
        carrier, sink = carry(pair[0])
        carrier.write(bytes(2_000_000))
        carrier.close()
        await until(lambda: carrier.closed)
        assert carrier.buffered == 0
        return sink.calls

    assert run(play()) == ["lost"]


def test_a_peer_that_takes_what_is_left_slowly_gets_all_of_it(run: Run, pair: Pair) -> None:
    async def play() -> None:
        carrier, _ = carry(pair[0])
        carrier.write(bytes(2_000_000))
        carrier.close()
        before = carrier.buffered
        await read_all(pair[1], 1_000_000)
        carrier._look(before)
        assert not carrier.closed
        carrier._look(carrier.buffered)
        assert carrier.closed

    run(play())


def test_a_backlog_keeps_little_more_than_its_bytes(run: Run, pair: Pair) -> None:
    numbers = [number.to_bytes(2, "big") for number in range(2000)]

    async def play() -> bytes:
        carrier, _ = carry(pair[0])
        carrier.write(bytes(1_000_000))
        tracemalloc.start()
        for number in numbers:
            carrier.write(memoryview(number + bytes(16_384))[:2])
        assert tracemalloc.get_traced_memory()[0] < 20 * len(numbers)
        tracemalloc.stop()
        carrier.close()
        return (await read_all(pair[1]))[1_000_000:]

    assert run(play()) == b"".join(numbers)


def test_abort_resets_and_drops_what_waits(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> Recorder:
        carrier, sink = carry(ours)
        carrier.write(bytes(2_000_000))
        carrier.abort()
        carrier.abort()
        carrier.close()
        with pytest.raises(ConnectionResetError):
            await read_all(theirs)
        return sink

    sink = run(play())
    assert (sink.calls, sink.error) == (["lost"], None)


def test_what_a_peer_left_unread_makes_drop_a_reset(run: Run, pair: Pair) -> None:
    ours, theirs = pair

    async def play() -> None:
        carrier, _ = carry(ours)
        theirs.send(b"never read")
        await asyncio.sleep(0.01)
        carrier.drop()
        with pytest.raises(ConnectionResetError):
            await read_all(theirs)

    run(play())


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    sock.close()


def test_a_peer_s_reset_is_told_with_its_error(run: Run, pair: Pair) -> None:
    async def play() -> Recorder:
        carrier, sink = carry(pair[0])
        carrier.resume()
        reset(pair[1])
        await until(lambda: carrier.closed)
        return sink

    sink = run(play())
    assert sink.calls == ["lost"]
    assert isinstance(sink.error, ConnectionResetError)


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_error_while_writing_is_told_after_the_turn(run: Run, pair: Pair, pieces: int) -> None:
    async def play() -> Recorder:
        carrier, sink = carry(pair[0])
        reset(pair[1])
        await asyncio.sleep(0.02)
        carrier.write_all([b"x"] * pieces)
        assert sink.calls == []
        carrier.write(b"more")
        carrier.write_all([b"still", b"more"])
        await until(lambda: sink.calls)
        return sink

    sink = run(play())
    assert sink.calls == ["lost"]
    assert isinstance(sink.error, ConnectionError)


def test_an_error_while_a_backlog_goes_out_is_told(run: Run, pair: Pair) -> None:
    async def play() -> Recorder:
        carrier, sink = carry(pair[0])
        carrier.write(bytes(2_000_000))
        reset(pair[1])
        await until(lambda: sink.calls)
        assert carrier.buffered == 0
        return sink

    assert isinstance(run(play()).error, ConnectionError)
