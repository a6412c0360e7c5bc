"""802.11 management frames that tests make."""

from __future__ import annotations

STATION = bytes.fromhex("f01898aabbcc")
FIXED = {0: 4, 2: 10, 4: 0, 5: 12, 8: 12}


def element(number: int, body: bytes) -> bytes:
    """An element."""
    return bytes([number, len(body)]) + body


def management(subtype: int, *elements: bytes, flags: int = 0, station: bytes = STATION) -> bytes:
    """A frame of a station."""
    addresses = b"\xff" * 6 + station + b"\xff" * 6
    head = bytes([subtype << 4, flags]) + bytes(2) + addresses + bytes(2)
    return (
        head + bytes(4 if flags & 0x80 else 0) + bytes(FIXED.get(subtype, 0)) + b"".join(elements)
    )


def simple_configuration(*attributes: tuple[int, bytes]) -> bytes:
    """What Wi-Fi Simple Configuration says of a sender."""
    body = b"".join(
        kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
        for kind, value in attributes
    )
    return element(221, b"\x00\x50\xf2\x04" + body)
