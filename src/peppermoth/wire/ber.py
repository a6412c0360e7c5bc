"""Values of ASN.1 as the basic and distinguished encoding rules write them (X.690).

Shared by LDAP, SNMP and Kerberos. Only definite lengths and tags of one byte: these
protocols need no others, and everything else is refused with RemoteProtocolError.
Nothing here recurses; a value holds at most ``MAX_LENGTH`` bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

MAX_LENGTH: Final = 128 * 1024
MAX_PARTS: Final = 512

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
ENUMERATED: Final = 0x0A
SEQUENCE: Final = 0x30
APPLICATION: Final = 0x60
"""Added to a number: the tag of a constructed value of an application."""
CONTEXT: Final = 0xA0
"""Added to a number: the tag of a constructed value that its context explains."""


class Value(NamedTuple):
    """A tag, class and form included, and the bytes that stand behind it."""

    tag: int
    data: bytes

    @property
    def number(self) -> int:
        """The bytes as a signed integer. Raises RemoteProtocolError beyond 64 bits."""
        if not 0 < len(self.data) <= 9:
            raise RemoteProtocolError("an integer of no usable size")
        return int.from_bytes(self.data, "big", signed=True)

    @property
    def text(self) -> str:
        """The bytes as UTF-8, with replacements where they are not."""
        return self.data.decode("utf-8", "replace")

    def expect(self, tag: int) -> Value:
        """The value itself. Raises RemoteProtocolError if its tag is another."""
        if self.tag != tag:
            raise RemoteProtocolError("a value of another type than its format asks for")
        return self

    def parts(self) -> tuple[Value, ...]:
        """The values inside. Raises RemoteProtocolError where they do not fill it."""
        return tuple(_values(self.data))

    def tagged(self) -> dict[int, Value]:
        """What stands inside under explicit tags, by the context's number of each."""
        return {
            part.tag - CONTEXT: only(part.data)
            for part in self.parts()
            if 0 <= part.tag - CONTEXT < 31
        }


def decode_value(data: Buffer, pos: int = 0) -> tuple[Value, int] | None:
    """The value at ``pos`` and where it ends; None while bytes are missing.

    Raises RemoteProtocolError for a tag or length of a form that is not read here.
    """
    head = bytes(data[pos : pos + 6])
    if head and head[0] & 0x1F == 0x1F:
        raise RemoteProtocolError("a tag of more than one byte")
    if len(head) < 2:
        return None
    length, start = head[1], 2
    if length & 0x80:
        size = length & 0x7F
        if not 0 < size <= 4:
            raise RemoteProtocolError("a length that is indefinite or too large")
        if len(head) < 2 + size:
            return None
        length, start = int.from_bytes(head[2 : 2 + size], "big"), 2 + size
    if length > MAX_LENGTH:
        raise RemoteProtocolError("a value that is too long")
    start += pos
    if len(data) < start + length:
        return None
    return Value(head[0], bytes(data[start : start + length])), start + length


def only(data: Buffer) -> Value:
    """The value that begins ``data``. Raises RemoteProtocolError where it is cut."""
    found = decode_value(data)
    if found is None:
        raise RemoteProtocolError("a length points past the end of its message")
    return found[0]


def begins(data: bytes, tags: frozenset[int]) -> bool:
    """Whether ``data`` begins with one of these tags and a length that could be read."""
    try:
        decode_value(data)
    except RemoteProtocolError:
        return False
    return len(data) > 0 and data[0] in tags


def _values(data: bytes) -> Iterator[Value]:
    pos = 0
    for _ in range(MAX_PARTS):
        if pos == len(data):
            return
        found = decode_value(data, pos)
        if found is None:
            raise RemoteProtocolError("a length points past the end of its message")
        value, pos = found
        yield value
    raise RemoteProtocolError("too many values in one")
