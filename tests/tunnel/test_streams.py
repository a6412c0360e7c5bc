"""Two sessions over TLS and TCP, with sockets at the ends of their streams."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from peppermoth.cloaks.machine import Ended
from peppermoth.cloaks.session import StreamPaused
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.streams import MAX_BUFFERED
from tests.conftest import Certificate, Run
from tests.tunnel.ends import (
    End,
    joined,
    push_until_stuck,
    read_all,
    tcp_pair,
    until,
)

DATA = bytes(range(256)) * 8000
FEW = 3 * 1024 * 1024  # bytes that everything between two stuck ends may hold


class Path:
    """A session, and streams with a program at one end and a target at the other."""

    def __init__(self, client: End, server: End, open_sockets: contextlib.ExitStack) -> None:
        self.client, self.server = client, server
        self._open = open_sockets

    def stream(self) -> tuple[socket.socket, socket.socket]:
        """The program's and the target's socket of a new stream."""
        program, near = self._open.enter_context(tcp_pair())
        far, target = self._open.enter_context(tcp_pair())
        self.server.sockets.append(far)
        self.client.open(near)
        return program, target

    @property
    def streams(self) -> int:
        return len(self.client.streams) + len(self.server.streams)

    @property
    def buffered(self) -> int:
        """What both ends hold for their sockets and for each other."""
        ends = (self.client, self.server)
        carriers = [end.carrier for end in ends]
        carriers += [tcp.carrier for end in ends for tcp in end.tcp if tcp.carrier is not None]
        return sum(carrier.buffered for carrier in carriers)


Play = Callable[[Path], Coroutine[Any, Any, Any]]


@pytest.fixture
def on_a_path(run: Run, certificate: Certificate) -> Callable[..., Any]:
    """Run a coroutine on a fresh path."""

    async def on_it(play: Play, far: type[End]) -> None:
        with contextlib.ExitStack() as open_sockets:
            one, other = open_sockets.enter_context(tcp_pair())
            client, server = await joined(certificate, one, other, far)
            try:
                await play(Path(client, server, open_sockets))
            finally:
                client.close()
                server.close()

    return lambda play, far=End: run(on_it(play, far))


async def send_all(sock: socket.socket, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(sock, data)


def test_bytes_go_both_ways_at_once(on_a_path):
    async def play(path):
        program, target = path.stream()
        answer = DATA[::-1]
        _, _, there, back = await asyncio.gather(
            send_all(program, DATA),
            send_all(target, answer),
            read_all(target, len(DATA)),
            read_all(program, len(DATA)),
        )
        assert (there, back) == (DATA, answer)
        assert path.client.sent == path.server.received == len(DATA)

    on_a_path(play)


def test_streams_of_one_session_do_not_mix(on_a_path):
    async def play(path):
        pairs = [path.stream() for _ in range(5)]
        contents = [bytes((n,)) * 50_000 for n in range(5)]
        await asyncio.gather(
            *(send_all(program, data) for (program, _), data in zip(pairs, contents, strict=True))
        )
        assert [await read_all(target, 50_000) for _, target in pairs] == contents

    on_a_path(play)


def test_a_half_closed_stream_still_carries_the_answer(on_a_path):
    async def play(path):
        program, target = path.stream()
        program.send(b"question")
        program.shutdown(socket.SHUT_WR)
        assert await read_all(target) == b"question"
        target.send(b"answer")
        target.close()
        assert await read_all(program) == b"answer"
        await until(lambda: path.streams == 0)

    on_a_path(play)


def test_a_peer_that_knows_no_half_closed_streams_closes_them(on_a_path):
    async def play(path):
        path.client.inner.extended = path.server.inner.extended = False
        program, target = path.stream()
        program.send(b"question")
        program.shutdown(socket.SHUT_WR)
        assert await read_all(target) == b"question"
        assert await read_all(program) == b""
        await until(lambda: path.streams == 0)

    on_a_path(play)


def test_a_target_that_breaks_off_closes_its_stream_and_no_other(on_a_path):
    async def play(path):
        program, target = path.stream()
        other, other_target = path.stream()
        program.send(b"x")
        await read_all(target, 1)
        target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        target.close()
        assert await read_all(program) == b""
        other.send(b"alive")
        assert await read_all(other_target, 5) == b"alive"

    on_a_path(play)


def test_a_session_that_breaks_ends_its_programs_with_an_error(on_a_path):
    async def play(path):
        program, target = path.stream()
        program.send(b"x")
        await read_all(target, 1)
        path.client.carrier.abort()
        for sock in (program, target):
            with pytest.raises(ConnectionResetError):
                await read_all(sock)
        assert path.streams == 0

    on_a_path(play)


def test_a_session_that_says_goodbye_is_heard(on_a_path):
    async def play(path):
        path.server.close()
        path.server.close()
        await until(lambda: path.client.over)
        assert path.client.reported[-1] == Ended("")

    on_a_path(play)


@pytest.mark.parametrize("extended", [True, False])
def test_a_slow_reader_holds_its_writer_and_nothing_is_lost(on_a_path, extended):
    async def play(path):
        path.client.inner.extended = path.server.inner.extended = extended
        program, target = path.stream()
        taken = await push_until_stuck(program, 100 * FEW)
        assert 0 < taken < 2 * FEW
        assert path.buffered < FEW
        assert len(await read_all(target, taken)) == taken
        program.send(b"once more")
        assert await read_all(target, 9) == b"once more"

    on_a_path(play)


def test_a_slow_reader_does_not_hold_other_streams(on_a_path):
    async def play(path):
        slow, slow_target = path.stream()
        quick, quick_target = path.stream()
        taken = await push_until_stuck(slow, 100 * FEW)
        assert taken < 2 * FEW
        for _ in range(3):
            await send_all(quick, b"x" * 10_000)
            assert await read_all(quick_target, 10_000) == b"x" * 10_000
            await send_all(quick_target, b"y" * 10_000)
            assert await read_all(quick, 10_000) == b"y" * 10_000
        assert len(await read_all(slow_target, taken)) == taken

    on_a_path(play)


def test_a_stream_that_comes_while_the_only_one_is_stuck_is_served(on_a_path):
    async def play(path):
        slow, slow_target = path.stream()
        taken = await push_until_stuck(slow, 100 * FEW)
        program, target = path.stream()
        program.send(b"hello")
        assert await read_all(target, 5) == b"hello"
        assert len(await read_all(slow_target, taken)) == taken
        slow.send(b"more")
        assert await read_all(slow_target, 4) == b"more"

    on_a_path(play)


class Deaf(End):
    """An end that goes on sending when it is asked to pause."""

    _handlers = End._handlers | {StreamPaused: lambda self, event: None}


def test_a_peer_that_does_not_pause_fills_no_memory(on_a_path):
    async def play(path):
        program, target = path.stream()
        path.stream()
        taken = await push_until_stuck(target, 10 * MAX_BUFFERED)
        assert taken < MAX_BUFFERED + 2 * FEW
        assert path.buffered < MAX_BUFFERED + FEW
        assert len(await read_all(program, taken)) == taken

    on_a_path(play, Deaf)


def test_early_data_waits_for_the_socket_within_bounds(on_a_path):
    async def play(path):
        with tcp_pair() as (program, near), tcp_pair() as (far, target):
            path.client.open(near)
            taken = await push_until_stuck(program, 100 * FEW)
            assert 64 * 1024 < taken < FEW
            (stream,) = path.server.tcp
            stream.join(Carrier(path.server.loop, far, stream))
            assert len(await read_all(target, taken)) == taken
            program.send(b"more")
            assert await read_all(target, 4) == b"more"

    on_a_path(play)


def test_early_data_of_a_peer_that_does_not_pause_fills_no_memory(on_a_path):
    async def play(path):
        path.client._handlers = Deaf._handlers
        with tcp_pair() as (program, near), tcp_pair() as (far, target):
            path.client.open(near)
            await until(lambda: path.server.tcp)
            path.stream()
            taken = await push_until_stuck(program, 10 * MAX_BUFFERED)
            assert taken < MAX_BUFFERED + 2 * FEW
            stream = path.server.tcp[0]
            stream.join(Carrier(path.server.loop, far, stream))
            assert len(await read_all(target, taken)) == taken

    on_a_path(play)


def test_a_program_that_left_before_its_target_was_there_is_told_to_it(on_a_path):
    async def play(path):
        with tcp_pair() as (program, near), tcp_pair() as (far, target):
            path.client.open(near)
            program.send(b"early")
            program.shutdown(socket.SHUT_WR)
            await until(lambda: path.server.received == 5)
            await asyncio.sleep(0.02)
            (stream,) = path.server.tcp
            stream.join(Carrier(path.server.loop, far, stream))
            assert await read_all(target) == b"early"
            target.send(b"late")
            assert await read_all(program, 4) == b"late"

    on_a_path(play)


def test_streams_that_nobody_uses_are_closed(on_a_path):
    async def play(path):
        program, target = path.stream()
        used, used_target = path.stream()
        await send_all(used, b"x")
        await read_all(used_target, 1)
        idle, busy = path.client.tcp
        idle.patience, busy.patience = 0.0, 1000.0
        path.client.close_idle(path.client.loop.time() + 1)
        assert await read_all(program) == await read_all(target) == b""
        used.send(b"y")
        assert await read_all(used_target, 1) == b"y"

    on_a_path(play)


def test_a_congested_session_stops_a_stream_that_joins_it(on_a_path):
    async def play(path):
        path.client.congested(True)
        program, target = path.stream()
        program.send(b"waits")
        await asyncio.sleep(0.05)
        assert path.server.received == 0
        path.client.congested(False)
        assert await read_all(target, 5) == b"waits"

    on_a_path(play)
