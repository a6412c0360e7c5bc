"""SMB 1, 2 and 3 as far as they name files, shares and people ([MS-SMB], [MS-SMB2]).

Messages stand behind a length of four bytes (RFC 1002, section 4.3; direct TCP).
``read_message`` gives what one says in clear, or None; encrypted messages (SMB 3) are
None too. Only ``LONGEST`` bytes of a message are needed, data of reads and writes is
not. RemoteProtocolError for what is no SMB and for lengths that point outside.
"""

from __future__ import annotations

import enum
import struct
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

LONGEST: Final = 16 * 1024
SMB1, SMB2, ENCRYPTED, COMPRESSED = b"\xffSMB", b"\xfeSMB", b"\xfdSMB", b"\xfcSMB"

_UNICODE: Final = 0x8000
_REPLY_1: Final = 0x80
_REPLY_2: Final = 1


class What(enum.Enum):
    """What a message says."""

    BLOB = "a blob of the login, which may hold NTLM"
    SHARE = "the path of a share"
    FILE = "the path of a file"
    SYSTEM = "the client's system"
    USER = "a user name"


class Said(NamedTuple):
    """One thing that a message says."""

    what: What
    value: bytes
    text: str


def decode_length(data: Buffer, pos: int = 0) -> tuple[tuple[int, int], int] | None:
    """Type and length of the message that follows; None while bytes are missing."""
    if len(data) < pos + 4:
        return None
    head = bytes(data[pos : pos + 4])
    if head[0] not in (0, 0x81, 0x82, 0x83, 0x84, 0x85):
        raise RemoteProtocolError("not SMB: no NetBIOS session message")
    return (head[0], int.from_bytes(head[1:], "big")), pos + 4


def read_message(data: bytes) -> list[Said]:
    """What the messages in a packet say, those chained after the first one included."""
    if data[:4] in (ENCRYPTED, COMPRESSED):
        return []
    if data[:4] == SMB1:
        return _read_1(data)
    if data[:4] != SMB2:
        raise RemoteProtocolError("not SMB")
    said: list[Said] = []
    start = 0
    for _ in range(32):
        if data[start : start + 4] != SMB2 or len(data) < start + 64:
            break
        (following,) = struct.unpack_from("<I", data, start + 20)
        if 0 < following < 64:
            raise RemoteProtocolError("a message of SMB overlaps the next")
        end = start + following if following else len(data)
        said += _read_2(data[start:end])
        if not following:
            break
        start = end
    return said


_FIELDS_2: Final[dict[tuple[int, bool], tuple[What, int]]] = {
    (1, False): (What.BLOB, 12),
    (3, False): (What.SHARE, 4),
    (5, False): (What.FILE, 44),
}
"""Where a message of SMB 2 (command, whether it is a reply) names its offset and length."""


def _read_2(data: bytes) -> list[Said]:
    command, _, flags = struct.unpack_from("<HHI", data, 12)
    where = _FIELDS_2.get((command, bool(flags & _REPLY_2)))
    if where is None or len(data) < 64 + where[1] + 4:
        return []
    what, place = where
    offset, size = struct.unpack_from("<HH", data, 64 + place)
    if not size:
        return []
    value = data[offset : offset + size]
    if len(value) < size:
        raise RemoteProtocolError("a length points past the end of its message")
    return [Said(what, value, "" if what is What.BLOB else value.decode("utf-16-le", "replace"))]


def _read_1(data: bytes) -> list[Said]:
    if len(data) < 33:
        raise RemoteProtocolError("an SMB message ends too early")
    command, flags = data[4], data[9]
    (flags2,) = struct.unpack_from("<H", data, 10)
    reader = _READERS_1.get((command, bool(flags & _REPLY_1)))
    words = data[33 : 33 + 2 * data[32]]
    rest = 33 + 2 * data[32]
    if reader is None or len(data) < rest + 2 or len(words) < 2 * data[32]:
        return []
    return reader(words, _Strings(data, rest + 2, bool(flags2 & _UNICODE)))


class _Strings:
    """The strings behind the words of a message of SMB 1."""

    def __init__(self, data: bytes, pos: int, unicode: bool) -> None:
        self.data, self.pos, self.unicode = data, pos, unicode

    def blob(self, size: int) -> bytes:
        self.pos += size
        if self.pos > len(self.data):
            raise RemoteProtocolError("a length points past the end of its message")
        return self.data[self.pos - size : self.pos]

    def text(self) -> str:
        if not self.unicode:
            raw = self.data[self.pos :].split(b"\x00")[0]
            self.pos += len(raw) + 1
            return raw.decode("latin-1")
        self.pos += self.pos % 2  # aligned from the header's begin
        end = self.pos
        while end + 1 < len(self.data) and self.data[end : end + 2] != b"\x00\x00":
            end += 2
        raw, self.pos = self.data[self.pos : end], end + 2
        return raw.decode("utf-16-le", "replace")


def _session_1(words: bytes, strings: _Strings) -> list[Said]:
    if len(words) == 24:  # with extended security
        blob = strings.blob(int.from_bytes(words[14:16], "little"))
        return [Said(What.BLOB, blob, ""), Said(What.SYSTEM, b"", strings.text())]
    if len(words) == 26:
        strings.blob(sum(struct.unpack_from("<HH", words, 14)))
        user, _domain = strings.text(), strings.text()
        return [Said(What.USER, b"", user), Said(What.SYSTEM, b"", strings.text())]
    return []


def _tree_1(words: bytes, strings: _Strings) -> list[Said]:
    if len(words) != 8:
        return []
    strings.blob(int.from_bytes(words[6:8], "little"))
    return [Said(What.SHARE, b"", strings.text())]


def _open_1(words: bytes, strings: _Strings) -> list[Said]:
    return [Said(What.FILE, b"", strings.text())]


_READERS_1: Final = {
    (0x73, False): _session_1,
    (0x75, False): _tree_1,
    (0xA2, False): _open_1,
    (0x2D, False): _open_1,
}
"""Session setup, tree connect, create, open."""
