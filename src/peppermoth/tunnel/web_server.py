"""A web server without a port: hypercorn over socket pairs, with the manners of nginx.

Each visitor gets one end of a pair; hypercorn serves the other, in HTTP/1.1 or
HTTP/2 as TLS agreed, as if TLS were its own. What hypercorn would say in its own
words (broken requests, greetings, goodbyes) is said in nginx's. Limits: requests
in HTTP/0.9 are not understood, and timeouts are nginx's only where no request is
begun. It leans on hypercorn's protocol classes, so their versions are bounded.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from email.utils import formatdate
from functools import partial
from typing import Any, cast

import h11
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import MAX_RECV, TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.typing import ConnectionState
from starlette.types import ASGIApp

from peppermoth.tunnel.site import SERVER, bad_request_page, error_page, phrase, rank

KEEPALIVE_SECONDS = 75  # as LINGER_SECONDS, nginx's default
LINGER_SECONDS = 5.0
MAX_LINE = 8 * 1024  # of a request's head; nginx has four buffers of this size
MAX_HEAD = 4 * MAX_LINE

_TOO_LARGE = "Request Header Or Cookie Too Large"
_SPELLED = {"etag": "ETag"}
_REFUSED = {b"TRACE": 405, b"CONNECT": 400, b"PRI": 400}
# How a request may begin; nginx refuses one at the first byte that its method cannot hold.
_BEGINNING = re.compile(rb"[\r\n]*[A-Z_-]*(?: |\Z)")
# What nginx opens HTTP/2 with: 128 streams, 64 KiB a stream, frames of 16 MiB, 2 GiB in all.
# It could take such frames as they come; hypercorn would hold them, and refuses them.
_GREETING = bytes.fromhex(
    "000012040000000000 000300000080 000400010000 000500ffffff 000004080000000000 7fff0000"
)
_SETTINGS = {SettingCodes.MAX_CONCURRENT_STREAMS: 128, SettingCodes.INITIAL_WINDOW_SIZE: 65536}
_WINDOW = 0x7FFF0000
_GOAWAY = bytes.fromhex("000008070000000000 00000000 00000001")  # no stream; a protocol error


class _Http1(H11Protocol):
    """hypercorn's HTTP/1, with nginx's words: reasons, spelling, pages for broken requests."""

    async def handle(self, event: Event) -> None:
        if not isinstance(event, RawData):
            await super().handle(event)
            await self.can_read.set()
        elif not event.data:
            await self._visitor_ended()
        elif self.connection.their_state is not h11.IDLE:
            await super().handle(event)
        else:
            begun = self.connection.trailing_data[0] + event.data
            if not _BEGINNING.match(begun):
                await self._refuse(400)
            elif len(begun.partition(b"\n")[0]) > MAX_LINE:
                await self._refuse(414)
            else:
                await super().handle(event)

    async def _visitor_ended(self) -> None:
        """Finish the answer to a whole request; one that is not whole gets none."""
        if self.stream is not None and self.connection.their_state is h11.DONE:
            await self.can_read.clear()
            await self.can_read.wait()
        await self.send(Closed())

    async def _send_h11_event(self, event: Any) -> None:
        if isinstance(event, h11.InformationalResponse):
            return  # nginx asks for a body only where somebody wants it
        if isinstance(event, h11.Response):
            fields = [(_spelled(name), value) for name, value in event.headers.raw_items()]
            reason = phrase(event.status_code).encode()
            event = h11.Response(status_code=event.status_code, headers=fields, reason=reason)
            try:
                data = self.connection.send(event)
            except h11.LocalProtocolError:  # the visitor broke the protocol meanwhile
                return
            await self.send(RawData(data=_ordered(data)))
        else:
            await super()._send_h11_event(event)

    async def _send_error_response(self, status_code: int, page: bytes = b"") -> None:
        if status_code == 431:
            status_code, page = 400, bad_request_page(_TOO_LARGE)
        page = page or error_page(status_code)
        fields = [
            ("Server", SERVER),
            ("Date", formatdate(usegmt=True)),
            ("Content-Type", "text/html"),
            ("Content-Length", str(len(page))),
            ("Connection", "close"),
        ]
        await self._send_h11_event(h11.Response(status_code=status_code, headers=fields))
        await self._send_h11_event(h11.Data(data=page))
        await self._send_h11_event(h11.EndOfMessage())

    async def _refuse(self, status: int, page: bytes = b"") -> None:
        await self._send_error_response(status, page)
        await self.send(Closed())

    async def _check_protocol(self, event: h11.Request) -> None:
        """nginx knows no upgrade from HTTP/1 here."""

    async def _create_stream(self, request: h11.Request) -> None:
        fields = [(name, value) for name, value in request.headers if name != b"upgrade"]
        if request.method in _REFUSED:
            await self._refuse(_REFUSED[request.method])
        elif not request.http_version.startswith(b"1."):
            await self._refuse(505)
        elif _too_large([len(name) + len(value) for name, value in fields]):
            await self._refuse(400, bad_request_page(_TOO_LARGE))
        else:
            await super()._create_stream(
                h11.Request(
                    method=request.method,
                    target=request.target,
                    headers=fields,
                    http_version=request.http_version,
                )
            )


class _Http2(H2Protocol):
    """hypercorn's HTTP/2, with nginx's first and last words."""

    async def initiate(
        self, headers: list[tuple[bytes, bytes]] | None = None, settings: bytes | None = None
    ) -> None:
        self.connection.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self.connection.initiate_connection()
        self.connection.increment_flow_control_window(_WINDOW)
        self.connection.clear_outbound_data_buffer()
        await self.send(RawData(data=_GREETING))
        self.task_group.spawn(self.send_task)

    async def handle(self, event: Event) -> None:
        if not isinstance(event, RawData):
            await super().handle(event)
            return
        try:
            events = self.connection.receive_data(event.data)
        except ProtocolError:
            self.connection.clear_outbound_data_buffer()
            await self.send(RawData(data=_GOAWAY))
            await self.send(Closed())
        else:
            await self._handle_events(events)


def _too_large(sizes: list[int]) -> bool:
    return max(sizes, default=0) > MAX_LINE or sum(sizes) > MAX_HEAD


def _spelled(name: bytes) -> bytes:
    text = name.decode()
    return _SPELLED.get(text, text.title()).encode()


def _ordered(head: bytes) -> bytes:
    """A response's head with its fields in nginx's order: h11 puts some of them last."""
    status, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    fields.sort(key=lambda field: rank(field.partition(b":")[0].decode().lower()))
    return b"\r\n".join([status, *fields, b"", b""])


class _Conversation(TCPServer):
    """One visitor. The protocol is known from the start; hypercorn would ask TLS for it."""

    protocol: _Http1 | _Http2  # type: ignore[assignment]
    _linger: asyncio.TimerHandle | None = None

    async def serve(self, alpn: str | None) -> None:
        """Serve until either side ends."""
        kind = _Http2 if alpn == "h2" else _Http1
        try:
            async with TaskGroup(self.loop) as self._task_group:
                self.protocol = kind(
                    self.app, self.config, self.context, self._task_group,
                    ConnectionState(self.state), True, None, None, self.protocol_send,
                )  # fmt: skip
                await self.protocol.initiate()
                await self.idle_task.restart(self._task_group, self._idle_timeout)
                await self._read_data()
                await self.idle_task.stop()
        finally:
            if self._linger is not None:
                self._linger.cancel()
            await self._close()

    async def protocol_send(self, event: Event) -> None:
        if not isinstance(event, Closed):
            await super().protocol_send(event)
        elif self._linger is None:
            # As nginx: end, and throw away what still comes, lest it cause a reset.
            self._linger = self.loop.call_later(LINGER_SECONDS, self.writer.close)
            with contextlib.suppress(OSError, RuntimeError):
                self.writer.write_eof()

    async def _read_data(self) -> None:
        heard = b"?"
        with contextlib.suppress(OSError):
            while heard:
                heard = await self.reader.read(MAX_RECV)
                if self._linger is None:
                    await self.protocol.handle(RawData(heard))
        await self.protocol.handle(Closed())


class WebServer:
    """Serves an ASGI application over socket pairs."""

    def __init__(self, app: ASGIApp) -> None:
        config = Config()
        config.accesslog = config.errorlog = None
        config.include_date_header = config.include_server_header = False
        config.keep_alive_timeout = KEEPALIVE_SECONDS
        config.h11_max_incomplete_size = MAX_HEAD
        self._config = config
        self._app = ASGIWrapper(cast(Any, app))
        self._conversations: set[asyncio.Task[None]] = set()

    async def visit(self, alpn: str | None) -> socket.socket:
        """One end of a new connection, non-blocking; the server speaks at the other."""
        visitor, ours = socket.socketpair()
        visitor.setblocking(False)
        ours.setblocking(False)
        on_unix = ours.family != socket.AF_INET  # Windows makes pairs of TCP sockets
        connect: Any = asyncio.open_unix_connection if on_unix else asyncio.open_connection
        try:
            reader, writer = await connect(sock=ours)
        except BaseException:
            visitor.close()
            ours.close()
            raise
        loop = asyncio.get_running_loop()
        conversation = _Conversation(
            self._app, loop, self._config, WorkerContext(None), {}, reader, writer
        )
        task = loop.create_task(conversation.serve(alpn), name="cover site")
        self._conversations.add(task)
        task.add_done_callback(partial(self._over, writer))
        return visitor

    def _over(self, writer: asyncio.StreamWriter, task: asyncio.Task[None]) -> None:
        writer.close()  # for a conversation that ended before it began
        self._conversations.discard(task)
        if not task.cancelled():
            task.exception()  # a visitor who misbehaves is no event

    async def close(self) -> None:
        """End all conversations."""
        for task in self._conversations:
            task.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
