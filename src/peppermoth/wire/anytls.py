"""AnyTLS version 2 on the wire: authentication, frames, settings, padding schemes.

Specification: ``docs/protocols.md``, after anytls-go's protocol document. A frame
is ``u8 command, u32 stream, u16 length, data``. Commands from ``PAUSE`` on are our
own and are spoken only where both settings say ``peppermoth=1``.
"""

from __future__ import annotations

import enum
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError

VERSION = 2
HEADER = struct.Struct(">BIH")
MAX_DATA = 0xFFFF
AUTH_SIZE = 34  # SHA-256 of the password, then the length of the padding that follows
EXTENSION = "peppermoth"  # the settings key that offers our own commands


class Command(enum.IntEnum):
    """What a frame means."""

    WASTE = 0
    SYN = 1
    PSH = 2
    FIN = 3
    SETTINGS = 4
    ALERT = 5
    UPDATE_PADDING = 6
    SYNACK = 7
    HEART_REQUEST = 8
    HEART_RESPONSE = 9
    SERVER_SETTINGS = 10
    PAUSE = 240
    RESUME = 241
    END_OF_INPUT = 242


# The most data that a frame of each command may carry; a longer one breaks the protocol.
DATA_LIMITS: Final[Mapping[int, int]] = {
    Command.WASTE: MAX_DATA,
    Command.SYN: 0,
    Command.PSH: MAX_DATA,
    Command.FIN: 0,
    Command.SETTINGS: 4096,
    Command.ALERT: 4096,
    Command.UPDATE_PADDING: 16384,
    Command.SYNACK: 4096,
    Command.HEART_REQUEST: 0,
    Command.HEART_RESPONSE: 0,
    Command.SERVER_SETTINGS: 4096,
    Command.PAUSE: 0,
    Command.RESUME: 0,
    Command.END_OF_INPUT: 0,
}


def frame(command: Command, stream: int = 0, data: bytes = b"") -> bytes:
    """One frame; ``data`` has at most 65,535 bytes."""
    return HEADER.pack(command, stream, len(data)) + data


def waste(size: int) -> bytes:
    """A waste frame that takes exactly ``size`` bytes, header included (7 to 65,542)."""
    return frame(Command.WASTE, 0, bytes(size - HEADER.size))


def password_key(password: str) -> bytes:
    """What authenticates a user: SHA-256 of the password, 32 bytes."""
    return hashlib.sha256(password.encode()).digest()


def authentication(key: bytes, padding: int) -> bytes:
    """The client's first bytes: ``key``, then ``padding`` zeros behind their length."""
    return key + struct.pack(">H", padding) + bytes(padding)


def encode_settings(settings: Mapping[str, str]) -> bytes:
    """``key=value`` lines joined by newlines."""
    return "\n".join(f"{key}={value}" for key, value in settings.items()).encode()


def decode_settings(data: bytes) -> dict[str, str]:
    """Settings as a dictionary; lines without ``=`` are left out.

    Raises RemoteProtocolError where the bytes are not UTF-8.
    """
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as exc:
        raise RemoteProtocolError("settings are not text") from exc
    return {key: value for key, found, value in (line.partition("=") for line in lines) if found}


@dataclass(frozen=True, slots=True)
class Span:
    """One item of a padding line: a plaintext size drawn from ``low`` to ``high`` inclusive."""

    low: int
    high: int


CHECK: Final = None
"""The ``c`` of a padding line: stop here when no data is left."""

DEFAULT_SCHEME_TEXT = """\
stop=8
0=30-30
1=100-400
2=400-500,c,500-1000,c,500-1000,c,500-1000,c,500-1000
3=9-9,500-1000
4=500-1000
5=500-1000
6=500-1000
7=500-1000"""

_MAX_STOP = 10_000
_MAX_ITEMS = 64
_MAX_AUTH_PADDING = 16_000  # authentication stays within one TLS record


@dataclass(frozen=True, slots=True)
class PaddingScheme:
    """How a session's first writes are cut and filled. ``text`` is the scheme's identity."""

    text: str
    stop: int
    lines: Mapping[int, tuple[Span | None, ...]]

    @classmethod
    def parse(cls, text: str) -> PaddingScheme:
        """Read a scheme. Raises RemoteProtocolError that names the line and what is wrong."""
        stop: int | None = None
        lines: dict[int, tuple[Span | None, ...]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            key, found, value = (part.strip() for part in line.partition("="))
            try:
                if not key and not found:
                    continue
                if key == "stop":
                    stop = _whole(value, 1, _MAX_STOP)
                else:
                    lines[_whole(key, 0, _MAX_STOP)] = _parse_items(value)
            except ValueError as exc:
                raise RemoteProtocolError(f"padding scheme, line {number}: {exc}") from exc
        if stop is None:
            raise RemoteProtocolError("padding scheme: there is no line stop=N")
        first = lines.get(0, ())
        if any(span is CHECK or span.high > _MAX_AUTH_PADDING for span in first) or len(first) > 1:
            raise RemoteProtocolError(
                f"padding scheme: line 0 is one size of at most {_MAX_AUTH_PADDING} bytes"
            )
        return cls(text, stop, lines)

    @property
    def md5(self) -> str:
        """The scheme's name on the wire: lowercase hexadecimal MD5 of its text."""
        return hashlib.md5(self.text.encode(), usedforsecurity=False).hexdigest()


def _parse_items(text: str) -> tuple[Span | None, ...]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > _MAX_ITEMS:
        raise ValueError(f"more than {_MAX_ITEMS} items")
    return tuple(CHECK if part == "c" else _parse_span(part) for part in parts)


def _parse_span(text: str) -> Span:
    low, found, high = text.partition("-")
    if not found:
        raise ValueError("an item is LOW-HIGH or c")
    span = Span(_whole(low, 0, MAX_DATA), _whole(high, 0, MAX_DATA))
    if span.low > span.high:
        raise ValueError("LOW is greater than HIGH")
    return span


def _whole(text: str, low: int, high: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        raise ValueError(f"a number from {low} to {high} is needed")
    return int(text)


DEFAULT_SCHEME: Final = PaddingScheme.parse(DEFAULT_SCHEME_TEXT)
