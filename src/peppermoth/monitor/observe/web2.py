"""HTTP/2 in clear (RFC 9113): with prior knowledge, or after an upgrade from HTTP/1.

The same facts as HTTP/1 tells, from frames. Each direction's fields must be read from
its beginning: lost bytes or broken compression end that direction. Bodies go by
unstored, but for the beginning of forms.
"""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Flow, Speaker
from peppermoth.monitor.observe.bodies import Body
from peppermoth.monitor.observe.conversation import Steps
from peppermoth.monitor.observe.web_facts import (
    FIELDS_2,
    WebFacts,
    form_bytes,
)
from peppermoth.monitor.observe.web_request import Request, host_of
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire.http2 import (
    MAX_FRAME,
    PREFACE,
    FieldReader,
    Flag,
    FrameHead,
    Type,
    content,
    decode_frame_head,
    table_size,
)

OPEN_STREAMS: Final = 1000
"""Requests that are remembered until they are answered."""

OPEN_FORMS: Final = 32
"""Forms that are held at a time until they end."""

_FIELDS_IN: Final = (Type.HEADERS, Type.PUSH_PROMISE)
_MAY_END: Final = (Type.DATA, Type.HEADERS)


class Http2(WebFacts):
    """Follows a connection of HTTP/2."""

    protocol = "http2"
    names = FIELDS_2
    header_path = "http2.headers."

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._streams: dict[int, Request] = {}
        self._forms: dict[int, Body] = {}
        self._fields = (FieldReader(), FieldReader())

    def client(self) -> Steps[None]:
        """Reads the preface and the client's frames."""
        preface = yield from self.sides[Speaker.CLIENT].exactly(len(PREFACE))
        if preface.data != PREFACE:
            raise RemoteProtocolError("not HTTP/2: no preface")
        yield from self._frames(Speaker.CLIENT)

    def server(self) -> Steps[None]:
        """Reads the server's frames."""
        yield from self._frames(Speaker.SERVER)

    def last_words(self) -> None:
        """What came of forms that did not end."""
        for stream in list(self._forms):
            self._tell_form(stream, is_cut=True)

    def _frames(self, speaker: Speaker) -> Steps[None]:
        side = self.sides[speaker]
        while True:
            head, at = yield from side.message(decode_frame_head)
            if head.type in _FIELDS_IN:
                block = yield from self._block(speaker, head, at)
                fields = self._fields[speaker].fields(block.data)
                if head.type == Type.HEADERS:
                    self._tell_fields(speaker, head.stream, fields, block)
            elif head.type == Type.SETTINGS and head.length <= MAX_FRAME:
                size = table_size((yield from side.exactly(head.length)).data)
                if size is not None and not head.flags & Flag.END_STREAM:
                    self._fields[1 - speaker].allow_table(size)
            elif form := self._form(speaker, head):
                yield from self._data(head, form)
            else:
                yield from side.skip(head.length)
            if head.flags & Flag.END_STREAM and head.type in _MAY_END and speaker is Speaker.CLIENT:
                self._tell_form(head.stream)

    def _form(self, speaker: Speaker, head: FrameHead) -> Body | None:
        """What a client's frame goes on with, if that is a form."""
        if speaker is Speaker.SERVER or head.type != Type.DATA:
            return None
        form, request = self._forms.get(head.stream), self._streams.get(head.stream)
        if form is None and request is not None:
            if not (room := form_bytes(request.field("content-type"))):
                return None
            if len(self._forms) >= OPEN_FORMS:
                self._tell_form(next(iter(self._forms)), is_cut=True)
            form = self._forms[head.stream] = Body(request, room)
        return form

    def _data(self, head: FrameHead, form: Body) -> Steps[None]:
        side, left, padding = self.sides[Speaker.CLIENT], head.length, 0
        if head.flags & Flag.PADDED and left:
            padding = (yield from side.exactly(1)).data[0]
            left -= 1
        yield from form.read(side, max(left - padding, 0))
        yield from side.skip(min(padding, left))

    def _tell_form(self, stream: int, *, is_cut: bool = False) -> None:
        form = self._forms.pop(stream, None)
        if form is not None and form.request is not None and (held := form.beginning).data:
            self.tell_form(form.request, held.data, held, is_cut=is_cut or form.is_cut)

    def _block(self, speaker: Speaker, head: FrameHead, at: Piece) -> Steps[Piece]:
        """The fields of a frame and of the frames that continue it."""
        side = self.sides[speaker]
        pieces: list[Piece] = [at]
        block = b""
        while True:
            if head.length + len(block) > MAX_FRAME:
                raise RemoteProtocolError("HTTP/2 fields are too long")
            payload = yield from side.exactly(head.length)
            pieces.append(payload)
            block += content(head, payload.data)
            if head.flags & Flag.END_HEADERS:
                whole = joined(pieces)
                return Piece(block, whole.packets, whole.time)
            head, at = yield from side.message(decode_frame_head)
            if head.type != Type.CONTINUATION:
                raise RemoteProtocolError("HTTP/2 fields are not continued")
            pieces.append(at)

    def _tell_fields(
        self, speaker: Speaker, stream: int, fields: tuple[tuple[str, str], ...], at: Piece
    ) -> None:
        named = dict(reversed(fields))
        if speaker is Speaker.CLIENT:
            if ":method" in named and len(self._streams) < OPEN_STREAMS:
                self._streams[stream] = request = _request(named, fields)
                if request.method == "CONNECT":
                    self.tell(
                        "name.proxy", request.host, at, self.names["proxy"], "proxy",
                        protocol="http2",
                    )  # fmt: skip
                self.tell_request(request, at)
        elif status := named.get(":status", ""):
            request_ = self._streams.get(stream)
            if status.isdecimal() and len(status) == 3 and status[0] != "1":
                self._streams.pop(stream, None)
                self.tell_response(int(status), request_, named.get("content-type", ""), at)
            for name, value in fields:
                if name == "set-cookie":
                    self.tell_set_cookie(value, request_.host if request_ else "", at)


def _request(named: dict[str, str], fields: tuple[tuple[str, str], ...]) -> Request:
    host = host_of(named.get(":authority") or named.get("host", ""))
    said = tuple((name.lower(), value) for name, value in fields if name[:1] != ":")
    return Request(named[":method"][:16], host, named.get(":path", ""), said)
