"""QUIC as anyone on the line can read it: long headers, and what Initial packets hold.

RFC 8999 (what all versions share), RFC 9000 and 9001 (version 1), RFC 9369 (version 2),
and the drafts from 23 on. The keys of Initial packets come from a connection ID that is
sent in clear and from a constant of each version, so every observer can open them.
Google's own QUIC before version 1 has another form and is only recognised.

Bounded by the datagram: nothing is kept here. The CRYPTO bytes of several packets are
put together by ``reading.Pieces``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

MAX_CONNECTION_ID: Final = 20
MAX_PACKETS: Final = 16
"""Packets of one datagram that are looked at."""

_SAMPLE = 16


class Version(NamedTuple):
    """What differs between versions: names, the salt of the keys, their labels, type numbers."""

    name: str
    salt: bytes
    labels: str = "quic"
    rotation: int = 0


_SALT_23 = bytes.fromhex("c3eef712c72ebb5a11a7d2432bb46365bef9f502")
_SALT_29 = bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899")
_SALT_1 = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
_SALT_2 = bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9")

VERSIONS: Final[dict[int, Version]] = {
    1: Version("1", _SALT_1),
    0x6B3343CF: Version("2", _SALT_2, "quicv2", rotation=3),
    **{0xFF000000 + n: Version(f"draft {n}", _SALT_23) for n in range(23, 29)},
    **{0xFF000000 + n: Version(f"draft {n}", _SALT_29) for n in range(29, 33)},
    **{0xFF000000 + n: Version(f"draft {n}", _SALT_1) for n in range(33, 35)},
    0xFACEB002: Version("mvfst draft 27", _SALT_23),
}


class PacketType(enum.IntEnum):
    """Packets with a long header, by their numbers in version 1."""

    INITIAL = 0
    ZERO_RTT = 1
    HANDSHAKE = 2
    RETRY = 3
    VERSION_NEGOTIATION = 4


class Packet(NamedTuple):
    """A packet with a long header, as a place in its datagram.

    ``number_at`` is where its packet number begins, ``end`` where the packet ends.
    """

    type: PacketType
    version: int
    destination: bytes
    source: bytes
    token: bytes
    start: int
    number_at: int
    end: int


class CryptoFrame(NamedTuple):
    """A piece of the handshake's bytes."""

    offset: int
    data: bytes


def is_known_version(datagram: bytes) -> bool:
    """Whether this datagram begins with a long header of a version that is read here."""
    return (
        len(datagram) > 6
        and datagram[0] >= 0x80
        and int.from_bytes(datagram[1:5], "big") in VERSIONS
        and datagram[5] <= MAX_CONNECTION_ID
    )


def is_google_version(datagram: bytes) -> bool:
    """Whether this is Google's QUIC, of which only the version is read: ``Q043``, ``T050``."""
    at = 1 if datagram[:1] >= b"\x80" else 9
    word = datagram[at : at + 4]
    has_version = datagram[:1] >= b"\x80" or bool(datagram and datagram[0] & 0x09 == 0x09)
    return has_version and word[:1] in (b"Q", b"T") and len(word) == 4 and word[1:].isdigit()


def read_varint(cursor: Cursor) -> int:
    """An integer of variable length (RFC 9000, section 16)."""
    first = cursor.integer(1)
    more = (1 << (first >> 6)) - 1
    return (first & 0x3F) << 8 * more | cursor.integer(more)


def decode_packets(datagram: bytes) -> Iterator[Packet]:
    """The packets with long headers at the start of a datagram, where several may be coalesced.

    Ends at a version that is not known. Raises RemoteProtocolError while iterating.
    """
    pos = 0
    for _ in range(MAX_PACKETS):
        if pos >= len(datagram) or datagram[pos] < 0x80:
            return
        packet = _decode_packet(datagram, pos)
        if packet is None:
            return
        yield packet
        pos = packet.end


def _decode_packet(datagram: bytes, start: int) -> Packet | None:
    cursor = Cursor(datagram, start)
    first, version = cursor.integer(1), cursor.integer(4)
    destination, source = cursor.vector(1), cursor.vector(1)
    whole = len(datagram)
    if version == 0:
        kind = PacketType.VERSION_NEGOTIATION
        return Packet(kind, version, destination, source, b"", start, cursor.pos, whole)
    known = VERSIONS.get(version)
    if known is None:
        return None
    if max(len(destination), len(source)) > MAX_CONNECTION_ID:
        raise RemoteProtocolError("a connection ID is too long")
    kind = PacketType(((first >> 4) + known.rotation) % 4)
    if kind is PacketType.RETRY:
        token = cursor.take(max(cursor.left - _SAMPLE, 0))
        return Packet(kind, version, destination, source, token, start, cursor.pos, whole)
    token = cursor.take(read_varint(cursor)) if kind is PacketType.INITIAL else b""
    length = read_varint(cursor)
    number_at = cursor.pos
    cursor.take(length)
    return Packet(kind, version, destination, source, token, start, number_at, cursor.pos)


class InitialKeys:
    """Opens the Initial packets of one side of a connection (RFC 9001, section 5)."""

    __slots__ = ("_aead", "_iv", "_mask")

    def __init__(self, secret: bytes, labels: str) -> None:
        self._aead = AESGCM(_expand(secret, f"{labels} key", 16))
        self._iv = int.from_bytes(_expand(secret, f"{labels} iv", 12), "big")
        mask = algorithms.AES(_expand(secret, f"{labels} hp", 16))
        self._mask = Cipher(mask, modes.ECB()).encryptor()  # noqa: S305 (RFC 9001, 5.4.3)

    def open(self, datagram: bytes, packet: Packet) -> bytes:
        """The frames of ``packet``. Raises RemoteProtocolError if the keys do not fit."""
        at = packet.number_at
        sample = datagram[at + 4 : at + 4 + _SAMPLE]
        if len(sample) < _SAMPLE or at + 4 + _SAMPLE > packet.end:
            raise RemoteProtocolError("a packet is too short to be opened")
        mask = self._mask.update(sample)
        header = bytearray(datagram[packet.start : at + 4])
        header[0] ^= mask[0] & 0x0F
        size = (header[0] & 3) + 1
        del header[len(header) - 4 + size :]
        for index in range(size):
            header[index - size] ^= mask[1 + index]
        number = int.from_bytes(header[-size:], "big")
        nonce = (self._iv ^ number).to_bytes(12, "big")
        try:
            return self._aead.decrypt(nonce, datagram[at + size : packet.end], bytes(header))
        except InvalidTag:
            raise RemoteProtocolError("these keys do not open this packet") from None


def _expand(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label of TLS 1.3 without context (RFC 8446, section 7.1)."""
    name = b"tls13 " + label.encode("ascii")
    info = length.to_bytes(2, "big") + bytes((len(name),)) + name + b"\x00"
    return HKDFExpand(hashes.SHA256(), length, info).derive(secret)


@lru_cache(maxsize=64)
def initial_keys(version: int, connection_id: bytes) -> tuple[InitialKeys, InitialKeys]:
    """Keys of the client and of the server, from the destination of the client's first packet.

    Raises RemoteProtocolError for a version that is not known.
    """
    known = VERSIONS.get(version)
    if known is None:
        raise RemoteProtocolError("an unknown version of QUIC")
    extract = hmac.HMAC(known.salt, hashes.SHA256())
    extract.update(connection_id)
    secret = extract.finalize()
    client, server = (_expand(secret, f"{side} in", 32) for side in ("client", "server"))
    return InitialKeys(client, known.labels), InitialKeys(server, known.labels)


def decode_crypto_frames(payload: bytes) -> Iterator[CryptoFrame]:
    """The CRYPTO frames among those that an Initial packet may hold (RFC 9000, 12.4).

    Ends at CONNECTION_CLOSE. Raises RemoteProtocolError while iterating.
    """
    cursor = Cursor(payload)
    while cursor.left:
        match read_varint(cursor):
            case 0:
                cursor.pos = len(payload) - len(payload[cursor.pos :].lstrip(b"\x00"))
            case 1:
                pass
            case 2 | 3 as kind:
                _skip_acknowledgement(cursor, counts_congestion=kind == 3)
            case 6:
                yield CryptoFrame(read_varint(cursor), cursor.take(read_varint(cursor)))
            case 0x1C:
                return
            case _:
                raise RemoteProtocolError("a frame that does not belong in an Initial packet")


def _skip_acknowledgement(cursor: Cursor, *, counts_congestion: bool) -> None:
    read_varint(cursor)  # largest number
    read_varint(cursor)  # delay
    ranges = 2 * read_varint(cursor) + 1
    if ranges > cursor.left:
        raise RemoteProtocolError("an acknowledgement is longer than its packet")
    for _ in range(ranges + (3 if counts_congestion else 0)):
        read_varint(cursor)
