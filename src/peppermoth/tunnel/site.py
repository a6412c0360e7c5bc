"""The cover's own web server: static files by Starlette on hypercorn, dressed as nginx.

There is no listening port. Each visitor gets a socket pair; hypercorn serves one
end, in HTTP/1.1 or HTTP/2 as TLS agreed, as if TLS were its own. Headers, their
order and error pages are nginx's: what strangers see is a web server that is found
everywhere. Limits: what nginx does beyond serving files (compression, its timeouts in
every case) is not copied; where a bridge may be probed hard, let a real nginx be its
cover.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import h11
from h2.settings import SettingCodes, Settings
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.typing import ConnectionState
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EMBEDDED_SITE = Path(__file__).parent / "site_files"
SERVER = "nginx"
KEEPALIVE_SECONDS = 75  # nginx's default

# The order in which nginx writes the fields of a response.
_ORDER = (
    "server", "date", "content-type", "content-length", "last-modified", "location",
    "connection", "etag", "content-range", "accept-ranges",
)  # fmt: skip
_SPELLED = {"etag": "ETag"}
_PHRASES = {405: "Not Allowed", 414: "Request-URI Too Large"}
# What nginx opens HTTP/2 with: 128 streams, 64 KiB a stream, frames of 16 MiB, 2 GiB in all.
# It could take such frames as they come; hypercorn would hold them, and refuses them.
_GREETING = bytes.fromhex(
    "000012040000000000 000300000080 000400010000 000500ffffff 000004080000000000 7fff0000"
)
_SETTINGS = {SettingCodes.MAX_CONCURRENT_STREAMS: 128, SettingCodes.INITIAL_WINDOW_SIZE: 65536}
_WINDOW = 0x7FFF0000
# How a request may begin; nginx refuses one at the first byte that its method cannot hold.
_BEGINNING = re.compile(rb"[\r\n]*[A-Z_-]*(?: |\Z)")
_TLS_PORT = "The plain HTTP request was sent to HTTPS port"


def error_page(status: int, server: str = SERVER) -> bytes:
    """nginx's page for an error; ``server`` is its name as in the Server field."""
    heading = f"{status} {_phrase(status)}"
    return _page(heading, heading, "", server)


def plain_http_page(server: str = SERVER) -> bytes:
    """nginx's page for an HTTP request in clear on the port of HTTPS."""
    note = f"<center>{_TLS_PORT}</center>\r\n"
    return _page(f"400 {_TLS_PORT}", f"400 {_phrase(400)}", note, server)


def _page(title: str, heading: str, note: str, server: str) -> bytes:
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{heading}</h1></center>\r\n{note}"
        f"<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase


class _Page(Response):
    """An error page, or a redirect, as a response."""

    media_type = "text/html"

    def __init__(self, status: int, location: str | None = None) -> None:
        headers = {"location": location} if location else None
        super().__init__(error_page(status), status, headers)


class _Files(StaticFiles):
    """A directory, with nginx's entity tags."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        etag = f'"{int(stat_result.st_mtime):x}-{stat_result.st_size:x}"'
        response = FileResponse(
            full_path, status_code, headers={"etag": etag}, stat_result=stat_result
        )
        sent = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        unchanged = (
            sent.get(b"if-none-match") == etag.encode()
            or sent.get(b"if-modified-since") == response.headers["last-modified"].encode()
        )
        if status_code == HTTPStatus.OK and unchanged:
            kept = {name: response.headers[name] for name in ("last-modified", "etag")}
            return Response(status_code=304, headers=kept)
        return response


class StaticSite:
    """An ASGI application that serves a directory as nginx would."""

    def __init__(self, directory: Path) -> None:
        self._files = _Files(directory=directory, html=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._files.get_response(self._files.get_path(scope), scope)
        except HTTPException as error:
            response = _Page(403 if error.status_code == 401 else error.status_code)
        if isinstance(response, RedirectResponse):
            response = _Page(301, response.headers["location"])
        await response(scope, receive, _dressed(scope, send))


async def bad_gateway(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application that knows one answer: the server behind this one is away."""
    await _Page(502)(scope, receive, _dressed(scope, send))


def _dressed(scope: Scope, send: Send) -> Send:
    """``send``, with the response's fields as nginx writes them."""
    in_http1 = scope["http_version"].startswith("1")

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            fields = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
            fields |= {"server": SERVER, "date": formatdate(usegmt=True)}
            if in_http1:
                fields["connection"] = "keep-alive"
            if kind := fields.get("content-type"):
                fields["content-type"] = kind.partition(";")[0]
            ordered = [name for name in _ORDER if name in fields]
            ordered += [name for name in fields if name not in _ORDER]
            message["headers"] = [
                (name.encode(), fields[name].encode("latin-1")) for name in ordered
            ]
        await send(message)

    return dressed


class _Http1(H11Protocol):
    """hypercorn's HTTP/1, with nginx's words: reasons, spelling, pages for broken requests."""

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData) and self.connection.their_state is h11.IDLE:
            begun, _ = self.connection.trailing_data
            if not _BEGINNING.match(begun + event.data):
                await self._send_error_response(400)
                await self.send(Closed())
                return
        await super().handle(event)

    async def _send_h11_event(self, event: Any) -> None:
        if isinstance(event, h11.Response):
            fields = [(_spelled(name), value) for name, value in event.headers.raw_items()]
            reason = _phrase(event.status_code).encode()
            event = h11.Response(status_code=event.status_code, headers=fields, reason=reason)
        await super()._send_h11_event(event)

    async def _send_error_response(self, status_code: int) -> None:
        page = error_page(status_code)
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

    async def _check_protocol(self, event: h11.Request) -> None:
        """nginx knows no upgrade from HTTP/1 here."""

    async def _create_stream(self, request: h11.Request) -> None:
        if not request.http_version.startswith(b"1."):
            await self._send_error_response(400 if request.method == b"PRI" else 505)
            await self.send(Closed())
            return
        fields = [(name, value) for name, value in request.headers if name != b"upgrade"]
        await super()._create_stream(
            h11.Request(
                method=request.method,
                target=request.target,
                headers=fields,
                http_version=request.http_version,
            )
        )


class _Http2(H2Protocol):
    """hypercorn's HTTP/2, with nginx's opening words."""

    async def initiate(
        self, headers: list[tuple[bytes, bytes]] | None = None, settings: bytes | None = None
    ) -> None:
        self.connection.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self.connection.initiate_connection()
        self.connection.increment_flow_control_window(_WINDOW)
        self.connection.clear_outbound_data_buffer()
        await self.send(RawData(data=_GREETING))
        self.task_group.spawn(self.send_task)


def _spelled(name: bytes) -> bytes:
    text = name.decode()
    return _SPELLED.get(text, text.title()).encode()


class _Conversation(TCPServer):
    """One visitor. The protocol is known from the start; hypercorn would ask TLS for it."""

    protocol: _Http1 | _Http2  # type: ignore[assignment]

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
        finally:
            await self._close()


class WebServer:
    """Serves an ASGI application over socket pairs."""

    def __init__(self, app: ASGIApp) -> None:
        config = Config()
        config.accesslog = config.errorlog = None
        config.include_date_header = config.include_server_header = False
        config.keep_alive_timeout = KEEPALIVE_SECONDS
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
