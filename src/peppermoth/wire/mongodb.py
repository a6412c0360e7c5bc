"""MongoDB: the head of its messages, and the steps of a login in them.

Wire protocol with OP_QUERY and OP_MSG, documents in BSON 1.1 (bsonspec.org), logins by
SASL as the drivers' authentication specification has them: ``saslStart``,
``saslContinue``, or a first step inside the greeting. Nothing else of a message is read,
and compressed ones are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer, Cursor

HEAD: Final = 16
MAX_MESSAGE: Final = 48_000_000
_QUERY, _COMPRESSED, _MESSAGE = 2004, 2012, 2013
_QUERY_NUMBERS: Final = 8
"""Between the name that is queried and the document: what to skip and what to return."""

_COUNTED: Final = {2: 0, 5: 1, 13: 0, 14: 0}
"""Values that stand behind their length, by type, and how much else stands between."""
_NESTED: Final = (3, 4)
"""Documents and arrays, whose length counts itself."""
_FIXED: Final = {1: 8, 6: 0, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16, 127: 0, 255: 0}
"""Values of one length, by type."""
_MOST_ELEMENTS: Final = 200


class Head(NamedTuple):
    """How a message begins: its length with the head, and its kind."""

    length: int
    kind: int


class Step(NamedTuple):
    """A client's step of a login. Only the first one names its mechanism."""

    mechanism: str
    said: bytes


def decode_head(data: Buffer) -> tuple[Head, int] | None:
    """A message's head and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    if len(data) < HEAD:
        return None
    length, kind = (int.from_bytes(data[at : at + 4], "little") for at in (0, 12))
    if not HEAD <= length <= MAX_MESSAGE or kind not in (_QUERY, _COMPRESSED, _MESSAGE):
        raise RemoteProtocolError("not a message of MongoDB")
    return Head(length, kind), HEAD


def begins_mongodb(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with a request of MongoDB, which answers nothing."""
    try:
        return decode_head(client) is not None and client[8:12] == bytes(4)
    except RemoteProtocolError:
        return False


def decode_step(kind: int, body: bytes) -> Step | None:
    """The step of a login that a message holds behind its head; None where it holds none.

    Raises RemoteProtocolError.
    """
    cursor = Cursor(body)
    cursor.take(4)  # flags
    if kind == _QUERY:
        _name(cursor)
        cursor.take(_QUERY_NUMBERS)
    elif kind != _MESSAGE or cursor.integer(1):  # sections of other types hold no command
        return None
    found = dict(_elements(cursor))
    inner = found.get("speculativeAuthenticate")
    if inner is not None:
        found = dict(_elements(Cursor(inner)))
    if not found.keys() & {"saslStart", "saslContinue"}:
        return None
    mechanism = found.get("mechanism", b"").rstrip(b"\x00").decode("ascii", "replace")
    return Step(mechanism, found.get("payload", b""))


def _elements(cursor: Cursor) -> Iterator[tuple[str, bytes]]:
    """The elements of a document: names and values, without the lengths of the latter."""
    cursor.take(4)  # its own length
    for _ in range(_MOST_ELEMENTS):
        kind = cursor.integer(1)
        if not kind:
            return
        yield _name(cursor), _value(cursor, kind)
    raise RemoteProtocolError("a document has too many elements")


def _value(cursor: Cursor, kind: int) -> bytes:
    if kind in _FIXED:
        return cursor.take(_FIXED[kind])
    start = cursor.pos
    length = int.from_bytes(cursor.take(4), "little")
    if kind in _COUNTED:
        cursor.take(_COUNTED[kind])
        return cursor.take(length)
    if kind in _NESTED and length > 4:
        cursor.pos = start
        return cursor.take(length)
    raise RemoteProtocolError("a value of a kind that commands do not have")


def _name(cursor: Cursor) -> str:
    name = bytearray()
    while (byte := cursor.take(1)) != b"\x00":
        name += byte
    return name.decode("utf-8", "replace")
