"""Strangers at the cover: what is passed on, what is held back, how each way of closing looks."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.cloaks.machine import Buffer
from peppermoth.tunnel.carrier import HIGH, READ_SIZE
from peppermoth.tunnel.cover import HTTP_2, PREFACE_START, Opening
from peppermoth.tunnel.cover_relay import SHORTEST_TIMEOUT, CoverRelay
from peppermoth.tunnel.site import plain_http_page
from tests.tunnel.waiting import until

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nServer: nginx/9\r\nContent-Length: 2\r\n\r\nhi"


class Web:
    """A web server in the test's own hands: a cover whose other end is ``sock``."""

    protocols = ("h2", "http/1.1")
    server = "nginx/9"

    def __init__(self, said: bytes = b"") -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self._visitor = socket.create_connection(server.getsockname())
            self.sock, _ = server.accept()
        for sock in (self._visitor, self.sock):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._said = said
        self.gate = asyncio.Event()
        self.gate.set()

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def open(self, alpn: str | None) -> Opening:
        await self.gate.wait()
        return Opening(self._visitor, self._said)

    async def hear(self, size: int) -> bytes:
        """The next ``size`` bytes from the stranger, or fewer before its FIN."""
        loop, heard = asyncio.get_running_loop(), b""
        while len(heard) < size and (data := await loop.sock_recv(self.sock, size - len(heard))):
            heard += data
        return heard

    async def say(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Stranger:
    """The front, which writes down what is done to it."""

    def __init__(self) -> None:
        self.full = False
        self.heard = b""
        self.acts: list[str] = []

    def write(self, data: Buffer) -> None:
        self.heard += bytes(data)

    def finish(self, polite: bool) -> None:
        self.acts.append("close_notify, FIN" if polite else "FIN")

    def close(self) -> None:
        self.acts.append("close")

    def abort(self) -> None:
        self.acts.append("RST")

    def pause(self) -> None:
        self.acts.append("pause")

    def resume(self) -> None:
        self.acts.append("resume")


Scene = Callable[[Web, Stranger, CoverRelay], Awaitable[None]]


@pytest.fixture
def play(run) -> Callable[..., Stranger]:
    """Play a scene between a web server and a stranger; gives the stranger."""

    def call(
        scene: Scene, *, said: bytes = b"", deadline: float | None = None, **how: object
    ) -> Stranger:
        async def main() -> Stranger:
            loop = asyncio.get_running_loop()
            web, stranger = Web(said), Stranger()
            end = None if deadline is None else loop.time() + deadline
            relay = CoverRelay(loop, web, stranger, deadline=end, **how)
            try:
                await scene(web, stranger, relay)
            finally:
                relay.client_lost()
                web.sock.close()
            return stranger

        return run(main())

    return call


def test_what_was_said_first_is_replayed_and_the_answer_passed_on(play):
    async def scene(web, stranger, relay):
        web.gate.clear()
        relay.from_client(GET[:5])
        relay.from_client(GET[5:])
        web.gate.set()
        assert await web.hear(len(GET)) == GET
        await web.say(OK)
        await until(lambda: stranger.heard == OK)

    play(scene)


def test_a_server_that_speaks_first_is_heard(play):
    async def scene(web, stranger, relay):
        await web.say(b"settings")
        await until(lambda: stranger.heard == b"settings")

    play(scene)


def test_the_end_after_an_answer_is_polite(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET)
        await web.hear(len(GET))
        await web.say(OK)
        web.sock.shutdown(socket.SHUT_WR)
        await until(lambda: stranger.acts)

    assert play(scene).acts == ["close_notify, FIN"]


def test_the_end_of_mere_silence_is_polite(play):
    async def scene(web, stranger, relay):
        web.sock.shutdown(socket.SHUT_WR)
        await until(lambda: stranger.acts)

    assert play(scene).acts == ["close_notify, FIN"]


def test_the_end_of_waiting_in_the_middle_of_a_request_is_not(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET[:9])
        await web.hear(9)
        await asyncio.sleep(SHORTEST_TIMEOUT + 0.05)
        web.sock.shutdown(socket.SHUT_WR)
        await until(lambda: stranger.acts)

    assert play(scene).acts == ["FIN"]


def test_the_end_after_an_answer_that_crossed_with_more_words_is_polite(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET)
        await web.say(OK)
        await until(lambda: stranger.heard)
        relay.from_client(bytes(1000))
        web.sock.shutdown(socket.SHUT_WR)
        await until(lambda: stranger.acts)

    assert play(scene).acts == ["close_notify, FIN"]


def test_bytes_still_flow_to_a_server_that_has_ended(play):
    """nginx lingers: it ends first and reads on, so that its answer is not lost in an RST."""

    async def scene(web, stranger, relay):
        web.sock.shutdown(socket.SHUT_WR)
        await until(lambda: stranger.acts)
        relay.from_client(b"more")
        assert await web.hear(4) == b"more"
        relay.client_ended()
        assert await web.hear(1) == b""

    assert play(scene).acts == ["close_notify, FIN", "close"]


def test_bytes_for_a_server_that_has_closed_are_answered_with_rst(play):
    async def scene(web, stranger, relay):
        web.sock.close()
        await until(lambda: stranger.acts)
        relay.from_client(b"more")
        await until(lambda: len(stranger.acts) > 1)

    assert play(scene).acts == ["close_notify, FIN", "RST"]


def test_the_servers_rst_is_passed_on(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET)
        await web.hear(len(GET))
        web.reset()
        await until(lambda: stranger.acts)

    assert play(scene).acts == ["RST"]


@pytest.mark.parametrize("opened", [True, False], ids=["open", "not yet open"])
def test_the_strangers_fin_reaches_the_server_whose_answer_still_comes(play, opened):
    async def scene(web, stranger, relay):
        if opened:
            await asyncio.sleep(0)
        relay.from_client(GET)
        relay.client_ended()
        assert await web.hear(len(GET) + 1) == GET
        await web.say(OK)
        web.sock.close()
        await until(lambda: "close" in stranger.acts)
        assert stranger.heard == OK

    assert play(scene).acts == ["FIN", "close"]


def test_a_lost_stranger_is_a_reset_for_the_server(play):
    async def scene(web, stranger, relay):
        await web.say(b"x")
        await until(lambda: stranger.heard)
        relay.client_lost()
        with pytest.raises(ConnectionResetError):
            await web.hear(1)

    assert play(scene).acts == []


def test_a_full_stranger_holds_the_server_back_until_it_drains(play):
    async def scene(web, stranger, relay):
        await web.say(b"x")
        await until(lambda: stranger.heard)
        stranger.full = True
        flood = asyncio.ensure_future(web.say(bytes(32 * 1024 * 1024)))
        await asyncio.sleep(0.1)
        assert len(stranger.heard) <= 1 + READ_SIZE
        assert not flood.done()
        stranger.full = False
        stranger.write = lambda data: None
        relay.front_drained()
        await flood

    play(scene)


def test_a_slow_server_holds_the_stranger_back_until_it_drains(play):
    async def scene(web, stranger, relay):
        relay.from_client(b"x")
        await web.hear(1)
        sent = 0
        while "pause" not in stranger.acts:
            relay.from_client(bytes(65536))
            sent += 65536
            assert sent < 64 * 1024 * 1024
        await web.hear(sent)
        await until(lambda: "resume" in stranger.acts)

    play(scene)


def test_before_the_server_is_there_little_is_kept(play):
    async def scene(web, stranger, relay):
        web.gate.clear()
        relay.from_client(bytes(HIGH - 1))
        assert stranger.acts == []
        relay.from_client(b"x")
        assert stranger.acts == ["pause"]
        web.gate.set()
        assert len(await web.hear(HIGH)) == HIGH
        await until(lambda: stranger.acts == ["pause", "resume"])

    play(scene)


def test_who_has_not_said_a_word_in_time_is_sent_away(play):
    async def scene(web, stranger, relay):
        await until(lambda: stranger.acts)

    stranger = play(scene, deadline=0.05)
    assert (stranger.heard, stranger.acts) == (b"", ["close_notify, FIN", "close"])


def test_in_http2_that_comes_with_a_goaway(play):
    async def scene(web, stranger, relay):
        await until(lambda: stranger.acts)

    stranger = play(scene, deadline=0.05, alpn=HTTP_2)
    assert stranger.heard == bytes.fromhex("000008070000000000" + "00" * 8)


def test_who_has_spoken_is_left_to_the_server(play):
    async def scene(web, stranger, relay):
        relay.from_client(b"G")
        await asyncio.sleep(0.15)

    assert play(scene, deadline=0.05).acts == []


def heard_after(said: bytes, pieces: list[bytes]) -> bytes:
    """What a server hears that was told ``said``, when the stranger sends ``pieces``."""
    heard = b""

    async def scene(web: Web, stranger: Stranger, relay: CoverRelay) -> None:
        nonlocal heard
        for piece in pieces:
            relay.from_client(piece)
        relay.client_ended()
        heard = said + await web.hear(1 << 20)

    async def main() -> None:
        web = Web(said)
        relay = CoverRelay(asyncio.get_running_loop(), web, Stranger(), alpn=HTTP_2)
        try:
            await scene(web, Stranger(), relay)
        finally:
            relay.client_lost()
            web.sock.close()
            await asyncio.sleep(0)

    asyncio.run(main())
    return heard


@pytest.mark.parametrize("cut", range(1, len(PREFACE)))
def test_a_preface_begun_in_the_strangers_name_is_completed_once(cut):
    assert heard_after(PREFACE_START, [PREFACE[:cut], PREFACE[cut:]]) == PREFACE


@given(st.binary(min_size=1, max_size=40), st.integers(0, 40))
def test_other_words_reach_the_server_in_their_length_and_never_as_a_preface(words, cut):
    if words[:1] == PREFACE_START:
        words = b"Q" + words[1:]
    for text in (words, b"Q" + PREFACE[1:]):
        heard = heard_after(PREFACE_START, [text[:cut], text[cut:]])
        assert len(heard) == len(text)
        assert not (len(heard) >= 2 and PREFACE.startswith(heard[:16]))


def test_in_clear_the_page_ends_the_connection_though_the_server_goes_on(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET)
        await web.hear(len(GET))
        await web.say(OK)
        await until(lambda: stranger.acts)
        assert await web.hear(1) == b""

    assert play(scene, clear=True).acts == ["close"]


def test_in_clear_what_follows_the_request_is_read_and_thrown_away(play):
    async def scene(web, stranger, relay):
        relay.from_client(GET + GET)
        await web.hear(len(GET))
        await web.say(OK)
        await until(lambda: stranger.acts)
        relay.from_client(bytes(100_000))
        with suppress(ConnectionResetError):
            assert len(await web.hear(1 << 20)) <= len(GET)
        relay.client_ended()

    stranger = play(scene, clear=True)
    assert stranger.acts == ["FIN", "resume", "close"]
    assert stranger.heard.endswith(plain_http_page("nginx/9"))
