"""The recorded line, between real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from peppermoth.lab.demo.line import Line
from peppermoth.redact import Address

RESET = struct.pack("ii", 1, 0)


async def echo(reader, writer):
    """Say everything back, then FIN when the visitor has finished."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serving(handler):
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    return server, Address(*server.sockets[0].getsockname())


async def conversed(line, where, *pieces):
    """Say the pieces, each after the last was answered, finish, and return all answers."""
    reader, writer = await asyncio.open_connection(*where)
    heard = b""
    for piece in pieces:
        writer.write(piece)
        heard += await reader.readexactly(len(piece))
    writer.write_eof()
    heard += await reader.read()
    writer.close()
    await writer.wait_closed()
    return heard


def on_a_line(run, story, **options):
    """Run ``story(line, address of the echo on the line, address of the echo)``."""

    async def main():
        server, address = await serving(echo)
        line = Line(**options)
        try:
            return await story(line, line.to(address), address)
        finally:
            await line.close()
            server.close()
            await server.wait_closed()

    return run(main())


def test_both_directions_are_kept_in_pieces_with_the_address_they_go_to(run):
    async def story(line, where, address):
        recording = line.record()
        assert await conversed(line, where, b"who", b"goes there") == b"whogoes there"
        return recording, address

    (heard,), address = on_a_line(run, story)
    assert heard.server == address
    assert [(s.up, s.data) for s in heard.segments] == [
        (True, b"who"),
        (False, b"who"),
        (True, b"goes there"),
        (False, b"goes there"),
    ]
    assert (heard.sent, heard.received) == (13, 13)
    assert heard.stream(up=True) == heard.stream(up=False) == b"whogoes there"
    times = [segment.at for segment in heard.segments]
    assert times == sorted(times)
    assert heard.lasted == times[-1]


def test_a_new_recording_takes_the_connections_opened_from_then_on(run):
    async def story(line, where, _address):
        first = line.record()
        await conversed(line, where, b"one")
        second = line.record()
        await conversed(line, where, b"two")
        return first, second

    (one,), (two,) = on_a_line(run, story)
    assert one.stream(up=True) == b"one"
    assert two.stream(up=True) == b"two"


def test_more_than_there_is_room_for_passes_unkept_but_counted(run):
    size = 3_000_000

    async def story(line, where, _address):
        recording = line.record()
        reader, writer = await asyncio.open_connection(*where)
        writer.write(bytes(size))
        writer.write_eof()
        heard = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        await conversed(line, where, b"late")
        return recording, heard

    recording, heard = on_a_line(run, story, kept=100_000)
    assert heard == bytes(size)
    assert len(recording) == 1
    assert recording[0].sent == recording[0].received == size
    assert sum(len(segment.data) for segment in recording[0].segments) <= 100_000


def test_a_reset_reaches_the_other_end(run):
    async def main():
        reset = asyncio.Event()

        async def hear(reader, writer):
            writer.write(b"hello")
            try:
                await reader.read()
            except ConnectionResetError:
                reset.set()
            writer.close()

        server, address = await serving(hear)
        line = Line()
        reader, writer = await asyncio.open_connection(*line.to(address))
        await reader.readexactly(5)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.close()
        await asyncio.wait_for(reset.wait(), 10)
        await line.close()
        server.close()
        await server.wait_closed()

    run(main())


def test_a_server_that_is_not_there_ends_the_connection(run, free_port):
    async def main():
        line = Line()
        reader, writer = await asyncio.open_connection(*line.to(Address("127.0.0.1", free_port())))
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        await line.close()

    run(main())


def test_closing_ends_what_is_under_way(run):
    async def story(line, where, _address):
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"x")
        await reader.readexactly(1)
        await line.close()
        assert await reader.read() == b""
        writer.close()

    on_a_line(run, story)
