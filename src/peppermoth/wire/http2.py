"""HTTP/2 in clear, as an observer reads it (RFC 9113) with its compressed fields (RFC 7541).

``decode_frame_head`` reads a frame's nine bytes; what follows may be skipped.
``field_block`` takes padding and priority off a frame that carries fields;
``FieldReader`` decompresses one direction's blocks, all of them and in order, as their
meaning depends on what went before. RemoteProtocolError for what is malformed, for
frames beyond ``MAX_FRAME`` that must be read, lists of fields beyond ``MAX_FIELDS``.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

import hpack

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer, Cursor

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_FRAME: Final = 64 * 1024
MAX_FIELDS: Final = 64 * 1024
MAX_TABLE: Final = 64 * 1024
HEAD_SIZE: Final = 9


class Type(enum.IntEnum):
    """The frames that an observer reads (section 6)."""

    DATA = 0
    HEADERS = 1
    SETTINGS = 4
    PUSH_PROMISE = 5
    GOAWAY = 7
    CONTINUATION = 9


class Flag(enum.IntFlag):
    """Flags of frames; ``END_STREAM`` is also a SETTINGS frame's acknowledgement."""

    END_STREAM = 1
    END_HEADERS = 4
    PADDED = 8
    PRIORITY = 32


class FrameHead(NamedTuple):
    """What stands before a frame's payload."""

    length: int
    type: int
    flags: int
    stream: int


def decode_frame_head(data: Buffer, pos: int = 0) -> tuple[FrameHead, int] | None:
    """Read the head of the frame at ``pos``; None while bytes are missing."""
    end = pos + HEAD_SIZE
    if len(data) < end:
        return None
    head = bytes(data[pos:end])
    stream = int.from_bytes(head[5:], "big") & 0x7FFFFFFF
    return FrameHead(int.from_bytes(head[:3], "big"), head[3], head[4], stream), end


def content(head: FrameHead, payload: bytes) -> bytes:
    """The payload of a DATA, HEADERS or PUSH_PROMISE frame without padding and prefixes."""
    cursor = Cursor(payload)
    padding = (
        cursor.integer(1) if head.flags & Flag.PADDED and head.type != Type.CONTINUATION else 0
    )
    if head.type == Type.HEADERS and head.flags & Flag.PRIORITY:
        cursor.take(5)
    if head.type == Type.PUSH_PROMISE:
        cursor.take(4)
    return cursor.take(max(cursor.left - padding, 0))


def table_size(payload: bytes) -> int | None:
    """The HEADER_TABLE_SIZE that a SETTINGS frame sets; None where it sets none."""
    found = None
    for start in range(0, len(payload) - 5, 6):
        if payload[start : start + 2] == b"\x00\x01":
            found = int.from_bytes(payload[start + 2 : start + 6], "big")
    return found


class FieldReader:
    """Decompresses the field blocks of one direction."""

    def __init__(self) -> None:
        self._decoder = hpack.Decoder(max_header_list_size=MAX_FIELDS)

    def allow_table(self, size: int) -> None:
        """The other side permits a table of this size."""
        self._decoder.max_allowed_table_size = min(size, MAX_TABLE)

    def fields(self, block: bytes) -> tuple[tuple[str, str], ...]:
        """Names and values of a complete block. Raises RemoteProtocolError."""
        try:
            decoded = self._decoder.decode(block, raw=True)
        except hpack.HPACKError as exc:
            raise RemoteProtocolError("HTTP/2 fields that cannot be decompressed") from exc
        return tuple((_text(name), _text(value)) for name, value in decoded)


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
