"""AnyTLS version 2, both roles: sessions that carry streams inside TLS.

The machines speak plaintext; ``layers.Layered`` puts them inside TLS. Frames and
schemes are in ``wire/anytls.py``, the frame loop in ``session.py``, the
specification and every deviation of ours in ``docs/protocols.md``.

The server judges a client by the first piece it receives, as one record carries
the authentication. Waiting for more, byte by byte, would let a prober find a key
one byte at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from peppermoth.cloaks.machine import Buffer, Event, Rejected
from peppermoth.cloaks.padding import Draw
from peppermoth.cloaks.session import (
    MAX_STREAMS,
    SHARED_COMMANDS,
    Patience,
    Session,
    StreamData,
    StreamEvent,
)
from peppermoth.errors import LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire import anytls as wire
from peppermoth.wire.anytls import Command, PaddingScheme
from peppermoth.wire.socks import decode_address, encode_address

CLIENT_PATIENCE = Patience(unanswered=3.0, quiet=30.0, reply=12.0)
SERVER_PATIENCE = Patience(unanswered=None, quiet=300.0, reply=60.0)
_ASSUME_V1 = 3.0  # seconds after which a silent server is taken for version 1


@dataclass(frozen=True, slots=True)
class Authenticated(Event):
    """Server: a user's key was right."""

    user: str


@dataclass(frozen=True, slots=True)
class SchemeUpdated(Event):
    """Client: sessions from now on must use this padding scheme."""

    scheme: PaddingScheme


@dataclass(frozen=True, slots=True)
class Alerted(Event):
    """Client: the server says why it ends the session; Ended follows."""

    text: str


@dataclass(frozen=True, slots=True)
class StreamOpened(StreamEvent):
    """Server: the client wants ``address``; answer with ``accept`` or ``refuse``."""

    address: Address


@dataclass(frozen=True, slots=True)
class StreamAccepted(StreamEvent):
    """Client: the target is connected (or the server cannot say)."""


@dataclass(frozen=True, slots=True)
class StreamRefused(StreamEvent):
    """Client: the target could not be reached; the stream is closed."""

    text: str


class AnyTlsClient(Session):
    """The client's end of a session. Authentication and settings are ready at once.

    ``version`` is what the server spoke the last time. One that spoke version 2 is not
    taken for version 1 when it is silent, but asked for a sign of life.
    """

    def __init__(
        self,
        key: bytes,
        scheme: PaddingScheme,
        draw: Draw,
        client: str,
        now: float,
        patience: Patience = CLIENT_PATIENCE,
        version: int = 1,
    ) -> None:
        super().__init__(scheme, draw, 1, patience, now)
        self.version = version
        self._pending: set[int] = set()
        self._confirmed = False  # the server has said something that no web site says
        self._started = now
        self._unanswered = now
        self._authentication: bytes | None = wire.authentication(
            key, self._padder.authentication_padding()
        )
        settings = {
            "v": str(wire.VERSION),
            "client": client,
            "padding-md5": scheme.md5,
            wire.EXTENSION: "1",
        }
        self._send(Command.SETTINGS, 0, wire.encode_settings(settings))

    def open_stream(self, address: Address, now: float) -> int:
        """Ask for a connection to ``address``; StreamAccepted or StreamRefused follows."""
        if self._ended:
            raise LocalProtocolError("the session has ended")
        target = encode_address(address)
        self._newest += 1
        stream = self._newest
        self._streams.add(stream)
        self._pending.add(stream)
        self._send(Command.SYN, stream)
        self.send_data(stream, target, now)
        return stream

    def close_stream(self, stream: int) -> None:
        """Close the stream in both directions."""
        self._pending.discard(stream)
        super().close_stream(stream)

    def data_to_send(self) -> list[bytes]:
        """As of every session, after the authentication, which is a write of its own."""
        writes = super().data_to_send()
        if self._authentication is not None and writes:
            writes.insert(0, self._authentication)
            self._authentication = None
        return writes

    def next_wakeup(self) -> float | None:
        """As of every session, and when a server without settings is taken for version 1."""
        wakeup = super().next_wakeup()
        if self.version >= wire.VERSION or self._ended or not self._pending:
            return wakeup
        assumed = self._started + _ASSUME_V1
        return assumed if wakeup is None else min(wakeup, assumed)

    def wake(self, now: float) -> None:
        """As of every session."""
        told = self.version >= wire.VERSION or self._ended
        if not told and now >= self._started + _ASSUME_V1:
            for stream in sorted(self._pending):
                self._accepted(stream)
        super().wake(now)

    def _accepted(self, stream: int) -> None:
        if stream in self._pending:
            self._pending.discard(stream)
            self._events.append(StreamAccepted(stream))

    def _stream_bytes(self, stream: int, data: memoryview) -> None:
        self._confirmed = True
        if self._pending:
            self._accepted(stream)
        self._events.append(StreamData(stream, data))

    def _left_us(self, reason: str) -> None:
        if self._confirmed:
            self._end(reason)
        else:  # what a web site does with our first bytes
            self._ended = True
            self._events.append(Rejected(reason or "closed without a word", b""))

    def _violated(self, reason: str) -> None:
        self._left_us(reason)

    def _on_fin(self, stream: int, data: bytes, now: float) -> None:
        if stream in self._pending:  # version 1 says no more than this about a refusal
            self._on_synack(stream, b"closed", now)
            return
        super()._on_fin(stream, data, now)

    def _on_synack(self, stream: int, data: bytes, now: float) -> None:
        self._confirmed = True
        if self._known(stream) is None:
            return
        if not data:
            self._accepted(stream)
            return
        self._events.append(StreamRefused(stream, data.decode(errors="replace")))
        self.close_stream(stream)

    def _on_alert(self, stream: int, data: bytes, now: float) -> None:
        self._confirmed = True
        self._events.append(Alerted(data.decode(errors="replace")))
        self._end("the server ended the session")

    def _on_update(self, stream: int, data: bytes, now: float) -> None:
        self._confirmed = True
        try:
            text = data.decode()
        except UnicodeDecodeError as exc:
            raise RemoteProtocolError("the padding scheme is not text") from exc
        self._events.append(SchemeUpdated(PaddingScheme.parse(text)))

    def _on_server_settings(self, stream: int, data: bytes, now: float) -> None:
        self._confirmed = True
        self._read_settings(data)

    _commands = SHARED_COMMANDS | {
        Command.FIN: _on_fin,
        Command.SYNACK: _on_synack,
        Command.ALERT: _on_alert,
        Command.UPDATE_PADDING: _on_update,
        Command.SERVER_SETTINGS: _on_server_settings,
    }


class AnyTlsServer(Session):
    """The bridge's end of a session. ``authenticate`` maps a 32-byte key to a user or None."""

    def __init__(
        self,
        authenticate: Callable[[bytes], str | None],
        scheme: PaddingScheme,
        draw: Draw,
        now: float,
        patience: Patience = SERVER_PATIENCE,
    ) -> None:
        super().__init__(scheme, draw, 1, patience, now)
        self._authenticate = authenticate
        self._user: str | None = None
        self._settled = False
        self._addresses: dict[int, bytes] = {}

    def receive_data(self, data: Buffer, now: float) -> None:
        """Plaintext from the client; the first piece authenticates it or not at all."""
        if self._user is None and not self._ended:
            if not data:
                self._end("")
                return
            first = bytes(data)
            user = self._authenticate(first[:32]) if len(first) >= wire.AUTH_SIZE else None
            if user is None:
                self._ended = True
                self._events.append(Rejected("not authenticated", first))
                return
            self._user = user
            self._events.append(Authenticated(user))
            self._left = int.from_bytes(first[32 : wire.AUTH_SIZE], "big")
            self._into = None
            data = first[wire.AUTH_SIZE :]
            if not data:
                return
        super().receive_data(data, now)

    def accept(self, stream: int) -> None:
        """The target of the stream is connected."""
        if self.version >= 2 and stream in self._streams:
            self._send(Command.SYNACK, stream)

    def refuse(self, stream: int, text: str) -> None:
        """The target of the stream cannot be reached."""
        if stream in self._streams:
            if self.version >= 2:
                self._send(Command.SYNACK, stream, text.encode()[:1024])
            self.close_stream(stream)

    def alert(self, text: str) -> None:
        """End the session and say why."""
        if not self._ended:
            self._send(Command.ALERT, 0, text.encode()[:1024])
            self._end(text)

    def _violated(self, reason: str) -> None:
        self.alert(reason)

    def _known(self, stream: int) -> int | None:
        if not self._settled:
            raise RemoteProtocolError("a frame before the settings")
        return super()._known(stream)

    def _stream_bytes(self, stream: int, data: memoryview) -> None:
        begun = self._addresses.get(stream)
        if begun is None:
            self._events.append(StreamData(stream, data))
            return
        whole = begun + bytes(data)
        found = decode_address(whole)
        if found is None:
            self._addresses[stream] = whole
            return
        del self._addresses[stream]
        address, end = found
        self._events.append(StreamOpened(stream, address))
        if end < len(whole):
            self._events.append(StreamData(stream, memoryview(whole)[end:]))

    def _on_settings(self, stream: int, data: bytes, now: float) -> None:
        if self._settled:
            raise RemoteProtocolError("a second settings frame")
        self._settled = True
        settings = self._read_settings(data)
        if self.version >= 2:
            mine = {"v": str(wire.VERSION)} | ({wire.EXTENSION: "1"} if self.extended else {})
            self._send(Command.SERVER_SETTINGS, 0, wire.encode_settings(mine))
        if settings.get("padding-md5") != self._scheme.md5:
            self._send(Command.UPDATE_PADDING, 0, self._scheme.text.encode())

    def _on_syn(self, stream: int, data: bytes, now: float) -> None:
        if not self._settled:
            raise RemoteProtocolError("a stream before the settings")
        if stream <= self._newest:
            raise RemoteProtocolError("stream numbers must rise")
        if len(self._streams) >= MAX_STREAMS:
            raise RemoteProtocolError("too many streams")
        self._newest = stream
        self._streams.add(stream)
        self._addresses[stream] = b""

    def _on_fin(self, stream: int, data: bytes, now: float) -> None:
        if self._addresses.pop(stream, None) is not None:
            self._streams.discard(stream)  # nobody heard of it yet
            return
        super()._on_fin(stream, data, now)

    _commands = SHARED_COMMANDS | {
        Command.FIN: _on_fin,
        Command.SETTINGS: _on_settings,
        Command.SYN: _on_syn,
    }
