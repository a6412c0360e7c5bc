"""Signalling of mobile networks that names a subscriber in clear: GTPv1-C and GTPv2-C.

3GPP TS 29.060 (version 1, section 7.7) and TS 29.274 (version 2, section 8); numbers in
reversed pairs of digits by TS 29.002. Only who and which handset is read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

_SIZES_V1: Final = {
    **dict.fromkeys((1, 8, 11, 13, 14, 15, 19, 20, 21, 22, 23, 24, 29), 1),
    **dict.fromkeys((25, 26, 27, 28), 2),
    **dict.fromkeys((4, 5, 16, 17, 127), 4),
    2: 8,
    3: 6,
    9: 28,
    12: 3,
    18: 5,
}
"""Elements of version 1 that have no length of their own."""


class Subscriber(NamedTuple):
    """Numbers in a message, as digits; empty where it has none."""

    imsi: str = ""
    imei: str = ""
    phone: str = ""


def decode_gtp(data: bytes) -> Subscriber:
    """Read a signalling message. Raises RemoteProtocolError for anything else."""
    cursor = Cursor(data)
    flags = cursor.integer(1)
    cursor.take(1)
    version, left = flags >> 5, cursor.integer(2)
    # The first eight bytes do not count in version 1, the first four in version 2.
    if version == 1 and flags & 0x10 and left + 4 == cursor.left:
        return _version1(cursor, flags)
    if version == 2 and left == cursor.left:
        return _version2(cursor, flags)
    raise RemoteProtocolError("not a GTP signalling message")


def _version1(cursor: Cursor, flags: int) -> Subscriber:
    cursor.take(4 + (4 if flags & 7 else 0))
    found: dict[int, bytes] = {}
    while cursor.left:
        kind = cursor.integer(1)
        if kind & 0x80:
            value = cursor.vector(2)
        elif kind in _SIZES_V1:
            value = cursor.take(_SIZES_V1[kind])
        else:
            break
        found.setdefault(kind, value)
    return Subscriber(
        _digits(found.get(2, b"")), _digits(found.get(154, b"")), _digits(found.get(134, b"")[1:])
    )


def _version2(cursor: Cursor, flags: int) -> Subscriber:
    cursor.take(4 + (4 if flags & 8 else 0))
    found: dict[int, bytes] = {}
    while cursor.left:
        kind = cursor.integer(1)
        size = cursor.integer(2)
        cursor.take(1)
        found.setdefault(kind, cursor.take(size))
    return Subscriber(*(_digits(found.get(kind, b"")) for kind in (1, 75, 76)))


def _digits(data: bytes) -> str:
    """Pairs of digits, the lower half first; a filler ends them."""
    halves = (half for byte in data[:16] for half in (byte & 15, byte >> 4))
    digits = []
    for half in halves:
        if half > 9:
            break
        digits.append(str(half))
    return "".join(digits)
