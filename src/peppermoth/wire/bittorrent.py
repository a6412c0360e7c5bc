"""What shows BitTorrent on the line: handshakes, the distributed table, uTP, UDP trackers.

BEP 3 (handshake, bencoding), BEP 5 (DHT), BEP 14 (local discovery), BEP 15 (UDP tracker),
BEP 29 (uTP). Which file is exchanged stands in the hash, which is not kept.
Limits: a bencoded message has at most ``MAX_VALUES`` values, ``MAX_DEPTH`` deep.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple, TypeAlias

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

GREETING: Final = b"\x13BitTorrent protocol"
HANDSHAKE: Final = 68
MAX_VALUES: Final = 1024
MAX_DEPTH: Final = 8

_TRACKER: Final = b"\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00"

Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"


class Datagram(enum.StrEnum):
    """What a datagram of BitTorrent is."""

    TABLE = "distributed table"
    TRACKER = "tracker"
    DISCOVERY = "local discovery"
    TRANSPORT = "file exchange"


class Table(NamedTuple):
    """A message of the distributed table: its kind (``q``, ``r``, ``e``), query and client."""

    kind: str
    query: str
    client: bytes


def decode_handshake(data: Buffer, pos: int = 0) -> tuple[bytes, int] | None:
    """The peer id of a handshake; None while bytes are missing.

    Raises RemoteProtocolError as early as the first byte that does not fit.
    """
    seen = bytes(data[pos : pos + HANDSHAKE])
    if not GREETING.startswith(seen[: len(GREETING)]):
        raise RemoteProtocolError("not a BitTorrent handshake")
    if len(seen) < HANDSHAKE:
        return None
    return seen[48:], pos + HANDSHAKE


def decode_table(data: bytes) -> Table:
    """A message of the distributed table. Raises RemoteProtocolError for anything else."""
    value = decode_bencoded(data)
    if not isinstance(value, dict):
        raise RemoteProtocolError("not a message of the distributed table")
    kind, query, client = (value.get(key, b"") for key in (b"y", b"q", b"v"))
    if kind not in (b"q", b"r", b"e") or not isinstance(value.get(b"t"), bytes):
        raise RemoteProtocolError("not a message of the distributed table")
    query = query if isinstance(query, bytes) and query.isascii() else b""
    client = client if isinstance(client, bytes) else b""
    return Table(kind.decode(), query.decode(), client)


def decode_bencoded(data: bytes) -> Value:
    """The one value that ``data`` is. Raises RemoteProtocolError for anything else."""
    reader = _Bencoded(data)
    value = reader.value(0)
    if reader.pos != len(data):
        raise RemoteProtocolError("bytes behind a bencoded value")
    return value


def classify(data: bytes) -> Datagram | None:
    """What a datagram is, if of BitTorrent for certain; uTP only where it begins a connection."""
    if data[:12] == _TRACKER and len(data) == 16:
        return Datagram.TRACKER
    if data.startswith(b"BT-SEARCH * HTTP/1.1\r\n"):
        return Datagram.DISCOVERY
    if data[:1] == b"d" and data[-1:] == b"e":
        try:
            decode_table(data)
        except RemoteProtocolError:
            return None
        return Datagram.TABLE
    return Datagram.TRANSPORT if _begins_transport(data) else None


def _begins_transport(data: bytes) -> bool:
    """A uTP SYN: version 1, sequence number 1, nothing acknowledged, no difference of times."""
    if len(data) < 20 or data[0] != 0x41 or data[1] > 3:
        return False
    if data[8:12] != bytes(4) or data[16:20] != b"\x00\x01\x00\x00":
        return False
    return len(data) == 20 if data[1] == 0 else 22 <= len(data) <= 64


class _Bencoded:
    """A position in bencoded bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._values = 0
        self.pos = 0

    def value(self, depth: int) -> Value:
        """The value at the position."""
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise RemoteProtocolError("too much in a bencoded value")
        match self._data[self.pos : self.pos + 1]:
            case b"i":
                self.pos += 1
                return self._integer(b"e")
            case b"l":
                self.pos += 1
                items: list[Value] = []
                while not self._ends():
                    items.append(self.value(depth + 1))
                return items
            case b"d":
                self.pos += 1
                entries: dict[bytes, Value] = {}
                while not self._ends():
                    key = self._text()
                    entries[key] = self.value(depth + 1)
                return entries
            case _:
                return self._text()

    def _ends(self) -> bool:
        if self._data[self.pos : self.pos + 1] != b"e":
            return False
        self.pos += 1
        return True

    def _integer(self, end: bytes) -> int:
        stop = self._data.find(end, self.pos, self.pos + 24)
        digits = self._data[self.pos : stop] if stop >= 0 else b""
        if not digits.removeprefix(b"-").isdigit():
            raise RemoteProtocolError("not a bencoded number")
        self.pos = stop + 1
        return int(digits)

    def _text(self) -> bytes:
        size = self._integer(b":")
        if not 0 <= size <= len(self._data) - self.pos:
            raise RemoteProtocolError("a bencoded text ends too early")
        start, self.pos = self.pos, self.pos + size
        return self._data[start : self.pos]
