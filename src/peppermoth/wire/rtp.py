"""RTP and RTCP packets (RFC 3550, 3551) as anyone on the line can read them.

Headers, and of RTCP what participants say of themselves (SDES). Samples are never
decoded. Whether a payload is sealed (SRTP) does not stand in the header; ``sizes_fit``
says for codecs with frames of a fixed size whether a payload could be such frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

CODECS: Final = {
    0: "PCMU", 3: "GSM", 4: "G723", 5: "DVI4", 6: "DVI4", 7: "LPC", 8: "PCMA", 9: "G722",
    10: "L16", 11: "L16", 12: "QCELP", 13: "CN", 14: "MPA", 15: "G728", 16: "DVI4", 17: "DVI4",
    18: "G729", 25: "CelB", 26: "JPEG", 28: "nv", 31: "H261", 32: "MPV", 33: "MP2T", 34: "H263",
}  # fmt: skip
"""Payload types whose meaning is fixed."""

VIDEO: Final = frozenset({"CelB", "JPEG", "nv", "H261", "MPV", "MP2T", "H263"})

_DYNAMIC: Final = range(96, 128)
_RTCP_TYPES: Final = range(200, 208)
_SDES: Final = 202
_FRAMES: Final = {
    "PCMU": (40,), "PCMA": (40,), "G722": (40,), "GSM": (33,), "G728": (5,), "G729": (10, 2),
}  # fmt: skip
"""Sizes of frames: any number of the first, then at most one of the second (silence)."""

SDES_ITEMS: Final = {1: "cname", 2: "name", 3: "email", 4: "phone", 5: "location", 6: "tool"}


class Packet(NamedTuple):
    """The header of an RTP packet and what follows."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes


def decode_rtp(data: bytes) -> Packet:
    """An RTP packet. Raises RemoteProtocolError."""
    if len(data) < 12 or data[0] >> 6 != 2:
        raise RemoteProtocolError("not RTP")
    kind = data[1] & 0x7F
    start = 12 + 4 * (data[0] & 15)
    if data[0] & 16:
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if start > len(data) or not (kind in CODECS or kind in _DYNAMIC):
        raise RemoteProtocolError("not RTP")
    sequence, time = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big")
    return Packet(kind, sequence, time, int.from_bytes(data[8:12], "big"), data[start:])


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram begins as RTCP does; its types lie where no RTP packet's may."""
    return (
        len(data) >= 8
        and data[0] >> 6 == 2
        and data[1] in _RTCP_TYPES
        and 4 + 4 * int.from_bytes(data[2:4], "big") <= len(data)
    )


def decode_sdes(data: bytes) -> Iterator[tuple[str, str]]:
    """What participants say of themselves in a compound RTCP packet: item and text.

    Raises RemoteProtocolError while iterating; SRTCP, which is sealed behind its first
    packet's head, yields nothing or raises.
    """
    pos = 0
    while pos < len(data):
        packet = data[pos:]
        if not is_rtcp(packet):
            raise RemoteProtocolError("not RTCP")
        size = 4 + 4 * int.from_bytes(packet[2:4], "big")
        if packet[1] == _SDES:
            yield from _items(packet[4:size], packet[0] & 31)
        pos += size


def _items(chunks: bytes, count: int) -> Iterator[tuple[str, str]]:
    pos = 0
    for _ in range(count):
        pos += 4
        while pos < len(chunks) and chunks[pos]:
            item, size = chunks[pos], chunks[pos + 1] if pos + 1 < len(chunks) else 0
            text = chunks[pos + 2 : pos + 2 + size]
            if len(text) < size:
                raise RemoteProtocolError("a text points past the end of its packet")
            if item in SDES_ITEMS:
                yield SDES_ITEMS[item], text.decode("utf-8", "replace")
            pos += 2 + size
        pos += 4 - pos % 4


def sizes_fit(codec: str, size: int) -> bool | None:
    """Whether a payload of this size can be frames of the codec; None where sizes vary."""
    frames = _FRAMES.get(codec)
    if frames is None:
        return None
    return any((size - rest) % frames[0] == 0 for rest in (0, *frames[1:]) if size >= rest)


def begins_rtp(client: bytes, server: bytes) -> bool:
    """Whether datagrams look like RTP enough to be watched for its sequence.

    From both sides, or from one side with a codec whose type is fixed.
    """
    if client and server:
        return _begins(client) and _begins(server)
    data = client or server
    return _begins(data) and len(data) >= 20 and data[1] & 0x7F in CODECS


def _begins(data: bytes) -> bool:
    """A packet without padding or further sources, as nearly all are; or RTCP."""
    if is_rtcp(data):
        return True
    if data[:1] not in (b"\x80", b"\x90"):
        return False
    try:
        return bool(decode_rtp(data).payload)
    except RemoteProtocolError:
        return False
