"""Where the body of an HTTP/1 message ends (RFC 9112, section 6), for those who look on.

``body_end`` says it from a head; ``decode_chunk_size`` reads a chunk's first line;
``messages`` cuts what one side said into messages. Looking on is tolerant where recipients
must refuse (both a length and chunks: chunks win), and the first two refuse lengths that
are no numbers with RemoteProtocolError.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import suppress

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http import Head, StatusLine, decode_head

MAX_LENGTH_DIGITS = 18


class Ending(enum.Enum):
    """How a body ends that has no length."""

    CHUNKED = "chunked"
    CLOSE = "close"


def body_end(head: Head, method: str = "") -> int | Ending:
    """The body's length or how it ends. ``method`` is that of the request which is answered."""
    line = head.line
    if isinstance(line, StatusLine) and (
        method == "HEAD"
        or line.status < 200
        or line.status in (204, 304)
        or (method == "CONNECT" and line.status < 300)
    ):
        return 0
    if (head.field("transfer-encoding") or "").lower().endswith("chunked"):
        return Ending.CHUNKED
    length = head.field("content-length")
    if length is not None:
        return _length(length.split(",")[0].strip())
    return Ending.CLOSE if isinstance(line, StatusLine) else 0


def messages(stream: bytes) -> Iterator[tuple[Head, bytes]]:
    """The HTTP/1 messages of one direction, up to the first byte that is none.

    Chunks are not read: such a body goes on to the last byte, as where a length is none.
    """
    pos = 0
    try:
        while (found := decode_head(stream, pos)) is not None:
            head, start = found
            pos = start + _body_length(head, len(stream) - start)
            yield head, stream[start:pos]
    except RemoteProtocolError:
        return


def _body_length(head: Head, rest: int) -> int:
    with suppress(RemoteProtocolError):  # a length that is none
        end = body_end(head)
        if isinstance(end, int):
            return min(end, rest)
    return rest


def decode_chunk_size(line: bytes) -> int:
    """The size in a chunk's first line; extensions are passed over."""
    digits = line.split(b";")[0].strip()
    if not 0 < len(digits) <= 15 or digits.strip(b"0123456789abcdefABCDEF"):
        raise RemoteProtocolError("not the size of a chunk")
    return int(digits, 16)


def _length(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_LENGTH_DIGITS):
        raise RemoteProtocolError("a content length that is no number")
    return int(text)
