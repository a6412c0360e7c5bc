"""HTTP/1 in clear (RFC 9112): hosts, requests, pages, secrets, forms, places, proxies.

Requests and answers are read side by side, pipelined or not. Bodies go by unstored,
but for the beginning of forms, and of answers in JSON that may say where somebody is.
CONNECT names a proxy's target and hands the further bytes over; an upgrade to WebSocket
is noted, one to HTTP/2 handed over. After lost bytes a side is read again from the
next segment that begins with a head. What is cut, head or form, tells what it still says.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker
from peppermoth.monitor.observe import greetings
from peppermoth.monitor.observe.bodies import Body
from peppermoth.monitor.observe.conversation import Side, Steps
from peppermoth.monitor.observe.web_facts import (
    FORM_BYTES,
    WebFacts,
    form_bytes,
)
from peppermoth.monitor.observe.web_request import Request, host_of, shown_target
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.http import Head, RequestLine, StatusLine, decode_head
from peppermoth.wire.http_body import Ending, body_end, decode_chunk_size

UNANSWERED: Final = 200
"""Requests that are remembered until they are answered."""


class Http1(WebFacts):
    """Follows a connection of HTTP/1."""

    protocol = "http"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._asked: deque[Request] = deque()
        self._turning: Request | None = None  # what asks for another protocol
        self._within_head = False  # of a request
        self._bodies: list[Body | None] = [None, None]  # that are being read, by who sends them

    def client(self) -> Steps[None]:
        """Reads requests."""
        side = self.sides[Speaker.CLIENT]
        while len(self._asked) < UNANSWERED:
            self._within_head = True
            head, at = yield from side.message(decode_head)
            self._within_head = False
            if not isinstance(head.line, RequestLine):
                return
            request = _request(head.line, head)
            self._asked.append(request)
            self._tell_head(request, at)
            if request.method == "CONNECT" or request.field("upgrade"):
                self._turning = request
            elif end := body_end(head):
                yield from self._request_body(side, request, end)
            while self._turning is request:
                yield

    def server(self) -> Steps[None]:
        """Reads answers."""
        side = self.sides[Speaker.SERVER]
        while True:
            head, at = yield from side.message(decode_head)
            if not isinstance(head.line, StatusLine):
                return
            status = head.line.status
            if 100 <= status < 200 and status != 101:
                continue
            request = self._asked.popleft() if self._asked else None
            if self._turned(status, request, head, at):
                return
            type_ = head.field("content-type") or ""
            host = request.host if request else ""
            self.tell_response(status, request, type_, at)
            for name, value in head.fields:
                if name.lower() == "set-cookie":
                    self.tell_set_cookie(value, host, at)
            end = body_end(head, request.method if request else "")
            if end is Ending.CLOSE:
                self._readers = [self._readers[0] if self._asked else None, None]
                return
            keep = FORM_BYTES if "json" in type_ and not head.field("content-encoding") else 0
            yield from self._body(Speaker.SERVER, request, end, keep)

    def gap(self, speaker: Speaker) -> None:
        """Bytes are missing: what came before them of a request's head, and of any body."""
        if speaker is Speaker.CLIENT:
            self._tell_cut_head()
        self._tell_body(speaker, is_cut=True)
        super().gap(speaker)

    def after_gap(self, speaker: Speaker) -> Steps[None]:
        """Goes on at the next head; which answer belongs to which request is forgotten."""
        self._asked.clear()
        self._turning = None
        self._within_head = False
        return self._find_place(speaker)

    def last_words(self) -> None:
        """A proxy whose answer was not seen: what was said to its target all the same; and what
        came of a head and of bodies that are not whole."""
        self._tell_cut_head()
        for speaker in Speaker:
            self._tell_body(speaker, is_cut=True)
        if self._turning is not None and self._turning.method == "CONNECT":
            self.turn_into(port=_port(self._turning.target))

    def _tell_cut_head(self) -> None:
        """The whole lines of a head whose end is missing."""
        side = self.sides[Speaker.CLIENT]
        end = side.data.rfind(b"\n") + 1
        if not (self._within_head and end):
            return
        lines = side.take(end)
        with suppress(RemoteProtocolError):
            found = decode_head(lines.data + b"\r\n\r\n")
            if found is not None and isinstance(line := found[0].line, RequestLine):
                self._tell_head(_request(line, found[0]), lines)

    def _find_place(self, speaker: Speaker) -> Steps[None]:
        side = self.sides[speaker]
        while True:
            seen = bytes(side.data[:4096])
            if seen and greetings.http(
                *((seen, b"") if speaker is Speaker.CLIENT else (b"", seen))
            ):
                break
            side.forget()
            yield
        yield from (self.client, self.server)[speaker]()

    def _tell_head(self, request: Request, at: Piece) -> None:
        if request.method == "CONNECT" or request.target[:7].lower() == "http://":
            port = str(_port(request.target)) if request.method == "CONNECT" else ""
            self.tell(
                "name.proxy", request.host, at, self.names["proxy"], "proxy",
                protocol="http", port=port,
            )  # fmt: skip
        self.tell_request(request, at)

    def _turned(self, status: int, request: Request | None, head: Head, at: Piece) -> bool:
        """Whether with this answer the connection becomes something else."""
        if self._turning is request:
            self._turning = None
        if request is not None and request.method == "CONNECT" and status < 300:
            self.turn_into(port=_port(request.target))
        elif status == 101:
            protocol = (head.field("upgrade") or "").lower()
            if protocol == "websocket" and request is not None:
                path = shown_target(request.target)
                self.tell(
                    "content.websocket", path, at, self.names["upgrade"], "websocket",
                    host=request.host,
                )  # fmt: skip
            elif protocol == "h2c":
                self.turn_into("http2")
            elif protocol.startswith("tls"):
                self.turn_into()
        else:
            return False
        self.over()
        return True

    def _request_body(self, side: Side, request: Request, end: int | Ending) -> Steps[None]:
        if request.field("expect"):
            # A client that is refused instead of told to continue sends no body.
            while not len(side) and any(asked is request for asked in self._asked):
                yield
            if not len(side):
                return
        keep = form_bytes(request.field("content-type"))
        yield from self._body(Speaker.CLIENT, request, end, keep)

    def _body(
        self, speaker: Speaker, request: Request | None, end: int | Ending, keep: int
    ) -> Steps[None]:
        """Lets a body go by; tells what its first ``keep`` bytes say."""
        side = self.sides[speaker]
        if isinstance(end, int) and not keep:
            yield from side.skip(end)
            return
        self._bodies[speaker] = body = Body(request, keep)
        if isinstance(end, int):
            yield from body.read(side, end)
        else:
            yield from _chunks(side, body)
        self._tell_body(speaker)

    def _tell_body(self, speaker: Speaker, *, is_cut: bool = False) -> None:
        body, self._bodies[speaker] = self._bodies[speaker], None
        if body is None or not (held := body.beginning).data:
            return
        is_cut = is_cut or body.is_cut
        if speaker is Speaker.SERVER:
            host = body.request.host if body.request else ""
            self.tell_locations(held.data, held, host, is_cut=is_cut)
        elif body.request is not None:
            self.tell_form(body.request, held.data, held, is_cut=is_cut)


def _request(line: RequestLine, head: Head) -> Request:
    target = line.target
    scheme, separator, rest = target.partition("://")
    if line.method == "CONNECT":
        host = host_of(target)
    elif separator and len(scheme) < 8:
        authority, _, path = rest.partition("/")
        host, target = host_of(authority), f"{masks.words(scheme)}://{host_of(authority)}/{path}"
    else:
        host = host_of(head.field("host") or "")
    fields = tuple([(name.lower(), value) for name, value in head.fields])
    return Request(line.method, host, target, fields)


def _port(target: str) -> int:
    digits = target.rpartition(":")[2]
    return int(digits) if digits.isdecimal() and len(digits) <= 5 else 0


def _chunks(side: Side, body: Body) -> Steps[None]:
    while size := decode_chunk_size((yield from side.line()).data):
        yield from body.read(side, size)
        yield from side.line()
    while (yield from side.line()).data:
        pass
