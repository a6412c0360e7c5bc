"""Names of NetBIOS (RFC 1001 section 14), in its name service and datagrams (RFC 1002).

Messages of the name service are DNS messages (``dns.py``); a name's first label is 16
bytes spelt in 32 letters from A to P, of which the last byte says what kind of name it
is. Names are bytes of an unknown code page: what is not ASCII appears escaped.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

WORKSTATION: Final = 0x00
FILE_SERVER: Final = 0x20
HOST_SUFFIXES: Final = frozenset({WORKSTATION, FILE_SERVER})
"""Suffixes of names by which a host calls itself."""

_GROUP = 0x8000
_DATAGRAMS = (0x10, 0x11, 0x12)  # to one host, to a group, to all
_SPELT = re.compile(r"[A-P]{32}(\.|$)").match


class NetbiosName(NamedTuple):
    """A name, without its padding, and its suffix; groups are names of many hosts."""

    name: str
    suffix: int
    is_group: bool = False


def is_spelt(label: bytes) -> bool:
    """Whether these bytes begin with a name in 32 letters."""
    return len(label) >= 32 and all(0x41 <= byte <= 0x50 for byte in label[:32])


def decode_name(spelt: str) -> NetbiosName:
    """A name as a DNS message spells it, with or without a scope behind it.

    Raises RemoteProtocolError for anything else.
    """
    if not _SPELT(spelt):
        raise RemoteProtocolError("not a NetBIOS name")
    letters = [ord(letter) - ord("A") for letter in spelt[:32]]
    raw = bytes(high << 4 | low for high, low in zip(letters[::2], letters[1::2], strict=True))
    return NetbiosName(_text(raw[:15]), raw[15])


def decode_status(data: bytes) -> tuple[NetbiosName, ...]:
    """The names that a host tells of itself in a node status response.

    Raises RemoteProtocolError where the list is cut.
    """
    cursor = Cursor(data)
    names = []
    for _ in range(cursor.integer(1)):
        name, suffix, flags = cursor.take(15), cursor.integer(1), cursor.integer(2)
        names.append(NetbiosName(_text(name), suffix, bool(flags & _GROUP)))
    return tuple(names)


def decode_datagram(data: bytes) -> tuple[NetbiosName, NetbiosName]:
    """Who sends a datagram to whom (RFC 1002, section 4.4). Raises RemoteProtocolError."""
    cursor = Cursor(data)
    if cursor.integer(1) not in _DATAGRAMS:
        raise RemoteProtocolError("not a datagram of NetBIOS")
    cursor.take(13)
    return _spelt_name(cursor), _spelt_name(cursor)


def _spelt_name(cursor: Cursor) -> NetbiosName:
    """A name in labels, of which those of its scope are passed over."""
    name = decode_name(cursor.vector(1).decode("latin-1"))
    while cursor.vector(1):
        pass
    return name


def _text(raw: bytes) -> str:
    return raw.rstrip(b" \x00").decode("ascii", "backslashreplace")
