"""802.11 management frames: which networks a device looks for, and what it says it is.

IEEE 802.11-2020, sections 9.2.4 (frame header), 9.3.3 (management frames) and 9.4.2
(elements); Wi-Fi Simple Configuration 2.0.6, section 12 for names of makes and models.
Encrypted frames hold nothing to read. Elements are read as far as they are whole.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

HEADER: Final = 24


class Subtype(enum.IntEnum):
    """Management frames that hold the name of a network."""

    ASSOCIATION_REQUEST = 0
    REASSOCIATION_REQUEST = 2
    PROBE_REQUEST = 4
    PROBE_RESPONSE = 5
    BEACON = 8


_FIXED: Final = {
    Subtype.ASSOCIATION_REQUEST: 4,
    Subtype.REASSOCIATION_REQUEST: 10,
    Subtype.PROBE_REQUEST: 0,
    Subtype.PROBE_RESPONSE: 12,
    Subtype.BEACON: 12,
}
"""How many bytes stand before the elements."""

_SIMPLE_CONFIGURATION: Final = b"\x00\x50\xf2\x04"
_TEXTS: Final = {0x1011: "device_name", 0x1021: "maker", 0x1023: "model"}


class Management(NamedTuple):
    """A frame; ``network`` is the name in it, empty for any or none.

    The texts are what Simple Configuration says of the sender.
    """

    subtype: Subtype
    network: str = ""
    maker: str = ""
    model: str = ""
    device_name: str = ""


def decode_management(frame: bytes) -> Management:
    """Read a frame from its frame control on.

    Raises RemoteProtocolError for other frames, and such as are encrypted or cut.
    """
    if len(frame) < HEADER or frame[0] & 0x0F or frame[1] & 0x40:
        raise RemoteProtocolError("not a management frame in clear")
    try:
        subtype = Subtype(frame[0] >> 4)
    except ValueError:
        raise RemoteProtocolError("a management frame without the name of a network") from None
    pos = HEADER + (4 if frame[1] & 0x80 else 0) + _FIXED[subtype]
    network: bytes = b""
    said: dict[str, str] = {}
    while pos + 2 <= len(frame):
        kind, size = frame[pos], frame[pos + 1]
        body = frame[pos + 2 : pos + 2 + size]
        if len(body) < size:
            break
        pos += 2 + size
        if kind == 0 and size <= 32:
            network = network or body
        elif kind == 221 and body.startswith(_SIMPLE_CONFIGURATION):
            said.update(_texts(body[4:]))
    return Management(subtype, _text(network), **said)


def _texts(data: bytes) -> dict[str, str]:
    """The attributes that name a make, a model or a device."""
    found: dict[str, str] = {}
    pos = 0
    while pos + 4 <= len(data):
        kind, size = int.from_bytes(data[pos : pos + 2], "big"), data[pos + 2] << 8 | data[pos + 3]
        if kind in _TEXTS:
            found[_TEXTS[kind]] = _text(data[pos + 4 : pos + 4 + size])
        pos += 4 + size
    return found


def _text(data: bytes) -> str:
    """UTF-8 where it is that; the name of a hidden network is empty or all zero."""
    data = data.strip(b"\x00")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
