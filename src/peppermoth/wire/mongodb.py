"""The head of MongoDB's messages: length, numbers and kind. What they say is not read."""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

HEAD: Final = 16
MAX_MESSAGE: Final = 48_000_000
_QUERY, _COMPRESSED, _MESSAGE = 2004, 2012, 2013


def decode_length(data: Buffer) -> tuple[int, int] | None:
    """A message's length and where its head ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    if len(data) < HEAD:
        return None
    length, kind = (int.from_bytes(data[at : at + 4], "little") for at in (0, 12))
    if not HEAD <= length <= MAX_MESSAGE or kind not in (_QUERY, _COMPRESSED, _MESSAGE):
        raise RemoteProtocolError("not a message of MongoDB")
    return length, HEAD


def begins_mongodb(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with a request of MongoDB, which answers nothing."""
    try:
        return decode_length(client) is not None and client[8:12] == bytes(4)
    except RemoteProtocolError:
        return False
