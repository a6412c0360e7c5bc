"""What stands in the world beside the tunnel: sites that talk, a recorder."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import ClassVar

from peppermoth.lab.world.namespaces import World
from peppermoth.lab.world.pushing import served

TALK_PORT = 7
WEB_PORT = 80
DOWNLOAD, UPLOAD, ECHO = b"D", b"U", b"E"
_PIECE = bytes(64 * 1024)
_TICK = 0.01


class _Talk(socketserver.BaseRequestHandler):
    """The first byte says what to do: pour without end, swallow everything, or repeat it."""

    server: TalkServer

    def handle(self) -> None:
        self.server.visitors.append(self.client_address[0].removeprefix("::ffff:"))
        self.server.present.add(self.client_address)
        with contextlib.suppress(OSError):
            self.talk(self.request.recv(1))
        self.server.present.discard(self.client_address)

    def talk(self, kind: bytes) -> None:
        """Until the visitor leaves, or its connection breaks."""
        while kind == DOWNLOAD:
            self.request.sendall(_PIECE)
            time.sleep(_TICK)  # a stream that runs, not a test of speed
        while data := self.request.recv(65536):
            if kind == ECHO:
                self.request.sendall(data)


class TalkServer(socketserver.ThreadingTCPServer):
    """Keeps the hosts of its visitors, and who of them is still there."""

    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("::", TALK_PORT), _Talk)
        self.visitors: list[str] = []
        self.present: set[tuple[object, ...]] = set()


class _Pages(BaseHTTPRequestHandler):
    """A page with a picture and a script of its own, on every path."""

    pages: ClassVar = {
        "/": ("text/html", b"<title>moth</title><script src=/s.js></script><img src=/i.png>"),
        "/s.js": ("text/javascript", b"document.title += ' ran';"),
    }

    def do_GET(self) -> None:
        kind, page = self.pages.get(self.path, ("text/plain", b"nothing"))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Web(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "web", WEB_PORT  # the base asks DNS for it


@contextmanager
def talking(world: World, host: str) -> Iterator[TalkServer]:
    """A site on ``TALK_PORT`` of a host."""
    with world.inside(host):
        server = TalkServer()
    with served(server):
        yield server


@contextmanager
def serving_pages(world: World, host: str) -> Iterator[HTTPServer]:
    """A web site on ``WEB_PORT`` of a host."""
    with world.inside(host):
        server = _Web(("::", WEB_PORT), _Pages)
    with served(server):
        yield server


@contextmanager
def garbling(world: World, host: str, port: int) -> Iterator[None]:
    """A server that answers every hello with bytes that are not TLS."""

    class Garbage(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.recv(65536)
                self.request.sendall(b"\x00garbage" * 8)
                self.request.recv(65536)

    with world.inside(host):
        server = TalkServer.__new__(TalkServer)
        socketserver.TCPServer.__init__(server, ("::", port), Garbage)
    with served(server):
        yield


@contextmanager
def recording(world: World, host: str, interface: str) -> Iterator[list[bytes]]:
    """Every Ethernet frame on an interface, both ways, as a monitor there would take it."""
    frames: list[bytes] = []
    with world.inside(host):
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        tap.bind((interface, 0x0003))
    tap.settimeout(0.05)
    stop = threading.Event()

    def take() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                frames.append(tap.recv(65536))

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield frames
    finally:
        stop.set()
        thread.join()
        tap.close()
