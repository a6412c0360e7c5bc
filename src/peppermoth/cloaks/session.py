"""What both ends of an AnyTLS session share: the frame loop, streams, heartbeats.

Invariants: a turn's frames are one packet of the padding scheme, in both
directions; stream data is never held back but reported as it arrives, in pieces;
frames for streams that were closed here are dropped, since they may have been on
their way, and anything else out of order ends the session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from peppermoth.cloaks.machine import Buffer, Ended, Event
from peppermoth.cloaks.padding import Draw, Padder
from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import anytls as wire
from peppermoth.wire.anytls import DATA_LIMITS, HEADER, MAX_DATA, Command, PaddingScheme

SILENT = "the peer gave no sign of life"
MAX_STREAMS = 1024  # a peer that opens more at once is ended


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a silent peer is believed in, in seconds.

    ``unanswered``: after something was said on a stream, by us or by the peer, so that
    a transfer that stalls is soon looked into; with every answered heartbeat twice as
    long, up to ``quiet``, so that streams that are only open make little noise.
    ``reply``: for the answer to the heartbeat that is sent then.
    """

    unanswered: float | None
    quiet: float
    reply: float


@dataclass(frozen=True, slots=True)
class SessionReady(Event):
    """The peer told its settings. ``extended``: both speak our own commands."""

    version: int
    extended: bool


@dataclass(frozen=True, slots=True)
class StreamEvent(Event):
    """Base of what happens to one stream."""

    stream: int


@dataclass(frozen=True, slots=True)
class StreamData(StreamEvent):
    """Bytes of a stream. The view stays valid."""

    data: Buffer


@dataclass(frozen=True, slots=True)
class StreamInputEnded(StreamEvent):
    """The peer will send no more on this stream but still listens."""


@dataclass(frozen=True, slots=True)
class StreamClosed(StreamEvent):
    """The peer closed the stream."""


@dataclass(frozen=True, slots=True)
class StreamPaused(StreamEvent):
    """The peer's reader of this stream is slow: send nothing until StreamResumed."""


@dataclass(frozen=True, slots=True)
class StreamResumed(StreamEvent):
    """The peer takes more."""


class Session:
    """What both roles share: the frame loop, streams, heartbeats, padding."""

    _commands: ClassVar[dict[int, Callable[..., None]]]

    def __init__(
        self, scheme: PaddingScheme, draw: Draw, first: int, patience: Patience, now: float
    ) -> None:
        self._events: list[Event] = []
        self._frames: list[Buffer] = []
        self._padder = Padder(scheme, draw, first)
        self._scheme = scheme
        self._patience = patience
        self._jitter = draw(700, 1300) / 1000  # no beacon with a fixed period
        self._lively = patience.quiet if patience.unanswered is None else patience.unanswered
        self._believed = self._lively
        self._heard = now
        self._unanswered: float | None = None
        self._asked: float | None = None
        self._partial = b""
        self._left = 0  # bytes of the current PSH or waste frame that are still to come
        self._into: int | None = None  # the stream they belong to; None discards them
        self._streams: set[int] = set()
        self._newest = 0
        self._ended = False
        self.version = 1
        self.extended = False

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    @property
    def ended(self) -> bool:
        """Whether the session is over, reported or not: no stream can be opened any more."""
        return self._ended

    # The machine's vocabulary

    def receive_data(self, data: Buffer, now: float) -> None:
        """Plaintext from the peer; ``b""`` is its end."""
        if self._ended:
            return
        self._heard = now
        self._unanswered = self._asked = None
        if not data:
            truncated = self._partial or self._left
            self._left_us("the session was cut off inside a frame" if truncated else "")
            return
        try:
            self._read_frames(self._partial + bytes(data) if self._partial else data, now)
        except RemoteProtocolError as exc:
            self._violated(str(exc))

    def events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[bytes]:
        """The writes of this turn, cut and filled while the padding scheme lasts."""
        if not self._frames:
            return []
        frames = b"".join(self._frames)
        self._frames = []
        return [frames] if self._padder.done else self._padder.shape(frames)

    def next_wakeup(self) -> float | None:
        """When the peer's silence has to be looked at."""
        if self._ended:
            return None
        if self._asked is not None:
            return self._asked + self._patience.reply
        times = []
        if self._streams:
            times.append(self._heard + self._believed * self._jitter)
        if self._unanswered is not None and self._patience.unanswered is not None:
            times.append(self._unanswered + self._patience.unanswered)
        return min(times, default=None)

    def wake(self, now: float) -> None:
        """Ask a silent peer for a sign of life, or give it up."""
        wakeup = Session.next_wakeup(self)
        if wakeup is None or now < wakeup:
            return
        if self._asked is not None:
            self._end(SILENT)
        elif self.version >= 2:
            self._asked = now
            self._send(Command.HEART_REQUEST)
        else:  # version 1 knows no heartbeat
            self._heard, self._unanswered = now, None

    # Verbs of both roles

    def excuse(self, now: float) -> None:
        """We did not listen for a while: the peer's silence until now was none."""
        self._heard = now
        self._unanswered = self._asked = None

    def send_data(self, stream: int, data: Buffer, now: float) -> None:
        """Stream data; ``data`` may be a view that is used again after this turn."""
        if stream not in self._streams:
            return
        if self._unanswered is None:
            self._unanswered = now
        size = len(data)
        if size <= MAX_DATA:
            self._frames += (HEADER.pack(Command.PSH, stream, size), data)
            return
        view = memoryview(data)
        for start in range(0, size, MAX_DATA):
            piece = view[start : start + MAX_DATA]
            self._frames += (HEADER.pack(Command.PSH, stream, len(piece)), piece)

    def end_input(self, stream: int) -> bool:
        """Say that no more will be sent on the stream. False where the peer cannot know it."""
        return self._say_extended(Command.END_OF_INPUT, stream)

    def pause(self, stream: int) -> bool:
        """Ask the peer to stop sending on the stream. False where it cannot be asked."""
        return self._say_extended(Command.PAUSE, stream)

    def resume(self, stream: int) -> bool:
        """Ask the peer to go on sending on the stream."""
        return self._say_extended(Command.RESUME, stream)

    def close_stream(self, stream: int) -> None:
        """Close the stream in both directions."""
        if stream in self._streams:
            self._streams.discard(stream)
            self._send(Command.FIN, stream)

    # Inside

    def _say_extended(self, command: Command, stream: int) -> bool:
        if self.extended and stream in self._streams:
            self._send(command, stream)
        return self.extended

    def _send(self, command: Command, stream: int = 0, data: bytes = b"") -> None:
        self._frames.append(wire.frame(command, stream, data))

    def _read_frames(self, data: Buffer, now: float) -> None:
        self._partial = b""
        view = memoryview(data)
        pos, size = 0, len(data)
        while True:
            if self._left:
                end = min(pos + self._left, size)
                self._left -= end - pos
                if self._into is not None and end > pos:
                    self._stream_bytes(self._into, view[pos:end])
                pos = end
            if size - pos < HEADER.size:
                break
            command, stream, length = HEADER.unpack_from(data, pos)
            if command == Command.PSH:
                pos += HEADER.size
                self._left = length
                self._into = self._known(stream)
                self._believed = self._lively
                continue
            if command == Command.WASTE:
                pos += HEADER.size
                self._left = length
                self._into = None
                continue
            handler = self._commands.get(command)
            if handler is None:
                raise RemoteProtocolError(f"unknown command {command}")
            if length > DATA_LIMITS[command]:
                raise RemoteProtocolError(f"{Command(command).name} carries too much data")
            if size - pos - HEADER.size < length:
                break
            pos += HEADER.size
            handler(self, stream, bytes(view[pos : pos + length]), now)
            pos += length
            if self._ended:
                return
        self._partial = bytes(view[pos:])

    def _known(self, stream: int) -> int | None:
        """The stream, or None for one that was closed here a moment ago."""
        if stream in self._streams:
            return stream
        if not 0 < stream <= self._newest:
            raise RemoteProtocolError("a frame for a stream that was never opened")
        return None

    def _stream_bytes(self, stream: int, data: memoryview) -> None:
        """Bytes of a stream have come; each role makes its own of the first."""

    def _end(self, reason: str) -> None:
        self._ended = True
        self._events.append(Ended(reason))

    def _left_us(self, reason: str) -> None:
        self._end(reason)

    def _violated(self, reason: str) -> None:
        """The peer broke a rule; each role ends the session in its own way."""

    def _read_settings(self, data: bytes) -> dict[str, str]:
        settings = wire.decode_settings(data)
        version = settings.get("v", "1")
        self.version = int(version) if version.isascii() and version.isdigit() else 1
        self.extended = settings.get(wire.EXTENSION) == "1"
        self._events.append(SessionReady(self.version, self.extended))
        return settings

    # Frames of both roles

    def _on_fin(self, stream: int, data: bytes, now: float) -> None:
        if self._known(stream) is not None:
            self._streams.discard(stream)
            self._events.append(StreamClosed(stream))

    def _on_heart_request(self, stream: int, data: bytes, now: float) -> None:
        self._send(Command.HEART_RESPONSE, stream)

    def _on_heart_response(self, stream: int, data: bytes, now: float) -> None:
        self._believed = min(2 * self._believed, self._patience.quiet)

    def _on_pause(self, stream: int, data: bytes, now: float) -> None:
        self._extension_event(stream, StreamPaused(stream))

    def _on_resume(self, stream: int, data: bytes, now: float) -> None:
        self._extension_event(stream, StreamResumed(stream))

    def _on_end_of_input(self, stream: int, data: bytes, now: float) -> None:
        self._extension_event(stream, StreamInputEnded(stream))

    def _extension_event(self, stream: int, event: Event) -> None:
        if not self.extended:
            raise RemoteProtocolError("a command that was not agreed on")
        if self._known(stream) is not None:
            self._events.append(event)


SHARED_COMMANDS: dict[int, Callable[..., None]] = {
    Command.FIN: Session._on_fin,
    Command.HEART_REQUEST: Session._on_heart_request,
    Command.HEART_RESPONSE: Session._on_heart_response,
    Command.PAUSE: Session._on_pause,
    Command.RESUME: Session._on_resume,
    Command.END_OF_INPUT: Session._on_end_of_input,
}
