"""The stranger's side of a cover: how words and ends leave the bridge, with TLS and without."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator

import pytest

from peppermoth.cloaks import tls
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Event
from peppermoth.tunnel.carrier import HIGH, Carrier
from peppermoth.tunnel.fronts import ClearFront, TlsFront
from peppermoth.tunnel.pump import Pump
from tests.conftest import Certificate
from tests.tunnel.waiting import until


class Heard:
    """A relay that keeps what the front passes on."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def from_client(self, data: memoryview) -> None:
        self.heard.append(bytes(data))

    def client_ended(self) -> None:
        self.heard.append("ended")

    def front_drained(self) -> None:
        self.heard.append("drained")

    def gone(self, error: OSError | None) -> None:
        self.heard.append("gone")


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The stranger's socket and the bridge's, joined by TCP so that both can reset."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stranger = socket.create_connection(server.getsockname(), timeout=20)
        bridge, _ = server.accept()
    bridge.setblocking(False)
    with stranger, bridge:
        yield stranger, bridge


def clear_front(sock: socket.socket) -> tuple[ClearFront, Heard]:
    relay = Heard()
    carrier = Carrier(asyncio.get_running_loop(), sock, relay)
    front = ClearFront(carrier, relay.gone)
    front.relay = relay
    front.resume()
    return front, relay


def test_without_tls_words_pass_as_they_are(run, sockets):
    stranger, bridge = sockets

    async def talk() -> None:
        front, relay = clear_front(bridge)
        stranger.sendall(b"GET / HTTP/1.1\r\n")
        await until(lambda: relay.heard)
        front.write(b"HTTP/1.1 400 Bad Request\r\n")
        assert stranger.recv(100) == b"HTTP/1.1 400 Bad Request\r\n"
        front.finish(polite=True)
        assert stranger.recv(1) == b""
        stranger.shutdown(socket.SHUT_WR)
        await until(lambda: len(relay.heard) == 2)
        front.close()
        assert relay.heard == [b"GET / HTTP/1.1\r\n", "ended", "gone"]

    run(talk())


def test_without_tls_a_reset_is_a_reset(run, sockets):
    stranger, bridge = sockets

    async def reset() -> None:
        front, relay = clear_front(bridge)
        front.abort()
        with pytest.raises(ConnectionResetError):
            stranger.recv(1)
        assert relay.heard == ["gone"]

    run(reset())


def test_without_tls_a_slow_stranger_holds_the_web_server(run, sockets):
    stranger, bridge = sockets

    async def flood() -> None:
        front, relay = clear_front(bridge)
        front.pause()
        stranger.sendall(b"unread")
        while not front.full:
            front.write(bytes(HIGH))
        stranger.setblocking(False)
        loop = asyncio.get_running_loop()
        while not relay.heard:
            await loop.sock_recv(stranger, 1 << 20)
        assert relay.heard == ["drained"], "what the stranger says waits while reading is paused"
        assert not front.full
        front.close()

    run(flood())


class Stranger:
    """The pump's owner behind TLS, as far as a front needs it."""

    def __init__(self) -> None:
        self.over = False

    def handle(self, event: Event) -> None:
        """A stranger's words are not looked at here."""

    def settle(self) -> None:
        """Nothing is collected."""

    def congested(self, full: bool) -> None:
        """Nothing feeds it."""

    def gone(self, error: OSError | None) -> None:
        self.over = True


class NoMachine:
    """A machine inside TLS whom nobody has authenticated to yet."""

    def receive_data(self, data: object, now: float) -> None:
        """Nobody says anything."""

    def events(self) -> list[Event]:
        return []

    def data_to_send(self) -> list[bytes]:
        return []

    def next_wakeup(self) -> None:
        return None


def behind_tls(run, sockets, certificate: Certificate, act) -> object:
    """Shake hands, let the bridge act on the front, and see what the stranger sees."""
    stranger, bridge = sockets
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    def visit() -> tuple[bytes, str]:
        with context.wrap_socket(stranger, suppress_ragged_eofs=False) as secured:
            words = b""
            try:
                while data := secured.recv(100):
                    words += data
            except ssl.SSLEOFError:
                return words, "FIN alone"
            return words, "close_notify"

    async def serve() -> tuple[bytes, str]:
        loop = asyncio.get_running_loop()
        stack = tls.server_stack(str(certificate.cert), str(certificate.key))
        machine = Layered(tls.Tls(stack), lambda now: NoMachine())
        owner = Stranger()
        pump = Pump(loop, machine, owner)
        pump.carrier = Carrier(loop, bridge, pump)
        front = TlsFront(machine, pump)
        visitor = loop.run_in_executor(None, visit)
        pump.carrier.resume()
        await until(lambda: machine.inner is not None)
        front.write(b"a page")
        act(front)
        seen = await visitor
        if not owner.over:
            front.close()
        return seen

    return run(serve())


def finish_politely(front: TlsFront) -> None:
    front.finish(polite=True)


def finish_rudely(front: TlsFront) -> None:
    front.finish(polite=False)


@pytest.mark.parametrize(
    ("act", "end"),
    [
        (finish_politely, "close_notify"),
        (finish_rudely, "FIN alone"),
    ],
)
def test_behind_tls_each_end_looks_as_it_was_asked_for(run, sockets, certificate, act, end):
    assert behind_tls(run, sockets, certificate, act) == (b"a page", end)
