"""A user whose client breaks the protocol loses its own session, and nobody else's.

The client is a test that has the right password; beside it an ordinary client is in
the middle of an exchange, which must come to its right end.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from peppermoth.cloaks.session import MAX_STREAMS
from peppermoth.errors import Failure
from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.settings import Limits
from peppermoth.tunnel.streams import MAX_BUFFERED
from peppermoth.wire.anytls import DATA_LIMITS, HEADER, MAX_DATA, Command, frame, waste
from peppermoth.wire.socks import encode_address
from tests.conftest import Run
from tests.interop.programs import order, stream, taken
from tests.interop.raw_session import EXTENDED, RawSession, raw_session, settings
from tests.interop.targets import Site, serving, site
from tests.interop.tunnels import running_bridge, running_client

SETTINGS = settings()
TARGET = encode_address(Address("name.invalid", 80))
MEGABYTE = 1024 * 1024
UP, DOWN = 700_000, 900_000
MORE_THAN_KERNELS_TAKE = 6 * MEGABYTE  # from the bridge; Linux sends at most 4 MB ahead
TOO_MUCH = 10 * MAX_BUFFERED  # kernels between client and bridge may hold half of it

WRONG = {
    "an unknown command": (SETTINGS, frame(Command.SYN, 1), HEADER.pack(99, 0, 0)),
    "an oversize control frame": (SETTINGS, frame(Command.SYN, 1, b"x")),
    "oversize settings": (HEADER.pack(Command.SETTINGS, 0, DATA_LIMITS[Command.SETTINGS] + 1),),
    "settings that are not text": (frame(Command.SETTINGS, 0, b"v=\xff"),),
    "a second settings frame": (SETTINGS, SETTINGS),
    "a stream before the settings": (frame(Command.SYN, 1),),
    "data before the settings": (frame(Command.PSH, 1, TARGET),),
    "data for a stream never opened": (SETTINGS, frame(Command.PSH, 7, TARGET)),
    "the end of a stream never opened": (SETTINGS, frame(Command.FIN, 7)),
    "a stream number used twice": (SETTINGS, frame(Command.SYN, 1), frame(Command.SYN, 1)),
    "a falling stream number": (SETTINGS, frame(Command.SYN, 5), frame(Command.SYN, 4)),
    "stream number zero": (SETTINGS, frame(Command.SYN, 0)),
    "a target of no known type": (
        SETTINGS,
        frame(Command.SYN, 1),
        frame(Command.PSH, 1, b"\x09anything"),
    ),
    "a target that is not text": (
        SETTINGS,
        frame(Command.SYN, 1),
        frame(Command.PSH, 1, b"\x03\x02\xff\xfe\x00\x50"),
    ),
    "a command that was not agreed on": (
        SETTINGS,
        frame(Command.SYN, 1),
        frame(Command.PAUSE, 1),
    ),
    "what only a bridge may say": (SETTINGS, frame(Command.SYNACK, 1)),
    "too many streams": (
        SETTINGS,
        *(frame(Command.SYN, number) for number in range(1, MAX_STREAMS + 2)),
    ),
}

every_fault = pytest.mark.parametrize("frames", WRONG.values(), ids=WRONG)


class Scene:
    """A bridge with a raw session, and an ordinary program that has sent half of what it will."""

    def __init__(self, bridge: Bridge, raw: RawSession, target: Site) -> None:
        self.bridge = bridge
        self.raw = raw
        self.target = target

    async def open(self, number: int, address: Address) -> None:
        """Open a stream on the raw session."""
        await self.raw.send(
            frame(Command.SYN, number), frame(Command.PSH, number, encode_address(address))
        )


Play = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture
def play(state: Path) -> Play:
    """The scene; when the block ends the program finishes its exchange on its old session."""

    @asynccontextmanager
    async def playing(**limits: int) -> AsyncIterator[Scene]:
        async with (
            site() as target,
            running_bridge(state, limits=Limits(**limits)) as (bridge, link),
            running_client(link) as (client, proxy),
            stream(proxy, target.address) as (reader, writer),
        ):
            [session] = client.lines.current.sessions
            await order(writer, 1, UP, DOWN)
            async with raw_session(link) as raw:
                yield Scene(bridge, raw, target)
            assert await taken(reader, 1, UP, DOWN)
            assert client.lines.current.sessions == [session]

    return playing


async def alone(bridge: Bridge) -> None:
    """Wait until only the ordinary program's stream is open."""
    async with asyncio.timeout(5):
        while bridge.streams != 1:  # noqa: ASYNC110 - a plain wait
            await asyncio.sleep(0.01)


@every_fault
def test_a_fault_ends_the_session_with_an_alert(
    run: Run, play: Play, frames: tuple[bytes, ...]
) -> None:
    async def main() -> None:
        async with play() as scene:
            await scene.raw.send(*frames)
            alert = await scene.raw.until(Command.ALERT)
            assert alert is not None
            assert alert.data.isascii()
            assert await scene.raw.next() is None
            await alone(scene.bridge)

    run(main())


@every_fault
def test_a_fault_ends_it_too_when_it_comes_byte_by_byte(
    run: Run, play: Play, frames: tuple[bytes, ...]
) -> None:
    async def main() -> None:
        async with play() as scene:
            said = b"".join(frames)
            await scene.raw.send(said[:-40])
            for byte in said[-40:]:
                await scene.raw.send(bytes((byte,)))
            assert await scene.raw.until(Command.ALERT) is not None

    run(main())


def test_a_fault_ends_the_streams_that_the_session_had(run: Run, play: Play) -> None:
    async def main() -> None:
        ended = asyncio.Event()

        async def until_it_ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError):
                await reader.read()
            ended.set()

        async with serving(until_it_ends) as target, play() as scene:
            await scene.raw.send(SETTINGS)
            await scene.open(1, target)
            assert await scene.raw.until(Command.SYNACK)
            await scene.raw.send(HEADER.pack(99, 0, 0))
            assert await scene.raw.until(Command.ALERT)
            await ended.wait()

    run(main())


@pytest.mark.parametrize(
    "tail",
    [b"\x02", HEADER.pack(Command.PSH, 1, 500), HEADER.pack(Command.PSH, 1, 500) + b"half"],
    ids=["in the header", "behind the header", "in the data"],
)
def test_a_session_that_is_cut_off_in_a_frame_is_over(run: Run, play: Play, tail: bytes) -> None:
    async def main() -> None:
        async with play() as scene:
            await scene.raw.send(SETTINGS)
            await scene.open(1, scene.target.address)
            assert await scene.raw.until(Command.SYNACK)
            assert scene.bridge.streams == 2
            await scene.raw.send(tail)
            scene.raw.drop()
            await alone(scene.bridge)

    run(main())


def test_streams_beyond_the_limit_are_refused_one_by_one(run: Run, play: Play) -> None:
    async def main() -> None:
        async with play(streams_per_session=4) as scene:
            await scene.raw.send(SETTINGS)
            for number in range(1, 8):
                await scene.open(number, scene.target.address)
            answers = {}
            for _ in range(7):
                answer = await scene.raw.until(Command.SYNACK)
                assert answer is not None
                answers[answer.stream] = answer.data.decode()
            assert [answers[number] for number in range(1, 8)] == [""] * 4 + [
                Failure.BRIDGE_BUSY.value
            ] * 3

    run(main())


def test_a_heartbeat_is_answered(run: Run, play: Play) -> None:
    async def main() -> None:
        async with play() as scene:
            await scene.raw.send(SETTINGS, waste(900), frame(Command.HEART_REQUEST))
            assert await scene.raw.until(Command.HEART_RESPONSE)

    run(main())


def test_frames_for_a_stream_that_was_closed_a_moment_ago_are_dropped(run: Run, play: Play) -> None:
    async def main() -> None:
        async with play() as scene:
            await scene.raw.send(SETTINGS)
            await scene.open(1, scene.target.address)
            assert await scene.raw.until(Command.SYNACK)
            await scene.raw.send(frame(Command.FIN, 1), frame(Command.PSH, 1, b"late"))
            await scene.raw.send(frame(Command.FIN, 1), frame(Command.HEART_REQUEST))
            assert await scene.raw.until(Command.HEART_RESPONSE)

    run(main())


@asynccontextmanager
async def reluctant() -> AsyncIterator[tuple[Address, asyncio.Event, asyncio.Queue[int]]]:
    """A target that reads nothing until it is told, and then says how much there was."""
    willing = asyncio.Event()
    sizes: asyncio.Queue[int] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await willing.wait()
        size = 0
        while data := await reader.read(MEGABYTE):
            size += len(data)
        sizes.put_nowait(size)

    async with serving(serve, receive_buffer=64 * 1024) as address:
        yield address, willing, sizes


async def until_it_is_stuck(raw: RawSession, piece: bytes) -> int:
    """Send the piece again and again, whatever the bridge says, until it takes no more."""
    count = 0
    with contextlib.suppress(TimeoutError):
        while count * len(piece) < TOO_MUCH:
            async with asyncio.timeout(1.5):
                await raw.send(piece)
            count += 1
    return count


def test_who_does_not_stop_when_asked_is_not_listened_to_until_there_is_room(
    run: Run, play: Play
) -> None:
    async def main() -> None:
        async with play() as scene, reluctant() as (address, willing, sizes):
            await scene.raw.send(EXTENDED)
            for number, target in ((1, address), (2, scene.target.address)):
                await scene.open(number, target)
                assert await scene.raw.until(Command.SYNACK)
            count = await until_it_is_stuck(scene.raw, frame(Command.PSH, 1, bytes(MAX_DATA)))
            assert count * MAX_DATA < TOO_MUCH
            willing.set()
            assert await heard(scene.raw, Command.PAUSE, Command.RESUME) == [1, 1]
            await scene.raw.send(frame(Command.END_OF_INPUT, 1))
            assert (count + 1) * MAX_DATA == await sizes.get()  # the stuck piece comes too

    run(main())


def test_a_target_that_stops_reading_does_not_make_the_bridge_deaf(run: Run, play: Play) -> None:
    async def main() -> None:
        async with play() as scene, reluctant() as (address, _, _):
            await scene.raw.send(EXTENDED)
            await scene.open(1, address)
            assert await scene.raw.until(Command.SYNACK)
            for _ in range(MORE_THAN_KERNELS_TAKE // MAX_DATA):
                await scene.raw.send(frame(Command.PSH, 1, bytes(MAX_DATA)))
            assert await heard(scene.raw, Command.PAUSE) == [1]
            await scene.raw.send(frame(Command.HEART_REQUEST))
            assert await scene.raw.until(Command.HEART_RESPONSE)
            await scene.open(2, scene.target.address)
            assert await heard(scene.raw, Command.SYNACK) == [2]

    run(main())


async def heard(raw: RawSession, *commands: Command) -> list[int]:
    """The streams of the next frames of these commands, in this order."""
    streams = []
    for command in commands:
        found = await raw.until(command)
        assert found is not None
        streams.append(found.stream)
    return streams
