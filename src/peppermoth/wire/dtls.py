"""DTLS as anyone on the line can read it: records of a datagram, handshake messages in pieces.

RFC 6347 (1.2), its elder 1.0, and the hellos of RFC 9147 (1.3), which are sent in the
same form. Sealed records of 1.3 have another header and are passed over with the rest
of their datagram. A message is given in the form it has in TLS, without the cookie that
a ClientHello has in DTLS, so that ``hello.py`` and ``tls.py`` read it.

Bounded: messages of ``MAX_MESSAGE`` bytes, ``MAX_MESSAGES`` of them a direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor, Pieces
from peppermoth.wire.tls import ContentType, HandshakeMessage, HandshakeType

RECORD_HEADER: Final = 13
MAX_MESSAGE: Final = 32 * 1024
MAX_MESSAGES: Final = 32

VERSION_NAMES: Final = {0xFEFF: "DTLS 1.0", 0xFEFD: "DTLS 1.2", 0xFEFC: "DTLS 1.3"}

_VERSIONS = frozenset({0xFEFF, 0xFEFD})
_TYPES = range(ContentType.CHANGE_CIPHER_SPEC, ContentType.HEARTBEAT + 3)


class Record(NamedTuple):
    """One record; in ``epoch`` 0 its fragment is in clear."""

    type: int
    version: int
    epoch: int
    fragment: bytes


class Fragment(NamedTuple):
    """A piece of a handshake message of ``length`` bytes."""

    type: int
    length: int
    number: int
    offset: int
    data: bytes


def decode_records(datagram: bytes) -> Iterator[Record]:
    """The records of a datagram, up to the first that is sealed in the way of 1.3.

    Raises RemoteProtocolError while iterating, for what is not DTLS.
    """
    cursor = Cursor(datagram)
    while cursor.left and datagram[cursor.pos] >> 5 != 1:
        kind, version = cursor.integer(1), cursor.integer(2)
        if kind not in _TYPES or version not in _VERSIONS:
            raise RemoteProtocolError("not DTLS: unknown content type or version")
        epoch = cursor.integer(2)
        cursor.take(6)
        yield Record(kind, version, epoch, cursor.vector(2))


def decode_fragments(fragment: bytes) -> Iterator[Fragment]:
    """The pieces of handshake messages in a record. Raises RemoteProtocolError."""
    cursor = Cursor(fragment)
    while cursor.left:
        kind, length = cursor.integer(1), cursor.integer(3)
        number, offset = cursor.integer(2), cursor.integer(3)
        data = cursor.vector(3)
        if offset + len(data) > length or length > MAX_MESSAGE:
            raise RemoteProtocolError("a piece lies outside its message")
        yield Fragment(kind, length, number, offset, data)


class MessageReader:
    """Whole handshake messages in clear, each once, out of one direction's datagrams."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int, int], Pieces] = {}
        self._told: set[tuple[int, int, int]] = set()

    def feed(self, datagram: bytes) -> Iterator[HandshakeMessage]:
        """What this datagram completes. Raises RemoteProtocolError while iterating."""
        for record in decode_records(datagram):
            if record.type == ContentType.HANDSHAKE and record.epoch == 0:
                for piece in decode_fragments(record.fragment):
                    yield from self._joined(piece)

    def _joined(self, piece: Fragment) -> Iterator[HandshakeMessage]:
        key = piece.type, piece.number, piece.length
        if key in self._told:
            return
        if key not in self._open and len(self._open) + len(self._told) >= MAX_MESSAGES:
            raise RemoteProtocolError("too many handshake messages")
        pieces = self._open.setdefault(key, Pieces(piece.length))
        pieces.add(piece.offset, piece.data)
        if len(pieces.joined) == piece.length:
            del self._open[key]
            self._told.add(key)
            yield _as_in_tls(piece.type, bytes(pieces.joined))


def _as_in_tls(kind: int, body: bytes) -> HandshakeMessage:
    if kind == HandshakeType.CLIENT_HELLO:
        cursor = Cursor(body)
        cursor.take(34)  # version, random
        cursor.vector(1)  # session id
        before = cursor.pos
        cursor.vector(1)  # cookie
        body = body[:before] + body[cursor.pos :]
    return HandshakeMessage(kind, bytes((kind,)) + len(body).to_bytes(3, "big") + body)
