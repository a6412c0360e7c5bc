"""CoAP requests (RFC 7252): method, host, path and the query. Bodies are not read.

Raises RemoteProtocolError for anything else; answers are recognised but say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

METHODS: Final = {
    1: "GET", 2: "POST", 3: "PUT", 4: "DELETE", 5: "FETCH", 6: "PATCH", 7: "iPATCH",
}  # fmt: skip
_HOST, _PATH, _QUERY = 3, 11, 15
_MAX_OPTIONS: Final = 64
_PAYLOAD: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; ``method`` is empty in an answer. ``path`` begins with a slash."""

    method: str
    host: str
    path: str
    query: str


def decode_coap(data: bytes) -> Request:
    """A datagram's message. Raises RemoteProtocolError."""
    cursor = Cursor(data)
    first, code = cursor.integer(1), cursor.integer(1)
    if first >> 6 != 1 or first & 15 > 8:
        raise RemoteProtocolError("not CoAP")
    cursor.take(2 + (first & 15))
    number = 0
    options: dict[int, list[str]] = {_HOST: [], _PATH: [], _QUERY: []}
    for _ in range(_MAX_OPTIONS):
        if not cursor.left:
            break
        head = cursor.integer(1)
        if head == _PAYLOAD:
            break
        number += _extended(cursor, head >> 4)
        value = cursor.take(_extended(cursor, head & 15)).decode("utf-8", "replace")
        if number in options:
            options[number].append(value)
    return Request(
        METHODS.get(code, ""),
        "".join(options[_HOST][:1]),
        "/" + "/".join(options[_PATH]),
        "&".join(options[_QUERY]),
    )


def _extended(cursor: Cursor, nibble: int) -> int:
    if nibble == 15:
        raise RemoteProtocolError("a reserved length in CoAP")
    if nibble == 14:
        return cursor.integer(2) + 269
    return cursor.integer(1) + 13 if nibble == 13 else nibble
